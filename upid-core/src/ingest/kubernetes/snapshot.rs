//! From objects to a Snapshot: owners found, nodes identified, facts put where they belong.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem::take;

use super::KubernetesOptions;
use super::facts::{self, Found, Key};
use super::identity::node_identity;
use super::metrics::Added;
use super::node::KubernetesNode;
use super::objects::Objects;
use super::pod::PodObject;
use super::storage::{ClaimObject, VolumeObject};
use super::volume::VolumeSource;
use super::workload::WorkloadObject;
use crate::calendar;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::parsed::{Log, Notice};
use crate::model::owner::{Link, resolve};
use crate::model::{
    Cluster, LoadBalancer, Mount, Prices, Provider, Snapshot, Volume, VolumeFact, Workload,
    facts::workload_of,
};
use crate::units::{Interval, MS_PER_DAY, TimeRange, Timestamp};

/// Days before `now` that a window has unless another is given.
const WINDOW_DAYS: i64 = 14;

impl Objects {
    /// The Snapshot of these objects, and what is odd about them.
    ///
    /// # Errors
    /// `UPID_MISSING_FIELD` without `options.now`, `UPID_EMPTY_WINDOW`, `UPID_UNKNOWN_TIME_ZONE`, and
    /// `UPID_FEATURE_DISABLED` for prices of a catalogue that this build does not have.
    pub fn into_snapshot(mut self, options: &KubernetesOptions) -> Result<(Snapshot, Vec<Notice>)> {
        if options.prices == Some(Prices::Catalog) && !cfg!(feature = "catalog") {
            return Err(Error::new(
                ErrorKind::FeatureDisabled,
                "this build has no price catalogue",
            )
            .at_path("options.prices")
            .hint("leave options.prices out and give the nodes prices"));
        }
        let (now, window) = times(options)?;
        calendar::zone(&options.time_zone).map_err(|e| e.at_path("options.timeZone"))?;
        let mut log = Log::new(&options.common());
        let gone = self.settle();
        for _ in 0..gone {
            log.info(
                "DuplicateObject",
                || "the newest copy of an object stays".into(),
                Place::default(),
            );
        }
        let mut snapshot = Snapshot::new(&options.cluster, now, window);
        snapshot.time_zone.clone_from(&options.time_zone);
        (snapshot.currency, snapshot.prices) = (options.currency, options.prices);
        let Added { mut prices, charges } = self.add_metrics(&options.spot_labels, &mut log);
        self.identify(options, &mut snapshot.cluster, &mut log);
        for KubernetesNode { node, .. } in &mut self.nodes {
            if let Some(prices) = prices.remove(&node.name) {
                prices.give(node, &mut log);
            }
        }
        self.find_owners(&mut log);
        self.complete_pod_volumes();
        let until = now.max(window.end);
        snapshot.volumes = self.charged_volumes(until);
        let found = facts::find(&self);
        snapshot.load_balancers = self.load_balancers(&found, until);
        snapshot.collected = self.collected_kinds(options);
        let Found { facts, services, .. } = found;
        snapshot.services = services;
        snapshot.workloads = self.take_workloads(facts);
        snapshot.nodes = self.nodes.into_iter().map(|n| n.node).collect();
        // Into a list of its own size, not of the larger one of the objects.
        snapshot.pods = Vec::with_capacity(self.pods.len());
        snapshot.pods.extend(self.pods.into_iter().map(|object| *object.pod));
        charges.give(&mut snapshot, &mut log);
        Ok((snapshot, log.notices()))
    }

    fn collected_kinds(&self, options: &KubernetesOptions) -> Vec<String> {
        let mut kinds = self.collected.clone();
        kinds.retain(|kind| !self.is_partial(kind));
        if self.pods.iter().any(|object| object.is_measured) {
            // They select by labels, of which metrics know a part at most: none that selects is not known none.
            kinds.retain(|kind| !matches!(kind.as_str(), "Service" | "PodDisruptionBudget"));
        }
        kinds.extend(self.capabilities.absent_kinds().map(str::to_owned));
        kinds.extend(options.collected.iter().cloned());
        kinds.into_iter().collect()
    }

