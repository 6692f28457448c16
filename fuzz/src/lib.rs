//! What must hold for every parser, whatever the bytes.

use std::fmt::Debug;

use upid_core::Error;
use upid_core::ingest::Parsed;

type Result<T> = std::result::Result<Parsed<T>, Error>;

/// Strict mode takes only what Lenient mode takes whole, to the same value; and every record is counted.
pub fn modes<T: PartialEq + Debug>(lenient: &Result<T>, strict: &Result<T>) {
    match (lenient, strict) {
        (Ok(lenient), Ok(strict)) => assert_eq!(lenient.value, strict.value),
        (Err(lenient), Ok(_)) => panic!("Strict takes what Lenient refuses: {lenient}"),
        (Ok(lenient), Err(_)) => {
            assert!(!lenient.notices.is_empty(), "Strict refuses without a reason")
        }
        (Err(_), Err(_)) => {}
    }
    if let Ok(Parsed { stats, .. }) = lenient {
        assert_eq!(stats.records, stats.accepted + stats.skipped);
    }
}

/// A result holds at most as many rows as records were accepted.
pub fn at_most<T>(parsed: &Result<T>, rows: impl Fn(&T) -> usize) {
    if let Ok(parsed) = parsed {
        assert!(rows(&parsed.value) as u64 <= parsed.stats.accepted);
    }
}

/// The input in pieces; the first byte says how long they are.
pub fn pieces(data: &[u8]) -> std::slice::Chunks<'_, u8> {
    data.chunks(usize::from(data.first().copied().unwrap_or_default()).max(1))
}

/// Chunk borders change nothing but the hint, which needs the start of the whole.
pub fn same<T: PartialEq + Debug>(fed: &Result<T>, whole: &Result<T>) {
    match (fed, whole) {
        (Err(fed), Err(whole)) => {
            assert_eq!((fed.code(), fed.place()), (whole.code(), whole.place()));
        }
        _ => assert_eq!(fed, whole),
    }
}
