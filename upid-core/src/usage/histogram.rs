//! Log-linear integer histogram: the top eight significant bits of the value, no logarithm, no floating point.

use crate::error::{Error, ErrorKind, Result};
use crate::stats::nearest_rank;

/// The largest bucket index, that of `u64::MAX`.
pub const MAX_BUCKET: u16 = 7423;
/// Number of buckets.
pub(super) const BUCKETS: usize = MAX_BUCKET as usize + 1;

/// The bucket of a value: 128 sub-buckets per power of two (usage.md §4).
pub fn bucket_index(quanta: u64) -> u16 {
    if quanta < 128 {
        return quanta as u16;
    }
    let shift = quanta.ilog2() - 7;
    (128 * shift) as u16 + (quanta >> shift) as u16
}

/// Shift of a bucket's width; buckets below 256 are one wide.
fn shift(index: u16) -> u32 {
    u32::from(index.min(MAX_BUCKET) / 128).saturating_sub(1)
}

/// The smallest value of a bucket.
pub fn bucket_low(index: u16) -> u64 {
    let shift = shift(index);
    (u64::from(index.min(MAX_BUCKET)) - 128 * u64::from(shift)) << shift
}

/// How many values a bucket holds.
pub fn bucket_width(index: u16) -> u64 {
    1 << shift(index)
}

/// The middle of a bucket: a half-integer.
pub fn bucket_middle(index: u16) -> f64 {
    bucket_low(index) as f64 + (bucket_width(index) - 1) as f64 / 2.0
}

/// Counts per bucket, sparse, in ascending order of the index, no count 0.
///
/// A bucket takes four bytes. A count that does not fit in two stands in `large`, which a day of one series needs only
/// when it is sampled more often than every second.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Histogram {
    /// Index, and the count or `LARGE`.
    buckets: Vec<(u16, u16)>,
    /// The counts of the buckets marked `LARGE`, in their order, each at least `LARGE`.
    large: Vec<u64>,
}

/// Marks a bucket whose count stands in `large`.
const LARGE: u16 = u16::MAX;

/// A nearest-rank quantile in quanta with the edges of its bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct QuantileQuanta {
    pub(super) value: f64,
    pub(super) lower: u64,
    pub(super) upper: u64,
}

impl Histogram {
    pub(super) fn with_capacity(buckets: usize) -> Self {
        Self { buckets: Vec::with_capacity(buckets), large: Vec::new() }
    }

    /// Adds a bucket above all others; the count is not 0.
    #[inline]
    pub(super) fn push(&mut self, index: u16, count: u64) {
        let small = u16::try_from(count).unwrap_or(LARGE);
        self.buckets.push((index, small));
        if small == LARGE {
            self.large.push(count);
        }
    }

    /// Index and count of every bucket, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        let mut large = self.large.iter();
        self.buckets.iter().map(move |(index, count)| match *count {
            LARGE => (*index, large.next().copied().unwrap_or_default()),
            count => (*index, u64::from(count)),
        })
    }

    /// How many buckets.
    pub(super) fn len(&self) -> usize {
        self.buckets.len()
    }

    /// First and last index.
    pub(super) fn edges(&self) -> Option<(u16, u16)> {
        Some((self.buckets.first()?.0, self.buckets.last()?.0))
    }

    /// How many values.
    pub(super) fn total(&self) -> u64 {
        self.iter().map(|b| b.1).sum()
    }

    /// Adds another histogram: a merge of two sorted lists.
    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        let small = self.large.is_empty() && other.large.is_empty();
        let merged = if small { merge_small(&self.buckets, &other.buckets) } else { None };
        *self = match merged {
            Some(buckets) => Self { buckets, large: Vec::new() },
            None => self.merge_large(other)?,
        };
        Ok(())
    }

    fn merge_large(&self, other: &Self) -> Result<Self> {
        let mut all = Self::with_capacity(self.len() + other.len());
        let (mut a, mut b) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let (index, count) = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.0 == y.0 => {
                    let sum = (x.0, x.1.checked_add(y.1).ok_or_else(overflow)?);
                    a.next();
                    b.next();
                    sum
                }
                (Some(x), Some(y)) if x.0 > y.0 => b.next().unwrap_or_default(),
                (None, None) => break,
                (None, _) => b.next().unwrap_or_default(),
                _ => a.next().unwrap_or_default(),
            };
            all.push(index, count);
        }
        Ok(all)
    }

    /// The nearest-rank quantile, clamped to the exact minimum and maximum; `None` if empty.
    pub(super) fn quantile(&self, q: f64, min: u64, max: u64) -> Option<QuantileQuanta> {
        let n = self.total();
        let rank = nearest_rank(q, n);
        let exact = |v: u64| Some(QuantileQuanta { value: v as f64, lower: v, upper: v });
        match rank {
            _ if n == 0 => return None,
            1 => return exact(min),
            r if r == n => return exact(max),
            _ => {}
        }
        let mut below = 0;
        let (index, _) = self.iter().find(|(_, count)| {
            below += count;
            below >= rank
        })?;
        let low = bucket_low(index);
        Some(QuantileQuanta {
            value: bucket_middle(index).clamp(min as f64, max as f64),
            lower: low.clamp(min, max),
            upper: (low + (bucket_width(index) - 1)).clamp(min, max),
        })
    }
}

