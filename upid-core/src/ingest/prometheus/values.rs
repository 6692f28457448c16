//! Numbers as Prometheus writes them: exact to the last bit, digits eight at a time.

/// Longest text of a number.
const MAX_TEXT: usize = 64;
/// Largest power of five that fits 64 bits.
const MAX_FIVES: usize = 27;

/// 5^n with its leading zeros shifted out, and what was shifted; with the reciprocal that divides by it.
#[derive(Clone, Copy)]
struct Fives {
    divisor: u64,
    shift: u32,
    /// floor((2^128 − 1) / divisor) − 2^64.
    reciprocal: u64,
}

const FIVES: [Fives; MAX_FIVES + 1] = {
    let mut table = [Fives { divisor: 0, shift: 0, reciprocal: 0 }; MAX_FIVES + 1];
    let (mut n, mut power) = (0, 1u64);
    while n <= MAX_FIVES {
        let shift = power.leading_zeros();
        let divisor = power << shift;
        let reciprocal = (u128::MAX / divisor as u128 - (1 << 64)) as u64;
        #[allow(clippy::indexing_slicing)] // at compile time
        {
            table[n] = Fives { divisor, shift, reciprocal };
        }
        power = power.wrapping_mul(5);
        n += 1;
    }
    table
};

const TENS: [u64; 20] = {
    let mut table = [1u64; 20];
    let mut n = 1;
    #[allow(clippy::indexing_slicing)] // at compile time
    while n < 20 {
        table[n] = table[n - 1] * 10;
        n += 1;
    }
    table
};

/// The float nearest to `whole` / 10^`down`, ties to even; none past 27.
#[inline]
fn scaled(whole: u64, down: usize) -> Option<f64> {
    let fives = FIVES.get(down)?;
    // whole / 10^n = (whole / 5^n) / 2^n. The quotient gets at least 62 bits, so that its lowest bit, set when there is
    // a remainder, lies below the one that decides the rounding: the conversion then rounds once and correctly. 0 has
    // nothing to shift, and gives 0.
    let lead = whole.leading_zeros() & 63;
    let whole = whole << lead;
    let (quotient, rest) = divided(whole >> 2, whole << 62, fives);
    let exact = quotient | u64::from(rest != 0);
    // exact × 2^(shift − lead − 62 − n): between 2^-152 and 2^64, so never subnormal. Below 2^63 a signed conversion
    // does, which is one instruction.
    let power = fives.shift as i32 - lead as i32 - 62 - down as i32;
    Some(exact as i64 as f64 * f64::from_bits(((1023 + power) as u64) << 52))
}

/// `whole` × 10^`exponent` likewise; none where 64 bits do not hold it.
fn decimal(whole: u64, exponent: i32) -> Option<f64> {
    if exponent < 0 {
        return scaled(whole, exponent.unsigned_abs() as usize);
    }
    let scale = TENS.get(exponent as usize)?;
    // An integer below 2^64 becomes a float with one correct rounding.
    Some(whole.checked_mul(*scale)? as f64)
}

/// Quotient and remainder of two words by one, `high` below the divisor: Möller and Granlund, "Improved Division by
/// Invariant Integers", IEEE Transactions on Computers 60 (2011), algorithm 4.
#[inline]
fn divided(high: u64, low: u64, by: &Fives) -> (u64, u64) {
    let wide = (u128::from(by.reciprocal) * u128::from(high))
        .wrapping_add(u128::from(high) << 64 | u128::from(low));
    let mut quotient = ((wide >> 64) as u64).wrapping_add(1);
    let mut rest = low.wrapping_sub(quotient.wrapping_mul(by.divisor));
    if rest > wide as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(by.divisor);
    }
    if rest >= by.divisor {
        quotient = quotient.wrapping_add(1);
        rest = rest.wrapping_sub(by.divisor);
    }
    (quotient, rest)
}

