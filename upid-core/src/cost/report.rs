//! The result of an attribution, written from what was booked.

use std::collections::{BTreeMap, BTreeSet};

use super::attribute::SweptNode;
use super::config::CostConfig;
use super::flags;
use super::input::CostInput;
use super::ledger::{Ledger, PodLevel};
use super::node::{LeafOutcome, PoolOutcome};
use super::pods::{PodBook, PodEntry};
use super::policy::IdleHandling;
use super::quantities::{CPU, GPU, MEMORY, PER_UNIT};
use super::rates::NodeRate;
use super::result::{
    Attribution, CellAmount, CostQuality, CostResource, CostRow, CostTotals, NodeCost, NodePool,
    PodCost, ResourceCost, ResourceHours, Split,
};
use super::spans::{intersect, total_ms};
use super::spread::spread_on_nodes;
use crate::error::Result;
use crate::model::{ContainerType, PriceSource};
use crate::units::{Amount, MS_PER_HOUR, RateAmount, Timestamp, projection};

/// The three resources of a node, in the order of the pools.
pub(crate) const NODE_RESOURCES: [CostResource; 3] =
    [CostResource::Cpu, CostResource::Memory, CostResource::Gpu];

/// Writes the result.
pub(crate) struct Report<'a> {
    pub(crate) input: &'a CostInput,
    pub(crate) config: &'a CostConfig,
    pub(crate) book: &'a PodBook<'a>,
}

/// Position of each node by its name.
type NodeIndex<'a> = BTreeMap<&'a str, usize>;

