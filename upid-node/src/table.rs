//! Tables: columns of times, names and values of equal length, one or many as one stream.

use std::cell::RefCell;

use napi_derive::napi;
use serde::Deserialize;
use upid_core::usage::{
    IngestOptions, KeyColumns, MetricColumn, MetricId, SampleKind, TableColumns, TableStream,
    TableValues, TextColumn,
};
use upid_core::{Error, ErrorKind, json};

use crate::columns::{TimeColumn, ValueColumn, milliseconds, times, values};
use crate::failure::guarded;
use crate::input::{JsonText, text};
use crate::usage::NativeUsage;

/// What a value column is.
#[derive(Deserialize)]
struct ValueColumnAbout {
    metric: String,
    #[serde(default)]
    kind: SampleKind,
}

/// The distinct names of the key columns and of the metric column, in this order; an absent column has none.
type Names = Vec<Option<Vec<String>>>;

/// Tables on their way into a Usage.
#[napi]
pub struct NativeTableStream {
    /// None after `finish`.
    state: RefCell<Option<TableStream>>,
}

#[napi]
impl NativeTableStream {
    /// A stream for a Usage; `options` is JSON of `IngestOptions`.
    #[napi(constructor, catch_unwind)]
    pub fn new(usage: &NativeUsage, options: JsonText<'_>) -> napi::Result<Self> {
        guarded(|| {
            let options: IngestOptions = json::from_json(text(&options)?)?;
            let stream = TableStream::new(usage.now().spec().clone(), options)?;
            Ok(Self { state: RefCell::new(Some(stream)) })
        })
    }

    /// Adds a table; gives the rows of the stream so far. `about` is the JSON list of its value columns. A names column
    /// without codes holds one name for all rows.
    #[napi(catch_unwind)]
    pub fn add(
        &self,
        about: JsonText<'_>,
        timestamps: TimeColumn<'_>,
        names: Names,
        codes: Vec<Option<&[i32]>>,
        value_columns: Vec<ValueColumn<'_>>,
    ) -> napi::Result<f64> {
        guarded(|| {
            let columns: Vec<ValueColumnAbout> = json::from_json(text(&about)?)?;
            let borrowed: Vec<Option<Vec<&str>>> = names
                .iter()
                .map(|column| Some(column.as_ref()?.iter().map(String::as_str).collect()))
                .collect();
            let column = |at: usize| text_column(borrowed.get(at)?.as_deref()?, *codes.get(at)?);
            let explicit = milliseconds(&timestamps)?;
            let mut metrics = Vec::new();
            let mut about_and_values = columns.iter().zip(&value_columns);
            let table_values = if let Some(metric) = column(4) {
                let (ValueColumnAbout { kind, .. }, column) =
                    about_and_values.next_back().ok_or_else(no_values)?;
                TableValues::Long { metric, values: values(column), validity: None, kind: *kind }
            } else {
                for (ValueColumnAbout { metric, kind }, column) in about_and_values {
                    let id = MetricId::parse(metric).map_err(|e| e.at_path(metric))?;
                    let values = values(column);
                    metrics.push(MetricColumn { metric: id, values, validity: None, kind: *kind });
                }
                TableValues::Wide(&metrics)
            };
            let mut state = self.state.borrow_mut();
            let stream = state.as_mut().ok_or_else(finished)?;
            stream.add(&TableColumns {
                timestamps_ms: times(&timestamps, &explicit)?,
                keys: KeyColumns {
                    cluster: column(0),
                    namespace: column(1),
                    pod: column(2),
                    container: column(3),
                },
                values: table_values,
            })?;
            Ok(stream.rows() as f64)
        })
    }

    /// Adds what came to a Usage; gives the JSON of the `IngestReport`.
    #[napi(catch_unwind)]
    pub fn finish(&self, usage: &NativeUsage) -> napi::Result<String> {
        guarded(|| {
            let stream = self.state.borrow_mut().take().ok_or_else(finished)?;
            json::to_json(&usage.change(|usage| stream.finish(usage))?)
        })
    }
}

fn text_column<'a>(names: &'a [&'a str], codes: Option<&'a [i32]>) -> Option<TextColumn<'a>> {
    match codes {
        Some(codes) => Some(TextColumn::Dictionary { codes, names }),
        None => names.first().map(|name| TextColumn::Constant(name)),
    }
}

fn no_values() -> Error {
    Error::new(ErrorKind::MissingColumn, "the table has no column of values").at_path("values")
}

fn finished() -> Error {
    Error::new(ErrorKind::InvalidValue, "this stream of tables is finished")
}