/// Eight times the digit 0.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The high bit of every byte that is no digit; a carry may set it in a byte after the first such, never before.
#[inline]
fn others(word: u64) -> u64 {
    let digits = word ^ ZEROS;
    (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
}

/// The value of the decimal digits that `bytes` begin with, after those of `before`, and how many there are.
/// None within eight bytes of the end, where the caller reads at leisure.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut before: u64) -> Option<(u64, usize)> {
    loop {
        let word = u64::from_le_bytes(bytes.get(at..at.wrapping_add(8))?.try_into().ok()?);
        let digits = word ^ 0x3030_3030_3030_3030;
        // The high bit of every byte above 9; a carry may set a later byte's, never an earlier one's.
        let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
        if others == 0 {
            before = before.wrapping_mul(100_000_000).wrapping_add(eight(digits));
            at = at.wrapping_add(8);
            continue;
        }
        let bits = others.trailing_zeros() & !7;
        let count = (bits / 8) as usize;
        if count > 0 {
            before = before
                .wrapping_mul(TENS.get(count).copied()?)
                .wrapping_add(eight(digits << (64 - bits)));
        }
        return Some((before, at.wrapping_add(count)));
    }
}

/// Eight digits, the first in the lowest byte, as a number: pairs, then fours, then all.
#[inline]
fn eight(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    low.wrapping_add(high) >> 32
}

/// A decimal number that `bytes` begin with, and its length; none where the common case ends.
#[inline]
fn common(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let (mut whole, mut at) = digits(bytes, start, 0)?;
    let mut count = at.wrapping_sub(start);
    if count == 0 {
        return None;
    }
    let mut exponent = 0i32;
    if bytes.get(at) == Some(&b'.') {
        let point = at.wrapping_add(1);
        // Zeros before the first digit that counts are no digits of the 19.
        if whole == 0 {
            count = 0;
        }
        let zeros = if whole == 0 { zeros(bytes, point) } else { 0 };
        (whole, at) = digits(bytes, point.wrapping_add(zeros), whole)?;
        let places = at.wrapping_sub(point);
        if places == 0 {
            return None;
        }
        count = count.wrapping_add(places.wrapping_sub(zeros));
        exponent = -(places as i32);
    }
    if count > 19 || at > MAX_TEXT {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = at.wrapping_add(1);
        let below = bytes.get(sign) == Some(&b'-');
        let start = sign.wrapping_add(usize::from(below || bytes.get(sign) == Some(&b'+')));
        let (power, end) = digits(bytes, start, 0)?;
        if !(1..=3).contains(&end.wrapping_sub(start)) {
            return None;
        }
        exponent = exponent.wrapping_add(if below { -(power as i32) } else { power as i32 });
        at = end;
    }
    let value = decimal(whole, exponent)?;
    Some((if negative { -value } else { value }, at))
}

#[inline]
fn zeros(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().take(MAX_TEXT).take_while(|b| **b == b'0').count()
}

/// The 24 bytes at a place.
#[inline]
fn words(bytes: &[u8], at: usize) -> Option<[u64; 3]> {
    let (words, _) = bytes.get(at..at.wrapping_add(24))?.as_chunks::<8>();
    let [first, second, third] = words else { return None };
    Some([first, second, third].map(|word| u64::from_le_bytes(*word)))
}

/// How many digits stand before the first of some bytes that are none.
#[inline]
fn ends(others: u64) -> usize {
    others.trailing_zeros() as usize / 8
}

/// How many digits two words begin with; without a branch, as it differs from sample to sample and a branch would be
/// guessed wrongly half the time.
#[inline]
fn two(first: u64, second: u64) -> usize {
    let (first, second) = (others(first), others(second));
    // The words are pushed together, so that one count of zeros does.
    let both = u128::from(second) << 64 | u128::from(first);
    both.trailing_zeros() as usize / 8
}

/// How many digits three words begin with.
#[inline]
fn leading([first, second, third]: [u64; 3]) -> usize {
    let signs = others(first);
    if signs != 0 { ends(signs) } else { two(second, third).wrapping_add(8) }
}

