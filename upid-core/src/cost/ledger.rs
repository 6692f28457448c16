//! Where money is booked while an attribution is made.

use std::collections::{BTreeMap, BTreeSet};

use super::result::{CostRemainder, CostResource, Split};
use crate::error::Result;
use crate::units::Amount;

/// What belongs to a pod as a whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct PodLevel {
    pub(crate) costs: BTreeMap<CostResource, Split>,
    pub(crate) cells: BTreeMap<i64, Amount>,
    pub(crate) flags: BTreeSet<&'static str>,
}

/// Node, namespace, reason.
type RemainderKey = (Option<String>, Option<String>, Option<String>);

/// Money without a pod.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remainders(BTreeMap<RemainderKey, BTreeMap<CostResource, Amount>>);

impl Remainders {
    /// Adds an amount; nothing is booked for 0.
    pub(crate) fn book(
        &mut self,
        node: Option<&str>,
        namespace: Option<&str>,
        reason: Option<&str>,
        resource: CostResource,
        amount: Amount,
    ) -> Result<()> {
        if amount.is_zero() {
            return Ok(());
        }
        let key = (node.map(Into::into), namespace.map(Into::into), reason.map(Into::into));
        let sum = self.0.entry(key).or_default().entry(resource).or_default();
        *sum = sum.add(amount)?;
        Ok(())
    }

    /// Puts `kept` in place of everything that belongs to a node.
    pub(crate) fn replace_nodes(&mut self, kept: Self) {
        self.0.retain(|(node, _, _), _| node.is_none());
        self.0.extend(kept.0);
    }

    /// The sum and the list.
    pub(crate) fn close(self) -> Result<(Amount, Vec<CostRemainder>)> {
        let total = Amount::sum(self.0.values().flat_map(|costs| costs.values().copied()))?;
        let list = self.0.into_iter().map(|((node, namespace, reason), costs)| CostRemainder {
            node,
            namespace,
            reason,
            costs,
            ..CostRemainder::default()
        });
        Ok((total, list.collect()))
    }
}

/// Everything that is booked beside the leaves of the nodes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    /// What was paid.
    pub(crate) bill: Amount,
    pub(crate) pods: BTreeMap<usize, PodLevel>,
    pub(crate) idle: Remainders,
    pub(crate) overhead: Remainders,
    pub(crate) unattributed: Remainders,
    /// (code, place).
    pub(crate) flags: Vec<(String, String)>,
}

impl Ledger {
    /// Adds to what was paid.
    pub(crate) fn pay(&mut self, amount: Amount) -> Result<()> {
        self.bill = self.bill.add(amount)?;
        Ok(())
    }

    /// Notes a flag at a place.
    pub(crate) fn flag(&mut self, code: &str, place: String) {
        self.flags.push((code.to_owned(), place));
    }

    /// Charges a pod as a whole. Traffic is measured; how much of a volume or load balancer was used is not.
    pub(crate) fn charge(
        &mut self,
        pod: usize,
        cell: i64,
        resource: CostResource,
        amount: Amount,
    ) -> Result<()> {
        let mut split = Split { amount, ..Split::default() };
        if resource == CostResource::Network {
            split.used = amount;
        } else {
            split.unmeasured = amount;
        }
        let level = self.pods.entry(pod).or_default();
        let sum = level.costs.entry(resource).or_default();
        *sum = sum.plus(&split)?;
        let at = level.cells.entry(cell).or_default();
        *at = at.add(amount)?;
        Ok(())
    }
}
