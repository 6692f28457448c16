//! What an assessment says (idle.md §8).

use serde::{Deserialize, Serialize};

use super::business::BusinessEvidence;
use super::classical::ClassicalFactors;
use super::model::Regime;
use super::resource::ResourceEvidence;
use super::score::{Contribution, LogOdds};
use super::temporal::TemporalEvidence;
use super::windows::IdleWindows;
use crate::confidence::Evidence;
use crate::model::{Finding, Reason};
use crate::traffic::TrafficReport;

/// What a pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum IdleVerdict {
    /// Too little evidence; never treated as idle.
    Unknown,
    /// An upstream is unhealthy: silence may be an outage.
    Blocked,
    /// Idle, with probes, scrapes or other traffic that is no business.
    ProbeOnly,
    /// Idle.
    Idle,
    /// Needed, but not all week.
    PartlyIdle,
    /// Needed.
    Active,
}

impl IdleVerdict {
    /// Whether the pod counts as idle.
    pub const fn is_idle(self) -> bool {
        matches!(self, Self::ProbeOnly | Self::Idle)
    }
}

/// Evidence from dependencies; what is not known is `null`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DependencyEvidence {
    /// Workloads that call it.
    pub inbound_dependents: Option<u32>,
    /// Upstreams by state.
    pub healthy: u32,
    /// Upstreams by state.
    pub unhealthy: u32,
    /// Upstreams by state.
    pub unknown: u32,
}

/// The effect of telling business from other traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Illusion {
    /// Requests of every kind per observed day.
    pub requests_per_day_all: f64,
    /// Business requests per observed day.
    pub requests_per_day_business: f64,
    /// Share of requests that are probes, scrapes, synthetic or bots.
    pub probe_share: f64,
    /// The probability if every request counted as business.
    pub probability_if_all_counted: f64,
}

/// Which model spoke.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ModelInfo {
    /// Version.
    pub version: String,
    /// Fitted and calibrated on data.
    pub calibrated: bool,
    /// Scaling to zero needs a probability above it; `null`: never.
    pub tau: Option<f64>,
}

/// Whether a pod is idle, how likely, how sure, why and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IdleAssessment {
    /// Name of the pod, as given.
    pub id: String,
    /// What it is.
    pub verdict: IdleVerdict,
    /// Probability that nobody needs it, 0..1, calibrated if the model is.
    pub probability: f64,
    /// The same before calibration.
    pub probability_raw: f64,
    /// The same, drawn toward the prior where the evidence is thin: for ranking and savings.
    pub probability_shrunk: f64,
    /// How much the request log told.
    pub regime: Regime,
    /// Log-odds by factor.
    pub log_odds: LogOdds,
    /// Log-odds by feature.
    pub contributions: Vec<Contribution>,
    /// How good the evidence is.
    pub confidence: Evidence,
    /// Requests; `null` if none were given and no log covered the window.
    pub traffic: Option<TrafficReport>,
    /// Business; `null` without request evidence.
    pub business: Option<BusinessEvidence>,
    /// Resources.
    pub resource: ResourceEvidence,
    /// Times.
    pub temporal: TemporalEvidence,
    /// Dependencies.
    pub dependency: DependencyEvidence,
    /// Classical factors, which only explain.
    pub classical: ClassicalFactors,
    /// What counting every request would have said; `null` without requests.
    pub illusion: Option<Illusion>,
    /// Weekly windows without activity.
    pub windows: IdleWindows,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// What a reader must know about input and answer.
    pub quality: Vec<Finding>,
    /// Which model spoke.
    pub model: ModelInfo,
}
