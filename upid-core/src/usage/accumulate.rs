//! One pass over samples.
//!
//! Per sample: quantise, count, add, square, compare, one histogram cell. All that depends on time is settled once
//! per five-minute slot, and the histogram is gathered once per day from a dense table.

use super::columns::{BadRowReason, Columns, Duplicates, IngestOptions, IngestReport, Invalid};
use super::columns::{SampleKind, Values, Widen, is_valid};
use super::counter::{Fragment, Increase};
use super::day::{Cell, Day, day_of, day_start};
use super::histogram::{BUCKETS, Histogram, bucket_index, overflow};
use super::metric::MetricId;
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
    let out = |ms, quanta, reset| accumulator.push(ms, quanta, reset);
    let mut sink = Sink::new(metric, spec.max_gap_ms, columns.kind, options, out);
    read_all(metric, columns, spec, &mut sink)?;
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
    let out = |ms, quanta, _| {
        rows.push((ms, quanta));
        Ok(())
    };
    let mut sink = Sink::new(metric, spec.max_gap_ms, SampleKind::Gauge, options, out);
    read_all(metric, columns, spec, &mut sink)?;
    let (_, report) = sink.finish()?;
    Ok((rows, report))
}

/// Accumulates rows that are already settled: ascending distinct times, in quanta.
pub(super) fn pass_settled(
    metric: MetricId,
    kind: SampleKind,
    rows: impl Iterator<Item = (i64, u64)>,
    spec: &UsageSpec,
) -> Result<Pass> {
    let mut accumulator = Accumulator::new(spec.get(metric)?);
    let options = IngestOptions::default();
    let out = |ms, quanta, reset| accumulator.push(ms, quanta, reset);
    let mut sink = Sink::new(metric, spec.max_gap_ms, kind, &options, out);
    for (ms, quanta) in rows {
        sink.push(ms, quanta, 0)?;
    }
    let (fragment, report) = sink.finish()?;
    Ok(Pass { days: accumulator.finish()?, fragment, report })
}

/// The samples that [`pass_settled`] accumulates.
pub(super) fn settled(
    metric: MetricId,
    kind: SampleKind,
    rows: impl Iterator<Item = (i64, u64)>,
    spec: &UsageSpec,
) -> Result<Vec<(i64, u64)>> {
    let (options, mut samples) = (IngestOptions::default(), Vec::new());
    let out = |ms, quanta, _| {
        samples.push((ms, quanta));
        Ok(())
    };
    let mut sink = Sink::new(metric, spec.max_gap_ms, kind, &options, out);
    for (ms, quanta) in rows {
        sink.push(ms, quanta, 0)?;
    }
    sink.finish()?;
    Ok(samples)
}

fn read_all<F: FnMut(i64, u64, bool) -> Result<()>>(
    metric: MetricId,
    columns: &Columns<'_>,
    spec: &UsageSpec,
    sink: &mut Sink<'_, F>,
) -> Result<()> {
    let per_unit = spec.get(metric)?.per_unit();
    let ascending = columns.check()?;
    match columns.values {
        Values::F64(v) => read(v, columns, ascending, per_unit, sink)?,
        Values::F32(v) => read(v, columns, ascending, per_unit, sink)?,
        Values::I64(v) => read(v, columns, ascending, per_unit, sink)?,
        Values::U64(v) => read(v, columns, ascending, per_unit, sink)?,
    }
    sink.report.f32_memory = matches!(columns.values, Values::F32(_)) && is_memory(metric);
    Ok(())
}

/// Whether 32-bit floats lose bytes of this metric.
pub(super) fn is_memory(metric: MetricId) -> bool {
    [MetricId::MEMORY_WORKING_SET_BYTES, MetricId::MEMORY_RSS_BYTES, MetricId::GPU_MEMORY_BYTES]
        .contains(&metric)
}

fn read<V: Widen, F: FnMut(i64, u64, bool) -> Result<()>>(
    values: &[V],
    columns: &Columns<'_>,
    ascending: bool,
    per_unit: f64,
    sink: &mut Sink<'_, F>,
) -> Result<()> {
    if ascending {
        for (row, value) in values.iter().enumerate() {
            let scaled = value.widen() * per_unit;
            if scaled >= 0.0 && scaled <= MAX_QUANTA as f64 && is_valid(columns.validity, row) {
                sink.push(columns.timestamps_ms.at(row), quantise(scaled), row)?;
            } else {
                sink.refuse(value.widen(), is_valid(columns.validity, row), row)?;
            }
        }
        return Ok(());
    }
    let mut rows: Vec<(i64, usize, u64)> = Vec::with_capacity(values.len());
    let mut latest = i64::MIN;
    for (row, value) in values.iter().enumerate() {
        let scaled = value.widen() * per_unit;
        let time = columns.timestamps_ms.at(row);
        sink.report.out_of_order += u64::from(time < latest);
        latest = latest.max(time);
        if scaled >= 0.0 && scaled <= MAX_QUANTA as f64 && is_valid(columns.validity, row) {
            rows.push((time, row, quantise(scaled)));
        } else {
            sink.refuse(value.widen(), is_valid(columns.validity, row), row)?;
        }
    }
    // The row breaks ties, so the order is that of a stable sort.
    rows.sort_unstable();
    rows.into_iter().try_for_each(|(time, row, quanta)| sink.push(time, quanta, row))
}

