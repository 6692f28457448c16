//! The hours of the window, the same for every container.

use super::input::ScreenInput;
use super::row::HOURS_OF_WEEK;
use crate::units::MS_PER_HOUR;

/// Hour 0 of the clock is a Thursday's; the week starts on Monday.
const THURSDAY: i64 = 3 * 24;

/// Where the hours of the clock lie among the samples.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Hour k holds the samples `bounds[k]..bounds[k + 1]`.
    pub(super) bounds: Vec<usize>,
    /// Hour of the week of each hour, Monday 00:00 is 0.
    pub(super) of_week: Vec<u16>,
    /// Hour of the day of each hour.
    pub(super) of_day: Vec<u16>,
}

impl Clock {
    pub(super) fn set(&mut self, input: &ScreenInput<'_>) {
        let start = input.clock_start_ms();
        let first = start.div_euclid(MS_PER_HOUR);
        let hours = input.hours();
        // The first sample at or after the start of an hour.
        let sample = |hour: i64| {
            let before = (first + hour) * MS_PER_HOUR - start + input.step_ms - 1;
            (before.max(0) / input.step_ms) as usize
        };
        self.bounds.clear();
        self.bounds.extend((0..hours as i64).map(sample));
        self.bounds.push(input.samples);
        let week = HOURS_OF_WEEK as i64;
        let slot = |hour: i64| (first + hour + THURSDAY).rem_euclid(week) as u16;
        self.of_week.clear();
        self.of_week.extend((0..hours as i64).map(slot));
        self.of_day.clear();
        self.of_day.extend(self.of_week.iter().map(|slot| slot % 24));
    }
}
