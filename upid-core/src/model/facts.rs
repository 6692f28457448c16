//! The one reader of what a Snapshot knows about a workload (scaling.md §2).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    OwnerRef, Pod, Resources, Service, ServiceFact, Snapshot, Upstream, Workload, WorkloadRef,
    requests,
};

/// The workload a pod belongs to: its owner, or itself where nobody owns it.
pub fn workload_of(pod: &Pod) -> OwnerRef {
    match &pod.owner {
        Some(owner) => owner.clone(),
        None => OwnerRef {
            kind: if pod.is_static { "StaticPod" } else { "Pod" }.into(),
            name: pod.name.clone(),
            inferred: false,
        },
    }
}

/// A workload by namespace, kind and name.
type Key = (String, String, String);

/// A Snapshot's objects by the workload they belong to: built once, read for every workload.
pub struct Index<'a> {
    snapshot: &'a Snapshot,
    collected: BTreeSet<&'a str>,
    workloads: BTreeMap<Key, &'a Workload>,
    pods: BTreeMap<Key, Vec<&'a Pod>>,
    services: BTreeMap<Key, Vec<&'a Service>>,
    callers: BTreeMap<Key, BTreeSet<&'a WorkloadRef>>,
    callees: BTreeMap<Key, BTreeMap<String, Option<bool>>>,
}

impl<'a> Index<'a> {
    /// Sorts a Snapshot's objects.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let mut index = Self {
            snapshot,
            collected: snapshot.collected.iter().map(String::as_str).collect(),
            workloads: BTreeMap::new(),
            pods: BTreeMap::new(),
            services: BTreeMap::new(),
            callers: BTreeMap::new(),
            callees: BTreeMap::new(),
        };
        for workload in &snapshot.workloads {
            let key = key(&workload.namespace, &workload.kind, &workload.name);
            index.workloads.entry(key).or_insert(workload);
        }
        for pod in &snapshot.pods {
            let owner = workload_of(pod);
            index.pods.entry(key(&pod.namespace, &owner.kind, &owner.name)).or_default().push(pod);
        }
        for service in &snapshot.services {
            for workload in service.selects.iter().flatten() {
                let key = key(&service.namespace, &workload.kind, &workload.name);
                index.services.entry(key).or_default().push(service);
            }
        }
        for d in snapshot.dependencies.iter().flatten() {
            let of = |r: &WorkloadRef| key(&r.namespace, &r.kind, &r.name);
            index.callers.entry(of(&d.to)).or_default().insert(&d.from);
            let name = format!("{}/{}/{}", d.to.namespace, d.to.kind, d.to.name);
            index.callees.entry(of(&d.from)).or_default().insert(name, d.healthy);
        }
        index
    }

    /// Everything the Snapshot knows about one workload.
    ///
    /// A fact that is not there becomes known none if all kinds it would come from are in `Snapshot.collected`;
    /// otherwise it stays unknown.
    pub fn facts(&self, namespace: &str, kind: &str, name: &str) -> Workload {
        let key = key(namespace, kind, name);
        let listed = self.workloads.get(&key);
        let mut facts = listed.map_or_else(
            || Workload {
                kind: kind.to_owned(),
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                ..Workload::default()
            },
            |workload| (*workload).clone(),
        );
        self.add_services(&key, &mut facts);
        self.add_dependencies(&key, &mut facts);
        self.add_requests(&key, &mut facts);
        self.known_none(listed.is_some(), &mut facts);
        facts
    }

    fn known_none(&self, listed: bool, facts: &mut Workload) {
        let known = |kinds: &[&str]| kinds.iter().all(|kind| self.collected.contains(kind));
        none_if(&mut facts.autoscaler, known(&["HorizontalPodAutoscaler", "ScaledObject"]));
        none_if(&mut facts.disruption_budget, known(&["PodDisruptionBudget"]));
        none_if(&mut facts.lease, known(&["Lease"]));
        none_if(&mut facts.mesh, known(&["VirtualService", "DestinationRule"]));
        empty_if(&mut facts.services, known(&["Service"]));
        empty_if(&mut facts.ingress_hosts, known(&["Ingress"]));
        empty_if(&mut facts.namespace_labels, known(&["Namespace"]));
        let backends = [
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration",
            "APIService",
            "CustomResourceDefinition",
        ];
        empty_if(&mut facts.api_backends, known(&backends));
        let own = listed && known(&[&facts.kind]);
        none_if(&mut facts.controller, own);
        empty_if(&mut facts.labels, own);
        empty_if(&mut facts.annotations, own);
        empty_if(&mut facts.volumes, own);
        empty_if(&mut facts.container_ports, own);
    }

    fn add_services(&self, key: &Key, facts: &mut Workload) {
        let Some(selecting) = self.services.get(key) else { return };
        if facts.services.is_none() {
            let services = selecting.iter().map(|s| ServiceFact {
                name: s.name.clone(),
                kind: s.kind.clone(),
                external_references: s.external_references,
                session_affinity: None,
            });
            facts.services = Some(services.collect());
        }
        let hosts: BTreeSet<&String> =
            selecting.iter().flat_map(|s| s.ingress.iter().flatten()).collect();
        if facts.ingress_hosts.is_none() && !hosts.is_empty() {
            facts.ingress_hosts = Some(hosts.into_iter().cloned().collect());
        }
    }

    fn add_dependencies(&self, key: &Key, facts: &mut Workload) {
        if self.snapshot.dependencies.is_none() {
            return;
        }
        if facts.inbound_dependents.is_none() {
            facts.inbound_dependents = Some(self.callers.get(key).map_or(0, BTreeSet::len) as u32);
        }
        if facts.upstream.is_none() {
            let state = |healthy: Option<bool>| match healthy {
                Some(true) => "Healthy",
                Some(false) => "Unhealthy",
                None => "Unknown",
            };
            let callees = self.callees.get(key).into_iter().flatten();
            let upstream = callees.map(|(name, healthy)| Upstream {
                name: name.clone(),
                state: state(*healthy).into(),
            });
            facts.upstream = Some(upstream.collect());
        }
    }

    /// The effective requests of one pod: the largest among the workload's pods.
    fn add_requests(&self, key: &Key, facts: &mut Workload) {
        let pods = self.pods.get(key).into_iter().flatten();
        let largest =
            pods.fold(Resources::default(), |largest, pod| largest.max(&requests::effective(pod)));
        facts.cpu_request_cores = facts.cpu_request_cores.or(largest.cpu_cores);
        facts.memory_request_bytes = facts.memory_request_bytes.or(largest.memory_bytes);
    }
}

