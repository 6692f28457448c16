//! Hourly request counts per class, kept before any verdict (usage.md §4): a verdict may need the whole window.

use std::collections::BTreeMap;

use super::histogram::overflow;
use super::log_days::{LogDays, hour_ceil};
use super::request_log::{RequestCount, RequestKey, RequestLog};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{MS_PER_HOUR, TimeRange, Timestamp};

/// Classes kept per pod; the rest are counted together.
pub const MAX_REQUEST_KEYS: usize = 2000;
/// One hour of one class as stored: the dispersion is that of the only contribution, else absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestCell {
    pub(super) count: u64,
    /// Bits of the `f64`.
    pub(super) dispersion: Option<u64>,
}

type Hours = BTreeMap<i64, RequestCell>;

/// The requests of one pod. Hours are counted from the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Requests {
    pub(super) classes: BTreeMap<RequestKey, Hours>,
    /// The overflow class.
    pub(super) other: Hours,
    pub(super) log: LogDays,
}

impl Requests {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The state of one contribution.
    pub(super) fn new(rows: &[RequestCount], log: &RequestLog) -> Result<Self> {
        log.validate()?;
        let mut requests = Self::default();
        for (at, row) in rows.iter().enumerate() {
            Timestamp::from_ms(row.start_ms).map_err(|e| e.at_row(at))?;
            row.key.validate().map_err(|e| e.at_row(at))?;
            if row.dispersion.is_some_and(|d| !(d.is_finite() && d >= 0.0)) {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "the dispersion is not a number of at least 0",
                )
                .at_row(at)
                .hint("leave it out where it is unknown"));
            }
            if row.count == 0 {
                continue;
            }
            // −0 and 0 are one value.
            let dispersion = row.dispersion.map(|d| (d + 0.0).to_bits());
            let hour = row.start_ms.div_euclid(MS_PER_HOUR);
            let cell = RequestCell { count: row.count, dispersion };
            if row.key.template == RequestKey::OTHER {
                add(&mut requests.other, hour, RequestCell { dispersion: None, ..cell })?;
            } else {
                add(requests.classes.entry(row.key.clone()).or_default(), hour, cell)?;
            }
        }
        requests.log = LogDays::new(log);
        requests.cut()?;
        Ok(requests)
    }

    /// The error of [`Requests::merge`], if it would give one.
    pub(super) fn check(&self, other: &Self) -> Result<()> {
        let cells = |requests: &Self| -> u128 {
            let hours = requests.classes.values().chain([&requests.other]);
            hours.flat_map(|hours| hours.values()).map(|cell| u128::from(cell.count)).sum()
        };
        // No sum exceeds that of all counts; if even that fits, nothing else needs to be tried.
        if other.is_empty() || u64::try_from(cells(self) + cells(other)).is_ok() {
            return Ok(());
        }
        self.clone().merge(other)
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        for (key, hours) in &other.classes {
            let mine = self.classes.entry(key.clone()).or_default();
            hours.iter().try_for_each(|(hour, cell)| add(mine, *hour, *cell))?;
        }
        other.other.iter().try_for_each(|(hour, cell)| add(&mut self.other, *hour, *cell))?;
        self.log.merge(&other.log);
        self.cut()
    }

    /// Keeps the first 2,000 classes by (priority, hash); any partition of the rows keeps the same ones.
    fn cut(&mut self) -> Result<()> {
        if self.classes.len() <= MAX_REQUEST_KEYS {
            return Ok(());
        }
        let mut ranked: Vec<_> = self.classes.keys().map(|key| (key.rank(), key.clone())).collect();
        ranked.sort_unstable();
        for (_, key) in ranked.drain(MAX_REQUEST_KEYS..) {
            for (hour, cell) in self.classes.remove(&key).unwrap_or_default() {
                add(&mut self.other, hour, RequestCell { dispersion: None, ..cell })?;
            }
        }
        Ok(())
    }

    /// Drops what lies before a day.
    pub(super) fn prune(&mut self, cutoff_day: i32) {
        let first = i64::from(cutoff_day) * 24;
        for hours in self.classes.values_mut() {
            *hours = hours.split_off(&first);
        }
        self.classes.retain(|_, hours| !hours.is_empty());
        self.other = self.other.split_off(&first);
        self.log.prune(cutoff_day);
    }

    /// The rows that start in a range, in order of class and hour, the overflow class last.
    pub(super) fn rows(&self, range: TimeRange) -> Vec<RequestCount> {
        let other = RequestKey::other();
        let classes = self.classes.iter().chain(std::iter::once((&other, &self.other)));
        let (first, end) = (hour_ceil(range.start.0), hour_ceil(range.end.0));
        classes
            .flat_map(|(key, hours)| {
                hours.range(first..end.max(first)).map(|(hour, cell)| RequestCount {
                    key: key.clone(),
                    start_ms: hour * MS_PER_HOUR,
                    count: cell.count,
                    dispersion: cell.dispersion.map(f64::from_bits),
                })
            })
            .collect()
    }

    /// First and last covered or counted hour, as milliseconds.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let hours = self.classes.values().chain([&self.other]).flat_map(|h| h.keys().copied());
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for hour in hours.chain(self.log.span().into_iter().flatten()) {
            (first, last) = (first.min(hour), last.max(hour));
        }
        (first <= last).then(|| (first * MS_PER_HOUR, last * MS_PER_HOUR))
    }
}

