//! Values that nobody asks for: checked to be JSON, and passed without allocation.
#![allow(clippy::inline_always, reason = "measured: most of a list is passed here")]

use super::{Kind, Scanner};
use crate::error::Result;
use crate::ingest::options::exceeded;

impl Scanner<'_> {
    /// Skips a value, checking that it is JSON.
    ///
    /// Most bytes of a list are skipped, so this keeps its place in a register and takes short ways.
    pub(in crate::ingest) fn skip(&mut self) -> Result<()> {
        let bytes = self.text.as_bytes();
        let room = self.limits.max_depth.saturating_sub(self.depth);
        // Levels that are open, and one bit for each: 1 for an object.
        let (mut open, mut objects) = (0u32, 0u128);
        let mut at = self.at;
        loop {
            at = self.past_blanks(at);
            match bytes.get(at).copied() {
                Some(b'"') => at = self.past_string(at)?,
                Some(sign @ (b'{' | b'[')) => {
                    if open >= room {
                        let at = self.base.saturating_add(at);
                        return Err(exceeded("maxDepth", u64::from(self.limits.max_depth), at));
                    }
                    let object = sign == b'{';
                    at = self.past_blanks(at.wrapping_add(1));
                    if bytes.get(at) == Some(&closing(object)) {
                        at = at.wrapping_add(1);
                    } else {
                        open = open.wrapping_add(1);
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
                at = self.past_blanks(at);
                match bytes.get(at).copied() {
                    Some(b',') => {
                        at = at.wrapping_add(1);
                        if object {
                            at = self.past_key(at)?;
                        }
                        break;
                    }
                    Some(sign) if sign == closing(object) => {
                        at = at.wrapping_add(1);
                        open = open.wrapping_sub(1);
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
    #[inline(always)]
    fn past_key(&mut self, at: usize) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.past_blanks(at);
        if bytes.get(at) != Some(&b'"') {
            self.at = at;
            return Err(self.unexpected("a key in quotes"));
        }
        at = self.past_string(at)?;
        at = self.past_blanks(at);
        if bytes.get(at) != Some(&b':') {
            self.at = at;
            return Err(self.unexpected("a colon"));
        }
        Ok(at.wrapping_add(1))
    }

    /// The place after the string that begins with the quote at `at`.
    #[inline(always)]
    fn past_string(&mut self, at: usize) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let start = at.wrapping_add(1);
        let end = self.signs.end(bytes, start);
        let short = end.wrapping_sub(start) as u64 <= self.limits.max_string;
        if short && bytes.get(end) == Some(&b'"') {
            return Ok(end.wrapping_add(1));
        }
        self.past_odd_string(at, end)
    }

    /// The same for a string with escapes, of which `end` may be the first, or one that is none.
    #[inline(never)]
    fn past_odd_string(&mut self, at: usize, mut end: usize) -> Result<usize> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(end) {
                Some(b'"') if end.saturating_sub(at) as u64 <= self.limits.max_string => {
                    return Ok(end.saturating_add(1));
                }
                // What follows a backslash is never the end.
                Some(b'\\') => end = self.signs.end(bytes, end.saturating_add(2)),
                _ => break,
            }
        }
        // Something is wrong with it, or it is nearly too long.
        self.at = at;
        self.pass_string()?;
        Ok(self.at)
    }
}

/// The sign that closes an object or an array.
#[inline]
fn closing(object: bool) -> u8 {
    if object { b'}' } else { b']' }
}
