//! Nodes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{NodePrice, Resources};
use crate::units::{Amount, RateAmount, Timestamp};

/// How the capacity of a node was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CapacityType {
    /// By use.
    OnDemand,
    /// Interruptible.
    Spot,
    /// Reserved.
    Reserved,
    /// Not known.
    #[default]
    Unknown,
}

/// A taint, as in Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Taint {
    /// Key.
    pub key: String,
    /// Value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// A node. One of `capacity` and `allocatable` is required.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Node {
    /// Name, unique in the cluster. Required.
    pub name: String,
    /// Kubernetes uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// `spec.providerID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Instance type, e.g. `m5.xlarge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// CPU architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<String>,
    /// How its capacity was bought.
    pub capacity_type: CapacityType,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Taints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    /// What the machine has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Resources>,
    /// What pods may use of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocatable: Option<Resources>,
    /// Full price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<NodePrice>,
    /// Short form: price per hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_cost: Option<RateAmount>,
    /// Short form: amount billed for its life inside the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_cost: Option<Amount>,
    /// When it joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Cordoned.
    pub unschedulable: bool,
}
