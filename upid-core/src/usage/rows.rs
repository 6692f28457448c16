//! Rows of a table that belong together, as columns: borrowed where they lie side by side, gathered where they do not.

use std::ops::Range;

use super::columns::{Columns, Times, Values, Widen, is_valid};
use super::table::MetricColumn;

/// Neighbouring rows of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) start: u32,
    pub(super) len: u32,
}

/// Rows of a table, in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) runs: &'a [Run],
}

/// Memory for rows that do not lie side by side.
#[derive(Default)]
pub(super) struct Scratch {
    values: Vec<f64>,
    bits: Vec<u8>,
}

impl Rows<'_> {
    fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.runs.iter().map(|run| run.start as usize..run.start as usize + run.len as usize)
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.runs.iter().map(|run| run.len as usize).sum()
    }

    /// The one run, if they lie side by side.
    fn whole(&self) -> Option<Range<usize>> {
        self.ranges().next().filter(|_| self.runs.len() == 1)
    }

    /// The row of the table that is row `at` of these.
    pub(super) fn in_table(&self, at: usize) -> usize {
        let mut before = 0;
        for range in self.ranges() {
            if at < before + range.len() {
                return range.start + (at - before);
            }
            before += range.len();
        }
        at
    }

    /// Their times, gathered into `scratch` if need be.
    pub(super) fn times<'t>(&self, times: Times<'t>, scratch: &'t mut Vec<i64>) -> Times<'t> {
        if let Some(range) = self.whole() {
            return times.slice(range);
        }
        scratch.clear();
        self.ranges().for_each(|range| scratch.extend(range.map(|row| times.at(row))));
        Times::Explicit(scratch)
    }

    /// Their values of a column beside their times, gathered into `scratch` if need be.
    pub(super) fn columns<'t>(
        &self,
        timestamps_ms: Times<'t>,
        column: &MetricColumn<'t>,
        scratch: &'t mut Scratch,
    ) -> Columns<'t> {
        if let Some(range) = self.whole() {
            let values = column.values.slice(range.clone());
            let validity = column.validity.and_then(|bits| sliced(bits, range, &mut scratch.bits));
            return Columns { timestamps_ms, values, validity, kind: column.kind };
        }
        let values = &mut scratch.values;
        values.clear();
        match column.values {
            Values::F64(v) => self.gather(v, column.validity, values),
            Values::F32(v) => self.gather(v, column.validity, values),
            Values::I64(v) => self.gather(v, column.validity, values),
            Values::U64(v) => self.gather(v, column.validity, values),
        }
        let values = Values::F64(values);
        Columns { timestamps_ms, values, validity: None, kind: column.kind }
    }

    fn gather<V: Widen>(&self, values: &[V], validity: Option<&[u8]>, into: &mut Vec<f64>) {
        into.reserve(self.len());
        for range in self.ranges() {
            let from = range.start;
            let run = values.get(range).unwrap_or_default().iter().map(|value| value.to_f64());
            match validity {
                None => into.extend(run),
                Some(_) => into.extend(run.enumerate().map(|(at, value)| {
                    if is_valid(validity, from + at) { value } else { f64::NAN }
                })),
            }
        }
    }
}

/// The bits of some rows from the first on; `None` if all are set.
fn sliced<'t>(bits: &'t [u8], range: Range<usize>, scratch: &'t mut Vec<u8>) -> Option<&'t [u8]> {
    let (shift, len) = (range.start % 8, range.len());
    let bits = bits.get(range.start / 8..range.end.div_ceil(8)).unwrap_or_default();
    let sliced = if shift == 0 {
        bits
    } else {
        let next = bits.iter().skip(1).copied().chain([0]);
        scratch.clear();
        scratch.extend(bits.iter().zip(next).map(|(low, high)| low >> shift | high << (8 - shift)));
        scratch.as_slice()
    };
    let (whole, rest) = sliced.split_at_checked(len / 8)?;
    let rest = rest.first().map_or(0, |byte| (!byte).trailing_zeros() as usize);
    let all = whole.iter().all(|byte| *byte == 0xff) && rest >= len % 8;
    (!all).then_some(sliced)
}

impl<'a> Times<'a> {
    fn slice(&self, range: Range<usize>) -> Times<'a> {
        match self {
            Self::Explicit(times) => Times::Explicit(times.get(range).unwrap_or_default()),
            Self::Regular { step_ms, .. } => {
                Times::Regular { start_ms: self.at(range.start), step_ms: *step_ms }
            }
        }
    }
}

impl<'a> Values<'a> {
    /// Some of the values.
    pub(super) fn slice(&self, range: Range<usize>) -> Values<'a> {
        match self {
            Self::F64(v) => Values::F64(v.get(range).unwrap_or_default()),
            Self::F32(v) => Values::F32(v.get(range).unwrap_or_default()),
            Self::I64(v) => Values::I64(v.get(range).unwrap_or_default()),
            Self::U64(v) => Values::U64(v.get(range).unwrap_or_default()),
        }
    }
}

impl<'a> Columns<'a> {
    /// Some of the rows; `bits` keeps their validity.
    pub(super) fn part(&self, range: Range<usize>, bits: &'a mut Vec<u8>) -> Columns<'a> {
        Columns {
            timestamps_ms: self.timestamps_ms.slice(range.clone()),
            values: self.values.slice(range.clone()),
            validity: self.validity.and_then(|all| sliced(all, range, bits)),
            kind: self.kind,
        }
    }
}
