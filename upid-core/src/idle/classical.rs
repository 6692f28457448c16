//! The classical four factors, kept for comparison: they explain, they never decide (idle.md §8).

use serde::{Deserialize, Serialize};

use super::config::FactorWeights;

/// Factors 0..1, 1 = idle; unknown ones are `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClassicalFactors {
    /// 1 − business/all requests; 1 for observed silence.
    pub business: Option<f64>,
    /// 1 − (business per core of the last day)/(before).
    pub resource: Option<f64>,
    /// From the activity of the last day over the expected one.
    pub temporal: Option<f64>,
    /// Healthy share of the upstreams.
    pub dependency: Option<f64>,
    /// Mean with the classical weights over the known factors; `null` if none is known.
    pub combined: Option<f64>,
}

impl ClassicalFactors {
    /// Combines the factors with weights renormalised over the known ones.
    pub fn new(
        business: Option<f64>,
        resource: Option<f64>,
        temporal: Option<f64>,
        dependency: Option<f64>,
        weights: &FactorWeights,
    ) -> Self {
        let known = [
            (business, weights.business),
            (resource, weights.resource),
            (temporal, weights.temporal),
            (dependency, weights.dependency),
        ];
        let (sum, size) = known.iter().fold((0.0, 0.0), |(sum, size), (factor, weight)| {
            factor.map_or((sum, size), |factor| (sum + weight * factor, size + weight))
        });
        let combined = (size > 0.0).then(|| sum / size);
        Self { business, resource, temporal, dependency, combined }
    }
}

/// The business factor: 1 − k/n; nothing observed → 1.
pub(super) fn business(k: u64, n: u64) -> f64 {
    if n == 0 { 1.0 } else { 1.0 - k as f64 / n as f64 }
}

/// The resource factor from business requests per second and core, now and before; `None` without a baseline.
pub(super) fn resource(business_total: u64, now: Option<f64>, before: Option<f64>) -> Option<f64> {
    if business_total == 0 {
        return Some(1.0);
    }
    let before = before.filter(|rate| *rate > 0.0)?;
    now.map(|now| 1.0 - (now / before).clamp(0.0, 1.0))
}

/// The temporal factor from the observed and the expected rate of active hours.
pub(super) fn temporal(observed: f64, expected: f64) -> f64 {
    if expected <= 0.0 {
        return if observed > 0.0 { 0.1 } else { 1.0 };
    }
    let ratio = observed / expected;
    let knots = [(0.1, 0.9), (0.3, 0.7), (0.7, 0.3), (1.0, 0.1)];
    if ratio <= 0.1 {
        return 0.9;
    }
    let pair = knots.windows(2).find(|pair| ratio <= pair[1].0);
    pair.map_or(0.1, |pair| {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        y0 + (y1 - y0) * (ratio - x0) / (x1 - x0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchors of idle.md §8.
    #[test]
    fn anchors() {
        let combined = |b, r, t, d| {
            ClassicalFactors::new(b, r, t, d, &FactorWeights::default()).combined.unwrap()
        };
        assert!((business(1, 3) - 0.6667).abs() < 5e-5);
        assert_eq!(business(0, 0), 1.0);
        assert!((combined(Some(1.0), Some(1.0), Some(0.9), None) - 0.984_211).abs() < 5e-7);
        assert_eq!(combined(Some(1.0), Some(1.0), None, None), 1.0);
        let all = combined(Some(2.0 / 3.0), Some(0.4), Some(0.3), Some(1.0));
        assert!((all - 0.548_333).abs() < 5e-7);
        for (ratio, want) in [(0.0, 0.9), (0.2, 0.8), (0.5, 0.5), (0.85, 0.2), (2.0, 0.1)] {
            assert!((temporal(ratio, 1.0) - want).abs() < 1e-12, "{ratio}");
        }
        assert_eq!((temporal(0.0, 0.0), temporal(0.5, 0.0)), (1.0, 0.1));
        assert_eq!(resource(0, None, None), Some(1.0));
        assert_eq!(resource(4, Some(1.0), None), None);
        assert_eq!(resource(4, Some(1.0), Some(4.0)), Some(0.75));
    }
}
