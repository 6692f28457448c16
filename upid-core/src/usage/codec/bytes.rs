//! LEB128 varints, and a reader that never runs past its bytes.

use super::corrupt;
use crate::error::{Error, Result};

#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(super) fn int(&mut self, mut value: u128) {
        while value > u128::from(u64::MAX) {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.u64(value as u64);
    }

    pub(super) fn count(&mut self, value: usize) {
        self.u64(value as u64);
    }

    #[inline]
    pub(super) fn u64(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A value of at least 0; callers hold checked times.
    pub(super) fn time(&mut self, value: i64) {
        self.u64(value as u64);
    }

    pub(super) fn zigzag(&mut self, value: i64) {
        self.u64(((value << 1) ^ (value >> 63)) as u64);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(super) fn option(&mut self, value: Option<u64>) {
        match value {
            Some(value) => {
                self.u8(1);
                self.u64(value);
            }
            None => self.u8(0),
        }
    }
}

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where `bytes` starts in the whole input, for error places.
    base: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes, at: 0, base }
    }

    pub(super) fn is_done(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    #[cold]
    pub(super) fn fail(&self, what: &str) -> Error {
        corrupt(self.base + self.at, what)
    }

    /// `UPID_CORRUPT_USAGE` unless `good`.
    #[inline]
    pub(super) fn check(&self, good: bool, what: &str) -> Result<()> {
        if good { Ok(()) } else { Err(self.fail(what)) }
    }

    pub(super) fn done(&self) -> Result<()> {
        self.check(self.is_done(), "bytes are left over in a section")
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| self.fail("a length runs past the end"))?;
        self.at += count;
        Ok(taken)
    }

    /// A reader over the next `count` bytes.
    pub(super) fn sub(&mut self, count: usize) -> Result<Reader<'a>> {
        let base = self.base + self.at;
        Ok(Reader::new(self.take(count)?, base))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn wide(&mut self) -> Result<u128> {
        let mut value: u128 = 0;
        for shift in (0..128).step_by(7) {
            let byte = self.u8()?;
            let bits = u128::from(byte & 0x7f);
            if shift == 126 && bits > 3 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.fail("an integer is too long"))
    }

    #[inline]
    pub(super) fn int(&mut self) -> Result<u64> {
        // Most integers take one byte.
        match self.bytes.get(self.at) {
            Some(byte) if *byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(*byte))
            }
            _ => self.long(),
        }
    }

    fn long(&mut self) -> Result<u64> {
        let mut value = 0;
        for (at, byte) in self.bytes.iter().skip(self.at).take(9).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                self.at += at + 1;
                return Ok(value);
            }
        }
        let value = self.wide()?;
        u64::try_from(value).map_err(|_| self.fail("an integer is too large"))
    }

    /// An integer of at most `max`.
    #[inline]
    pub(super) fn below(&mut self, max: u64, what: &str) -> Result<u64> {
        let value = self.int()?;
        self.check(value <= max, what)?;
        Ok(value)
    }

    /// A number of items of at least one byte each.
    pub(super) fn count(&mut self) -> Result<usize> {
        let left = self.left() as u64;
        self.below(left, "a count exceeds the bytes that are left").map(|n| n as usize)
    }

    pub(super) fn zigzag(&mut self) -> Result<i64> {
        let value = self.int()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn flag(&mut self) -> Result<bool> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.fail("a flag is neither 0 nor 1")),
        }
    }

    pub(super) fn option(&mut self) -> Result<Option<u64>> {
        if self.flag()? { self.int().map(Some) } else { Ok(None) }
    }

    pub(super) fn text(&mut self) -> Result<&'a str> {
        let length = self.count()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| self.fail("a name is not UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_trip() {
        for value in [0, 1, 127, 128, 300, u128::from(u64::MAX), u128::MAX] {
            let mut writer = Writer::default();
            writer.int(value);
            let mut reader = Reader::new(&writer.bytes, 0);
            assert_eq!(reader.wide().unwrap(), value);
            assert!(reader.is_done());
        }
        for value in [0, -1, 1, i64::MIN, i64::MAX] {
            let mut writer = Writer::default();
            writer.zigzag(value);
            assert_eq!(Reader::new(&writer.bytes, 0).zigzag().unwrap(), value);
        }
        assert!(Reader::new(&[0xff; 30], 0).wide().is_err());
        assert!(Reader::new(&[0x80], 0).int().is_err());
    }
}
