//! Builds the input of the attribution from Snapshot and Usage.

use std::collections::BTreeMap;

use super::join::{Join, JoinedPod};
use crate::cost::{CostContainer, CostInput, CostNode, CostPod, UsageStep};
use crate::error::Result;
use crate::model::{Container, ContainerType, Finding, Severity, Snapshot, requests};
use crate::parallel;
use crate::units::{Interval, MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{HourStat, MetricId, Usage};

/// All time that a Usage can hold.
pub(super) const ALWAYS: TimeRange =
    TimeRange { start: Timestamp(0), end: Timestamp(Timestamp::END_MS) };

/// The whole UTC hours that hold a window.
pub(super) fn whole_hours(window: TimeRange) -> TimeRange {
    let start = window.start.0.div_euclid(MS_PER_HOUR) * MS_PER_HOUR;
    let end = -(-window.end.0).div_euclid(MS_PER_HOUR) * MS_PER_HOUR;
    TimeRange { start: Timestamp(start), end: Timestamp(end) }
}

/// The input of the attribution, and what could not be put into it.
pub(super) fn input(
    snapshot: &Snapshot,
    usage: &Usage,
    join: &Join<'_>,
) -> Result<(CostInput, Vec<Finding>)> {
    let nodes = nodes(snapshot);
    let services = services_of(snapshot);
    let hours = whole_hours(snapshot.window);
    let (mut unread, mut unsplit) = (Vec::new(), Vec::new());
    let mut pods = Vec::with_capacity(join.pods.len());
    for billed in parallel::map(&join.pods, |joined| billed(usage, joined, hours, &services)) {
        let mut billed = billed?;
        pods.push(billed.pod);
        unread.append(&mut billed.unread);
        unsplit.append(&mut billed.unsplit);
    }
    let findings = [
        (
            "UnknownContainer",
            "usage of a container that the pod does not have was left out of its cost",
            unread,
        ),
        (
            "PodLevelUsage",
            "usage is known for the pod only; with several containers it cannot be told whose it is, \
             so their cost is unmeasured",
            unsplit,
        ),
    ];
    let findings = findings
        .into_iter()
        .filter(|(_, _, places)| !places.is_empty())
        .map(|(code, message, mut places)| {
            places.dedup();
            Finding::new(code, Severity::Warning, message, places)
        })
        .collect();
    let input = CostInput {
        window: snapshot.window,
        currency: snapshot.currency,
        cluster: snapshot.cluster.clone(),
        nodes,
        pods,
        volumes: snapshot.volumes.clone(),
        load_balancers: snapshot.load_balancers.clone(),
        network_rates: snapshot.network_rates.clone(),
        fees: snapshot.fees.clone(),
    };
    Ok((input, findings))
}

/// A pod as the attribution takes it.
struct Billed {
    pod: CostPod,
    /// Keys of containers that it does not have.
    unread: Vec<String>,
    /// The pod's name, once for each reading that cannot be split over containers.
    unsplit: Vec<String>,
}

fn billed(
    usage: &Usage,
    joined: &JoinedPod<'_>,
    hours: TimeRange,
    services: &BTreeMap<WorkloadName<'_>, Vec<String>>,
) -> Result<Billed> {
    let (mut unread, mut unsplit) = (Vec::new(), Vec::new());
    let pod = joined.pod;
    let steps = Steps { usage, joined, hours };
    let mut containers = Vec::with_capacity(pod.containers.len());
    for container in &pod.containers {
        containers.push(CostContainer {
            name: container.name.clone(),
            kind: container.kind,
            requests: requests::reserved(container, pod.resize.as_deref()),
            limits: container.limits.clone(),
            usage: steps.of_container(container, &mut unsplit)?,
            request_steps: Vec::new(),
        });
    }
    for key in joined.usage.keys() {
        let known =
            key.container.is_empty() || pod.containers.iter().any(|c| c.name == key.container);
        if !known {
            unread.push(format!("{}/{}", joined.id(), key.container));
        }
    }
    let workload = (pod.namespace.as_str(), joined.owner.kind.as_str(), joined.owner.name.as_str());
    let pod = CostPod {
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
        uid: pod.uid.clone(),
        node: joined.life.and(pod.node.clone()),
        owner: Some(joined.owner.clone()),
        services: services.get(&workload).cloned().unwrap_or_default(),
        labels: pod.labels.clone(),
        annotations: pod.annotations.clone(),
        phase: pod.phase.clone(),
        life: joined.life.into_iter().collect(),
        overhead: pod.overhead.as_deref().cloned(),
        resources: pod.resources.as_deref().cloned(),
        containers,
        network: pod.network.clone(),
    };
    Ok(Billed { pod, unread, unsplit })
}

/// The nodes from their creation to the end of the window, by name.
fn nodes(snapshot: &Snapshot) -> Vec<CostNode> {
    let window = snapshot.window.interval();
    let mut nodes: Vec<CostNode> = snapshot
        .nodes
        .iter()
        .map(|n| {
            let born = n.created_at.unwrap_or(window.start).clamp(window.start, window.end);
            CostNode {
                name: n.name.clone(),
                uid: n.uid.clone(),
                provider_id: n.provider_id.clone(),
                instance_type: n.instance_type.clone(),
                region: n.region.clone(),
                zone: n.zone.clone(),
                capacity_type: n.capacity_type,
                labels: n.labels.clone(),
                life: vec![Interval { start: born, end: window.end }],
                capacity: n.capacity.clone(),
                allocatable: n.allocatable.clone(),
                price: n.price.clone(),
                hourly_cost: n.hourly_cost,
                billed_cost: n.billed_cost,
            }
        })
        .collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    nodes
}

type WorkloadName<'a> = (&'a str, &'a str, &'a str);

