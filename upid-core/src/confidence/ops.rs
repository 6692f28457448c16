//! Inputs of the JSON operations of this module.

use serde::Serialize;

use super::config::EvidenceConfig;
use super::evidence::{Evidence, EvidenceInput, evaluate};
use crate::error::Result;
use crate::json::flattened;

/// Input of `confidence.evaluate`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvaluateInput {
    /// The evidence.
    #[serde(flatten)]
    pub evidence: EvidenceInput,
    /// Settings.
    #[serde(default)]
    pub config: EvidenceConfig,
}

flattened!(EvaluateInput {
    evidence,
    #[serde(default)]
    config: EvidenceConfig,
});

impl EvaluateInput {
    /// Runs the operation.
    pub(crate) fn run(&self) -> Result<Evidence> {
        evaluate(&self.evidence, &self.config)
    }
}