/// The number of the first 1 to 16 digits of two words, without a branch.
#[inline]
fn digits_of(first: u64, second: u64, count: usize) -> u64 {
    let more = count.saturating_sub(8);
    let second = (second ^ ZEROS).unbounded_shl(64u32.wrapping_sub(8 * more as u32));
    let ten = TENS.get(more).copied().unwrap_or_default();
    short(first, count.min(8)).wrapping_mul(ten).wrapping_add(eight(second))
}

/// The number of the first 1 to 8 digits of a word.
#[inline]
fn short(word: u64, count: usize) -> u64 {
    eight((word ^ ZEROS) << (64usize.wrapping_sub(8 * count) & 63))
}

/// The number of the first `count` digits of three words, from 1 to 19.
#[inline]
fn number([first, second, third]: [u64; 3], count: usize) -> Option<u64> {
    if count <= 8 {
        return Some(short(first, count));
    }
    if count > 19 {
        return None;
    }
    // As many instructions for any count above: it differs from sample to sample, and a branch on it would be guessed
    // wrongly half the time.
    let (more, most) = (count.min(16).wrapping_sub(8), count.saturating_sub(16));
    let two = eight(first ^ ZEROS).wrapping_mul(*TENS.get(more)?).wrapping_add(short(second, more));
    // Three digits at most: shifted out of nothing if there are none.
    let last = (third ^ ZEROS).unbounded_shl(64u32.wrapping_sub(8 * most as u32));
    let last = (last >> 56)
        .wrapping_add((last >> 48 & 0xff).wrapping_mul(10))
        .wrapping_add((last >> 40 & 0xff).wrapping_mul(100));
    Some(two.wrapping_mul(*TENS.get(most)?).wrapping_add(last))
}

/// The sample at `at` as Prometheus writes it, `[1700000000.123,"0.25"]`: epoch milliseconds, value (NaN is missing) and
/// where it ends. None for every other spelling, and near the end of `bytes`.
#[inline]
pub(super) fn sample(bytes: &[u8], at: usize) -> Option<(i64, f64, usize)> {
    let (ms, at) = time(bytes, at)?;
    let text = words(bytes, at)?;
    let [first, second, _] = text;
    // At most 16 digits before the point, else the caller reads at leisure.
    let whole = two(first, second);
    let mut end = at.wrapping_add(whole);
    let value = match bytes.get(end)? {
        b'.' if whole > 0 => {
            let point = end.wrapping_add(1);
            let fraction = words(bytes, point)?;
            let places = leading(fraction);
            end = point.wrapping_add(places);
            let mut all = number(fraction, places)?;
            if whole != 1 || first & 0xff != u64::from(b'0') {
                let ten = *TENS.get(places)?;
                all = digits_of(first, second, whole).checked_mul(ten)?.checked_add(all)?;
            }
            if places == 0 {
                return None;
            }
            scaled(all, places)?
        }
        b'"' if whole > 0 => digits_of(first, second, whole) as i64 as f64,
        b'N' if bytes.get(end..end.wrapping_add(3))? == b"NaN" && whole == 0 => {
            end = end.wrapping_add(3);
            f64::NAN
        }
        _ => return None,
    };
    let after = end.wrapping_add(2);
    (bytes.get(end..after)? == b"\"]").then_some((ms, value, after))
}

