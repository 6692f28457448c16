//! Exact quantiles of slices, in the two definitions the library uses.

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
    quantile_nearest_sorted(&sorted(values), q)
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
    quantile_linear_sorted(&sorted(values), q)
}

/// [`quantile_linear`] of values already in ascending order and free of NaN.
pub fn quantile_linear_sorted(sorted: &[f64], q: f64) -> Result<f64> {
    check_share(q)?;
    let last = sorted.len().checked_sub(1).ok_or_else(empty)?;
    let position = last as f64 * q;
    let below = (position.floor() as usize).min(last);
    let share = position - below as f64;
    let (a, b) = (sorted[below], sorted[(below + 1).min(last)]);
    // numpy interpolates from the nearer end, which keeps the result monotone and inside [a, b].
    let step = b - a;
    Ok(if share >= 0.5 { b - step * (1.0 - share) } else { a + step * share })
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
}
