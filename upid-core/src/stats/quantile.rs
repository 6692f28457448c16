//! Exact quantiles of slices, in the two definitions the library uses.

use super::arm::Arm;
use super::sample::Sample;
use super::scan::{Extent, extent_of};
use super::select::Selector;
use crate::error::{Error, ErrorKind, Result};

/// The rank of a nearest-rank quantile: `max(1, ceil(q·n))`, from 1, at most `n` (usage.md §5.1).
pub fn nearest_rank(q: f64, n: u64) -> u64 {
    ((q * n as f64).ceil() as u64).clamp(1, n.max(1))
}

/// `UPID_INVALID_VALUE` unless `q` is a share of 0 to 1.
pub(crate) fn check_share(q: f64) -> Result<()> {
    if (0.0..=1.0).contains(&q) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidValue, format!("the quantile {q} is not between 0 and 1"))
        .at_path("q")
        .hint("give a share such as 0.95, not a percentage"))
}

/// The values that are not NaN, in ascending order (−0 before 0).
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    kept.sort_unstable_by(f64::total_cmp);
    kept
}

/// The nearest-rank quantile of a slice: the smallest value with at least `q·n` values at or below it.
///
/// # Errors
/// `UPID_EMPTY_SERIES` without a value that is not NaN, `UPID_INVALID_VALUE` for `q` outside 0..1.
pub fn quantile_nearest(values: &[f64], q: f64) -> Result<f64> {
    check_share(q)?;
    let extent = Arm::detect().run(
        #[inline(always)]
        || extent_of(values),
    );
    if extent.count == 0 {
        return Err(empty());
    }
    let rank = nearest_rank(q, extent.count as u64) as usize - 1;
    let mut found = [f64::NAN];
    Selector::new(Arm::detect()).select(values, extent, &[rank], &mut found);
    Ok(found[0])
}

/// [`quantile_nearest`] of values already in ascending order and free of NaN.
pub fn quantile_nearest_sorted(sorted: &[f64], q: f64) -> Result<f64> {
    check_share(q)?;
    let rank = nearest_rank(q, sorted.len() as u64);
    sorted.get(rank as usize - 1).copied().ok_or_else(empty)
}

/// The quantile of type 7 (linear between order statistics), with the rounding of numpy's default method.
///
/// # Errors
/// `UPID_EMPTY_SERIES` without a value that is not NaN, `UPID_INVALID_VALUE` for `q` outside 0..1.
/// Source: Hyndman & Fan (1996), definition 7.
///
/// ```
/// use upid_core::stats::quantile_linear;
/// let cpu = [0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11, 0.90];
/// assert!((quantile_linear(&cpu, 0.9)? - 0.62).abs() < 1e-12);
/// # Ok::<(), upid_core::Error>(())
/// ```
pub fn quantile_linear(values: &[f64], q: f64) -> Result<f64> {
    let mut found = [f64::NAN];
    quantiles_into(values, &[q], &mut QuantileScratch::default(), &mut found)?;
    Ok(found[0])
}

/// [`quantile_linear`] of values already in ascending order and free of NaN.
pub fn quantile_linear_sorted(sorted: &[f64], q: f64) -> Result<f64> {
    check_share(q)?;
    let (below, share) = position(sorted.len(), q).ok_or_else(empty)?;
    let last = sorted.len() - 1;
    Ok(between(sorted[below], sorted[(below + 1).min(last)], share))
}

/// Quantiles of type 7 of a slice of `f32` or `f64` (NaN = missing), one for each share of `q`, in any order.
///
/// The bits are those of [`quantile_linear_sorted`] on the sorted values, without a sort: about 1 ns a value for
/// any number of shares. `f32` values are widened before they are interpolated.
///
/// # Errors
/// `UPID_EMPTY_SERIES` without a value that is not NaN, `UPID_INVALID_VALUE` for a share outside 0..1.
///
/// ```
/// use upid_core::stats::quantiles;
/// assert_eq!(quantiles(&[4.0_f32, 1.0, f32::NAN, 3.0, 2.0], &[0.5, 0.9, 1.0])?, [2.5, 3.7, 4.0]);
/// # Ok::<(), upid_core::Error>(())
/// ```
pub fn quantiles<F: Sample>(values: &[F], q: &[f64]) -> Result<Vec<f64>> {
    let mut found = vec![f64::NAN; q.len()];
    quantiles_into(values, q, &mut QuantileScratch::default(), &mut found)?;
    Ok(found)
}

