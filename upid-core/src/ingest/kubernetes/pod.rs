//! Pods, and the pod specs inside templates.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::container::{ContainerStatus, both, containers};
use super::metadata::Meta;
use super::objects::MIRROR;
use super::read::{integer, json, resources, text, time};
use super::volume::{VolumeSource, volumes};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::scan::Scanner;
use crate::model::{Container, ContainerType, OwnerRef, Pod, PodResources, PodVolume, Resources};
use crate::units::Timestamp;

/// A pod and what decides whose it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PodObject {
    /// As the Snapshot holds it; its owner is found when all objects are known.
    ///
    /// Boxed: lists are sorted, and a pod is large.
    pub(super) pod: Box<Pod>,
    pub(super) controller: Option<OwnerRef>,
    pub(super) version: u64,
    pub(super) ready_at: Option<Timestamp>,
    /// Only metrics tell of it, which know little of what its object says.
    pub(super) is_measured: bool,
}

/// The fields of a pod spec that are read.
#[derive(Debug, Default)]
pub(super) struct PodSpec {
    pub(super) node: Option<String>,
    /// Init containers and sidecars in their order, then the others in theirs.
    pub(super) containers: Vec<Container>,
    pub(super) volumes: Vec<VolumeSource>,
    pub(super) priority_class: Option<String>,
    priority: Option<i64>,
    host_network: bool,
    overhead: Option<Resources>,
    resources: Option<Resources>,
    scheduling: Map<String, Value>,
}

impl PodSpec {
    pub(super) fn read(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        let at = scan.offset();
        let (mut init, mut apps, mut host_ports) = (Vec::new(), Vec::new(), Vec::new());
        scan.object(|scan, key| {
            match key {
                "nodeName" => self.node = text(scan)?,
                "containers" => {
                    containers(scan, ContainerType::App, &mut apps, &mut host_ports)?;
                }
                "initContainers" => {
                    containers(scan, ContainerType::Init, &mut init, &mut host_ports)?;
                }
                "volumes" => volumes(scan, &mut self.volumes)?,
                "overhead" => self.overhead = Some(resources(scan, "UnreadableValue")?.0),
                "resources" => self.resources = Some(both(scan)?.0),
                "priority" => self.priority = integer(scan)?,
                "priorityClassName" => self.priority_class = text(scan)?,
                "hostNetwork" => self.host_network = scan.boolean()?.unwrap_or(false),
                "nodeSelector" | "affinity" => self.rule(key, json(scan)?),
                "topologySpreadConstraints" => self.rule("topologySpread", json(scan)?),
                "tolerations" => self.rule(key, tolerations(scan)?),
                _ => {}
            }
            Ok(())
        })?;
        if !host_ports.is_empty() {
            self.rule("hostPorts", Some(host_ports.into()));
        }
        self.containers = if init.is_empty() {
            apps
        } else {
            init.append(&mut apps);
            init
        };
        self.containers.shrink_to_fit();
        // Not a set: pods have few containers.
        for (index, container) in self.containers.iter().enumerate() {
            let before = self.containers.get(..index).unwrap_or_default();
            if before.iter().any(|other| other.name == container.name) {
                let message = format!("two containers of the name {:?}", container.name);
                return Err(Error::new(ErrorKind::DuplicateKey, message)
                    .at_byte(at)
                    .hint("the names of a pod's containers are all different"));
            }
        }
        Ok(())
    }

    fn rule(&mut self, name: &str, rule: Option<Value>) {
        self.scheduling.extend(rule.map(|rule| (name.to_owned(), rule)));
    }
}

/// Tolerations but for the two that Kubernetes adds to every pod: those only say how long it stays on a broken node.
fn tolerations(scan: &mut Scanner<'_>) -> Result<Option<Value>> {
    let mut kept = Vec::new();
    scan.array(|scan, _| {
        let start = scan.mark();
        let (mut broken, mut evicts, mut stays) = (false, false, false);
        scan.object(|scan, key| {
            match key {
                "key" => {
                    let key = scan.text()?;
                    broken = matches!(
                        key.as_deref(),
                        Some("node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable")
                    );
                }
                "effect" => evicts = scan.text()?.as_deref() == Some("NoExecute"),
                "tolerationSeconds" => stays = integer(scan)?.is_some(),
                _ => {}
            }
            Ok(())
        })?;
        if !(broken && evicts && stays) {
            scan.rewind(start);
            kept.extend(json(scan)?);
        }
        Ok(())
    })?;
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

/// The fields of a pod's status that are read.
#[derive(Default)]
struct PodStatus<'a> {
    phase: Option<String>,
    qos_class: Option<String>,
    started_at: Option<Timestamp>,
    scheduled_at: Option<Timestamp>,
    ready_at: Option<Timestamp>,
    changed_at: Option<Timestamp>,
    resize: Option<String>,
    containers: Vec<ContainerStatus<'a>>,
}

