//! Weekly windows in which nothing ever happened (idle.md §9).

use std::collections::BTreeMap;

use chrono::{Datelike, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use super::clock::WEEK;
use crate::calendar::{self, Tz};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Weekday;
use crate::stats::special::beta_quantile;
use crate::units::{MS_PER_DAY, Timestamp};

const DAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Where zone offsets are looked up when no time is given: 2026-01-01T00:00Z.
const REFERENCE_MS: i64 = 1_767_225_600_000;

/// Settings of the windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WindowConfig {
    /// Weeks in which an hour must have been observed; default 2 (own).
    pub min_weeks: u32,
    /// Largest upper bound of the chance of activity in an hour; default 0.05 (own).
    pub max_upper_bound: f64,
    /// One-sided level of that bound; default 0.95 (own).
    pub level: f64,
    /// Shortest window in hours; default 2 (own).
    pub min_length_hours: u32,
    /// How far occurrences are listed; default 14 days (own).
    pub horizon_days: u32,
    /// Time to wake up; default 60 s (own).
    pub cold_start_seconds: f64,
    /// Time before going to sleep; default 300 s (KEDA's cooldown).
    pub cooldown_seconds: f64,
}

impl Default for WindowConfig {
    fn default() -> Self {
        Self {
            min_weeks: 2,
            max_upper_bound: 0.05,
            level: 0.95,
            min_length_hours: 2,
            horizon_days: 14,
            cold_start_seconds: 60.0,
            cooldown_seconds: 300.0,
        }
    }
}

impl WindowConfig {
    /// The shortest window worth sleeping in: max(minLength, ⌈(coldStart + 2·cooldown)/3600⌉) hours.
    fn shortest(&self) -> usize {
        let needed = (self.cold_start_seconds + 2.0 * self.cooldown_seconds) / 3600.0;
        (self.min_length_hours as usize).max(needed.ceil() as usize)
    }

    /// `UPID_INVALID_CONFIG` with the path of the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let open = f64::MIN_POSITIVE;
        for (path, value, low, high) in [
            ("minWeeks", f64::from(self.min_weeks), 1.0, f64::MAX),
            ("maxUpperBound", self.max_upper_bound, open, 1.0),
            ("level", self.level, open, 1.0 - f64::EPSILON),
            ("minLengthHours", f64::from(self.min_length_hours), 1.0, WEEK as f64),
            ("horizonDays", f64::from(self.horizon_days), 0.0, 400.0),
            ("coldStartSeconds", self.cold_start_seconds, 0.0, f64::MAX),
            ("cooldownSeconds", self.cooldown_seconds, 0.0, f64::MAX),
        ] {
            if !(low..=high).contains(&value) {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{value} is outside its range"),
                )
                .at_path(path)
                .hint("see the default and range of each setting in WindowConfig"));
            }
        }
        Ok(())
    }
}

/// How often each hour of the week was observed: one number for all, or 168.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "one count for all hours, or 168 counts")]
pub enum ObservedHours {
    /// The same for every hour.
    Same(u32),
    /// Monday 00:00 first.
    Each(Vec<u32>),
}

/// How often each hour of the week was active: 168 numbers, or pairs of hour and count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "168 counts, or pairs of hour and count")]
pub enum ActiveHours {
    /// Monday 00:00 first.
    Each(Vec<u32>),
    /// `[hour, count]`; other hours were never active.
    Pairs(Vec<(u32, u32)>),
}

/// Activity by local hour of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HourProfile {
    /// IANA zone.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Observed.
    pub observed: ObservedHours,
    /// Active.
    pub active: ActiveHours,
    /// Holidays were left out of the counts.
    #[serde(default)]
    pub holidays_excluded: bool,
    /// From when occurrences are listed; absent: none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// One window of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IdleWindow {
    /// First local hour of the week, 0 = Monday 00:00.
    pub start_hour: u32,
    /// Length.
    pub length_hours: u32,
    /// Windows of one group start at the same local hour, have the same length and share their evidence.
    pub group: u32,
    /// Posterior mean of the chance of activity in an hour.
    pub mean: f64,
    /// Its one-sided lower bound; 0 if nothing was ever seen.
    pub lower: f64,
    /// Its one-sided upper bound.
    pub upper: f64,
}

