//! Raw request rows and columns, as callers give them (idle.md §2).

use serde::{Deserialize, Serialize};

use super::verdict::Verdict;
use crate::units::Timestamp;

/// What one request, or many alike, showed; absent is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RequestSignature<'a> {
    /// Path or URL.
    pub path: Option<&'a str>,
    /// User agent.
    pub user_agent: Option<&'a str>,
    /// Method.
    pub method: Option<&'a str>,
    /// Status code.
    pub status: Option<u16>,
    /// Address or name of the client.
    pub source: Option<&'a str>,
    /// A probe header (`K-Network-Probe`, `K-Kubelet-Probe`) was present.
    pub probe_header: bool,
    /// The caller's own verdict.
    pub verdict: Option<Verdict>,
}

/// The requests of one kind in one hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestRow {
    /// Any instant of the hour.
    pub start: Timestamp,
    /// Path or URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// User agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Address or name of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Requests; a whole number of at least 0.
    pub count: f64,
    /// Variance/mean of the 60 one-minute counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispersion: Option<f64>,
    /// A probe header was present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe_header: Option<bool>,
    /// The caller's own verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

impl RequestRow {
    pub(super) fn signature(&self) -> RequestSignature<'_> {
        RequestSignature {
            path: self.path.as_deref(),
            user_agent: self.user_agent.as_deref(),
            method: self.method.as_deref(),
            status: self.status,
            source: self.source.as_deref(),
            probe_header: self.probe_header.unwrap_or(false),
            verdict: self.verdict,
        }
    }
}

/// The requests of one kind, hour by hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestColumn {
    /// Any instant of the first hour.
    pub start: Timestamp,
    /// Path or URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// User agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Address or name of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Requests of each hour, whole numbers of at least 0; `null`: the hour was not observed.
    pub counts: Vec<Option<f64>>,
    /// A probe header was present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe_header: Option<bool>,
    /// The caller's own verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

impl RequestColumn {
    pub(super) fn signature(&self) -> RequestSignature<'_> {
        RequestSignature {
            path: self.path.as_deref(),
            user_agent: self.user_agent.as_deref(),
            method: self.method.as_deref(),
            status: self.status,
            source: self.source.as_deref(),
            probe_header: self.probe_header.unwrap_or(false),
            verdict: self.verdict,
        }
    }
}
