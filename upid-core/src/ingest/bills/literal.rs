//! The literals that bills put into cells: JSON, or what Python prints for lists and dictionaries.
//!
//! Nothing is evaluated: there are only null, true, false, numbers, strings, lists and maps.

use crate::error::{Error, ErrorKind, Result};
use crate::ingest::options::{Limits, exceeded};

/// A value. Numbers keep their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Literal>),
    Map(Vec<(String, Literal)>),
}

impl Literal {
    /// A scalar as text; null and what holds others have none.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Bool(value) => Some(value.to_string()),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The member of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Literal> {
        match self {
            // The last of equal keys wins, as in JSON.
            Self::Map(pairs) => pairs.iter().rev().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text of a scalar member of a map.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads one literal that fills the text.
///
/// # Errors
/// `UPID_FORMAT` with the offset in the text; `UPID_LIMIT_EXCEEDED` for depth.
pub(super) fn parse_literal(text: &str, limits: &Limits) -> Result<Literal> {
    let mut reader = Reader { text, at: 0, depth: limits.max_depth.min(128) };
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.wrong("the end"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        let blank = rest.len().saturating_sub(rest.trim_start().len());
        self.at = self.at.saturating_add(blank);
    }

    fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.rest().bytes().next()
    }

    fn wrong(&self, wanted: &str) -> Error {
        let found: String = self.rest().chars().take(10).collect();
        let message = if found.is_empty() {
            format!("the text ends where {wanted} is expected")
        } else {
            format!("{found:?} where {wanted} is expected")
        };
        Error::new(ErrorKind::Format, message)
            .at_byte(self.at)
            .hint("the cell holds JSON or a Python-style list or dictionary")
    }

    fn value(&mut self) -> Result<Literal> {
        match self.peek() {
            Some(b'{') => self.inside(Self::map),
            Some(b'[' | b'(') => self.inside(Self::list),
            Some(b'"' | b'\'') => self.string().map(Literal::Text),
            Some(b'-' | b'0'..=b'9') => {
                let rest = self.rest();
                let sign =
                    |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
                let length = rest.bytes().take_while(sign).count();
                self.at = self.at.saturating_add(length);
                Ok(Literal::Number(rest.get(..length).unwrap_or_default().to_owned()))
            }
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Literal> {
        for (word, value) in [
            ("null", Literal::Null),
            ("None", Literal::Null),
            ("nan", Literal::Null),
            ("true", Literal::Bool(true)),
            ("True", Literal::Bool(true)),
            ("false", Literal::Bool(false)),
            ("False", Literal::Bool(false)),
        ] {
            if let Some(after) = self.rest().strip_prefix(word)
                && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '(')
            {
                self.at = self.at.saturating_add(word.len());
                return Ok(value);
            }
        }
        Err(self.wrong("a value"))
    }

    /// Reads what stands in brackets, one level deeper.
    fn inside(&mut self, read: fn(&mut Self) -> Result<Literal>) -> Result<Literal> {
        self.depth = self.depth.checked_sub(1).ok_or_else(|| exceeded("maxDepth", 64, self.at))?;
        self.at = self.at.saturating_add(1);
        let value = read(self)?;
        self.depth = self.depth.saturating_add(1);
        Ok(value)
    }

    fn map(&mut self) -> Result<Literal> {
        let mut pairs = Vec::new();
        while self.peek() != Some(b'}') {
            if !matches!(self.peek(), Some(b'"' | b'\'')) {
                return Err(self.wrong("a key in quotes"));
            }
            let key = self.string()?;
            if self.peek() != Some(b':') {
                return Err(self.wrong("a colon"));
            }
            self.at = self.at.saturating_add(1);
            let value = self.value()?;
            pairs.push((key, value));
            self.comma(b"}")?;
        }
        self.at = self.at.saturating_add(1);
        Ok(Literal::Map(pairs))
    }

    fn list(&mut self) -> Result<Literal> {
        let mut items = Vec::new();
        while !matches!(self.peek(), Some(b']' | b')')) {
            items.push(self.value()?);
            self.comma(b"])")?;
        }
        self.at = self.at.saturating_add(1);
        Ok(Literal::List(items))
    }

    /// After an item: a comma, which may also stand before the end, or the end.
    fn comma(&mut self, ends: &[u8]) -> Result<()> {
        match self.peek() {
            Some(b',') => self.at = self.at.saturating_add(1),
            Some(end) if ends.contains(&end) => {}
            _ => return Err(self.wrong("a comma or the end")),
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String> {
        let quote = if self.peek() == Some(b'"') { '"' } else { '\'' };
        self.at = self.at.saturating_add(1);
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(plain) = rest.find([quote, '\\']) else {
                self.at = self.text.len();
                return Err(self.wrong("a closing quote"));
            };
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at = self.at.saturating_add(plain).saturating_add(1);
            if rest.get(plain..).is_some_and(|r| r.starts_with(quote)) {
                return Ok(out);
            }
            out.push(self.escape()?);
        }
    }

    /// The character of an escape, whose backslash is read.
    fn escape(&mut self) -> Result<char> {
        let sign = self.rest().chars().next().ok_or_else(|| self.wrong("an escape"))?;
        let plain = match sign {
            '"' | '\'' | '\\' | '/' => Some(sign),
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            _ => None,
        };
        if let Some(plain) = plain {
            self.at = self.at.saturating_add(1);
            return Ok(plain);
        }
        let digits = match sign {
            'x' => 2usize,
            'u' => 4,
            'U' => 8,
            _ => return Err(self.wrong("an escape")),
        };
        let high = self.hex(digits)?;
        // A surrogate pair, as JSON writes characters past U+FFFF.
        let code = if (0xd800..0xdc00).contains(&high) && self.rest().starts_with("\\u") {
            self.at = self.at.saturating_add(1);
            let low = self.hex(4)?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(self.wrong("the other half of a character"));
            }
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.wrong("a character"))
    }

    fn hex(&mut self, digits: usize) -> Result<u32> {
        let text = self.rest().get(1..digits.saturating_add(1));
        let text = text.filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = text.and_then(|t| u32::from_str_radix(t, 16).ok());
        let code = code.ok_or_else(|| self.wrong("hexadecimal digits"))?;
        self.at = self.at.saturating_add(digits).saturating_add(1);
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Literal> {
        parse_literal(text, &Limits::default())
    }

    fn as_literal(value: &serde_json::Value) -> Literal {
        use serde_json::Value;
        match value {
            Value::Null => Literal::Null,
            Value::Bool(b) => Literal::Bool(*b),
            Value::Number(n) => Literal::Number(n.to_string()),
            Value::String(s) => Literal::Text(s.clone()),
            Value::Array(a) => Literal::List(a.iter().map(as_literal).collect()),
            Value::Object(o) => {
                Literal::Map(o.iter().map(|(k, v)| (k.clone(), as_literal(v))).collect())
            }
        }
    }

    #[test]
    fn python_and_json_say_the_same() {
        let json = r#"[{"key": "it's", "value": null, "n": -1.5e-7, "on": true}, {}]"#;
        let python = r#"[{'key': "it's", 'value': None, 'n': -1.5e-7, 'on': True,}, {}]"#;
        assert_eq!(read(python).unwrap(), read(json).unwrap());
        assert_eq!(read(r"'a\'b\\c\x41\u00e9'").unwrap(), Literal::Text("a'b\\cAé".into()));
        assert_eq!(read(r#""\ud83d\ude00""#).unwrap(), Literal::Text("😀".into()));
        assert_eq!(read("()").unwrap(), Literal::List(vec![]));
    }

    #[test]
    fn nothing_is_evaluated_and_what_is_broken_refused() {
        for (text, at) in [
            ("", 0),
            ("open('x')", 0),
            ("None()", 0),
            ("[1, 2", 5),
            ("{'a' 1}", 5),
            ("{a: 1}", 1),
            ("'abc", 4),
            (r"'\q'", 2),
            (r"'\ud800'", 7),
            ("[1] x", 4),
            ("[1 2]", 3),
            (r"'\x4'", 2),
        ] {
            let error = read(text).unwrap_err();
            let found = (error.code(), error.place().byte_offset);
            assert_eq!(found, ("UPID_FORMAT", Some(at)), "{text}");
        }
        assert!(read(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert_eq!(read(&"[".repeat(65)).unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    }

    proptest! {
        #[test]
        fn json_is_read_as_serde_reads_it(text in r#"[\[\]{}",:0-9a-e.\\ntrufls -]{0,24}"#) {
            if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text)
                && !text.contains(['.', 'e', 'E'])
                && value.as_object().is_none_or(|o| o.len() < 2)
            {
                // serde_json sorts the keys of a map and drops repeated ones.
                if text.matches(':').count() < 2 {
                    prop_assert_eq!(read(&text).unwrap(), as_literal(&value), "{}", text);
                }
            }
        }

        #[test]
        fn strings_come_back(value in any::<String>()) {
            let text = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(read(&text).unwrap(), Literal::Text(value));
        }

        #[test]
        fn any_text_is_read_or_refused(text in r#"[\[\]{}()'",:\\xuNone0-9 -]{0,40}"#) {
            let _ = read(&text);
        }
    }
}
