//! Long lists: read in parts, on all threads under the feature `parallel`, as if in one go.
//!
//! Where an element begins in the middle of a list is a guess, from how the first one begins. A part is used only if
//! the one before it ended exactly where it began; from the first that was guessed wrong the list is read in order.

use memchr::memmem;

use super::objects::Objects;
use crate::error::Result;
use crate::ingest::scan::Scanner;
use crate::parallel;

/// Bytes of a part, at least. Fixed, so that the threads decide nothing.
const PART: usize = 1 << 20;

/// What was read of a list from one offset on.
struct Part<'a> {
    from: usize,
    objects: Objects,
    /// Where the reading stopped.
    scan: Scanner<'a>,
    /// Whether that is before another element, not behind the list; or what is wrong.
    more: Result<bool>,
}

/// Reads a list from its first element on; false if an element is next that is still to be read.
pub(super) fn read(
    scan: &mut Scanner<'_>,
    element: impl Fn(&mut Scanner<'_>, &mut Objects) -> Result<()> + Sync,
    into: &mut Objects,
) -> Result<bool> {
    let starts = starts(scan);
    let mut spans = Vec::with_capacity(starts.len());
    for (index, &from) in starts.iter().enumerate() {
        let until = starts.get(index.saturating_add(1)).copied().unwrap_or(usize::MAX);
        spans.push((from, until));
    }
    let whole = &*scan;
    let parts = parallel::map(&spans, |&(from, until)| {
        let (mut scan, mut objects) = (whole.fork(from), Objects::default());
        let more = scan.elements(until, |scan, _| element(scan, &mut objects));
        Part { from, objects, scan, more }
    });
    for part in parts {
        // Which record is one too many is for the reading in order to say.
        if part.from != scan.offset() || scan.log.overflows(&part.scan.log) {
            return Ok(false);
        }
        let more = part.more?;
        into.merge(part.objects);
        scan.join(part.scan);
        if !more {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where parts may begin: the first element, and one of every further stretch of the text. None of a short text, or
/// without threads.
pub(super) fn starts(scan: &Scanner<'_>) -> Vec<usize> {
    let rest = scan.rest();
    let mut starts = Vec::new();
    if parallel::threads() < 2 || rest.len() < 2 * PART {
        return starts;
    }
    let Some((border, element)) = border(scan) else { return starts };
    let border = memmem::Finder::new(border);
    let mut at = 0usize;
    loop {
        starts.push(scan.offset().saturating_add(at));
        let next = at.saturating_add(PART);
        let Some(found) = rest.get(next..).and_then(|text| border.find(text)) else {
            return starts;
        };
        at = next.saturating_add(found).saturating_add(element);
    }
}

/// The text between the first two elements, from the last byte of the one to the first key of the other, and where in
/// it that other begins. A text behind the key belongs to it, with the next key: also `managedFields` holds objects
/// that begin with `apiVersion`.
fn border<'a>(scan: &Scanner<'a>) -> Option<(&'a [u8], usize)> {
    let mut first = scan.fork(scan.offset());
    first.skip().ok()?;
    let passed = first.offset().saturating_sub(scan.offset());
    let text = scan.rest().get(passed.checked_sub(1)?..)?;
    let mut quotes = memchr::memchr_iter(b'"', text);
    let (key, value, next) = (quotes.nth(1)?, quotes.next()?, quotes.nth(2));
    let plain = text.get(key..value)?.iter().skip(1).all(|b| *b == b':' || *b <= b' ');
    let border = text.get(..=if plain { next? } else { key })?;
    Some((border, memchr::memchr(b'{', border)?))
}
