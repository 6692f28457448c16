//! Ten thousand pods as kubectl prints them and as the API server answers (performance.md, goal 6).
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use k8s_openapi::api::core::v1::Pod;
use serde::Deserialize;
use upid_benches::pods::{Form, pods};
use upid_core::Snapshot;
use upid_core::ingest::{KubernetesOptions, parse_kubernetes};
use upid_core::units::Timestamp;

const PODS: usize = 10_000;

/// The typed list of k8s-openapi wants `kind: PodList`, which kubectl does not write.
#[derive(Deserialize)]
struct Typed {
    items: Vec<Pod>,
}

fn floor(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(0, |sum: u64, word| sum.wrapping_add(u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, &byte| sum.wrapping_add(u64::from(byte)))
}

fn parse(c: &mut Criterion) {
    let options = || {
        let mut options = KubernetesOptions::default();
        options.now = Some(Timestamp(1_782_468_900_000));
        options
    };
    for (name, form) in [("pods indented", Form::Indented), ("pods compact", Form::Compact)] {
        let text = pods(PODS, form);
        let mut group = c.benchmark_group(name);
        group.sample_size(10);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("floor", |b| b.iter(|| floor(black_box(text.as_bytes()))));
        group.bench_function("utf8", |b| {
            b.iter(|| std::str::from_utf8(black_box(text.as_bytes())).unwrap());
        });
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let Ok(pool) = pool else { continue };
            group.bench_function(BenchmarkId::new("objects", threads), |b| {
                let read = || parse_kubernetes(black_box(text.as_bytes()), &options()).unwrap();
                pool.install(|| b.iter(read));
            });
            group.bench_function(BenchmarkId::new("snapshot", threads), |b| {
                let texts = [text.as_bytes()];
                let read = || Snapshot::from_kubernetes(black_box(&texts), &options()).unwrap();
                pool.install(|| b.iter(read));
            });
        }
        group.bench_function("serde_json value", |b| {
            b.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&text)).unwrap());
        });
        group.bench_function("k8s-openapi", |b| {
            b.iter(|| serde_json::from_str::<Typed>(black_box(&text)).unwrap().items.len());
        });
        group.finish();
    }
}

criterion_group!(benches, parse);
criterion_main!(benches);
