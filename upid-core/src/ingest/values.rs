//! Values as documents spell them: times, numbers, durations.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};

use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

/// A time, and what was tolerated about its spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadTime {
    pub(super) at: Timestamp,
    pub(super) oddity: Option<Oddity>,
}

/// A spelling that Lenient mode reads all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// A leap second, read as the last millisecond of its minute.
    LeapSecond,
    /// No zone, read as UTC.
    NoZone,
}

impl Oddity {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::LeapSecond => "LeapSecond",
            Self::NoZone => "TimeWithoutZone",
        }
    }

    pub(super) fn error(self, text: &str) -> Error {
        let (message, hint) = match self {
            Self::LeapSecond => ("is a leap second", "it is read as 59.999 s in Lenient mode"),
            Self::NoZone => ("has no zone", "it is read as UTC in Lenient mode; write it with a Z"),
        };
        Error::new(ErrorKind::TimeParse, format!("the time {text:?} {message}")).hint(hint)
    }
}

/// Go's zero time, which Kubernetes writes for "never".
const NEVER: &str = "0001-01-01T00:00:00Z";

/// An RFC 3339 time with at most nine fraction digits; none for empty text and Go's zero time.
pub(super) fn rfc3339(text: &str) -> Result<Option<ReadTime>> {
    let text = text.trim();
    if text.is_empty() || text == NEVER {
        return Ok(None);
    }
    if let Some(at) = plain_utc(text) {
        return Ok(Some(ReadTime { at, oddity: None }));
    }
    let time = DateTime::parse_from_rfc3339(text).ok().filter(|_| fraction_digits(text) <= 9);
    time.map(|time| instant(&time, text)).ok_or_else(|| not_a_time(text))?.map(Some)
}

fn fraction_digits(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, f)| f.bytes().take_while(u8::is_ascii_digit).count())
}

/// `2026-03-15T00:00:00Z`, as nearly every time is written; none for any other spelling or value.
fn plain_utc(text: &str) -> Option<Timestamp> {
    let sign = |at: usize, sign: u8| (text.as_bytes().get(at) == Some(&sign)).then_some(());
    let number = |from: usize, to: usize| {
        let digits = text.as_bytes().get(from..to)?;
        let plain = digits.iter().all(u8::is_ascii_digit);
        plain.then(|| digits.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0')))
    };
    (text.len() == 20).then_some(())?;
    for (at, expected) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')] {
        sign(at, expected)?;
    }
    let date = NaiveDate::from_ymd_opt(number(0, 4)? as i32, number(5, 7)?, number(8, 10)?)?;
    let time = date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?;
    Timestamp::from_ms(time.and_utc().timestamp_millis()).ok()
}

