//! AWS Cost and Usage Reports: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{AwsCurOptions, AwsCurParser, parse_aws_cur};
use upid_fuzz::{at_most, modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = AwsCurOptions::default();
    let whole = parse_aws_cur(data, &options);
    modes(&whole, &parse_aws_cur(data, &AwsCurOptions::default().strict()));
    at_most(&whole, |value| value.lines.len());
    let mut parser = AwsCurParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