/// The windows of one group as a weekly rule in local time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WindowRule {
    /// Days on which a window starts.
    pub days: Vec<Weekday>,
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`.
    pub end: String,
    /// Days from the start to the end.
    pub spans_days: u32,
}

/// One window in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WindowOccurrence {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Posterior mean of the chance of activity in an hour.
    pub mean: f64,
    /// Its one-sided lower bound.
    pub lower: f64,
    /// Its one-sided upper bound.
    pub upper: f64,
}

/// Windows in which nothing ever happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IdleWindows {
    /// In order of their start.
    pub windows: Vec<IdleWindow>,
    /// One per group.
    pub rules: Vec<WindowRule>,
    /// Σ lengths.
    pub idle_hours_per_week: u32,
    /// The whole week is one window.
    pub always: bool,
    /// Windows between `now` and the horizon, in UTC; cut at both ends.
    pub occurrences: Vec<WindowOccurrence>,
}

/// Finds the windows of a profile (idle.md §9).
///
/// # Errors
/// `UPID_UNKNOWN_TIME_ZONE`, `UPID_INVALID_CONFIG`; `UPID_INVALID_VALUE` for an hour outside 0..167, a list that
/// has not 168 entries, or an hour more often active than observed.
pub fn windows(profile: &HourProfile, config: &WindowConfig) -> Result<IdleWindows> {
    config.validate()?;
    let zone = calendar::zone(&profile.time_zone).map_err(|e| e.at_path("timeZone"))?;
    let (observed, active) = counts(profile)?;
    Ok(find(zone, &observed, &active, profile.now, config))
}

/// [`windows`] of counts that are known to be good: 168 each, active ≤ observed.
pub(super) fn find(
    zone: Tz,
    observed: &[u32],
    active: &[u32],
    now: Option<Timestamp>,
    config: &WindowConfig,
) -> IdleWindows {
    let free: Vec<bool> =
        observed.iter().zip(active).map(|(n, a)| *n >= config.min_weeks && *a == 0).collect();
    // Hours of a zone with a broken offset straddle two local hours.
    let inward = usize::from(is_broken(zone, now));
    let mut groups: BTreeMap<(usize, usize), Vec<(usize, u64)>> = BTreeMap::new();
    for (start, length) in runs(&free) {
        let n = (start..start + length)
            .filter_map(|at| observed.get(at % WEEK))
            .fold(0, |sum, n| sum + u64::from(*n));
        let (start, length) = if length == WEEK {
            (start, length)
        } else {
            ((start + inward) % WEEK, length.saturating_sub(inward))
        };
        if length >= config.shortest() {
            groups.entry((start % 24, length)).or_default().push((start, n));
        }
    }
    let mut found = IdleWindows::default();
    for ((hour, length), members) in groups {
        let n = members.iter().fold(0, |sum, (_, n)| sum + n) as f64;
        let upper = beta_quantile(config.level, 0.5, n + 0.5);
        if upper >= config.max_upper_bound {
            continue;
        }
        let group = found.rules.len() as u32;
        let days = members.iter().filter_map(|(start, _)| DAYS.get(start / 24).copied());
        found.rules.push(WindowRule {
            days: days.collect(),
            start: format!("{hour:02}:00"),
            end: format!("{:02}:00", (hour + length) % 24),
            spans_days: ((hour + length) / 24) as u32,
        });
        found.windows.extend(members.iter().map(|(start, _)| IdleWindow {
            start_hour: *start as u32,
            length_hours: length as u32,
            group,
            mean: 0.5 / (n + 1.0),
            lower: 0.0,
            upper,
        }));
    }
    found.windows.sort_by_key(|window| window.start_hour);
    found.idle_hours_per_week = found.windows.iter().map(|window| window.length_hours).sum();
    found.always = found.idle_hours_per_week as usize == WEEK && found.windows.len() == 1;
    if let Some(now) = now {
        found.occurrences = occurrences(&found, zone, now, config.horizon_days);
    }
    found
}

fn counts(profile: &HourProfile) -> Result<(Vec<u32>, Vec<u32>)> {
    let bad = |path: &str, message: String| {
        Error::new(ErrorKind::InvalidValue, message)
            .at_path(path)
            .hint("hours of the week run from 0 (Monday 00:00) to 167; lists hold 168 counts")
    };
    let full = |path: &str, list: &Vec<u32>| {
        let message = format!("{} entries, not 168", list.len());
        if list.len() == WEEK { Ok(list.clone()) } else { Err(bad(path, message)) }
    };
    let observed = match &profile.observed {
        ObservedHours::Same(n) => vec![*n; WEEK],
        ObservedHours::Each(list) => full("observed", list)?,
    };
    let active = match &profile.active {
        ActiveHours::Each(list) if !list.is_empty() => full("active", list)?,
        ActiveHours::Each(_) => vec![0; WEEK],
        ActiveHours::Pairs(pairs) => {
            let mut active = vec![0_u32; WEEK];
            for (at, (hour, count)) in pairs.iter().enumerate() {
                let slot = active.get_mut(*hour as usize).ok_or_else(|| {
                    bad(&format!("active[{at}]"), format!("there is no hour {hour} in a week"))
                })?;
                *slot = slot.saturating_add(*count);
            }
            active
        }
    };
    match active.iter().zip(&observed).position(|(a, n)| a > n) {
        Some(hour) => {
            Err(bad(&format!("active[{hour}]"), "more often active than observed".to_owned()))
        }
        None => Ok((observed, active)),
    }
}

/// Runs of `true` on the circle of the week, as start and length.
fn runs(free: &[bool]) -> Vec<(usize, usize)> {
    let is_free = |at: usize| free.get(at % WEEK).copied().unwrap_or(false);
    let Some(busy) = (0..WEEK).find(|at| !is_free(*at)) else { return vec![(0, WEEK)] };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut length = 0;
    for at in busy + 1..=busy + WEEK {
        if is_free(at) {
            length += 1;
        } else if length > 0 {
            runs.push(((at - length) % WEEK, length));
            length = 0;
        }
    }
    runs
}

fn is_broken(zone: Tz, now: Option<Timestamp>) -> bool {
    let time = chrono::DateTime::from_timestamp_millis(now.map_or(REFERENCE_MS, |now| now.0));
    time.is_some_and(|time| {
        zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc() % 3600 != 0
    })
}

fn occurrences(
    found: &IdleWindows,
    zone: Tz,
    now: Timestamp,
    horizon_days: u32,
) -> Vec<WindowOccurrence> {
    let end = Timestamp(now.0 + i64::from(horizon_days) * MS_PER_DAY);
    let Some(epoch) = NaiveDate::from_ymd_opt(1970, 1, 1) else { return Vec::new() };
    if found.always {
        let whole = found.windows.first().map(|w| (w.mean, w.lower, w.upper));
        let whole = whole.filter(|_| end > now);
        return whole
            .map(|(mean, lower, upper)| WindowOccurrence { start: now, end, mean, lower, upper })
            .into_iter()
            .collect();
    }
    let today = calendar::local_day(zone, now);
    let mut list = Vec::new();
    // A window is shorter than a week, so one that began 7 days ago may still run.
    for day in today - 7..=today + i64::from(horizon_days) + 1 {
        let Some(date) = epoch.checked_add_signed(TimeDelta::days(day)) else { continue };
        let weekday = date.weekday().num_days_from_monday();
        for window in found.windows.iter().filter(|window| window.start_hour / 24 == weekday) {
            let Some(midnight) = date.and_hms_opt(0, 0, 0) else { continue };
            let start = midnight + TimeDelta::hours(i64::from(window.start_hour % 24));
            let stop = start + TimeDelta::hours(i64::from(window.length_hours));
            let (start, stop) = (instant(zone, start, true), instant(zone, stop, false));
            let (Some(start), Some(stop)) = (start, stop) else { continue };
            let (start, stop) = (start.max(now), stop.min(end));
            if stop > start {
                list.push(WindowOccurrence {
                    start,
                    end: stop,
                    mean: window.mean,
                    lower: window.lower,
                    upper: window.upper,
                });
            }
        }
    }
    list.sort_by_key(|occurrence| occurrence.start);
    list
}

/// The instant of a local time. Where a clock shows it twice, the window shrinks (`late`: the second time); where it
/// is skipped, the first instant after.
fn instant(zone: Tz, local: NaiveDateTime, late: bool) -> Option<Timestamp> {
    let time = match zone.from_local_datetime(&local) {
        LocalResult::Single(time) => time.with_timezone(&Utc),
        LocalResult::Ambiguous(first, second) => {
            if late { second } else { first }.with_timezone(&Utc)
        }
        LocalResult::None => {
            // The offset before the gap puts the skipped hour right behind it.
            let before = zone.from_local_datetime(&(local - TimeDelta::hours(3))).latest()?;
            before.with_timezone(&Utc) + TimeDelta::hours(3)
        }
    };
    Timestamp::from_ms(time.timestamp_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(weeks: u32, zone: &str) -> HourProfile {
        let hours = (0..120).filter(|hour| (8..20).contains(&(hour % 24)));
        HourProfile {
            time_zone: zone.into(),
            observed: ObservedHours::Same(weeks),
            active: ActiveHours::Pairs(hours.map(|hour| (hour, weeks)).collect()),
            holidays_excluded: true,
            now: Some(Timestamp::parse("2026-03-27T12:00:00Z").unwrap()),
        }
    }

    /// The example of idle.md §9.
    #[test]
    fn nights_and_weekends() {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        let found = windows(&office(4, "Europe/Berlin"), &WindowConfig::default()).unwrap();
        assert_eq!(found.idle_hours_per_week, 108);
        let rules: Vec<_> = found
            .rules
            .iter()
            .map(|r| (r.days.clone(), r.start.as_str(), r.end.as_str(), r.spans_days))
            .collect();
        assert_eq!(
            rules,
            [(vec![Mon, Tue, Wed, Thu], "20:00", "08:00", 1), (vec![Fri], "20:00", "08:00", 3)]
        );
        let night = &found.windows[0];
        assert_eq!((night.start_hour, night.length_hours), (20, 12));
        assert!((night.upper - 0.009_941).abs() < 5e-7 && (night.mean - 0.002_591).abs() < 5e-7);
        let weekend = &found.windows[4];
        assert_eq!((weekend.start_hour, weekend.length_hours, weekend.group), (116, 60, 1));
        assert!(
            (weekend.upper - 0.007_963).abs() < 5e-7 && (weekend.mean - 0.002_075).abs() < 5e-7
        );
        // Over the change to summer time the weekend is an hour shorter.
        let first = &found.occurrences[0];
        assert_eq!(first.start.to_string(), "2026-03-27T19:00:00Z");
        assert_eq!((first.end.0 - first.start.0) / 3_600_000, 59);
        let json = r#"{"timeZone":"Europe/Berlin","observed":4,"active":[[8,4],[9,4]]}"#;
        let read: HourProfile = crate::json::from_json(json).unwrap();
        assert!(windows(&read, &WindowConfig::default()).unwrap().occurrences.is_empty());
    }

    #[test]
    fn too_little_evidence_makes_no_window() {
        // Two weeks: nights pool to 96 and stay; a single free night does not.
        let found = windows(&office(2, "UTC"), &WindowConfig::default()).unwrap();
        assert_eq!(found.idle_hours_per_week, 108);
        let mut active = vec![2; WEEK];
        active[20..32].fill(0);
        let lone = HourProfile { active: ActiveHours::Each(active), ..office(2, "UTC") };
        assert_eq!(windows(&lone, &WindowConfig::default()).unwrap().windows.len(), 0);
        assert_eq!(windows(&office(1, "UTC"), &WindowConfig::default()).unwrap().windows.len(), 0);
    }

    #[test]
    fn always_and_broken_offsets() {
        let never = HourProfile { active: ActiveHours::Each(Vec::new()), ..office(2, "UTC") };
        let found = windows(&never, &WindowConfig::default()).unwrap();
        assert!(found.always);
        assert_eq!((found.idle_hours_per_week, found.occurrences.len()), (168, 1));
        let found = windows(&office(4, "Asia/Kolkata"), &WindowConfig::default()).unwrap();
        assert_eq!((found.windows[0].start_hour, found.windows[0].length_hours), (21, 11));
    }

    #[test]
    fn bad_profiles_are_refused() {
        for (active, observed) in [
            (ActiveHours::Pairs(vec![(168, 1)]), 4),
            (ActiveHours::Each(vec![1; 24]), 4),
            (ActiveHours::Pairs(vec![(3, 5)]), 4),
        ] {
            let observed = ObservedHours::Same(observed);
            let profile = HourProfile { observed, active, ..office(4, "UTC") };
            let error = windows(&profile, &WindowConfig::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue);
        }
    }
}
