//! Read access to one metric: of a key, of several keys merged, or of a pod's containers summed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::day::{Cell, Day, day_start};
use super::key::{KeySelector, UsageKey};
use super::metric::MetricId;
use super::spec::MetricSpec;
use super::store::Usage;
use super::summary::{MetricSummary, UsageSummary, merge_maps};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{MS_PER_DAY, MS_PER_HOUR, TimeRange, Timestamp};

/// One metric, ready for the queries of usage.md §5.
///
/// Usually it has one part. The CPU or memory of a pod without a pod-level series has one part per container: hours
/// and quantiles are then added up, which can only make the pod look busier ([`MetricView::is_summed`]).
#[derive(Debug, Clone)]
pub struct MetricView<'a> {
    pub(super) metric: MetricId,
    pub(super) spec: &'a MetricSpec,
    pub(super) parts: Vec<Cow<'a, MetricSummary>>,
}

impl Usage {
    /// One metric of one key; `None` if the key has no sample of it.
    pub fn view(&self, key: &UsageKey, metric: MetricId) -> Result<Option<MetricView<'_>>> {
        let parts = match self.entries.get(key) {
            Some(summary) => self.part(summary, metric)?.into_iter().collect(),
            None => Vec::new(),
        };
        self.view_of(parts, metric)
    }

    /// One metric of every key that a selector matches, merged; `UPID_EMPTY_SERIES` if none has a sample.
    pub fn merged(&self, selector: &KeySelector, metric: MetricId) -> Result<MetricView<'_>> {
        let mut merged: Option<Cow<'_, MetricSummary>> = None;
        for (key, summary) in &self.entries {
            if !selector.matches(key) {
                continue;
            }
            let Some(part) = self.part(summary, metric)? else { continue };
            match &mut merged {
                // Only days are read, and edges of different series must not meet.
                Some(all) => {
                    let days = Cow::Borrowed(&part.days);
                    merge_maps(&mut all.to_mut().days, days, |_, mine, theirs| {
                        mine.merge(&theirs)
                    })?;
                }
                None => merged = Some(part),
            }
        }
        let parts = merged.into_iter().collect();
        self.view_of(parts, metric)?.ok_or_else(|| empty(metric))
    }

    pub(super) fn part<'a>(
        &'a self,
        summary: &'a UsageSummary,
        metric: MetricId,
    ) -> Result<Option<Cow<'a, MetricSummary>>> {
        let Some(state) = summary.metrics.get(&metric) else { return Ok(None) };
        let state = state.stitched(metric, &self.spec)?;
        Ok((!state.days.is_empty()).then_some(state))
    }

    pub(super) fn view_of<'a>(
        &'a self,
        parts: Vec<Cow<'a, MetricSummary>>,
        metric: MetricId,
    ) -> Result<Option<MetricView<'a>>> {
        let spec = self.spec.get(metric)?;
        Ok((!parts.is_empty()).then_some(MetricView { metric, spec, parts }))
    }
}

/// The error of an empty selection.
pub(super) fn empty(metric: MetricId) -> Error {
    Error::new(ErrorKind::EmptySeries, format!("no sample of {metric} is selected"))
        .hint("check the key, the metric and the range; usage.describe lists what is there")
}

/// A range in whole hours from the epoch.
pub(super) fn hours_of(range: TimeRange) -> Result<std::ops::Range<i64>> {
    aligned(range, MS_PER_HOUR, "hours")
}

/// A range in whole days from the epoch.
pub(super) fn days_of(range: TimeRange) -> Result<std::ops::Range<i32>> {
    let days = aligned(range, MS_PER_DAY, "days")?;
    Ok(days.start as i32..days.end as i32)
}

fn aligned(range: TimeRange, step: i64, what: &str) -> Result<std::ops::Range<i64>> {
    range.check()?;
    for edge in [range.start.0, range.end.0] {
        if edge != Timestamp::END_MS {
            Timestamp::from_ms(edge)?;
        }
    }
    let (start, end) = (range.start.0.div_euclid(step), -(-range.end.0).div_euclid(step));
    if start * step != range.start.0 || end * step != range.end.0 {
        return Err(Error::new(
            ErrorKind::RangeNotAligned,
            format!("the range {} to {} is not in whole UTC {what}", range.start, range.end),
        )
        .hint(format!(
            "the next wider range is {} to {}",
            Timestamp(start * step),
            Timestamp(end * step)
        )));
    }
    Ok(start..end)
}

