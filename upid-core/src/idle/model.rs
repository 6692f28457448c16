//! The idle model: weights per regime, calibration, thresholds (idle.md §6).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::feature::{FEATURES, SPECS};
use crate::error::{Error, ErrorKind, Result};

/// How much the request log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Regime {
    /// A complete log.
    Full,
    /// A sampled log, or one without user agents.
    Partial,
    /// No request evidence.
    None,
}

/// Weights and means of one regime, by feature name; an absent weight is 0.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RegimeModel {
    /// Log-odds when every φ is 0.
    pub intercept: f64,
    /// Signed weights.
    pub weights: BTreeMap<String, f64>,
    /// Mean φ of each feature, which stands in for a missing input.
    pub means: BTreeMap<String, f64>,
}

/// How σ(logit) becomes a calibrated probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "method")]
#[non_exhaustive]
pub enum Calibration {
    /// Linear between knots `[score, probability]`, both rising.
    Isotonic {
        /// Knots.
        knots: Vec<[f64; 2]>,
    },
    /// σ(a·logit + b) of the raw score.
    Platt {
        /// Slope, at least 0.
        a: f64,
        /// Offset.
        b: f64,
    },
    /// The raw score itself.
    Identity,
}

impl<'de> Deserialize<'de> for Calibration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        enum Method {
            Isotonic,
            Platt,
            Identity,
        }
        #[derive(Deserialize)]
        struct Fields {
            method: Method,
            knots: Option<Vec<[f64; 2]>>,
            a: Option<f64>,
            b: Option<f64>,
        }
        let missing = <D::Error as serde::de::Error>::missing_field;
        let Fields { method, knots, a, b } = Fields::deserialize(deserializer)?;
        Ok(match method {
            Method::Isotonic => Self::Isotonic { knots: knots.ok_or_else(|| missing("knots"))? },
            Method::Platt => {
                Self::Platt { a: a.ok_or_else(|| missing("a"))?, b: b.ok_or_else(|| missing("b"))? }
            }
            Method::Identity => Self::Identity,
        })
    }
}

impl Calibration {
    /// The calibrated probability of a raw score 0..1.
    pub fn apply(&self, raw: f64) -> f64 {
        match self {
            Self::Identity => raw,
            Self::Platt { a, b } => sigmoid(a * logit(raw) + b),
            Self::Isotonic { knots } => {
                let (Some(first), Some(last)) = (knots.first(), knots.last()) else { return raw };
                if raw <= first[0] {
                    return first[1];
                }
                let pair = knots.windows(2).find(|pair| raw <= pair[1][0]);
                pair.map_or(last[1], |pair| {
                    let ([x0, y0], [x1, y1]) = (pair[0], pair[1]);
                    y0 + (y1 - y0) * (raw - x0) / (x1 - x0)
                })
            }
        }
    }
}

/// σ(x) = 1/(1+e⁻ˣ).
pub(crate) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + crate::stats::float::exp(-x))
}

/// ln(p/(1−p)), with p kept 1e-15 away from 0 and 1.
pub(crate) fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-15, 1.0 - 1e-15);
    crate::stats::float::ln(p / (1.0 - p))
}

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Generator {
    /// Name of the generator of the training data.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Seeds used.
    pub seeds: Vec<u64>,
    /// Pods fitted on.
    pub pods: u64,
    /// Idle ones among them.
    pub positives: u64,
}

/// The probability above which a pod may go to zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScaleToZeroThreshold {
    /// Wanted false-idle rate.
    pub alpha: f64,
    /// The test is probability > tau; `null`: never.
    pub tau: Option<f64>,
    /// Calibration negatives behind it; 0: expert judgement.
    pub negatives: u64,
}

/// Decision thresholds of a model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Thresholds {
    /// Scale to zero.
    pub scale_to_zero: Option<ScaleToZeroThreshold>,
}

