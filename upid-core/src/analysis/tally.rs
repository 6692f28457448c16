//! Adds the leaves of an attribution up: by pod, workload, namespace, node and cluster.
//!
//! Monthly money is projected once per leaf (row × resource × destination) and only added above that, so every
//! total equals the sum of its parts to the last unit, in the window and per month.

use std::collections::{BTreeMap, BTreeSet};

use super::AnalysisConfig;
use super::result::{CostSummary, Costs, WasteStatus};
use crate::cost::{Attribution, CostResource};
use crate::error::Result;
use crate::units::{Amount, projection};

/// Where a leaf's money went.
#[derive(Clone, Copy)]
enum Destination {
    Used,
    Wasted,
    Unmeasured,
    Idle,
    SystemOverhead,
    Unattributed,
}

impl Costs {
    fn add(&mut self, to: Destination, amount: Amount) -> Result<()> {
        let part = match to {
            Destination::Used => &mut self.used,
            Destination::Wasted => &mut self.wasted,
            Destination::Unmeasured => &mut self.unmeasured,
            Destination::Idle => &mut self.idle,
            Destination::SystemOverhead => &mut self.system_overhead,
            Destination::Unattributed => &mut self.unattributed,
        };
        *part = part.add(amount)?;
        self.amount = self.amount.add(amount)?;
        Ok(())
    }
}

impl Costs {
    fn merge(&mut self, o: &Costs) -> Result<()> {
        for (part, other) in [
            (&mut self.amount, o.amount),
            (&mut self.used, o.used),
            (&mut self.wasted, o.wasted),
            (&mut self.unmeasured, o.unmeasured),
            (&mut self.idle, o.idle),
            (&mut self.system_overhead, o.system_overhead),
            (&mut self.unattributed, o.unattributed),
        ] {
            *part = part.add(other)?;
        }
        Ok(())
    }
}

/// Sums of leaves: in the window, and projected.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// Of the window.
    pub(super) window: Costs,
    /// Per month of 730 h.
    pub(super) month: Costs,
    hourly: Amount,
    daily: Amount,
    /// Volumes, per month.
    pub(super) storage: Amount,
    /// Traffic, per month.
    pub(super) network: Amount,
    /// Some amount is known: a pod without a price of its own has none.
    pub(super) priced: bool,
    /// Some amount is unknown.
    unpriced: bool,
}

impl Tally {
    fn add(&mut self, leaf: &Leaf) -> Result<()> {
        self.window.add(leaf.to, leaf.amount)?;
        self.month.add(leaf.to, leaf.monthly)?;
        self.hourly = self.hourly.add(leaf.hourly)?;
        self.daily = self.daily.add(leaf.daily)?;
        match leaf.resource {
            CostResource::Storage => self.storage = self.storage.add(leaf.monthly)?,
            CostResource::Network => self.network = self.network.add(leaf.monthly)?,
            _ => {}
        }
        Ok(())
    }

    /// Adds another sum.
    pub(super) fn merge(&mut self, other: Option<&Tally>) -> Result<()> {
        let Some(o) = other else {
            self.unpriced = true;
            return Ok(());
        };
        self.window.merge(&o.window)?;
        self.month.merge(&o.month)?;
        self.hourly = self.hourly.add(o.hourly)?;
        self.daily = self.daily.add(o.daily)?;
        self.storage = self.storage.add(o.storage)?;
        self.network = self.network.add(o.network)?;
        self.priced |= o.priced;
        self.unpriced |= o.unpriced;
        Ok(())
    }

    /// Whether the sum says something: nothing beside unknown amounts (a pod that waits for a node) is no zero.
    pub(super) fn is_known(&self) -> bool {
        self.priced && !(self.unpriced && self.window.amount.is_zero())
    }

    /// The cost of a pod or workload; all null if nothing has a price.
    pub(super) fn summary(&self, config: &AnalysisConfig) -> CostSummary {
        if !self.is_known() {
            return CostSummary::default();
        }
        let measured = self.month.used.0 + self.month.wasted.0;
        let waste_share = (measured > 0).then(|| self.month.wasted.0 as f64 / measured as f64);
        let status = waste_share.map(|share| match share {
            s if s > config.high_waste => WasteStatus::HighlyInefficient,
            s if s > config.moderate_waste => WasteStatus::ModeratelyInefficient,
            _ => WasteStatus::Efficient,
        });
        CostSummary {
            amount: Some(self.window.amount),
            hourly: Some(self.hourly),
            daily: Some(self.daily),
            monthly: Some(self.month.amount),
            used: Some(self.month.used),
            wasted: Some(self.month.wasted),
            unmeasured: Some(self.month.unmeasured),
            waste_share,
            status,
        }
    }
}

