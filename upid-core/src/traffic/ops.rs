//! Inputs of the JSON operations of this module.

use serde::Serialize;

use super::config::TrafficConfig;
use super::input::{TrafficInput, classify};
use super::report::TrafficReport;
use crate::error::Result;
use crate::json::flattened;

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
