//! JSON text on its way to JavaScript.

use upid_core::{Error, ErrorKind};

/// Refuses an output with an integer that a JavaScript number cannot hold: `JSON.parse` would change it silently.
///
/// A number is safe if the shortest digits of its `f64` are its own text, which is how the core writes floats.
pub(crate) fn exact_in_js(json: String) -> Result<String, Error> {
    let mut in_string = false;
    let mut escaped = false;
    let mut digits = 0;
    for (at, byte) in json.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        if byte.is_ascii_digit() {
            digits += 1;
            continue;
        }
        // Up to 15 digits every integer is exact.
        if digits > 15 && matches!(byte, b',' | b']' | b'}') {
            let number = json.get(at - digits..at).unwrap_or_default();
            if number.parse::<f64>().is_ok_and(|value| value.to_string() != number) {
                return Err(Error::new(
                    ErrorKind::Overflow,
                    format!("the result holds the integer {number}, which a JavaScript number cannot"),
                )
                .hint("narrow the question; every integer up to 9007199254740991 is exact")
                .at_byte(at - digits));
            }
        }
        digits = 0;
        in_string = byte == b'"';
    }
    Ok(json)
}
