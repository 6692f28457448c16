//! Pods, their containers and their owners.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Reading;
use super::labels::Names;
use super::nodes::set;
use crate::error::Place;
use crate::ingest::kubernetes::container::UNREADABLE;
use crate::ingest::kubernetes::objects::Objects;
use crate::ingest::kubernetes::pod::PodObject;
use crate::ingest::kubernetes::workload::LinkObject;
use crate::ingest::parsed::Log;
use crate::ingest::snapshot_metrics::StateMetric as M;
use crate::model::owner::infer;
use crate::model::{Container, ContainerType, OwnerRef, Pod, PodVolume, Resources};
use crate::units::Timestamp;

/// How long a pod may be without samples and still live: Prometheus looks back as far.
const LOOKBACK_MS: i64 = 5 * 60 * 1000;

/// Namespace, name and uid.
type Id = (String, String, Option<String>);

/// A pod as it was seen last.
#[derive(Default)]
struct Seen {
    pod: Pod,
    controller: Option<OwnerRef>,
    /// Somebody told who controls it, if only that nobody does.
    owner_told: bool,
    completed: Option<Timestamp>,
    last: Option<i64>,
    containers: BTreeMap<String, Container>,
}

/// Adds the pods that are not there as objects, and the owners of `ReplicaSets` and Jobs.
pub(super) fn add(objects: &mut Objects, readings: &[Reading], names: &Names, log: &mut Log) {
    add_links(objects, readings);
    let of_pods =
        || readings.iter().filter(|r| (M::PodInfo..=M::InitContainerLimits).contains(&r.metric));
    // Series of old versions have no uid: they are of the newest pod of the name.
    let mut uids: HashMap<(&str, &str), &str> = HashMap::new();
    for reading in of_pods().filter(|r| !r.label("uid").is_empty()) {
        uids.insert((reading.label("namespace"), pod_name(reading)), reading.label("uid"));
    }
    let mut seen: BTreeMap<Id, Seen> = BTreeMap::new();
    let (mut newest, mut step) = (None, 0i64);
    let mut requested: BTreeSet<&str> = BTreeSet::new();
    for reading in of_pods() {
        let (namespace, name) = (reading.label("namespace"), pod_name(reading));
        if namespace.is_empty() || name.is_empty() {
            let message = || "series of pods that name no pod are left out".to_owned();
            log.warn("NoPod", message, Place::default());
            continue;
        }
        let uid = Some(reading.label("uid")).filter(|uid| !uid.is_empty());
        let uid = uid.or_else(|| uids.get(&(namespace, name)).copied());
        let id = (namespace.to_owned(), name.to_owned(), uid.map(str::to_owned));
        seen.entry(id).or_default().take(reading, names, log);
        newest = newest.max(reading.at);
        step = step.max(reading.step.unwrap_or_default());
        if reading.metric == M::ContainerRequests {
            requested.insert(reading.label("resource"));
        }
    }
    let is_object = known(objects);
    let gone = |last: Option<i64>| {
        let lag = LOOKBACK_MS.max(step.saturating_mul(2));
        last.zip(newest).is_some_and(|(last, newest)| last.saturating_add(lag) < newest)
    };
    for ((namespace, name, uid), seen) in seen {
        let by_name = (namespace.clone(), name.clone(), None);
        let by_uid = (namespace.clone(), name.clone(), uid.clone());
        let of_name = is_object.get(&by_name).filter(|own| uid.is_none() || !own.has_uid);
        if let Some(object) = is_object.get(&by_uid).or(of_name) {
            if seen.contradicts(object) {
                let message = || {
                    format!("metrics of pod {namespace}/{name} contradict its object, which counts")
                };
                log.warn("ContradictingMetrics", message, Place::default());
            }
            continue;
        }
        let ended = gone(seen.last);
        objects.pods.push(seen.object((namespace, name, uid), ended, &requested, log));
    }
    objects.pods.sort_by(|a, b| {
        let key = |o: &PodObject| (o.pod.namespace.clone(), o.pod.name.clone(), o.pod.uid.clone());
        key(a).cmp(&key(b))
    });
}

