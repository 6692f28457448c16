//! Workloads and the facts about them that idleness, safety and sizing read (scaling.md §2).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Container, OwnerRef};
use crate::units::Timestamp;

/// Reads `null` as known none and a missing field as unknown.
#[allow(clippy::option_option)]
fn known<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// An autoscaler that targets the workload.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Autoscaler {
    /// `Hpa`, `Keda`, `Vpa` or `Knative`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Fewest replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<u32>,
    /// Most replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<u32>,
    /// Percent of the CPU request, as Kubernetes writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_cpu_utilization: Option<f64>,
    /// Percent of the memory request, as Kubernetes writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_memory_utilization: Option<f64>,
    /// Paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
    /// KEDA triggers in Kubernetes' own JSON.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Value>,
    /// Kinds of further autoscalers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// A disruption budget that selects the workload.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct DisruptionBudget {
    /// Number or percent text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_available: Option<Value>,
    /// Number or percent text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<Value>,
    /// Evictions allowed now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disruptions_allowed: Option<u32>,
}

/// A volume of the template.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeFact {
    /// `PersistentVolumeClaim`, `EmptyDir`, `HostPath`, `Local` or `Other`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `Memory` for a memory-backed emptyDir.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// Access mode of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_mode: Option<String>,
    /// Capacity in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_bytes: Option<f64>,
}

/// A leader lease.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Lease {
    /// Held by a pod of the workload.
    pub held: bool,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A Service in front of the workload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceFact {
    /// Name.
    pub name: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// References from outside the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_references: Option<u32>,
    /// Session affinity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_affinity: Option<String>,
}

/// Service-mesh facts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Mesh {
    /// Has a sidecar proxy.
    pub sidecar: bool,
    /// Virtual services.
    pub virtual_services: Vec<String>,
    /// Destination rules.
    pub destination_rules: Vec<String>,
}

/// An API that the workload serves for the control plane.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ApiBackend {
    /// Kind of the configuration.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// `Fail` or `Ignore`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_policy: Option<String>,
}

/// A service that the workload calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Upstream {
    /// Name.
    pub name: String,
    /// `Healthy`, `Unhealthy` or `Unknown`.
    pub state: String,
}

/// A tool that keeps the workload as Git says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct GitOps {
    /// Name of the tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// It owns the replica count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas_managed: Option<bool>,
    /// It reverts changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_heal: Option<bool>,
}

/// An earlier rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rollback {
    /// When.
    pub at: Timestamp,
}

/// A workload: its template and every fact known about it.
///
/// An absent fact is unknown. For `controller`, `autoscaler`, `disruptionBudget`, `lease`, `mesh` and `gitOps`,
/// `null` says "known to have none", which is not the same.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[allow(clippy::option_option)]
pub struct Workload {
    /// `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `Pod`, … Required.
    pub kind: String,
    /// Namespace. Required.
    pub namespace: String,
    /// Name. Required.
    pub name: String,
    /// Containers of the template.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<Container>,
    /// Kubernetes uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Resource version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_version: Option<String>,
    /// Generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// Wanted replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<u32>,
    /// Ready replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_replicas: Option<u32>,
    /// Labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Annotations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Labels of the namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace_labels: Option<BTreeMap<String, String>>,
    /// Priority class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it last rolled out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_rollout_at: Option<Timestamp>,
    /// Rolling out now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout_in_progress: Option<bool>,
    /// Paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
    /// Its own controller; `null`: none.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub controller: Option<Option<OwnerRef>>,
    /// A static pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub static_pod: Option<bool>,
    /// Its autoscaler; `null`: none.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub autoscaler: Option<Option<Autoscaler>>,
    /// Its disruption budget; `null`: none.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub disruption_budget: Option<Option<DisruptionBudget>>,
    /// Volumes of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<Vec<VolumeFact>>,
    /// Ports of its containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_ports: Option<Vec<u32>>,
    /// Its leader lease; `null`: none.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub lease: Option<Option<Lease>>,
    /// Services that select it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<Vec<ServiceFact>>,
    /// Ingress hosts that lead to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_hosts: Option<Vec<String>>,
    /// Mesh facts; `null`: none.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub mesh: Option<Option<Mesh>>,
    /// APIs it serves for the control plane.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_backends: Option<Vec<ApiBackend>>,
    /// How many workloads call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbound_dependents: Option<u32>,
    /// Services it calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<Vec<Upstream>>,
    /// What keeps it as Git says; `null`: none.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub git_ops: Option<Option<GitOps>>,
    /// 99th percentile of seconds from start to ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_seconds_p99: Option<f64>,
    /// Effective CPU request of one pod in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_request_cores: Option<f64>,
    /// Effective memory request of one pod in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_request_bytes: Option<f64>,
    /// Earlier rollbacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollbacks: Option<Vec<Rollback>>,
}

impl Workload {
    /// `namespace/kind/name`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.namespace, self.kind, self.name)
    }
}
