//! The attribution of a whole input.

use std::collections::BTreeMap;

use super::charges::Charges;
use super::config::CostConfig;
use super::input::{CostInput, CostNode};
use super::leaves::{billed_life, leaves};
use super::ledger::Ledger;
use super::node::{Machine, NodeOutcome, Sweep};
use super::pods::PodBook;
use super::rates::{NodeRate, PriceContext, PricedNode, resolve};
use super::report::Report;
use super::result::{Attribution, CostResource};
use super::spans::{Billing, Piece, intersect, life, total_ms};
use super::validate::validate;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Prices;
use crate::parallel;
use crate::units::Amount;

/// A node, swept.
pub(crate) struct SweptNode<'a> {
    pub(crate) node: &'a CostNode,
    pub(crate) priced: PricedNode,
    pub(crate) machine: Machine,
    pub(crate) alive_ms: i64,
    pub(crate) outcome: NodeOutcome,
}

/// Splits everything that was paid over those who caused it: pods (used, wasted, unmeasured), idle, system
/// overhead and unattributed. The parts sum to the bill to the last unit, under every policy.
///
/// Neither the order of the input nor the number of threads changes a bit of the result.
///
/// # Errors
/// `UPID_INVALID_CONFIG`; `UPID_EMPTY_WINDOW`; `UPID_INVALID_VALUE` for a quantity or rate that is negative or
/// infinite; `UPID_OVERLAP` for lives or steps that overlap; `UPID_DUPLICATE_KEY` for nodes, pods or containers
/// of one name; `UPID_CURRENCY_MISMATCH`; `UPID_MONEY_OVERFLOW`. Each with its path.
pub fn attribute(input: &CostInput, config: &CostConfig) -> Result<Attribution> {
    config.validate().map_err(|e| e.under("config"))?;
    if config.prices == Prices::Catalog && !cfg!(feature = "catalog") {
        return Err(Error::new(ErrorKind::FeatureDisabled, "this build has no price catalogue")
            .at_path("config.prices")
            .hint("give the nodes prices, or set missingPrice to Estimate"));
    }
    validate(input)?;
    let book = PodBook::of(input)?;
    let table = config.base_rates.resolve(&input.cluster);
    let mut order: Vec<usize> = (0..input.nodes.len()).collect();
    order.sort_by(|&a, &b| input.nodes[a].name.cmp(&input.nodes[b].name));
    let mut pods_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in book.entries.iter().enumerate() {
        if let Some(node) = entry.pod.and_then(|pod| pod.node.as_deref()) {
            pods_of.entry(node).or_default().push(index);
        }
    }
    let sweep = |&index: &usize| -> Result<(SweptNode<'_>, Billing)> {
        let node = &input.nodes[index];
        let pods = pods_of.get(node.name.as_str()).map_or(&[][..], Vec::as_slice);
        let context = PriceContext {
            config,
            split: config.policy.rules().split,
            table: &table,
            currency: input.currency,
            provider: input.cluster.provider,
            window: input.window,
        };
        sweep_node(node, pods, &book, input, &context)
            .map_err(|e| if in_pod(&e) { e } else { e.under(&format!("nodes[{index}]")) })
    };
    let grid_ms = i64::from(config.grid_seconds) * 1000;
    let charges =
        Charges { input, book: &book, table: &table, missing: config.missing_price, grid_ms };
    let mut ledger = Ledger::default();
    let mut swept = Vec::with_capacity(order.len());
    for result in parallel::map(&order, sweep) {
        let (node, stray) = result?;
        book_node(&node, &mut ledger)?;
        charges.stray(&mut ledger, &stray, CostResource::Node, node.node.name.clone())?;
        swept.push(node);
    }
    charges.volumes(&mut ledger)?;
    charges.load_balancers(&mut ledger)?;
    charges.network(&mut ledger)?;
    charges.fees(&mut ledger)?;
    Report { input, config, book: &book }.write(&swept, ledger)
}

/// Errors in pods and in the policy carry their own full path.
fn in_pod(error: &Error) -> bool {
    let path = error.place().path.as_deref().unwrap_or_default();
    path.starts_with("pods[") || path.starts_with("config")
}

fn sweep_node<'a>(
    node: &'a CostNode,
    pods: &[usize],
    book: &PodBook<'a>,
    input: &'a CostInput,
    context: &PriceContext<'_>,
) -> Result<(SweptNode<'a>, Billing)> {
    let (rules, config) = (context.config.policy.rules(), context.config);
    let window: Piece = (input.window.start.0, input.window.end.0);
    let machine = Machine::of(node, &rules, config.vgpu_per_gpu)?;
    let priced = resolve(node, &machine.capacity, context)?;
    let life = life(&node.life, &input.window)?;
    let mut all = Vec::new();
    for &index in pods {
        let entry = &book.entries[index];
        let Some(pod) = entry.pod else { continue };
        let alive = billed_life(&entry.life, &life, window);
        let own = leaves(pod, index, &alive, &machine.capacity, &machine.gpus)
            .map_err(|e| e.under(&format!("pods[{}]", entry.index)))?;
        let outside = total_ms(&intersect(&entry.life, &[window])) > total_ms(&alive);
        all.extend(own.into_iter().map(|mut leaf| {
            if outside {
                leaf.flags.insert("OutsideNodeLife");
            }
            leaf
        }));
    }
    let stray = match &priced.rate {
        NodeRate::Billed(billed, _) => Billing::of(None, billed, &life),
        _ => Billing::default(),
    };
    let sweep = Sweep {
        machine: &machine,
        rate: &priced.rate,
        life: &life,
        window,
        grid_ms: i64::from(config.grid_seconds) * 1000,
        rules,
        timeline: config.timeline,
    };
    let outcome = sweep.run(&all)?;
    let alive_ms = total_ms(&intersect(&life, &[window]));
    Ok((SweptNode { node, priced, machine, alive_ms, outcome }, stray))
}

/// Books what a node cost and what of it went to no pod.
fn book_node(swept: &SweptNode<'_>, ledger: &mut Ledger) -> Result<()> {
    const RESOURCES: [CostResource; 3] =
        [CostResource::Cpu, CostResource::Memory, CostResource::Gpu];
    let (name, outcome) = (Some(swept.node.name.as_str()), &swept.outcome);
    let paid = Amount::sum(outcome.pools.iter().map(|p| p.bill))?;
    ledger.pay(paid.add(outcome.unsplit)?)?;
    for (pool, resource) in outcome.pools.iter().zip(RESOURCES) {
        ledger.idle.book(name, None, None, resource, pool.idle)?;
        ledger.overhead.book(name, None, None, resource, pool.overhead)?;
    }
    let reason = Some("NodeCapacityUnknown");
    ledger.unattributed.book(name, None, reason, CostResource::Node, outcome.unsplit)
}