/// A model of idleness. Signs are fixed by [`SPECS`]; a model chooses only sizes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct IdleModel {
    /// Version.
    pub version: String,
    /// Training data; `null` for a model that was not fitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<Generator>,
    /// When it was fitted, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_at: Option<String>,
    /// Weights of each regime.
    pub regimes: BTreeMap<Regime, RegimeModel>,
    /// Calibration of each regime; absent: `Identity`.
    pub calibration: BTreeMap<Regime, Calibration>,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Held-out metrics by name; empty if it was never measured.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
    /// FNV-1a 64 of the model without this field, in hexadecimal; checked when it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

impl IdleModel {
    /// `UPID_INVALID_MODEL` for an unknown feature, a wrong sign, a weight past its limit, a number that is not
    /// finite, knots that do not rise, or a checksum that differs.
    pub fn validate(&self) -> Result<()> {
        for (regime, model) in &self.regimes {
            let path = |part: &str| format!("regimes.{regime:?}.{part}");
            if !model.intercept.is_finite() {
                return Err(invalid(&path("intercept"), "the intercept is not finite"));
            }
            for (name, weight) in &model.weights {
                let path = path(&format!("weights.{name}"));
                let Some(spec) = SPECS.iter().find(|spec| spec.name == name) else {
                    return Err(invalid(&path, "no such feature"));
                };
                if !weight.is_finite() || weight * spec.sign < 0.0 {
                    let wanted = if spec.sign < 0.0 { "at most" } else { "at least" };
                    return Err(invalid(&path, &format!("the weight {weight} must be {wanted} 0")));
                }
                if weight.abs() > spec.max_weight {
                    let limit = spec.max_weight;
                    return Err(invalid(&path, &format!("|{weight}| is more than {limit}")));
                }
            }
            for (name, mean) in &model.means {
                let path = path(&format!("means.{name}"));
                if !SPECS.iter().any(|spec| spec.name == name) {
                    return Err(invalid(&path, "no such feature"));
                }
                if !(0.0..=1.0).contains(mean) {
                    return Err(invalid(&path, &format!("the mean {mean} is outside 0..1")));
                }
            }
        }
        for (regime, calibration) in &self.calibration {
            let path = format!("calibration.{regime:?}");
            match calibration {
                Calibration::Identity => {}
                Calibration::Platt { a, b } if *a >= 0.0 && a.is_finite() && b.is_finite() => {}
                Calibration::Platt { .. } => {
                    return Err(invalid(&path, "Platt scaling needs a slope of at least 0"));
                }
                Calibration::Isotonic { knots } => check_knots(knots, &path)?,
            }
        }
        if let Some(threshold) = &self.thresholds.scale_to_zero {
            let tau_fits = threshold.tau.is_none_or(|tau| (0.0..=1.0).contains(&tau));
            if !tau_fits || !(0.0..=1.0).contains(&threshold.alpha) {
                return Err(invalid("thresholds.scaleToZero", "alpha and tau lie in 0..1"));
            }
        }
        match &self.checksum {
            Some(checksum) if *checksum != self.fingerprint()? => Err(invalid(
                "checksum",
                "the checksum differs: the model was changed after it was written",
            )),
            _ => Ok(()),
        }
    }

    /// FNV-1a 64 of the canonical JSON without the checksum, as 16 hexadecimal digits.
    pub fn fingerprint(&self) -> Result<String> {
        let plain = Self { checksum: None, ..self.clone() };
        let text = serde_json::to_string(&plain).map_err(|e| {
            Error::new(ErrorKind::Internal, format!("a model cannot be written: {e}"))
        })?;
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Ok(format!("{hash:016x}"))
    }

    /// Whether it was fitted and calibrated on data; without that its probabilities are judgement.
    pub fn is_calibrated(&self) -> bool {
        self.generator.is_some()
            && self.calibration.values().any(|c| !matches!(c, Calibration::Identity))
    }

