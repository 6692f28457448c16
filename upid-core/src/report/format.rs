//! How numbers are shown to people. Percent appears only here.

use crate::units::{Amount, apportion_places};

/// `1,234.56`; below 0.01 as many places as it takes to show two digits.
pub(super) fn money(amount: Amount) -> String {
    let places = places(amount);
    written(amount.0 < 0, rounded(amount, places), places)
}

/// The parts of a whole, rounded by largest remainder so that what is shown adds up to [`money`] of the whole; each
/// rounded on its own where one is unknown or they do not make up the whole.
pub(super) fn parts<const N: usize>(whole: Amount, parts: [Option<Amount>; N]) -> [String; N] {
    let weights = parts.map(|part| part.and_then(|p| u128::try_from(p.0).ok()));
    let sum = weights.into_iter().try_fold(0u128, |sum, weight| sum.checked_add(weight?));
    let places = places(whole);
    let total = i128::try_from(rounded(whole, places)).map(Amount);
    match total.map(|total| apportion_places(total, &weights.map(Option::unwrap_or_default))) {
        Ok(Ok(shown)) if sum.is_some() && sum == u128::try_from(whole.0).ok() => {
            shown.map(|part| written(false, part.0.unsigned_abs(), places))
        }
        _ => parts.map(money_or_dash),
    }
}

/// The parts of a whole in percent, rounded by largest remainder so that what is shown adds up to 100: in tenths if
/// one would show as nothing otherwise; each rounded on its own where one is unknown or they do not make up the whole.
pub(super) fn percents<const N: usize>(whole: Amount, parts: [Option<Amount>; N]) -> [String; N] {
    let alone = || parts.map(|part| percent(ratio(part, Some(whole))));
    let weights = parts.map(|part| part.and_then(|p| u128::try_from(p.0).ok()));
    let sum = weights.into_iter().try_fold(0u128, |sum, weight| sum.checked_add(weight?));
    if sum.is_none_or(|sum| sum == 0) || sum != u128::try_from(whole.0).ok() {
        return alone();
    }
    let small = |part: Option<f64>| part.is_some_and(|p| p > 0.0 && p < 0.0095);
    let tenths = parts.iter().any(|part| small(ratio(*part, Some(whole))));
    let steps = Amount(if tenths { 1000 } else { 100 });
    match apportion_places(steps, &weights.map(Option::unwrap_or_default)) {
        Ok(shown) if tenths => shown.map(|part| format!("{}.{} %", part.0 / 10, part.0 % 10)),
        Ok(shown) => shown.map(|part| format!("{} %", part.0)),
        Err(_) => alone(),
    }
}

/// How many decimal places show an amount.
fn places(amount: Amount) -> u32 {
    let magnitude = amount.0.unsigned_abs();
    let mut places = 2;
    while places < 12 && magnitude != 0 && magnitude < 10u128.pow(12 - places) * 10 {
        // One more place as long as fewer than two digits would show.
        if magnitude >= 10u128.pow(10) {
            break;
        }
        places += 1;
    }
    places
}

/// The magnitude in units of the last place, half to even.
fn rounded(amount: Amount, places: u32) -> u128 {
    let unit = 10u128.pow(12 - places);
    let (shown, rest) = (amount.0.unsigned_abs() / unit, amount.0.unsigned_abs() % unit);
    shown + u128::from(rest * 2 > unit || (rest * 2 == unit && shown % 2 == 1))
}

fn written(negative: bool, shown: u128, places: u32) -> String {
    let scale = 10u128.pow(places);
    let sign = if negative && shown > 0 { "-" } else { "" };
    let fraction = shown % scale;
    format!("{sign}{}.{fraction:0width$}", grouped(shown / scale), width = places as usize)
}

/// Money or a dash where the price is unknown.
pub(super) fn money_or_dash(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "–".to_owned(), money)
}

fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `42 %`, `0.4 %`; a dash where unknown.
pub(super) fn percent(share: Option<f64>) -> String {
    match share.map(|s| s * 100.0) {
        None => "–".to_owned(),
        Some(p) if p != 0.0 && p.abs() < 0.95 => format!("{p:.1} %"),
        Some(p) => format!("{p:.0} %"),
    }
}

/// `0.97`; a dash where unknown.
pub(super) fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"))
}

/// A part of a whole as money over money, 0..1.
pub(super) fn ratio(part: Option<Amount>, whole: Option<Amount>) -> Option<f64> {
    match (part, whole) {
        (Some(part), Some(whole)) if !whole.is_zero() => Some(part.to_f64() / whole.to_f64()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_readable() {
        for (amount, shown) in [
            ("1234567.891", "1,234,567.89"),
            ("0", "0.00"),
            ("-3.5", "-3.50"),
            ("0.005", "0.0050"),
            ("0.00012345", "0.00012"),
            ("0.999", "1.00"),
        ] {
            assert_eq!(money(Amount::parse(amount).unwrap()), shown, "{amount}");
        }
    }

    #[test]
    fn shown_parts_add_up_to_the_shown_whole() {
        let amount = |text: &str| Some(Amount::parse(text).unwrap());
        let shown = |whole: &str, of: [Option<Amount>; 3]| parts(Amount::parse(whole).unwrap(), of);
        // Each on its own would be 3.33 three times.
        let thirds = [amount("3.333"), amount("3.333"), amount("3.334")];
        assert_eq!(shown("10", thirds), ["3.33", "3.33", "3.34"]);
        // Each on its own would add up to 0.03.
        let small = [amount("0.014"), amount("0.014"), amount("0")];
        assert_eq!(shown("0.028", small), ["0.02", "0.01", "0.00"]);
        assert_eq!(
            shown("0.003", [amount("0.001"), amount("0.002"), amount("0")]),
            ["0.0010", "0.0020", "0.0000"]
        );
        assert_eq!(shown("10", [amount("3.333"), None, amount("6")]), ["3.33", "–", "6.00"]);
        assert_eq!(
            shown("10", [amount("-1"), amount("5"), amount("6")]),
            ["-1.00", "5.00", "6.00"]
        );
        assert_eq!(shown("0", [amount("0"); 3]), ["0.00"; 3]);
    }

    #[test]
    fn shown_percentages_add_up_to_a_hundred() {
        let shown = |of: [&str; 3]| {
            let parts = of.map(|text| Amount::parse(text).unwrap());
            percents(Amount::sum(parts).unwrap(), parts.map(Some))
        };
        // Each on its own would be 33 % three times.
        assert_eq!(shown(["1", "1", "1"]), ["34 %", "33 %", "33 %"]);
        // Each on its own would be 4, 17 and 80 %.
        assert_eq!(shown(["3.6", "16.6", "79.8"]), ["4 %", "16 %", "80 %"]);
        // One that is small shows all in tenths.
        assert_eq!(shown(["0.004", "0.3333", "0.6627"]), ["0.4 %", "33.3 %", "66.3 %"]);
        assert_eq!(shown(["0", "0", "2"]), ["0 %", "0 %", "100 %"]);
        let amount = |text: &str| Some(Amount::parse(text).unwrap());
        let whole = Amount::parse("3").unwrap();
        assert_eq!(percents(whole, [amount("1"), None, amount("1")]), ["33 %", "–", "33 %"]);
        assert_eq!(percents(Amount::ZERO, [amount("0"); 2]), ["–", "–"]);
    }

    #[test]
    fn shares_are_readable() {
        assert_eq!(percent(Some(0.423)), "42 %");
        assert_eq!(percent(Some(0.004)), "0.4 %");
    }
}