impl<'a> PodStatus<'a> {
    fn read(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        scan.object(|scan, key| {
            match key {
                "phase" => self.phase = text(scan)?,
                "qosClass" => self.qos_class = text(scan)?,
                "startTime" => self.started_at = time(scan)?,
                "resize" => self.pending(scan.text()?),
                "conditions" => scan.array(|scan, _| self.condition(scan))?,
                "containerStatuses" | "initContainerStatuses" => scan.array(|scan, _| {
                    if self.containers.is_empty() {
                        self.containers.reserve_exact(1);
                    }
                    self.containers.push(ContainerStatus::read(scan)?);
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })
    }

    fn condition(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        let (mut kind, mut holds, mut reason, mut at) = (None, false, None, None);
        scan.object(|scan, key| {
            match key {
                "type" => kind = scan.text()?,
                "status" => holds = scan.text()?.as_deref() == Some("True"),
                "reason" => reason = scan.text()?,
                "lastTransitionTime" => at = time(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        self.changed_at = self.changed_at.max(at);
        match kind.as_deref() {
            Some("PodScheduled") if holds => self.scheduled_at = at,
            Some("Ready") if holds => self.ready_at = at,
            Some("PodResizePending") if holds => self.pending(reason),
            _ => {}
        }
        Ok(())
    }

    fn pending(&mut self, resize: Option<Cow<'a, str>>) {
        let pending = resize.filter(|r| matches!(r.as_ref(), "Deferred" | "Infeasible"));
        self.resize = pending.map(Cow::into_owned).or(self.resize.take());
    }

    /// When a pod in a final phase ended: when its last container did, else when its status last changed.
    fn finished_at(&self) -> Option<Timestamp> {
        if !matches!(self.phase.as_deref(), Some("Succeeded" | "Failed")) {
            return None;
        }
        let ended = self.containers.iter().filter_map(ContainerStatus::ended_at).max();
        let ended = ended.or(self.changed_at).or(self.started_at)?;
        // The node's clock may be behind the API server's.
        Some(ended.max(self.scheduled_at.or(self.started_at).unwrap_or(ended)))
    }
}

/// Reads a pod.
pub(super) fn pod(scan: &mut Scanner<'_>) -> Result<PodObject> {
    let at = scan.offset();
    let (mut meta, mut spec, mut status) =
        (Meta::default(), PodSpec::default(), PodStatus::default());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => spec.read(scan),
        "status" => status.read(scan),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(assemble(meta, spec, status))
}

fn assemble(meta: Meta<'_>, mut spec: PodSpec, status: PodStatus<'_>) -> PodObject {
    let finished_at = status.finished_at();
    for container in status.containers {
        container.give(&mut spec.containers);
    }
    // A kubelet's own list has no mirrors: there a static pod is one that did not come from the API.
    let source = meta.annotations.get("kubernetes.io/config.source");
    let is_static = meta.of_node
        || meta.annotations.contains_key(MIRROR)
        || source.is_some_and(|source| source != "api");
    let name = meta.name();
    let mut volumes: Vec<PodVolume> = Vec::with_capacity(spec.volumes.len());
    volumes.extend(spec.volumes.into_iter().filter_map(|v| v.of_pod(&name)));
    let (namespace, uid) = (meta.namespace(), meta.uid());
    let version = meta.version();
    let pod = Pod {
        namespace,
        uid,
        node: spec.node,
        phase: status.phase,
        qos_class: status.qos_class,
        created_at: meta.created_at,
        scheduled_at: status.scheduled_at,
        started_at: status.started_at,
        finished_at,
        is_static,
        terminating: meta.deleted_at.is_some(),
        priority_class: spec.priority_class,
        priority: spec.priority,
        host_network: spec.host_network,
        overhead: spec.overhead.filter(|r| !r.is_empty()).map(Box::new),
        resources: spec
            .resources
            .filter(|r| !r.is_empty())
            .map(|requests| Box::new(PodResources { requests })),
        resize: status.resize,
        scheduling: (!spec.scheduling.is_empty()).then(|| Box::new(Value::Object(spec.scheduling))),
        containers: spec.containers,
        volumes,
        name,
        labels: meta.labels,
        annotations: meta.annotations,
        ..Pod::default()
    };
    PodObject {
        pod: Box::new(pod),
        controller: meta.controller,
        version,
        ready_at: status.ready_at,
        is_measured: false,
    }
}

impl VolumeSource {
    /// As a pod of this name sees it.
    fn of_pod(self, pod: &str) -> Option<PodVolume> {
        let claim = match self.claim {
            Some(claim) => Some(claim),
            // A generic ephemeral volume is claimed under the names of pod and volume.
            None if self.ephemeral => Some(format!("{pod}-{}", self.name)),
            None => None,
        };
        Some(PodVolume {
            kind: self.kind?.to_owned(),
            medium: self.medium,
            claim,
            ..PodVolume::default()
        })
    }
}
