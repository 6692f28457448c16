//! Access logs: any bytes give a result or a typed error, and Strict takes only what Lenient takes whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{AccessLogOptions, AccessLogParser, parse_access_log};
use upid_fuzz::{at_most, modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = AccessLogOptions::default();
    let whole = parse_access_log(data, &options);
    modes(&whole, &parse_access_log(data, &AccessLogOptions::default().strict()));
    at_most(&whole, |value| value.records.len());
    let mut parser = AccessLogParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
