//! What one resource of one container used, by UTC day and hour.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::samples::Sorted;
use crate::stats::{HourSum, batch_means};
use crate::units::{MS_PER_DAY, MS_PER_HOUR};
use crate::usage::DayState;

/// One UTC day.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Day {
    /// Days since 1970-01-01.
    pub(super) number: i64,
    /// Its samples.
    pub(super) samples: Sorted,
    /// Its observed hours, ascending.
    pub(super) hours: Vec<HourSum>,
    /// Sum of the squares of its samples in quanta.
    pub(super) sum_squares: u128,
}

impl From<DayState> for Day {
    fn from(state: DayState) -> Self {
        Self {
            number: state.day,
            samples: Sorted::from_counts(state.counts),
            hours: state.hours,
            sum_squares: state.sum_squares,
        }
    }
}

impl Day {
    /// The days of samples in time order; values finite and at least 0, `quantum` the unit of exact sums.
    pub(super) fn from_samples(samples: &[(i64, f64)], quantum: f64) -> Vec<Rc<Self>> {
        let mut days = Vec::new();
        for chunk in
            samples.chunk_by(|a, b| a.0.div_euclid(MS_PER_DAY) == b.0.div_euclid(MS_PER_DAY))
        {
            let mut day = Self { number: chunk[0].0.div_euclid(MS_PER_DAY), ..Self::default() };
            for &(time, value) in chunk {
                let quanta = (value / quantum).round_ties_even() as u64;
                let hour = time.div_euclid(MS_PER_HOUR);
                match day.hours.last_mut() {
                    Some(last) if last.hour == hour => {
                        last.count += 1;
                        last.sum += u128::from(quanta);
                    }
                    _ => day.hours.push(HourSum { hour, count: 1, sum: u128::from(quanta) }),
                }
                day.sum_squares += u128::from(quanta) * u128::from(quanta);
            }
            day.samples = Sorted::from_values(chunk.iter().map(|s| s.1).collect());
            days.push(Rc::new(day));
        }
        days
    }

    /// The days of several pods as those of one, ascending.
    pub(super) fn pooled(days: impl IntoIterator<Item = Rc<Self>>) -> Vec<Rc<Self>> {
        let mut by_number: BTreeMap<i64, Vec<Rc<Self>>> = BTreeMap::new();
        for day in days {
            by_number.entry(day.number).or_default().push(day);
        }
        by_number
            .into_values()
            .map(|days| match &days[..] {
                [only] => Rc::clone(only),
                _ => Rc::new(Self::together(&days)),
            })
            .collect()
    }

    fn together(days: &[Rc<Self>]) -> Self {
        let mut hours: Vec<HourSum> = days.iter().flat_map(|day| &day.hours).copied().collect();
        hours.sort_by_key(|hour| hour.hour);
        hours.dedup_by(|theirs, mine| {
            let same = theirs.hour == mine.hour;
            if same {
                mine.count += theirs.count;
                mine.sum += theirs.sum;
            }
            same
        });
        Self {
            number: days.first().map_or(0, |day| day.number),
            samples: Sorted::union(&days.iter().map(|day| &day.samples).collect::<Vec<_>>()),
            hours,
            sum_squares: days.iter().map(|day| day.sum_squares).sum(),
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.samples = self.samples.merge(&other.samples);
        self.sum_squares += other.sum_squares;
        for theirs in &other.hours {
            match self.hours.binary_search_by_key(&theirs.hour, |h| h.hour) {
                Ok(at) => {
                    self.hours[at].count += theirs.count;
                    self.hours[at].sum += theirs.sum;
                }
                Err(at) => self.hours.insert(at, *theirs),
            }
        }
    }
}

/// A history that grows day by day.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct History {
    /// Observed days, ascending; the pods' days are those of the source and of the workload, too.
    pub(super) days: Vec<Rc<Day>>,
    /// All samples.
    pub(super) all: Sorted,
    /// Of the present days, once asked for.
    effective: OnceCell<f64>,
}

impl History {
    /// Adds days, or parts of days, that are not before the last.
    pub(super) fn grow(&mut self, days: Vec<Rc<Day>>) {
        let fresh: Vec<&Sorted> = days.iter().map(|day| &day.samples).collect();
        self.all = self.all.merge(&Sorted::union(&fresh));
        self.effective.take();
        for day in days {
            match self.days.binary_search_by_key(&day.number, |d| d.number) {
                Ok(at) => Rc::make_mut(&mut self.days[at]).absorb(&day),
                Err(at) => self.days.insert(at, day),
            }
        }
    }

