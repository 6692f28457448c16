//! Google's billing exports: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{GcpBillingOptions, GcpBillingParser, parse_gcp_billing};
use upid_fuzz::{at_most, modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = GcpBillingOptions::default();
    let whole = parse_gcp_billing(data, &options);
    modes(&whole, &parse_gcp_billing(data, &GcpBillingOptions::default().strict()));
    at_most(&whole, |value| value.lines.len());
    let mut parser = GcpBillingParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