/// The name of a pod; some exporters say `pod_name`.
fn pod_name(reading: &Reading) -> &str {
    Some(reading.label("pod")).filter(|pod| !pod.is_empty()).unwrap_or(reading.label("pod_name"))
}

/// What metrics may contradict.
#[derive(Clone)]
struct Known {
    has_uid: bool,
    node: Option<String>,
    requests: Resources,
}

/// The pods that are there as objects, by id and by name alone.
fn known(objects: &Objects) -> HashMap<Id, Known> {
    let mut all = HashMap::new();
    for PodObject { pod, .. } in &objects.pods {
        let requests = requests(&pod.containers);
        let fact = Known { has_uid: pod.uid.is_some(), node: pod.node.clone(), requests };
        let id = (pod.namespace.clone(), pod.name.clone());
        all.insert((id.0.clone(), id.1.clone(), pod.uid.clone()), fact.clone());
        all.insert((id.0, id.1, None), fact);
    }
    all
}

fn requests(containers: &[Container]) -> Resources {
    let apps = containers.iter().filter(|c| c.kind == ContainerType::App);
    apps.fold(Resources::default(), |sum, c| sum.plus(&c.requests))
}

/// Who controls `ReplicaSets` and Jobs, where they are not there as objects.
fn add_links(objects: &mut Objects, readings: &[Reading]) {
    let mut links = BTreeMap::new();
    for reading in readings {
        let (kind, label) = match reading.metric {
            M::ReplicaSetOwner => ("ReplicaSet", "replicaset"),
            M::JobOwner => ("Job", "job_name"),
            _ => continue,
        };
        if let Some((namespace, name)) = reading.text("namespace").zip(reading.text(label)) {
            links.insert((kind, namespace, name), owner(reading));
        }
    }
    for object in &objects.workloads {
        let w = &object.workload;
        let kinds = ["ReplicaSet", "Job"];
        if let Some(kind) = kinds.into_iter().find(|kind| *kind == w.kind) {
            links.remove(&(kind, w.namespace.clone(), w.name.clone()));
        }
    }
    let link = |((kind, namespace, name), controller): ((&str, _, _), _)| LinkObject {
        kind: kind.to_owned(),
        namespace,
        name,
        controller,
    };
    objects.links.extend(links.into_iter().map(link));
}

/// The owner that a reading names, if it controls.
fn owner(reading: &Reading) -> Option<OwnerRef> {
    let controls = reading.label("owner_is_controller") != "false";
    let (kind, name) = reading.text("owner_kind").zip(reading.text("owner_name"))?;
    controls.then_some(OwnerRef { kind, name, inferred: false })
}

