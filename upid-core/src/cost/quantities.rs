//! Quantities as integers: nano-cores, bytes, nano-GPUs. After this point nothing is float.

use crate::error::{Error, ErrorKind, Result};
use crate::model::Resources;
use crate::units::GIB;

/// CPU in nano-cores, memory in bytes, GPUs in nano-units.
pub(crate) type Quantities = [u64; 3];

/// Index of CPU.
pub(crate) const CPU: usize = 0;
/// Index of memory.
pub(crate) const MEMORY: usize = 1;
/// Index of GPU.
pub(crate) const GPU: usize = 2;

/// Integer units of a GPU.
pub(crate) const GPU_UNITS: u64 = 1_000_000_000;
/// Integer units of a core, a GiB and a GPU.
pub(crate) const PER_UNIT: [u64; 3] = [1_000_000_000, GIB, GPU_UNITS];
/// JSON names of the three.
pub(crate) const NAMES: [&str; 3] = ["cpuCores", "memoryBytes", "gpus"];

/// Stands for a usage that nobody measured.
pub(crate) const UNMEASURED: u64 = u64::MAX;
/// Quantities stay below this (9 × 10⁹ cores, 9 EB), so that sums over a node and a cell fit in 128 bits.
const MOST: f64 = 9.2e18;

/// One quantity of the resource at `index`, rounded half to even to its integer unit.
pub(crate) fn quantity(index: usize, value: f64) -> Result<u64> {
    let scaled = if index == MEMORY { value } else { value * 1e9 };
    if !(0.0..MOST).contains(&scaled) {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            format!(
                "{value:e} is not a finite number of at least 0 and below {:e}",
                if index == MEMORY { MOST } else { MOST / 1e9 }
            ),
        )
        .at_path(NAMES[index])
        .hint("leave the field out where the value is unknown"));
    }
    Ok(scaled.round_ties_even() as u64)
}

/// The three quantities of a machine or request; absent is 0.
pub(crate) fn quantities(resources: &Resources) -> Result<Quantities> {
    let values = [resources.cpu_cores, resources.memory_bytes, resources.gpus];
    let mut out = [0; 3];
    for (index, value) in values.into_iter().enumerate() {
        out[index] = value.map_or(Ok(0), |v| quantity(index, v))?;
    }
    Ok(out)
}

/// A usage: absent or NaN is [`UNMEASURED`], infinite or negative an error.
pub(crate) fn usage(index: usize, value: Option<f64>) -> Result<u64> {
    match value {
        Some(v) if !v.is_nan() => quantity(index, v),
        _ => Ok(UNMEASURED),
    }
}
