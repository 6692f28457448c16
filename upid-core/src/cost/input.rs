//! What an attribution is computed from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    CapacityType, Cluster, ContainerType, Fee, LoadBalancer, NetworkRates, NetworkStep, NodePrice,
    OwnerRef, PodResources, Resources, Volume,
};
use crate::units::{Amount, Currency, Interval, RateAmount, TimeRange, Timestamp};

/// Everything that costs money in one cluster and window, and everything that may have caused it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CostInput {
    /// Bounds all money. Required.
    pub window: TimeRange,
    /// Currency of every amount.
    #[serde(default)]
    pub currency: Currency,
    /// The cluster; its provider chooses the base table.
    #[serde(default)]
    pub cluster: Cluster,
    /// Nodes. Required.
    pub nodes: Vec<CostNode>,
    /// Pods.
    #[serde(default)]
    pub pods: Vec<CostPod>,
    /// Persistent volumes.
    #[serde(default)]
    pub volumes: Vec<Volume>,
    /// Load balancers.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// Prices of traffic; a field that is absent is taken from the base table.
    #[serde(default)]
    pub network_rates: Option<NetworkRates>,
    /// Fees.
    #[serde(default)]
    pub fees: Vec<Fee>,
}

/// A node as the attribution sees it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CostNode {
    /// Name, unique in the cluster. Required.
    pub name: String,
    /// Kubernetes uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// `spec.providerID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Instance type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How its capacity was bought.
    pub capacity_type: CapacityType,
    /// Labels; GPU sharing is read from NVIDIA's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// When it existed; none: the whole window.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub life: Vec<Interval>,
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
}

/// A pod as the attribution sees it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CostPod {
    /// Namespace. Required.
    pub namespace: String,
    /// Name. Required.
    pub name: String,
    /// Kubernetes uid: two pods of one name are two pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Node it runs on; none: unscheduled, costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Its workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerRef>,
    /// Services that select it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// When it reserved capacity, as disjoint intervals; none: the whole window. Gaps are not billed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub life: Vec<Interval>,
    /// `spec.overhead`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overhead: Option<Resources>,
    /// Pod-level resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<PodResources>,
    /// Containers in the manifest's order. Required.
    pub containers: Vec<CostContainer>,
    /// Bytes sent, by where they went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<NetworkStep>,
}

impl CostPod {
    /// `namespace/name`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// What tells it apart and orders it: namespace, name, uid.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.namespace, &self.name, self.uid.as_deref().unwrap_or_default())
    }
}

/// A container as the attribution sees it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CostContainer {
    /// Name, unique in the pod. Required.
    pub name: String,
    /// Which part it plays.
    #[serde(rename = "type")]
    pub kind: ContainerType,
    /// What it reserves; an absent field is no reservation.
    pub requests: Resources,
    /// Its limits; a limit without a request counts as the request.
    pub limits: Resources,
    /// What it used, piecewise constant; a gap is unmeasured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<UsageStep>,
    /// Resizes: other requests for a while; elsewhere `requests` holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_steps: Vec<RequestStep>,
}

/// Mean usage over a span; an absent field (or NaN) is unmeasured, never 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsageStep {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Cores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_cores: Option<f64>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<f64>,
    /// GPUs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpus: Option<f64>,
}

/// Requests that held for a while.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestStep {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// What the container reserved then.
    pub requests: Resources,
}
