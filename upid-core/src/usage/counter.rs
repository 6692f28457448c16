//! Counters: increases between neighbours, and the edges that let parts be stitched later.

use super::spec::MAX_QUANTA;
use crate::error::{Error, ErrorKind, Result};

/// Most fragments of one counter before the oldest pair is stitched for good.
pub(super) const MAX_FRAGMENTS: usize = 4096;

/// The edges of one contiguous run of a counter, in quanta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) first_ms: i64,
    pub(super) first_value: u64,
    pub(super) last_ms: i64,
    pub(super) last_value: u64,
}

impl Fragment {
    pub(super) fn new(ms: i64, value: u64) -> Self {
        Self { first_ms: ms, first_value: value, last_ms: ms, last_value: value }
    }

    pub(super) fn first(&self) -> (i64, u64) {
        (self.first_ms, self.first_value)
    }

    pub(super) fn last(&self) -> (i64, u64) {
        (self.last_ms, self.last_value)
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
/// `UPID_USAGE_INTERLEAVED_COUNTER`, fragments before `sealed_before_ms` are `UPID_USAGE_SEALED_RANGE`.
pub(super) fn merge(
    a: &[Fragment],
    b: &[Fragment],
    sealed_before_ms: i64,
) -> Result<Vec<Fragment>> {
    let mut all: Vec<Fragment> = a.iter().chain(b).copied().collect();
    all.sort_by_key(|f| (f.first_ms, f.last_ms));
    for pair in all.windows(2) {
        if pair[1].first_ms <= pair[0].last_ms {
            let kind = if pair[1].first_ms < sealed_before_ms {
                ErrorKind::UsageSealedRange
            } else {
                ErrorKind::UsageInterleavedCounter
            };
            let range = |f: &Fragment| format!("[{}, {}]", f.first_ms, f.last_ms);
            return Err(Error::new(
                kind,
                format!("counter parts {} and {} ms overlap", range(&pair[0]), range(&pair[1])),
            )
            .hint("partition counters by series or by time range, and merge each part once"));
        }
    }
    Ok(all)
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
    fn rates_round_half_to_even_and_never_overflow() {
        let rule = Increase { max_gap_ms: 300_000, total: false };
        assert_eq!(rule.sample((0, 0), (2000, 5)), Some((2, false)));
        assert_eq!(rule.sample((0, 0), (2000, 7)), Some((4, false)));
        assert_eq!(rule.sample((0, 0), (1, MAX_QUANTA)), Some((MAX_QUANTA, false)));
    }
}
