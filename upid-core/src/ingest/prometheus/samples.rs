//! The samples of one series, from its text to columns.

use super::document::Span;
use super::values::{float, sample};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::options::{Limits, ParseOptions, check_digits};
use crate::ingest::parsed::Log;
use crate::ingest::scan::{Kind, Scanner};
use crate::ingest::values::seconds_to_ms;
use crate::units::Timestamp;

/// Times and values of equal length, in any order; NaN is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::ingest) struct Samples {
    pub(in crate::ingest) times: Vec<i64>,
    pub(in crate::ingest) values: Vec<f64>,
}

impl Samples {
    pub(in crate::ingest) fn clear(&mut self) {
        self.times.clear();
        self.values.clear();
    }

    pub(in crate::ingest) fn push(&mut self, ms: i64, value: f64) {
        self.times.push(ms);
        self.values.push(value);
    }
}

/// What reading an array of samples needs to know.
pub(super) struct Reader<'a> {
    pub(super) texts: &'a [(&'a str, usize)],
    pub(super) limits: &'a Limits,
    pub(super) common: &'a ParseOptions,
    /// The end of the array was searched for and may be wrong: whatever is not a plain sample is then an error.
    pub(super) searched: bool,
}

impl Reader<'_> {
    /// Reads the samples of a span, replacing what `samples` holds.
    pub(super) fn read(
        &self,
        span: Span,
        many: bool,
        samples: &mut Samples,
        log: Log,
    ) -> Result<Log> {
        samples.clear();
        let Some((text, base)) = self.texts.get(span.document) else { return Ok(log) };
        let part = text.get(span.start.saturating_sub(*base)..span.end.saturating_sub(*base));
        let mut scan = Scanner::new(part.unwrap_or_default(), span.start, self.limits, log);
        if many {
            reserve(samples, scan.rest());
            scan.array(|scan, _| self.elements(scan, samples))?;
        } else {
            self.slowly(&mut scan, samples)?;
        }
        if !scan.is_at_end() {
            return Err(scan.error(ErrorKind::Format, "the samples end early"));
        }
        Ok(scan.log)
    }

    /// As many samples as are spelled plainly, or one that is not.
    #[inline]
    fn elements(&self, scan: &mut Scanner<'_>, samples: &mut Samples) -> Result<()> {
        let rest = scan.rest();
        let (mut passed, mut at, mut count) = (0usize, 0usize, 0u64);
        while let Some((ms, value, end)) = sample(rest, at) {
            samples.times.push(ms);
            samples.values.push(value);
            count = count.wrapping_add(1);
            passed = end;
            at = end.wrapping_add(1);
            match rest.get(end) {
                Some(b',') => at = at.wrapping_add(usize::from(rest.get(at) == Some(&b' '))),
                _ => break,
            }
        }
        if count == 0 {
            return self.slowly(scan, samples);
        }
        scan.log.used(count);
        scan.advance(passed);
        Ok(())
    }

    /// One sample in any spelling.
    #[cold]
    fn slowly(&self, scan: &mut Scanner<'_>, samples: &mut Samples) -> Result<()> {
        let at = scan.offset();
        scan.log.record(at)?;
        let read = if self.searched { Ok(any(scan)?) } else { scan.attempt(any)? };
        if let Some((ms, value)) = scan.log.settle(read)? {
            if value.is_infinite() {
                let message = || "infinite values are missing".to_owned();
                scan.log.warn("InfiniteValue", message, Place::byte(at));
            }
            samples.push(ms, if value.is_infinite() { f64::NAN } else { value });
        }
        Ok(())
    }
}

/// Room for the samples, guessed from the first.
fn reserve(samples: &mut Samples, text: &[u8]) {
    let first = memchr::memchr(b']', text).unwrap_or(text.len()).max(8);
    let count = text.len() / first.saturating_add(2);
    samples.times.reserve(count);
    samples.values.reserve(count);
}

/// `[time, value]`: seconds as a number or text; a float as text or number, null for a missing one.
fn any(scan: &mut Scanner<'_>) -> Result<(i64, f64)> {
    let start = scan.offset();
    let (mut ms, mut value, mut length) = (0, f64::NAN, 0usize);
    if scan.peek()? != Kind::Array {
        return Err(no_pair(start));
    }
    scan.array(|scan, index| {
        let at = scan.offset();
        length = index.saturating_add(1);
        match index {
            0 => {
                let text = scan.number_or_text()?.ok_or_else(|| no_pair(at))?;
                check_digits(&text, scan.digits_limit(), at)?;
                ms = seconds_to_ms(&text).map_err(|e| e.at_byte(at))?;
                Timestamp::from_ms(ms).map_err(|e| e.at_byte(at))?;
            }
            1 => {
                if let Some(text) = scan.number_or_text()? {
                    check_digits(&text, scan.digits_limit(), at)?;
                    value = float(&text, false).ok_or_else(|| no_number(&text, at))?;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if length == 2 { Ok((ms, value)) } else { Err(no_pair(start)) }
}

fn no_pair(at: usize) -> Error {
    Error::new(ErrorKind::Format, "a sample is not a pair of time and value")
        .at_byte(at)
        .hint("samples are [seconds, \"value\"]")
}

fn no_number(text: &str, at: usize) -> Error {
    let shown: String = text.chars().take(40).collect();
    Error::new(ErrorKind::Format, format!("{shown:?} is not a value"))
        .at_byte(at)
        .hint("values are decimal numbers, NaN, +Inf or -Inf")
}
