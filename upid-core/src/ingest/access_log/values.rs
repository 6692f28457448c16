//! What a line says before it is a record: times, request lines, addresses, and what is odd about them.

use std::net::{IpAddr, SocketAddr};

use chrono::NaiveDate;

use crate::error::{Error, ErrorKind, Result};
use crate::ingest::values::{Oddity, ReadTime, loose, seconds_to_ms};
use crate::model::AccessRecord;
use crate::units::Timestamp;

/// Something to tell about a record, if it is used.
pub(super) struct Odd {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
    pub(super) at: usize,
    /// What Strict mode says; none: it is no fault.
    pub(super) error: Option<Error>,
    /// The value is left out, rather than read all the same.
    pub(super) unreadable: bool,
}

/// A record in the making.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) record: AccessRecord,
    pub(super) time: Option<Timestamp>,
    /// A status was given, be it 0 or `-`.
    pub(super) has_status: bool,
    pub(super) oddities: Vec<Odd>,
}

impl Draft {
    /// The record, if it has what every record has.
    pub(super) fn record(&mut self, at: usize) -> Result<AccessRecord> {
        let missing = |what: &str| {
            Error::new(ErrorKind::MissingField, format!("the line has no {what}")).at_byte(at).hint(
                "access logs are lines of the common or combined format, or JSON lines; \
                       name other keys in options.fields",
            )
        };
        let Some(time) = self.time else { return Err(missing("time")) };
        if !self.has_status {
            return Err(missing("status"));
        }
        self.record.timestamp = time;
        Ok(std::mem::take(&mut self.record))
    }

    /// Tells something that is no fault of the line's form.
    pub(super) fn remark(&mut self, code: &'static str, message: &'static str, at: usize) {
        self.oddities.push(Odd { code, message, at, error: None, unreadable: false });
    }

    /// Something that Lenient mode reads all the same.
    pub(super) fn tolerate(&mut self, code: &'static str, error: Error, at: usize) {
        self.oddities.push(Odd { code, message: "", at, error: Some(error), unreadable: false });
    }

    /// A value that cannot be read and is missing.
    pub(super) fn unreadable(&mut self, error: Error, at: usize) {
        let code = "UnreadableValue";
        self.oddities.push(Odd { code, message: "", at, error: Some(error), unreadable: true });
    }

    /// Sets the time of the record.
    pub(super) fn set_time(&mut self, read: ReadTime, text: &str, at: usize) {
        if let Some(oddity) = read.oddity {
            self.tolerate(oddity.code(), oddity.error(text), at);
        }
        self.time = Some(read.at);
    }

    /// The time that the container runtime noted, for a line without one.
    pub(super) fn time_of_wrapper(&mut self, text: &str, at: usize) -> Result<()> {
        if self.time.is_none()
            && let Some(read) = loose(text).map_err(|e| e.at_byte(at))?
        {
            self.set_time(read, text, at);
        }
        Ok(())
    }

    /// Places everything at one offset: what was read is part of a string.
    pub(super) fn place_all_at(&mut self, at: usize) {
        self.oddities.iter_mut().for_each(|odd| odd.at = at);
    }

    /// Sets the target of a request: a path with its query.
    pub(super) fn set_target(&mut self, target: &str) {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        self.record.path = Some(path.into());
        if let Some(query) = query {
            self.record.query = Some(query.into());
        }
    }

    /// Reads a request line of three words; any other leaves the request unknown.
    pub(super) fn set_request(&mut self, line: &str, at: usize) {
        let mut words = line.split(' ');
        let three = (words.next(), words.next(), words.next(), words.next());
        match three {
            (Some(method), Some(target), Some(protocol), None)
                if !method.is_empty() && !target.is_empty() && protocol.starts_with("HTTP/") =>
            {
                self.record.method.get_or_insert_with(|| method.into());
                if self.record.path.is_none() {
                    self.set_target(target);
                }
                self.record.protocol.get_or_insert_with(|| protocol.into());
            }
            _ => self.remark(
                "MalformedRequest",
                "the request line is not a method, a target and a protocol; both are unknown",
                at,
            ),
        }
    }

    /// Sets the status from its digits: 0 is no response.
    pub(super) fn set_status(&mut self, text: &str, at: usize) -> Result<()> {
        self.record.status = match text {
            "-" | "0" | "000" => None,
            digits => match digits.parse::<u16>() {
                Ok(status @ 100..=599) if digits.len() == 3 => Some(status),
                _ => {
                    let shown: String = digits.chars().take(20).collect();
                    return Err(Error::new(
                        ErrorKind::Format,
                        format!("{shown:?} is not a status"),
                    )
                    .at_byte(at)
                    .hint("statuses are 100 to 599, or 0 where there was no response"));
                }
            },
        };
        self.has_status = true;
        Ok(())
    }
}

