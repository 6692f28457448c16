//! A kubelet's stats summary: any bytes give a result or a typed error, and Strict takes only what Lenient takes whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{KubeletOptions, parse_kubelet};
use upid_fuzz::modes;

fuzz_target!(|data: &[u8]| {
    let whole = parse_kubelet(data, &KubeletOptions::default());
    modes(&whole, &parse_kubelet(data, &KubeletOptions::default().strict()));
});
