//! The format of any bytes is found without a panic, from their first 64 KiB alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::detect;

fuzz_target!(|data: &[u8]| {
    let head = &data[..data.len().min(64 << 10)];
    assert_eq!(detect(data), detect(head));
});
