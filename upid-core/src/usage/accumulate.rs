//! One pass over samples.
//!
//! Rows come in blocks (`read`, `settle`). Per sample: count, add, square, compare, one histogram cell. All that
//! depends on time is settled once per five-minute slot, and the histogram is gathered once per day.

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
use super::spec::{MAX_QUANTA, MetricSpec, UsageSpec};
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
    Ok(Pass { days: accumulator.finish(), fragment, report })
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
    Ok(Pass { days: accumulator.finish(), fragment, report })
}

/// Accumulates samples in ascending time.
struct Accumulator {
    thresholds: Vec<u64>,
    dense: Option<Dense>,
    days: Vec<(i32, Day)>,
}

impl Accumulator {
    fn new(spec: &MetricSpec) -> Self {
        let dense = spec.histogram.then(Dense::new);
        Self { thresholds: spec.threshold_quanta(), dense, days: Vec::new() }
    }

    /// Adds at most a block of samples; `reset` says that a counter was reset at the last of them.
    fn add(&mut self, mut times: &[i64], mut quanta: &[u64], reset: bool) -> Result<()> {
        while let Some(first) = times.first() {
            let number = day_of(*first);
            if self.days.last().is_none_or(|(last, _)| *last != number) {
                self.close_day();
                let day = Day::empty(self.thresholds.len(), self.dense.is_some());
                self.days.push((number, day));
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

    /// Totals the day: its hours, and the histogram so far.
    fn close_day(&mut self) {
        let Some((_, day)) = self.days.last_mut() else { return };
        if let Some(dense) = &mut self.dense {
            day.histogram = Some(dense.take(day.total.min, day.total.max));
        }
    }

    fn finish(mut self) -> Vec<(i32, Day)> {
        self.close_day();
        if let Some(dense) = self.dense {
            dense.leave();
        }
        self.days
    }
}

/// Samples of one slot and one block: no sum of theirs needs more bits.
struct Run {
    count: usize,
    sum: u64,
    min: u64,
    max: u64,
    squares: u128,
}

const _: () = assert!(MAX_QUANTA.checked_mul(BLOCK as u64 + 1).is_some());

impl Run {
    /// The samples before `end`.
    #[inline]
    fn until(end: i64, times: &[i64], quanta: &[u64]) -> Self {
        let mut run = Self { count: 0, sum: 0, min: u64::MAX, max: 0, squares: 0 };
        for (ms, value) in times.iter().zip(quanta) {
            if *ms >= end {
                break;
            }
            run.count += 1;
            run.sum += value;
            run.min = run.min.min(*value);
            run.max = run.max.max(*value);
            run.squares += u128::from(*value) * u128::from(*value);
        }
        run
    }
}

impl Day {
    /// Adds at most a block of samples of this day, which starts at `start`; all but the histogram and the resets.
    fn add(&mut self, start: i64, times: &[i64], quanta: &[u64], thresholds: &[u64]) -> Result<()> {
        let (Some(first), Some(last)) = (times.first(), times.last()) else { return Ok(()) };
        self.first_ms = self.first_ms.min(*first);
        self.last_ms = *last;
        let mut squares = 0;
        let mut at = 0;
        while let Some(ms) = times.get(at) {
            let slot = (ms - start) / SLOT_MS;
            let run = Run::until(start + (slot + 1) * SLOT_MS, &times[at..], &quanta[at..]);
            at += run.count;
            squares += run.squares;
            let (sum, count) = (u128::from(run.sum), run.count as u64);
            let cell = Cell { count, sum, min: run.min, max: run.max };
            self.total.merge(&cell)?;
            let slot = slot as usize;
            self.observed.set(slot);
            let Some(hourly) = &mut self.hourly else { continue };
            if let Some(hour) = hourly.hours.get_mut(slot / SLOTS_PER_HOUR) {
                hour.merge(&cell)?;
            }
            for (map, threshold) in hourly.active.iter_mut().zip(thresholds) {
                if run.max >= *threshold {
                    map.set(slot);
                }
            }
        }
        self.sum_squares = self.sum_squares.checked_add(squares).ok_or_else(overflow)?;
        Ok(())
    }
}

const SLOTS_PER_HOUR: usize = (MS_PER_HOUR / SLOT_MS) as usize;
const _: () = assert!(MS_PER_HOUR % SLOT_MS == 0);

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
