//! What a size is recommended for: a container of a workload, its current sizes and its history.

use serde::{Deserialize, Serialize};

use super::Series;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Rates, Resources};

/// Names a container of a workload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerKey {
    /// Namespace.
    pub namespace: String,
    /// Workload, e.g. the Deployment's name.
    pub workload: String,
    /// Container in the pod template.
    pub container: String,
}

/// One container of a workload: how many run, what it has now, and what it used.
///
/// The history is given as samples in `pods`, or as `usage` that names pods of the `Usage` of the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerInput {
    /// Which container.
    pub key: ContainerKey,
    /// Replicas that run now; savings count each. Default 1.
    pub replicas: u32,
    /// Requests and limits now.
    pub current: CurrentSizes,
    /// Samples per pod.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pods: Vec<PodSamples>,
    /// Pods whose summaries stand in the `Usage` of the call; used instead of `pods`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<UsagePods>,
    /// Facts about the cluster that bound a size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterFacts>,
    /// Prices of this container's nodes; without them savings are unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
}

impl Default for ContainerInput {
    fn default() -> Self {
        Self {
            key: ContainerKey::default(),
            replicas: 1,
            current: CurrentSizes::default(),
            pods: Vec::new(),
            usage: None,
            cluster: None,
            rates: None,
        }
    }
}

/// Requests and limits of a container; an absent field is not set.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CurrentSizes {
    /// CPU request in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_request_cores: Option<f64>,
    /// CPU limit in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_limit_cores: Option<f64>,
    /// Memory request in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_request_bytes: Option<f64>,
    /// Memory limit in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_limit_bytes: Option<f64>,
}

impl CurrentSizes {
    /// From the requests and limits of a container.
    pub fn new(requests: &Resources, limits: &Resources) -> Self {
        Self {
            cpu_request_cores: requests.cpu_cores,
            cpu_limit_cores: limits.cpu_cores,
            memory_request_bytes: requests.memory_bytes,
            memory_limit_bytes: limits.memory_bytes,
        }
    }

    /// `UPID_INVALID_VALUE` for a negative or endless size, or a limit below its request.
    pub fn check(&self) -> Result<()> {
        let fields = [
            ("cpuRequestCores", self.cpu_request_cores),
            ("cpuLimitCores", self.cpu_limit_cores),
            ("memoryRequestBytes", self.memory_request_bytes),
            ("memoryLimitBytes", self.memory_limit_bytes),
        ];
        for (name, value) in fields {
            // Sizes are kept as integers of 10⁻⁹ cores and of bytes.
            if value.is_some_and(|v| !(0.0..=1e18).contains(&v)) {
                let value = value.unwrap_or_default();
                return Err(Error::new(ErrorKind::InvalidValue, format!("{name} is {value}"))
                    .at_path(name)
                    .hint("a size is a number of at least 0; leave it out if it is not set"));
            }
        }
        let pairs = [
            ("cpuLimitCores", self.cpu_request_cores, self.cpu_limit_cores),
            ("memoryLimitBytes", self.memory_request_bytes, self.memory_limit_bytes),
        ];
        for (name, request, limit) in pairs {
            if let (Some(request), Some(limit)) = (request, limit)
                && limit < request
            {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    format!("{name} {limit} is below the request {request}"),
                )
                .at_path(name)
                .hint("Kubernetes refuses a limit below its request"));
            }
        }
        Ok(())
    }
}

/// The history of one pod as samples.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PodSamples {
    /// Pod name.
    pub name: String,
    /// CPU use in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Series>,
    /// Memory working set in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Series>,
    /// Kills for lack of memory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oom_events: Vec<OomEvent>,
    /// CPU throttling counts over the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Throttle>,
}

/// A container killed for lack of memory.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OomEvent {
    /// Epoch milliseconds.
    pub at_ms: i64,
    /// Memory request at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_bytes: Option<f64>,
    /// Memory limit at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_bytes: Option<f64>,
}

/// CFS scheduling periods of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Throttle {
    /// All periods.
    pub periods: u64,
    /// Periods in which it was throttled.
    pub throttled: u64,
}

/// Pods whose summaries are in the `Usage` of the call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UsagePods {
    /// `cluster` of the keys; empty for a single cluster.
    pub cluster: String,
    /// Names of the workload's pods, ended ones included.
    pub pods: Vec<String>,
    /// OOM kills that are known from elsewhere, e.g. from `lastTermination`; added to those of the Usage.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oom_events: Vec<OomEvent>,
}

/// Facts about the cluster that bound a size.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterFacts {
    /// Allocatable resources of the largest node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_node: Option<Resources>,
}

/// CPU or memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Resource {
    /// Cores.
    Cpu,
    /// Bytes.
    Memory,
}

impl Resource {
    /// How many integer units one core or byte has: 10⁻⁹ cores, whole bytes.
    pub(super) fn scale(self) -> f64 {
        match self {
            Self::Cpu => 1e9,
            Self::Memory => 1.0,
        }
    }

    /// A size in integer units, ties to even.
    pub(super) fn units(self, size: f64) -> i128 {
        (size * self.scale()).round_ties_even() as i128
    }

    /// A size in cores or bytes.
    pub(super) fn size(self, units: i128) -> f64 {
        units as f64 / self.scale()
    }
}
