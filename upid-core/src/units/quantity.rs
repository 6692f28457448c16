//! Kubernetes quantities: `500m`, `1.5Gi`, `1e9` (ingest.md §2).

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::decimal;
use crate::error::{Error, ErrorKind, Result};

/// How a quantity was written, and will be again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum QuantityFormat {
    /// `m`, none, `k`, `M`, …: steps of 1000.
    DecimalSI,
    /// `Ki`, `Mi`, …: steps of 1024.
    BinarySI,
    /// `1e3`.
    DecimalExponent,
}

/// A Kubernetes quantity: an exact integer of 10⁻⁹ units, and how it was written.
///
/// Finer than nano rounds away from zero, as Kubernetes does: who asked for something gets something. Equality
/// and order are by value. JSON: a string (blanks around it are tolerated) or a bare number, read from its text;
/// written in canonical form. Source: Kubernetes apimachinery `resource.Quantity`.
///
/// ```
/// use upid_core::units::Quantity;
/// let memory: Quantity = "1.5Gi".parse()?;
/// assert_eq!((memory.bytes()?, memory.to_string().as_str()), (1_610_612_736, "1536Mi"));
/// assert_eq!("250m".parse::<Quantity>()?.cores(), 0.25);
/// # Ok::<(), upid_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Quantity {
    nano: i128,
    format: QuantityFormat,
}

const NANO: i128 = 1_000_000_000;
/// Magnitudes of 1.7 × 10²⁹ and above do not fit.
const LIMIT: i128 = 170_000_000_000_000_000_000_000_000_000 * NANO;
/// Kubernetes caps what is written in `BinarySI` at 2⁶³ − 1.
const BINARY_MOST: i128 = i64::MAX as i128 * NANO;

