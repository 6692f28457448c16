//! Price lists: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{PricesOptions, PricesParser, parse_prices};
use upid_fuzz::{at_most, modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = PricesOptions::default();
    let whole = parse_prices(data, &options);
    modes(&whole, &parse_prices(data, &PricesOptions::default().strict()));
    at_most(&whole, |value| value.entries.len());
    let mut parser = PricesParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
