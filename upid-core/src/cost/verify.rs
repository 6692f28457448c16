//! Checks that an attribution adds up, whoever made it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::report::NODE_RESOURCES;
use super::result::{Attribution, CostRemainder, CostResource, CostRow, Split};
use super::share::Shared;
use crate::model::PriceSource;
use crate::units::{Amount, projection};

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VerificationCheck {
    /// `PascalCase` name.
    pub name: String,
    /// Sum of the absolute differences; 0 if it holds.
    pub residual: Amount,
    /// How many cases were looked at.
    pub cases: u64,
    /// Paths of the cases that do not hold.
    pub failures: Vec<String>,
}

/// The result of [`verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Verification {
    /// Whether every check holds.
    pub ok: bool,
    /// The checks.
    pub checks: Vec<VerificationCheck>,
}

/// Checks that an attribution adds up; nothing is repaired.
///
/// `Destinations`: bill = pods + spread idle + idle + overhead + unattributed, and the lists sum to the totals.
/// `NodePools`: each pool = its parts, a node = its pools. `Nodes`: rows and remainders of a node = its pools, per
/// resource. `Pods`: rows = pods, and projections fit. `Parts`: used + wasted + unmeasured = amount. `Signs`: no
/// negative share of a pool, `Bounds`: no share above its pool (both not where credits were billed, which may
/// outweigh each other within a pool). `Keys`: rows are unique. `Cells`: cells sum to the row.
pub fn verify(attribution: &Attribution) -> Verification {
    let a = attribution;
    let checks: Vec<VerificationCheck> = vec![
        destinations(a),
        node_pools(a),
        nodes(a),
        pods(a),
        parts(a),
        shares("Signs", a, |share, _| share.min(0)),
        shares("Bounds", a, |share, pool| (share - pool).max(0)),
        keys(a),
        cells(a),
    ];
    Verification { ok: checks.iter().all(|check| check.failures.is_empty()), checks }
}

/// Checks that shared costs add up; nothing is repaired.
///
/// `Destinations`: bill = groups + idle + overhead + unattributed + filtered out. `Groups`: the parts of a group sum to
/// its total, its resources to its amount. `Parts`: used + wasted + unmeasured = amount, also by resource. `Keys`: groups
/// are unique.
pub fn verify_shared(shared: &Shared) -> Verification {
    let mut destinations = VerificationCheck::new("Destinations");
    let gone = [
        shared.idle,
        shared.system_overhead,
        shared.unattributed,
        shared.filtered_out,
        shared.residual,
    ];
    let all = sum(shared.groups.iter().map(|group| group.total).chain(gone));
    destinations.same(all, shared.bill, || "bill".into());
    destinations.same(shared.residual, Amount::ZERO, || "residual".into());
    let (mut groups, mut parts) =
        (VerificationCheck::new("Groups"), VerificationCheck::new("Parts"));
    let mut keys = VerificationCheck::new("Keys");
    let mut seen = BTreeSet::new();
    for (index, group) in shared.groups.iter().enumerate() {
        let path = |field: &str| format!("groups[{index}].{field}");
        let total = sum([group.amount, group.idle_share, group.overhead_share, group.shared_share]);
        groups.same(total, group.total, || path("total"));
        let own = Split {
            amount: group.amount,
            used: group.used,
            wasted: group.wasted,
            unmeasured: group.unmeasured,
        };
        let of: [(&str, Part); 4] = [
            ("amount", |s| s.amount),
            ("used", |s| s.used),
            ("wasted", |s| s.wasted),
            ("unmeasured", |s| s.unmeasured),
        ];
        for (name, part) in of {
            groups.same(sum(group.costs.values().map(part)), part(&own), || path(name));
        }
        for split in group.costs.values().chain([&own]) {
            let whole = sum([split.used, split.wasted, split.unmeasured]);
            parts.same(whole, split.amount, || path("costs"));
        }
        keys.case(i128::from(!seen.insert(&group.key)), || path("key"));
    }
    let checks = vec![destinations, groups, parts, keys];
    Verification { ok: checks.iter().all(|check| check.failures.is_empty()), checks }
}

impl VerificationCheck {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), residual: Amount::ZERO, cases: 0, failures: Vec::new() }
    }

    /// One case: it holds if both are the same.
    fn same(&mut self, left: Amount, right: Amount, path: impl FnOnce() -> String) {
        self.case(left.0.saturating_sub(right.0), path);
    }

    fn case(&mut self, difference: i128, path: impl FnOnce() -> String) {
        self.cases += 1;
        if difference != 0 {
            self.residual = Amount(self.residual.0.saturating_add(difference.saturating_abs()));
            self.failures.push(path());
        }
    }
}

