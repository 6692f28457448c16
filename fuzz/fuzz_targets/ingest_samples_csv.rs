//! Tables of samples: any bytes give a result or a typed error, and Strict takes only what Lenient takes whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{SamplesCsvOptions, SamplesCsvParser, parse_samples_csv};
use upid_fuzz::{modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = SamplesCsvOptions::default();
    let whole = parse_samples_csv(data, &options);
    modes(&whole, &parse_samples_csv(data, &SamplesCsvOptions::default().strict()));
    let mut parser = SamplesCsvParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
