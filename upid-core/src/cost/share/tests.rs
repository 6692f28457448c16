//! The anchors of cost.md §6: values of `OpenCost`'s aggregation tests, one corrected.

use super::*;
use crate::json::from_json;
use crate::model::{CostResource, OwnerRef, ShareNode, Split};
use crate::units::Currency;

const RESOURCES: [CostResource; 6] = [
    CostResource::Cpu,
    CostResource::Memory,
    CostResource::Gpu,
    CostResource::Storage,
    CostResource::Network,
    CostResource::LoadBalancer,
];

fn units(amount: i64) -> Amount {
    Amount(i128::from(amount) * Amount::PER_UNIT)
}

/// `place` is `cluster/namespace/pod/container/node`, `labels` and `annotations` `name=value,…`.
fn row(place: &str, owner: &str, labels: &str, annotations: &str, service: &str) -> CostRow {
    let mut row: CostRow = from_json(r#"{"namespace": "", "pod": "", "costs": {}}"#).unwrap();
    let parts: Vec<String> = place.split('/').map(str::to_owned).collect();
    let [cluster, namespace, pod, container, node] = <[String; 5]>::try_from(parts).unwrap();
    (row.cluster, row.namespace, row.pod) = (cluster, namespace, pod);
    (row.container, row.node) = (Some(container), Some(node));
    row.owner = owner.split_once(' ').map(|(kind, name)| OwnerRef {
        kind: kind.into(),
        name: name.into(),
        inferred: false,
    });
    let pairs = |text: &str| -> BTreeMap<String, String> {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    };
    (row.labels, row.annotations) = (pairs(labels), pairs(annotations));
    row.services = service.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect();
    row.hours = 1.0;
    for resource in RESOURCES {
        let amount = units(1);
        row.costs.insert(resource, Split { amount, used: amount, ..Split::default() }.into());
    }
    row
}

/// The twelve rows and two idle entries of `OpenCost`'s tests.
pub(super) fn twelve() -> ShareInput {
    let (d1, d2, d3) =
        ("Deployment deployment1", "Deployment deployment2", "Deployment deployment3");
    let (ds, ss) = ("DaemonSet daemonset1", "StatefulSet statefulset1");
    let (one, two) = ("app=app1,env=env1", "app=app2,env=env2");
    let mut rows = vec![
        row("cluster1/namespace1/pod1/container1/c1nodes", "", one, "", ""),
        row("cluster1/namespace1/pod-abc/container2/c1nodes", d1, "", "", ""),
        row("cluster1/namespace1/pod-def/container3/c1nodes", d1, "", "", ""),
        row("cluster1/namespace2/pod-ghi/container4/c1nodes", d2, two, "", ""),
        row("cluster1/namespace2/pod-ghi/container5/c1nodes", d2, two, "", ""),
        row("cluster1/namespace2/pod-jkl/container6/c1nodes", ds, "", "", "service1"),
        row("cluster2/namespace2/pod-mno/container4/node1", d2, "app=app2", "", ""),
        row("cluster2/namespace2/pod-mno/container5/node1", d2, "app=app2", "", ""),
        row("cluster2/namespace2/pod-pqr/container6/node2", ds, "", "", "service1"),
        row("cluster2/namespace3/pod-stu/container7/node2", d3, "", "team=team1", ""),
        row("cluster2/namespace3/pod-vwx/container8/node3", ss, "", "team=team2", ""),
        row("cluster2/namespace3/pod-vwx/container9/node3", ss, "", "team=team1", ""),
    ];
    let first = rows[0].costs.get_mut(&CostResource::Memory).unwrap();
    (first.amount, first.used) = (units(11), units(11));
    let idle = |cluster: &str, cpu, memory| CostRemainder {
        cluster: Some(cluster.into()),
        costs: [(CostResource::Cpu, units(cpu)), (CostResource::Memory, units(memory))].into(),
        ..CostRemainder::default()
    };
    ShareInput {
        currency: Currency::USD,
        rows,
        idle: vec![idle("cluster1", 5, 15), idle("cluster2", 5, 5)],
        ..ShareInput::default()
    }
}

/// Totals by name and what stays idle, to four decimals.
fn shown(input: &ShareInput, config: &ShareConfig) -> (Vec<(String, String)>, String) {
    let shared = share(input, config).unwrap();
    assert_eq!(shared.residual, Amount::ZERO);
    assert_eq!(share(input, config).unwrap(), shared, "a second call changes nothing");
    let four = |amount: Amount| format!("{:.4}", amount.to_f64());
    let group = |group: &SharedGroup| (group.name.clone(), four(group.total));
    (shared.groups.iter().map(group).collect(), four(shared.idle))
}

fn by(keys: &[&str]) -> ShareConfig {
    ShareConfig::default().aggregate(keys.iter().copied())
}

fn in_namespace(name: &str) -> Selector {
    Selector { namespaces: vec![name.into()], ..Selector::default() }
}

fn rows_of(select: Selector, method: SharedMethod) -> SharedCost {
    SharedCost { select: Some(select), method, ..SharedCost::default() }
}

fn amount(text: &str) -> SharedCost {
    SharedCost { amount: Some(Amount::parse(text).unwrap()), ..SharedCost::default() }
}

fn check(config: &ShareConfig, totals: &[(&str, &str)], idle: &str) {
    let want: Vec<(String, String)> =
        totals.iter().map(|(name, total)| ((*name).to_owned(), (*total).to_owned())).collect();
    assert_eq!(shown(&twelve(), config), (want, idle.to_owned()), "{config:?}");
}

const NONE: &str = "__unallocated__";

#[test]
fn groups_by_every_key() {
    let kept = "30.0000";
    check(&by(&["cluster"]), &[("cluster1", "46.0000"), ("cluster2", "36.0000")], kept);
    let namespaces = ["28.0000", "36.0000", "18.0000"];
    let named: Vec<_> =
        ["namespace1", "namespace2", "namespace3"].into_iter().zip(namespaces).collect();
    check(&ShareConfig::default(), &named, kept);
    let kinds = [(NONE, "16.0000"), ("daemonset", "12.0000"), ("deployment", "42.0000")];
    check(&by(&["controllerKind"]), &[&kinds[..], &[("statefulset", "12.0000")]].concat(), kept);
    let labels = [
        ("__unallocated__/__unallocated__", "42.0000"),
        ("app1/env1", "16.0000"),
        ("app2/__unallocated__", "12.0000"),
        ("app2/env2", "12.0000"),
    ];
    check(&by(&["label:app", "label:env"]), &labels, kept);
    let teams = [(NONE, "64.0000"), ("team1", "12.0000"), ("team2", "6.0000")];
    check(&by(&["annotation:team"]), &teams, kept);
    check(&by(&["team"]).key_label("team", "annotation:team"), &teams, kept);
    check(&by(&["service"]), &[(NONE, "70.0000"), ("service1", "12.0000")], kept);
    let of = [(NONE, "46.0000"), ("deployment1", "12.0000"), ("deployment2", "24.0000")];
    // Not in OpenCost's list: the name of the controller, if it is a Deployment.
    let (rest, named) = of.split_at(1);
    assert_eq!(rest.len(), 1);
    let groups = shown(&twelve(), &by(&["deployment"])).0;
    assert!(named.iter().all(|(n, t)| groups.contains(&((*n).to_owned(), (*t).to_owned()))));
}

#[test]
fn idle_goes_by_cluster_and_resource() {
    let cluster = ShareConfig::default().idle(SharingScope::Cluster, SharingMethod::Weighted);
    check(
        &cluster,
        &[("namespace1", "42.6875"), ("namespace2", "46.3125"), ("namespace3", "23.0000")],
        "0.0000",
    );
}

#[test]
fn shared_rows_and_amounts() {
    let third = || in_namespace("namespace3");
    let of = |cost| ShareConfig::default().shared(cost);
    let two = |a, b| [("namespace1", a), ("namespace2", b)];
    check(&of(rows_of(third(), SharedMethod::Even)), &two("37.0000", "45.0000"), "30.0000");
    check(&of(rows_of(third(), SharedMethod::Weighted)), &two("35.8750", "46.1250"), "30.0000");
    let app1 = Selector { labels: [("app".into(), "app1".into())].into(), ..Selector::default() };
    let three = |a, b, c| [("namespace1", a), ("namespace2", b), ("namespace3", c)];
    check(
        &of(rows_of(app1, SharedMethod::Even)),
        &three("17.3333", "41.3333", "23.3333"),
        "30.0000",
    );
    check(&of(amount("168")), &three("85.3659", "109.7561", "54.8780"), "30.0000");
}

#[test]
fn a_filter_shows_its_own_part_of_idle() {
    let filtered = |config: ShareConfig| config.filter(in_namespace("namespace2"));
    check(
        &filtered(by(&["cluster"])),
        &[("cluster1", "18.0000"), ("cluster2", "18.0000")],
        "10.3125",
    );
    let shared = filtered(ShareConfig::default())
        .shared(rows_of(in_namespace("namespace1"), SharedMethod::Weighted));
    // OpenCost prints 25.0 for the idle.
    check(&shared, &[("namespace2", "54.6667")], "20.1042");
    let (scope, weighted) = (SharingScope::Cluster, SharingMethod::Weighted);
    check(&shared.idle(scope, weighted), &[("namespace2", "74.7708")], "0.0000");
    let with_amount = filtered(ShareConfig::default()).shared(amount("168"));
    check(&with_amount.idle(scope, weighted), &[("namespace2", "120.0686")], "0.0000");
}

#[test]
fn fixed_weights_name_groups() {
    let fixed = |weights: &[(&str, f64)]| {
        let weights = weights.iter().map(|(name, w)| ((*name).to_owned(), *w)).collect();
        let cost = SharedCost { method: SharedMethod::Fixed, weights, ..amount("10") };
        share(&twelve(), &ShareConfig::default().shared(cost))
    };
    let groups = fixed(&[("namespace1", 3.0), ("namespace3", 1.0)]).unwrap().groups;
    let shares: Vec<String> = groups.iter().map(|g| g.shared_share.to_string()).collect();
    assert_eq!(shares, ["7.5", "0", "2.5"]);
    let error = fixed(&[("namespace4", 1.0)]).unwrap_err();
    assert_eq!(error.code(), "UPID_UNKNOWN_KEY");
    assert_eq!(error.place().path.as_deref(), Some("config.shared[0].weights.namespace4"));
    assert_eq!(fixed(&[("namespace1", 0.0)]).unwrap_err().code(), "UPID_NO_WEIGHT");
    assert_eq!(fixed(&[("namespace1", -1.0)]).unwrap_err().code(), "UPID_INVALID_CONFIG");
}

#[test]
fn several_services_and_labels_of_prometheus() {
    let mut input = ShareInput { rows: twelve().rows.split_off(11), ..ShareInput::default() };
    input.rows[0].services = vec!["b".into(), "a".into()];
    input.rows[0].labels = [("app.kubernetes.io/name".to_owned(), "web".to_owned())].into();
    let names = |config: &ShareConfig| shown(&input, config).0;
    let each = |name: &str| (name.to_owned(), "3.0000".to_owned());
    assert_eq!(names(&by(&["service"])), [each("a"), each("b")]);
    let first = by(&["service"]).multi_service(MultiService::First);
    assert_eq!(names(&first), [("b".to_owned(), "6.0000".to_owned())]);
    let prometheus = by(&["label:app_kubernetes_io_name"]);
    assert_eq!(names(&prometheus)[0].0, NONE);
    let prometheus = prometheus.sanitize_labels(true);
    assert_eq!(names(&prometheus)[0].0, "web");
    let labels = [("app-kubernetes-io/name".to_owned(), "web".to_owned())].into();
    let config = prometheus.filter(Selector { labels, ..Selector::default() });
    assert_eq!(names(&config).len(), 1);
}

#[test]
fn containers_take_what_belongs_to_their_pod() {
    let mut input = ShareInput { rows: twelve().rows.split_off(10), ..ShareInput::default() };
    let mut pod = input.rows[0].clone();
    pod.container = None;
    let mut sidecar = input.rows[0].clone();
    (sidecar.container, sidecar.sidecar) = (Some("proxy".into()), true);
    input.rows.extend([pod, sidecar]);
    let (groups, _) = shown(&input, &by(&["container"]));
    let want = [("container8", "9.0000"), ("container9", "9.0000"), ("proxy", "6.0000")];
    assert_eq!(groups, want.map(|(n, t)| (n.to_owned(), t.to_owned())));
    input.nodes =
        vec![ShareNode { name: "node3".into(), zone: Some("z1".into()), ..ShareNode::default() }];
    assert_eq!(shown(&input, &by(&["zone"])).0[0].0, "z1");
    // Two containers of one pod do not make two pods.
    assert_eq!(share(&input, &by(&["pod"])).unwrap().groups[0].hours, 1.0);
}

#[test]
fn costs_and_credits_are_not_mixed() {
    let mut input = twelve();
    let cost = input.rows[0].costs.get_mut(&CostResource::Cpu).unwrap();
    (cost.amount, cost.used) = (units(-1), units(-1));
    let config = ShareConfig::default().idle(SharingScope::Cluster, SharingMethod::Weighted);
    let shared = share(&input, &config).unwrap();
    assert_eq!((shared.idle, shared.residual), (units(5), Amount::ZERO));
    assert_eq!((shared.flags[0].code.as_str(), shared.flags[0].count), ("MixedSigns", 1));
}

#[test]
fn mistakes_are_placed() {
    let input = twelve();
    let at = |config: ShareConfig| {
        let error = share(&input, &config).unwrap_err();
        (error.code(), error.place().path.clone().unwrap(), error.hint_text().to_owned())
    };
    let (code, path, hint) = at(by(&["namespace", "namspace"]));
    assert_eq!((code, path.as_str()), ("UPID_INVALID_CONFIG", "config.aggregate[1]"));
    assert!(hint.contains("\"namespace\""), "{hint}");
    assert_eq!(at(ShareConfig::default().shared(SharedCost::default())).1, "config.shared[0]");
    let mut twice = twelve();
    twice.rows.push(twice.rows[3].clone());
    let error = share(&twice, &ShareConfig::default()).unwrap_err();
    assert_eq!(error.code(), "UPID_DUPLICATE_KEY");
    assert_eq!(error.place().path.as_deref(), Some("rows[12]"));
}

/// A cost may be a plain decimal string, and the order of rows means nothing.
#[test]
fn plain_amounts_and_any_order() {
    let text = r#"{"rows": [{"namespace": "b", "pod": "p", "costs": {"cpu": "2", "fee": "0.1"}},
        {"namespace": "a", "pod": "p", "costs": {"cpu": {"amount": "1", "used": "1", "wasted": "0", "unmeasured": "0"}}}],
        "idle": [{"costs": {"cpu": "1"}}], "config": {"idle": {"scope": "Cluster"}}}"#;
    let out = crate::wire::call("cost.share", text, None).unwrap();
    let shared: Shared = from_json(&out).unwrap();
    let totals: Vec<String> = shared.groups.iter().map(|g| g.total.to_string()).collect();
    assert_eq!(totals, ["1.333333333333", "2.766666666667"]);
    assert_eq!(shared.groups[1].unmeasured.to_string(), "2.1");
    let mut input = twelve();
    let config = ShareConfig::default().idle(SharingScope::Cluster, SharingMethod::Weighted);
    let before = share(&input, &config).unwrap();
    input.rows.reverse();
    input.idle.reverse();
    assert_eq!(share(&input, &config).unwrap(), before);
}

