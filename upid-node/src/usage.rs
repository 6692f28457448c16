//! Usage.

use std::sync::Arc;

use napi_derive::napi;

/// The native part of `Usage`.
#[napi]
#[derive(Default)]
pub struct NativeUsage {
    /// Shared with running tasks; a change copies it first if one holds it (`Arc::make_mut`).
    pub(crate) shared: Arc<upid_core::Usage>,
}

#[napi]
impl NativeUsage {
    /// Empty.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self::default()
    }
}
