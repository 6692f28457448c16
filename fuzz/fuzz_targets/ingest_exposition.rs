//! Text expositions: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{ExpositionOptions, ExpositionParser, parse_exposition};
use upid_fuzz::{modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = ExpositionOptions::default();
    let whole = parse_exposition(data, &options);
    modes(&whole, &parse_exposition(data, &ExpositionOptions::default().strict()));
    // Chunk borders change nothing.
    let mut parser = ExpositionParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
