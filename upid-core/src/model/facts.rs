//! The one reader of what a Snapshot knows about a workload (scaling.md §2).

use std::collections::{BTreeMap, BTreeSet};

use super::{OwnerRef, Pod, ServiceFact, Snapshot, Upstream, Workload, requests};

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

/// Everything the Snapshot knows about one workload.
///
/// A fact that is not there becomes known none if all kinds it would come from are in `Snapshot.collected`;
/// otherwise it stays unknown.
pub fn facts(snapshot: &Snapshot, namespace: &str, owner: &OwnerRef) -> Workload {
    let listed = snapshot
        .workloads
        .iter()
        .find(|w| w.namespace == namespace && w.kind == owner.kind && w.name == owner.name);
    let mut facts = listed.cloned().unwrap_or_else(|| Workload {
        kind: owner.kind.clone(),
        namespace: namespace.to_owned(),
        name: owner.name.clone(),
        ..Workload::default()
    });
    let collected: BTreeSet<&str> = snapshot.collected.iter().map(String::as_str).collect();
    let known = |kinds: &[&str]| kinds.iter().all(|kind| collected.contains(kind));
    from_services(snapshot, &mut facts);
    from_dependencies(snapshot, &mut facts);
    from_pods(snapshot, namespace, owner, &mut facts);

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
    let own = listed.is_some() && known(&[&owner.kind]);
    none_if(&mut facts.controller, own);
    empty_if(&mut facts.labels, own);
    empty_if(&mut facts.annotations, own);
    empty_if(&mut facts.volumes, own);
    empty_if(&mut facts.container_ports, own);
    facts
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

fn from_services(snapshot: &Snapshot, facts: &mut Workload) {
    let selecting: Vec<_> = snapshot
        .services
        .iter()
        .filter(|s| {
            s.namespace == facts.namespace
                && s.selects.iter().flatten().any(|w| w.kind == facts.kind && w.name == facts.name)
        })
        .collect();
    if facts.services.is_none() && !selecting.is_empty() {
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

fn from_dependencies(snapshot: &Snapshot, facts: &mut Workload) {
    let Some(dependencies) = &snapshot.dependencies else { return };
    let is_me = |r: &super::WorkloadRef| {
        r.namespace == facts.namespace && r.kind == facts.kind && r.name == facts.name
    };
    let callers: BTreeSet<_> =
        dependencies.iter().filter(|d| is_me(&d.to)).map(|d| &d.from).collect();
    let callees: BTreeMap<String, Option<bool>> = dependencies
        .iter()
        .filter(|d| is_me(&d.from))
        .map(|d| (format!("{}/{}/{}", d.to.namespace, d.to.kind, d.to.name), d.healthy))
        .collect();
    if facts.inbound_dependents.is_none() {
        facts.inbound_dependents = Some(callers.len() as u32);
    }
    if facts.upstream.is_none() {
        let state = |healthy| match healthy {
            Some(true) => "Healthy",
            Some(false) => "Unhealthy",
            None => "Unknown",
        };
        facts.upstream = Some(
            callees
                .into_iter()
                .map(|(name, healthy)| Upstream { name, state: state(healthy).into() })
                .collect(),
        );
    }
}

/// The effective requests of one pod: the largest among the workload's pods.
fn from_pods(snapshot: &Snapshot, namespace: &str, owner: &OwnerRef, facts: &mut Workload) {
    let mut largest = super::Resources::default();
    for pod in &snapshot.pods {
        let of = workload_of(pod);
        if pod.namespace == namespace && of.kind == owner.kind && of.name == owner.name {
            largest = largest.max(&requests::effective(pod));
        }
    }
    facts.cpu_request_cores = facts.cpu_request_cores.or(largest.cpu_cores);
    facts.memory_request_bytes = facts.memory_request_bytes.or(largest.memory_bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Autoscaler, Service, WorkloadRef, WorkloadRefLocal};
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

    fn owner(name: &str) -> OwnerRef {
        OwnerRef { kind: "Deployment".into(), name: name.into(), inferred: false }
    }

    #[test]
    fn not_fetched_is_unknown_and_fetched_without_objects_is_none() {
        let mut snapshot = snapshot();
        assert_eq!(facts(&snapshot, "shop", &owner("web")).autoscaler, None);
        snapshot.collected = vec!["HorizontalPodAutoscaler".into()];
        assert_eq!(facts(&snapshot, "shop", &owner("web")).autoscaler, None);
        snapshot.collected.push("ScaledObject".into());
        assert_eq!(facts(&snapshot, "shop", &owner("web")).autoscaler, Some(None));
        snapshot.workloads[0].autoscaler = Some(Some(Autoscaler::default()));
        let web = facts(&snapshot, "shop", &owner("web"));
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
        let (web, db) =
            (facts(&snapshot, "shop", &owner("web")), facts(&snapshot, "shop", &owner("db")));
        assert_eq!((web.inbound_dependents, db.inbound_dependents), (Some(0), Some(1)));
        assert_eq!(web.upstream.unwrap()[0].state, "Unhealthy");
        assert_eq!(db.services.unwrap()[0].name, "db");
        assert_eq!(web.services, None);
    }
}
