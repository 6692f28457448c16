//! The sweep over one node: cells, segments, pools (the engine of cost.md §5).

use std::collections::BTreeSet;

use super::allocate::{MISSING, Strain, allocate};
use super::gpu::GpuNode;
use super::input::CostNode;
use super::leaves::{Leaf, Span};
use super::policy::{AllocationBasis, CapacityCeiling, PolicyRules, UsageAveraging};
use super::quantities::{CPU, GPU, MEMORY, Quantities, UNMEASURED, quantity};
use super::rates::{NodeRate, split_by};
use super::result::Split;
use super::spans::{Billing, Piece, cells, hourly_part, intersect, total_ms};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{Amount, apportion_amount, apportion_places, mul_div_rem};

/// What a node has: capacity, and the ceiling under the policy.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) capacity: Quantities,
    pub(crate) ceiling: Quantities,
    pub(crate) gpus: GpuNode,
    pub(crate) flags: BTreeSet<&'static str>,
}

impl Machine {
    /// Reads capacity and allocatable; where one lacks a resource the other stands in.
    pub(crate) fn of(node: &CostNode, rules: &PolicyRules, vgpu_per_gpu: u32) -> Result<Self> {
        let gpus = GpuNode::of(node, vgpu_per_gpu)?;
        let mut flags = BTreeSet::new();
        if gpus.unknown {
            flags.insert("GpuFractionUnknown");
        }
        let field = |r: usize, side: &Option<crate::model::Resources>| {
            let resources = side.as_ref();
            let value = if r == CPU {
                resources.and_then(|s| s.cpu_cores)
            } else {
                resources.and_then(|s| s.memory_bytes)
            };
            value.map(|v| quantity(r, v)).transpose()
        };
        let (mut capacity, mut ceiling) = ([0; 3], [0; 3]);
        for r in [CPU, MEMORY, GPU] {
            let (has, may) = if r == GPU {
                ((gpus.capacity > 0).then_some(gpus.capacity), gpus.allocatable)
            } else {
                let has = field(r, &node.capacity).map_err(|e| e.under("capacity"))?;
                (has, field(r, &node.allocatable).map_err(|e| e.under("allocatable"))?)
            };
            if has.is_some() && may.is_none() && r != GPU {
                flags.insert("AllocatableMissing");
            }
            capacity[r] = has.or(may).unwrap_or(0);
            ceiling[r] = match rules.ceiling {
                CapacityCeiling::Capacity => capacity[r],
                CapacityCeiling::Allocatable => may.unwrap_or(capacity[r]).min(capacity[r]),
            };
        }
        if capacity == [0; 3] {
            flags.insert("NodeCapacityUnknown");
        }
        Ok(Self { capacity, ceiling, gpus, flags })
    }
}

/// What one resource of a leaf came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LeafPool {
    /// Quantity × ms charged for.
    pub(crate) allocated: u128,
    /// Quantity × ms used beyond that.
    pub(crate) overuse: u128,
    pub(crate) cost: Split,
    /// Cost of the unscaled maximum, and whether it ever differed.
    pub(crate) nominal: Amount,
    pub(crate) saturated: bool,
    /// The cost of the unscaled maximum does not fit into money: nobody is charged it, so it is only not told.
    pub(crate) nominal_overflows: bool,
}

/// What a leaf came to.
#[derive(Debug, Clone)]
pub(crate) struct LeafOutcome {
    pub(crate) pod: usize,
    pub(crate) container: Option<usize>,
    pub(crate) pools: [LeafPool; 3],
    pub(crate) cells: Vec<(i64, Amount)>,
    pub(crate) flags: BTreeSet<&'static str>,
}

/// Where the price of one resource of a node went.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PoolOutcome {
    pub(crate) bill: Amount,
    pub(crate) pods: Split,
    pub(crate) idle: Amount,
    pub(crate) overhead: Amount,
}

/// What a node came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct NodeOutcome {
    pub(crate) leaves: Vec<LeafOutcome>,
    pub(crate) pools: [PoolOutcome; 3],
    /// The bill of a node whose capacity nobody knows.
    pub(crate) unsplit: Amount,
    pub(crate) flags: BTreeSet<&'static str>,
}

/// A leaf that does not live at the moment.
const ABSENT: Span = Span { start: 0, end: 0, request: [0; 3], usage: [0; 3] };

/// One node to be swept.
pub(crate) struct Sweep<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) rate: &'a NodeRate,
    /// The node's whole life.
    pub(crate) life: &'a [Piece],
    pub(crate) window: Piece,
    pub(crate) grid_ms: i64,
    pub(crate) rules: PolicyRules,
    pub(crate) timeline: bool,
}

