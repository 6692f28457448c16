//! Operations: JSON in, JSON out.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use upid_core::{units::Timestamp, wire};

use crate::error::{exception, run};
use crate::usage::NativeUsage;

/// Runs an operation on JSON text and gives the JSON text of its result.
#[pyfunction]
#[pyo3(signature = (operation, input, usage=None, /))]
pub(crate) fn call(
    py: Python<'_>,
    operation: &str,
    input: &str,
    usage: Option<&Bound<'_, NativeUsage>>,
) -> PyResult<String> {
    let usage = usage.map(Bound::get);
    run(py, || match usage {
        Some(usage) => wire::call(operation, input, Some(&*usage.read()?)),
        None => wire::call(operation, input, None),
    })
}

/// Runs an operation `ingest.…` on documents as they came; gives the JSON text of its result.
#[pyfunction]
#[pyo3(signature = (operation, documents, options, /))]
#[allow(clippy::needless_pass_by_value)] // pyo3 hands the list over by value
pub(crate) fn ingest(
    py: Python<'_>,
    operation: &str,
    documents: Vec<PyBackedBytes>,
    options: &str,
) -> PyResult<String> {
    run(py, || {
        let documents: Vec<&[u8]> = documents.iter().map(AsRef::as_ref).collect();
        wire::ingest(operation, &documents, options)
    })
}

/// Analyses JSON texts of a Snapshot and a Config.
#[pyfunction]
#[pyo3(signature = (snapshot, config=None, usage=None, /))]
pub(crate) fn analyze(
    py: Python<'_>,
    snapshot: &str,
    config: Option<&str>,
    usage: Option<&Bound<'_, NativeUsage>>,
) -> PyResult<String> {
    let usage = usage.map(Bound::get);
    run(py, || match usage {
        Some(usage) => wire::analyze(snapshot, config, Some(&*usage.read()?)),
        None => wire::analyze(snapshot, config, None),
    })
}

/// The result of an operation in its canonical bytes, whoever wrote `output`.
#[pyfunction]
#[pyo3(signature = (operation, output, /))]
pub(crate) fn canonical(py: Python<'_>, operation: &str, output: &str) -> PyResult<String> {
    run(py, || wire::canonical(operation, output))
}

/// Every operation with the JSON Schema of its input and output, as JSON text.
#[pyfunction]
pub(crate) fn operations(py: Python<'_>) -> PyResult<String> {
    run(py, wire::operations)
}

/// The schema document from which the types of this package are generated, as JSON text.
#[pyfunction]
pub(crate) fn schema() -> &'static str {
    wire::schema_text()
}

/// Epoch milliseconds of RFC 3339 text.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn instant(py: Python<'_>, text: &str) -> PyResult<i64> {
    Timestamp::parse(text).map(Timestamp::ms).map_err(|error| exception(py, &error))
}
