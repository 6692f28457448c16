//! Builds the input of the attribution from Snapshot and Usage.

use std::collections::BTreeMap;

use super::join::{Join, JoinedPod};
use crate::cost::{CostContainer, CostInput, CostNode, CostPod, UsageStep};
use crate::error::Result;
use crate::model::{ContainerType, Finding, Severity, Snapshot};
use crate::units::{Interval, MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{HourStat, MetricId, PodUsage, Usage};

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
    for joined in &join.pods {
        let pod = joined.pod;
        let steps = Steps { usage, joined, hours };
        let mut containers = Vec::with_capacity(pod.containers.len());
        for container in &pod.containers {
            containers.push(CostContainer {
                name: container.name.clone(),
                kind: container.kind,
                requests: container.requests.clone(),
                limits: container.limits.clone(),
                usage: steps.of_container(&container.name, container.kind, &mut unsplit)?,
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
        let workload =
            (pod.namespace.as_str(), joined.owner.kind.as_str(), joined.owner.name.as_str());
        pods.push(CostPod {
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
            overhead: pod.overhead.clone(),
            resources: pod.resources.clone(),
            containers,
            network: pod.network.clone(),
        });
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
        container: &str,
        kind: ContainerType,
        unsplit: &mut Vec<String>,
    ) -> Result<Vec<UsageStep>> {
        let Some(life) = self.joined.life else { return Ok(Vec::new()) };
        let own = self.joined.usage.keys().find(|key| key.container == container);
        let metrics = [MetricId::CPU_CORES, MetricId::MEMORY_WORKING_SET_BYTES];
        let mut series: [Vec<HourStat>; 2] = [Vec::new(), Vec::new()];
        if let Some(key) = own {
            for (into, metric) in series.iter_mut().zip(metrics) {
                if let Some(view) = self.usage.view(key, metric)? {
                    *into = view.hours(self.hours)?;
                }
            }
        } else {
            // Only the pod level is known: it is the container's own where there is but one.
            let pod = self.joined.pod;
            let alone =
                pod.containers.iter().filter(|c| c.kind != ContainerType::Init).count() == 1;
            let level = pod_level(&self.joined.usage, &metrics);
            if level && alone && kind != ContainerType::Init {
                for (into, metric) in series.iter_mut().zip(metrics) {
                    *into = self.joined.usage.hours(metric, self.hours)?;
                }
            } else if level && kind != ContainerType::Init {
                unsplit.push(self.joined.id());
            }
        }
        let [cpu, memory] = series;
        let mut steps: BTreeMap<i64, UsageStep> = BTreeMap::new();
        let slot = |start: i64| {
            let hour = Interval { start: Timestamp(start), end: Timestamp(start + MS_PER_HOUR) };
            let lived = hour.intersect(&life);
            UsageStep { start: lived.start, end: lived.end, ..UsageStep::default() }
        };
        for hour in &cpu {
            steps.entry(hour.start_ms).or_insert_with(|| slot(hour.start_ms)).cpu_cores =
                Some(hour.mean);
        }
        for hour in &memory {
            steps.entry(hour.start_ms).or_insert_with(|| slot(hour.start_ms)).memory_bytes =
                Some(hour.mean);
        }
        Ok(steps.into_values().filter(|step| step.end > step.start).collect())
    }
}

/// Whether CPU or memory stands at pod level.
fn pod_level(usage: &PodUsage<'_>, metrics: &[MetricId]) -> bool {
    usage.keys().all(|key| key.container.is_empty()) && metrics.iter().any(|m| usage.has(*m))
}
