//! What other objects say about a workload: Services, autoscalers, budgets, leases, meshes, webhooks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::objects::Objects;
use super::others::LeaseObject;
use super::selector::LabelSelector;
use crate::model::{
    ApiBackend, Autoscaler, Backend, DisruptionBudget, Lease, Mesh, OwnerRef, Pod, Service,
    ServiceFact, ServiceMesh, Workload, WorkloadRefLocal, facts::workload_of,
};

/// Namespace, kind and name of a workload.
pub(super) type Key = (String, String, String);

/// Node heartbeats, which are leases too.
const NODE_LEASES: &str = "kube-node-lease";
/// Proxies that a mesh puts into pods.
const PROXIES: [&str; 2] = ["istio-proxy", "linkerd-proxy"];
/// Label of what Knative runs.
const KNATIVE: &str = "serving.knative.dev/service";

/// What others say about one workload.
#[derive(Debug, Default)]
pub(super) struct Facts {
    services: Vec<ServiceFact>,
    hosts: BTreeSet<String>,
    autoscalers: Vec<Autoscaler>,
    budgets: Vec<DisruptionBudget>,
    backends: BTreeMap<(&'static str, String), Option<String>>,
    lease: Option<String>,
    mesh: Option<Mesh>,
}

/// Facts by workload, and the Services with what they select.
#[derive(Default)]
pub(super) struct Found {
    pub(super) facts: BTreeMap<Key, Facts>,
    pub(super) services: Vec<Service>,
    /// Pods behind each Service of type `LoadBalancer`, by its index.
    pub(super) behind: BTreeMap<usize, Vec<Backend>>,
}

/// Something with labels that belongs to a workload: a pod, or a workload's template.
struct Member<'a> {
    labels: &'a BTreeMap<String, String>,
    owner: OwnerRef,
    pod: Option<&'a Pod>,
}

/// Members by namespace, label and value, so that a selector looks at few.
struct Members<'a> {
    all: Vec<Member<'a>>,
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Members<'a> {
    fn new(objects: &'a Objects) -> Self {
        let mut members =
            Self { all: Vec::new(), by_label: HashMap::new(), by_namespace: HashMap::new() };
        for object in &objects.pods {
            let pod = &object.pod;
            if !is_over(pod) {
                members.add(&pod.namespace, &pod.labels, workload_of(pod), Some(pod));
            }
        }
        for object in objects.workloads.iter().filter(|object| object.is_top()) {
            let workload = &object.workload;
            let owner = OwnerRef {
                kind: workload.kind.clone(),
                name: workload.name.clone(),
                inferred: false,
            };
            members.add(&workload.namespace, &object.template_labels, owner, None);
        }
        members
    }

    fn add(
        &mut self,
        namespace: &'a str,
        labels: &'a BTreeMap<String, String>,
        owner: OwnerRef,
        pod: Option<&'a Pod>,
    ) {
        let index = self.all.len();
        self.all.push(Member { labels, owner, pod });
        self.by_namespace.entry(namespace).or_default().push(index);
        for (key, value) in labels {
            self.by_label.entry((namespace, key, value)).or_default().push(index);
        }
    }

    fn matching<'s>(
        &'s self,
        namespace: &'s str,
        selector: &'s LabelSelector,
    ) -> impl Iterator<Item = &'s Member<'a>> {
        let of = |(key, value): (&'s String, &'s String)| {
            self.by_label.get(&(namespace, key.as_str(), value.as_str())).map_or(&[][..], |l| l)
        };
        let shortest = selector.labels.iter().map(of).min_by_key(|list| list.len());
        let all = || self.by_namespace.get(namespace).map_or(&[][..], |list| list);
        let list = shortest.unwrap_or_else(all);
        list.iter()
            .filter_map(|&index| self.all.get(index))
            .filter(|member| selector.matches(member.labels))
    }
}

/// A pod that has ended, and is nobody's endpoint.
pub(super) fn is_over(pod: &Pod) -> bool {
    matches!(pod.phase.as_deref(), Some("Succeeded" | "Failed"))
}

fn key(namespace: &str, owner: &OwnerRef) -> Key {
    (namespace.to_owned(), owner.kind.clone(), owner.name.clone())
}

/// Gathers what the objects say about the workloads. Pods must know their owners.
pub(super) fn find(objects: &Objects) -> Found {
    let mut found = Found::default();
    let selecting = !objects.services.is_empty() || !objects.budgets.is_empty();
    if selecting {
        let members = Members::new(objects);
        services(objects, &members, &mut found);
        for object in &objects.budgets {
            let Some(selector) = &object.selector else { continue };
            let owners: BTreeSet<Key> = members
                .matching(&object.namespace, selector)
                .map(|member| key(&object.namespace, &member.owner))
                .collect();
            for owner in owners {
                found.facts.entry(owner).or_default().budgets.push(object.budget.clone());
            }
        }
    }
    autoscalers(objects, &mut found);
    leases(objects, &mut found);
    for object in &objects.pods {
        let pod = &object.pod;
        if pod.containers.iter().any(|c| PROXIES.contains(&c.name.as_str())) {
            let facts = found.facts.entry(key(&pod.namespace, &workload_of(pod))).or_default();
            facts.mesh.get_or_insert_default().sidecar = true;
        }
    }
    found
}

