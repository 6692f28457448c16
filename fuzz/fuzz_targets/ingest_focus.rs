//! FOCUS rows: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{FocusOptions, FocusParser, parse_focus};
use upid_fuzz::{at_most, modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = FocusOptions::default();
    let whole = parse_focus(data, &options);
    modes(&whole, &parse_focus(data, &FocusOptions::default().strict()));
    at_most(&whole, |value| value.lines.len());
    let mut parser = FocusParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
