//! Idle cost spread over the pods of its node (policy `SpreadOnNode`).

use std::collections::BTreeMap;

use super::attribute::SweptNode;
use super::ledger::{Ledger, Remainders};
use super::report::NODE_RESOURCES;
use super::result::{CostResource, CostRow};
use crate::error::Result;
use crate::units::{Amount, apportion_amount};

/// Gives each row its part of the node's idle cost, per resource by the rows' cost in it; gives the sum.
///
/// Where nobody has cost the idle stays, and where costs have both signs too (`MixedSigns`).
pub(crate) fn spread_on_nodes(
    rows: &mut [CostRow],
    swept: &[SweptNode<'_>],
    ledger: &mut Ledger,
) -> Result<Amount> {
    let mut by_node: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(node) = &row.node {
            by_node.entry(node.clone()).or_default().push(index);
        }
    }
    let mut total = Amount::ZERO;
    let mut kept = Remainders::default();
    for node in swept {
        let name = node.node.name.as_str();
        let members = by_node.get(name).map_or(&[][..], Vec::as_slice);
        for (r, resource) in NODE_RESOURCES.into_iter().enumerate() {
            let idle = node.outcome.pools[r].idle;
            if spread(rows, members, resource, idle, name, ledger)? {
                total = total.add(idle)?;
            } else {
                kept.book(Some(name), None, None, resource, idle)?;
            }
        }
    }
    // Idle of nodes is now either spread or kept; that of volumes and load balancers stays as it was.
    ledger.idle.replace_nodes(kept);
    Ok(total)
}

fn spread(
    rows: &mut [CostRow],
    members: &[usize],
    resource: CostResource,
    idle: Amount,
    node: &str,
    ledger: &mut Ledger,
) -> Result<bool> {
    let cost = |row: &CostRow| row.costs.get(&resource).map_or(0, |cost| cost.amount.0);
    let weighted: Vec<usize> =
        members.iter().copied().filter(|&index| cost(&rows[index]) != 0).collect();
    if weighted.is_empty() || idle.is_zero() {
        return Ok(false);
    }
    let credit = cost(&rows[weighted[0]]) < 0;
    if weighted.iter().any(|&index| (cost(&rows[index]) < 0) != credit) {
        ledger.flag("MixedSigns", node.to_owned());
        return Ok(false);
    }
    let weights: Vec<u128> = weighted.iter().map(|&i| cost(&rows[i]).unsigned_abs()).collect();
    // Rows stand in the order of their keys, so their position breaks ties.
    let parts = apportion_amount(idle, &weights, &weighted)?;
    for (&index, part) in weighted.iter().zip(parts) {
        if let Some(cost) = rows[index].costs.get_mut(&resource) {
            cost.spread_idle = Some(part);
        }
    }
    Ok(true)
}
