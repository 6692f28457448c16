//! Exact money: integers of 10⁻¹² currency units, split only by [`apportion`].
//!
//! Why not `f64`: the sum of `cost·w/S` differs from the cost in about 43 % of random splits. Why 10⁻¹² in
//! `i128`: `i64` nano-units overflow at 9.2 × 10⁹ units, and prices per byte-second vanish at 10⁻⁶.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Currency, decimal, mul_div_rem};
use crate::error::{Error, ErrorKind, Result};

/// Hours of the billing month: 8760 / 12. The only month constant of the library.
pub const HOURS_PER_MONTH: i64 = 730;
/// Hours of a day.
pub const HOURS_PER_DAY: i64 = 24;
/// Hours of a year: 365 × 24.
pub const HOURS_PER_YEAR: i64 = 8760;

macro_rules! decimal_type {
    ($(#[$doc:meta])* $name:ident, $places:literal, $schema:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub i128);

        // Checked arithmetic returns a Result, so it cannot be the operator traits.
        #[allow(clippy::should_implement_trait)]
        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// Decimal places kept.
            pub const PLACES: u32 = $places;
            /// How many of the integer make one currency unit.
            pub const PER_UNIT: i128 = 10i128.pow($places);

            /// Reads decimal text exactly; digits that would be lost are `UPID_MONEY_PRECISION`.
            pub fn parse(text: &str) -> Result<Self> {
                decimal::parse(text, $places, false).map(|d| Self(d.value))
            }

            /// Reads decimal text, rounding half to even; says whether digits were rounded away.
            pub fn parse_rounded(text: &str) -> Result<(Self, bool)> {
                decimal::parse(text, $places, true).map(|d| (Self(d.value), d.rounded))
            }

            /// For plots and ratios only; money itself never passes through `f64`.
            pub fn to_f64(self) -> f64 {
                self.0 as f64 / Self::PER_UNIT as f64
            }

            /// Whether the amount is 0.
            pub fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Checked sum.
            pub fn add(self, other: Self) -> Result<Self> {
                self.0.checked_add(other.0).map(Self).ok_or_else(overflow)
            }

            /// Checked difference.
            pub fn sub(self, other: Self) -> Result<Self> {
                self.0.checked_sub(other.0).map(Self).ok_or_else(overflow)
            }

            /// Checked negation.
            pub fn neg(self) -> Result<Self> {
                self.0.checked_neg().map(Self).ok_or_else(overflow)
            }

            /// Checked product with a whole number.
            pub fn mul_int(self, factor: i64) -> Result<Self> {
                self.0.checked_mul(i128::from(factor)).map(Self).ok_or_else(overflow)
            }

            /// `self × numerator ÷ denominator`, rounded half to even, exact up to that rounding.
            pub fn mul_ratio(self, numerator: i128, denominator: i128) -> Result<Self> {
                mul_ratio(self.0, numerator, denominator).map(Self)
            }

            /// Checked sum of many.
            pub fn sum(items: impl IntoIterator<Item = Self>) -> Result<Self> {
                items.into_iter().try_fold(Self::ZERO, Self::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&decimal::format(self.0, $places))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&decimal::format(self.0, $places))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&decimal::format(self.0, $places))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            /// Accepts a decimal string, or a JSON number read from its text (never through `f64`).
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
                let text = raw.get();
                let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
                Self::parse(text).map_err(crate::error::carry)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "decimal", "description": $schema })
            }
        }
    };
}

decimal_type!(
    /// An amount of money whose currency stands once in its document: an integer of 10⁻¹² currency units.
    /// JSON: a decimal string of at most 12 places.
    Amount, 12, "decimal string of at most 12 places, in the document's currency"
);
decimal_type!(
    /// A price per hour (or per unit-hour) whose currency stands once in its document: an integer of 10⁻¹⁸
    /// currency units. JSON: a decimal string of at most 18 places.
    RateAmount, 18, "decimal string of at most 18 places, in the document's currency, per hour or unit-hour"
);

impl RateAmount {
    /// `⌊rate × ms⌋` in amount units: what `ms` milliseconds at this hourly rate have cost so far.
    ///
    /// Taking differences of this cumulative floor makes any cut of a time span add up exactly.
    pub fn cumulative(self, ms: i64) -> Result<Amount> {
        // 10^-18 × ms / 3_600_000 h → 10^-12: divide by 10^6 · 3_600_000.
        let divisor = 1_000_000u128 * 3_600_000;
        let elapsed = u128::try_from(ms).map_err(|_| overflow())?;
        let (quotient, rest) =
            mul_div_rem(self.0.unsigned_abs(), elapsed, divisor).ok_or_else(overflow)?;
        let quotient = i128::try_from(quotient).map_err(|_| overflow())?;
        // Floor, also for a negative rate.
        Ok(Amount(if self.0 < 0 { -quotient - i128::from(rest != 0) } else { quotient }))
    }
}

