//! Inputs of the JSON operations of this module.

use serde::{Deserialize, Serialize};

use super::config::TrafficConfig;
use super::input::{TrafficInput, classify};
use super::report::TrafficReport;
use super::rows::{Rows, rows};
use crate::error::Result;
use crate::json::flattened;
use crate::model::{AccessRecord, Snapshot};

/// Input of `traffic.classify`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ClassifyInput {
    /// The requests.
    #[serde(flatten)]
    pub input: TrafficInput,
    /// Settings.
    pub config: TrafficConfig,
}

flattened!(ClassifyInput {
    input,
    #[serde(default)]
    config: TrafficConfig,
});

impl ClassifyInput {
    /// Runs the operation.
    pub(crate) fn run(self) -> Result<TrafficReport> {
        classify(&self.input, &self.config)
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
