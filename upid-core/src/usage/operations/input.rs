//! What the inputs of several operations share: the Usage itself, and the selection of keys and times.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::units::{TimeRange, Timestamp};
use crate::usage::view::empty;
use crate::usage::{KeySelector, MetricId, MetricView, Usage, UsageKey};

/// A Usage as JSON: its bytes in base64 (standard alphabet, padded).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EncodedUsage {
    /// The bytes of [`Usage::to_bytes`] in base64.
    pub usage: String,
}

impl EncodedUsage {
    /// Encodes a Usage.
    pub fn new(usage: &Usage) -> Self {
        Self { usage: encode(usage) }
    }

    /// Decodes it; text that is not base64 is `UPID_CORRUPT_USAGE`.
    pub fn decode(&self) -> Result<Usage> {
        decode(&self.usage)
    }
}

pub(super) fn encode(usage: &Usage) -> String {
    STANDARD.encode(usage.to_bytes())
}

pub(super) fn decode(text: &str) -> Result<Usage> {
    let bytes = STANDARD.decode(text).map_err(|e| {
        Error::new(ErrorKind::CorruptUsage, format!("not base64: {e}"))
            .hint("pass the base64 text that usage.summarize or usage.merge gave")
    })?;
    Usage::from_bytes(&bytes)
}

/// The Usage of a call: the handle that was passed beside the JSON, or the `usage` field.
pub(super) fn resolve<'a>(
    field: Option<&str>,
    handle: Option<&'a Usage>,
) -> Result<Cow<'a, Usage>> {
    match (field, handle) {
        (None, Some(usage)) => Ok(Cow::Borrowed(usage)),
        (Some(text), None) => decode(text).map(Cow::Owned).map_err(|e| e.at_path("usage")),
        (None, None) => Err(Error::new(ErrorKind::MissingField, "there is no Usage")
            .at_path("usage")
            .hint("pass a Usage with the call, or its base64 as `usage`")),
        (Some(_), Some(_)) => Err(Error::new(ErrorKind::InvalidValue, "two Usages are given")
            .at_path("usage")
            .hint("pass the Usage with the call or in the field `usage`, not both")),
    }
}

/// Where a range is wrong in the input of a query.
pub(super) fn of_range(error: Error) -> Error {
    match error.kind() {
        ErrorKind::EmptyWindow | ErrorKind::RangeNotAligned => error.at_path("startMs"),
        _ => error,
    }
}

/// Which Usage, keys, metric and times a query reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// The Usage in base64, unless one is passed with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// One key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<UsageKey>,
    /// Any subset of the key fields, in place of `key`; neither selects every key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<KeySelector>,
    /// The metric.
    pub metric: MetricId,
    /// First instant, in whole UTC hours or days as the query demands; default: the day of the first sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_ms: Option<i64>,
    /// First instant after; default: the end of the day of the last sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ms: Option<i64>,
    /// Answer for every key too; several keys are otherwise merged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_key: bool,
}

impl Selection {
    /// The keys it selects.
    pub(super) fn selector(&self) -> Result<KeySelector> {
        match (&self.key, &self.selector) {
            (Some(key), None) => Ok(KeySelector::from(key)),
            (None, Some(selector)) => Ok(selector.clone()),
            (None, None) => Ok(KeySelector::default()),
            (Some(_), Some(_)) => {
                Err(Error::new(ErrorKind::InvalidValue, "key and selector are both given")
                    .at_path("selector")
                    .hint("give one of them"))
            }
        }
    }

    /// The given range, open ends closed at the days of a view.
    pub(super) fn range(&self, view: &MetricView<'_>) -> TimeRange {
        let whole = view.range();
        TimeRange {
            start: self.start_ms.map_or(whole.start, Timestamp),
            end: self.end_ms.map_or(whole.end, Timestamp),
        }
    }

    /// The merged view, and one per key if that was asked for.
    pub(super) fn views<'a>(&self, usage: &'a Usage) -> Result<Views<'a>> {
        let selector = self.selector()?;
        let merged = usage.merged(&selector, self.metric)?;
        let mut each = Vec::new();
        if self.per_key {
            for key in usage.keys().filter(|key| selector.matches(key)) {
                if let Some(view) = usage.view(key, self.metric)? {
                    each.push((key, view));
                }
            }
            if each.is_empty() {
                return Err(empty(self.metric));
            }
        }
        Ok(Views { merged, each })
    }
}

/// The views of a selection.
pub(super) struct Views<'a> {
    pub(super) merged: MetricView<'a>,
    pub(super) each: Vec<(&'a UsageKey, MetricView<'a>)>,
}
