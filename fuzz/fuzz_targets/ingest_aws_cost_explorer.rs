//! AWS Cost Explorer answers: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{AwsCostExplorerOptions, parse_aws_cost_explorer};
use upid_fuzz::{at_most, modes};

fuzz_target!(|data: &[u8]| {
    let options = AwsCostExplorerOptions::default();
    let whole = parse_aws_cost_explorer(data, &options);
    modes(&whole, &parse_aws_cost_explorer(data, &AwsCostExplorerOptions::default().strict()));
    at_most(&whole, |value| value.lines.len());
});
