//! Tables as RFC 4180: a header row, then rows of as many fields.

use super::lines::{Cutter, Record};
use super::options::{Limits, exceeded};
use super::parsed::Log;
use crate::error::{Error, ErrorKind, Result};

/// The header: column names as they stand, and where each is.
#[derive(Debug, Default)]
pub(super) struct Header {
    names: Vec<String>,
}

impl Header {
    /// The names in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

/// One row.
pub(super) struct Row<'a> {
    pub(super) header: &'a Header,
    /// Offset in the input.
    pub(super) at: usize,
    /// Row, from 0 after the header.
    pub(super) number: u64,
    raw: &'a [u8],
    delimiter: u8,
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Row<'a> {
    /// A field without blanks around it; `None` if it is empty or the column absent.
    pub(super) fn get(&self, column: Option<usize>) -> Option<&'a str> {
        let column = column?;
        let start = match column.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let field = self.text.get(start..*self.ends.get(column)?)?.trim();
        (!field.is_empty()).then_some(field)
    }

    /// Places an error of a field.
    pub(super) fn wrong(&self, column: Option<usize>, error: Error) -> Error {
        let error = error.at_row(self.number as usize);
        match column {
            None => error.at_byte(self.at),
            Some(column) => {
                let error = match self.header.names.get(column) {
                    Some(name) => error.at_field(name.clone()),
                    None => error,
                };
                error.at_byte(self.at.saturating_add(self.field_start(column)))
            }
        }
    }

    /// Where a field begins in the raw row: looked for only when something is wrong with it.
    fn field_start(&self, column: usize) -> usize {
        let (mut field, mut quoted, mut fresh) = (0usize, false, true);
        for (at, &byte) in self.raw.iter().enumerate() {
            if field == column {
                return at;
            }
            match byte {
                b'"' if quoted || fresh => quoted = !quoted,
                b if b == self.delimiter && !quoted => {
                    field = field.saturating_add(1);
                    fresh = true;
                    continue;
                }
                _ => {}
            }
            fresh = false;
        }
        self.raw.len()
    }
}

/// Reads a table that arrives in pieces.
pub(super) struct Table {
    cutter: Cutter,
    fields: Fields,
    max_columns: usize,
    header: Option<Header>,
    rows: u64,
}

impl Table {
    pub(super) fn new(delimiter: u8, limits: &Limits) -> Self {
        Self {
            cutter: Cutter::rows(delimiter, limits),
            fields: Fields::new(delimiter),
            max_columns: limits.max_columns as usize,
            header: None,
            rows: 0,
        }
    }

