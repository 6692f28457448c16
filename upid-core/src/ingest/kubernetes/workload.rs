//! Workload controllers: what they run, how many, and what their own object says about safety.

use std::collections::{BTreeMap, BTreeSet};

use super::metadata::Meta;
use super::pod::PodSpec;
use super::read::{bytes, count, labels, text, texts, time};
use super::volume::VolumeSource;
use crate::error::Result;
use crate::ingest::scan::Scanner;
use crate::ingest::values::rfc3339;
use crate::model::{GitOps, OwnerRef, VolumeFact, Workload};
use crate::units::Timestamp;

/// A workload controller, before it is known what belongs to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct WorkloadObject {
    /// Kind, names and the facts of its own object.
    pub(super) workload: Workload,
    pub(super) controller: Option<OwnerRef>,
    pub(super) version: u64,
    pub(super) template_labels: BTreeMap<String, String>,
    pub(super) volumes: Vec<VolumeSource>,
    pub(super) claim_templates: Vec<VolumeFact>,
}

impl WorkloadObject {
    /// Whether it is a workload itself, and not a step of another: the `ReplicaSet` of a Deployment is one.
    pub(super) fn is_top(&self) -> bool {
        let step =
            matches!(self.workload.kind.as_str(), "ReplicaSet" | "Job" | "ReplicationController");
        !step || (self.controller.is_none() && self.deployment_config().is_none())
    }

    /// The `DeploymentConfig` of a `ReplicationController`.
    pub(super) fn deployment_config(&self) -> Option<&str> {
        let annotations = self.workload.annotations.as_ref()?;
        annotations.get("openshift.io/deployment-config.name").map(String::as_str)
    }
}

/// What is read beside the metadata.
#[derive(Default)]
struct Parts {
    template: Template,
    claim_templates: Vec<VolumeFact>,
    replicas: Option<u32>,
    parallelism: Option<u32>,
    paused: bool,
    status: Status,
}

#[derive(Default)]
struct Template {
    labels: BTreeMap<String, String>,
    restarted_at: Option<Timestamp>,
    spec: PodSpec,
}

#[derive(Default)]
struct Status {
    /// There is one at all: then a count that is absent is 0, as Kubernetes leaves zeros out.
    known: bool,
    observed_generation: Option<u64>,
    replicas: Option<u32>,
    ready: Option<u32>,
    updated: Option<u32>,
    desired: Option<u32>,
    progressing: Option<bool>,
    progressed_at: Option<Timestamp>,
    revisions: [Option<String>; 2],
}

/// Reads a workload of a kind.
pub(super) fn workload(scan: &mut Scanner<'_>, kind: &'static str) -> Result<WorkloadObject> {
    let at = scan.offset();
    let (mut meta, mut parts) = (Meta::default(), Parts::default());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, true),
        "spec" => parts.spec(scan),
        "status" => parts.status.read(scan),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(assemble(kind, meta, parts))
}

