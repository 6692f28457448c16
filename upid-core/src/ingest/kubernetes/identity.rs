//! Whose machine a node is: provider, region, how its capacity was bought, which distribution runs on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::node::KubernetesNode;
use crate::model::{CapacityType, Provider};

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityEvidence {
    /// Where: `spec.providerID`, `kubeletVersion`, `label`, …
    pub source: String,
    /// What stands there.
    pub value: String,
}

/// What a node's own object says about where it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct NodeIdentity {
    /// Whose cloud.
    pub provider: Provider,
    /// Name of another cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    /// The provider's id of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
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
    /// `EKS`, `GKE`, `AKS`, `OpenShift`, `K3s`, `RKE2`, `Minikube`, `Kind`, `DockerDesktop`, `MicroK8s`, `Talos` or
    /// `Vanilla`.
    pub distribution: String,
    /// What the provider was concluded from; the first decides.
    pub evidence: Vec<IdentityEvidence>,
    /// Another provider than the first evidence names, or labels that contradict each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<IdentityEvidence>,
    /// The region was concluded from the zone.
    pub inferred: bool,
}

const OTHER_CLOUDS: [&str; 12] = [
    "digitalocean",
    "linode",
    "hcloud",
    "scaleway",
    "vultr",
    "exoscale",
    "civo",
    "ionos",
    "openstack",
    "ibm",
    "brightbox",
    "utho",
];
const ON_PREM: [&str; 7] = ["vsphere", "metal3", "kind", "k3s", "rke2", "harvester", "talos"];
/// Label prefixes that only one provider's tools write.
const LABELS: [(&str, Provider); 5] = [
    ("eks.amazonaws.com/", Provider::Aws),
    ("alpha.eksctl.io/", Provider::Aws),
    ("karpenter.k8s.aws/", Provider::Aws),
    ("cloud.google.com/gke-", Provider::Gcp),
    ("kubernetes.azure.com/", Provider::Azure),
];
/// Labels and values (compared without case) that say how a node was bought.
const CAPACITY: [(&str, &str, CapacityType); 11] = [
    ("karpenter.sh/capacity-type", "spot", CapacityType::Spot),
    ("eks.amazonaws.com/capacityType", "SPOT", CapacityType::Spot),
    ("cloud.google.com/gke-spot", "true", CapacityType::Spot),
    ("cloud.google.com/gke-preemptible", "true", CapacityType::Spot),
    ("cloud.google.com/gke-provisioning", "spot", CapacityType::Spot),
    ("kubernetes.azure.com/scalesetpriority", "spot", CapacityType::Spot),
    ("node.kubernetes.io/lifecycle", "spot", CapacityType::Spot),
    ("karpenter.sh/capacity-type", "on-demand", CapacityType::OnDemand),
    ("eks.amazonaws.com/capacityType", "ON_DEMAND", CapacityType::OnDemand),
    ("karpenter.sh/capacity-type", "reserved", CapacityType::Reserved),
    ("eks.amazonaws.com/capacityType", "CAPACITY_BLOCK", CapacityType::Reserved),
];

/// Concludes from a node's own object where it runs; `spot_labels` are further labels of interruptible nodes.
pub fn node_identity(
    node: &KubernetesNode,
    spot_labels: &BTreeMap<String, String>,
) -> NodeIdentity {
    let label = |keys: [&str; 2]| {
        keys.iter().find_map(|key| node.node.labels.get(*key)).filter(|v| !v.is_empty()).cloned()
    };
    let mut identity = NodeIdentity {
        distribution: distribution(node).to_owned(),
        instance_type: label([
            "node.kubernetes.io/instance-type",
            "beta.kubernetes.io/instance-type",
        ]),
        zone: label(["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"]),
        region: label([
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/region",
        ]),
        ..NodeIdentity::default()
    };
    for (provider, name, source, value) in provider_evidence(node) {
        let evidence = IdentityEvidence { source: source.to_owned(), value };
        if identity.evidence.is_empty() {
            (identity.provider, identity.provider_name) = (provider, name);
            identity.evidence.push(evidence);
        } else if provider == identity.provider {
            identity.evidence.push(evidence);
        } else {
            identity.contradictions.push(evidence);
        }
    }
    place(&mut identity, node.node.provider_id.as_deref().unwrap_or_default());
    identity.capacity_type = capacity(node, spot_labels, &mut identity);
    identity
}

