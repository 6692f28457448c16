//! The answer: totals, namespaces, workloads, pods, nodes, recommendations.

use serde::{Deserialize, Serialize};

use super::recommendation::{Recommendation, Savings};
use crate::confidence::Evidence;
use crate::idle::IdleAssessment;
use crate::model::{Cluster, Finding, OwnerRef, PriceKind, PriceSource};
use crate::rightsize::SizeRecommendation;
use crate::units::{Amount, Currency, TimeRange, Timestamp};

/// Marks a document as an Analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnalysisKind {
    /// The only value.
    #[default]
    Analysis,
}

/// What the answer depends on beside its inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Engine {
    /// Version of the library.
    pub version: String,
    /// FNV-1a 64 of the canonical Config, hexadecimal.
    pub config_hash: String,
    /// Version of the compiled-in time-zone data.
    pub time_zone_data: String,
    /// Version of the idle model.
    pub idle_model: String,
}

/// The bill of the window, exactly: `amount = used + wasted + unmeasured + idle + systemOverhead + unattributed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Costs {
    /// Sum of all parts.
    pub amount: Amount,
    /// Allocated to pods and used.
    pub used: Amount,
    /// Allocated to pods and measured as not used.
    pub wasted: Amount,
    /// Allocated to pods without telemetry.
    pub unmeasured: Amount,
    /// Allocatable and allocated to nobody.
    pub idle: Amount,
    /// Capacity that pods cannot use, and the control plane.
    pub system_overhead: Amount,
    /// Belongs to nobody known.
    pub unattributed: Amount,
}

/// A resource of the whole cluster (or namespace), averaged over the window.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceTotals {
    /// Of the nodes; cores or bytes; null for a namespace, and if a node's is unknown.
    pub capacity: Option<f64>,
    /// Of the nodes, for pods; null for a namespace, and if a node's is unknown.
    pub allocatable: Option<f64>,
    /// Effective requests of the pods while they lived.
    pub requested: f64,
    /// Measured use while the pods lived; holes in the telemetry add nothing. Null without any telemetry.
    pub used: Option<f64>,
}

/// How well the money was spent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Efficiency {
    /// used ÷ (used + wasted) of the money, 0..1; null without measured money.
    pub overall: Option<f64>,
    /// Idle money ÷ all money, 0..1.
    pub idle_share: Option<f64>,
    /// Pods whose p95 of use is below half of the request, for CPU or memory.
    pub over_provisioned: u64,
    /// Pods whose p95 of use is above 0.9 of the request, or that were throttled or killed for memory.
    pub under_provisioned: u64,
    /// Pods with telemetry and requests that are neither.
    pub right_sized: u64,
}

/// Business traffic; null where no request log was given.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BusinessTotals {
    /// Business requests a day.
    pub requests_per_day: Option<f64>,
    /// Probe, scrape and synthetic requests ÷ all requests, 0..1.
    pub probe_share: Option<f64>,
}

/// Totals of the cluster or of a namespace.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Totals {
    /// All parts below, projected to a month of 730 h; null if nothing has a price.
    pub monthly_cost: Option<Amount>,
    /// Per month.
    pub used: Option<Amount>,
    /// Per month.
    pub wasted: Option<Amount>,
    /// Per month.
    pub unmeasured: Option<Amount>,
    /// Per month.
    pub idle: Option<Amount>,
    /// Per month.
    pub system_overhead: Option<Amount>,
    /// Per month.
    pub unattributed: Option<Amount>,
    /// The same of the window itself, to the last unit.
    pub window: Option<Costs>,
    /// Cores.
    pub cpu: ResourceTotals,
    /// Bytes.
    pub memory: ResourceTotals,
    /// Persistent volumes, per month.
    pub storage: Option<Amount>,
    /// Traffic, per month.
    pub network: Option<Amount>,
    /// How well the money was spent.
    pub efficiency: Efficiency,
    /// Business traffic.
    pub business: BusinessTotals,
    /// Pods counted here.
    pub pods: u64,
}

/// Totals of one namespace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NamespaceAnalysis {
    /// Name.
    pub name: String,
    /// Its totals; `monthlyCost` is what its pods, volumes and load balancers cost, idle volumes included.
    pub totals: Totals,
}

/// What a pod or workload is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum State {
    /// Probably nobody needs it.
    Idle,
    /// Probably idle: only probes, scrapes and synthetic checks reach it.
    ProbeOnly,
    /// Silent because a service it calls is unhealthy.
    Blocked,
    /// In use, at less than 0.7 of what is paid for.
    Underused,
    /// In use, and sized well.
    Healthy,
    /// Short of a resource.
    Saturated,
    /// Too little evidence.
    Unknown,
}

/// How much of a pod's money is wasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum WasteStatus {
    /// More than 0.70.
    HighlyInefficient,
    /// More than 0.40.
    ModeratelyInefficient,
    /// At most 0.40.
    Efficient,
}

