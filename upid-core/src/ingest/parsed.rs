//! What a parser gives: the value, what it left out, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::options::{Mode, ParseOptions, exceeded};
use super::place::Walker;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::model::Severity;

/// A parsed value and what became of the input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Parsed{T}"))]
#[non_exhaustive]
pub struct Parsed<T> {
    /// What the input says.
    pub value: T,
    /// What a reader must know, in order of their codes.
    pub notices: Vec<Notice>,
    /// How much was read.
    pub stats: Stats,
    /// The input says that it is only a part: more pages exist, or a store did not answer.
    pub partial: bool,
}

impl<T> Parsed<T> {
    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Parsed<U> {
        let Self { value, notices, stats, partial } = self;
        Parsed { value: change(value), notices, stats, partial }
    }

    /// Nothing read yet.
    pub(super) fn empty(value: T) -> Self {
        Self { value, notices: Vec::new(), stats: Stats::default(), partial: false }
    }

    /// Adds counts and notices of another document, whose places go under its `name`; gives its value.
    pub(super) fn absorb<U>(&mut self, other: Parsed<U>, name: Option<&str>, max_places: u32) -> U {
        let Parsed { value, mut notices, stats, partial } = other;
        for notice in notices.iter_mut().filter(|notice| name.is_some() && notice.places.is_empty())
        {
            notice.places.push(Place::default());
        }
        let places = notices.iter_mut().flat_map(|notice| notice.places.iter_mut());
        for (place, name) in places.zip(std::iter::repeat(name)) {
            let Some(name) = name else { break };
            place.path = Some(match place.path.take() {
                Some(path) if path.starts_with('[') => format!("{name}{path}"),
                Some(path) => format!("{name}.{path}"),
                None => name.to_owned(),
            });
        }
        self.note(notices, max_places);
        self.stats.add(stats);
        self.partial |= partial;
        value
    }

    /// Adds notices; those of one code become one.
    pub(super) fn note(&mut self, notices: Vec<Notice>, max_places: u32) {
        for notice in notices {
            match self.notices.binary_search_by(|have| have.code.cmp(&notice.code)) {
                Err(at) => self.notices.insert(at, notice),
                Ok(at) => {
                    let Some(have) = self.notices.get_mut(at) else { continue };
                    have.count = have.count.saturating_add(notice.count);
                    have.places.extend(notice.places);
                    have.places.truncate(max_places as usize);
                }
            }
        }
    }
}

/// How much was read. `records = accepted + skipped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Stats {
    /// Bytes of the input.
    pub bytes: u64,
    /// Records: objects, rows, lines, samples, as the parser says.
    pub records: u64,
    /// Records used.
    pub accepted: u64,
    /// Records left out.
    pub skipped: u64,
    /// Amounts that had more decimals than money keeps.
    pub rounded: u64,
}

impl Stats {
    fn add(&mut self, other: Self) {
        for (own, more) in [
            (&mut self.bytes, other.bytes),
            (&mut self.records, other.records),
            (&mut self.accepted, other.accepted),
            (&mut self.skipped, other.skipped),
            (&mut self.rounded, other.rounded),
        ] {
            *own = own.saturating_add(more);
        }
    }
}

/// Something about the input that a reader must know, counted, with its first places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Notice {
    /// Code in Pascal case, e.g. `MalformedRecord`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence; that of the first occurrence.
    pub message: String,
    /// How often.
    pub count: u64,
    /// The first places, in order of the input.
    pub places: Vec<Place>,
}

/// Gathers notices and counts while a parser runs.
#[derive(Debug)]
pub(super) struct Log {
    mode: Mode,
    allow_partial: bool,
    max_places: usize,
    max_records: u64,
    notices: BTreeMap<&'static str, Notice>,
    pub(super) stats: Stats,
    partial: bool,
}

impl Log {
    pub(super) fn new(options: &ParseOptions) -> Self {
        Self {
            mode: options.mode,
            allow_partial: options.allow_partial,
            max_places: options.max_places as usize,
            max_records: options.limits.max_records,
            notices: BTreeMap::new(),
            stats: Stats::default(),
            partial: false,
        }
    }

    /// A log of the same options in which nothing is noted.
    pub(super) fn apart(&self) -> Self {
        Self {
            mode: self.mode,
            allow_partial: self.allow_partial,
            max_places: self.max_places,
            max_records: self.max_records,
            notices: BTreeMap::new(),
            stats: Stats::default(),
            partial: false,
        }
    }

