//! Settings of idle detection (idle.md §13).

use serde::{Deserialize, Serialize};

use super::model::IdleModel;
use super::windows::WindowConfig;
use crate::confidence::EvidenceConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::traffic::TrafficConfig;

/// What counts as a burst above the quiet level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BurstConfig {
    /// Share of the CPU request; default 0.05 (own).
    pub request_share: f64,
    /// Cores in its place when the request is unknown; default 0.01 (own).
    pub unknown_request_cores: f64,
    /// Fewest cores; default 0.002 (own).
    pub min_cores: f64,
    /// Fewest network bytes per second; default 1024 (the idle rule's network limit).
    pub min_bytes: f64,
    /// Multiples of the noise; default 6 (own).
    pub sigmas: f64,
}

impl Default for BurstConfig {
    fn default() -> Self {
        Self {
            request_share: 0.05,
            unknown_request_cores: 0.01,
            min_cores: 0.002,
            min_bytes: 1024.0,
            sigmas: 6.0,
        }
    }
}

/// When silence means that activity stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct StoppedConfig {
    /// Expected active hours missed; default 24 (own).
    pub hours: f64,
    /// How much longer than any gap before; default 1.3 (own).
    pub gap_factor: f64,
}

impl Default for StoppedConfig {
    fn default() -> Self {
        Self { hours: 24.0, gap_factor: 1.3 }
    }
}

/// When activity is expected again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedConfig {
    /// Smallest chance of activity in an hour; default 0.2 (own).
    pub probability: f64,
    /// How far to look ahead; default 28 days (own).
    pub horizon_days: u32,
}

impl Default for ExpectedConfig {
    fn default() -> Self {
        Self { probability: 0.2, horizon_days: 28 }
    }
}

/// Weights of the classical factors, which only explain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FactorWeights {
    /// Default 0.50 (classical weights).
    pub business: f64,
    /// Default 0.30 (classical weights).
    pub resource: f64,
    /// Default 0.15 (classical weights).
    pub temporal: f64,
    /// Default 0.05 (classical weights).
    pub dependency: f64,
}

impl Default for FactorWeights {
    fn default() -> Self {
        Self { business: 0.50, resource: 0.30, temporal: 0.15, dependency: 0.05 }
    }
}

/// Settings of idle detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct IdleConfig {
    /// Request classification.
    pub traffic: TrafficConfig,
    /// Look-back in days; default 14 (AWS and Google look back as far).
    pub window_days: u32,
    /// Bursts.
    pub burst: BurstConfig,
    /// Stopped activity.
    pub stopped: StoppedConfig,
    /// Expected activity.
    pub expected: ExpectedConfig,
    /// Share of pods that are idle, before anything is known; default 0.10 (own).
    pub prior_idle: f64,
    /// Probability from which a pod is called idle; default 0.5 (own).
    pub verdict_probability: f64,
    /// Confidence below which the verdict is Unknown; default 0.3 (own).
    pub verdict_confidence: f64,
    /// Confidence.
    pub evidence: EvidenceConfig,
    /// Idle windows.
    pub windows: WindowConfig,
    /// Wanted false-idle rate of scaling to zero; default 0.0025 (own).
    pub alpha: f64,
    /// The model; absent: the shipped one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<IdleModel>,
    /// Weights of the classical factors.
    pub factors: FactorWeights,
    /// Largest |log-odds| of a term of the host; default 2 (own).
    pub custom_cap: f64,
}

impl Default for IdleConfig {
    fn default() -> Self {
        Self {
            traffic: TrafficConfig::default(),
            window_days: 14,
            burst: BurstConfig::default(),
            stopped: StoppedConfig::default(),
            expected: ExpectedConfig::default(),
            prior_idle: 0.10,
            verdict_probability: 0.5,
            verdict_confidence: 0.3,
            evidence: EvidenceConfig::default(),
            windows: WindowConfig::default(),
            alpha: 0.0025,
            model: None,
            factors: FactorWeights::default(),
            custom_cap: 2.0,
        }
    }
}

impl IdleConfig {
    /// Sets the look-back in days.
    #[must_use]
    pub fn with_window_days(mut self, days: u32) -> Self {
        self.window_days = days;
        self
    }

    /// Sets the classification.
    #[must_use]
    pub fn with_traffic(mut self, traffic: TrafficConfig) -> Self {
        self.traffic = traffic;
        self
    }

    /// Sets the confidence settings.
    #[must_use]
    pub fn with_evidence(mut self, evidence: EvidenceConfig) -> Self {
        self.evidence = evidence;
        self
    }

    /// Replaces the shipped model.
    #[must_use]
    pub fn with_model(mut self, model: IdleModel) -> Self {
        self.model = Some(model);
        self
    }

    /// The model in use.
    pub fn model(&self) -> &IdleModel {
        self.model.as_ref().unwrap_or_else(|| IdleModel::shipped())
    }

    /// `UPID_INVALID_CONFIG` with the path of the first setting that makes no sense; `UPID_INVALID_MODEL`.
    pub fn validate(&self) -> Result<()> {
        self.traffic.validate().map_err(|e| e.under("traffic"))?;
        self.evidence.validate().map_err(|e| e.under("evidence"))?;
        self.windows.validate().map_err(|e| e.under("windows"))?;
        let (b, f) = (&self.burst, &self.factors);
        let (open, far) = (f64::MIN_POSITIVE, f64::MAX);
        for (path, value, low, high) in [
            ("windowDays", f64::from(self.window_days), 1.0, 400.0),
            ("burst.requestShare", b.request_share, 0.0, far),
            ("burst.unknownRequestCores", b.unknown_request_cores, 0.0, far),
            ("burst.minCores", b.min_cores, 0.0, far),
            ("burst.minBytes", b.min_bytes, 0.0, far),
            ("burst.sigmas", b.sigmas, 0.0, far),
            ("stopped.hours", self.stopped.hours, 0.0, far),
            ("stopped.gapFactor", self.stopped.gap_factor, 1.0, far),
            ("expected.probability", self.expected.probability, 0.0, 1.0),
            ("expected.horizonDays", f64::from(self.expected.horizon_days), 1.0, 400.0),
            ("priorIdle", self.prior_idle, open, 1.0 - f64::EPSILON),
            ("verdictProbability", self.verdict_probability, 0.0, 1.0),
            ("verdictConfidence", self.verdict_confidence, 0.0, 1.0),
            ("alpha", self.alpha, open, 1.0 - f64::EPSILON),
            ("factors.business", f.business, 0.0, far),
            ("factors.resource", f.resource, 0.0, far),
            ("factors.temporal", f.temporal, 0.0, far),
            ("factors.dependency", f.dependency, 0.0, far),
            ("customCap", self.custom_cap, 0.0, far),
        ] {
            if !(low..=high).contains(&value) {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{value} is outside its range"),
                )
                .at_path(path)
                .hint("see the default and range of each setting in IdleConfig"));
            }
        }
        self.model.as_ref().map_or(Ok(()), |model| model.validate().map_err(|e| e.under("model")))
    }
}
