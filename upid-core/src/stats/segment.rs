//! One pass over a slice: sums of segments, and comparisons as bits.
#![allow(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "only what is inlined gets the instructions of the arm; `&` has no branch"
)]

use super::sample::Sample;

/// Accumulators of a sum. Hours of 12, 60, 120 and 240 samples are whole rounds.
const LANES: usize = 12;

/// Sum of the values that are not NaN, and their number, of each segment `bounds[k]..bounds[k + 1]`.
///
/// Value i of a segment goes to accumulator i mod 12; then (a₀+a₄)+a₈ and so on, and (b₀+b₂)+(b₁+b₃). Every arm
/// adds in this order. `complete` says that no value is NaN.
#[inline(always)]
pub(crate) fn segment_sums<F: Sample>(
    values: &[F],
    bounds: &[usize],
    complete: bool,
    sums: &mut Vec<f64>,
    counts: &mut Vec<usize>,
) {
    sums.clear();
    counts.clear();
    for (start, end) in bounds.iter().zip(bounds.iter().skip(1)) {
        let segment = values.get(*start..*end).unwrap_or_default();
        if complete {
            sums.push(sum::<true, F>(segment));
            counts.push(segment.len());
        } else {
            sums.push(sum::<false, F>(segment));
            counts.push(segment.iter().filter(|v| !v.is_nan()).count());
        }
    }
}

#[inline(always)]
fn sum<const COMPLETE: bool, F: Sample>(values: &[F]) -> f64 {
    let mut lanes = [0.0; LANES];
    let rounds = values.chunks_exact(LANES);
    let rest = rounds.remainder();
    for round in rounds {
        for (lane, v) in lanes.iter_mut().zip(round) {
            *lane += if COMPLETE || !v.is_nan() { v.to_f64() } else { 0.0 };
        }
    }
    for (lane, v) in lanes.iter_mut().zip(rest) {
        *lane += if COMPLETE || !v.is_nan() { v.to_f64() } else { 0.0 };
    }
    let mut four = [0.0; 4];
    for (i, sum) in four.iter_mut().enumerate() {
        *sum = (lanes[i] + lanes[i + 4]) + lanes[i + 8];
    }
    (four[0] + four[2]) + (four[1] + four[3])
}

/// One bit per pair of values, 64 to a word, the first in the lowest bit: whether `test` holds. Bits past the end
/// are 0.
#[inline(always)]
pub(crate) fn flags<A: Sample, B: Sample>(
    left: &[A],
    right: &[B],
    test: impl Fn(A, B) -> bool,
    words: &mut Vec<u64>,
) {
    const HALF: usize = 32;
    words.clear();
    words.resize(left.len().div_ceil(2 * HALF), 0);
    let bit = |lane: usize, a: A, b: B| A::bit(test(a, b), lane as u32);
    let halves = left.chunks(HALF).zip(right.chunks(HALF));
    for (at, (left, right)) in halves.enumerate() {
        let mut bits = A::Mask::default();
        if let (Some(left), Some(right)) = (left.first_chunk::<HALF>(), right.first_chunk::<HALF>())
        {
            for lane in 0..HALF {
                bits = bits | bit(lane, left[lane], right[lane]);
            }
        } else {
            for (lane, (a, b)) in left.iter().zip(right).enumerate() {
                bits = bits | bit(lane, *a, *b);
            }
        }
        words[at / 2] |= A::low_bits(bits) << (at % 2 * HALF);
    }
}