/// A price with its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// 10⁻¹⁸ currency units per hour or unit-hour, at least 0.
    pub amount: RateAmount,
    /// Its currency.
    pub currency: Currency,
}

impl Rate {
    /// Reads a decimal of at most 18 places; negative is `UPID_INVALID_VALUE`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self> {
        let amount = RateAmount::parse(text)?;
        if amount.0 < 0 {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("the rate {text} is negative"),
            )
            .hint("a rate is at least 0; credits belong into a bill"));
        }
        Ok(Self { amount, currency })
    }
}

/// Money with its currency.
///
/// ```
/// use upid_core::units::{apportion, Currency, Money};
/// let bill = Money::parse("100", Currency::USD)?;
/// let parts = apportion(bill, &[1, 1, 1], &["a", "b", "c"])?;
/// assert_eq!(parts[0].to_string(), "33.333333333334 USD");
/// assert_eq!(parts[2].to_string(), "33.333333333333 USD");
/// # Ok::<(), upid_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// 10⁻¹² currency units.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
}

// Checked arithmetic returns a Result, so it cannot be the operator traits.
#[allow(clippy::should_implement_trait)]
impl Money {
    /// Reads a decimal of at most 12 places.
    pub fn parse(text: &str, currency: Currency) -> Result<Self> {
        Ok(Self { amount: Amount::parse(text)?, currency })
    }

    /// Reads a decimal, rounding half to even at 12 places; says whether that lost digits.
    pub fn parse_rounded(text: &str, currency: Currency) -> Result<(Self, bool)> {
        let (amount, rounded) = Amount::parse_rounded(text)?;
        Ok((Self { amount, currency }, rounded))
    }

    /// Checked sum; two currencies are `UPID_CURRENCY_MISMATCH`.
    pub fn add(self, other: Self) -> Result<Self> {
        self.currency.same(other.currency)?;
        Ok(Self { amount: self.amount.add(other.amount)?, ..self })
    }

