//! Reads a bill record by record, as a table or as JSON lines, from bytes that arrive in pieces.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fields::{Cells, Column, Fields, Remark};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::csv::{Header, Row, Table};
use crate::ingest::lines::{Cutter, Record};
use crate::ingest::options::{Limits, ParseOptions, exceeded};
use crate::ingest::parsed::{Log, Parsed};
use crate::ingest::scan::{Kind, Scanner};

/// A format whose records stand in rows or lines.
pub(super) trait Format {
    type Column: Column;
    type Value;
    /// What [`detect`](crate::ingest::detect()) calls it.
    const DETECTED: crate::ingest::Format;
    /// Groups of columns; a table must have one of each.
    const REQUIRED: &'static [&'static [Self::Column]];
    /// Whether `NULL`, `null` and `N/A` are tolerated for null.
    const NULL_WORDS: bool = false;
    /// Whether the records may also be JSON lines.
    const JSON_LINES: bool = false;

    /// How a column name of the input is spelled in [`Column::NAMES`].
    fn spelled(name: &str) -> Cow<'_, str> {
        Cow::Borrowed(name)
    }
    /// The key of a column that is a tag of its own.
    fn tag(_name: &str) -> Option<&str> {
        None
    }
    /// Whether a column that is not read belongs to the format.
    fn is_known(_name: &str) -> bool {
        true
    }
    /// Adds a record, or says why it cannot be.
    fn record(&mut self, fields: &mut Fields<'_>) -> Result<()>;
    /// What was read.
    fn finish(self, log: &mut Log) -> Self::Value;
}

/// Longest dotted name of a member that is looked at: looking up every member under a long key would cost the product
/// of both.
const LONGEST_PATH: usize = 1024;

/// How the bytes are cut; decided by the first sign that is no blank.
enum Source {
    Unknown(Vec<u8>),
    Rows(Box<Table>),
    Lines(Box<Cutter>, u64),
}

/// The parser of a format.
pub(super) struct Records<F: Format> {
    format: F,
    source: Source,
    delimiter: u8,
    limits: Limits,
    log: Log,
    remarks: Vec<Remark>,
    columns: Option<Columns>,
    names: HashMap<&'static str, usize>,
}

impl<F: Format> Records<F> {
    pub(super) fn new(format: F, delimiter: char, options: &ParseOptions) -> Self {
        let names = if F::JSON_LINES { names::<F::Column>() } else { HashMap::new() };
        Self {
            format,
            source: Source::Unknown(Vec::new()),
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            limits: options.limits.clone(),
            log: Log::new(options),
            remarks: Vec::new(),
            columns: None,
            names,
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        if let Source::Unknown(held) = &mut self.source {
            held.extend_from_slice(bytes);
            if held.len() as u64 > self.limits.max_bytes {
                let most = self.limits.max_bytes;
                return Err(exceeded("maxBytes", most, most as usize));
            }
            // The byte order mark may come in pieces.
            let tells = |b: &&u8| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf);
            let Some(first) = bytes.iter().find(tells) else { return Ok(()) };
            let is_json = F::JSON_LINES && matches!(first, b'{' | b'[');
            let held = std::mem::take(held);
            self.source = if is_json {
                Source::Lines(Box::new(Cutter::lines(&self.limits)), 0)
            } else {
                Source::Rows(Box::new(Table::new(self.delimiter, &self.limits)))
            };
            return self.take(&held);
        }
        self.take(bytes)
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let Self { format, source, limits, log, remarks, columns, names, .. } = self;
        match source {
            Source::Unknown(_) => Ok(()),
            Source::Rows(table) => table
                .feed(bytes, log, |row, log| row_of(format, columns, row, limits, log, remarks)),
            Source::Lines(cutter, number) => cutter.feed(bytes, |line| {
                line_of(format, names, line, number, limits, log, remarks, false)
            }),
        }
    }

