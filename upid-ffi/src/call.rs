//! Every operation, on JSON.

use core::ffi::c_char;

use serde::Deserialize;
use serde::de::IgnoredAny;
use upid_core::{Error, ErrorKind, Result, json, wire};

use crate::panic::guard;
use crate::slice::{self, Out};
use crate::text::{self, upid_text};
use crate::usage::{self, upid_usage};

/// Longer than the name of any operation or format.
const NAME_LIMIT: usize = 128;

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
        let operation = unsafe { operation_name(operation) }?;
        // SAFETY: the caller's contract.
        let json = unsafe { slice::text(json, json_len, "json") }?;
        let output = usage::read_optional(usage, |usage| wire::call(operation, json, usage))?;
        text::give(output, &out)
    })
}

/// Runs an operation "ingest.…" on documents as they came, without their way through JSON: "ingest.kubernetes" makes a
/// Snapshot of what `kubectl get … -o json`, kube-state-metrics or Prometheus give. Gives JSON `{value, notices, stats,
/// partial}`; `value` is what upid_analyze takes.
///
/// `documents` and `lens` are arrays of `count` pointers and sizes in bytes; the documents are read as if they were one.
/// `options` is JSON of the parser's options, e.g. {"now":"2026-03-15T00:00:00Z"}, or NULL with `options_len` 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_ingest(
    operation: *const c_char,
    documents: *const *const u8,
    lens: *const usize,
    count: usize,
    options: *const c_char,
    options_len: usize,
    text: *mut *mut upid_text,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { text_out(text) }?;
        // SAFETY: the caller's contract.
        let operation = unsafe { operation_name(operation) }?;
        // SAFETY: the caller's contract.
        let documents = unsafe { slice::array(documents, count, "documents") }?;
        // SAFETY: as above.
        let lens = unsafe { slice::array(lens, count, "lens") }?;
        let documents = documents
            .iter()
            .zip(lens)
            .enumerate()
            // SAFETY: the caller's contract; the slices are not used after this call.
            .map(|(i, (at, len))| unsafe { slice::array(*at, *len, &format!("documents[{i}]")) })
            .collect::<Result<Vec<&[u8]>>>()?;
        // SAFETY: as above.
        let options = unsafe { slice::text(options, options_len, "options") }?;
        text::give(wire::ingest(operation, &documents, options)?, &out)
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
        let config = (!config.is_empty()).then_some(config);
        let output = usage::read_optional(usage, |usage| wire::analyze(snapshot, config, usage))?;
        text::give(output, &out)
    })
}

/// Renders an Analysis as a report: the operation "report.render", but its text itself and not JSON that holds it.
///
/// `analysis` is the JSON of upid_analyze. `format` is "Text", "Markdown", "Html", "Csv" and so on; NULL for "Text".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_render(
    analysis: *const c_char,
    analysis_len: usize,
    format: *const c_char,
    text: *mut *mut upid_text,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { text_out(text) }?;
        // SAFETY: the caller's contract.
        let analysis = unsafe { slice::text(analysis, analysis_len, "analysis") }?;
        // SAFETY: the caller's contract.
        let format =
            unsafe { slice::c_text(format, NAME_LIMIT, ErrorKind::InvalidValue, "format") }?;
        let format = json::to_json(&format.unwrap_or("Text"))?;
        let input = object(&[("analysis", analysis), ("format", &format)])?;
        let output: Rendered = json::from_json(&wire::call("report.render", &input, None)?)?;
        text::give(output.text, &out)
    })
}

/// Output of `report.render`.
#[derive(Deserialize)]
struct Rendered {
    text: String,
}

/// A JSON object of JSON values. Each must be one whole value, or it could smuggle in members of its own.
fn object(parts: &[(&str, &str)]) -> Result<String> {
    let mut members = Vec::with_capacity(parts.len());
    for (name, value) in parts {
        json::from_json::<IgnoredAny>(value).map_err(|e| e.under(name))?;
        members.push(format!("\"{name}\":{value}"));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// # Safety
/// `operation` is NULL or a text that ends in a zero byte.
unsafe fn operation_name<'a>(operation: *const c_char) -> Result<&'a str> {
    // SAFETY: the same contract.
    let name =
        unsafe { slice::c_text(operation, NAME_LIMIT, ErrorKind::UnknownOperation, "operation") }?;
    name.ok_or_else(|| {
        Error::new(ErrorKind::NullPointer, "operation is NULL")
            .at_path("operation")
            .hint("pass a name that upid_operations lists")
    })
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
        let join =
            |parts: &[(&str, &str)]| object(parts).map_err(|e| (e.kind(), e.place().path.clone()));
        assert_eq!(join(&[("a", "{}")]).unwrap(), r#"{"a":{}}"#);
        assert_eq!(join(&[("a", "{ }"), ("b", "1")]).unwrap(), r#"{"a":{ },"b":1}"#);
        let error = |kind, path: &str| Err((kind, Some(path.to_owned())));
        assert_eq!(join(&[("a", r#"{},"b":{}"#)]), error(ErrorKind::Format, "a"));
        assert_eq!(join(&[("a", "")]), error(ErrorKind::EmptyInput, "a"));
        assert_eq!(join(&[("a", "{}"), ("b", "{")]), error(ErrorKind::Truncated, "b"));
    }
}