impl Parts {
    fn spec(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        scan.object(|scan, key| {
            match key {
                "replicas" => self.replicas = count(scan)?,
                "parallelism" => self.parallelism = count(scan)?,
                "paused" | "suspend" => self.paused = scan.boolean()?.unwrap_or(false),
                "template" => self.template.read(scan)?,
                // Of a CronJob.
                "jobTemplate" => scan.object(|scan, key| match key {
                    "spec" => scan.object(|scan, key| match key {
                        "template" => self.template.read(scan),
                        _ => Ok(()),
                    }),
                    _ => Ok(()),
                })?,
                "volumeClaimTemplates" => scan.array(|scan, _| {
                    self.claim_templates.push(claim_template(scan)?);
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })
    }
}

impl Template {
    fn read(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        scan.object(|scan, key| match key {
            "metadata" => scan.object(|scan, key| {
                match key {
                    "labels" => self.labels = labels(scan)?,
                    "annotations" => scan.object(|scan, key| {
                        if key == "kubectl.kubernetes.io/restartedAt" {
                            let at = scan.text()?.unwrap_or_default();
                            self.restarted_at = rfc3339(&at).ok().flatten().map(|t| t.at);
                        }
                        Ok(())
                    })?,
                    _ => {}
                }
                Ok(())
            }),
            "spec" => self.spec.read(scan),
            _ => Ok(()),
        })
    }
}

impl Status {
    fn read(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        scan.object(|scan, key| {
            self.known = true;
            match key {
                "observedGeneration" => {
                    // A Rollout writes it as text, older ones as a hash.
                    self.observed_generation = scan.number_or_text()?.and_then(|n| n.parse().ok());
                }
                "replicas" => self.replicas = count(scan)?,
                "readyReplicas" | "numberReady" => self.ready = count(scan)?,
                "updatedReplicas" | "updatedNumberScheduled" => self.updated = count(scan)?,
                "desiredNumberScheduled" => self.desired = count(scan)?,
                "currentRevision" => self.revisions[0] = text(scan)?,
                "updateRevision" => self.revisions[1] = text(scan)?,
                "conditions" => scan.array(|scan, _| self.condition(scan))?,
                _ => {}
            }
            Ok(())
        })
    }

    fn condition(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        let (mut kind, mut holds, mut reason, mut at) = (None, false, None, None);
        scan.object(|scan, key| {
            match key {
                "type" => kind = scan.text()?,
                "status" => holds = scan.text()?.as_deref() == Some("True"),
                "reason" => reason = scan.text()?,
                "lastUpdateTime" => at = time(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        if kind.as_deref() == Some("Progressing") {
            // A rollout that has ended, well or past its deadline, makes no progress.
            let ended = reason.as_deref() == Some("NewReplicaSetAvailable");
            self.progressing = Some(holds && !ended);
            self.progressed_at = at;
        }
        Ok(())
    }

    /// Whether the controller is still on its way to what the spec says.
    fn in_progress(&self, generation: Option<u64>, replicas: Option<u32>) -> Option<bool> {
        let observed = self.observed_generation?;
        if generation.is_some_and(|generation| observed < generation) {
            return Some(true);
        }
        if let Some(progressing) = self.progressing {
            return Some(progressing);
        }
        if let [Some(current), Some(update)] = &self.revisions {
            return Some(current != update);
        }
        let wanted = self.desired.or(replicas);
        wanted.zip(self.updated).map(|(wanted, updated)| updated < wanted)
    }
}

fn claim_template(scan: &mut Scanner<'_>) -> Result<VolumeFact> {
    let mut fact = VolumeFact { kind: "PersistentVolumeClaim".into(), ..VolumeFact::default() };
    scan.object(|scan, key| match key {
        "spec" => scan.object(|scan, key| {
            match key {
                "accessModes" => fact.access_mode = texts(scan)?.into_iter().next(),
                "resources" => fact.capacity_bytes = storage_request(scan)?,
                _ => {}
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    Ok(fact)
}

/// `requests.storage` of a claim's resources.
pub(super) fn storage_request(scan: &mut Scanner<'_>) -> Result<Option<f64>> {
    let mut storage = None;
    scan.object(|scan, key| match key {
        "requests" => scan.object(|scan, key| {
            if key == "storage" {
                storage = bytes(scan, "UnreadableValue")?;
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    Ok(storage)
}

fn assemble(kind: &'static str, meta: Meta<'_>, parts: Parts) -> WorkloadObject {
    let Parts { template, claim_templates, replicas, parallelism, paused, status } = parts;
    let scaled = !matches!(kind, "DaemonSet" | "Job" | "CronJob");
    let replicas = match kind {
        "DaemonSet" => status.desired,
        "Job" => parallelism,
        _ => replicas,
    };
    let ready = status.ready.or((status.known && scaled).then_some(0));
    let git_ops = git_ops(&meta);
    let rollout = status.progressed_at.max(template.restarted_at);
    let rollout_in_progress = if scaled || kind == "DaemonSet" {
        status.in_progress(meta.generation, replicas)
    } else {
        None
    };
    let ports: BTreeSet<u32> =
        template.spec.containers.iter().flat_map(|c| c.ports.iter().copied()).collect();
    let workload = Workload {
        kind: kind.to_owned(),
        namespace: meta.namespace(),
        name: meta.name(),
        uid: meta.uid(),
        resource_version: meta.resource_version(),
        generation: meta.generation,
        replicas,
        ready_replicas: ready.or(if kind == "DaemonSet" && status.known { Some(0) } else { None }),
        priority_class: template.spec.priority_class,
        created_at: meta.created_at,
        last_rollout_at: rollout,
        rollout_in_progress,
        paused: Some(paused),
        controller: Some(meta.controller.clone()),
        static_pod: Some(false),
        container_ports: Some(ports.into_iter().collect()),
        git_ops,
        containers: template.spec.containers,
        ..Workload::default()
    };
    let version = meta.version();
    WorkloadObject {
        workload: Workload {
            labels: Some(meta.labels),
            annotations: Some(meta.annotations),
            ..workload
        },
        controller: meta.controller,
        version,
        template_labels: template.labels,
        volumes: template.spec.volumes,
        claim_templates,
    }
}

/// What keeps the object as Git says, by its keys and by who set its replicas; `Some(None)`: nothing does.
#[allow(clippy::option_option)]
fn git_ops(meta: &Meta<'_>) -> Option<Option<GitOps>> {
    let keys = || meta.labels.keys().chain(meta.annotations.keys());
    let helm = meta.annotations.contains_key("meta.helm.sh/release-name")
        || meta.labels.get("app.kubernetes.io/managed-by").is_some_and(|by| by == "Helm");
    let manager = meta.replicas_manager.as_ref().map(|m| m.as_deref().unwrap_or_default());
    let by = |parts: &[&str]| manager.is_some_and(|m| parts.iter().any(|part| m.contains(part)));
    let (argo, flux) = (by(&["argocd"]), by(&["kustomize-controller", "helm-controller", "flux"]));
    let (tool, sets_replicas) = match () {
        () if argo || keys().any(|key| key.starts_with("argocd.argoproj.io/")) => ("ArgoCD", argo),
        () if flux || keys().any(|key| is_flux(key)) => ("Flux", flux),
        () if helm => ("Helm", by(&["helm"])),
        () => return manager.is_some().then_some(None),
    };
    Some(Some(GitOps {
        tool: Some(tool.to_owned()),
        replicas_managed: manager.map(|_| sets_replicas),
        // Helm acts only when somebody calls it.
        self_heal: (tool == "Helm").then_some(false),
    }))
}

fn is_flux(key: &str) -> bool {
    key.split_once('/').is_some_and(|(domain, _)| domain.ends_with("toolkit.fluxcd.io"))
}

/// An object of a kind that nobody reads: it only leads from what it owns to what owns it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LinkObject {
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) controller: Option<OwnerRef>,
}

pub(super) fn link(scan: &mut Scanner<'_>, kind: &str) -> Result<LinkObject> {
    let at = scan.offset();
    let mut meta = Meta::default();
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(LinkObject {
        kind: kind.to_owned(),
        namespace: meta.namespace(),
        name: meta.name(),
        controller: meta.controller,
    })
}
