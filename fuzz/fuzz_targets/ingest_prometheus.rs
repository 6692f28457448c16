//! Answers of Prometheus: what holds for every parser,
//! with and without a metric for series that have no name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{PrometheusOptions, parse_prometheus};
use upid_core::usage::MetricId;
use upid_fuzz::modes;

fuzz_target!(|data: &[u8]| {
    // Both ways of reading series without a name.
    let mut options = PrometheusOptions::default();
    if data.len() % 2 == 1 {
        options.metric = Some(MetricId::CPU_CORES);
    }
    modes(&parse_prometheus(data, &options), &parse_prometheus(data, &options.clone().strict()));
});
