//! Order statistics of a slice without sorting it.
//!
//! Floats are read as integers in their order. One pass finds the least and greatest value, a second counts the
//! values into up to 2,048 equal ranges of those integers, a third gathers the few ranges that hold a wanted rank.
//! What was gathered is small and sorted, or crowded and treated the same way again, with a range at least 127 times
//! narrower. So the result is that of a sort, to the bit, and the time is linear for every input.
#![allow(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "only what is inlined gets the instructions of the arm; `&` has no branch"
)]

use super::arm::Arm;
use super::sample::Sample;

/// Most ranges of a histogram. The last one is kept free for NaN.
const BUCKETS: usize = 2048;
/// Up to here a sort is faster.
const SMALL: usize = 96;
/// 64 bits of key at 7 bits a level, and one to sort in.
const LEVELS: usize = 11;
/// Ranges that are skipped together.
const STRIDE: usize = 64;
/// Increments of one table before it may overflow; four tables take turns.
const BLOCK: usize = 4 * u16::MAX as usize;
/// Sparse parts that are gathered in one pass.
const AT_ONCE: usize = 4;
/// Samples that are tested together for a hit.
const GROUP: usize = 16;
/// Samples whose ranges are computed before they are counted.
const STAGE: usize = 128;

/// Reusable memory: no allocation per series once it has grown.
#[derive(Debug)]
pub(crate) struct Selector<F> {
    counts: Counts,
    levels: [Level<F>; LEVELS],
}

/// What one depth keeps: the ranges with wanted ranks, and the values in them.
#[derive(Debug, Default)]
struct Level<F> {
    parts: Vec<Part>,
    gathered: Vec<F>,
}

/// Four tables that take turns, so that equal neighbours do not wait for each other's store, and their sum.
#[derive(Debug)]
struct Counts {
    arm: Arm,
    tables: Vec<[u16; BUCKETS]>,
    totals: Vec<u32>,
}

/// A histogram range that holds wanted ranks.
#[derive(Debug, Clone, Copy)]
struct Part {
    bucket: usize,
    /// Values in lower ranges.
    before: usize,
    count: usize,
    /// Which of the wanted ranks: `first..last`.
    first: usize,
    last: usize,
    /// Where its values lie among the gathered.
    start: usize,
}

/// Least and greatest value and the number that are not NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent<F> {
    pub(crate) min: F,
    pub(crate) max: F,
    pub(crate) count: usize,
}

impl<F: Sample> Selector<F> {
    pub(crate) fn new(arm: Arm) -> Self {
        let counts = Counts { arm, tables: Vec::new(), totals: Vec::new() };
        Self { counts, levels: std::array::from_fn(|_| Level::default()) }
    }

    /// The values of ascending `ranks` (from 0, below `extent.count`) among those that are not NaN.
    pub(crate) fn select(
        &mut self,
        values: &[F],
        extent: Extent<F>,
        ranks: &[usize],
        out: &mut [F],
    ) {
        descend(values, extent, 0, ranks, out, &mut self.counts, &mut self.levels);
    }
}

/// Selects among the values whose ranks start at `base`.
fn descend<F: Sample>(
    values: &[F],
    extent: Extent<F>,
    base: usize,
    ranks: &[usize],
    out: &mut [F],
    counts: &mut Counts,
    levels: &mut [Level<F>],
) {
    let Some((Level { parts, gathered }, levels)) = levels.split_first_mut() else { return };
    let arm = counts.arm;
    // Zeros of both signs are equal as floats and neighbours as keys.
    let low = if extent.min == F::default() {
        F::from_key(F::above(F::default().key(), u64::MAX))
    } else {
        extent.min
    };
    let high = if extent.max == F::default() { F::default() } else { extent.max };
    let (low, high) = (low.key(), high.key());
    if low == high {
        out.fill(F::from_key(low));
        return;
    }
    if extent.count <= SMALL || levels.is_empty() {
        gathered.clear();
        gathered.extend(values.iter().filter(|v| !v.is_nan()));
        sort_into(gathered, base, ranks, out);
        return;
    }
    let shift = shift(F::range(low, high), extent.count);
    arm.run(
        #[inline(always)]
        || {
            // Whole strides, for `plan`.
            let used = ((F::range(low, high) >> shift) as usize + 1).next_multiple_of(STRIDE);
            if low < F::default().key() {
                counts.fill::<true, F>(values, low, shift, used);
            } else {
                counts.fill::<false, F>(values, low, shift, used);
            }
            plan(&counts.totals[..used], base, ranks, parts);
            if shift > 0 {
                gather(values, low, high, shift, extent.count, parts, gathered);
            }
        },
    );
    for part in parts.iter() {
        let (ranks, out) = (&ranks[part.first..part.last], &mut out[part.first..part.last]);
        if shift == 0 {
            out.fill(F::from_key(F::above(low, part.bucket as u64)));
            continue;
        }
        let own = &mut gathered[part.start..part.start + part.count];
        let base = base + part.before;
        if own.len() <= SMALL {
            sort_into(own, base, ranks, out);
        } else {
            let extent = arm.run(
                #[inline(always)]
                || extent_of(own),
            );
            descend(own, extent, base, ranks, out, counts, levels);
        }
    }
}