/// The attribution may come from anywhere, so sums saturate instead of failing: a saturated sum fits nothing.
fn sum(items: impl IntoIterator<Item = Amount>) -> Amount {
    Amount(items.into_iter().fold(0, |sum, item| item.0.saturating_add(sum)))
}

fn listed(list: &[CostRemainder]) -> Amount {
    sum(list.iter().flat_map(|entry| entry.costs.values().copied()))
}

/// Takes one part of a split.
type Part = fn(&Split) -> Amount;

fn destinations(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("Destinations");
    let totals = &a.totals;
    let all = [
        totals.pods.amount,
        totals.spread_idle.unwrap_or_default(),
        totals.idle,
        totals.system_overhead,
        totals.unattributed,
        a.residual,
    ];
    check.same(sum(all), a.bill, || "bill".into());
    check.same(a.residual, Amount::ZERO, || "residual".into());
    check.same(listed(&a.idle), totals.idle, || "totals.idle".into());
    let overhead = listed(&a.system_overhead);
    check.same(overhead, totals.system_overhead, || "totals.systemOverhead".into());
    check.same(listed(&a.unattributed), totals.unattributed, || "totals.unattributed".into());
    let costs = || a.rows.iter().flat_map(|row| row.costs.values());
    let spread = sum(costs().filter_map(|c| c.spread_idle));
    check.same(spread, totals.spread_idle.unwrap_or_default(), || "totals.spreadIdle".into());
    let pods: [(&str, Amount, Part); 4] = [
        ("amount", totals.pods.amount, |s| s.amount),
        ("used", totals.pods.used, |s| s.used),
        ("wasted", totals.pods.wasted, |s| s.wasted),
        ("unmeasured", totals.pods.unmeasured, |s| s.unmeasured),
    ];
    for (name, total, part) in pods {
        let rows = sum(costs().map(|cost| part(&cost.split())));
        check.same(rows, total, || format!("totals.pods.{name}"));
    }
    check
}

fn node_pools(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("NodePools");
    for (index, node) in a.nodes.iter().enumerate() {
        for (at, pool) in node.pools.iter().enumerate() {
            let parts = [pool.used, pool.wasted, pool.unmeasured, pool.idle, pool.system_overhead];
            check.same(sum(parts), pool.bill, || format!("nodes[{index}].pools[{at}].bill"));
        }
        let whole = a.unattributed.iter().filter(|entry| entry.node.as_ref() == Some(&node.name));
        let unsplit = whole.filter_map(|entry| entry.costs.get(&CostResource::Node).copied());
        let total = sum(node.pools.iter().map(|pool| pool.bill).chain(unsplit));
        check.same(total, node.amount.unwrap_or_default(), || format!("nodes[{index}].amount"));
    }
    check
}

/// Rows of each node, by its name.
fn rows_by_node(a: &Attribution) -> BTreeMap<&str, Vec<(usize, &CostRow)>> {
    let mut rows: BTreeMap<&str, Vec<(usize, &CostRow)>> = BTreeMap::new();
    for (index, row) in a.rows.iter().enumerate() {
        if let Some(node) = &row.node {
            rows.entry(node).or_default().push((index, row));
        }
    }
    rows
}

fn nodes(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("Nodes");
    let rows = rows_by_node(a);
    let of_node = |list: &[CostRemainder], node: &str, resource: CostResource| {
        let entries = list.iter().filter(|entry| entry.node.as_deref() == Some(node));
        sum(entries.filter_map(|entry| entry.costs.get(&resource).copied()))
    };
    for (index, node) in a.nodes.iter().enumerate() {
        let rows = rows.get(node.name.as_str()).map_or(&[][..], Vec::as_slice);
        for resource in NODE_RESOURCES {
            let costs = || rows.iter().filter_map(|(_, row)| row.costs.get(&resource));
            let pool = node.pools.iter().find(|pool| pool.resource == resource);
            let path = |name: &str| match pool {
                Some(_) => format!("nodes[{index}].pools.{resource:?}.{name}"),
                None => format!("nodes[{index}]"),
            };
            let part = |f: fn(&super::NodePool) -> Amount| pool.map(f).unwrap_or_default();
            check.same(sum(costs().map(|c| c.used)), part(|p| p.used), || path("used"));
            check.same(sum(costs().map(|c| c.wasted)), part(|p| p.wasted), || path("wasted"));
            let unmeasured = sum(costs().map(|c| c.unmeasured));
            check.same(unmeasured, part(|p| p.unmeasured), || path("unmeasured"));
            let spread = sum(costs().filter_map(|c| c.spread_idle));
            let idle = sum([of_node(&a.idle, &node.name, resource), spread]);
            check.same(idle, part(|p| p.idle), || path("idle"));
            let overhead = of_node(&a.system_overhead, &node.name, resource);
            check.same(overhead, part(|p| p.system_overhead), || path("systemOverhead"));
        }
    }
    check
}

