//! Reading the memory once: the floor under everything that looks at every sample.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::{SAMPLES, floor_f32, floor_f64, week};

fn floor(c: &mut Criterion) {
    let wide = week(1);
    let narrow: Vec<f32> = wide.iter().map(|&v| v as f32).collect();
    let mut group = c.benchmark_group("floor");
    group.throughput(Throughput::Elements(SAMPLES as u64));
    group.bench_function("f32", |b| b.iter(|| floor_f32(black_box(&narrow))));
    group.bench_function("f64", |b| b.iter(|| floor_f64(black_box(&wide))));
    group.finish();
}

criterion_group!(benches, floor);
criterion_main!(benches);
