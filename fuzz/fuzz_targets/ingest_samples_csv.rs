//! Tables of samples: any bytes give a result or a typed error, and Strict takes only what Lenient takes whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{SamplesCsvOptions, SamplesCsvParser, parse_samples_csv};

fuzz_target!(|data: &[u8]| {
    let options = SamplesCsvOptions::default();
    let whole = parse_samples_csv(data, &options);
    let strict = parse_samples_csv(data, &SamplesCsvOptions::default().strict());
    match (&whole, &strict) {
        (Ok(lenient), Ok(strict)) => assert_eq!(lenient.value, strict.value),
        (Err(lenient), Ok(_)) => panic!("Strict takes what Lenient refuses: {lenient}"),
        (Ok(lenient), Err(_)) => {
            assert!(!lenient.notices.is_empty(), "Strict refuses without a reason")
        }
        (Err(_), Err(_)) => {}
    }
    if let Ok(parsed) = &whole {
        assert_eq!(parsed.stats.records, parsed.stats.accepted + parsed.stats.skipped);
    }
    // Chunk borders change nothing but the hint, which needs the start of the whole. The first byte says how long the
    // pieces are.
    let size = usize::from(data.first().copied().unwrap_or_default()).max(1);
    let mut parser = SamplesCsvParser::new(&options);
    let pieces = data.chunks(size).try_for_each(|piece| parser.feed(piece));
    match (pieces.and_then(|()| parser.finish()), whole) {
        (Ok(pieces), Ok(whole)) => assert_eq!(pieces, whole),
        (Err(pieces), Err(whole)) => {
            assert_eq!((pieces.code(), pieces.place()), (whole.code(), whole.place()));
        }
        (pieces, whole) => panic!("{pieces:?} in pieces, {whole:?} whole"),
    }
});
