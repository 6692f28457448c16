//! JSON as a parser wants it: one value at a time, what nobody asks for skipped without allocation.
//!
//! serde cannot say where a value stands or leave out one bad record, and most bytes of a Kubernetes list are fields
//! that nobody asks for.

#![allow(clippy::inline_always, reason = "measured: the paths of every token")]

mod keys;
mod signs;
mod skip;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;

use keys::Seen;
use signs::Signs;

use super::options::{Limits, exceeded};
use super::parsed::Log;
use crate::error::{Error, ErrorKind, Result};

/// Deepest nesting that a limit may allow.
const MAX_DEPTH: u32 = 128;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Null => "null",
        }
    }
}

/// A place to come back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    depth: u32,
    keys: usize,
}

/// Reads JSON text from its start to its end. Offsets are those of the whole input.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    base: usize,
    depth: u32,
    limits: Limits,
    /// Keys of the objects that are being read, the innermost last.
    keys: Vec<&'a str>,
    signs: Signs,
    /// Notices of the parser, and of repeated keys.
    pub(super) log: Log,
}

impl<'a> Scanner<'a> {
    /// `base` is where `text` begins in the input.
    pub(super) fn new(text: &'a str, base: usize, limits: &Limits, log: Log) -> Self {
        let limits = Limits { max_depth: limits.max_depth.min(MAX_DEPTH), ..limits.clone() };
        Self { text, at: 0, base, depth: 0, limits, keys: Vec::new(), signs: Signs::new(), log }
    }

    /// Offset in the input.
    pub(super) fn offset(&self) -> usize {
        self.base.saturating_add(self.at)
    }

