//! A large cluster for `analyze`: workloads of four pods, two weeks of five-minute summaries (performance.md, goal 9).

use upid_core::model::{Container, Node, NodePrice, OwnerRef, Pod, Resources};
use upid_core::units::{Interval, MS_PER_DAY, MS_PER_HOUR, RateAmount, TimeRange, Timestamp};
use upid_core::usage::{
    Columns, IngestOptions, MetricId, RequestCount, RequestKey, RequestLog, SeriesRef, UsageKey,
    UsageSpec, summarize_batch,
};
use upid_core::{Result, Snapshot, Usage};

use crate::{START_MS, unit};

const STEP_MS: i64 = 300_000;
const DAYS: i64 = 14;
const STEPS: usize = (DAYS * MS_PER_DAY / STEP_MS) as usize;
const PODS_PER_WORKLOAD: usize = 4;
const PODS_PER_NODE: usize = 25;
const GIB: f64 = 1_073_741_824.0;

/// What a pod does all day.
#[derive(Clone, Copy)]
enum Class {
    Idle,
    Diurnal,
    Batch,
    Steady,
    Leaking,
    Abandoned,
}

/// 30 % idle, 30 % diurnal, 15 % batch, 15 % steady, 5 % leaking, 5 % abandoned: those of workload W.
fn class_of(workload: usize) -> Class {
    match workload % 20 {
        0..6 => Class::Idle,
        6..12 => Class::Diurnal,
        12..15 => Class::Batch,
        15..18 => Class::Steady,
        18 => Class::Leaking,
        _ => Class::Abandoned,
    }
}

/// CPU in cores, memory and network in bytes (per second).
fn samples(class: Class, seed: u64) -> [Vec<f64>; 3] {
    let mut state = seed;
    let mut all = [const { Vec::new() }; 3];
    for step in 0..STEPS {
        let (day, hour) = (step / 288, step / 12 % 24);
        let noise = unit(&mut state);
        let load = match class {
            Class::Idle => 0.0,
            Class::Diurnal if day % 7 >= 5 => 0.1,
            Class::Diurnal => 1.0 - (hour as f64 - 13.0).abs() / 14.0,
            Class::Batch => f64::from(u8::from((2..4).contains(&hour))),
            Class::Steady | Class::Leaking => 0.5,
            Class::Abandoned => f64::from(u8::from(day < 3)),
        };
        let grown = if matches!(class, Class::Leaking) { step as f64 / STEPS as f64 } else { 0.0 };
        let values = [
            0.0005 + 0.4 * load * (0.5 + noise),
            (1.5e8 + 5e8 * (grown + 0.2 * load) + 1e7 * noise).floor(),
            (200.0 * noise + 50_000.0 * load * (0.5 + noise)).floor(),
        ];
        all.iter_mut().zip(values).for_each(|(series, value)| series.push(value));
    }
    all
}

fn container(name: &str) -> Container {
    Container {
        name: name.to_owned(),
        requests: Resources::new(0.5, GIB),
        limits: Resources::new(1.0, 2.0 * GIB),
        ..Container::default()
    }
}

