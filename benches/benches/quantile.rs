//! Four exact quantiles of a slice: selection, a full sort, and nested `select_nth_unstable`.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::{floor_f32, floor_f64, unit};
use upid_core::stats::{Arm, QuantileScratch, quantiles_into};

const SHARES: [f64; 4] = [0.5, 0.9, 0.95, 0.99];
const SHAPES: [&str; 8] = [
    "constant",
    "two values",
    "narrow with outliers",
    "sorted",
    "reversed",
    "1 % NaN",
    "many NaN",
    "lognormal",
];

fn series(shape: &str, n: usize) -> Vec<f32> {
    let mut state = 7;
    let mut unit = || unit(&mut state);
    (0..n)
        .map(|i| {
            // The sum of twelve uniforms is nearly normal.
            let mut lognormal = || ((0..12).map(|_| unit()).sum::<f64>() - 6.0).exp() * 0.1;
            let value = match shape {
                "constant" => 0.25,
                "two values" if lognormal() < 0.06 => 2.0,
                "two values" => 0.001,
                "narrow with outliers" if i % 1000 == 999 => 1e6 * lognormal(),
                "narrow with outliers" => 1.0 + 1e-3 * lognormal(),
                "sorted" => 1.0 + i as f64 * 1e-3,
                "reversed" => 1.0 + (n - i) as f64 * 1e-3,
                "1 % NaN" if i % 100 == 50 => f64::NAN,
                "many NaN" if i * 7 % 5 > 1 => f64::NAN,
                _ => lognormal(),
            };
            value as f32
        })
        .collect()
}

/// The ranks on both sides of each share, greatest first.
fn ranks(n: usize) -> Vec<usize> {
    let mut ranks: Vec<usize> = SHARES
        .iter()
        .map(|q| ((n - 1) as f64 * q) as usize)
        .flat_map(|below| [below, (below + 1).min(n - 1)])
        .collect();
    ranks.sort_unstable_by(|a, b| b.cmp(a));
    ranks
}

fn observed(values: &[f32], buffer: &mut Vec<f32>) {
    buffer.clear();
    buffer.extend(values.iter().filter(|v| !v.is_nan()));
}

fn sort(values: &[f32], buffer: &mut Vec<f32>) -> f32 {
    observed(values, buffer);
    buffer.sort_unstable_by(f32::total_cmp);
    ranks(buffer.len()).iter().map(|rank| buffer[*rank]).sum()
}

fn nested(values: &[f32], buffer: &mut Vec<f32>) -> f32 {
    observed(values, buffer);
    let (mut end, mut sum) = (buffer.len(), 0.0);
    for rank in ranks(buffer.len()) {
        if rank < end {
            sum += *buffer[..end].select_nth_unstable_by(rank, f32::total_cmp).1;
            end = rank;
        }
    }
    sum
}

fn quantile(c: &mut Criterion) {
    for samples in [1_440, 10_080, 40_320] {
        for shape in SHAPES {
            let values = series(shape, samples);
            let wide: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            let mut group = c.benchmark_group(format!("quantile/{shape}/{samples}"));
            group.sample_size(20).measurement_time(Duration::from_millis(200));
            group.warm_up_time(Duration::from_millis(50));
            group.throughput(Throughput::Elements(samples as u64));
            group.bench_function("floor/f32", |b| b.iter(|| floor_f32(black_box(&values))));
            group.bench_function("floor/f64", |b| b.iter(|| floor_f64(black_box(&wide))));
            let mut out = [0.0; SHARES.len()];
            for (arm, name) in
                [(Arm::Avx512, "avx512"), (Arm::Avx2, "avx2"), (Arm::Baseline, "baseline")]
            {
                let mut scratch = QuantileScratch::new(arm);
                group.bench_function(format!("f32/{name}"), |b| {
                    b.iter(|| {
                        quantiles_into(black_box(&values), &SHARES, &mut scratch, &mut out)
                            .unwrap();
                    });
                });
                let mut scratch = QuantileScratch::new(arm);
                group.bench_function(format!("f64/{name}"), |b| {
                    b.iter(|| {
                        quantiles_into(black_box(&wide), &SHARES, &mut scratch, &mut out).unwrap();
                    });
                });
            }
            let mut buffer = Vec::new();
            group.bench_function("nested select_nth_unstable", |b| {
                b.iter(|| nested(black_box(&values), &mut buffer));
            });
            group.bench_function("sort", |b| b.iter(|| sort(black_box(&values), &mut buffer)));
            group.finish();
        }
    }
}

criterion_group!(benches, quantile);
criterion_main!(benches);
