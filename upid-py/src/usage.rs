//! `Usage` behind a lock, so that Python threads may share one.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pyo3::prelude::*;
use upid_core::{Error, ErrorKind, Result, Usage};

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
    Error::new(ErrorKind::Internal, "this Usage was left half written by a bug that an earlier call hit")
        .hint("build it again from its data")
}

#[pymethods]
impl NativeUsage {
    #[new]
    fn new() -> Self {
        Self(RwLock::new(Usage::default()))
    }
}
