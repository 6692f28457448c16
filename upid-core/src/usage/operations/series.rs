//! `usage.summarize`: series, events and requests to a Usage.

use serde::{Deserialize, Serialize};

use super::input::encode;
use crate::error::{Error, ErrorKind, Result};
use crate::json::flattened;
use crate::model::Finding;
use crate::units::Timestamp;
use crate::usage::{
    Columns, IngestOptions, IngestReport, MetricId, RequestLog, SampleKind, SeriesRef, Times,
    Usage, UsageEvent, UsageKey, UsageSpec, Values, summarize_batch,
};

/// One series with one time axis, in any of its spellings (DESIGN.md, Series).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeriesInput {
    /// Whose.
    pub key: UsageKey,
    /// Of what.
    pub metric: MetricId,
    /// What the values mean.
    #[serde(default)]
    pub kind: SampleKind,
    /// One time per value, in epoch milliseconds, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamps_ms: Option<Vec<i64>>,
    /// Time of the first value, in epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_ms: Option<i64>,
    /// Distance of the values in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_ms: Option<i64>,
    /// The same as `startMs`, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// The same as `stepMs`, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_seconds: Option<f64>,
    /// The values in the metric's unit; `null` is missing.
    pub values: Vec<Option<f64>>,
}

impl SeriesInput {
    /// The time axis; none or two of them is `UPID_MISSING_FIELD` or `UPID_INVALID_VALUE`.
    pub(super) fn times(&self) -> Result<Times<'_>> {
        let start = match (self.start_ms, self.start) {
            (Some(_), Some(_)) => return Err(two_axes("start")),
            (ms, time) => ms.or(time.map(|time| time.0)),
        };
        let step = match (self.step_ms, self.step_seconds) {
            (Some(_), Some(_)) => return Err(two_axes("stepSeconds")),
            (Some(ms), None) => Some(ms),
            (None, Some(seconds)) => Some(step_ms(seconds)?),
            (None, None) => None,
        };
        match (&self.timestamps_ms, start, step) {
            (Some(times), None, None) => Ok(Times::Explicit(times)),
            (Some(_), ..) => Err(two_axes("timestampsMs")),
            (None, Some(start_ms), Some(step_ms)) => Ok(Times::Regular { start_ms, step_ms }),
            (None, None, _) => Err(no_axis("startMs")),
            (None, _, None) => Err(no_axis("stepMs")),
        }
    }

    /// The values with NaN for `null`.
    pub(super) fn floats(&self) -> Vec<f64> {
        self.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
    }
}

fn step_ms(seconds: f64) -> Result<i64> {
    let ms = (seconds * 1000.0).round_ties_even();
    if (1.0..9e15).contains(&ms) && (ms / 1000.0 - seconds).abs() < 1e-9 * seconds {
        return Ok(ms as i64);
    }
    Err(Error::new(ErrorKind::InvalidStep, format!("the step of {seconds} s is not usable"))
        .at_path("stepSeconds")
        .hint("give whole milliseconds, e.g. 60 or 0.5"))
}

fn two_axes(path: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, "a series has two time axes")
        .at_path(path)
        .hint("give timestampsMs, or startMs and stepMs, or start and stepSeconds")
}

fn no_axis(path: &str) -> Error {
    Error::new(ErrorKind::MissingField, "a series has no time axis")
        .at_path(path)
        .hint("give timestampsMs, or startMs and stepMs, or start and stepSeconds")
}

/// An event with its key.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyedEvent {
    /// Whose.
    pub key: UsageKey,
    /// The event.
    #[serde(flatten)]
    pub event: UsageEvent,
}

flattened!(KeyedEvent { event, key: UsageKey });

/// The requests of one pod or workload. `R` is the row form of the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyedRequests<R> {
    /// Whose; the container is empty.
    pub key: UsageKey,
    /// Hourly counts.
    pub rows: Vec<R>,
    /// What the log covered; absent: every hour from the first row to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_log: Option<RequestLog>,
}

/// Input of `usage.summarize`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SummarizeInput"))]
#[serde(rename_all = "camelCase", bound(deserialize = "R: Deserialize<'de>"))]
pub struct SummarizeInput<R> {
    /// What to measure; the default spec if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<UsageSpec>,
    /// Policies.
    #[serde(default)]
    pub options: IngestOptions,
    /// Samples.
    #[serde(default)]
    pub series: Vec<SeriesInput>,
    /// Events.
    #[serde(default)]
    pub events: Vec<KeyedEvent>,
    /// Requests.
    #[serde(default)]
    pub requests: Vec<KeyedRequests<R>>,
}

/// Output of `usage.summarize`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SummarizeOutput {
    /// The Usage in base64.
    pub usage: String,
    /// What became of the rows.
    pub report: IngestReport,
    /// What a reader of the requests must know, e.g. that the coverage of a log was inferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<Finding>,
}

impl<R> SummarizeInput<R> {
    /// Builds the Usage. `add` turns the request rows of one key into classes and adds them; it gives what a reader
    /// must know. The module that knows request rows stands to the right of this one.
    pub fn run(
        self,
        add: impl Fn(&mut Usage, KeyedRequests<R>) -> Result<Vec<Finding>>,
    ) -> Result<SummarizeOutput> {
        let spec = self.spec.unwrap_or_default();
        let floats: Vec<Vec<f64>> = self.series.iter().map(SeriesInput::floats).collect();
        let mut items = Vec::with_capacity(self.series.len());
        for (at, (series, values)) in self.series.iter().zip(&floats).enumerate() {
            let timestamps_ms = series.times().map_err(|e| e.under(&format!("series[{at}]")))?;
            let (values, validity, kind) = (Values::F64(values), None, series.kind);
            let columns = Columns { timestamps_ms, values, validity, kind };
            items.push(SeriesRef { key: &series.key, metric: series.metric, columns });
        }
        let (mut usage, report) = summarize_batch(&items, &spec, &self.options)?;
        for (at, item) in self.events.into_iter().enumerate() {
            usage
                .add_event(&item.key, item.event)
                .map_err(|e| e.under(&format!("events[{at}]")))?;
        }
        let mut quality = Vec::new();
        for (at, item) in self.requests.into_iter().enumerate() {
            let found = add(&mut usage, item).map_err(|e| e.under(&format!("requests[{at}]")))?;
            quality.extend(found);
        }
        Ok(SummarizeOutput { usage: encode(&usage), report, quality })
    }
}
