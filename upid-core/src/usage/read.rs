//! Columns to rows: values in quanta, unusable ones left out, times ascending.

use super::columns::{BadRowReason, Columns, IngestOptions, IngestReport, Invalid};
use super::columns::{Times, Values, Widen, is_valid};
use super::metric::MetricId;
use super::settle::{BLOCK, Settle};
use super::spec::{MAX_QUANTA, UsageSpec};
use crate::error::{Error, ErrorKind, Result};

/// Reads all rows into the sink.
pub(super) fn read<F: FnMut(&[i64], &[u64], bool) -> Result<()>>(
    metric: MetricId,
    columns: &Columns<'_>,
    spec: &UsageSpec,
    sink: &mut Settle<'_, F>,
) -> Result<()> {
    let per_unit = spec.get(metric)?.per_unit();
    let ascending = columns.check()?;
    let read = match columns.values {
        Values::F64(v) => read_values(v, columns, ascending, per_unit, sink),
        Values::F32(v) => read_values(v, columns, ascending, per_unit, sink),
        Values::I64(v) => read_values(v, columns, ascending, per_unit, sink),
        Values::U64(v) => read_values(v, columns, ascending, per_unit, sink),
    };
    sink.report.f32_memory = matches!(columns.values, Values::F32(_)) && is_memory(metric);
    read.map_err(|error| match sink.repeated {
        Some(ms) if error.kind() == ErrorKind::DuplicateTimestamp => {
            error.at_row(second_row_at(ms, columns, per_unit))
        }
        _ => error,
    })
}

/// Whether 32-bit floats lose bytes of this metric.
pub(super) fn is_memory(metric: MetricId) -> bool {
    [MetricId::MEMORY_WORKING_SET_BYTES, MetricId::MEMORY_RSS_BYTES, MetricId::GPU_MEMORY_BYTES]
        .contains(&metric)
}

fn read_values<V: Widen, F: FnMut(&[i64], &[u64], bool) -> Result<()>>(
    values: &[V],
    columns: &Columns<'_>,
    ascending: bool,
    per_unit: f64,
    sink: &mut Settle<'_, F>,
) -> Result<()> {
    if !ascending {
        return read_sorted(values, columns, per_unit, sink);
    }
    for (block, values) in values.chunks(BLOCK).enumerate() {
        let first = block * BLOCK;
        let (times, quanta) = sink.block.room(values.len());
        copy_times(columns.timestamps_ms, first, times);
        if quantise_all(values, per_unit, quanta) && columns.validity.is_none() {
            sink.take(values.len())?;
            continue;
        }
        // A fault of an earlier row comes first.
        match sift(values, columns, first, per_unit, sink) {
            Ok(kept) => sink.take(kept)?,
            Err((kept, error)) => return sink.take(kept).and(Err(error)),
        }
    }
    Ok(())
}

/// Moves the usable rows of a block to its front and counts them; a refused row comes with the count before it.
fn sift<V: Widen, F>(
    values: &[V],
    columns: &Columns<'_>,
    first: usize,
    per_unit: f64,
    sink: &mut Settle<'_, F>,
) -> std::result::Result<usize, (usize, Error)> {
    let (times, quanta) = sink.block.room(values.len());
    let usable = |own: &u64| columns.validity.is_none() && *own != SLOW;
    // The rows before the first bad one stay where they are.
    let mut kept = quanta.iter().take_while(|own| usable(own)).count();
    let mut at = kept;
    while let Some(value) = values.get(at) {
        let valid = columns.validity.is_none() || is_valid(columns.validity, first + at);
        let mut own = quanta[at];
        if own == SLOW || !valid {
            let Some(slow) = quantise(value.to_f64() * per_unit).filter(|_| valid) else {
                refuse(&mut sink.report, sink.options, value.to_f64(), valid, first + at)
                    .map_err(|error| (kept, error))?;
                at += 1;
                continue;
            };
            own = slow;
        }
        (times[kept], quanta[kept]) = (times[at], own);
        (kept, at) = (kept + 1, at + 1);
        // The usable rows up to the next bad one move together.
        let run = quanta[at..].iter().take_while(|own| usable(own)).count();
        times.copy_within(at..at + run, kept);
        quanta.copy_within(at..at + run, kept);
        (kept, at) = (kept + run, at + run);
    }
    Ok(kept)
}

