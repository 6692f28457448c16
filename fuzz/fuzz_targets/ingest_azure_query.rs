//! Azure query answers: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{AzureQueryOptions, parse_azure_query};
use upid_fuzz::{at_most, modes};

fuzz_target!(|data: &[u8]| {
    let options = AzureQueryOptions::default();
    let whole = parse_azure_query(data, &options);
    modes(&whole, &parse_azure_query(data, &AzureQueryOptions::default().strict()));
    at_most(&whole, |value| value.lines.len());
});
