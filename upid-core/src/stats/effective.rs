//! Effective sample size of an autocorrelated series.

/// The effective size of a sample and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EffectiveSampleSize {
    /// Values counted.
    pub n: u64,
    /// As many independent values carry the same information about the mean; 1..n.
    pub n_eff: f64,
    /// Integrated autocorrelation time, at least 1.
    pub tau: f64,
}

/// The integrated autocorrelation time `τ = 1 + 2 Σ r_k` with Sokal's window, at least 1.
///
/// `centred` holds one deviation from the mean per step, `None` where the step is missing; `variance` is their
/// mean square. See [`integrated_time_at`].
pub fn integrated_time(centred: &[Option<f64>], variance: f64) -> f64 {
    let step = |(at, d): (usize, &Option<f64>)| d.map(|d| (at as i64, d));
    let points: Vec<(i64, f64)> = centred.iter().enumerate().filter_map(step).collect();
    integrated_time_at(&points, variance)
}

/// [`integrated_time`] of `(step, deviation)` pairs in ascending order of the step: its cost depends on the
/// steps that exist, not on the holes between them.
///
/// The sum stops after the first `k ≥ 5τ`, at a quarter of the span from first to last step, or before the first
/// lag without a pair. Source: Sokal (1997), usage.md §5.2.
pub fn integrated_time_at(points: &[(i64, f64)], variance: f64) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return 1.0 };
    if variance <= 0.0 {
        return 1.0;
    }
    let scale = points.len() as f64 * variance;
    let mut tau = 1.0;
    for lag in 1..(last.0 - first.0 + 1) / 4 {
        let (mut sum, mut pairs) = (0.0, 0u64);
        let mut later = points.iter().peekable();
        for (at, a) in points {
            while later.next_if(|(step, _)| *step < at + lag).is_some() {}
            match later.peek() {
                Some((step, b)) if *step == at + lag => {
                    sum += a * b;
                    pairs += 1;
                }
                Some(_) => {}
                None => break,
            }
        }
        if pairs == 0 {
            break;
        }
        tau += 2.0 * (sum / scale);
        if lag as f64 >= 5.0 * tau {
            break;
        }
    }
    tau.max(1.0)
}

/// Effective sample size from sample-level autocorrelation: `n / τ`, within 1..n. NaN is a missing step.
///
/// The summary-based twin works on hourly batch means (`usage`); this one is for whoever holds evenly spaced samples.
pub fn effective_sample_size(values: &[f64]) -> EffectiveSampleSize {
    let n = values.iter().filter(|v| !v.is_nan()).count();
    // From the first value, so that equal values have no variance.
    let level = values.iter().copied().find(|v| !v.is_nan()).unwrap_or_default();
    let mut centred: Vec<Option<f64>> =
        values.iter().map(|v| (!v.is_nan()).then_some(v - level)).collect();
    let mean = centred.iter().flatten().sum::<f64>() / n.max(1) as f64;
    centred.iter_mut().flatten().for_each(|d| *d -= mean);
    let variance = centred.iter().flatten().map(|d| d * d).sum::<f64>() / n.max(1) as f64;
    let tau = integrated_time(&centred, variance);
    let n_eff = if n == 0 { 0.0 } else { (n as f64 / tau).clamp(1.0, n as f64) };
    EffectiveSampleSize { n: n as u64, n_eff, tau }
}

/// Pearson correlation of pairs of neighbours; `None` if they do not vary. A `level` near the values keeps the sums small.
#[allow(clippy::many_single_char_names)] // The sums of the formula.
pub(crate) fn lag1(level: f64, pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - level, b - level);
        n += 1.0;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    let (vx, vy) = (n * xx - x * x, n * yy - y * y);
    (vx > 0.0 && vy > 0.0).then(|| ((n * xy - x * y) / (vx * vy).sqrt()).clamp(-1.0, 1.0))
}

/// How many independent samples n correlated ones are worth, as an AR(1) series: n(1−ρ₁)/(1+ρ₁).
///
/// A constant series (`lag1` is `None`) keeps n; a negative ρ₁ counts as 0.
pub fn effective_samples(n: u64, lag1: Option<f64>) -> f64 {
    let rho = lag1.unwrap_or(0.0).clamp(0.0, 1.0);
    n as f64 * (1.0 - rho) / (1.0 + rho)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_samples_of_correlated_hours() {
        assert_eq!(effective_samples(336, Some(0.6)), 84.0);
        assert_eq!(effective_samples(336, Some(-0.6)), 336.0);
        assert_eq!(effective_samples(336, None), 336.0);
    }

    #[test]
    fn constant_and_alternating_keep_n_and_slow_series_lose() {
        assert_eq!(effective_sample_size(&[3.0; 100]).n_eff, 100.0);
        for level in [0.1, 0.3, 0.7] {
            assert_eq!(effective_sample_size(&[level; 100]).n_eff, 100.0);
        }
        let alternating: Vec<f64> = (0..100).map(|i| f64::from(i % 2)).collect();
        assert_eq!(effective_sample_size(&alternating).n_eff, 100.0);
        let slow: Vec<f64> = (0..1000).map(|i| f64::from(i / 200 % 2)).collect();
        assert!(effective_sample_size(&slow).n_eff < 100.0);
        assert_eq!(effective_sample_size(&[f64::NAN]).n_eff, 0.0);
    }
}
