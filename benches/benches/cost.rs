//! A week of a large cluster's bill, to the last unit (performance.md, goal 7).
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::bill::{HOURS, bill};
use upid_core::cost::{CostConfig, attribute};

const PODS: usize = 10_000;

fn cost(c: &mut Criterion) {
    let Ok(input) = bill(PODS) else { return };
    let mut group = c.benchmark_group("cost");
    group.sample_size(10);
    group.throughput(Throughput::Elements((PODS * HOURS) as u64));
    group.bench_function("floor", |b| {
        b.iter(|| {
            let usage = black_box(&input).pods.iter().flat_map(|p| &p.containers[0].usage);
            usage.filter_map(|s| s.cpu_cores).map(f64::to_bits).fold(0, u64::wrapping_add)
        });
    });
    group.bench_function("attribute", |b| {
        b.iter(|| attribute(black_box(&input), &CostConfig::default()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, cost);
criterion_main!(benches);