type Evidence = (Provider, Option<String>, &'static str, String);

/// Everything that names a provider, the strongest first.
fn provider_evidence(node: &KubernetesNode) -> Vec<Evidence> {
    let mut all = Vec::new();
    let version = node.kubelet_version.as_deref().unwrap_or_default();
    if let Some(id) = node.node.provider_id.as_deref() {
        let named = by_id(id, version);
        all.extend(
            named.map(|(provider, name)| (provider, name, "spec.providerID", id.to_owned())),
        );
    }
    let by_version = [
        ("-eks-", Provider::Aws, None),
        ("-gke.", Provider::Gcp, None),
        ("aliyun", Provider::OtherCloud, Some("alibaba")),
    ];
    for (part, provider, name) in by_version {
        if version.contains(part) {
            let name = name.map(str::to_owned);
            all.push((provider, name, "status.nodeInfo.kubeletVersion", version.to_owned()));
        }
    }
    for (prefix, provider) in LABELS {
        let key = node.node.labels.keys().find(|key| key.starts_with(prefix));
        all.extend(key.map(|key| (provider, None, "metadata.labels", key.clone())));
    }
    all
}

fn by_id(id: &str, kubelet_version: &str) -> Option<(Provider, Option<String>)> {
    let other = |name: &str| Some((Provider::OtherCloud, Some(name.to_owned())));
    let Some((scheme, _)) = id.split_once("://") else {
        if id.starts_with("ocid1.") {
            return other("oracle");
        }
        let instance = id.split_once('.').is_some_and(|(_, rest)| rest.starts_with("i-"));
        return if instance && kubelet_version.contains("aliyun") {
            other("alibaba")
        } else {
            None
        };
    };
    match scheme {
        "aws" => Some((Provider::Aws, None)),
        "gce" => Some((Provider::Gcp, None)),
        "azure" => Some((Provider::Azure, None)),
        "oci" => other("oracle"),
        _ if OTHER_CLOUDS.contains(&scheme) => other(scheme),
        _ if ON_PREM.contains(&scheme) => Some((Provider::OnPrem, None)),
        _ => None,
    }
}

/// The machine's id, and the region where only the zone is known.
fn place(identity: &mut NodeIdentity, provider_id: &str) {
    let rest = provider_id.split_once("://").map_or(provider_id, |(_, rest)| rest);
    identity.instance_id = match identity.provider {
        _ if rest.is_empty() => None,
        Provider::Aws => rest.rsplit('/').next().map(str::to_owned),
        Provider::Azure => Some(rest.to_lowercase()),
        _ => Some(rest.trim_start_matches('/').to_owned()),
    };
    let fargate = |id: &String| id.starts_with("fargate-");
    if identity.provider == Provider::Aws && identity.instance_id.as_ref().is_some_and(fargate) {
        identity.instance_type = Some("fargate".to_owned());
    }
    if identity.region.is_some() {
        return;
    }
    let zone = identity.zone.as_deref().unwrap_or_default();
    let region = match identity.provider {
        Provider::Aws => zone.strip_suffix(|letter: char| letter.is_ascii_lowercase()),
        Provider::Gcp => zone.rsplit_once('-').map(|(region, _)| region),
        _ => None,
    };
    identity.region = region.filter(|region| !region.is_empty()).map(str::to_owned);
    identity.inferred = identity.region.is_some();
}

fn capacity(
    node: &KubernetesNode,
    spot_labels: &BTreeMap<String, String>,
    identity: &mut NodeIdentity,
) -> CapacityType {
    let own = spot_labels.iter().map(|(k, v)| (k.as_str(), v.as_str(), CapacityType::Spot));
    let mut said: Option<CapacityType> = None;
    for (key, wanted, kind) in CAPACITY.iter().copied().chain(own) {
        let Some(value) = node.node.labels.get(key).filter(|v| v.eq_ignore_ascii_case(wanted))
        else {
            continue;
        };
        // Another provider's label is among the contradictions already; it says nothing about this machine.
        if of_another(key, identity.provider) {
            continue;
        }
        if said.is_some_and(|said| said != kind) {
            identity.contradictions.push(IdentityEvidence {
                source: "metadata.labels".to_owned(),
                value: format!("{key}={value}"),
            });
            return CapacityType::Unknown;
        }
        said = Some(kind);
    }
    let managed = match identity.provider {
        Provider::Gcp => Some("cloud.google.com/gke-"),
        Provider::Azure => Some("kubernetes.azure.com/"),
        _ => None,
    };
    let by_default = || match managed {
        Some(prefix) if node.node.labels.keys().any(|key| key.starts_with(prefix)) => {
            CapacityType::OnDemand
        }
        _ => CapacityType::Unknown,
    };
    said.unwrap_or_else(by_default)
}

/// Whether only another provider's tools write a label.
fn of_another(key: &str, provider: Provider) -> bool {
    let of = LABELS.iter().find(|(prefix, _)| key.starts_with(prefix));
    of.is_some_and(|(_, of)| *of != provider)
}

fn distribution(node: &KubernetesNode) -> &'static str {
    let has = |prefix: &str| node.node.labels.keys().any(|key| key.starts_with(prefix));
    let id = |scheme: &str| node.node.provider_id.as_ref().is_some_and(|i| i.starts_with(scheme));
    let version = node.kubelet_version.as_deref().unwrap_or_default();
    match () {
        () if LABELS.iter().any(|(prefix, p)| *p == Provider::Aws && has(prefix)) => "EKS",
        () if version.contains("-eks-") => "EKS",
        () if has("cloud.google.com/gke-") || version.contains("-gke.") => "GKE",
        () if has("kubernetes.azure.com/") => "AKS",
        () if has("node.openshift.io/os_id") => "OpenShift",
        () if version.contains("+k3s") => "K3s",
        () if version.contains("+rke2") => "RKE2",
        () if has("minikube.k8s.io/name") => "Minikube",
        () if id("kind://") => "Kind",
        () if node.node.name == "docker-desktop" => "DockerDesktop",
        () if has("microk8s.io/cluster") => "MicroK8s",
        () if node.os_image.as_ref().is_some_and(|os| os.contains("Talos")) => "Talos",
        () => "Vanilla",
    }
}
