//! A dense table of counts per bucket, gathered into a sparse histogram once per day.

use std::cell::Cell;

use super::histogram::{BUCKETS, Histogram, bucket_index};

/// Buckets that are gathered together: as many as a mask has bits.
const GROUP: usize = 32;

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
        let first = usize::from(bucket_index(min)) / GROUP * GROUP;
        let end = usize::from(bucket_index(max)) / GROUP * GROUP + GROUP;
        let counts = self.0.get_mut(first..end).unwrap_or_default();
        let used: u32 = counts.iter().map(|count| u32::from(*count > 0)).sum();
        let mut histogram = Histogram::with_capacity(used as usize);
        for (at, group) in (first..).step_by(GROUP).zip(counts.chunks_exact_mut(GROUP)) {
            let bits = group.iter().enumerate();
            let mut used = bits.fold(0u32, |used, (bit, n)| used | u32::from(*n > 0) << bit);
            while used != 0 {
                let bit = used.trailing_zeros() as usize;
                histogram.push((at + bit) as u16, u64::from(std::mem::take(&mut group[bit])));
                used &= used - 1;
            }
        }
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
            for value in values {
                *counts.entry(bucket_index(*value)).or_insert(0) += 1;
            }
            assert_eq!(found, counts.into_iter().collect::<Vec<_>>());
            assert!(dense.0.iter().all(|count| *count == 0));
        }
        dense.leave();
        assert!(Dense::new().0.iter().all(|count| *count == 0));
    }
}
