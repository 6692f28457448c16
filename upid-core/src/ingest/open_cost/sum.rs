//! Allocations and assets added up into rows and remainders.

use std::collections::{BTreeMap, BTreeSet};

use super::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{CostRemainder, CostResource, CostRow, OwnerRef, ResourceHours, ShareInput};
use crate::units::{Amount, Currency};

/// `OpenCost` prints five decimals: each part, and the total, may be off by half of the last.
const HALF_DECIMAL: Amount = Amount(Amount::PER_UNIT / 200_000);

/// What tells rows apart.
type RowKey = (String, Option<String>, String, String, Option<String>, Option<OwnerRef>);
/// What tells remainders apart: destination, cluster, node, namespace and reason.
type RemainderKey = (Destination, Option<String>, Option<String>, Option<String>, Option<String>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Destination {
    Idle,
    SystemOverhead,
    Unattributed,
}

/// Entries added up, so that their order does not matter.
#[derive(Default)]
pub(super) struct Sum {
    rows: BTreeMap<RowKey, Vec<CostRow>>,
    remainders: BTreeMap<RemainderKey, BTreeMap<CostResource, Amount>>,
}

impl Sum {
    /// Adds an entry; says whether its parts differ from its total by more than rounding explains.
    pub(super) fn add(&mut self, mut entry: Entry<'_>) -> Result<bool> {
        if entry.kind.is_some() {
            return self.asset(&entry).map(|()| false);
        }
        for (resource, amount) in std::mem::take(&mut entry.details) {
            entry.costs.entry(resource).or_insert(amount);
        }
        let parts = Amount::sum(entry.costs.values().copied())?;
        let difference = entry.total.map(|total| total.sub(parts)).transpose()?.unwrap_or_default();
        if !difference.is_zero() {
            let reason = Some("PeerRounding".to_owned());
            let key = (Destination::Unattributed, None, None, None, reason);
            self.remain(key, CostResource::Fee, difference)?;
        }
        if entry.name.contains("__idle__") || entry.name.contains("__unmounted__") {
            let unmounted = !entry.name.contains("__idle__");
            let reason = unmounted.then(|| "Unmounted".to_owned());
            let key = (
                Destination::Idle,
                entry.properties.owned("cluster"),
                entry.properties.owned("node"),
                entry.properties.owned("namespace"),
                reason,
            );
            for (resource, amount) in &entry.costs {
                self.remain(key.clone(), *resource, *amount)?;
            }
        } else {
            let row = entry.row()?;
            self.row(row);
        }
        // A relative bound alone would name every tiny row.
        let explained = HALF_DECIMAL.mul_int(entry.parts.saturating_add(1))?;
        let share = Amount(parts.0.saturating_abs() / 10_000);
        Ok(difference.0.saturating_abs() > share.max(explained).0)
    }

    fn row(&mut self, row: CostRow) {
        let key = (
            row.cluster.clone(),
            row.node.clone(),
            row.namespace.clone(),
            row.pod.clone(),
            row.container.clone(),
            row.owner.clone(),
        );
        self.rows.entry(key).or_default().push(row);
    }

    /// Adds what was summed before.
    pub(super) fn again(&mut self, input: ShareInput) -> Result<()> {
        input.rows.into_iter().for_each(|row| self.row(row));
        for (destination, remainders) in [
            (Destination::Idle, input.idle),
            (Destination::SystemOverhead, input.system_overhead),
            (Destination::Unattributed, input.unattributed),
        ] {
            // No document of OpenCost names a service.
            for CostRemainder { cluster, node, namespace, reason, costs, service: _ } in remainders
            {
                let key = (destination, cluster, node, namespace, reason);
                for (resource, amount) in costs {
                    self.remain(key.clone(), resource, amount)?;
                }
            }
        }
        Ok(())
    }

    fn asset(&mut self, entry: &Entry<'_>) -> Result<()> {
        let kind = entry.kind.as_deref().unwrap_or_default();
        let Some(total) = entry.total else {
            return Err(Error::new(ErrorKind::MissingField, "totalCost is missing")
                .hint("pass the answer of /assets as it is"));
        };
        let (destination, whole) = match kind {
            "Node" => (Destination::Unattributed, CostResource::Node),
            "Disk" => (Destination::Unattributed, CostResource::Storage),
            "LoadBalancer" => (Destination::Unattributed, CostResource::LoadBalancer),
            "Network" => (Destination::Unattributed, CostResource::Network),
            "ClusterManagement" => (Destination::SystemOverhead, CostResource::Fee),
            _ => (Destination::Unattributed, CostResource::Fee),
        };
        let node = entry.properties.owned("name").filter(|_| kind == "Node");
        let cluster = entry.properties.owned("cluster");
        let key = (destination, cluster, node, None, Some(kind.to_owned()));
        // Discounts and adjustments are of the whole node: then its resources do not add up to it.
        let splits = kind == "Node" && Amount::sum(entry.costs.values().copied())? == total;
        if splits {
            for (resource, amount) in &entry.costs {
                self.remain(key.clone(), *resource, *amount)?;
            }
            return Ok(());
        }
        self.remain(key, whole, total)
    }

    fn remain(&mut self, key: RemainderKey, resource: CostResource, amount: Amount) -> Result<()> {
        let cost = self.remainders.entry(key).or_default().entry(resource).or_default();
        *cost = cost.add(amount)?;
        Ok(())
    }

    pub(super) fn finish(self, currency: Currency) -> Result<ShareInput> {
        let mut input = ShareInput { currency, ..ShareInput::default() };
        for rows in self.rows.into_values() {
            input.rows.extend(joined(rows)?);
        }
        for ((destination, cluster, node, namespace, reason), costs) in self.remainders {
            let of = match destination {
                Destination::Idle => &mut input.idle,
                Destination::SystemOverhead => &mut input.system_overhead,
                Destination::Unattributed => &mut input.unattributed,
            };
            of.push(CostRemainder { cluster, node, namespace, reason, service: None, costs });
        }
        Ok(input)
    }
}

/// The rows of one key as one. Floats are added in ascending order, and of two labels the smaller stays, so that the
/// order of the rows does not matter.
fn joined(rows: Vec<CostRow>) -> Result<Option<CostRow>> {
    let total = |value: &dyn Fn(&CostRow) -> f64| {
        let mut values: Vec<f64> = rows.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.iter().sum::<f64>()
    };
    let hours = total(&|row| row.hours);
    let of = |hours: fn(&ResourceHours) -> f64| {
        total(&move |row| row.allocated.as_ref().map(hours).unwrap_or_default())
    };
    let allocated = rows.iter().any(|row| row.allocated.is_some()).then(|| ResourceHours {
        cpu_core_hours: of(|h| h.cpu_core_hours),
        memory_gib_hours: of(|h| h.memory_gib_hours),
        gpu_hours: of(|h| h.gpu_hours),
    });
    let mut rows = rows.into_iter();
    let Some(mut sum) = rows.next() else { return Ok(None) };
    let mut services: BTreeSet<String> = std::mem::take(&mut sum.services).into_iter().collect();
    for row in rows {
        services.extend(row.services);
        smaller(&mut sum.labels, row.labels);
        smaller(&mut sum.annotations, row.annotations);
        for (resource, more) in row.costs {
            let cost = sum.costs.entry(resource).or_default();
            let parts = cost.split().plus(&more.split())?;
            (cost.amount, cost.used) = (parts.amount, parts.used);
            (cost.wasted, cost.unmeasured) = (parts.wasted, parts.unmeasured);
        }
    }
    sum.services = services.into_iter().collect();
    (sum.hours, sum.allocated) = (hours, allocated);
    Ok(Some(sum))
}

fn smaller(into: &mut BTreeMap<String, String>, more: BTreeMap<String, String>) {
    for (key, value) in more {
        match into.get_mut(&key) {
            Some(have) if *have <= value => {}
            Some(have) => *have = value,
            None => {
                into.insert(key, value);
            }
        }
    }
}
