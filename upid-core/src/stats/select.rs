//! Order statistics of a slice without sorting it.
//!
//! A small sample says between which two values a wanted rank lies, very likely. One pass gathers what lies
//! between and counts what lies below, which proves it or not. Then counting passes over what was gathered close in
//! on the rank until few values are left to sort. Every step is a comparison of whole vectors; an interval is halved
//! when guesses fail, so the bits of a float bound the rounds on any input. The result is that of a sort, to the bit.
#![allow(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "only what is inlined gets the instructions of the arm; `&` has no branch"
)]

use std::ops::Range;

use fearless_simd::{Simd, dispatch};

use super::arm::Arm;
use super::sample::Sample;
use super::scan::{Extent, count, gather};

/// Values of the sample.
const SAMPLE: usize = 160;
/// Up to here the counting passes are as cheap as a sample.
const SMALL: usize = 1024;
/// Values that are sorted.
const FEW: usize = 32;
/// The same at the ends of a bracket.
const SLACK: usize = 6;
/// Guesses by interpolation, before the interval is halved.
const GUESSES: usize = 8;
/// Half the width of a bracket in standard deviations of the sample's rank.
const WIDTH: f64 = 2.0;

/// Reusable memory: no allocation per series once it has grown.
#[derive(Debug)]
pub(crate) struct Selector<F: Sample> {
    arm: Arm,
    sample: Vec<F>,
    gathered: Vec<F>,
    few: Vec<F>,
    keys: Vec<F::Key>,
}

/// Values at or below a key.
#[derive(Debug, Clone, Copy)]
struct Fence<K> {
    key: K,
    count: usize,
}

impl<F: Sample> Selector<F> {
    pub(crate) fn new(arm: Arm) -> Self {
        Self { arm, sample: Vec::new(), gathered: Vec::new(), few: Vec::new(), keys: Vec::new() }
    }

    /// The values of ascending `ranks` (from 0, below `extent.count`) among those that are not NaN.
    pub(crate) fn select(
        &mut self,
        values: &[F],
        extent: Extent<F>,
        ranks: &[usize],
        out: &mut [F],
    ) {
        if extent.min == extent.max {
            out.fill(extent.min);
        } else {
            dispatch!(self.arm.level(), simd => self.brackets(simd, values, extent, ranks, out));
        }
        if out.contains(&F::default()) {
            self.arm.run(
                #[inline(always)]
                || sign_zeros(values, ranks, out),
            );
        }
    }

    /// Selects ranks that share a bracket together.
    #[inline(always)]
    fn brackets<S: Simd>(
        &mut self,
        simd: S,
        values: &[F],
        extent: Extent<F>,
        ranks: &[usize],
        out: &mut [F],
    ) {
        self.sample.clear();
        if values.len() > SMALL {
            // An odd step does not fall in with minutes, hours or days.
            let step = (values.len() / SAMPLE) | 1;
            self.sample.extend(values.chunks(step).map(|chunk| chunk[0]));
        }
        let size = count(&self.sample, |v| !v.is_nan());
        let places = |rank: usize| places(rank as f64 / extent.count as f64, size);
        let mut next = 0;
        while next < ranks.len() {
            let mut own = places(ranks[next]);
            let first = next;
            next += 1;
            while let Some(more) = ranks.get(next).map(|rank| places(*rank))
                && more.start <= own.end
            {
                own.end = more.end;
                next += 1;
            }
            let ends = self.ends(extent, size, own);
            self.bracket(simd, values, extent, ends, &ranks[first..next], &mut out[first..next]);
        }
    }

    /// Values at the places of the sorted sample, or a little outside.
    #[inline(always)]
    fn ends(&self, extent: Extent<F>, size: usize, places: Range<usize>) -> (F, F) {
        let bottom = Fence { key: F::below(extent.min.key()), count: 0 };
        let top = Fence { key: extent.max.key(), count: size };
        let (mut from, mut to) = (extent.min, extent.max);
        if places.start > 0 {
            let (low, _) = close_in(&self.sample, 0, bottom, top, places.start, SLACK);
            from = F::from_key(F::above(low.key, 1));
        }
        if places.end < size {
            let (_, high) = close_in(&self.sample, 0, bottom, top, places.end, SLACK);
            to = F::from_key(high.key);
        }
        (from, to)
    }

