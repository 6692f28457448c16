//! Idle runs, and the profile of the local week.

use chrono::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use super::day::day_start;
use super::query::SpanMs;
use super::rollup::HourStat;
use super::slots::{SLOT_MS, SLOTS};
use super::view::{MetricView, days_of, hours_of, part_days};
use crate::calendar::{Tz, hour_of_week};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{MS_PER_HOUR, TimeRange, Timestamp};

/// Idle spans of a range.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Runs {
    /// Observed below the threshold throughout, in order.
    pub runs: Vec<SpanMs>,
    /// Length of the longest; 0 if there is none.
    pub longest_ms: i64,
    /// Length of all together.
    pub total_ms: i64,
    /// End of the last slot at or above the threshold.
    pub last_active_ms: Option<i64>,
    /// Time of the range without samples.
    pub unobserved_ms: i64,
}

/// What one step of a range shows.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Idle,
    Active,
}

impl Runs {
    /// Builds runs from observed steps in order; steps that are left out are unobserved.
    fn build(
        steps: impl Iterator<Item = (i64, Step)>,
        range: TimeRange,
        step_ms: i64,
        bridge: i64,
    ) -> Self {
        let mut runs = Self { unobserved_ms: range.ms(), ..Self::default() };
        let mut before: Option<(i64, Step)> = None;
        for (start_ms, step) in steps {
            let end_ms = start_ms + step_ms;
            runs.unobserved_ms -= step_ms;
            match step {
                Step::Active => runs.last_active_ms = Some(end_ms),
                Step::Idle => {
                    let joins = before.is_some_and(|(at, kind)| {
                        kind == Step::Idle && start_ms - (at + step_ms) <= bridge * step_ms
                    });
                    match runs.runs.last_mut().filter(|_| joins) {
                        Some(run) => run.end_ms = end_ms,
                        None => runs.runs.push(SpanMs { start_ms, end_ms }),
                    }
                }
            }
            before = Some((start_ms, step));
        }
        let lengths = runs.runs.iter().map(|run| run.end_ms - run.start_ms);
        (runs.total_ms, runs.longest_ms) =
            lengths.fold((0, 0), |(sum, longest), ms| (sum + ms, longest.max(ms)));
        runs
    }
}

/// One hour of the local week.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfileHour {
    /// 0 is Monday 00:00.
    pub hour: u8,
    /// Samples.
    pub n: u64,
    /// Their sum, in units.
    pub sum: f64,
    /// Their mean; `None` without a sample.
    pub mean: Option<f64>,
    /// The smallest.
    pub min: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
    /// UTC hours that fell into it.
    pub observed_hours: u64,
}

/// The local week in 168 hours.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WeekProfile {
    /// 168 rows.
    pub hours: Vec<ProfileHour>,
    /// The zone's offset is not a whole hour: each UTC hour counts for the local hour in which it starts.
    pub half_hour_zone: bool,
}

/// Seconds east of Greenwich.
fn offset_seconds(tz: Tz, time: Timestamp) -> i32 {
    let utc = chrono::DateTime::from_timestamp_millis(time.0).unwrap_or_default().naive_utc();
    tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

impl MetricView<'_> {
    /// Idle runs at five-minute resolution, for a threshold of the spec, over a range of whole UTC days.
    ///
    /// A slot is idle if it was observed and no sample reached the threshold. Unobserved slots end a run unless at
    /// most `bridge_slots` of them lie between two idle ones. Of several containers a slot is active if any is.
    ///
    /// # Errors
    /// `UPID_INVALID_VALUE` for a threshold that the spec lacks, `UPID_RANGE_NOT_ALIGNED`.
    pub fn runs(&self, range: TimeRange, threshold: f64, bridge_slots: u32) -> Result<Runs> {
        let at = self.spec.threshold_index(threshold).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidValue,
                format!("{} has no activity bitmap for the threshold {threshold}", self.metric),
            )
            .at_path("threshold")
            .hint(format!("use one of {:?}, or the hourly form", self.spec.thresholds))
        })?;
        let mut slots: std::collections::BTreeMap<i64, Step> = std::collections::BTreeMap::new();
        for part in &self.parts {
            for (day, state) in part_days(part, days_of(range)?) {
                let Some(active) = state.hourly.as_ref().and_then(|h| h.active.get(at)) else {
                    continue;
                };
                for slot in (0..SLOTS).filter(|slot| state.observed.get(*slot)) {
                    let step = if active.get(slot) { Step::Active } else { Step::Idle };
                    let entry = slots.entry(day_start(day) + slot as i64 * SLOT_MS).or_insert(step);
                    if step == Step::Active {
                        *entry = step;
                    }
                }
            }
        }
        Ok(Runs::build(slots.into_iter(), range, SLOT_MS, i64::from(bridge_slots)))
    }

    /// Idle runs at hourly resolution, for any threshold in units: an hour is idle if its maximum is below it.
    pub fn runs_hourly(&self, range: TimeRange, threshold: f64) -> Result<Runs> {
        if !threshold.is_finite() {
            return Err(Error::new(ErrorKind::InvalidValue, "the threshold is not a number")
                .at_path("threshold")
                .hint("give it in the metric's unit"));
        }
        let hours = self.hours(range)?;
        let steps = hours.iter().map(|hour| {
            (hour.start_ms, if hour.max < threshold { Step::Idle } else { Step::Active })
        });
        Ok(Runs::build(steps, range, MS_PER_HOUR, 0))
    }

    /// The hours of a range by local hour of the week; each UTC hour counts for the local hour of its start.
    pub fn profile(&self, range: TimeRange, tz: Tz) -> Result<WeekProfile> {
        let mut profile = WeekProfile {
            hours: (0..168).map(|hour| ProfileHour { hour, ..ProfileHour::default() }).collect(),
            half_hour_zone: false,
        };
        // Quanta of hours of one part; only sums of containers are no whole numbers.
        let mut quanta = [0_u128; 168];
        for (hour, cells) in self.hour_cells(&hours_of(range)?) {
            let stat = HourStat::new(hour * MS_PER_HOUR, &cells, self.spec);
            let start = Timestamp(stat.start_ms);
            profile.half_hour_zone |= offset_seconds(tz, start) % 3600 != 0;
            let slot = usize::from(hour_of_week(tz, start));
            let (Some(row), Some(quanta)) = (profile.hours.get_mut(slot), quanta.get_mut(slot))
            else {
                continue;
            };
            row.n = row.n.saturating_add(stat.count);
            match cells.as_slice() {
                [cell] => *quanta = quanta.saturating_add(cell.sum),
                _ => row.sum += stat.sum,
            }
            row.observed_hours += 1;
            row.min = Some(row.min.map_or(stat.min, |min| min.min(stat.min)));
            row.max = Some(row.max.map_or(stat.max, |max| max.max(stat.max)));
        }
        for (row, quanta) in profile.hours.iter_mut().zip(quanta) {
            row.sum += self.spec.units(quanta as f64);
            // Rounding must not lead out of the extremes.
            let (mean, extremes) = (row.sum / row.n as f64, row.min.zip(row.max));
            row.mean = extremes.map(|(min, max)| mean.clamp(min, max));
        }
        Ok(profile)
    }
}
