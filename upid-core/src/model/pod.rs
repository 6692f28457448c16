//! Pods and their containers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NetworkStep, Resources};
use crate::units::Timestamp;

/// Which part a container plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ContainerType {
    /// An ordinary container.
    #[default]
    App,
    /// Runs to its end before the others start.
    Init,
    /// An init container with `restartPolicy: Always`.
    Sidecar,
}

/// How a container last ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Termination {
    /// Kubernetes' reason, e.g. `OOMKilled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// A container of a pod or of a workload's template.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Name, unique in the pod. Required.
    pub name: String,
    /// Which part it plays.
    #[serde(rename = "type")]
    pub kind: ContainerType,
    /// What the scheduler reserves; an absent field is no reservation.
    pub requests: Resources,
    /// What it may use at most; an absent field is no limit.
    pub limits: Resources,
    /// `status.allocatedResources`, during an in-place resize.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated: Option<Box<Resources>>,
    /// `status.resources.requests`, during an in-place resize.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Box<Resources>>,
    /// Container ports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<u32>,
    /// Image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Restarts so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<u64>,
    /// How it last ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_termination: Option<Termination>,
    /// What is wrong with it: `RequestUnreadable` says that an absent request or limit is unknown, not none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// The workload that a pod belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct OwnerRef {
    /// Kind, e.g. `Deployment`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Guessed from names rather than read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
}

/// A volume as a pod sees it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PodVolume {
    /// `PersistentVolumeClaim`, `EmptyDir`, `HostPath`, `Local` or `Other`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `Memory` for a memory-backed emptyDir.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// Name of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Name of the volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// Capacity in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_bytes: Option<f64>,
    /// Access mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_mode: Option<String>,
    /// Storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// Pod-level resources (`spec.resources`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PodResources {
    /// Replaces the containers' sum for each resource it names.
    pub requests: Resources,
}

/// A pod.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Pod {
    /// Namespace. Required.
    pub namespace: String,
    /// Name. Required.
    pub name: String,
    /// Kubernetes uid; two pods of one name are told apart by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Node it runs on; absent while unscheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Its workload; absent: the pod is its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerRef>,
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// `Guaranteed`, `Burstable` or `BestEffort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qos_class: Option<String>,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// When the object was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it got its node: from here on it reserves capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_at: Option<Timestamp>,
    /// When the kubelet took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When its last container ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// A static (mirror) pod.
    #[serde(rename = "static")]
    pub is_static: bool,
    /// Being deleted.
    pub terminating: bool,
    /// Priority class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class: Option<String>,
    /// Priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Uses the node's network.
    pub host_network: bool,
    /// `spec.overhead`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overhead: Option<Box<Resources>>,
    /// Pod-level resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Box<PodResources>>,
    /// A pending in-place resize: `Deferred` or `Infeasible`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize: Option<String>,
    /// Scheduling rules in Kubernetes' own JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling: Option<Box<Value>>,
    /// Containers in the manifest's order. Required.
    pub containers: Vec<Container>,
    /// Volumes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<PodVolume>,
    /// Bytes sent, by where they went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<NetworkStep>,
}

impl Pod {
    /// `namespace/name`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}
