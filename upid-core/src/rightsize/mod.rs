//! Requests and limits with a stated risk.
//!
//! One engine, many policies: [`recommend`] sizes a container from its samples or from a
//! [`Usage`](crate::Usage), says how the size was derived, and replays it on the container's own history.

mod advice;
mod aggregate;
mod backtest;
mod choose;
mod config;
mod coverage;
mod engine;
mod evidence;
mod fleet;
mod history;
mod input;
mod krr;
mod limits;
mod memory;
mod oom;
mod policy;
mod rule;
mod samples;
mod savings;
mod select;
mod series;
mod significance;
mod sizing;
mod source;
#[cfg(test)]
mod tests;
mod words;

pub use advice::{
    CappedBy, FleetRecommendation, FleetSummary, Need, ResourceAdvice, SizeBasis, SizeDelta,
    SizeEvidence, SizeInterval, SizeRecommendation, SizeRisk, SizeSavings,
};
pub use backtest::{Backtest, BacktestConfig, BacktestInput, Fold, backtest};
pub use choose::{Candidate, ChooseInput, Chosen, auto_candidates};
pub use config::RightsizeConfig;
pub use coverage::{Christoffersen, CoverageInput, CoverageTest, Kupiec, christoffersen, kupiec};
pub use engine::{recommend, recommend_batch};
pub use evidence::{UpperBound, UpperBoundInput, bound_rank, needed_samples};
pub use fleet::RecommendInput;
pub use input::{
    ClusterFacts, ContainerInput, ContainerKey, CurrentSizes, OomEvent, PodSamples, Resource,
    Throttle, UsagePods,
};
pub use krr::{
    KrrConfig, KrrInfo, KrrInput, KrrResource, KrrResult, KrrSeverity, KrrStrategy, KrrTargets,
    score,
};
pub use limits::{LimitInput, LimitPolicy, LimitResult, LimitsInput, limit_for};
pub use memory::{MemoryFactor, MemoryFactorInput, memory_factor};
pub use policy::{
    AutoPolicy, CpuPolicy, DecayedPolicy, KrrSimpleLimitPolicy, KrrSimplePolicy, KubecostAlgorithm,
    KubecostPolicy, MaxDailyPolicy, MaxPolicy, MemoryPolicy, PeakFactorPolicy, PodAggregation,
    QuantilePolicy,
};
pub use series::{Axis, Series};
pub(crate) use words::span;
