//! Whose machine a node is (13.10).

use super::*;
use crate::model::{CapacityType, Node, Provider};

fn node(provider_id: &str, labels: &[(&str, &str)], version: &str) -> NodeIdentity {
    let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let node = KubernetesNode {
        node: Node {
            name: "n".into(),
            provider_id: (!provider_id.is_empty()).then(|| provider_id.to_owned()),
            labels,
            ..Node::default()
        },
        kubelet_version: Some(version.to_owned()),
        ..KubernetesNode::default()
    };
    node_identity(&node, &BTreeMap::from([("pool".to_owned(), "cheap".to_owned())]))
}

#[test]
fn providers_by_id() {
    use Provider::{Aws, Azure, Gcp, OnPrem, OtherCloud, Unknown};
    for (id, version, provider, name, instance) in [
        ("aws:///us-east-1a/i-0abc", "v1", Aws, None, Some("i-0abc")),
        ("gce://p/z/n", "v1", Gcp, None, Some("p/z/n")),
        (
            "azure:///subscriptions/S/resourceGroups/RG/vm/0",
            "v1",
            Azure,
            None,
            Some("/subscriptions/s/resourcegroups/rg/vm/0"),
        ),
        ("ocid1.instance.oc1.x", "v1", OtherCloud, Some("oracle"), Some("ocid1.instance.oc1.x")),
        ("oci://ocid1.x", "v1", OtherCloud, Some("oracle"), Some("ocid1.x")),
        (
            "cn-hangzhou.i-bp1",
            "v1.30.1-aliyun.1",
            OtherCloud,
            Some("alibaba"),
            Some("cn-hangzhou.i-bp1"),
        ),
        ("cn-hangzhou.i-bp1", "v1.30.1", Unknown, None, Some("cn-hangzhou.i-bp1")),
        ("digitalocean://12", "v1", OtherCloud, Some("digitalocean"), Some("12")),
        ("hcloud://12", "v1", OtherCloud, Some("hcloud"), Some("12")),
        ("openstack:///12", "v1", OtherCloud, Some("openstack"), Some("12")),
        ("vsphere://42", "v1", OnPrem, None, Some("42")),
        ("kind://docker/kind/n", "v1", OnPrem, None, Some("docker/kind/n")),
        ("mars://1", "v1", Unknown, None, Some("1")),
        ("", "v1.29.1-eks-a1b2", Aws, None, None),
        ("", "v1.29.1-gke.100", Gcp, None, None),
        ("", "v1.29.1-aliyun.1", OtherCloud, Some("alibaba"), None),
        ("", "v1.29.1", Unknown, None, None),
    ] {
        let identity = node(id, &[], version);
        assert_eq!(
            (identity.provider, identity.provider_name.as_deref(), identity.instance_id.as_deref()),
            (provider, name, instance),
            "{id} {version}"
        );
        assert_eq!(identity.evidence.is_empty(), provider == Unknown, "{id}");
    }
}

#[test]
fn providers_by_label_and_contradictions() {
    for (label, provider, distribution) in [
        ("eks.amazonaws.com/nodegroup", Provider::Aws, "EKS"),
        ("alpha.eksctl.io/cluster-name", Provider::Aws, "EKS"),
        ("karpenter.k8s.aws/instance-family", Provider::Aws, "EKS"),
        ("cloud.google.com/gke-nodepool", Provider::Gcp, "GKE"),
        ("kubernetes.azure.com/cluster", Provider::Azure, "AKS"),
        ("node.openshift.io/os_id", Provider::Unknown, "OpenShift"),
        ("minikube.k8s.io/name", Provider::Unknown, "Minikube"),
        ("microk8s.io/cluster", Provider::Unknown, "MicroK8s"),
        ("node-role.kubernetes.io/control-plane", Provider::Unknown, "Vanilla"),
    ] {
        let identity = node("", &[(label, "x")], "v1");
        assert_eq!((identity.provider, identity.distribution.as_str()), (provider, distribution));
    }
    for (id, version, distribution) in
        [("", "v1+k3s1", "K3s"), ("", "v1+rke2r1", "RKE2"), ("kind://a", "v1", "Kind")]
    {
        assert_eq!(node(id, &[], version).distribution, distribution);
    }
    let odd = node("gce://p/z/n", &[("eks.amazonaws.com/nodegroup", "x")], "v1");
    assert_eq!((odd.provider, odd.contradictions.len()), (Provider::Gcp, 1));
    assert_eq!(odd.contradictions[0].value, "eks.amazonaws.com/nodegroup");
}