    pub(super) fn finish(self) -> Result<Parsed<F::Value>> {
        let Self { mut format, source, limits, mut log, mut remarks, mut columns, names, .. } =
            self;
        match source {
            Source::Unknown(_) => {
                return Err(Error::new(ErrorKind::EmptyInput, "the input is empty")
                    .at_byte(0)
                    .hint("pass the bytes of the file with its header row"));
            }
            Source::Rows(table) => {
                let header = table.finish(&mut log, |row, log| {
                    row_of(&mut format, &mut columns, row, &limits, log, &mut remarks)
                })?;
                if columns.is_none() {
                    Columns::find::<F>(&header, &mut log)?;
                }
            }
            Source::Lines(cutter, mut number) => {
                log.stats.bytes = cutter.offset() as u64;
                cutter.finish(|line| {
                    line_of(
                        &mut format,
                        &names,
                        line,
                        &mut number,
                        &limits,
                        &mut log,
                        &mut remarks,
                        true,
                    )
                })?;
            }
        }
        let value = format.finish(&mut log);
        log.finish(value)
    }
}

/// Reads one record and settles it.
fn settle<F: Format>(
    format: &mut F,
    cells: &dyn Cells,
    limits: &Limits,
    log: &mut Log,
    remarks: &mut Vec<Remark>,
) -> Result<()> {
    let mut fields = Fields::new(cells, limits, log.is_strict(), F::NULL_WORDS, remarks);
    let result = format.record(&mut fields);
    if result.is_ok() {
        fields.tell(log)?;
    }
    log.settle(result).map(drop)
}

// --- tables ---

/// Where a table has the columns of a format.
struct Columns {
    at: Vec<Option<usize>>,
    tags: Vec<(usize, String)>,
}

impl Columns {
    fn find<F: Format>(header: &Header, log: &mut Log) -> Result<Self> {
        let names = header.names();
        let mut place: HashMap<String, usize> = HashMap::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            let spelled = F::spelled(name).to_ascii_lowercase();
            if place.contains_key(&spelled) && !name.is_empty() {
                let error = Error::new(ErrorKind::Format, format!("two columns are named {name}"))
                    .at_byte(0)
                    .at_field(name.clone())
                    .hint("keep one; in Lenient mode the first is read");
                log.tolerate("DuplicateColumn", error)?;
            }
            place.entry(spelled).or_insert(index);
        }
        let at: Vec<Option<usize>> = F::Column::NAMES
            .iter()
            .map(|names| names.iter().find_map(|n| place.get(&n.to_ascii_lowercase()).copied()))
            .collect();
        let missing: Vec<String> = F::REQUIRED
            .iter()
            .filter(|group| !group.iter().any(|c| at.get(c.index()).is_some_and(Option::is_some)))
            .map(|group| group.iter().filter_map(|c| F::Column::NAMES.get(c.index())?.first()))
            .map(|group| group.copied().collect::<Vec<_>>().join(" or "))
            .collect();
        if let Some(first) = missing.first() {
            let found: Vec<&str> = names.iter().take(40).map(String::as_str).collect();
            let found = found.join(", ");
            let message = format!("the table has no column {}", missing.join(", "));
            return Err(Error::new(ErrorKind::MissingColumn, message)
                .at_byte(0)
                .at_field(first.clone())
                .detail("missing", missing.clone())
                .detail("found", found.clone())
                .hint(format!("the header has: {found}; is the delimiter right?")));
        }
        let mut tags = Vec::new();
        for (index, name) in names.iter().enumerate() {
            if at.contains(&Some(index)) {
                continue;
            }
            if let Some(key) = F::tag(name) {
                tags.push((index, key.to_owned()));
            } else if !F::is_known(name) {
                let place = Place { field: Some(name.clone()), ..Place::default() };
                log.info("UnknownColumn", || "columns that nobody knows are ignored".into(), place);
            }
        }
        Ok(Self { at, tags })
    }
}

struct RowCells<'r, 'a> {
    row: &'r Row<'a>,
    columns: &'r Columns,
}

impl RowCells<'_, '_> {
    fn at(&self, column: usize) -> Option<usize> {
        self.columns.at.get(column).copied().flatten()
    }
}

impl Cells for RowCells<'_, '_> {
    fn text(&self, column: usize) -> Option<&str> {
        self.row.get(Some(self.at(column)?))
    }

    fn has(&self, column: usize) -> bool {
        self.at(column).is_some()
    }

    fn order(&self, column: usize) -> usize {
        self.at(column).unwrap_or_default()
    }

