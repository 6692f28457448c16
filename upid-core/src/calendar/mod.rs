//! Time zones and the local clock.

use chrono::{DateTime, Datelike, Offset, TimeZone, Timelike};
pub use chrono_tz::Tz;

use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

/// The zone of an IANA name, e.g. `Europe/Berlin`; anything else is `UPID_UNKNOWN_TIME_ZONE`.
///
/// A fixed offset such as `+05:30` is not a zone; `Etc/GMT-5` is.
pub fn zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| {
        Error::new(ErrorKind::UnknownTimeZone, format!("{name:?} is not an IANA time zone"))
            .hint("use a name such as \"Europe/Berlin\" or \"UTC\"")
    })
}

/// The version of the compiled-in zone data, e.g. `2025b`; results with zones depend on it.
pub fn tz_version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// The local hour of the week of an instant: 0 is Monday 00:00, 167 is Sunday 23:00.
pub fn hour_of_week(tz: Tz, time: Timestamp) -> u8 {
    let Some(utc) = DateTime::from_timestamp_millis(time.0) else { return 0 };
    let local = utc.with_timezone(&tz);
    (local.weekday().num_days_from_monday() * 24 + local.hour()) as u8
}

/// The local day of an instant as days since 1970-01-01.
pub fn local_day(tz: Tz, time: Timestamp) -> i64 {
    let Some(utc) = DateTime::from_timestamp_millis(time.0) else { return 0 };
    let offset = tz.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc();
    (time.0 + i64::from(offset) * 1000).div_euclid(crate::units::MS_PER_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchors of scaling.md §1.
    #[test]
    fn hours_of_the_week() {
        for (time, name, hour) in [
            ("2026-03-16T00:00:00Z", "UTC", 0),
            ("2026-03-16T00:00:00Z", "Asia/Kolkata", 5),
            ("2026-03-16T00:00:00Z", "America/New_York", 164),
            ("2026-03-15T23:30:00Z", "Asia/Kathmandu", 5),
            ("2026-03-22T23:59:59Z", "UTC", 167),
        ] {
            let time = Timestamp::parse(time).unwrap();
            assert_eq!(hour_of_week(zone(name).unwrap(), time), hour, "{name}");
        }
        assert!(zone("Etc/GMT-5").is_ok());
        assert_eq!(zone("+05:30").unwrap_err().kind(), ErrorKind::UnknownTimeZone);
        assert_eq!(zone("Mars/Olympus").unwrap_err().kind(), ErrorKind::UnknownTimeZone);
    }
}
