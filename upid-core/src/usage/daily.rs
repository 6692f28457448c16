//! One metric of one key day by day, for modules that replay history.

use super::day::Day;
use super::histogram::bucket_middle;
use super::key::UsageKey;
use super::metric::MetricId;
use super::spec::MetricSpec;
use super::store::Usage;
use crate::error::Result;
use crate::stats::HourSum;

/// A metric on one UTC day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayState {
    /// Days since 1970-01-01.
    pub(crate) day: i64,
    /// Values in the metric's unit with their counts, ascending: exact minimum and maximum, bucket middles between.
    pub(crate) counts: Vec<(f64, u64)>,
    /// Observed hours, ascending.
    pub(crate) hours: Vec<HourSum>,
    /// Sum of squares in quanta.
    pub(crate) sum_squares: u128,
}

impl Usage {
    /// The days of `days` (since 1970-01-01) whose detail is kept; empty without the key or the metric.
    pub(crate) fn days_of(
        &self,
        key: &UsageKey,
        metric: MetricId,
        days: std::ops::Range<i64>,
    ) -> Result<Vec<DayState>> {
        let Some(summary) = self.get(key) else { return Ok(Vec::new()) };
        let Some(part) = self.part(summary, metric)? else { return Ok(Vec::new()) };
        let spec = self.spec.get(metric)?;
        let kept = part.days.iter().filter(|(day, _)| days.contains(&i64::from(**day)));
        Ok(kept.filter_map(|(day, state)| DayState::of(*day, state, spec)).collect())
    }
}

impl DayState {
    fn of(day: i32, state: &Day, spec: &MetricSpec) -> Option<Self> {
        let (histogram, hourly) = (state.histogram.as_ref()?, state.hourly.as_ref()?);
        let (min, max) = (state.total.min as f64, state.total.max as f64);
        let mut counts: Vec<(f64, u64)> = histogram
            .iter()
            .map(|(index, count)| (bucket_middle(index).clamp(min, max), count))
            .collect();
        // The extremes are known exactly; they are one sample each of the outer buckets.
        if let Some(first) = counts.first_mut() {
            first.1 -= 1;
            counts.insert(0, (min, 1));
        }
        if state.total.count > 1
            && let Some(last) = counts.last_mut()
        {
            last.1 -= 1;
            counts.push((max, 1));
        }
        counts.retain(|(_, count)| *count > 0);
        for (value, _) in &mut counts {
            *value = spec.units(*value);
        }
        let hours = hourly.hours.iter().enumerate().filter(|(_, cell)| cell.count > 0);
        let hours = hours
            .map(|(at, cell)| HourSum {
                hour: i64::from(day) * 24 + at as i64,
                count: cell.count,
                sum: cell.sum,
            })
            .collect();
        Some(Self { day: i64::from(day), counts, hours, sum_squares: state.sum_squares })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, IngestOptions};
    use super::*;

    #[test]
    fn extremes_are_exact_and_counts_add_up() {
        let (mut usage, key) = (Usage::default(), UsageKey::new("shop", "web-0", "app"));
        let values = [0.7, 0.100_001, 0.5, 0.500_001, 0.900_001];
        let columns = Columns::regular(1_700_006_400_000, 300_000, &values);
        usage.add_series(&key, MetricId::CPU_CORES, &columns, &IngestOptions::default()).unwrap();
        let days = usage.days_of(&key, MetricId::CPU_CORES, 0..100_000).unwrap();
        let [day] = &days[..] else { panic!("{days:?}") };
        assert_eq!(day.counts.iter().map(|c| c.1).sum::<u64>(), 5);
        assert_eq!(day.counts.first(), Some(&(0.100_001, 1)));
        assert_eq!(day.counts.last(), Some(&(0.900_001, 1)));
        assert!(day.counts.is_sorted_by(|a, b| a.0 <= b.0));
        assert_eq!((day.hours.len(), day.hours[0].count), (1, 5));
        assert!(usage.days_of(&key, MetricId::CPU_CORES, 0..5).unwrap().is_empty());
    }
}
