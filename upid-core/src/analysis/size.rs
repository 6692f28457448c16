//! Sizes per workload and container, priced with the unit costs of the nodes it runs on.

use std::collections::BTreeMap;

use super::bill::ALWAYS;
use super::join::{Join, JoinedWorkload, WorkloadKey};
use crate::cost::{Attribution, CostResource};
use crate::error::Result;
use crate::model::{
    Container, ContainerType, Finding, Node, Rates, Resources, Severity, Snapshot, Workload,
    requests,
};
use crate::rightsize::{
    self, ClusterFacts, ContainerInput, ContainerKey, CurrentSizes, OomEvent, RightsizeConfig,
    SizeRecommendation, UsagePods,
};
use crate::units::{Currency, RateAmount};
use crate::usage::{Usage, UsageEventKind};

/// Two records of one kill stand at most this far apart.
const SAME_KILL_MS: i64 = 5 * 60_000;

/// Advice per container, by workload.
pub(super) type Sizes = BTreeMap<WorkloadKey, Vec<SizeRecommendation>>;

/// Advice per workload; a workload without containers has none, and one that cannot be sized is a finding.
pub(super) fn sizes(
    snapshot: &Snapshot,
    usage: &Usage,
    join: &Join<'_>,
    attribution: &Attribution,
    facts: &BTreeMap<WorkloadKey, Workload>,
    config: &RightsizeConfig,
) -> Result<(Sizes, Option<Finding>)> {
    let units = unit_costs(attribution);
    let largest = largest_node(&snapshot.nodes);
    let mut owners = Vec::new();
    let mut inputs = Vec::new();
    for (key, workload) in &join.workloads {
        let Some(facts) = facts.get(key) else { continue };
        let rates = rates(snapshot.currency, join, workload, &units);
        for container in containers(facts, join, workload) {
            owners.push(key);
            inputs.push(ContainerInput {
                key: ContainerKey {
                    namespace: key.0.clone(),
                    workload: key.2.clone(),
                    container: container.name.clone(),
                },
                replicas: replicas(facts, join, workload),
                current: CurrentSizes::new(&container.requests, &container.limits),
                usage: Some(history(join, workload, container)),
                cluster: largest.clone().map(|n| ClusterFacts { largest_node: Some(n) }),
                rates: rates.clone(),
                ..ContainerInput::default()
            });
        }
    }
    let results = rightsize::recommend_batch(&inputs, Some(usage), config, snapshot.now)?;
    let mut sizes = Sizes::new();
    let mut refused = Vec::new();
    for (key, result) in owners.into_iter().zip(results) {
        match result {
            Ok(size) => sizes.entry(key.clone()).or_default().push(size),
            Err(error) => refused.push(format!("{}/{}/{}: {error}", key.0, key.1, key.2)),
        }
    }
    let finding = (!refused.is_empty()).then(|| {
        Finding::new(
            "SizeRefused",
            Severity::Warning,
            "a container's sizes or history cannot be used, so it has no size advice",
            refused,
        )
    });
    Ok((sizes, finding))
}

/// Wanted replicas, else the running pods.
pub(super) fn replicas(facts: &Workload, join: &Join<'_>, workload: &JoinedWorkload<'_>) -> u32 {
    let running = workload.pods.iter().filter(|&&i| join.pods[i].is_running()).count();
    facts.replicas.unwrap_or(running as u32)
}

/// App and Sidecar containers of the template, else of the youngest pod, in order of their names.
pub(super) fn containers<'a>(
    facts: &'a Workload,
    join: &Join<'a>,
    workload: &JoinedWorkload<'_>,
) -> Vec<&'a Container> {
    let youngest = workload
        .pods
        .iter()
        .map(|&i| join.pods[i].pod)
        .max_by_key(|p| (p.created_at.or(p.scheduled_at).or(p.started_at), &p.name, &p.uid));
    let list = match (facts.containers.is_empty(), youngest) {
        (true, Some(pod)) => &pod.containers,
        _ => &facts.containers,
    };
    let mut list: Vec<&Container> = list.iter().filter(|c| c.kind != ContainerType::Init).collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// The usage keys of a container's pods, and the kills that only the Snapshot tells of.
