//! The cloud's bill in place of modelled prices (cost.md §7).

mod matching;
mod result;
mod sorted;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use matching::Target;
pub use result::{CostKindChoice, ReconcileConfig, ReconciledNode, Reconciliation, UnbilledNodes};

use sorted::{Sorted, common_kind};

use super::attribute::attribute;
use super::billed_nodes::{UnmatchedCost, UnmatchedReason};
use super::flags;
use super::input::{CostInput, CostPod};
use super::result::{Attribution, CostRemainder, CostResource, CostRow};
use super::spans::{Billing, life};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{BillCategory, BillLine, BillSet, BilledCost, PriceSource};
use crate::units::{Amount, Interval, Timestamp};

/// Amounts by their period.
type Periods = BTreeMap<(Timestamp, Timestamp), Amount>;

/// Replaces the modelled price of each node, volume and load balancer that the bill knows by what was billed for it,
/// and attributes again with the same quantities.
///
/// Lines are matched by the cloud's id (AWS: `i-…`, `vol-…`, a load balancer's ARN or DNS name; Google:
/// project, zone, name; Azure: the ARM path, whatever its case, and a scale set over its nodes by life × price of
/// their capacity). What matches nothing is unattributed, with its service and the reason. A line of a longer period
/// counts with its part of the window. Nothing is lost: see [`Reconciliation`].
///
/// # Errors
/// Those of [`attribute`]; `UPID_CURRENCY_MISMATCH` if the bill is in another currency; `UPID_INVALID_VALUE` if no kind
/// of cost stands on every line; `UPID_MONEY_OVERFLOW`.
pub fn reconcile(
    input: &CostInput,
    bill: &BillSet,
    config: &ReconcileConfig,
) -> Result<Reconciliation> {
    if let Some(currency) = bill.currency {
        input.currency.same(currency).map_err(|e| e.under("bill.currency"))?;
    }
    let modelled = attribute(input, &config.cost).map_err(under_cost)?;
    let window = (input.window.start.0, input.window.end.0);
    let own = |line: &&BillLine| {
        line.split.is_none() && (config.include_tax || line.category != BillCategory::Tax)
    };
    let lines: Vec<&BillLine> = bill.lines.iter().filter(own).collect();
    let cost_kind = match config.cost_kind.kind() {
        Some(kind) => kind,
        None => common_kind(&lines)?,
    };
    let sorted = Sorted::of(input, &lines, cost_kind, &config.cost)?;
    let billed = apply(input, &sorted.matched, config)?;
    let unbilled = attribute(&without(input, &sorted.matched, config), &config.cost)?.bill;
    let mut attribution = attribute(&billed, &config.cost).map_err(under_cost)?;
    adjust(&mut attribution, &modelled, &sorted.matched, input)?;

    let (mut matched, mut whole) = (Amount::ZERO, Amount::ZERO);
    let mut of_node: BTreeMap<&str, Amount> = BTreeMap::new();
    for (target, periods) in &sorted.matched {
        let lives = match target {
            Target::Node(at) => &input.nodes[*at].life,
            Target::Volume(at) => &input.volumes[*at].life,
            Target::LoadBalancer(at) => &input.load_balancers[*at].life,
            Target::ScaleSet(_) => continue,
        };
        let inside = within(periods, lives, input)?;
        matched = matched.add(inside)?;
        whole = whole.add(Amount::sum(periods.values().copied())?)?;
        if let Target::Node(at) = target {
            of_node.insert(&input.nodes[*at].name, inside);
        }
    }
    let mut unmatched: BTreeMap<(Option<&str>, UnmatchedReason), UnmatchedCost> = BTreeMap::new();
    let mut rest: BTreeMap<(Option<&str>, UnmatchedReason, CostResource), Amount> = BTreeMap::new();
    for (line, reason) in &sorted.unmatched {
        let cost = line.costs.of(cost_kind).unwrap_or_default();
        let inside = within_period(line, cost, window)?;
        whole = whole.add(cost)?;
        let service = line.service.as_deref();
        let entry = unmatched.entry((service, *reason)).or_insert_with(|| UnmatchedCost {
            service: service.map(str::to_owned),
            resource_id: None,
            reason: *reason,
            amount: Amount::ZERO,
            lines: 0,
        });
        entry.amount = entry.amount.add(inside)?;
        entry.lines = entry.lines.saturating_add(1);
        let sum = rest.entry((service, *reason, resource(line.category))).or_default();
        *sum = sum.add(inside)?;
    }
    let unmatched: Vec<UnmatchedCost> = unmatched.into_values().collect();
    let unknown = Amount::sum(unmatched.iter().map(|u| u.amount))?;
    let added = book(&mut attribution, rest, config)?;
    let billed_total = matched.add(unknown)?;
    let nodes = nodes(&attribution, &modelled, &of_node, input)?;
    Ok(Reconciliation {
        cost_kind,
        residual: attribution.bill.sub(Amount::sum([matched, added, unbilled])?)?,
        attribution,
        nodes,
        billed_total,
        matched,
        unmatched,
        unbilled,
        outside_window: whole.sub(billed_total)?,
        parts: bill.lines.iter().filter(|line| line.split.is_some()).count() as u64,
        estimated: lines.iter().any(|line| line.estimated),
    })
}

