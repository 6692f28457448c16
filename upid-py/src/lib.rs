//! The Python face of UPID: check, convert, one core call, convert back, without the GIL in between.
//!
//! Everything a user sees is in `python/upid`; this module is its private engine `upid._upid`.

mod arrow;
mod call;
mod columns;
mod error;
mod rollup;
mod table;
mod usage;

use pyo3::prelude::*;

/// The engine of the package `upid`; private.
#[pymodule]
mod _upid {
    #[pymodule_export]
    use super::call::{analyze, call, canonical, ingest, instant, operations, schema};
    #[pymodule_export]
    use super::rollup::NativeRollup;
    #[pymodule_export]
    use super::usage::NativeUsage;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const version: &str = env!("CARGO_PKG_VERSION");
}
