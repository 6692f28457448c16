//! Nodes and their prices.

use std::collections::{BTreeMap, HashSet};

use super::Reading;
use super::labels::Names;
use crate::error::Place;
use crate::ingest::kubernetes::node::KubernetesNode;
use crate::ingest::kubernetes::objects::Objects;
use crate::ingest::parsed::Log;
use crate::ingest::snapshot_metrics::StateMetric as M;
use crate::model::{CapacityType, Node, NodePrice, PriceKind, PriceSource, Rates, Resources};
use crate::units::{RateAmount, Timestamp};

/// What the price metrics say of a node.
#[derive(Debug, Default)]
pub(in super::super) struct NodePrices {
    cpu: Option<RateAmount>,
    memory: Option<RateAmount>,
    gpu: Option<RateAmount>,
    gpus: Option<f64>,
    whole: Option<RateAmount>,
    is_spot: Option<bool>,
    as_of: Option<Timestamp>,
    provider_id: Option<String>,
    instance_type: Option<String>,
    region: Option<String>,
    architecture: Option<String>,
}

/// A node of the metrics, and whether kube-state-metrics or only its price told of it.
#[derive(Default)]
struct Seen {
    node: KubernetesNode,
    prices: Option<NodePrices>,
}

/// Adds the nodes that are not there as objects; gives all prices by node.
pub(super) fn add(
    objects: &mut Objects,
    readings: &[Reading],
    names: &Names,
    log: &mut Log,
) -> BTreeMap<String, NodePrices> {
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for reading in readings.iter().filter(|r| r.metric <= M::NodeIsSpot) {
        let Some(name) = reading.text("node") else {
            let message = || "series of nodes that name no node are left out".to_owned();
            log.warn("NoNode", message, Place::default());
            continue;
        };
        let seen = seen.entry(name).or_default();
        if reading.metric < M::NodeCpuCost {
            seen.node.state(reading, names, log);
        } else {
            seen.prices.get_or_insert_default().take(reading, log);
        }
    }
    let known: BTreeMap<&str, &Node> =
        objects.nodes.iter().map(|n| (n.node.name.as_str(), &n.node)).collect();
    let mut contradicting = HashSet::new();
    for (name, Seen { node: KubernetesNode { node, .. }, .. }) in &seen {
        if known.get(name.as_str()).is_some_and(|object| contradicts(object, node)) {
            contradicting.insert(name.clone());
        }
    }
    let has_object: HashSet<String> = known.into_keys().map(str::to_owned).collect();
    let mut prices = BTreeMap::new();
    for (name, Seen { mut node, prices: own }) in seen {
        if contradicting.contains(&name) {
            let message = || format!("metrics of node {name} contradict its object, which counts");
            log.warn("ContradictingMetrics", message, Place::default());
        }
        if !has_object.contains(&name) {
            node.node.name.clone_from(&name);
            bound(&mut node.node, log);
            if let Some(own) = &own {
                node.node.provider_id = node.node.provider_id.take().or(own.provider_id.clone());
                let architecture = node.node.architecture.take();
                node.node.architecture = architecture.or(own.architecture.clone());
            }
            for (label, field) in [
                ("kubernetes.io/arch", &mut node.node.architecture),
                ("kubernetes.io/os", &mut node.node.operating_system),
            ] {
                *field = field.take().or_else(|| node.node.labels.get(label).cloned());
            }
            objects.nodes.push(node);
        }
        prices.extend(own.map(|own| (name, own)));
    }
    objects.nodes.sort_by(|a, b| a.node.name.cmp(&b.node.name));
    prices
}

/// Pods cannot have more than there is: such a value is missing.
fn bound(node: &mut Node, log: &mut Log) {
    let (Some(usable), Some(all)) = (&mut node.allocatable, &node.capacity) else { return };
    for (usable, all) in [
        (&mut usable.cpu_cores, all.cpu_cores),
        (&mut usable.memory_bytes, all.memory_bytes),
        (&mut usable.ephemeral_storage_bytes, all.ephemeral_storage_bytes),
        (&mut usable.pods, all.pods),
    ] {
        if usable.zip(all).is_some_and(|(some, all)| some > all) {
            *usable = None;
            let message = || format!("node {}: allocatable is more than the capacity", node.name);
            log.warn("UnreadableValue", message, Place::default());
        }
    }
}

fn contradicts(object: &Node, metrics: &Node) -> bool {
    fn differ<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.zip(b).is_some_and(|(a, b)| a != b)
    }
    let of = |node: &Node| {
        let amounts = node.allocatable.as_ref().or(node.capacity.as_ref());
        amounts.map(|a| (a.cpu_cores, a.memory_bytes))
    };
    differ(object.provider_id.as_ref(), metrics.provider_id.as_ref())
        || differ(of(object).as_ref(), of(metrics).as_ref())
}

impl KubernetesNode {
    fn state(&mut self, reading: &Reading, names: &Names, log: &mut Log) {
        let node = &mut self.node;
        match reading.metric {
            M::NodeInfo => {
                node.provider_id = reading.text("provider_id");
                self.kubelet_version = reading.text("kubelet_version");
                self.os_image = reading.text("os_image");
            }
            M::NodeLabels => node.labels = names.of(reading),
            M::NodeCreated => node.created_at = reading.time(),
            M::NodeUnschedulable => node.unschedulable = reading.value > 0.0,
            M::NodeCapacity => set(node.capacity.get_or_insert_default(), reading, log),
            _ => set(node.allocatable.get_or_insert_default(), reading, log),
        }
    }
}

