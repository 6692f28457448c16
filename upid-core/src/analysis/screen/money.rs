//! Cost and waste of a reservation, exact.

use super::container::Hours;
use super::input::ScreenInput;
use super::row::{ScreenRow, Waste};
use crate::cost::{CPU, MEMORY, quantity};
use crate::error::Result;
use crate::model::Rates;
use crate::units::{Amount, GIB, MS_PER_HOUR, RateAmount};

/// Of a rate's unit, how many make the unit of money.
const RATE_UNITS: i128 = RateAmount::PER_UNIT / Amount::PER_UNIT;
/// Nano-core milliseconds of a core-hour, byte milliseconds of a GiB-hour.
const UNIT_HOURS: [i128; 2] =
    [1_000_000_000 * MS_PER_HOUR as i128, GIB as i128 * MS_PER_HOUR as i128];

/// The requests of a container in whole quanta: nano-cores and bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reserved([Option<u64>; 2]);

impl Reserved {
    pub(super) fn of(input: &ScreenInput<'_>, index: usize) -> Result<Self> {
        let Some(requested) = input.requested.get(index) else { return Ok(Self::default()) };
        let quanta = |resource, value: Option<f64>| {
            value
                .map(|v| quantity(resource, v))
                .transpose()
                .map_err(|e| e.under(&format!("requested[{index}]")))
        };
        Ok(Self([quanta(CPU, requested.cpu_cores)?, quanta(MEMORY, requested.memory_bytes)?]))
    }

    /// What the whole window of the reservation costs.
    pub(super) fn cost(self, window_ms: i64, rates: Option<&Rates>) -> Result<Option<Amount>> {
        let whole = |q: u64| u128::from(q) * u128::from(window_ms.unsigned_abs());
        price(self.0.map(|q| q.map(whole)), rates)
    }

    /// Reserved and not used, of one resource, from its hourly sums.
    pub(super) fn unused(
        self,
        resource: usize,
        hours: &Hours,
        step_ms: i64,
    ) -> Result<Option<u128>> {
        let Some(reserved) = self.0.get(resource).copied().flatten() else { return Ok(None) };
        let mut unused = 0;
        for (sum, count) in hours.sums.iter().zip(&hours.counts) {
            if *count > 0 {
                let used = quantity(resource, sum / *count as f64)?;
                let observed_ms = *count as u64 * step_ms.unsigned_abs();
                unused += u128::from(reserved.saturating_sub(used)) * u128::from(observed_ms);
            }
        }
        Ok(Some(unused))
    }
}

impl Waste {
    /// The waste with its price.
    pub(super) fn priced(
        cpu: Option<u128>,
        memory: Option<u128>,
        rates: Option<&Rates>,
    ) -> Result<Self> {
        let cost = price([cpu, memory], rates)?;
        Ok(Self { cpu_nano_core_ms: cpu, memory_byte_ms: memory, cost })
    }
}

/// Both quantities at their rates; unknown if one is.
fn price(quanta_ms: [Option<u128>; 2], rates: Option<&Rates>) -> Result<Option<Amount>> {
    let (Some(rates), [Some(cpu), Some(memory)]) = (rates, quanta_ms) else { return Ok(None) };
    let one = |rate: RateAmount, quanta_ms: u128, unit_hours: i128| {
        let quanta_ms = i128::try_from(quanta_ms).unwrap_or(i128::MAX);
        Amount(rate.0).mul_ratio(quanta_ms, unit_hours * RATE_UNITS)
    };
    one(rates.cpu_core_hour, cpu, UNIT_HOURS[0])?
        .add(one(rates.memory_gib_hour, memory, UNIT_HOURS[1])?)
        .map(Some)
}

/// The share of each known cost in their sum.
pub(super) fn shares(rows: &mut [ScreenRow]) -> Result<()> {
    let total = Amount::sum(rows.iter().filter_map(|row| row.cost))?.to_f64();
    if total != 0.0 {
        for row in rows {
            row.cost_share = row.cost.map(|cost| cost.to_f64() / total);
        }
    }
    Ok(())
}
