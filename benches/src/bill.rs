//! A week of the bill of a large cluster (performance.md, goal 7): one container per pod, hourly use.

use upid_core::Result;
use upid_core::cost::{Attribution, CostContainer, CostInput, CostNode, CostPod, UsageStep};
use upid_core::model::Resources;
use upid_core::units::{MS_PER_HOUR, RateAmount, TimeRange, Timestamp};

use crate::{START_MS, unit};

/// Nodes of the cluster.
pub const NODES: usize = 400;
/// Hours of the window.
pub const HOURS: usize = 168;

const GIB: f64 = 1_073_741_824.0;

fn hour(hour: usize) -> Timestamp {
    Timestamp(START_MS + hour as i64 * MS_PER_HOUR)
}

/// The input for that many pods; pod `p` is on node `p % NODES` and named so that the order of names is that of numbers.
pub fn bill(pods: usize) -> Result<CostInput> {
    let mut seed = 1;
    let price = RateAmount::parse("3.072")?;
    let nodes = (0..NODES).map(|node| CostNode {
        name: format!("n{node:03}"),
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
    let pods = (0..pods).map(|pod| CostPod {
        namespace: "fleet".into(),
        name: format!("p{pod:06}"),
        node: Some(format!("n{:03}", pod % NODES)),
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

/// CPU and memory use, pod by pod and hour by hour.
pub fn usage(input: &CostInput) -> [Vec<f64>; 2] {
    let steps = || input.pods.iter().flat_map(|pod| &pod.containers[0].usage);
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    [
        steps().map(|step| known(step.cpu_cores)).collect(),
        steps().map(|step| known(step.memory_bytes)).collect(),
    ]
}

/// By pod: used and wasted CPU, used and wasted memory.
pub fn amounts(attribution: &Attribution) -> Vec<f64> {
    let costs = attribution.rows.iter().flat_map(|row| row.costs.values());
    costs.flat_map(|cost| [cost.used.to_f64(), cost.wasted.to_f64()]).collect()
}
