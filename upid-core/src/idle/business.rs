//! Evidence from business requests (idle.md §3).

use serde::{Deserialize, Serialize};

use crate::stats::special::{chi_squared_quantile, wilson_95};

/// Business activity of the observed hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BusinessEvidence {
    /// Business requests, scaled by 1/`sampleRate`.
    pub requests: f64,
    /// Exposure: days that the log covers.
    pub exposure_days: f64,
    /// Mean of the rate's posterior Gamma(k+½, E), per day; `null` without exposure.
    pub mean_per_day: Option<f64>,
    /// Its upper 95 % bound, per day; `null` without exposure.
    pub upper_per_day: Option<f64>,
    /// Share of business in all requests; `null` without requests.
    pub share: Option<f64>,
    /// Wilson 95 % interval of that share.
    pub share_lower: Option<f64>,
    /// Wilson 95 % interval of that share.
    pub share_upper: Option<f64>,
    /// Local days with business.
    pub active_days: u64,
    /// Start of the last hour with business, RFC 3339.
    pub last_at: Option<crate::units::Timestamp>,
    /// Hours from the end of that hour to the end of the window; never: the hours observed.
    pub hours_since_last: f64,
    /// No business in the observed hours.
    pub never: bool,
    /// 1 − 5xx/all of business with a known status; `null` without any.
    pub availability: Option<f64>,
}

/// Posterior mean and upper 95 % bound of a rate per day, from `count` events in `days`; `None` without days.
///
/// Jeffreys prior: Gamma(k+½, E); λ_U = χ²₀.₉₅(2k+1)/(2E).
pub fn rate_posterior(count: f64, days: f64) -> Option<(f64, f64)> {
    (days > 0.0).then(|| {
        let upper = chi_squared_quantile(0.95, 2.0 * count + 1.0) / (2.0 * days);
        ((count + 0.5) / days, upper)
    })
}

/// Share of `hits` in `n` with its Wilson 95 % interval; `None` without requests.
pub(super) fn share(hits: u64, n: u64) -> Option<(f64, f64, f64)> {
    let (hits, n) = (hits as f64, n as f64);
    wilson_95(hits, n).map(|(lower, upper)| (hits / n, lower, upper))
}

/// Impact on users, 0..10: 10·(1 − (1 − r/(r+1000))·(1 − criticality)), r business requests per day.
pub fn user_impact(requests_per_day: f64, criticality: Option<f64>) -> f64 {
    let reach = requests_per_day / (requests_per_day + 1000.0);
    10.0 * (1.0 - (1.0 - reach) * (1.0 - criticality.unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_posterior() {
        for (k, days, mean, upper) in
            [(0.0, 14.0, 0.5 / 14.0, 0.137_194_957_881_933), (1.0, 14.0, 1.5 / 14.0, 0.279_097)]
        {
            let got = rate_posterior(k, days).unwrap();
            assert!((got.0 - mean).abs() < 1e-15 && (got.1 - upper).abs() < 5e-7, "{got:?}");
        }
        let (_, long) = rate_posterior(0.0, 28.0).unwrap();
        let (_, short) = rate_posterior(0.0, 14.0).unwrap();
        assert!((long * 2.0 - short).abs() < 1e-12);
        assert_eq!(rate_posterior(0.0, 0.0), None);
    }

    /// Anchors of idle.md §3.
    #[test]
    fn impact() {
        for (rate, criticality, want) in
            [(250.0, Some(0.0), 2.0), (1000.0, None, 5.0), (1000.0, Some(0.5), 7.5)]
        {
            assert!((user_impact(rate, criticality) - want).abs() < 1e-12);
        }
    }
}
