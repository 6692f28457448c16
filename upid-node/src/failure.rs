//! Errors and panics on their way to JavaScript.

use std::panic::{AssertUnwindSafe, catch_unwind};

use upid_core::{Error, ErrorKind};

/// The core's error as a napi error whose reason is the error JSON; `lib/error.js` reads it.
pub(crate) fn failure(error: &Error) -> napi::Error {
    napi::Error::from_reason(error.to_json())
}

/// Runs one core call on whatever thread this is. A panic becomes `UPID_INTERNAL`: on a pool thread nothing else
/// would catch it, and it would end the process.
pub(crate) fn guarded<T>(run: impl FnOnce() -> Result<T, Error>) -> napi::Result<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| failure(&error)),
        Err(panic) => {
            let text = panic
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
                .unwrap_or("no message");
            Err(failure(
                &Error::new(ErrorKind::Internal, format!("a panic was caught: {text}"))
                    .hint("this is a bug in UPID: please report it with the input"),
            ))
        }
    }
}
