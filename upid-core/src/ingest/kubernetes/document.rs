//! Documents: lists, single objects, several behind each other; whose kind is looked up before they are read.

use std::borrow::Cow;

use super::objects::Objects;
use super::{network, node, others, parts, pod, policy, storage, workload};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::scan::{Kind, Scanner};

/// Kinds that are read, and their API groups; a list may leave the group out.
const KINDS: [(&str, &[&str]); 31] = [
    ("Pod", &[""]),
    ("Node", &[""]),
    ("Namespace", &[""]),
    ("Service", &[""]),
    ("Endpoints", &[""]),
    ("PersistentVolume", &[""]),
    ("PersistentVolumeClaim", &[""]),
    ("ResourceQuota", &[""]),
    ("LimitRange", &[""]),
    ("ReplicationController", &[""]),
    ("Deployment", &["apps", "extensions"]),
    ("ReplicaSet", &["apps", "extensions"]),
    ("StatefulSet", &["apps"]),
    ("DaemonSet", &["apps", "extensions"]),
    ("DeploymentConfig", &["apps.openshift.io"]),
    ("Rollout", &["argoproj.io"]),
    ("Job", &["batch"]),
    ("CronJob", &["batch"]),
    ("Ingress", &["networking.k8s.io", "extensions"]),
    ("HorizontalPodAutoscaler", &["autoscaling"]),
    ("VerticalPodAutoscaler", &["autoscaling.k8s.io"]),
    ("ScaledObject", &["keda.sh"]),
    ("PodDisruptionBudget", &["policy"]),
    ("EndpointSlice", &["discovery.k8s.io"]),
    ("StorageClass", &["storage.k8s.io"]),
    ("PriorityClass", &["scheduling.k8s.io"]),
    ("Lease", &["coordination.k8s.io"]),
    ("ValidatingWebhookConfiguration", &["admissionregistration.k8s.io"]),
    ("MutatingWebhookConfiguration", &["admissionregistration.k8s.io"]),
    ("APIService", &["apiregistration.k8s.io"]),
    ("CustomResourceDefinition", &["apiextensions.k8s.io"]),
];
/// Kinds of Istio and Knative, whose names others use too.
const MESH_GROUP: &str = "networking.istio.io";
const KNATIVE_GROUP: &str = "serving.knative.dev";
/// How Snapshots call Knative's `Service`.
pub(super) const KNATIVE_SERVICE: &str = "KnativeService";

/// What stands at the head of a document or object.
#[derive(Debug, Clone, Default)]
struct Head<'a> {
    kind: Option<Cow<'a, str>>,
    api_version: Option<Cow<'a, str>>,
    /// It has `items`, and the first of them names its kind.
    items: Option<bool>,
}

impl<'a> Head<'a> {
    /// Reads `kind` and `apiVersion`. A document stops at its `items`, which may be most of it.
    fn read(scan: &mut Scanner<'a>, stop_at_items: bool) -> Self {
        let mut head = Self::default();
        scan.look(|scan, key| {
            match key {
                "kind" => head.kind = scan.text()?,
                "apiVersion" => head.api_version = scan.text()?,
                "items" if head.items.is_none() => {
                    if !stop_at_items {
                        head.items = Some(false);
                        return Ok(true);
                    }
                    let first = scan.first()? && Self::read(scan, false).kind.is_some();
                    head.items = Some(first);
                    return Ok(false);
                }
                _ => {}
            }
            Ok(head.kind.is_none() || head.api_version.is_none())
        });
        head
    }

    fn group(&self) -> Option<&str> {
        self.api_version.as_deref().map(|v| v.split_once('/').map_or("", |(group, _)| group))
    }

    /// The kind of a list's items; none for a list of several kinds.
    fn item_kind(&self) -> Option<&str> {
        self.kind.as_deref()?.strip_suffix("List").filter(|kind| !kind.is_empty())
    }

