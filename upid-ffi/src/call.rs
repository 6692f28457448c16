//! Every operation, on JSON.

use core::ffi::c_char;

use serde::de::IgnoredAny;
use upid_core::{Error, ErrorKind, Result, wire};

use crate::panic::guard;
use crate::slice::{self, Out};
use crate::text::{self, upid_text};
use crate::usage::{self, upid_usage};

/// Longer than the name of any operation.
const OPERATION_LIMIT: usize = 128;

/// Gives the list of operations as JSON `[{name, summary, input, output}]`; input and output are JSON Schemas.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_operations(text: *mut *mut upid_text) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { text_out(text) }?;
        text::give(wire::operations()?, &out)
    })
}

/// Runs an operation, e.g. "cost.attribute", on its JSON input and gives its JSON output.
///
/// `usage` may be NULL; where the operation reads a Usage, it stands for the input's `usage` field.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_call(
    operation: *const c_char,
    json: *const c_char,
    json_len: usize,
    usage: *const upid_usage,
    text: *mut *mut upid_text,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { text_out(text) }?;
        // SAFETY: the caller's contract.
        let operation = unsafe {
            slice::c_text(operation, OPERATION_LIMIT, ErrorKind::UnknownOperation, "operation")
        }?
        .ok_or_else(|| {
            Error::new(ErrorKind::NullPointer, "operation is NULL")
                .at_path("operation")
                .hint("pass a name that upid_operations lists")
        })?;
        // SAFETY: the caller's contract.
        let json = unsafe { slice::text(json, json_len, "json") }?;
        let output = usage::read_optional(usage, |usage| wire::call(operation, json, usage))?;
        text::give(output, &out)
    })
}

/// Analyses a Snapshot and a Usage under a Config: the operation "analyze". Gives the Analysis as JSON.
///
/// `snapshot` is JSON. `usage` may be NULL (nothing measured). `config` may be NULL with `config_len` 0 (all defaults).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_analyze(
    snapshot: *const c_char,
    snapshot_len: usize,
    usage: *const upid_usage,
    config: *const c_char,
    config_len: usize,
    text: *mut *mut upid_text,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { text_out(text) }?;
        // SAFETY: the caller's contract.
        let snapshot = unsafe { slice::text(snapshot, snapshot_len, "snapshot") }?;
        // SAFETY: the caller's contract.
        let config = unsafe { slice::text(config, config_len, "config") }?;
        let input = join(snapshot, config)?;
        let output = usage::read_optional(usage, |usage| wire::call("analyze", &input, usage))?;
        text::give(output, &out)
    })
}

/// The input of `analyze`. Each part must be one JSON value, or it could smuggle in fields of the other.
fn join(snapshot: &str, config: &str) -> Result<String> {
    wire::from_json::<IgnoredAny>(snapshot).map_err(|e| e.under("snapshot"))?;
    if config.is_empty() {
        return Ok(format!("{{\"snapshot\":{snapshot}}}"));
    }
    wire::from_json::<IgnoredAny>(config).map_err(|e| e.under("config"))?;
    Ok(format!("{{\"config\":{config},\"snapshot\":{snapshot}}}"))
}

/// # Safety
/// `text` is NULL or writable.
unsafe fn text_out(text: *mut *mut upid_text) -> Result<Out<*mut upid_text>> {
    // SAFETY: the same contract.
    let out = unsafe { Out::new(text, "text") }?;
    out.set(core::ptr::null_mut());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_leave_their_place() {
        assert_eq!(join("{}", "").unwrap(), r#"{"snapshot":{}}"#);
        assert_eq!(join("{}", "{ }").unwrap(), r#"{"config":{ },"snapshot":{}}"#);
        let error = join(r#"{},"config":{}"#, "").unwrap_err();
        assert_eq!(
            (error.kind(), error.place().path.as_deref()),
            (ErrorKind::Format, Some("snapshot"))
        );
        assert_eq!(join("", "").unwrap_err().kind(), ErrorKind::EmptyInput);
        assert_eq!(join("{}", "{").unwrap_err().place().path.as_deref(), Some("config"));
    }
}