#[test]
fn types_zones_and_regions() {
    let zone = "topology.kubernetes.io/zone";
    let aws = node(
        "aws:///x/i-1",
        &[(zone, "eu-west-1b"), ("beta.kubernetes.io/instance-type", "m5.large")],
        "",
    );
    assert_eq!((aws.region.as_deref(), aws.inferred), (Some("eu-west-1"), true));
    assert_eq!(aws.instance_type.as_deref(), Some("m5.large"));
    let gcp =
        node("gce://p/z/n", &[("failure-domain.beta.kubernetes.io/zone", "us-central1-c")], "");
    assert_eq!(gcp.region.as_deref(), Some("us-central1"));
    let given = node("", &[(zone, "a"), ("topology.kubernetes.io/region", "r")], "");
    assert_eq!((given.region.as_deref(), given.inferred), (Some("r"), false));
    assert_eq!(node("", &[(zone, "a-1")], "").region, None);
    let fargate = node("aws:///us-east-1a/0ab/fargate-ip-10-0-0-1", &[], "");
    assert_eq!(fargate.instance_type.as_deref(), Some("fargate"));
}

#[test]
fn how_capacity_was_bought() {
    use CapacityType::{OnDemand, Reserved, Spot, Unknown};
    for (labels, wanted) in [
        (&[("karpenter.sh/capacity-type", "spot")][..], Spot),
        (&[("eks.amazonaws.com/capacityType", "SPOT")], Spot),
        (&[("cloud.google.com/gke-spot", "true")], Spot),
        (&[("cloud.google.com/gke-preemptible", "TRUE")], Spot),
        (&[("cloud.google.com/gke-provisioning", "spot")], Spot),
        (&[("kubernetes.azure.com/scalesetpriority", "spot")], Spot),
        (&[("node.kubernetes.io/lifecycle", "spot")], Spot),
        (&[("pool", "Cheap")], Spot),
        (&[("karpenter.sh/capacity-type", "on-demand")], OnDemand),
        (&[("eks.amazonaws.com/capacityType", "on_demand")], OnDemand),
        (&[("cloud.google.com/gke-nodepool", "p")], OnDemand),
        (&[("kubernetes.azure.com/cluster", "c"), ("x", "y")], OnDemand),
        (&[("cloud.google.com/gke-spot", "false")], OnDemand),
        (&[("karpenter.sh/capacity-type", "reserved")], Reserved),
        (&[("eks.amazonaws.com/capacityType", "CAPACITY_BLOCK")], Reserved),
        (&[("eks.amazonaws.com/nodegroup", "g")], Unknown),
        (&[], Unknown),
        (&[("karpenter.sh/capacity-type", "on-demand"), ("pool", "cheap")], Unknown),
    ] {
        assert_eq!(node("", labels, "").capacity_type, wanted, "{labels:?}");
    }
}

