//! The Usage handle.

use upid_core::{Result, Usage};

use crate::handle::Registry;
use crate::panic::guard;
use crate::slice::Out;
use crate::text;

/// What happened: mergeable summaries of samples. Made by upid_usage_new or upid_usage_from_bytes, ended with
/// upid_usage_free.
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

/// Makes an empty Usage of the default spec.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_usage_new(usage: *mut *mut upid_usage) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let out = unsafe { Out::new(usage, "usage") }?;
        out.set(core::ptr::null_mut());
        out.set(USAGES.insert(Usage::default())?);
        Ok(())
    })
}

/// Ends a Usage; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn upid_usage_free(usage: *mut upid_usage) -> i32 {
    guard(|| USAGES.remove(usage, "usage"))
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
