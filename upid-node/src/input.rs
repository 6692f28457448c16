//! JSON text that JavaScript passed as a string or as bytes.

use napi::bindgen_prelude::Either;
use upid_core::{Error, ErrorKind};

/// A string or a `Uint8Array` (a `Buffer` is one).
pub(crate) type JsonText<'a> = Either<String, &'a [u8]>;

/// The text; bytes that are not UTF-8 are `UPID_ENCODING` with their offset.
pub(crate) fn text<'a>(input: &'a JsonText<'_>) -> Result<&'a str, Error> {
    match input {
        Either::A(text) => Ok(text),
        Either::B(bytes) => std::str::from_utf8(bytes).map_err(|e| {
            Error::new(ErrorKind::Encoding, "the JSON input is not UTF-8")
                .at_byte(e.valid_up_to())
                .hint("convert the file to UTF-8")
        }),
    }
}

/// The text as an own string, for a task that outlives the call: JavaScript may change bytes while it waits.
pub(crate) fn owned(input: JsonText<'_>) -> Result<String, Error> {
    match input {
        Either::A(text) => Ok(text),
        bytes @ Either::B(_) => text(&bytes).map(str::to_owned),
    }
}