    /// Whether there are too many records with those of another part.
    pub(super) fn overflows(&self, other: &Self) -> bool {
        self.stats.records.saturating_add(other.stats.records) > self.max_records
    }

    pub(super) fn is_strict(&self) -> bool {
        self.mode == Mode::Strict
    }

    /// Counts records that were read in one go and all used; whoever does so checks the limit at the end.
    pub(super) fn used(&mut self, records: u64) {
        self.stats.records = self.stats.records.saturating_add(records);
        self.stats.accepted = self.stats.accepted.saturating_add(records);
    }

    /// `UPID_LIMIT_EXCEEDED` at `at` if there are too many records.
    pub(super) fn check_records(&self, at: usize) -> Result<()> {
        if self.stats.records > self.max_records {
            return Err(exceeded("maxRecords", self.max_records, at));
        }
        Ok(())
    }

    /// Counts a record that begins at `at`.
    pub(super) fn record(&mut self, at: usize) -> Result<()> {
        self.stats.records = self.stats.records.saturating_add(1);
        self.check_records(at)
    }

    /// Takes over what was gathered from another part of the same input: notices as if read in one go.
    pub(super) fn absorb(&mut self, other: Self) {
        self.join(other, |places| places.sort_by_key(|place| place.byte_offset));
    }

    /// Takes over what was gathered from the next input.
    pub(super) fn follow(&mut self, other: Self) {
        self.join(other, |_| {});
    }

    fn join(&mut self, other: Self, order: impl Fn(&mut Vec<Place>)) {
        let (mine, theirs) = (&mut self.stats, other.stats);
        mine.bytes = mine.bytes.saturating_add(theirs.bytes);
        mine.records = mine.records.saturating_add(theirs.records);
        mine.accepted = mine.accepted.saturating_add(theirs.accepted);
        mine.skipped = mine.skipped.saturating_add(theirs.skipped);
        mine.rounded = mine.rounded.saturating_add(theirs.rounded);
        self.partial |= other.partial;
        for (code, theirs) in other.notices {
            let Some(mine) = self.notices.get_mut(code) else {
                self.notices.insert(code, theirs);
                continue;
            };
            mine.count = mine.count.saturating_add(theirs.count);
            let first = mine.places.first().cloned();
            mine.places.extend(theirs.places);
            order(&mut mine.places);
            // The sentence is that of the first occurrence.
            if mine.places.first() != first.as_ref() {
                mine.message = theirs.message;
            }
            mine.places.truncate(self.max_places);
        }
    }

    /// Notes something that is no fault.
    pub(super) fn info(
        &mut self,
        code: &'static str,
        message: impl FnOnce() -> String,
        place: Place,
    ) {
        self.note(code, Severity::Info, message, || place);
    }

    /// Notes something that weakens the value.
    pub(super) fn warn(
        &mut self,
        code: &'static str,
        message: impl FnOnce() -> String,
        place: Place,
    ) {
        self.note(code, Severity::Warning, message, || place);
    }

    /// Notes what may stand in every record: message and place are made only while they are still listed.
    pub(super) fn note(
        &mut self,
        code: &'static str,
        severity: Severity,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Place,
    ) {
        let notice = self.notices.entry(code).or_insert_with(|| Notice {
            code: code.to_owned(),
            severity,
            message: message(),
            count: 0,
            places: Vec::new(),
        });
        notice.count = notice.count.saturating_add(1);
        if notice.places.len() < self.max_places {
            // What stands nowhere in the input has no place.
            notice.places.extend(Some(place()).filter(Place::is_known));
        }
    }

    /// Gives a notice another sentence.
    pub(super) fn reword(&mut self, code: &str, message: String) {
        if let Some(notice) = self.notices.get_mut(code) {
            notice.message = message;
        }
    }

    /// A deviation that Lenient mode reads all the same and Strict mode refuses.
    pub(super) fn tolerate(&mut self, code: &'static str, error: Error) -> Result<()> {
        if self.is_strict() {
            return Err(error);
        }
        let place = error.place().clone();
        self.note(code, Severity::Warning, || error.message().to_owned(), || place);
        Ok(())
    }

