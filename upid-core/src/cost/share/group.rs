//! Groups of rows, and the pools that they share.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{MultiService, ShareConfig, SharedMethod};
use super::key::{Key, UNALLOCATED};
use super::result::SharedGroup;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{CostResource, CostRow, ShareNode, Split};
use crate::units::{Amount, apportion_amount};

/// What a pod is told apart by: cluster, namespace, name, uid.
type PodKey<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

fn pod_key(row: &CostRow) -> PodKey<'_> {
    (&row.cluster, &row.namespace, &row.pod, row.uid.as_deref())
}

/// A row with its part of idle and overhead.
pub(super) struct Member<'a, 'k> {
    pub(super) row: &'a CostRow,
    /// The same with labels as they are compared.
    pub(super) keyed: &'k CostRow,
    pub(super) idle: Amount,
    pub(super) overhead: Amount,
    pub(super) is_shown: bool,
}

impl Member<'_, '_> {
    fn total(&self) -> Result<Amount> {
        let own = self.row.costs.values().map(|cost| cost.amount);
        Amount::sum(own.chain([self.idle, self.overhead]))
    }
}

/// What a group gathers.
#[derive(Default)]
struct Gathered<'a> {
    /// Own cost of all its rows, also of those that the filter drops: the weight for shared costs.
    weight: Amount,
    /// A row of it is shown.
    is_shown: bool,
    group: SharedGroup,
    /// Hours by pod.
    hours: BTreeMap<PodKey<'a>, f64>,
    /// Amount, idle and overhead of rows that the filter drops.
    dropped: Amount,
}

/// Groups by their keys.
pub(super) struct Groups<'a> {
    keys: &'a [Key],
    config: &'a ShareConfig,
    nodes: BTreeMap<&'a str, Vec<&'a ShareNode>>,
    /// App containers by pod, where rows are grouped by container.
    containers: BTreeMap<PodKey<'a>, BTreeSet<&'a str>>,
    by_key: BTreeMap<Vec<String>, Gathered<'a>>,
    /// Money of each shared cost.
    pools: Vec<Amount>,
    /// By shared cost, its part of each group; none: nobody takes it.
    weights: Vec<Option<Vec<u128>>>,
    /// Shared costs that no group takes.
    pub(super) untaken: Amount,
    /// Shared costs of groups that the filter drops.
    lost: Amount,
}

impl<'a> Groups<'a> {
    pub(super) fn new(
        keys: &'a [Key],
        config: &'a ShareConfig,
        rows: &[&'a CostRow],
        nodes: &'a [ShareNode],
    ) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&ShareNode>> = BTreeMap::new();
        for node in nodes {
            by_name.entry(&node.name).or_default().push(node);
        }
        let mut containers: BTreeMap<PodKey<'_>, BTreeSet<&str>> = BTreeMap::new();
        if keys.contains(&Key::Container) {
            for row in rows.iter().filter(|row| !row.sidecar) {
                if let Some(container) = &row.container {
                    containers.entry(pod_key(row)).or_default().insert(container);
                }
            }
        }
        Self {
            keys,
            config,
            nodes: by_name,
            containers,
            by_key: BTreeMap::new(),
            pools: config.shared.iter().map(|cost| cost.amount.unwrap_or_default()).collect(),
            weights: Vec::new(),
            untaken: Amount::ZERO,
            lost: Amount::ZERO,
        }
    }

