//! Costs by group: idle, overhead and shared costs go to those who cause or use them (cost.md §6).

mod config;
mod group;
mod key;
mod result;
mod spread;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use config::{
    MultiService, ShareConfig, SharedCost, SharedMethod, Sharing, SharingMethod, SharingScope,
};
use group::{Groups, Member};
use key::{Key, sanitize};
pub use result::{Shared, SharedGroup};
use spread::{Piece, Spread, spread};

use crate::cost::flags;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{CostRemainder, CostRow, Identity, OwnerRef, Selector, ShareInput};
use crate::units::Amount;

/// Groups the rows of an attribution, ours or another tool's, and shares idle, overhead and common costs.
///
/// In this order: rows of a shared cost leave the others; the weight of each group is taken, before idle and shared
/// amounts and with rows that the filter will drop; idle and overhead are spread by scope and resource; each shared
/// cost, with the idle and overhead of its own rows, goes to the groups; the filter drops rows. Idle that is kept then
/// shows only what stands for the rows that are left. All of it through [`apportion`](crate::units::apportion), so
/// that nothing is lost; the input is not changed, so a second call gives the same.
///
/// ```
/// use upid_core::cost::{CostConfig, CostInput, attribute, share, ShareConfig};
/// # let text = r#"{"window": {"start": 0, "end": 3600000}, "nodes": []}"#;
/// let input: CostInput = upid_core::json::from_json(text)?;
/// let attribution = attribute(&input, &CostConfig::default())?;
/// let by_team = share(&attribution.into(), &ShareConfig::default().aggregate(["label:team"]))?;
/// assert!(by_team.residual.is_zero());
/// # Ok::<(), upid_core::Error>(())
/// ```
///
/// # Errors
/// `UPID_INVALID_CONFIG` for an unknown key or a rule that makes no sense; `UPID_UNKNOWN_KEY` for a weight of a group
/// that does not exist, `UPID_NO_WEIGHT` if all weights are 0; `UPID_DUPLICATE_KEY` for two rows of one key;
/// `UPID_MONEY_OVERFLOW`.
pub fn share(input: &ShareInput, config: &ShareConfig) -> Result<Shared> {
    let under = |e: Error| e.under("config");
    config.validate().map_err(under)?;
    let keys = Key::all(config).map_err(under)?;
    let rows = sorted(input)?;
    let paid = paid(input, config)?;
    let picks = Picks::of(config);
    let labels: Vec<Seen<'_>> = rows.iter().map(|row| Seen::of(row, config)).collect();
    let rule_of = |i: usize| picks.shared.iter().position(|s| picked(s.as_deref(), &labels[i]));
    let rules: Vec<Option<usize>> = (0..rows.len()).map(rule_of).collect();
    let shown: Vec<bool> = labels.iter().map(|row| picks.shows(row)).collect();

    let mut out = Shared { currency: input.currency, bill: paid, ..Shared::default() };
    let mut mixed = Vec::new();
    let idle = settle(&input.idle, config.idle, &rows, &mut mixed)?;
    let overhead = settle(&input.system_overhead, config.overhead, &rows, &mut mixed)?;
    let listed = |list: &[CostRemainder]| {
        Amount::sum(list.iter().flat_map(|entry| entry.costs.values().copied()))
    };
    out.unattributed = listed(&input.unattributed)?;

    let sanitized: Option<Vec<CostRow>> =
        config.sanitize_labels.then(|| labels.iter().map(Seen::row).collect());
    let mut groups = Groups::new(&keys, config, &rows, &input.nodes);
    for (index, row) in rows.iter().enumerate() {
        let own_idle = Amount::sum(row.costs.values().filter_map(|c| c.spread_idle))?
            .add(idle.parts[index])?;
        let keyed = sanitized.as_ref().map_or(*row, |rows| &rows[index]);
        let (rule, is_shown) = (rules[index], shown[index]);
        let member =
            Member { row, keyed, idle: own_idle, overhead: overhead.parts[index], is_shown };
        match rule {
            None => groups.add(&member)?,
            Some(rule) => groups.pool(rule, &member)?,
        }
    }
    groups.share(&mut mixed)?;

    // What stays idle or overhead: without a filter all of it, else what stands for the rows that are shown.
    for (spread, kept) in [(idle, &mut out.idle), (overhead, &mut out.system_overhead)] {
        let all = Amount::sum(spread.left.iter().map(|piece| piece.amount))?;
        *kept = if picks.filter.is_none() {
            all
        } else {
            visible(spread, &rows, &picks, &rules, &shown, &groups)?
        };
        out.filtered_out = out.filtered_out.add(all.sub(*kept)?)?;
    }
    out.filtered_out = out.filtered_out.add(groups.dropped()?)?;
    out.unattributed = out.unattributed.add(groups.untaken)?;
    out.groups = groups.finish()?;
    let gone = [out.idle, out.system_overhead, out.unattributed, out.filtered_out];
    let shares = out.groups.iter().map(|group| group.total);
    out.residual = paid.sub(Amount::sum(shares.chain(gone))?)?;
    let flag = |place| ("MixedSigns".to_owned(), place);
    out.flags = flags::findings(mixed.into_iter().map(flag));
    Ok(out)
}

