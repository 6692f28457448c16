//! The metronome test: hourly counts too regular for people (idle.md §2).

use super::config::MetronomeConfig;
use super::hours::{HourCount, HourSet};
use crate::stats::special::chi_squared_cdf;

/// From this mean on, the dispersion inside the hours must be low as well.
const DENSE_PER_HOUR: f64 = 120.0;
/// Largest median dispersion of one-minute counts for a dense class.
const MAX_MINUTE_DISPERSION: f64 = 0.5;

/// How regular a class is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cadence {
    /// Mean requests per whole hour between first and last seen.
    pub mean_per_hour: f64,
    /// Variance/mean of the hourly counts.
    pub dispersion: f64,
    /// As regular as a clock.
    pub is_metronome: bool,
}

/// Measures a class; the first and last hour seen are partial and left out, hours the log misses too.
/// `None` below two whole hours or without a request in them.
pub(super) fn measure(
    hours: &[HourCount],
    observed: &HourSet,
    config: &MetronomeConfig,
) -> Option<Cadence> {
    let (first, last) = (hours.first()?.hour, hours.last()?.hour);
    let inner = hours.get(1..hours.len() - 1)?;
    // An hour with requests was observed, whatever the log says about itself.
    let unlisted = inner.iter().filter(|h| !observed.contains(h.hour)).count() as u64;
    let n = observed.count_in(first + 1, last) + unlisted;
    if n < 2 {
        return None;
    }
    let size = n as f64;
    let mean = inner.iter().map(|h| h.count as f64).sum::<f64>() / size;
    if mean <= 0.0 {
        return None;
    }
    let squares: f64 =
        inner.iter().map(|h| (h.count as f64 - mean) * (h.count as f64 - mean)).sum();
    let silent = size - inner.len() as f64;
    let dispersion = (squares + silent * mean * mean) / (size - 1.0) / mean;
    let span = (last - first + 1) as u64;
    let seen = hours.len() as f64 / (size + 2.0);
    let is_metronome = n >= u64::from(config.min_hours)
        && mean >= config.min_mean_per_hour
        && dispersion < config.max_dispersion
        && chi_squared_cdf((size - 1.0) * dispersion, size - 1.0) < config.p_value
        && seen >= config.min_coverage
        && span >= u64::from(config.min_span_hours)
        && !(mean >= DENSE_PER_HOUR && is_bursty_inside(inner));
    Some(Cadence { mean_per_hour: mean, dispersion, is_metronome })
}

/// Whether the minutes inside the hours, where known, are too uneven for a clock.
fn is_bursty_inside(hours: &[HourCount]) -> bool {
    let mut known: Vec<f64> = hours.iter().filter_map(|h| h.dispersion).collect();
    known.sort_unstable_by(f64::total_cmp);
    let count = known.len();
    let pair = (known.get(count.wrapping_sub(1) / 2), known.get(count / 2));
    pair.0
        .zip(pair.1)
        .is_some_and(|(low, high)| f64::midpoint(*low, *high) >= MAX_MINUTE_DISPERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cadence(counts: &[u64], dispersion: Option<f64>) -> Option<Cadence> {
        let mut observed = HourSet::default();
        let mut hours = Vec::new();
        for (hour, count) in (1000..).zip(counts) {
            observed.insert(hour);
            if *count > 0 {
                hours.push(HourCount { hour, count: *count, dispersion });
            }
        }
        measure(&hours, &observed, &MetronomeConfig::default())
    }

    #[test]
    fn the_example() {
        let got = cadence(&[60, 60, 61, 60, 59, 60, 60, 60, 60, 60, 60, 60], None).unwrap();
        assert_eq!((got.mean_per_hour, got.is_metronome), (60.0, true));
        assert!((got.dispersion - 0.003_703_703_703_703_704).abs() < 1e-15);
    }

    #[test]
    fn each_condition_can_fail() {
        let is =
            |counts: &[u64], d: Option<f64>| cadence(counts, d).is_some_and(|c| c.is_metronome);
        assert!(is(&[6; 24], None));
        assert!(!is(&[6; 11], None), "span");
        assert!(!is(&[60, 80, 40, 66, 71, 50, 60, 44, 61, 70, 59, 47, 60], None), "dispersion");
        let mut sparse = [0; 30];
        sparse.iter_mut().step_by(2).for_each(|count| *count = 1);
        assert!(!is(&sparse, None), "mean and coverage");
        assert!(!is(&[360; 24], Some(1.1)), "bursts inside the hour");
        assert!(is(&[360; 24], Some(0.1)));
        assert!(is(&[60; 24], Some(1.1)), "too thin for the inner test");
        assert_eq!(cadence(&[1, 1, 1], None).map(|c| c.is_metronome), None);
    }
}