    /// Concludes from each node where it runs, and from all of them where the cluster does.
    fn identify(&mut self, options: &KubernetesOptions, cluster: &mut Cluster, log: &mut Log) {
        let mut identities = Vec::with_capacity(self.nodes.len());
        for object in &mut self.nodes {
            let identity = node_identity(object, &options.spot_labels);
            for odd in &identity.contradictions {
                let message = || {
                    format!(
                        "node {}: {} {:?} contradicts what decides about its provider or price",
                        object.node.name, odd.source, odd.value
                    )
                };
                log.warn("ContradictingEvidence", message, Place::default());
            }
            let node = &mut object.node;
            node.instance_type.clone_from(&identity.instance_type);
            node.region.clone_from(&identity.region);
            node.zone.clone_from(&identity.zone);
            node.capacity_type = identity.capacity_type;
            identities.push(identity);
        }
        let mut counts: BTreeMap<(Provider, Option<&str>), usize> = BTreeMap::new();
        for identity in &identities {
            let provider = (identity.provider, identity.provider_name.as_deref());
            *counts.entry(provider).or_default() += 1;
        }
        if counts.len() > 1 {
            let count = |((provider, name), n): (&(Provider, Option<&str>), &usize)| {
                format!("{} {n}", name.map_or_else(|| format!("{provider:?}"), str::to_owned))
            };
            let list: Vec<String> = counts.iter().map(count).collect();
            let message = || format!("the nodes are of several providers: {}", list.join(", "));
            log.info("MixedProviders", message, Place::default());
            cluster.provider = Provider::Mixed;
        } else if let Some((provider, name)) = counts.into_keys().next() {
            (cluster.provider, cluster.provider_name) = (provider, name.map(str::to_owned));
        }
        cluster.region = common(identities.iter().map(|i| i.region.as_ref()));
        cluster.distribution = common(identities.iter().map(|i| Some(&i.distribution)));
        cluster.kubernetes_version =
            common(self.nodes.iter().map(|node| node.kubelet_version.as_ref()));
    }

    fn find_owners(&mut self, log: &mut Log) {
        let mut links: HashMap<(&str, &str, &str), Link<'_>> = HashMap::new();
        for object in &self.workloads {
            let w = &object.workload;
            let link = Link {
                controller: object.controller.as_ref(),
                deployment_config: object.deployment_config(),
            };
            links.insert((&w.namespace, &w.kind, &w.name), link);
        }
        for object in &self.links {
            let link = Link { controller: object.controller.as_ref(), deployment_config: None };
            links.insert((&object.namespace, &object.kind, &object.name), link);
        }
        for object in &mut self.pods {
            let resolved = resolve(&object.pod, object.controller.as_ref(), |kind, name| {
                links.get(&(object.pod.namespace.as_str(), kind, name)).copied()
            });
            if resolved.endless {
                let message = || {
                    format!("the owners of pod {} do not end; the search stopped", object.pod.id())
                };
                log.warn("OwnerChain", message, Place::default());
            }
            object.pod.owner = resolved.owner;
        }
    }

    /// Adds to the volumes of pods what their claims say.
    fn complete_pod_volumes(&mut self) {
        let claims = claims(&self.claims);
        let volumes = by_name(&self.volumes);
        for object in &mut self.pods {
            let pod = &mut object.pod;
            for volume in &mut pod.volumes {
                let Some(name) = &volume.claim else { continue };
                let Some(claim) = claims.get(&(pod.namespace.as_str(), name.as_str())) else {
                    continue;
                };
                volume.volume.clone_from(&claim.volume);
                volume.capacity_bytes = claim.capacity_bytes;
                volume.access_mode.clone_from(&claim.access_mode);
                volume.storage_class.clone_from(&claim.storage_class);
                if is_local(claim, &volumes) {
                    "Local".clone_into(&mut volume.kind);
                }
            }
        }
    }

    /// Persistent volumes, and the volumes that claims name but nobody listed.
    fn charged_volumes(&self, until: Timestamp) -> Vec<Volume> {
        let mut mounts: BTreeMap<(&str, &str), Vec<Mount>> = BTreeMap::new();
        for pod in self.pods.iter().map(|object| &object.pod) {
            let Some(start) = pod.scheduled_at.or(pod.started_at) else { continue };
            for claim in pod.volumes.iter().filter_map(|volume| volume.claim.as_deref()) {
                let end = pod.finished_at.unwrap_or(until).max(start);
                mounts.entry((&pod.namespace, claim)).or_default().push(Mount {
                    namespace: pod.namespace.clone(),
                    pod: pod.name.clone(),
                    uid: pod.uid.clone(),
                    start,
                    end,
                });
            }
        }
        let mut mounts_of = |namespace, claim| {
            let mut list = mounts.remove(&(namespace, claim)).unwrap_or_default();
            // A pod may mount one claim under two names.
            list.dedup();
            list
        };
        let claims = claims(&self.claims);
        let mut charged: BTreeMap<&str, Volume> = BTreeMap::new();
        for object in &self.volumes {
            let claim = object.claim.as_ref();
            let bound = claim.and_then(|c| claims.get(&(c.namespace.as_str(), c.name.as_str())));
            charged.insert(
                &object.name,
                Volume {
                    name: object.name.clone(),
                    claim: object.claim.clone(),
                    capacity_bytes: object
                        .capacity_bytes
                        .or_else(|| bound.and_then(|claim| claim.capacity_bytes)),
                    life: life(object.created_at, until),
                    mounts: claim
                        .map(|c| mounts_of(c.namespace.as_str(), c.name.as_str()))
                        .unwrap_or_default(),
                    ..Volume::default()
                },
            );
        }
        for claim in &self.claims {
            let Some(name) = claim.volume.as_deref() else { continue };
            charged.entry(name).or_insert_with(|| Volume {
                name: name.to_owned(),
                claim: Some(crate::model::ClaimRef {
                    namespace: claim.namespace.clone(),
                    name: claim.name.clone(),
                }),
                capacity_bytes: claim.capacity_bytes,
                life: life(claim.created_at, until),
                mounts: mounts_of(claim.namespace.as_str(), claim.name.as_str()),
                ..Volume::default()
            });
        }
        charged.into_values().collect()
    }

