//! One series that comes in parts: the newest rows wait, so that the seam of two parts leaves no trace.

use std::collections::btree_map::Entry;

use super::accumulate::{Pass, accepted, pass, pass_settled};
use super::columns::{Columns, Duplicates, IngestOptions, IngestReport, SampleKind, is_valid};
use super::counter::{self, Increase};
use super::day::{Day, day_of, day_start};
use super::metric::MetricId;
use super::slots::SLOT_MS;
use super::spec::{MAX_QUANTA, UsageSpec};
use super::summary::MetricSummary;
use crate::error::{Error, ErrorKind, Result};

/// Rows that wait at most. More of them make parts of few rows cheaper, and every open series 16 bytes larger.
const WAITING: usize = 64;

/// A metric of a key while its parts come in.
#[derive(Debug)]
pub(super) struct Seam {
    kind: SampleKind,
    /// Accepted rows that are not in the summary yet, in ascending time; all but the last are settled.
    waiting: Vec<(i64, u64)>,
    /// The latest time of any row, used or not.
    pub(super) latest_ms: i64,
    steps: Steps,
}

/// The distance of neighbouring rows, over seams.
#[derive(Debug, Default)]
struct Steps {
    last_ms: Option<i64>,
    step: i64,
}

/// Where the rows go, and what the call wants.
pub(super) struct Target<'a> {
    pub(super) metric: MetricId,
    pub(super) summary: &'a mut MetricSummary,
    pub(super) spec: &'a UsageSpec,
    pub(super) options: &'a IngestOptions,
}

impl Seam {
    pub(super) fn new(kind: SampleKind) -> Self {
        Self { kind, waiting: Vec::new(), latest_ms: i64::MIN, steps: Steps::default() }
    }

    /// Adds a part, whose times were checked: the bytes become those of all rows in one part.
    ///
    /// Rows before the last used time of earlier parts are accepted too, but a repeat among them would count twice:
    /// the slots that they share with earlier parts are reported, and are `UPID_TIME_REVERSED` under `Reject`.
    pub(super) fn add(
        &mut self,
        to: &mut Target<'_>,
        columns: &Columns<'_>,
        ascending: bool,
    ) -> Result<IngestReport> {
        let mut report = IngestReport::default();
        let Some(last) = columns.len().checked_sub(1) else { return Ok(report) };
        if columns.kind != self.kind {
            self.settle(to, 0, &mut report)?;
            self.kind = columns.kind;
        }
        let time = |row: usize| columns.timestamps_ms.at(row);
        if ascending && last >= WAITING && time(0) > self.latest_ms {
            self.read_in_place(to, columns, &mut report)?;
            self.latest_ms = time(last);
            return Ok(report);
        }
        // Rows before this time are late.
        let begun = self.waiting.last().map_or(self.latest_ms, |row| row.0);
        let (rows, part) = accepted(to.metric, columns, to.spec, to.options)?;
        report.add(&part);
        if time(0) < self.latest_ms || !ascending {
            report.out_of_order = 0;
            for row in 0..columns.len() {
                report.out_of_order += u64::from(time(row) < self.latest_ms);
                self.latest_ms = self.latest_ms.max(time(row));
            }
        }
        self.latest_ms = self.latest_ms.max(time(last));
        let row_of = |ms: i64| (0..columns.len()).find(|row| time(*row) == ms);
        self.add_rows(to, &rows, begun, &row_of, &mut report)?;
        Ok(report)
    }

