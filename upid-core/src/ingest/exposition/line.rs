//! One line of an exposition.

use std::borrow::Cow;

use super::TimestampUnit;
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::lines::Record;
use crate::ingest::options::{Limits, check_digits, exceeded};
use crate::ingest::prometheus::{Labels, float};
use crate::ingest::values::seconds_to_ms;
use crate::units::Timestamp;

/// What the lines without a sample say of the whole text.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Frame {
    /// Something stands there that only `OpenMetrics` has.
    open_metrics: bool,
    /// `# EOF` was there.
    ended: bool,
}

impl Frame {
    /// Whether the text is `OpenMetrics`, and its end is missing.
    pub(in crate::ingest) fn is_cut(&self) -> bool {
        self.open_metrics && !self.ended
    }

    /// Takes a line that begins with `#`, without that.
    pub(in crate::ingest) fn comment(&mut self, comment: &str) {
        let mut words = comment.split_ascii_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("EOF"), None, _) => self.ended = true,
            (Some("UNIT"), ..)
            | (Some("TYPE"), Some(_), Some("unknown" | "info" | "stateset" | "gaugehistogram")) => {
                self.open_metrics = true;
            }
            _ => {}
        }
    }

    /// Reads a line with a sample; places of errors are offsets in it.
    pub(in crate::ingest) fn sample<'a>(
        &mut self,
        line: &'a str,
        limits: &Limits,
    ) -> Result<Sample<'a>> {
        if self.ended {
            return Err(Error::new(ErrorKind::Format, "a sample after # EOF")
                .at_byte(0)
                .hint("pass each exposition on its own"));
        }
        let mut cursor = Cursor { text: line, at: 0 };
        let mut labels = Labels::default();
        cursor.blanks();
        let name = cursor.word(b"{ \t");
        if !name.is_empty() {
            if !is_name(name) {
                return Err(Cursor::wrong_at(0, "a metric name is expected"));
            }
            labels.0.push((Cow::Borrowed("__name__"), Cow::Borrowed(name)));
        }
        cursor.blanks();
        if cursor.byte() == Some(b'{') {
            cursor.labels(&mut labels, limits.max_labels)?;
        }
        if labels.get("__name__").is_empty() {
            return Err(Cursor::wrong_at(0, "a metric name is expected"));
        }
        cursor.blanks();
        let at = cursor.at;
        let text = cursor.word(b" \t");
        check_digits(text, limits.max_digits, at)?;
        let value = float(text, true).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Cursor::wrong_at(at, &format!("{shown:?} is not a value"))
        })?;
        cursor.blanks();
        let at = cursor.at;
        let time = if cursor.byte() == Some(b'#') { "" } else { cursor.word(b" \t") };
        check_digits(time, limits.max_digits, at)?;
        cursor.blanks();
        match cursor.byte() {
            None => {}
            // An exemplar.
            Some(b'#') => self.open_metrics = true,
            Some(_) => return Err(Cursor::wrong_at(cursor.at, "more follows the sample")),
        }
        let time = (!time.is_empty()).then_some((time, at));
        Ok(Sample { labels, time, value })
    }
}

/// One line with a sample.
pub(in crate::ingest) struct Sample<'a> {
    /// The name stands under `__name__`.
    pub(in crate::ingest) labels: Labels<'a>,
    /// Seconds or milliseconds as they stand, and where.
    time: Option<(&'a str, usize)>,
    pub(in crate::ingest) value: f64,
}

