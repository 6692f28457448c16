//! What the classification found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::verdict::{TrafficReason, Verdict};
use crate::model::Finding;

/// One class of requests and its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TrafficClass {
    /// Path template; `null` if unknown, `{other}` for the rest of too many classes.
    pub path: Option<String>,
    /// User-agent family; `null` if unknown.
    pub family: Option<String>,
    /// Method; `null` if unknown.
    pub method: Option<String>,
    /// `1xx` … `5xx`; `null` if unknown.
    pub status_group: Option<String>,
    /// Client; `null` if unknown.
    pub source: Option<String>,
    /// What it is.
    pub verdict: Verdict,
    /// Which rule said so.
    pub reason: TrafficReason,
    /// Requests, as logged.
    pub requests: u64,
    /// Mean per whole hour between first and last seen; `null` if too short or sampled.
    pub mean_per_hour: Option<f64>,
    /// Variance/mean of those hourly counts; 1 for a Poisson stream.
    pub dispersion: Option<f64>,
}

/// Classes and totals of the requests to one pod or workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TrafficReport {
    /// Every class, most requests first.
    pub classes: Vec<TrafficClass>,
    /// Requests per verdict, as logged; a verdict without requests is left out.
    pub totals: BTreeMap<Verdict, u64>,
    /// UTC hours in which each verdict was seen.
    pub hours: BTreeMap<Verdict, u64>,
    /// Requests per observed day and verdict, scaled by 1/`sampleRate`; empty if no hour was observed.
    pub per_day: BTreeMap<Verdict, f64>,
    /// Hours that the log covers.
    pub observed_hours: u64,
    /// Σ Business / `sampleRate`.
    pub business_requests: f64,
    /// (Metronome + Unknown) / `sampleRate`.
    pub ambiguous_requests: f64,
    /// What a reader must know about the log.
    pub quality: Vec<Finding>,
}
