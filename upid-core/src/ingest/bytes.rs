//! The bytes of an input before any format: empty, too large, compressed, not UTF-8.

use super::options::{Limits, exceeded};
use crate::error::{Error, ErrorKind, Result};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// The input without its byte order mark, and how long that was.
pub(super) fn plain<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(&'a [u8], usize)> {
    if bytes.len() as u64 > limits.max_bytes {
        return Err(exceeded("maxBytes", limits.max_bytes, limits.max_bytes as usize));
    }
    check_start(bytes)?;
    let (text, base) =
        bytes.strip_prefix(UTF8_MARK).map_or((bytes, 0), |rest| (rest, UTF8_MARK.len()));
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::new(ErrorKind::EmptyInput, "the input is empty")
            .at_byte(0)
            .hint("pass the bytes of the file or response"));
    }
    Ok((text, base))
}

/// Refuses compressed bytes and encodings other than UTF-8, by their first bytes.
pub(super) fn check_start(bytes: &[u8]) -> Result<()> {
    if bytes.starts_with(GZIP) || bytes.starts_with(ZSTD) {
        return Err(Error::new(ErrorKind::CompressedInput, "the input is compressed")
            .at_byte(0)
            .hint("decompress it first, e.g. gzip.decompress or gunzip"));
    }
    let wide = [&[0xff, 0xfe][..], &[0xfe, 0xff], &[0, 0, 0xfe, 0xff]];
    if wide.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(Error::new(ErrorKind::Encoding, "the input is UTF-16 or UTF-32")
            .at_byte(0)
            .hint("save it as UTF-8"));
    }
    Ok(())
}

/// The input as text.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|e| {
        Error::new(ErrorKind::Encoding, "the input is not UTF-8")
            .at_byte(e.valid_up_to())
            .hint("save it as UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_are_looked_at() {
        let limits = Limits::default();
        let code = |bytes: &[u8]| plain(bytes, &limits).unwrap_err().code();
        assert_eq!(code(b""), "UPID_EMPTY_INPUT");
        assert_eq!(code(b" \n\t"), "UPID_EMPTY_INPUT");
        assert_eq!(code(b"\xef\xbb\xbf\n"), "UPID_EMPTY_INPUT");
        assert_eq!(code(&[0x1f, 0x8b, 8]), "UPID_COMPRESSED_INPUT");
        assert_eq!(code(&[0xff, 0xfe, b'{', 0]), "UPID_ENCODING");
        assert_eq!(plain(b"\xef\xbb\xbf{}", &limits).unwrap(), (&b"{}"[..], 3));
        let small = Limits { max_bytes: 1, ..Limits::default() };
        assert_eq!(plain(b"{}", &small).unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    }
}
