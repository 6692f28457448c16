//! The Snapshot: what existed in one cluster, and what it cost.

use serde::{Deserialize, Serialize};

use super::{Context, Dependency, Fee, LoadBalancer, NetworkRates, Node, Pod, Volume, Workload};
use crate::units::{Currency, TimeRange, Timestamp};

/// Whose cloud a cluster runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Provider {
    /// Amazon.
    Aws,
    /// Google.
    Gcp,
    /// Microsoft.
    Azure,
    /// Another cloud; its name stands in `providerName`.
    OtherCloud,
    /// Own hardware.
    OnPrem,
    /// Several.
    Mixed,
    /// Not known.
    #[default]
    Unknown,
}

/// The cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Cluster {
    /// Name. Required.
    pub name: String,
    /// Whose cloud.
    pub provider: Provider,
    /// Name of another cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Distribution, e.g. `EKS`, `OpenShift` or `K3s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<String>,
    /// Version of Kubernetes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
}

/// Where prices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Prices {
    /// Only what the nodes carry.
    #[default]
    Given,
    /// The embedded price list where a node carries none.
    Catalog,
}

/// A Service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    /// Namespace. Required.
    pub namespace: String,
    /// Name. Required.
    pub name: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Workloads it selects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selects: Option<Vec<WorkloadRefLocal>>,
    /// References from outside the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_references: Option<u32>,
    /// Ingress hosts that lead to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<Vec<String>>,
    /// Mesh objects that name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mesh: Option<ServiceMesh>,
}

/// A workload of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct WorkloadRefLocal {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// Mesh objects that name a Service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceMesh {
    /// Virtual services.
    pub virtual_services: Vec<String>,
}

/// Marks a document as a Snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SnapshotKind {
    /// The only value.
    #[default]
    Snapshot,
}

/// The version of every document of this library.
pub(crate) const API_VERSION: &str = "upid/v1";

fn api_version() -> String {
    API_VERSION.to_owned()
}

fn utc() -> String {
    "UTC".to_owned()
}

/// What existed in one cluster: nodes, workloads, pods, prices, and what the caller knows beyond them.
///
/// Every field is optional unless marked required; absent means unknown, never 0. [`Snapshot::validate`] reports
/// every problem at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// `upid/v1`.
    #[serde(default = "api_version")]
    pub api_version: String,
    /// `Snapshot`.
    #[serde(default)]
    pub kind: SnapshotKind,
    /// The cluster. Required.
    pub cluster: Cluster,
    /// The instant the Snapshot speaks of. Required: no clock is read.
    pub now: Timestamp,
    /// Bounds all money and totals. Required.
    pub window: TimeRange,
    /// IANA zone of the local clock.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Currency of every amount.
    #[serde(default)]
    pub currency: Currency,
    /// Where prices come from; none: `Config.cost.prices`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    /// Nodes.
    #[serde(default)]
    pub nodes: Vec<Node>,
    /// Workloads.
    #[serde(default)]
    pub workloads: Vec<Workload>,
    /// Kinds that were fetched: an absent kind is unknown, a fetched one without objects is known none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collected: Vec<String>,
    /// Pods.
    #[serde(default)]
    pub pods: Vec<Pod>,
    /// Services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Service>,
    /// Who calls whom; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Vec<Dependency>>,
    /// Persistent volumes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    /// Load balancers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_balancers: Vec<LoadBalancer>,
    /// Prices of traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_rates: Option<NetworkRates>,
    /// Fees of the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// What the caller knows beyond the cluster.
    #[serde(default)]
    pub context: Context,
}

impl Snapshot {
    /// An empty Snapshot of a cluster; fill the lists.
    pub fn new(cluster: &str, now: Timestamp, window: TimeRange) -> Self {
        Self {
            api_version: api_version(),
            kind: SnapshotKind::Snapshot,
            cluster: Cluster { name: cluster.to_owned(), ..Cluster::default() },
            now,
            window,
            time_zone: utc(),
            currency: Currency::USD,
            prices: None,
            nodes: Vec::new(),
            workloads: Vec::new(),
            collected: Vec::new(),
            pods: Vec::new(),
            services: Vec::new(),
            dependencies: None,
            volumes: Vec::new(),
            load_balancers: Vec::new(),
            network_rates: None,
            fees: Vec::new(),
            context: Context::default(),
        }
    }
}
