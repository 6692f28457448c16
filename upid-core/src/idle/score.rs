//! The combiner: features and a model give log-odds and a probability (idle.md §6).

use serde::{Deserialize, Serialize};

use super::feature::{Factor, IdleFeatures, SPECS};
use super::model::{IdleModel, Regime, sigmoid};
use crate::error::{Error, ErrorKind, Result};

/// What one feature adds to the log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Contribution {
    /// Feature.
    pub feature: String,
    /// Raw value; `null` if it was missing.
    pub value: Option<f64>,
    /// Transformed value 0..1; the model's mean if the value was missing, `null` if that is unknown too.
    pub phi: Option<f64>,
    /// Weight.
    pub weight: f64,
    /// weight·φ.
    pub log_odds: f64,
}

/// Log-odds of idleness by factor.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogOdds {
    /// Of the model.
    pub intercept: f64,
    /// Requests.
    pub business: f64,
    /// CPU, network, connections.
    pub resource: f64,
    /// When it was active.
    pub temporal: f64,
    /// Dependents and upstreams.
    pub dependency: f64,
    /// Kind of workload.
    pub context: f64,
    /// Terms of the host.
    pub custom: f64,
    /// The logit: their sum.
    pub total: f64,
}

impl LogOdds {
    fn slot(&mut self, factor: Factor) -> &mut f64 {
        match factor {
            Factor::Business => &mut self.business,
            Factor::Resource => &mut self.resource,
            Factor::Temporal => &mut self.temporal,
            Factor::Dependency => &mut self.dependency,
            Factor::Context => &mut self.context,
            Factor::Custom => &mut self.custom,
        }
    }

    /// The factors with their names, in order.
    pub fn factors(&self) -> [(&'static str, f64); 6] {
        [
            ("business", self.business),
            ("resource", self.resource),
            ("temporal", self.temporal),
            ("dependency", self.dependency),
            ("context", self.context),
            ("custom", self.custom),
        ]
    }
}

/// A named term of the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomTerm {
    /// Name.
    pub name: String,
    /// Log-odds toward idle.
    pub log_odds: f64,
}

/// A scored pod.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IdleScore {
    /// Log-odds.
    pub logit: f64,
    /// Calibrated probability.
    pub probability: f64,
    /// σ(logit).
    pub probability_raw: f64,
    /// Regime scored in.
    pub regime: Regime,
    /// By factor.
    pub log_odds: LogOdds,
    /// By feature, for each that has a weight; with the intercept they add up to the logit.
    pub contributions: Vec<Contribution>,
    /// Features whose value was missing.
    pub imputed: Vec<String>,
}

/// Scores features in a regime (idle.md §6).
///
/// # Errors
/// `UPID_INVALID_MODEL`, also for a regime that the model lacks; `UPID_INVALID_VALUE` for a feature that is not
/// finite.
pub fn score(features: &IdleFeatures, model: &IdleModel, regime: Regime) -> Result<IdleScore> {
    model.validate()?;
    score_checked(features, model, regime, &[], 0.0)
}

/// [`score`] with a model that is known to be good, and terms of the host, each cut to ±`cap`.
pub(super) fn score_checked(
    features: &IdleFeatures,
    model: &IdleModel,
    regime: Regime,
    custom: &[CustomTerm],
    cap: f64,
) -> Result<IdleScore> {
    let table = model.table(regime).ok_or_else(|| {
        Error::new(ErrorKind::InvalidModel, format!("the model has no regime {regime:?}"))
            .at_path("regimes")
            .hint("give weights for the regimes Full, Partial and None")
    })?;
    let mut odds = LogOdds { intercept: table.intercept, ..LogOdds::default() };
    let mut logit = table.intercept;
    let (mut contributions, mut imputed) = (Vec::with_capacity(SPECS.len()), Vec::new());
    for ((spec, value), (weight, mean)) in SPECS.iter().zip(features.values()).zip(table.rows) {
        if value.is_some_and(|value| !value.is_finite()) {
            return Err(Error::new(ErrorKind::InvalidValue, "a feature is a finite number")
                .at_path(format!("features.{}", spec.name))
                .hint("leave it out if it is unknown"));
        }
        if weight == 0.0 {
            continue;
        }
        // A missing value adds what it adds on average: it must not look like evidence.
        let phi = value.map(|value| spec.phi(value)).or(mean);
        let log_odds = phi.map_or(0.0, |phi| weight * phi);
        if value.is_none() {
            imputed.push(spec.name.to_owned());
        }
        logit += log_odds;
        *odds.slot(spec.factor) += log_odds;
        let feature = spec.name.to_owned();
        contributions.push(Contribution { feature, value, phi, weight, log_odds });
    }
    for term in custom {
        let log_odds = term.log_odds.clamp(-cap, cap);
        logit += log_odds;
        odds.custom += log_odds;
        contributions.push(Contribution {
            feature: term.name.clone(),
            value: Some(term.log_odds),
            phi: None,
            weight: 1.0,
            log_odds,
        });
    }
    odds.total = logit;
    let probability_raw = sigmoid(logit);
    Ok(IdleScore {
        logit,
        probability: table.calibration.apply(probability_raw),
        probability_raw,
        regime,
        log_odds: odds,
        contributions,
        imputed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idle::ops::ScoreInput;

    /// The example of idle.md §6, through JSON.
    #[test]
    fn the_example() {
        let input: ScoreInput = crate::wire::from_json(
            r#"{"features":{"cpuBurstHours":9.6,"hoursSinceBusiness":336},
                "model":{"regimes":{"Full":{"intercept":-1.2,"weights":{"hoursSinceBusiness":1.2,"cpuBurstHours":-0.9}}},
                         "calibration":{"Full":{"method":"Identity"}}},"regime":"Full"}"#,
        )
        .unwrap();
        let got = input.run().unwrap();
        assert!((got.logit + 0.36).abs() < 1e-9);
        assert!((got.probability - 0.410_959_565_941_335).abs() < 1e-12);
        let sum: f64 = got.contributions.iter().map(|c| c.log_odds).sum();
        assert!((sum + got.log_odds.intercept - got.logit).abs() < 1e-9);
        assert!(got.imputed.is_empty());
    }

    #[test]
    fn missing_values_take_the_mean() {
        let model: IdleModel = crate::wire::from_json(
            r#"{"regimes":{"Full":{"weights":{"cpuLevel":-2,"recurrence":-1},"means":{"cpuLevel":0.25}}}}"#,
        )
        .unwrap();
        let got = score(&IdleFeatures::default(), &model, Regime::Full).unwrap();
        assert_eq!((got.logit, got.log_odds.resource), (-0.5, -0.5));
        assert_eq!(got.imputed, ["cpuLevel", "recurrence"]);
        let error = score(&IdleFeatures::default(), &model, Regime::None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidModel);
        let features = IdleFeatures { cpu_level: Some(f64::NAN), ..Default::default() };
        let error = score(&features, &model, Regime::Full).unwrap_err();
        assert_eq!(error.place().path.as_deref(), Some("features.cpuLevel"));
    }
}