    /// A part of a record that cannot be read: Lenient mode leaves it out, Strict mode gives the error.
    ///
    /// Errors that say the whole input is unusable (a limit, a cut, mixed currencies) always pass.
    pub(super) fn unreadable(&mut self, code: &'static str, error: Error) -> Result<()> {
        if self.is_strict() || is_fatal(error.kind()) {
            return Err(error);
        }
        let place = error.place().clone();
        self.note(code, Severity::Error, || error.to_string(), || place);
        Ok(())
    }

    /// Settles a record: counts it as accepted, or as left out if it cannot be read.
    pub(super) fn settle<T>(&mut self, record: Result<T>) -> Result<Option<T>> {
        match record {
            Ok(value) => {
                self.stats.accepted = self.stats.accepted.saturating_add(1);
                Ok(Some(value))
            }
            Err(error) => {
                self.unreadable("MalformedRecord", error)?;
                self.stats.skipped = self.stats.skipped.saturating_add(1);
                Ok(None)
            }
        }
    }

    /// Marks the input as a part of something larger.
    pub(super) fn partial(&mut self, message: &str, place: Place) -> Result<()> {
        if self.is_strict() && !self.allow_partial {
            return Err(Error::new(ErrorKind::PartialInput, message)
                .at_place(place)
                .hint("fetch the other pages too, or set options.allowPartial"));
        }
        self.partial = true;
        self.warn("PartialInput", || message.to_owned(), place);
        Ok(())
    }

    /// What was noted, where there is no document to place it in.
    pub(super) fn notices(self) -> Vec<Notice> {
        self.notices.into_values().collect()
    }

    /// The result of a JSON document: places get their line and path.
    pub(super) fn finish_json<T>(mut self, value: T, text: &str, base: usize) -> Result<Parsed<T>> {
        self.locate(text, base);
        self.finish(value)
    }

    /// Gives the places in a JSON document their line and path.
    pub(super) fn locate(&mut self, text: &str, base: usize) {
        self.stats.bytes = base.saturating_add(text.len()) as u64;
        locate(self.notices.values_mut().flat_map(|n| n.places.iter_mut()), text, base);
    }

    /// Puts the name of the document before the path of every place.
    pub(super) fn under(&mut self, document: &str) {
        for place in self.notices.values_mut().flat_map(|n| n.places.iter_mut()) {
            place.path = Some(match place.path.take() {
                Some(path) if path.starts_with('[') => format!("{document}{path}"),
                Some(path) => format!("{document}.{path}"),
                None => document.to_owned(),
            });
        }
    }

    /// The result. Every record malformed is `UPID_NO_RECORDS`; none at all is an empty value with a notice.
    pub(super) fn finish<T>(mut self, value: T) -> Result<Parsed<T>> {
        if self.stats.records > 0 && self.stats.accepted == 0 {
            let first = self.notices.get("MalformedRecord");
            let why = first.map_or_else(String::new, |n| format!("; the first: {}", n.message));
            return Err(Error::new(
                ErrorKind::NoRecords,
                format!("none of the {} records can be read{why}", self.stats.records),
            )
            .at_place(first.and_then(|n| n.places.first()).cloned().unwrap_or_default())
            .hint("check that the input is of the format that was asked for"));
        }
        if self.stats.records == 0 {
            self.info("Empty", || "the input holds no record".to_owned(), Place::default());
        }
        let Self { notices, stats, partial, .. } = self;
        Ok(Parsed { value, notices: notices.into_values().collect(), stats, partial })
    }
}

/// An error of a JSON document with its line and path.
pub(super) fn located(error: Error, text: &str, base: usize) -> Error {
    let mut place = error.place().clone();
    locate([&mut place].into_iter(), text, base);
    error.at_place(place)
}

/// Finds line, column and path of places that are only offsets, in one reading of the text.
fn locate<'p>(places: impl Iterator<Item = &'p mut Place>, text: &str, base: usize) {
    let mut places: Vec<(usize, &mut Place)> = places
        .filter(|place| place.path.is_none())
        .filter_map(|place| Some((place.byte_offset?.checked_sub(base as u64)? as usize, place)))
        .collect();
    places.sort_by_key(|(at, _)| *at);
    let mut walker = Walker::new(text);
    let (mut line, mut start, mut from) = (1u64, 0, 0);
    for (at, place) in places {
        let at = at.min(text.len());
        let passed = text.as_bytes().get(from..at).unwrap_or_default();
        for found in memchr::memchr_iter(b'\n', passed) {
            line = line.saturating_add(1);
            start = from.saturating_add(found).saturating_add(1);
        }
        from = at;
        place.line = Some(line);
        place.column = Some(at.saturating_sub(start).saturating_add(1) as u64);
        let path = walker.path(at);
        place.path = (!path.is_empty()).then_some(path);
    }
}

