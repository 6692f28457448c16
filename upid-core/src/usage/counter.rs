//! Counters: increases between neighbours, and the edges that let parts be stitched later.

use super::spec::MAX_QUANTA;
use crate::error::{Error, ErrorKind, Result};

/// Most fragments of one counter before the oldest pair is stitched for good.
pub(super) const MAX_FRAGMENTS: usize = 4096;

/// The edges of one contiguous run of a counter, in quanta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Where it begins, or where pruning cut it. A run that ended shortly before the cut leaves its last value only,
    /// for the sample across the cut if the next run comes later: then this lies after `last_ms`.
    pub(super) first_ms: i64,
    /// `None` where pruning cut it: it makes no sample with what comes before.
    pub(super) first_value: Option<u64>,
    pub(super) last_ms: i64,
    pub(super) last_value: u64,
}

impl Fragment {
    pub(super) fn new(ms: i64, value: u64) -> Self {
        Self { first_ms: ms, first_value: Some(value), last_ms: ms, last_value: value }
    }

    pub(super) fn first(&self) -> Option<(i64, u64)> {
        self.first_value.map(|value| (self.first_ms, value))
    }

    pub(super) fn last(&self) -> (i64, u64) {
        (self.last_ms, self.last_value)
    }

    /// The first time that it stands for.
    pub(super) fn start_ms(&self) -> i64 {
        self.first_ms.min(self.last_ms)
    }

    /// Only the last value is left, before the cut.
    pub(super) fn is_remnant(&self) -> bool {
        self.last_ms < self.first_ms
    }

    fn holds(&self, ms: i64) -> bool {
        (self.first_ms..=self.last_ms).contains(&ms)
    }
}

/// How two neighbouring counter values become one sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Increase {
    pub(super) max_gap_ms: i64,
    /// The increase itself rather than a rate per second.
    pub(super) total: bool,
}

impl Increase {
    /// The sample in quanta and whether the counter was reset; `None` if the two are too far apart.
    pub(super) fn sample(&self, before: (i64, u64), after: (i64, u64)) -> Option<(u64, bool)> {
        let ms = after.0 - before.0;
        if ms <= 0 || ms > self.max_gap_ms {
            return None;
        }
        let reset = after.1 < before.1;
        let increase = if reset { after.1 } else { after.1 - before.1 };
        if self.total {
            return Some((increase, reset));
        }
        // increase ≤ 2^53, so the product fits; a rate past 2^53 quanta is not believable and is capped there.
        let (scaled, ms) = (increase * 1000, ms as u64);
        let (rate, rest) = (scaled / ms, scaled % ms);
        let up = rest * 2 > ms || (rest * 2 == ms && rate % 2 == 1);
        Some(((rate + u64::from(up)).min(MAX_QUANTA), reset))
    }
}

/// Merges two sorted lists of fragments; fragments that overlap in time are
/// `UPID_USAGE_INTERLEAVED_COUNTER`, fragments before `sealed_before_ms` are `UPID_USAGE_SEALED_RANGE`. What is left of
/// a pruned run gives way to the run itself, if that is merged again.
pub(super) fn merge(
    a: &[Fragment],
    b: &[Fragment],
    sealed_before_ms: i64,
) -> Result<Vec<Fragment>> {
    let mut all: Vec<Fragment> = a.iter().chain(b).copied().collect();
    if all.iter().any(Fragment::is_remnant) {
        let runs: Vec<Fragment> = all.iter().filter(|f| !f.is_remnant()).copied().collect();
        all.retain(|f| !f.is_remnant() || !runs.iter().any(|run| run.holds(f.last_ms)));
    }
    all.sort_by_key(|f| (f.start_ms(), f.last_ms, f.first_ms));
    all.dedup_by(|b, a| a.is_remnant() && b.is_remnant() && a.last_ms == b.last_ms);
    for pair in all.windows(2) {
        if pair[1].start_ms() <= pair[0].last_ms {
            let kind = if pair[1].start_ms() < sealed_before_ms {
                ErrorKind::UsageSealedRange
            } else {
                ErrorKind::UsageInterleavedCounter
            };
            let range = |f: &Fragment| format!("[{}, {}]", f.start_ms(), f.last_ms);
            return Err(Error::new(
                kind,
                format!("counter parts {} and {} ms overlap", range(&pair[0]), range(&pair[1])),
            )
            .hint("partition counters by series or by time range, and merge each part once"));
        }
    }
    Ok(all)
}

