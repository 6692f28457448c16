//! What a recommendation says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::Reason;
use crate::rightsize::Backtest;
use crate::units::Amount;

/// What a recommendation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum RecommendationType {
    /// Change requests.
    ResourceOptimization,
    /// Review a workload that is probably idle; nothing is changed without its owner.
    IdleElimination,
    /// Mend a bottleneck.
    PerformanceFix,
}

/// Low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub enum Level {
    Low,
    Medium,
    High,
}

/// Risk of following a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Risk {
    /// Replayed on history, it failed at most as often as the target allows.
    Low,
    /// At most twice as often.
    Medium,
    /// At most four times as often.
    High,
    /// More often, or it could not be replayed.
    Critical,
}

/// One field to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// Path in the workload's manifest.
    pub path: String,
    /// Value now, as Kubernetes writes it; null if unset.
    pub from: Option<Value>,
    /// Value to set.
    pub to: Option<Value>,
}

/// A recommendation: what to do, what it saves, how sure we are, and how it failed on history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Recommendation {
    /// Stable hash of type and target.
    pub id: String,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: RecommendationType,
    /// `namespace/kind/name`, with `/container` where it is about one.
    pub target: String,
    /// One sentence.
    pub action: String,
    /// Fields to change; empty for a review.
    pub change: Vec<Change>,
    /// Nominal saving per month; negative: it costs more; null without prices.
    pub monthly_savings: Option<Amount>,
    /// Part of it that leaves the bill after packing the cluster again; null: not computed.
    pub realisable: Option<Amount>,
    /// 0..1.
    pub confidence: f64,
    /// Risk of following it.
    pub risk: Risk,
    /// How soon.
    pub priority: Level,
    /// How hard.
    pub effort: Level,
    /// How long it usually takes.
    pub timeline: String,
    /// Why.
    pub reasons: Vec<Reason>,
    /// How often the CPU advice would have failed on history.
    pub backtest: Option<Backtest>,
    /// Id of the recommendation that makes this one pointless.
    pub suppressed_by: Option<String>,
}

/// What one type of recommendation saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavingsPart {
    /// The type.
    pub stage: RecommendationType,
    /// Nominal, per month.
    pub amount: Amount,
}

/// Savings of all recommendations that do not suppress each other.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Savings {
    /// Cost now, per month; null if nothing has a price.
    pub current_monthly: Option<Amount>,
    /// Freed requests × unit costs per month; at most the cost of what is freed.
    pub nominal_monthly: Option<Amount>,
    /// What raised sizes cost more per month; not taken off the nominal savings.
    pub increases_monthly: Option<Amount>,
    /// What leaves the bill once the cluster is packed again; null: not computed.
    pub realisable_monthly: Option<Amount>,
    /// Nominal savings by type of recommendation; they sum to the nominal savings.
    pub parts: Vec<SavingsPart>,
    /// Nominal savings of recommendations with confidence above 0.9.
    pub high_confidence: Option<Amount>,
}