/// Merges two lists without a branch that depends on the data; `None` if a sum needs more than two bytes.
fn merge_small(a: &[(u16, u16)], b: &[(u16, u16)]) -> Option<Vec<(u16, u16)>> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j, mut largest) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let (from_a, from_b) = (x.0 <= y.0, y.0 <= x.0);
        let count = u32::from(x.1) * u32::from(from_a) + u32::from(y.1) * u32::from(from_b);
        largest = count.max(largest);
        all.push((x.0.min(y.0), count as u16));
        i += usize::from(from_a);
        j += usize::from(from_b);
    }
    all.extend_from_slice(a.get(i..).unwrap_or_default());
    all.extend_from_slice(b.get(j..).unwrap_or_default());
    all.shrink_to_fit();
    (largest < u32::from(LARGE)).then_some(all)
}

pub(super) fn overflow() -> Error {
    Error::new(ErrorKind::Overflow, "a count of the summary exceeds its integer type")
        .hint("the parts hold more samples than any cluster produces; check for repeated merges")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of usage.md §4.
    #[test]
    fn published_buckets() {
        for (q, index, low, width, middle) in [
            (127, 127, 127, 1, 127.0),
            (256, 256, 256, 2, 256.5),
            (1000, 506, 1000, 4, 1001.5),
            (250_000, 1524, 249_856, 1024, 250_367.5),
            (314_572_800, 2838, 314_572_800, 2_097_152, 315_621_375.5),
            (1 << 30, 3072, 1 << 30, 1 << 23, 1_077_936_127.5),
        ] {
            assert_eq!(bucket_index(q), index, "{q}");
            assert_eq!((bucket_low(index), bucket_width(index)), (low, width), "{q}");
            assert_eq!(bucket_middle(index), middle, "{q}");
        }
        assert_eq!(bucket_index(u64::MAX), MAX_BUCKET);
        assert_eq!(bucket_low(MAX_BUCKET) + (bucket_width(MAX_BUCKET) - 1), u64::MAX);
    }

    /// Buckets tile the integers: the guarantee holds at every edge, so it holds everywhere.
    #[test]
    fn buckets_tile_and_keep_their_error() {
        for index in 0..MAX_BUCKET {
            assert_eq!(bucket_low(index) + bucket_width(index), bucket_low(index + 1));
            let low = bucket_low(index);
            let last = low + (bucket_width(index) - 1);
            assert_eq!((bucket_index(low), bucket_index(last)), (index, index));
            let error = (bucket_middle(index) - low as f64).max(last as f64 - bucket_middle(index));
            assert!(error <= (low as f64 / 256.0).max(0.5), "{index}");
        }
    }

    /// A million values over nine decades of cores and fifty powers of two of bytes keep the promised error, and no
    /// larger value has a smaller index (usage.md §12.1).
    #[test]
    fn log_uniform_values_keep_their_error() {
        for (low, high, per_unit) in [(1e-6_f64, 1e3_f64, 1e6), (1.0, (1u64 << 50) as f64, 1.0)] {
            let mut last = (0, 0);
            for step in 0..1_000_000 {
                let share = (f64::from(step) + 0.5) / 1e6;
                let value = low * (high / low).powf(share);
                let quanta = (value * per_unit).round_ties_even() as u64;
                let index = bucket_index(quanta);
                assert!(quanta < last.0 || index >= last.1);
                let (start, width) = (bucket_low(index), bucket_width(index));
                assert!(start <= quanta && quanta - start < width);
                let error = (bucket_middle(index) - value * per_unit).abs();
                assert!(error <= (quanta as f64 / 256.0).max(0.5), "{value}");
                last = (quanta, index);
            }
        }
    }

    fn of(counts: &[(u16, u64)]) -> Histogram {
        let mut histogram = Histogram::default();
        for (index, count) in counts {
            histogram.push(*index, *count);
        }
        histogram
    }

    #[test]
    fn merging_adds_counts() {
        let (a, b) = (of(&[(1, 1), (5, 2), (506, 1)]), of(&[(0, 1), (5, 1), (506, 1), (600, 1)]));
        let sum = of(&[(0, 1), (1, 1), (5, 3), (506, 2), (600, 1)]);
        for (mut x, y) in [(a.clone(), b.clone()), (b, a)] {
            x.merge(&y).unwrap();
            assert_eq!(x, sum);
            assert_eq!((x.total(), x.len(), x.edges()), (8, 5, Some((0, 600))));
        }
    }

    /// Counts around the two bytes that a bucket has: the same value has one form, however it came about.
    #[test]
    fn large_counts_add_like_small_ones() {
        let edge = u64::from(LARGE);
        let counts = [1, 2, edge - 2, edge - 1, edge, edge + 1, 1 << 40];
        for x in counts {
            for y in counts {
                let mut sum = of(&[(3, 7), (9, x), (12, edge)]);
                sum.merge(&of(&[(2, y), (9, y), (13, 1)])).unwrap();
                assert_eq!(sum, of(&[(2, y), (3, 7), (9, x + y), (12, edge), (13, 1)]));
                let mut small = of(&[(9, x)]);
                small.merge(&of(&[(9, y)])).unwrap();
                assert_eq!(small, of(&[(9, x + y)]));
            }
        }
        let error = of(&[(1, u64::MAX)]).merge(&of(&[(1, 1)])).unwrap_err();
        assert_eq!(error.code(), "UPID_OVERFLOW");
    }
}