/// Rounds half to even; `scaled` is between 0 and 2^53.
#[inline]
fn quantise(scaled: f64) -> u64 {
    const TWO_52: f64 = (1u64 << 52) as f64;
    // Adding 2^52 leaves no fraction bit, and the processor rounds half to even.
    if scaled < TWO_52 { (scaled + TWO_52).to_bits() - TWO_52.to_bits() } else { scaled as u64 }
}

/// Takes usable rows in ascending time: settles equal times, turns counters into rates, and passes samples on.
struct Sink<'a, F> {
    options: &'a IngestOptions,
    kind: SampleKind,
    increase: Increase,
    /// The last row, held back until a later time shows that it is settled.
    pending: Option<(i64, u64)>,
    before: Option<(i64, u64)>,
    step: i64,
    fragment: Option<Fragment>,
    out: F,
    report: IngestReport,
}

impl<'a, F: FnMut(i64, u64, bool) -> Result<()>> Sink<'a, F> {
    fn new(
        metric: MetricId,
        max_gap_ms: i64,
        kind: SampleKind,
        options: &'a IngestOptions,
        out: F,
    ) -> Self {
        Self {
            options,
            kind,
            increase: Increase { max_gap_ms, total: metric.is_total() },
            pending: None,
            before: None,
            step: 0,
            fragment: None,
            out,
            report: IngestReport::default(),
        }
    }

    #[inline]
    fn push(&mut self, ms: i64, quanta: u64, row: usize) -> Result<()> {
        let Some((last_ms, last)) = self.pending else {
            self.pending = Some((ms, quanta));
            return Ok(());
        };
        if ms == last_ms {
            return self.duplicate(ms, last, quanta, row);
        }
        self.pending = Some((ms, quanta));
        let step = ms - last_ms;
        self.report.step_changes += u64::from(step != self.step && self.step != 0);
        self.step = step;
        self.settle(last_ms, last)
    }

    #[cold]
    fn duplicate(&mut self, ms: i64, last: u64, quanta: u64, row: usize) -> Result<()> {
        self.report.duplicates += 1;
        self.pending = Some((
            ms,
            match self.options.duplicates {
                Duplicates::KeepMax => last.max(quanta),
                Duplicates::KeepLast => quanta,
                Duplicates::Reject => {
                    return Err(Error::new(
                        ErrorKind::DuplicateTimestamp,
                        format!("the time {ms} ms stands twice"),
                    )
                    .at_row(row)
                    .hint("drop the repeat, or choose KeepMax or KeepLast for `duplicates`"));
                }
            },
        ));
        Ok(())
    }

    #[inline]
    fn settle(&mut self, ms: i64, quanta: u64) -> Result<()> {
        self.report.accepted += 1;
        if self.kind != SampleKind::Counter {
            return (self.out)(ms, quanta, false);
        }
        match &mut self.fragment {
            Some(fragment) => (fragment.last_ms, fragment.last_value) = (ms, quanta),
            none => *none = Some(Fragment::new(ms, quanta)),
        }
        if let Some(before) = self.before.replace((ms, quanta)) {
            match self.increase.sample(before, (ms, quanta)) {
                Some((sample, reset)) => {
                    self.report.resets += u64::from(reset);
                    (self.out)(ms, sample, reset)?;
                }
                None => self.report.gaps += 1,
            }
        }
        Ok(())
    }

    #[cold]
    fn refuse(&mut self, value: f64, valid: bool, row: usize) -> Result<()> {
        if value.is_nan() || !valid {
            self.report.missing += 1;
            return Ok(());
        }
        let (reason, what) = match value {
            v if v.is_infinite() => (BadRowReason::NonFinite, "is not finite"),
            v if v < 0.0 => (BadRowReason::Negative, "is negative"),
            _ => (BadRowReason::OutOfRange, "is over 2^53 quanta"),
        };
        if self.options.invalid == Invalid::Reject {
            return Err(Error::new(ErrorKind::InvalidValue, format!("the value {value} {what}"))
                .at_row(row)
                .hint(
                    "missing values are NaN or null; the option invalid: Count leaves bad ones out",
                ));
        }
        self.report.bad(row, reason);
        Ok(())
    }

    fn finish(mut self) -> Result<(Option<Fragment>, IngestReport)> {
        if let Some((ms, quanta)) = self.pending.take() {
            self.settle(ms, quanta)?;
        }
        Ok((self.fragment, self.report))
    }
}

