//! Answers of `query_range` to columns and to summaries, beside a typed `serde_json` visitor on the same bytes.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use upid_benches::{START_MS, week};
use upid_core::Usage;
use upid_core::ingest::{PrometheusOptions, parse_prometheus};

const PODS: u64 = 24;

/// A week of one-minute samples of CPU rates (full precision) and memory (bytes) of some pods, as Prometheus sends it.
fn answer() -> String {
    let names = [
        "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate",
        "container_memory_working_set_bytes",
    ];
    let mut text = r#"{"status":"success","data":{"resultType":"matrix","result":["#.to_owned();
    for pod in 0..PODS {
        for (at, name) in names.iter().enumerate() {
            let comma = if pod == 0 && at == 0 { "" } else { "," };
            let labels = format!(
                r#""__name__":"{name}","cluster":"c1","container":"app","namespace":"shop","node":"n{}","pod":"cart-{pod}""#,
                pod % 5
            );
            let _ = write!(text, r#"{comma}{{"metric":{{{labels}}},"values":["#);
            for (minute, cores) in week(pod).iter().enumerate() {
                let comma = if minute == 0 { "" } else { "," };
                let seconds = START_MS / 1000 + 60 * minute as i64;
                let _ = match at {
                    0 => write!(text, r#"{comma}[{seconds},"{cores}"]"#),
                    _ => write!(text, r#"{comma}[{seconds}.804,"{}"]"#, (cores * 1e5) as u64 * 4096),
                };
            }
            text.push_str("]}");
        }
    }
    text.push_str("]}}");
    text
}

/// What a careful user of `serde_json` would write: no value in between, text to numbers at once.
#[derive(Deserialize)]
struct Envelope {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    metric: std::collections::HashMap<String, String>,
    values: Columns,
}

#[derive(Default)]
struct Columns {
    times: Vec<i64>,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Sample<'a>(f64, &'a str);

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Samples;
        impl<'de> Visitor<'de> for Samples {
            type Value = Columns;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("samples")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Columns, A::Error> {
                let mut columns = Columns::default();
                while let Some(Sample(seconds, text)) = seq.next_element()? {
                    columns.times.push((seconds * 1000.0).round() as i64);
                    columns.values.push(text.parse().map_err(A::Error::custom)?);
                }
                Ok(columns)
            }
        }
        deserializer.deserialize_seq(Samples)
    }
}

fn visitor(text: &str) -> Option<usize> {
    let read: Envelope = serde_json::from_str(text).ok()?;
    Some(read.data.result.iter().map(|s| s.metric.len() + s.values.times.len()).sum())
}

fn parse(c: &mut Criterion) {
    let text = answer();
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
            b.iter(|| pool.install(|| parse_prometheus(black_box(text.as_bytes()), &options)));
        });
        group.bench_function(format!("usage, {name}"), |b| {
            b.iter(|| {
                pool.install(|| {
                    let mut usage = Usage::default();
                    usage.add_prometheus(black_box(text.as_bytes()), &options).map(|_| usage)
                })
            });
        });
    }
    group.bench_function("serde_json visitor", |b| b.iter(|| visitor(black_box(&text))));
    group.finish();
}

fn pool(threads: usize) -> Option<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()
}

criterion_group!(benches, parse);
criterion_main!(benches);
