//! The values of several documents as one.

use std::collections::BTreeMap;

use super::open_cost::concat_shares;
use super::series::{Gather, RequestTotals, SeriesSet};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AccessRecords, BillSet, CatalogEntries, CatalogEntry, ShareInput};
use crate::units::Interval;

/// A value whose parts may come in several documents. Their order decides nothing but the order of a log's records.
pub(super) trait Concat: Sized {
    /// The parts as one, in the order in which one document would give them.
    fn concat(parts: Vec<Self>) -> Result<Self>;
}

impl Concat for SeriesSet {
    /// Series of one metric of one key become one; of several values at one time the largest stays.
    fn concat(parts: Vec<Self>) -> Result<Self> {
        let mut gather = Gather::default();
        let mut requests = BTreeMap::new();
        for part in parts {
            for totals in part.requests {
                let rows: &mut BTreeMap<_, u64> = requests.entry(totals.key).or_default();
                for row in totals.rows {
                    let count = rows.entry(row.start).or_default();
                    *count = count.saturating_add(row.count);
                }
            }
            part.series.into_iter().for_each(|series| gather.add_series(series));
            part.events.into_iter().for_each(|event| gather.add_event(event));
        }
        let (mut set, _) = gather.finish();
        let totals = |(key, rows)| RequestTotals::new(key, rows);
        set.requests = requests.into_iter().map(totals).collect();
        Ok(set)
    }
}

impl Concat for BillSet {
    fn concat(parts: Vec<Self>) -> Result<Self> {
        let mut all = Self::default();
        for (index, part) in parts.into_iter().enumerate() {
            if let Some((first, second)) = all.currency.zip(part.currency)
                && first != second
            {
                let message = format!("{first} and {second} in one bill");
                return Err(Error::new(ErrorKind::CurrencyMismatch, message)
                    .at_path(format!("documents[{index}]"))
                    .detail("first", first.code())
                    .detail("second", second.code())
                    .hint("parse the documents of each currency in a call of their own"));
            }
            all.currency = all.currency.or(part.currency);
            all.lines.extend(part.lines);
            all.period = match (all.period, part.period) {
                (Some(a), Some(b)) => {
                    Some(Interval { start: a.start.min(b.start), end: a.end.max(b.end) })
                }
                (a, b) => a.or(b),
            };
        }
        Ok(Self::new(all.currency, all.lines, all.period))
    }
}

impl Concat for AccessRecords {
    fn concat(parts: Vec<Self>) -> Result<Self> {
        Ok(Self { records: parts.into_iter().flat_map(|part| part.records).collect() })
    }
}

impl Concat for CatalogEntries {
    /// Of two entries for one instance type the later `asOf` stays.
    fn concat(parts: Vec<Self>) -> Result<Self> {
        let mut all: BTreeMap<_, CatalogEntry> = BTreeMap::new();
        let mut list = Self::default();
        for part in parts {
            list.currency = part.currency;
            for entry in part.entries {
                let key = (&entry.provider, &entry.region, &entry.instance_type);
                let key = (key.0.clone(), key.1.clone(), key.2.clone());
                match all.get_mut(&key) {
                    Some(other) if entry > *other => *other = entry,
                    Some(_) => {}
                    None => drop(all.insert(key, entry)),
                }
            }
        }
        list.entries = all.into_values().collect();
        Ok(list)
    }
}

impl Concat for ShareInput {
    /// Rows of one key are added up.
    fn concat(parts: Vec<Self>) -> Result<Self> {
        concat_shares(parts)
    }
}
