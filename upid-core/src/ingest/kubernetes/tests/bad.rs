//! What bad input gives (12).

use super::*;
use crate::model::requests::effective;

fn pod(name: &str, requests: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","namespace":"shop"}},"spec":{{"nodeName":null,"containers":[{{"name":"app","env":[{{"name":"SECRET","value":"s3cret"}}],"resources":{{"requests":{requests}}}}}]}}}}"#
    )
}

fn error(text: &str) -> Error {
    let error = Snapshot::from_kubernetes(&[text], &options()).unwrap_err();
    assert!(!error.hint_text().is_empty(), "{text}");
    error
}

#[test]
fn a_bad_quantity_costs_only_itself() {
    for (requests, field) in [
        (r#"{"cpu":"1 core","memory":"1Gi"}"#, "cpu"),
        (r#"{"cpu":{},"memory":"1Gi"}"#, "cpu"),
        (r#"{"cpu":[],"memory":"1Gi"}"#, "cpu"),
        (r#"{"cpu":"-1","memory":"1Gi"}"#, "cpu"),
        (r#"{"cpu":"1","memory":"1GiB"}"#, "memory"),
    ] {
        let text = list(&[&pod("good", r#"{"cpu":" 500m ","memory":1e9}"#), &pod("bad", requests)]);
        let parsed = parsed(&[&text]);
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (2, 0));
        let (bad, good) = (&parsed.value.pods[0], &parsed.value.pods[1]);
        let container = &bad.containers[0];
        assert_eq!(container.flags, ["RequestUnreadable"]);
        let [cpu, memory] = [container.requests.cpu_cores, container.requests.memory_bytes];
        assert_eq!((cpu.is_none(), memory.is_none()), (field == "cpu", field == "memory"));
        assert_eq!(effective(good), crate::model::Resources::new(0.5, 1e9));
        assert!(good.containers[0].flags.is_empty());
        assert_eq!(good.node, None);
        let notice = notice(&parsed.notices, "RequestUnreadable");
        let place = &notice.places[0];
        let path = format!("items[1].spec.containers[0].resources.requests.{field}");
        assert_eq!(place.path.as_deref(), Some(path.as_str()));
        assert!(!serde_json::to_string(&parsed).unwrap().contains("s3cret"));
        let strict = Snapshot::from_kubernetes(&[&text], &options().strict()).unwrap_err();
        assert_eq!(strict.place().path.as_deref(), Some(path.as_str()), "{requests}");
    }
}

/// What no cluster has makes no Snapshot that nobody can use.
#[test]
fn what_cannot_be_is_missing() {
    let node = |name: &str, cpu: &str, usable: &str| {
        format!(
            r#"{{"kind":"Node","metadata":{{"name":"{name}"}},"status":{{"capacity":{{"cpu":"{cpu}","memory":"1Gi"}},"allocatable":{{"cpu":"{usable}","memory":"1Gi"}}}}}}"#
        )
    };
    let nodes = [node("n1", "2", "4"), node("n2", "1e25", "1"), node("n3", "2", "2")];
    let parsed = parsed(&[&nodes.join("\n")]);
    parsed.value.validate().unwrap();
    let usable =
        parsed.value.nodes.iter().map(|n| n.allocatable.as_ref().unwrap().cpu_cores.is_some());
    assert_eq!(usable.collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(parsed.value.nodes[1].capacity.as_ref().unwrap().cpu_cores, None);
    assert_eq!(notice(&parsed.notices, "UnreadableValue").count, 2);
    assert_eq!(parsed.stats.accepted, 3);
    let last = r#"{"kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"x"}],"containers":[{"name":"x"}]}}"#;
    assert_eq!(snapshot(&[last]).pods[0].containers.len(), 1);
}

#[test]
fn a_malformed_object_costs_only_itself() {
    for bad in [
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"x"},{"name":"x"}]}}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"x"}],"initContainers":[{"name":"x"}]}}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"namespace":"x"}}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a\u0000b"}}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\ud800"}}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":[]}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":{}}}"#,
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{}]}}"#,
        r#"{"metadata":{"name":"a"}}"#,
        "7",
    ] {
        let good = pod("good", "{}");
        let with = parsed(&[&list(&[bad, &good])]);
        let without = parsed(&[&list(&[&good])]);
        assert_eq!(with.value, without.value, "{bad}");
        assert_eq!((with.stats.accepted, with.stats.skipped), (1, 1));
        let place = &notice(&with.notices, "MalformedRecord").places[0];
        assert!(place.path.as_ref().unwrap().starts_with("items[0]"), "{place:?}");
        assert_eq!(error(&list(&[bad])).code(), "UPID_NO_RECORDS", "{bad}");
        assert!(Snapshot::from_kubernetes(&[list(&[bad, &good])], &options().strict()).is_err());
    }
}

