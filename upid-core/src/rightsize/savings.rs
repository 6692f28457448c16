//! Money that a change of a request saves, in exact integers.

use super::{Resource, ResourceAdvice, SizeSavings};
use crate::error::Result;
use crate::model::Rates;
use crate::units::{Amount, GIB, HOURS_PER_MONTH, RateAmount};

/// `(current − recommended) · rate · 730 h · replicas`, half to even at 10⁻¹²; negative is added cost. Sizes in
/// integer units of the resource.
pub(super) fn monthly_savings(
    resource: Resource,
    current: i128,
    recommended: i128,
    rates: &Rates,
    replicas: u32,
) -> Result<Amount> {
    let RateAmount(rate) = match resource {
        Resource::Cpu => rates.cpu_core_hour,
        Resource::Memory => rates.memory_gib_hour,
    };
    let unit = match resource {
        Resource::Cpu => 1_000_000_000,
        Resource::Memory => i128::from(GIB),
    };
    let hours = i128::from(HOURS_PER_MONTH) * i128::from(replicas);
    // Rates have 18 decimal places, amounts 12.
    Amount(rate).mul_ratio((current - recommended) * hours, unit * 1_000_000)
}

/// The sum over both resources; null if neither is known.
pub(super) fn total<C, M>(
    cpu: Option<&ResourceAdvice<C>>,
    memory: Option<&ResourceAdvice<M>>,
    rates: Option<&Rates>,
) -> Result<SizeSavings> {
    let known = [
        cpu.and_then(|a| a.delta).and_then(|d| d.monthly_savings),
        memory.and_then(|a| a.delta).and_then(|d| d.monthly_savings),
    ];
    let monthly = match known {
        [None, None] => None,
        known => Some(Amount::sum(known.into_iter().flatten())?),
    };
    Ok(SizeSavings { monthly, currency: rates.and_then(|r| r.currency) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rates() -> Rates {
        Rates {
            cpu_core_hour: RateAmount::parse("0.031611").unwrap(),
            memory_gib_hour: RateAmount::parse("0.004237").unwrap(),
            ..Rates::default()
        }
    }

    /// The worked example of rightsizing.md §1.
    #[test]
    fn published_savings() {
        let cpu = monthly_savings(Resource::Cpu, 2_000_000_000, 1_143_000_000, &rates(), 2);
        assert_eq!(cpu.unwrap().to_string(), "39.55231542");
        let memory = monthly_savings(Resource::Memory, 1_073_741_824, 449_839_104, &rates(), 2);
        assert_eq!(memory.unwrap().to_string(), "3.594415917969");
    }

    proptest! {
        #[test]
        fn savings_never_exceed_the_cost(
            current in 0i128..1_000_000_000_000,
            recommended in 0i128..1_000_000_000_000,
            replicas in 0u32..1000,
        ) {
            let money = |to| monthly_savings(Resource::Cpu, current, to, &rates(), replicas).unwrap();
            prop_assert!(money(recommended) <= money(0));
            prop_assert_eq!(money(current), Amount::ZERO);
        }
    }
}
