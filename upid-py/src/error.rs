//! Errors and panics of the core as Python exceptions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use upid_core::{Error, ErrorKind, Result};

/// Runs `work` without the GIL; its error, or its panic, becomes an exception.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    py.detach(|| {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic)))
    })
    .map_err(|error| exception(py, &error))
}

/// The exception of an error: `upid._errors.from_json` picks its class by the error's own `class` field.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    static FROM_JSON: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FROM_JSON
        .import(py, "upid._errors", "from_json")
        .and_then(|from_json| from_json.call1((error.to_json(),)))
        .map_or_else(|failure| failure, PyErr::from_value)
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::new(ErrorKind::Internal, format!("a bug in UPID was caught: {said}"))
        .hint("please report it with the input that caused it")
}