/// What a pod or workload costs. All null without a price.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostSummary {
    /// Cost in the window, exactly.
    pub amount: Option<Amount>,
    /// Projected over the window's hours.
    pub hourly: Option<Amount>,
    /// Per day.
    pub daily: Option<Amount>,
    /// Per month of 730 h: used + wasted + unmeasured. Idle that a policy spreads stays in the totals' `idle`.
    pub monthly: Option<Amount>,
    /// Per month.
    pub used: Option<Amount>,
    /// Per month.
    pub wasted: Option<Amount>,
    /// Per month, without telemetry.
    pub unmeasured: Option<Amount>,
    /// wasted ÷ (used + wasted), 0..1.
    pub waste_share: Option<f64>,
    /// Verdict on the waste share.
    pub status: Option<WasteStatus>,
}

/// Quantiles of use; nearest rank on the summary's histogram (error at most 0.4 %).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageQuantiles {
    /// Median; cores or bytes.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Exact maximum.
    pub max: f64,
}

/// What a pod used.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodUsageSummary {
    /// Cores; null without telemetry.
    pub cpu: Option<UsageQuantiles>,
    /// Working set in bytes; null without telemetry.
    pub memory: Option<UsageQuantiles>,
    /// Throttled ÷ all CFS periods, 0..1; null without telemetry.
    pub throttling: Option<f64>,
    /// Times it was killed for memory.
    pub ooms: u64,
}

/// Business traffic of a pod; null where no request log was given.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BusinessSummary {
    /// Business requests a day.
    pub requests_per_day: Option<f64>,
    /// Probes, scrapes and synthetic checks a day.
    pub probes_per_day: Option<f64>,
    /// Requests of any kind a day.
    pub all_requests_per_day: Option<f64>,
    /// 0..10 (idle.md §3).
    pub user_impact: Option<f64>,
    /// The caller's business weight, 0..1.
    pub criticality: Option<f64>,
}

/// One pod.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodAnalysis {
    /// `namespace/name`; with `/uid` where two pods share a name.
    pub id: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its workload.
    pub workload: OwnerRef,
    /// Node it runs on.
    pub node: Option<String>,
    /// What it is doing.
    pub state: State,
    /// Why we think so.
    pub idle: IdleAssessment,
    /// How good the evidence is.
    pub confidence: Evidence,
    /// What it costs.
    pub cost: CostSummary,
    /// What it uses.
    pub usage: PodUsageSummary,
    /// What it does for the business.
    pub business: BusinessSummary,
}

/// Replicas of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Replicas {
    /// Wanted now; the number of running pods where the workload does not say.
    pub current: u32,
}

/// One workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkloadAnalysis {
    /// `namespace/kind/name`.
    pub id: String,
    /// Namespace.
    pub namespace: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// What it is doing: the least idle replica decides.
    pub state: State,
    /// Probability that nobody needs it, 0..1; null without evidence.
    pub probability: Option<f64>,
    /// Confidence of the weakest replica, 0..1.
    pub confidence: f64,
    /// Pods in the Snapshot.
    pub pods: Vec<String>,
    /// What they cost together.
    pub cost: CostSummary,
    /// Advice per App and Sidecar container, by name.
    pub rightsizing: Vec<SizeRecommendation>,
    /// What it does for the business.
    pub business: BusinessSummary,
    /// Replicas.
    pub replicas: Replicas,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodeAnalysis {
    /// Name.
    pub name: String,
    /// Instance type.
    pub instance_type: Option<String>,
    /// Pods of the Snapshot on it.
    pub pods: u64,
    /// Where its money went in the window; null without a price.
    pub window: Option<Costs>,
    /// Cost per month, the parts of its bill projected one by one; null without a price.
    pub monthly: Option<Amount>,
    /// Where the price comes from.
    pub price_source: PriceSource,
    /// How it is paid for.
    pub price_kind: PriceKind,
    /// When the price was valid.
    pub price_as_of: Option<Timestamp>,
    /// Requested ÷ allocatable CPU, 0..1; null if unknown.
    pub cpu_requested_share: Option<f64>,
    /// Requested ÷ allocatable memory, 0..1; null if unknown.
    pub memory_requested_share: Option<f64>,
}

/// The Analysis of one cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Analysis {
    /// `upid/v1`.
    pub api_version: String,
    /// `Analysis`.
    pub kind: AnalysisKind,
    /// The cluster.
    pub cluster: Cluster,
    /// Bounds all money and totals.
    pub window: TimeRange,
    /// `now` of the Snapshot.
    pub generated_for: Timestamp,
    /// Currency of every amount.
    pub currency: Currency,
    /// What the answer depends on beside its inputs.
    pub engine: Engine,
    /// The whole cluster.
    pub totals: Totals,
    /// By name.
    pub namespaces: Vec<NamespaceAnalysis>,
    /// By namespace, kind, name.
    pub workloads: Vec<WorkloadAnalysis>,
    /// By namespace, name, uid.
    pub pods: Vec<PodAnalysis>,
    /// By name.
    pub nodes: Vec<NodeAnalysis>,
    /// By savings, largest first, then id.
    pub recommendations: Vec<Recommendation>,
    /// What they save together.
    pub savings: Savings,
    /// What a reader must know about inputs and answer.
    pub quality: Vec<Finding>,
}
