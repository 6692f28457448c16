//! Usable rows in ascending time: equal times settled, counters turned into samples.

use super::columns::{BadRowReason, Duplicates, IngestOptions, IngestReport, Invalid, SampleKind};
use super::counter::{Fragment, Increase};
use super::metric::MetricId;
use crate::error::{Error, ErrorKind, Result};

/// Rows that are worked on together: they and the histogram stay in the first-level cache.
pub(super) const BLOCK: usize = 256;

/// Takes rows in blocks, settles equal times, turns counters into rates, and passes samples on: slices of times and
/// quanta, and whether a counter was reset at the last of them.
pub(super) struct Settle<'a, F> {
    options: &'a IngestOptions,
    kind: SampleKind,
    increase: Increase,
    /// The last row of a block stays for the next one, as a row of the same time may follow.
    len: usize,
    times: [i64; BLOCK + 1],
    quanta: [u64; BLOCK + 1],
    /// The row before, of a counter.
    before: Option<(i64, u64)>,
    step: i64,
    fragment: Option<Fragment>,
    /// The time that stands twice, where that is refused.
    pub(super) repeated: Option<i64>,
    pub(super) report: IngestReport,
    out: F,
}

impl<'a, F: FnMut(&[i64], &[u64], bool) -> Result<()>> Settle<'a, F> {
    pub(super) fn new(
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
            len: 0,
            times: [0; BLOCK + 1],
            quanta: [0; BLOCK + 1],
            before: None,
            step: 0,
            fragment: None,
            repeated: None,
            report: IngestReport::default(),
            out,
        }
    }

    /// Room for the next rows, at most `BLOCK`; [`Settle::take`] takes them.
    #[inline]
    pub(super) fn room(&mut self, rows: usize) -> (&mut [i64], &mut [u64]) {
        let range = self.len..self.len + rows;
        (&mut self.times[range.clone()], &mut self.quanta[range])
    }

    /// Takes the first rows of the room.
    pub(super) fn take(&mut self, rows: usize) -> Result<()> {
        self.len += rows;
        let Some(last) = self.len.checked_sub(1).filter(|last| *last > 0) else { return Ok(()) };
        let mut step = if self.step == 0 { self.times[1] - self.times[0] } else { self.step };
        let (mut changes, mut repeats) = (0, false);
        for pair in self.times[..self.len].windows(2) {
            let next = pair[1] - pair[0];
            changes += u64::from(next != step);
            repeats |= next == 0;
            step = next;
        }
        if repeats {
            self.drop_repeats()?;
            return self.take(0);
        }
        self.report.step_changes += changes;
        self.step = step;
        self.pass_on(last)?;
        (self.times[0], self.quanta[0]) = (self.times[last], self.quanta[last]);
        self.len = 1;
        Ok(())
    }

    /// One row.
    pub(super) fn push(&mut self, ms: i64, quanta: u64) -> Result<()> {
        (self.times[self.len], self.quanta[self.len]) = (ms, quanta);
        if self.len == BLOCK { self.take(1) } else { Ok(self.len += 1) }
    }

    #[cold]
    fn drop_repeats(&mut self) -> Result<()> {
        let mut last = 0;
        for row in 1..self.len {
            let (ms, quanta) = (self.times[row], self.quanta[row]);
            if ms != self.times[last] {
                last += 1;
                (self.times[last], self.quanta[last]) = (ms, quanta);
                continue;
            }
            self.report.duplicates += 1;
            match self.options.duplicates {
                Duplicates::KeepMax => self.quanta[last] = quanta.max(self.quanta[last]),
                Duplicates::KeepLast => self.quanta[last] = quanta,
                Duplicates::Reject => {
                    self.repeated = Some(ms);
                    let what = format!("the time {ms} ms stands twice");
                    return Err(Error::new(ErrorKind::DuplicateTimestamp, what)
                        .hint("drop the repeat, or choose KeepMax or KeepLast for `duplicates`"));
                }
            }
        }
        self.len = last + 1;
        Ok(())
    }

    /// Passes on the first rows, whose times are settled.
    fn pass_on(&mut self, rows: usize) -> Result<()> {
        self.report.accepted += rows as u64;
        if self.kind != SampleKind::Counter {
            return (self.out)(&self.times[..rows], &self.quanta[..rows], false);
        }
        // The samples overwrite the rows that they were made of.
        let (mut start, mut end) = (0, 0);
        for row in 0..rows {
            let now = (self.times[row], self.quanta[row]);
            let fragment = self.fragment.get_or_insert(Fragment::new(now.0, now.1));
            (fragment.last_ms, fragment.last_value) = now;
            let Some(before) = self.before.replace(now) else { continue };
            let Some((sample, reset)) = self.increase.sample(before, now) else {
                self.report.gaps += 1;
                continue;
            };
            (self.times[end], self.quanta[end]) = (now.0, sample);
            end += 1;
            if reset {
                self.report.resets += 1;
                (self.out)(&self.times[start..end], &self.quanta[start..end], true)?;
                start = end;
            }
        }
        (self.out)(&self.times[start..end], &self.quanta[start..end], false)
    }

    /// A row that is not used.
    #[cold]
    pub(super) fn refuse(&mut self, value: f64, valid: bool, row: usize) -> Result<()> {
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

    pub(super) fn finish(mut self) -> Result<(Option<Fragment>, IngestReport)> {
        self.take(0)?;
        self.pass_on(self.len)?;
        Ok((self.fragment, self.report))
    }
}