fn services(objects: &Objects, members: &Members<'_>, found: &mut Found) {
    let known = !objects.pods.is_empty() || !objects.workloads.is_empty();
    let mut hosts: BTreeMap<(&str, &str), BTreeSet<&String>> = BTreeMap::new();
    for ingress in &objects.ingresses {
        for (service, host) in &ingress.routes {
            hosts.entry((&ingress.namespace, service)).or_default().insert(host);
        }
    }
    let named = endpoints(objects);
    let mut at: HashMap<(&str, &str), Vec<Key>> = HashMap::new();
    for object in &objects.services {
        let id = (object.namespace.as_str(), object.name.as_str());
        let (mut owners, mut pods) = (BTreeSet::new(), BTreeSet::new());
        let mut take = |owner: &OwnerRef, pod: Option<&Pod>| {
            owners.insert((owner.kind.clone(), owner.name.clone()));
            pods.extend(pod.map(|pod| (pod.name.clone(), pod.uid.clone())));
        };
        if object.selector.is_empty() {
            for pod in named.get(&id).into_iter().flatten() {
                take(&workload_of(pod), Some(pod));
            }
        } else {
            let selector = LabelSelector::of(&object.selector);
            for member in members.matching(&object.namespace, &selector) {
                take(&member.owner, member.pod);
            }
        }
        let hosts = hosts.get(&id);
        for (kind, name) in &owners {
            let owner = (object.namespace.clone(), kind.clone(), name.clone());
            let facts = found.facts.entry(owner.clone()).or_default();
            facts.services.push(ServiceFact {
                name: object.name.clone(),
                kind: object.kind.clone(),
                external_references: None,
                session_affinity: object.session_affinity.clone(),
            });
            facts.hosts.extend(hosts.into_iter().flatten().map(|host| (*host).clone()));
            at.entry(id).or_default().push(owner);
        }
        if object.kind.as_deref() == Some("LoadBalancer") {
            let backend = |(pod, uid)| Backend { namespace: object.namespace.clone(), pod, uid };
            found.behind.insert(found.services.len(), pods.into_iter().map(backend).collect());
        }
        let local = |(kind, name)| WorkloadRefLocal { kind, name };
        found.services.push(Service {
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            kind: object.kind.clone(),
            selects: known.then(|| owners.into_iter().map(local).collect()),
            ingress: hosts.map(|hosts| hosts.iter().map(|host| (*host).clone()).collect()),
            ..Service::default()
        });
    }
    meshes(objects, &at, found);
    for object in &objects.backends {
        for (namespace, name, policy) in &object.services {
            for owner in at.get(&(namespace.as_str(), name.as_str())).into_iter().flatten() {
                let facts = found.facts.entry(owner.clone()).or_default();
                let said = facts.backends.entry((object.kind, object.name.clone())).or_default();
                if said.as_deref() != Some("Fail") {
                    said.clone_from(policy);
                }
            }
        }
    }
}

/// Pods that endpoints name, by Service.
fn endpoints(objects: &Objects) -> HashMap<(&str, &str), Vec<&Pod>> {
    let mut named: HashMap<(&str, &str), Vec<&Pod>> = HashMap::new();
    if objects.endpoints.is_empty() {
        return named;
    }
    let pods: HashMap<(&str, &str), &Pod> = objects
        .pods
        .iter()
        .map(|o| ((o.pod.namespace.as_str(), o.pod.name.as_str()), &*o.pod))
        .collect();
    for object in &objects.endpoints {
        let list = named.entry((&object.namespace, &object.service)).or_default();
        let of = |name: &String| pods.get(&(object.namespace.as_str(), name.as_str())).copied();
        list.extend(object.pods.iter().filter_map(of));
    }
    named
}

fn meshes(objects: &Objects, at: &HashMap<(&str, &str), Vec<Key>>, found: &mut Found) {
    let mut by_service: BTreeMap<(&str, &str), BTreeSet<&String>> = BTreeMap::new();
    for object in &objects.meshes {
        for (namespace, name) in &object.services {
            let id = (namespace.as_str(), name.as_str());
            if !object.is_rule {
                by_service.entry(id).or_default().insert(&object.name);
            }
            for owner in at.get(&id).into_iter().flatten() {
                let facts = found.facts.entry(owner.clone()).or_default();
                let mesh = facts.mesh.get_or_insert_default();
                let list = if object.is_rule {
                    &mut mesh.destination_rules
                } else {
                    &mut mesh.virtual_services
                };
                if let Err(index) = list.binary_search(&object.name) {
                    list.insert(index, object.name.clone());
                }
            }
        }
    }
    for service in &mut found.services {
        let names = by_service.get(&(service.namespace.as_str(), service.name.as_str()));
        service.mesh = names.map(|names| ServiceMesh {
            virtual_services: names.iter().map(|name| (*name).clone()).collect(),
        });
    }
}

