//! One metric on one UTC day: every part is an integer, so every part merges to the same bits in any order.

use super::histogram::{Histogram, bucket_index, overflow};
use super::slots::{SLOT_MS, SlotMap};
use super::spec::MetricSpec;
use crate::error::Result;
use crate::units::{MS_PER_DAY, MS_PER_HOUR};

/// Count, sum and extremes of some samples, in quanta; all 0 if there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cell {
    pub(super) count: u64,
    pub(super) sum: u128,
    pub(super) min: u64,
    pub(super) max: u64,
}

impl Cell {
    pub(super) fn insert(&mut self, quanta: u64) -> Result<()> {
        self.merge(&Self { count: 1, sum: u128::from(quanta), min: quanta, max: quanta })
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        if other.count == 0 {
            return Ok(());
        }
        if self.count == 0 {
            *self = *other;
            return Ok(());
        }
        self.count = self.count.checked_add(other.count).ok_or_else(overflow)?;
        self.sum = self.sum.checked_add(other.sum).ok_or_else(overflow)?;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        Ok(())
    }
}

/// The hours of a day and the activity bitmaps, which go together when old detail is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hourly {
    pub(super) hours: [Cell; 24],
    /// One per threshold: the slot holds a sample at or above it.
    pub(super) active: Vec<SlotMap>,
}

/// A metric-day (usage.md §4). Exists only with at least one sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) total: Cell,
    pub(super) sum_squares: u128,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) resets: u32,
    /// Slots with at least one sample.
    pub(super) observed: SlotMap,
    /// `None` if the metric has none, or it was dropped by age.
    pub(super) histogram: Option<Histogram>,
    /// `None` if it was dropped by age.
    pub(super) hourly: Option<Box<Hourly>>,
}

/// The UTC day of a time.
pub(super) fn day_of(ms: i64) -> i32 {
    ms.div_euclid(MS_PER_DAY) as i32
}

/// The first millisecond of a UTC day.
pub(super) fn day_start(day: i32) -> i64 {
    i64::from(day) * MS_PER_DAY
}

impl Day {
    /// A day without samples, to be filled at once.
    pub(super) fn empty(thresholds: usize, histogram: bool) -> Self {
        let active = vec![SlotMap::default(); thresholds];
        Self {
            total: Cell::default(),
            sum_squares: 0,
            first_ms: i64::MAX,
            last_ms: i64::MIN,
            resets: 0,
            observed: SlotMap::default(),
            histogram: histogram.then(Histogram::default),
            hourly: Some(Box::new(Hourly { hours: [Cell::default(); 24], active })),
        }
    }

    /// A day with one sample.
    pub(super) fn of_sample(ms: i64, quanta: u64, resets: u32, spec: &MetricSpec) -> Result<Self> {
        let thresholds = spec.threshold_quanta();
        let mut day = Self::empty(thresholds.len(), spec.histogram);
        let in_day = ms.rem_euclid(MS_PER_DAY);
        let slot = (in_day / SLOT_MS) as usize;
        day.total.insert(quanta)?;
        day.sum_squares = u128::from(quanta) * u128::from(quanta);
        (day.first_ms, day.last_ms, day.resets) = (ms, ms, resets);
        day.observed.set(slot);
        if let Some(histogram) = &mut day.histogram {
            histogram.push(bucket_index(quanta), 1);
        }
        if let Some(hourly) = &mut day.hourly {
            if let Some(hour) = hourly.hours.get_mut((in_day / MS_PER_HOUR) as usize) {
                hour.insert(quanta)?;
            }
            for (map, threshold) in hourly.active.iter_mut().zip(&thresholds) {
                if quanta >= *threshold {
                    map.set(slot);
                }
            }
        }
        Ok(day)
    }

    /// `UPID_OVERFLOW` where [`Day::merge`] would not fit: no hour or bucket holds more than its day.
    pub(super) fn check(&self, other: &Self) -> Result<()> {
        { self.total }.merge(&other.total)?;
        self.sum_squares.checked_add(other.sum_squares).ok_or_else(overflow)?;
        self.resets.checked_add(other.resets).ok_or_else(overflow)?;
        Ok(())
    }

    /// Adds the same day of another part.
    ///
    /// Detail that one side has dropped by age is absent from the merge: half a histogram would be a lie.
    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        self.total.merge(&other.total)?;
        self.sum_squares = self.sum_squares.checked_add(other.sum_squares).ok_or_else(overflow)?;
        self.resets = self.resets.checked_add(other.resets).ok_or_else(overflow)?;
        self.first_ms = self.first_ms.min(other.first_ms);
        self.last_ms = self.last_ms.max(other.last_ms);
        self.observed.merge(&other.observed);
        match (&mut self.histogram, &other.histogram) {
            (Some(mine), Some(theirs)) => mine.merge(theirs)?,
            (mine, _) => *mine = None,
        }
        match (&mut self.hourly, &other.hourly) {
            (Some(mine), Some(theirs)) => {
                for (a, b) in mine.hours.iter_mut().zip(&theirs.hours) {
                    a.merge(b)?;
                }
                for (a, b) in mine.active.iter_mut().zip(&theirs.active) {
                    a.merge(b);
                }
            }
            (mine, _) => *mine = None,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::metric::MetricId;
    use super::*;

    /// `check` foresees every overflow of `merge`, and nothing else.
    #[test]
    fn check_foresees_overflow() {
        let spec = MetricSpec::new(MetricId::CPU_CORES);
        let one = || Day::of_sample(0, 5, 1, &spec).unwrap();
        assert!(one().check(&one()).is_ok() && one().merge(&one()).is_ok());
        let full: [fn(&mut Day); 4] = [
            |day| day.total.count = u64::MAX,
            |day| day.total.sum = u128::MAX,
            |day| day.sum_squares = u128::MAX,
            |day| day.resets = u32::MAX,
        ];
        for fill in full {
            let mut day = one();
            fill(&mut day);
            assert_eq!(day.check(&one()).unwrap_err().code(), "UPID_OVERFLOW");
            assert_eq!(one().check(&day), day.clone().merge(&one()));
        }
    }
}
