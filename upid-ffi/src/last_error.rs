//! The last failure of each thread.

use core::ffi::c_char;
use std::cell::RefCell;

use upid_core::{Error, Result};

use crate::panic::guard;
use crate::slice::Out;
use crate::status::upid_status;

thread_local! {
    static LAST: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Remembers an error. While a thread ends there may be no place for it any more; the status still stands.
pub(crate) fn set(error: Error) {
    let _ = LAST.try_with(|last| last.replace(Some(error)));
}

/// Code, message, place and hint in one line; empty if no call of this thread has failed.
pub(crate) fn text() -> String {
    with(|error| error.map(Error::text).unwrap_or_default())
}

fn json() -> String {
    with(|error| error.map_or_else(|| "null".to_owned(), Error::to_json))
}

fn with(read: impl Fn(Option<&Error>) -> String) -> String {
    LAST.try_with(|last| read(last.borrow().as_ref())).unwrap_or_else(|_| read(None))
}

/// Writes this thread's last failure as one line of text: code, message, place and hint, ended by NUL; the empty text
/// if no call has failed yet. Calls that succeed do not clear it, and this function never changes it.
///
/// `needed` (may be NULL) receives the size in bytes, NUL included. `buffer` may be NULL with `capacity` 0 to ask for
/// the size alone. UPID_BUFFER_TOO_SMALL: the text was cut at a character, still ended by NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_last_error(
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> i32 {
    // SAFETY: the caller's contract.
    unsafe { give(text, buffer, capacity, needed) }
}

/// Writes this thread's last failure as JSON `{code, number, class, message, hint, where, details}`, or `null`; in all
/// else like upid_last_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_last_error_json(
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> i32 {
    // SAFETY: the caller's contract.
    unsafe { give(json, buffer, capacity, needed) }
}

/// Unlike other functions these keep their own failures out of the last error, which they are there to show.
///
/// # Safety
/// `buffer` is NULL or `capacity` bytes from it are writable; `needed` is NULL or writable.
unsafe fn give(
    form: fn() -> String,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> i32 {
    let mut status = upid_status::UPID_OK as i32;
    let caught = guard(|| {
        // SAFETY: the caller's contract.
        match unsafe { copy(&form(), buffer.cast(), capacity, needed) } {
            Ok(true) => {}
            Ok(false) => status = upid_status::UPID_BUFFER_TOO_SMALL as i32,
            Err(error) => status = error.kind().number(),
        }
        Ok(())
    });
    if caught == upid_status::UPID_OK as i32 { status } else { caught }
}

/// Whether all of the text and its NUL fitted, or only the size was asked for.
///
/// # Safety
/// As for [`give`].
unsafe fn copy(text: &str, buffer: *mut u8, capacity: usize, needed: *mut usize) -> Result<bool> {
    // SAFETY: the caller's contract.
    if let Some(needed) = unsafe { Out::optional(needed, "needed") }? {
        needed.set(text.len() + 1);
    }
    if capacity == 0 {
        return Ok(buffer.is_null());
    }
    let buffer = crate::slice::checked(buffer, "buffer")?;
    let mut end = text.len().min(capacity - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // SAFETY: `end` < `capacity` bytes are writable, and the caller's buffer overlaps no Rust object.
    unsafe { buffer.as_ptr().copy_from_nonoverlapping(text.as_ptr(), end) };
    // SAFETY: `end` < `capacity`.
    let last = unsafe { buffer.add(end) };
    // SAFETY: as above.
    unsafe { last.write(0) };
    Ok(end == text.len())
}

#[cfg(test)]
mod tests {
    use upid_core::ErrorKind;

    use super::*;

    #[test]
    fn texts_are_cut_at_a_character() {
        set(Error::new(ErrorKind::Overlap, "é"));
        let full = "UPID_OVERLAP: é";
        let get = |buffer: &mut [u8], needed: &mut usize| {
            // SAFETY: the capacity is that of the buffer.
            unsafe { upid_last_error(buffer.as_mut_ptr().cast(), buffer.len(), needed) }
        };
        let mut buffer = [1_u8; 32];
        let mut needed = 0;
        assert_eq!(get(&mut buffer[..0], &mut needed), 23);
        assert_eq!(get(&mut buffer[..1], &mut needed), 23);
        assert_eq!(get(&mut buffer, &mut needed), 0);
        assert_eq!(needed, full.len() + 1);
        assert_eq!(&buffer[..needed], [full.as_bytes(), b"\0"].concat());
        assert_eq!(get(&mut buffer[..needed - 1], &mut needed), 23);
        assert_eq!(&buffer[..15], b"UPID_OVERLAP: \0");
    }
}
