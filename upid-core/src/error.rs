//! One error type for the whole library: what went wrong, where, and how to mend it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Shorthand for `Result<T, Error>`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The class of an [`ErrorKind`]; each face has one exception (or error name) per class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ErrorClass {
    /// The call itself: unknown operation, disabled feature, failed callback, wrong C argument.
    CallError,
    /// A bug in UPID: a caught panic.
    InternalError,
    /// The caller cancelled the call.
    CancelledError,
    /// A configured limit was exceeded.
    CapacityError,
    /// A value that cannot be used.
    InvalidInputError,
    /// Bytes or text that cannot be read.
    ParseError,
    /// Money that cannot be represented or split.
    MoneyError,
    /// Unknown or mixed currencies.
    CurrencyError,
    /// A `Usage` that cannot be read or merged.
    UsageStateError,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $class:ident;)+) => {
        /// What went wrong. Numbers and codes are fixed for ever; a code means one condition everywhere.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind { $($(#[$doc])* $name,)+ }

        impl ErrorKind {
            /// Every kind, in ascending order of its number.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$name,)+];

            /// The stable text code, e.g. `UPID_EMPTY_SERIES`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => concat!("UPID_", $code),)+ }
            }

            /// The stable number, which is also the status of the C ABI (0 is OK).
            pub const fn number(self) -> i32 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The exception class in the faces.
            pub const fn class(self) -> ErrorClass {
                match self { $(Self::$name => ErrorClass::$class,)+ }
            }
        }
    };
}

