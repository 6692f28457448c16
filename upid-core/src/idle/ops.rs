//! Inputs of the JSON operations of this module.

use serde::{Deserialize, Serialize};

use super::aggregate::{Replica, WorkloadIdle, combine};
use super::assess::{assess, assess_usage};
use super::assessment::IdleAssessment;
use super::config::IdleConfig;
use super::feature::IdleFeatures;
use super::model::{IdleModel, Regime};
use super::observation::PodObservation;
use super::score::{IdleScore, score};
use super::windows::{ActiveHours, HourProfile, IdleWindows, ObservedHours, WindowConfig, windows};
use crate::error::{Error, ErrorKind, Result};
use crate::json::flattened;
use crate::units::Timestamp;
use crate::usage::{KeySelector, Usage};

/// Input of `idle.assess`: a pod with its samples, or with a `selector` into the Usage of the call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssessInput {
    /// The pod.
    #[serde(flatten)]
    pub pod: PodObservation,
    /// The pod's key in the Usage; then samples and requests come from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<KeySelector>,
    /// Settings.
    #[serde(default)]
    pub config: IdleConfig,
}

flattened!(AssessInput {
    pod,
    #[serde(default)]
    selector: Option<KeySelector>,
    #[serde(default)]
    config: IdleConfig,
});

impl AssessInput {
    /// Runs the operation.
    pub(crate) fn run(&self, usage: Option<&Usage>) -> Result<IdleAssessment> {
        let Some(selector) = &self.selector else { return assess(&self.pod, &self.config) };
        let usage = usage.ok_or_else(|| {
            Error::new(ErrorKind::MissingField, "a selector needs a Usage")
                .at_path("selector")
                .hint("pass the Usage beside the input, or give series and requests instead")
        })?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let pod =
            usage.pod(&text(&selector.cluster), &text(&selector.namespace), &text(&selector.pod));
        assess_usage(&pod, &self.pod.context(), &self.config)
    }
}

/// Input of `idle.score`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScoreInput {
    /// Raw features; absent ones are unknown.
    pub features: IdleFeatures,
    /// A model; absent: the shipped one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<IdleModel>,
    /// How much the request log told; absent: `Full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<Regime>,
}

impl ScoreInput {
    /// Runs the operation.
    pub(crate) fn run(&self) -> Result<IdleScore> {
        let model = self.model.as_ref().unwrap_or_else(|| IdleModel::shipped());
        score(&self.features, model, self.regime.unwrap_or(Regime::Full))
    }
}

/// Input of `idle.aggregate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregateInput {
    /// Replicas: assessments, or the few fields of them that count.
    pub replicas: Vec<Replica>,
    /// The assessment of all replicas' usage merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Replica>,
    /// Settings.
    #[serde(default)]
    pub config: IdleConfig,
}

impl AggregateInput {
    /// Runs the operation.
    pub(crate) fn run(&self) -> Result<WorkloadIdle> {
        self.config.validate().map_err(|e| e.under("config"))?;
        combine(&self.replicas, self.merged.as_ref(), &self.config)
    }
}

/// Input of `idle.windows`: a profile and the settings, flat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WindowsInput {
    /// IANA zone; absent: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// How often each local hour of the week was observed.
    pub observed: ObservedHours,
    /// How often it was active.
    pub active: ActiveHours,
    /// Holidays were left out of the counts.
    #[serde(default)]
    pub holidays_excluded: bool,
    /// From when occurrences are listed; absent: none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// Weeks in which an hour must have been observed; default 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_weeks: Option<u32>,
    /// Largest upper bound of the chance of activity; default 0.05.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_upper_bound: Option<f64>,
    /// Level of that bound; default 0.95.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<f64>,
    /// Shortest window in hours; default 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length_hours: Option<u32>,
    /// How far occurrences are listed; default 14 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    /// Time to wake up; default 60 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cold_start_seconds: Option<f64>,
    /// Time before going to sleep; default 300 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown_seconds: Option<f64>,
}

impl WindowsInput {
    /// Runs the operation.
    pub(crate) fn run(self) -> Result<IdleWindows> {
        let default = WindowConfig::default();
        let config = WindowConfig {
            min_weeks: self.min_weeks.unwrap_or(default.min_weeks),
            max_upper_bound: self.max_upper_bound.unwrap_or(default.max_upper_bound),
            level: self.level.unwrap_or(default.level),
            min_length_hours: self.min_length_hours.unwrap_or(default.min_length_hours),
            horizon_days: self.horizon_days.unwrap_or(default.horizon_days),
            cold_start_seconds: self.cold_start_seconds.unwrap_or(default.cold_start_seconds),
            cooldown_seconds: self.cooldown_seconds.unwrap_or(default.cooldown_seconds),
        };
        let profile = HourProfile {
            time_zone: self.time_zone.unwrap_or_else(|| "UTC".to_owned()),
            observed: self.observed,
            active: self.active,
            holidays_excluded: self.holidays_excluded,
            now: self.now,
        };
        windows(&profile, &config)
    }
}
