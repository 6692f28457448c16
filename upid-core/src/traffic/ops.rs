//! Inputs of the JSON operations of this module.

use serde::{Deserialize, Serialize};

use super::config::TrafficConfig;
use super::input::{TrafficInput, classify};
use super::report::TrafficReport;
use super::request::{RequestColumn, RequestRow};
use super::rows::{Rows, rows};
use crate::error::Result;
use crate::model::{AccessRecord, Snapshot};
use crate::usage::RequestLog;

/// Input of `traffic.classify`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ClassifyInput {
    /// One row per kind of request and hour.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestRow>,
    /// One column per kind of request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_series: Vec<RequestColumn>,
    /// What the log covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_log: Option<RequestLog>,
    /// Settings.
    pub config: TrafficConfig,
}

impl ClassifyInput {
    /// Runs the operation.
    pub(crate) fn run(self) -> Result<TrafficReport> {
        let input = TrafficInput {
            requests: self.requests,
            request_series: self.request_series,
            request_log: self.request_log,
        };
        classify(&input, &self.config)
    }
}

/// Input of `traffic.rows`: what `ingest.accessLog` gives, and a Snapshot.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub(crate) struct RowsInput {
    /// Records of access logs, in any order.
    pub records: Vec<AccessRecord>,
    /// Says which workloads are behind hosts and Services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

impl RowsInput {
    /// Runs the operation.
    pub(crate) fn run(&self) -> Rows {
        rows(&self.records, self.snapshot.as_ref())
    }
}
