//! The decoder of a serialised Usage: any bytes give a Usage or a typed error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::Usage;

/// Bytes before the body: magic, two versions, flags, length of the body.
const HEADER: usize = 20;
const CHECKSUM: usize = 4;

fuzz_target!(|data: &[u8]| {
    decode(data);
    // A random change never passes the checksum; with length and checksum mended it reaches what lies behind.
    if let Some(body) = data.len().checked_sub(HEADER + CHECKSUM) {
        let mut mended = data.to_vec();
        mended[12..HEADER].copy_from_slice(&(body as u64).to_le_bytes());
        let sum = crc32fast::hash(&mended[..HEADER + body]);
        mended[HEADER + body..].copy_from_slice(&sum.to_le_bytes());
        decode(&mended);
    }
});

fn decode(data: &[u8]) {
    let Ok(usage) = Usage::from_bytes(data) else { return };
    let bytes = usage.to_bytes();
    let again = Usage::from_bytes(&bytes);
    assert_eq!(again.as_ref(), Ok(&usage), "what was written is read");
    assert_eq!(again.map(|u| u.to_bytes()), Ok(bytes), "equal state, equal bytes");
}
