//! Rounding up to a quantum, and whether a change is worth making.

use super::Resource;

/// Rounds up to a multiple of `quantum`; a value within 10⁻⁹ relative above a multiple is that multiple.
///
/// The result is the integer multiple in 10⁻⁹ cores or bytes, so it prints as it should (`1.143`).
pub(super) fn round_up(resource: Resource, value: f64, quantum: f64) -> f64 {
    resource.size(round_up_units(resource, value, quantum))
}

/// [`round_up`] in integer units.
pub(super) fn round_up_units(resource: Resource, value: f64, quantum: f64) -> i128 {
    let quantum = resource.units(quantum).max(1);
    let ratio = value * resource.scale() / quantum as f64;
    let nearest = ratio.round_ties_even();
    let steps =
        if (ratio - nearest).abs() <= 1e-9 * nearest.abs() { nearest } else { ratio.ceil() };
    // The cast saturates, and so does the product: an absurd value stays absurd instead of wrapping.
    (steps as i128).saturating_mul(quantum)
}

/// Rounds a cap down to a multiple of the quantum, but not below one.
pub(super) fn round_down_units(resource: Resource, value: f64, quantum: f64) -> i128 {
    let quantum = resource.units(quantum).max(1);
    let units = resource.units(value);
    (units / quantum).max(1) * quantum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn multiples_stay_and_the_rest_goes_up() {
        let cpu = |v| round_up(Resource::Cpu, v, 0.001);
        assert_eq!(cpu(0.8 / 0.7), 1.143);
        assert_eq!(cpu(0.9505), 0.951);
        assert_eq!(cpu(0.3), 0.3);
        assert_eq!(cpu(0.1 + 0.2), 0.3);
        assert_eq!(cpu(0.300_000_01), 0.301);
        let memory = |v| round_up(Resource::Memory, v, 1_048_576.0);
        assert_eq!(memory(314_572_800.0 / 0.7), 449_839_104.0);
        assert_eq!(memory(356_935_270.4), 357_564_416.0);
        assert_eq!(round_down_units(Resource::Memory, 2_500_000.0, 1_048_576.0), 2_097_152);
    }

    proptest! {
        #[test]
        fn never_below_and_less_than_one_quantum_above(value in 0.0f64..1e3) {
            let rounded = round_up(Resource::Cpu, value, 0.001);
            prop_assert!(rounded >= value * (1.0 - 2e-9) && rounded < value + 0.001_000_1);
            prop_assert_eq!(round_up(Resource::Cpu, rounded, 0.001), rounded);
        }
    }
}
