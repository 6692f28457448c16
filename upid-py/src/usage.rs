//! `Usage` behind a lock, so that Python threads may share one.

use std::ptr;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use pyo3_arrow::input::AnyRecordBatch;
use upid_core::json::{from_json, to_json};
use upid_core::usage::operations::EncodedUsage;
use upid_core::usage::{
    Columns, IngestOptions, Matrix, MetricId, SampleKind, TableStream, UsageKey,
};
use upid_core::{Error, ErrorKind, Result, Usage};

use crate::arrow;
use crate::columns::{Samples, TimesColumn};
use crate::error::{exception, run};
use crate::table::Batches;

/// The summaries of a cluster; `upid.Usage` wraps it.
#[pyclass(frozen, module = "upid._upid")]
pub(crate) struct NativeUsage(RwLock<Usage>);

impl NativeUsage {
    /// Shared access; taken only without the GIL, else two threads could wait for each other for ever.
    pub(crate) fn read(&self) -> Result<RwLockReadGuard<'_, Usage>> {
        self.0.read().map_err(poisoned)
    }

    fn write(&self) -> Result<RwLockWriteGuard<'_, Usage>> {
        self.0.write().map_err(poisoned)
    }
}

fn poisoned<T>(_: PoisonError<T>) -> Error {
    Error::new(ErrorKind::Internal, "an earlier call hit a bug and left this Usage half written")
        .hint("build it again from its data")
}

#[pymethods]
impl NativeUsage {
    #[new]
    fn new() -> Self {
        Self(RwLock::new(Usage::default()))
    }

