//! Reasons and findings: explanations as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::Ignored;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Severity {
    /// Good to know.
    Info,
    /// The answer is weaker for it.
    Warning,
    /// Part of the answer is missing for it.
    Error,
}

/// Where a reason pulls the idle probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Direction {
    /// Toward idle.
    Idle,
    /// Toward active.
    Active,
    /// Neither.
    Neutral,
}

/// Why a verdict was reached: a code, a sentence and the numbers behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reason {
    /// Code in Pascal case, e.g. `NoBusinessTraffic`.
    pub code: String,
    /// One sentence that states its own numbers.
    pub message: String,
    /// The numbers.
    #[serde(default)]
    pub data: BTreeMap<String, Value>,
    /// Factor of the idle model it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<String>,
    /// Where it pulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Its log-odds in the idle model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_odds: Option<f64>,
}

impl Reason {
    /// A reason with code and sentence; add numbers with [`Reason::with`].
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            data: BTreeMap::new(),
            factor: None,
            direction: None,
            log_odds: None,
        }
    }

    /// Adds a number behind the reason.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// Places it in the idle model.
    #[must_use]
    pub fn in_factor(mut self, factor: &str, direction: Direction, log_odds: f64) -> Self {
        self.factor = Some(factor.to_owned());
        self.direction = Some(direction);
        self.log_odds = Some(log_odds);
        self
    }
}

/// Something about the input or the answer that a reader must know, counted, with up to ten examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// Code in Pascal case, e.g. `PriceMissing`.
    pub code: String,
    /// One sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How often.
    pub count: u64,
    /// The first ten places, in ascending order.
    #[serde(default)]
    pub examples: Vec<String>,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

impl Finding {
    /// How many examples a finding keeps.
    pub const MAX_EXAMPLES: usize = 10;

    /// A finding with all its places; they are counted, sorted and cut to ten.
    pub fn new(code: &str, severity: Severity, message: &str, mut places: Vec<String>) -> Self {
        let count = places.len() as u64;
        places.sort_unstable();
        places.truncate(Self::MAX_EXAMPLES);
        Self {
            code: code.to_owned(),
            message: Some(message.to_owned()),
            count,
            examples: places,
            severity: Some(severity),
        }
    }

    /// Names the fields of an input that were ignored because nobody knows them.
    pub fn unknown_fields(ignored: Ignored) -> Option<Self> {
        (ignored.count > 0).then(|| Self {
            count: ignored.count,
            ..Self::new(
                "UnknownField",
                Severity::Warning,
                "fields that this version does not know were ignored; check their spelling",
                ignored.paths,
            )
        })
    }
}
