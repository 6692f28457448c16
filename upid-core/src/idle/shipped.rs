//! The model that ships with the library.
//!
//! **Expert judgement, not a fit.** The weights were chosen by hand so that the signs and sizes are plausible: silence
//! on a complete log over two weeks with flat resources gives odds of about 80 : 1, one business call a day turns
//! them round, work without requests outweighs silence. No data were fitted, nothing is calibrated, so there are no
//! metrics, and every assessment says `UncalibratedModel`. A fitted model will replace it under a new version.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::model::{Calibration, IdleModel, Regime, RegimeModel, ScaleToZeroThreshold, Thresholds};

/// Name, weights in Full, Partial and None, mean φ.
///
/// - `stoppedHours` has no weight: more activity in the past makes a stop more striking, so any weight would let one
///   business request more raise the probability.
/// - None has no business weights: there is nothing to weigh.
/// - The means are guesses at a common pod; they stand in for missing inputs.
const TABLE: &[(&str, f64, f64, f64, f64)] = &[
    ("businessRateUpper", -8.0, -6.0, 0.0, 0.4),
    ("businessActiveDays", -2.5, -2.0, 0.0, 0.6),
    ("hoursSinceBusiness", 1.5, 1.0, 0.0, 0.3),
    ("observedSilence", 2.0, 1.2, 0.0, 0.15),
    ("ambiguousRate", -1.0, -1.0, 0.0, 0.2),
    ("cpuLevel", -2.0, -2.0, -3.0, 0.35),
    ("cpuRange", -2.0, -2.0, -2.5, 0.5),
    ("cpuBurstHours", -1.5, -1.5, -2.0, 0.15),
    ("workHours", -4.0, -4.0, -5.0, 0.35),
    ("networkLevel", -2.0, -2.5, -5.0, 0.35),
    ("networkRange", -1.0, -1.0, -1.5, 0.5),
    ("cpuNetworkCorrelation", -1.0, -1.0, -1.5, 0.3),
    ("connections", -1.5, -1.5, -2.0, 0.15),
    ("dailyRhythm", -1.5, -1.5, -2.0, 0.2),
    ("expectedSoon", -3.0, -3.0, -3.0, 0.3),
    ("recurrence", -3.5, -3.5, -3.5, 0.3),
    ("inboundDependents", -1.0, -1.0, -1.0, 0.15),
    ("unhealthyUpstream", -1.5, -1.5, -1.5, 0.0),
    ("freshness", -3.0, -3.0, -3.0, 0.0),
    ("statefulOwner", -1.0, -1.0, -1.0, 0.1),
    ("criticality", -1.5, -1.5, -1.5, 0.0),
    ("nonProduction", 0.4, 0.4, 0.4, 0.1),
    ("silentAndFlat", 2.0, 1.2, 0.0, 0.05),
    ("silentButWorking", -2.0, -2.0, 0.0, 0.02),
];

/// Log-odds with every φ at 0, in Full, Partial and None.
const INTERCEPTS: [f64; 3] = [0.0, 0.0, 2.0];

/// Judgement as well: the quiet two-week pod of the tests reaches it, a one-week pod does not.
const TAU: f64 = 0.95;

static SHIPPED: LazyLock<IdleModel> = LazyLock::new(build);

impl IdleModel {
    /// The model that ships with the library: version `expert-0`.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }
}

fn build() -> IdleModel {
    let regime = |intercept: f64, weight: fn(&(&str, f64, f64, f64, f64)) -> f64| RegimeModel {
        intercept,
        weights: TABLE
            .iter()
            .filter(|row| weight(row) != 0.0)
            .map(|row| (row.0.to_owned(), weight(row)))
            .collect(),
        means: TABLE.iter().map(|row| (row.0.to_owned(), row.4)).collect(),
    };
    let [full, partial, none] = INTERCEPTS;
    let regimes = BTreeMap::from([
        (Regime::Full, regime(full, |row| row.1)),
        (Regime::Partial, regime(partial, |row| row.2)),
        (Regime::None, regime(none, |row| row.3)),
    ]);
    let calibration = regimes.keys().map(|regime| (*regime, Calibration::Identity)).collect();
    let threshold = ScaleToZeroThreshold { alpha: 0.0025, tau: Some(TAU), negatives: 0 };
    IdleModel {
        version: "expert-0".to_owned(),
        regimes,
        calibration,
        thresholds: Thresholds { scale_to_zero: Some(threshold) },
        ..IdleModel::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idle::feature::SPECS;

    #[test]
    fn the_shipped_model_is_valid_and_says_what_it_is() {
        let model = IdleModel::shipped();
        model.validate().unwrap();
        assert!(!model.is_calibrated() && model.metrics.is_empty() && model.generator.is_none());
        for (name, ..) in TABLE {
            assert!(SPECS.iter().any(|spec| spec.name == *name), "{name}");
        }
        let text = crate::wire::to_json(model).unwrap();
        assert_eq!(&crate::wire::from_json::<IdleModel>(&text).unwrap(), model);
    }
}