    #[staticmethod]
    #[pyo3(signature = (data, /))]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        run(py, || Usage::from_bytes(data)).map(|usage| Self(RwLock::new(usage)))
    }

    /// Reads `{"usage": base64}`, other members ignored.
    #[staticmethod]
    #[pyo3(signature = (json, /))]
    fn from_json(py: Python<'_>, json: &str) -> PyResult<Self> {
        run(py, || from_json::<EncodedUsage>(json)?.decode().map_err(|e| e.at_path("usage")))
            .map(|usage| Self(RwLock::new(usage)))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        run(py, || Ok(self.read()?.to_bytes())).map(|bytes| PyBytes::new(py, &bytes))
    }

    #[pyo3(signature = (key, metric, kind, times, values, options, /))]
    #[allow(clippy::too_many_arguments)]
    fn add_series<'py>(
        &self,
        py: Python<'py>,
        key: Key,
        metric: &str,
        kind: &str,
        times: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        options: &str,
    ) -> PyResult<String> {
        let times = TimesColumn::of(times)?;
        let values = Samples::of(&times, values)?;
        let columns = values.columns().map_err(|error| exception(py, &error))?;
        run(py, || {
            let metric = MetricId::parse(metric).map_err(|e| e.at_path("metric"))?;
            let (kind, options) = settings(kind, options)?;
            to_json(&self.write()?.add_series(&of(key), metric, &columns.kind(kind), &options)?)
        })
    }

    #[pyo3(signature = (key, kind, times, rx, tx, options, /))]
    #[allow(clippy::too_many_arguments)]
    fn add_network<'py>(
        &self,
        py: Python<'py>,
        key: Key,
        kind: &str,
        times: &Bound<'py, PyAny>,
        rx: &Bound<'py, PyAny>,
        tx: &Bound<'py, PyAny>,
        options: &str,
    ) -> PyResult<String> {
        let times = TimesColumn::of(times)?;
        let (rx, tx) = (Samples::of(&times, rx)?, Samples::of(&times, tx)?);
        let raised = |error| exception(py, &error);
        let (rx, tx) = (rx.columns().map_err(raised)?, tx.columns().map_err(raised)?);
        run(py, || {
            let (kind, options) = settings(kind, options)?;
            let report =
                self.write()?.add_network(&of(key), &rx.kind(kind), &tx.kind(kind), &options)?;
            to_json(&report)
        })
    }

    /// Adds answers of the Prometheus HTTP API as if they were one; gives the JSON of `Parsed<PrometheusReport>`.
    #[pyo3(signature = (documents, options, /))]
    #[allow(clippy::needless_pass_by_value)] // pyo3 hands the list over by value
    fn add_prometheus(
        &self,
        py: Python<'_>,
        documents: Vec<PyBackedBytes>,
        options: &str,
    ) -> PyResult<String> {
        run(py, || {
            let options = from_json(options).map_err(|e| e.under("options"))?;
            let documents: Vec<&[u8]> = documents.iter().map(AsRef::as_ref).collect();
            // Threads that share this Usage wait for the merge alone.
            let mut part = Usage::new(self.read()?.spec().clone())?;
            let parsed = part.add_prometheus_documents(&documents, &options)?;
            self.write()?.merge(&part)?;
            to_json(&parsed)
        })
    }

    /// Adds a row of values for each key.
    #[pyo3(signature = (keys, metric, kind, times, values, options, /))]
    #[allow(clippy::too_many_arguments)]
    fn add_matrix<'py>(
        &self,
        py: Python<'py>,
        keys: Vec<Key>,
        metric: &str,
        kind: &str,
        times: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        options: &str,
    ) -> PyResult<String> {
        let times = TimesColumn::of(times)?;
        let values = Samples::of(&times, values)?;
        let Columns { timestamps_ms, values, .. } =
            values.columns().map_err(|error| exception(py, &error))?;
        run(py, || {
            let metric = MetricId::parse(metric).map_err(|e| e.at_path("metric"))?;
            let (kind, options) = settings(kind, options)?;
            let keys: Vec<UsageKey> = keys.into_iter().map(of).collect();
            let matrix = Matrix { keys: &keys, metric, timestamps_ms, values, kind };
            // Threads that share this Usage wait for the merge alone.
            let mut part = Usage::new(self.read()?.spec().clone())?;
            let report = part.add_matrix(&matrix, &options)?;
            self.write()?.absorb(part)?;
            to_json(&report)
        })
    }

    /// Adds tables as one stream, and tells `progress` the rows done after each batch.
    #[pyo3(signature = (tables, kind, options, progress, /))]
    fn add_table(
        &self,
        py: Python<'_>,
        tables: &Bound<'_, PyAny>,
        kind: &str,
        options: &str,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let (kind, mut stream) = run(py, || {
            let (kind, options) = settings(kind, options)?;
            Ok((kind, TableStream::new(self.read()?.spec().clone(), options)?))
        })?;
        let mut ignored: Vec<String> = Vec::new();
        for table in tables.try_iter()? {
            let reader = table?.extract::<AnyRecordBatch>().and_then(AnyRecordBatch::into_reader);
            let reader = reader.map_err(|error| arrow::refused(py, error))?;
            let mut batches = run(py, || Batches::of(reader))?;
            for name in batches.ignored() {
                if !ignored.contains(name) {
                    ignored.push(name.clone());
                }
            }
            while run(py, || batches.next(kind, &mut stream))? {
                py.check_signals()?;
                if let Some(progress) = progress {
                    progress.call1((stream.rows(),))?;
                }
            }
        }
        run(py, || {
            let mut report = stream.finish(&mut *self.write()?)?;
            report.ignored_columns = ignored;
            to_json(&report)
        })
    }

    #[pyo3(signature = (other, /))]
    fn merge(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<String> {
        let other = other.get();
        run(py, || {
            let report = if ptr::eq(self, other) {
                return Err(Usage::merged_with_itself());
            } else if ptr::from_ref(self) < ptr::from_ref(other) {
                // Both locks in the order of their addresses, so that a.merge(b) and b.merge(a) cannot block each other.
                let mut mine = self.write()?;
                mine.merge(&*other.read()?)?
            } else {
                let theirs = other.read()?;
                self.write()?.merge(&theirs)?
            };
            to_json(&report)
        })
    }

    fn keys(&self, py: Python<'_>) -> PyResult<Vec<Key>> {
        run(py, || {
            let usage = self.read()?;
            Ok(usage
                .keys()
                .map(|k| {
                    (k.cluster.clone(), k.namespace.clone(), k.pod.clone(), k.container.clone())
                })
                .collect())
        })
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        run(py, || Ok(self.read()?.len()))
    }
}

/// Cluster, namespace, pod, container.
type Key = (String, String, String, String);

fn of((cluster, namespace, pod, container): Key) -> UsageKey {
    UsageKey { cluster, namespace, pod, container }
}

fn settings(kind: &str, options: &str) -> Result<(SampleKind, IngestOptions)> {
    Ok((from_json(kind).map_err(|e| e.at_path("kind"))?, from_json(options)?))
}