const DECIMAL: [(&str, i64); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [(&str, u32); 6] =
    [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

enum Suffix {
    Decimal(i64),
    Exponent(i64),
    Binary(u32),
}

impl Quantity {
    /// A quantity of `nano` 10⁻⁹ units.
    pub fn from_nano(nano: i128, format: QuantityFormat) -> Result<Self> {
        if nano.unsigned_abs() >= LIMIT.unsigned_abs() {
            return Err(out_of_range());
        }
        Ok(Self { nano, format })
    }

    /// Reads the text, and says whether a `BinarySI` value was capped at 2⁶³ − 1.
    ///
    /// # Errors
    /// `UPID_QUANTITY_PARSE` with the byte offset; `UPID_QUANTITY_RANGE` from 1.7 × 10²⁹ on.
    pub fn parse_noting(text: &str) -> Result<(Self, bool)> {
        let bytes = text.as_bytes();
        let fail = |offset: usize, what: &str| {
            Error::new(
                ErrorKind::QuantityParse,
                format!("{text:?} is not a Kubernetes quantity: {what}"),
            )
            .at_byte(offset)
            .hint("write digits with an optional suffix, e.g. 500m, 1.5, 512Mi, 2G or 1e3")
        };
        if bytes.is_empty() || bytes.len() > 64 {
            return Err(fail(0, "1 to 64 characters are allowed"));
        }
        let negative = bytes[0] == b'-';
        let start = usize::from(negative || bytes[0] == b'+');
        let digits_from = |at: usize| {
            bytes.get(at..).map_or(0, |b| b.iter().take_while(|b| b.is_ascii_digit()).count())
        };
        let whole_end = start + digits_from(start);
        let (mut fraction_start, mut end) = (whole_end, whole_end);
        if bytes.get(whole_end) == Some(&b'.') {
            fraction_start = whole_end + 1;
            end = fraction_start + digits_from(fraction_start);
        }
        let (whole, fraction) = (&bytes[start..whole_end], &bytes[fraction_start..end]);
        if whole.is_empty() && fraction.is_empty() {
            return Err(fail(start, "a digit must come first"));
        }
        let suffix =
            suffix(&bytes[end..]).map_err(|at| fail(end + at, "unknown suffix or exponent"))?;
        let (magnitude, format) = match suffix {
            Suffix::Binary(power) => {
                let capped = binary(whole, fraction, power).filter(|&nano| nano <= BINARY_MOST);
                let nano = capped.unwrap_or(BINARY_MOST);
                let format = match nano {
                    1..NANO => QuantityFormat::DecimalSI,
                    _ => QuantityFormat::BinarySI,
                };
                let nano = if negative { -nano } else { nano };
                return Ok((Self { nano, format }, capped.is_none()));
            }
            Suffix::Decimal(power) => (shifted(whole, fraction, power), QuantityFormat::DecimalSI),
            Suffix::Exponent(power) => {
                (shifted(whole, fraction, power), QuantityFormat::DecimalExponent)
            }
        };
        let nano = magnitude.filter(|&nano| nano < LIMIT).ok_or_else(out_of_range)?;
        Ok((Self { nano: if negative { -nano } else { nano }, format }, false))
    }

    /// Integer of 10⁻⁹ units.
    pub fn nano(&self) -> i128 {
        self.nano
    }

    /// How it was written.
    pub fn format(&self) -> QuantityFormat {
        self.format
    }

    /// As cores (or any unit) in f64.
    pub fn cores(&self) -> f64 {
        self.nano as f64 / NANO as f64
    }

    /// As whole units: a fraction of a byte rounds up. Negative or past u64 is `UPID_QUANTITY_RANGE`.
    pub fn bytes(&self) -> Result<u64> {
        let up = i128::from(self.nano % NANO > 0);
        u64::try_from(self.nano / NANO + up)
            .ok()
            .filter(|_| self.nano >= 0)
            .ok_or_else(out_of_range)
    }

    /// In thousandths, rounded away from zero, as Kubernetes' `MilliValue`.
    pub fn milli(&self) -> i128 {
        const MICRO: i128 = 1_000_000;
        let rest = self.nano % MICRO;
        self.nano / MICRO + rest.signum()
    }

    /// Checked sum in our format.
    #[allow(clippy::should_implement_trait)] // checked, as for money
    pub fn add(self, other: Self) -> Result<Self> {
        let nano = self.nano.checked_add(other.nano).ok_or_else(out_of_range)?;
        Self::from_nano(nano, self.format)
    }

    /// Checked difference in our format.
    #[allow(clippy::should_implement_trait)] // checked, as for money
    pub fn sub(self, other: Self) -> Result<Self> {
        let nano = self.nano.checked_sub(other.nano).ok_or_else(out_of_range)?;
        Self::from_nano(nano, self.format)
    }
}

/// A quantity in the binary unit in which another one is written, at most one decimal: `476.8Mi` for `500000000` beside
/// `201Mi`. For people. A text stays as it is where one decimal would say too little: below the unit, or where both
/// quantities would look the same.
pub(crate) fn beside(text: &str, other: &str) -> String {
    let unit = BINARY.iter().find(|(name, _)| other.ends_with(name));
    let (Some((name, power)), Ok(quantity)) = (unit, text.parse::<Quantity>()) else {
        return text.to_owned();
    };
    let unit = NANO << power;
    if quantity.nano < unit {
        return text.to_owned();
    }
    let tenths = quantity.nano.saturating_mul(20).saturating_add(unit) / (2 * unit);
    let shown = match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole}{name}"),
        (whole, tenth) => format!("{whole}.{tenth}{name}"),
    };
    if shown == other { text.to_owned() } else { shown }
}

fn out_of_range() -> Error {
    Error::new(ErrorKind::QuantityRange, "the quantity is out of range")
        .hint("magnitudes below 1.7e29 fit; bytes are 0 to 2^64 - 1")
}

/// Reads what follows the digits; an error is the offset in it.
fn suffix(bytes: &[u8]) -> Result<Suffix, usize> {
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| name.as_bytes() == bytes) {
        return Ok(Suffix::Decimal(*power));
    }
    if let Some((_, power)) = BINARY.iter().find(|(name, _)| name.as_bytes() == bytes) {
        return Ok(Suffix::Binary(*power));
    }
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return Err(0);
    }
    let sign = bytes.get(1).copied().filter(|b| matches!(b, b'+' | b'-'));
    let first = 1 + usize::from(sign.is_some());
    let mut exponent = 0i64;
    for (at, byte) in bytes.iter().enumerate().skip(first) {
        if !byte.is_ascii_digit() {
            return Err(at);
        }
        exponent = (exponent * 10 + i64::from(byte - b'0')).min(1_000_000);
    }
    if bytes.len() == first {
        return Err(first);
    }
    Ok(Suffix::Exponent(if sign == Some(b'-') { -exponent } else { exponent }))
}

