//! The local clock of a window: hour of the week, local day and holidays of consecutive UTC hours.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Offset, TimeZone};

use crate::calendar::Tz;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Holiday;

/// Hours of a week.
pub(super) const WEEK: usize = 168;

/// A time zone with holidays.
#[derive(Debug, Clone)]
pub(super) struct LocalClock {
    zone: Tz,
    /// Local days since 1970-01-01.
    holidays: BTreeSet<i64>,
}

/// The local place of one UTC hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalHour {
    /// 0 = Monday 00:00.
    pub of_week: u8,
    /// Days since 1970-01-01.
    pub day: i64,
    pub is_holiday: bool,
}

impl LocalClock {
    pub(super) fn new(zone: Tz, holidays: &[Holiday]) -> Result<Self> {
        let holidays: Result<BTreeSet<i64>> = holidays
            .iter()
            .enumerate()
            .map(|(at, holiday)| {
                let (Holiday::Date(date) | Holiday::Named { date, .. }) = holiday;
                let parsed = NaiveDate::parse_from_str(date, "%Y-%m-%d");
                let day = parsed.ok().filter(|_| date.len() == 10).and_then(|date| {
                    Some(
                        date.signed_duration_since(NaiveDate::from_ymd_opt(1970, 1, 1)?).num_days(),
                    )
                });
                day.ok_or_else(|| {
                    Error::new(ErrorKind::InvalidCalendar, format!("{date:?} is not a date"))
                        .at_path(format!("holidays[{at}]"))
                        .hint("write it like 2026-12-25")
                })
            })
            .collect();
        Ok(Self { zone, holidays: holidays? })
    }

    /// The local places of the UTC hours `first..first + count`.
    ///
    /// An offset changes at most once a day, so it is looked up once a day and only where it differs once an hour.
    pub(super) fn hours(&self, first: i64, count: usize) -> Vec<LocalHour> {
        let mut hours = Vec::with_capacity(count);
        let end = first + count as i64;
        let mut start = first;
        let mut offset = self.offset(start);
        while start < end {
            let next = (start + 24).min(end);
            let after = self.offset(next);
            for hour in start..next {
                let here = if offset == after { offset } else { self.offset(hour) };
                hours.push(self.place(hour, here));
            }
            (start, offset) = (next, after);
        }
        hours
    }

    /// Seconds east of UTC at the start of a UTC hour.
    fn offset(&self, hour: i64) -> i64 {
        if self.zone == Tz::UTC {
            return 0;
        }
        DateTime::from_timestamp(hour * 3600, 0).map_or(0, |time| {
            let offset = self.zone.offset_from_utc_datetime(&time.naive_utc());
            i64::from(offset.fix().local_minus_utc())
        })
    }

    fn place(&self, hour: i64, offset: i64) -> LocalHour {
        let local = hour + offset.div_euclid(3600);
        let day = local.div_euclid(24);
        // 1970-01-01 was a Thursday.
        let of_week = (local + 3 * 24).rem_euclid(WEEK as i64) as u8;
        LocalHour { of_week, day, is_holiday: self.holidays.contains(&day) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{hour_of_week, local_day, zone};
    use crate::units::Timestamp;

    #[test]
    fn agrees_with_the_calendar_over_dst() {
        for name in
            ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
        {
            let zone = zone(name).unwrap();
            let clock = LocalClock::new(zone, &[Holiday::Date("2026-03-30".into())]).unwrap();
            let first = Timestamp::parse("2026-01-05T07:00:00Z").unwrap().0 / 3_600_000;
            for (hour, got) in (first..).zip(clock.hours(first, 24 * 300)) {
                let time = Timestamp(hour * 3_600_000);
                assert_eq!(got.of_week, hour_of_week(zone, time), "{name} {time}");
                assert_eq!(got.day, local_day(zone, time), "{name} {time}");
                assert_eq!(got.is_holiday, got.day == 20_542, "{name} {time}");
            }
        }
    }

    #[test]
    fn bad_dates_are_refused() {
        for date in ["2026-02-30", "26-01-01", "tomorrow", ""] {
            let error = LocalClock::new(Tz::UTC, &[Holiday::Date(date.into())]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidCalendar, "{date}");
        }
    }
}
