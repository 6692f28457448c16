//! What an attribution says.

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::model::{CapacityType, Finding, PriceKind, PriceSource, ShareInput, ShareNode};
pub use crate::model::{
    CellAmount, CostRemainder, CostResource, CostRow, ResourceCost, ResourceHours, Split,
};
use crate::units::{Amount, Currency, RateAmount, TimeRange, Timestamp};

/// The price of one resource of a node over the window, and where it went (before idle is spread).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodePool {
    /// Resource.
    pub resource: CostResource,
    /// What it cost.
    pub bill: Amount,
    /// Used by pods.
    pub used: Amount,
    /// Wasted by pods.
    pub wasted: Amount,
    /// Allocated to pods and not measured.
    pub unmeasured: Amount,
    /// Allocatable and not allocated.
    pub idle: Amount,
    /// Capacity that is not allocatable.
    pub system_overhead: Amount,
    /// Per unit (core, GiB, GPU) of capacity and hour.
    #[serde(default)]
    pub unit_cost: Option<RateAmount>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodeCost {
    /// Name.
    pub name: String,
    /// `spec.providerID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Instance type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How its capacity was bought; absent: not known.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub capacity_type: CapacityType,
    /// What it cost in the window; null: no price.
    pub amount: Option<Amount>,
    /// Where the price comes from.
    pub price_source: PriceSource,
    /// How it is paid for.
    pub kind: PriceKind,
    /// When the price was valid.
    #[serde(default)]
    pub as_of: Option<Timestamp>,
    /// By resource; empty without a price or without a known capacity.
    #[serde(default)]
    pub pools: Vec<NodePool>,
    /// Hours it existed in the window.
    #[serde(default)]
    pub hours: f64,
    /// Codes of cost.md §11, ascending.
    #[serde(default)]
    pub flags: Vec<String>,
}

// serde passes a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_unknown(kind: &CapacityType) -> bool {
    *kind == CapacityType::Unknown
}

/// A pod: the sum of its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodCost {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its uid.
    #[serde(default)]
    pub uid: Option<String>,
    /// Node.
    #[serde(default)]
    pub node: Option<String>,
    /// Hours it lived in the window.
    pub hours: f64,
    /// What it cost; null if its node has no price or is not known (what is known stands in its rows).
    pub amount: Option<Amount>,
    /// What it used of that.
    pub used: Option<Amount>,
    /// What it wasted.
    pub wasted: Option<Amount>,
    /// What nobody measured.
    pub unmeasured: Option<Amount>,
    /// Amount per hour of the window, so that pods add up.
    pub hourly: Option<Amount>,
    /// Per day.
    pub daily: Option<Amount>,
    /// Per month of 730 h.
    pub monthly: Option<Amount>,
    /// Per year.
    pub yearly: Option<Amount>,
    /// wasted ÷ (used + wasted), 0..1.
    pub waste_share: Option<f64>,
    /// 1 − wasteShare.
    pub efficiency: Option<f64>,
    /// Codes of cost.md §11, ascending.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// The four destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostTotals {
    /// Pods, without spread idle.
    pub pods: Split,
    /// Idle cost spread over pods; only under `SpreadOnNode`.
    #[serde(default)]
    pub spread_idle: Option<Amount>,
    /// Allocatable and not allocated, unmounted volumes, load balancers without backend.
    pub idle: Amount,
    /// Capacity that is not allocatable, and control-plane fees.
    pub system_overhead: Amount,
    /// What nobody caused, with a reason.
    pub unattributed: Amount,
}

/// How good the input was.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostQuality {
    /// Share of the node-hours that have a price; null without node-hours.
    pub priced_share: Option<f64>,
    /// Share of the pods' CPU, memory and GPU money that was measured; null without money.
    pub measured_share: Option<f64>,
    /// Flags, counted.
    pub flags: Vec<Finding>,
}

/// A bill split into pods (used, wasted, unmeasured), idle, system overhead and unattributed, to the last unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attribution {
    /// Currency of every amount.
    #[serde(default)]
    pub currency: Currency,
    /// The window.
    pub window: TimeRange,
    /// The policy.
    #[serde(default)]
    pub policy: Policy,
    /// Length of a cell.
    pub grid_seconds: u32,
    /// Everything that was paid: nodes, volumes, load balancers, network, fees.
    pub bill: Amount,
    /// Where it went.
    pub totals: CostTotals,
    /// bill − Σ totals: always 0.
    pub residual: Amount,
    /// Leaves, ordered by namespace, pod, uid, container.
    #[serde(default)]
    pub rows: Vec<CostRow>,
    /// Idle cost by node or namespace.
    #[serde(default)]
    pub idle: Vec<CostRemainder>,
    /// System overhead.
    #[serde(default)]
    pub system_overhead: Vec<CostRemainder>,
    /// Unattributed money with its reasons.
    #[serde(default)]
    pub unattributed: Vec<CostRemainder>,
    /// Nodes by name.
    #[serde(default)]
    pub nodes: Vec<NodeCost>,
    /// Pods by namespace, name, uid.
    #[serde(default)]
    pub pods: Vec<PodCost>,
    /// How good the input was.
    #[serde(default)]
    pub quality: CostQuality,
}

impl From<Attribution> for ShareInput {
    fn from(a: Attribution) -> Self {
        let node = |node: NodeCost| ShareNode {
            name: node.name,
            cluster: None,
            zone: node.zone,
            instance_type: node.instance_type,
            capacity_type: node.capacity_type,
        };
        Self {
            currency: a.currency,
            rows: a.rows,
            idle: a.idle,
            system_overhead: a.system_overhead,
            unattributed: a.unattributed,
            nodes: a.nodes.into_iter().map(node).collect(),
        }
    }
}
