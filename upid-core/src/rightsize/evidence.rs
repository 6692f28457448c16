//! How much the data can say: the effective sample size and an honest upper bound of a quantile.

use serde::{Deserialize, Serialize};

use super::history::History;
use crate::stats::{float, integrated_time};

/// One observed hour: exact count and sum of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hour {
    /// Hours since 1970-01-01.
    pub(super) hour: i64,
    /// Samples.
    pub(super) count: u64,
    /// Their sum in quanta.
    pub(super) sum: u128,
}

/// Batch means with integrated autocorrelation (usage.md §5.2): independent samples keep their number, slow ones
/// count hours. `sum_squares` is that of all samples in quanta.
pub(super) fn effective_size(hours: &[Hour], sum_squares: u128) -> f64 {
    let n: u64 = hours.iter().map(|h| h.count).sum();
    let observed = hours.len();
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else {
        return 0.0;
    };
    if observed < 8 {
        return (observed as f64).min(n as f64);
    }
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
    if variance <= 0.0 || between <= 0.0 {
        return n as f64;
    }
    let tau = integrated_time(&centred, between);
    (observed as f64 / tau * (variance / between)).clamp(1.0, n as f64)
}

/// `(n Σq² − (Σq)²) / n²` with exact integers where they fit.
fn population_variance(n: u64, sum: u128, sum_squares: u128) -> f64 {
    let squared = (n as f64) * (n as f64);
    let exact = sum_squares.checked_mul(u128::from(n)).zip(sum.checked_mul(sum));
    match exact {
        Some((a, b)) => a.saturating_sub(b) as f64 / squared,
        None => {
            let mean = sum as f64 / n as f64;
            (sum_squares as f64 / n as f64 - mean * mean).max(0.0)
        }
    }
}

/// An upper confidence bound of a quantile, or how much more data one needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpperBound {
    /// The bound: the true quantile lies at or below it with the asked confidence; null if there is none.
    pub value: Option<f64>,
    /// Its rank among the samples, from 1; null if there is none.
    pub rank: Option<u64>,
    /// Samples.
    pub n: u64,
    /// Effective sample size.
    pub n_eff: f64,
    /// Whether the data can bound the quantile at all.
    pub exists: bool,
    /// Independent samples that a bound needs: `ln α ÷ ln q`, rounded up.
    pub need: u64,
}

/// Independent samples without which the maximum does not bound the `q` quantile at confidence 1 − `alpha`.
///
/// `(0.95, 0.05)` needs 59: the maximum of 59 draws lies above the 95 % quantile with probability 95 %.
pub fn needed_samples(q: f64, alpha: f64) -> u64 {
    let need = float::ln(alpha) / float::ln(q);
    let nearest = need.round_ties_even();
    // A quotient that is a whole number up to rounding is that number.
    (if (need - nearest).abs() <= 1e-9 * nearest { nearest } else { need.ceil() }) as u64
}

/// The smallest rank `u` of `m` independent samples with `P(Bin(m, q) ≤ u − 1) ≥ 1 − alpha`; `None` if the
/// maximum is not enough (order statistics, e.g. Conover 1999, §3.2).
pub fn bound_rank(m: u64, q: f64, alpha: f64) -> Option<u64> {
    if m < needed_samples(q, alpha) {
        return None;
    }
    // P(X ≥ u) ≤ α, summed from the thin end, where only the terms within 12 standard deviations count.
    let (size, fail) = (m as f64, 1.0 - q);
    let deviation = float::sqrt(size * q * fail);
    let mut k = (size * q + 12.0 * deviation + 50.0).min(size).floor() as u64;
    let term = |k: u64| {
        let (k, rest) = (k as f64, (m - k) as f64);
        let choose =
            float::ln_gamma(size + 1.0) - float::ln_gamma(k + 1.0) - float::ln_gamma(rest + 1.0);
        float::exp(choose + k * float::ln(q) + rest * float::ln(fail))
    };
    let mut probability = term(k);
    while probability == 0.0 && k > 0 {
        k -= 1;
        probability = term(k);
    }
    let mut tail = 0.0;
    loop {
        tail += probability;
        if tail > alpha || k == 0 {
            break;
        }
        // P(X = k − 1) from P(X = k).
        probability *= k as f64 * fail / ((m - k + 1) as f64 * q);
        k -= 1;
    }
    (k < m).then_some(k + 1)
}

