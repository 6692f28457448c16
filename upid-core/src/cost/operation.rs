//! JSON forms of the operations.

use serde::Serialize;

use super::{Attribution, CostConfig, CostInput, attribute};
use crate::error::Result;
use crate::json::flattened;

/// Input of `cost.attribute`: the fields of [`CostInput`], and `config`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttributeInput {
    /// What costs and who uses it.
    #[serde(flatten)]
    pub input: CostInput,
    /// Settings.
    #[serde(default)]
    pub config: CostConfig,
}

flattened!(AttributeInput {
    input,
    #[serde(default)]
    config: CostConfig,
});

impl AttributeInput {
    /// Runs `cost.attribute`.
    pub(crate) fn run(self) -> Result<Attribution> {
        attribute(&self.input, &self.config)
    }
}
