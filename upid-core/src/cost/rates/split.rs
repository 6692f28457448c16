//! Splitting the price of a node into its resources.

use crate::cost::quantities::{GPU_UNITS, Quantities, quantities};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Rates, Resources};
use crate::units::{Amount, apportion_amount};

/// The price of a node by resource; the parts sum to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSplit {
    /// CPU.
    pub cpu: Amount,
    /// Memory.
    pub memory: Amount,
    /// GPUs.
    pub gpu: Amount,
}

/// Weights of the pools cpu, memory, gpu.
pub(crate) type PoolWeights = [u128; 3];

/// Splits a price by quantity × unit price: the ratios of the units are kept, the sum is the price.
///
/// ```
/// use upid_core::cost::rates::split;
/// use upid_core::model::{Rates, Resources};
/// use upid_core::units::{Amount, RateAmount};
/// let machine = Resources { gpus: Some(1.0), ..Resources::new(1.0, 1073741824.0) };
/// let units = Rates {
///     cpu_core_hour: RateAmount::parse("30")?,
///     memory_gib_hour: RateAmount::parse("10")?,
///     gpu_hour: Some(RateAmount::parse("30")?),
///     ..Rates::default()
/// };
/// let parts = split(Amount::parse("35")?, &machine, &units)?;
/// assert_eq!([parts.cpu, parts.memory, parts.gpu].map(|p| p.to_string()), ["15", "5", "15"]);
/// # Ok::<(), upid_core::Error>(())
/// ```
///
/// # Errors
/// `UPID_NO_WEIGHT` if every product is 0 and the price is not; `UPID_INVALID_VALUE` for a negative price or
/// quantity.
pub fn split(price: Amount, machine: &Resources, units: &Rates) -> Result<PoolSplit> {
    let quantities = quantities(machine)?;
    let per_unit =
        [units.cpu_core_hour.0, units.memory_gib_hour.0, units.gpu_hour.map_or(0, |g| g.0)];
    let weights = pool_weights(&quantities, per_unit)?;
    let [cpu, memory, gpu] = split_by(price, &weights)?;
    Ok(PoolSplit { cpu, memory, gpu })
}

/// Splits a price by weights.
pub(crate) fn split_by(price: Amount, weights: &PoolWeights) -> Result<[Amount; 3]> {
    let parts = apportion_amount(price, weights, &[0, 1, 2])?;
    match parts[..] {
        [cpu, memory, gpu] => Ok([cpu, memory, gpu]),
        _ => Err(Error::new(ErrorKind::Internal, "a price was not split into three")),
    }
}

/// `quantity × price per unit` on one integer scale: nano-units and bytes meet at 2³⁰·10⁹ ÷ 2⁹, and common
/// factors of the prices are taken out first, so that nothing is lost and nothing overflows.
pub(crate) fn pool_weights(quantities: &Quantities, per_unit: [i128; 3]) -> Result<PoolWeights> {
    /// 2³⁰ ÷ 2⁹ for nano-units, 10⁹ ÷ 2⁹ for bytes.
    const SCALE: [u128; 3] = [1 << 21, 1_953_125, 1 << 21];
    let mut prices = [0u128; 3];
    for (price, &given) in prices.iter_mut().zip(&per_unit) {
        *price = u128::try_from(given).map_err(|_| {
            Error::new(ErrorKind::InvalidValue, "a unit price is negative")
                .hint("prices are at least 0; credits belong into a bill")
        })?;
    }
    let common = prices.iter().fold(0, |a, &b| gcd(a, b)).max(1);
    let mut weights = [0u128; 3];
    for (index, weight) in weights.iter_mut().enumerate() {
        *weight = u128::from(quantities[index])
            .checked_mul(prices[index] / common)
            .and_then(|w| w.checked_mul(SCALE[index]))
            .ok_or_else(|| {
                Error::new(ErrorKind::MoneyOverflow, "quantity × unit price is too large")
                    .hint("check the unit prices and the capacity")
            })?;
    }
    Ok(weights)
}

/// Greatest common divisor; 0 has every divisor.
pub(crate) fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

const _: () = assert!(GPU_UNITS == 1_000_000_000);
