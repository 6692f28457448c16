//! The Usage handle.

use core::ffi::c_char;
use core::ptr;

use upid_core::usage::operations::EncodedUsage;
use upid_core::usage::{MetricId, Usage, UsageSpec};
use upid_core::{Error, ErrorKind, Result, json};

use crate::handle::Registry;
use crate::layout;
use crate::panic::guard;
use crate::report::upid_ingest_report;
use crate::series::{Series, upid_series};
use crate::slice::{self, Out};
use crate::text::{self, upid_text};

/// What happened: mergeable summaries of samples. Made by upid_usage_new, upid_usage_from_bytes or
/// upid_usage_from_json, freed with upid_usage_free.
pub struct upid_usage {
    _opaque: [u8; 0],
}

static USAGES: Registry<Usage> = Registry::new("upid_usage");

/// Reads a Usage that may be NULL.
pub(crate) fn read_optional<R>(
    usage: *const upid_usage,
    body: impl FnOnce(Option<&Usage>) -> Result<R>,
) -> Result<R> {
    if usage.is_null() {
        body(None)
    } else {
        USAGES.read(usage, "usage", |usage| body(Some(usage)))
    }
}

/// Makes an empty Usage.
///
/// `spec` is JSON of a UsageSpec (own metrics, thresholds), or NULL with `spec_len` 0 for the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_new(
    spec: *const c_char,
    spec_len: usize,
    usage: *mut *mut upid_usage,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { usage_out(usage) }?;
        // SAFETY: the caller's contract.
        let spec = unsafe { slice::text(spec, spec_len, "spec") }?;
        let spec = if spec.is_empty() {
            UsageSpec::default()
        } else {
            json::from_json(spec).map_err(|e| e.under("spec"))?
        };
        let usage = Usage::new(spec).map_err(|e| e.under("spec"))?;
        out.set(USAGES.insert(usage)?);
        Ok(())
    })
}

/// Frees a Usage; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn upid_usage_free(usage: *mut upid_usage) -> i32 {
    guard(|| USAGES.remove(usage, "usage"))
}

/// Adds the samples of one container and metric. On failure the Usage is unchanged.
///
/// `report` (may be NULL) says what became of the rows; set it up with upid_ingest_report_init.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_add_series(
    usage: *mut upid_usage,
    series: *const upid_series,
    report: *mut upid_ingest_report,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let report = unsafe { layout::optional_out(report, "report") }?;
        // SAFETY: the caller's contract; the slices are not used after this call.
        let Series { key, metric, columns, options } = unsafe { Series::read(series, "series") }?;
        let done = USAGES.write(usage, "usage", |usage| {
            usage.add_series(&key, metric, &columns, &options).map_err(|e| e.under("series"))
        })?;
        if let Some(report) = report {
            report.set((&done).into());
        }
        Ok(())
    })
}

/// Adds received and sent bytes per second of a pod, and their sum at equal times, which idle detection reads: two calls
/// of upid_usage_add_series would leave it empty. On failure the Usage is unchanged.
///
/// `rx` is a series of "network_rx" and `tx` one of "network_tx" with the same names and options. `report` (may be NULL)
/// counts the rows of both.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_add_network(
    usage: *mut upid_usage,
    rx: *const upid_series,
    tx: *const upid_series,
    report: *mut upid_ingest_report,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let report = unsafe { layout::optional_out(report, "report") }?;
        // SAFETY: the caller's contract; the slices are not used after this call.
        let rx = unsafe { Series::read(rx, "rx") }?;
        // SAFETY: as above.
        let tx = unsafe { Series::read(tx, "tx") }?;
        rx.must_be(MetricId::NETWORK_RX_BYTES_PER_SECOND).map_err(|e| e.under("rx"))?;
        tx.must_be(MetricId::NETWORK_TX_BYTES_PER_SECOND).map_err(|e| e.under("tx"))?;
        if (&rx.key, &rx.options) != (&tx.key, &tx.options) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "rx and tx differ in names or options",
            )
            .at_path("tx")
            .hint("copy rx to tx, then set metric and values of tx"));
        }
        let done = USAGES.write(usage, "usage", |usage| {
            usage.add_network(&rx.key, &rx.columns, &tx.columns, &rx.options)
        })?;
        if let Some(report) = report {
            report.set((&done).into());
        }
        Ok(())
    })
}

