//! Effective sample size from hourly batch means.

use super::integrated_time;
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

/// Effective sample size by batch means with integrated autocorrelation (usage.md §5.2): independent samples keep
/// their number, slow ones count hours.
///
/// `hours` ascend; `sum_squares` is the sum of the squares of all their samples in quanta. 0 without an hour.
pub fn batch_means(hours: &[HourSum], sum_squares: u128) -> f64 {
    let n: u64 = hours.iter().map(|h| h.count).sum();
    let observed = hours.len();
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else {
        return 0.0;
    };
    let means: Vec<f64> = hours.iter().map(|h| h.sum as f64 / h.count as f64).collect();
    let mean = means.iter().sum::<f64>() / observed as f64;
    let mut centred = vec![None; (last.hour - first.hour + 1) as usize];
    for (hour, value) in hours.iter().zip(&means) {
        if let Some(slot) = centred.get_mut((hour.hour - first.hour) as usize) {
            *slot = Some(value - mean);
        }
    }
    let between = centred.iter().flatten().map(|d: &f64| d * d).sum::<f64>() / observed as f64;
    let variance = population_variance(n, hours.iter().map(|h| h.sum).sum(), sum_squares);
    if variance == 0.0 || between == 0.0 {
        return n as f64;
    }
    if observed < 8 {
        return n.min(observed as u64) as f64;
    }
    let tau = integrated_time(&centred, between);
    ((observed as f64 / tau) * (variance / between)).clamp(1.0, n as f64)
}

/// `(n·Σq² − (Σq)²) / n²`, the numerator in 256 bits, rounded once.
fn population_variance(n: u64, sum: u128, sum_squares: u128) -> f64 {
    let a = widening_mul(u128::from(n), sum_squares);
    let b = widening_mul(sum, sum);
    let (low, borrow) = a.1.overflowing_sub(b.1);
    let high = a.0.wrapping_sub(b.0).wrapping_sub(u128::from(borrow));
    let n = n as f64;
    (high as f64 * 2f64.powi(128) + low as f64) / n / n
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
        batch_means(&hours, squares)
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
        assert_eq!(batch_means(&[], 0), 0.0);
    }
}
