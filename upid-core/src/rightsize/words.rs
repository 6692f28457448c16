//! How sizes and spans are written in reasons.

use super::Resource;
use crate::units::{Quantity, QuantityFormat};

impl Resource {
    /// Its name within a sentence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::Memory => "memory",
        }
    }

    /// A size in cores or bytes as Kubernetes writes it.
    pub(crate) fn quantity(self, size: f64) -> String {
        let (nano, format) = match self {
            Self::Cpu => (size * 1e9, QuantityFormat::DecimalSI),
            Self::Memory => (size.round_ties_even() * 1e9, QuantityFormat::BinarySI),
        };
        match Quantity::from_nano(nano.round_ties_even() as i128, format) {
            Ok(quantity) => quantity.to_string(),
            // Past what a manifest can hold; the number itself still tells the reader what is meant.
            Err(_) => format!("{size}"),
        }
    }

    /// A size for people: at most one decimal of a millicore, MiB or KiB, as in `1.4Mi`.
    pub(crate) fn shown(self, size: f64) -> String {
        self.rounded(size, 10.0)
    }

    /// [`Resource::shown`], with more decimals where it would look the same as the size that is shown `beside` it.
    pub(crate) fn shown_beside(self, size: f64, other: f64) -> String {
        let other = self.shown(other);
        let finer = [10.0, 100.0, 1000.0].map(|steps| self.rounded(size, steps));
        finer.into_iter().find(|shown| *shown != other).unwrap_or_else(|| self.quantity(size))
    }

    /// In `1 ÷ steps` of a unit; what is short as it stands, or below every unit, stays.
    fn rounded(self, size: f64, steps: f64) -> String {
        let text = self.quantity(size);
        let (unit, name) = match self {
            Self::Cpu if text.ends_with(['u', 'n']) && size >= 0.000_1 => (1e-3, "m"),
            Self::Memory if text.ends_with('i') && !text.ends_with("Ki") => return text,
            Self::Memory if size >= 1_048_576.0 => (1_048_576.0, "Mi"),
            Self::Memory if size >= 1024.0 => (1024.0, "Ki"),
            _ => return text,
        };
        format!("{}{name}", (size / unit * steps).round_ties_even() / steps)
    }
}

/// A span of whole hours that holds all samples: in hours below a week, then in days, rounded up to tenths.
pub(crate) fn span(days: f64) -> String {
    let hours = (days * 24.0).round_ties_even();
    if days >= 7.0 {
        format!("{} days", (days * 10.0).ceil() / 10.0)
    } else if hours == 1.0 {
        "1 hour".to_owned()
    } else {
        format!("{hours} hours")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable_and_differ_where_they_do() {
        for (resource, size, shown) in [
            (Resource::Cpu, 0.001_52, "1.5m"),
            (Resource::Cpu, 1.234_56, "1234.6m"),
            (Resource::Cpu, 0.000_05, "50u"),
            (Resource::Cpu, 0.01, "10m"),
            (Resource::Cpu, 2.0, "2"),
            (Resource::Memory, 1_468_006.0, "1.4Mi"),
            (Resource::Memory, 734_003.0, "716.8Ki"),
            (Resource::Memory, 33_554_432.0, "32Mi"),
            (Resource::Memory, 1_073_741_824.0, "1Gi"),
        ] {
            assert_eq!(resource.shown(size), shown, "{size}");
        }
        assert_eq!(Resource::Cpu.shown_beside(0.001_96, 0.002), "1.96m");
        assert_eq!(Resource::Cpu.shown_beside(0.001_999_999, 0.002), "1999999n");
        assert_eq!(Resource::Memory.shown_beside(100_651_827.0, 100_663_296.0), "95.99Mi");
        assert_eq!(Resource::Cpu.shown_beside(0.001_52, 0.002), "1.5m");
        assert_eq!(Resource::Memory.quantity(1e30), "1000000000000000000000000000000");
    }

    /// A span is never shown shorter than it is.
    #[test]
    fn spans_hold_all_samples() {
        for (hours, shown) in
            [(1.0, "1 hour"), (40.0, "40 hours"), (313.0, "13.1 days"), (336.0, "14 days")]
        {
            assert_eq!(span(hours / 24.0), shown);
        }
    }
}