/// As [`rfc3339`], and also without a zone, with a blank for the T, with `UTC` for the Z, or a bare date. Seconds are
/// never left out, and have at most nine fraction digits.
pub(super) fn loose(text: &str) -> Result<Option<ReadTime>> {
    if let Ok(time) = rfc3339(text) {
        return Ok(time);
    }
    let text = text.trim();
    if fraction_digits(text) > 9 {
        return Err(not_a_time(text));
    }
    let (plain, zone) = match text.strip_suffix("UTC").or_else(|| text.strip_suffix('Z')) {
        Some(plain) => (plain.trim_end(), true),
        None => (text, false),
    };
    if let Ok(time) = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z") {
        return instant(&time, text).map(Some);
    }
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(plain, form).ok())
        .or_else(|| NaiveDate::parse_from_str(plain, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
        .ok_or_else(|| not_a_time(text))?;
    let mut read = instant(&naive.and_utc().fixed_offset(), text)?;
    if !zone && read.oddity.is_none() {
        read.oddity = Some(Oddity::NoZone);
    }
    Ok(Some(read))
}

fn instant(time: &DateTime<FixedOffset>, text: &str) -> Result<ReadTime> {
    // chrono keeps a leap second as 60 s in the nanoseconds.
    let leap = time.timestamp_subsec_nanos() >= 1_000_000_000;
    let ms = if leap {
        time.timestamp().saturating_mul(1000).saturating_add(999)
    } else {
        time.timestamp_millis()
    };
    let at = Timestamp::from_ms(ms).map_err(|e| e.detail("text", text))?;
    Ok(ReadTime { at, oddity: leap.then_some(Oddity::LeapSecond) })
}

fn not_a_time(text: &str) -> Error {
    let shown: String = text.chars().take(40).collect();
    Error::new(ErrorKind::TimeParse, format!("{shown:?} is not a time"))
        .hint("times are RFC 3339, e.g. 2026-03-15T00:00:00Z")
}

/// Epoch milliseconds of a decimal number of seconds, half to even past the millisecond; exact, from its text.
pub(super) fn seconds_to_ms(text: &str) -> Result<i64> {
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        Error::new(ErrorKind::TimeParse, format!("{shown:?} is not a number of seconds"))
            .hint("times are seconds since 1970, e.g. 1700000000.123")
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| wrong())?),
        None => (text, 0),
    };
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || !digits.clone().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    // The value is digits × 10^(3 + exponent − fraction digits) milliseconds.
    let shift = i64::from(exponent).saturating_add(3).saturating_sub(fraction.len() as i64);
    let kept = (whole.len() as i64).saturating_add(fraction.len() as i64).saturating_add(shift);
    let (mut ms, mut rest_half, mut rest_any) = (0i64, 0u8, false);
    for (place, digit) in digits.map(|b| b.wrapping_sub(b'0')).enumerate() {
        let place = place as i64;
        match place.cmp(&kept) {
            Ordering::Less => ms = ms.saturating_mul(10).saturating_add(i64::from(digit)),
            Ordering::Equal => rest_half = digit,
            Ordering::Greater => rest_any |= digit != 0,
        }
    }
    for _ in 0..shift.clamp(0, 20) {
        ms = ms.saturating_mul(10);
    }
    let up = rest_half > 5 || (rest_half == 5 && (rest_any || ms % 2 != 0));
    ms = ms.saturating_add(i64::from(up && kept >= 0));
    Ok(if negative { ms.saturating_neg() } else { ms })
}