/// Errors that no record can be left out for.
fn is_fatal(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::LimitExceeded
            | ErrorKind::Truncated
            | ErrorKind::Encoding
            | ErrorKind::CurrencyMismatch
            | ErrorKind::Internal
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(at: usize) -> Error {
        Error::new(ErrorKind::Format, "bad").at_byte(at)
    }

    #[test]
    fn lenient_counts_and_strict_refuses() {
        let mut log = Log::new(&ParseOptions::default());
        for at in 0..20 {
            log.record(at).unwrap();
            assert_eq!(log.settle::<()>(Err(bad(at))).unwrap(), None);
        }
        log.record(20).unwrap();
        log.settle(Ok(())).unwrap();
        let parsed = log.finish(7).unwrap();
        assert_eq!((parsed.value, parsed.stats.records, parsed.stats.skipped), (7, 21, 20));
        assert_eq!((parsed.notices[0].count, parsed.notices[0].places.len()), (20, 10));
        let mut strict = Log::new(&ParseOptions::strict());
        assert_eq!(strict.settle::<()>(Err(bad(3))).unwrap_err().place().byte_offset, Some(3));
        assert_eq!(
            strict.partial("more", Place::byte(1)).unwrap_err().code(),
            "UPID_PARTIAL_INPUT"
        );
    }

    #[test]
    fn nothing_usable_is_an_error_and_nothing_at_all_is_not() {
        let mut log = Log::new(&ParseOptions::default());
        log.record(0).unwrap();
        log.settle::<()>(Err(bad(0))).unwrap();
        assert_eq!(log.finish(()).unwrap_err().code(), "UPID_NO_RECORDS");
        let empty = Log::new(&ParseOptions::default()).finish(()).unwrap();
        assert_eq!(empty.notices[0].code, "Empty");
    }

    #[test]
    fn places_in_json_get_line_and_path() {
        let text = "{\"items\": [\n {\"a\": 1},\n {\"a\": \"x\"}]}";
        let mut log = Log::new(&ParseOptions::default());
        let at = text.find("\"x\"").unwrap();
        log.record(at).unwrap();
        log.settle(Ok(())).unwrap();
        log.warn("Odd", || "odd".to_owned(), Place::byte(at + 3));
        log.warn("Bad", || "bad".to_owned(), Place::byte(text.find("1}").unwrap() + 3));
        let parsed = log.finish_json((), text, 3).unwrap();
        let place = |i: usize| {
            let p = &parsed.notices[i].places[0];
            (p.line.unwrap(), p.column.unwrap(), p.path.clone().unwrap())
        };
        assert_eq!(place(0), (2, 8, "items[0].a".to_owned()));
        assert_eq!(place(1), (3, 8, "items[1].a".to_owned()));
        let error = located(bad(text.len() + 3), text, 3);
        // At the end of the text: what was open last.
        assert_eq!((error.place().line, error.place().path.as_deref()), (Some(3), Some("items")));
    }

    #[test]
    fn parts_join_to_the_same_whatever_their_order() {
        let options = ParseOptions { max_places: 2, ..ParseOptions::default() };
        let part = |at: usize| {
            let mut log = Log::new(&options);
            log.used(2);
            log.warn("Odd", || format!("odd at {at}"), Place::byte(at));
            log
        };
        let joined = |order: [usize; 3]| {
            let mut log = Log::new(&options);
            for at in order {
                log.absorb(part(at));
            }
            log.finish(()).unwrap()
        };
        let parsed = joined([1, 2, 3]);
        assert_eq!(parsed, joined([3, 1, 2]));
        assert_eq!(parsed, joined([2, 3, 1]));
        let notice = &parsed.notices[0];
        assert_eq!(
            (notice.message.as_str(), notice.count, notice.places.len()),
            ("odd at 1", 3, 2)
        );
        assert_eq!((parsed.stats.records, parsed.stats.accepted), (6, 6));
    }

    #[test]
    fn a_limit_is_never_left_out() {
        let mut log = Log::new(&ParseOptions::default());
        let error = log.settle::<()>(Err(exceeded("maxDepth", 64, 9))).unwrap_err();
        assert_eq!(error.code(), "UPID_LIMIT_EXCEEDED");
    }
}
