//! Which usage belongs to which pod and workload (DESIGN.md, "How analyze joins").

use std::collections::{BTreeMap, BTreeSet};

use crate::cost::{BillFrom, CostConfig};
use crate::model::{Finding, OwnerRef, Pod, Severity, Snapshot, facts, owner};
use crate::units::{Interval, MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{PodUsage, Usage};

/// A workload by namespace, kind and name.
pub(super) type WorkloadKey = (String, String, String);

/// A pod of the Snapshot with its usage.
pub(super) struct JoinedPod<'a> {
    pub(super) pod: &'a Pod,
    pub(super) owner: OwnerRef,
    /// When it reserved capacity, inside the window; empty: outside of it, or not scheduled.
    pub(super) life: Option<Interval>,
    pub(super) usage: PodUsage<'a>,
    /// Whether another pod of the Snapshot has the same namespace and name.
    pub(super) shares_name: bool,
}

impl JoinedPod<'_> {
    pub(super) fn workload(&self) -> WorkloadKey {
        (self.pod.namespace.clone(), self.owner.kind.clone(), self.owner.name.clone())
    }

    /// `namespace/name`, with the uid where two pods share a name.
    pub(super) fn id(&self) -> String {
        match (&self.pod.uid, self.shares_name) {
            (Some(uid), true) => format!("{}/{uid}", self.pod.id()),
            _ => self.pod.id(),
        }
    }

    /// The time in which its name is its own: its life up to `end`, where another pod shares the name.
    pub(super) fn own_time(&self, end: Timestamp) -> Option<TimeRange> {
        let life = self.life.filter(|_| self.shares_name)?;
        TimeRange::new(life.start, life.end.min(end)).ok()
    }

    /// Whether it shares its name and no whole hour is its own: nothing measured under the name is surely its.
    pub(super) fn is_unheard(&self, end: Timestamp) -> bool {
        let up = |time: Timestamp| -(-time.0).div_euclid(MS_PER_HOUR);
        let own_hour = |own: TimeRange| up(own.start) < up(own.end);
        self.shares_name && !self.own_time(end).is_some_and(own_hour)
    }

    /// Whether it still runs at the end of the window.
    pub(super) fn is_running(&self) -> bool {
        let ended = matches!(self.pod.phase.as_deref(), Some("Succeeded" | "Failed"));
        !ended && self.pod.finished_at.is_none() && self.pod.node.is_some()
    }
}

/// A workload with everything that belongs to it.
#[derive(Default)]
pub(super) struct JoinedWorkload<'a> {
    /// Places in [`Join::pods`].
    pub(super) pods: Vec<usize>,
    /// Usage of pods that the Snapshot lacks but whose names say that they belong here: for size only.
    pub(super) ended: Vec<PodUsage<'a>>,
    /// Usage known only for the whole workload (key `Kind/name`), such as ingress requests.
    pub(super) own: Option<PodUsage<'a>>,
}

/// Snapshot and Usage side by side, in key order.
pub(super) struct Join<'a> {
    pub(super) pods: Vec<JoinedPod<'a>>,
    pub(super) workloads: BTreeMap<WorkloadKey, JoinedWorkload<'a>>,
    pub(super) findings: Vec<Finding>,
}

/// Joins by cluster, namespace and pod name.
pub(super) fn join<'a>(snapshot: &'a Snapshot, usage: &'a Usage, cost: &CostConfig) -> Join<'a> {
    let mut order: Vec<&Pod> = snapshot.pods.iter().collect();
    order.sort_by_key(|p| (&p.namespace, &p.name, &p.uid));
    let mut names: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for pod in &order {
        *names.entry((&pod.namespace, &pod.name)).or_default() += 1;
    }
    let mut workloads: BTreeMap<WorkloadKey, JoinedWorkload<'a>> = snapshot
        .workloads
        .iter()
        .map(|w| ((w.namespace.clone(), w.kind.clone(), w.name.clone()), JoinedWorkload::default()))
        .collect();
    let cluster = snapshot.cluster.name.as_str();
    let pods: Vec<JoinedPod<'a>> = order
        .into_iter()
        .map(|pod| {
            let named = usage.pod(cluster, &pod.namespace, &pod.name);
            let usage =
                if named.is_empty() { usage.pod("", &pod.namespace, &pod.name) } else { named };
            JoinedPod {
                pod,
                owner: facts::workload_of(pod),
                life: life(pod, snapshot, cost),
                usage,
                shares_name: names.get(&(pod.namespace.as_str(), pod.name.as_str())) > Some(&1),
            }
        })
        .collect();
    for (index, pod) in pods.iter().enumerate() {
        workloads.entry(pod.workload()).or_default().pods.push(index);
    }
    let mut findings = leftovers(snapshot, usage, &names, &mut workloads);
    findings.extend(assumed_lives(&pods));
    Join { pods, workloads, findings }
}

