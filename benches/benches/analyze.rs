//! The whole job: the demo's Snapshot with a week of one-minute samples of every pod.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::cluster::cluster;
use upid_benches::{START_MS, STEP_MS, floor_f64, week};
use upid_core::usage::{Columns, IngestOptions, MetricId, UsageKey};
use upid_core::{Config, Result, Snapshot, Usage, json, wire};

const SNAPSHOT: &str = include_str!("../../examples/data/demo/snapshot.json");

fn load(snapshot: &Snapshot) -> Result<(Usage, Vec<Vec<f64>>)> {
    let (mut usage, options, mut all) = (Usage::default(), IngestOptions::default(), Vec::new());
    for (seed, pod) in (1..).zip(&snapshot.pods) {
        let cores = week(seed);
        let bytes: Vec<f64> = cores.iter().map(|c| 2e8 + c * 1e8).collect();
        for container in &pod.containers {
            let key = UsageKey::new(&pod.namespace, &pod.name, &container.name);
            for (metric, values) in
                [(MetricId::CPU_CORES, &cores), (MetricId::MEMORY_WORKING_SET_BYTES, &bytes)]
            {
                let columns = Columns::regular(START_MS, STEP_MS, values);
                usage.add_series(&key, metric, &columns, &options)?;
            }
        }
        all.push(cores);
    }
    Ok((usage, all))
}

fn analyze(c: &mut Criterion) {
    let Ok(snapshot) = json::from_json::<Snapshot>(SNAPSHOT) else { return };
    let Ok((usage, samples)) = load(&snapshot) else { return };
    let input = format!("{{\"snapshot\":{SNAPSHOT}}}");
    let mut group = c.benchmark_group("analyze");
    group.sample_size(10);
    group.throughput(Throughput::Elements(snapshot.pods.len() as u64));
    group.bench_function("floor", |b| {
        b.iter(|| samples.iter().map(|s| floor_f64(black_box(s))).fold(0, u64::wrapping_add));
    });
    group.bench_function("demo with usage", |b| {
        b.iter(|| wire::call("analyze", black_box(&input), Some(&usage)).unwrap());
    });
    group.bench_function("demo without usage", |b| {
        b.iter(|| wire::call("analyze", black_box(&input), None).unwrap());
    });
    if let Ok(analysis) = wire::call("analyze", &input, Some(&usage)) {
        let render = format!("{{\"analysis\":{analysis},\"format\":\"Html\"}}");
        group.bench_function("page", |b| {
            b.iter(|| wire::call("report.render", black_box(&render), None).unwrap());
        });
    }
    group.finish();
}

/// `PODS=10000` is the cluster of performance.md, goal 9; without it a tenth, so that `make bench` stays short.
fn large(c: &mut Criterion) {
    let pods = std::env::var("PODS").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let Ok((snapshot, usage)) = cluster(pods) else { return };
    let mut group = c.benchmark_group("analyze/cluster");
    group.sample_size(10);
    group.throughput(Throughput::Elements(pods as u64));
    group.bench_function(format!("{pods} pods"), |b| {
        b.iter(|| upid_core::analyze(black_box(&snapshot), &usage, &Config::default()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, analyze, large);
criterion_main!(benches);
