//! Pointers and lengths from C as slices, text and out places; what can be checked is checked.

use core::ffi::c_char;
use core::ptr::NonNull;

use upid_core::{Error, ErrorKind, Result};

/// A type for which every bit pattern is a value, so that memory from C can be read as it.
///
/// # Safety
/// No invalid bit patterns, no drop glue.
pub(crate) unsafe trait Plain: Copy {}
// SAFETY: integers and floats have no invalid bit patterns.
unsafe impl Plain for u8 {}
// SAFETY: as above.
unsafe impl Plain for i64 {}
// SAFETY: as above.
unsafe impl Plain for u64 {}
// SAFETY: as above.
unsafe impl Plain for f32 {}
// SAFETY: as above.
unsafe impl Plain for f64 {}
// SAFETY: as above.
unsafe impl Plain for usize {}
// SAFETY: a pointer may be any address until it is followed.
unsafe impl Plain for *const u8 {}

/// A pointer that is neither null nor misaligned.
pub(crate) fn checked<T>(pointer: *const T, name: &str) -> Result<NonNull<T>> {
    let Some(pointer) = NonNull::new(pointer.cast_mut()) else {
        return Err(Error::new(ErrorKind::NullPointer, format!("{name} is NULL"))
            .at_path(name)
            .hint("pass a valid pointer"));
    };
    if !pointer.is_aligned() {
        return Err(Error::new(
            ErrorKind::MisalignedPointer,
            format!("{name} is not aligned to {} bytes", align_of::<T>()),
        )
        .at_path(name)
        .hint("pass a pointer to an object or array of the declared type, not into the middle of bytes"));
    }
    Ok(pointer)
}

/// An array of C. NULL is an empty array if `len` is 0.
///
/// # Safety
/// If `pointer` is not null, `len` elements from it are readable and unchanged during `'a`.
pub(crate) unsafe fn array<'a, T: Plain>(
    pointer: *const T,
    len: usize,
    name: &str,
) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    let pointer = checked(pointer, name)?;
    let fits = len
        .checked_mul(size_of::<T>())
        .filter(|bytes| isize::try_from(*bytes).is_ok())
        .and_then(|bytes| pointer.addr().get().checked_add(bytes));
    if fits.is_none() {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            format!("{name} cannot have {len} elements: no array is that long"),
        )
        .at_path(name)
        .hint("pass the number of elements; a negative number became a huge size_t?"));
    }
    // SAFETY: not null, aligned, shorter than isize::MAX bytes, not wrapping; readable by this function's contract,
    // and `Plain` allows any bytes.
    Ok(unsafe { core::slice::from_raw_parts(pointer.as_ptr(), len) })
}

/// UTF-8 text of a given length.
///
/// # Safety
/// As for [`array`].
pub(crate) unsafe fn text<'a>(pointer: *const c_char, len: usize, name: &str) -> Result<&'a str> {
    // SAFETY: the same contract.
    let bytes = unsafe { array(pointer.cast::<u8>(), len, name) }?;
    utf8(bytes, name)
}

/// NUL-terminated UTF-8 text of at most `limit` bytes; NULL is `None`.
///
/// # Safety
/// If `pointer` is not null, the bytes up to the first NUL, or `limit + 1` bytes, are readable and unchanged during `'a`.
pub(crate) unsafe fn c_text<'a>(
    pointer: *const c_char,
    limit: usize,
    too_long: ErrorKind,
    name: &str,
) -> Result<Option<&'a str>> {
    let Some(start) = NonNull::new(pointer.cast_mut().cast::<u8>()) else { return Ok(None) };
    let mut len = 0;
    loop {
        // SAFETY: no NUL was seen before, so the byte at `len` ≤ `limit` is within the text.
        let next = unsafe { start.add(len) };
        // SAFETY: as above.
        if unsafe { next.read() } == 0 {
            break;
        }
        if len == limit {
            return Err(Error::new(too_long, format!("{name} is longer than {limit} bytes"))
                .at_path(name)
                .hint("pass a shorter text that ends with NUL"));
        }
        len += 1;
    }
    // SAFETY: `len` bytes were just read.
    utf8(unsafe { core::slice::from_raw_parts(start.as_ptr(), len) }, name).map(Some)
}

fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    core::str::from_utf8(bytes).map_err(|e| {
        Error::new(
            ErrorKind::Encoding,
            format!("{name} is not UTF-8 from byte {}", e.valid_up_to()),
        )
        .at_path(name)
        .at_byte(e.valid_up_to())
        .hint("pass UTF-8 text without a byte-order mark")
    })
}

