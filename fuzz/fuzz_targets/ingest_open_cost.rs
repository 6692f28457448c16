//! Answers of OpenCost: any bytes give a result or a typed error, and Strict takes only what Lenient takes whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{OpenCostOptions, parse_open_cost};
use upid_fuzz::modes;

fuzz_target!(|data: &[u8]| {
    let whole = parse_open_cost(data, &OpenCostOptions::default());
    modes(&whole, &parse_open_cost(data, &OpenCostOptions::default().strict()));
});
