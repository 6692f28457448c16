//! Samples to summaries, and summaries to bytes and back.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::{SAMPLES, START_MS, STEP_MS, floor_f32, week};
use upid_core::usage::{Columns, IngestOptions, MetricId, SampleKind, Times, UsageKey, Values};
use upid_core::{Result, Usage};

fn summary(values: Values<'_>) -> Result<Usage> {
    let columns = Columns {
        timestamps_ms: Times::Regular { start_ms: START_MS, step_ms: STEP_MS },
        values,
        validity: None,
        kind: SampleKind::Gauge,
    };
    let mut usage = Usage::default();
    let key = UsageKey::new("shop", "cart-0", "server");
    usage.add_series(&key, MetricId::CPU_CORES, &columns, &IngestOptions::default())?;
    Ok(usage)
}

fn summarize(c: &mut Criterion) {
    let wide = week(1);
    let narrow: Vec<f32> = wide.iter().map(|&v| v as f32).collect();
    let holes: Vec<f64> =
        wide.iter().enumerate().map(|(i, &v)| if i % 100 == 7 { f64::NAN } else { v }).collect();
    let mut group = c.benchmark_group("usage/summarize");
    group.throughput(Throughput::Elements(SAMPLES as u64));
    group.bench_function("floor", |b| b.iter(|| floor_f32(black_box(&narrow))));
    group.bench_function("f32", |b| b.iter(|| summary(Values::F32(black_box(&narrow)))));
    group.bench_function("f64", |b| b.iter(|| summary(Values::F64(black_box(&wide)))));
    group.bench_function("f64 with 1 % missing", |b| {
        b.iter(|| summary(Values::F64(black_box(&holes))));
    });
    group.finish();
}

fn state(c: &mut Criterion) {
    let make = |seed| summary(Values::F64(&week(seed)));
    let (Ok(one), Ok(other)) = (make(1), make(2)) else { return };
    let bytes = one.to_bytes();
    let mut group = c.benchmark_group("usage/state");
    group.bench_function("merge two weeks", |b| {
        b.iter_batched(
            || one.clone(),
            |mut merged| merged.merge(black_box(&other)).map(|_| merged),
            criterion::BatchSize::SmallInput,
        );
    });
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("encode", |b| b.iter(|| black_box(&one).to_bytes()));
    group.bench_function("decode", |b| b.iter(|| Usage::from_bytes(black_box(&bytes))));
    group.finish();
}

criterion_group!(benches, summarize, state);
criterion_main!(benches);