/// One amount with its projections and its destination.
struct Leaf {
    resource: CostResource,
    to: Destination,
    amount: Amount,
    hourly: Amount,
    daily: Amount,
    monthly: Amount,
}

/// A pod by namespace, name and uid.
pub(super) type PodKey = (String, String, String);

/// All sums of one attribution.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub(super) total: Tally,
    pub(super) pods: BTreeMap<PodKey, Tally>,
    pub(super) namespaces: BTreeMap<String, Tally>,
    /// What the nodes' own bills pay for.
    pub(super) nodes: BTreeMap<String, Tally>,
    window_ms: i64,
}

impl Tallies {
    /// Adds up an attribution; `known` are the pods that the answer shows.
    pub(super) fn of(a: &Attribution, known: &BTreeSet<PodKey>) -> Result<Self> {
        let mut t = Self { window_ms: a.window.ms(), ..Self::default() };
        // Zero-amount nodes have a price too.
        for node in a.nodes.iter().filter(|n| n.amount.is_some()) {
            t.nodes.entry(node.name.clone()).or_default().priced = true;
            t.total.priced = true;
        }
        for pod in &a.pods {
            let key =
                (pod.namespace.clone(), pod.name.clone(), pod.uid.clone().unwrap_or_default());
            if !known.contains(&key) {
                continue;
            }
            let namespace = t.namespaces.entry(key.0.clone()).or_default();
            if pod.amount.is_none() {
                namespace.unpriced = true;
                continue;
            }
            namespace.priced = true;
            t.pods.entry(key).or_default().priced = true;
        }
        for row in &a.rows {
            let pod = (row.namespace.clone(), row.pod.clone(), row.uid.clone().unwrap_or_default());
            // A pod that the Snapshot lacks, or whose own cost is unknown, cannot show what a volume costs it.
            let shown = t.pods.contains_key(&pod);
            let (node, namespace) = (row.node.as_deref(), Some(row.namespace.as_str()));
            for (&resource, cost) in &row.costs {
                for (to, amount) in [
                    (Destination::Used, cost.used),
                    (Destination::Wasted, cost.wasted),
                    (Destination::Unmeasured, cost.unmeasured),
                ] {
                    if shown {
                        t.leaf(resource, to, amount, node, namespace, Some(&pod))?;
                    } else {
                        t.leaf(resource, Destination::Unattributed, amount, node, namespace, None)?;
                    }
                }
                // Idle that a policy spreads is still idle here; `cost.attribute` shows on whom it was spread.
                let spread = cost.spread_idle.unwrap_or(Amount::ZERO);
                t.leaf(resource, Destination::Idle, spread, node, None, None)?;
            }
        }
        for (list, to) in [
            (&a.idle, Destination::Idle),
            (&a.system_overhead, Destination::SystemOverhead),
            (&a.unattributed, Destination::Unattributed),
        ] {
            for part in list {
                for (&resource, &amount) in &part.costs {
                    let (node, namespace) = (part.node.as_deref(), part.namespace.as_deref());
                    t.leaf(resource, to, amount, node, namespace, None)?;
                }
            }
        }
        Ok(t)
    }

    fn leaf(
        &mut self,
        resource: CostResource,
        to: Destination,
        amount: Amount,
        node: Option<&str>,
        namespace: Option<&str>,
        pod: Option<&PodKey>,
    ) -> Result<()> {
        if amount.is_zero() {
            return Ok(());
        }
        // Projected is what the sum grows by, not the amount itself: so the projections add up to that of the total.
        let sum = self.total.window.amount.add(amount)?;
        let now = projection(sum, self.window_ms)?;
        let before = &self.total;
        let leaf = Leaf {
            resource,
            to,
            amount,
            hourly: now.hourly.sub(before.hourly)?,
            daily: now.daily.sub(before.daily)?,
            monthly: now.monthly.sub(before.month.amount)?,
        };
        self.total.add(&leaf)?;
        self.total.priced = true;
        if let (Some(node), true) = (node, of_node(resource)) {
            let node = self.nodes.entry(node.to_owned()).or_default();
            node.add(&leaf)?;
            node.priced = true;
        }
        if let Some(namespace) = namespace {
            let namespace = self.namespaces.entry(namespace.to_owned()).or_default();
            namespace.add(&leaf)?;
            namespace.priced = true;
        }
        if let Some(pod) = pod {
            self.pods.entry(pod.clone()).or_default().add(&leaf)?;
        }
        Ok(())
    }
}

/// Whether a resource is paid for by the node's own bill.
fn of_node(resource: CostResource) -> bool {
    !matches!(
        resource,
        CostResource::Storage
            | CostResource::Network
            | CostResource::LoadBalancer
            | CostResource::Fee
    )
}