fn under_cost(error: Error) -> Error {
    match error.place().path.as_deref() {
        // The configuration of the attribution is a part of ours.
        Some(path) if path.starts_with("config") => {
            let inner = path.trim_start_matches("config").trim_start_matches('.').to_owned();
            error.at_path(if inner.is_empty() {
                "config.cost".into()
            } else {
                format!("config.cost.{inner}")
            })
        }
        _ => error,
    }
}

/// The input at billed prices.
fn apply(
    input: &CostInput,
    matched: &BTreeMap<Target, Periods>,
    config: &ReconcileConfig,
) -> Result<CostInput> {
    let mut billed = input.clone();
    for (target, periods) in matched {
        let period = |(&(start, end), &amount): (&(Timestamp, Timestamp), &Amount)| BilledCost {
            start,
            end,
            amount,
        };
        let periods: Vec<BilledCost> = periods.iter().map(period).collect();
        if let Some(wrong) = periods.iter().find(|p| p.end < p.start) {
            let message = format!("a line of the bill ends at {} before it starts", wrong.end);
            return Err(Error::new(ErrorKind::InvalidValue, message)
                .at_path("bill.lines")
                .hint("start <= end"));
        }
        match target {
            Target::Node(at) => {
                let price = billed.nodes[*at].price.get_or_insert_default();
                (price.billed, price.source) = (periods, Some(PriceSource::Billed));
            }
            Target::Volume(at) => billed.volumes[*at].billed = periods,
            Target::LoadBalancer(at) => {
                let balancer = &mut billed.load_balancers[*at];
                // What it processed is on the bill, too.
                (balancer.billed, balancer.gib_cost) = (periods, None);
            }
            Target::ScaleSet(_) => {}
        }
    }
    if config.unbilled_nodes == UnbilledNodes::Exclude {
        let mut at = 0..;
        billed
            .nodes
            .retain(|_| at.next().is_some_and(|at| matched.contains_key(&Target::Node(at))));
    }
    Ok(billed)
}

/// What is left of the input without everything that was billed: what it costs is modelled.
fn without(
    input: &CostInput,
    matched: &BTreeMap<Target, Periods>,
    config: &ReconcileConfig,
) -> CostInput {
    let mut rest = input.clone();
    let keep = |target: fn(usize) -> Target| {
        let mut at = 0..;
        move || at.next().is_some_and(|at| !matched.contains_key(&target(at)))
    };
    if config.unbilled_nodes == UnbilledNodes::Exclude {
        rest.nodes.clear();
    }
    let mut node = keep(Target::Node);
    rest.nodes.retain(|_| node());
    let (mut volume, mut balancer) = (keep(Target::Volume), keep(Target::LoadBalancer));
    rest.volumes.retain(|_| volume());
    rest.load_balancers.retain(|_| balancer());
    // Only their traffic costs.
    rest.pods = rest
        .pods
        .into_iter()
        .filter(|pod| !pod.network.is_empty())
        .map(|pod| CostPod {
            node: None,
            containers: Vec::new(),
            overhead: None,
            resources: None,
            ..pod
        })
        .collect();
    rest
}

/// What of the amounts lies in the window, over lives and where nothing lived.
fn within(periods: &Periods, lives: &[Interval], input: &CostInput) -> Result<Amount> {
    let life = life(lives, &input.window)?;
    let billed = |(&(start, end), &amount): (&(Timestamp, Timestamp), &Amount)| BilledCost {
        start,
        end,
        amount,
    };
    let billed: Vec<BilledCost> = periods.iter().map(billed).collect();
    let billing = Billing::of(None, &billed, &life);
    let (start, end) = (input.window.start.0, input.window.end.0);
    let all = billing.spreads.iter().chain(&billing.stray);
    all.map(|spread| spread.within(start, end)).try_fold(Amount::ZERO, |sum, part| sum.add(part?))
}

/// What of a line lies in the window, evenly over its own period.
fn within_period(line: &BillLine, amount: Amount, window: (i64, i64)) -> Result<Amount> {
    let whole = BilledCost { start: line.start, end: line.end, amount };
    let stray = Billing::of(None, &[whole], &[]).stray;
    stray.iter().try_fold(Amount::ZERO, |sum, part| sum.add(part.within(window.0, window.1)?))
}

/// What tells rows apart.
type RowKey<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>);

fn row_key(row: &CostRow) -> RowKey<'_> {
    (&row.namespace, &row.pod, row.uid.as_deref(), row.container.as_deref())
}