    fn wrong(&self, column: Option<usize>, error: Error) -> Error {
        self.row.wrong(column.and_then(|c| self.at(c)), error)
    }

    fn tags(&self, each: &mut dyn FnMut(&str, &str)) {
        for (index, key) in &self.columns.tags {
            if let Some(value) = self.row.get(Some(*index)) {
                each(key, value);
            }
        }
    }
}

fn row_of<F: Format>(
    format: &mut F,
    columns: &mut Option<Columns>,
    row: &Row<'_>,
    limits: &Limits,
    log: &mut Log,
    remarks: &mut Vec<Remark>,
) -> Result<()> {
    let columns = match columns {
        Some(columns) => columns,
        none => none.insert(Columns::find::<F>(row.header, log)?),
    };
    settle(format, &RowCells { row, columns }, limits, log, remarks)
}

// --- objects ---

/// The column of each spelling.
pub(super) fn names<C: Column>() -> HashMap<&'static str, usize> {
    let spellings = |(index, names): (usize, &'static &'static [&'static str])| {
        names.iter().map(move |name| (*name, index))
    };
    C::NAMES.iter().enumerate().flat_map(spellings).collect()
}

/// The values of one object, or of one row of a JSON table.
pub(super) struct ObjectCells<'a> {
    values: Vec<Option<(Cow<'a, str>, usize)>>,
    pub(super) tags: Vec<(String, String)>,
    names: &'static [&'static [&'static str]],
    /// Offset of the record, and its number and line if it is a line.
    at: usize,
    line: Option<(u64, u64)>,
}

impl<'a> ObjectCells<'a> {
    pub(super) fn new<C: Column>(at: usize) -> Self {
        Self {
            values: C::NAMES.iter().map(|_| None).collect(),
            tags: Vec::new(),
            names: C::NAMES,
            at,
            line: None,
        }
    }

    /// Sets the value of a column and where it stands.
    pub(super) fn set(&mut self, column: usize, value: Cow<'a, str>, at: usize) {
        if let Some(slot) = self.values.get_mut(column) {
            *slot = Some((value, at));
        }
    }

    /// Reads the members of an object; those of nested objects have dotted names.
    fn read<F: Format>(
        &mut self,
        scan: &mut Scanner<'a>,
        names: &HashMap<&'static str, usize>,
        path: &mut String,
    ) -> Result<()> {
        scan.object(|scan, key| {
            let length = path.len();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
            let at = scan.offset();
            if path.len() > LONGEST_PATH {
                path.truncate(length);
                return Ok(());
            }
            if let Some(&column) = names.get(path.as_str()) {
                if let Some(text) = scalar(scan)? {
                    self.set(column, text, at);
                }
            } else if let Some(tag) = F::tag(path) {
                let tag = tag.to_owned();
                self.tags.extend(scalar(scan)?.map(|text| (tag, text.into_owned())));
            } else if scan.peek()? == Kind::Object {
                self.read::<F>(scan, names, path)?;
            }
            path.truncate(length);
            Ok(())
        })
    }
}

/// A value as text; objects and arrays as they stand, null as none.
pub(super) fn scalar<'a>(scan: &mut Scanner<'a>) -> Result<Option<Cow<'a, str>>> {
    Ok(match scan.peek()? {
        Kind::Null => {
            scan.skip()?;
            None
        }
        Kind::String => Some(scan.string()?),
        Kind::Number => Some(Cow::Borrowed(scan.number()?)),
        Kind::Bool | Kind::Object | Kind::Array => Some(Cow::Borrowed(scan.raw()?)),
    })
}

impl Cells for ObjectCells<'_> {
    fn text(&self, column: usize) -> Option<&str> {
        let text = self.values.get(column)?.as_ref()?.0.trim();
        (!text.is_empty()).then_some(text)
    }

    fn has(&self, column: usize) -> bool {
        self.values.get(column).is_some_and(Option::is_some)
    }

    fn order(&self, column: usize) -> usize {
        let value = self.values.get(column).and_then(Option::as_ref);
        value.map_or(self.at, |(_, at)| *at)
    }

    fn wrong(&self, column: Option<usize>, error: Error) -> Error {
        let value = column.and_then(|c| self.values.get(c)?.as_ref());
        let error = error.at_byte(value.map_or(self.at, |(_, at)| *at));
        let Some((number, line)) = self.line else { return error };
        let name = column.and_then(|c| self.names.get(c)?.first());
        let error = match name {
            Some(name) => error.at_field(*name),
            None => error,
        };
        in_line(error, self.at, number, line)
    }

    fn tags(&self, each: &mut dyn FnMut(&str, &str)) {
        for (key, value) in &self.tags {
            each(key, value);
        }
    }
}