kinds! {
    /// A panic was caught at a boundary: a bug in UPID.
    Internal = 1, "INTERNAL", InternalError;
    /// The caller cancelled the call; nothing changed.
    Cancelled = 2, "CANCELLED", CancelledError;
    /// No operation of that name.
    UnknownOperation = 3, "UNKNOWN_OPERATION", CallError;
    /// The operation needs a feature that this build lacks.
    FeatureDisabled = 4, "FEATURE_DISABLED", CallError;
    /// A callback of the host failed.
    CallbackFailed = 5, "CALLBACK_FAILED", CallError;
    /// A limit of `Config.limits` was exceeded.
    LimitExceeded = 6, "LIMIT_EXCEEDED", CapacityError;
    /// Written by a newer version that this reader must not guess at.
    UnsupportedVersion = 7, "UNSUPPORTED_VERSION", CallError;
    /// C: a pointer that must not be null is null.
    NullPointer = 20, "NULL_POINTER", CallError;
    /// C: a pointer is not aligned for its type.
    MisalignedPointer = 21, "MISALIGNED_POINTER", CallError;
    /// C: `struct_size` is not one this library knows.
    StructSize = 22, "STRUCT_SIZE", CallError;
    /// C: the caller's buffer is too small; the needed length is written back.
    BufferTooSmall = 23, "BUFFER_TOO_SMALL", CallError;
    /// C: a handle that is not alive.
    InvalidHandle = 24, "INVALID_HANDLE", CallError;
    /// A value outside its range.
    InvalidValue = 100, "INVALID_VALUE", InvalidInputError;
    /// A configuration that makes no sense.
    InvalidConfig = 101, "INVALID_CONFIG", InvalidInputError;
    /// A configuration that would switch off a safety check that must stay on.
    UnsafeConfig = 102, "UNSAFE_CONFIG", InvalidInputError;
    /// A required field is absent.
    MissingField = 103, "MISSING_FIELD", InvalidInputError;
    /// Columns of one series differ in length.
    LengthMismatch = 104, "LENGTH_MISMATCH", InvalidInputError;
    /// A sampling step that is zero, negative or too long.
    InvalidStep = 105, "INVALID_STEP", InvalidInputError;
    /// A timestamp outside the years 1970 to 9999.
    TimestampRange = 106, "TIMESTAMP_RANGE", InvalidInputError;
    /// The same timestamp twice where that was to be rejected.
    DuplicateTimestamp = 107, "DUPLICATE_TIMESTAMP", InvalidInputError;
    /// Time went backwards in a state machine.
    TimeReversed = 108, "TIME_REVERSED", InvalidInputError;
    /// A window whose end is not after its start.
    EmptyWindow = 109, "EMPTY_WINDOW", InvalidInputError;
    /// A range that does not start and end on whole hours or days.
    RangeNotAligned = 110, "RANGE_NOT_ALIGNED", InvalidInputError;
    /// No bytes or no items where at least one is needed.
    EmptyInput = 111, "EMPTY_INPUT", InvalidInputError;
    /// No usable sample was selected.
    EmptySeries = 112, "EMPTY_SERIES", InvalidInputError;
    /// Too little data, where no form of the result can say so.
    InsufficientData = 113, "INSUFFICIENT_DATA", InvalidInputError;
    /// Not an IANA time zone.
    UnknownTimeZone = 114, "UNKNOWN_TIME_ZONE", InvalidInputError;
    /// A calendar with an impossible time or date.
    InvalidCalendar = 115, "INVALID_CALENDAR", InvalidInputError;
    /// A usage key that is too long or holds NUL.
    InvalidKey = 116, "INVALID_KEY", InvalidInputError;
    /// The same key twice.
    DuplicateKey = 117, "DUPLICATE_KEY", InvalidInputError;
    /// A name or index that does not exist.
    UnknownKey = 118, "UNKNOWN_KEY", InvalidInputError;
    /// A metric name that is not known.
    UnknownMetric = 119, "UNKNOWN_METRIC", InvalidInputError;
    /// Steps or life intervals that overlap.
    Overlap = 120, "OVERLAP", InvalidInputError;
    /// A count past its integer type.
    Overflow = 121, "OVERFLOW", InvalidInputError;
    /// A Snapshot with problems; `details.problems` lists all of them.
    InvalidSnapshot = 122, "INVALID_SNAPSHOT", InvalidInputError;
    /// A node without allocatable resources where they are needed.
    MissingAllocatable = 123, "MISSING_ALLOCATABLE", InvalidInputError;
    /// An idle model that fails validation.
    InvalidModel = 124, "INVALID_MODEL", InvalidInputError;
    /// An event that is not legal in the present state.
    IllegalTransition = 125, "ILLEGAL_TRANSITION", InvalidInputError;
    /// Malformed text or a value of the wrong type.
    Format = 200, "FORMAT", ParseError;
    /// The input ends in the middle.
    Truncated = 201, "TRUNCATED", ParseError;
    /// Not UTF-8.
    Encoding = 202, "ENCODING", ParseError;
    /// Compressed bytes where plain ones are expected.
    CompressedInput = 203, "COMPRESSED_INPUT", ParseError;
    /// The input says that more pages exist.
    PartialInput = 204, "PARTIAL_INPUT", ParseError;
    /// Every record was malformed.
    NoRecords = 205, "NO_RECORDS", ParseError;
    /// A required column is absent.
    MissingColumn = 206, "MISSING_COLUMN", ParseError;
    /// Text that is not an RFC 3339 time.
    TimeParse = 207, "TIME_PARSE", ParseError;
    /// Text that is not a time range.
    InvalidTimeRange = 208, "INVALID_TIME_RANGE", ParseError;
    /// Text that is not a Kubernetes quantity.
    QuantityParse = 209, "QUANTITY_PARSE", ParseError;
    /// A quantity past the representable range.
    QuantityRange = 210, "QUANTITY_RANGE", ParseError;
    /// Prometheus answered with an error.
    PrometheusError = 211, "PROMETHEUS_ERROR", ParseError;
    /// Kubernetes answered with a Status object.
    KubernetesStatus = 212, "KUBERNETES_STATUS", ParseError;
    /// Text that is not a decimal amount.
    MoneyParse = 300, "MONEY_PARSE", MoneyError;
    /// Non-zero digits beyond the last decimal place that money keeps.
    MoneyPrecision = 301, "MONEY_PRECISION", MoneyError;
    /// An amount past the representable range.
    MoneyOverflow = 302, "MONEY_OVERFLOW", MoneyError;
    /// Not three capital letters.
    CurrencyUnknown = 303, "CURRENCY_UNKNOWN", CurrencyError;
    /// Two currencies in one operation.
    CurrencyMismatch = 304, "CURRENCY_MISMATCH", CurrencyError;
    /// An amount to split and no weight to split it by.
    NoWeight = 305, "NO_WEIGHT", MoneyError;
    /// Bytes that are not a valid serialised Usage.
    CorruptUsage = 400, "CORRUPT_USAGE", UsageStateError;
    /// Two Usages of different specs.
    UsageSpecMismatch = 401, "USAGE_SPEC_MISMATCH", UsageStateError;
    /// Counter fragments that overlap in time.
    UsageInterleavedCounter = 402, "USAGE_INTERLEAVED_COUNTER", UsageStateError;
    /// Counter data before the sealed time.
    UsageSealedRange = 403, "USAGE_SEALED_RANGE", UsageStateError;
}