fn autoscalers(objects: &Objects, found: &mut Found) {
    let keda: BTreeSet<(&str, &str)> = objects
        .autoscalers
        .iter()
        .filter(|o| o.autoscaler.kind == "Keda")
        .map(|o| (o.namespace.as_str(), o.autoscaler.name.as_str()))
        .collect();
    for object in &objects.autoscalers {
        let mut own = object.autoscaler.clone();
        if let Some(scaled) = object.controller.as_ref().filter(|c| c.kind == "ScaledObject") {
            // KEDA made it. Where the ScaledObject is there, it says more.
            if keda.contains(&(object.namespace.as_str(), scaled.name.as_str())) {
                continue;
            }
            own = Autoscaler {
                kind: "Keda".to_owned(),
                name: scaled.name.clone(),
                min_replicas: None,
                ..own
            };
        }
        found
            .facts
            .entry(key(&object.namespace, &object.target))
            .or_default()
            .autoscalers
            .push(own);
    }
    for object in objects.workloads.iter().filter(|object| object.is_top()) {
        let workload = &object.workload;
        let Some(name) = workload.labels.as_ref().and_then(|l| l.get(KNATIVE)) else { continue };
        let id = (workload.namespace.clone(), workload.kind.clone(), workload.name.clone());
        found.facts.entry(id).or_default().autoscalers.push(Autoscaler {
            kind: "Knative".to_owned(),
            name: name.clone(),
            ..Autoscaler::default()
        });
    }
}

fn leases(objects: &Objects, found: &mut Found) {
    if objects.leases.is_empty() {
        return;
    }
    let mut pods: HashMap<&str, Vec<&Pod>> = HashMap::new();
    for object in objects.pods.iter().filter(|object| !is_over(&object.pod)) {
        pods.entry(&object.pod.name).or_default().push(&object.pod);
    }
    for lease in objects.leases.iter().filter(|lease| lease.namespace != NODE_LEASES) {
        for pod in holders(lease, &pods) {
            let facts = found.facts.entry(key(&pod.namespace, &workload_of(pod))).or_default();
            facts.lease.get_or_insert_with(|| lease.name.clone());
        }
    }
}

/// Pods whose name the holder's identity begins with: those of the lease's namespace, else of any.
fn holders<'a>(lease: &LeaseObject, pods: &HashMap<&str, Vec<&'a Pod>>) -> Vec<&'a Pod> {
    let identity = lease.holder.as_deref().unwrap_or_default();
    let ends = identity.char_indices().filter(|(_, sign)| !sign.is_ascii_alphanumeric());
    let ends = ends.map(|(end, _)| end).chain([identity.len()]);
    let mut names: Vec<&str> = ends.filter_map(|end| identity.get(..end)).collect();
    // The longest name is the most certain one.
    names.reverse();
    let Some(of_name) = names.iter().find_map(|name| pods.get(name)) else { return Vec::new() };
    let near: Vec<&Pod> =
        of_name.iter().copied().filter(|pod| pod.namespace == lease.namespace).collect();
    if near.is_empty() { of_name.clone() } else { near }
}

impl Facts {
    /// Writes them onto the workload; only what is there.
    pub(super) fn give(mut self, to: &mut Workload) {
        if !self.services.is_empty() {
            to.services = Some(self.services);
        }
        if !self.hosts.is_empty() {
            to.ingress_hosts = Some(self.hosts.into_iter().collect());
        }
        self.autoscalers.sort_by_key(|a| rank(&a.kind));
        let mut scalers = self.autoscalers.into_iter();
        if let Some(mut first) = scalers.next() {
            let also: BTreeSet<(u8, String)> = scalers
                .map(|a| (rank(&a.kind), a.kind))
                .filter(|(_, k)| *k != first.kind)
                .collect();
            first.also = also.into_iter().map(|(_, kind)| kind).collect();
            to.autoscaler = Some(Some(first));
        }
        if let Some(budget) = self.budgets.into_iter().next() {
            to.disruption_budget = Some(Some(budget));
        }
        if !self.backends.is_empty() {
            let backend = |((kind, name), failure_policy): ((&str, String), Option<String>)| {
                ApiBackend { kind: kind.to_owned(), name, failure_policy }
            };
            to.api_backends = Some(self.backends.into_iter().map(backend).collect());
        }
        if let Some(name) = self.lease {
            to.lease = Some(Some(Lease { held: true, name: Some(name) }));
        }
        if let Some(mesh) = self.mesh {
            to.mesh = Some(Some(mesh));
        }
    }
}

/// Which of several autoscalers counts first.
fn rank(kind: &str) -> u8 {
    match kind {
        "Knative" => 0,
        "Keda" => 1,
        "Hpa" => 2,
        _ => 3,
    }
}