/// §13.18: every amount that is changed by one unit is noticed.
#[test]
fn verify_notices_one_unit_of_a_share() {
    let config = ShareConfig::default()
        .filter(in_namespace("namespace2"))
        .idle(SharingScope::Cluster, SharingMethod::Weighted)
        .shared(rows_of(in_namespace("namespace1"), SharedMethod::Weighted));
    let shared = share(&twelve(), &config).unwrap();
    let text = crate::json::to_json(&shared).unwrap();
    let checked = |text: &str| {
        let out = crate::wire::call("cost.verify", text, None).unwrap();
        from_json::<crate::cost::Verification>(&out).unwrap()
    };
    assert!(checked(&text).ok, "{:?}", checked(&text));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut paths = Vec::new();
    crate::cost::tests::properties::find_amounts(&document, &mut String::new(), &mut paths);
    assert!(paths.len() > 30, "{}", paths.len());
    for path in paths {
        let mut broken = document.clone();
        let text = broken.pointer_mut(&path).unwrap();
        let amount = Amount::parse(text.as_str().unwrap()).unwrap();
        *text = Amount(amount.0 + 1).to_string().into();
        assert!(!checked(&broken.to_string()).ok, "{path}");
    }
    let error =
        crate::wire::call("cost.verify", &text.replacen("\"total\":", "\"totl\":", 1), None);
    assert_eq!(error.unwrap_err().place().path.as_deref(), Some("groups[0]"));
}

/// What `cost.attribute` wrote is read as it is.
#[test]
fn a_whole_attribution_is_taken() {
    let a = crate::cost::tests::example::example(crate::cost::PolicyPreset::TwoTier);
    let text = crate::json::to_json(&a).unwrap();
    let out = crate::wire::call("cost.share", &text, None).unwrap();
    assert_eq!(
        from_json::<Shared>(&out).unwrap(),
        share(&a.into(), &ShareConfig::default()).unwrap()
    );
}