/// [`quantiles`] into `out`, with memory that is kept for the next series: nothing is allocated after warm-up.
///
/// # Errors
/// Those of [`quantiles`], and `UPID_LENGTH_MISMATCH` unless `out` is as long as `q`.
pub fn quantiles_into<F: Sample>(
    values: &[F],
    q: &[f64],
    scratch: &mut QuantileScratch<F>,
    out: &mut [f64],
) -> Result<()> {
    if out.len() != q.len() {
        return Err(Error::new(
            ErrorKind::LengthMismatch,
            format!("{} results for {} quantiles", out.len(), q.len()),
        )
        .at_path("out")
        .hint("give one place for each quantile"));
    }
    for q in q {
        check_share(*q)?;
    }
    let extent = scratch.arm.run(
        #[inline(always)]
        || extent_of(values),
    );
    if extent.count == 0 {
        return Err(empty());
    }
    scratch.read(values, extent, q, out);
    Ok(())
}

/// The memory of [`quantiles_into`], and the instructions it uses.
#[derive(Debug)]
pub struct QuantileScratch<F: Sample> {
    arm: Arm,
    selector: Selector<F>,
    ranks: Vec<usize>,
    found: Vec<F>,
}

impl<F: Sample> QuantileScratch<F> {
    /// With the instructions of `arm`; [`Default`] takes the best of this CPU. No arm changes a bit.
    pub fn new(arm: Arm) -> Self {
        Self { arm, selector: Selector::new(arm), ranks: Vec::new(), found: Vec::new() }
    }

    /// Quantiles whose shares were checked, of values of which at least one is not NaN.
    pub(crate) fn read(&mut self, values: &[F], extent: Extent<F>, q: &[f64], out: &mut [f64]) {
        let last = extent.count - 1;
        self.ranks.clear();
        for (below, _) in q.iter().filter_map(|q| position(extent.count, *q)) {
            self.ranks.extend([below, (below + 1).min(last)]);
        }
        self.ranks.sort_unstable();
        self.ranks.dedup();
        self.found.clear();
        self.found.resize(self.ranks.len(), F::default());
        self.selector.select(values, extent, &self.ranks, &mut self.found);
        for (out, q) in out.iter_mut().zip(q) {
            let Some((below, share)) = position(extent.count, *q) else { continue };
            // Every rank was asked for, so its place is the number of lower ones.
            let at = |rank: usize| self.found[self.ranks.partition_point(|r| *r < rank)].to_f64();
            *out = between(at(below), at((below + 1).min(last)), share);
        }
    }
}

impl<F: Sample> Default for QuantileScratch<F> {
    fn default() -> Self {
        Self::new(Arm::detect())
    }
}

/// Where the quantile lies among `count` sorted values: the place below it, and the way to the next as a share.
fn position(count: usize, q: f64) -> Option<(usize, f64)> {
    let last = count.checked_sub(1)?;
    let position = last as f64 * q;
    let below = (position.floor() as usize).min(last);
    Some((below, position - below as f64))
}

/// Interpolates from the nearer end as numpy does, which keeps the result monotone and inside [a, b].
fn between(a: f64, b: f64, share: f64) -> f64 {
    let step = b - a;
    if share >= 0.5 { b - step * (1.0 - share) } else { a + step * share }
}