/// Adds an answer of the Prometheus HTTP API (/api/v1/query, /api/v1/query_range) as it came. On failure the Usage is
/// unchanged.
///
/// `options` is JSON of the options of the operation "ingest.prometheus", e.g. {"metric":"cpu"} for an answer without
/// metric names, or NULL with `options_len` 0. `parsed` (may be NULL) receives JSON `{value{series, events, report},
/// notices, stats, partial}`: what became of the samples, and what was left out; free it with upid_text_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_add_prometheus(
    usage: *mut upid_usage,
    answer: *const u8,
    answer_len: usize,
    options: *const c_char,
    options_len: usize,
    parsed: *mut *mut upid_text,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { Out::optional(parsed, "parsed") }?;
        if let Some(out) = &out {
            out.set(ptr::null_mut());
        }
        // SAFETY: the caller's contract; the slices are not used after this call.
        let answer = unsafe { slice::array(answer, answer_len, "answer") }?;
        // SAFETY: as above.
        let options = unsafe { slice::text(options, options_len, "options") }?;
        let options = if options.is_empty() { "{}" } else { options };
        let options = json::from_json(options).map_err(|e| e.under("options"))?;
        let done = USAGES.write(usage, "usage", |usage| usage.add_prometheus(answer, &options))?;
        if let Some(out) = out {
            text::give(json::to_json(&done)?, &out)?;
        }
        Ok(())
    })
}

/// Merges `other`, which stays as it is, into `usage`. On failure `usage` is unchanged.
///
/// `overlapping_slots` (may be NULL) receives how many 5-minute slots were observed on both sides: not 0 may mean that
/// samples were counted twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_merge(
    usage: *mut upid_usage,
    other: *const upid_usage,
    overlapping_slots: *mut u64,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let slots = unsafe { Out::optional(overlapping_slots, "overlapping_slots") }?;
        if ptr::eq(usage, other) && !usage.is_null() {
            return Err(Usage::merged_with_itself());
        }
        let done = USAGES.read(other, "other", |other| {
            USAGES.write(usage, "usage", |usage| usage.merge(other))
        })?;
        if let Some(slots) = slots {
            slots.set(done.overlapping_slots);
        }
        Ok(())
    })
}

/// Writes a Usage as bytes (versioned, with a checksum; equal state gives equal bytes) under the two-call pattern:
/// `needed` always receives the size; `buffer` may be NULL with `capacity` 0 to ask for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_to_bytes(
    usage: *const upid_usage,
    buffer: *mut u8,
    capacity: usize,
    needed: *mut usize,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let needed = unsafe { Out::new(needed, "needed") }?;
        let bytes = USAGES.read(usage, "usage", |usage| Ok(usage.to_bytes()))?;
        // SAFETY: the caller's contract.
        unsafe { slice::fill(&bytes, buffer, capacity, &needed) }
    })
}

/// Reads a Usage from its bytes, which may come from anywhere: damage is a UPID_CORRUPT_USAGE that says what and where.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_from_bytes(
    bytes: *const u8,
    len: usize,
    usage: *mut *mut upid_usage,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { usage_out(usage) }?;
        // SAFETY: the caller's contract.
        let bytes = unsafe { slice::array(bytes, len, "bytes") }?;
        out.set(USAGES.insert(Usage::from_bytes(bytes)?)?);
        Ok(())
    })
}

/// Reads a Usage from its JSON form `{"usage":"<base64>"}`, other members ignored: the output of "usage.summarize",
/// "usage.merge" and every other operation that gives a Usage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_from_json(
    json: *const c_char,
    json_len: usize,
    usage: *mut *mut upid_usage,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { usage_out(usage) }?;
        // SAFETY: the caller's contract.
        let json = unsafe { slice::text(json, json_len, "json") }?;
        let encoded: EncodedUsage = json::from_json(json).map_err(|e| match e.kind() {
            ErrorKind::EmptyInput => e.at_path("json"),
            _ => e,
        })?;
        out.set(USAGES.insert(encoded.decode().map_err(|e| e.at_path("usage"))?)?);
        Ok(())
    })
}

/// Gives the number of keys (containers and pods) in a Usage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_len(usage: *const upid_usage, len: *mut usize) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let len = unsafe { Out::new(len, "len") }?;
        len.set(USAGES.read(usage, "usage", |usage| Ok(usage.len()))?);
        Ok(())
    })
}

/// Gives the number of handles of any kind that are alive in this process: for tests that look for leaks, which
/// leak checkers cannot see as the library still owns the objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_live_handles(count: *mut usize) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        unsafe { Out::new(count, "count") }?.set(USAGES.count() + text::count());
        Ok(())
    })
}

/// # Safety
/// `usage` is NULL or writable.
unsafe fn usage_out(usage: *mut *mut upid_usage) -> Result<Out<*mut upid_usage>> {
    // SAFETY: the same contract.
    let out = unsafe { Out::new(usage, "usage") }?;
    out.set(ptr::null_mut());
    Ok(out)
}
