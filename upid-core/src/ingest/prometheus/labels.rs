//! Whose a series is: the labels that name pod, container, namespace and node.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::PrometheusOptions;
use super::metrics::{Meaning, is_pod_level};
use crate::usage::UsageKey;

/// Labels that split one quantity into parts which add up.
const PARTS: [&str; 3] = ["cpu", "device", "interface"];

/// The labels of a series. An empty label is absent, as Prometheus has it.
#[derive(Debug, Clone, Default)]
pub(in crate::ingest) struct Labels<'a>(pub(in crate::ingest) Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Which labels name what, the first present wins.
#[derive(Debug)]
pub(in crate::ingest) struct Naming {
    pub(in crate::ingest) cluster: String,
    clusters: Vec<String>,
    namespaces: Vec<String>,
    pods: Vec<String>,
    containers: Vec<String>,
    nodes: Vec<String>,
    node_level: bool,
}

/// What a series belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) enum Owner {
    /// A pod or container, and the node where that is told.
    Pod(UsageKey, Option<String>),
    /// A whole node, or nothing that the labels name.
    Node(Option<String>),
    /// The sum over a cgroup, or the sandbox of a pod: neither is a container.
    Cgroup,
}

impl Labels<'_> {
    /// The value of a label; empty if there is none.
    pub(in crate::ingest) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    fn first(&self, names: &[String]) -> &str {
        names.iter().map(|name| self.get(name)).find(|value| !value.is_empty()).unwrap_or_default()
    }
}

impl Naming {
    pub(in crate::ingest) fn new(options: &PrometheusOptions) -> Self {
        Self {
            cluster: options.cluster.clone(),
            clusters: options.cluster_labels.clone(),
            namespaces: options.namespace_labels.clone(),
            pods: options.pod_labels.clone(),
            containers: options.container_labels.clone(),
            nodes: options.node_labels.clone(),
            node_level: options.node_level,
        }
    }

    /// Whether samples of whole nodes are wanted.
    pub(in crate::ingest) fn keeps_nodes(&self) -> bool {
        self.node_level
    }

    /// Whose a series is.
    pub(in crate::ingest) fn owner(&self, labels: &Labels<'_>, meaning: Meaning) -> Owner {
        let container = labels.first(&self.containers);
        let pod_level = matches!(meaning, Meaning::Samples { metric, .. } if is_pod_level(metric));
        if !pod_level {
            let sandbox = container == "POD" || is_pause(labels.get("image"));
            if sandbox || (container.is_empty() && !labels.get("id").is_empty()) {
                return Owner::Cgroup;
            }
        }
        let node = self.node(labels);
        let pod = labels.first(&self.pods);
        if pod.is_empty() {
            return Owner::Node(node);
        }
        let container = if pod_level { "" } else { container };
        let key = UsageKey::new(labels.first(&self.namespaces), pod, container);
        Owner::Pod(key.in_cluster(self.cluster(labels)), node)
    }

    fn cluster<'l>(&'l self, labels: &'l Labels<'_>) -> &'l str {
        let named = labels.first(&self.clusters);
        if named.is_empty() { &self.cluster } else { named }
    }

    fn node(&self, labels: &Labels<'_>) -> Option<String> {
        let found = self.nodes.iter().find(|name| !labels.get(name).is_empty())?;
        let value = labels.get(found);
        let host = if found == "instance" { host(value) } else { value };
        (!host.is_empty()).then(|| host.to_owned())
    }

    /// The labels that say more than name and key, apart from those that split the series into parts.
    pub(in crate::ingest) fn rest(&self, labels: &Labels<'_>) -> BTreeMap<String, String> {
        let known = |name: &str| {
            let lists =
                [&self.clusters, &self.namespaces, &self.pods, &self.containers, &self.nodes];
            name == "__name__"
                || PARTS.contains(&name)
                || lists.iter().any(|list| list.iter().any(|n| n == name))
        };
        let rest = labels.0.iter().filter(|(name, value)| !known(name) && !value.is_empty());
        rest.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    /// Everything but the labels that split a series: series alike in it and in their key are parts of one.
    pub(in crate::ingest) fn whole<'l>(labels: &'l Labels<'_>) -> Vec<(&'l str, &'l str)> {
        let mut whole: Vec<(&str, &str)> = labels
            .0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .filter(|(name, value)| !PARTS.contains(name) && !value.is_empty())
            .collect();
        whole.sort_unstable();
        whole
    }

    /// The labels that split a series.
    pub(in crate::ingest) fn part<'l>(labels: &'l Labels<'_>) -> [&'l str; 3] {
        PARTS.map(|name| labels.get(name))
    }
}