/// Everything that is shared: the input, and amounts from elsewhere.
fn paid(input: &ShareInput, config: &ShareConfig) -> Result<Amount> {
    let rows = input.rows.iter().flat_map(|row| row.costs.values());
    let rows = rows.flat_map(|cost| [cost.amount, cost.spread_idle.unwrap_or_default()]);
    let lists = [&input.idle, &input.system_overhead, &input.unattributed];
    let rest = lists.into_iter().flatten().flat_map(|entry| entry.costs.values().copied());
    Amount::sum(rows.chain(rest).chain(config.shared.iter().filter_map(|cost| cost.amount)))
}

/// What tells rows apart.
type RowKey<'a> = (
    (&'a str, &'a str, &'a str),
    &'a Option<String>,
    &'a Option<String>,
    &'a Option<String>,
    &'a Option<OwnerRef>,
);

/// Rows in order of their keys.
fn sorted(input: &ShareInput) -> Result<Vec<&CostRow>> {
    fn key(row: &CostRow) -> RowKey<'_> {
        ((&row.cluster, &row.namespace, &row.pod), &row.uid, &row.container, &row.node, &row.owner)
    }
    let mut order: Vec<_> = input.rows.iter().enumerate().map(|(i, row)| (key(row), i)).collect();
    order.sort();
    if let Some(pair) = order.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let row = &input.rows[pair[1].1];
        return Err(Error::new(
            ErrorKind::DuplicateKey,
            format!("two rows of {}/{} have the same key", row.namespace, row.pod),
        )
        .at_path(format!("rows[{}]", pair[1].1))
        .hint("cluster, node, namespace, pod, uid, container and owner tell rows apart"));
    }
    Ok(order.into_iter().map(|(_, index)| &input.rows[index]).collect())
}

/// Spreads a list as configured, or leaves all of it.
fn settle<'a>(
    list: &'a [CostRemainder],
    how: Sharing,
    rows: &[&'a CostRow],
    mixed: &mut Vec<String>,
) -> Result<Spread<'a>> {
    let pieces = Piece::all(list, rows);
    if how.scope == SharingScope::Keep {
        let parts = vec![Amount::ZERO; rows.len()];
        return Ok(Spread { parts, left: pieces, mixed: Vec::new() });
    }
    let mut spread = spread(pieces, how.scope, how.method, rows)?;
    mixed.append(&mut spread.mixed);
    Ok(spread)
}

