//! Answers of `query_range` to columns and to summaries, beside a typed `serde_json` visitor on the same bytes.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::prometheus::{answer, visitor};
use upid_core::Usage;
use upid_core::ingest::{PrometheusOptions, parse_prometheus};

fn parse(c: &mut Criterion) {
    let text = answer(24);
    let options = PrometheusOptions::default();
    let (one, two) = (pool(1), pool(2));
    let (Some(one), Some(two)) = (one, two) else { return };
    let mut group = c.benchmark_group("parse/prometheus");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(10);
    group.bench_function("floor", |b| {
        b.iter(|| black_box(&text).bytes().fold(0u64, |sum, byte| sum.wrapping_add(byte.into())));
    });
    for (name, pool) in [("1 thread", &one), ("2 threads", &two)] {
        group.bench_function(format!("series, {name}"), |b| {
            b.iter(|| {
                pool.install(|| parse_prometheus(black_box(text.as_bytes()), &options).unwrap())
            });
        });
        group.bench_function(format!("usage, {name}"), |b| {
            b.iter(|| {
                pool.install(|| {
                    let mut usage = Usage::default();
                    usage.add_prometheus(black_box(text.as_bytes()), &options).unwrap();
                    usage
                })
            });
        });
    }
    group.bench_function("serde_json visitor", |b| b.iter(|| visitor(black_box(&text)).unwrap()));
    group.finish();
}

fn pool(threads: usize) -> Option<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()
}

criterion_group!(benches, parse);
criterion_main!(benches);
