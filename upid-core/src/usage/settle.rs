//! Usable rows in ascending time: equal times settled, counters turned into samples.

use super::columns::{Duplicates, IngestOptions, IngestReport, SampleKind};
use super::counter::{Fragment, Increase};
use super::metric::MetricId;
use crate::error::{Error, ErrorKind, Result};

/// Rows that are worked on together: they and the histogram stay in the first-level cache.
pub(super) const BLOCK: usize = 256;

/// Rows that wait: the last one of a block stays for the next, as a row of the same time may follow.
pub(super) struct Block {
    len: usize,
    times: [i64; BLOCK + 1],
    quanta: [u64; BLOCK + 1],
}

impl Block {
    /// Room for the next rows, at most `BLOCK`; [`Settle::take`] takes them.
    #[inline]
    pub(super) fn room(&mut self, rows: usize) -> (&mut [i64], &mut [u64]) {
        let range = self.len..self.len + rows;
        (&mut self.times[range.clone()], &mut self.quanta[range])
    }
}

/// Takes rows in blocks, settles equal times, turns counters into rates, and passes samples on: slices of times and
/// quanta, and whether a counter was reset at the last of them.
pub(super) struct Settle<'a, F> {
    pub(super) options: &'a IngestOptions,
    kind: SampleKind,
    increase: Increase,
    pub(super) block: Block,
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
            block: Block { len: 0, times: [0; BLOCK + 1], quanta: [0; BLOCK + 1] },
            before: None,
            step: 0,
            fragment: None,
            repeated: None,
            report: IngestReport::default(),
            out,
        }
    }

    /// Takes the first rows of the room.
    pub(super) fn take(&mut self, rows: usize) -> Result<()> {
        self.block.len += rows;
        let times = &self.block.times[..self.block.len];
        let [first, second, ..] = times else { return Ok(()) };
        let later = &times[1..];
        // Two loops without a branch, which the compiler makes short work of.
        if times.iter().zip(later).fold(0, |any, (a, b)| any | u64::from(a == b)) > 0 {
            self.drop_repeats()?;
            return self.take(0);
        }
        let bends = times.iter().zip(later).zip(&times[2..]);
        let changes: u64 = bends.map(|((a, b), c)| u64::from(c - b != b - a)).sum();
        let changed = self.step != 0 && self.step != second - first;
        self.report.step_changes += changes + u64::from(changed);
        let last = times.len() - 1;
        self.step = times[last] - times[last - 1];
        self.pass_on(last)?;
        self.block.times[0] = self.block.times[last];
        self.block.quanta[0] = self.block.quanta[last];
        self.block.len = 1;
        Ok(())
    }

    /// One row.
    pub(super) fn push(&mut self, ms: i64, quanta: u64) -> Result<()> {
        let Block { len, times, quanta: values } = &mut self.block;
        (times[*len], values[*len]) = (ms, quanta);
        if *len == BLOCK {
            return self.take(1);
        }
        *len += 1;
        Ok(())
    }

    #[cold]
    fn drop_repeats(&mut self) -> Result<()> {
        let Block { len, times, quanta } = &mut self.block;
        let mut last = 0;
        for row in 1..*len {
            let (ms, value) = (times[row], quanta[row]);
            if ms != times[last] {
                last += 1;
                (times[last], quanta[last]) = (ms, value);
                continue;
            }
            self.report.duplicates += 1;
            match self.options.duplicates {
                Duplicates::KeepMax => quanta[last] = value.max(quanta[last]),
                Duplicates::KeepLast => quanta[last] = value,
                Duplicates::Reject => {
                    self.repeated = Some(ms);
                    let what = format!("the time {ms} ms stands twice");
                    return Err(Error::new(ErrorKind::DuplicateTimestamp, what)
                        .hint("drop the repeat, or choose KeepMax or KeepLast for `duplicates`"));
                }
            }
        }
        *len = last + 1;
        Ok(())
    }

    /// Passes on the first rows, whose times are settled.
    fn pass_on(&mut self, rows: usize) -> Result<()> {
        self.report.accepted += rows as u64;
        let Block { times, quanta, .. } = &mut self.block;
        if self.kind != SampleKind::Counter {
            return (self.out)(&times[..rows], &quanta[..rows], false);
        }
        // The samples overwrite the rows that they were made of.
        let (mut start, mut end) = (0, 0);
        for row in 0..rows {
            let now = (times[row], quanta[row]);
            let fragment = self.fragment.get_or_insert(Fragment::new(now.0, now.1));
            (fragment.last_ms, fragment.last_value) = now;
            let Some(before) = self.before.replace(now) else { continue };
            let Some((sample, reset)) = self.increase.sample(before, now) else {
                self.report.gaps += 1;
                continue;
            };
            (times[end], quanta[end]) = (now.0, sample);
            end += 1;
            if reset {
                self.report.resets += 1;
                (self.out)(&times[start..end], &quanta[start..end], true)?;
                start = end;
            }
        }
        (self.out)(&times[start..end], &quanta[start..end], false)
    }

    /// The end of the rows. By reference, as a move of the block takes longer than a row.
    pub(super) fn finish(&mut self) -> Result<(Option<Fragment>, IngestReport)> {
        self.take(0)?;
        self.pass_on(self.block.len)?;
        self.block.len = 0;
        Ok((self.fragment.take(), std::mem::take(&mut self.report)))
    }
}