fn history(join: &Join<'_>, workload: &JoinedWorkload<'_>, container: &Container) -> UsagePods {
    let mut pods = UsagePods::default();
    for &index in &workload.pods {
        let joined = &join.pods[index];
        if let Some(key) = joined.usage.keys().next() {
            pods.cluster.clone_from(&key.cluster);
        }
        pods.pods.push(joined.pod.name.clone());
        let Some(own) = joined.pod.containers.iter().find(|c| c.name == container.name) else {
            continue;
        };
        let killed =
            own.last_termination.as_ref().filter(|t| t.reason.as_deref() == Some("OOMKilled"));
        let Some(at) = killed.and_then(|t| t.at) else { continue };
        let known = joined.usage.events(ALWAYS).iter().any(|(key, event)| {
            key.container == container.name
                && event.kind == UsageEventKind::OomKilled
                && (event.at_ms - at.0).abs() <= SAME_KILL_MS
        });
        if !known {
            pods.oom_events.push(OomEvent {
                at_ms: at.0,
                request_bytes: own.requests.memory_bytes,
                limit_bytes: own.limits.memory_bytes,
            });
        }
    }
    for key in workload.ended.iter().filter_map(|ended| ended.keys().next()) {
        if pods.cluster.is_empty() {
            pods.cluster.clone_from(&key.cluster);
        }
        pods.pods.push(key.pod.clone());
    }
    pods.pods.sort_unstable();
    pods.pods.dedup();
    pods
}

/// CPU and memory price per unit-hour of each node.
type UnitCosts = BTreeMap<String, (RateAmount, RateAmount)>;

fn unit_costs(attribution: &Attribution) -> UnitCosts {
    attribution
        .nodes
        .iter()
        .filter_map(|node| {
            let unit = |resource| {
                node.pools.iter().find(|pool| pool.resource == resource).and_then(|p| p.unit_cost)
            };
            let costs = (unit(CostResource::Cpu)?, unit(CostResource::Memory)?);
            Some((node.name.clone(), costs))
        })
        .collect()
}

/// The nodes' unit costs, averaged over the workload's running pods by effective request, half to even.
fn rates(
    currency: Currency,
    join: &Join<'_>,
    workload: &JoinedWorkload<'_>,
    units: &UnitCosts,
) -> Option<Rates> {
    let mut sums = [(0i128, 0i128); 2];
    for &index in &workload.pods {
        let joined = &join.pods[index];
        let node = joined.pod.node.as_ref().filter(|_| joined.is_running());
        let Some(costs) = node.and_then(|node| units.get(node)) else { continue };
        let effective: Resources = requests::effective(joined.pod);
        // Nano-cores and bytes; a pod without requests weighs one unit, so that it has a price at all.
        let cores = (effective.cpu_cores.unwrap_or(0.0) * 1e9).round_ties_even().max(1.0);
        let bytes = effective.memory_bytes.unwrap_or(0.0).round_ties_even().max(1.0);
        for (sum, (rate, weight)) in sums.iter_mut().zip([(costs.0, cores), (costs.1, bytes)]) {
            sum.0 = sum.0.checked_add(rate.0.checked_mul(weight as i128)?)?;
            sum.1 += weight as i128;
        }
    }
    let mean = |(sum, weight): (i128, i128)| {
        (weight > 0).then(|| RateAmount(sum).mul_ratio(1, weight).ok()).flatten()
    };
    Some(Rates {
        currency: Some(currency),
        cpu_core_hour: mean(sums[0])?,
        memory_gib_hour: mean(sums[1])?,
        ..Rates::default()
    })
}

/// Allocatable of the node with the most cores.
fn largest_node(nodes: &[Node]) -> Option<Resources> {
    let usable = |n: &Node| n.allocatable.clone().or_else(|| n.capacity.clone());
    let size = |r: &Resources| (r.cpu_cores.unwrap_or(0.0), r.memory_bytes.unwrap_or(0.0));
    nodes.iter().filter_map(usable).max_by(|a, b| {
        let (a, b) = (size(a), size(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}
