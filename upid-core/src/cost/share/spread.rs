//! Idle and overhead spread over rows.

use std::collections::BTreeMap;

use super::config::{SharingMethod, SharingScope};
use crate::error::Result;
use crate::model::{CostRemainder, CostResource, CostRow};
use crate::units::{Amount, apportion_amount};

/// Who stands for a remainder: cluster, and node if it is one's.
pub(super) type Scope<'a> = (&'a str, Option<&'a str>);

/// One resource of a remainder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) cluster: Option<&'a str>,
    pub(super) node: Option<&'a str>,
    pub(super) namespace: Option<&'a str>,
    pub(super) resource: CostResource,
    pub(super) amount: Amount,
}

impl<'a> Piece<'a> {
    /// The pieces of a list. A cluster that does not stand there is the only one of the rows, or the only one that
    /// has the node.
    pub(super) fn all(list: &'a [CostRemainder], rows: &[&'a CostRow]) -> Vec<Self> {
        let only = |mut clusters: Vec<&'a str>| {
            clusters.sort_unstable();
            clusters.dedup();
            if let [one] = clusters[..] { Some(one) } else { None }
        };
        let single = only(rows.iter().map(|row| row.cluster.as_str()).collect());
        let mut out = Vec::new();
        for entry in list {
            let of_node = || {
                let node = entry.node.as_deref()?;
                let on = rows.iter().filter(|row| row.node.as_deref() == Some(node));
                only(on.map(|row| row.cluster.as_str()).collect())
            };
            let cluster = entry.cluster.as_deref().or(single).or_else(of_node);
            out.extend(entry.costs.iter().map(|(&resource, &amount)| Self {
                cluster,
                node: entry.node.as_deref(),
                namespace: entry.namespace.as_deref(),
                resource,
                amount,
            }));
        }
        out
    }

    /// Whom it is spread over; `Keep` asks for the nearest who stand for it.
    fn scope(&self, scope: SharingScope) -> Option<Scope<'a>> {
        match scope {
            SharingScope::Node => self.cluster.zip(self.node).map(|(c, n)| (c, Some(n))),
            SharingScope::Cluster => self.cluster.map(|c| (c, None)),
            SharingScope::Keep => self.cluster.map(|c| (c, self.node)),
        }
    }
}

/// What became of remainders.
pub(super) struct Spread<'a> {
    /// Part of each row.
    pub(super) parts: Vec<Amount>,
    /// What stays because nobody has cost in its resource.
    pub(super) left: Vec<Piece<'a>>,
    /// Places where costs and credits meet, which stay too.
    pub(super) mixed: Vec<String>,
}

/// Spreads pieces over the rows of their scope, per resource by the rows' cost in it.
pub(super) fn spread<'a>(
    pieces: Vec<Piece<'a>>,
    scope: SharingScope,
    method: SharingMethod,
    rows: &[&CostRow],
) -> Result<Spread<'a>> {
    let mut spread =
        Spread { parts: vec![Amount::ZERO; rows.len()], left: Vec::new(), mixed: Vec::new() };
    let mut pools: BTreeMap<(Scope<'a>, CostResource), Vec<Piece<'a>>> = BTreeMap::new();
    for piece in pieces {
        match piece.scope(scope) {
            Some(scope) => pools.entry((scope, piece.resource)).or_default().push(piece),
            None => spread.left.push(piece),
        }
    }
    let mut members: BTreeMap<Scope<'_>, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        members.entry((&row.cluster, None)).or_default().push(index);
        if let Some(node) = row.node.as_deref() {
            members.entry((&row.cluster, Some(node))).or_default().push(index);
        }
    }
    for ((scope, resource), pieces) in pools {
        let cost = |index: usize| rows[index].costs.get(&resource).map_or(0, |c| c.amount.0);
        let members = members.get(&scope).map_or(&[][..], Vec::as_slice);
        let takers: Vec<usize> = members.iter().copied().filter(|&i| cost(i) != 0).collect();
        let credits = takers.iter().filter(|&&i| cost(i) < 0).count();
        if takers.is_empty() || (credits != 0 && credits != takers.len()) {
            if !takers.is_empty() {
                spread.mixed.push(scope.1.unwrap_or(scope.0).to_owned());
            }
            spread.left.extend(pieces);
            continue;
        }
        let weight = |&i: &usize| match method {
            SharingMethod::Weighted => cost(i).unsigned_abs(),
            SharingMethod::Even => 1,
        };
        let weights: Vec<u128> = takers.iter().map(weight).collect();
        let amount = Amount::sum(pieces.iter().map(|p| p.amount))?;
        // Rows stand in the order of their keys, so their position breaks ties.
        for (&index, part) in takers.iter().zip(apportion_amount(amount, &weights, &takers)?) {
            spread.parts[index] = spread.parts[index].add(part)?;
        }
    }
    Ok(spread)
}