/// Sorts `values`, the ones from rank `base` on, and reads the ranks off.
fn sort_into<F: Sample>(values: &mut [F], base: usize, ranks: &[usize], out: &mut [F]) {
    values.sort_unstable_by_key(|v| v.key());
    for (out, rank) in out.iter_mut().zip(ranks) {
        *out = values[rank - base];
    }
}

/// The least shift that leaves the last range free: fewer ranges for fewer values, so that reading them is cheap.
fn shift(range: u64, count: usize) -> u32 {
    let buckets = (count / 2).next_power_of_two().clamp(128, BUCKETS) as u64;
    let shift = (u64::BITS - range.leading_zeros()).saturating_sub(buckets.trailing_zeros());
    shift + u32::from(range >> shift > buckets - 2)
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
        extent.count = observed(values);
    }
    extent
}

/// How many values are not NaN.
#[inline(always)]
pub(crate) fn observed<F: Sample>(values: &[F]) -> usize {
    // Blocks of 32-bit counts keep the lanes as wide as the values.
    values
        .chunks(1 << 20)
        .map(|b| b.iter().map(|v| u32::from(!v.is_nan())).sum::<u32>() as usize)
        .sum()
}

impl Counts {
    /// Counts `values` into `used` ranges; the tables are all zero before and after.
    #[inline(always)]
    fn fill<const SIGNED: bool, F: Sample>(
        &mut self,
        values: &[F],
        low: F::Key,
        shift: u32,
        used: usize,
    ) {
        self.tables.resize(4, [0; BUCKETS]);
        self.totals.resize(BUCKETS, 0);
        let Some([a, b, c, d]) = self.tables.first_chunk_mut::<4>() else { return };
        for (block, values) in values.chunks(BLOCK).enumerate() {
            // Two loops: the first has vectors, the second cannot.
            let mut at = [0; STAGE];
            for stage in values.chunks(STAGE) {
                for (at, v) in at.iter_mut().zip(stage) {
                    *at = v.bucket::<SIGNED>(low, shift);
                }
                let quads = at[..stage.len()].chunks_exact(4);
                for at in quads.remainder() {
                    a[*at as usize % BUCKETS] += 1;
                }
                for at in quads {
                    a[at[0] as usize % BUCKETS] += 1;
                    b[at[1] as usize % BUCKETS] += 1;
                    c[at[2] as usize % BUCKETS] += 1;
                    d[at[3] as usize % BUCKETS] += 1;
                }
            }
            let sum = a.iter_mut().zip(&mut *b).zip(c.iter_mut().zip(&mut *d)).take(used);
            for (total, ((a, b), (c, d))) in self.totals.iter_mut().zip(sum) {
                let take = std::mem::take::<u16>;
                let sum = u32::from(take(a))
                    + u32::from(take(b))
                    + u32::from(take(c))
                    + u32::from(take(d));
                *total = if block == 0 { sum } else { *total + sum };
            }
            for table in [&mut *a, &mut *b, &mut *c, &mut *d] {
                table[BUCKETS - 1] = 0;
            }
        }
    }
}