/// Sums of one leaf and resource over a cell, in quantity × ms.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    alloc: u128,
    used: u128,
    unmeasured: u128,
    overuse: u128,
    wanted: u128,
    /// For `Cell`: requested, measured usage, requested while unmeasured, and the times.
    request: u128,
    usage: u128,
    presumed: u128,
    lived_ms: i64,
    unmeasured_ms: i64,
}

/// Buffers that the cells share.
#[derive(Default)]
struct Scratch {
    cuts: Vec<i64>,
    requests: [Vec<u128>; 3],
    usage: [Vec<u128>; 3],
    alloc: Vec<u128>,
    wanted: Vec<u128>,
    sums: Vec<[Sums; 3]>,
    saturated: [bool; 3],
}

impl Sweep<'_> {
    /// Sweeps the window, cell by cell, over leaves in order of their keys.
    pub(crate) fn run(&self, leaves: &[Leaf]) -> Result<NodeOutcome> {
        let mut outcome = NodeOutcome { flags: self.machine.flags.clone(), ..Default::default() };
        outcome.leaves = leaves
            .iter()
            .map(|leaf| LeafOutcome {
                pod: leaf.pod,
                container: leaf.container,
                pools: [LeafPool::default(); 3],
                cells: Vec::new(),
                flags: leaf.flags.clone(),
            })
            .collect();
        let alive = intersect(self.life, &[self.window]);
        let billing = match self.rate {
            NodeRate::Billed(billed, _) => Billing::of(None, billed, self.life),
            NodeRate::Whole(rate, _) => Billing { hourly: Some(*rate), ..Billing::default() },
            _ => Billing::default(),
        };
        let span_start = |leaf: usize| leaves[leaf].spans.first().map_or(i64::MAX, |s| s.start);
        let span_end = |leaf: usize| leaves[leaf].spans.last().map_or(i64::MIN, |s| s.end);
        let mut by_start: Vec<usize> = (0..leaves.len()).collect();
        by_start.sort_by_key(|&leaf| span_start(leaf));
        let mut waiting = by_start.into_iter().peekable();
        let mut active: Vec<usize> = Vec::new();
        let mut cursors = vec![0usize; leaves.len()];
        let mut scratch = Scratch::default();
        for (cell, part) in cells(self.window, self.grid_ms) {
            let pieces = intersect(&alive, &[part]);
            if pieces.is_empty() {
                continue;
            }
            active.retain(|&leaf| span_end(leaf) > part.0);
            let before = active.len();
            while let Some(leaf) = waiting.next_if(|&leaf| span_start(leaf) < part.1) {
                active.push(leaf);
            }
            if active.len() > before {
                active.sort_unstable();
            }
            self.quantities(leaves, &active, &mut cursors, &pieces, &mut scratch, &mut outcome)?;
            self.money(cell, &pieces, &billing, &active, &scratch, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Who got what in a cell: fills `scratch.sums` in the order of `active`.
    fn quantities(
        &self,
        leaves: &[Leaf],
        active: &[usize],
        cursors: &mut [usize],
        pieces: &[Piece],
        scratch: &mut Scratch,
        outcome: &mut NodeOutcome,
    ) -> Result<()> {
        scratch.sums.clear();
        scratch.sums.resize(active.len(), Default::default());
        scratch.saturated = [false; 3];
        let Some((&(first, _), &(_, last))) = pieces.first().zip(pieces.last()) else {
            return Ok(());
        };
        scratch.cuts.clear();
        scratch.cuts.extend(pieces.iter().flat_map(|p| [p.0, p.1]));
        for &leaf in active {
            let spans = &leaves[leaf].spans;
            let cursor = &mut cursors[leaf];
            while spans.get(*cursor).is_some_and(|s| s.end <= first) {
                *cursor += 1;
            }
            for span in spans[*cursor..].iter().take_while(|s| s.start < last) {
                // Most spans cover the whole cell and cut nothing.
                if span.start > first {
                    scratch.cuts.push(span.start);
                }
                if span.end < last {
                    scratch.cuts.push(span.end);
                }
            }
        }
        scratch.cuts.sort_unstable();
        scratch.cuts.dedup();
        let mut piece = 0;
        for cut in 1..scratch.cuts.len() {
            let (start, end) = (scratch.cuts[cut - 1], scratch.cuts[cut]);
            while pieces.get(piece).is_some_and(|p| p.1 <= start) {
                piece += 1;
            }
            if pieces.get(piece).is_none_or(|p| p.0 > start) {
                continue; // a gap in the node's life
            }
            self.read(leaves, active, cursors, start, end, scratch, outcome);
            if self.rules.averaging == UsageAveraging::Step {
                self.share_segment(end - start, scratch, outcome)?;
            }
        }
        if self.rules.averaging == UsageAveraging::Cell {
            self.share_cell(total_ms(pieces), scratch, outcome)?;
        }
        Ok(())
    }

    /// Requests and usage × ms of every active leaf in a segment.
    #[allow(clippy::too_many_arguments)]
    fn read(
        &self,
        leaves: &[Leaf],
        active: &[usize],
        cursors: &mut [usize],
        start: i64,
        end: i64,
        scratch: &mut Scratch,
        outcome: &mut NodeOutcome,
    ) {
        let ms = (end - start) as u128;
        for r in [CPU, MEMORY, GPU] {
            scratch.requests[r].clear();
            scratch.usage[r].clear();
        }
        for (position, &leaf) in active.iter().enumerate() {
            let spans = &leaves[leaf].spans;
            let cursor = &mut cursors[leaf];
            while spans.get(*cursor).is_some_and(|s| s.end <= start) {
                *cursor += 1;
            }
            let present = spans.get(*cursor).filter(|s| s.start <= start);
            let span = present.unwrap_or(&ABSENT);
            for r in [CPU, MEMORY, GPU] {
                // Of a resource that the node has not, nothing can be used.
                let usage = if self.machine.capacity[r] == 0 { 0 } else { span.usage[r] };
                if usage != UNMEASURED && usage > self.machine.capacity[r] {
                    outcome.leaves[leaf].flags.insert("UsageAboveCapacity");
                }
                let request = u128::from(span.request[r]) * ms;
                let used = if usage == UNMEASURED { MISSING } else { u128::from(usage) * ms };
                scratch.requests[r].push(request);
                scratch.usage[r].push(used);
                if used == MISSING && self.rules.basis == AllocationBasis::Usage && r != GPU {
                    outcome.leaves[leaf].flags.insert("UsageMissing");
                }
                if self.rules.averaging == UsageAveraging::Cell && present.is_some() {
                    let sums = &mut scratch.sums[position][r];
                    sums.request += request;
                    sums.lived_ms += end - start;
                    if used == MISSING {
                        sums.presumed += request;
                        sums.unmeasured_ms += end - start;
                    } else {
                        sums.usage += used;
                    }
                }
            }
        }
    }

    fn basis(&self, r: usize) -> AllocationBasis {
        if r == GPU { AllocationBasis::Request } else { self.rules.basis }
    }

    fn strained(&self, r: usize, strain: Strain, scratch: &mut Scratch, out: &mut NodeOutcome) {
        if strain.over_requested {
            out.flags.insert("OverRequested");
        }
        if strain.saturated {
            out.flags.insert("Saturated");
            scratch.saturated[r] |= self.rules.basis == AllocationBasis::MaxRequestUsage;
        }
    }

    fn share_segment(
        &self,
        ms: i64,
        scratch: &mut Scratch,
        outcome: &mut NodeOutcome,
    ) -> Result<()> {
        for r in [CPU, MEMORY, GPU] {
            let ceiling = u128::from(self.machine.ceiling[r]) * ms as u128;
            let Scratch { requests, usage, alloc, wanted, .. } = &mut *scratch;
            let strain = allocate(self.basis(r), ceiling, &requests[r], &usage[r], alloc, wanted)?;
            for (position, sums) in scratch.sums.iter_mut().enumerate() {
                let (sums, alloc) = (&mut sums[r], scratch.alloc[position]);
                sums.alloc += alloc;
                sums.wanted += scratch.wanted[position];
                match scratch.usage[r][position] {
                    MISSING => sums.unmeasured += alloc,
                    usage => {
                        sums.used += alloc.min(usage);
                        sums.overuse += usage.saturating_sub(alloc);
                    }
                }
            }
            self.strained(r, strain, scratch, outcome);
        }
        Ok(())
    }

    /// Compares the means over the cell: sums over its time stand for them. While a leaf was unmeasured, its
    /// request stands for its usage.
    fn share_cell(&self, ms: i64, scratch: &mut Scratch, outcome: &mut NodeOutcome) -> Result<()> {
        for r in [CPU, MEMORY, GPU] {
            scratch.requests[r].clear();
            scratch.usage[r].clear();
            for sums in &scratch.sums {
                let sums = &sums[r];
                scratch.requests[r].push(sums.request);
                let measured = sums.unmeasured_ms < sums.lived_ms || sums.lived_ms == 0;
                scratch.usage[r].push(if measured { sums.usage + sums.presumed } else { MISSING });
            }
            let ceiling = u128::from(self.machine.ceiling[r]) * ms as u128;
            let Scratch { requests, usage, alloc, wanted, .. } = &mut *scratch;
            let strain = allocate(self.basis(r), ceiling, &requests[r], &usage[r], alloc, wanted)?;
            for (position, sums) in scratch.sums.iter_mut().enumerate() {
                let (sums, alloc) = (&mut sums[r], scratch.alloc[position]);
                let (part, whole) = (sums.unmeasured_ms as u128, sums.lived_ms.max(1) as u128);
                sums.alloc = alloc;
                sums.wanted = scratch.wanted[position];
                sums.unmeasured = mul_div_rem(alloc, part, whole).map_or(alloc, |(q, _)| q);
                let measured = alloc - sums.unmeasured;
                sums.used = measured.min(sums.usage);
                sums.overuse = sums.usage.saturating_sub(measured);
            }
            self.strained(r, strain, scratch, outcome);
        }
        Ok(())
    }

    /// Splits the bill of a cell; money is rounded here and nowhere above.
    fn money(
        &self,
        cell: i64,
        pieces: &[Piece],
        billing: &Billing,
        active: &[usize],
        scratch: &Scratch,
        outcome: &mut NodeOutcome,
    ) -> Result<()> {
        for (&leaf, sums) in active.iter().zip(&scratch.sums) {
            for (pool, sums) in outcome.leaves[leaf].pools.iter_mut().zip(sums) {
                pool.allocated += sums.alloc;
                pool.overuse += sums.overuse;
            }
        }
        let pools = match self.rate {
            NodeRate::Missing => return Ok(()),
            NodeRate::Billed(_, weights) | NodeRate::Whole(_, weights) => {
                let bill = billing.amount(cell, pieces)?;
                if weights.iter().all(|&w| w == 0) {
                    outcome.unsplit = outcome.unsplit.add(bill)?;
                    return Ok(());
                }
                split_by(bill, weights)?
            }
            NodeRate::PerResource(rates) => {
                let mut pools = [Amount::ZERO; 3];
                for (pool, &rate) in pools.iter_mut().zip(rates) {
                    for &(start, end) in pieces {
                        *pool = pool.add(hourly_part(rate, cell, start, end)?)?;
                    }
                }
                pools
            }
        };
        let alive = total_ms(pieces) as u128;
        let mut weights = Vec::with_capacity(active.len() + 2);
        let keys: Vec<usize> = (0..active.len() + 2).collect();
        let mut amounts = vec![Amount::ZERO; if self.timeline { active.len() } else { 0 }];
        for r in [CPU, MEMORY, GPU] {
            if self.machine.capacity[r] == 0 {
                continue;
            }
            let (capacity, ceiling) = (
                u128::from(self.machine.capacity[r]) * alive,
                u128::from(self.machine.ceiling[r]) * alive,
            );
            weights.clear();
            weights.extend(scratch.sums.iter().map(|s| s[r].alloc));
            let idle = ceiling.checked_sub(weights.iter().sum()).ok_or_else(|| {
                Error::new(ErrorKind::Internal, "more than the ceiling of a node was allocated")
            })?;
            weights.extend([idle, capacity - ceiling]);
            let parts = apportion_amount(pools[r], &weights, &keys)?;
            let pool = &mut outcome.pools[r];
            pool.bill = pool.bill.add(pools[r])?;
            pool.idle = pool.idle.add(parts[active.len()])?;
            pool.overhead = pool.overhead.add(parts[active.len() + 1])?;
            for (position, (&leaf, &amount)) in active.iter().zip(&parts).enumerate() {
                let sums = &scratch.sums[position][r];
                let split = split_amount(amount, sums)?;
                let own = &mut outcome.leaves[leaf].pools[r];
                own.cost = own.cost.plus(&split)?;
                pool.pods = pool.pods.plus(&split)?;
                let nominal = if !scratch.saturated[r] || sums.wanted == sums.alloc {
                    amount
                } else {
                    own.saturated = true;
                    let (part, whole) = (sums.wanted as i128, capacity as i128);
                    pools[r].mul_ratio(part, whole).unwrap_or(Amount(i128::MAX))
                };
                match own.nominal.add(nominal) {
                    Ok(sum) if nominal.0 != i128::MAX => own.nominal = sum,
                    _ => own.nominal_overflows = true,
                }
                if let Some(total) = amounts.get_mut(position) {
                    *total = total.add(amount)?;
                }
            }
        }
        for (&leaf, &amount) in active.iter().zip(&amounts) {
            outcome.leaves[leaf].cells.push((cell, amount));
        }
        Ok(())
    }
}

/// Splits a leaf's amount by what it used, wasted and left unmeasured.
fn split_amount(amount: Amount, sums: &Sums) -> Result<Split> {
    let wasted = sums.alloc - sums.used - sums.unmeasured;
    let mut split = Split { amount, ..Split::default() };
    if sums.alloc == 0 {
        return Ok(split);
    }
    [split.used, split.wasted, split.unmeasured] =
        apportion_places(amount, &[sums.used, wasted, sums.unmeasured])?;
    Ok(split)
}
