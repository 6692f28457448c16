//! When a pod was active, whether it stopped, when it is expected again (idle.md §5).

use serde::{Deserialize, Serialize};

use super::clock::{LocalHour, WEEK};
use super::config::{ExpectedConfig, StoppedConfig};
use crate::units::{MS_PER_HOUR, Timestamp};

/// Below this many hours the profile of the day replaces that of the week.
const WEEKLY_FROM_HOURS: usize = 14 * 24;

/// Evidence from the times of activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TemporalEvidence {
    /// Hours in which activity could have been seen.
    pub observed_hours: u64,
    /// Hours with business or work.
    pub active_hours: u64,
    /// Start of the last active hour; `null` if there is none.
    pub last_active_at: Option<Timestamp>,
    /// Observed hours since then that used to be active: Σ p̂.
    pub silent_expected_hours: f64,
    /// Hours since the last active hour; `null` if there is none.
    pub gap_hours: Option<f64>,
    /// Longest earlier gap in hours; `null` without an active hour.
    pub longest_earlier_gap_hours: Option<f64>,
    /// Activity has stopped.
    pub stopped: bool,
    /// First hour with an expected activity; `null` if none within the horizon.
    pub next_expected_activity: Option<Timestamp>,
    /// Largest chance of activity among the hours seen active at least twice; 0 if there is none.
    pub recurrence: f64,
    /// Strength of the daily cycle of hourly CPU, 0..1; `null` below 3 days of CPU.
    pub daily_rhythm: Option<f64>,
}

/// Activity by hour of the week (or of the day), over non-holidays.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    /// Hours per cycle: 168 or 24.
    cycle: usize,
    active: Vec<u32>,
    observed: Vec<u32>,
}

impl Profile {
    fn new(cycle: usize) -> Self {
        Self { cycle, active: vec![0; cycle], observed: vec![0; cycle] }
    }

    fn add(&mut self, hour: &LocalHour, is_active: bool) {
        let slot = usize::from(hour.of_week) % self.cycle;
        if let (Some(observed), Some(active)) =
            (self.observed.get_mut(slot), self.active.get_mut(slot))
        {
            *observed += 1;
            *active += u32::from(is_active);
        }
    }

    /// p̂ = (a+½)/(n+1), and a.
    fn chance(&self, hour: &LocalHour) -> (f64, u32) {
        let slot = usize::from(hour.of_week) % self.cycle;
        let active = self.active.get(slot).copied().unwrap_or(0);
        let observed = self.observed.get(slot).copied().unwrap_or(0);
        (chance(active, observed), active)
    }

    /// Rate of activity that the profile expects for some hours.
    pub(super) fn expected<'a>(&self, hours: impl Iterator<Item = &'a LocalHour>) -> f64 {
        let (mut sum, mut n) = (0.0, 0.0);
        for hour in hours {
            let slot = usize::from(hour.of_week) % self.cycle;
            let observed = self.observed.get(slot).copied().unwrap_or(0);
            if observed > 0 {
                sum += f64::from(self.active.get(slot).copied().unwrap_or(0)) / f64::from(observed);
                n += 1.0;
            }
        }
        if n > 0.0 { sum / n } else { 0.0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.observed.iter().all(|n| *n == 0)
    }
}

/// The chance of activity of an hour seen active `a` of `n` times: (a+½)/(n+1).
pub(super) fn chance(a: u32, n: u32) -> f64 {
    (f64::from(a) + 0.5) / (f64::from(n) + 1.0)
}

/// The window, hour by hour.
pub(super) struct Activity<'a> {
    /// Hour of the first entry, since the epoch.
    pub first: i64,
    pub clock: &'a [LocalHour],
    /// Activity could have been seen.
    pub observed: &'a [bool],
    /// Business or work.
    pub active: &'a [bool],
}

impl Activity<'_> {
    fn start(&self, at: usize) -> Timestamp {
        Timestamp((self.first + at as i64) * MS_PER_HOUR)
    }

    /// The profile of the observed non-holiday hours in a part of the window.
    pub(super) fn profile(&self, part: std::ops::Range<usize>) -> Profile {
        let weekly = self.observed_span() >= WEEKLY_FROM_HOURS;
        let mut profile = Profile::new(if weekly { WEEK } else { 24 });
        let rows = self.clock.iter().zip(self.observed).zip(self.active);
        for ((hour, observed), active) in rows.take(part.end).skip(part.start) {
            if *observed && !hour.is_holiday {
                profile.add(hour, *active);
            }
        }
        profile
    }

    fn observed_span(&self) -> usize {
        let first = self.observed.iter().position(|seen| *seen);
        let last = self.observed.iter().rposition(|seen| *seen);
        first.zip(last).map_or(0, |(first, last)| last + 1 - first)
    }
}

