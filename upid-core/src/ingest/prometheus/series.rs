//! Series that belong together: parts that add up, copies of which the larger stays, counters that are events.

use std::collections::BTreeMap;

use super::group::larger;
use super::samples::Samples;
use crate::error::Place;
use crate::ingest::parsed::Log;
use crate::usage::{SampleKind, UsageEvent, UsageEventKind};

/// Distances of neighbouring samples and how often each occurs.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Steps(BTreeMap<i64, u64>);

impl Steps {
    /// Counts the distances of ascending times.
    pub(in crate::ingest) fn add(&mut self, times: &[i64]) {
        let (mut step, mut count) = (0i64, 0u64);
        for pair in times.windows(2) {
            let [before, after] = pair else { continue };
            let next = after.wrapping_sub(*before);
            if next != step {
                self.put(step, count);
                (step, count) = (next, 0);
            }
            count = count.saturating_add(1);
        }
        self.put(step, count);
    }

    fn put(&mut self, step: i64, count: u64) {
        if count > 0 {
            let all = self.0.entry(step).or_default();
            *all = all.saturating_add(count);
        }
    }

    pub(in crate::ingest) fn join(&mut self, other: Self) {
        other.0.into_iter().for_each(|(step, count)| self.put(step, count));
    }

    /// The lower median, and how many distances are over one and a half of it.
    pub(in crate::ingest) fn median(&self) -> Option<(i64, u64)> {
        let all: u64 = self.0.values().sum();
        let mut before = 0u64;
        let (median, _) = self.0.iter().find(|(_, count)| {
            before = before.saturating_add(**count);
            before.saturating_mul(2) >= all
        })?;
        let long = |step: &i64| step.saturating_mul(2) > median.saturating_mul(3);
        let gaps = self.0.iter().filter(|(step, _)| long(step)).map(|(_, count)| count).sum();
        Some((*median, gaps))
    }
}

impl Samples {
    /// Puts the samples into ascending time, each time once: of several values the larger stays, a missing one never.
    pub(in crate::ingest) fn settle(&mut self, at: &Place, log: &mut Log) {
        if self.times.windows(2).all(|pair| pair.first() < pair.last()) {
            return;
        }
        if !self.times.is_sorted() {
            let message = || "samples out of order are sorted".to_owned();
            log.warn("OutOfOrder", message, at.clone());
        }
        let mut rows: Vec<(i64, f64)> = self.times.drain(..).zip(self.values.drain(..)).collect();
        rows.sort_by_key(|row| row.0);
        for (ms, value) in rows {
            match (self.times.last(), self.values.last_mut()) {
                (Some(last), Some(kept)) if *last == ms => {
                    if *kept != value && !kept.is_nan() && !value.is_nan() {
                        log.warn("DuplicateTimestamp", larger, at.clone());
                    }
                    // Of two numbers the larger, of a number and a missing value the number.
                    *kept = kept.max(value);
                }
                _ => self.push(ms, value),
            }
        }
    }

    /// Takes in a settled copy of these settled samples: of two values at one time the larger stays. Says how many
    /// times the two differ.
    pub(in crate::ingest) fn join(&mut self, copy: Self) -> u64 {
        if self.times.is_empty() {
            *self = copy;
            return 0;
        }
        let mut clashes = 0u64;
        let own = std::mem::take(self);
        let mut own = own.times.into_iter().zip(own.values).peekable();
        let mut copy = copy.times.into_iter().zip(copy.values).peekable();
        loop {
            let (ms, value) = match (own.peek(), copy.peek()) {
                (Some((a, _)), Some((b, _))) if a == b => {
                    let (Some((ms, mine)), Some((_, theirs))) = (own.next(), copy.next()) else {
                        break;
                    };
                    let differ = mine != theirs && !mine.is_nan() && !theirs.is_nan();
                    clashes = clashes.saturating_add(u64::from(differ));
                    (ms, mine.max(theirs))
                }
                (Some((a, _)), Some((b, _))) => {
                    let next = if a < b { own.next() } else { copy.next() };
                    let Some(next) = next else { break };
                    next
                }
                _ => {
                    let Some(next) = own.next().or_else(|| copy.next()) else { break };
                    next
                }
            };
            self.push(ms, value);
        }
        clashes
    }
}

