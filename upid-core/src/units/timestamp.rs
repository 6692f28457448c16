//! Instants as epoch milliseconds.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, ErrorKind, Result};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
///
/// JSON: written as RFC 3339 UTC, read as that (any offset) or as integer epoch milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// First instant after the representable range: 10000-01-01T00:00:00Z.
    pub const END_MS: i64 = 253_402_300_800_000;

    /// From epoch milliseconds; outside 1970..9999 is `UPID_TIMESTAMP_RANGE`.
    pub fn from_ms(ms: i64) -> Result<Self> {
        if (0..Self::END_MS).contains(&ms) {
            return Ok(Self(ms));
        }
        Err(Error::new(ErrorKind::TimestampRange, format!("{ms} ms is outside 1970 to 9999"))
            .hint("times are milliseconds since 1970-01-01T00:00:00Z"))
    }

    /// Reads RFC 3339 text with an offset, e.g. `2026-03-15T00:00:00Z`; finer than a millisecond is cut off.
    pub fn parse(text: &str) -> Result<Self> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|e| {
            Error::new(ErrorKind::TimeParse, format!("{text:?} is not an RFC 3339 time: {e}"))
                .hint("write it like 2026-03-15T00:00:00Z")
        })?;
        Self::from_ms(time.timestamp_millis())
    }

    /// Epoch milliseconds.
    pub fn ms(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 time or epoch milliseconds")
            }
            fn visit_i64<E: de::Error>(self, ms: i64) -> Result<Timestamp, E> {
                Timestamp::from_ms(ms).map_err(crate::error::carry)
            }
            fn visit_u64<E: de::Error>(self, ms: u64) -> Result<Timestamp, E> {
                self.visit_i64(i64::try_from(ms).unwrap_or(i64::MAX))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).map_err(crate::error::carry)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_milliseconds() {
        let t = Timestamp::parse("2026-03-15T01:00:00.250+01:00").unwrap();
        assert_eq!(t.to_string(), "2026-03-15T00:00:00.250Z");
        assert_eq!(serde_json::from_str::<Timestamp>("1773532800250").unwrap(), t);
        assert_eq!(Timestamp::parse("2026-03-15").unwrap_err().kind(), ErrorKind::TimeParse);
        assert_eq!(Timestamp::from_ms(-1).unwrap_err().kind(), ErrorKind::TimestampRange);
    }
}