/// A second contribution to the same hour ends the knowledge of its dispersion.
fn add(hours: &mut Hours, hour: i64, cell: RequestCell) -> Result<()> {
    match hours.entry(hour) {
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(cell);
        }
        std::collections::btree_map::Entry::Occupied(mut entry) => {
            let mine = entry.get_mut();
            mine.count = mine.count.checked_add(cell.count).ok_or_else(overflow)?;
            mine.dispersion = None;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(template: &str, hour: i64, count: u64) -> RequestCount {
        let key = RequestKey { template: template.into(), ..RequestKey::default() };
        RequestCount { key, start_ms: hour * MS_PER_HOUR, count, dispersion: Some(0.5) }
    }

    fn all() -> TimeRange {
        TimeRange { start: Timestamp(0), end: Timestamp(Timestamp::END_MS) }
    }

    #[test]
    fn dispersion_lives_with_one_contribution_only() {
        let log = RequestLog::default();
        let a = Requests::new(&[row("/a", 1, 5), row("/a", 2, 6)], &log).unwrap();
        let mut both = a.clone();
        both.merge(&Requests::new(&[row("/a", 2, 1)], &log).unwrap()).unwrap();
        let rows = both.rows(all());
        assert_eq!((rows[0].count, rows[0].dispersion), (5, Some(0.5)));
        assert_eq!((rows[1].count, rows[1].dispersion), (7, None));
    }

    /// `check` foresees an overflow, and lets pass what only adds up to one over different classes.
    #[test]
    fn check_foresees_overflow() {
        let log = RequestLog::default();
        let full = Requests::new(&[row("/a", 1, u64::MAX)], &log).unwrap();
        let same = Requests::new(&[row("/a", 1, 1)], &log).unwrap();
        let other = Requests::new(&[row("/b", 1, 1)], &log).unwrap();
        assert_eq!(full.check(&same).unwrap_err().code(), "UPID_OVERFLOW");
        assert!(full.check(&other).is_ok() && other.check(&same).is_ok());
    }

    /// Acceptance 3: any split of 5,000 classes keeps the same 2,000 and the same totals.
    #[test]
    fn survivors_do_not_depend_on_the_partition() {
        let rows: Vec<RequestCount> = (0..5000)
            .map(|i| {
                let mut row = row(&format!("/{i}"), i % 50, 1 + i as u64 % 7);
                row.key.priority = u8::from(i % 10 != 0);
                row
            })
            .collect();
        let log = RequestLog::default();
        let whole = Requests::new(&rows, &log).unwrap();
        assert_eq!(whole.classes.len(), MAX_REQUEST_KEYS);
        assert!(
            rows.iter().filter(|r| r.key.priority == 0).all(|r| whole.classes.contains_key(&r.key))
        );
        for parts in [2, 3, 7] {
            let mut merged = Requests::default();
            for part in 0..parts {
                let some: Vec<_> = rows.iter().skip(part).step_by(parts).cloned().collect();
                merged.merge(&Requests::new(&some, &log).unwrap()).unwrap();
            }
            assert_eq!(merged, whole);
        }
    }
}
