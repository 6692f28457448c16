//! Structs of C that carry their own size.

use upid_core::{Error, ErrorKind, Result};

use crate::slice::{Out, checked};

/// A `repr(C)` struct whose first field is `struct_size: usize`.
///
/// # Safety
/// `repr(C)`, the first field is a `usize`, and all fields allow every bit pattern.
pub(crate) unsafe trait Versioned: Copy {
    /// Its name in C.
    const NAME: &'static str;
    /// The defaults, with `struct_size` set.
    fn initial() -> Self;
}

/// What `upid_X_init` does.
///
/// # Safety
/// If `pointer` is not null, `size` bytes from it are writable.
pub(crate) unsafe fn init<T: Versioned>(pointer: *mut T, size: usize, name: &str) -> Result<()> {
    check_size::<T>(size, "struct_size")?;
    // SAFETY: the same contract, as `size` is the size of `T`.
    unsafe { Out::new(pointer, name) }?.set(T::initial());
    Ok(())
}

/// Reads a struct whose `struct_size` this library knows.
///
/// # Safety
/// If `pointer` is not null, its `struct_size` and then that many bytes are readable.
pub(crate) unsafe fn read<T: Versioned>(pointer: *const T, name: &str) -> Result<T> {
    // SAFETY: the same contract.
    unsafe { check(pointer, name) }?;
    // SAFETY: not null, aligned, and of the size of `T`; its fields allow any bytes.
    Ok(unsafe { pointer.read() })
}

/// An out struct that may be NULL; only its `struct_size` is read.
///
/// # Safety
/// As for [`read`], and writable.
pub(crate) unsafe fn optional_out<T: Versioned>(
    pointer: *mut T,
    name: &str,
) -> Result<Option<Out<T>>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the same contract.
    unsafe { check(pointer, name) }?;
    // SAFETY: the same contract.
    unsafe { Out::new(pointer, name) }.map(Some)
}

/// # Safety
/// If `pointer` is not null, its `struct_size` is readable.
unsafe fn check<T: Versioned>(pointer: *const T, name: &str) -> Result<()> {
    let pointer = checked(pointer, name)?;
    // SAFETY: every such struct starts with its size.
    let size = unsafe { pointer.cast::<usize>().read() };
    check_size::<T>(size, &format!("{name}.struct_size"))
}

fn check_size<T: Versioned>(size: usize, name: &str) -> Result<()> {
    if size == size_of::<T>() {
        return Ok(());
    }
    let what = T::NAME;
    Err(Error::new(
        ErrorKind::StructSize,
        format!("{name} is {size}, but {what} has {} bytes in this library", size_of::<T>()),
    )
    .at_path(name)
    .hint(format!(
        "call {what}_init(&x, sizeof x) first, and use the upid.h of this library's version"
    )))
}
