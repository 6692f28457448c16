//! What one pass over a slice can tell of its order: how many values lie below, and which between.
#![allow(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "only what is inlined gets the instructions of the arm; `&` has no branch"
)]

use fearless_simd::{Simd, SimdBase, SimdMask};

use super::sample::Sample;

/// Least and greatest value and the number that are not NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent<F> {
    pub(crate) min: F,
    pub(crate) max: F,
    pub(crate) count: usize,
}

/// Least and greatest value, and how many are not NaN.
#[inline(always)]
pub(crate) fn extent_of<F: Sample>(values: &[F]) -> Extent<F> {
    const LANES: usize = 32;
    let mut min = [F::INFINITY; LANES];
    let mut max = [F::NEG_INFINITY; LANES];
    let mut missing = [F::Mask::default(); LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for lane in 0..LANES {
            let v = chunk[lane];
            // A comparison with NaN is false: NaN never replaces.
            min[lane] = if v < min[lane] { v } else { min[lane] };
            max[lane] = if v > max[lane] { v } else { max[lane] };
            missing[lane] = missing[lane] | v.missing();
        }
    }
    for (lane, &v) in rest.iter().enumerate() {
        min[lane] = if v < min[lane] { v } else { min[lane] };
        max[lane] = if v > max[lane] { v } else { max[lane] };
        missing[lane] = missing[lane] | v.missing();
    }
    let mut extent = Extent { min: min[0], max: max[0], count: values.len() };
    for lane in 1..LANES {
        extent.min = if min[lane] < extent.min { min[lane] } else { extent.min };
        extent.max = if max[lane] > extent.max { max[lane] } else { extent.max };
    }
    if missing.iter().any(|m| *m != F::Mask::default()) {
        extent.count = count(values, |v| !v.is_nan());
    }
    extent
}

/// How many values pass the test.
#[inline(always)]
pub(crate) fn count<F: Sample>(values: &[F], test: impl Fn(F) -> bool) -> usize {
    let mut total = 0;
    // Blocks keep the count, as wide as a value so that lanes stay lanes, from overflowing.
    for block in values.chunks(1 << 30) {
        let mut passed = F::Mask::default();
        for v in block {
            passed = passed + F::bit(test(*v), 0);
        }
        total += F::low_bits(passed) as usize;
    }
    total
}

/// Copies the values of `first..=last` to the front of `gathered`, in their order. Gives how many, and how many are
/// below.
#[inline(always)]
pub(super) fn gather<F: Sample, S: Simd>(
    simd: S,
    values: &[F],
    first: F,
    last: F,
    gathered: &mut Vec<F>,
) -> (usize, usize) {
    let lanes = <F::Vector<S>>::LEN;
    // Room for the last store, which writes whole vectors.
    gathered.resize(gathered.len().max(values.len() + lanes), F::default());
    let (from, to) = (F::Vector::splat(simd, first), F::Vector::splat(simd, last));
    let (mut at, mut upto) = (0, 0);
    let rest;
    if size_of::<F>() * lanes > 16 {
        let vectors = values.chunks_exact(lanes);
        rest = vectors.remainder();
        for vector in vectors {
            let v = F::Vector::from_slice(simd, vector);
            let low = v.simd_le(to);
            let inside = v.simd_ge(from) & low;
            upto += low.to_bitmask().count_ones() as usize;
            v.compress(inside).store_slice(&mut gathered[at..at + lanes]);
            at += inside.to_bitmask().count_ones() as usize;
        }
    } else {
        // Vectors of 128 bits have no instruction that moves chosen lanes together: from bit to bit.
        let words = values.chunks_exact(64);
        rest = words.remainder();
        for word in words {
            let (mut low, mut inside) = (0, 0);
            for (i, vector) in word.chunks_exact(lanes).enumerate() {
                let v = F::Vector::from_slice(simd, vector);
                let below = v.simd_le(to);
                low |= below.to_bitmask() << (i * lanes);
                inside |= (v.simd_ge(from) & below).to_bitmask() << (i * lanes);
            }
            upto += low.count_ones() as usize;
            while inside != 0 {
                gathered[at] = word[inside.trailing_zeros() as usize % 64];
                at += 1;
                inside &= inside - 1;
            }
        }
    }
    for &v in rest {
        upto += usize::from(v <= last);
        gathered[at] = v;
        at += usize::from((v >= first) & (v <= last));
    }
    (at, upto - at)
}