    /// The keys of the groups that a row belongs to, ascending; each has the same part of it.
    fn keys_of(&self, row: &'a CostRow, keyed: &CostRow) -> Vec<Vec<String>> {
        let on_node = |name: &str| {
            let nodes = self.nodes.get(name)?;
            let own = nodes.iter().find(|n| n.cluster.as_deref() == Some(&row.cluster));
            own.or_else(|| nodes.iter().find(|n| n.cluster.is_none())).copied()
        };
        let node = row.node.as_deref().and_then(on_node);
        let mut all = vec![Vec::with_capacity(self.keys.len())];
        for key in self.keys {
            let mut values = key.values(keyed, node);
            // What belongs to the pod as a whole is of all its containers.
            if *key == Key::Container && row.container.is_none() {
                let of_pod = self.containers.get(&pod_key(row)).into_iter().flatten();
                values = of_pod.map(|name| (*name).to_owned()).collect();
            }
            if self.config.multi_service == MultiService::First {
                values.truncate(1);
            }
            if values.is_empty() {
                values.push(UNALLOCATED.to_owned());
            }
            values.sort_unstable();
            values.dedup();
            let longer = |key: Vec<String>| {
                values.iter().map(move |value| {
                    let mut key = key.clone();
                    key.push(value.clone());
                    key
                })
            };
            all = all.into_iter().flat_map(longer).collect();
        }
        all
    }

    /// Adds a row to its groups.
    pub(super) fn add(&mut self, member: &Member<'a, '_>) -> Result<()> {
        let keys = self.keys_of(member.row, member.keyed);
        let even = vec![1; keys.len()];
        let parts = |amount: Amount| apportion_amount(amount, &even, &keys);
        let (idle, overhead) = (parts(member.idle)?, parts(member.overhead)?);
        let mut costs: Vec<BTreeMap<CostResource, Split>> = vec![BTreeMap::new(); keys.len()];
        for (&resource, cost) in &member.row.costs {
            let used = parts(cost.used)?;
            let wasted = parts(cost.wasted)?;
            // Elsewhere parts may not sum to their amount; nobody measured the rest.
            let rest = cost.amount.sub(cost.used)?.sub(cost.wasted)?;
            let unmeasured = parts(rest)?;
            for (at, costs) in costs.iter_mut().enumerate() {
                let [used, wasted, unmeasured] = [used[at], wasted[at], unmeasured[at]];
                let amount = Amount::sum([used, wasted, unmeasured])?;
                costs.insert(resource, Split { amount, used, wasted, unmeasured });
            }
        }
        for (at, (key, costs)) in keys.iter().zip(costs).enumerate() {
            let gathered = self.by_key.entry(key.clone()).or_default();
            let own = Amount::sum(costs.values().map(|split| split.amount))?;
            gathered.weight = gathered.weight.add(own)?;
            if !member.is_shown {
                let all = Amount::sum([gathered.dropped, own, idle[at], overhead[at]])?;
                gathered.dropped = all;
                continue;
            }
            gathered.is_shown = true;
            let group = &mut gathered.group;
            group.idle_share = group.idle_share.add(idle[at])?;
            group.overhead_share = group.overhead_share.add(overhead[at])?;
            for (resource, split) in costs {
                let sum = group.costs.entry(resource).or_default();
                *sum = sum.plus(&split)?;
            }
            let hours = gathered.hours.entry(pod_key(member.row)).or_default();
            *hours = hours.max(member.row.hours);
        }
        Ok(())
    }

    /// Adds a row to a shared cost.
    pub(super) fn pool(&mut self, rule: usize, member: &Member<'a, '_>) -> Result<()> {
        self.pools[rule] = self.pools[rule].add(member.total()?)?;
        Ok(())
    }

    /// Gives every shared cost to the groups.
    pub(super) fn share(&mut self, mixed: &mut Vec<String>) -> Result<()> {
        for index in 0..self.pools.len() {
            let weights = self.weights_of(index, mixed)?;
            let pool = self.pools[index];
            if let Some(weights) = &weights {
                for ((_, part), gathered) in
                    self.parts(weights, pool)?.into_iter().zip(self.by_key.values_mut())
                {
                    if gathered.is_shown {
                        let share = &mut gathered.group.shared_share;
                        *share = share.add(part)?;
                    } else {
                        self.lost = self.lost.add(part)?;
                    }
                }
            } else {
                self.untaken = self.untaken.add(pool)?;
            }
            self.weights.push(weights);
        }
        Ok(())
    }

