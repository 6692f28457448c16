//! The result: a size with its derivation, its risk and its replay on the container's own history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Backtest, ContainerKey, CpuPolicy, MemoryPolicy};
use crate::model::Reason;
use crate::units::{Amount, Currency};

/// Sizes for one container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SizeRecommendation {
    /// Which container.
    pub key: ContainerKey,
    /// CPU; null if the input holds no CPU at all.
    pub cpu: Option<ResourceAdvice<CpuPolicy>>,
    /// Memory; null if the input holds no memory at all.
    pub memory: Option<ResourceAdvice<MemoryPolicy>>,
    /// What the change saves.
    pub savings: SizeSavings,
    /// Largest ÷ median of the pods' own 95 % CPU quantiles; null for fewer than two pods with 24 observed hours.
    pub hot_pod_ratio: Option<f64>,
    /// What stands behind it: of CPU, or of memory where there is no CPU.
    pub evidence: SizeEvidence,
    /// What shaped both sizes.
    pub reasons: Vec<Reason>,
    /// What weakens them.
    pub warnings: Vec<Reason>,
}

/// A size for one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceAdvice<P> {
    /// The request now, in cores or bytes.
    pub current: Option<f64>,
    /// The request to set; null when refused, and then `reasons` says why.
    pub recommended: Option<f64>,
    /// What the policy said, before floor, cap, rounding and the gate of small changes.
    pub uncapped: Option<f64>,
    /// The limit to set; null for no limit.
    pub limit: Option<f64>,
    /// Plain quantile of the policy's `q` and its upper bound; null where the data do not back one.
    pub interval: Option<SizeInterval>,
    /// How often the size would be exceeded.
    pub risk: Option<SizeRisk>,
    /// How the size was derived.
    pub basis: Option<SizeBasis<P>>,
    /// Replay on the container's own history; null without a day to test on.
    pub backtest: Option<Backtest>,
    /// The change; null when refused.
    pub delta: Option<SizeDelta>,
    /// What bounded the size last.
    pub capped_by: CappedBy,
    /// How much more data is needed, when there is too little.
    pub need: Option<Need>,
    /// What shaped the size, in order.
    pub reasons: Vec<Reason>,
}

/// What bounded a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CappedBy {
    /// Nothing.
    #[default]
    None,
    /// The floor.
    Floor,
    /// The configured cap.
    Cap,
    /// Rounding up to the quantum.
    Quantum,
    /// The largest node.
    Node,
    /// The highest observed use.
    ObservedPeak,
}

/// An interval with data behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizeInterval {
    /// The plain quantile.
    pub lower: f64,
    /// Its upper confidence bound.
    pub upper: f64,
    /// Confidence of the bound.
    pub level: f64,
}

/// How often a size would be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SizeRisk {
    /// CPU: share of time above the request in the replay. Memory with `PeakFactor`: probability of at least one
    /// peak above the size within the horizon.
    pub p_exceed: f64,
    /// Mean of use above the request over all samples of the replay, in cores or bytes.
    pub expected_shortfall: Option<f64>,
    /// Days that it holds for.
    pub horizon_days: f64,
    /// Whether the number is measured or holds by construction.
    pub calibrated: bool,
}

/// How a size was derived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SizeBasis<P> {
    /// The policy that gave the value; for `Auto` the one it chose.
    pub policy: P,
    /// Its quantile, if it has one.
    pub q: Option<f64>,
    /// Samples.
    pub n: u64,
    /// Effective sample size (usage.md §5.2).
    pub n_eff: f64,
    /// Days between the first and the last observed hour, both included.
    pub window_days: f64,
    /// Full weeks observed.
    pub cycles: u64,
    /// OOM kills in the window.
    pub oom_events: u64,
    /// Throttled ÷ all scheduling periods; null without that metric.
    pub throttled_share: Option<f64>,
    /// Whether it comes from histograms (error at most 0.4 %).
    pub approximate: bool,
}

/// A change of a request.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SizeDelta {
    /// Recommended − current, in cores or bytes; the whole size if none is set now.
    pub absolute: f64,
    /// Absolute ÷ current; null if none is set now, or 0.
    pub relative: Option<f64>,
    /// Money of 730 h and all replicas; negative is added cost; null if unknown.
    pub monthly_savings: Option<Amount>,
    /// Whether the change is worth making.
    pub significant: bool,
}

/// Money that the sizes save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SizeSavings {
    /// Of CPU and memory in 730 h and all replicas; null if neither is known.
    pub monthly: Option<Amount>,
    /// Its currency, if the rates name one.
    pub currency: Option<Currency>,
}

/// What stands behind a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SizeEvidence {
    /// Samples.
    pub samples: u64,
    /// Effective sample size.
    pub n_eff: f64,
    /// Days between the first and the last observed hour, both included.
    pub window_days: f64,
    /// Full weeks observed.
    pub cycles: u64,
}

/// How much more data is needed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Need {
    /// More samples (independent ones for a bound).
    pub samples: Option<u64>,
    /// More days, if the data keep coming as they did.
    pub days: Option<f64>,
}

/// Sums over a fleet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FleetSummary {
    /// Containers.
    pub containers: u64,
    /// Containers without any size.
    pub refused: u64,
    /// Containers with a significant change.
    pub significant: u64,
    /// Sum over all replicas of recommended − current CPU, where a request is set now.
    pub cpu_cores_delta: f64,
    /// Sum over all replicas of recommended − current memory, where a request is set now.
    pub memory_bytes_delta: f64,
    /// Sum of the savings that are known; null if none is.
    pub monthly_savings: Option<Amount>,
    /// How often each reason occurred.
    pub by_reason: BTreeMap<String, u64>,
}

/// Output of `rightsize.recommend`: rows by falling savings, then key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FleetRecommendation {
    /// One row per container.
    pub recommendations: Vec<SizeRecommendation>,
    /// Sums.
    pub summary: FleetSummary,
}

impl<P> ResourceAdvice<P> {
    /// An advice without a size.
    pub(super) fn refused(current: Option<f64>, reason: Reason, need: Option<Need>) -> Self {
        Self {
            current,
            recommended: None,
            uncapped: None,
            limit: None,
            interval: None,
            risk: None,
            basis: None,
            backtest: None,
            delta: None,
            capped_by: CappedBy::None,
            need,
            reasons: vec![reason],
        }
    }

    /// Whether a change is recommended that is worth making.
    pub fn is_significant(&self) -> bool {
        self.delta.is_some_and(|delta| delta.significant)
    }
}