fn pods(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("Pods");
    let mut rows: BTreeMap<(&str, &str, Option<&str>), Vec<Split>> = BTreeMap::new();
    for row in &a.rows {
        let splits = rows.entry((&row.namespace, &row.pod, row.uid.as_deref())).or_default();
        splits.extend(row.costs.values().map(super::ResourceCost::split));
    }
    for (index, pod) in a.pods.iter().enumerate() {
        let splits = rows.remove(&(&*pod.namespace, &*pod.name, pod.uid.as_deref()));
        let splits = splits.unwrap_or_default();
        let parts: [(&str, Option<Amount>, Part); 4] = [
            ("amount", pod.amount, |s| s.amount),
            ("used", pod.used, |s| s.used),
            ("wasted", pod.wasted, |s| s.wasted),
            ("unmeasured", pod.unmeasured, |s| s.unmeasured),
        ];
        for (name, stated, part) in parts {
            if let Some(stated) = stated {
                let total = sum(splits.iter().map(part));
                check.same(total, stated, || format!("pods[{index}].{name}"));
            }
        }
        if let Some(p) = pod.amount.and_then(|amount| projection(amount, a.window.ms()).ok()) {
            for (name, stated, value) in [
                ("hourly", pod.hourly, p.hourly),
                ("daily", pod.daily, p.daily),
                ("monthly", pod.monthly, p.monthly),
                ("yearly", pod.yearly, p.yearly),
            ] {
                let path = || format!("pods[{index}].{name}");
                check.same(stated.unwrap_or_default(), value, path);
            }
        }
    }
    // Rows of pods that are not listed.
    for ((namespace, pod, _), splits) in rows {
        let total = sum(splits.iter().map(|s| s.amount));
        check.same(total, Amount::ZERO, || format!("rows of {namespace}/{pod}"));
    }
    check
}

fn parts(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("Parts");
    for (index, row) in a.rows.iter().enumerate() {
        for (resource, cost) in &row.costs {
            let parts = sum([cost.used, cost.wasted, cost.unmeasured]);
            check.same(parts, cost.amount, || format!("rows[{index}].costs.{resource:?}.amount"));
        }
    }
    let pods = &a.totals.pods;
    let whole = sum([pods.used, pods.wasted, pods.unmeasured]);
    check.same(whole, pods.amount, || "totals.pods.amount".into());
    check
}

/// `excess(share, pool)` is by how much a share breaks the rule.
fn shares(name: &str, a: &Attribution, excess: fn(i128, i128) -> i128) -> VerificationCheck {
    let mut check = VerificationCheck::new(name);
    let rows = rows_by_node(a);
    for (index, node) in a.nodes.iter().enumerate() {
        let rows = rows.get(node.name.as_str()).map_or(&[][..], Vec::as_slice);
        for pool in &node.pools {
            if pool.bill.0 < 0 || node.price_source == PriceSource::Billed {
                continue;
            }
            for (at, row) in rows {
                let Some(cost) = row.costs.get(&pool.resource) else { continue };
                for part in [cost.amount, cost.used, cost.wasted, cost.unmeasured] {
                    let path = || format!("rows[{at}].costs.{:?}", pool.resource);
                    check.case(excess(part.0, pool.bill.0), path);
                }
            }
            for part in [pool.idle, pool.system_overhead] {
                let path = || format!("nodes[{index}].pools.{:?}", pool.resource);
                check.case(excess(part.0, pool.bill.0), path);
            }
        }
    }
    check
}

fn keys(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("Keys");
    let mut seen = BTreeSet::new();
    for (index, row) in a.rows.iter().enumerate() {
        let key = (&row.cluster, &row.node, &row.namespace, &row.pod, &row.uid, &row.container);
        check.case(i128::from(!seen.insert(key)), || format!("rows[{index}]"));
    }
    check
}

fn cells(a: &Attribution) -> VerificationCheck {
    let mut check = VerificationCheck::new("Cells");
    for (index, row) in a.rows.iter().enumerate() {
        if let Some(cells) = &row.cells {
            let total = sum(row.costs.values().map(|cost| cost.amount));
            let cells = sum(cells.iter().map(|cell| cell.amount));
            check.same(cells, total, || format!("rows[{index}].cells"));
        }
    }
    check
}
