//! Exact decimal text: the grammar that money and rates share.

use crate::error::{Error, ErrorKind, Result};

/// A decimal read from text as `mantissa × 10^-places`, and whether digits were rounded away.
pub(super) struct Decimal {
    pub(super) value: i128,
    pub(super) rounded: bool,
}

/// Reads `-?digits[.digits][(e|E)[+-]?digits]` of 1–64 bytes at `places` decimals.
///
/// Non-zero digits past the last place are an error, or are rounded half to even if `round`.
pub(super) fn parse(text: &str, places: u32, round: bool) -> Result<Decimal> {
    let bytes = text.as_bytes();
    let fail = |offset: usize, what: &str| {
        Error::new(ErrorKind::MoneyParse, format!("{text:?} is not a decimal amount: {what}"))
            .at_byte(offset)
            .hint("write digits with an optional point and exponent, e.g. 12.5 or 3e-7")
    };
    if bytes.is_empty() || bytes.len() > 64 {
        return Err(fail(0, "1 to 64 characters are allowed"));
    }
    let mut at = usize::from(bytes[0] == b'-');
    let negative = at == 1;
    // Digits without leading zeros, and how many of them stand after the point.
    let (mut digits, mut after_point): (Vec<u8>, i64) = (Vec::with_capacity(64), 0);
    let start = at;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        push(&mut digits, bytes[at]);
        at += 1;
    }
    if at == start {
        return Err(fail(at, "a digit must come first"));
    }
    if at < bytes.len() && bytes[at] == b'.' {
        let point = at;
        at += 1;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            push(&mut digits, bytes[at]);
            after_point += 1;
            at += 1;
        }
        if at == point + 1 {
            return Err(fail(at, "a digit must follow the point"));
        }
    }
    let mut exponent: i64 = 0;
    if at < bytes.len() && matches!(bytes[at], b'e' | b'E') {
        at += 1;
        let sign = match bytes.get(at) {
            Some(b'-') => -1,
            _ => 1,
        };
        at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
        let first = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            exponent = (exponent * 10 + i64::from(bytes[at] - b'0')).min(1_000_000);
            at += 1;
        }
        if at == first {
            return Err(fail(at, "the exponent has no digits"));
        }
        exponent *= sign;
    }
    if at != bytes.len() {
        return Err(fail(at, "unexpected character"));
    }
    if digits.is_empty() {
        return Ok(Decimal { value: 0, rounded: false });
    }
    let shift = i64::from(places) + exponent - after_point;
    let overflow = || {
        Error::new(ErrorKind::MoneyOverflow, format!("{text} is too large for money"))
            .hint("the largest amount is about 1.7e26 currency units")
    };
    let kept = usize::try_from((digits.len() as i64 + shift).max(0)).map_err(|_| overflow())?;
    let dropped = digits.get(kept.min(digits.len())..).unwrap_or_default();
    let inexact = dropped.iter().any(|&d| d != b'0');
    if inexact && !round {
        return Err(Error::new(
            ErrorKind::MoneyPrecision,
            format!("{text} has more than {places} decimal places"),
        )
        .hint("round the amount before, or use parse_rounded"));
    }
    let mut value: i128 = 0;
    for place in 0..kept {
        let digit = digits.get(place).map_or(0, |d| i128::from(d - b'0'));
        value = value.checked_mul(10).and_then(|v| v.checked_add(digit)).ok_or_else(overflow)?;
    }
    if inexact {
        // A number wholly below the last place has leading zeros that `digits` does not hold.
        let leading = digits.len() as i64 + shift < 0;
        let half = !leading && dropped[0] == b'5' && dropped[1..].iter().all(|&d| d == b'0');
        let up = !leading
            && (dropped[0] > b'5' || (dropped[0] == b'5' && !half) || (half && value % 2 != 0));
        value += i128::from(up);
    }
    Ok(Decimal { value: if negative { -value } else { value }, rounded: inexact })
}

fn push(digits: &mut Vec<u8>, digit: u8) {
    if !(digits.is_empty() && digit == b'0') {
        digits.push(digit);
    }
}

/// The canonical text: no exponent, no trailing zeros, no trailing point, `0` never `-0`.
pub(super) fn format(value: i128, places: u32) -> String {
    let scale = 10u128.pow(places);
    let magnitude = value.unsigned_abs();
    let (whole, fraction) = (magnitude / scale, magnitude % scale);
    let sign = if value < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let text = format!("{fraction:0width$}", width = places as usize);
    format!("{sign}{whole}.{}", text.trim_end_matches('0'))
}
