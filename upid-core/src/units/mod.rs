//! Units that every other module speaks: money, times, ranges, Kubernetes quantities.

mod currency;
mod decimal;
mod money;
mod quantity;
mod text;
mod time_range;
mod timestamp;
mod wide;

pub use currency::Currency;
pub(crate) use money::apportion_places;
pub use money::{
    Amount, HOURS_PER_DAY, HOURS_PER_MONTH, HOURS_PER_YEAR, Money, Projection, Rate, RateAmount,
    apportion, apportion_amount, projection,
};
pub use quantity::{ParsedQuantity, Quantity, QuantityFormat, QuantityInput};
pub(crate) use text::nearest;
pub use time_range::{Interval, ParsedTimeRange, TimeRange, TimeRangeText, parse_time_range};
pub use timestamp::Timestamp;
pub(crate) use wide::{mul_div_rem, widening_mul};

/// Milliseconds in an hour.
pub const MS_PER_HOUR: i64 = 3_600_000;
/// Milliseconds in a day.
pub const MS_PER_DAY: i64 = 86_400_000;
/// Bytes in a GiB, the unit that memory prices name.
pub const GIB: u64 = 1 << 30;

/// FNV-1a, 64 bits: a stable fingerprint for ids and hashes of configurations; not for security.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::fnv1a;

    /// Published test values of FNV-1a 64.
    #[test]
    fn fingerprints() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