/// The look-back `[now − days, now)` for hour parts: exactly `days · 24` hours, from hour to hour, both edges rounded
/// up (usage.md §5).
pub fn hours_before(now: Timestamp, days: u32) -> TimeRange {
    let end = -(-now.0).div_euclid(MS_PER_HOUR) * MS_PER_HOUR;
    let start = (end - i64::from(days) * MS_PER_DAY).max(0);
    TimeRange { start: Timestamp(start), end: Timestamp(end) }
}

/// The look-back `[now − days, now)` for histogram parts: widened to whole UTC days (usage.md §5).
pub fn days_before(now: Timestamp, days: u32) -> TimeRange {
    let end = -(-now.0).div_euclid(MS_PER_DAY) * MS_PER_DAY;
    let start = (now.0 - i64::from(days) * MS_PER_DAY).max(0).div_euclid(MS_PER_DAY) * MS_PER_DAY;
    TimeRange { start: Timestamp(start), end: Timestamp(end) }
}

impl MetricView<'_> {
    /// Which metric.
    pub fn metric(&self) -> MetricId {
        self.metric
    }

    /// Whether containers are added up (note `SummedContainers`).
    pub fn is_summed(&self) -> bool {
        self.parts.len() > 1
    }

    /// The smallest range of whole UTC days that holds every sample.
    pub fn range(&self) -> TimeRange {
        let days = self.parts.iter().filter_map(|part| {
            Some((*part.days.first_key_value()?.0, *part.days.last_key_value()?.0))
        });
        let (first, last) = days.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default();
        TimeRange { start: Timestamp(day_start(first)), end: Timestamp(day_start(last + 1)) }
    }

    /// First and last sample time.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        let edges = self.parts.iter().flat_map(|part| {
            let edges = [part.days.values().next(), part.days.values().next_back()];
            edges.into_iter().flatten().map(|day| (day.first_ms, day.last_ms))
        });
        let (first, last) = edges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default();
        (Timestamp(first), Timestamp(last))
    }

    /// The observed hours of all parts: hour → cells of the parts that observed it.
    pub(super) fn hour_cells(&self, hours: &std::ops::Range<i64>) -> BTreeMap<i64, Vec<Cell>> {
        let mut cells: BTreeMap<i64, Vec<Cell>> = BTreeMap::new();
        for part in &self.parts {
            for (hour, cell) in part_hours(part, hours) {
                cells.entry(hour).or_default().push(cell);
            }
        }
        cells
    }

    /// The hours that some part observed, by the slots: these are kept where the hours were dropped by age.
    pub(super) fn observed_hours(&self, hours: &std::ops::Range<i64>) -> BTreeSet<i64> {
        let days = hours.start.div_euclid(24) as i32..(hours.end + 23).div_euclid(24) as i32;
        let mut observed = BTreeSet::new();
        for part in &self.parts {
            for (day, state) in part_days(part, days.clone()) {
                let own = (0..24).filter(|hour| state.observed.in_hour(*hour));
                let own = own.map(|hour| i64::from(day) * 24 + hour as i64);
                observed.extend(own.filter(|hour| hours.contains(hour)));
            }
        }
        observed
    }
}

/// The days of one part in a range.
pub(super) fn part_days(
    part: &MetricSummary,
    days: std::ops::Range<i32>,
) -> impl Iterator<Item = (i32, &Day)> {
    part.days.range(days.start..days.end.max(days.start)).map(|(day, state)| (*day, state))
}

/// The observed hours of one part in a range of hours, in order.
pub(super) fn part_hours(part: &MetricSummary, hours: &std::ops::Range<i64>) -> Vec<(i64, Cell)> {
    let (first, end) = (hours.start.div_euclid(24) as i32, (hours.end + 23).div_euclid(24) as i32);
    let mut cells = Vec::new();
    for (day, state) in part_days(part, first..end) {
        let Some(hourly) = &state.hourly else { continue };
        for (at, cell) in hourly.hours.iter().enumerate() {
            let hour = i64::from(day) * 24 + at as i64;
            if cell.count > 0 && hours.contains(&hour) {
                cells.push((hour, *cell));
            }
        }
    }
    cells
}