    fn load_balancers(&self, found: &Found, until: Timestamp) -> Vec<LoadBalancer> {
        let balancer = |(&index, backends): (&usize, &Vec<_>)| {
            let service = self.services.get(index)?;
            Some(LoadBalancer {
                namespace: service.namespace.clone(),
                service: service.name.clone(),
                life: life(service.created_at, until),
                backends: backends.clone(),
                ..LoadBalancer::default()
            })
        };
        found.behind.iter().filter_map(balancer).collect()
    }

    /// The workloads with all that is known about them, in order of namespace, kind and name.
    fn take_workloads(&mut self, mut facts: BTreeMap<Key, facts::Facts>) -> Vec<Workload> {
        let ready = ready_seconds(self);
        let rollouts = rollouts(&self.workloads);
        let objects = take(&mut self.workloads);
        let (claims, volumes) = (claims(&self.claims), by_name(&self.volumes));
        let namespaces: HashMap<&str, &BTreeMap<String, String>> =
            self.namespaces.iter().map(|n| (n.name.as_str(), &n.labels)).collect();
        let mut all = BTreeMap::new();
        for object in objects.into_iter().filter(WorkloadObject::is_top) {
            let WorkloadObject { mut workload, volumes: own, claim_templates, .. } = object;
            let fact = |v: VolumeSource| volume_fact(&workload.namespace, v, &claims, &volumes);
            let of_template: Vec<VolumeFact> = own.into_iter().filter_map(fact).collect();
            workload.volumes = Some(of_template.into_iter().chain(claim_templates).collect());
            all.insert(key_of(&workload), workload);
        }
        // A pod that nobody owns is its own workload, and its object says what a template would.
        for object in &self.pods {
            let own = workload_of(&object.pod);
            if matches!(own.kind.as_str(), "Pod" | "StaticPod") {
                let workload = of_pod(object, own.kind, own.name);
                all.entry(key_of(&workload)).or_insert(workload);
            }
        }
        // Others whose object is not there, but about whom other objects speak.
        for key in facts.keys().filter(|key| !key.2.is_empty()) {
            all.entry(key.clone()).or_insert_with(|| Workload {
                namespace: key.0.clone(),
                kind: key.1.clone(),
                name: key.2.clone(),
                ..Workload::default()
            });
        }
        for (key, workload) in &mut all {
            if let Some(facts) = facts.remove(key) {
                facts.give(workload);
            }
            let labels = namespaces.get(workload.namespace.as_str());
            workload.namespace_labels = labels.map(|labels| (*labels).clone());
            workload.ready_seconds_p99 = ready.get(key).copied();
            workload.last_rollout_at = workload.last_rollout_at.max(rollouts.get(key).copied());
        }
        all.into_values().collect()
    }
}

/// `now` and the window.
fn times(options: &KubernetesOptions) -> Result<(Timestamp, TimeRange)> {
    let now = options.now.ok_or_else(|| {
        Error::new(ErrorKind::MissingField, "now is missing")
            .at_path("options.now")
            .hint("give the time at which the objects were fetched; no clock is read")
    })?;
    let start = Timestamp(now.ms().saturating_sub(WINDOW_DAYS * MS_PER_DAY).max(0));
    let window = options.window.unwrap_or(TimeRange { start, end: now });
    window.check().map_err(|e| e.at_path("options.window"))?;
    Ok((now, window))
}

/// The value that all have.
fn common<'a>(mut values: impl Iterator<Item = Option<&'a String>>) -> Option<String> {
    let first = values.next()??;
    values.all(|value| value == Some(first)).then(|| first.clone())
}

