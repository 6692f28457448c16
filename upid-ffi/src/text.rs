//! Text that the library made.

use core::ffi::c_char;

use upid_core::Result;

use crate::handle::Registry;
use crate::panic::guard;
use crate::slice::Out;

/// Text made by the library, mostly JSON: read with upid_text_data, freed with upid_text_free.
pub struct upid_text {
    _opaque: [u8; 0],
}

/// UTF-8 with a NUL after it.
static TEXTS: Registry<Box<[u8]>> = Registry::new("upid_text");

/// Gives a text to C.
pub(crate) fn give(text: String, out: &Out<*mut upid_text>) -> Result<()> {
    let mut bytes = text.into_bytes();
    bytes.push(0);
    out.set(TEXTS.insert(bytes.into_boxed_slice())?);
    Ok(())
}

/// How many texts are alive.
pub(crate) fn count() -> usize {
    TEXTS.count()
}

/// Gives the bytes of a text, UTF-8 with a NUL after them. They live until upid_text_free.
///
/// `len` (may be NULL) receives the length without the NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_text_data(
    text: *const upid_text,
    data: *mut *const c_char,
    len: *mut usize,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let data = unsafe { Out::new(data, "data") }?;
        data.set(core::ptr::null());
        // SAFETY: the caller's contract.
        let len = unsafe { Out::optional(len, "len") }?;
        TEXTS.read(text, "text", |bytes| {
            data.set(bytes.as_ptr().cast());
            if let Some(len) = &len {
                len.set(bytes.len() - 1);
            }
            Ok(())
        })
    })
}

/// Gives the length of a text in bytes, without the NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_text_len(text: *const upid_text, len: *mut usize) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let len = unsafe { Out::new(len, "len") }?;
        TEXTS.read(text, "text", |bytes| {
            len.set(bytes.len() - 1);
            Ok(())
        })
    })
}

/// Frees a text; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn upid_text_free(text: *mut upid_text) -> i32 {
    guard(|| TEXTS.remove(text, "text"))
}