/// `10.0.0.1:9100` and `[::1]:9100` without the port.
fn host(instance: &str) -> &str {
    match instance.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => instance.split(':').next().unwrap_or_default(),
    }
}

/// Images of the container that holds a pod's sandbox, such as `registry.k8s.io/pause:3.10`.
fn is_pause(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    let name = name.split(['@', ':']).next().unwrap_or_default();
    name == "pause" || name.starts_with("pause-") || name.ends_with("-pause")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::MetricId;

    fn labels<'a>(pairs: &[(&'a str, &'a str)]) -> Labels<'a> {
        Labels(pairs.iter().map(|(n, v)| (Cow::Borrowed(*n), Cow::Borrowed(*v))).collect())
    }

    fn owner(pairs: &[(&str, &str)], metric: MetricId) -> Owner {
        Naming::new(&PrometheusOptions::default()).owner(&labels(pairs), Meaning::gauge(metric))
    }

    #[test]
    fn the_subject_wins_over_its_exporter() {
        let cart = Owner::Pod(UsageKey::new("shop", "cart-0", "app"), None);
        let exporter = [("pod", "exporter-1"), ("container", "exporter"), ("namespace", "obs")];
        let [old, new] = [
            ["pod_name", "container_name", "container_namespace"],
            ["exported_pod", "exported_container", "exported_namespace"],
        ]
        .map(|[pod, container, namespace]| {
            let mut all = exporter.to_vec();
            all.extend([(pod, "cart-0"), (container, "app"), (namespace, "shop")]);
            owner(&all, MetricId::CPU_CORES)
        });
        let plain = [("pod", "cart-0"), ("container", "app"), ("kubernetes_namespace", "shop")];
        assert_eq!([&old, &new, &owner(&plain, MetricId::CPU_CORES)], [&cart; 3]);
    }

    #[test]
    fn cgroups_and_sandboxes_count_for_the_network_only() {
        let sum = [("id", "/kubepods/pod1"), ("pod", "p"), ("namespace", "n")];
        let pause = [("container", ""), ("image", "k8s.gcr.io/pause-amd64:3.1"), ("pod", "p")];
        let old = [("container_name", "POD"), ("pod_name", "p"), ("namespace", "n")];
        for rows in [&sum[..], &pause, &old] {
            assert_eq!(owner(rows, MetricId::MEMORY_WORKING_SET_BYTES), Owner::Cgroup);
            let network = owner(rows, MetricId::NETWORK_RX_BYTES_PER_SECOND);
            assert!(matches!(network, Owner::Pod(key, _) if key.container.is_empty()));
        }
        let image = [("image", "docker.io/library/pauser:1"), ("pod", "p"), ("container", "c")];
        assert!(matches!(owner(&image, MetricId::CPU_CORES), Owner::Pod(..)));
    }

    #[test]
    fn nodes_by_label_or_instance() {
        let node = |pairs: &[(&str, &str)]| owner(pairs, MetricId::CPU_CORES);
        let named = |name: &str| Owner::Node(Some(name.to_owned()));
        assert_eq!(node(&[("instance", "10.0.0.7:9100")]), named("10.0.0.7"));
        assert_eq!(node(&[("instance", "[::1]:9100")]), named("::1"));
        assert_eq!(node(&[("instance", "x:1"), ("node", "n1")]), named("n1"));
        assert_eq!(node(&[]), Owner::Node(None));
    }
}
