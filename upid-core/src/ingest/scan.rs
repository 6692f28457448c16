//! JSON as a parser wants it: one value at a time, what nobody asks for skipped without allocation.
//!
//! serde cannot say where a value stands or leave out one bad record, and most bytes of a Kubernetes list are fields
//! that nobody asks for.

use std::borrow::Cow;
use std::collections::HashSet;

use super::options::{Limits, check_digits, exceeded};
use super::parsed::Log;
use crate::error::{Error, ErrorKind, Result};
use crate::json::lexer::{past_blanks, plain_run, unescaped};

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
    /// Notices of the parser, and of repeated keys.
    pub(super) log: Log,
}

impl<'a> Scanner<'a> {
    /// `base` is where `text` begins in the input.
    pub(super) fn new(text: &'a str, base: usize, limits: &Limits, log: Log) -> Self {
        let limits = Limits { max_depth: limits.max_depth.min(MAX_DEPTH), ..limits.clone() };
        Self { text, at: 0, base, depth: 0, limits, keys: Vec::new(), log }
    }

    /// Offset in the input.
    pub(super) fn offset(&self) -> usize {
        self.base.saturating_add(self.at)
    }

    /// An error here.
    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message).at_byte(self.offset())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.text.len());
    }

    #[inline]
    fn blanks(&mut self) {
        self.at = past_blanks(self.text.as_bytes(), self.at);
    }

    fn truncated(&self) -> Error {
        self.error(ErrorKind::Truncated, "the JSON ends in the middle")
            .hint("pass the whole document")
    }

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
        mut element: impl FnMut(&mut Self, usize) -> Result<()>,
    ) -> Result<()> {
        match self.peek()? {
            Kind::Array => {}
            Kind::Null => return self.word("null"),
            found => return Err(self.wrong_type("an array", found)),
        }
        self.enter()?;
        self.blanks();
        if self.byte() == Some(b']') {
            return self.leave();
        }
        for index in 0.. {
            self.blanks();
            let value = self.at;
            element(self, index)?;
            if self.at == value {
                self.skip()?;
            }
            if !self.more(b']', "a comma or ]")? {
                break;
            }
        }
        Ok(())
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

    /// A string.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>> {
        match self.peek()? {
            Kind::String => self.quoted(),
            found => Err(self.wrong_type("a string", found)),
        }
    }

    /// A string, or none for null.
    pub(super) fn text(&mut self) -> Result<Option<Cow<'a, str>>> {
        if self.null()? { Ok(None) } else { self.string().map(Some) }
    }

    /// The text of a number.
    pub(super) fn number(&mut self) -> Result<&'a str> {
        match self.peek()? {
            Kind::Number => self.digits(),
            found => Err(self.wrong_type("a number", found)),
        }
    }

    /// A number, or a string that holds one; none for null.
    pub(super) fn number_or_text(&mut self) -> Result<Option<Cow<'a, str>>> {
        match self.peek()? {
            Kind::Number => self.digits().map(|text| Some(Cow::Borrowed(text))),
            Kind::String => self.quoted().map(Some),
            Kind::Null => self.word("null").map(|()| None),
            found => Err(self.wrong_type("a number or a string", found)),
        }
    }

    /// true or false; none for null.
    pub(super) fn boolean(&mut self) -> Result<Option<bool>> {
        match self.peek()? {
            Kind::Bool if self.byte() == Some(b't') => self.word("true").map(|()| Some(true)),
            Kind::Bool => self.word("false").map(|()| Some(false)),
            Kind::Null => self.word("null").map(|()| None),
            found => Err(self.wrong_type("true or false", found)),
        }
    }

    /// The text of the next value, which is skipped.
    pub(super) fn raw(&mut self) -> Result<&'a str> {
        self.blanks();
        let start = self.at;
        self.skip()?;
        self.text.get(start..self.at).ok_or_else(|| self.truncated())
    }

    /// Skips a value, checking that it is JSON.
    ///
    /// Most bytes of a list are skipped, so this keeps its place in a register and takes short ways.
    pub(super) fn skip(&mut self) -> Result<()> {
        let bytes = self.text.as_bytes();
        let room = self.limits.max_depth.saturating_sub(self.depth);
        // Levels that are open, and one bit for each: 1 for an object.
        let (mut open, mut objects) = (0u32, 0u128);
        let mut at = self.at;
        loop {
            at = past_blanks(bytes, at);
            match bytes.get(at).copied() {
                Some(b'"') => at = self.past_string(at)?,
                Some(sign @ (b'{' | b'[')) => {
                    if open >= room {
                        let at = self.base.saturating_add(at);
                        return Err(exceeded("maxDepth", u64::from(self.limits.max_depth), at));
                    }
                    let object = sign == b'{';
                    at = past_blanks(bytes, at.saturating_add(1));
                    if bytes.get(at) == Some(&closing(object)) {
                        at = at.saturating_add(1);
                    } else {
                        open = open.saturating_add(1);
                        objects = objects << 1 | u128::from(object);
                        if object {
                            at = self.past_key(at)?;
                        }
                        continue;
                    }
                }
                _ => {
                    self.at = at;
                    self.scalar()?;
                    at = self.at;
                }
            }
            // After a value: close what ends here, or go on to the next value.
            loop {
                if open == 0 {
                    self.at = at;
                    return Ok(());
                }
                let object = objects & 1 == 1;
                at = past_blanks(bytes, at);
                match bytes.get(at).copied() {
                    Some(b',') => {
                        at = at.saturating_add(1);
                        if object {
                            at = self.past_key(at)?;
                        }
                        break;
                    }
                    Some(sign) if sign == closing(object) => {
                        at = at.saturating_add(1);
                        open = open.saturating_sub(1);
                        objects >>= 1;
                    }
                    _ => {
                        self.at = at;
                        let wanted = if object { "a comma or }" } else { "a comma or ]" };
                        return Err(self.unexpected(wanted));
                    }
                }
            }
        }
    }

    /// Passes a number, true, false or null.
    fn scalar(&mut self) -> Result<()> {
        match self.peek()? {
            Kind::Number => self.digits().map(drop),
            Kind::Null => self.word("null"),
            Kind::Bool if self.byte() == Some(b't') => self.word("true"),
            _ => self.word("false"),
        }
    }

    /// The place after a key and its colon, both after blanks.
    #[inline]
    fn past_key(&mut self, at: usize) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let mut at = past_blanks(bytes, at);
        if bytes.get(at) != Some(&b'"') {
            self.at = at;
            return Err(self.unexpected("a key in quotes"));
        }
        at = past_blanks(bytes, self.past_string(at)?);
        if bytes.get(at) != Some(&b':') {
            self.at = at;
            return Err(self.unexpected("a colon"));
        }
        Ok(at.saturating_add(1))
    }

    /// The place after the string that begins with the quote at `at`.
    #[inline]
    fn past_string(&mut self, at: usize) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let start = at.saturating_add(1);
        let mut end = start;
        loop {
            end = end.saturating_add(plain_run(bytes.get(end..).unwrap_or_default()));
            match bytes.get(end) {
                Some(b'"') if end.saturating_sub(start) as u64 <= self.limits.max_string => {
                    return Ok(end.saturating_add(1));
                }
                // What follows a backslash is never the end.
                Some(b'\\') => end = end.saturating_add(2),
                _ => break,
            }
        }
        // Something is wrong with it.
        self.at = at;
        self.pass_string()?;
        Ok(self.at)
    }

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
        self.depth = self.depth.saturating_add(1);
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

    fn word(&mut self, word: &str) -> Result<()> {
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

    fn digits(&mut self) -> Result<&'a str> {
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
    #[inline]
    fn pass_string(&mut self) -> Result<(usize, usize, bool)> {
        let bytes = self.text.as_bytes();
        self.step(1);
        let start = self.at;
        let mut escaped = false;
        loop {
            self.step(plain_run(bytes.get(self.at..).unwrap_or_default()));
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

    fn quoted(&mut self) -> Result<Cow<'a, str>> {
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

/// The sign that closes an object or an array.
#[inline]
fn closing(object: bool) -> u8 {
    if object { b'}' } else { b']' }
}

/// Sees a repeated key of one object. A word of bits settles it for most objects.
struct Seen<'a> {
    /// Where the object's keys begin in the scanner's list.
    first: usize,
    bits: u64,
    many: HashSet<&'a str>,
}

impl<'a> Seen<'a> {
    const FEW: usize = 64;

    fn new(first: usize) -> Self {
        Self { first, bits: 0, many: HashSet::new() }
    }

    fn repeats(&mut self, key: &'a str, keys: &mut Vec<&'a str>) -> bool {
        if !self.many.is_empty() {
            return !self.many.insert(key);
        }
        let bit = 1u64 << (mix(key.as_bytes()) % 64);
        let maybe = self.bits & bit != 0;
        self.bits |= bit;
        let own = keys.get(self.first..).unwrap_or_default();
        if maybe && own.contains(&key) {
            return true;
        }
        if own.len() < Self::FEW {
            keys.push(key);
        } else {
            self.many.extend(own);
            return !self.many.insert(key);
        }
        false
    }
}

/// A cheap hash of length, first, middle and last bytes.
fn mix(bytes: &[u8]) -> usize {
    let at = |i: usize| usize::from(bytes.get(i).copied().unwrap_or_default());
    let (middle, last) = (bytes.len() / 2, bytes.len().saturating_sub(2));
    bytes.len().wrapping_mul(29)
        ^ at(1).wrapping_mul(7)
        ^ at(middle).wrapping_mul(13)
        ^ at(last).wrapping_mul(3)
}
