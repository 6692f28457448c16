//! The objects of a cluster as they were read, in the order that makes them one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::capabilities::Gathered;
use super::metrics::Reading;
use super::network::{EndpointsObject, IngressObject, MeshObject, ServiceObject};
use super::node::KubernetesNode;
use super::others::{BackendObject, LeaseObject, NamespaceObject};
use super::pod::PodObject;
use super::policy::{AutoscalerObject, BudgetObject};
use super::storage::{ClaimObject, VolumeObject};
use super::workload::{LinkObject, WorkloadObject};
use crate::error::Place;

/// Sorts by key, and keeps the highest version of each; of equal ones the last. Says how many went.
macro_rules! newest {
    ($list:expr, |$object:ident| $key:expr) => {{
        let before = $list.len();
        // Stable: of equal versions the later stays later. Reversed, so that `dedup` keeps the newest.
        $list.sort_by(|a, b| {
            let (a, b) = ({ let $object = a; ($key, a.version) }, { let $object = b; ($key, b.version) });
            a.cmp(&b)
        });
        $list.reverse();
        $list.dedup_by(|a, b| { let $object = &*a; $key } == { let $object = &*b; $key });
        $list.reverse();
        before.saturating_sub($list.len())
    }};
}

/// The annotation of the API's copy of a static pod: the uid that the kubelet gave the pod.
pub(super) const MIRROR: &str = "kubernetes.io/config.mirror";

/// Objects of one cluster; documents of it may be added in any order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Objects {
    pub(super) pods: Vec<PodObject>,
    pub(super) nodes: Vec<KubernetesNode>,
    pub(super) workloads: Vec<WorkloadObject>,
    pub(super) services: Vec<ServiceObject>,
    pub(super) ingresses: Vec<IngressObject>,
    pub(super) endpoints: Vec<EndpointsObject>,
    pub(super) meshes: Vec<MeshObject>,
    pub(super) autoscalers: Vec<AutoscalerObject>,
    pub(super) budgets: Vec<BudgetObject>,
    pub(super) claims: Vec<ClaimObject>,
    pub(super) volumes: Vec<VolumeObject>,
    pub(super) namespaces: Vec<NamespaceObject>,
    pub(super) leases: Vec<LeaseObject>,
    pub(super) backends: Vec<BackendObject>,
    /// Objects of other kinds.
    pub(super) links: Vec<LinkObject>,
    pub(super) capabilities: Gathered,
    /// The newest samples of metrics.
    pub(super) metrics: Vec<Reading>,
    /// Kinds that were there.
    pub(super) collected: BTreeSet<String>,
    /// Kinds of lists that said they go on, and where the first did; empty for lists of several kinds.
    pub(super) open: BTreeMap<String, Place>,
    /// Kinds of lists whose end was there.
    pub(super) ended: BTreeSet<String>,
}

impl Objects {
    /// Remembers that a kind was there.
    pub(super) fn seen(&mut self, kind: &str) {
        if !self.collected.contains(kind) {
            self.collected.insert(kind.to_owned());
        }
    }

    /// The nodes as they were read; [`super::node_identity`] concludes from them.
    pub fn nodes(&self) -> &[KubernetesNode] {
        &self.nodes
    }

    /// Adds the objects of another document.
    pub(super) fn merge(&mut self, mut other: Self) {
        self.pods.append(&mut other.pods);
        self.nodes.append(&mut other.nodes);
        self.workloads.append(&mut other.workloads);
        self.services.append(&mut other.services);
        self.ingresses.append(&mut other.ingresses);
        self.endpoints.append(&mut other.endpoints);
        self.meshes.append(&mut other.meshes);
        self.autoscalers.append(&mut other.autoscalers);
        self.budgets.append(&mut other.budgets);
        self.claims.append(&mut other.claims);
        self.volumes.append(&mut other.volumes);
        self.namespaces.append(&mut other.namespaces);
        self.leases.append(&mut other.leases);
        self.backends.append(&mut other.backends);
        self.links.append(&mut other.links);
        self.capabilities.merge(other.capabilities);
        self.metrics.append(&mut other.metrics);
        self.collected.append(&mut other.collected);
        for (kind, place) in other.open {
            self.open.entry(kind).or_insert(place);
        }
        self.ended.append(&mut other.ended);
    }

    /// Whether only a part of the lists of a kind was there: none of them was the last.
    pub(super) fn is_partial(&self, kind: &str) -> bool {
        self.open.contains_key(kind) && !self.ended.contains(kind)
    }

    /// Where each list goes on whose end was not there.
    pub(super) fn open_ends(&self) -> impl Iterator<Item = &Place> {
        self.open.iter().filter(|(kind, _)| self.is_partial(kind)).map(|(_, place)| place)
    }

    /// Puts every list into the order of names and keeps one copy of each object, the newest; says how many went.
    pub(super) fn settle(&mut self) -> usize {
        let mut gone = newest!(self.pods, |o| (&o.pod.namespace, &o.pod.name, &o.pod.uid));
        gone += self.drop_mirrored();
        gone += newest!(self.nodes, |o| &o.node.name);
        gone += newest!(self.workloads, |o| (
            &o.workload.namespace,
            &o.workload.kind,
            &o.workload.name
        ));
        gone += newest!(self.services, |o| (&o.namespace, &o.name));
        gone +=
            newest!(self.autoscalers, |o| (&o.namespace, &o.autoscaler.kind, &o.autoscaler.name));
        gone += newest!(self.budgets, |o| (&o.namespace, &o.name));
        gone += newest!(self.claims, |o| (&o.namespace, &o.name));
        gone += newest!(self.volumes, |o| &o.name);
        gone += newest!(self.namespaces, |o| &o.name);
        gone += newest!(self.leases, |o| (&o.namespace, &o.name));
        gone
    }

    /// Drops the static pods of a kubelet's own list whose mirrors are there too: a mirror names the kubelet's uid.
    fn drop_mirrored(&mut self) -> usize {
        let before = self.pods.len();
        let mirrored: HashSet<(String, String, String)> = self
            .pods
            .iter()
            .filter_map(|PodObject { pod, .. }| {
                let uid = pod.annotations.get(MIRROR)?;
                Some((pod.namespace.clone(), pod.name.clone(), uid.clone()))
            })
            .collect();
        if !mirrored.is_empty() {
            self.pods.retain(|PodObject { pod, .. }| {
                let Some(uid) = &pod.uid else { return true };
                let key = (pod.namespace.clone(), pod.name.clone(), uid.clone());
                pod.annotations.contains_key(MIRROR) || !mirrored.contains(&key)
            });
        }
        before.saturating_sub(self.pods.len())
    }
}