#[test]
fn one_odd_node_never_decides() {
    let node = |name: &str, id: &str| {
        format!(
            r#"{{"kind":"Node","apiVersion":"v1","metadata":{{"name":"{name}"}},"spec":{{"providerID":"{id}"}}}}"#
        )
    };
    let text =
        list(&[&node("a", "kind://x"), &node("b", "aws:///z/i-1"), &node("c", "aws:///z/i-2")]);
    let parsed = parsed(&[&text]);
    assert_eq!(parsed.value.cluster.provider, Provider::Mixed);
    let mixed = notice(&parsed.notices, "MixedProviders");
    assert!(
        mixed.message.contains("Aws 2") && mixed.message.contains("OnPrem 1"),
        "{}",
        mixed.message
    );
    let same = super::parsed(&[&list(&[&node("b", "aws:///z/i-1"), &node("c", "aws:///z/i-2")])]);
    assert_eq!(same.value.cluster.provider, Provider::Aws);
}

#[test]
fn capabilities() {
    use Presence::{Absent, Present, Unknown};
    let parse = |documents: &[&str]| {
        parse_capabilities(documents, &CapabilitiesOptions::default()).unwrap().value
    };
    let groups = r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"metrics.k8s.io"},{"name":"keda.sh"},{"name":"policy.linkerd.io"}]}"#;
    let all = parse(&[groups]);
    assert_eq!((all.metrics_server, all.keda, all.linkerd), (Present, Present, Present));
    assert_eq!((all.istio, all.vpa, all.karpenter), (Absent, Absent, Absent));
    let one =
        parse(&[r#"{"kind":"APIResourceList","groupVersion":"keda.sh/v1alpha1","resources":[]}"#]);
    assert_eq!((one.keda, one.istio), (Present, Unknown));
    let table = "NAME   SHORTNAMES   APIVERSION               NAMESPACED   KIND\n\
                 pods   po           v1                       true         Pod\n\
                 vpas                autoscaling.k8s.io/v1    true         VerticalPodAutoscaler\n";
    let read = parse(&[table]);
    assert_eq!((read.vpa, read.keda), (Present, Absent));
    let forbidden = r#"{"kind":"Status","apiVersion":"v1","message":"no","code":403}"#;
    assert_eq!(parse(&[forbidden]), Capabilities::default());
    assert_eq!(parse(&[]), Capabilities::default());
    let none: Parsed<Capabilities> =
        crate::ingest::operation::IngestInput::<CapabilitiesOptions>::default().run().unwrap();
    assert_eq!(none.value.keda, Unknown);
    for (text, code) in [
        (r#"{"kind":"Status","message":"broken","code":500}"#, "UPID_KUBERNETES_STATUS"),
        (r#"{"kind":"PodList","items":[]}"#, "UPID_FORMAT"),
        ("hello", "UPID_FORMAT"),
        (r#"{"kind":"APIGroupList","groups":[{"name""#, "UPID_TRUNCATED"),
    ] {
        let error = parse_capabilities(&[text], &CapabilitiesOptions::default()).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
    }
    // What has no API cannot exist.
    let absent = r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps"}]}"#;
    assert_eq!(
        snapshot(&[absent]).collected,
        ["DestinationRule", "ScaledObject", "VerticalPodAutoscaler", "VirtualService"]
    );
}

/// Labels of another provider than the first evidence names are noted, and decide nothing.
#[test]
fn another_providers_labels_decide_no_price() {
    for (id, label, value) in [
        ("aws:///us-east-1a/i-0", "cloud.google.com/gke-nodepool", "a"),
        ("aws:///us-east-1a/i-0", "cloud.google.com/gke-spot", "true"),
        ("gce://p/z/n", "kubernetes.azure.com/scalesetpriority", "spot"),
    ] {
        let identity = node(id, &[(label, value)], "v1");
        assert_eq!(identity.capacity_type, CapacityType::Unknown, "{id} {label}");
        assert_eq!(identity.contradictions[0].value, label);
    }
    let own = [("karpenter.sh/capacity-type", "spot"), ("cloud.google.com/gke-nodepool", "a")];
    assert_eq!(node("aws:///z/i-0", &own, "v1").capacity_type, CapacityType::Spot);
}
