//! What every parser can be told.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// What happens to a record that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Mode {
    /// It is left out, counted and placed.
    #[default]
    Lenient,
    /// It is an error.
    Strict,
}

/// Bounds on what a parser takes in; past one is `UPID_LIMIT_EXCEEDED` (ingest.md §1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes per call; 1 GiB.
    pub max_bytes: u64,
    /// Objects and arrays inside each other; 64.
    pub max_depth: u32,
    /// Bytes of one string; 1 MiB.
    pub max_string: u64,
    /// Bytes of one line or row; 1 MiB.
    pub max_row: u64,
    /// Columns of a table; 4,096.
    pub max_columns: u32,
    /// Records; 50,000,000.
    pub max_records: u64,
    /// Series; 5,000,000.
    pub max_series: u64,
    /// Labels of one object; 256.
    pub max_labels: u32,
    /// Digits of one number; 64.
    pub max_digits: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 30,
            max_depth: 64,
            max_string: 1 << 20,
            max_row: 1 << 20,
            max_columns: 4096,
            max_records: 50_000_000,
            max_series: 5_000_000,
            max_labels: 256,
            max_digits: 64,
        }
    }
}

/// `UPID_LIMIT_EXCEEDED` for a limit by its JSON name.
pub(super) fn exceeded(limit: &str, most: u64, at: usize) -> Error {
    Error::new(ErrorKind::LimitExceeded, format!("the input exceeds {limit} = {most}"))
        .at_byte(at)
        .detail("limit", limit)
        .detail("most", most)
        .hint(format!("check that the input is what it should be, or raise options.limits.{limit}"))
}

/// `UPID_LIMIT_EXCEEDED` for a number of too many digits; a text that is no number is its reader's to refuse.
pub(in crate::ingest) fn check_digits(text: &str, most: u32, at: usize) -> Result<()> {
    let most = most as usize;
    let digits = || text.bytes().filter(u8::is_ascii_digit).count();
    let number = |byte: u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    if text.len() > most && text.bytes().all(number) && digits() > most {
        return Err(exceeded("maxDigits", most as u64, at));
    }
    Ok(())
}

/// Options that all parsers share; every parser's own options hold the same four fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParseOptions {
    pub(super) mode: Mode,
    pub(super) limits: Limits,
    pub(super) allow_partial: bool,
    pub(super) max_places: u32,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Lenient,
            limits: Limits::default(),
            allow_partial: false,
            max_places: 10,
        }
    }
}

/// The options of a parser.
pub(super) trait AllOptions {
    /// Those that all parsers share.
    fn shared(&self) -> ParseOptions;
}

/// Declares the options of a parser: the four that all share, and its own with their defaults.
///
/// A flattened struct would do, but serde cannot refuse unknown fields beside one.
macro_rules! parse_options {
    ($(#[$doc:meta])* pub struct $name:ident {
        $($(#[$field_doc:meta])* pub $field:ident: $type:ty = $default:expr,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            /// What happens to records that cannot be read.
            pub mode: $crate::ingest::Mode,
            /// Bounds on the input.
            pub limits: $crate::ingest::Limits,
            /// Strict mode takes an input that says it is only a part.
            pub allow_partial: bool,
            /// How many places a notice lists; 10.
            pub max_places: u32,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                let common = $crate::ingest::options::ParseOptions::default();
                Self {
                    mode: common.mode,
                    limits: common.limits,
                    allow_partial: common.allow_partial,
                    max_places: common.max_places,
                    $($field: $default,)*
                }
            }
        }

        impl $crate::ingest::options::AllOptions for $name {
            fn shared(&self) -> $crate::ingest::options::ParseOptions {
                self.common()
            }
        }

        impl $name {
            /// The same, refusing every malformed record.
            #[must_use]
            pub fn strict(mut self) -> Self {
                self.mode = $crate::ingest::Mode::Strict;
                self
            }

            /// The options that all parsers share.
            pub(in $crate::ingest) fn common(&self) -> $crate::ingest::options::ParseOptions {
                $crate::ingest::options::ParseOptions {
                    mode: self.mode,
                    limits: self.limits.clone(),
                    allow_partial: self.allow_partial,
                    max_places: self.max_places,
                }
            }
        }
    };
}
pub(super) use parse_options;

#[cfg(test)]
impl ParseOptions {
    /// Options that refuse every malformed record.
    pub(super) fn strict() -> Self {
        Self { mode: Mode::Strict, ..Self::default() }
    }
}
