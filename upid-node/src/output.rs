//! JSON text on its way to JavaScript.

use upid_core::{Error, ErrorKind};

/// Refuses an output with an integer that a JavaScript number cannot hold: `JSON.parse` would change it silently.
pub(crate) fn exact_in_js(json: String) -> Result<String, Error> {
    let mut rest = json.as_str();
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = rest.get(at..).unwrap_or_default();
        if let Some(text) = rest.strip_prefix('"') {
            rest = after_string(text);
            continue;
        }
        let end = rest.find([',', ']', '}']).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        if !holds(number) {
            return Err(Error::new(
                ErrorKind::Overflow,
                format!("the result holds the integer {number}, which a JavaScript number cannot"),
            )
            .hint("narrow the question; every integer up to 9007199254740991 is exact")
            .at_byte(json.len() - rest.len()));
        }
        rest = after;
    }
    Ok(json)
}

/// What follows the end of a string whose opening quote is behind.
fn after_string(text: &str) -> &str {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    end.and_then(|end| text.get(end + 1..)).unwrap_or_default()
}

/// Whether a number is a float, or an integer whose text is the shortest for its `f64`, as the core writes floats.
fn holds(number: &str) -> bool {
    // Up to 15 digits every integer is exact.
    if number.len() <= 15 || number.contains(['.', 'e']) {
        return true;
    }
    number.parse::<f64>().is_ok_and(|value| value.to_string() == number)
}
