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
    const LANES: usize = 32;
    let one = |v: F| F::bit(test(v), 0);
    // Blocks keep the lanes, as wide as the values, from overflowing.
    let of_block = |block: &[F]| {
        let mut lanes = [F::Mask::default(); LANES];
        let chunks = block.chunks_exact(LANES);
        let rest = chunks.remainder().iter().map(|v| F::low_bits(one(*v))).sum::<u64>();
        for chunk in chunks {
            for lane in 0..LANES {
                lanes[lane] = lanes[lane] + one(chunk[lane]);
            }
        }
        lanes.into_iter().map(F::low_bits).sum::<u64>() + rest
    };
    values.chunks(1 << 30).map(of_block).sum::<u64>() as usize
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
    let (mut at, mut below) = (0, 0);
    let mut rest = values;
    // Vectors of 128 bits have no instruction that moves chosen lanes together.
    if size_of::<F>() * lanes > 16 {
        let (from, to) = (F::Vector::splat(simd, first), F::Vector::splat(simd, last));
        let vectors = values.chunks_exact(lanes);
        rest = vectors.remainder();
        for vector in vectors {
            let v = F::Vector::from_slice(simd, vector);
            below += v.simd_lt(from).to_bitmask().count_ones() as usize;
            let inside = v.simd_ge(from) & v.simd_le(to);
            v.compress(inside).store_slice(&mut gathered[at..at + lanes]);
            at += inside.to_bitmask().count_ones() as usize;
        }
    }
    for &v in rest {
        below += usize::from(v < first);
        gathered[at] = v;
        at += usize::from((v >= first) & (v <= last));
    }
    (at, below)
}