/// The sum of settled parts at equal times.
///
/// A part without a value between its first and last sample makes the sum missing. Beyond its ends a gauge counts as
/// absent, and a counter stands still, so that a part that comes or goes is no increase.
pub(in crate::ingest) fn sum(parts: &[Samples], kind: SampleKind) -> Samples {
    let flat = |value: Option<f64>| match kind {
        SampleKind::Counter => value.unwrap_or_default(),
        SampleKind::Gauge | SampleKind::Increment => 0.0,
    };
    let (mut rows, mut starts, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    let all = parts.iter().filter(|part| !part.times.is_empty()).count();
    for (index, part) in parts.iter().enumerate() {
        let (Some(first), Some(last)) = (part.times.first(), part.times.last()) else { continue };
        let mut known = part.values.iter().copied().filter(|value| !value.is_nan());
        starts.push((*first, flat(known.clone().next())));
        ends.push((*last, flat(known.next_back())));
        let part = part.times.iter().zip(&part.values);
        rows.extend(part.map(|(ms, value)| (*ms, index, *value)));
    }
    // In order of time, then of the parts: one order of addition, whatever the order of the input.
    rows.sort_unstable_by_key(|row| (row.0, row.1));
    starts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
    ends.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // What the parts that begin later give, from the last backwards.
    let mut later: Vec<(i64, f64)> = Vec::with_capacity(starts.len());
    for (start, value) in starts {
        let before = later.last().map_or(0.0, |(_, sum)| *sum);
        later.push((start, before + value));
    }
    let mut ended = ends.into_iter().peekable();
    let (mut gone, mut gone_count) = (0.0, 0usize);
    let mut out = Samples::default();
    for same in rows.chunk_by(|a, b| a.0 == b.0) {
        let Some((ms, ..)) = same.first() else { continue };
        while let Some((_, value)) = ended.next_if(|(end, _)| end < ms) {
            gone += value;
            gone_count = gone_count.saturating_add(1);
        }
        while later.last().is_some_and(|(start, _)| start <= ms) {
            later.pop();
        }
        let inside = all.saturating_sub(gone_count).saturating_sub(later.len());
        let to_come = later.last().map_or(0.0, |(_, sum)| *sum);
        let total = same.iter().fold(to_come + gone, |sum, (_, _, value)| sum + value);
        out.push(*ms, if same.len() == inside { total } else { f64::NAN });
    }
    out
}

/// An event at each increase of a settled counter; one that restarts counts from 0.
pub(in crate::ingest) fn events(samples: &Samples, kind: UsageEventKind) -> Vec<UsageEvent> {
    let known = samples.times.iter().zip(&samples.values).filter(|(_, value)| !value.is_nan());
    let later = known.clone().skip(1);
    known
        .zip(later)
        .filter(|((_, before), (_, after))| after > before || (after < before && **after > 0.0))
        .map(|(_, (ms, _))| UsageEvent::new(*ms, kind))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::options::ParseOptions;

    fn samples(rows: &[(i64, f64)]) -> Samples {
        let (times, values) = rows.iter().copied().unzip();
        Samples { times, values }
    }

    fn rows(samples: &Samples) -> Vec<(i64, Option<f64>)> {
        let number = |value: &f64| (!value.is_nan()).then_some(*value);
        samples.times.iter().copied().zip(samples.values.iter().map(number)).collect()
    }

    #[test]
    fn order_and_repeats() {
        let mut log = Log::new(&ParseOptions::default());
        let nan = f64::NAN;
        let mut some = samples(&[(3, 1.0), (1, nan), (3, 2.0), (2, 5.0), (2, 5.0), (1, 0.5)]);
        some.settle(&Place::default(), &mut log);
        assert_eq!(rows(&some), [(1, Some(0.5)), (2, Some(5.0)), (3, Some(2.0))]);
        log.used(1);
        let notices = log.finish(()).unwrap().notices;
        let codes: Vec<_> = notices.iter().map(|n| (n.code.as_str(), n.count)).collect();
        assert_eq!(codes, [("DuplicateTimestamp", 1), ("OutOfOrder", 1)]);
    }

    #[test]
    fn copies_differ_at_some_times() {
        let nan = f64::NAN;
        let mut some = samples(&[(1, 1.0), (3, nan), (4, 5.0), (9, 1.0)]);
        assert_eq!(some.join(samples(&[(0, 7.0), (1, 2.0), (3, 3.0), (4, 5.0), (5, 6.0)])), 1);
        let want = [
            (0, Some(7.0)),
            (1, Some(2.0)),
            (3, Some(3.0)),
            (4, Some(5.0)),
            (5, Some(6.0)),
            (9, Some(1.0)),
        ];
        assert_eq!(rows(&some), want);
        let mut none = samples(&[]);
        assert_eq!(none.join(samples(&[(1, 1.0)])), 0);
        assert_eq!(rows(&none), [(1, Some(1.0))]);
    }

    #[test]
    fn parts_that_come_and_go() {
        let long = [(1, 10.0), (2, 11.0), (3, 12.0), (4, 13.0)];
        let short = [(2, 5.0), (3, 7.0)];
        let counter = sum(&[samples(&long), samples(&short)], SampleKind::Counter);
        let want = [(1, Some(15.0)), (2, Some(16.0)), (3, Some(19.0)), (4, Some(20.0))];
        assert_eq!(rows(&counter), want);
        let gauge = sum(&[samples(&long), samples(&short)], SampleKind::Gauge);
        assert_eq!(rows(&gauge)[0], (1, Some(10.0)));
        let holes = [(1, 1.0), (2, f64::NAN), (4, 1.0)];
        let gauge = sum(&[samples(&long), samples(&holes)], SampleKind::Gauge);
        assert_eq!(rows(&gauge), [(1, Some(11.0)), (2, None), (3, None), (4, Some(14.0))]);
    }

    #[test]
    fn increases_are_events() {
        let counter = samples(&[(1, 2.0), (2, 2.0), (3, 4.0), (4, f64::NAN), (5, 0.0), (6, 1.0)]);
        let at: Vec<_> =
            events(&counter, UsageEventKind::Restart).iter().map(|e| e.at_ms).collect();
        assert_eq!(at, [3, 6]);
    }

    #[test]
    fn the_median_step_and_its_gaps() {
        let mut steps = Steps::default();
        steps.add(&[0, 10, 20, 30, 46, 60]);
        let mut more = Steps::default();
        more.add(&[5]);
        steps.join(more);
        assert_eq!(steps.median(), Some((10, 1)));
        assert_eq!(Steps::default().median(), None);
    }
}
