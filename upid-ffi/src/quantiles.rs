//! Exact quantiles of C arrays.

use upid_core::Result;
use upid_core::stats::sorted;

use crate::choice::{QUANTILE_METHODS, choice};
use crate::panic::guard;
use crate::slice;

/// Writes one exact quantile of `values` per share in `q` (0..1) to `quantiles`, which has `q_len` places. NaN is missing.
///
/// `method` is a upid_quantile_method. On failure nothing is written; UPID_EMPTY_SERIES if no value is a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_quantiles(
    values: *const f64,
    len: usize,
    method: i32,
    q: *const f64,
    q_len: usize,
    quantiles: *mut f64,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's contract.
        let values = unsafe { slice::array(values, len, "values") }?;
        // SAFETY: the caller's contract.
        let shares = unsafe { slice::array(q, q_len, "q") }?;
        let quantile = choice(&QUANTILE_METHODS, method, "method", "upid_quantile_method")?;
        let sorted = sorted(values);
        let found: Result<Vec<f64>> = shares
            .iter()
            .enumerate()
            .map(|(row, share)| quantile(&sorted, *share).map_err(|e| e.at_path("q").at_row(row)))
            .collect();
        // SAFETY: the caller's contract.
        unsafe { slice::write(&found?, quantiles, "quantiles") }
    })
}