/// A cluster of `pods` pods: the Snapshot, and a Usage with CPU, memory and network of each.
///
/// Every fifth workload has a sidecar; every tenth has a request log of probes and, unless idle, of orders.
pub fn cluster(pods: usize) -> Result<(Snapshot, Usage)> {
    let window = TimeRange::new(Timestamp(START_MS), Timestamp(START_MS + DAYS * MS_PER_DAY))?;
    let mut snapshot = Snapshot::new("bench", window.end, window);
    let price = RateAmount::parse("0.384")?;
    snapshot.nodes = (0..pods.div_ceil(PODS_PER_NODE))
        .map(|node| Node {
            name: format!("node-{node}"),
            capacity: Some(Resources::new(32.0, 128.0 * GIB)),
            allocatable: Some(Resources::new(31.0, 120.0 * GIB)),
            price: Some(NodePrice { hourly_cost: Some(price), ..NodePrice::default() }),
            ..Node::default()
        })
        .collect();
    let mut usage = Usage::default();
    for workload in 0..pods.div_ceil(PODS_PER_WORKLOAD) {
        let name = format!("service-{workload}");
        let sidecar = workload % 5 == 0;
        let first = workload * PODS_PER_WORKLOAD;
        for at in first..pods.min(first + PODS_PER_WORKLOAD) {
            let pod = Pod {
                namespace: format!("team-{}", workload % 50),
                name: format!("{name}-{at:06}"),
                uid: Some(format!("uid-{at}")),
                node: Some(format!("node-{}", at / PODS_PER_NODE)),
                owner: Some(OwnerRef {
                    kind: "Deployment".to_owned(),
                    name: name.clone(),
                    inferred: false,
                }),
                phase: Some("Running".to_owned()),
                scheduled_at: Some(window.start),
                containers: if sidecar {
                    vec![container("app"), container("proxy")]
                } else {
                    vec![container("app")]
                },
                ..Pod::default()
            };
            observe(&mut usage, &pod, workload, at as u64)?;
            snapshot.pods.push(pod);
        }
    }
    Ok((snapshot, usage))
}

/// Adds the samples and requests of one pod.
fn observe(usage: &mut Usage, pod: &Pod, workload: usize, seed: u64) -> Result<()> {
    let class = class_of(workload);
    let level = UsageKey::new(&pod.namespace, &pod.name, "");
    let keys: Vec<UsageKey> = pod
        .containers
        .iter()
        .map(|container| UsageKey::new(&pod.namespace, &pod.name, &container.name))
        .collect();
    let data: Vec<_> = (0..).zip(&keys).map(|(at, _)| samples(class, 2 * seed + at)).collect();
    let mut items = Vec::new();
    for (key, [cpu, memory, network]) in keys.iter().zip(&data) {
        let series = |key, metric, values| SeriesRef {
            key,
            metric,
            columns: Columns::regular(START_MS, STEP_MS, values),
        };
        items.push(series(key, MetricId::CPU_CORES, cpu));
        items.push(series(key, MetricId::MEMORY_WORKING_SET_BYTES, memory));
        if key.container == "app" {
            items.push(series(&level, MetricId::NETWORK_BYTES_PER_SECOND, network));
        }
    }
    let (mut mine, _) = summarize_batch(&items, &UsageSpec::default(), &IngestOptions::default())?;
    if workload % 10 == 1 {
        let log = RequestLog::complete(vec![Interval {
            start: Timestamp(START_MS),
            end: Timestamp(START_MS + DAYS * MS_PER_DAY),
        }]);
        mine.add_requests(&level, &requests(class), &log)?;
    }
    usage.merge(&mine).map(|_| ())
}

/// Probes and scrapes every hour, and orders by day unless the pod is idle.
fn requests(class: Class) -> Vec<RequestCount> {
    let row = |template: &str, family: &str, hour: i64, count: u64| RequestCount {
        key: RequestKey {
            template: template.to_owned(),
            family: family.to_owned(),
            method: "GET".to_owned(),
            status_group: "2xx".to_owned(),
            ..RequestKey::default()
        },
        start_ms: START_MS + hour * MS_PER_HOUR,
        count,
        dispersion: None,
    };
    let mut rows = Vec::new();
    for hour in 0..DAYS * 24 {
        rows.push(row("/healthz", "kube-probe", hour, 360));
        rows.push(row("/metrics", "Prometheus", hour, 120));
        if !matches!(class, Class::Idle | Class::Abandoned) && (7..20).contains(&(hour % 24)) {
            rows.push(row("/orders/{}", "Mozilla", hour, 40 + (hour % 24) as u64 * 10));
        }
    }
    rows
}
