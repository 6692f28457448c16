//! Everything that can be tuned, with a default for each.

use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::cost::CostConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::idle::IdleConfig;
use crate::rightsize::RightsizeConfig;
use crate::units::Amount;

/// Thresholds of the composite analysis. Source of every default: the project (analysis.md).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AnalysisConfig {
    /// Below this share of used money a pod counts as underused. Default 0.7.
    pub efficiency_target: f64,
    /// Above this share of wasted money a pod is highly inefficient. Default 0.70.
    pub high_waste: f64,
    /// Above this share of wasted money a pod is moderately inefficient. Default 0.40.
    pub moderate_waste: f64,
    /// p95 of use below this share of the request: over-provisioned. Default 0.5.
    pub over_provisioned: f64,
    /// p95 of use above this share of the request: under-provisioned. Default 0.9.
    pub under_provisioned: f64,
    /// Share of throttled CFS periods that counts as a bottleneck. Default 0.05.
    pub throttle_limit: f64,
    /// Probability above which an idle workload is recommended for review. Default 0.8.
    pub idle_probability: f64,
    /// Confidence above which a recommendation with enough savings has high priority. Default 0.9.
    pub high_confidence: f64,
    /// Confidence above which a recommendation has medium priority. Default 0.8.
    pub medium_confidence: f64,
    /// Monthly savings, in the report's currency, that high priority asks for. Default 100.
    pub high_priority_savings: Amount,
}

impl Default for AnalysisConfig {
    fn default() -> Self {
        Self {
            efficiency_target: 0.7,
            high_waste: 0.70,
            moderate_waste: 0.40,
            over_provisioned: 0.5,
            under_provisioned: 0.9,
            throttle_limit: 0.05,
            idle_probability: 0.8,
            high_confidence: 0.9,
            medium_confidence: 0.8,
            high_priority_savings: Amount(100 * Amount::PER_UNIT),
        }
    }
}

impl AnalysisConfig {
    fn validate(&self) -> Result<()> {
        for (field, value) in [
            ("efficiencyTarget", self.efficiency_target),
            ("highWaste", self.high_waste),
            ("moderateWaste", self.moderate_waste),
            ("overProvisioned", self.over_provisioned),
            ("underProvisioned", self.under_provisioned),
            ("throttleLimit", self.throttle_limit),
            ("idleProbability", self.idle_probability),
            ("highConfidence", self.high_confidence),
            ("mediumConfidence", self.medium_confidence),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{value} is outside 0..1"),
                )
                .at_path(field)
                .hint("shares are fractions: 0.7, not 70"));
            }
        }
        Ok(())
    }
}

/// Everything that can be tuned. Every field has a default; an unknown field is `UPID_INVALID_CONFIG`.
///
/// ```
/// use upid_core::Config;
/// let config = Config::default().time_zone("Europe/Berlin");
/// assert!(config.validate().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// IANA zone; wins over the Snapshot's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Thresholds of the composite analysis.
    pub analysis: AnalysisConfig,
    /// Idle detection, with traffic and evidence.
    pub idle: IdleConfig,
    /// Attribution.
    pub cost: CostConfig,
    /// Sizes.
    pub rightsize: RightsizeConfig,
}

impl Config {
    /// Sets the zone of the local clock.
    #[must_use]
    pub fn time_zone(mut self, name: &str) -> Self {
        self.time_zone = Some(name.to_owned());
        self
    }

    /// Checks every field; `UPID_INVALID_CONFIG` (or `UPID_UNKNOWN_TIME_ZONE`) names the path.
    pub fn validate(&self) -> Result<()> {
        if let Some(name) = &self.time_zone {
            calendar::zone(name).map_err(|e| e.at_path("timeZone"))?;
        }
        self.analysis.validate().map_err(|e| e.under("analysis"))?;
        self.idle.validate().map_err(|e| e.under("idle"))?;
        self.cost.validate().map_err(|e| e.under("cost"))?;
        self.rightsize.validate().map_err(|e| e.under("rightsize"))
    }
}