/// Writes into each cost of a row what of it the bill added, where its node, or its volumes or load balancers, were
/// billed.
fn adjust(
    attribution: &mut Attribution,
    modelled: &Attribution,
    matched: &BTreeMap<Target, Periods>,
    input: &CostInput,
) -> Result<()> {
    let of_target = |target: &Target| match target {
        Target::Node(at) => Some(input.nodes[*at].name.as_str()),
        _ => None,
    };
    let nodes: BTreeSet<&str> = matched.keys().filter_map(of_target).collect();
    let any = |wanted: fn(&Target) -> bool| matched.keys().any(wanted);
    let storage = any(|target| matches!(target, Target::Volume(_)));
    let balancing = any(|target| matches!(target, Target::LoadBalancer(_)));
    let before: BTreeMap<RowKey<'_>, &CostRow> =
        modelled.rows.iter().map(|row| (row_key(row), row)).collect();
    for row in &mut attribution.rows {
        let Some(old) = before.get(&row_key(row)).copied() else { continue };
        let on_billed = row.node.as_deref().is_some_and(|node| nodes.contains(node));
        for (resource, cost) in &mut row.costs {
            let is_billed = match resource {
                CostResource::Storage => storage,
                CostResource::LoadBalancer => balancing,
                CostResource::Network => false,
                _ => on_billed,
            };
            if let (true, Some(old)) = (is_billed, old.costs.get(resource)) {
                cost.adjustment = Some(cost.amount.sub(old.amount)?);
            }
        }
    }
    let mut places = Vec::new();
    for node in &mut attribution.nodes {
        if !nodes.contains(node.name.as_str()) {
            node.flags.push("NotBilled".to_owned());
            node.flags.sort_unstable();
            places.push(("NotBilled".to_owned(), node.name.clone()));
        }
    }
    attribution.quality.flags.extend(flags::findings(places));
    attribution.quality.flags.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(())
}

/// The resource that a line is for, if it is nobody's.
fn resource(category: BillCategory) -> CostResource {
    match category {
        BillCategory::Compute => CostResource::Node,
        BillCategory::Storage => CostResource::Storage,
        BillCategory::LoadBalancer => CostResource::LoadBalancer,
        BillCategory::Network => CostResource::Network,
        BillCategory::Gpu => CostResource::Gpu,
        _ => CostResource::Fee,
    }
}

/// Books lines that are nobody's as unattributed; gives their sum.
fn book(
    attribution: &mut Attribution,
    rest: BTreeMap<(Option<&str>, UnmatchedReason, CostResource), Amount>,
    config: &ReconcileConfig,
) -> Result<Amount> {
    let mut entries: BTreeMap<(Option<&str>, UnmatchedReason), BTreeMap<CostResource, Amount>> =
        BTreeMap::new();
    let mut sum = Amount::ZERO;
    for ((service, reason, resource), amount) in rest {
        let wanted = config.include_unmatched || reason == UnmatchedReason::Tax;
        if wanted && !amount.is_zero() {
            sum = sum.add(amount)?;
            entries.entry((service, reason)).or_default().insert(resource, amount);
        }
    }
    for ((service, reason), costs) in entries {
        attribution.unattributed.push(CostRemainder {
            reason: Some(format!("{reason:?}")),
            service: service.map(str::to_owned),
            costs,
            ..CostRemainder::default()
        });
    }
    attribution.unattributed.sort_by(|a, b| {
        let key = |e: &CostRemainder| {
            (e.node.clone(), e.namespace.clone(), e.reason.clone(), e.service.clone())
        };
        key(a).cmp(&key(b))
    });
    attribution.bill = attribution.bill.add(sum)?;
    attribution.totals.unattributed = attribution.totals.unattributed.add(sum)?;
    Ok(sum)
}

/// Each node of the input as modelled and as billed.
fn nodes(
    attribution: &Attribution,
    modelled: &Attribution,
    billed: &BTreeMap<&str, Amount>,
    input: &CostInput,
) -> Result<Vec<ReconciledNode>> {
    let mut names: Vec<&str> = input.nodes.iter().map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    // Nodes of an attribution stand in order of their names.
    let find =
        |of: &Attribution, name: &str| of.nodes.binary_search_by(|n| n.name.as_str().cmp(name));
    let mut out = Vec::with_capacity(names.len());
    for name in names {
        let old = find(modelled, name).ok().map(|at| &modelled.nodes[at]);
        let new = find(attribution, name).ok().map(|at| &attribution.nodes[at]);
        let before = old.and_then(|node| node.amount);
        let billed = billed.get(name).copied();
        let adjustment = billed.zip(before).map(|(b, m)| b.sub(m)).transpose()?;
        let mut adjustments = BTreeMap::new();
        if let (Some(old), Some(new), Some(_)) = (old, new, adjustment) {
            for pool in &new.pools {
                let was = old.pools.iter().find(|p| p.resource == pool.resource);
                let was = was.map(|p| p.bill).unwrap_or_default();
                adjustments.insert(pool.resource, pool.bill.sub(was)?);
            }
        }
        let share = |(billed, modelled): (Amount, Amount)| {
            (!modelled.is_zero()).then(|| billed.0 as f64 / modelled.0 as f64)
        };
        out.push(ReconciledNode {
            name: name.to_owned(),
            modelled: before,
            billed,
            adjustment,
            adjustments,
            factor: billed.zip(before).and_then(share),
        });
    }
    Ok(out)
}
