//! What costs money beside nodes: volumes, load balancers, network, fees.

use serde::{Deserialize, Serialize};

use super::BilledCost;
use crate::units::{Amount, Interval, RateAmount, Timestamp};

/// A claim by namespace and name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ClaimRef {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// A pod that mounts a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mount {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Its uid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// First instant mounted.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
}

/// A persistent volume. Its cost is split over the pods that mount it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Name. Required.
    pub name: String,
    /// The cloud's id, as bills have it: `vol-…`, ARM path, Google's `project/zone/name`; none: the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The claim bound to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimRef>,
    /// Capacity in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_bytes: Option<f64>,
    /// Price per GiB and hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gib_hourly_cost: Option<RateAmount>,
    /// Price of the whole volume per hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_cost: Option<RateAmount>,
    /// Billed periods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub billed: Vec<BilledCost>,
    /// When it existed; none: the whole window.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub life: Vec<Interval>,
    /// Who mounted it, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
}

/// A pod behind a load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Backend {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Its uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// A load balancer. Its cost is split evenly over its live backends.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct LoadBalancer {
    /// Namespace of the Service. Required.
    pub namespace: String,
    /// Name of the Service. Required.
    pub service: String,
    /// The cloud's id, as bills have it, or its DNS name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Price per hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_cost: Option<RateAmount>,
    /// Billed periods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub billed: Vec<BilledCost>,
    /// Price per GiB processed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gib_cost: Option<RateAmount>,
    /// Bytes processed in the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<f64>,
    /// When it existed; none: the whole window.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub life: Vec<Interval>,
    /// Pods behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backends: Vec<Backend>,
}

/// Bytes a pod sent in a span, by where they went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NetworkStep {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Bytes to another zone of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_bytes: Option<f64>,
    /// Bytes to another region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_bytes: Option<f64>,
    /// Bytes to the internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet_bytes: Option<f64>,
}

/// Prices per GiB sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkRates {
    /// To another zone of the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_gib: Option<RateAmount>,
    /// To another region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_gib: Option<RateAmount>,
    /// To the internet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internet_gib: Option<RateAmount>,
}

/// What a fee is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum FeeKind {
    /// The cluster's control plane: system overhead.
    ControlPlane,
    /// Support plan.
    Support,
    /// Tax.
    Tax,
    /// Licence.
    License,
    /// Anything else.
    #[default]
    Other,
}

/// A fee of the cluster.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Fee {
    /// Name. Required.
    pub name: String,
    /// What it is for.
    pub kind: FeeKind,
    /// Amount for the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Or a price per hour of its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_cost: Option<RateAmount>,
    /// When it ran; none: the whole window.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub life: Vec<Interval>,
    /// `SystemOverhead` or `Unattributed`; none: by kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
}