    /// The name under which the object is read; none: nobody reads it.
    fn known(&self, kind: &str) -> Option<&'static str> {
        match (kind, self.group()) {
            ("VirtualService", Some(MESH_GROUP) | None) => return Some("VirtualService"),
            ("DestinationRule", Some(MESH_GROUP) | None) => return Some("DestinationRule"),
            ("Service", Some(KNATIVE_GROUP)) => return Some(KNATIVE_SERVICE),
            _ => {}
        }
        let (name, groups) = KINDS.iter().find(|(name, _)| *name == kind)?;
        self.group().is_none_or(|group| groups.contains(&group)).then_some(*name)
    }
}

/// Reads every document of a text; `nameless` is the kind of objects that name none.
pub(super) fn documents(
    scan: &mut Scanner<'_>,
    nameless: Option<&str>,
    into: &mut Objects,
) -> Result<()> {
    while !scan.is_at_end() {
        match scan.peek()? {
            Kind::Array => list(scan, &Head::default(), nameless, into)?,
            Kind::Object => document(scan, nameless, into)?,
            _ => {
                return Err(scan
                    .error(ErrorKind::Format, "a value where an object of Kubernetes is expected")
                    .hint("pass the output of kubectl get … -o json"));
            }
        }
    }
    Ok(())
}

