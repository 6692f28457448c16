//! One node of Kubernetes 1.35 with 25 pods, and other real objects (13.4).

use std::collections::BTreeMap;

use super::*;
use crate::model::requests::effective;
use crate::model::{ContainerType, Pod, Provider, Resources};

const PODS: &str = include_str!("../../../../tests/data/kubernetes/nri-1_35/pods.json");
const NODES: &str = include_str!("../../../../tests/data/kubernetes/nri-1_35/nodes.json");
const SERVICES: &str = include_str!("../../../../tests/data/kubernetes/nri-1_35/services.json");
const NAMESPACES: &str = include_str!("../../../../tests/data/kubernetes/nri-1_35/namespaces.json");
const REPLICA_SETS: &str = include_str!("../../../../tests/data/kubernetes/replica-sets.json");
const SIDECAR: &str = include_str!("../../../../tests/data/kubernetes/pod-with-sidecar.json");
const AUTOSCALER: &str = include_str!("../../../../tests/data/kubernetes/autoscaler.json");

/// How many pods each workload has, and whether it was concluded from names.
fn owners(snapshot: &Snapshot) -> BTreeMap<String, (usize, bool)> {
    let mut owners = BTreeMap::new();
    for pod in &snapshot.pods {
        let owner = crate::model::facts::workload_of(pod);
        let count = owners.entry(format!("{}/{}", owner.kind, owner.name)).or_insert((0, false));
        *count = (count.0 + 1, owner.inferred);
    }
    owners
}

/// The `ReplicaSets` and Jobs that the pods name, as their lists would hold them.
fn controllers() -> String {
    let mut items = Vec::new();
    for (namespace, set) in [
        ("kube-system", "coredns-7d764666f9"),
        ("kube-system", "metrics-server-9d74bb658"),
        ("scraper", "e2e-deployment-79967c5968"),
        ("scraper", "e2e-hpa-6cd8d99884"),
        ("scraper", "e2e-kube-state-metrics-75b885dc9"),
        ("scraper", "e2e-scraper-5f97dc94d8"),
    ] {
        let name = set.rsplit_once('-').unwrap().0;
        items.push(owned("apps/v1", "ReplicaSet", namespace, set, "Deployment", name));
    }
    for job in ["e2e-cronjob-29707813", "e2e-cronjob-29707814"] {
        items.push(owned("batch/v1", "Job", "scraper", job, "CronJob", "e2e-cronjob"));
    }
    items.push(
        r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"namespace":"scraper","name":"e2e-failjob"}}"#
            .to_owned(),
    );
    list(&items.iter().map(String::as_str).collect::<Vec<_>>())
}

fn owned(api: &str, kind: &str, namespace: &str, name: &str, by: &str, owner: &str) -> String {
    format!(
        r#"{{"apiVersion":"{api}","kind":"{kind}","metadata":{{"namespace":"{namespace}","name":"{name}","ownerReferences":[{{"kind":"{by}","name":"{owner}","controller":true}}]}}}}"#
    )
}

#[test]
fn the_capture_as_it_is() {
    let parsed = parsed(&[PODS, NODES, SERVICES, NAMESPACES]);
    let codes: Vec<&str> = parsed.notices.iter().map(|n| n.code.as_str()).collect();
    assert_eq!(codes, Vec::<&str>::new());
    assert_eq!((parsed.stats.records, parsed.stats.skipped, parsed.partial), (39, 0, false));
    let snapshot = parsed.value;
    snapshot.validate().unwrap();
    assert_eq!(snapshot.pods.len(), 25);
    let running: Vec<_> =
        snapshot.pods.iter().filter(|p| p.node.is_some() && p.finished_at.is_none()).collect();
    assert_eq!(running.len(), 18);
    let total = |of: fn(&Pod) -> Resources| {
        let sum = running.iter().fold(Resources::default(), |sum, pod| sum.plus(&of(pod)));
        (sum.cpu_cores.unwrap(), sum.memory_bytes.unwrap())
    };
    let (cores, bytes) = total(|pod| {
        pod.containers.iter().fold(Resources::default(), |sum, c| sum.plus(&c.requests))
    });
    assert_eq!(bytes, 524_045_120.0);
    assert!((cores - 1.355).abs() < 1e-12);
    // Two pods of one Deployment reserve 50m and 20Mi as a whole, where their containers ask for 40m and 15Mi.
    let (cores, bytes) = total(effective);
    assert_eq!(bytes, 524_045_120.0 + 2.0 * 5.0 * 1_048_576.0);
    assert!((cores - 1.375).abs() < 1e-12);
    let cluster = &snapshot.cluster;
    assert_eq!(cluster.provider, Provider::Unknown);
    assert_eq!(cluster.distribution.as_deref(), Some("Minikube"));
    assert_eq!(cluster.kubernetes_version.as_deref(), Some("v1.35.0"));
    assert_eq!(snapshot.collected, ["Namespace", "Node", "Pod", "Service"]);
    let node = &snapshot.nodes[0];
    assert_eq!(node.allocatable.as_ref().unwrap().cpu_cores, Some(14.0));
    assert_eq!(node.architecture.as_deref(), Some("arm64"));
    let dns = snapshot.services.iter().find(|s| s.name == "kube-dns").unwrap();
    assert_eq!(dns.selects.as_ref().unwrap()[0].name, "coredns");
}

