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

/// Reads JSON text up to a place, then on to the next: many places cost one reading.
pub(crate) struct Walker<'a> {
    text: &'a str,
    at: usize,
    key_next: bool,
    open: Vec<Open>,
}

impl<'a> Walker<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, key_next: false, open: Vec::new() }
    }

    /// The path of the value (or key) that begins last at or before byte `end`. Ends must not descend.
    pub(crate) fn path(&mut self, end: usize) -> String {
        self.walk(end);
        spelled(&self.open)
    }

    fn walk(&mut self, end: usize) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() && self.at <= end {
            match bytes[self.at] {
                b'{' | b'[' => {
                    self.begin();
                    let object = bytes[self.at] == b'{';
                    self.open.push(if object { Open::Object(None) } else { Open::Array(0) });
                    self.key_next = object;
                    self.at += 1;
                }
                b'}' | b']' => {
                    if self.at + 1 < end {
                        self.open.pop();
                    } else {
                        // The place is the end of this object or array: it is still the one that is meant.
                        return;
                    }
                    self.key_next = false;
                    self.at += 1;
                }
                b',' => {
                    self.key_next = matches!(self.open.last(), Some(Open::Object(_)));
                    self.at += 1;
                }
                b'"' => {
                    let close = string_end(bytes, self.at);
                    match self.open.last_mut() {
                        Some(Open::Object(key)) if self.key_next => {
                            *key = self.text.get(self.at + 1..close).map(str::to_owned);
                        }
                        _ => self.begin(),
                    }
                    self.key_next = false;
                    self.at = close + 1;
                }
                b':' | b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                _ => {
                    self.begin();
                    while self.at < bytes.len()
                        && !matches!(bytes[self.at], b',' | b'}' | b']' | b' ' | b'\n')
                    {
                        self.at += 1;
                    }
                }
            }
        }
    }

    /// Counts a value that begins in an array.
    fn begin(&mut self) {
        if let Some(Open::Array(count)) = self.open.last_mut() {
            *count += 1;
        }
    }
}

/// `pods[3].containers[0].name` of the value (or key) that begins last before byte `end`, or of the object or array
/// that ends there; `inner: false` names the object or array around the value.
pub(super) fn path(text: &str, end: usize, inner: bool) -> String {
    let mut walker = Walker::new(text);
    walker.walk(end);
    // A sign that closes an object or array says that the whole of it was wrong.
    let last = end.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    if !inner || last.is_some_and(|b| matches!(b, b'}' | b']')) {
        walker.open.pop();
    }
    spelled(&walker.open)
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