    /// Weight and mean of each feature in a regime, in the order of [`SPECS`].
    pub(super) fn table(&self, regime: Regime) -> Option<ModelTable<'_>> {
        let model = self.regimes.get(&regime)?;
        let mut rows = [(0.0, None); FEATURES];
        for (row, spec) in rows.iter_mut().zip(&SPECS) {
            *row = (
                model.weights.get(spec.name).copied().unwrap_or(0.0),
                model.means.get(spec.name).copied(),
            );
        }
        let calibration = self.calibration.get(&regime).unwrap_or(&Calibration::Identity);
        Some(ModelTable { intercept: model.intercept, rows, calibration })
    }
}

/// One regime, ready to score.
pub(super) struct ModelTable<'a> {
    pub intercept: f64,
    /// Weight, and mean φ if the model has one.
    pub rows: [(f64, Option<f64>); FEATURES],
    pub calibration: &'a Calibration,
}

fn check_knots(knots: &[[f64; 2]], path: &str) -> Result<()> {
    let in_range = knots.iter().flatten().all(|value| (0.0..=1.0).contains(value));
    let rising = knots.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] <= pair[1][1]);
    if knots.is_empty() || !in_range || !rising {
        return Err(invalid(path, "the knots are empty, outside 0..1, or do not rise"));
    }
    Ok(())
}

fn invalid(path: &str, message: &str) -> Error {
    Error::new(ErrorKind::InvalidModel, message)
        .at_path(path)
        .hint("the signs and limits of the features are fixed; see idle.md §6 and `idle::SPECS`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_models_are_refused() {
        let code = |json: &str| {
            let model: IdleModel = crate::json::from_json(json).unwrap();
            model.validate().map_err(|e| (e.kind(), e.place().path.clone().unwrap()))
        };
        let bad = |path: &str| Err((ErrorKind::InvalidModel, path.to_owned()));
        for (json, path) in [
            (r#"{"regimes":{"Full":{"weights":{"cpuLevl":-1}}}}"#, "regimes.Full.weights.cpuLevl"),
            (r#"{"regimes":{"Full":{"weights":{"cpuLevel":1}}}}"#, "regimes.Full.weights.cpuLevel"),
            (
                r#"{"regimes":{"None":{"weights":{"nonProduction":0.6}}}}"#,
                "regimes.None.weights.nonProduction",
            ),
            (r#"{"regimes":{"Full":{"means":{"cpuLevel":2}}}}"#, "regimes.Full.means.cpuLevel"),
            (
                r#"{"calibration":{"Full":{"method":"Isotonic","knots":[[0.1,0.5],[0.9,0.4]]}}}"#,
                "calibration.Full",
            ),
            (r#"{"calibration":{"Full":{"method":"Platt","a":-1,"b":0}}}"#, "calibration.Full"),
            (r#"{"checksum":"0"}"#, "checksum"),
        ] {
            assert_eq!(code(json), bad(path), "{json}");
        }
        assert_eq!(code(r#"{"calibration":{"Full":{"method":"Identity"}}}"#), Ok(()));
    }

    #[test]
    fn a_checksum_seals_the_model() {
        let mut model = IdleModel { version: "x".into(), ..Default::default() };
        model.checksum = Some(model.fingerprint().unwrap());
        assert!(model.validate().is_ok());
        let text = crate::json::to_json(&model).unwrap();
        let read: IdleModel = crate::json::from_json(&text).unwrap();
        assert!(read.validate().is_ok());
        model.version = "y".into();
        assert_eq!(model.validate().unwrap_err().kind(), ErrorKind::InvalidModel);
    }

    #[test]
    fn calibration_is_monotone_and_bounded() {
        let maps = [
            Calibration::Identity,
            Calibration::Platt { a: 1.3, b: -0.4 },
            Calibration::Isotonic { knots: vec![[0.2, 0.05], [0.5, 0.3], [0.8, 0.97]] },
        ];
        for map in &maps {
            let values: Vec<f64> = (0..=100).map(|i| map.apply(f64::from(i) / 100.0)).collect();
            assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{map:?}");
            assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        }
        assert!((maps[2].apply(0.35) - 0.175).abs() < 1e-15);
    }
}
