//! Lines of the common and combined log format of Apache, which nginx and most proxies write too.

use std::borrow::Cow;

use super::ExtraField;
use super::values::{Draft, address, common_time, measure, whole};
use crate::error::{Error, ErrorKind, Result};

const HINT: &str =
    "lines are: source ident user [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 512";

/// Reads `source ident user [time] "request" status bytes "referer" "agent" …`.
pub(super) fn read(
    line: &[u8],
    start: usize,
    extra: &[ExtraField],
    draft: &mut Draft,
) -> Result<()> {
    let mut cursor = Cursor { line, at: 0, start };
    cursor.blanks();
    let source = cursor.word();
    if let Some(source) = std::str::from_utf8(source).ok().and_then(address) {
        draft.record.source_ip = Some(source.into());
    }
    cursor.enter_bracket()?;
    let at = cursor.offset();
    let time = std::str::from_utf8(cursor.until(b']')?).unwrap_or_default();
    let read = common_time(time).ok_or_else(|| {
        let shown: String = time.chars().take(40).collect();
        Error::new(ErrorKind::TimeParse, format!("{shown:?} is not a time"))
            .at_byte(at)
            .hint("times of this format are 10/Oct/2000:13:55:36 -0700")
    })?;
    draft.set_time(read.map_err(|e| e.at_byte(at))?, time, at);
    cursor.blanks();
    let at = cursor.offset();
    if cursor.byte() != Some(b'"') {
        return Err(cursor.wrong("a request in quotes is expected"));
    }
    let request = cursor.field(draft, false)?;
    draft.set_request(&request, at.saturating_add(1));
    cursor.blanks();
    let at = cursor.offset();
    let status = cursor.field(draft, false)?;
    draft.set_status(&status, at)?;
    cursor.blanks();
    let at = cursor.offset();
    match &*cursor.field(draft, false)? {
        "-" | "" => {}
        bytes => draft.record.bytes = Some(whole(bytes).map_err(|e| e.at_byte(at))?),
    }
    // Referer and agent stand in quotes; a bare field is one of what follows them.
    for agent in [false, true] {
        cursor.blanks();
        if cursor.byte() != Some(b'"') {
            break;
        }
        let text = cursor.field(draft, true)?;
        if !matches!(&*text, "-" | "") {
            let slot = if agent { &mut draft.record.user_agent } else { &mut draft.record.referer };
            *slot = Some(text.into());
        }
    }
    for meaning in extra.iter().map(Some).chain(std::iter::repeat(None)) {
        cursor.blanks();
        if cursor.byte().is_none() {
            break;
        }
        let at = cursor.offset();
        let text = cursor.field(draft, true)?;
        if let (Some(meaning), false) = (meaning, matches!(&*text, "-" | "")) {
            set_extra(draft, *meaning, &text, at);
        }
    }
    Ok(())
}

fn set_extra(draft: &mut Draft, meaning: ExtraField, text: &str, at: usize) {
    let mut duration = |per_ms: f64, per_unit: f64| match measure(text) {
        Ok(value) => draft.record.duration_ms = Some(value * per_unit / per_ms),
        Err(error) => draft.unreadable(error, at),
    };
    let slot = match meaning {
        ExtraField::Skip => return,
        ExtraField::RequestTimeSeconds => return duration(1.0, 1000.0),
        ExtraField::RequestTimeMilliseconds => return duration(1.0, 1.0),
        ExtraField::RequestTimeMicroseconds => return duration(1000.0, 1.0),
        ExtraField::SourceIp => {
            draft.record.source_ip = address(text).map(Into::into);
            return;
        }
        ExtraField::Upstream => &mut draft.record.upstream,
        ExtraField::Host => &mut draft.record.host,
        ExtraField::Namespace => &mut draft.record.namespace,
        ExtraField::Workload => &mut draft.record.workload,
        ExtraField::Pod => &mut draft.record.pod,
    };
    *slot = Some(text.into());
}

/// A place in a line.
struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
    start: usize,
}

impl<'a> Cursor<'a> {
    fn byte(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn offset(&self) -> usize {
        self.start.saturating_add(self.at)
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.line.len());
    }

    fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.step(self.rest().iter().take_while(|b| matches!(b, b' ' | b'\t')).count());
    }

    fn wrong(&self, what: &str) -> Error {
        Error::new(ErrorKind::Format, what.to_owned()).at_byte(self.offset()).hint(HINT)
    }

    /// Everything up to a blank.
    fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|b| matches!(b, b' ' | b'\t')).unwrap_or(rest.len());
        self.step(length);
        rest.get(..length).unwrap_or_default()
    }

    /// Steps into the brackets of the time. Before them stand ident and user, who may have blanks in his name.
    fn enter_bracket(&mut self) -> Result<()> {
        match memchr::memmem::find(self.rest(), b" [") {
            Some(found) => {
                self.step(found.saturating_add(2));
                Ok(())
            }
            None => Err(self.wrong("a time in brackets is expected")),
        }
    }

    /// Everything up to a sign, which is passed too.
    fn until(&mut self, sign: u8) -> Result<&'a [u8]> {
        let rest = self.rest();
        let Some(length) = memchr::memchr(sign, rest) else {
            return Err(self.wrong("a bracket is never closed"));
        };
        self.step(length.saturating_add(1));
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// A field in quotes, with its escapes resolved, or a bare one. Servers cut long lines: a field that `may_be_cut`
    /// need not close its quotes.
    fn field(&mut self, draft: &mut Draft, may_be_cut: bool) -> Result<Cow<'a, str>> {
        let at = self.offset();
        let bytes: Cow<'a, [u8]> = if self.byte() == Some(b'"') {
            let (bytes, closed) = self.quoted();
            if !closed {
                let error = Error::new(ErrorKind::Format, "a quote is never closed").hint(HINT);
                if !may_be_cut {
                    return Err(error.at_byte(at));
                }
                draft.tolerate("UnclosedQuote", error, at);
            }
            bytes
        } else {
            Cow::Borrowed(self.word())
        };
        let text = match bytes {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => return Ok(Cow::Owned(text)),
                Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
            },
        };
        if matches!(text, Cow::Owned(_)) {
            draft.remark("InvalidUtf8", "bytes that are not UTF-8 are read as U+FFFD", at);
        }
        Ok(text)
    }

    /// What stands in quotes, and whether they are closed. `\"` and `\\` stand for themselves and `\xHH` for a byte; any
    /// other backslash is one.
    fn quoted(&mut self) -> (Cow<'a, [u8]>, bool) {
        self.step(1);
        let mut unescaped: Option<Vec<u8>> = None;
        loop {
            let rest = self.rest();
            let plain = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            let before = rest.get(..plain).unwrap_or_default();
            self.step(plain);
            let closed = self.byte() == Some(b'"');
            if closed || self.byte().is_none() {
                self.step(1);
                let bytes = match unescaped {
                    None => Cow::Borrowed(before),
                    Some(mut bytes) => {
                        bytes.extend_from_slice(before);
                        Cow::Owned(bytes)
                    }
                };
                return (bytes, closed);
            }
            let bytes = unescaped.get_or_insert_default();
            bytes.extend_from_slice(before);
            let (byte, length) = match *self.rest() {
                [_, sign @ (b'"' | b'\\'), ..] => (sign, 2),
                [_, b'x', high, low, ..] => match (hex(high), hex(low)) {
                    (Some(high), Some(low)) => (high << 4 | low, 4),
                    _ => (b'\\', 1),
                },
                _ => (b'\\', 1),
            };
            bytes.push(byte);
            self.step(length);
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}
