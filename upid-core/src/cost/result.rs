//! What an attribution says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::error::Result;
use crate::model::{Finding, OwnerRef, PriceKind, PriceSource};
use crate::units::{Amount, Currency, RateAmount, TimeRange, Timestamp};

/// What money was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CostResource {
    /// CPU of a node.
    Cpu,
    /// Memory of a node.
    Memory,
    /// GPUs of a node.
    Gpu,
    /// Persistent volumes.
    Storage,
    /// Traffic.
    Network,
    /// Load balancers.
    LoadBalancer,
    /// A whole node whose price cannot be split.
    Node,
    /// Fees of the cluster.
    Fee,
}

/// An amount and its parts: used + wasted + unmeasured = amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Split {
    /// All of it.
    pub amount: Amount,
    /// What was used.
    pub used: Amount,
    /// What was allocated, measured and not used.
    pub wasted: Amount,
    /// What nobody measured.
    pub unmeasured: Amount,
}

impl Split {
    /// Sum, part by part.
    pub(crate) fn plus(&self, other: &Self) -> Result<Self> {
        Ok(Self {
            amount: self.amount.add(other.amount)?,
            used: self.used.add(other.used)?,
            wasted: self.wasted.add(other.wasted)?,
            unmeasured: self.unmeasured.add(other.unmeasured)?,
        })
    }
}

/// The cost of one resource of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceCost {
    /// All of it.
    pub amount: Amount,
    /// What was used.
    pub used: Amount,
    /// What was allocated, measured and not used.
    pub wasted: Amount,
    /// What nobody measured. Volumes and load balancers are always here: nothing says how full they are.
    pub unmeasured: Amount,
    /// Its part of the node's idle cost, beside `amount`; only under `SpreadOnNode`.
    #[serde(default)]
    pub spread_idle: Option<Amount>,
    /// What the unscaled maximum of request and usage would cost; only where the node was saturated.
    #[serde(default)]
    pub nominal: Option<Amount>,
}

impl ResourceCost {
    /// The amount and its parts.
    pub fn split(&self) -> Split {
        let Self { amount, used, wasted, unmeasured, .. } = *self;
        Split { amount, used, wasted, unmeasured }
    }
}

/// Resource-hours.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceHours {
    /// Core-hours.
    pub cpu_core_hours: f64,
    /// GiB-hours.
    pub memory_gib_hours: f64,
    /// GPU-hours.
    pub gpu_hours: f64,
}

/// The amount of one grid cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CellAmount {
    /// Start of the cell (it may lie before the window).
    pub start: Timestamp,
    /// All resources together.
    pub amount: Amount,
}

/// One leaf: a container of a pod, or what belongs to the pod as a whole (`container` null).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostRow {
    /// Cluster.
    #[serde(default)]
    pub cluster: String,
    /// Node; null while unscheduled or not known.
    #[serde(default)]
    pub node: Option<String>,
    /// Namespace.
    pub namespace: String,
    /// Pod.
    pub pod: String,
    /// Its uid.
    #[serde(default)]
    pub uid: Option<String>,
    /// Container; null: the pod itself (reserve, volumes, load balancers, network).
    #[serde(default)]
    pub container: Option<String>,
    /// Workload.
    #[serde(default)]
    pub owner: Option<OwnerRef>,
    /// Services.
    #[serde(default)]
    pub services: Vec<String>,
    /// Labels of the pod.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Annotations of the pod.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Hours it lived in the window.
    #[serde(default)]
    pub hours: f64,
    /// Cost by resource; a resource without a known price is absent.
    pub costs: BTreeMap<CostResource, ResourceCost>,
    /// What it was charged for; null if its node is not known.
    #[serde(default)]
    pub allocated: Option<ResourceHours>,
    /// What it used beyond that, reported and not charged.
    #[serde(default)]
    pub overuse: Option<ResourceHours>,
    /// Amount per cell; only with `timeline`.
    #[serde(default)]
    pub cells: Option<Vec<CellAmount>>,
    /// Codes of cost.md §11, ascending.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// Money that went to no pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostRemainder {
    /// Node it belongs to.
    #[serde(default)]
    pub node: Option<String>,
    /// Namespace it belongs to.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Why, e.g. `Unclaimed`, `NoBackend`, `Support`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Amount by resource.
    pub costs: BTreeMap<CostResource, Amount>,
}

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
