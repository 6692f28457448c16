//! The fixed status numbers.

use core::ffi::c_char;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::ptr;
use std::sync::LazyLock;

use upid_core::ErrorKind;

/// Status of a call. The numbers are fixed for ever; each is also the `number` of the error's JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs, reason = "UPID_OK says it all")]
pub enum upid_status {
    /// Success.
    UPID_OK = 0,
    /// A panic was caught at a boundary: a bug in UPID.
    UPID_INTERNAL = 1,
    /// The caller cancelled the call; nothing changed.
    UPID_CANCELLED = 2,
    /// No operation of that name.
    UPID_UNKNOWN_OPERATION = 3,
    /// The operation needs a feature that this build lacks.
    UPID_FEATURE_DISABLED = 4,
    /// A callback of the host failed.
    UPID_CALLBACK_FAILED = 5,
    /// A limit of `Config.limits` was exceeded.
    UPID_LIMIT_EXCEEDED = 6,
    /// Written by a newer version that this reader must not guess at.
    UPID_UNSUPPORTED_VERSION = 7,
    /// C: a pointer that must not be null is null.
    UPID_NULL_POINTER = 20,
    /// C: a pointer is not aligned for its type.
    UPID_MISALIGNED_POINTER = 21,
    /// C: `struct_size` is not one this library knows.
    UPID_STRUCT_SIZE = 22,
    /// C: the caller's buffer is too small; the needed length is written back.
    UPID_BUFFER_TOO_SMALL = 23,
    /// C: a handle that is not alive.
    UPID_INVALID_HANDLE = 24,
    /// A value outside its range.
    UPID_INVALID_VALUE = 100,
    /// A configuration that makes no sense.
    UPID_INVALID_CONFIG = 101,
    /// A configuration that would switch off a safety check that must stay on.
    UPID_UNSAFE_CONFIG = 102,
    /// A required field is absent.
    UPID_MISSING_FIELD = 103,
    /// Columns of one series differ in length.
    UPID_LENGTH_MISMATCH = 104,
    /// A sampling step that is zero, negative or too long.
    UPID_INVALID_STEP = 105,
    /// A timestamp outside the years 1970 to 9999.
    UPID_TIMESTAMP_RANGE = 106,
    /// The same timestamp twice where that was to be rejected.
    UPID_DUPLICATE_TIMESTAMP = 107,
    /// Time went backwards in a state machine.
    UPID_TIME_REVERSED = 108,
    /// A window whose end is not after its start.
    UPID_EMPTY_WINDOW = 109,
    /// A range that does not start and end on whole hours or days.
    UPID_RANGE_NOT_ALIGNED = 110,
    /// No bytes or no items where at least one is needed.
    UPID_EMPTY_INPUT = 111,
    /// No usable sample was selected.
    UPID_EMPTY_SERIES = 112,
    /// Too little data, where no form of the result can say so.
    UPID_INSUFFICIENT_DATA = 113,
    /// Not an IANA time zone.
    UPID_UNKNOWN_TIME_ZONE = 114,
    /// A calendar with an impossible time or date.
    UPID_INVALID_CALENDAR = 115,
    /// A usage key that is too long or holds NUL.
    UPID_INVALID_KEY = 116,
    /// The same key twice.
    UPID_DUPLICATE_KEY = 117,
    /// A name or index that does not exist.
    UPID_UNKNOWN_KEY = 118,
    /// A metric name that is not known.
    UPID_UNKNOWN_METRIC = 119,
    /// Steps or life intervals that overlap.
    UPID_OVERLAP = 120,
    /// A count past its integer type.
    UPID_OVERFLOW = 121,
    /// A Snapshot with problems; `details.problems` lists all of them.
    UPID_INVALID_SNAPSHOT = 122,
    /// A node without allocatable resources where they are needed.
    UPID_MISSING_ALLOCATABLE = 123,
    /// An idle model that fails validation.
    UPID_INVALID_MODEL = 124,
    /// An event that is not legal in the present state.
    UPID_ILLEGAL_TRANSITION = 125,
    /// Malformed text or a value of the wrong type.
    UPID_FORMAT = 200,
    /// The input ends in the middle.
    UPID_TRUNCATED = 201,
    /// Not UTF-8.
    UPID_ENCODING = 202,
    /// Compressed bytes where plain ones are expected.
    UPID_COMPRESSED_INPUT = 203,
    /// The input says that more pages exist.
    UPID_PARTIAL_INPUT = 204,
    /// Every record was malformed.
    UPID_NO_RECORDS = 205,
    /// A required column is absent.
    UPID_MISSING_COLUMN = 206,
    /// Text that is not an RFC 3339 time.
    UPID_TIME_PARSE = 207,
    /// Text that is not a time range.
    UPID_INVALID_TIME_RANGE = 208,
    /// Text that is not a Kubernetes quantity.
    UPID_QUANTITY_PARSE = 209,
    /// A quantity past the representable range.
    UPID_QUANTITY_RANGE = 210,
    /// Prometheus answered with an error.
    UPID_PROMETHEUS_ERROR = 211,
    /// Kubernetes answered with a Status object.
    UPID_KUBERNETES_STATUS = 212,
    /// Text that is not a decimal amount.
    UPID_MONEY_PARSE = 300,
    /// Non-zero digits beyond the last decimal place that money keeps.
    UPID_MONEY_PRECISION = 301,
    /// An amount past the representable range.
    UPID_MONEY_OVERFLOW = 302,
    /// Not three capital letters.
    UPID_CURRENCY_UNKNOWN = 303,
    /// Two currencies in one operation.
    UPID_CURRENCY_MISMATCH = 304,
    /// An amount to split and no weight to split it by.
    UPID_NO_WEIGHT = 305,
    /// Bytes that are not a valid serialised Usage.
    UPID_CORRUPT_USAGE = 400,
    /// Two Usages of different specs.
    UPID_USAGE_SPEC_MISMATCH = 401,
    /// Counter fragments that overlap in time.
    UPID_USAGE_INTERLEAVED_COUNTER = 402,
    /// Counter data before the sealed time.
    UPID_USAGE_SEALED_RANGE = 403,
}

