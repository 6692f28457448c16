//! Effective sample size from hourly batch means.

use super::integrated_time_at;
use crate::units::widening_mul;

/// One observed hour: exact count and sum of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HourSum {
    /// Hours since 1970-01-01T00:00:00Z.
    pub hour: i64,
    /// Samples, at least 1.
    pub count: u64,
    /// Their sum in quanta.
    pub sum: u128,
}

/// An effective sample size from hours, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BatchMeans {
    /// Samples.
    pub n: u64,
    /// As many independent samples carry the same information; 1..n.
    pub n_eff: f64,
    /// Observed hours.
    pub hours: u64,
    /// Integrated autocorrelation time of the hourly means, at least 1.
    pub tau: f64,
    /// Fewer than 8 hours: each counts once.
    pub hours_only: bool,
}

/// Effective sample size by batch means with integrated autocorrelation (usage.md §5.2): independent samples keep
/// their number, slow ones count hours.
///
/// `hours` ascend; `sum_squares` is the sum of the squares of all their samples in quanta. `None` without an hour.
pub fn batch_means(hours: &[HourSum], sum_squares: u128) -> Option<BatchMeans> {
    hours.first()?;
    let n = hours.iter().fold(0u64, |n, hour| n.saturating_add(hour.count));
    let observed = hours.len() as u64;
    let means: Vec<f64> = hours.iter().map(|h| h.sum as f64 / h.count as f64).collect();
    // The rounded mean of equal means would differ from each of them.
    let equal = means.windows(2).all(|pair| pair[0] == pair[1]);
    let mean = match means.first() {
        Some(first) if equal => *first,
        _ => means.iter().sum::<f64>() / observed as f64,
    };
    let centred: Vec<(i64, f64)> =
        hours.iter().zip(&means).map(|(h, value)| (h.hour, value - mean)).collect();
    let between = centred.iter().map(|(_, d)| d * d).sum::<f64>() / observed as f64;
    let within = variance_of_sums(n, hours.iter().map(|h| h.sum).sum(), sum_squares);
    let result = |n_eff: f64, tau: f64, hours_only: bool| {
        Some(BatchMeans { n, n_eff, hours: observed, tau, hours_only })
    };
    if within == 0.0 || between == 0.0 {
        return result(n as f64, 1.0, false);
    }
    if observed < 8 {
        return result(n.min(observed) as f64, 1.0, true);
    }
    let tau = integrated_time_at(&centred, between);
    let n_eff = ((observed as f64 / tau) * (within / between)).clamp(1.0, n as f64);
    result(n_eff, tau, false)
}

/// Population variance `(n·Σq² − (Σq)²) / n²`, the numerator in 256 bits, rounded once.
pub(crate) fn variance_of_sums(n: u64, sum: u128, squares: u128) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let a = widening_mul(u128::from(n), squares);
    let b = widening_mul(sum, sum);
    let (low, borrow) = a.1.overflowing_sub(b.1);
    let high = a.0.wrapping_sub(b.0).wrapping_sub(u128::from(borrow));
    let numerator = high as f64 * 2f64.powi(128) + low as f64;
    let n = n as f64;
    numerator / n / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(values: &[u64], per_hour: usize) -> (Vec<HourSum>, u128) {
        let hours = values.chunks(per_hour).enumerate().map(|(hour, chunk)| HourSum {
            hour: hour as i64,
            count: chunk.len() as u64,
            sum: chunk.iter().map(|v| u128::from(*v)).sum(),
        });
        (hours.collect(), values.iter().map(|v| u128::from(*v).pow(2)).sum())
    }

    fn size(values: &[u64], per_hour: usize) -> f64 {
        let (hours, squares) = hours(values, per_hour);
        batch_means(&hours, squares).map_or(0.0, |found| found.n_eff)
    }

    /// Usage.md §5.2.
    #[test]
    fn published_sizes() {
        let daily: Vec<u64> = (0..96).map(|h| h % 24).collect();
        assert!((size(&daily, 1) - 66.980_130_44).abs() < 1e-8);
        let fast: Vec<u64> = (0..1152).map(|i| 37 * i % 101 * 10_000).collect();
        assert_eq!(size(&fast, 12), 1152.0);
        let slow: Vec<u64> = (0..1152u64)
            .map(|i| {
                let value = (37 * i % 101) as f64 / 100.0 + (i / 12 % 24) as f64 / 24.0;
                (value * 1e6).round_ties_even() as u64
            })
            .collect();
        assert!((size(&slow, 12) - 131.957_532_8).abs() < 1e-7);
    }

    #[test]
    fn constant_short_and_empty() {
        assert_eq!(size(&[7; 50], 1), 50.0);
        assert_eq!(size(&[1, 2], 1), 2.0);
        assert_eq!(size(&[1, 2, 3, 5], 2), 2.0);
        assert_eq!(batch_means(&[], 0), None);
    }
}
