//! JSON forms of the operations.

use serde::Serialize;

use super::{Attribution, CostConfig, CostInput, ShareConfig, Shared, attribute, share};
use crate::error::Result;
use crate::json::flattened;
use crate::model::ShareInput;

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

/// Input of `cost.share`: the fields of [`ShareInput`], as an Attribution or `ingest.openCost` has them, and `config`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShareOperation {
    /// Rows and what went to nobody.
    #[serde(flatten)]
    pub input: ShareInput,
    /// Settings.
    #[serde(default)]
    pub config: ShareConfig,
}

flattened!(ShareOperation {
    input,
    #[serde(default)]
    config: ShareConfig,
});

impl ShareOperation {
    /// Runs `cost.share`.
    pub(crate) fn run(self) -> Result<Shared> {
        share(&self.input, &self.config)
    }
}
