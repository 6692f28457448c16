//! JSON lines: one object per request.

use std::borrow::Cow;

use super::AccessField;
use super::fields::{Names, duration_unit};
use super::values::{Draft, address, any_time, measure, whole};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::options::Limits;
use crate::ingest::parsed::Log;
use crate::ingest::scan::{Kind, Scanner};

/// What a container runtime wrapped: the line, and when it was written.
pub(super) type Wrapped = (String, Option<String>);

/// A value of a field: the place of its key in the order, its key, text and offset.
struct Found<'a> {
    field: AccessField,
    rank: usize,
    key: String,
    text: Cow<'a, str>,
    at: usize,
}

/// Reads an object. One that wraps a line gives that line instead.
pub(super) fn read(
    line: &[u8],
    start: usize,
    names: &Names,
    limits: &Limits,
    log: Log,
    draft: &mut Draft,
) -> (Log, Result<Option<Wrapped>>) {
    let text = String::from_utf8_lossy(line);
    if matches!(text, Cow::Owned(_)) {
        draft.remark("InvalidUtf8", "bytes that are not UTF-8 are read as U+FFFD", start);
    }
    let lossy = matches!(text, Cow::Owned(_));
    let mut scan = Scanner::new(&text, start, limits, log);
    let mut line = Line { found: Vec::new(), log: None, names };
    let mut done = line.members(&mut scan, &mut String::new());
    if done.is_ok() && !scan.is_at_end() {
        done = Err(scan
            .error(ErrorKind::Format, "more text follows the object")
            .hint("write one object a line"));
    }
    // Replacements are longer than what they replace, so that offsets no longer fit.
    let place = |e: Error| if lossy { e.at_byte(start) } else { e };
    let settled = done.and_then(|()| line.settle(draft)).map_err(place);
    if lossy {
        draft.place_all_at(start);
    }
    (scan.log, settled)
}

struct Line<'a, 'n> {
    found: Vec<Found<'a>>,
    /// Text of the member `log`, which a wrapper has.
    log: Option<Cow<'a, str>>,
    names: &'n Names,
}

impl<'a> Line<'a, '_> {
    /// Reads the members of an object; those of nested objects have dotted names.
    fn members(&mut self, scan: &mut Scanner<'a>, path: &mut String) -> Result<()> {
        scan.object(|scan, key| {
            let length = path.len();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
            let at = scan.offset();
            if !self.names.may_be(path) {
                path.truncate(length);
                return Ok(());
            }
            match scan.peek()? {
                Kind::Object => self.members(scan, path)?,
                Kind::String | Kind::Number => {
                    if path == "log" {
                        self.log = scan.number_or_text()?;
                    } else if !self.names.of(path).is_empty() {
                        let text = scan.number_or_text()?.unwrap_or_default();
                        self.add(path, &text, at);
                    }
                }
                Kind::Array | Kind::Bool | Kind::Null => {}
            }
            path.truncate(length);
            Ok(())
        })
    }

    #[allow(clippy::ptr_arg)] // a borrowed Cow is cloned for nothing
    fn add(&mut self, key: &str, text: &Cow<'a, str>, at: usize) {
        if matches!(text.trim(), "" | "-") {
            return;
        }
        for &(field, rank) in self.names.of(key) {
            // The last of two equal keys wins.
            self.found.retain(|found| found.field != field || found.key != key);
            self.found.push(Found { field, rank, key: key.to_owned(), text: text.clone(), at });
        }
    }

    /// The first of a field that holds something; of addresses, that is an address.
    fn first(&self, field: AccessField) -> Option<&Found<'a>> {
        let usable = |found: &&Found<'_>| {
            found.field == field
                && (field != AccessField::SourceIp || address(&found.text).is_some())
        };
        self.found.iter().filter(usable).min_by_key(|found| found.rank)
    }

    fn settle(self, draft: &mut Draft) -> Result<Option<Wrapped>> {
        let time = self.first(AccessField::Timestamp);
        let status = self.first(AccessField::Status);
        if let (Some(log), None) = (&self.log, status) {
            return Ok(Some((log.clone().into_owned(), time.map(|t| t.text.clone().into_owned()))));
        }
        if let Some(found) = time {
            let read = any_time(&found.text).map_err(|e| e.at_byte(found.at))?;
            if let Some(read) = read {
                draft.set_time(read, &found.text, found.at);
            }
        }
        if let Some(found) = status {
            draft.set_status(found.text.trim(), found.at)?;
        }
        if let Some(found) = self.first(AccessField::Path) {
            draft.set_target(&found.text);
        }
        let mut text = |field, slot: fn(&mut Draft) -> &mut Option<Box<str>>| {
            if let Some(found) = self.first(field) {
                *slot(draft) = Some((*found.text).into());
            }
        };
        text(AccessField::Method, |d| &mut d.record.method);
        text(AccessField::Query, |d| &mut d.record.query);
        text(AccessField::Protocol, |d| &mut d.record.protocol);
        text(AccessField::Referer, |d| &mut d.record.referer);
        text(AccessField::UserAgent, |d| &mut d.record.user_agent);
        text(AccessField::Host, |d| &mut d.record.host);
        text(AccessField::Upstream, |d| &mut d.record.upstream);
        text(AccessField::Namespace, |d| &mut d.record.namespace);
        text(AccessField::Workload, |d| &mut d.record.workload);
        text(AccessField::Pod, |d| &mut d.record.pod);
        if let Some(found) = self.first(AccessField::SourceIp) {
            draft.record.source_ip = address(&found.text).map(Into::into);
        }
        if let Some(found) = self.first(AccessField::Bytes) {
            match whole(&found.text) {
                Ok(bytes) => draft.record.bytes = Some(bytes),
                Err(error) => draft.unreadable(error, found.at),
            }
        }
        if let Some(found) = self.first(AccessField::DurationMs) {
            match measure(&found.text) {
                Ok(value) => draft.record.duration_ms = Some(duration_unit(&found.key).ms(value)),
                Err(error) => draft.unreadable(error, found.at),
            }
        }
        // A whole request line fills what no key of its own told.
        let known = draft.record.method.is_some() && draft.record.path.is_some();
        if let Some(found) = self.first(AccessField::Request).filter(|_| !known) {
            draft.set_request(&found.text, found.at);
        }
        Ok(None)
    }
}