fn claims(claims: &[ClaimObject]) -> HashMap<(&str, &str), &ClaimObject> {
    claims.iter().map(|c| ((c.namespace.as_str(), c.name.as_str()), c)).collect()
}

fn by_name(volumes: &[VolumeObject]) -> HashMap<&str, &VolumeObject> {
    volumes.iter().map(|v| (v.name.as_str(), v)).collect()
}

fn is_local(claim: &ClaimObject, volumes: &HashMap<&str, &VolumeObject>) -> bool {
    let volume = claim.volume.as_deref().and_then(|name| volumes.get(name));
    volume.is_some_and(|volume| volume.is_local)
}

fn volume_fact(
    namespace: &str,
    source: VolumeSource,
    claims: &HashMap<(&str, &str), &ClaimObject>,
    volumes: &HashMap<&str, &VolumeObject>,
) -> Option<VolumeFact> {
    let claim = source.claim.as_deref().and_then(|name| claims.get(&(namespace, name)));
    let kind = if claim.is_some_and(|c| is_local(c, volumes)) { "Local" } else { source.kind? };
    Some(VolumeFact {
        kind: kind.to_owned(),
        medium: source.medium,
        access_mode: claim.and_then(|claim| claim.access_mode.clone()),
        capacity_bytes: claim.and_then(|claim| claim.capacity_bytes),
    })
}

fn life(created_at: Option<Timestamp>, until: Timestamp) -> Vec<Interval> {
    created_at.map(|start| Interval { start, end: until.max(start) }).into_iter().collect()
}

fn key_of(workload: &Workload) -> Key {
    (workload.namespace.clone(), workload.kind.clone(), workload.name.clone())
}

fn of_pod(object: &PodObject, kind: String, name: String) -> Workload {
    let pod = &object.pod;
    if object.is_measured {
        // What metrics do not tell is unknown, not none.
        return Workload {
            kind,
            namespace: pod.namespace.clone(),
            name,
            uid: pod.uid.clone(),
            containers: pod.containers.clone(),
            priority_class: pod.priority_class.clone(),
            created_at: pod.created_at,
            ..Workload::default()
        };
    }
    let ports: BTreeSet<u32> =
        pod.containers.iter().flat_map(|c| c.ports.iter().copied()).collect();
    let fact = |v: &crate::model::PodVolume| VolumeFact {
        kind: v.kind.clone(),
        medium: v.medium.clone(),
        access_mode: v.access_mode.clone(),
        capacity_bytes: v.capacity_bytes,
    };
    Workload {
        kind,
        namespace: pod.namespace.clone(),
        name,
        uid: pod.uid.clone(),
        containers: pod.containers.clone(),
        labels: Some(pod.labels.clone()),
        annotations: Some(pod.annotations.clone()),
        priority_class: pod.priority_class.clone(),
        created_at: pod.created_at,
        controller: Some(None),
        static_pod: Some(pod.is_static),
        volumes: Some(pod.volumes.iter().map(fact).collect()),
        container_ports: Some(ports.into_iter().collect()),
        ..Workload::default()
    }
}

/// The 99th percentile (nearest rank) of the seconds from start to ready, by workload.
fn ready_seconds(objects: &Objects) -> BTreeMap<Key, f64> {
    if objects.workloads.is_empty() {
        return BTreeMap::new();
    }
    let mut waits: BTreeMap<Key, Vec<i64>> = BTreeMap::new();
    for object in &objects.pods {
        let pod = &object.pod;
        let Some((start, ready)) = pod.started_at.zip(object.ready_at) else { continue };
        let owner = workload_of(pod);
        let key = (pod.namespace.clone(), owner.kind, owner.name);
        waits.entry(key).or_default().push(ready.ms().saturating_sub(start.ms()).max(0));
    }
    let p99 = |(key, mut waits): (Key, Vec<i64>)| {
        waits.sort_unstable();
        let rank = waits.len().saturating_mul(99).div_ceil(100);
        let wait = waits.get(rank.saturating_sub(1)).copied().unwrap_or_default();
        (key, wait as f64 / 1000.0)
    };
    waits.into_iter().map(p99).collect()
}

/// When the newest `ReplicaSet` of each workload was made.
fn rollouts(objects: &[WorkloadObject]) -> BTreeMap<Key, Timestamp> {
    let mut newest: BTreeMap<Key, Timestamp> = BTreeMap::new();
    for object in objects.iter().filter(|o| o.workload.kind == "ReplicaSet") {
        let Some((owner, made)) = object.controller.as_ref().zip(object.workload.created_at) else {
            continue;
        };
        let key = (object.workload.namespace.clone(), owner.kind.clone(), owner.name.clone());
        let at = newest.entry(key).or_insert(made);
        *at = made.max(*at);
    }
    newest
}
