//! The path of a place in JSON text: found by reading the text again, only when something is wrong.
//!
//! Keeping paths while reading would cost time for every value; a notice is rare enough to look twice.

/// An object or array that is open at the place.
enum Open {
    /// The key that was read last.
    Object(Option<String>),
    /// How many elements have begun.
    Array(usize),
}

/// Reads JSON text up to a place, then on to the next: many places cost one reading.
pub(super) struct Walker<'a> {
    text: &'a str,
    at: usize,
    key_next: bool,
    open: Vec<Open>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, key_next: false, open: Vec::new() }
    }

    /// The path of the value (or key) that begins last at or before byte `end`. Ends must not descend.
    pub(super) fn path(&mut self, end: usize) -> String {
        self.walk(end);
        spelled(&self.open)
    }

    fn walk(&mut self, end: usize) {
        let bytes = self.text.as_bytes();
        while let Some(&sign) = bytes.get(self.at).filter(|_| self.at <= end) {
            match sign {
                b'{' | b'[' => {
                    self.begin();
                    let object = sign == b'{';
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
                    let rest = bytes.get(self.at..).unwrap_or_default();
                    let ends = |b: &u8| matches!(b, b',' | b'}' | b']' | b' ' | b'\n');
                    self.at += rest.iter().position(ends).unwrap_or(rest.len());
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

/// The byte of the closing quote, or the end of the text.
fn string_end(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(sign) = bytes.get(at).filter(|sign| **sign != b'"') {
        at += if *sign == b'\\' { 2 } else { 1 };
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
            assert_eq!(Walker::new(text).path(at), expected, "{needle}");
        }
    }
}
