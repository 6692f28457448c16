//! Access logs of servers, proxies and meshes (ingest.md §7): common and combined format, JSON lines, and both in the
//! wrappers of container runtimes.

mod combined;
mod fields;
mod json;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::fields::Names;
use self::values::Draft;
use super::detect::{Format, hinted};
use super::lines::{Cutter, Record};
use super::options::{ParseOptions, parse_options};
use super::parsed::{Log, Parsed};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AccessRecord, AccessRecords, Severity};

/// A field of an [`AccessRecord`] that options of the parser name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum AccessField {
    /// Time.
    Timestamp,
    /// Method.
    Method,
    /// Path, or path and query.
    Path,
    /// Query.
    Query,
    /// Protocol.
    Protocol,
    /// Status.
    Status,
    /// Bytes sent.
    Bytes,
    /// Referer.
    Referer,
    /// User agent.
    UserAgent,
    /// Address of the client.
    SourceIp,
    /// Host.
    Host,
    /// Milliseconds that it took.
    DurationMs,
    /// Where a proxy passed it on.
    Upstream,
    /// Namespace.
    Namespace,
    /// Workload.
    Workload,
    /// Pod.
    Pod,
    /// The whole request line.
    Request,
}

/// What a field after the agent of a combined line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ExtraField {
    /// Not read.
    Skip,
    /// Duration in seconds, as nginx writes it.
    RequestTimeSeconds,
    /// Duration in milliseconds.
    RequestTimeMilliseconds,
    /// Duration in microseconds, as Apache's `%D`.
    RequestTimeMicroseconds,
    /// Where a proxy passed it on.
    Upstream,
    /// Host.
    Host,
    /// Address of the client, or a list of which it is the first.
    SourceIp,
    /// Namespace.
    Namespace,
    /// Workload.
    Workload,
    /// Pod.
    Pod,
}

parse_options! {
    /// Options of [`parse_access_log`].
    pub struct AccessLogOptions {
        /// Keys of JSON lines by field, tried in order before the built-in ones.
        pub fields: BTreeMap<AccessField, Vec<String>> = BTreeMap::new(),
        /// What the fields after the agent of a combined line are, in their order; further ones are not read.
        pub extra: Vec<ExtraField> = Vec::new(),
        /// Namespace of records that name none: a log often is that of one pod.
        pub namespace: Option<String> = None,
        /// Workload of records that name none.
        pub workload: Option<String> = None,
        /// Pod of records that name none.
        pub pod: Option<String> = None,
    }
}

/// Reads an access log: lines of the common or combined format, or JSON lines, each of them also as a container
/// runtime wraps it (`{"log": …}`, or time, stream and `F` before it). Lines of several forms may be mixed.
///
/// A request line of other than three words keeps its time, status and source, with a notice `MalformedRequest`. Bytes
/// that are not UTF-8 become U+FFFD. `-` is missing, status 0 is no response.
///
/// # Errors
/// Those of every parser (ingest.md §12).
pub fn parse_access_log(bytes: &[u8], options: &AccessLogOptions) -> Result<Parsed<AccessRecords>> {
    let read = || {
        let mut parser = AccessLogParser::new(options);
        parser.feed(bytes)?;
        parser.finish()
    };
    read().map_err(|e| hinted(e, bytes, Format::AccessLog))
}

/// The streaming twin of [`parse_access_log`]: chunk borders change nothing.
pub struct AccessLogParser {
    cutter: Cutter,
    lines: Lines,
}

impl AccessLogParser {
    /// A parser that has read nothing.
    pub fn new(options: &AccessLogOptions) -> Self {
        let common = options.common();
        Self {
            cutter: Cutter::lines(&common.limits),
            lines: Lines {
                names: Names::new(&options.fields),
                log: Log::new(&common),
                common,
                extra: options.extra.clone(),
                own: [&options.namespace, &options.workload, &options.pod]
                    .map(|name| name.as_deref().map(Into::into)),
                records: Vec::new(),
                number: 0,
                blank: true,
            },
        }
    }

    /// Takes the next bytes; after an error the parser is of no more use.
    ///
    /// # Errors
    /// Those of [`parse_access_log`] on what has come so far.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        self.cutter.feed(bytes, |record| self.lines.take(record, false))
    }

    /// Hands over the records read so far, so that a log of any length needs little memory; `finish` then gives the rest.
    pub fn drain(&mut self) -> Vec<AccessRecord> {
        std::mem::take(&mut self.lines.records)
    }

    /// The result of all bytes.
    ///
    /// # Errors
    /// Those of [`parse_access_log`].
    pub fn finish(self) -> Result<Parsed<AccessRecords>> {
        let Self { cutter, mut lines } = self;
        lines.log.stats.bytes = cutter.offset() as u64;
        cutter.finish(|record| lines.take(record, true))?;
        if lines.blank {
            return Err(Error::new(ErrorKind::EmptyInput, "the input is empty")
                .at_byte(0)
                .hint("pass the bytes of the log"));
        }
        lines.log.finish(AccessRecords { records: lines.records })
    }
}

/// What all lines share.
struct Lines {
    names: Names,
    common: ParseOptions,
    extra: Vec<ExtraField>,
    /// Namespace, workload and pod of records that name none.
    own: [Option<Box<str>>; 3],
    log: Log,
    records: Vec<AccessRecord>,
    number: u64,
    blank: bool,
}

