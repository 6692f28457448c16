//! JSON forms of the operations.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Attribution, CostConfig, CostInput, FocusContext, FocusFormat, ReconcileConfig, Reconciliation,
    ShareConfig, Shared, Verification, attribute, focus_rows, reconcile, share, verify,
    verify_shared, write_focus,
};
use crate::error::{Error, ErrorKind, Result};
use crate::json::{OneOf, flattened, one_of};
use crate::model::{BillSet, ShareInput};

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

/// Input of `cost.reconcile`: the fields of [`CostInput`], the bill, and `config`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReconcileInput {
    /// What costs and who uses it.
    #[serde(flatten)]
    pub input: CostInput,
    /// The bill: `value` of an operation `ingest.…`.
    pub bill: BillSet,
    /// Whether the bill is only a part, as the operation that read it says.
    #[serde(default)]
    pub partial: bool,
    /// Settings.
    #[serde(default)]
    pub config: ReconcileConfig,
}

flattened!(ReconcileInput {
    input,
    bill: BillSet,
    #[serde(default)]
    partial: bool,
    #[serde(default)]
    config: ReconcileConfig,
});

impl ReconcileInput {
    /// Runs `cost.reconcile`.
    pub(crate) fn run(self) -> Result<Reconciliation> {
        if self.partial && !self.config.allow_partial {
            return Err(Error::new(ErrorKind::PartialInput, "the bill is only a part of one")
                .at_path("bill")
                .hint("pass all of its pages, or set config.allowPartial"));
        }
        reconcile(&self.input, &self.bill, &self.config)
    }
}

/// Input of `cost.focus`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FocusInput {
    /// What `cost.attribute` gave.
    pub attribution: Attribution,
    /// What it does not know of its bill.
    pub context: FocusContext,
    /// The form of the file. Default `Csv`.
    #[serde(default)]
    pub format: FocusFormat,
}

/// Output of `cost.focus`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FocusText {
    /// The file.
    pub text: String,
    /// How many charges it has.
    pub rows: u64,
}

impl FocusInput {
    /// Runs `cost.focus`.
    pub(crate) fn run(self) -> Result<FocusText> {
        let rows = focus_rows(&self.attribution, &self.context)?;
        Ok(FocusText { text: write_focus(&rows, self.format)?, rows: rows.len() as u64 })
    }
}

/// Input of `cost.verify`: an [`Attribution`], or a [`Shared`], which has `groups`.
#[derive(Debug, Clone, PartialEq)]
pub struct Verifiable(OneOf<Shared, Attribution>);

impl<'de> Deserialize<'de> for Verifiable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Probe {
            #[serde(default)]
            groups: Option<IgnoredAny>,
        }
        one_of(deserializer, |probe: &Probe| probe.groups.is_some()).map(Self)
    }
}

/// Types are made for the attribution; at run time both are read.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Verifiable {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Attribution::schema_name()
    }
    fn inline_schema() -> bool {
        Attribution::inline_schema()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Attribution::json_schema(generator)
    }
}

impl Verifiable {
    /// Runs `cost.verify`.
    pub(crate) fn run(&self) -> Verification {
        match &self.0 {
            OneOf::First(shared) => verify_shared(shared),
            OneOf::Second(attribution) => verify(attribution),
        }
    }
}