    /// The weight of each group for a shared cost; none: nobody takes it.
    fn weights_of(&self, index: usize, mixed: &mut Vec<String>) -> Result<Option<Vec<u128>>> {
        let cost = &self.config.shared[index];
        let own = || self.by_key.values().map(|gathered| gathered.weight.0);
        match cost.method {
            SharedMethod::Even => Ok((!self.by_key.is_empty()).then(|| vec![1; self.by_key.len()])),
            SharedMethod::Weighted if own().any(|w| w < 0) && own().any(|w| w > 0) => {
                mixed.push(format!("shared[{index}]: {}", cost.name));
                Ok(None)
            }
            SharedMethod::Weighted => {
                let weights: Vec<u128> = own().map(i128::unsigned_abs).collect();
                Ok(weights.iter().any(|&w| w > 0).then_some(weights))
            }
            SharedMethod::Fixed => {
                let names: Vec<String> = self.by_key.keys().map(|key| key.join("/")).collect();
                let path = format!("config.shared[{index}].weights");
                if let Some(name) = cost.weights.keys().find(|name| !names.contains(name)) {
                    let nearest = crate::units::nearest(name, names.iter().map(String::as_str));
                    return Err(Error::new(
                        ErrorKind::UnknownKey,
                        format!("there is no group {name:?}"),
                    )
                    .at_path(format!("{path}.{name}"))
                    .hint(format!("did you mean {nearest:?}?")));
                }
                let weight = |name: &String| {
                    let weight = cost.weights.get(name).copied().unwrap_or_default();
                    (weight * 1e9).round_ties_even() as u128
                };
                let weights: Vec<u128> = names.iter().map(weight).collect();
                if weights.iter().all(|&w| w == 0) {
                    return Err(Error::new(ErrorKind::NoWeight, "all weights are 0")
                        .at_path(path)
                        .hint("give at least one group a weight"));
                }
                Ok(Some(weights))
            }
        }
    }

    /// An amount by group.
    fn parts(&self, weights: &[u128], amount: Amount) -> Result<Vec<(bool, Amount)>> {
        let keys: Vec<&Vec<String>> = self.by_key.keys().collect();
        let parts = apportion_amount(amount, weights, &keys)?;
        Ok(self.by_key.values().map(|g| g.is_shown).zip(parts).collect())
    }

    /// What of an amount goes with a shared cost to groups that are shown.
    pub(super) fn visible_part(&self, rule: usize, amount: Amount) -> Result<Amount> {
        let Some(weights) = &self.weights[rule] else { return Ok(Amount::ZERO) };
        let parts = self.parts(weights, amount)?;
        Amount::sum(parts.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, part)| part))
    }

    /// What the filter drops of rows and shared costs.
    pub(super) fn dropped(&self) -> Result<Amount> {
        Amount::sum(self.by_key.values().map(|gathered| gathered.dropped).chain([self.lost]))
    }

    /// The groups that are shown.
    pub(super) fn finish(self) -> Result<Vec<SharedGroup>> {
        let shown = self.by_key.into_iter().filter(|(_, gathered)| gathered.is_shown);
        shown
            .map(|(key, gathered)| {
                let Gathered { mut group, hours, .. } = gathered;
                let splits = group.costs.values();
                let own = splits.copied().try_fold(Split::default(), |sum, s| sum.plus(&s))?;
                let Split { amount, used, wasted, unmeasured } = own;
                (group.amount, group.used) = (amount, used);
                (group.wasted, group.unmeasured) = (wasted, unmeasured);
                let shares = [group.idle_share, group.overhead_share, group.shared_share];
                group.total = amount.add(Amount::sum(shares)?)?;
                group.name = key.join("/");
                group.key = key;
                group.hours = hours.into_values().sum();
                let measured = used.add(wasted)?;
                group.waste_share =
                    (!measured.is_zero()).then(|| wasted.0 as f64 / measured.0 as f64);
                Ok(group)
            })
            .collect()
    }
}
