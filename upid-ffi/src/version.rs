//! Versions.

use core::ffi::{CStr, c_char};

/// The version of the C ABI that this header describes; it rises when a function or struct changes incompatibly.
pub const UPID_ABI_VERSION: i32 = 1;

/// The version of the linked library, e.g. "0.1.0". The text lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn upid_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// The ABI version of the linked library; use it only if it equals UPID_ABI_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn upid_abi_version() -> i32 {
    UPID_ABI_VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree() {
        // SAFETY: a static text.
        let version = unsafe { CStr::from_ptr(upid_version()) };
        assert_eq!(version.to_str().unwrap(), upid_core::VERSION);
    }
}