    /// Many rows in order and after all before: only those of the last time are copied, to wait.
    fn read_in_place(
        &mut self,
        to: &mut Target<'_>,
        columns: &Columns<'_>,
        report: &mut IngestReport,
    ) -> Result<()> {
        self.settle(to, 0, report)?;
        let per_unit = to.spec.get(to.metric)?.per_unit();
        let rows = 0..columns.len();
        let time = |row: usize| columns.timestamps_ms.at(row);
        let usable = |row: &usize| {
            (0.0..=MAX_QUANTA as f64).contains(&(columns.values.get(*row) * per_unit))
                && is_valid(columns.validity, *row)
        };
        let last_ms = rows.clone().rfind(usable).map_or(i64::MAX, time);
        let tail = rows.clone().rfind(|row| time(*row) < last_ms).map_or(0, |row| row + 1);
        let mut bits = Vec::new();
        let head = pass(to.metric, &columns.part(0..tail, &mut bits), to.spec, to.options)?;
        report.add(&head.report);
        to.append(head, report)?;
        let mut bits = Vec::new();
        let part = columns.part(tail..columns.len(), &mut bits);
        let (waiting, mut rest) =
            accepted(to.metric, &part, to.spec, to.options).map_err(|error| later(error, tail))?;
        rest.first_bad.iter_mut().for_each(|bad| bad.row += tail as u64);
        report.add(&rest);
        self.waiting = waiting;
        report.step_changes += self.steps.join(&(0..tail).filter(usable).map(time));
        report.step_changes += self.steps.join(&self.waiting.iter().map(|row| row.0));
        Ok(())
    }

    /// Adds rows that were counted and checked as those of other metrics.
    pub(super) fn add_sums(&mut self, to: &mut Target<'_>, rows: &[(i64, u64)]) -> Result<()> {
        let begun = self.waiting.last().map_or(i64::MIN, |row| row.0);
        self.add_rows(to, rows, begun, &|_| None, &mut IngestReport::default())
    }

    /// Adds accepted rows in ascending distinct time; `row_of` finds the row of a time for an error.
    fn add_rows(
        &mut self,
        to: &mut Target<'_>,
        rows: &[(i64, u64)],
        begun: i64,
        row_of: &dyn Fn(i64) -> Option<usize>,
        report: &mut IngestReport,
    ) -> Result<()> {
        let at_row = |error: Error, ms| match row_of(ms) {
            Some(row) => error.at_row(row),
            None => error,
        };
        let (late, mut rows) = rows.split_at(rows.partition_point(|row| row.0 < begun));
        if let Some(first) = late.first() {
            self.settle(to, 1, report)?;
            self.add_late(to, late, report).map_err(|error| at_row(error, first.0))?;
        }
        report.step_changes += self.steps.join(&rows.iter().map(|row| row.0));
        if let (Some(last), Some(first)) = (self.waiting.last_mut(), rows.first())
            && last.0 == first.0
        {
            report.accepted -= 1;
            report.duplicates += 1;
            last.1 = repeated(first.0, last.1, first.1, to.options.duplicates)
                .map_err(|error| at_row(error, first.0))?;
            rows = &rows[1..];
        }
        self.waiting.extend_from_slice(rows);
        if self.waiting.len() > WAITING {
            self.settle(to, 1, report)?;
            self.waiting.shrink_to(WAITING);
        }
        Ok(())
    }

    fn add_late(
        &mut self,
        to: &mut Target<'_>,
        rows: &[(i64, u64)],
        report: &mut IngestReport,
    ) -> Result<()> {
        let late = pass_settled(to.metric, self.kind, rows.iter().copied(), to.spec)?;
        report.resets += late.report.resets;
        report.gaps += late.report.gaps;
        let mut slots = 0;
        for (day, late) in &late.days {
            let mut known = to.summary.days.get(day).map(|day| day.observed).unwrap_or_default();
            for (ms, _) in self.waiting.iter().filter(|(ms, _)| day_of(*ms) == *day) {
                known.set(((ms - day_start(*day)) / SLOT_MS) as usize);
            }
            slots += u64::from(known.overlap(&late.observed));
        }
        report.overlapping_slots += slots;
        if slots > 0 && to.options.duplicates == Duplicates::Reject {
            return Err(Error::new(
                ErrorKind::TimeReversed,
                "rows lie before those of an earlier part, in five minutes that it observed too",
            )
            .hint("sort the stream by time; KeepMax and KeepLast count such rows twice if they repeat"));
        }
        if let Some(fragment) = late.fragment {
            let sealed = to.summary.sealed_before_ms;
            to.summary.fragments = counter::merge(&to.summary.fragments, &[fragment], sealed)?;
        }
        to.add_days(late.days)
    }