/// When a pod reserved capacity: from scheduling (else its start, else the window's start) to its end.
fn life(pod: &Pod, snapshot: &Snapshot, cost: &CostConfig) -> Option<Interval> {
    pod.node.as_ref()?;
    let begin = match cost.bill_from {
        BillFrom::Started => pod.started_at.or(pod.scheduled_at),
        _ => pod.scheduled_at.or(pod.started_at),
    };
    let window = snapshot.window.interval();
    let (start, end) =
        (begin.unwrap_or(window.start), pod.finished_at.unwrap_or(window.end).min(window.end));
    let start = start.max(window.start);
    (start <= end).then_some(Interval { start, end })
}

/// Names the pods whose life is not fully known, so that its edge is that of the window.
fn assumed_lives(pods: &[JoinedPod<'_>]) -> Option<Finding> {
    let places: Vec<String> = pods
        .iter()
        .filter(|joined| {
            let pod = joined.pod;
            let unborn = pod.scheduled_at.or(pod.started_at).is_none();
            let ended = matches!(pod.phase.as_deref(), Some("Succeeded" | "Failed"));
            joined.life.is_some() && (unborn || (ended && pod.finished_at.is_none()))
        })
        .map(JoinedPod::id)
        .collect();
    (!places.is_empty()).then(|| {
        Finding::new(
            "LifeAssumed",
            Severity::Info,
            "start or end of the pod is not known; it is billed from or to the edge of the window",
            places,
        )
    })
}

/// Gives usage without a pod to the workload its name belongs to, and names what is left.
fn leftovers<'a>(
    snapshot: &Snapshot,
    usage: &'a Usage,
    names: &BTreeMap<(&str, &str), usize>,
    workloads: &mut BTreeMap<WorkloadKey, JoinedWorkload<'a>>,
) -> Vec<Finding> {
    let (mut foreign, mut unmatched) = (Vec::new(), Vec::new());
    let (mut ended, mut inferred) = (Vec::new(), Vec::new());
    let by_namespace: BTreeMap<String, BTreeMap<String, WorkloadKey>> =
        workloads.keys().fold(BTreeMap::new(), |mut map, key| {
            let (namespace, _, name) = key.clone();
            map.entry(namespace).or_insert_with(BTreeMap::new).entry(name).or_insert(key.clone());
            map
        });
    let clustered: BTreeSet<(&str, &str)> = usage
        .keys()
        .filter(|key| key.cluster == snapshot.cluster.name)
        .map(|key| (key.namespace.as_str(), key.pod.as_str()))
        .collect();
    for pod in usage.pods() {
        let Some(key) = pod.keys().next() else { continue };
        let place = format!("{}/{}", key.namespace, key.pod);
        if !(key.cluster.is_empty() || key.cluster == snapshot.cluster.name) {
            foreign.push(format!("{}/{place}", key.cluster));
        } else if key.cluster.is_empty()
            && !snapshot.cluster.name.is_empty()
            && clustered.contains(&(key.namespace.as_str(), key.pod.as_str()))
        {
            // The same pod with and without its cluster: the more exact key has been used.
            unmatched.push(place);
        } else if names.contains_key(&(key.namespace.as_str(), key.pod.as_str())) {
            // Joined above.
        } else if let Some((kind, name)) = key.pod.split_once('/') {
            let workload = (key.namespace.clone(), kind.to_owned(), name.to_owned());
            match workloads.get_mut(&workload) {
                Some(workload) => workload.own = Some(pod),
                None => unmatched.push(place),
            }
        } else {
            let here = by_namespace.get(&key.namespace);
            let found = here.and_then(|names| {
                let name = owner::longest_match(&key.pod, names.keys().map(String::as_str))?;
                workloads.get_mut(names.get(name)?)
            });
            match found {
                Some(workload) => {
                    inferred.push(place.clone());
                    ended.push(place);
                    workload.ended.push(pod);
                }
                None => unmatched.push(place),
            }
        }
    }
    let shared: Vec<String> = names
        .iter()
        .filter(|(_, count)| **count > 1)
        .map(|((namespace, name), _)| format!("{namespace}/{name}"))
        .collect();
    [
        ("ForeignCluster", Severity::Warning, "usage of another cluster was left out", foreign),
        (
            "UnmatchedUsage",
            Severity::Warning,
            "usage belongs to no pod or workload of the Snapshot and was left out",
            unmatched,
        ),
        (
            "EndedPods",
            Severity::Info,
            "pods with usage that the Snapshot lacks count for the size of their workload, and are not billed",
            ended,
        ),
        ("InferredOwner", Severity::Info, "the workload was told from the pod's name", inferred),
        (
            "SharedPodName",
            Severity::Warning,
            "several pods share this name; each is judged by the time it lived, whole hours and days at the edges shared",
            shared,
        ),
    ]
    .into_iter()
    .filter(|(_, _, _, places)| !places.is_empty())
    .map(|(code, severity, message, places)| Finding::new(code, severity, message, places))
    .collect()
}