fn empty() -> Error {
    Error::new(ErrorKind::EmptySeries, "there is no value to take a quantile of")
        .hint("NaN and null are missing values; give at least one number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_definitions() {
        let values = [0.9, f64::NAN, 0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11];
        assert_eq!(quantile_nearest(&values, 0.5).unwrap(), 0.12);
        assert_eq!(quantile_nearest(&values, 0.9).unwrap(), 0.9);
        assert_eq!(quantile_nearest(&values, 0.0).unwrap(), 0.10);
        assert!((quantile_linear(&values, 0.9).unwrap() - 0.62).abs() < 1e-12);
        // numpy.quantile([1, 2, 3, 4], [0.1, 0.5, 0.9]) == [1.3, 2.5, 3.7]
        let four = [4.0, 3.0, 2.0, 1.0];
        for (q, want) in [(0.1, 1.3), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)] {
            assert!((quantile_linear(&four, q).unwrap() - want).abs() < 1e-15, "{q}");
        }
    }

    #[test]
    fn bad_input() {
        assert_eq!(quantile_nearest(&[f64::NAN], 0.5).unwrap_err().kind(), ErrorKind::EmptySeries);
        assert_eq!(quantile_linear(&[], 0.5).unwrap_err().kind(), ErrorKind::EmptySeries);
        for q in [-0.1, 1.1, f64::NAN] {
            assert_eq!(quantile_linear(&[1.0], q).unwrap_err().kind(), ErrorKind::InvalidValue);
        }
    }

    fn reference(values: &[f64], q: &[f64]) -> Vec<u64> {
        let sorted = sorted(values);
        q.iter().map(|q| quantile_linear_sorted(&sorted, *q).unwrap().to_bits()).collect()
    }

    fn bits(found: &[f64]) -> Vec<u64> {
        found.iter().map(|v| v.to_bits()).collect()
    }

    /// Against a sort, on every arm, as both types.
    fn check(values: &[f64], q: &[f64]) {
        let narrow: Vec<f32> = values.iter().map(|v| *v as f32).collect();
        let widened: Vec<f64> = narrow.iter().map(|v| f64::from(*v)).collect();
        let mut out = vec![0.0; q.len()];
        for arm in Arm::ALL {
            let mut scratch = QuantileScratch::new(arm);
            // Twice: the second call finds the memory of the first.
            for _ in 0..2 {
                quantiles_into(values, q, &mut scratch, &mut out).unwrap();
                assert_eq!(bits(&out), reference(values, q), "{arm:?} f64 of {}", values.len());
            }
            quantiles_into(&narrow, q, &mut QuantileScratch::new(arm), &mut out).unwrap();
            assert_eq!(bits(&out), reference(&widened, q), "{arm:?} f32 of {}", values.len());
        }
        let sorted = sorted(values);
        for q in q {
            let want = quantile_nearest_sorted(&sorted, *q).unwrap();
            assert_eq!(quantile_nearest(values, *q).unwrap().to_bits(), want.to_bits(), "{q}");
        }
    }

    const SHARES: [f64; 9] = [0.99, 0.5, 0.0, 0.9, 1.0, 0.95, 0.001, 0.25, 0.5];

    #[test]
    fn every_distribution_equals_a_sort() {
        let mut state = 3_u64;
        let mut unit = move || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for n in [1, 2, 3, 96, 97, 128, 1000, 1441, 10_080] {
            let ramp = |i: usize| i as f64 * 0.37 - 50.0;
            let shapes: [Vec<f64>; 13] = [
                vec![0.25; n],
                (0..n).map(|_| if unit() < 0.3 { 2.0 } else { 0.001 }).collect(),
                (0..n).map(|_| if unit() < 0.01 { 1e30 * unit() } else { 1.0 + unit() }).collect(),
                (0..n).map(ramp).collect(),
                (0..n).rev().map(ramp).collect(),
                (0..n).map(|i| if i % 100 == 7 { f64::NAN } else { unit() }).collect(),
                (0..n).map(|i| if i % 5 > 0 { -f64::NAN } else { unit() - 0.5 }).collect(),
                (0..n).map(|i| [f64::INFINITY, f64::NEG_INFINITY, 1.0, -2.0][i * 7 % 4]).collect(),
                (0..n).map(|i| [0.0, -0.0, 1.0, -1.0, f64::NAN][(i * i + 1) % 5]).collect(),
                (0..n).map(|i| if i % 3 == 0 { -0.0 } else { 0.0 }).collect(),
                (0..n)
                    .map(|i| f64::from_bits(i as u64 * 3) * if i % 2 > 0 { -1.0 } else { 1.0 })
                    .collect(),
                (0..n).map(|_| f64::from(f32::from_bits((unit() * 9e6) as u32)) - 1e-39).collect(),
                // The sample takes each 63rd of 10,080: it sees nothing of the rest.
                (0..n).map(|i| if i % 63 == 0 { 5.0 } else { unit() }).collect(),
            ];
            for values in shapes.iter().filter(|v| v.iter().any(|x| !x.is_nan())) {
                check(values, &SHARES);
            }
        }
    }

    /// Every range is crowded: outliers of outliers, level after level.
    #[test]
    fn nested_outliers_equal_a_sort() {
        let values: Vec<f64> = (0..20_000_u64)
            .map(|i| f64::from_bits(0x3ff0_0000_0000_0000 + (1 << (i % 50)) * (i / 50 % 7)))
            .collect();
        check(&values, &SHARES);
        // More values than one block of 16-bit counts holds.
        let many: Vec<f64> = (0..600_000_u32).map(|i| f64::from(i % 3) + 1.0).collect();
        check(&many, &[0.1, 0.5, 0.7]);
    }

    proptest::proptest! {
        #[test]
        fn any_bits_equal_a_sort(
            bits in proptest::collection::vec(proptest::prelude::any::<u64>(), 1..400),
            coarse in 0_u32..64,
            q in proptest::collection::vec(0.0..=1.0, 1..8),
        ) {
            let values: Vec<f64> = bits.iter().map(|b| f64::from_bits(b >> coarse << coarse)).collect();
            if values.iter().any(|v| !v.is_nan()) {
                let found = quantiles(&values, &q).unwrap();
                proptest::prop_assert_eq!(self::bits(&found), reference(&values, &q));
            }
        }
    }

    #[test]
    fn results_need_a_place_each() {
        let error = quantiles_into(&[1.0], &[0.5], &mut QuantileScratch::default(), &mut []);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::LengthMismatch);
        assert_eq!(
            quantiles::<f32>(&[f32::NAN], &[0.5]).unwrap_err().kind(),
            ErrorKind::EmptySeries
        );
    }
}