impl Seen {
    fn take(&mut self, reading: &Reading, names: &Names, log: &mut Log) {
        let pod = &mut self.pod;
        let amount = |kind| (kind, reading.label("container").to_owned());
        let (kind, container) = match reading.metric {
            M::PodInfo => {
                self.last = reading.at;
                pod.node = reading.text("node").or(pod.node.take());
                pod.priority_class = reading.text("priority_class");
                pod.host_network = reading.label("host_network") == "true";
                let by = reading.text("created_by_kind").zip(reading.text("created_by_name"));
                if let Some((kind, name)) = by.filter(|_| !self.owner_told) {
                    self.controller = Some(OwnerRef { kind, name, inferred: false });
                }
                return;
            }
            M::PodOwner => {
                (self.controller, self.owner_told) = (owner(reading), true);
                return;
            }
            M::PodLabels => return pod.labels = names.of(reading),
            // Of the phases one is 1.
            M::PodPhase => {
                if reading.value > 0.0 {
                    pod.phase = reading.text("phase");
                }
                return;
            }
            M::PodCreated => return pod.created_at = reading.time(),
            M::PodScheduled => return pod.scheduled_at = reading.time(),
            M::PodStarted => return pod.started_at = reading.time(),
            M::PodCompleted => return self.completed = reading.time(),
            M::PodClaims => {
                let claim = reading.text("persistentvolumeclaim");
                if claim.is_some() && pod.volumes.iter().all(|v| v.claim != claim) {
                    let kind = "PersistentVolumeClaim".to_owned();
                    pod.volumes.push(PodVolume { kind, claim, ..PodVolume::default() });
                }
                return;
            }
            M::ContainerInfo | M::ContainerRequests | M::ContainerLimits => {
                amount(ContainerType::App)
            }
            _ => amount(ContainerType::Init),
        };
        if container.is_empty() {
            let message = || "series of containers that name no container are left out".to_owned();
            return log.warn("NoContainer", message, Place::default());
        }
        pod.node = pod.node.take().or_else(|| reading.text("node"));
        let own = self.containers.entry(container.clone()).or_default();
        (own.name, own.kind) = (container, kind);
        match reading.metric {
            M::ContainerRequests | M::InitContainerRequests => set(&mut own.requests, reading, log),
            M::ContainerLimits | M::InitContainerLimits => set(&mut own.limits, reading, log),
            // `image` is what runs, by its digest or without its tag.
            _ => own.image = reading.text("image_spec").or_else(|| reading.text("image")),
        }
    }

    fn contradicts(&self, object: &Known) -> bool {
        let own: Vec<Container> = self.containers.values().cloned().collect();
        let own = requests(&own);
        let differ = |a: Option<f64>, b: Option<f64>| {
            // Sums of floats may differ in their last digit.
            a.zip(b).is_some_and(|(a, b)| (a - b).abs() > 1e-9 * a.abs().max(b.abs()))
        };
        (self.pod.node.is_some() && self.pod.node != object.node)
            || differ(own.cpu_cores, object.requests.cpu_cores)
            || differ(own.memory_bytes, object.requests.memory_bytes)
    }

    fn object(
        self,
        (namespace, name, uid): Id,
        gone: bool,
        requested: &BTreeSet<&str>,
        log: &mut Log,
    ) -> PodObject {
        let Self { mut pod, mut controller, owner_told, completed, last, containers, .. } = self;
        if !owner_told && controller.is_none() {
            controller = infer(&name);
            let message = || format!("nothing tells whose pod {namespace}/{name} is");
            log.info("OwnerUnknown", message, Place::default());
        }
        pod.is_static = controller.as_ref().is_some_and(|c| c.kind == "Node");
        let over = matches!(pod.phase.as_deref(), Some("Succeeded" | "Failed"));
        let begun = pod.scheduled_at.or(pod.started_at);
        if over {
            pod.finished_at = completed.map(|end| end.max(begun.unwrap_or(end)));
        } else if gone {
            let message =
                || "pods without newer samples count as ended at their last one".to_owned();
            log.info("LastSeen", message, Place::default());
            pod.finished_at = last.map(Timestamp).map(|end| end.max(begun.unwrap_or(end)));
        }
        // In the order that Kubernetes runs them; by name, as metrics know no order.
        let (init, mut apps): (Vec<_>, Vec<_>) =
            containers.into_values().partition(|c| c.kind == ContainerType::Init);
        for container in &mut apps {
            let none = [
                ("cpu", container.requests.cpu_cores),
                ("memory", container.requests.memory_bytes),
            ];
            let unknown =
                |(name, own): &(&str, Option<f64>)| own.is_none() && !requested.contains(name);
            if none.iter().any(unknown) {
                container.flags.push(UNREADABLE.to_owned());
                let message = || {
                    "no series tells of the requests for CPU or memory: they are unknown".to_owned()
                };
                log.warn(UNREADABLE, message, Place::default());
            }
        }
        pod.containers = init.into_iter().chain(apps).collect();
        (pod.namespace, pod.name, pod.uid) = (namespace, name, uid);
        PodObject { pod: Box::new(pod), controller, version: 0, ready_at: None, is_measured: true }
    }
}