impl Sample<'_> {
    /// Its own time.
    pub(in crate::ingest) fn ms(&self, unit: TimestampUnit) -> Result<Option<i64>> {
        let Some((text, at)) = self.time else { return Ok(None) };
        let whole = text.strip_prefix('-').unwrap_or(text);
        let plain = whole.bytes().all(|b| b.is_ascii_digit());
        let in_ms = match unit {
            TimestampUnit::Auto => plain && whole.len() >= 12,
            TimestampUnit::Seconds => false,
            TimestampUnit::Milliseconds => true,
        };
        let ms = if in_ms {
            text.parse::<i64>().map_err(|_| {
                let shown: String = text.chars().take(40).collect();
                Error::new(ErrorKind::TimeParse, format!("{shown:?} is not a time in ms"))
                    .hint("times are whole milliseconds since 1970")
            })
        } else {
            seconds_to_ms(text)
        };
        let ms = ms.and_then(Timestamp::from_ms).map_err(|e| e.at_byte(at))?;
        Ok(Some(ms.ms()))
    }
}

/// Gives an error of a line, whose place is an offset in it, its place in the input.
pub(in crate::ingest) fn placed(error: Error, record: Record<'_>, line: &str) -> Error {
    let at = error.place().byte_offset.map_or(0, |at| at as usize);
    let column = line.get(..at).map_or(1, |before| before.chars().count().saturating_add(1));
    error.at_byte(record.at.saturating_add(at)).at_line(record.line as usize, column)
}

fn is_name(name: &str) -> bool {
    let first = name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    first && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':')
}

/// A place in a line.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t')) {
            self.step();
        }
    }

    /// Everything before one of these bytes.
    fn word(&mut self, ends: &[u8]) -> &'a str {
        let start = self.at;
        while self.byte().is_some_and(|byte| !ends.contains(&byte)) {
            self.step();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn wrong_at(at: usize, what: &str) -> Error {
        Error::new(ErrorKind::Format, what.to_owned())
            .at_byte(at)
            .hint("lines are name{label=\"value\"} value [time]")
    }

    /// `{a="x",b="y",}`; the name may stand there in quotes.
    fn labels(&mut self, labels: &mut Labels<'a>, most: u32) -> Result<()> {
        let start = self.at;
        self.step();
        loop {
            self.blanks();
            if self.byte() == Some(b'}') {
                self.step();
                return Ok(());
            }
            let at = self.at;
            let name = if self.byte() == Some(b'"') {
                self.quoted()?
            } else {
                Cow::Borrowed(self.word(b"=},\" \t"))
            };
            self.blanks();
            let pair = if self.byte() == Some(b'=') {
                self.step();
                self.blanks();
                (name, self.quoted()?)
            } else if self.text.as_bytes().get(at) == Some(&b'"') {
                (Cow::Borrowed("__name__"), name)
            } else {
                return Err(Self::wrong_at(at, "a label is expected"));
            };
            if pair.0.is_empty() || labels.0.iter().any(|(name, _)| *name == pair.0) {
                return Err(Self::wrong_at(at, "a label is empty or stands twice"));
            }
            if labels.0.len() > most as usize {
                return Err(exceeded("maxLabels", u64::from(most), start));
            }
            labels.0.push(pair);
            self.blanks();
            match self.byte() {
                Some(b',') => self.step(),
                Some(b'}') => {}
                _ => return Err(Self::wrong_at(self.at, "a comma or } is expected")),
            }
        }
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>> {
        if self.byte() != Some(b'"') {
            return Err(Self::wrong_at(self.at, "a value in quotes is expected"));
        }
        self.step();
        let start = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            let from = self.at;
            let plain = self.word(b"\"\\");
            match self.byte() {
                Some(b'"') => {
                    self.step();
                    return Ok(match unescaped {
                        Some(mut text) => {
                            text.push_str(plain);
                            Cow::Owned(text)
                        }
                        None => Cow::Borrowed(plain),
                    });
                }
                Some(_) => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(self.text.get(from..self.at).unwrap_or_default());
                    self.step();
                    text.push(match self.byte() {
                        Some(b'\\') => '\\',
                        Some(b'"') => '"',
                        Some(b'n') => '\n',
                        _ => return Err(Self::wrong_at(self.at, "an unknown escape")),
                    });
                    self.step();
                }
                None => return Err(Self::wrong_at(start, "a quote is never closed")),
            }
        }
    }
}