/// Milliseconds of a Go duration such as `15.1s`, `1m0.5s` or `2h3m`, rounded down.
pub(super) fn go_duration_ms(text: &str) -> Result<i64> {
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        Error::new(ErrorKind::TimeParse, format!("{shown:?} is not a duration"))
            .hint("durations are Go's, e.g. 15s or 1m0.5s")
    };
    if text == "0" {
        return Ok(0);
    }
    let (mut rest, mut nanos) = (text, 0i128);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let (number, after) = rest.split_at_checked(digits).ok_or_else(wrong)?;
        let letters = after.bytes().take_while(|b| !b.is_ascii_digit() && *b != b'.').count();
        let (unit, next) = after.split_at_checked(letters).ok_or_else(wrong)?;
        let unit: i128 = match unit {
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" | "µs" => 1_000,
            "ns" => 1,
            _ => return Err(wrong()),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if number.len() > 18 || (whole.is_empty() && fraction.is_empty()) {
            return Err(wrong());
        }
        let read = |digits: &str| {
            if digits.is_empty() { Ok(0) } else { digits.parse::<i128>().map_err(|_| wrong()) }
        };
        let part =
            read(fraction)?.saturating_mul(unit) / 10i128.saturating_pow(fraction.len() as u32);
        nanos = nanos.saturating_add(read(whole)?.saturating_mul(unit)).saturating_add(part);
        rest = next;
    }
    if text.is_empty() {
        return Err(wrong());
    }
    i64::try_from(nanos / 1_000_000).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_their_spellings() {
        let at = |text: &str| rfc3339(text).unwrap().unwrap().at.to_string();
        assert_eq!(at("2026-03-15T01:00:00.250999999+01:00"), "2026-03-15T00:00:00.250Z");
        assert_eq!(at("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59.999Z");
        assert_eq!(
            rfc3339("2016-12-31T23:59:60Z").unwrap().unwrap().oddity,
            Some(Oddity::LeapSecond)
        );
        assert_eq!(rfc3339("").unwrap(), None);
        assert_eq!(rfc3339(NEVER).unwrap(), None);
        for text in [
            "2026-03-15",
            "yesterday",
            "2026-03-15T00:00:00",
            "2026-13-01T00:00:00Z",
            "2026-03-15T00:00:00.0123456789Z",
        ] {
            assert_eq!(rfc3339(text).unwrap_err().code(), "UPID_TIME_PARSE", "{text}");
        }
        for text in ["2024-10-01 00:00:00", "2024-10-01", "2024-10-01T00:00:00"] {
            let read = loose(text).unwrap().unwrap();
            assert_eq!(
                (read.at.to_string().as_str(), read.oddity),
                ("2024-10-01T00:00:00Z", Some(Oddity::NoZone))
            );
        }
        for text in ["2024-10-01 00:00:00 UTC", "2024-10-01T00:00:00Z", "2024-10-01 00:00:00+00:00"]
        {
            let read = loose(text).unwrap().unwrap();
            assert_eq!(
                (read.at.to_string().as_str(), read.oddity),
                ("2024-10-01T00:00:00Z", None),
                "{text}"
            );
        }
        for text in [
            "2024-10-01T00:00Z",
            "2024-10-01T00:00",
            "2024-10-01 00:00",
            "2024-10-01T00:00:00.0123456789Z",
            "2024-10-01 00:00:00.0123456789",
            "2024-10-01 00:00:00.0123456789+00:00",
        ] {
            assert_eq!(loose(text).unwrap_err().code(), "UPID_TIME_PARSE", "{text}");
        }
    }

    #[test]
    fn the_short_way_is_the_long_way() {
        for text in [
            "2026-03-15T00:00:00Z",
            "2024-02-29T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ] {
            let long = DateTime::parse_from_rfc3339(text).unwrap();
            assert_eq!(plain_utc(text), Some(Timestamp(long.timestamp_millis())), "{text}");
        }
        for text in [
            "2025-02-29T00:00:00Z",
            "2026-03-15T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-03-15t00:00:00Z",
            "2026-03-15T00:00:0xZ",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(plain_utc(text), None, "{text}");
        }
    }

    #[test]
    fn durations() {
        for (text, ms) in [
            ("15.1s", 15_100),
            ("1m0.5s", 60_500),
            ("2h3m", 7_380_000),
            ("0", 0),
            ("30ms", 30),
            (".5s", 500),
        ] {
            assert_eq!(go_duration_ms(text).unwrap(), ms, "{text}");
        }
        for text in ["", "5", "s", "1d", "-1s", "1.2.3s", "1s2"] {
            assert_eq!(go_duration_ms(text).unwrap_err().code(), "UPID_TIME_PARSE", "{text}");
        }
    }

    #[test]
    fn seconds_are_read_from_their_text() {
        for (text, ms) in [
            ("1700000000", 1_700_000_000_000),
            ("1700000000.123", 1_700_000_000_123),
            ("1700000000.1235", 1_700_000_000_124),
            ("1700000000.1245", 1_700_000_000_124),
            ("1700000000.12450001", 1_700_000_000_125),
            ("1.7e9", 1_700_000_000_000),
            ("0.0004", 0),
            ("0.0006", 1),
            ("-1.5", -1500),
            ("1e-9", 0),
        ] {
            assert_eq!(seconds_to_ms(text).unwrap(), ms, "{text}");
        }
        for text in ["", ".", "x", "1.2.3", "1e", "0x1", "+1"] {
            assert_eq!(seconds_to_ms(text).unwrap_err().code(), "UPID_TIME_PARSE", "{text}");
        }
    }
}
