//! One pass over samples.
//!
//! Rows come in blocks (`read`, `settle`). Per sample: add, square, compare, one histogram cell. What depends on time is
//! settled once per hour and five-minute slot, and the histogram is gathered once per day.

use super::columns::{Columns, IngestOptions, IngestReport, SampleKind};
use super::counter::Fragment;
use super::day::{Cell, Day, day_of, day_start};
use super::dense::Dense;
use super::histogram::overflow;
use super::metric::MetricId;
pub(super) use super::read::is_memory;
use super::read::read;
use super::settle::{BLOCK, Settle};
use super::slots::SLOT_MS;
use super::spec::{MAX_QUANTA, MAX_THRESHOLDS, MetricSpec, UsageSpec};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{MS_PER_DAY, MS_PER_HOUR};

/// What one pass over one series gives.
#[derive(Debug, Default)]
pub(super) struct Pass {
    pub(super) days: Vec<(i32, Day)>,
    pub(super) fragment: Option<Fragment>,
    pub(super) report: IngestReport,
}

/// Summarises one series of one metric. The caller has checked that the metric takes this kind.
pub(super) fn pass(
    metric: MetricId,
    columns: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<Pass> {
    let mut accumulator = Accumulator::new(spec.get(metric)?);
    let out = |times: &[i64], quanta: &[u64], reset| accumulator.add(times, quanta, reset);
    let mut sink = Settle::new(metric, spec.max_gap_ms, columns.kind, options, out);
    read(metric, columns, spec, &mut sink)?;
    let (fragment, report) = sink.finish()?;
    Ok(Pass { days: accumulator.finish()?, fragment, report })
}

/// Every accepted row of a column in ascending time, equal times settled, counters as they stand.
pub(super) fn accepted(
    metric: MetricId,
    columns: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<(Vec<(i64, u64)>, IngestReport)> {
    let mut rows = Vec::with_capacity(columns.len());
    let out = |times: &[i64], quanta: &[u64], _| {
        rows.extend(times.iter().copied().zip(quanta.iter().copied()));
        Ok(())
    };
    let mut sink = Settle::new(metric, spec.max_gap_ms, SampleKind::Gauge, options, out);
    read(metric, columns, spec, &mut sink)?;
    let (_, report) = sink.finish()?;
    Ok((rows, report))
}

/// Accumulates rows that are already settled: ascending distinct times, in quanta.
pub(super) fn pass_settled(
    metric: MetricId,
    kind: SampleKind,
    mut rows: impl Iterator<Item = (i64, u64)>,
    spec: &UsageSpec,
) -> Result<Pass> {
    let mut accumulator = Accumulator::new(spec.get(metric)?);
    let options = IngestOptions::default();
    let out = |times: &[i64], quanta: &[u64], reset| accumulator.add(times, quanta, reset);
    let mut sink = Settle::new(metric, spec.max_gap_ms, kind, &options, out);
    rows.try_for_each(|(ms, quanta)| sink.push(ms, quanta))?;
    let (fragment, report) = sink.finish()?;
    Ok(Pass { days: accumulator.finish()?, fragment, report })
}

/// Thresholds in quanta, the rest of them out of reach.
type Thresholds = [u64; MAX_THRESHOLDS];

/// Accumulates samples in ascending time.
struct Accumulator {
    thresholds: Thresholds,
    /// How many of the thresholds are meant.
    active: usize,
    dense: Option<Dense>,
    days: Vec<(i32, Day)>,
}

impl Accumulator {
    fn new(spec: &MetricSpec) -> Self {
        let quanta = spec.threshold_quanta();
        let mut thresholds = [u64::MAX; MAX_THRESHOLDS];
        for (own, given) in thresholds.iter_mut().zip(&quanta) {
            *own = *given;
        }
        let dense = spec.histogram.then(Dense::new);
        Self { thresholds, active: quanta.len(), dense, days: Vec::new() }
    }

    /// Adds at most a block of samples; `reset` says that a counter was reset at the last of them.
    fn add(&mut self, mut times: &[i64], mut quanta: &[u64], reset: bool) -> Result<()> {
        while let Some(first) = times.first() {
            let number = day_of(*first);
            if self.days.last().is_none_or(|(last, _)| *last != number) {
                self.close_day()?;
                self.days.push((number, Day::empty(self.active, self.dense.is_some())));
            }
            let end = day_start(number) + MS_PER_DAY;
            let (today, later) = times.split_at(times.partition_point(|ms| *ms < end));
            let (values, rest) = quanta.split_at(today.len());
            if let Some(dense) = &mut self.dense {
                dense.add(values);
            }
            if let Some((_, day)) = self.days.last_mut() {
                day.add(day_start(number), today, values, &self.thresholds)?;
            }
            (times, quanta) = (later, rest);
        }
        if let Some((_, day)) = self.days.last_mut().filter(|_| reset) {
            day.resets = day.resets.saturating_add(1);
        }
        Ok(())
    }

    /// Totals the hours of the last day and gathers its histogram.
    fn close_day(&mut self) -> Result<()> {
        let Some((_, day)) = self.days.last_mut() else { return Ok(()) };
        for hour in day.hourly.iter().flat_map(|hourly| &hourly.hours) {
            day.total.merge(hour)?;
        }
        if let Some(dense) = &mut self.dense {
            day.histogram = Some(dense.take(day.total.min, day.total.max));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<(i32, Day)>> {
        self.close_day()?;
        if let Some(dense) = self.dense {
            dense.leave();
        }
        Ok(self.days)
    }
}

impl Day {
    /// Adds at most a block of samples of this day, which starts at `start`: hours, slots, squares, first and last.
    fn add(
        &mut self,
        start: i64,
        mut times: &[i64],
        mut quanta: &[u64],
        thresholds: &Thresholds,
    ) -> Result<()> {
        let (Some(first), Some(last)) = (times.first(), times.last()) else { return Ok(()) };
        self.first_ms = self.first_ms.min(*first);
        self.last_ms = *last;
        while let (Some(ms), Some(hourly)) = (times.first(), &mut self.hourly) {
            let hour = (ms - start) / MS_PER_HOUR;
            let slots = HourSlots::of(start + hour * MS_PER_HOUR, times, quanta, thresholds);
            let (cell, squares) = cell_of(&quanta[..slots.rows]);
            (times, quanta) = (&times[slots.rows..], &quanta[slots.rows..]);
            let hour = hour as usize;
            if let Some(own) = hourly.hours.get_mut(hour) {
                own.merge(&cell)?;
            }
            self.observed.set_hour(hour, slots.observed);
            for (map, bits) in hourly.active.iter_mut().zip(slots.active) {
                map.set_hour(hour, bits);
            }
            self.sum_squares = self.sum_squares.checked_add(squares).ok_or_else(overflow)?;
        }
        Ok(())
    }
}

/// The slots of an hour, one bit each.
struct HourSlots {
    /// Samples of the hour.
    rows: usize,
    observed: u16,
    active: [u16; MAX_THRESHOLDS],
}

impl HourSlots {
    /// The slots of the samples before the end of the hour that starts at `start`.
    #[inline]
    fn of(start: i64, times: &[i64], quanta: &[u64], thresholds: &Thresholds) -> Self {
        let mut slots = Self { rows: 0, observed: 0, active: [0; MAX_THRESHOLDS] };
        while let Some(ms) = times.get(slots.rows) {
            let slot = (ms - start) as u64 / SLOT_MS as u64;
            if slot >= SLOTS_PER_HOUR {
                break;
            }
            let end = start + (slot as i64 + 1) * SLOT_MS;
            let mut max = 0;
            for (ms, value) in times[slots.rows..].iter().zip(&quanta[slots.rows..]) {
                if *ms >= end {
                    break;
                }
                max = max.max(*value);
                slots.rows += 1;
            }
            slots.observed |= 1 << slot;
            for (bits, threshold) in slots.active.iter_mut().zip(thresholds) {
                *bits |= u16::from(max >= *threshold) << slot;
            }
        }
        slots
    }
}

/// Count, sum, extremes and squares of at most a block of samples: their sum needs no more than 64 bits.
#[inline]
fn cell_of(quanta: &[u64]) -> (Cell, u128) {
    let (mut sum, mut min, mut max, mut squares) = (0, u64::MAX, 0, 0);
    for &value in quanta {
        sum += value;
        min = value.min(min);
        max = value.max(max);
        squares += u128::from(value) * u128::from(value);
    }
    (Cell { count: quanta.len() as u64, sum: u128::from(sum), min, max }, squares)
}

const SLOTS_PER_HOUR: u64 = (MS_PER_HOUR / SLOT_MS) as u64;
const _: () = assert!(MS_PER_HOUR % SLOT_MS == 0);
const _: () = assert!(MAX_QUANTA.checked_mul(BLOCK as u64 + 1).is_some());

/// Checks that a metric is stored by the spec and takes samples of a kind.
pub(super) fn check_kind(metric: MetricId, kind: SampleKind, spec: &UsageSpec) -> Result<()> {
    spec.get(metric)?;
    if metric.accepts(kind) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidValue, format!("{metric} does not take {kind:?} samples"))
        .at_path("kind")
        .hint("see the kinds each metric accepts in the table of MetricId"))
}