impl History {
    /// The upper bound of the `q` quantile at confidence 1 − `alpha`, both within (0, 1).
    pub(super) fn upper_bound(&self, q: f64, alpha: f64, n_eff: f64) -> UpperBound {
        let (n, m) = (self.n(), n_eff.floor() as u64);
        let rank = bound_rank(m, q, alpha).map(|u| {
            let scaled = (u128::from(u) * u128::from(n)).div_ceil(u128::from(m.max(1)));
            u64::try_from(scaled).unwrap_or(n).min(n)
        });
        UpperBound {
            value: rank.and_then(|rank| self.all.at_rank(rank)),
            rank,
            n,
            n_eff,
            exists: rank.is_some(),
            need: needed_samples(q, alpha),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::history::Day;
    use super::*;
    use crate::units::MS_PER_HOUR;

    /// Rightsizing.md §2.
    #[test]
    fn published_ranks() {
        for (m, q, u) in [
            (29, 0.9, 29),
            (59, 0.95, 59),
            (100, 0.9, 96),
            (100, 0.95, 99),
            (200, 0.95, 196),
            (500, 0.95, 484),
            (1000, 0.95, 962),
            (2016, 0.95, 1932),
            (1000, 0.5, 527),
        ] {
            assert_eq!(bound_rank(m, q, 0.05), Some(u), "{m} {q}");
        }
        assert_eq!(bound_rank(58, 0.95, 0.05), None);
    }

    /// Rightsizing.md §2.
    #[test]
    fn published_needs() {
        for (q, alpha, need) in [
            (0.90, 0.05, 29),
            (0.95, 0.05, 59),
            (0.95, 0.01, 90),
            (0.95, 0.30, 24),
            (0.99, 0.05, 299),
            (0.999, 0.05, 2995),
        ] {
            assert_eq!(needed_samples(q, alpha), need, "{q} {alpha}");
        }
    }

    fn history(values: &[f64], step_ms: i64) -> History {
        let samples: Vec<_> =
            values.iter().enumerate().map(|(i, &v)| (i as i64 * step_ms, v)).collect();
        let mut history = History::default();
        history.grow(&Day::from_samples(&samples, 1e-6));
        history
    }

    /// Usage.md §5.2.
    #[test]
    fn published_effective_sizes() {
        let hourly: Vec<f64> = (0..96).map(|h| f64::from(h % 24)).collect();
        assert!((history(&hourly, MS_PER_HOUR).effective() - 66.980_130_44).abs() < 1e-8);
        let fast: Vec<f64> = (0..1152).map(|i| f64::from(37 * i % 101) / 100.0).collect();
        assert_eq!(history(&fast, 300_000).effective(), 1152.0);
        let slow: Vec<f64> =
            fast.iter().enumerate().map(|(i, v)| v + ((i / 12) % 24) as f64 / 24.0).collect();
        assert!((history(&slow, 300_000).effective() - 131.957_532_8).abs() < 1e-7);
        assert_eq!(history(&[1.0; 50], MS_PER_HOUR).effective(), 50.0);
        assert_eq!(history(&[1.0, 2.0], MS_PER_HOUR).effective(), 2.0);
    }

    #[test]
    fn a_bound_needs_independent_samples() {
        let values: Vec<f64> = (0..1152).map(|i| f64::from(37 * i % 101) / 100.0).collect();
        let bound = history(&values, 300_000).upper_bound(0.95, 0.05, 1152.0);
        assert!(bound.exists && bound.value >= Some(0.95));
        let none = history(&values, 300_000).upper_bound(0.95, 0.05, 40.0);
        assert_eq!((none.exists, none.value, none.need), (false, None, 59));
    }

    proptest! {
        #[test]
        fn ranks_grow_with_q_and_confidence(m in 300u64..3000, q in 0.5f64..0.98, alpha in 0.02f64..0.5) {
            let rank = |q, alpha| bound_rank(m, q, alpha).unwrap_or(u64::MAX);
            prop_assert!(rank(q, alpha) <= rank(q + 0.01, alpha));
            prop_assert!(rank(q, alpha) <= rank(q, alpha / 2.0));
            prop_assert!(rank(q, alpha) as f64 >= q * m as f64 - 1.0 || alpha > 0.4);
        }
    }
}
