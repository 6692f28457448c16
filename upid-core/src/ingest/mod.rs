//! Pure parsers: bytes in, plain structs out (ingest.md).
//!
//! No file, socket, clock or environment. What a parser cannot understand is reported with its place, never guessed
//! and never turned into 0. Time and memory are linear in the input.
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod bytes;
mod csv;
pub mod kubernetes;
mod lines;
pub mod operation;
mod options;
mod parsed;
mod pod_metrics;
mod scan;
mod series;
mod values;

pub use kubernetes::{
    Capabilities, CapabilitiesOptions, KubernetesOptions, parse_capabilities, parse_kubernetes,
};
pub use options::{Limits, Mode};
pub use parsed::{Notice, Parsed, Stats};
pub use pod_metrics::{PodMetricsOptions, parse_pod_metrics};
pub use series::{IngestedSeries, SeriesSet};