/// Evidence from the activity; `ahead` are the local hours from `now` on, the first at or after it.
pub(super) fn evidence(
    activity: &Activity<'_>,
    ahead_first: i64,
    ahead: &dyn Fn() -> Vec<LocalHour>,
    stopped: &StoppedConfig,
    expected: &ExpectedConfig,
    daily_rhythm: Option<f64>,
) -> TemporalEvidence {
    let hours = activity.clock.len();
    let profile = activity.profile(0..hours);
    let is_active = |at: &usize| activity.active.get(*at).copied().unwrap_or(false);
    let last = (0..hours).rev().find(is_active);
    let mut found = TemporalEvidence {
        observed_hours: activity.observed.iter().filter(|seen| **seen).count() as u64,
        active_hours: activity.active.iter().filter(|active| **active).count() as u64,
        last_active_at: last.map(|at| activity.start(at)),
        silent_expected_hours: 0.0,
        gap_hours: None,
        longest_earlier_gap_hours: None,
        stopped: false,
        next_expected_activity: None,
        recurrence: 0.0,
        daily_rhythm,
    };
    let Some(last) = last else { return found };
    // The profile of the time before the silence: compared with its own silence, every silence looks normal.
    let before = activity.profile(0..last + 1);
    let since = activity.clock.iter().zip(activity.observed).skip(last + 1);
    found.silent_expected_hours = since
        .filter(|(hour, observed)| **observed && !hour.is_holiday)
        .fold(0.0, |sum, (hour, _)| sum + before.chance(hour).0);
    let gap = (hours - 1 - last) as f64;
    let (mut longest, mut previous) = (0, None);
    for at in (0..=last).filter(is_active) {
        // The time before the first activity is a gap of at least this length.
        longest = longest.max(previous.map_or(at, |previous: usize| at - previous - 1));
        previous = Some(at);
    }
    found.gap_hours = Some(gap);
    found.longest_earlier_gap_hours = Some(longest as f64);
    found.stopped =
        found.silent_expected_hours >= stopped.hours && gap > stopped.gap_factor * longest as f64;

    let recurring =
        |hour: &LocalHour| Some(profile.chance(hour)).filter(|(_, active)| *active >= 2);
    let chances = activity.clock.iter().filter_map(recurring);
    found.recurrence = chances.fold(0.0, |most, (chance, _)| chance.max(most));
    if found.recurrence > expected.probability {
        let due = ahead().iter().position(|hour| {
            !hour.is_holiday && recurring(hour).is_some_and(|(p, _)| p > expected.probability)
        });
        found.next_expected_activity =
            due.map(|at| Timestamp((ahead_first + at as i64) * MS_PER_HOUR));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Tz;
    use crate::idle::clock::LocalClock;

    fn run(weeks: usize, is_active: impl Fn(usize) -> bool) -> TemporalEvidence {
        let clock = LocalClock::new(Tz::UTC, &[]).unwrap();
        // A Monday 00:00.
        let first = Timestamp::parse("2026-03-16T00:00:00Z").unwrap().0 / MS_PER_HOUR;
        let hours = weeks * WEEK;
        let local = clock.hours(first, hours);
        let active: Vec<bool> = (0..hours).map(is_active).collect();
        let observed = vec![true; hours];
        let activity = Activity { first, clock: &local, observed: &observed, active: &active };
        let end = first + hours as i64;
        let ahead = || clock.hours(end, 28 * 24);
        let (stopped, expected) = (StoppedConfig::default(), ExpectedConfig::default());
        evidence(&activity, end, &ahead, &stopped, &expected, None)
    }

    /// Anchors of idle.md §5.
    #[test]
    fn chances() {
        for (a, n, want) in [(4, 4, 0.9), (0, 4, 0.1), (2, 2, 0.8333), (0, 2, 0.1667)] {
            assert!((chance(a, n) - want).abs() < 5e-5);
        }
    }

    #[test]
    fn office_hours_recur_and_are_expected() {
        let got = run(4, |at| at % WEEK / 24 < 5 && (9..17).contains(&(at % 24)));
        assert_eq!((got.recurrence, got.stopped), (0.9, false));
        assert_eq!(got.next_expected_activity.unwrap().to_string(), "2026-04-13T09:00:00Z");
        assert_eq!(got.active_hours, 4 * 40);
    }

    #[test]
    fn a_stop_is_told_from_a_weekend() {
        let office = |at: usize| at % WEEK / 24 < 5 && (9..17).contains(&(at % 24));
        let got = run(4, |at| at < 2 * WEEK && office(at));
        assert!(got.stopped, "{got:?}");
        assert!(got.silent_expected_hours > 24.0 && got.gap_hours.unwrap() > 300.0);
        let got = run(4, |at| at < 4 * WEEK - 24 && office(at));
        assert!(!got.stopped, "{got:?}");
    }

    #[test]
    fn never_active_expects_nothing() {
        let got = run(2, |_| false);
        assert_eq!((got.last_active_at, got.next_expected_activity), (None, None));
        assert_eq!((got.recurrence, got.silent_expected_hours, got.stopped), (0.0, 0.0, false));
    }
}
