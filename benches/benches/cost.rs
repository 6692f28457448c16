//! A week of a large cluster's bill, to the last unit (performance.md, goal 7).
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::{START_MS, unit};
use upid_core::Result;
use upid_core::cost::{
    CostConfig, CostContainer, CostInput, CostNode, CostPod, UsageStep, attribute,
};
use upid_core::model::Resources;
use upid_core::units::{MS_PER_HOUR, RateAmount, TimeRange, Timestamp};

const PODS: usize = 10_000;
const NODES: usize = 400;
const HOURS: usize = 168;

const GIB: f64 = 1_073_741_824.0;

fn hour(hour: usize) -> Timestamp {
    Timestamp(START_MS + hour as i64 * MS_PER_HOUR)
}

fn input() -> Result<CostInput> {
    let mut seed = 1;
    let price = RateAmount::parse("3.072")?;
    let nodes = (0..NODES).map(|node| CostNode {
        name: format!("n{node}"),
        capacity: Some(Resources::new(64.0, 256.0 * GIB)),
        allocatable: Some(Resources::new(64.0, 256.0 * GIB)),
        hourly_cost: Some(price),
        ..CostNode::default()
    });
    let mut usage = || {
        let step = |at| UsageStep {
            start: hour(at),
            end: hour(at + 1),
            cpu_cores: Some(unit(&mut seed)),
            memory_bytes: Some((unit(&mut seed) * 4.0 * GIB).floor()),
            gpus: None,
        };
        (0..HOURS).map(step).collect()
    };
    let pods = (0..PODS).map(|pod| CostPod {
        namespace: format!("team-{}", pod % 50),
        name: format!("p{pod}"),
        node: Some(format!("n{}", pod % NODES)),
        containers: vec![CostContainer {
            name: "app".into(),
            requests: Resources::new(0.5, 2.0 * GIB),
            usage: usage(),
            ..CostContainer::default()
        }],
        ..CostPod::default()
    });
    Ok(CostInput {
        window: TimeRange::new(hour(0), hour(HOURS))?,
        nodes: nodes.collect(),
        pods: pods.collect(),
        ..CostInput::default()
    })
}

fn cost(c: &mut Criterion) {
    let Ok(input) = input() else { return };
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