/// `[1700000000.123,"` at `at`: epoch milliseconds and where the value begins. Ten digits, as from 2001 to 2286.
#[inline]
fn time(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let [b'[', text @ .., ninth, tenth, after] = bytes.get(at..at.wrapping_add(12))? else {
        return None;
    };
    let word = u64::from_le_bytes(text.try_into().ok()?);
    let (ninth, tenth) = (ninth.wrapping_sub(b'0'), tenth.wrapping_sub(b'0'));
    if others(word) != 0 || ninth > 9 || tenth > 9 || word & 0xff == u64::from(b'0') {
        return None;
    }
    let pair = u64::from(ninth).wrapping_mul(10).wrapping_add(u64::from(tenth));
    let seconds = eight(word ^ ZEROS).wrapping_mul(100).wrapping_add(pair);
    let (mut ms, mut at) = (seconds.wrapping_mul(1000), at.wrapping_add(12));
    if *after == b'.' {
        let (fraction, end) = thousandths(bytes, at)?;
        ms = ms.wrapping_add(fraction);
        at = end;
    } else if *after != b',' {
        return None;
    }
    at = at.wrapping_add(usize::from(bytes.get(at) == Some(&b' ')));
    (bytes.get(at) == Some(&b'"')).then_some((ms as i64, at.wrapping_add(1)))
}

/// One to three decimal places and a comma: thousandths, and where the comma ends.
#[inline]
fn thousandths(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let four: [u8; 4] = bytes.get(at..at.wrapping_add(4))?.try_into().ok()?;
    let [a, b, c, _] = four.map(|byte| u64::from(byte.wrapping_sub(b'0')));
    let sum = a.wrapping_mul(100).wrapping_add(b.wrapping_mul(10)).wrapping_add(c);
    match four {
        [_, _, _, b','] if a.max(b).max(c) <= 9 => Some((sum, at.wrapping_add(4))),
        [_, _, b',', _] if a.max(b) <= 9 => Some((sum.wrapping_sub(c), at.wrapping_add(3))),
        [_, b',', ..] if a <= 9 => Some((a.wrapping_mul(100), at.wrapping_add(2))),
        _ => None,
    }
}

