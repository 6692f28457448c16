//! Dropping old detail, only when asked.

use serde::{Deserialize, Serialize};

use super::day::{Day, day_of, day_start};
use super::store::Usage;
use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

/// How long each part of a metric-day is kept, in days before now (usage.md §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RetentionPolicy {
    /// Histograms; 35, project choice: a month and a week.
    pub histogram_days: u32,
    /// Hours, activity bitmaps and requests; 90, the customary retention of metrics.
    pub hourly_days: u32,
    /// Everything: day totals and extremes, observed slots, events; 400, project choice: a year and a month.
    pub daily_days: u32,
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        Self { histogram_days: 35, hourly_days: 90, daily_days: 400 }
    }
}

impl RetentionPolicy {
    /// Sets how long histograms are kept.
    #[must_use]
    pub fn histogram_days(mut self, days: u32) -> Self {
        self.histogram_days = days;
        self
    }

    /// Sets how long hours are kept.
    #[must_use]
    pub fn hourly_days(mut self, days: u32) -> Self {
        self.hourly_days = days;
        self
    }

    /// Sets how long anything is kept.
    #[must_use]
    pub fn daily_days(mut self, days: u32) -> Self {
        self.daily_days = days;
        self
    }

    /// `UPID_INVALID_CONFIG` where a part would outlive the day it belongs to.
    pub fn validate(&self) -> Result<()> {
        for (path, days) in
            [("histogramDays", self.histogram_days), ("hourlyDays", self.hourly_days)]
        {
            if days > self.daily_days {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{path} is {days} and dailyDays only {}", self.daily_days),
                )
                .at_path(path)
                .hint("parts of a day cannot outlive the day"));
            }
        }
        Ok(())
    }
}

impl Usage {
    /// Drops everything of the UTC days before the day of `cutoff`.
    ///
    /// Merging older data afterwards brings its days back, as if they had never gone: nothing remembers what was
    /// dropped. Of a counter that ended within `maxGapMs` before the cut the last value stays, for the sample across it.
    ///
    /// How the rows of a counter were partitioned changes no answer. It changes no byte either after [`Usage::seal`],
    /// unless the counter has a gap of more than `maxGapMs` over the cut: in one part that gap lies inside a run, which
    /// is cut, while a part of its own that begins after the gap keeps its first value.
    pub fn prune(&mut self, cutoff: Timestamp) {
        let (day, max_gap_ms) = (day_of(cutoff.0), self.spec.max_gap_ms);
        for summary in self.entries.values_mut() {
            summary.metrics.values_mut().for_each(|metric| metric.prune(day, max_gap_ms));
            summary.metrics.retain(|_, metric| !metric.is_empty());
            summary.events.prune(day_start(day));
            summary.requests.prune(day);
        }
        self.entries.retain(|_, summary| !summary.is_empty());
    }

    /// Drops parts by age: of days whose start is more than the policy's days before the day of `now`.
    ///
    /// For one `now`, `retain(a ⊕ b) == retain(retain(a) ⊕ retain(b))` in bytes, below two limits that count over all
    /// days: of more than 2,000 request classes of a key, `a ⊕ b` drops some in favour of classes that the retention
    /// may drop in turn; of more than 4,096 counter parts it joins the oldest for good.
    ///
    /// A sample between two counter parts is made when they are read. If no other lies in its day, that day's detail is
    /// there then, however old: seal a Usage first to which no part is missing.
    pub fn retain(&mut self, now: Timestamp, policy: &RetentionPolicy) -> Result<()> {
        policy.validate()?;
        let today = i64::from(day_of(now.0));
        let first_day = |days: u32| (today - i64::from(days)).max(0) as i32;
        self.prune(Timestamp(day_start(first_day(policy.daily_days))));
        let (histogram, hourly) = (first_day(policy.histogram_days), first_day(policy.hourly_days));
        for summary in self.entries.values_mut() {
            for metric in summary.metrics.values_mut() {
                let cut =
                    |days: &mut std::collections::BTreeMap<i32, Day>, first, drop: fn(&mut Day)| {
                        days.range_mut(..first).for_each(|(_, day)| drop(day));
                    };
                cut(&mut metric.days, histogram, |day| day.histogram = None);
                cut(&mut metric.days, hourly, |day| day.hourly = None);
            }
            summary.requests.prune(hourly);
        }
        self.entries.retain(|_, summary| !summary.is_empty());
        Ok(())
    }
}
