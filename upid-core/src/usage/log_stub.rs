use crate::units::TimeRange;
use serde::{Deserialize, Serialize};

/// Whether a request log is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LogCoverage {
    /// Complete.
    Complete,
    /// Sampled.
    Sampled,
    /// Absent.
    Absent,
    /// Unknown.
    Unknown,
}

/// Whether it carries agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum UserAgents {
    /// Present.
    Present,
    /// Absent.
    Absent,
}

/// What a request log covers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RequestLog {
    /// Coverage.
    pub coverage: Option<LogCoverage>,
    /// Sample rate.
    pub sample_rate: Option<f64>,
    /// Agents.
    pub user_agents: Option<UserAgents>,
    /// Observed.
    pub observed: Vec<TimeRange>,
}
