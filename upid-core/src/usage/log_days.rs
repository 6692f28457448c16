//! What request logs covered, day by day: so what describes a log goes when its days go.

use std::collections::BTreeMap;

use super::day::{day_of, day_start};
use super::request_log::{LogCoverage, RequestLog, UserAgents};
use crate::units::{Interval, MS_PER_HOUR, TimeRange, Timestamp};

/// The logs of one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LogDay {
    /// Covered hours, 24 bits; at least one.
    pub(super) hours: u32,
    /// Bits of the least sample rate; positive floats order like their bits.
    pub(super) sample_rate: u64,
    /// There was more than one sample rate.
    pub(super) mixed_sample_rate: bool,
    /// Every log named user agents.
    pub(super) user_agents: bool,
}

impl LogDay {
    fn merge(&mut self, other: &Self) {
        self.hours |= other.hours;
        self.mixed_sample_rate |= other.mixed_sample_rate || self.sample_rate != other.sample_rate;
        self.sample_rate = self.sample_rate.min(other.sample_rate);
        self.user_agents &= other.user_agents;
    }
}

/// The logs of all days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct LogDays(pub(super) BTreeMap<i32, LogDay>);

impl LogDays {
    /// Those of one checked log; one of which nothing is known covers no day.
    pub(super) fn new(log: &RequestLog) -> Self {
        let mut days = BTreeMap::new();
        if !matches!(log.coverage, LogCoverage::Complete | LogCoverage::Sampled) {
            return Self(days);
        }
        let none = LogDay {
            hours: 0,
            sample_rate: log.sample_rate.to_bits(),
            mixed_sample_rate: log.mixed_sample_rate,
            user_agents: log.user_agents == UserAgents::Present,
        };
        for hour in whole_hours(&log.observed) {
            let day = hour.div_euclid(24) as i32;
            days.entry(day).or_insert(none).hours |= 1 << hour.rem_euclid(24);
        }
        Self(days)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (day, log) in &other.0 {
            self.0.entry(*day).and_modify(|mine| mine.merge(log)).or_insert(*log);
        }
    }

    /// Drops the days before one.
    pub(super) fn prune(&mut self, cutoff_day: i32) {
        self.0 = self.0.split_off(&cutoff_day);
    }

    /// The coverage record of a range: sample rate and user agents are those of the days with a covered hour in it.
    pub(super) fn read(&self, range: TimeRange) -> RequestLog {
        let mut observed: Vec<Interval> = Vec::new();
        let mut all: Option<LogDay> = None;
        let (from, to) = (day_of(range.start.0), day_of(range.end.0));
        for (day, log) in self.0.range(from..=to.max(from)) {
            let before = observed.last().copied();
            for hour in (0..24).filter(|hour| log.hours >> hour & 1 == 1) {
                let start = day_start(*day) + hour * MS_PER_HOUR;
                let span =
                    Interval { start: Timestamp(start), end: Timestamp(start + MS_PER_HOUR) };
                if span.start < range.start || span.end > range.end {
                    continue;
                }
                match observed.last_mut() {
                    Some(last) if last.end == span.start => last.end = span.end,
                    _ => observed.push(span),
                }
            }
            if observed.last().copied() != before {
                all.get_or_insert(*log).merge(log);
            }
        }
        let sample_rate = all.map_or(1.0, |log| f64::from_bits(log.sample_rate));
        RequestLog {
            coverage: match all {
                None => LogCoverage::Absent,
                Some(_) if sample_rate < 1.0 => LogCoverage::Sampled,
                Some(_) => LogCoverage::Complete,
            },
            sample_rate,
            mixed_sample_rate: all.is_some_and(|log| log.mixed_sample_rate),
            user_agents: if all.is_some_and(|log| log.user_agents) {
                UserAgents::Present
            } else {
                UserAgents::Absent
            },
            observed,
        }
    }

    /// First and last covered hour, from the epoch.
    pub(super) fn span(&self) -> Option<[i64; 2]> {
        let ((first, a), (last, b)) = (self.0.first_key_value()?, self.0.last_key_value()?);
        let (low, high) = (a.hours.trailing_zeros(), b.hours.checked_ilog2()?);
        Some([i64::from(*first) * 24 + i64::from(low), i64::from(*last) * 24 + i64::from(high)])
    }
}

pub(super) fn hour_ceil(ms: i64) -> i64 {
    ms.div_euclid(MS_PER_HOUR) + i64::from(ms.rem_euclid(MS_PER_HOUR) != 0)
}

/// The hours that lie entirely in the union of some spans, as hours from the epoch.
fn whole_hours(spans: &[Interval]) -> impl Iterator<Item = i64> {
    let mut spans: Vec<(i64, i64)> = spans.iter().map(|s| (s.start.0, s.end.0)).collect();
    spans.sort_unstable();
    let mut union: Vec<(i64, i64)> = Vec::new();
    for (start, end) in spans {
        match union.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => union.push((start, end)),
        }
    }
    union.into_iter().flat_map(|(start, end)| hour_ceil(start)..end.div_euclid(MS_PER_HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MS_PER_DAY;

    fn span(from: i64, to: i64) -> Interval {
        Interval { start: Timestamp(from), end: Timestamp(to) }
    }

    fn range(from: i64, to: i64) -> TimeRange {
        TimeRange { start: Timestamp(from), end: Timestamp(to) }
    }

    #[test]
    fn coverage_counts_whole_hours_and_reads_back() {
        let (h, all) = (MS_PER_HOUR, range(0, Timestamp::END_MS));
        let spans = vec![span(h / 2, 2 * h), span(2 * h, 3 * h + 1), span(30 * h, 31 * h)];
        let log = RequestLog::complete(spans);
        let days = LogDays::new(&log);
        let back = days.read(all);
        assert_eq!(back.observed, [span(h, 3 * h), span(30 * h, 31 * h)]);
        assert_eq!(back.coverage, LogCoverage::Complete);
        assert_eq!(days.span(), Some([1, 30]));
        assert_eq!(LogDays::default().read(all).coverage, LogCoverage::Absent);
        assert_eq!(LogDays::new(&RequestLog { coverage: LogCoverage::Unknown, ..log }).0.len(), 0);
    }

    /// A log sampled on the first day and one complete on the second describe their own days.
    #[test]
    fn what_describes_a_log_belongs_to_its_days() {
        let day = |n: i64| range(n * MS_PER_DAY, (n + 1) * MS_PER_DAY);
        let log = |n: i64| RequestLog::complete(vec![span(day(n).start.0, day(n).end.0)]);
        let mut sampled = log(0);
        (sampled.coverage, sampled.sample_rate) = (LogCoverage::Sampled, 0.1);
        sampled.user_agents = UserAgents::Absent;
        let mut days = LogDays::new(&sampled);
        days.merge(&LogDays::new(&log(1)));
        let told = |range: TimeRange| {
            let log = days.read(range);
            (log.coverage, log.sample_rate, log.mixed_sample_rate, log.user_agents)
        };
        let both = range(0, 2 * MS_PER_DAY);
        assert_eq!(told(both), (LogCoverage::Sampled, 0.1, true, UserAgents::Absent));
        assert_eq!(told(day(0)), (LogCoverage::Sampled, 0.1, false, UserAgents::Absent));
        assert_eq!(told(day(1)), (LogCoverage::Complete, 1.0, false, UserAgents::Present));
        let mut twice = days.clone();
        twice.merge(&LogDays::new(&log(0)));
        assert!(twice.read(day(0)).mixed_sample_rate);
        days.prune(1);
        assert_eq!(days, LogDays::new(&log(1)));
    }
}
