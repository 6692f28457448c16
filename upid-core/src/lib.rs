#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod analysis;
pub mod calendar;
pub mod confidence;
pub mod cost;
pub mod error;
pub mod idle;
pub mod ingest;
pub mod json;
pub mod model;
mod parallel;
pub mod report;
pub mod rightsize;
pub mod stats;
pub mod traffic;
pub mod units;
pub mod usage;
pub mod wire;

pub use analysis::{Analysis, Config, analyze};
pub use error::{Error, ErrorClass, ErrorKind, Place, Result};
pub use model::Snapshot;
pub use usage::Usage;

/// The version of this crate, which all faces share.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
