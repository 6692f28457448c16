//! Samples to summaries, and summaries to merges, bytes and answers.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::{SAMPLES, START_MS, STEP_MS, floor_f32, floor_f64, week};
use upid_core::usage::{
    Columns, IngestOptions, MetricId, SampleKind, SeriesRef, Times, UsageKey, UsageSpec, Values,
    summarize_batch,
};
use upid_core::{Result, Usage};

/// Series of the batch.
const SERIES: usize = 256;

fn key(pod: usize) -> UsageKey {
    UsageKey::new("shop", &format!("cart-{pod}"), "server")
}

fn columns(values: Values<'_>) -> Columns<'_> {
    let timestamps_ms = Times::Regular { start_ms: START_MS, step_ms: STEP_MS };
    Columns { timestamps_ms, values, validity: None, kind: SampleKind::Gauge }
}

fn summary(columns: &Columns<'_>) -> Result<Usage> {
    let mut usage = Usage::default();
    usage.add_series(&key(0), MetricId::CPU_CORES, columns, &IngestOptions::default())?;
    Ok(usage)
}

/// The same samples in the forms in which they arrive.
struct Week {
    wide: Vec<f64>,
    narrow: Vec<f32>,
    holes: Vec<f32>,
    total: Vec<f64>,
    times: Vec<i64>,
    shuffled: Vec<i64>,
}

impl Week {
    fn new() -> Self {
        let wide = week(1);
        let narrow: Vec<f32> = wide.iter().map(|&v| v as f32).collect();
        let hole = |(i, &v): (usize, &f32)| if i % 100 == 7 { f32::NAN } else { v };
        let times: Vec<i64> = (0..SAMPLES as i64).map(|i| START_MS + i * STEP_MS).collect();
        let mut total = 0.0;
        Self {
            holes: narrow.iter().enumerate().map(hole).collect(),
            total: wide
                .iter()
                .map(|v| {
                    total += v * 60.0;
                    total
                })
                .collect(),
            // 37 and the number of samples have no common factor.
            shuffled: (0..SAMPLES).map(|i| times[i * 37 % SAMPLES]).collect(),
            wide,
            narrow,
            times,
        }
    }
}

fn summarize(c: &mut Criterion) {
    let week = Week::new();
    let narrow = columns(Values::F32(&week.narrow));
    let explicit = Columns { timestamps_ms: Times::Explicit(&week.times), ..narrow };
    let shuffled = Columns { timestamps_ms: Times::Explicit(&week.shuffled), ..narrow };
    let counter = columns(Values::F64(&week.total)).kind(SampleKind::Counter);
    let mut group = c.benchmark_group("usage/summarize");
    group.throughput(Throughput::Elements(SAMPLES as u64));
    group.bench_function("floor/f32", |b| b.iter(|| floor_f32(black_box(&week.narrow))));
    group.bench_function("floor/f64", |b| b.iter(|| floor_f64(black_box(&week.wide))));
    for (name, columns) in [
        ("f32", narrow),
        ("f64", columns(Values::F64(&week.wide))),
        ("f32, 1 % missing", columns(Values::F32(&week.holes))),
        ("f32, a time per row", explicit),
        ("f32, unsorted", shuffled),
        ("f64, counter", counter),
    ] {
        group.bench_function(name, |b| b.iter(|| summary(black_box(&columns)).unwrap()));
    }
    group.finish();
}

fn batch(c: &mut Criterion) {
    let narrow = |seed| week(seed).iter().map(|&v| v as f32).collect();
    let series: Vec<(UsageKey, Vec<f32>)> =
        (0..SERIES).map(|pod| (key(pod), narrow(pod as u64))).collect();
    let item = |(key, values): &'static (UsageKey, Vec<f32>)| SeriesRef {
        key,
        metric: MetricId::CPU_CORES,
        columns: columns(Values::F32(values)),
    };
    let series: &'static [_] = series.leak();
    let items: Vec<SeriesRef<'_>> = series.iter().map(item).collect();
    let (spec, options) = (UsageSpec::default(), IngestOptions::default());
    let mut group = c.benchmark_group("usage/batch");
    group.sample_size(20).throughput(Throughput::Elements((SERIES * SAMPLES) as u64));
    group.bench_function("floor", |b| {
        let all = |sum: u32, s: &(UsageKey, Vec<f32>)| sum.wrapping_add(floor_f32(&s.1));
        b.iter(|| black_box(series).iter().fold(0, all));
    });
    for threads in [1, 2] {
        let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
        group.bench_function(BenchmarkId::new("threads", threads), |b| {
            let run = || summarize_batch(black_box(&items), &spec, &options).unwrap();
            b.iter(|| pool.install(run));
        });
    }
    group.finish();
}

fn state(c: &mut Criterion) {
    let make = |seed| {
        let values: Vec<f64> = week(seed);
        summary(&columns(Values::F64(&values)))
    };
    let (Ok(one), Ok(other)) = (make(1), make(2)) else { return };
    let bytes = one.to_bytes();
    let mut group = c.benchmark_group("usage/state");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("floor", |b| {
        let sum = |sum: u32, byte: &u8| sum.wrapping_add(u32::from(*byte));
        b.iter(|| black_box(&bytes).iter().fold(0, sum));
    });
    group.bench_function("encode", |b| b.iter(|| black_box(&one).to_bytes()));
    group.bench_function("decode", |b| b.iter(|| Usage::from_bytes(black_box(&bytes)).unwrap()));
    group.throughput(Throughput::Elements(1));
    group.bench_function("merge two weeks", |b| {
        b.iter_batched(
            || one.clone(),
            |mut merged| {
                merged.merge(black_box(&other)).unwrap();
                merged
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("three quantiles of a week", |b| {
        b.iter(|| {
            let view = black_box(&one).view(&key(0), MetricId::CPU_CORES).unwrap().unwrap();
            view.quantiles(view.range(), &[0.5, 0.95, 0.99]).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, summarize, batch, state);
criterion_main!(benches);