/// The part of what is kept that stands for rows that are shown: by their cost on the node or in the cluster. Of
/// shared rows it follows their cost to the groups. What belongs to a namespace alone is filtered by that.
fn visible(
    left: Spread<'_>,
    rows: &[&CostRow],
    picks: &Picks<'_>,
    rules: &[Option<usize>],
    shown: &[bool],
    groups: &Groups<'_>,
) -> Result<Amount> {
    let (named, pieces): (Vec<_>, Vec<_>) =
        left.left.into_iter().partition(|piece| piece.node.is_none() && piece.namespace.is_some());
    let none = BTreeMap::new();
    let is_shown = |piece: &&Piece<'_>| {
        picks.filter.as_ref().is_none_or(|filter| {
            filter.matches(&Identity {
                cluster: piece.cluster.unwrap_or_default(),
                namespace: piece.namespace.unwrap_or_default(),
                pod: "",
                node: None,
                owner: None,
                labels: &none,
                annotations: &none,
            })
        })
    };
    let mut sum = Amount::sum(named.iter().filter(is_shown).map(|piece| piece.amount))?;
    let parts = spread(pieces, SharingScope::Keep, SharingMethod::Weighted, rows)?.parts;
    let mut of_rules = vec![Amount::ZERO; picks.shared.len()];
    for (index, part) in parts.into_iter().enumerate() {
        match rules[index] {
            Some(rule) => of_rules[rule] = of_rules[rule].add(part)?,
            None if shown[index] => sum = sum.add(part)?,
            None => {}
        }
    }
    for (rule, part) in of_rules.into_iter().enumerate() {
        sum = sum.add(groups.visible_part(rule, part)?)?;
    }
    Ok(sum)
}

/// The selectors of a configuration, with names of labels as they are compared.
struct Picks<'a> {
    filter: Option<Cow<'a, Selector>>,
    /// By rule; none for an amount.
    shared: Vec<Option<Cow<'a, Selector>>>,
}

impl<'a> Picks<'a> {
    fn of(config: &'a ShareConfig) -> Self {
        let as_compared = |selector: &'a Selector| {
            if config.sanitize_labels {
                Cow::Owned(sanitized_selector(selector))
            } else {
                Cow::Borrowed(selector)
            }
        };
        Self {
            filter: config.filter.as_ref().map(as_compared),
            shared: config
                .shared
                .iter()
                .map(|cost| cost.select.as_ref().map(as_compared))
                .collect(),
        }
    }

    fn shows(&self, row: &Seen<'_>) -> bool {
        self.filter.is_none() || picked(self.filter.as_deref(), row)
    }
}

fn sanitized_selector(selector: &Selector) -> Selector {
    Selector {
        labels: sanitize(&selector.labels),
        annotations: sanitize(&selector.annotations),
        not: selector.not.as_ref().map(|not| Box::new(sanitized_selector(not))),
        ..selector.clone()
    }
}

/// A row with its labels as they are compared.
struct Seen<'a> {
    row: &'a CostRow,
    labels: Cow<'a, BTreeMap<String, String>>,
    annotations: Cow<'a, BTreeMap<String, String>>,
}

impl<'a> Seen<'a> {
    fn of(row: &'a CostRow, config: &ShareConfig) -> Self {
        let as_compared = |labels: &'a BTreeMap<String, String>| {
            if config.sanitize_labels {
                Cow::Owned(sanitize(labels))
            } else {
                Cow::Borrowed(labels)
            }
        };
        Self { row, labels: as_compared(&row.labels), annotations: as_compared(&row.annotations) }
    }

    /// The row with those labels.
    fn row(&self) -> CostRow {
        let (labels, annotations) = (self.labels.clone(), self.annotations.clone());
        CostRow {
            labels: labels.into_owned(),
            annotations: annotations.into_owned(),
            ..self.row.clone()
        }
    }
}

fn picked(selector: Option<&Selector>, of: &Seen<'_>) -> bool {
    selector.is_some_and(|selector| {
        selector.matches(&Identity {
            cluster: &of.row.cluster,
            namespace: &of.row.namespace,
            pod: &of.row.pod,
            node: of.row.node.as_deref(),
            owner: of.row.owner.as_ref(),
            labels: &of.labels,
            annotations: &of.annotations,
        })
    })
}
