//! Pure numerics on slices.

pub mod rank;
pub mod seasonal;
pub mod special;
