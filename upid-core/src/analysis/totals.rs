//! Totals of the cluster and its namespaces, and where each node's money went.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::Builder;
use super::people::Fit;
use super::result::{
    BusinessTotals, Efficiency, NamespaceAnalysis, NodeAnalysis, PodAnalysis, ResourceTotals,
    Totals, WorkloadAnalysis,
};
use super::tally::Tally;
use crate::cost::NodeCost;
use crate::model::{PriceKind, PriceSource, requests};
use crate::units::Amount;

impl Builder<'_> {
    pub(super) fn namespaces(
        &self,
        pods: &[PodAnalysis],
        workloads: &[WorkloadAnalysis],
    ) -> Vec<NamespaceAnalysis> {
        let names: BTreeSet<&String> = self
            .tallies
            .namespaces
            .keys()
            .chain(self.join.workloads.keys().map(|key| &key.0))
            .collect();
        // Pods and workloads stand in order of their namespace.
        let mut rest = (pods, workloads);
        names
            .into_iter()
            .map(|name| {
                let tally = self.tallies.namespaces.get(name).copied().unwrap_or_default();
                let first = pods.len() - rest.0.len();
                let mine = rest.0.partition_point(|pod| pod.namespace <= *name);
                let theirs = rest.1.partition_point(|workload| workload.namespace <= *name);
                let (own, own_workloads) = (&rest.0[..mine], &rest.1[..theirs]);
                rest = (&rest.0[mine..], &rest.1[theirs..]);
                let totals = self.sum(&tally, (first, own), own_workloads, false);
                NamespaceAnalysis { name: name.clone(), totals }
            })
            .collect()
    }

    /// Totals of the cluster.
    pub(super) fn totals(
        &self,
        tally: &Tally,
        pods: &[PodAnalysis],
        workloads: &[WorkloadAnalysis],
    ) -> Totals {
        self.sum(tally, (0, pods), workloads, true)
    }

    /// Totals of some pods that follow each other from place `first`, and of workloads.
    fn sum(
        &self,
        tally: &Tally,
        (first, pods): (usize, &[PodAnalysis]),
        workloads: &[WorkloadAnalysis],
        with_nodes: bool,
    ) -> Totals {
        let places = first..first + pods.len();
        let money = |amount: Amount| tally.is_known().then_some(amount);
        let month = tally.month;
        let measured = month.used.0 + month.wasted.0;
        let fits = |fit: Fit| {
            let all = self.fits.get(places.clone()).unwrap_or_default();
            all.iter().filter(|f| **f == fit).count() as u64
        };
        let idle_share = (month.amount.0 > 0).then(|| month.idle.to_f64() / month.amount.to_f64());
        let (cpu, memory) = self.resources(places.clone(), with_nodes);
        Totals {
            monthly_cost: money(month.amount),
            used: money(month.used),
            wasted: money(month.wasted),
            unmeasured: money(month.unmeasured),
            idle: money(month.idle),
            system_overhead: money(month.system_overhead),
            unattributed: money(month.unattributed),
            window: tally.is_known().then_some(tally.window),
            cpu,
            memory,
            storage: money(tally.storage),
            network: money(tally.network),
            efficiency: Efficiency {
                overall: (measured > 0).then(|| month.used.0 as f64 / measured as f64),
                idle_share,
                over_provisioned: fits(Fit::Over),
                under_provisioned: fits(Fit::Under),
                right_sized: fits(Fit::Right),
            },
            business: business_totals(workloads.iter()),
            pods: pods.len() as u64,
        }
    }

    /// Cores and bytes, averaged over the window.
    fn resources(
        &self,
        places: std::ops::Range<usize>,
        with_nodes: bool,
    ) -> (ResourceTotals, ResourceTotals) {
        let window = self.snapshot.window;
        let (mut cpu, mut memory) = (ResourceTotals::default(), ResourceTotals::default());
        if with_nodes {
            for node in &self.snapshot.nodes {
                let born = node.created_at.unwrap_or(window.start).max(window.start);
                let share = ((window.end.0 - born.0).max(0) as f64) / window.ms() as f64;
                let add = |total: &mut Option<f64>, value: Option<f64>| {
                    if let Some(value) = value {
                        *total = Some(total.unwrap_or(0.0) + value * share);
                    }
                };
                if let Some(capacity) = &node.capacity {
                    add(&mut cpu.capacity, capacity.cpu_cores);
                    add(&mut memory.capacity, capacity.memory_bytes);
                }
                if let Some(allocatable) = &node.allocatable {
                    add(&mut cpu.allocatable, allocatable.cpu_cores);
                    add(&mut memory.allocatable, allocatable.memory_bytes);
                }
            }
            // A sum without some of the nodes is no total.
            let nodes = &self.snapshot.nodes;
            if nodes.iter().any(|node| node.capacity.is_none()) {
                (cpu.capacity, memory.capacity) = (None, None);
            }
            if nodes.iter().any(|node| node.allocatable.is_none()) {
                (cpu.allocatable, memory.allocatable) = (None, None);
            }
        }
        let of = |list: std::ops::Range<usize>| self.join.pods.get(list).unwrap_or_default();
        for (joined, used) in of(places.clone()).iter().zip(self.used.iter().skip(places.start)) {
            let pod = joined.pod;
            let share = joined.life.map_or(0.0, |life| life.ms() as f64 / window.ms() as f64);
            let request = requests::effective(pod);
            cpu.requested += request.cpu_cores.unwrap_or(0.0) * share;
            memory.requested += request.memory_bytes.unwrap_or(0.0) * share;
            for (total, used) in [&mut cpu.used, &mut memory.used].into_iter().zip(used) {
                if let Some(used) = used {
                    *total = Some(total.unwrap_or(0.0) + used);
                }
            }
        }
        (cpu, memory)
    }

    pub(super) fn nodes(&self) -> Vec<NodeAnalysis> {
        let mut asked: BTreeMap<&str, (f64, f64, u64)> = BTreeMap::new();
        for joined in &self.join.pods {
            let Some(node) = joined.pod.node.as_deref() else { continue };
            let entry = asked.entry(node).or_default();
            entry.2 += 1;
            if joined.is_running() {
                let request = requests::effective(joined.pod);
                entry.0 += request.cpu_cores.unwrap_or(0.0);
                entry.1 += request.memory_bytes.unwrap_or(0.0);
            }
        }
        let costs: BTreeMap<&str, &NodeCost> =
            self.attribution.nodes.iter().map(|n| (n.name.as_str(), n)).collect();
        let mut nodes: Vec<_> = self.snapshot.nodes.iter().collect();
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        nodes
            .into_iter()
            .map(|node| {
                let (cpu, memory, pods) =
                    asked.get(node.name.as_str()).copied().unwrap_or_default();
                let usable = node.allocatable.as_ref().or(node.capacity.as_ref());
                let share =
                    |asked: f64, have: Option<f64>| have.filter(|h| *h > 0.0).map(|h| asked / h);
                let tally = self.tallies.nodes.get(&node.name).filter(|t| t.priced);
                let cost = costs.get(node.name.as_str());
                NodeAnalysis {
                    name: node.name.clone(),
                    instance_type: node.instance_type.clone(),
                    pods,
                    window: tally.map(|t| t.window),
                    monthly: tally.map(|t| t.month.amount),
                    price_source: cost.map_or(PriceSource::Missing, |c| c.price_source),
                    price_kind: cost.map_or(PriceKind::Unknown, |c| c.kind),
                    price_as_of: cost.and_then(|c| c.as_of),
                    cpu_requested_share: share(cpu, usable.and_then(|r| r.cpu_cores)),
                    memory_requested_share: share(memory, usable.and_then(|r| r.memory_bytes)),
                }
            })
            .collect()
    }
}

fn business_totals<'a>(workloads: impl Iterator<Item = &'a WorkloadAnalysis>) -> BusinessTotals {
    let (mut business, mut probes, mut all, mut known) = (0.0, 0.0, 0.0, false);
    for b in workloads.map(|w| &w.business) {
        let counts = (b.requests_per_day, b.probes_per_day, b.all_requests_per_day);
        if let (Some(own), Some(probing), Some(any)) = counts {
            business += own;
            probes += probing;
            all += any;
            known = true;
        }
    }
    BusinessTotals {
        requests_per_day: known.then_some(business),
        probe_share: (known && all > 0.0).then(|| probes / all),
    }
}
