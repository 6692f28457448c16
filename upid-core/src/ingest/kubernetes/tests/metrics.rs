//! Snapshots from kube-state-metrics and `OpenCost`.

use std::collections::BTreeMap;

use super::*;
use crate::model::{CapacityType, ContainerType, Pod, PriceKind, Resources, facts::workload_of};
use crate::units::RateAmount;

const STATE: &str =
    include_str!("../../../../tests/data/kubernetes/kube-state-metrics-objects.prom");
const PODS: &str = include_str!("../../../../tests/data/kubernetes/nri-1_35/pods.json");
const NODES: &str = include_str!("../../../../tests/data/kubernetes/nri-1_35/nodes.json");
const CADVISOR: &str = include_str!("../../../../tests/data/kubernetes/cadvisor.prom");

fn codes(parsed: &Parsed<Snapshot>) -> Vec<(&str, u64)> {
    parsed.notices.iter().map(|n| (n.code.as_str(), n.count)).collect()
}

fn rate(text: &str) -> RateAmount {
    RateAmount::parse(text).unwrap()
}

/// Name, labels and value of a sample.
type Line<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// Samples as an exposition, and the same as an answer of an instant query.
fn both(lines: &[Line<'_>]) -> [String; 2] {
    let mut text = String::new();
    let mut series = Vec::new();
    for (name, labels, value) in lines {
        let pairs: Vec<String> = labels.iter().map(|(n, v)| format!("{n}=\"{v}\"")).collect();
        text.extend([*name, "{", &pairs.join(","), "} ", *value, "\n"]);
        let labels: BTreeMap<&str, &str> =
            labels.iter().copied().chain([("__name__", *name)]).collect();
        series.push(serde_json::json!({"metric": labels, "value": [1_782_468_900, value]}));
    }
    let answer = serde_json::json!({
        "status": "success", "data": {"resultType": "vector", "result": series}
    });
    [text, answer.to_string()]
}

/// What the API and kube-state-metrics say of the same cluster at the same time.
#[test]
fn metrics_tell_the_same_as_objects() {
    let of_objects = snapshot(&[PODS, NODES]);
    let parsed = parsed(&[STATE]);
    assert_eq!(codes(&parsed), []);
    parsed.value.validate().unwrap();
    let of_metrics = parsed.value;
    let facts = |snapshot: &Snapshot| {
        let fact = |pod: &Pod| {
            let owner = workload_of(pod);
            let amounts = |of: fn(&crate::model::Container) -> &Resources| {
                let all = pod.containers.iter().filter(|c| c.kind == ContainerType::App);
                // A container that was never started and asks for nothing leaves no trace in metrics.
                let all = all.map(|c| (c.name.clone(), of(c).clone()));
                let mut all: Vec<_> = all.filter(|(_, amounts)| !amounts.is_empty()).collect();
                all.sort_by(|a, b| a.0.cmp(&b.0));
                all
            };
            (
                pod.id(),
                (format!("{}/{}", owner.kind, owner.name), pod.node.clone(), pod.phase.clone()),
                (pod.uid.clone(), pod.is_static, pod.host_network, pod.priority_class.clone()),
                (pod.created_at, pod.scheduled_at, pod.started_at),
                (amounts(|c| &c.requests), amounts(|c| &c.limits)),
            )
        };
        snapshot.pods.iter().map(fact).collect::<Vec<_>>()
    };
    // Mirrors have the uid that the kubelet gave the pod in one of both.
    for (metrics, object) in facts(&of_metrics).into_iter().zip(facts(&of_objects)) {
        assert_eq!(metrics, object);
    }
    assert_eq!(of_metrics.pods.len(), of_objects.pods.len());
    let [metrics, object] = [&of_metrics, &of_objects].map(|s| s.nodes[0].clone());
    assert_eq!(metrics.allocatable, object.allocatable);
    assert_eq!(metrics.capacity, object.capacity);
    assert_eq!(metrics.created_at, object.created_at);
    assert_eq!(of_metrics.cluster.kubernetes_version, of_objects.cluster.kubernetes_version);
    // What metrics do not tell is unknown: nothing counts as fetched, and no bare pod is known to have no volumes.
    assert!(of_metrics.collected.is_empty());
    let bare = of_metrics.workloads.iter().find(|w| w.name == "storage-provisioner").unwrap();
    assert_eq!((&bare.volumes, &bare.labels, &bare.container_ports), (&None, &None, &None));
    let volume = &of_metrics.volumes[0];
    assert_eq!((volume.capacity_bytes, volume.mounts.len()), (Some(5_242_880.0), 2));
}

#[test]
fn objects_win_over_metrics() {
    let objects = parsed(&[PODS, NODES]);
    let both = parsed(&[PODS, STATE, NODES]);
    assert_eq!(codes(&both), []);
    // What the metrics add: owners of ReplicaSets that were not fetched, and the volumes behind claims.
    let pods = |snapshot: &Snapshot| {
        let mut pods = snapshot.pods.clone();
        for pod in &mut pods {
            pod.volumes.clear();
            pod.owner.as_mut().into_iter().for_each(|owner| owner.inferred = false);
        }
        pods
    };
    assert!(pods(&both.value) == pods(&objects.value));
    assert!(both.value.pods.iter().filter_map(|p| p.owner.as_ref()).all(|owner| !owner.inferred));
    assert_eq!(both.value.nodes, objects.value.nodes);
    let lies = STATE.replace(
        "container=\"coredns\",node=\"datagen-1-35\",resource=\"cpu\",unit=\"core\"} 0.1",
        "container=\"coredns\",node=\"datagen-1-35\",resource=\"cpu\",unit=\"core\"} 0.3",
    );
    assert_ne!(lies, STATE);
    let both = parsed(&[&lies, PODS, NODES]);
    assert_eq!(codes(&both), [("ContradictingMetrics", 1)]);
    assert!(pods(&both.value) == pods(&objects.value));
}

#[test]
fn prices_of_nodes_volumes_and_the_rest() {
    let node = [
        ("node", "n1"),
        ("instance", "n1"),
        ("instance_type", "m5.large"),
        ("region", "eu-west-1"),
        ("provider_id", "aws:///eu-west-1a/i-0abc"),
        ("arch", "amd64"),
    ];
    let only = |name: &'static str, value: &'static str| (name, &node[..], value);
    for document in both(&[
        only("node_cpu_hourly_cost", "0.031611"),
        only("node_ram_hourly_cost", "0.004237"),
        only("node_gpu_hourly_cost", "0"),
        only("node_gpu_count", "0"),
        only("node_total_hourly_cost", "0.096"),
        only("kubecost_node_is_spot", "1"),
        (
            "kube_node_status_capacity",
            &[("node", "n1"), ("resource", "cpu"), ("unit", "core")],
            "2",
        ),
        ("kube_node_status_allocatable_cpu_cores", &[("node", "n1")], "1.93"),
        (
            "kube_node_labels",
            &[
                ("node", "n1"),
                ("label_topology_kubernetes_io_zone", "eu-west-1a"),
                ("label_team_name", "a"),
            ],
            "1",
        ),
        ("pv_hourly_cost", &[("persistentvolume", "pv-1")], "0.00005479452"),
        ("kube_persistentvolume_capacity_bytes", &[("persistentvolume", "pv-1")], "1073741824"),
        ("pv_hourly_cost", &[("persistentvolume", "nobody")], "0.1"),
        (
            "kubecost_load_balancer_cost",
            &[("namespace", "shop"), ("service_name", "web"), ("ingress_ip", "1.2.3.4")],
            "0.025",
        ),
        ("kubecost_cluster_management_cost", &[("provisioner_name", "EKS")], "0.1"),
        ("kubecost_network_internet_egress_cost", &[], "0.143"),
        ("container_memory_allocation_bytes", &[("pod", "p")], "1"),
    ]) {
        let parsed = parsed(&[&document]);
        assert_eq!(codes(&parsed), [("LabelNames", 1), ("UnknownMetric", 1), ("UnknownVolume", 1)]);
        let snapshot = parsed.value;
        snapshot.validate().unwrap();
        let node = &snapshot.nodes[0];
        assert_eq!(node.capacity_type, CapacityType::Spot);
        assert_eq!(node.instance_type.as_deref(), Some("m5.large"));
        assert_eq!(node.zone.as_deref(), Some("eu-west-1a"));
        assert_eq!(node.architecture.as_deref(), Some("amd64"));
        assert_eq!(node.labels["team_name"], "a");
        assert_eq!(node.allocatable.as_ref().unwrap().cpu_cores, Some(1.93));
        // Nobody told the memory: unknown, not 0.
        assert_eq!(node.capacity.as_ref().unwrap().memory_bytes, None);
        let price = node.price.as_ref().unwrap();
        assert_eq!((price.hourly_cost, price.kind), (Some(rate("0.096")), PriceKind::Spot));
        let units = price.unit_costs.as_ref().unwrap();
        assert_eq!(units.cpu_core_hour, rate("0.031611"));
        assert_eq!((units.memory_gib_hour, units.gpu_hour), (rate("0.004237"), None));
        assert_eq!(snapshot.volumes.len(), 1);
        assert_eq!(snapshot.volumes[0].gib_hourly_cost, Some(rate("0.00005479452")));
        assert_eq!(snapshot.load_balancers[0].hourly_cost, Some(rate("0.025")));
        assert_eq!(snapshot.fees[0].hourly_cost, Some(rate("0.1")));
        assert_eq!(snapshot.network_rates.unwrap().internet_gib, Some(rate("0.143")));
    }
}

#[test]
fn a_price_joins_the_object_of_its_node() {
    let price = "node_total_hourly_cost{node=\"datagen-1-35\"} 0.5\nnode_total_hourly_cost{node=\"x\"} -1\n";
    let parsed = parsed(&[price, NODES]);
    assert_eq!(codes(&parsed), [("IncompletePrice", 1), ("UnreadablePrice", 1)]);
    let nodes = parsed.value.nodes;
    assert_eq!(nodes[0].price.as_ref().unwrap().hourly_cost, Some(rate("0.5")));
    assert_eq!(nodes[0].price.as_ref().unwrap().unit_costs, None);
    assert!(nodes[0].allocatable.is_some());
    // A node that only its price tells of has no size.
    assert_eq!(
        (nodes[1].name.as_str(), &nodes[1].allocatable, &nodes[1].price),
        ("x", &None, &None)
    );
}

#[test]
fn what_metrics_leave_open_is_unknown() {
    let pod = [("namespace", "a"), ("pod", "web-5d9c7b8f6d-x2x4z"), ("node", "n1"), ("uid", "u")];
    let of_container =
        [&pod[..], &[("container", "app"), ("resource", "cpu"), ("unit", "core")]].concat();
    for document in both(&[
        ("kube_pod_info", &pod, "1"),
        ("kube_pod_container_resource_requests", &of_container, "0.25"),
        (
            "kube_pod_container_info",
            &[("namespace", "a"), ("pod", "web-5d9c7b8f6d-x2x4z"), ("container", "log")],
            "1",
        ),
    ]) {
        let parsed = parsed(&[&document]);
        assert_eq!(codes(&parsed), [("OwnerUnknown", 1), ("RequestUnreadable", 2)]);
        let pods = parsed.value.pods;
        // The container without a uid is of the one pod of that name.
        assert_eq!((pods.len(), pods[0].containers.len()), (1, 2));
        let owner = pods[0].owner.as_ref().unwrap();
        assert_eq!((owner.name.as_str(), owner.inferred), ("web", true));
        let app = &pods[0].containers[0];
        assert_eq!((app.requests.cpu_cores, app.requests.memory_bytes), (Some(0.25), None));
        assert_eq!(app.flags, ["RequestUnreadable"]);
        assert_eq!((pods[0].started_at, pods[0].finished_at), (None, None));
    }
}

/// Whatever metrics say, the Snapshot is valid, and a pod stands once.
#[test]
fn absurd_amounts_are_missing() {
    let without_uid = PODS.replace("\"uid\":", "\"was\":");
    let state = "kube_node_status_capacity{node=\"n\",resource=\"cpu\"} 2\n\
        kube_node_status_allocatable{node=\"n\",resource=\"cpu\"} 3\n\
        kube_node_status_capacity{node=\"n\",resource=\"pods\"} 1e17\n\
        kube_node_status_capacity{node=\"n\",resource=\"memory\"} -1\n";
    let parsed = parsed(&[state, &without_uid, STATE]);
    parsed.value.validate().unwrap();
    assert_eq!(parsed.value.pods.len(), 25);
    assert_eq!(notice(&parsed.notices, "UnreadableValue").count, 3);
    let node = parsed.value.nodes.iter().find(|node| node.name == "n").unwrap();
    assert_eq!(node.allocatable.as_ref().unwrap().cpu_cores, None);
}

/// A range query: the newest sample counts, and a pod without newer ones has ended.
#[test]
fn the_newest_sample_counts() {
    let series = |pod: &str, node: &str, samples: &str| {
        format!(
            r#"{{"metric":{{"namespace":"a","pod":"{pod}","uid":"{pod}","node":"{node}","job":"x"}},"values":[{samples}]}}"#
        )
    };
    let document = format!(
        r#"{{"kube_pod_info":[{},{},{}],"kube_pod_owner":[],"container_cpu_usage_seconds_total":[]}}"#,
        series("gone", "n1", r#"[1782460000,"1"],[1782460060,"1"]"#),
        series("moved", "n2", r#"[1782460000,"1"],[1782468900,"1"]"#),
        series("moved", "n1", r#"[1782460000,"1"],[1782460060,"1"],[1782460120,"NaN"]"#),
    );
    // Steps of hours bridge hours, so another one of minutes decides here.
    let document =
        document.replace("[1782460000,\"1\"],[1782468900", "[1782468840,\"1\"],[1782468900");
    let parsed = parsed(&[&document]);
    assert_eq!(codes(&parsed), [("LastSeen", 1), ("OwnerUnknown", 2)]);
    let [gone, moved] = &parsed.value.pods[..] else { panic!("{:?}", parsed.value.pods) };
    assert_eq!(gone.finished_at, Some(Timestamp(1_782_460_060_000)));
    assert_eq!((moved.node.as_deref(), moved.finished_at), (Some("n2"), None));
}

#[test]
fn order_does_not_matter() {
    let mut lines: Vec<&str> = STATE.lines().filter(|l| !l.starts_with('#')).collect();
    let want = serde_json::to_string(&snapshot(&[STATE])).unwrap();
    let third = lines.len() / 3;
    for turn in 1..4 {
        lines.rotate_left(turn * 17);
        lines.swap(turn, 60);
        let parts = lines.chunks(third).map(|lines| lines.join("\n")).collect::<Vec<_>>();
        let parts: Vec<&str> = parts.iter().rev().map(String::as_str).collect();
        assert_eq!(serde_json::to_string(&snapshot(&parts)).unwrap(), want);
    }
}

#[test]
fn hints_lead_to_the_right_parser() {
    let cadvisor = parsed(&[CADVISOR]);
    let left_out = notice(&cadvisor.notices, "SampleMetric");
    assert!(left_out.message.contains("ingest.exposition"), "{}", left_out.message);
    assert!(cadvisor.value.pods.is_empty());
    let nameless = r#"[{"metric":{"pod":"p"},"value":[1782460000,"1"]}]"#;
    let error = Snapshot::from_kubernetes(&[nameless], &options()).unwrap_err();
    assert_eq!(error.code(), "UPID_UNKNOWN_METRIC");
    assert!(error.hint_text().contains("__name__"), "{error}");
    let failed = r#"{"status":"error","errorType":"timeout","error":"slow"}"#;
    let error = Snapshot::from_kubernetes(&[failed], &options()).unwrap_err();
    assert_eq!(error.code(), "UPID_PROMETHEUS_ERROR");
    // A bad line is left out, and strict mode refuses it at its place.
    let bad = "kube_pod_info{namespace=\"a\",pod=\"p\",node=\"n\"} 1\nkube_pod_owner{pod=\"p} 1\n";
    let parsed = parsed(&[bad]);
    assert_eq!((parsed.stats.records, parsed.stats.skipped), (2, 1));
    let error = Snapshot::from_kubernetes(&[bad], &options().strict()).unwrap_err();
    assert_eq!((error.code(), error.place().line), ("UPID_FORMAT", Some(2)));
}