    /// Moves the waiting rows into the summary, but for the last `keep`.
    pub(super) fn settle(
        &mut self,
        to: &mut Target<'_>,
        keep: usize,
        report: &mut IngestReport,
    ) -> Result<()> {
        let settled = self.waiting.len().saturating_sub(keep);
        if settled == 0 {
            return Ok(());
        }
        let rows = self.waiting.drain(..settled);
        let pass = pass_settled(to.metric, self.kind, rows, to.spec)?;
        report.resets += pass.report.resets;
        report.gaps += pass.report.gaps;
        to.append(pass, report)
    }
}

impl Target<'_> {
    /// Adds rows that lie after all before, so that a counter goes on.
    fn append(&mut self, pass: Pass, report: &mut IngestReport) -> Result<()> {
        self.add_days(pass.days)?;
        let Some(next) = pass.fragment else { return Ok(()) };
        let Some(last) = self.summary.fragments.last_mut() else {
            self.summary.fragments.push(next);
            return Ok(());
        };
        let rule = Increase { max_gap_ms: self.spec.max_gap_ms, total: self.metric.is_total() };
        let sample = next.first().and_then(|first| rule.sample(last.last(), first));
        (last.last_ms, last.last_value) = next.last();
        let Some((quanta, reset)) = sample else {
            report.gaps += 1;
            return Ok(());
        };
        report.resets += u64::from(reset);
        let ms = next.first_ms;
        let metric = self.spec.get(self.metric)?;
        self.add_days(vec![(day_of(ms), Day::of_sample(ms, quanta, u32::from(reset), metric)?)])
    }

    fn add_days(&mut self, days: Vec<(i32, Day)>) -> Result<()> {
        for (day, more) in days {
            match self.summary.days.entry(day) {
                Entry::Occupied(mut mine) => mine.get_mut().merge(&more)?,
                Entry::Vacant(none) => {
                    none.insert(more);
                }
            }
        }
        Ok(())
    }
}

impl Steps {
    /// Changes of the step where rows in ascending time join those before: up to the second step, as what follows is
    /// counted by the pass over them.
    fn join(&mut self, times: &(impl DoubleEndedIterator<Item = i64> + Clone)) -> u64 {
        let (Some(first), Some(last)) = (times.clone().next(), times.clone().next_back()) else {
            return 0;
        };
        let mut changes = 0;
        let mut go = |step: &mut i64, next| {
            changes += u64::from(*step != 0 && *step != next);
            *step = next;
        };
        if let Some(before) = self.last_ms.filter(|ms| *ms < first) {
            go(&mut self.step, first - before);
        }
        if let Some(second) = times.clone().find(|ms| *ms > first) {
            go(&mut self.step, second - first);
        }
        if let Some(before) = times.clone().rfind(|ms| *ms < last) {
            self.step = last - before;
        }
        self.last_ms = Some(last);
        changes
    }
}

/// What two values at one time become.
pub(super) fn repeated(ms: i64, a: u64, b: u64, policy: Duplicates) -> Result<u64> {
    match policy {
        Duplicates::KeepMax => Ok(a.max(b)),
        Duplicates::KeepLast => Ok(b),
        Duplicates::Reject => {
            Err(Error::new(ErrorKind::DuplicateTimestamp, format!("the time {ms} ms stands twice"))
                .hint("drop the repeat, or choose KeepMax or KeepLast for `duplicates`"))
        }
    }
}

/// Counts the rows of an error from an earlier one.
pub(super) fn later(error: Error, rows: usize) -> Error {
    match error.place().row {
        Some(row) => error.at_row(row as usize + rows),
        None => error,
    }
}
