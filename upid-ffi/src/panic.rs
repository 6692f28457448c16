//! No panic crosses into C.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use upid_core::{Error, ErrorKind, Result};

use crate::last_error;
use crate::status::upid_status;

/// Runs an export: its error, or the panic it ended in, becomes the thread's last error and the returned status.
pub(crate) fn guard(body: impl FnOnce() -> Result<()>) -> i32 {
    // What a panic leaves half-changed is a handle's content, which its lock then marks as poisoned.
    let outcome =
        catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| Err(caught(payload)));
    match outcome {
        Ok(()) => upid_status::UPID_OK as i32,
        Err(error) => {
            let status = error.kind().number();
            last_error::set(error);
            status
        }
    }
}

fn caught(payload: Box<dyn Any + Send>) -> Error {
    let said = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    // Dropping a payload of an unknown type could itself panic.
    std::mem::forget(payload);
    Error::new(
        ErrorKind::Internal,
        format!("a panic was caught: {}", said.as_deref().unwrap_or("no message")),
    )
    .hint("this is a bug in UPID; please report the call and its input")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_a_status() {
        assert_eq!(guard(|| panic!("at the disco")), 1);
        assert_eq!(
            last_error::text(),
            "UPID_INTERNAL: a panic was caught: at the disco; this is a bug in UPID; please report the call and its input"
        );
        assert_eq!(guard(|| std::panic::panic_any(7_u8)), 1);
        assert!(last_error::text().contains("no message"));
    }

    #[test]
    fn success_leaves_the_last_error_alone() {
        assert_eq!(guard(|| Err(Error::new(ErrorKind::Overlap, "two"))), 120);
        assert_eq!(guard(|| Ok(())), 0);
        assert_eq!(last_error::text(), "UPID_OVERLAP: two");
    }
}
