//! The lines of a bill by what they are about.

use std::collections::BTreeMap;

use super::Periods;
use super::matching::{Index, Target};
use crate::cost::billed_nodes::UnmatchedReason;
use crate::cost::config::CostConfig;
use crate::cost::input::CostInput;
use crate::cost::node::Machine;
use crate::cost::rates::{gcd, pool_weights};
use crate::cost::spans::{intersect, life, total_ms};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{BillLine, CostKind};
use crate::units::{Amount, apportion_amount};

/// The first kind of cost that all these lines have.
pub(super) fn common_kind(lines: &[&BillLine]) -> Result<CostKind> {
    let on_all = |kind: &CostKind| lines.iter().all(|line| line.costs.of(*kind).is_some());
    if lines.is_empty() {
        return Ok(CostKind::Billed);
    }
    CostKind::ALL.into_iter().find(on_all).ok_or_else(|| {
        Error::new(ErrorKind::InvalidValue, "no kind of cost stands on every line")
            .at_path("config.costKind")
            .hint("choose one; lines without it are then listed as NoCost")
    })
}

/// Lines by what they are about.
pub(super) struct Sorted<'l> {
    /// Without scale sets, whose lines went to their nodes.
    pub(super) matched: BTreeMap<Target, Periods>,
    pub(super) unmatched: Vec<(&'l BillLine, UnmatchedReason)>,
}

impl<'l> Sorted<'l> {
    pub(super) fn of(
        input: &CostInput,
        lines: &[&'l BillLine],
        kind: CostKind,
        config: &CostConfig,
    ) -> Result<Self> {
        let index = Index::of(input);
        let mut sorted = Self { matched: BTreeMap::new(), unmatched: Vec::new() };
        for &line in lines {
            let found = index.find(line);
            let (target, cost) = match (found, line.costs.of(kind)) {
                (Ok(target), Some(cost)) => (target, cost),
                (Ok(_), None) => {
                    sorted.unmatched.push((line, UnmatchedReason::NoCost));
                    continue;
                }
                (Err(reason), _) => {
                    sorted.unmatched.push((line, reason));
                    continue;
                }
            };
            let Target::ScaleSet(nodes) = target else {
                sorted.add(target, line, cost)?;
                continue;
            };
            let weights = set_weights(input, &nodes, line, config)?;
            if weights.iter().all(|&w| w == 0) {
                sorted.unmatched.push((line, UnmatchedReason::NoNode));
                continue;
            }
            let names: Vec<&str> = nodes.iter().map(|&at| &*input.nodes[at].name).collect();
            for (&at, part) in nodes.iter().zip(apportion_amount(cost, &weights, &names)?) {
                sorted.add(Target::Node(at), line, part)?;
            }
        }
        Ok(sorted)
    }

    fn add(&mut self, target: Target, line: &BillLine, cost: Amount) -> Result<()> {
        let periods = self.matched.entry(target).or_default();
        let amount = periods.entry((line.start, line.end)).or_default();
        *amount = amount.add(cost)?;
        Ok(())
    }
}

/// Life in the line's period × price of the capacity at the base table, of each node of a scale set.
fn set_weights(
    input: &CostInput,
    nodes: &[usize],
    line: &BillLine,
    config: &CostConfig,
) -> Result<Vec<u128>> {
    let table = config.base_rates.resolve(&input.cluster);
    let units = [table.cpu_core_hour.0, table.memory_gib_hour.0, table.gpu_hour.0];
    let (mut lived, mut prices) = (Vec::new(), Vec::new());
    for &at in nodes {
        let node = &input.nodes[at];
        let machine = Machine::of(node, &config.policy.rules(), config.vgpu_per_gpu)?;
        let alive = life(&node.life, &input.window)?;
        let ms = total_ms(&intersect(&alive, &[(line.start.0, line.end.0)]));
        lived.push(ms.max(0) as u128);
        prices.push(pool_weights(&machine.capacity, units)?.iter().sum::<u128>());
    }
    // Common factors are taken out, so that machines of one kind never overflow.
    let [of_lives, of_prices] =
        [&lived, &prices].map(|list| list.iter().fold(0, |a, &b| gcd(a, b)).max(1));
    let weights = lived.iter().zip(&prices).map(|(ms, price)| {
        (ms / of_lives).checked_mul(price / of_prices).ok_or_else(|| {
            Error::new(ErrorKind::MoneyOverflow, "life × price of a scale set is too large")
                .at_path("config.cost.baseRates")
                .hint("give base rates with fewer places")
        })
    });
    weights.collect()
}
