//! Which APIs a cluster serves: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{CapabilitiesOptions, parse_capabilities};
use upid_fuzz::modes;

fuzz_target!(|data: &[u8]| {
    let options = CapabilitiesOptions::default();
    modes(&parse_capabilities(&[data], &options), &parse_capabilities(&[data], &options.clone().strict()));
});
