//! Pure numerics on slices.
//!
//! NaN is a missing value everywhere: it is skipped, never counted. Class *exact* unless a function says otherwise:
//! only + − × ÷ √, comparisons, fixed-order sums and [`float`].

pub mod float;
pub mod rank;
pub mod seasonal;
pub mod special;

mod effective;
mod quantile;

pub use effective::{
    EffectiveSampleSize, effective_sample_size, integrated_time, integrated_time_at,
};
pub(crate) use quantile::check_share;
pub use quantile::{
    nearest_rank, quantile_linear, quantile_linear_sorted, quantile_nearest,
    quantile_nearest_sorted, sorted,
};