fn document(scan: &mut Scanner<'_>, nameless: Option<&str>, into: &mut Objects) -> Result<()> {
    let mut head = Head::read(scan, true);
    if head.kind.is_none() && head.items == Some(false) {
        // The kind of the items stands behind them.
        head = Head::read(scan, false);
    }
    match head.kind.as_deref() {
        Some("Status") => return Err(status(scan)),
        Some("APIGroupList" | "APIResourceList") => return into.capabilities.document(scan),
        Some(kind) if kind.ends_with("List") => {}
        None if head.items.is_some() => {}
        Some(_) => return one(scan, &head, nameless, into),
        None if nameless.is_some() => return one(scan, &head, nameless, into),
        None => {
            let error = scan.error(ErrorKind::Format, "an object without a kind").hint(
                "pass the output of kubectl get … -o json; for bare objects of one kind set options.kind",
            );
            // Broken JSON is the better answer.
            return scan.skip().and(Err(error));
        }
    }
    let start = scan.offset();
    let mut more = None;
    let mut has_items = false;
    scan.object(|scan, key| match key {
        "items" => {
            has_items = true;
            list(scan, &head, nameless, into)
        }
        "metadata" => scan.object(|scan, key| {
            if key == "continue" {
                let at = scan.offset();
                if scan.text()?.is_some_and(|token| !token.is_empty()) {
                    more = Some(at);
                }
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    if !has_items {
        return Err(Error::new(ErrorKind::MissingField, "a list without items")
            .at_byte(start)
            .hint("pass the answer of the API as it is"));
    }
    // What a part of a list does not hold may exist all the same, unless the last part is there too.
    let kind = head.item_kind().map(|kind| head.known(kind).unwrap_or(kind).to_owned());
    match (more, kind) {
        (Some(at), kind) => {
            into.open.entry(kind.unwrap_or_default()).or_insert_with(|| Place::byte(at));
        }
        (None, Some(kind)) => {
            into.ended.insert(kind.clone());
            into.collected.insert(kind);
        }
        (None, None) => {}
    }
    Ok(())
}

/// Reads the objects of a list, a long one in parts.
fn list(
    scan: &mut Scanner<'_>,
    head: &Head<'_>,
    nameless: Option<&str>,
    into: &mut Objects,
) -> Result<()> {
    let element = |scan: &mut Scanner<'_>, into: &mut Objects| {
        if let Some(kind) = head.item_kind() {
            return object(scan, head, kind, into);
        }
        let own = Head::read(scan, false);
        one(scan, &own, nameless, into)
    };
    if scan.open_array()? && !parts::read(scan, element, into)? {
        scan.elements(usize::MAX, |scan, _| element(scan, into))?;
    }
    Ok(())
}

fn one(
    scan: &mut Scanner<'_>,
    head: &Head<'_>,
    nameless: Option<&str>,
    into: &mut Objects,
) -> Result<()> {
    object(scan, head, head.kind.as_deref().or(nameless).unwrap_or_default(), into)
}

/// Reads one object, of which only it may be malformed.
fn object(scan: &mut Scanner<'_>, head: &Head<'_>, kind: &str, into: &mut Objects) -> Result<()> {
    let at = scan.offset();
    scan.log.record(at)?;
    let known = head.known(kind);
    let read = scan.attempt(|scan| match known {
        Some(known) => known_object(scan, known, into),
        None if kind.is_empty() => Err(Error::new(ErrorKind::MissingField, "kind is missing")
            .at_byte(at)
            .hint("pass objects as kubectl gives them")),
        None => {
            into.links.push(workload::link(scan, kind)?);
            Ok(())
        }
    })?;
    if scan.log.settle(read)?.is_some() {
        if known.is_none() {
            let message = || format!("objects of kind {} are not read", shown(kind));
            scan.log.info("UnknownKind", message, Place::byte(at));
        }
        into.seen(known.unwrap_or(kind));
    }
    Ok(())
}

fn known_object(scan: &mut Scanner<'_>, kind: &'static str, into: &mut Objects) -> Result<()> {
    match kind {
        "Pod" => into.pods.push(pod::pod(scan)?),
        "Node" => into.nodes.push(node::node(scan)?),
        "Deployment"
        | "ReplicaSet"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicationController"
        | "DeploymentConfig"
        | "Rollout"
        | "Job"
        | "CronJob" => {
            into.workloads.push(workload::workload(scan, kind)?);
        }
        "Service" => into.services.push(network::service(scan)?),
        "Ingress" => into.ingresses.push(network::ingress(scan)?),
        "Endpoints" | "EndpointSlice" => into.endpoints.push(network::endpoints(scan)?),
        "VirtualService" | "DestinationRule" => {
            into.meshes.push(network::mesh(scan, kind == "DestinationRule")?);
        }
        "HorizontalPodAutoscaler" | "ScaledObject" | "VerticalPodAutoscaler" => {
            into.autoscalers.push(policy::autoscaler(scan, kind)?);
        }
        "PodDisruptionBudget" => into.budgets.push(policy::budget(scan)?),
        "PersistentVolumeClaim" => into.claims.push(storage::claim(scan)?),
        "PersistentVolume" => into.volumes.push(storage::volume(scan)?),
        "Namespace" => into.namespaces.push(others::namespace(scan)?),
        "Lease" => into.leases.push(others::lease(scan)?),
        "ValidatingWebhookConfiguration"
        | "MutatingWebhookConfiguration"
        | "APIService"
        | "CustomResourceDefinition" => into.backends.push(others::backend(scan, kind)?),
        // Kinds of which it only matters that they were fetched.
        _ => drop(others::metadata(scan)?),
    }
    Ok(())
}

fn shown(kind: &str) -> String {
    kind.chars().take(60).collect()
}

/// The error that a `Status` reports.
pub(super) fn status(scan: &mut Scanner<'_>) -> Error {
    let (mut reason, mut message, mut code) = (None, None, None);
    let start = scan.offset();
    scan.look(|scan, key| {
        match key {
            "reason" => reason = scan.text()?,
            "message" => message = scan.text()?,
            "code" => code = scan.number()?.parse::<u64>().ok(),
            _ => {}
        }
        Ok(true)
    });
    let parts = [code.map(|code| code.to_string().into()), reason.clone(), message];
    let parts: Vec<Cow<'_, str>> = parts.into_iter().flatten().collect();
    let said = if parts.is_empty() { "no reason".to_owned() } else { parts.join(", ") };
    let mut error = Error::new(
        ErrorKind::KubernetesStatus,
        format!("Kubernetes answered with a Status: {said}"),
    )
    .at_byte(start)
    .hint("this is the answer to a request that failed; may the user list these objects?");
    if let Some(reason) = reason {
        error = error.detail("reason", reason.into_owned());
    }
    if let Some(code) = code {
        error = error.detail("status", code);
    }
    error
}