/// Counts a row that is not used, or gives the error for it.
#[cold]
fn refuse(
    report: &mut IngestReport,
    options: &IngestOptions,
    value: f64,
    valid: bool,
    row: usize,
) -> Result<()> {
    if value.is_nan() || !valid {
        report.missing += 1;
        return Ok(());
    }
    let (reason, what) = match value {
        v if v.is_infinite() => (BadRowReason::NonFinite, "is not finite"),
        v if v < 0.0 => (BadRowReason::Negative, "is negative"),
        _ => (BadRowReason::OutOfRange, "is over 2^53 quanta"),
    };
    if options.invalid == Invalid::Reject {
        return Err(Error::new(ErrorKind::InvalidValue, format!("the value {value} {what}"))
            .at_row(row)
            .hint(
                "missing values are NaN or null; the option invalid: Count leaves bad ones out",
            ));
    }
    report.bad(row, reason);
    Ok(())
}

fn read_sorted<V: Widen, F: FnMut(&[i64], &[u64], bool) -> Result<()>>(
    values: &[V],
    columns: &Columns<'_>,
    per_unit: f64,
    sink: &mut Settle<'_, F>,
) -> Result<()> {
    let mut rows: Vec<(i64, usize, u64)> = Vec::with_capacity(values.len());
    let mut latest = i64::MIN;
    for (row, value) in values.iter().enumerate() {
        let time = columns.timestamps_ms.at(row);
        sink.report.out_of_order += u64::from(time < latest);
        latest = latest.max(time);
        let valid = is_valid(columns.validity, row);
        match quantise(value.to_f64() * per_unit).filter(|_| valid) {
            Some(quanta) => rows.push((time, row, quanta)),
            None => refuse(&mut sink.report, sink.options, value.to_f64(), valid, row)?,
        }
    }
    // The row breaks ties, so the order is that of a stable sort.
    rows.sort_unstable();
    rows.into_iter().try_for_each(|(time, _, quanta)| sink.push(time, quanta))
}

fn copy_times(times: Times<'_>, first: usize, out: &mut [i64]) {
    match times {
        Times::Explicit(times) => {
            let block = times.get(first..first + out.len()).unwrap_or_default();
            if block.len() == out.len() {
                out.copy_from_slice(block);
            }
        }
        Times::Regular { step_ms, .. } => {
            let mut ms = times.at(first);
            for time in out {
                *time = ms;
                ms = ms.wrapping_add(step_ms);
            }
        }
    }
}

const TWO_52: f64 = (1u64 << 52) as f64;
/// Marks a value that [`quantise_all`] leaves to [`quantise`]; no quantum count is that large.
const SLOW: u64 = u64::MAX;

/// Rounds half to even what lies below 2^52 quanta; says whether that was all.
#[inline]
fn quantise_all<V: Widen>(values: &[V], per_unit: f64, out: &mut [u64]) -> bool {
    let mut slow = 0;
    for (value, out) in values.iter().zip(out) {
        let scaled = value.to_f64() * per_unit;
        let mark = if (0.0..TWO_52).contains(&scaled) { 0 } else { SLOW };
        // Adding 2^52 leaves no fraction bit, and the processor rounds half to even.
        *out = (scaled + TWO_52).to_bits().wrapping_sub(TWO_52.to_bits()) | mark;
        slow |= mark;
    }
    slow == 0
}

/// Rounds half to even; `None` outside 0 to 2^53 quanta.
fn quantise(scaled: f64) -> Option<u64> {
    let usable = scaled >= 0.0 && scaled <= MAX_QUANTA as f64;
    usable.then(|| scaled.round_ties_even() as u64)
}

/// The second usable row of a time.
fn second_row_at(ms: i64, columns: &Columns<'_>, per_unit: f64) -> usize {
    let usable = |row: &usize| {
        columns.timestamps_ms.at(*row) == ms
            && is_valid(columns.validity, *row)
            && quantise(columns.values.get(*row) * per_unit).is_some()
    };
    (0..columns.len()).filter(usable).nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_form_rounds_like_the_slow_one() {
        let edges =
            [0.0, -0.0, 0.5, 1.5, 2.5, 0.499_999_999_999_999_94, TWO_52 - 0.5, TWO_52 - 1.5];
        let bad = [-1e-300, f64::NAN, f64::INFINITY, TWO_52, 2.0 * TWO_52, 1e300];
        let mut out = [0; 8];
        assert!(quantise_all(&edges, 1.0, &mut out));
        assert_eq!(out.map(Some), edges.map(quantise));
        for value in bad {
            assert!(!quantise_all(&[1.0, value], 1.0, &mut out[..2]));
            assert_eq!(out[..2], [1, SLOW]);
        }
        assert_eq!(quantise(TWO_52 * 2.0), Some(MAX_QUANTA));
        assert_eq!(quantise(TWO_52 * 2.0 + 2.0), None);
    }
}