static NAMES: LazyLock<BTreeMap<i32, CString>> = LazyLock::new(|| {
    let ok = (upid_status::UPID_OK as i32, "UPID_OK");
    let kinds = ErrorKind::ALL.iter().map(|kind| (kind.number(), kind.code()));
    kinds.chain([ok]).filter_map(|(code, name)| Some((code, CString::new(name).ok()?))).collect()
});

/// The code of a status, e.g. "UPID_EMPTY_SERIES"; "UPID_OK" for 0; NULL for a number that is no status of this
/// version. The text lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn upid_status_name(code: i32) -> *const c_char {
    let name = || NAMES.get(&code).map_or(ptr::null(), |name| name.as_ptr());
    std::panic::catch_unwind(name).unwrap_or(ptr::null())
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    /// The enum is written out for cbindgen; this holds it to the core's list, documentation included.
    #[test]
    fn the_enum_is_the_list_of_the_core() {
        let source = include_str!("status.rs");
        let listed: Vec<&str> =
            source.lines().map(str::trim).filter(|line| line.starts_with("UPID_")).collect();
        let expected: Vec<String> = std::iter::once(("UPID_OK", 0))
            .chain(ErrorKind::ALL.iter().map(|kind| (kind.code(), kind.number())))
            .map(|(code, number)| format!("{code} = {number},"))
            .collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn names() {
        // SAFETY: the names are static texts.
        let name = |code| unsafe { CStr::from_ptr(upid_status_name(code)) };
        assert_eq!(name(0), c"UPID_OK");
        assert_eq!(name(24), c"UPID_INVALID_HANDLE");
        assert!(upid_status_name(-1).is_null());
        assert!(upid_status_name(i32::MAX).is_null());
    }
}
