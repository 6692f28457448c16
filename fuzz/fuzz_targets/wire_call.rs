//! The JSON entry point: any operation on any text gives a result or a typed error.
//!
//! Input: the operation's name up to the first line break (or a number that picks one), then its JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::wire::{OPERATIONS, call, canonical};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some((name, json)) = text.split_once('\n') else { return };
    let name = match name.parse::<usize>() {
        Ok(number) => OPERATIONS[number % OPERATIONS.len()].name,
        Err(_) => name,
    };
    if let Ok(output) = call(name, json, None) {
        // What an operation wrote, it can read, and the canonical form is a fixed point.
        assert_eq!(canonical(name, &output).as_deref(), Ok(output.as_str()), "{name}");
    }
});