/// Accumulates samples in ascending time.
pub(super) struct Accumulator {
    thresholds: Vec<u64>,
    dense: Option<Box<Dense>>,
    slot_end: i64,
    slot: Cell,
    sum_squares: u128,
    resets: u32,
    first_ms: i64,
    last_ms: i64,
    day: i32,
    current: Option<Day>,
    days: Vec<(i32, Day)>,
}

impl Accumulator {
    pub(super) fn new(spec: &MetricSpec) -> Self {
        Self {
            thresholds: spec.threshold_quanta(),
            dense: spec.histogram.then(Dense::new),
            slot_end: i64::MIN,
            slot: Cell::default(),
            sum_squares: 0,
            resets: 0,
            first_ms: 0,
            last_ms: 0,
            day: 0,
            current: None,
            days: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, ms: i64, quanta: u64, reset: bool) -> Result<()> {
        if ms >= self.slot_end {
            self.turn(ms)?;
        }
        if self.slot.count == 0 {
            self.first_ms = ms;
            (self.slot.min, self.slot.max) = (quanta, quanta);
        }
        self.last_ms = ms;
        self.slot.count += 1;
        self.slot.sum += u128::from(quanta);
        self.slot.min = self.slot.min.min(quanta);
        self.slot.max = self.slot.max.max(quanta);
        // A slot holds at most 300,000 distinct times of at most 2^53 each: this cannot overflow.
        self.sum_squares += u128::from(quanta) * u128::from(quanta);
        self.resets += u32::from(reset);
        if let Some(dense) = &mut self.dense {
            dense.add(quanta);
        }
        Ok(())
    }

    /// Closes the slot, and the day where it ends, and opens those of `ms`.
    #[cold]
    fn turn(&mut self, ms: i64) -> Result<()> {
        self.close_slot()?;
        let day = day_of(ms);
        if self.current.is_none() || day != self.day {
            self.close_day();
            self.day = day;
            self.current = Some(Day::empty(self.thresholds.len(), self.dense.is_some()));
        }
        self.slot_end = (ms.div_euclid(SLOT_MS) + 1) * SLOT_MS;
        Ok(())
    }

    fn close_slot(&mut self) -> Result<()> {
        let Some(day) = self.current.as_mut().filter(|_| self.slot.count > 0) else {
            return Ok(());
        };
        let cell = std::mem::take(&mut self.slot);
        let start = self.slot_end - SLOT_MS - day_start(self.day);
        let slot = (start / SLOT_MS) as usize;
        day.total.merge(&cell)?;
        let squares = std::mem::take(&mut self.sum_squares);
        day.sum_squares = day.sum_squares.checked_add(squares).ok_or_else(overflow)?;
        day.resets = day.resets.saturating_add(std::mem::take(&mut self.resets));
        day.first_ms = day.first_ms.min(self.first_ms);
        day.last_ms = self.last_ms;
        day.observed.set(slot);
        if let Some(hourly) = &mut day.hourly {
            if let Some(hour) = hourly.hours.get_mut((start / MS_PER_HOUR) as usize) {
                hour.merge(&cell)?;
            }
            for (map, threshold) in hourly.active.iter_mut().zip(&self.thresholds) {
                if cell.max >= *threshold {
                    map.set(slot);
                }
            }
        }
        Ok(())
    }

    fn close_day(&mut self) {
        if let Some(mut day) = self.current.take() {
            if let Some(dense) = &mut self.dense {
                day.histogram = Some(dense.take());
            }
            self.days.push((self.day, day));
        }
    }

    pub(super) fn finish(mut self) -> Result<Vec<(i32, Day)>> {
        self.close_slot()?;
        self.close_day();
        Ok(self.days)
    }
}

/// A dense table of counts with a bitmap of the cells in use, so that gathering skips the rest.
struct Dense {
    counts: [u32; BUCKETS],
    used: [u64; BUCKETS / 64],
}

impl Dense {
    // Once per series, and moved to the heap at once.
    #[allow(clippy::large_stack_arrays)]
    fn new() -> Box<Self> {
        Box::new(Self { counts: [0; BUCKETS], used: [0; BUCKETS / 64] })
    }

    #[inline]
    fn add(&mut self, quanta: u64) {
        let index = usize::from(bucket_index(quanta));
        // A day has fewer than 2^32 milliseconds, so a cell cannot overflow.
        self.counts[index] += 1;
        self.used[index / 64] |= 1 << (index % 64);
    }

    fn take(&mut self) -> Histogram {
        let used: u32 = self.used.iter().map(|word| word.count_ones()).sum();
        let mut buckets = Vec::with_capacity(used as usize);
        for (at, word) in self.used.iter_mut().enumerate() {
            while *word != 0 {
                let index = at * 64 + word.trailing_zeros() as usize;
                buckets.push((index as u16, u64::from(std::mem::take(&mut self.counts[index]))));
                *word &= *word - 1;
            }
        }
        Histogram { buckets }
    }
}

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

const _: () = assert!(MS_PER_DAY % SLOT_MS == 0 && BUCKETS.is_multiple_of(64));
