//! Single values of Kubernetes objects. One that cannot be read is missing, with a notice; its object stands.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::options::exceeded;
use crate::ingest::scan::{Kind, Scanner};
use crate::ingest::values::rfc3339;
use crate::model::Resources;
use crate::units::{Quantity, Timestamp};

/// A value that may be unusable alone.
pub(super) fn lenient<'a, T>(
    scan: &mut Scanner<'a>,
    code: &'static str,
    read: impl FnOnce(&mut Scanner<'a>) -> Result<Option<T>>,
) -> Result<Option<T>> {
    match scan.attempt(read)? {
        Ok(value) => Ok(value),
        Err(error) => {
            scan.log.unreadable(code, error)?;
            Ok(None)
        }
    }
}

/// A text; none for null and empty text.
pub(super) fn text(scan: &mut Scanner<'_>) -> Result<Option<String>> {
    Ok(scan.text()?.filter(|text| !text.is_empty()).map(std::borrow::Cow::into_owned))
}

/// A list of texts.
pub(super) fn texts(scan: &mut Scanner<'_>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    scan.array(|scan, _| {
        all.extend(text(scan)?);
        Ok(())
    })?;
    Ok(all)
}

/// A time.
pub(super) fn time(scan: &mut Scanner<'_>) -> Result<Option<Timestamp>> {
    lenient(scan, "UnreadableValue", |scan| {
        let at = scan.offset();
        let Some(text) = scan.text()? else { return Ok(None) };
        let time = rfc3339(&text).map_err(|e| e.at_byte(at))?;
        if let Some(oddity) = time.and_then(|t| t.oddity) {
            scan.log.tolerate(oddity.code(), oddity.error(&text).at_byte(at))?;
        }
        Ok(time.map(|t| t.at))
    })
}

/// A whole number.
pub(super) fn integer(scan: &mut Scanner<'_>) -> Result<Option<i64>> {
    lenient(scan, "UnreadableValue", |scan| {
        let at = scan.offset();
        if scan.null()? {
            return Ok(None);
        }
        let text = scan.number()?;
        text.parse().map(Some).map_err(|_| {
            Error::new(ErrorKind::Format, format!("{text} is no whole number of 64 bits"))
                .at_byte(at)
                .hint("Kubernetes writes whole numbers here")
        })
    })
}

/// A count.
pub(super) fn count(scan: &mut Scanner<'_>) -> Result<Option<u32>> {
    Ok(integer(scan)?.and_then(|n| u32::try_from(n).ok()))
}

/// Labels or annotations, those that `keep` takes.
pub(super) fn map(
    scan: &mut Scanner<'_>,
    keep: impl Fn(&str, &str) -> bool,
) -> Result<BTreeMap<String, String>> {
    let most = scan.limits().max_labels;
    let (mut map, mut count) = (BTreeMap::new(), 0u32);
    scan.object(|scan, key| {
        count = count.saturating_add(1);
        if count > most {
            return Err(exceeded("maxLabels", u64::from(most), scan.offset()));
        }
        let value = lenient(scan, "UnreadableValue", Scanner::text)?;
        if let Some(value) = value.filter(|value| keep(key, value)) {
            map.insert(key.to_owned(), value.into_owned());
        }
        Ok(())
    })?;
    Ok(map)
}

/// Labels.
pub(super) fn labels(scan: &mut Scanner<'_>) -> Result<BTreeMap<String, String>> {
    map(scan, |_, _| true)
}

/// A value in Kubernetes' own JSON; none for null, `{}` and `[]`.
pub(super) fn json(scan: &mut Scanner<'_>) -> Result<Option<Value>> {
    let at = scan.offset();
    let value: Value = serde_json::from_str(scan.raw()?).map_err(|e| {
        Error::new(ErrorKind::Format, format!("a value that cannot be kept: {e}"))
            .at_byte(at)
            .hint("a string that is not valid Unicode cannot be used")
    })?;
    Ok(match value {
        Value::Null => None,
        Value::Object(map) if map.is_empty() => None,
        Value::Array(list) if list.is_empty() => None,
        value => Some(value),
    })
}

/// A quantity, of at least 0.
fn quantity(scan: &mut Scanner<'_>) -> Result<Option<Quantity>> {
    let at = scan.offset();
    let Some(text) = scan.number_or_text()? else { return Ok(None) };
    let place = |e: Error| {
        let within = e.place().byte_offset.unwrap_or_default() as usize;
        let quote = usize::from(matches!(text, std::borrow::Cow::Borrowed(_)));
        e.at_byte(at.saturating_add(within).saturating_add(quote))
    };
    let (quantity, capped) = Quantity::parse_noting(text.trim()).map_err(place)?;
    if quantity.nano() < 0 {
        return Err(Error::new(ErrorKind::QuantityRange, format!("{text} is below 0"))
            .at_byte(at)
            .hint("amounts of resources are at least 0"));
    }
    if capped {
        scan.log.warn(
            "QuantityCapped",
            || "a binary quantity past 2^63 - 1 counts as that".to_owned(),
            Place::byte(at),
        );
    }
    Ok(Some(quantity))
}

/// Bytes; a fraction rounds up.
pub(super) fn bytes(scan: &mut Scanner<'_>, code: &'static str) -> Result<Option<f64>> {
    lenient(scan, code, |scan| {
        let at = scan.offset();
        let read = quantity(scan)?.map(|q| q.bytes().map_err(|e| e.at_byte(at))).transpose()?;
        representable(read.map(|bytes| bytes as f64), 9e18, at)
    })
}

fn units(scan: &mut Scanner<'_>, code: &'static str) -> Result<Option<f64>> {
    lenient(scan, code, |scan| {
        let at = scan.offset();
        representable(quantity(scan)?.map(|q| q.cores()), 9e9, at)
    })
}

/// What a Snapshot takes: nine billion cores, nine exabytes.
fn representable(value: Option<f64>, most: f64, at: usize) -> Result<Option<f64>> {
    match value {
        Some(value) if value > most => {
            Err(Error::new(ErrorKind::QuantityRange, format!("{value:e} is over {most:e}"))
                .at_byte(at)
                .hint("no machine has that much; check the value"))
        }
        value => Ok(value),
    }
}

/// Amounts of resources by name, and whether one could not be read (noted under `code`).
pub(super) fn resources(scan: &mut Scanner<'_>, code: &'static str) -> Result<(Resources, bool)> {
    let (mut read, mut unreadable) = (Resources::default(), false);
    scan.object(|scan, key| {
        let known = scan.peek()? != Kind::Null;
        let value = match key {
            "cpu" => {
                read.cpu_cores = units(scan, code)?;
                read.cpu_cores
            }
            "memory" => {
                read.memory_bytes = bytes(scan, code)?;
                read.memory_bytes
            }
            "ephemeral-storage" => {
                read.ephemeral_storage_bytes = bytes(scan, code)?;
                read.ephemeral_storage_bytes
            }
            "pods" => {
                read.pods = units(scan, code)?;
                read.pods
            }
            _ if key.contains('/') || key.starts_with("hugepages-") => {
                let value = bytes(scan, code)?;
                // Every node lists the page sizes that it has none of.
                let some = value.filter(|&value| value > 0.0).map(|value| value as u64);
                some.map(|some| read.extended.insert(key.to_owned(), some));
                value
            }
            _ => return Ok(()),
        };
        unreadable |= known && value.is_none();
        Ok(())
    })?;
    Ok((read, unreadable))
}
