//! Single values: strings, numbers, words.
#![allow(clippy::inline_always, reason = "measured: the paths of every key")]

use std::borrow::Cow;

use super::{Kind, Scanner};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::options::{check_digits, exceeded};
use crate::json::lexer::unescaped;

impl<'a> Scanner<'a> {
    /// A string.
    pub(in crate::ingest) fn string(&mut self) -> Result<Cow<'a, str>> {
        self.blanks();
        if self.byte() == Some(b'"') {
            return self.quoted();
        }
        let found = self.peek()?;
        Err(self.wrong_type("a string", found))
    }

    /// A string, or none for null.
    pub(in crate::ingest) fn text(&mut self) -> Result<Option<Cow<'a, str>>> {
        self.blanks();
        if self.byte() == Some(b'n') {
            return self.word("null").map(|()| None);
        }
        self.string().map(Some)
    }

    /// The text of a number.
    pub(in crate::ingest) fn number(&mut self) -> Result<&'a str> {
        match self.peek()? {
            Kind::Number => self.digits(),
            found => Err(self.wrong_type("a number", found)),
        }
    }

    /// A number, or a string that holds one; none for null.
    pub(in crate::ingest) fn number_or_text(&mut self) -> Result<Option<Cow<'a, str>>> {
        match self.peek()? {
            Kind::Number => self.digits().map(|text| Some(Cow::Borrowed(text))),
            Kind::String => self.quoted().map(Some),
            Kind::Null => self.word("null").map(|()| None),
            found => Err(self.wrong_type("a number or a string", found)),
        }
    }

    /// true or false; none for null.
    pub(in crate::ingest) fn boolean(&mut self) -> Result<Option<bool>> {
        match self.peek()? {
            Kind::Bool if self.byte() == Some(b't') => self.word("true").map(|()| Some(true)),
            Kind::Bool => self.word("false").map(|()| Some(false)),
            Kind::Null => self.word("null").map(|()| None),
            found => Err(self.wrong_type("true or false", found)),
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.step(word.len());
            return Ok(());
        }
        if word.as_bytes().starts_with(rest) {
            self.at = self.text.len();
            return Err(self.truncated());
        }
        Err(self.unexpected("a value"))
    }

    pub(super) fn digits(&mut self) -> Result<&'a str> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let run = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default();
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        if self.byte() == Some(b'-') {
            self.step(1);
        }
        let whole = run(self.at);
        // A leading 0 stands alone.
        if whole == 0 || (whole > 1 && self.byte() == Some(b'0')) {
            return Err(self.unexpected("a digit"));
        }
        self.step(whole);
        if self.byte() == Some(b'.') {
            self.step(1);
            self.required_digits(run(self.at))?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.step(1);
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.step(1);
            }
            self.required_digits(run(self.at))?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        check_digits(text, self.limits.max_digits, self.base.saturating_add(start))?;
        Ok(text)
    }

    fn required_digits(&mut self, count: usize) -> Result<()> {
        if count == 0 {
            return Err(self.unexpected("a digit"));
        }
        self.step(count);
        Ok(())
    }

    /// Passes a string; gives its inner range and whether it holds escapes.
    #[cold]
    pub(super) fn pass_string(&mut self) -> Result<(usize, usize, bool)> {
        let bytes = self.text.as_bytes();
        self.step(1);
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at = self.signs.end(bytes, self.at).min(bytes.len());
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    // What follows a backslash is never the end; its meaning matters only to who reads the string.
                    self.step(1);
                    if self.byte().is_none() {
                        return Err(self.truncated());
                    }
                    self.step(1);
                }
                Some(_) => return Err(self.unexpected("a string without control characters")),
                None => return Err(self.truncated()),
            }
        }
        let end = self.at;
        self.step(1);
        if end.saturating_sub(start) as u64 > self.limits.max_string {
            let at = self.base.saturating_add(start);
            return Err(exceeded("maxString", self.limits.max_string, at));
        }
        Ok((start, end, escaped))
    }

    /// A string, its quote being next.
    #[inline(always)]
    pub(super) fn quoted(&mut self) -> Result<Cow<'a, str>> {
        let bytes = self.text.as_bytes();
        let start = self.at.wrapping_add(1);
        let end = self.signs.end(bytes, start);
        let short = end.wrapping_sub(start) as u64 <= self.limits.max_string;
        match self.text.get(start..end) {
            Some(text) if short && bytes.get(end) == Some(&b'"') => {
                self.at = end.wrapping_add(1);
                Ok(Cow::Borrowed(text))
            }
            _ => self.quoted_oddly(),
        }
    }

    /// A string with escapes, or one that is none.
    #[inline(never)]
    fn quoted_oddly(&mut self) -> Result<Cow<'a, str>> {
        let (start, end, escaped) = self.pass_string()?;
        let inner = self.text.get(start..end).unwrap_or_default();
        if !escaped {
            return Ok(Cow::Borrowed(inner));
        }
        unescaped(inner).map(Cow::Owned).map_err(|(at, what)| {
            Error::new(ErrorKind::Format, what)
                .at_byte(self.base.saturating_add(start).saturating_add(at))
                .hint("a string that is not valid Unicode cannot be used")
        })
    }
}
