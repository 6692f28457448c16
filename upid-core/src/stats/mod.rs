//! Pure numerics on slices.
//!
//! NaN is a missing value everywhere: it is skipped, never counted. Class *exact* unless a function says otherwise:
//! only + − × ÷ √, comparisons, fixed-order sums and [`float`].

pub mod float;
pub mod rank;
pub mod seasonal;
pub mod special;

mod arm;
mod batch;
mod effective;
mod quantile;
mod sample;
mod scan;
mod segment;
mod select;

pub use arm::Arm;
pub(crate) use batch::variance_of_sums;
pub use batch::{BatchMeans, HourSum, batch_means};
pub(crate) use effective::lag1;
pub use effective::{
    EffectiveSampleSize, effective_sample_size, effective_samples, integrated_time,
    integrated_time_at,
};
pub(crate) use quantile::check_share;
pub use quantile::{
    QuantileScratch, nearest_rank, quantile_linear, quantile_linear_sorted, quantile_nearest,
    quantile_nearest_sorted, quantiles, quantiles_into, sorted,
};
pub use sample::Sample;
pub(crate) use scan::{Extent, extent_of};
pub(crate) use segment::{flags, least_squares_slope, segment_sums};