fn services_of(snapshot: &Snapshot) -> BTreeMap<WorkloadName<'_>, Vec<String>> {
    let mut map: BTreeMap<WorkloadName<'_>, Vec<String>> = BTreeMap::new();
    for service in &snapshot.services {
        for workload in service.selects.iter().flatten() {
            let key = (service.namespace.as_str(), workload.kind.as_str(), workload.name.as_str());
            map.entry(key).or_default().push(service.name.clone());
        }
    }
    for names in map.values_mut() {
        names.sort_unstable();
    }
    map
}

/// Usage of one pod as steps of an hour.
struct Steps<'a, 'b> {
    usage: &'a Usage,
    joined: &'b JoinedPod<'a>,
    hours: TimeRange,
}

impl Steps<'_, '_> {
    fn of_container(
        &self,
        container: &Container,
        unsplit: &mut Vec<String>,
    ) -> Result<Vec<UsageStep>> {
        let Some(life) = self.joined.life else { return Ok(Vec::new()) };
        let mut steps: Vec<(i64, UsageStep)> = Vec::new();
        for metric in
            [MetricId::CPU_CORES, MetricId::MEMORY_WORKING_SET_BYTES, MetricId::GPU_UTILIZATION]
        {
            // Hours ascend, and metrics of one container mostly have the same ones.
            let mut at = 0;
            for hour in self.hours_of(container, metric, unsplit)? {
                at += steps.iter().skip(at).take_while(|(ms, _)| *ms < hour.start_ms).count();
                if steps.get(at).is_none_or(|(ms, _)| *ms != hour.start_ms) {
                    let start = Timestamp(hour.start_ms);
                    let whole = Interval { start, end: Timestamp(hour.start_ms + MS_PER_HOUR) };
                    let Interval { start, end } = whole.intersect(&life);
                    let step = UsageStep { start, end, ..UsageStep::default() };
                    steps.insert(at, (hour.start_ms, step));
                }
                let Some((_, step)) = steps.get_mut(at) else { continue };
                match metric {
                    MetricId::CPU_CORES => step.cpu_cores = Some(hour.mean),
                    MetricId::GPU_UTILIZATION => {
                        step.gpus = container.requests.gpus.map(|gpus| gpus * hour.mean);
                    }
                    _ => step.memory_bytes = Some(hour.mean),
                }
            }
        }
        let steps = steps.into_iter().map(|(_, step)| step);
        Ok(steps.filter(|step| step.end > step.start).collect())
    }

    /// The container's own samples; where only the pod's are known, they are those of its only container.
    fn hours_of(
        &self,
        container: &Container,
        metric: MetricId,
        unsplit: &mut Vec<String>,
    ) -> Result<Vec<HourStat>> {
        let pod = self.joined.pod;
        let key_of = |name: &str| self.joined.usage.keys().find(|key| key.container == name);
        let own = key_of(&container.name).map(|key| self.usage.view(key, metric)).transpose()?;
        if let Some(view) = own.flatten() {
            return view.hours(self.hours);
        }
        let Some(level) = key_of("") else { return Ok(Vec::new()) };
        let Some(view) = self.usage.view(level, metric)? else { return Ok(Vec::new()) };
        let running = pod.containers.iter().filter(|c| c.kind != ContainerType::Init);
        if container.kind == ContainerType::Init {
            return Ok(Vec::new());
        }
        if running.count() == 1 {
            return view.hours(self.hours);
        }
        unsplit.push(self.joined.id());
        Ok(Vec::new())
    }
}
