//! The fields of one record of a bill, whatever its form: text, amounts, numbers, times, tags, each with its place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::literal::{Literal, parse_literal};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::options::{Limits, check_digits, exceeded};
use crate::ingest::parsed::Log;
use crate::ingest::values::{Oddity, loose};
use crate::model::{BillLine, BillSet, Severity};
use crate::units::{Amount, Currency, Interval, RateAmount, Timestamp};

/// A column that a format reads, with its spellings.
pub(super) trait Column: Copy + 'static {
    /// The spellings of every column, in order of their index; the first is the one that errors name.
    const NAMES: &'static [&'static [&'static str]];
    fn index(self) -> usize;
}

/// Declares the columns of a format: `Name = "spelling" | "older spelling"`.
macro_rules! columns {
    ($name:ident { $($column:ident = $($spelling:literal)|+,)+ }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $name { $($column,)+ }

        impl $crate::ingest::bills::fields::Column for $name {
            const NAMES: &'static [&'static [&'static str]] = &[$(&[$($spelling),+],)+];
            fn index(self) -> usize {
                self as usize
            }
        }
    };
}
pub(super) use columns;

/// One record: a row of a table or an object.
pub(super) trait Cells {
    /// The text of a column, without blanks around it; none if it is empty, null or absent.
    fn text(&self, column: usize) -> Option<&str>;
    /// Whether the record has the column at all.
    fn has(&self, column: usize) -> bool;
    /// Columns in order of where they stand.
    fn order(&self, column: usize) -> usize;
    /// The error at its place.
    fn wrong(&self, column: Option<usize>, error: Error) -> Error;
    /// Gives key and value of every column that is a tag of its own.
    fn tags(&self, each: &mut dyn FnMut(&str, &str));
}

/// What was tolerated or noted about a record; told only if the record is used.
#[derive(Debug)]
pub(super) enum Remark {
    /// Something that may stand in every record.
    Often(&'static str, Severity, &'static str, usize),
    /// A value that was left out.
    Unreadable(Error),
}

/// Reads the fields of one record.
pub(super) struct Fields<'r> {
    cells: &'r dyn Cells,
    limits: &'r Limits,
    strict: bool,
    /// Whether `NULL`, `null` and `N/A` stand for nothing.
    null_words: bool,
    remarks: &'r mut Vec<Remark>,
    rounded: bool,
}

impl<'r> Fields<'r> {
    pub(super) fn new(
        cells: &'r dyn Cells,
        limits: &'r Limits,
        strict: bool,
        null_words: bool,
        remarks: &'r mut Vec<Remark>,
    ) -> Self {
        remarks.clear();
        Self { cells, limits, strict, null_words, remarks, rounded: false }
    }

