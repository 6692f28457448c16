//! Cuts bytes that arrive in pieces into lines or table rows. Memory is bounded by one record.

use memchr::{memchr, memchr2};

use super::bytes::check_start;
use super::options::{Limits, exceeded};
use crate::error::{Error, ErrorKind, Result};

/// One line or row, without its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) bytes: &'a [u8],
    /// Offset in the input.
    pub(super) at: usize,
    /// Line on which it begins, from 1.
    pub(super) line: u64,
}

impl<'a> Record<'a> {
    /// The record as text.
    pub(super) fn text(&self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes).map_err(|e| {
            Error::new(ErrorKind::Encoding, "the line is not UTF-8")
                .at_byte(self.at.saturating_add(e.valid_up_to()))
                .hint("save the input as UTF-8")
        })
    }
}

/// Where a table row stands in its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// At the start of a field: a quote here opens.
    Start,
    /// In a field without quotes.
    Plain,
    /// In quotes: a line break here is part of the field.
    Inside,
    /// After a quote that ends the field, unless another one follows at once.
    Closed,
}

/// Cuts a stream into records. Chunk borders change nothing.
#[derive(Debug)]
pub(super) struct Cutter {
    /// Delimiter of the table; lines have no quotes.
    delimiter: Option<u8>,
    max_row: usize,
    max_bytes: u64,
    carry: Vec<u8>,
    quotes: Quotes,
    /// Offset of the first byte that is in no record yet.
    at: usize,
    line: u64,
    begun: bool,
}

impl Cutter {
    pub(super) fn lines(limits: &Limits) -> Self {
        Self::new(None, limits)
    }

    pub(super) fn rows(delimiter: u8, limits: &Limits) -> Self {
        Self::new(Some(delimiter), limits)
    }

    fn new(delimiter: Option<u8>, limits: &Limits) -> Self {
        Self {
            delimiter,
            max_row: limits.max_row as usize,
            max_bytes: limits.max_bytes,
            carry: Vec::new(),
            quotes: Quotes::Start,
            at: 0,
            line: 1,
            begun: false,
        }
    }

    /// How many bytes came in records so far.
    pub(super) fn offset(&self) -> usize {
        self.at.saturating_add(self.carry.len())
    }

