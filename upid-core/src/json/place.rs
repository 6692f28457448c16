//! The path of a place in JSON text: found by reading the text again, only when something is wrong.
//!
//! Tracking paths while reading would compile every struct's reading a second time; an error is rare enough to
//! look twice.

/// An object or array that is open at the place.
enum Open {
    /// The key that was read last.
    Object(Option<String>),
    /// How many elements have begun.
    Array(usize),
}

/// `pods[3].containers[0].name` of the value (or key) that begins last before byte `end`, or of the object or array
/// that ends there; `inner: false` names the object or array around the value.
pub(super) fn path(text: &str, end: usize, inner: bool) -> String {
    let bytes = text.as_bytes();
    // A sign that closes an object or array says that the whole of it was wrong.
    let whole =
        end.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|b| matches!(b, b'}' | b']'));
    let mut open: Vec<Open> = Vec::new();
    let (mut at, mut key_next) = (0, false);
    while at < bytes.len() && at <= end {
        match bytes[at] {
            b'{' | b'[' => {
                begin(&mut open);
                let object = bytes[at] == b'{';
                open.push(if object { Open::Object(None) } else { Open::Array(0) });
                key_next = object;
                at += 1;
            }
            b'}' | b']' => {
                if at + 1 < end {
                    open.pop();
                }
                key_next = false;
                at += 1;
            }
            b',' => {
                key_next = matches!(open.last(), Some(Open::Object(_)));
                at += 1;
            }
            b'"' => {
                let close = string_end(bytes, at);
                match open.last_mut() {
                    Some(Open::Object(key)) if key_next => {
                        *key = text.get(at + 1..close).map(str::to_owned);
                    }
                    _ => begin(&mut open),
                }
                key_next = false;
                at = close + 1;
            }
            b':' | b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => {
                begin(&mut open);
                while at < bytes.len() && !matches!(bytes[at], b',' | b'}' | b']' | b' ' | b'\n') {
                    at += 1;
                }
            }
        }
    }
    if whole || !inner {
        open.pop();
    }
    spelled(&open)
}

/// Counts a value that begins in an array.
fn begin(open: &mut [Open]) {
    if let Some(Open::Array(count)) = open.last_mut() {
        *count += 1;
    }
}

/// The byte of the closing quote, or the end of the text.
fn string_end(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

fn spelled(open: &[Open]) -> String {
    let mut path = String::new();
    for step in open {
        match step {
            Open::Object(Some(key)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Open::Array(count) if *count > 0 => path = format!("{path}[{}]", count - 1),
            _ => {}
        }
    }
    path
}

/// The byte of a line and column, both from 1, as `serde_json` counts them.
pub(super) fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'\n')
        .map(|(at, _)| at + 1)
        .nth(line.wrapping_sub(2))
        .filter(|_| line > 1)
        .unwrap_or(0);
    (start + column).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_paths() {
        let text = r#"{"a":{"b":[1,{"c":"x,]\"}"},null]},"d":2}"#;
        for (needle, expected) in
            [("1,", "a.b[0]"), ("\"x", "a.b[1].c"), ("null", "a.b[2]"), ("2}", "d")]
        {
            let at = text.find(needle).unwrap();
            assert_eq!(path(text, at, true), expected, "{needle}");
        }
        assert_eq!(path(text, text.find("},null").unwrap(), false), "a.b[1]");
        assert_eq!(path(text, text.find(",null").unwrap(), true), "a.b[1]");
        assert_eq!(byte_of("ab\ncd\nef", 3, 1), 7);
        assert_eq!(byte_of("ab", 1, 1), 1);
    }
}
