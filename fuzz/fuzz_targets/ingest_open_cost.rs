//! Answers of OpenCost: any bytes give a result or a typed error, and Strict takes only what Lenient takes whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{OpenCostOptions, parse_open_cost};

fuzz_target!(|data: &[u8]| {
    let whole = parse_open_cost(data, &OpenCostOptions::default());
    let strict = parse_open_cost(data, &OpenCostOptions::default().strict());
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
});
