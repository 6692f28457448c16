//! Objects of a cluster: what holds for every parser, and the Snapshot they make is valid or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::Snapshot;
use upid_core::ingest::{KubernetesOptions, parse_kubernetes};
use upid_core::units::Timestamp;
use upid_fuzz::modes;

fuzz_target!(|data: &[u8]| {
    let mut options = KubernetesOptions::default();
    modes(&parse_kubernetes(data, &options), &parse_kubernetes(data, &options.clone().strict()));
    options.now = Some(Timestamp::from_ms(1_773_532_800_000).expect("a time"));
    if let Ok(parsed) = Snapshot::from_kubernetes(&[data], &options) {
        parsed.value.validate().expect("a Snapshot that its own parser made");
    }
});
