//! Half-open ranges of time.

use serde::{Deserialize, Serialize};

use super::Timestamp;
use crate::error::{Error, ErrorKind, Result};

/// A half-open span `[start, end)` that may have length zero: a life, a step, a billing period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interval {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
}

impl Interval {
    /// Length in milliseconds; negative if the end comes before the start.
    pub fn ms(&self) -> i64 {
        self.end.0 - self.start.0
    }

    /// The part of this span inside `other`; empty spans stand at the border.
    #[must_use]
    pub fn intersect(&self, other: &Interval) -> Interval {
        let start = self.start.max(other.start);
        Interval { start, end: self.end.min(other.end).max(start) }
    }

    /// `UPID_INVALID_VALUE` if the end comes before the start.
    pub fn check(&self) -> Result<()> {
        if self.end >= self.start {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidValue,
            format!("the end {} comes before the start {}", self.end, self.start),
        )
        .hint("an interval runs forward: start <= end"))
    }
}

/// A half-open window `[start, end)` whose end is after its start.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeRange {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
}

impl TimeRange {
    /// A checked range; `end <= start` is `UPID_EMPTY_WINDOW`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self> {
        let range = Self { start, end };
        range.check()?;
        Ok(range)
    }

    /// `UPID_EMPTY_WINDOW` unless the end is after the start.
    pub fn check(&self) -> Result<()> {
        if self.end > self.start {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::EmptyWindow,
            format!("the window ends at {}, not after its start {}", self.end, self.start),
        )
        .hint("swap start and end, or widen the window"))
    }

    /// The hours before `now`.
    ///
    /// # Errors
    /// `UPID_EMPTY_WINDOW` for 0 hours, `UPID_TIMESTAMP_RANGE` if they begin before 1970.
    pub fn last_hours(hours: u32, now: Timestamp) -> Result<Self> {
        Self::new(Timestamp::from_ms(now.0 - i64::from(hours) * super::MS_PER_HOUR)?, now)
    }

    /// The days of 24 hours before `now`; errors as [`last_hours`](Self::last_hours).
    pub fn last_days(days: u32, now: Timestamp) -> Result<Self> {
        Self::new(Timestamp::from_ms(now.0 - i64::from(days) * super::MS_PER_DAY)?, now)
    }

    /// Length in milliseconds.
    pub fn ms(&self) -> i64 {
        self.end.0 - self.start.0
    }

    /// Length in hours.
    pub fn hours(&self) -> f64 {
        self.ms() as f64 / 3_600_000.0
    }

    /// The same span as an [`Interval`].
    pub fn interval(&self) -> Interval {
        Interval { start: self.start, end: self.end }
    }
}

/// Reads `7d`, `24h`, `30m`, `90s`, `2w` as the time before `now`, or `<RFC 3339>/<RFC 3339>`.
///
/// Strict: no sign, fraction, exponent, blank or capital. Anything else is `UPID_INVALID_TIME_RANGE` with the
/// byte offset (cost.md §2). Fixed lengths: a day is 86 400 s, a week 604 800 s.
pub fn parse_time_range(text: &str, now: Timestamp) -> Result<TimeRange> {
    let fail = |offset: usize| {
        Error::new(ErrorKind::InvalidTimeRange, format!("{text:?} is not a time range"))
            .at_byte(offset)
            .hint("write 7d, 24h, 30m, 90s or 2w, or two RFC 3339 times with a slash between")
    };
    if let Some((start, end)) = text.split_once('/') {
        let start = Timestamp::parse(start).map_err(|_| fail(0))?;
        let end = Timestamp::parse(end).map_err(|_| fail(text.len() - end.len()))?;
        return TimeRange::new(start, end);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 6 || text.starts_with('0') {
        return Err(fail(digits.min(6) * usize::from(!text.starts_with('0'))));
    }
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => {
            let known = unit.starts_with(['s', 'm', 'h', 'd', 'w']);
            return Err(fail(digits + usize::from(known)));
        }
    };
    let count: i64 = number.parse().map_err(|_| fail(0))?;
    let start = now.0 - count * seconds * 1000;
    TimeRange::new(Timestamp::from_ms(start)?, now)
}

/// Input of the operation `timerange.parse`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeRangeText {
    /// `7d`, `24h`, `30m`, `90s`, `2w`, or `<RFC 3339>/<RFC 3339>`.
    pub text: String,
    /// The end of a relative range.
    pub now: Timestamp,
}

impl TimeRangeText {
    /// Reads it.
    pub fn run(&self) -> Result<ParsedTimeRange> {
        let range = parse_time_range(&self.text, self.now)?;
        Ok(ParsedTimeRange {
            start: range.start,
            end: range.end,
            seconds: range.ms() as f64 / 1000.0,
        })
    }
}

/// Output of the operation `timerange.parse`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ParsedTimeRange {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Length.
    pub seconds: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_pairs() {
        let now = Timestamp::parse("2026-03-15T00:00:00Z").unwrap();
        for (text, seconds) in
            [("7d", 604_800), ("24h", 86_400), ("30m", 1_800), ("90s", 90), ("2w", 1_209_600)]
        {
            let range = parse_time_range(text, now).unwrap();
            assert_eq!((range.ms() / 1000, range.end), (seconds, now), "{text}");
        }
        let range = parse_time_range("2026-03-01T00:00:00Z/2026-03-02T00:00:00Z", now).unwrap();
        assert_eq!(range.hours(), 24.0);
        let empty = parse_time_range("2026-03-02T00:00:00Z/2026-03-02T00:00:00Z", now);
        assert_eq!(empty.unwrap_err().kind(), ErrorKind::EmptyWindow);
    }

    #[test]
    fn counted_back_from_now() {
        let now = Timestamp::parse("2026-03-15T00:00:00Z").unwrap();
        let of = |text| parse_time_range(text, now);
        assert_eq!(TimeRange::last_hours(36, now).unwrap(), of("36h").unwrap());
        assert_eq!(TimeRange::last_days(14, now).unwrap(), of("2w").unwrap());
        assert_eq!(TimeRange::last_days(0, now).unwrap_err().kind(), ErrorKind::EmptyWindow);
        let early = TimeRange::last_hours(1, Timestamp(0)).unwrap_err();
        assert_eq!(early.kind(), ErrorKind::TimestampRange);
    }

    #[test]
    fn everything_else_is_refused_with_its_offset() {
        for (text, offset) in [
            ("", 0),
            ("-1h", 0),
            ("0h", 0),
            ("1e3d", 1),
            ("1_0h", 1),
            ("7 d", 1),
            ("1.5h", 1),
            ("7D", 1),
            ("+7d", 0),
            ("7dd", 2),
            ("7", 1),
            ("1234567d", 6),
            ("2026-03-01T00:00:00/2026-03-02T00:00:00Z", 0),
        ] {
            let error = parse_time_range(text, Timestamp(0)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidTimeRange, "{text}");
            assert_eq!(error.place().byte_offset, Some(offset), "{text}");
        }
    }
}
