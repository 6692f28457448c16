//! The metrics API: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{PodMetricsOptions, parse_pod_metrics};
use upid_fuzz::modes;

fuzz_target!(|data: &[u8]| {
    let options = PodMetricsOptions::default();
    let whole = parse_pod_metrics(data, &options);
    modes(&whole, &parse_pod_metrics(data, &PodMetricsOptions::default().strict()));
});