#[test]
fn owners_are_the_same_with_and_without_their_lists() {
    let expected = [
        ("CronJob/e2e-cronjob", 2, true),
        ("DaemonSet/e2e-daemonset", 1, false),
        ("DaemonSet/kindnet", 1, false),
        ("DaemonSet/kube-proxy", 1, false),
        ("Deployment/coredns", 1, true),
        ("Deployment/e2e-deployment", 2, true),
        ("Deployment/e2e-hpa", 1, true),
        ("Deployment/e2e-kube-state-metrics", 1, true),
        ("Deployment/e2e-scraper", 1, true),
        ("Deployment/metrics-server", 1, true),
        ("Job/e2e-failjob", 4, false),
        ("Pod/e2e-container-creating", 1, false),
        ("Pod/e2e-container-pending", 1, false),
        ("Pod/storage-provisioner", 1, false),
        ("StatefulSet/e2e-statefulset", 2, false),
        ("StaticPod/etcd", 1, false),
        ("StaticPod/kube-apiserver", 1, false),
        ("StaticPod/kube-controller-manager", 1, false),
        ("StaticPod/kube-scheduler", 1, false),
    ];
    let of = |listed: bool| {
        let row = |&(name, count, inferred): &(&str, usize, bool)| {
            (name.to_owned(), (count, inferred && !listed))
        };
        expected.iter().map(row).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(owners(&snapshot(&[PODS])), of(false));
    assert_eq!(owners(&snapshot(&[PODS, &controllers()])), of(true));
    assert_eq!(owners(&snapshot(&[&controllers(), PODS])), of(true));
}

#[test]
fn replica_sets_and_a_pod_with_a_sidecar() {
    let sets = parse_kubernetes(REPLICA_SETS.as_bytes(), &options()).unwrap();
    assert_eq!((sets.stats.accepted, sets.stats.skipped), (5, 0));
    let mut owners = BTreeMap::new();
    for set in &sets.value.workloads {
        *owners.entry(set.controller.as_ref().unwrap().name.as_str()).or_insert(0) += 1;
    }
    assert_eq!(owners, BTreeMap::from([("foo", 3), ("busybox2-deployment-v1", 2)]));

    let snapshot = snapshot(&[SIDECAR, AUTOSCALER]);
    let pod = &snapshot.pods[0];
    let kinds: Vec<ContainerType> = pod.containers.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ContainerType::Init, ContainerType::Sidecar, ContainerType::App]);
    assert_eq!(effective(pod), Resources::new(0.333, 333.0 * 1_048_576.0));
    let target = snapshot.workloads.iter().find(|w| w.kind == "Deployment").unwrap();
    let scaler = target.autoscaler.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(
        (scaler.kind.as_str(), scaler.min_replicas, scaler.max_replicas),
        ("Hpa", Some(1), Some(10))
    );
    assert_eq!(scaler.target_cpu_utilization, Some(10.0));
}

/// Shuffled items and documents give the same bytes.
#[test]
fn order_does_not_matter() {
    let bytes = |documents: &[&str]| {
        let parsed = parsed(documents);
        serde_json::to_string(&parsed.value).unwrap()
    };
    let pods: serde_json::Value = serde_json::from_str(PODS).unwrap();
    let mut items: Vec<String> =
        pods["items"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let want = bytes(&[PODS, NODES, SERVICES, &controllers()]);
    for turn in 0..5 {
        items.rotate_left(turn * 3 + 1);
        items.swap(turn, 20);
        let turned = list(&items.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(bytes(&[&controllers(), SERVICES, &turned, NODES]), want);
        // As JSON lines too.
        assert_eq!(bytes(&[&items.join("\n"), NODES, SERVICES, &controllers()]), want);
    }
}

#[test]
fn lives_of_pods() {
    let snapshot = snapshot(&[PODS]);
    let pod = |name: &str| snapshot.pods.iter().find(|p| p.name.starts_with(name)).unwrap();
    let done = pod("e2e-cronjob-29707813");
    let times = [done.created_at, done.scheduled_at, done.started_at, done.finished_at];
    assert!(times.iter().all(Option::is_some), "{times:?}");
    assert!(done.finished_at > done.started_at);
    let pending = pod("e2e-container-pending");
    assert_eq!((pending.node.as_ref(), pending.scheduled_at), (None, None));
    assert!(pod("etcd-").is_static && !pod("coredns").is_static);
    // What every pod tolerates is no rule of its own.
    assert_eq!(
        pod("coredns").scheduling.as_ref().unwrap()["tolerations"].as_array().unwrap().len(),
        2
    );
    assert_eq!(pod("e2e-deployment").scheduling, None);
    // The status repeats the spec: nothing is being resized.
    assert!(snapshot.pods.iter().flat_map(|p| &p.containers).all(|c| c.allocated.is_none()));
}
