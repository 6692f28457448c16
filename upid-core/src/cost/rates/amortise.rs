//! Own hardware as a price per hour.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::units::{Amount, HOURS_PER_MONTH, RateAmount};

/// What a machine of one's own costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Amortisation {
    /// Purchase price.
    pub purchase: Amount,
    /// What it will still be worth at the end. Default 0.
    pub salvage: Amount,
    /// Months of use. Default 36.
    pub months: u32,
    /// Mean electrical power. Default 0.
    pub watts: f64,
    /// Power usage effectiveness of the site. Default 1.5.
    pub pue: f64,
    /// Price of a kWh. Default 0.
    pub energy_per_kwh: Amount,
    /// Space, network, people, per month. Default 0.
    pub monthly_operation: Amount,
}

impl Default for Amortisation {
    fn default() -> Self {
        Self {
            purchase: Amount::ZERO,
            salvage: Amount::ZERO,
            months: 36,
            watts: 0.0,
            pue: 1.5,
            energy_per_kwh: Amount::ZERO,
            monthly_operation: Amount::ZERO,
        }
    }
}

/// `(purchase − salvage) ÷ (months × 730) + watts ÷ 1000 × pue × energy + operation ÷ 730`, each term rounded
/// half to even at 12 places.
///
/// # Errors
/// `UPID_INVALID_CONFIG` for 0 months or a power that is no finite number of at least 0.
pub fn amortise(machine: &Amortisation) -> Result<RateAmount> {
    let fail = |path: &str, message: String| {
        Err(Error::new(ErrorKind::InvalidConfig, message)
            .at_path(path)
            .hint("months >= 1, 0 <= watts <= 1e9, 0 <= pue <= 100"))
    };
    if machine.months == 0 {
        return fail("months", "a machine cannot be written off over 0 months".into());
    }
    for (path, value, most) in [("watts", machine.watts, 1e9), ("pue", machine.pue, 100.0)] {
        if !(0.0..=most).contains(&value) {
            return fail(path, format!("{path} is {value}"));
        }
    }
    let month = i128::from(HOURS_PER_MONTH);
    let nano = |value: f64| (value * 1e9).round_ties_even() as i128;
    let value = machine.purchase.sub(machine.salvage)?;
    let capital = value.mul_ratio(1, i128::from(machine.months) * month)?;
    let power = nano(machine.watts) * nano(machine.pue);
    let energy = machine.energy_per_kwh.mul_ratio(power, 1000 * 10i128.pow(18))?;
    let operation = machine.monthly_operation.mul_ratio(1, month)?;
    let hourly = Amount::sum([capital, energy, operation])?;
    RateAmount(hourly.0).mul_int(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of cost.md §4.
    #[test]
    fn own_hardware() {
        let machine = Amortisation {
            purchase: Amount::parse("6000").unwrap(),
            watts: 350.0,
            energy_per_kwh: Amount::parse("0.20").unwrap(),
            ..Amortisation::default()
        };
        assert_eq!(amortise(&machine).unwrap().to_string(), "0.333310502283");
        let capital = Amortisation { watts: 0.0, ..machine.clone() };
        assert_eq!(amortise(&capital).unwrap().to_string(), "0.228310502283");
        let broken = Amortisation { months: 0, ..machine };
        assert_eq!(amortise(&broken).unwrap_err().kind(), ErrorKind::InvalidConfig);
    }
}