    pub(super) fn limits(&self) -> &'r Limits {
        self.limits
    }

    /// Whether the record has the column, be it empty.
    pub(super) fn has(&self, column: impl Column) -> bool {
        self.cells.has(column.index())
    }

    /// An error of a field.
    pub(super) fn wrong(&self, column: impl Column, error: Error) -> Error {
        self.cells.wrong(Some(column.index()), error)
    }

    /// Something that Lenient mode reads all the same and Strict mode refuses.
    pub(super) fn tolerate(
        &mut self,
        code: &'static str,
        kind: ErrorKind,
        message: &'static str,
        column: impl Column,
    ) -> Result<()> {
        if self.strict {
            let error = Error::new(kind, message).hint("Lenient mode reads it all the same");
            return Err(self.wrong(column, error));
        }
        self.remark(code, Severity::Warning, message, column);
        Ok(())
    }

    /// Something that a reader must know.
    pub(super) fn remark(
        &mut self,
        code: &'static str,
        severity: Severity,
        message: &'static str,
        column: impl Column,
    ) {
        self.remarks.push(Remark::Often(code, severity, message, column.index()));
    }

    pub(super) fn text<C: Column>(&mut self, column: C) -> Result<Option<&'r str>> {
        let text = self.cells.text(column.index());
        if self.null_words && matches!(text, Some("NULL" | "null" | "N/A")) {
            self.tolerate("NullText", ErrorKind::Format, "a word stands for null", column)?;
            return Ok(None);
        }
        Ok(text)
    }

    pub(super) fn owned<C: Column>(&mut self, column: C) -> Result<Option<String>> {
        Ok(self.text(column)?.map(str::to_owned))
    }

    /// The first of these columns that holds something.
    pub(super) fn first<C: Column>(&mut self, columns: &[C]) -> Result<Option<String>> {
        for &column in columns {
            if let Some(text) = self.text(column)? {
                return Ok(Some(text.to_owned()));
            }
        }
        Ok(None)
    }

    /// A field that may not be empty.
    pub(super) fn required<C: Column>(&mut self, column: C) -> Result<&'r str> {
        self.text(column)?.ok_or_else(|| self.missing(column))
    }

    pub(super) fn missing(&self, column: impl Column) -> Error {
        let name = name_of(column);
        let error = Error::new(ErrorKind::MissingField, format!("{name} is missing"))
            .hint("a charge needs its time, its currency and its kind");
        self.wrong(column, error)
    }

    fn digits(&self, column: impl Column, text: &str) -> Result<()> {
        check_digits(text, self.limits.max_digits, 0).map_err(|e| self.wrong(column, e))
    }

    /// An amount of money; empty is missing, "0" is 0.
    pub(super) fn amount<C: Column>(&mut self, column: C) -> Result<Option<Amount>> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        self.digits(column, text)?;
        let (amount, rounded) = Amount::parse_rounded(text).map_err(|e| self.wrong(column, e))?;
        self.rounded |= rounded;
        Ok(Some(amount))
    }

    /// A price per hour or unit, at least 0.
    pub(super) fn rate<C: Column>(&mut self, column: C) -> Result<Option<RateAmount>> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        self.digits(column, text)?;
        let (rate, rounded) = RateAmount::parse_rounded(text).map_err(|e| self.wrong(column, e))?;
        if rate.0 < 0 {
            let error =
                Error::new(ErrorKind::InvalidValue, format!("the price {text} is negative"))
                    .hint("a price is at least 0");
            return Err(self.wrong(column, error));
        }
        self.rounded |= rounded;
        Ok(Some(rate))
    }

    /// An amount that counts as rounded if this one was.
    pub(super) fn rounded(&mut self, (amount, rounded): (Amount, bool)) -> Amount {
        self.rounded |= rounded;
        amount
    }

    /// A finite number.
    pub(super) fn number<C: Column>(&mut self, column: C) -> Result<Option<f64>> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        self.digits(column, text)?;
        number(text).map(Some).map_err(|e| self.wrong(column, e))
    }

    /// A time: RFC 3339, a date, or what is tolerated beside them.
    pub(super) fn time<C: Column>(&mut self, column: C) -> Result<Option<Timestamp>> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        // A bare date is no odd spelling in a bill: its day begins at midnight UTC.
        let dated: Cow<'_, str> = match text.len() {
            10 => Cow::Owned(format!("{text}T00:00:00Z")),
            _ => Cow::Borrowed(text),
        };
        let Some(read) = loose(&dated).map_err(|e| self.wrong(column, e))? else {
            return Ok(None);
        };
        if let Some(oddity) = read.oddity {
            let message = match oddity {
                Oddity::NoZone => "the time has no zone; it is read as UTC",
                Oddity::LeapSecond => "the time is a leap second; it is read as 59.999 s",
            };
            self.tolerate(oddity.code(), ErrorKind::TimeParse, message, column)?;
        }
        Ok(Some(read.at))
    }

    /// The span from one time to another, neither of which may be missing.
    pub(super) fn span<C: Column>(&mut self, start: C, end: C) -> Result<(Timestamp, Timestamp)> {
        let first = self.time(start)?.ok_or_else(|| self.missing(start))?;
        let last = self.time(end)?.ok_or_else(|| self.missing(end))?;
        self.check_span(first, last, end)?;
        Ok((first, last))
    }

    pub(super) fn check_span(
        &mut self,
        start: Timestamp,
        end: Timestamp,
        column: impl Column,
    ) -> Result<()> {
        if end < start {
            let error =
                Error::new(ErrorKind::InvalidValue, format!("ends at {end}, before {start}"))
                    .hint("the end of a charge is not before its start");
            return Err(self.wrong(column, error));
        }
        if end == start {
            let message = "the charge has no length";
            self.remark("ZeroLength", Severity::Info, message, column);
        }
        Ok(())
    }

    /// JSON or Python-style text of a list or an object; unreadable text is left out with a notice.
    pub(super) fn literal<C: Column>(&mut self, column: C) -> Result<Option<Literal>> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        self.literal_of(column, text)
    }

    pub(super) fn literal_of<C: Column>(
        &mut self,
        column: C,
        text: &str,
    ) -> Result<Option<Literal>> {
        match parse_literal(text, self.limits) {
            Ok(literal) => Ok(Some(literal)),
            Err(error) => {
                let error = self.wrong(column, error);
                if self.strict || error.kind() == ErrorKind::LimitExceeded {
                    return Err(error);
                }
                self.remarks.push(Remark::Unreadable(error));
                Ok(None)
            }
        }
    }

    /// Adds the pairs of an object of tags to `into`.
    pub(super) fn tags<C: Column>(
        &mut self,
        column: C,
        into: &mut BTreeMap<String, String>,
    ) -> Result<()> {
        if let Some(literal) = self.literal(column)? {
            self.pairs(column, literal, into)?;
        }
        self.own_tags(into);
        Ok(())
    }

    /// Adds the columns that are tags of their own.
    pub(super) fn own_tags(&self, into: &mut BTreeMap<String, String>) {
        self.cells.tags(&mut |key, value| {
            into.insert(key.to_owned(), value.to_owned());
        });
    }

    pub(super) fn pairs<C: Column>(
        &self,
        column: C,
        literal: Literal,
        into: &mut BTreeMap<String, String>,
    ) -> Result<()> {
        let Literal::Map(pairs) = literal else { return Ok(()) };
        if pairs.len() > self.limits.max_labels as usize {
            let most = u64::from(self.limits.max_labels);
            return Err(self.wrong(column, exceeded("maxLabels", most, 0)));
        }
        into.extend(pairs.into_iter().filter_map(|(key, value)| Some((key, value.into_text()?))));
        Ok(())
    }

    /// Tells what was noted, now that the record is used.
    pub(super) fn tell(self, log: &mut Log) -> Result<()> {
        if self.rounded {
            log.stats.rounded = log.stats.rounded.saturating_add(1);
        }
        // Fields are read in the order of the line, and told in that of the record.
        self.remarks.sort_by_key(|remark| match remark {
            Remark::Often(_, _, _, column) => self.cells.order(*column),
            Remark::Unreadable(_) => 0,
        });
        for remark in self.remarks.drain(..) {
            match remark {
                Remark::Unreadable(error) => log.unreadable("UnreadableValue", error)?,
                Remark::Often(code, severity, message, column) => {
                    let place = || {
                        let error = Error::new(ErrorKind::Format, message);
                        self.cells.wrong(Some(column), error).place().clone()
                    };
                    log.note(code, severity, || message.to_owned(), place);
                }
            }
        }
        Ok(())
    }

    /// The place of a field.
    pub(super) fn place(&self, column: impl Column) -> Place {
        self.wrong(column, Error::new(ErrorKind::Format, "")).place().clone()
    }
}