    /// Takes the next piece; `each` gets every record that ends in it.
    pub(super) fn feed(
        &mut self,
        mut chunk: &[u8],
        mut each: impl FnMut(Record<'_>) -> Result<()>,
    ) -> Result<()> {
        if self.offset().saturating_add(chunk.len()) as u64 > self.max_bytes {
            return Err(exceeded("maxBytes", self.max_bytes, self.max_bytes as usize));
        }
        while let Some(end) = self.end_of_record(chunk) {
            let (head, rest) = chunk.split_at_checked(end).unwrap_or((chunk, &[]));
            self.check_length(head.len())?;
            let carried = std::mem::take(&mut self.carry);
            if carried.is_empty() {
                self.emit(head, 1, &mut each)?;
            } else {
                let whole = [&carried, head].concat();
                self.emit(&whole, 1, &mut each)?;
            }
            chunk = rest.get(1..).unwrap_or_default();
        }
        self.check_length(chunk.len())?;
        self.carry.extend_from_slice(chunk);
        Ok(())
    }

    /// Gives the last record, which may lack its line break.
    pub(super) fn finish(mut self, mut each: impl FnMut(Record<'_>) -> Result<()>) -> Result<()> {
        if self.quotes == Quotes::Inside {
            return Err(Error::new(ErrorKind::Truncated, "a quote is never closed")
                .at_byte(self.at)
                .at_line(self.line as usize, 1)
                .hint("pass the whole table, or close the quotes of this row"));
        }
        let last = std::mem::take(&mut self.carry);
        if last.is_empty() && self.begun { Ok(()) } else { self.emit(&last, 0, &mut each) }
    }

    fn check_length(&self, more: usize) -> Result<()> {
        if self.carry.len().saturating_add(more) > self.max_row {
            return Err(exceeded("maxRow", self.max_row as u64, self.at));
        }
        Ok(())
    }

    fn emit(
        &mut self,
        whole: &[u8],
        line_break: usize,
        each: &mut impl FnMut(Record<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut bytes = whole;
        let (mut at, line) = (self.at, self.line);
        if !self.begun {
            check_start(bytes)?;
            if let Some(rest) = bytes.strip_prefix("\u{feff}".as_bytes()) {
                bytes = rest;
                at = at.saturating_add(3);
            }
            self.begun = true;
        }
        self.at = self.at.saturating_add(whole.len()).saturating_add(line_break);
        let breaks = memchr::memchr_iter(b'\n', whole).count();
        self.line = self.line.saturating_add((breaks as u64).saturating_add(1));
        self.quotes = Quotes::Start;
        each(Record { bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes), at, line })
    }

    /// The line break that ends the record, if it lies in this piece.
    fn end_of_record(&mut self, piece: &[u8]) -> Option<usize> {
        let Some(delimiter) = self.delimiter else { return memchr(b'\n', piece) };
        let mut at = 0usize;
        loop {
            let rest = piece.get(at..)?;
            match self.quotes {
                Quotes::Start => match rest.first()? {
                    b'"' => {
                        self.quotes = Quotes::Inside;
                        at = at.saturating_add(1);
                    }
                    // The byte order mark stands before the first field.
                    0xef | 0xbb | 0xbf if !self.begun => at = at.saturating_add(1),
                    _ => self.quotes = Quotes::Plain,
                },
                Quotes::Inside => {
                    at = at.saturating_add(memchr(b'"', rest)?).saturating_add(1);
                    self.quotes = Quotes::Closed;
                }
                Quotes::Closed if rest.first()? == &b'"' => {
                    at = at.saturating_add(1);
                    self.quotes = Quotes::Inside;
                }
                Quotes::Closed => self.quotes = Quotes::Plain,
                Quotes::Plain => {
                    let found = memchr2(delimiter, b'\n', rest)?;
                    at = at.saturating_add(found);
                    if rest.get(found) == Some(&b'\n') {
                        return Some(at);
                    }
                    at = at.saturating_add(1);
                    self.quotes = Quotes::Start;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Cut = Vec<(Vec<u8>, usize, u64)>;

    fn cut(mut cutter: Cutter, pieces: &[&[u8]]) -> Result<Cut> {
        let mut all = Vec::new();
        let mut each = |r: Record<'_>| {
            all.push((r.bytes.to_vec(), r.at, r.line));
            Ok(())
        };
        for piece in pieces {
            cutter.feed(piece, &mut each)?;
        }
        cutter.finish(each)?;
        Ok(all)
    }

    #[test]
    fn rows_keep_their_quoted_breaks() {
        let limits = Limits::default();
        let text = b"\xef\xbb\xbf\"a\",b\r\n\"x\n\"\"y\"\"\",5\" disk\n,\"\"\nlast,row";
        let rows = cut(Cutter::rows(b',', &limits), &[text]).unwrap();
        let want: [(&[u8], usize, u64); 4] = [
            (b"\"a\",b", 3, 1),
            (b"\"x\n\"\"y\"\"\",5\" disk", 10, 2),
            (b",\"\"", 28, 4),
            (b"last,row", 32, 5),
        ];
        let rows: Vec<_> = rows.iter().map(|(b, at, line)| (&b[..], *at, *line)).collect();
        assert_eq!(rows, want);
    }

    #[test]
    fn what_never_ends_is_refused() {
        let limits = Limits { max_row: 8, ..Limits::default() };
        let error = cut(Cutter::rows(b',', &limits), &[b"a,b\nc,\"d"]).unwrap_err();
        assert_eq!((error.code(), error.place().byte_offset), ("UPID_TRUNCATED", Some(4)));
        let error = cut(Cutter::lines(&limits), &[b"a\n", &[b'x'; 9]]).unwrap_err();
        assert_eq!((error.code(), error.place().byte_offset), ("UPID_LIMIT_EXCEEDED", Some(2)));
    }

    proptest! {
        #[test]
        fn chunk_borders_change_nothing(text in r#"[a",\n\r]{0,40}"#, cuts in prop::collection::vec(0usize..41, 0..8)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
            let limits = Limits::default();
            for make in [Cutter::lines(&limits), Cutter::rows(b',', &limits)] {
                let lines = make.delimiter.is_none();
                let again = if lines { Cutter::lines(&limits) } else { Cutter::rows(b',', &limits) };
                prop_assert_eq!(cut(make, &pieces), cut(again, &[bytes]));
            }
        }
    }
}
