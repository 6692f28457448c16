//! Short ways to write inputs.

use crate::cost::{
    Attribution, CostConfig, CostContainer, CostInput, CostNode, CostPod, PolicyPreset, UsageStep,
    attribute, verify,
};
use crate::model::{ContainerType, Mount, Resources, Volume};
use crate::units::{Amount, Interval, RateAmount, TimeRange, Timestamp};

pub(in crate::cost) const GIB: f64 = 1_073_741_824.0;
/// 2026-03-01T00:00:00Z.
const START: i64 = 1_772_323_200_000;

/// Minutes after the start of the test day.
pub(in crate::cost) fn at(minutes: i64) -> Timestamp {
    Timestamp(START + minutes * 60_000)
}

pub(in crate::cost) fn span(start: i64, end: i64) -> Interval {
    Interval { start: at(start), end: at(end) }
}

pub(in crate::cost) fn window(start: i64, end: i64) -> TimeRange {
    TimeRange { start: at(start), end: at(end) }
}

pub(in crate::cost) fn money(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

#[allow(clippy::unnecessary_wraps)] // every use needs the Option
pub(in crate::cost) fn rate(text: &str) -> Option<RateAmount> {
    Some(RateAmount::parse(text).unwrap())
}

/// Cores and GiB.
pub(in crate::cost) fn size(cores: f64, gib: f64) -> Resources {
    Resources::new(cores, gib * GIB)
}

/// A node without system overhead.
pub(in crate::cost) fn node(name: &str, cores: f64, gib: f64, hourly: &str) -> CostNode {
    CostNode {
        name: name.into(),
        capacity: Some(size(cores, gib)),
        allocatable: Some(size(cores, gib)),
        hourly_cost: rate(hourly),
        ..CostNode::default()
    }
}

pub(in crate::cost) fn container(
    name: &str,
    kind: ContainerType,
    requests: Resources,
) -> CostContainer {
    CostContainer { name: name.into(), kind, requests, ..CostContainer::default() }
}

/// A pod of one container on n1.
pub(in crate::cost) fn pod(name: &str, requests: Resources) -> CostPod {
    CostPod {
        namespace: "shop".into(),
        name: name.into(),
        node: Some("n1".into()),
        containers: vec![container("app", ContainerType::App, requests)],
        ..CostPod::default()
    }
}

/// The pod, using that much all the time of a window.
pub(in crate::cost) fn using(mut pod: CostPod, cores: f64, gib: f64, during: TimeRange) -> CostPod {
    pod.containers[0].usage = vec![UsageStep {
        start: during.start,
        end: during.end,
        cpu_cores: Some(cores),
        memory_bytes: Some(gib * GIB),
        gpus: None,
    }];
    pod
}

/// One hour with one node.
pub(in crate::cost) fn hour(node: CostNode, pods: Vec<CostPod>) -> CostInput {
    CostInput { window: window(0, 60), nodes: vec![node], pods, ..CostInput::default() }
}

/// Attributes, and checks what must hold for every result.
pub(in crate::cost) fn run(input: &CostInput, config: &CostConfig) -> Attribution {
    let a = attribute(input, config).unwrap();
    assert_eq!(a.residual, Amount::ZERO);
    let verification = verify(&a);
    assert!(verification.ok, "{verification:#?}");
    a
}

pub(in crate::cost) fn by(preset: PolicyPreset) -> CostConfig {
    CostConfig::default().policy(preset)
}

/// Amount of a pod, as text.
pub(in crate::cost) fn of(a: &Attribution, pod: &str) -> String {
    let pod = a.pods.iter().find(|p| p.name == pod).unwrap();
    pod.amount.map_or_else(|| "null".to_owned(), |amount| amount.to_string())
}

pub(in crate::cost) fn mount(pod: &str, start: i64, end: i64) -> Mount {
    Mount { namespace: "shop".into(), pod: pod.into(), uid: None, start: at(start), end: at(end) }
}

pub(in crate::cost) fn volume(name: &str, hourly: &str, mounts: Vec<Mount>) -> Volume {
    let claim = crate::model::ClaimRef { namespace: "shop".into(), name: "data".into() };
    Volume {
        name: name.into(),
        claim: Some(claim),
        hourly_cost: rate(hourly),
        mounts,
        ..Volume::default()
    }
}

/// How many random cases: `PROPTEST_CASES`, else the number given.
pub(in crate::cost) fn cases(default: u64) -> u64 {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(default)
}