/// `whole.fraction × 10^power` in nano, rounded away from zero; `None` if it does not fit.
fn shifted(whole: &[u8], fraction: &[u8], power: i64) -> Option<i128> {
    let digits = || whole.iter().chain(fraction).skip_while(|&&d| d == b'0');
    let count = digits().count() as i64;
    if count == 0 {
        return Some(0);
    }
    let kept = count + power + 9 - fraction.len() as i64;
    if kept > 40 {
        return None;
    }
    let kept = kept.max(0) as usize;
    let mut nano = 0i128;
    for digit in digits().copied().chain(std::iter::repeat(b'0')).take(kept) {
        nano = nano.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    nano.checked_add(i128::from(digits().skip(kept).any(|&d| d != b'0')))
}

/// `whole.fraction × 2^power` in nano, rounded away from zero; `None` if it does not fit.
fn binary(whole: &[u8], fraction: &[u8], power: u32) -> Option<i128> {
    let unit = NANO << power;
    let mut nano = 0i128;
    for digit in whole {
        nano = nano.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    nano = nano.checked_mul(unit)?;
    // Horner's rule from the last digit; a remainder anywhere means that the floor is not exact.
    let (mut part, mut inexact) = (0i128, false);
    for digit in fraction.iter().rev() {
        let sum = i128::from(digit - b'0') * unit + part;
        inexact |= sum % 10 != 0;
        part = sum / 10;
    }
    nano.checked_add(part + i128::from(inexact))
}

impl std::str::FromStr for Quantity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse_noting(text).map(|(quantity, _)| quantity)
    }
}

impl fmt::Display for Quantity {
    /// Canonical text: an integer with the largest suffix that loses nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nano == 0 {
            return f.write_str("0");
        }
        let whole = self.nano % NANO == 0;
        if self.format == QuantityFormat::BinarySI && whole && (self.nano / NANO).abs() >= 1024 {
            let (mut value, mut steps) = (self.nano / NANO, 0);
            while value % 1024 == 0 && steps < BINARY.len() {
                value /= 1024;
                steps += 1;
            }
            let suffix = steps.checked_sub(1).map_or("", |step| BINARY[step].0);
            return write!(f, "{value}{suffix}");
        }
        let (mut value, mut exponent) = (self.nano, -9i64);
        while value % 1000 == 0 {
            value /= 1000;
            exponent += 3;
        }
        let suffix = DECIMAL.iter().find(|(_, power)| *power == exponent).map(|(name, _)| *name);
        match (self.format, suffix) {
            (_, Some("")) => write!(f, "{value}"),
            (QuantityFormat::DecimalExponent, _) | (_, None) => write!(f, "{value}e{exponent}"),
            (_, Some(suffix)) => write!(f, "{value}{suffix}"),
        }
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        if !text.starts_with('"') {
            return text.parse().map_err(crate::error::carry);
        }
        let text: String = serde_json::from_str(text).map_err(serde::de::Error::custom)?;
        text.trim().parse().map_err(crate::error::carry)
    }
}

/// Input of `quantity.parse`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuantityInput {
    /// The text, e.g. `500m` or `1.5Gi`.
    pub text: String,
}

/// Output of `quantity.parse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ParsedQuantity {
    /// Integer of 10⁻⁹ units.
    pub nano: String,
    /// The exact value.
    pub value: String,
    /// Thousandths, rounded away from zero.
    pub milli_value: String,
    /// How it was written.
    pub format: QuantityFormat,
    /// Canonical text.
    pub canonical: String,
    /// As f64.
    pub cores: f64,
    /// Whole units, rounded up; null if negative or past 2^53, where `value` is the exact one.
    pub bytes: Option<u64>,
}

impl QuantityInput {
    /// Runs `quantity.parse`.
    pub(crate) fn run(&self) -> Result<ParsedQuantity> {
        let quantity: Quantity = self.text.parse().map_err(|e: Error| e.at_path("text"))?;
        Ok(ParsedQuantity {
            nano: quantity.nano.to_string(),
            value: decimal::format(quantity.nano, 9),
            milli_value: quantity.milli().to_string(),
            format: quantity.format,
            canonical: quantity.to_string(),
            cores: quantity.cores(),
            bytes: quantity.bytes().ok().filter(|bytes| *bytes <= 1 << 53),
        })
    }
}

#[cfg(test)]
#[path = "quantity_tests.rs"]
mod tests;