impl ErrorKind {
    /// The kind of a number, if there is one.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }
}

/// Where in the input an error stands; what is unknown is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Place {
    /// Field path such as `pods[3].containers[0].requests.cpuCores`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Row of a column or table, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Column of a table, by its name in the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Offset in the input bytes, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte_offset: Option<u64>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}

impl Place {
    /// A place by its offset.
    pub(crate) fn byte(at: usize) -> Self {
        Self { byte_offset: Some(at as u64), ..Self::default() }
    }

    /// The same with its line.
    pub(crate) fn in_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Whether it says anything.
    pub fn is_known(&self) -> bool {
        *self != Self::default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(path) = &self.path {
            parts.push(path.clone());
        }
        if let Some(field) = &self.field {
            parts.push(format!("column {field}"));
        }
        for (name, value) in [
            ("row", self.row),
            ("byte", self.byte_offset),
            ("line", self.line),
            ("column", self.column),
        ] {
            if let Some(value) = value {
                parts.push(format!("{name} {value}"));
            }
        }
        f.write_str(&parts.join(", "))
    }
}

/// The error of every fallible call: kind, message, hint, place and details.
///
/// ```
/// use upid_core::{Error, ErrorKind};
/// let e = Error::new(ErrorKind::InvalidValue, "requests.cpuCores is negative: -1")
///     .at_path("pods[0].containers[0].requests.cpuCores")
///     .hint("give cores as a number of at least 0, e.g. 0.25");
/// assert_eq!(e.code(), "UPID_INVALID_VALUE");
/// assert_eq!(e.place().path.as_deref(), Some("pods[0].containers[0].requests.cpuCores"));
/// ```
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("{}", self.text())]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq)]
struct Inner {
    kind: ErrorKind,
    message: String,
    hint: String,
    place: Place,
    details: Map<String, Value>,
}