/// Slope of the least-squares line through the points (i, `values[i]`), per step of i; NaN = missing.
///
/// Σ(i − ī)(y − ȳ) ÷ Σ(i − ī)², summed in order. `None` below two points.
pub(crate) fn least_squares_slope(values: &[f64]) -> Option<f64> {
    let points = || values.iter().enumerate().filter(|(_, y)| !y.is_nan());
    let count = points().count();
    if count < 2 {
        return None;
    }
    let x_mean = points().map(|(i, _)| i as f64).sum::<f64>() / count as f64;
    let y_mean = points().map(|(_, y)| y).sum::<f64>() / count as f64;
    let (mut together, mut square) = (0.0, 0.0);
    for (i, y) in points() {
        let x = i as f64 - x_mean;
        together += x * (y - y_mean);
        square += x * x;
    }
    Some(together / square)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Arm;

    #[test]
    fn sums_have_one_order_on_every_arm() {
        let values: Vec<f64> = (0..500).map(|i| 1.0 / (f64::from(i) + 3.0)).collect();
        let holes: Vec<f64> = values
            .iter()
            .enumerate()
            .map(|(i, v)| if i % 7 == 3 { f64::NAN } else { *v })
            .collect();
        let bounds = [0, 5, 65, 65, 200, 499, 500];
        let run = |arm: Arm, values: &[f64], complete| {
            let (mut sums, mut counts) = (Vec::new(), Vec::new());
            arm.run(
                #[inline(always)]
                || segment_sums(values, &bounds, complete, &mut sums, &mut counts),
            );
            (sums.iter().map(|s| s.to_bits()).collect::<Vec<_>>(), counts)
        };
        // The documented order, spelled out.
        let by_hand = |segment: &[f64]| {
            let mut a = [0.0; 12];
            for (i, v) in segment.iter().enumerate() {
                a[i % 12] += if v.is_nan() { 0.0 } else { *v };
            }
            let b: Vec<f64> = (0..4).map(|i| (a[i] + a[i + 4]) + a[i + 8]).collect();
            ((b[0] + b[2]) + (b[1] + b[3])).to_bits()
        };
        for values in [&values, &holes] {
            let want: Vec<u64> = bounds.windows(2).map(|w| by_hand(&values[w[0]..w[1]])).collect();
            for arm in Arm::ALL {
                assert_eq!(run(arm, values, false).0, want, "{arm:?}");
            }
        }
        assert_eq!(run(Arm::Avx2, &values, true), run(Arm::Baseline, &values, false));
        assert_eq!(run(Arm::Avx2, &holes, false).1, [4, 52, 0, 115, 257, 1]);
    }

    #[test]
    fn flags_are_one_bit_a_value() {
        for n in [0_usize, 1, 31, 32, 33, 64, 65, 100, 640] {
            let values: Vec<f32> =
                (0..n).map(|i| if i % 11 == 5 { f32::NAN } else { (i * 37 % 10) as f32 }).collect();
            let wide: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            let mut want = vec![0_u64; n.div_ceil(64)];
            for (i, v) in values.iter().enumerate() {
                want[i / 64] |= u64::from((1.0..4.0).contains(v)) << (i % 64);
            }
            for arm in Arm::ALL {
                let (mut narrow, mut broad) = (vec![7; 3], Vec::new());
                arm.run(
                    #[inline(always)]
                    || {
                        flags(&values, &wide, |v, w| (v < 4.0) & (w >= 1.0), &mut narrow);
                        flags(&wide, &wide, |v, w| (v < 4.0) & (w >= 1.0), &mut broad);
                    },
                );
                assert_eq!((&narrow, &broad), (&want, &want), "{n} {arm:?}");
            }
        }
    }

    #[test]
    fn slope_of_a_line() {
        let line = [1.0, f64::NAN, 2.0, 2.5, f64::NAN, 3.5];
        assert!((least_squares_slope(&line).unwrap() - 0.5).abs() < 1e-15);
        // y = 2, 4, 5, 4, 5 at x = 1…5: slope 0.6 (a textbook example).
        assert!((least_squares_slope(&[2.0, 4.0, 5.0, 4.0, 5.0]).unwrap() - 0.6).abs() < 1e-15);
        assert_eq!(least_squares_slope(&[f64::NAN, 1.0]), None);
        assert_eq!(least_squares_slope(&[3.0; 9]), Some(0.0));
    }
}
