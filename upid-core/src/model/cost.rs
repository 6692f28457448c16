//! Rows of cost: what a leaf cost, and what went to nobody. Attributions hold them, and what other tools attributed is
//! read into them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{CapacityType, OwnerRef};
use crate::error::Result;
use crate::units::{Amount, Currency, Timestamp};

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

/// The cost of one resource of a row. A plain decimal string is read as an amount that nobody measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
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
    /// What of `amount` the bill added to the modelled cost; only after `cost.reconcile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<Amount>,
}

impl From<Split> for ResourceCost {
    fn from(split: Split) -> Self {
        let Split { amount, used, wasted, unmeasured } = split;
        Self { amount, used, wasted, unmeasured, ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for ResourceCost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            amount: Amount,
            used: Amount,
            wasted: Amount,
            unmeasured: Amount,
            #[serde(default)]
            spread_idle: Option<Amount>,
            #[serde(default)]
            nominal: Option<Amount>,
            #[serde(default)]
            adjustment: Option<Amount>,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ResourceCost;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount with its parts, or a decimal string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<ResourceCost, E> {
                let amount = Amount::parse(text).map_err(crate::error::carry)?;
                Ok(Split { amount, unmeasured: amount, ..Split::default() }.into())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ResourceCost, A::Error> {
                let of = Fields::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ResourceCost {
                    amount: of.amount,
                    used: of.used,
                    wasted: of.wasted,
                    unmeasured: of.unmeasured,
                    spread_idle: of.spread_idle,
                    nominal: of.nominal,
                    adjustment: of.adjustment,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
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
    /// The container is a sidecar: an init container that runs as long as the pod.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sidecar: bool,
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostRemainder {
    /// Cluster it belongs to, where several stand in one document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Node it belongs to.
    #[serde(default)]
    pub node: Option<String>,
    /// Namespace it belongs to.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Why, e.g. `Unclaimed`, `NoBackend`, `Support`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Service that billed it, where a bill says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Amount by resource.
    pub costs: BTreeMap<CostResource, Amount>,
}

/// What rows can be grouped by that only their node knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ShareNode {
    /// Name. Required.
    pub name: String,
    /// Cluster, where several stand in one document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Instance type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// How its capacity was bought.
    pub capacity_type: CapacityType,
}

/// What `cost.share` takes: rows and remainders, of an Attribution or of another tool (cost.md §6).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ShareInput {
    /// Currency of every amount.
    pub currency: Currency,
    /// Leaves; each key once.
    pub rows: Vec<CostRow>,
    /// Idle cost by node or namespace.
    pub idle: Vec<CostRemainder>,
    /// System overhead.
    pub system_overhead: Vec<CostRemainder>,
    /// Unattributed money with its reasons.
    pub unattributed: Vec<CostRemainder>,
    /// Nodes, to group by zone, instance type or capacity type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<ShareNode>,
}