/// Adds number and line of the record to an error that has its offset.
fn in_line(error: Error, start: usize, number: u64, line: u64) -> Error {
    let at = error.place().byte_offset.unwrap_or(start as u64);
    let column = at.saturating_sub(start as u64).saturating_add(1);
    error.at_row(number as usize).at_line(line as usize, column as usize)
}

#[allow(clippy::too_many_arguments)] // the fields of `Records`, lent one by one
fn line_of<F: Format>(
    format: &mut F,
    names: &HashMap<&'static str, usize>,
    line: Record<'_>,
    number: &mut u64,
    limits: &Limits,
    log: &mut Log,
    remarks: &mut Vec<Remark>,
    is_last: bool,
) -> Result<()> {
    if line.bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    // A list of no records at all.
    if *number == 0 && line.bytes.trim_ascii() == b"[]" {
        return Ok(());
    }
    log.record(line.at)?;
    let text = line.text()?;
    let mut cells = ObjectCells::new::<F::Column>(line.at);
    cells.line = Some((*number, line.line));
    *number = number.saturating_add(1);
    let lent = std::mem::replace(log, Log::new(&ParseOptions::default()));
    let mut scan = Scanner::new(text, line.at, limits, lent);
    let mut read = cells.read::<F>(&mut scan, names, &mut String::new());
    if read.is_ok() && !scan.is_at_end() {
        read = Err(scan.error(ErrorKind::Format, "more text follows the object"));
    }
    *log = scan.log;
    match read {
        Ok(()) => settle(format, &cells, limits, log, remarks),
        Err(error) => {
            // A line that ends in the middle of its object is malformed; only the last one may have been cut.
            let error = match error.kind() {
                ErrorKind::Truncated if !is_last => {
                    Error::new(ErrorKind::Format, error.message().to_owned())
                        .at_place(error.place().clone())
                        .hint("write one object a line, without line breaks inside")
                }
                _ => error,
            };
            let place = cells.line.unwrap_or_default();
            log.settle::<()>(Err(in_line(error, line.at, place.0, place.1))).map(drop)
        }
    }
}

/// The parser of a format as the public sees it: whole, or fed in pieces.
macro_rules! record_parser {
    ($(#[$doc:meta])* $parser:ident, $parse:ident, $options:ident, $format:ident => $value:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// `UPID_MISSING_COLUMN`, and those of every parser (ingest.md §12).
        pub fn $parse(bytes: &[u8], options: &$options) -> $crate::error::Result<$crate::ingest::Parsed<$value>> {
            let read = || {
                let mut parser = $parser::new(options);
                parser.feed(bytes)?;
                parser.finish()
            };
            let detected = <$format as $crate::ingest::bills::records::Format>::DETECTED;
            read().map_err(|e| $crate::ingest::detect::hinted(e, bytes, detected))
        }

        #[doc = concat!("The streaming twin of [`", stringify!($parse), "`]: chunk borders change nothing.")]
        pub struct $parser($crate::ingest::bills::records::Records<$format>);

        impl $parser {
            /// A parser that has seen nothing yet.
            pub fn new(options: &$options) -> Self {
                let format = $format::new(options);
                Self($crate::ingest::bills::records::Records::new(
                    format,
                    options.delimiter,
                    &options.common(),
                ))
            }

            /// Takes the next bytes; after an error the parser is of no more use.
            ///
            /// # Errors
            /// Those of the parser on what has come so far.
            pub fn feed(&mut self, bytes: &[u8]) -> $crate::error::Result<()> {
                self.0.feed(bytes)
            }

            /// The result of all bytes.
            ///
            /// # Errors
            /// Those of the parser.
            pub fn finish(self) -> $crate::error::Result<$crate::ingest::Parsed<$value>> {
                self.0.finish()
            }
        }
    };
}
pub(super) use record_parser;
