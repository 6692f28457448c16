//! One JSON document, read whole.

use super::bytes::{plain, utf8};
use super::detect::{Format, hinted};
use super::options::ParseOptions;
use super::parsed::{Log, Parsed, located};
use super::scan::Scanner;
use super::series::{Gather, SeriesSet};
use crate::error::{Place, Result};

/// Reads a document of a format; errors have their place, and name the format that the bytes look like.
pub(super) fn whole<T>(
    bytes: &[u8],
    format: Format,
    common: &ParseOptions,
    read: impl FnOnce(&mut Scanner<'_>) -> Result<T>,
) -> Result<Parsed<T>> {
    let parsed = || {
        let (bytes, base) = plain(bytes, &common.limits)?;
        let text = utf8(bytes)?;
        let mut scan = Scanner::new(text, base, &common.limits, Log::new(common));
        let value = read(&mut scan).map_err(|e| located(e, text, base))?;
        scan.log.finish_json(value, text, base).map_err(|e| located(e, text, base))
    };
    parsed().map_err(|e| hinted(e, bytes, format))
}

/// As [`whole`], for samples in any order: of several values at one time the largest stays.
pub(super) fn whole_series(
    bytes: &[u8],
    format: Format,
    common: &ParseOptions,
    read: impl FnOnce(&mut Scanner<'_>, &mut Gather) -> Result<()>,
) -> Result<Parsed<SeriesSet>> {
    whole(bytes, format, common, |scan| {
        let mut gather = Gather::default();
        read(scan, &mut gather)?;
        let (set, repeats) = gather.finish();
        if repeats > 0 {
            let message = || "the larger of two values stays".into();
            scan.log.warn("DuplicateTimestamp", message, Place::default());
        }
        Ok(set)
    })
}
