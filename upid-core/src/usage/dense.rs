//! A dense table of counts per bucket, gathered into a sparse histogram once per day.

use std::cell::Cell;

use super::histogram::{BUCKETS, Histogram, bucket_index};

/// Buckets that are gathered together: what the processor compares in a few instructions.
const GROUP: usize = 16;

thread_local! {
    /// An all-zero table that waits for the next series of this thread, so that no series pays for clearing one.
    static SPARE: Cell<Option<Box<[u32]>>> = const { Cell::new(None) };
}

/// Counts per bucket.
pub(super) struct Dense(Box<[u32]>);

impl Dense {
    pub(super) fn new() -> Self {
        Self(SPARE.take().unwrap_or_else(|| vec![0; BUCKETS].into_boxed_slice()))
    }

    /// Counts values of at most `MAX_QUANTA`.
    #[inline]
    pub(super) fn add(&mut self, quanta: &[u64]) {
        for &value in quanta {
            // A day has fewer than 2^32 milliseconds, so a cell cannot overflow.
            if let Some(count) = self.0.get_mut(float_index(value)) {
                *count += 1;
            }
        }
    }

    /// The histogram of what was counted, all of it between `min` and `max`; clears the table.
    pub(super) fn take(&mut self, min: u64, max: u64) -> Histogram {
        let first = usize::from(bucket_index(min)) / GROUP;
        let groups = usize::from(bucket_index(max)) / GROUP - first + 1;
        let groups = || self.0.chunks_exact(GROUP).enumerate().skip(first).take(groups);
        let used = groups().flat_map(|(_, counts)| counts).filter(|count| **count > 0).count();
        let mut histogram = Histogram::with_capacity(used);
        for (at, counts) in groups() {
            if counts.iter().fold(0, |any, count| any | count) == 0 {
                continue;
            }
            for (index, count) in (at * GROUP..).zip(counts).filter(|(_, count)| **count > 0) {
                histogram.push(index as u16, u64::from(*count));
            }
        }
        self.0[first * GROUP..].fill(0);
        histogram
    }

    /// Leaves the table, cleared by `take`, to the next series of this thread.
    pub(super) fn leave(self) {
        SPARE.set(Some(self.0));
    }
}

/// [`bucket_index`] off the top bits of the IEEE-754 form, for values of at most 2^53 (usage.md §4).
#[inline]
fn float_index(quanta: u64) -> usize {
    let top = (quanta as i64 as f64).to_bits() >> 45;
    if quanta < 128 { quanta as usize } else { top as usize - 131_712 }
}

const _: () = assert!(BUCKETS.is_multiple_of(GROUP));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::MAX_QUANTA;

    #[test]
    fn the_float_form_agrees() {
        for value in 0..1024 {
            assert_eq!(float_index(value), usize::from(bucket_index(value)));
        }
        for exponent in 7..53 {
            for value in [1u64 << exponent, (1 << exponent) + 1, (1 << (exponent + 1)) - 1] {
                assert_eq!(float_index(value), usize::from(bucket_index(value)), "{value}");
            }
        }
        assert_eq!(float_index(MAX_QUANTA), usize::from(bucket_index(MAX_QUANTA)));
    }

    #[test]
    fn gathering_clears_the_table() {
        let mut dense = Dense::new();
        for values in [&[5, 5, 200, 1 << 40, 127][..], &[MAX_QUANTA, 0], &[5]] {
            dense.add(values);
            let min = values.iter().min().copied().unwrap_or_default();
            let max = values.iter().max().copied().unwrap_or_default();
            let found: Vec<(u16, u64)> = dense.take(min, max).iter().collect();
            let mut counts = std::collections::BTreeMap::new();
            values.iter().for_each(|v| *counts.entry(bucket_index(*v)).or_insert(0) += 1);
            assert_eq!(found, counts.into_iter().collect::<Vec<_>>());
            assert!(dense.0.iter().all(|count| *count == 0));
        }
        dense.leave();
        assert!(Dense::new().0.iter().all(|count| *count == 0));
    }
}
