//! The composite answer: Snapshot + Usage + Config → Analysis.

mod assemble;
mod bill;
mod config;
mod engine;
mod join;
mod people;
mod quality;
mod recommend;
mod recommendation;
mod resize;
mod result;
pub mod screen;
mod size;
mod tally;
mod totals;

pub use config::{AnalysisConfig, Config};
pub use engine::{AnalyzeInput, analyze, cost_input};
pub use recommendation::{
    Change, Level, Recommendation, RecommendationType, Risk, Savings, SavingsPart,
};
pub use result::{
    Analysis, AnalysisKind, BusinessSummary, BusinessTotals, CostSummary, Costs, Efficiency,
    Engine, NamespaceAnalysis, NodeAnalysis, PodAnalysis, PodUsageSummary, Replicas,
    ResourceTotals, State, Totals, UsageQuantiles, WasteStatus, WorkloadAnalysis,
};
