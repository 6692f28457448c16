//! How much the data can say: the effective sample size and an honest upper bound of a quantile.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::history::{Day, History};
use super::policy::inside;
use super::samples::Sorted;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::{self, float};
use crate::usage::{KeySelector, MetricId, Usage};

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

/// Input of `rightsize.upperBound`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpperBoundInput {
    /// Evenly spaced values in time order; null is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Option<f64>>>,
    /// Keys of the Usage of the call, instead of values: their samples are pooled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<KeySelector>,
    /// Metric of the Usage. Default `CpuCores`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<MetricId>,
    /// The quantile, above 0 and below 1.
    pub q: f64,
    /// One minus the confidence, above 0 and below 1.
    pub alpha: f64,
}

impl UpperBoundInput {
    /// Runs `rightsize.upperBound`. Values have the effective size of [`stats::effective_sample_size`], a Usage
    /// that of its hourly batch means.
    ///
    /// # Errors
    /// `UPID_EMPTY_SERIES`; `UPID_INVALID_CONFIG` for `q` or `alpha`; `UPID_INVALID_VALUE` for both inputs or an
    /// infinite value; `UPID_MISSING_FIELD` for neither.
    pub fn run(&self, usage: Option<&Usage>) -> Result<UpperBound> {
        inside("q", self.q, 0.0, 1.0)?;
        inside("alpha", self.alpha, 0.0, 1.0)?;
        let (history, n_eff) = match (&self.values, &self.selector) {
            (Some(values), None) => of_values(values)?,
            (None, Some(selector)) => {
                let usage = usage.ok_or_else(|| missing("there is a selector, and no Usage"))?;
                let metric = self.metric.unwrap_or(MetricId::CPU_CORES);
                let history = of_usage(usage, selector, metric)?;
                let n_eff = history.effective();
                (history, n_eff)
            }
            (None, None) => return Err(missing("neither values nor a selector is given")),
            (Some(_), Some(_)) => {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "both values and a selector are given",
                )
                .hint("give one of them"));
            }
        };
        if history.n() == 0 {
            return Err(Error::new(
                ErrorKind::EmptySeries,
                "there is no value to bound a quantile of",
            )
            .hint("null is a missing value; give at least one number"));
        }
        Ok(history.upper_bound(self.q, self.alpha, n_eff))
    }
}

fn missing(message: &str) -> Error {
    Error::new(ErrorKind::MissingField, message)
        .hint("give values, or a selector with the Usage of the call")
}

fn of_values(values: &[Option<f64>]) -> Result<(History, f64)> {
    if let Some(row) = values.iter().position(|v| v.is_some_and(|v| !v.is_finite())) {
        return Err(Error::new(ErrorKind::InvalidValue, "a value is not finite")
            .at_path("values")
            .at_row(row));
    }
    let n_eff = stats::effective_sample_size(
        &values.iter().map(|v| v.unwrap_or(f64::NAN)).collect::<Vec<_>>(),
    );
    let samples = Sorted::from_values(values.iter().flatten().copied().collect());
    let mut history = History::default();
    history.grow(vec![Rc::new(Day { samples, ..Day::default() })]);
    Ok((history, n_eff.n_eff))
}

fn of_usage(usage: &Usage, selector: &KeySelector, metric: MetricId) -> Result<History> {
    let mut days = Vec::new();
    for key in usage.keys().filter(|key| selector.matches(key)) {
        let found = usage.days_of(key, metric, 0..i64::MAX)?;
        days.extend(found.into_iter().map(|day| Rc::new(Day::from(day))));
    }
    let mut history = History::default();
    history.grow(days);
    Ok(history)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        history.grow(Day::from_samples(&samples, 1e-6));
        history
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
