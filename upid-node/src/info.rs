//! What this build is and can do.

use napi_derive::napi;

use crate::failure::guarded;

/// The version of the core, which all faces share.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    upid_core::VERSION
}

/// JSON list of operations, each with the JSON Schema of input and output.
#[napi(catch_unwind)]
pub fn operations() -> napi::Result<String> {
    guarded(upid_core::wire::operations)
}