fn key(namespace: &str, kind: &str, name: &str) -> Key {
    (namespace.to_owned(), kind.to_owned(), name.to_owned())
}

#[allow(clippy::option_option)]
fn none_if<T>(fact: &mut Option<Option<T>>, known: bool) {
    if fact.is_none() && known {
        *fact = Some(None);
    }
}

fn empty_if<T: Default>(fact: &mut Option<T>, known: bool) {
    if fact.is_none() && known {
        *fact = Some(T::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Autoscaler, WorkloadRefLocal};
    use crate::units::{TimeRange, Timestamp};

    fn snapshot() -> Snapshot {
        let window = TimeRange { start: Timestamp(0), end: Timestamp(3_600_000) };
        let mut snapshot = Snapshot::new("c", Timestamp(3_600_000), window);
        let named = |name: &str| Workload {
            kind: "Deployment".into(),
            namespace: "shop".into(),
            name: name.into(),
            ..Workload::default()
        };
        snapshot.workloads = vec![named("web"), named("db")];
        snapshot
    }

    fn facts(snapshot: &Snapshot, name: &str) -> Workload {
        Index::new(snapshot).facts("shop", "Deployment", name)
    }

    #[test]
    fn not_fetched_is_unknown_and_fetched_without_objects_is_none() {
        let mut snapshot = snapshot();
        assert_eq!(facts(&snapshot, "web").autoscaler, None);
        snapshot.collected = vec!["HorizontalPodAutoscaler".into()];
        assert_eq!(facts(&snapshot, "web").autoscaler, None);
        snapshot.collected.push("ScaledObject".into());
        assert_eq!(facts(&snapshot, "web").autoscaler, Some(None));
        snapshot.workloads[0].autoscaler = Some(Some(Autoscaler::default()));
        let web = facts(&snapshot, "web");
        assert_eq!(web.autoscaler, Some(Some(Autoscaler::default())));
    }

    #[test]
    fn dependencies_and_services_become_facts() {
        let mut snapshot = snapshot();
        let reference = |name: &str| WorkloadRef {
            namespace: "shop".into(),
            kind: "Deployment".into(),
            name: name.into(),
        };
        snapshot.dependencies = Some(vec![crate::model::Dependency {
            from: reference("web"),
            to: reference("db"),
            healthy: Some(false),
        }]);
        snapshot.services = vec![Service {
            namespace: "shop".into(),
            name: "db".into(),
            selects: Some(vec![WorkloadRefLocal { kind: "Deployment".into(), name: "db".into() }]),
            ..Service::default()
        }];
        let (web, db) = (facts(&snapshot, "web"), facts(&snapshot, "db"));
        assert_eq!((web.inbound_dependents, db.inbound_dependents), (Some(0), Some(1)));
        assert_eq!(web.upstream.unwrap()[0].state, "Unhealthy");
        assert_eq!(db.services.unwrap()[0].name, "db");
        assert_eq!(web.services, None);
    }
}