/// `10/Oct/2000:13:55:36 -0700`, as servers write times in the common format.
pub(super) fn common_time(text: &str) -> Option<Result<ReadTime>> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = bytes.get(from..to)?;
        let plain = digits.iter().all(u8::is_ascii_digit);
        plain.then(|| digits.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0')))
    };
    for (at, sign) in [(2, b'/'), (6, b'/'), (11, b':'), (14, b':'), (17, b':')] {
        (bytes.get(at) == Some(&sign)).then_some(())?;
    }
    let months: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let month = months.iter().position(|month| bytes.get(3..6) == Some(*month))? as u32 + 1;
    let date = NaiveDate::from_ymd_opt(number(7, 11)? as i32, month, number(0, 2)?)?;
    let (second, leap) = match number(18, 20)? {
        60 => (59, true),
        second => (second, false),
    };
    let local = date.and_hms_opt(number(12, 14)?, number(15, 17)?, second)?;
    let (offset, zone) = match bytes.get(20..)? {
        [] => (0, false),
        [b' ', sign @ (b'+' | b'-'), digits @ ..] if digits.len() == 4 => {
            let minutes = i64::from(number(22, 24)?) * 60 + i64::from(number(24, 26)?);
            (if *sign == b'-' { -minutes } else { minutes }, true)
        }
        _ => return None,
    };
    let oddity = match (leap, zone) {
        (true, _) => Some(Oddity::LeapSecond),
        (false, false) => Some(Oddity::NoZone),
        (false, true) => None,
    };
    let ms = local.and_utc().timestamp_millis() - offset * 60_000 + i64::from(leap) * 999;
    Some(Timestamp::from_ms(ms).map(|at| ReadTime { at, oddity }))
}

/// A time in any of the spellings of JSON lines: RFC 3339, that of the common format, or a Unix time in seconds,
/// milliseconds (above 10¹¹) or microseconds (above 10¹⁴).
pub(super) fn any_time(text: &str) -> Result<Option<ReadTime>> {
    let text = text.trim();
    if let Some(time) = common_time(text) {
        return time.map(Some);
    }
    // A date has four digits and a minus; a Unix time has none after its first sign.
    let unix = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b".eE+".contains(&b));
    if unix { unix_time(text).map(|at| Some(ReadTime { at, oddity: None })) } else { loose(text) }
}

fn unix_time(text: &str) -> Result<Timestamp> {
    let seconds = seconds_to_ms(text)?;
    // The text read as seconds, in thousandths: the unit shows in its size.
    let ms = match seconds {
        // The largest says that there are too many digits for any unit.
        ..=100_000_000_000_000 | i64::MAX => seconds,
        100_000_000_000_001..=100_000_000_000_000_000 => seconds.div_euclid(1000),
        _ => seconds.div_euclid(1_000_000),
    };
    Timestamp::from_ms(ms)
}

/// The address in a text: alone, with a port, in brackets, or the first of a list.
pub(super) fn address(text: &str) -> Option<&str> {
    let first = text.split(',').next().unwrap_or_default().trim();
    if first.parse::<IpAddr>().is_ok() {
        return Some(first);
    }
    let inner = first.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let host = if let Some(inner) = inner {
        inner
    } else {
        first.parse::<SocketAddr>().ok()?;
        first.rsplit_once(':')?.0
    };
    host.parse::<IpAddr>().ok().map(|_| host)
}

/// A number of at least 0.
pub(super) fn measure(text: &str) -> Result<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    let value = plain.then(|| text.parse::<f64>().ok()).flatten();
    value.filter(|v| v.is_finite() && *v >= 0.0).ok_or_else(|| {
        let shown: String = text.chars().take(20).collect();
        Error::new(ErrorKind::Format, format!("{shown:?} is not a number of at least 0"))
            .hint("durations and sizes are decimal numbers")
    })
}

/// A whole number of at least 0.
pub(super) fn whole(text: &str) -> Result<u64> {
    text.parse::<u64>().map_err(|_| {
        let shown: String = text.chars().take(20).collect();
        Error::new(ErrorKind::Format, format!("{shown:?} is not a number of bytes"))
            .hint("sizes are whole numbers of bytes, or - where unknown")
    })
}
