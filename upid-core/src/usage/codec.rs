//! Bytes: magic, versions, sections, checksum (usage.md §8).

use super::store::Usage;
use crate::error::{Error, ErrorKind, Result};

impl Usage {
    /// The state as bytes; equal states give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Reads what [`Usage::to_bytes`] wrote.
    pub fn from_bytes(_bytes: &[u8]) -> Result<Usage> {
        Err(Error::new(ErrorKind::CorruptUsage, "not read yet"))
    }
}
