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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Histogram {
    pub(super) buckets: Vec<(u16, u64)>,
}

/// A nearest-rank quantile in quanta with the edges of its bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct QuantileQuanta {
    pub(super) value: f64,
    pub(super) lower: u64,
    pub(super) upper: u64,
}

impl Histogram {
    /// How many values.
    pub(super) fn total(&self) -> u64 {
        self.buckets.iter().map(|b| b.1).sum()
    }

    /// Adds one value.
    pub(super) fn insert(&mut self, quanta: u64) -> Result<()> {
        self.add_bucket(bucket_index(quanta), 1)
    }

    fn add_bucket(&mut self, index: u16, count: u64) -> Result<()> {
        match self.buckets.binary_search_by_key(&index, |b| b.0) {
            Ok(at) => {
                self.buckets[at].1 = self.buckets[at].1.checked_add(count).ok_or_else(overflow)?;
            }
            Err(at) => self.buckets.insert(at, (index, count)),
        }
        Ok(())
    }

    /// Adds another histogram: a merge of two sorted lists.
    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        let mine = std::mem::take(&mut self.buckets);
        self.buckets.reserve(mine.len().max(other.buckets.len()));
        let (mut a, mut b) =
            (mine.into_iter().peekable(), other.buckets.iter().copied().peekable());
        loop {
            let next = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.0 == y.0 => {
                    let sum = x.1.checked_add(y.1).ok_or_else(overflow)?;
                    let index = x.0;
                    a.next();
                    b.next();
                    (index, sum)
                }
                (Some(x), Some(y)) => {
                    let first = if x.0 < y.0 { a.next() } else { b.next() };
                    let Some(bucket) = first else { break };
                    bucket
                }
                _ => break,
            };
            self.buckets.push(next);
        }
        self.buckets.extend(a);
        self.buckets.extend(b);
        Ok(())
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
        let (index, _) = self.buckets.iter().find(|(_, count)| {
            below += count;
            below >= rank
        })?;
        let low = bucket_low(*index);
        Some(QuantileQuanta {
            value: bucket_middle(*index).clamp(min as f64, max as f64),
            lower: low.clamp(min, max),
            upper: (low + (bucket_width(*index) - 1)).clamp(min, max),
        })
    }
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

    /// The index is the top bits of the IEEE-754 form (usage.md §4), which the fast pass may use.
    #[test]
    fn the_float_form_agrees() {
        for exponent in 7..53u32 {
            for q in [1u64 << exponent, (1 << exponent) + 1, (1 << (exponent + 1)) - 1] {
                assert_eq!(
                    ((q as f64).to_bits() >> 45) - 131_712,
                    u64::from(bucket_index(q)),
                    "{q}"
                );
            }
        }
    }

    #[test]
    fn merging_adds_counts() {
        let (mut a, mut b) = (Histogram::default(), Histogram::default());
        for q in [1, 5, 5, 1000] {
            a.insert(q).unwrap();
        }
        for q in [0, 5, 2000, 1001] {
            b.insert(q).unwrap();
        }
        let mut both = b.clone();
        both.merge(&a).unwrap();
        a.merge(&b).unwrap();
        assert_eq!(a, both);
        assert_eq!(a.buckets, [(0, 1), (1, 1), (5, 3), (506, 2), (bucket_index(2000), 1)]);
        assert_eq!(
            Histogram { buckets: vec![(1, u64::MAX)] }.merge(&a).unwrap_err().code(),
            "UPID_OVERFLOW"
        );
    }
}