impl Report<'_> {
    /// Rows, pods, nodes, remainders, totals and quality.
    pub(crate) fn write(&self, swept: &[SweptNode<'_>], mut ledger: Ledger) -> Result<Attribution> {
        let index: NodeIndex<'_> =
            swept.iter().enumerate().map(|(at, s)| (s.node.name.as_str(), at)).collect();
        let mut rows = self.rows(swept, &index, &mut ledger)?;
        let mut spread_idle = None;
        if self.config.policy.rules().idle == IdleHandling::SpreadOnNode {
            spread_idle = Some(spread_on_nodes(&mut rows, swept, &mut ledger)?);
        }
        let pods = self.pods(&rows, swept, &index)?;
        let nodes = swept.iter().map(node_cost).collect::<Result<Vec<_>>>()?;

        let mut totals = CostTotals { spread_idle, ..CostTotals::default() };
        for cost in rows.iter().flat_map(|row| row.costs.values()) {
            totals.pods = totals.pods.plus(&cost.split())?;
        }
        let mut flags = std::mem::take(&mut ledger.flags);
        let (idle_sum, idle) = ledger.idle.close()?;
        let (overhead_sum, system_overhead) = ledger.overhead.close()?;
        let (unattributed_sum, unattributed) = ledger.unattributed.close()?;
        totals.idle = idle_sum;
        totals.system_overhead = overhead_sum;
        totals.unattributed = unattributed_sum;
        let destinations = [
            totals.pods.amount,
            spread_idle.unwrap_or_default(),
            idle_sum,
            overhead_sum,
            unattributed_sum,
        ];
        let residual = ledger.bill.sub(Amount::sum(destinations)?)?;
        for node in &nodes {
            flags.extend(node.flags.iter().map(|f| (f.clone(), node.name.clone())));
        }
        for row in &rows {
            let place = match &row.container {
                Some(container) => format!("{}/{}/{container}", row.namespace, row.pod),
                None => format!("{}/{}", row.namespace, row.pod),
            };
            flags.extend(row.flags.iter().map(|flag| (flag.clone(), place.clone())));
        }
        let quality = CostQuality {
            priced_share: priced_share(swept),
            measured_share: measured_share(&rows)?,
            flags: flags::findings(flags),
        };
        Ok(Attribution {
            currency: self.input.currency,
            window: self.input.window,
            policy: self.config.policy,
            grid_seconds: self.config.grid_seconds,
            bill: ledger.bill,
            totals,
            residual,
            rows,
            idle,
            system_overhead,
            unattributed,
            nodes,
            pods,
            quality,
        })
    }

    fn rows(
        &self,
        swept: &[SweptNode<'_>],
        index: &NodeIndex<'_>,
        ledger: &mut Ledger,
    ) -> Result<Vec<CostRow>> {
        let mut rows: Vec<(usize, CostRow)> = Vec::new();
        for node in swept {
            for leaf in &node.outcome.leaves {
                rows.push((leaf.pod, self.leaf_row(leaf, node)));
            }
        }
        // Leaves of pods whose node is not known: they exist, and their amounts are not known.
        for (at, entry) in self.book.entries.iter().enumerate() {
            let Some((pod, node)) = entry.pod.and_then(|p| Some((p, p.node.as_deref()?))) else {
                continue;
            };
            if !index.contains_key(node) {
                for container in &pod.containers {
                    if container.kind != ContainerType::Init {
                        let mut row = self.row(entry, Some(container.name.clone()));
                        row.sidecar = container.kind == ContainerType::Sidecar;
                        row.flags.push("NodeUnknown".to_owned());
                        rows.push((at, row));
                    }
                }
            }
        }
        let mut levels = std::mem::take(&mut ledger.pods);
        for (pod, row) in &mut rows {
            if row.container.is_none()
                && let Some(level) = levels.remove(pod)
            {
                add_level(row, level)?;
            }
        }
        for (pod, level) in levels {
            let Some(entry) = self.book.entries.get(pod) else { continue };
            let mut row = self.row(entry, None);
            let node = entry.pod.map(|p| p.node.as_deref());
            if node.is_none_or(|n| n.is_some_and(|n| !index.contains_key(n))) {
                row.flags.push("NodeUnknown".to_owned());
            }
            add_level(&mut row, level)?;
            rows.push((pod, row));
        }
        rows.sort_by(|a, b| (a.0, &a.1.container).cmp(&(b.0, &b.1.container)));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn hours(&self, entry: &PodEntry<'_>) -> f64 {
        let window = (self.input.window.start.0, self.input.window.end.0);
        total_ms(&intersect(&entry.life, &[window])) as f64 / MS_PER_HOUR as f64
    }

    fn row(&self, entry: &PodEntry<'_>, container: Option<String>) -> CostRow {
        let pod = entry.pod;
        CostRow {
            cluster: self.input.cluster.name.clone(),
            node: pod.and_then(|p| p.node.clone()),
            namespace: entry.namespace.to_owned(),
            pod: entry.name.to_owned(),
            uid: entry.uid.map(str::to_owned),
            container,
            sidecar: false,
            owner: pod.and_then(|p| p.owner.clone()),
            services: pod.map(|p| p.services.clone()).unwrap_or_default(),
            labels: pod.map(|p| p.labels.clone()).unwrap_or_default(),
            annotations: pod.map(|p| p.annotations.clone()).unwrap_or_default(),
            hours: self.hours(entry),
            costs: BTreeMap::new(),
            allocated: None,
            overuse: None,
            cells: self.config.timeline.then(Vec::new),
            flags: Vec::new(),
        }
    }

    fn leaf_row(&self, leaf: &LeafOutcome, node: &SweptNode<'_>) -> CostRow {
        let entry = &self.book.entries[leaf.pod];
        let container = leaf.container.zip(entry.pod).map(|(c, pod)| &pod.containers[c]);
        let mut row = self.row(entry, container.map(|c| c.name.clone()));
        row.sidecar = container.is_some_and(|c| c.kind == ContainerType::Sidecar);
        let missing = matches!(node.priced.rate, NodeRate::Missing);
        for r in [CPU, MEMORY, GPU] {
            let pool = &leaf.pools[r];
            let touched = pool.allocated > 0 || pool.overuse > 0;
            let has = node.machine.capacity[r] > 0;
            // A container always shows CPU and memory; GPUs, and what a pod reserves, only where there are any.
            if missing || !has || !(touched || (leaf.container.is_some() && r != GPU)) {
                continue;
            }
            let nominal = (pool.saturated && !pool.nominal_overflows).then_some(pool.nominal);
            let cost = ResourceCost { nominal, ..pool.cost.into() };
            row.costs.insert(NODE_RESOURCES[r], cost);
        }
        row.allocated = Some(resource_hours(leaf.pools.each_ref().map(|p| p.allocated)));
        row.overuse = Some(resource_hours(leaf.pools.each_ref().map(|p| p.overuse)));
        if let Some(cells) = &mut row.cells {
            let cell =
                |&(start, amount): &(i64, Amount)| CellAmount { start: Timestamp(start), amount };
            cells.extend(leaf.cells.iter().map(cell));
        }
        let mut flags = leaf.flags.clone();
        flags.extend(node.priced.flags.iter().filter(|f| **f != "PriceStale"));
        row.flags = flags.into_iter().map(str::to_owned).collect();
        row
    }

    fn pods(
        &self,
        rows: &[CostRow],
        swept: &[SweptNode<'_>],
        index: &NodeIndex<'_>,
    ) -> Result<Vec<PodCost>> {
        let mut next = rows.iter().peekable();
        let mut out = Vec::with_capacity(self.book.entries.len());
        for entry in &self.book.entries {
            let (mut split, mut flags) = (Split::default(), BTreeSet::new());
            let same = |row: &&CostRow| {
                (&*row.namespace, &*row.pod, row.uid.as_deref())
                    == (entry.namespace, entry.name, entry.uid)
            };
            while let Some(row) = next.next_if(same) {
                flags.extend(row.flags.iter().cloned());
                for cost in row.costs.values() {
                    split = split.plus(&cost.split())?;
                }
            }
            let node = entry.pod.and_then(|p| p.node.as_deref());
            let known = match (entry.pod, node) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(_), Some(node)) => {
                    let node = index.get(node).map(|&at| &swept[at]);
                    if node.is_none() {
                        flags.insert("NodeUnknown".to_owned());
                    }
                    node.is_some_and(|n| !matches!(n.priced.rate, NodeRate::Missing))
                }
            };
            let projected =
                known.then(|| projection(split.amount, self.input.window.ms())).transpose()?;
            let measured = split.used.add(split.wasted)?;
            let waste_share =
                (known && !measured.is_zero()).then(|| split.wasted.0 as f64 / measured.0 as f64);
            out.push(PodCost {
                namespace: entry.namespace.to_owned(),
                name: entry.name.to_owned(),
                uid: entry.uid.map(str::to_owned),
                node: node.map(str::to_owned),
                hours: self.hours(entry),
                amount: known.then_some(split.amount),
                used: known.then_some(split.used),
                wasted: known.then_some(split.wasted),
                unmeasured: known.then_some(split.unmeasured),
                hourly: projected.map(|p| p.hourly),
                daily: projected.map(|p| p.daily),
                monthly: projected.map(|p| p.monthly),
                yearly: projected.map(|p| p.yearly),
                waste_share,
                efficiency: waste_share.map(|w| 1.0 - w),
                flags: flags.into_iter().collect(),
            });
        }
        Ok(out)
    }
}

/// Adds what belongs to a pod as a whole to its row.
fn add_level(row: &mut CostRow, level: PodLevel) -> Result<()> {
    for (resource, split) in level.costs {
        row.costs.insert(resource, split.into());
    }
    if let Some(cells) = &mut row.cells {
        let mut sums: BTreeMap<i64, Amount> = cells.iter().map(|c| (c.start.0, c.amount)).collect();
        for (cell, amount) in level.cells {
            let sum = sums.entry(cell).or_default();
            *sum = sum.add(amount)?;
        }
        *cells = sums
            .into_iter()
            .map(|(start, amount)| CellAmount { start: Timestamp(start), amount })
            .collect();
    }
    let mut flags: BTreeSet<String> = row.flags.drain(..).collect();
    flags.extend(level.flags.into_iter().map(str::to_owned));
    row.flags = flags.into_iter().collect();
    Ok(())
}

fn resource_hours(quantities: [u128; 3]) -> ResourceHours {
    let hours = |r: usize| quantities[r] as f64 / (PER_UNIT[r] as f64 * MS_PER_HOUR as f64);
    ResourceHours {
        cpu_core_hours: hours(CPU),
        memory_gib_hours: hours(MEMORY),
        gpu_hours: hours(GPU),
    }
}

fn node_cost(swept: &SweptNode<'_>) -> Result<NodeCost> {
    let (priced, outcome) = (&swept.priced, &swept.outcome);
    let known = !matches!(priced.rate, NodeRate::Missing);
    let mut pools = Vec::new();
    for r in [CPU, MEMORY, GPU] {
        let PoolOutcome { bill, pods, idle, overhead } = outcome.pools[r];
        if !known || swept.machine.capacity[r] == 0 {
            continue;
        }
        pools.push(NodePool {
            resource: NODE_RESOURCES[r],
            bill,
            used: pods.used,
            wasted: pods.wasted,
            unmeasured: pods.unmeasured,
            idle,
            system_overhead: overhead,
            unit_cost: unit_cost(bill, swept, r),
        });
    }
    let total = Amount::sum(pools.iter().map(|p| p.bill))?.add(outcome.unsplit)?;
    let mut flags: BTreeSet<&str> = outcome.flags.iter().copied().collect();
    flags.extend(priced.flags.iter().copied());
    Ok(NodeCost {
        name: swept.node.name.clone(),
        provider_id: swept.node.provider_id.clone(),
        instance_type: swept.node.instance_type.clone(),
        region: swept.node.region.clone(),
        zone: swept.node.zone.clone(),
        capacity_type: swept.node.capacity_type,
        amount: known.then_some(total),
        price_source: priced.source,
        kind: priced.kind,
        as_of: priced.as_of,
        pools,
        hours: swept.alive_ms as f64 / MS_PER_HOUR as f64,
        flags: flags.into_iter().map(str::to_owned).collect(),
    })
}

/// Pool ÷ (capacity × node hours), half to even; `None` without hours, or for a capacity so small that the price
/// of a whole unit does not fit.
fn unit_cost(bill: Amount, swept: &SweptNode<'_>, r: usize) -> Option<RateAmount> {
    let per_hour = i128::from(PER_UNIT[r]) * i128::from(MS_PER_HOUR);
    let scale = RateAmount::PER_UNIT / Amount::PER_UNIT;
    let units = i128::from(swept.machine.capacity[r]) * i128::from(swept.alive_ms);
    (units > 0).then(|| RateAmount(bill.0).mul_ratio(per_hour * scale, units).ok()).flatten()
}

fn priced_share(swept: &[SweptNode<'_>]) -> Option<f64> {
    let total: i64 = swept.iter().map(|s| s.alive_ms).sum();
    let missing = |s: &&SweptNode<'_>| s.priced.source == PriceSource::Missing;
    let unpriced: i64 = swept.iter().filter(missing).map(|s| s.alive_ms).sum();
    (total > 0).then(|| (total - unpriced) as f64 / total as f64)
}

fn measured_share(rows: &[CostRow]) -> Result<Option<f64>> {
    let mut sum = Split::default();
    for row in rows {
        for resource in NODE_RESOURCES {
            if let Some(cost) = row.costs.get(&resource) {
                sum = sum.plus(&cost.split())?;
            }
        }
    }
    let measured = sum.used.add(sum.wasted)?;
    Ok((!sum.amount.is_zero()).then(|| measured.0 as f64 / sum.amount.0 as f64))
}