    /// Checked difference; two currencies are `UPID_CURRENCY_MISMATCH`.
    pub fn sub(self, other: Self) -> Result<Self> {
        self.currency.same(other.currency)?;
        Ok(Self { amount: self.amount.sub(other.amount)?, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Splits `total` in proportion to `weights`; the parts sum to the total to the last unit.
///
/// Largest remainder: each part is the exact share rounded down, and the units that are left go one each to the
/// largest remainders, ties to the smallest key. Every part is within one unit (10⁻¹²) of the exact share, and
/// the sign of the total is kept. The only way to split money.
///
/// # Errors
/// `UPID_NO_WEIGHT` if all weights are 0 and the total is not; `UPID_DUPLICATE_KEY`; `UPID_LENGTH_MISMATCH`;
/// `UPID_MONEY_OVERFLOW` if the weights sum past 2¹²⁸.
pub fn apportion<K: Ord>(total: Money, weights: &[u128], keys: &[K]) -> Result<Vec<Money>> {
    let parts = apportion_amount(total.amount, weights, keys)?;
    Ok(parts.into_iter().map(|amount| Money { amount, currency: total.currency }).collect())
}

/// [`apportion`] for amounts whose currency stands once in their document.
pub fn apportion_amount<K: Ord>(
    total: Amount,
    weights: &[u128],
    keys: &[K],
) -> Result<Vec<Amount>> {
    if weights.len() != keys.len() {
        return Err(Error::new(
            ErrorKind::LengthMismatch,
            format!("{} weights and {} keys", weights.len(), keys.len()),
        )
        .hint("give one key per weight"));
    }
    let mut order: Vec<usize> = (0..keys.len()).collect();
    if !keys.is_sorted_by(|a, b| a < b) {
        order.sort_unstable_by(|&a, &b| keys[a].cmp(&keys[b]));
        if order.windows(2).any(|w| keys[w[0]] == keys[w[1]]) {
            return Err(Error::new(ErrorKind::DuplicateKey, "two parts have the same key")
                .hint("keys decide ties, so each part needs its own"));
        }
    }
    let mut parts = vec![Amount::ZERO; weights.len()];
    share_out(total, weights, &mut order, &mut vec![0; weights.len()], &mut parts)?;
    Ok(parts)
}

/// [`apportion_amount`] of a fixed number of parts, whose places are their keys.
pub(crate) fn apportion_places<const N: usize>(
    total: Amount,
    weights: &[u128; N],
) -> Result<[Amount; N]> {
    let mut parts = [Amount::ZERO; N];
    share_out(total, weights, &mut std::array::from_fn::<_, N, _>(|i| i), &mut [0; N], &mut parts)?;
    Ok(parts)
}

/// Fills `parts`; `order` holds their places in order of the keys, `remainders` is scratch.
fn share_out(
    total: Amount,
    weights: &[u128],
    order: &mut [usize],
    remainders: &mut [u128],
    parts: &mut [Amount],
) -> Result<()> {
    let sum = weights.iter().try_fold(0u128, |s, &w| s.checked_add(w)).ok_or_else(overflow)?;
    if total.is_zero() {
        return Ok(());
    }
    if sum == 0 {
        return Err(Error::new(
            ErrorKind::NoWeight,
            format!("{total} cannot be split: every weight is 0"),
        )
        .hint("give at least one part a weight, or book the amount as unattributed"));
    }
    let magnitude = total.0.unsigned_abs();
    let mut left = magnitude;
    for ((part, remainder), &weight) in parts.iter_mut().zip(&mut *remainders).zip(weights) {
        let (quotient, rest) = match weight {
            0 => (0, 0),
            all if all == sum => (magnitude, 0),
            _ => mul_div_rem(magnitude, weight, sum).ok_or_else(overflow)?,
        };
        left -= quotient;
        (*part, *remainder) = (Amount(i128::try_from(quotient).map_err(|_| overflow())?), rest);
    }
    if left > 0 {
        // Keys are already ascending in `order`, and the sort is stable: ties stay in key order.
        order.sort_by(|&a, &b| remainders[b].cmp(&remainders[a]));
        for &index in order.iter().take(left as usize) {
            parts[index].0 = parts[index].0.checked_add(1).ok_or_else(overflow)?;
        }
    }
    if total.0 < 0 {
        for part in parts.iter_mut() {
            part.0 = -part.0;
        }
    }
    Ok(())
}

/// What an amount over `hours` comes to per hour, day, month (730 h) and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Projection {
    /// Per hour.
    pub hourly: Amount,
    /// Per day of 24 h.
    pub daily: Amount,
    /// Per month of 730 h.
    pub monthly: Amount,
    /// Per year of 8760 h.
    pub yearly: Amount,
}

/// Projects an amount spent over `ms` milliseconds; each figure is `amount × hours ÷ span`, half to even.
pub fn projection(amount: Amount, ms: i64) -> Result<Projection> {
    let per = |hours: i64| amount.mul_ratio(i128::from(hours) * 3_600_000, i128::from(ms));
    Ok(Projection {
        hourly: per(1)?,
        daily: per(HOURS_PER_DAY)?,
        monthly: per(HOURS_PER_MONTH)?,
        yearly: per(HOURS_PER_YEAR)?,
    })
}

fn mul_ratio(value: i128, numerator: i128, denominator: i128) -> Result<i128> {
    if denominator == 0 {
        return Err(Error::new(ErrorKind::InvalidValue, "division of money by zero"));
    }
    let negative = (value < 0) ^ (numerator < 0) ^ (denominator < 0);
    let d = denominator.unsigned_abs();
    let (mut quotient, remainder) =
        mul_div_rem(value.unsigned_abs(), numerator.unsigned_abs(), d).ok_or_else(overflow)?;
    let (twice, carry) = remainder.overflowing_mul(2);
    if carry || twice > d || (twice == d && quotient % 2 == 1) {
        quotient = quotient.checked_add(1).ok_or_else(overflow)?;
    }
    let quotient = i128::try_from(quotient).map_err(|_| overflow())?;
    Ok(if negative { -quotient } else { quotient })
}

fn overflow() -> Error {
    Error::new(ErrorKind::MoneyOverflow, "the amount is too large for money")
        .hint("the largest amount is about 1.7e26 currency units")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amounts(total: &str, weights: &[u128]) -> Vec<String> {
        let keys: Vec<usize> = (0..weights.len()).collect();
        let parts = apportion_amount(Amount::parse(total).unwrap(), weights, &keys).unwrap();
        parts.iter().map(ToString::to_string).collect()
    }

    /// The table of cost.md §1.
    #[test]
    fn published_splits() {
        assert_eq!(
            amounts("100", &[1, 1, 1]),
            ["33.333333333334", "33.333333333333", "33.333333333333"]
        );
        assert_eq!(
            amounts("-0.000000000002", &[1, 1, 1]),
            ["-0.000000000001", "-0.000000000001", "0"]
        );
        assert_eq!(
            amounts("0.01", &[3, 1, 1, 2]),
            ["0.004285714286", "0.001428571429", "0.001428571428", "0.002857142857"]
        );
    }

    #[test]
    fn published_projection() {
        let p = projection(Amount::parse("0.063623550732").unwrap(), 3_600_000).unwrap();
        assert_eq!(p.daily.to_string(), "1.526965217568");
        assert_eq!(p.monthly.to_string(), "46.44519203436");
        assert_eq!(p.yearly.to_string(), "557.34230441232");
    }

    #[test]
    fn grammar() {
        for (text, canonical) in [
            ("0.075", "0.075"),
            ("-0.000000000001", "-0.000000000001"),
            ("10", "10"),
            ("10.500", "10.5"),
            ("1e-7", "0.0000001"),
            ("-0.5", "-0.5"),
            ("12E2", "1200"),
            ("-0", "0"),
            ("0e99", "0"),
            ("0.0000000000010000", "0.000000000001"),
            ("123456789012345678901234", "123456789012345678901234"),
        ] {
            assert_eq!(Amount::parse(text).unwrap().to_string(), canonical, "{text}");
        }
        for text in
            ["", "+1", "1,5", " 1", "1 ", "NaN", "inf", "0x1", ".", ".5", "1.", "1e", "--1", "1_0"]
        {
            assert_eq!(Amount::parse(text).unwrap_err().kind(), ErrorKind::MoneyParse, "{text}");
        }
        assert_eq!(Amount::parse("0.0000000000001").unwrap_err().kind(), ErrorKind::MoneyPrecision);
        assert_eq!(Amount::parse("1e30").unwrap_err().kind(), ErrorKind::MoneyOverflow);
        assert_eq!(Amount::parse("1e999999").unwrap_err().kind(), ErrorKind::MoneyOverflow);
        for (text, rounded) in [
            ("0.0000000000005", "0"),
            ("0.0000000000015", "0.000000000002"),
            ("0.00000000000051", "0.000000000001"),
            ("0.00000000000005", "0"),
            ("-2.5e-12", "-0.000000000002"),
            ("-3.5e-12", "-0.000000000004"),
        ] {
            let (amount, lost) = Amount::parse_rounded(text).unwrap();
            assert!(lost);
            assert_eq!(amount.to_string(), rounded, "{text}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let usd = Money::parse("1", Currency::USD).unwrap();
        let eur = Money::parse("1", Currency::parse("EUR").unwrap()).unwrap();
        let error = usd.add(eur).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CurrencyMismatch);
        assert!(error.message().contains("USD") && error.message().contains("EUR"));
        assert_eq!(Currency::parse("usd").unwrap_err().kind(), ErrorKind::CurrencyUnknown);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_total(
            total in any::<i64>(),
            weights in prop::collection::vec(0u128..=u128::from(u64::MAX), 1..20),
        ) {
            prop_assume!(weights.iter().any(|&w| w > 0));
            let keys: Vec<usize> = (0..weights.len()).collect();
            let total = Amount(i128::from(total) * 1_000_003);
            let parts = apportion_amount(total, &weights, &keys).unwrap();
            prop_assert_eq!(Amount::sum(parts.iter().copied()).unwrap(), total);
            let sum: u128 = weights.iter().sum();
            for (part, &weight) in parts.iter().zip(&weights) {
                let (floor, _) = mul_div_rem(total.0.unsigned_abs(), weight, sum).unwrap();
                prop_assert!(part.0.unsigned_abs() - floor <= 1);
            }
        }

        #[test]
        fn text_round_trips(value in any::<i128>()) {
            let amount = Amount(value / 2);
            prop_assert_eq!(Amount::parse(&amount.to_string()).unwrap(), amount);
        }

        #[test]
        fn cumulative_costs_add_up(rate in 0i128..10i128.pow(21), cut in 0i64..3_600_000) {
            let rate = RateAmount(rate);
            let (whole, part) = (rate.cumulative(3_600_000).unwrap(), rate.cumulative(cut).unwrap());
            prop_assert!(part <= whole);
            prop_assert_eq!(whole.0, rate.0 / 1_000_000);
        }
    }
}