    /// Number of samples.
    pub(super) fn n(&self) -> u64 {
        self.all.n()
    }

    /// Highest sample.
    pub(super) fn peak(&self) -> Option<f64> {
        self.all.max()
    }

    /// Observed hours.
    pub(super) fn hours(&self) -> impl Iterator<Item = &HourSum> {
        self.days.iter().flat_map(|day| &day.hours)
    }

    /// Number of observed hours.
    pub(super) fn observed_hours(&self) -> usize {
        self.days.iter().map(|day| day.hours.len()).sum()
    }

    /// Effective sample size (usage.md §5.2).
    pub(super) fn effective(&self) -> f64 {
        *self.effective.get_or_init(|| {
            let hours: Vec<HourSum> = self.hours().copied().collect();
            let sum_squares = self.days.iter().map(|day| day.sum_squares).sum();
            batch_means(&hours, sum_squares).map_or(0.0, |found| found.n_eff)
        })
    }

    /// Days between the first and the last observed hour, both included.
    pub(super) fn span_days(&self) -> f64 {
        let first = self.days.first().and_then(|d| d.hours.first());
        let last = self.days.last().and_then(|d| d.hours.last());
        match (first, last) {
            (Some(first), Some(last)) => (last.hour - first.hour + 1) as f64 / 24.0,
            _ => 0.0,
        }
    }

    /// The highest of the days' type-7 quantiles, over days with at least `least` samples.
    pub(super) fn highest_daily(&self, q: f64, least: u64) -> Option<f64> {
        let days = self.days.iter().filter(|day| day.samples.n() >= least);
        days.filter_map(|day| day.samples.linear(q)).max_by(f64::total_cmp)
    }

    /// The smallest sample at or below which a share `q` of the weight lies, where the weight of a day halves
    /// every `half_life_hours` before the newest day.
    pub(super) fn decayed(&self, q: f64, half_life_hours: f64) -> Option<f64> {
        let newest = self.days.last()?.number;
        let weights: Vec<f64> = self
            .days
            .iter()
            .map(|d| {
                crate::stats::float::exp2(-24.0 * (newest - d.number) as f64 / half_life_hours)
            })
            .collect();
        let weight_at_most = |value: f64| -> f64 {
            let days = self.days.iter().zip(&weights);
            days.map(|(day, w)| w * day.samples.at_most(value) as f64).sum()
        };
        let wanted = q * weight_at_most(self.peak()?);
        // The weight at or below a value never falls with it, so the smallest rank is found by bisection.
        let (mut low, mut high) = (1, self.n());
        while low < high {
            let middle = low + (high - low) / 2;
            if weight_at_most(self.all.at_rank(middle)?) >= wanted {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        self.all.at_rank(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly(values: &[f64]) -> Vec<(i64, f64)> {
        values.iter().enumerate().map(|(i, &v)| (i as i64 * MS_PER_HOUR, v)).collect()
    }

    #[test]
    fn growing_in_pieces_equals_growing_at_once() {
        let samples = hourly(&(0..100).map(|i| f64::from(i * 37 % 101)).collect::<Vec<_>>());
        let mut whole = History::default();
        whole.grow(Day::from_samples(&samples, 1e-6));
        for cut in [1, 24, 30, 99] {
            let mut parts = History::default();
            parts.grow(Day::from_samples(&samples[..cut], 1e-6));
            parts.grow(Day::from_samples(&samples[cut..], 1e-6));
            assert_eq!(parts, whole);
        }
        assert_eq!(whole.span_days(), 100.0 / 24.0);
    }

    #[test]
    fn decay_halves_older_days() {
        // Day 0: ten samples of 4; day 1: ten of 1. Half-life 24 h: weights 1/2 and 1.
        let mut samples: Vec<_> = (0..10).map(|i| (i * MS_PER_HOUR, 4.0)).collect();
        samples.extend((0..10).map(|i| (MS_PER_DAY + i * MS_PER_HOUR, 1.0)));
        let mut history = History::default();
        history.grow(Day::from_samples(&samples, 1e-6));
        assert_eq!(history.decayed(0.66, 24.0), Some(1.0));
        assert_eq!(history.decayed(0.67, 24.0), Some(4.0));
        assert_eq!(history.highest_daily(0.5, 6), Some(4.0));
        assert_eq!(history.highest_daily(0.5, 11), None);
    }
}
