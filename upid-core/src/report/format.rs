//! How numbers are shown to people. Percent appears only here.

use crate::units::Amount;

/// `1,234.56`; below 0.01 as many places as it takes to show two digits.
pub(super) fn money(amount: Amount) -> String {
    let magnitude = amount.0.unsigned_abs();
    let mut places = 2;
    while places < 12 && magnitude != 0 && magnitude < 10u128.pow(12 - places) * 10 {
        // One more place as long as fewer than two digits would show.
        if magnitude >= 10u128.pow(10) {
            break;
        }
        places += 1;
    }
    let unit = 10u128.pow(12 - places);
    let (mut shown, rest) = (magnitude / unit, magnitude % unit);
    if rest * 2 > unit || (rest * 2 == unit && shown % 2 == 1) {
        shown += 1;
    }
    let scale = 10u128.pow(places);
    let sign = if amount.0 < 0 && shown > 0 { "-" } else { "" };
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
    fn shares_are_readable() {
        assert_eq!(percent(Some(0.423)), "42 %");
        assert_eq!(percent(Some(0.004)), "0.4 %");
    }
}