/// Finds the range of every rank.
#[inline(always)]
fn plan(totals: &[u32], base: usize, ranks: &[usize], parts: &mut Vec<Part>) {
    parts.clear();
    let (mut before, mut bucket, mut next) = (0_usize, 0_usize, 0_usize);
    let mut start = 0;
    while next < ranks.len() && bucket < totals.len() {
        let wanted = ranks[next] - base;
        // Skip whole strides, then step.
        if bucket % STRIDE == 0 {
            let stride: u32 = totals[bucket..bucket + STRIDE].iter().sum();
            if before + stride as usize <= wanted {
                before += stride as usize;
                bucket += STRIDE;
                continue;
            }
        }
        let count = totals[bucket] as usize;
        if before + count > wanted {
            let first = next;
            while next < ranks.len() && ranks[next] - base < before + count {
                next += 1;
            }
            parts.push(Part { bucket, before, count, first, last: next, start });
            start += count;
        }
        before += count;
        bucket += 1;
    }
}

/// Copies the values of each part to its place.
#[inline(always)]
fn gather<F: Sample>(
    values: &[F],
    low: F::Key,
    high: F::Key,
    shift: u32,
    count: usize,
    parts: &[Part],
    gathered: &mut Vec<F>,
) {
    let total: usize = parts.iter().map(|p| p.count).sum();
    // One more, because a crowded part writes every value and moves on only after its own.
    gathered.resize(total + 1, F::default());
    let range = F::range(low, high);
    let ends = |part: &Part| {
        // As offsets, which do not overflow where keys would.
        let first = (part.bucket as u64) << shift;
        let last = (first | ((1 << shift) - 1)).min(range);
        (F::above(low, first), F::above(low, last))
    };
    let mut sparse = [Sparse::none(low); AT_ONCE];
    let mut used = 0;
    for part in parts {
        let (first, last) = ends(part);
        if part.count > count / 16 {
            let mut at = part.start;
            for &v in values {
                gathered[at] = v;
                let key = v.key();
                at += usize::from((first <= key) & (key <= last));
            }
            continue;
        }
        sparse[used] =
            Sparse { first, last, from: F::from_key(first), to: F::from_key(last), at: part.start };
        used += 1;
        if used == AT_ONCE {
            gather_sparse(values, &mut sparse, gathered);
            (sparse, used) = ([Sparse::none(low); AT_ONCE], 0);
        }
    }
    if used > 0 {
        gather_sparse(values, &mut sparse, gathered);
    }
}

/// Gathers parts with few values: most groups hold none of them.
#[inline(always)]
fn gather_sparse<F: Sample>(values: &[F], parts: &mut [Sparse<F>; AT_ONCE], gathered: &mut [F]) {
    let ends = parts.map(|part| (part.from, part.to));
    let groups = values.chunks_exact(GROUP);
    let rest = groups.remainder();
    for group in groups {
        let mut inside = [F::Mask::default(); GROUP];
        for (inside, v) in inside.iter_mut().zip(group) {
            for (from, to) in ends {
                *inside = *inside | v.inside(from, to);
            }
        }
        // Floats have one zero, keys two: this may say yes too often, never too rarely.
        if inside.iter().fold(F::Mask::default(), |any, one| any | *one) == F::Mask::default() {
            continue;
        }
        for (&v, inside) in group.iter().zip(inside) {
            if inside != F::Mask::default() {
                put(v, parts, gathered);
            }
        }
    }
    for &v in rest {
        put(v, parts, gathered);
    }
}

/// Copies one value to the part that it belongs to, if any.
#[inline(always)]
fn put<F: Sample>(v: F, parts: &mut [Sparse<F>], gathered: &mut [F]) {
    let key = v.key();
    if let Some(part) = parts.iter_mut().find(|part| part.first <= key && key <= part.last) {
        gathered[part.at] = v;
        part.at += 1;
    }
}

/// A part with few values, with its ends as keys and as floats.
#[derive(Clone, Copy)]
struct Sparse<F: Sample> {
    first: F::Key,
    last: F::Key,
    from: F,
    to: F,
    at: usize,
}

impl<F: Sample> Sparse<F> {
    /// Holds nothing: starts above its end.
    fn none(key: F::Key) -> Self {
        let above = F::above(key, 1);
        Self {
            first: above.max(key),
            last: above.min(key),
            from: F::INFINITY,
            to: F::NEG_INFINITY,
            at: 0,
        }
    }
}