/// Drops what lies before a time. A run across it is cut there; if there is none, the last value before it stays for as
/// long as a later run could make a sample with it.
pub(super) fn prune(fragments: &mut Vec<Fragment>, cut_ms: i64, max_gap_ms: i64) {
    let mut last_before: Option<Fragment> = None;
    let mut crossed = false;
    fragments.retain_mut(|f| {
        if f.last_ms < cut_ms {
            last_before = Some(*f);
            return false;
        }
        if f.first_ms < cut_ms {
            (f.first_ms, f.first_value) = (cut_ms, None);
        }
        crossed |= (f.first_ms, f.first_value) == (cut_ms, None);
        true
    });
    if let Some(last) = last_before
        && !crossed
        && cut_ms - last.last_ms <= max_gap_ms
    {
        fragments.insert(0, Fragment { first_ms: cut_ms, first_value: None, ..last });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check of usage.md §3.
    #[test]
    fn published_rates() {
        let rule = Increase { max_gap_ms: 300_000, total: false };
        let samples = [(0, 10), (60, 16), (120, 22), (180, 3), (300, 9)]
            .map(|(s, v): (i64, u64)| (s * 1000, v * 1_000_000));
        let rates: Vec<_> = samples.windows(2).map(|w| rule.sample(w[0], w[1]).unwrap()).collect();
        assert_eq!(rates, [(100_000, false), (100_000, false), (50_000, true), (50_000, false)]);
        assert_eq!(rule.sample((0, 1), (300_001, 2)), None);
        let total = Increase { max_gap_ms: 300_000, total: true };
        assert_eq!(total.sample((0, 7), (1000, 9)), Some((2, false)));
    }

    #[test]
    fn pruning_keeps_what_a_sample_across_the_cut_needs() {
        let run = |first, last| Fragment { last_ms: last, ..Fragment::new(first, 7) };
        let left = |mut runs: Vec<Fragment>| {
            prune(&mut runs, 1000, 100);
            runs
        };
        let cut = |last| Fragment { first_value: None, ..run(1000, last) };
        assert_eq!(left(vec![run(0, 5), run(6, 1500), run(1600, 1700)])[0], cut(1500));
        assert_eq!(left(vec![run(0, 890), run(895, 900)]), [cut(900)]);
        assert_eq!(left(vec![run(0, 899)]), []);
        assert_eq!(left(vec![run(0, 990), run(1000, 1001)]), [cut(990), run(1000, 1001)]);
        assert_eq!(left(vec![run(0, 990), run(995, 1001)]), [cut(1001)]);
        // The run itself takes the place of what is left of it; other runs do not.
        assert_eq!(merge(&[cut(990)], &[run(0, 990)], 0).unwrap(), [run(0, 990)]);
        assert_eq!(merge(&[cut(990)], &[run(0, 1200)], 0).unwrap(), [run(0, 1200)]);
        assert_eq!(merge(&[cut(990)], &[cut(990)], 0).unwrap(), [cut(990)]);
        assert_eq!(merge(&[cut(990)], &[run(0, 950)], 0).unwrap(), [run(0, 950), cut(990)]);
        assert!(merge(&[cut(1500)], &[run(1400, 1600)], 0).is_err());
    }

    #[test]
    fn rates_round_half_to_even_and_never_overflow() {
        let rule = Increase { max_gap_ms: 300_000, total: false };
        assert_eq!(rule.sample((0, 0), (2000, 5)), Some((2, false)));
        assert_eq!(rule.sample((0, 0), (2000, 7)), Some((4, false)));
        assert_eq!(rule.sample((0, 0), (1, MAX_QUANTA)), Some((MAX_QUANTA, false)));
    }
}
