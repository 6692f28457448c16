//! Bytes: magic, versions, flags, sections, checksum (usage.md §8). Equal states give equal bytes.
//!
//! | offset | field |
//! |---|---|
//! | 0 | magic `UPUS` |
//! | 4 | format version, u16 |
//! | 6 | lowest version of a reader, u16 |
//! | 8 | flags, u32; bit 0: no counter parts wait to be joined |
//! | 16 − 4 | body length, u64 |
//! | 20 | body: sections of tag, length, payload |
//! | end − 4 | CRC-32 of all before it |

mod bytes;
mod day;
mod extras;
mod sections;
mod spec;

use serde::{Deserialize, Serialize};

use super::store::Usage;
use crate::error::{Error, ErrorKind, Result};
use bytes::{Reader, Writer};

const MAGIC: &[u8; 4] = b"UPUS";
const VERSION: u16 = 1;
const HEADER_BYTES: usize = 20;
const CHECKSUM_BYTES: usize = 4;
const SEALED: u32 = 1;

/// What the header of serialised bytes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageHeader {
    /// Format version it was written with.
    pub version: u16,
    /// Lowest version of a reader that understands it.
    pub lowest_reader_version: u16,
    /// No counter parts wait to be joined.
    pub sealed: bool,
    /// Length of the body in bytes.
    pub body_bytes: u64,
}

impl Usage {
    /// The state as bytes; equal states give equal bytes, whatever way they came about.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes);
        bytes
    }

    /// Appends [`Usage::to_bytes`] to a buffer.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&VERSION.to_le_bytes());
        let flags = if self.is_sealed() { SEALED } else { 0 };
        out.extend_from_slice(&flags.to_le_bytes());
        let mut body = Writer::default();
        sections::write(self, &mut body);
        out.extend_from_slice(&(body.bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(&body.bytes);
        let checksum = crc32fast::hash(out.get(start..).unwrap_or_default());
        out.extend_from_slice(&checksum.to_le_bytes());
    }

    /// Reads what [`Usage::to_bytes`] wrote, of this version or any before.
    ///
    /// Nothing is allocated before the checksum passes, and everything is checked: no bytes can make a later merge
    /// or query panic.
    ///
    /// # Errors
    /// `UPID_CORRUPT_USAGE` with the byte offset and what failed; `UPID_UNSUPPORTED_VERSION` for bytes that say that
    /// this reader must not guess.
    pub fn from_bytes(bytes: &[u8]) -> Result<Usage> {
        Self::from_bytes_noting(bytes).map(|(usage, _)| usage)
    }

    /// [`Usage::from_bytes`], and the tags of optional sections of newer versions that were skipped.
    pub fn from_bytes_noting(bytes: &[u8]) -> Result<(Usage, Vec<u64>)> {
        let header = peek(bytes)?;
        let body_end = bytes.len() - CHECKSUM_BYTES;
        let body = bytes.get(HEADER_BYTES..body_end).unwrap_or_default();
        let (usage, skipped) = sections::read(&mut Reader::new(body, HEADER_BYTES))?;
        if usage.is_sealed() != header.sealed {
            return Err(corrupt(8, "the sealed flag contradicts the counter parts"));
        }
        Ok((usage, skipped))
    }
}

/// Reads and checks the header and the checksum, without decoding the body.
///
/// # Errors
/// `UPID_CORRUPT_USAGE`, `UPID_UNSUPPORTED_VERSION`.
pub fn peek(bytes: &[u8]) -> Result<UsageHeader> {
    if bytes.len() < HEADER_BYTES + CHECKSUM_BYTES {
        return Err(corrupt(bytes.len(), "the bytes end inside the header"));
    }
    if !bytes.starts_with(MAGIC) {
        return Err(corrupt(0, "the bytes do not start with UPUS")
            .hint("pass the bytes of Usage.to_bytes, not base64 or another file"));
    }
    let mut header = Reader::new(bytes, 0);
    header.take(MAGIC.len())?;
    let (version, lowest) = (header.u16()?, header.u16()?);
    if lowest > VERSION {
        return Err(Error::new(
            ErrorKind::UnsupportedVersion,
            format!("the bytes need a reader of version {lowest}; this one has {VERSION}"),
        )
        .at_byte(6)
        .hint("update this library"));
    }
    let flags = header.u32()?;
    let body_bytes = header.u64()?;
    let expected = bytes.len() as u64 - (HEADER_BYTES + CHECKSUM_BYTES) as u64;
    if body_bytes != expected {
        return Err(corrupt(12, &format!("the body has {expected} bytes, not {body_bytes}")));
    }
    let (covered, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    if crc32fast::hash(covered).to_le_bytes() != checksum {
        return Err(corrupt(covered.len(), "the checksum does not match"));
    }
    Ok(UsageHeader {
        version,
        lowest_reader_version: lowest,
        sealed: flags & SEALED != 0,
        body_bytes,
    })
}

fn corrupt(offset: usize, what: &str) -> Error {
    Error::new(ErrorKind::CorruptUsage, format!("not a valid Usage: {what}"))
        .at_byte(offset)
        .hint("the bytes were cut or changed on the way; write them again from the source")
}

#[cfg(test)]
mod tests;