/// A number as Go reads decimal ones, `NaN` or an infinity (in any case where `any_case`); none for anything else.
/// Past the largest float it is infinite.
pub(in crate::ingest) fn float(text: &str, any_case: bool) -> Option<f64> {
    // Room for the loads of eight bytes.
    let mut padded = [0u8; MAX_TEXT + 8];
    let bytes = text.as_bytes();
    padded
        .get_mut(..bytes.len().min(MAX_TEXT))?
        .copy_from_slice(bytes.get(..MAX_TEXT.min(bytes.len()))?);
    match common(&padded) {
        Some((value, length)) if length == bytes.len() => return Some(value),
        _ => {}
    }
    if text.bytes().any(|b| b.is_ascii_digit()) {
        // Only decimal text: the standard library would read `inf` and `infinity` too.
        let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
        return text.bytes().all(plain).then(|| text.parse().ok()).flatten();
    }
    let is = |word: &str| text == word || (any_case && text.eq_ignore_ascii_case(word));
    match () {
        () if is("NaN") => Some(f64::NAN),
        () if is("Inf") || is("+Inf") => Some(f64::INFINITY),
        () if is("-Inf") => Some(f64::NEG_INFINITY),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::values::seconds_to_ms;

    #[test]
    fn spellings() {
        for (text, value) in [
            ("0", 0.0),
            ("1.5e+06", 1.5e6),
            ("2.687844352e+09", 2_687_844_352.0),
            ("-0.25", -0.25),
            ("+Inf", f64::INFINITY),
            ("-Inf", f64::NEG_INFINITY),
            ("1e999", f64::INFINITY),
            ("18446744073709551615", 18_446_744_073_709_551_615.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("0.000000000000000000000000001", 1e-27),
            ("5e-324", 5e-324),
            ("+1", 1.0),
            (".5", 0.5),
            ("5.", 5.0),
        ] {
            assert_eq!(float(text, false).map(f64::to_bits), Some(f64::to_bits(value)), "{text}");
        }
        assert!(float("NaN", false).unwrap().is_nan());
        assert!(float("-0", false).unwrap().is_sign_negative());
        assert_eq!(float("inF", true), Some(f64::INFINITY));
        for text in
            ["", "0x1p-2", "1_000", "inf", "infinity", "nan", "1e", "--1", "1.2.3", ".", "e5", "1 "]
        {
            assert_eq!(float(text, false), None, "{text}");
        }
    }

    /// A sample among others, so that there is room around it.
    fn in_line(sample: &str) -> String {
        format!("[1700000000,\"123456789\"],{sample},[1700000000,\"1\"],[1700000000")
    }

    #[test]
    fn a_sample() {
        let read = |text: &str| sample(in_line(text).as_bytes(), 25);
        assert_eq!(read(r#"[1700000000,"0.25"]"#), Some((1_700_000_000_000, 0.25, 44)));
        assert_eq!(read(r#"[1700000000.1, "1"]"#), Some((1_700_000_000_100, 1.0, 44)));
        assert_eq!(read(r#"[1700000000.104,"12345678901"]"#).unwrap().0, 1_700_000_000_104);
        assert!(read(r#"[1700000000,"NaN"]"#).unwrap().1.is_nan());
        for text in [
            r#"[-1,"1"]"#,
            r#"[01700000000,"1"]"#,
            r#"[1700000000.1234,"1"]"#,
            r#"[1700000000.,"1"]"#,
            "[1700000000,1]",
            r#"[1700000000,"1" ]"#,
            r#"[999999999999,"1"]"#,
            r#"[1700000000,"x"]"#,
            r#"[1700000000,""]"#,
            r#"["1700000000","1"]"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    fn agree(text: &str) {
        let want: f64 = text.parse().unwrap();
        if let Some((_, value, _)) =
            sample(in_line(&format!("[1700000000,\"{text}\"]")).as_bytes(), 25)
        {
            assert_eq!(value.to_bits(), want.to_bits(), "{text}");
        }
        assert_eq!(float(text, false).unwrap().to_bits(), want.to_bits(), "{text}");
    }

    /// `SplitMix64`.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Against the standard library, to the last bit: shortest forms, rates, and digits at random.
    #[test]
    fn a_million_floats() {
        let mut state = 7;
        for round in 0..250_000u64 {
            agree(
                &f64::from_bits(random(&mut state) >> 2).to_string()[..]
                    .chars()
                    .take(60)
                    .collect::<String>(),
            );
            agree(&format!("{}", (random(&mut state) >> 11) as f64 / (1u64 << 53) as f64));
            let (whole, places) = (random(&mut state) >> (round % 64), (round % 28) as usize);
            agree(&format!("{whole}e-{places}"));
            agree(&format!("{}.{whole}", round % 1000));
        }
    }

    /// Numbers exactly half-way between two floats, and their neighbours.
    #[test]
    fn half_ways() {
        for places in 0..=27u32 {
            for step in 0..200u64 {
                // (2^53 + 2k + 1) / 2^n written out is a tie of two floats.
                let odd = (1u64 << 53) + 2 * step + 1;
                let n = places.min(10);
                let text = format!("{}", u128::from(odd) * 5u128.pow(n));
                for last in ["", "0", "1"] {
                    agree(&format!("{text}{last}e-{}", n as usize + last.len()));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn times_agree(text in r"[0-9]{1,12}(\.[0-9]{1,4})?") {
            if let Some((ms, _, _)) = sample(in_line(&format!("[{text},\"1\"]")).as_bytes(), 25) {
                prop_assert_eq!(ms, seconds_to_ms(&text).unwrap());
            }
        }

        #[test]
        fn samples_agree(text in r"[0-9]{1,20}(\.[0-9]{1,22})?|[^]]{0,20}") {
            let line = in_line(&format!("[1700000000,\"{text}\"]"));
            if let Some((_, value, end)) = sample(line.as_bytes(), 25) {
                let want: f64 = text.parse().unwrap();
                prop_assert_eq!(value.to_bits(), want.to_bits());
                prop_assert_eq!(end, 25 + 15 + text.len());
            }
        }

        #[test]
        fn decimals_agree(text in r"-?[0-9]{1,22}(\.[0-9]{1,30})?(e[+-]?[0-9]{1,3})?") {
            agree(&text);
        }
    }
}
