//! JSON text in its smallest parts: blanks, strings, numbers, words.

use std::borrow::Cow;

/// What is wrong with the text at a byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It ends in the middle.
    Truncated,
    /// Another sign is expected there.
    Unexpected(&'static str),
    /// A string that is none.
    Text(&'static str),
}

/// A place in JSON text that moves on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexer<'a> {
    pub(crate) text: &'a str,
    /// The byte that is read next.
    pub(crate) at: usize,
}

impl<'a> Lexer<'a> {
    /// The next byte that is no blank; nothing but blanks is consumed.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.at = past_blanks(self.text.as_bytes(), self.at);
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Consumes the byte that was peeked.
    #[inline]
    pub(crate) fn bump(&mut self) {
        self.at += 1;
    }

    /// What to say where a sign is missing.
    pub(crate) fn expected(&self, wanted: &'static str) -> Broken {
        if self.at >= self.text.len() { Broken::Truncated } else { Broken::Unexpected(wanted) }
    }

    /// Consumes `sign`, after blanks.
    #[inline]
    pub(crate) fn take(&mut self, sign: u8, wanted: &'static str) -> Result<(), Broken> {
        if self.peek() != Some(sign) {
            return Err(self.expected(wanted));
        }
        self.bump();
        Ok(())
    }

    /// Consumes `null`, `true` or `false`.
    pub(crate) fn word(&mut self, word: &'static str) -> Result<(), Broken> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        if word.as_bytes().starts_with(rest) {
            self.at = self.text.len();
        }
        Err(self.expected("a value"))
    }

    /// Passes a string, a number, true, false or null, being next.
    pub(crate) fn scalar(&mut self) -> Result<(), Broken> {
        match self.byte() {
            Some(b'"') => self.string().map(drop),
            Some(b'n') => self.word("null"),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            _ => Err(self.expected("a value")),
        }
    }

    /// Consumes a number and gives its text.
    pub(crate) fn number(&mut self) -> Result<&'a str, Broken> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.bump();
        }
        // A leading 0 stands alone.
        let zero = self.byte() == Some(b'0');
        let whole = self.digits()?;
        if zero && whole > 1 {
            self.at -= whole - 1;
            return Err(self.expected("a number without leading zeros"));
        }
        if self.byte() == Some(b'.') {
            self.bump();
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.bump();
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.bump();
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Consumes at least one digit.
    fn digits(&mut self) -> Result<usize, Broken> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.expected("a digit")) } else { Ok(count) }
    }

    /// Consumes a string, its quote being next.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, Broken> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let (mut end, mut escaped) = (start, false);
        loop {
            end += plain_run(bytes.get(end..).unwrap_or_default());
            match bytes.get(end) {
                Some(b'"') => break,
                // What follows a backslash is never the end.
                Some(b'\\') => (end, escaped) = (end + 2, true),
                Some(_) => {
                    self.at = end;
                    return Err(Broken::Text("a control character in a string"));
                }
                None => {
                    self.at = bytes.len();
                    return Err(Broken::Truncated);
                }
            }
        }
        let inner = self.text.get(start..end).unwrap_or_default();
        if !escaped {
            self.at = end + 1;
            return Ok(Cow::Borrowed(inner));
        }
        match unescaped(inner) {
            Ok(text) => {
                self.at = end + 1;
                Ok(Cow::Owned(text))
            }
            Err((at, what)) => {
                self.at = start + at;
                Err(Broken::Text(what))
            }
        }
    }
}

/// The first place from `at` on that is no blank.
#[inline]
pub(crate) fn past_blanks(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(&sign) if sign <= b' ' => past_many_blanks(bytes, at),
        _ => at,
    }
}

/// Indentation is passed eight blanks at a time.
fn past_many_blanks(bytes: &[u8], mut at: usize) -> usize {
    const BLANKS: u64 = u64::from_ne_bytes([b' '; 8]);
    loop {
        while let Some(next) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let others = u64::from_le_bytes(*next) ^ BLANKS;
            let run = others.trailing_zeros() as usize / 8;
            at = at.saturating_add(run);
            if run < 8 {
                break;
            }
        }
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at = at.saturating_add(1),
            _ => return at,
        }
    }
}

/// How many bytes from the start are neither quote, backslash nor control character: eight at a time.
///
/// A byte below the one that is taken off borrows from the next, so that only the first sign found is sure to be one.
#[inline]
pub(crate) fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    let mut run = 0usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quotes = is_zero(word ^ (ONES * 0x22));
        let slashes = is_zero(word ^ (ONES * 0x5c));
        let controls = word.wrapping_sub(ONES * 0x20) & !word;
        let signs = (quotes | slashes | controls) & (ONES << 7);
        if signs != 0 {
            return run + signs.trailing_zeros() as usize / 8;
        }
        run += 8;
    }
    run + rest.iter().take_while(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)).count()
}

/// A string with its escapes resolved, or the offset of the first that is none, and what it is.
pub(crate) fn unescaped(text: &str) -> Result<String, (usize, &'static str)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let at = text.len() - escape.len() - 1;
        let mut signs = escape.chars();
        let sign = match signs.next() {
            Some(sign @ ('"' | '\\' | '/')) => sign,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let (sign, length) =
                    unicode(escape).ok_or((at, "an escape that is no character"))?;
                out.push(sign);
                rest = escape.get(length..).unwrap_or_default();
                continue;
            }
            _ => return Err((at, "an unknown escape")),
        };
        out.push(sign);
        rest = signs.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

/// The character of `uXXXX` or of a surrogate pair `uXXXX\uXXXX`, and its length here.
fn unicode(escape: &str) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let digits = escape.get(from..from + 4)?;
        let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    let high = unit(1)?;
    if let Some(sign) = char::from_u32(high) {
        return Some((sign, 5));
    }
    let low = (escape.get(5..7)? == "\\u").then(|| unit(7)).flatten()?;
    let both = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    let sign = both.then(|| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
    Some((char::from_u32(sign)?, 11))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_runs(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let slow = bytes.iter().take_while(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)).count();
            prop_assert_eq!(plain_run(&bytes), slow);
        }

        #[test]
        fn blanks_are_passed(text in "[ \n\r\ta\\x0b]{0,40}", at in 0usize..40) {
            let at = at.min(text.len());
            let rest = text.get(at..).unwrap_or_default();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\n', '\r', '\t']).len();
            prop_assert_eq!(past_blanks(text.as_bytes(), at), at + blanks);
        }
    }
}