impl Error {
    /// A new error; add the place and the hint with the methods below.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            hint: String::new(),
            place: Place::default(),
            details: Map::new(),
        }))
    }

    /// Says how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// Sets the field path.
    #[must_use]
    pub fn at_path(mut self, path: impl Into<String>) -> Self {
        self.0.place.path = Some(path.into());
        self
    }

    /// Puts `prefix` before the path: what an outer structure does to an error of an inner one.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.0.place.path = Some(match self.0.place.path.take() {
            Some(path) if path.starts_with('[') => format!("{prefix}{path}"),
            Some(path) => format!("{prefix}.{path}"),
            None => prefix.to_owned(),
        });
        self
    }

    /// Sets the whole place.
    #[must_use]
    pub(crate) fn at_place(mut self, place: Place) -> Self {
        self.0.place = place;
        self
    }

    /// Sets the row, counted from 0.
    #[must_use]
    pub fn at_row(mut self, row: usize) -> Self {
        self.0.place.row = Some(row as u64);
        self
    }

    /// Sets the column of a table.
    #[must_use]
    pub fn at_field(mut self, name: impl Into<String>) -> Self {
        self.0.place.field = Some(name.into());
        self
    }

    /// Sets the byte offset, counted from 0.
    #[must_use]
    pub fn at_byte(mut self, offset: usize) -> Self {
        self.0.place.byte_offset = Some(offset as u64);
        self
    }

    /// Sets line and column, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize, column: usize) -> Self {
        self.0.place.line = Some(line as u64);
        self.0.place.column = Some(column as u64);
        self
    }

    /// Adds a machine-readable detail.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.details.insert(name.to_owned(), value.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable text code.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// One sentence in plain words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// How to mend it; empty if nothing can be said.
    pub fn hint_text(&self) -> &str {
        &self.0.hint
    }

    /// Where it stands.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Machine-readable details.
    pub fn details(&self) -> &Map<String, Value> {
        &self.0.details
    }

    /// Code, place, message and hint in one line, for a terminal or a log.
    pub fn text(&self) -> String {
        let mut text = format!("{}: {}", self.code(), self.0.message);
        if self.0.place.is_known() {
            text = format!("{text} (at {})", self.0.place);
        }
        if !self.0.hint.is_empty() {
            text.push_str("; ");
            text.push_str(&self.0.hint);
        }
        text
    }

    /// The JSON form `{code, number, message, hint, where, details}` that every face carries.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| format!("{{\"code\":\"{}\"}}", self.code()))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut s = serializer.serialize_struct("Error", 7)?;
        s.serialize_field("code", self.code())?;
        s.serialize_field("number", &self.0.kind.number())?;
        s.serialize_field("class", &self.0.kind.class())?;
        s.serialize_field("message", &self.0.message)?;
        s.serialize_field("hint", &self.0.hint)?;
        s.serialize_field("where", &self.0.place)?;
        s.serialize_field("details", &self.0.details)?;
        s.end()
    }
}

/// Marks a custom serde message that holds one of our errors.
const CARRIED: char = '\u{1e}';
/// Separates kind, message and hint inside it.
const FIELD: char = '\u{1f}';

/// Carries an error through serde, which knows only text; [`uncarry`] takes it out again.
pub(crate) fn carry<E: serde::de::Error>(error: Error) -> E {
    let Inner { kind, message, hint, .. } = *error.0;
    E::custom(format!("{CARRIED}{}{FIELD}{message}{FIELD}{hint}{CARRIED}", kind.number()))
}

/// The error that [`carry`] put into a serde message, if it holds one.
pub(crate) fn uncarry(text: &str) -> Option<Error> {
    // Only at the start: elsewhere it is text of the input.
    let rest = text.strip_prefix(CARRIED)?;
    let (body, _) = rest.split_once(CARRIED)?;
    let mut fields = body.splitn(3, FIELD);
    let kind = ErrorKind::from_number(fields.next()?.parse().ok()?)?;
    Some(Error::new(kind, fields.next()?).hint(fields.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_codes_are_unique() {
        let numbers: Vec<_> = ErrorKind::ALL.iter().map(|k| k.number()).collect();
        assert!(numbers.windows(2).all(|w| w[0] < w[1]), "{numbers:?}");
        let mut codes: Vec<_> = ErrorKind::ALL.iter().map(|k| k.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
        assert_eq!(ErrorKind::from_number(122), Some(ErrorKind::InvalidSnapshot));
    }

    #[test]
    fn the_text_names_place_and_mend() {
        let e = Error::new(ErrorKind::Format, "expected a number")
            .at_path("[2].cpu")
            .under("pods")
            .at_line(3, 7)
            .hint("write 0.5");
        assert_eq!(
            e.to_string(),
            "UPID_FORMAT: expected a number (at pods[2].cpu, line 3, column 7); write 0.5"
        );
        assert!(e.to_json().contains(r#""where":{"path":"pods[2].cpu","line":3,"column":7}"#));
    }
}