impl Lines {
    fn take(&mut self, line: Record<'_>, is_last: bool) -> Result<()> {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        self.blank = false;
        self.log.record(line.at)?;
        let number = self.number;
        self.number = number.saturating_add(1);
        let placed = |error: Error| {
            let at = error.place().byte_offset.unwrap_or(line.at as u64) as usize;
            let column = at.saturating_sub(line.at).saturating_add(1);
            error.at_byte(at).at_row(number as usize).at_line(line.line as usize, column)
        };
        let mut draft = Draft::default();
        let read = self.line(line.bytes, line.at, is_last, &mut draft);
        let record = read.and_then(|()| draft.record(line.at));
        if let Ok(record) = record {
            for oddity in draft.oddities {
                let place = || placed(Error::new(ErrorKind::Format, "").at_byte(oddity.at));
                match oddity.error {
                    Some(error) if oddity.unreadable => {
                        self.log.unreadable(oddity.code, placed(error.at_byte(oddity.at)))?;
                    }
                    Some(error) => {
                        self.log.tolerate(oddity.code, placed(error.at_byte(oddity.at)))?;
                    }
                    None => self.log.note(
                        oddity.code,
                        Severity::Warning,
                        || oddity.message.to_owned(),
                        || place().place().clone(),
                    ),
                }
            }
            self.log.settle(Ok(()))?;
            self.keep(record);
            return Ok(());
        }
        self.log.settle(record.map_err(placed)).map(drop)
    }

    fn keep(&mut self, mut record: AccessRecord) {
        let [namespace, workload, pod] = &self.own;
        for (field, own) in [
            (&mut record.namespace, namespace),
            (&mut record.workload, workload),
            (&mut record.pod, pod),
        ] {
            if field.is_none() {
                field.clone_from(own);
            }
        }
        self.records.push(record);
    }

    /// Reads a line, or what a container runtime wrapped.
    fn line(&mut self, bytes: &[u8], at: usize, is_last: bool, draft: &mut Draft) -> Result<()> {
        if let Some((time, rest, skipped)) = runtime_prefix(bytes) {
            let at = at.saturating_add(skipped);
            self.content(rest, at, is_last, draft)?;
            return draft.time_of_wrapper(time, at);
        }
        self.content(bytes, at, is_last, draft)
    }

    fn content(&mut self, bytes: &[u8], at: usize, is_last: bool, draft: &mut Draft) -> Result<()> {
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return combined::read(bytes, at, &self.extra, draft);
        }
        let lent = std::mem::replace(&mut self.log, Log::new(&ParseOptions::default()));
        let (log, read) = json::read(bytes, at, &self.names, &self.common.limits, lent, draft);
        self.log = log;
        match read.map_err(|e| cut(e, is_last))? {
            None => Ok(()),
            // The line that Docker's JSON wraps; an error in it is placed at the wrapper.
            Some((inner, time)) => {
                let inner = inner.trim_end_matches(['\r', '\n']);
                let within = |e: Error| e.at_byte(at);
                if inner.trim_start().starts_with('{') {
                    let lent = std::mem::replace(&mut self.log, Log::new(&ParseOptions::default()));
                    let (log, read) = json::read(
                        inner.as_bytes(),
                        at,
                        &self.names,
                        &self.common.limits,
                        lent,
                        draft,
                    );
                    self.log = log;
                    if read.map_err(|e| within(cut(e, false)))?.is_some() {
                        return Err(Error::new(
                            ErrorKind::Format,
                            "a wrapped line in a wrapped line",
                        )
                        .at_byte(at)
                        .hint("pass the log as the runtime wrote it"));
                    }
                } else {
                    combined::read(inner.as_bytes(), at, &self.extra, draft).map_err(within)?;
                }
                draft.place_all_at(at);
                match time {
                    Some(time) => draft.time_of_wrapper(&time, at),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A line that ends in the middle of its object is malformed; only the last one may have been cut.
fn cut(error: Error, is_last: bool) -> Error {
    match error.kind() {
        ErrorKind::Truncated if !is_last => {
            Error::new(ErrorKind::Format, error.message().to_owned())
                .at_place(error.place().clone())
                .hint("write one object a line, without line breaks inside")
        }
        _ => error,
    }
}

/// The time, the rest of the line and where it begins, of a line that a container runtime prefixed:
/// `2026-03-15T00:00:00.123Z stdout F …` (Kubernetes CRI logging format).
fn runtime_prefix(bytes: &[u8]) -> Option<(&str, &[u8], usize)> {
    let end = memchr::memchr(b' ', bytes.get(..64).unwrap_or(bytes))?;
    let (time, rest) = bytes.split_at_checked(end)?;
    let begins_as_time = time.first_chunk::<5>().is_some_and(|start| {
        matches!(start, [a, b, c, d, b'-'] if [a, b, c, d].iter().all(|d| d.is_ascii_digit()))
    });
    let content =
        [" stdout F ", " stderr F "].iter().find_map(|s| rest.strip_prefix(s.as_bytes()))?;
    let time = std::str::from_utf8(time).ok().filter(|_| begins_as_time)?;
    Some((time, content, bytes.len().saturating_sub(content.len())))
}

/// Whether the first line of a document looks like one of an access log.
pub(super) fn is_access_line(line: &[u8]) -> bool {
    if runtime_prefix(line).is_some() {
        return true;
    }
    let time = memchr::memmem::find(line, b" [").and_then(|at| line.get(at.saturating_add(2)..));
    let time = time.and_then(|rest| rest.get(..memchr::memchr(b']', rest)?));
    time.and_then(|time| std::str::from_utf8(time).ok())
        .is_some_and(|t| values::common_time(t).is_some())
}

/// Whether an object with these dotted keys looks like a line of an access log.
pub(super) fn is_access_object(has: impl Fn(&str) -> bool) -> bool {
    let any = |field| fields::keys(field).any(&has);
    has("log") && has("stream") || any(AccessField::Timestamp) && any(AccessField::Status)
}