/// Puts an amount of a resource in its place; kube-state-metrics writes `nvidia_com_gpu` for `nvidia.com/gpu`.
pub(super) fn set(into: &mut Resources, reading: &Reading, log: &mut Log) {
    let resource = reading.label("resource");
    let value = reading.value;
    let most = if matches!(resource, "cpu" | "pods") { 9e9 } else { 9e18 };
    if !(0.0..=most).contains(&value) {
        let message = || format!("{value} is no amount of {resource}");
        return log.warn("UnreadableValue", message, Place::default());
    }
    match resource {
        "cpu" => into.cpu_cores = Some(value),
        "memory" => into.memory_bytes = Some(value),
        "ephemeral_storage" => into.ephemeral_storage_bytes = Some(value),
        "pods" => into.pods = Some(value),
        // Every node lists what it has none of.
        _ if value == 0.0 => {}
        _ => {
            if let Some(name) = extended(resource) {
                into.extended.insert(name, value as u64);
                return;
            }
            let shown: String = resource.chars().take(60).collect();
            let message = || format!("nobody knows which resource {shown:?} is in Kubernetes");
            log.info("UnknownResource", message, Place::default());
        }
    }
}

/// The name of an extended resource in Kubernetes.
fn extended(resource: &str) -> Option<String> {
    let vendors = ["nvidia.com", "amd.com", "gpu.intel.com", "habana.ai", "aws.amazon.com"];
    if let Some(size) = resource.strip_prefix("hugepages_") {
        return Some(format!("hugepages-{size}"));
    }
    vendors.into_iter().find_map(|vendor| {
        let name = resource.strip_prefix(&vendor.replace('.', "_"))?.strip_prefix('_')?;
        // `mig_1g_5gb` is `mig-1g.5gb`.
        let name = match name.strip_prefix("mig_") {
            Some(profile) => format!("mig-{}", profile.replace('_', ".")),
            None => name.replace('_', "."),
        };
        Some(format!("{vendor}/{name}"))
    })
}

impl NodePrices {
    fn take(&mut self, reading: &Reading, log: &mut Log) {
        match reading.metric {
            M::NodeCpuCost => self.cpu = reading.rate(log),
            M::NodeMemoryCost => self.memory = reading.rate(log),
            M::NodeGpuCost => self.gpu = reading.rate(log),
            M::NodeGpus => self.gpus = Some(reading.value),
            M::NodeCost => self.whole = reading.rate(log),
            _ => self.is_spot = Some(reading.value > 0.0),
        }
        if matches!(reading.metric, M::NodeCpuCost | M::NodeMemoryCost | M::NodeCost) {
            self.as_of = self.as_of.max(reading.at.map(Timestamp));
        }
        for (label, field) in [
            ("provider_id", &mut self.provider_id),
            ("instance_type", &mut self.instance_type),
            ("region", &mut self.region),
            ("arch", &mut self.architecture),
        ] {
            *field = reading.text(label).or(field.take());
        }
    }

    /// Gives a node its price, and what else is not known of it.
    pub(in super::super) fn give(self, node: &mut Node, log: &mut Log) {
        node.instance_type = node.instance_type.take().or(self.instance_type);
        node.region = node.region.take().or(self.region);
        match (self.is_spot, node.capacity_type) {
            (Some(true), CapacityType::Unknown) => node.capacity_type = CapacityType::Spot,
            (Some(true), CapacityType::OnDemand | CapacityType::Reserved)
            | (Some(false), CapacityType::Spot) => {
                let message = || {
                    format!(
                        "kubecost_node_is_spot contradicts the labels of node {}, which count",
                        node.name
                    )
                };
                log.warn("ContradictingMetrics", message, Place::default());
            }
            _ => {}
        }
        // OpenCost writes 0 for the GPUs of a node that has none.
        let gpu_hour =
            self.gpu.filter(|rate| !rate.is_zero() || self.gpus.is_some_and(|n| n > 0.0));
        let unit_costs = self.cpu.zip(self.memory).map(|(cpu_core_hour, memory_gib_hour)| Rates {
            currency: None,
            cpu_core_hour,
            memory_gib_hour,
            gpu_hour,
        });
        if unit_costs.is_none() && self.whole.is_none() {
            let message =
                || format!("the price of node {} is not complete, so it has none", node.name);
            return log.warn("IncompletePrice", message, Place::default());
        }
        let kind = match node.capacity_type {
            CapacityType::Spot => PriceKind::Spot,
            CapacityType::Reserved => PriceKind::Reserved,
            CapacityType::OnDemand => PriceKind::OnDemand,
            _ => PriceKind::Unknown,
        };
        node.price = Some(NodePrice {
            hourly_cost: self.whole,
            unit_costs,
            kind,
            source: Some(PriceSource::Quoted),
            as_of: self.as_of,
            ..NodePrice::default()
        });
    }
}