/// A place where C wants a result.
pub(crate) struct Out<T>(NonNull<T>);

impl<T: Copy> Out<T> {
    /// Checks a required out pointer.
    ///
    /// # Safety
    /// If `pointer` is not null, it is writable until the call returns.
    pub(crate) unsafe fn new(pointer: *mut T, name: &str) -> Result<Self> {
        checked(pointer, name).map(Self)
    }

    /// An out pointer that may be NULL.
    ///
    /// # Safety
    /// As for [`Out::new`].
    pub(crate) unsafe fn optional(pointer: *mut T, name: &str) -> Result<Option<Self>> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: the same contract.
        unsafe { Self::new(pointer, name) }.map(Some)
    }

    pub(crate) fn set(&self, value: T) {
        // SAFETY: writable by the contract of `new`; `Copy` means that nothing old needs dropping.
        unsafe { self.0.write(value) };
    }
}

/// Copies values into a C array of the same length.
///
/// # Safety
/// If `pointer` is not null, `values.len()` elements from it are writable.
pub(crate) unsafe fn write<T: Plain>(values: &[T], pointer: *mut T, name: &str) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let pointer = checked(pointer, name)?;
    // SAFETY: the elements are writable, and no Rust object overlaps the caller's array.
    unsafe { pointer.as_ptr().copy_from_nonoverlapping(values.as_ptr(), values.len()) };
    Ok(())
}

/// Copies `bytes` into a C buffer under the two-call pattern and writes the needed size.
///
/// # Safety
/// If `buffer` is not null, `capacity` bytes from it are writable; `needed` as for [`Out::new`].
pub(crate) unsafe fn fill(
    bytes: &[u8],
    buffer: *mut u8,
    capacity: usize,
    needed: &Out<usize>,
) -> Result<()> {
    needed.set(bytes.len());
    if buffer.is_null() && capacity == 0 {
        return Ok(());
    }
    let buffer = checked(buffer, "buffer")?;
    if capacity < bytes.len() {
        return Err(Error::new(
            ErrorKind::BufferTooSmall,
            format!("the buffer holds {capacity} bytes and {} are needed", bytes.len()),
        )
        .at_path("buffer")
        .hint("call with NULL and 0 to learn the needed size, then with a buffer of that size"));
    }
    // SAFETY: `bytes.len()` ≤ `capacity` bytes are writable.
    unsafe { write(bytes, buffer.as_ptr(), "buffer") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_arrays_are_refused() {
        let data = [1.0_f64, 2.0];
        let kind = |pointer, len| {
            // SAFETY: every case is refused before memory is read.
            unsafe { array::<f64>(pointer, len, "values") }.unwrap_err().kind()
        };
        assert_eq!(kind(core::ptr::null(), 1), ErrorKind::NullPointer);
        assert_eq!(kind(data.as_ptr().wrapping_byte_add(1), 1), ErrorKind::MisalignedPointer);
        assert_eq!(kind(data.as_ptr(), usize::MAX), ErrorKind::InvalidValue);
        assert_eq!(kind(data.as_ptr(), usize::MAX / 8), ErrorKind::InvalidValue);
        assert_eq!(kind(core::ptr::without_provenance(usize::MAX - 7), 2), ErrorKind::InvalidValue);
        // SAFETY: empty.
        assert!(unsafe { array::<f64>(core::ptr::null(), 0, "values") }.unwrap().is_empty());
        // SAFETY: `data` lives and has two elements.
        assert_eq!(unsafe { array(data.as_ptr(), 2, "values") }.unwrap(), &data);
    }

    #[test]
    fn unterminated_text_is_cut_at_the_limit() {
        // SAFETY: both texts end with NUL, the first one after the limit.
        let read = |text: &core::ffi::CStr, limit| unsafe {
            c_text(text.as_ptr(), limit, ErrorKind::InvalidKey, "pod")
                .map(Option::unwrap)
                .map(str::to_owned)
        };
        assert_eq!(read(c"cart-0", 3).unwrap_err().kind(), ErrorKind::InvalidKey);
        assert_eq!(read(c"cart-0", 6).unwrap(), "cart-0");
        assert_eq!(read(c"\xff", 6).unwrap_err().kind(), ErrorKind::Encoding);
    }
}
