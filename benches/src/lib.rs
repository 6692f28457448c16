//! The load that the benches share, and the floor that they are compared with.

pub mod bill;
pub mod cluster;
pub mod fleet;
pub mod measure;
pub mod pods;
pub mod prometheus;
pub mod screening;

/// A week of one-minute samples.
pub const SAMPLES: usize = 10_080;
/// One minute.
pub const STEP_MS: i64 = 60_000;
/// 2022-08-17T00:00:00Z: the week ends at `now` of the demo's Snapshot.
pub const START_MS: i64 = 1_660_694_400_000;

/// A week of CPU use in cores: a daily wave with noise, the same on every run.
pub fn week(seed: u64) -> Vec<f64> {
    let mut state = seed;
    (0..SAMPLES)
        .map(|minute| {
            let hour = (minute / 60 % 24) as f64;
            let wave = 0.2 + 0.015 * (12.0 - (hour - 12.0).abs());
            wave * (0.5 + unit(&mut state))
        })
        .collect()
}

/// `SplitMix64` as a number in 0..1.
pub fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Reads every value once: what no pass over the samples can beat.
pub fn floor_f64(values: &[f64]) -> u64 {
    values.iter().fold(0, |sum, v| sum.wrapping_add(v.to_bits()))
}

/// Reads every value once.
pub fn floor_f32(values: &[f32]) -> u32 {
    values.iter().fold(0, |sum, v| sum.wrapping_add(v.to_bits()))
}