#[test]
fn broken_documents() {
    for (text, code) in [
        ("", "UPID_EMPTY_INPUT"),
        (" \n", "UPID_EMPTY_INPUT"),
        ("apiVersion: v1\nkind: Pod\n", "UPID_FORMAT"),
        ("NAME READY\n", "UPID_FORMAT"),
        (r#"{"apiVersion":"v1","kind":"List","items":{}}"#, "UPID_FORMAT"),
        (r#"{"apiVersion":"v1","kind":"PodList"}"#, "UPID_MISSING_FIELD"),
        (r#"{"a":1}"#, "UPID_FORMAT"),
        ("[1,", "UPID_TRUNCATED"),
        (r#"{"kind":"PodList","apiVersion":"v1","items":[]} x"#, "UPID_FORMAT"),
        (r#"{"kind":"PodList","apiVersion":"v1","items":[{"spec":tru]}"#, "UPID_FORMAT"),
    ] {
        assert_eq!(error(text).code(), code, "{text}");
    }
    let text = list(&[&pod("a", r#"{"cpu":"1"}"#)]);
    for end in 1..text.len() {
        let error = error(&text[..end]);
        assert_eq!((error.code(), error.place().byte_offset), ("UPID_TRUNCATED", Some(end as u64)));
    }
    let mut options = options();
    options.now = None;
    let missing = Snapshot::from_kubernetes(&[&text], &options).unwrap_err();
    assert_eq!(
        (missing.code(), missing.place().path.as_deref()),
        ("UPID_MISSING_FIELD", Some("options.now"))
    );
    let second = Snapshot::from_kubernetes(&[&text, "{"], &super::options()).unwrap_err();
    assert_eq!(second.place().path.as_deref(), Some("documents[1]"));
}

#[test]
fn limits() {
    let deep = format!(r#"{{"kind":"Pod","apiVersion":"v1","x":{}}}"#, "[".repeat(65));
    let long = pod("a", &format!(r#"{{"x":"{}"}}"#, "y".repeat((1 << 20) + 1)));
    let digits = pod("a", &format!(r#"{{"cpu":{}}}"#, "1".repeat(65)));
    let labels: Vec<String> = (0..257).map(|i| format!(r#""k{i}":"v""#)).collect();
    let many = format!(
        r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"a","labels":{{{}}}}}}}"#,
        labels.join(",")
    );
    for text in [deep, long, digits, many] {
        assert_eq!(error(&text).code(), "UPID_LIMIT_EXCEEDED");
    }
    let mut few = options();
    few.limits.max_records = 1;
    let two = list(&[&pod("a", "{}"), &pod("b", "{}")]);
    let error = Snapshot::from_kubernetes(&[two], &few).unwrap_err();
    assert_eq!(error.details()["limit"], "maxRecords");
}

#[test]
fn a_status_and_parts_of_lists() {
    let status = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods is forbidden","reason":"Forbidden","code":403}"#;
    let error = error(status);
    assert_eq!(error.code(), "UPID_KUBERNETES_STATUS");
    assert_eq!(
        (&error.details()["reason"], &error.details()["status"]),
        (&"Forbidden".into(), &403.into())
    );
    assert!(error.message().ends_with("403, Forbidden, pods is forbidden"), "{error}");
    let page = r#"{"kind":"PodList","apiVersion":"v1","metadata":{"continue":"abc"},"items":[{"metadata":{"name":"a"}}]}"#;
    let parsed = parsed(&[page]);
    assert!(parsed.partial);
    assert_eq!(parsed.value.collected, Vec::<String>::new());
    assert_eq!(parsed.value.pods[0].namespace, "default");
    let strict = options().strict();
    assert_eq!(
        Snapshot::from_kubernetes(&[page], &strict).unwrap_err().code(),
        "UPID_PARTIAL_INPUT"
    );
    let allowed = KubernetesOptions { allow_partial: true, ..strict };
    assert!(Snapshot::from_kubernetes(&[page], &allowed).unwrap().partial);
}

#[test]
fn the_last_page_closes_a_list() {
    let page = |kind: &str, token: &str, name: &str| {
        format!(
            r#"{{"kind":"{kind}List","apiVersion":"v1","metadata":{{"continue":"{token}"}},"items":[{{"metadata":{{"name":"{name}"}}}}]}}"#
        )
    };
    let (first, last) = (page("Pod", "abc", "a"), page("Pod", "", "b"));
    for pages in [[&first, &last], [&last, &first]] {
        let parsed = Snapshot::from_kubernetes(&pages, &options().strict()).unwrap();
        assert_eq!((parsed.partial, parsed.value.pods.len()), (false, 2));
        assert_eq!(parsed.value.collected, ["Pod"]);
        assert_eq!(parsed.notices, []);
    }
    assert!(!parsed(&[&format!("{first}\n{last}")]).partial);
    // The end of one kind says nothing of another.
    let nodes = page("Node", "", "n");
    let parsed = parsed(&[&nodes, &first]);
    assert!(parsed.partial);
    assert_eq!(parsed.value.collected, ["Node"]);
    let place = &notice(&parsed.notices, "PartialInput").places[0];
    assert_eq!(place.path.as_deref(), Some("documents[1].metadata.continue"));
    let error = Snapshot::from_kubernetes(&[&nodes, &first], &options().strict()).unwrap_err();
    assert_eq!(error.code(), "UPID_PARTIAL_INPUT");
}

#[test]
fn a_static_pod_and_its_mirror_are_one() {
    let pod = |uid: &str, annotations: &str| {
        format!(
            r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"etcd-n1","namespace":"kube-system","uid":"{uid}","annotations":{{{annotations}}}}},"spec":{{"nodeName":"n1"}}}}"#
        )
    };
    let hash = r#""kubernetes.io/config.hash":"h1","kubernetes.io/config.source":"file""#;
    let mirror = pod("api", &format!(r#"{hash},"kubernetes.io/config.mirror":"h1""#));
    let own = pod("h1", hash);
    for documents in [[mirror.as_str(), &own], [&own, &mirror]] {
        let pods = snapshot(&documents).pods;
        assert_eq!((pods.len(), pods[0].uid.as_deref()), (1, Some("api")));
        assert!(pods[0].is_static);
    }
    // The mirror of an older pod of that name.
    assert_eq!(snapshot(&[&mirror, &pod("h2", hash)]).pods.len(), 2);
}

#[cfg(not(feature = "catalog"))]
#[test]
fn there_is_no_price_catalogue() {
    let options = KubernetesOptions { prices: Some(Prices::Catalog), ..options() };
    let error = Snapshot::from_kubernetes(&[list(&[])], &options).unwrap_err();
    assert_eq!(
        (error.code(), error.place().path.as_deref()),
        ("UPID_FEATURE_DISABLED", Some("options.prices"))
    );
    assert!(!error.hint_text().is_empty());
    let given = KubernetesOptions { prices: Some(Prices::Given), ..options };
    assert!(Snapshot::from_kubernetes(&[list(&[])], &given).is_ok());
}

#[test]
fn newer_copies_win_and_repeated_keys_are_named() {
    let copy = |version: &str, node: &str| {
        format!(
            r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"a","uid":"u","resourceVersion":"{version}"}},"spec":{{"nodeName":"{node}"}}}}"#
        )
    };
    for (first, second, wanted) in [
        (copy("10", "new"), copy("9", "old"), "new"),
        (copy("9", "old"), copy("10", "new"), "new"),
        (copy("10", "first"), copy("10", "last"), "last"),
        (copy("", "first"), copy("", "last"), "last"),
    ] {
        let parsed = parsed(&[&list(&[&first, &second])]);
        assert_eq!(parsed.value.pods.len(), 1);
        assert_eq!(parsed.value.pods[0].node.as_deref(), Some(wanted));
        assert_eq!(notice(&parsed.notices, "DuplicateObject").count, 1);
    }
    let twice = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","name":"b"}}"#;
    let parsed = parsed(&[twice]);
    assert_eq!(parsed.value.pods[0].name, "b");
    assert_eq!(notice(&parsed.notices, "DuplicateKey").count, 1);
    assert!(Snapshot::from_kubernetes(&[twice], &options().strict()).is_err());
}

#[test]
fn kinds_are_found_wherever_they_stand() {
    let pod = r#"{"metadata":{"name":"a"}}"#;
    for text in [
        format!(r#"{{"kind":"PodList","apiVersion":"v1","items":[{pod}]}}"#),
        format!(r#"{{"apiVersion":"v1","items":[{pod}],"kind":"PodList"}}"#),
        format!(r#"{{"items":[{pod}],"metadata":{{}},"kind":"PodList","apiVersion":"v1"}}"#),
        r#"{"items":[{"metadata":{"name":"a"},"kind":"Pod","apiVersion":"v1"}]}"#.to_owned(),
        r#"{"metadata":{"name":"a"},"kind":"Pod","apiVersion":"v1"}"#.to_owned(),
        r#"[{"metadata":{"name":"a"},"kind":"Pod"}]"#.to_owned(),
        "\u{feff}{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}".to_owned(),
    ] {
        let parsed = parsed(&[&text]);
        assert_eq!(parsed.value.pods.len(), 1, "{text}");
        assert_eq!(parsed.value.collected, ["Pod"]);
    }
    let other = r#"{"kind":"Node","apiVersion":"metal.example/v1","metadata":{"name":"x"}}"#;
    let parsed = parsed(&[other]);
    assert!(parsed.value.nodes.is_empty());
    assert_eq!(notice(&parsed.notices, "UnknownKind").count, 1);
    let empty = parsed_empty();
    assert_eq!(empty.value.collected, ["PodDisruptionBudget"]);
    assert_eq!(empty.notices[0].code, "Empty");
}

fn parsed_empty() -> Parsed<Snapshot> {
    parsed(&[r#"{"kind":"PodDisruptionBudgetList","apiVersion":"policy/v1","items":[]}"#])
}

#[test]
fn times_that_cannot_be_read_are_missing() {
    let text = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","creationTimestamp":"yesterday"},"status":{"startTime":"2016-12-31T23:59:60Z"}}"#;
    let parsed = parsed(&[text]);
    let pod = &parsed.value.pods[0];
    assert_eq!(pod.created_at, None);
    assert_eq!(pod.started_at.unwrap().to_string(), "2016-12-31T23:59:59.999Z");
    let place = &notice(&parsed.notices, "UnreadableValue").places[0];
    assert_eq!(place.path.as_deref(), Some("metadata.creationTimestamp"));
    assert_eq!(notice(&parsed.notices, "LeapSecond").count, 1);
}

#[test]
fn lines_of_one_kind() {
    let lines = "{\"metadata\":{\"name\":\"a\"}}\n{\"metadata\":{\"name\":\"b\"}}\n";
    assert_eq!(error(lines).code(), "UPID_FORMAT");
    let pods = KubernetesOptions { kind: Some("Pod".into()), ..options() };
    let parsed = Snapshot::from_kubernetes(&[lines], &pods).unwrap();
    assert_eq!((parsed.value.pods.len(), parsed.value.collected), (2, vec!["Pod".to_owned()]));
}

/// A lenient result of anything that is cut or bent is an error or a Snapshot, never a panic.
#[test]
fn nothing_panics() {
    let text = include_str!("../../../../tests/data/kubernetes/pod-with-sidecar.json");
    let mut state = 1u64;
    for _ in 0..2000 {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] = b"{}[]\",:0x\\ "[(state >> 20) as usize % 11];
        }
        if let Ok(parsed) = Snapshot::from_kubernetes(&[bytes], &options()) {
            parsed.value.validate().unwrap();
        }
    }
}