/// The name of a column as errors spell it.
fn name_of<C: Column>(column: C) -> &'static str {
    C::NAMES.get(column.index()).and_then(|names| names.first()).copied().unwrap_or_default()
}

/// A finite decimal number.
pub(super) fn number(text: &str) -> Result<f64> {
    let plain =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let value = (plain && !text.starts_with('+')).then(|| text.parse::<f64>().ok()).flatten();
    value.filter(|v| v.is_finite()).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Error::new(ErrorKind::Format, format!("{shown:?} is not a number"))
            .hint("write digits with an optional point and exponent, e.g. 12.5")
    })
}

/// Gathers the lines of a bill in its one currency.
#[derive(Debug, Default)]
pub(super) struct Bill {
    currency: Option<(Currency, Place)>,
    lines: Vec<BillLine>,
    period: Option<Interval>,
}

impl Bill {
    /// Checks the currency of a line against that of the first.
    ///
    /// # Errors
    /// `UPID_CURRENCY_UNKNOWN`; `UPID_CURRENCY_MISMATCH` with both places.
    pub(super) fn in_currency(&mut self, code: &str, place: impl FnOnce() -> Place) -> Result<()> {
        match &self.currency {
            Some((first, _)) if first.code() == code => Ok(()),
            Some((first, at)) => {
                let second = place();
                Err(Error::new(
                    ErrorKind::CurrencyMismatch,
                    format!("{first} (at {at}) and {code} (at {second}) in one bill"),
                )
                .detail("first", first.code())
                .detail("second", code)
                .detail("firstPlace", at.to_string())
                .at_place(second)
                .hint("split the bill by currency and parse each part"))
            }
            None => {
                let place = place();
                let currency = Currency::parse(code).map_err(|e| e.at_place(place.clone()))?;
                self.currency = Some((currency, place));
                Ok(())
            }
        }
    }

    /// The currency of a field of the record.
    pub(super) fn currency_of<C: Column>(
        &mut self,
        fields: &mut Fields<'_>,
        column: C,
    ) -> Result<()> {
        let code = fields.required(column)?;
        self.in_currency(code, || fields.place(column))
    }

    pub(super) fn add(&mut self, line: BillLine) {
        self.lines.push(line);
    }

    /// Widens the billing period.
    pub(super) fn span_period(&mut self, start: Option<Timestamp>, end: Option<Timestamp>) {
        let (Some(start), Some(end)) = (start, end) else { return };
        if end < start {
            return;
        }
        let period = self.period.get_or_insert(Interval { start, end });
        period.start = period.start.min(start);
        period.end = period.end.max(end);
    }

    pub(super) fn finish(self) -> BillSet {
        BillSet::new(self.currency.map(|(currency, _)| currency), self.lines, self.period)
    }
}
