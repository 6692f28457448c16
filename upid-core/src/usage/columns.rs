//! Borrowed input columns, and what became of their rows.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

/// The times of a column.
#[derive(Debug, Clone, Copy)]
pub enum Times<'a> {
    /// Epoch milliseconds, one per row, in any order.
    Explicit(&'a [i64]),
    /// One row every `step_ms` from `start_ms`.
    Regular {
        /// Time of the first row.
        start_ms: i64,
        /// Distance of rows, above 0.
        step_ms: i64,
    },
}

/// The values of a column, as they lie in memory.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// 64-bit floats; NaN is missing.
    F64(&'a [f64]),
    /// 32-bit floats; NaN is missing.
    F32(&'a [f32]),
    /// Signed integers.
    I64(&'a [i64]),
    /// Unsigned integers.
    U64(&'a [u64]),
}

/// What a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SampleKind {
    /// A level or a rate at that time.
    #[default]
    Gauge,
    /// A total that grows and may restart at 0.
    Counter,
    /// A count since the sample before.
    Increment,
}

/// One metric of one key: times, values, an optional Arrow validity bitmap (LSB first, 1 = valid) and the kind.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// When.
    pub timestamps_ms: Times<'a>,
    /// How much, in the metric's unit.
    pub values: Values<'a>,
    /// Which rows hold a value; `None` means all.
    pub validity: Option<&'a [u8]>,
    /// What the values mean.
    pub kind: SampleKind,
}

impl<'a> Columns<'a> {
    /// A gauge with explicit times.
    pub fn gauge(timestamps_ms: &'a [i64], values: &'a [f64]) -> Self {
        Self {
            timestamps_ms: Times::Explicit(timestamps_ms),
            values: Values::F64(values),
            validity: None,
            kind: SampleKind::Gauge,
        }
    }

    /// A gauge with one value per step.
    pub fn regular(start_ms: i64, step_ms: i64, values: &'a [f64]) -> Self {
        Self { timestamps_ms: Times::Regular { start_ms, step_ms }, ..Self::gauge(&[], values) }
    }

    /// The same columns as another kind.
    #[must_use]
    pub fn kind(mut self, kind: SampleKind) -> Self {
        self.kind = kind;
        self
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks lengths, step and every time; says whether the times ascend.
    pub(super) fn check(&self) -> Result<bool> {
        let rows = self.len();
        check_validity(self.validity, rows)?;
        self.timestamps_ms.check(rows)
    }
}

/// `UPID_LENGTH_MISMATCH` for a bitmap shorter than its column.
pub(super) fn check_validity(validity: Option<&[u8]>, rows: usize) -> Result<()> {
    match validity {
        Some(bits) if bits.len() < rows.div_ceil(8) => Err(Error::new(
            ErrorKind::LengthMismatch,
            format!("the validity bitmap has {} bytes for {rows} rows", bits.len()),
        )
        .at_path("validity")
        .hint("an Arrow bitmap has one bit per row, at least ceil(rows / 8) bytes")),
        _ => Ok(()),
    }
}

/// Whether a row is valid.
pub(super) fn is_valid(validity: Option<&[u8]>, row: usize) -> bool {
    validity.is_none_or(|bits| bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1))
}

impl Values<'_> {
    /// How many values.
    pub fn len(&self) -> usize {
        match self {
            Self::F64(v) => v.len(),
            Self::F32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::U64(v) => v.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One value as `f64`, NaN past the end.
    pub(super) fn get(&self, row: usize) -> f64 {
        match self {
            Self::F64(v) => v.get(row).map_or(f64::NAN, |v| v.to_f64()),
            Self::F32(v) => v.get(row).map_or(f64::NAN, |v| v.to_f64()),
            Self::I64(v) => v.get(row).map_or(f64::NAN, |v| v.to_f64()),
            Self::U64(v) => v.get(row).map_or(f64::NAN, |v| v.to_f64()),
        }
    }
}

/// A value type that widens to `f64`.
pub(super) trait Widen: Copy {
    fn to_f64(self) -> f64;
}

impl Widen for f64 {
    fn to_f64(self) -> f64 {
        self
    }
}
impl Widen for f32 {
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}
// Integers above 2^53 round in f64, never below it, so the range check still refuses all but 2^53 + 1, which it
// must not take for 2^53.
impl Widen for i64 {
    fn to_f64(self) -> f64 {
        if self == (1 << 53) + 1 { (1u64 << 54) as f64 } else { self as f64 }
    }
}
impl Widen for u64 {
    fn to_f64(self) -> f64 {
        if self == (1 << 53) + 1 { (1u64 << 54) as f64 } else { self as f64 }
    }
}

impl Times<'_> {
    /// The time of a row; rows were checked before.
    pub(super) fn at(&self, row: usize) -> i64 {
        match self {
            Self::Explicit(times) => times.get(row).copied().unwrap_or_default(),
            Self::Regular { start_ms, step_ms } => start_ms + step_ms * row as i64,
        }
    }

    /// Checks length, step and range; says whether the times ascend (equal times count as ascending).
    pub(super) fn check(&self, rows: usize) -> Result<bool> {
        match *self {
            Self::Explicit(times) => {
                if times.len() != rows {
                    return Err(Error::new(
                        ErrorKind::LengthMismatch,
                        format!("{} timestamps and {rows} values", times.len()),
                    )
                    .at_path("values")
                    .hint("every row needs one time and one value; missing values are NaN"));
                }
                let valid = |time: &i64| (0..Timestamp::END_MS).contains(time);
                let ascending = times.is_sorted();
                // Of ascending times the first and the last tell for all.
                let edges = [times.first(), times.last()];
                if ascending && edges.into_iter().flatten().all(valid) {
                    return Ok(true);
                }
                match times.iter().enumerate().find(|(_, time)| !valid(time)) {
                    Some((row, time)) => Err(out_of_range(row, *time, times)),
                    None => Ok(ascending),
                }
            }
            Self::Regular { start_ms, step_ms } => {
                if step_ms <= 0 {
                    return Err(Error::new(
                        ErrorKind::InvalidStep,
                        format!("the step of {step_ms} ms is not above 0"),
                    )
                    .at_path("stepMs")
                    .hint("give the distance of samples, e.g. one minute: 60000 ms, 60 s"));
                }
                let last = i64::try_from(rows.saturating_sub(1))
                    .ok()
                    .and_then(|steps| step_ms.checked_mul(steps))
                    .and_then(|span| start_ms.checked_add(span));
                match last {
                    Some(last) if start_ms >= 0 && last < Timestamp::END_MS => Ok(true),
                    _ if start_ms < 0 => Err(out_of_range(0, start_ms, &[])),
                    _ => Err(out_of_range(rows.saturating_sub(1), last.unwrap_or(i64::MAX), &[])),
                }
            }
        }
    }
}

fn out_of_range(row: usize, time: i64, all: &[i64]) -> Error {
    let seconds = !all.is_empty() && all.iter().all(|t| *t < 100_000_000_000);
    Error::new(ErrorKind::TimestampRange, format!("the time {time} ms is outside 1970 to 9999"))
        .at_row(row)
        .hint(if seconds {
            "seconds instead of milliseconds?"
        } else {
            "times are milliseconds since 1970-01-01T00:00:00Z"
        })
}

/// What to do with equal timestamps in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Duplicates {
    /// Keep the largest value, whatever the order of rows.
    #[default]
    KeepMax,
    /// Keep the row that comes last.
    KeepLast,
    /// `UPID_DUPLICATE_TIMESTAMP`.
    Reject,
}