    /// Takes the next piece. A row of another length than the header is malformed; `each` gets the others.
    pub(super) fn feed(
        &mut self,
        chunk: &[u8],
        log: &mut Log,
        mut each: impl FnMut(&Row<'_>, &mut Log) -> Result<()>,
    ) -> Result<()> {
        let Self { cutter, fields, max_columns, header, rows } = self;
        cutter.feed(chunk, |record| row(record, fields, *max_columns, header, rows, log, &mut each))
    }

    /// Gives the last row and the header; without a header row it is `UPID_EMPTY_INPUT`.
    pub(super) fn finish(
        self,
        log: &mut Log,
        mut each: impl FnMut(&Row<'_>, &mut Log) -> Result<()>,
    ) -> Result<Header> {
        let Self { cutter, mut fields, max_columns, mut header, mut rows } = self;
        log.stats.bytes = cutter.offset() as u64;
        cutter.finish(|record| {
            row(record, &mut fields, max_columns, &mut header, &mut rows, log, &mut each)
        })?;
        header.ok_or_else(|| {
            Error::new(ErrorKind::EmptyInput, "the table has no header")
                .hint("pass the whole file with its header row")
        })
    }
}

fn row(
    record: Record<'_>,
    fields: &mut Fields,
    max_columns: usize,
    header: &mut Option<Header>,
    rows: &mut u64,
    log: &mut Log,
    each: &mut impl FnMut(&Row<'_>, &mut Log) -> Result<()>,
) -> Result<()> {
    if record.bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    let text = record.text()?;
    fields.split(text)?;
    let Some(header) = header else {
        if fields.ends.len() > max_columns {
            return Err(exceeded("maxColumns", max_columns as u64, record.at));
        }
        *header = Some(Header { names: fields.names() });
        return Ok(());
    };
    let number = *rows;
    *rows = rows.saturating_add(1);
    log.record(record.at)?;
    let row = Row {
        header,
        at: record.at,
        number,
        raw: record.bytes,
        delimiter: fields.delimiter,
        text: &fields.text,
        ends: &fields.ends,
    };
    if let Some(at) = after_quote(record.bytes, fields.delimiter) {
        let error = Error::new(ErrorKind::Format, "text follows a closing quote")
            .hint("double the quotes inside a quoted field");
        let error = row.wrong(None, error).at_byte(record.at.saturating_add(at));
        log.settle::<()>(Err(error))?;
        return Ok(());
    }
    let wanted = header.names.len();
    let found = row.ends.len();
    if found != wanted {
        let error = Error::new(
            ErrorKind::Format,
            format!("the row has {found} fields and the header {wanted}"),
        )
        .hint("quote fields that hold the delimiter");
        log.settle::<()>(Err(row.wrong(None, error)))?;
        return Ok(());
    }
    each(&row, log)
}

/// Where text follows the quote that closed a field; blanks may.
fn after_quote(raw: &[u8], delimiter: u8) -> Option<usize> {
    memchr::memchr(b'"', raw)?;
    let (mut fresh, mut quoted, mut closed) = (true, false, false);
    for (at, &byte) in raw.iter().enumerate() {
        match byte {
            b'"' if quoted => (quoted, closed) = (false, true),
            // At once behind a closing one it was a quote within the field.
            b'"' if fresh
                || (closed && at.checked_sub(1).and_then(|b| raw.get(b)) == Some(&b'"')) =>
            {
                (quoted, closed) = (true, false);
            }
            _ if byte == delimiter && !quoted => {
                (fresh, closed) = (true, false);
                continue;
            }
            b' ' | b'\t' | b'\r' => {}
            _ if closed => return Some(at),
            _ => {}
        }
        fresh = false;
    }
    None
}

/// The fields of one row, unquoted, one after another.
struct Fields {
    delimiter: u8,
    reader: csv_core::Reader,
    text: String,
    ends: Vec<usize>,
}

impl Fields {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    fn split(&mut self, row: &str) -> Result<()> {
        self.reader.reset();
        // Unquoting never lengthens a row, and every field but the first costs a delimiter.
        let delimiters = memchr::memchr_iter(self.delimiter, row.as_bytes()).count();
        let mut buffer = std::mem::take(&mut self.text).into_bytes();
        buffer.resize(row.len().saturating_add(1), 0);
        self.ends.resize(delimiters.saturating_add(2), 0);
        let (_, read, written, ended) =
            self.reader.read_record(row.as_bytes(), &mut buffer, &mut self.ends);
        let (_, _, more, also) = self.reader.read_record(
            row.as_bytes().get(read..).unwrap_or_default(),
            buffer.get_mut(written..).unwrap_or_default(),
            self.ends.get_mut(ended..).unwrap_or_default(),
        );
        buffer.truncate(written.saturating_add(more));
        self.ends.truncate(ended.saturating_add(also));
        self.text = String::from_utf8(buffer).map_err(|_| {
            Error::new(ErrorKind::Encoding, "a field is not UTF-8").hint("save it as UTF-8")
        })?;
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        let mut start = 0;
        let mut names = Vec::with_capacity(self.ends.len());
        for &end in &self.ends {
            names.push(self.text.get(start..end).unwrap_or_default().trim().to_owned());
            start = end;
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::options::ParseOptions;

    fn read(text: &str, pieces: usize) -> Result<(Vec<Vec<Option<String>>>, Log)> {
        let options = ParseOptions::default();
        let (mut table, mut log) = (Table::new(b',', &options.limits), Log::new(&options));
        let mut rows = Vec::new();
        let mut each = |row: &Row<'_>, log: &mut Log| {
            rows.push((0..3).map(|c| row.get(Some(c)).map(str::to_owned)).collect());
            log.settle(Ok(())).map(drop)
        };
        for piece in text.as_bytes().chunks(text.len().div_ceil(pieces).max(1)) {
            table.feed(piece, &mut log, &mut each)?;
        }
        table.finish(&mut log, each)?;
        Ok((rows, log))
    }

    #[test]
    fn fields_are_unquoted_and_trimmed() {
        let text = "A, b ,\"c\"\n1,,\"x, \"\"y\"\"\nz\"\r\n\n2,3\n4,5,6";
        for pieces in [1, 3, text.len()] {
            let (rows, log) = read(text, pieces).unwrap();
            let some = |t: &str| Some(t.to_owned());
            assert_eq!(
                rows,
                [[some("1"), None, some("x, \"y\"\nz")], [some("4"), some("5"), some("6")]]
            );
            assert_eq!((log.stats.records, log.stats.skipped), (3, 1));
        }
        assert_eq!(read("", 1).unwrap_err().code(), "UPID_EMPTY_INPUT");
    }

    #[test]
    fn nothing_follows_a_closing_quote() {
        for (row, at) in
            [("\"E\"C2,2,3", Some(3)), ("1,\"a\"\"b\"c,3", Some(8)), ("1,\"a\" \"b\",3", Some(6))]
        {
            assert_eq!(after_quote(row.as_bytes(), b','), at, "{row}");
            let (rows, log) = read(&format!("a,b,c\n1,2,3\n{row}\n"), 2).unwrap();
            assert_eq!((rows.len(), log.stats.skipped), (1, 1));
        }
        for row in ["\"a\"\"b\" ,5\" disk,\"\"", "\"\"\"a\",\",\",\"\"\"\"", "a,b,c"] {
            assert_eq!(after_quote(row.as_bytes(), b','), None, "{row}");
        }
    }

    #[test]
    fn columns_are_found_by_name_and_errors_placed_in_their_field() {
        let options = ParseOptions::default();
        let (mut table, mut log) = (Table::new(b';', &options.limits), Log::new(&options));
        let mut seen = None;
        table
            .feed(b"Cost;Name\n\"1;2\";x\n", &mut log, |row, _| {
                let name = row.header.names().iter().position(|name| name == "Name");
                let error = Error::new(ErrorKind::Format, "bad");
                seen = Some(row.wrong(name, error).place().clone());
                Ok(())
            })
            .unwrap();
        let place = seen.unwrap();
        assert_eq!(
            (place.byte_offset, place.row, place.field.as_deref()),
            (Some(16), Some(0), Some("Name"))
        );
    }
}