    /// Selects ranks whose values are expected from `from` to `to`; among all values if one is elsewhere.
    #[inline(always)]
    fn bracket<S: Simd>(
        &mut self,
        simd: S,
        values: &[F],
        extent: Extent<F>,
        (from, to): (F, F),
        ranks: &[usize],
        out: &mut [F],
    ) {
        if from == to {
            // A value that is frequent.
            let held = count(values, |v| v < from)..count(values, |v| v <= from);
            if ranks.iter().all(|rank| held.contains(rank)) {
                out.fill(from);
                return;
            }
        }
        let mut below = 0;
        let mut part = values;
        let (mut first, mut last, mut size) = (extent.min, extent.max, extent.count);
        if (extent.min, extent.max) != (from, to) {
            let (inside, under) = gather(simd, values, from, to, &mut self.gathered);
            let held = under..under + inside;
            if ranks.iter().all(|rank| held.contains(rank)) {
                part = &self.gathered[..inside];
                (below, first, last, size) = (under, from, to, inside);
            }
        }
        let top = Fence { key: last.key(), count: below + size };
        let mut low = Fence { key: F::below(first.key()), count: below };
        let mut next = 0;
        while let Some(&rank) = ranks.get(next) {
            let (fence, high) = close_in(part, below, low, top, rank, FEW);
            let covered = ranks[next..].iter().take_while(|rank| **rank < high.count).count();
            let out = &mut out[next..next + covered];
            if F::gap(fence.key, high.key) == 1 {
                out.fill(F::from_key(high.key));
            } else {
                let (from, to) = (F::from_key(F::above(fence.key, 1)), F::from_key(high.key));
                let (inside, _) = gather(simd, part, from, to, &mut self.few);
                self.keys.clear();
                self.keys.extend(self.few[..inside].iter().map(|v| v.key()));
                self.keys.sort_unstable();
                for (out, rank) in out.iter_mut().zip(&ranks[next..]) {
                    *out = F::from_key(self.keys[rank - fence.count]);
                }
            }
            low = high;
            next += covered;
        }
    }
}

/// Narrows the interval that holds a rank until at most `few` values are in it, or equal ones. `below` values are
/// not in the part.
#[inline(always)]
fn close_in<F: Sample>(
    part: &[F],
    below: usize,
    mut low: Fence<F::Key>,
    mut high: Fence<F::Key>,
    rank: usize,
    few: usize,
) -> (Fence<F::Key>, Fence<F::Key>) {
    for round in 0.. {
        let (gap, held) = (F::gap(low.key, high.key), high.count - low.count);
        if gap == 1 || held <= few {
            break;
        }
        // Aim beyond the rank, from the side where more is left to cut off.
        let (left, right) = (rank - low.count, high.count - rank);
        let aim = if right > left { left + few / 3 } else { left - few / 3 };
        let guess = (gap as f64 * (aim as f64 / held as f64)) as u64;
        let step = if round < GUESSES { guess.clamp(1, gap - 1) } else { gap / 2 };
        let key = F::above(low.key, step);
        let pivot = F::from_key(key);
        let count = below + count(part, |v| v <= pivot);
        *(if count > rank { &mut high } else { &mut low }) = Fence { key, count };
    }
    (low, high)
}

/// The places in a sorted sample of `size` between which the value of a rank lies, very likely.
#[inline(always)]
fn places(share: f64, size: usize) -> Range<usize> {
    let at = share * size as f64;
    let spread = WIDTH * (at * (1.0 - share)).sqrt();
    (at - spread) as usize..(at + spread) as usize + 1
}

/// Gives zeros the sign that a sort would: −0 before 0, which compare as equal.
#[inline(always)]
fn sign_zeros<F: Sample>(values: &[F], ranks: &[usize], out: &mut [F]) {
    let zero = F::default();
    let negative = count(values, |v| v.is_negative() & (v <= zero));
    for (out, rank) in out.iter_mut().zip(ranks) {
        if *out == zero {
            *out = if *rank < negative { F::NEG_ZERO } else { zero };
        }
    }
}
