//! `Usage`: columns in, summaries kept, bytes out.

use std::cell::RefCell;
use std::ptr;
use std::sync::Arc;

use napi::bindgen_prelude::{Buffer, Uint8Array};
use napi_derive::napi;
use serde::Deserialize;
use upid_core::json;
use upid_core::usage::operations::EncodedUsage;
use upid_core::usage::{IngestOptions, Matrix, MetricId, SampleKind, Usage, UsageKey, UsageSpec};

use crate::columns::{TimeColumn, ValueColumn, milliseconds, times, values};
use crate::failure::guarded;
use crate::input::{JsonText, text};

/// The native part of the JavaScript class `Usage`.
#[napi]
#[derive(Default)]
pub struct NativeUsage {
    /// A cell, as napi forbids `&mut self` while a task runs that was given this object.
    state: RefCell<Arc<Usage>>,
}

impl NativeUsage {
    fn of(usage: Usage) -> Self {
        Self { state: RefCell::new(Arc::new(usage)) }
    }

    /// The Usage as it is now, whatever is added later.
    pub(crate) fn now(&self) -> Arc<Usage> {
        Arc::clone(&self.state.borrow())
    }

    /// Changes it; copies it first if a running task still reads it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Usage) -> T) -> T {
        change(Arc::make_mut(&mut self.state.borrow_mut()))
    }
}

/// What a series (one key) or a matrix (many) says beside its columns.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About<K> {
    #[serde(alias = "key")]
    keys: K,
    metric: String,
    #[serde(default)]
    kind: SampleKind,
    #[serde(default)]
    options: IngestOptions,
}

#[napi]
impl NativeUsage {
    /// An empty Usage that measures what `spec` (JSON of `UsageSpec`) says.
    #[napi(constructor, catch_unwind)]
    pub fn new(spec: Option<JsonText<'_>>) -> napi::Result<Self> {
        guarded(|| {
            let spec = match &spec {
                Some(json) => json::from_json(text(json)?)?,
                None => UsageSpec::default(),
            };
            Usage::new(spec).map(Self::of)
        })
    }

    /// Reads what `to_bytes` wrote.
    #[napi(factory, catch_unwind)]
    pub fn from_bytes(bytes: &[u8]) -> napi::Result<Self> {
        guarded(|| Usage::from_bytes(bytes).map(Self::of))
    }

    /// Reads `{"usage": base64}`, other members ignored.
    #[napi(factory, catch_unwind)]
    pub fn from_json(json: JsonText<'_>) -> napi::Result<Self> {
        guarded(|| {
            let encoded: EncodedUsage = json::from_json(text(&json)?)?;
            encoded.decode().map(Self::of).map_err(|e| e.at_path("usage"))
        })
    }

    /// The versioned bytes with their checksum.
    #[napi(catch_unwind)]
    pub fn to_bytes(&self) -> napi::Result<Buffer> {
        guarded(|| Ok(Buffer::from(self.now().to_bytes())))
    }

    /// Adds one series; gives the JSON of its `IngestReport`.
    #[napi(catch_unwind)]
    pub fn add_series(
        &self,
        about: JsonText<'_>,
        timestamps: TimeColumn<'_>,
        value_column: ValueColumn<'_>,
    ) -> napi::Result<String> {
        guarded(|| {
            let About::<UsageKey> { keys: key, metric, kind, options } =
                json::from_json(text(&about)?)?;
            let metric = MetricId::parse(&metric).map_err(|e| e.at_path("metric"))?;
            let explicit = milliseconds(&timestamps)?;
            let columns = upid_core::usage::Columns {
                timestamps_ms: times(&timestamps, &explicit)?,
                values: values(&value_column),
                validity: None,
                kind,
            };
            json::to_json(&self.change(|usage| usage.add_series(&key, metric, &columns, &options))?)
        })
    }

    /// Adds a row of values for each key; gives the JSON of its `IngestReport`.
    #[napi(catch_unwind)]
    pub fn add_matrix(
        &self,
        about: JsonText<'_>,
        timestamps: TimeColumn<'_>,
        value_column: ValueColumn<'_>,
    ) -> napi::Result<String> {
        guarded(|| {
            let About::<Vec<UsageKey>> { keys, metric, kind, options } =
                json::from_json(text(&about)?)?;
            let explicit = milliseconds(&timestamps)?;
            let matrix = Matrix {
                keys: &keys,
                metric: MetricId::parse(&metric).map_err(|e| e.at_path("metric"))?,
                timestamps_ms: times(&timestamps, &explicit)?,
                values: values(&value_column),
                kind,
            };
            json::to_json(&self.change(|usage| usage.add_matrix(&matrix, &options))?)
        })
    }

    /// Adds answers of the Prometheus HTTP API as if they were one; gives the JSON of `Parsed<PrometheusReport>`.
    #[napi(catch_unwind)]
    pub fn add_prometheus(
        &self,
        documents: Vec<Uint8Array>,
        options: JsonText<'_>,
    ) -> napi::Result<String> {
        guarded(|| {
            let options = json::from_json(text(&options)?).map_err(|e| e.under("options"))?;
            let documents: Vec<&[u8]> = documents.iter().map(AsRef::as_ref).collect();
            let parsed =
                self.change(|usage| usage.add_prometheus_documents(&documents, &options))?;
            json::to_json(&parsed)
        })
    }

    /// Adds another Usage; gives the JSON of the `MergeReport`.
    #[napi(catch_unwind)]
    pub fn merge(&self, other: &NativeUsage) -> napi::Result<String> {
        guarded(|| {
            if ptr::eq(self, other) {
                return Err(Usage::merged_with_itself());
            }
            let other = other.now();
            json::to_json(&self.change(|usage| usage.merge(&other))?)
        })
    }

    /// The JSON list of its keys, in order.
    #[napi(catch_unwind)]
    pub fn keys(&self) -> napi::Result<String> {
        guarded(|| json::to_json(&self.now().keys().collect::<Vec<_>>()))
    }
}