/// What to do with negative, infinite and too large values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Invalid {
    /// Leave them out and count them in the report.
    #[default]
    Count,
    /// `UPID_INVALID_VALUE` with the row.
    Reject,
}

/// Policies of one ingest call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct IngestOptions {
    /// Equal timestamps; project default `KeepMax`, which does not depend on the order of rows.
    pub duplicates: Duplicates,
    /// Unusable values; project default `Count`.
    pub invalid: Invalid,
}

impl IngestOptions {
    /// Sets what happens to equal timestamps.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Sets what happens to unusable values.
    #[must_use]
    pub fn invalid(mut self, invalid: Invalid) -> Self {
        self.invalid = invalid;
        self
    }
}

/// Why a row was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum BadRowReason {
    /// Below 0.
    Negative,
    /// Plus or minus infinity.
    NonFinite,
    /// Over 2^53 quanta.
    OutOfRange,
}

/// A row that was not used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BadRow {
    /// Series of the call, from 0, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<u64>,
    /// Row, from 0.
    pub row: u64,
    /// Why.
    pub reason: BadRowReason,
}

/// What became of the rows of a call. It is returned, never stored: how rows arrived is no property of the data.
///
/// `accepted + missing + negative + nonFinite + outOfRange + duplicates` is the number of rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct IngestReport {
    /// Rows used.
    pub accepted: u64,
    /// NaN, null or invalid by the bitmap.
    pub missing: u64,
    /// Below 0: not used, never clamped.
    pub negative: u64,
    /// Infinite: not used.
    pub non_finite: u64,
    /// Over 2^53 quanta: not used.
    pub out_of_range: u64,
    /// Rows dropped because another row of the call has the same time.
    pub duplicates: u64,
    /// Rows that came after a later time.
    pub out_of_order: u64,
    /// Counter resets.
    pub resets: u64,
    /// Counter pairs farther apart than `maxGapMs`, which give no sample.
    pub gaps: u64,
    /// Changes of the distance between neighbouring accepted samples.
    pub step_changes: u64,
    /// Five-minute slots that late rows of a stream share with earlier batches: a repeat there was counted twice.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = 0)))]
    pub overlapping_slots: u64,
    /// Rows of received or sent bytes of a stream that waited for the other direction until too many did: their times
    /// are missing from `NetworkBytesPerSecond`. Hand over both directions of a time together.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = 0)))]
    pub unpaired: u64,
    /// Memory came as 32-bit floats, which round above 16 MiB.
    pub f32_memory: bool,
    /// Columns that were not used, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored_columns: Vec<String>,
    /// The first ten rows that were not used (missing values are not listed).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first_bad: Vec<BadRow>,
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl IngestReport {
    /// How many bad rows are listed.
    pub const MAX_BAD: usize = 10;

    /// Adds the report of a later series of the same call.
    pub fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.missing += other.missing;
        self.negative += other.negative;
        self.non_finite += other.non_finite;
        self.out_of_range += other.out_of_range;
        self.duplicates += other.duplicates;
        self.out_of_order += other.out_of_order;
        self.resets += other.resets;
        self.gaps += other.gaps;
        self.step_changes += other.step_changes;
        self.overlapping_slots += other.overlapping_slots;
        self.unpaired += other.unpaired;
        self.f32_memory |= other.f32_memory;
        self.ignored_columns.extend(other.ignored_columns.iter().cloned());
        let room = Self::MAX_BAD.saturating_sub(self.first_bad.len());
        self.first_bad.extend(other.first_bad.iter().take(room).cloned());
    }

    pub(super) fn of_series(mut self, series: usize) -> Self {
        for bad in &mut self.first_bad {
            bad.series = Some(series as u64);
        }
        self
    }

    pub(super) fn bad(&mut self, row: usize, reason: BadRowReason) {
        match reason {
            BadRowReason::Negative => self.negative += 1,
            BadRowReason::NonFinite => self.non_finite += 1,
            BadRowReason::OutOfRange => self.out_of_range += 1,
        }
        if self.first_bad.len() < Self::MAX_BAD {
            self.first_bad.push(BadRow { series: None, row: row as u64, reason });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_steps_and_times_are_checked() {
        let code = |c: Columns| c.check().unwrap_err().code();
        assert_eq!(code(Columns::gauge(&[1], &[1.0, 2.0])), "UPID_LENGTH_MISMATCH");
        let short = Columns { validity: Some(&[0xff]), ..Columns::regular(0, 1, &[0.0; 9]) };
        assert_eq!(code(short), "UPID_LENGTH_MISMATCH");
        assert_eq!(code(Columns::regular(0, 0, &[1.0])), "UPID_INVALID_STEP");
        assert_eq!(code(Columns::regular(-1, 1, &[1.0])), "UPID_TIMESTAMP_RANGE");
        assert_eq!(code(Columns::regular(0, i64::MAX, &[1.0; 3])), "UPID_TIMESTAMP_RANGE");
        let error = Columns::gauge(&[5, -1], &[1.0, 2.0]).check().unwrap_err();
        assert_eq!(error.place().row, Some(1));
        assert!(error.hint_text().contains("seconds instead of milliseconds"));
        assert!(Columns::gauge(&[5, 5, 6], &[1.0; 3]).check().unwrap());
        assert!(!Columns::gauge(&[6, 5], &[1.0; 2]).check().unwrap());
    }
}