    /// An error here.
    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message).at_byte(self.offset())
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn step(&mut self, bytes: usize) {
        self.at = self.at.wrapping_add(bytes).min(self.text.len());
    }

    #[inline(always)]
    fn blanks(&mut self) {
        self.at = self.past_blanks(self.at);
    }

    /// The first place from `at` on that is no blank, or the end.
    #[inline(always)]
    fn past_blanks(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        match bytes.get(at) {
            Some(&sign) if sign <= b' ' => self.signs.token(bytes, at).min(bytes.len()),
            _ => at,
        }
    }

    fn truncated(&self) -> Error {
        self.error(ErrorKind::Truncated, "the JSON ends in the middle")
            .hint("pass the whole document")
    }

    #[cold]
    fn unexpected(&self, wanted: &str) -> Error {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => self.truncated(),
            Some(found) => self
                .error(
                    ErrorKind::Format,
                    format!("not valid JSON: {found:?} where {wanted} is expected"),
                )
                .hint("check the text there; NaN, comments and trailing commas are not JSON"),
        }
    }

    fn wrong_type(&self, wanted: &str, found: Kind) -> Error {
        self.error(ErrorKind::Format, format!("{} where {wanted} is expected", found.name()))
            .hint("check that the input is of the format that was asked for")
    }

    #[inline]
    fn take(&mut self, byte: u8, wanted: &str) -> Result<()> {
        self.blanks();
        if self.byte() == Some(byte) {
            self.step(1);
            return Ok(());
        }
        Err(self.unexpected(wanted))
    }

    /// What the next value is; nothing is consumed but blanks.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Kind> {
        self.blanks();
        Ok(match self.byte() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => return Err(self.unexpected("a value")),
        })
    }

    /// Whether nothing but blanks is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.blanks();
        self.at >= self.text.len()
    }

    /// Whether the next value is null, which is consumed.
    pub(super) fn null(&mut self) -> Result<bool> {
        if self.peek()? != Kind::Null {
            return Ok(false);
        }
        self.word("null")?;
        Ok(true)
    }

    /// Most characters of a number.
    pub(super) fn digits_limit(&self) -> u32 {
        self.limits.max_digits
    }

    /// What is not read yet, for readers of one regular form that is worth a loop of its own.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes bytes of [`Scanner::rest`] that hold whole values.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.step(bytes);
    }

    /// Reads an object member by member; null has no members. A value that `member` leaves unread is skipped.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<()>,
    ) -> Result<()> {
        self.members(|scan, key| member(scan, &key))
    }

    /// As [`Scanner::object`], for members whose names are kept.
    pub(super) fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<()>,
    ) -> Result<()> {
        match self.peek()? {
            Kind::Object => {}
            Kind::Null => return self.word("null"),
            found => return Err(self.wrong_type("an object", found)),
        }
        self.enter()?;
        let mut seen = Seen::new(self.keys.len());
        self.blanks();
        if self.byte() == Some(b'}') {
            return self.leave();
        }
        loop {
            self.blanks();
            let start = self.at;
            let key = self.key()?;
            let raw = self.text.get(start..self.at).unwrap_or_default();
            if seen.repeats(raw, &mut self.keys) {
                self.repeated(start, &key)?;
            }
            self.take(b':', "a colon")?;
            self.blanks();
            let value = self.at;
            member(self, key)?;
            if self.at == value {
                self.skip()?;
            }
            if !self.more(b'}', "a comma or }")? {
                self.keys.truncate(seen.first);
                return Ok(());
            }
        }
    }

    /// Reads an array element by element, counted from 0; null has none. An element left unread is skipped.
    pub(super) fn array(
        &mut self,
        element: impl FnMut(&mut Self, usize) -> Result<()>,
    ) -> Result<()> {
        if self.open_array()? {
            self.elements(usize::MAX, element)?;
        }
        Ok(())
    }

    /// Goes into an array that has elements; passes one that has none, and null.
    pub(super) fn open_array(&mut self) -> Result<bool> {
        match self.peek()? {
            Kind::Array => {}
            Kind::Null => return self.word("null").map(|()| false),
            found => return Err(self.wrong_type("an array", found)),
        }
        self.enter()?;
        self.blanks();
        if self.byte() == Some(b']') {
            return self.leave().map(|()| false);
        }
        Ok(true)
    }

    /// Reads on in an array to its end, or to the first element at the offset `until` or behind: then true.
    pub(super) fn elements(
        &mut self,
        until: usize,
        mut element: impl FnMut(&mut Self, usize) -> Result<()>,
    ) -> Result<bool> {
        for index in 0.. {
            self.blanks();
            if self.offset() >= until {
                return Ok(true);
            }
            let value = self.at;
            element(self, index)?;
            if self.at == value {
                self.skip()?;
            }
            if !self.more(b']', "a comma or ]")? {
                break;
            }
        }
        Ok(false)
    }

    /// Another reader of the same text, as deep as this one but at another offset, with a log of its own.
    pub(super) fn fork(&self, offset: usize) -> Self {
        let log = self.log.apart();
        let at = offset.saturating_sub(self.base).min(self.text.len());
        let limits = self.limits.clone();
        Self { at, depth: self.depth, ..Self::new(self.text, self.base, &limits, log) }
    }

    /// Goes on where a fork stands, with what it noted.
    pub(super) fn join(&mut self, fork: Self) {
        (self.at, self.depth) = (fork.at, fork.depth);
        self.log.absorb(fork.log);
    }

    /// Reads a value that may be unusable: then it is skipped, and its error given. Broken JSON is an error all the same.
    pub(super) fn attempt<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Result<T>> {
        self.blanks();
        let (at, depth, keys) = (self.at, self.depth, self.keys.len());
        let result = read(self);
        if result.is_err() {
            (self.at, self.depth) = (at, depth);
            self.keys.truncate(keys);
            self.skip()?;
        }
        Ok(result)
    }

    /// Where the reading stands.
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth, keys: self.keys.len() }
    }

    /// Goes back to a mark, to read what follows it again.
    pub(super) fn rewind(&mut self, mark: Mark) {
        (self.at, self.depth) = (mark.at, mark.depth);
        self.keys.truncate(mark.keys);
    }

    /// Looks at the members of the next value, if it is an object, while `look` says so; nothing is consumed.
    ///
    /// What is wrong with the value is left to its reading.
    pub(super) fn look(&mut self, mut look: impl FnMut(&mut Self, &str) -> Result<bool>) {
        let start = self.mark();
        let mut members = || -> Result<()> {
            if self.peek()? != Kind::Object {
                return Ok(());
            }
            self.enter()?;
            loop {
                self.blanks();
                let key = self.key()?;
                self.take(b':', "a colon")?;
                self.blanks();
                let value = self.at;
                if !look(self, &key)? {
                    return Ok(());
                }
                if self.at == value {
                    self.skip()?;
                }
                if !self.more(b'}', "a comma or }")? {
                    return Ok(());
                }
            }
        };
        let _ = members();
        self.rewind(start);
    }

    /// Steps to the first element of the next value, if it is an array that has one. For [`Self::look`] only.
    pub(super) fn first(&mut self) -> Result<bool> {
        if self.peek()? != Kind::Array {
            return Ok(false);
        }
        self.enter()?;
        self.blanks();
        Ok(self.byte() != Some(b']'))
    }

    /// The bounds on the input.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The text of the next value, which is skipped.
    pub(super) fn raw(&mut self) -> Result<&'a str> {
        self.blanks();
        let start = self.at;
        self.skip()?;
        self.text.get(start..self.at).ok_or_else(|| self.truncated())
    }

    #[inline(always)]
    fn key(&mut self) -> Result<Cow<'a, str>> {
        if self.byte() == Some(b'"') {
            self.quoted()
        } else {
            Err(self.unexpected("a key in quotes"))
        }
    }

    /// Goes into an object or array.
    fn enter(&mut self) -> Result<()> {
        if self.depth >= self.limits.max_depth {
            return Err(exceeded("maxDepth", u64::from(self.limits.max_depth), self.offset()));
        }
        self.depth = self.depth.wrapping_add(1);
        self.step(1);
        Ok(())
    }

    #[allow(clippy::unnecessary_wraps)] // reads as the other steps do
    fn leave(&mut self) -> Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.step(1);
        Ok(())
    }

    /// After a value: true past a comma, false past the closing sign.
    #[inline]
    fn more(&mut self, close: u8, wanted: &str) -> Result<bool> {
        self.blanks();
        match self.byte() {
            Some(b',') => {
                self.step(1);
                Ok(true)
            }
            Some(byte) if byte == close => self.leave().map(|()| false),
            _ => Err(self.unexpected(wanted)),
        }
    }

    #[cold]
    fn repeated(&mut self, at: usize, key: &str) -> Result<()> {
        let at = self.base.saturating_add(at);
        let error =
            Error::new(ErrorKind::Format, format!("the key {key:?} stands twice in one object"))
                .at_byte(at)
                .hint("keep one; in Lenient mode the last wins");
        self.log.tolerate("DuplicateKey", error)
    }
}
