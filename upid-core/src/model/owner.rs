//! Which workload a pod belongs to: by its owners, and where they are not known by its name.

use super::{OwnerRef, Pod};
use crate::units::MS_PER_DAY;

/// Most steps from a pod to its workload.
const LONGEST_CHAIN: usize = 8;
/// Label that a Deployment gives its pods.
const TEMPLATE_HASH: &str = "pod-template-hash";
/// Label that an Argo Rollout gives its pods.
const ROLLOUT_HASH: &str = "rollouts-pod-template-hash";
/// Annotation by which `OpenShift` names the deployment of a replication controller.
const DEPLOYMENT_CONFIG: &str = "openshift.io/deployment-config.name";

/// What an object of the input says about its own owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link<'a> {
    /// The owner that controls it; none: nobody does.
    pub controller: Option<&'a OwnerRef>,
    /// Its annotation `openshift.io/deployment-config.name`.
    pub deployment_config: Option<&'a str>,
}

/// The workload of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolved {
    /// None: the pod is its own workload.
    pub owner: Option<OwnerRef>,
    /// The owners run in a circle, or more than 8 stand above each other: the search stopped there.
    pub endless: bool,
}

/// Climbs from a pod's controller to its workload, through the objects that `find` knows by kind and name in the
/// pod's namespace. Where an object is missing, its name and the pod's labels tell; then it is `inferred`.
///
/// `ReplicaSets` climb to Deployments and Rollouts, Jobs to `CronJobs`, `ReplicationControllers` to `DeploymentConfigs`,
/// custom kinds to whatever controls them. Deployments, `StatefulSets`, `DaemonSets`, `CronJobs` and Rollouts are workloads
/// whoever controls them. A pod of a node is a `StaticPod` without the node's name.
pub fn resolve<'a>(
    pod: &Pod,
    controller: Option<&OwnerRef>,
    find: impl Fn(&str, &str) -> Option<Link<'a>>,
) -> Resolved {
    let Some(controller) = controller.filter(|c| c.kind != "Node") else {
        return Resolved { owner: pod.is_static.then(|| static_pod(pod)), endless: false };
    };
    let mut owner = controller.clone();
    for _ in 0..LONGEST_CHAIN {
        if matches!(
            owner.kind.as_str(),
            "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" | "Rollout" | "DeploymentConfig"
        ) {
            return Resolved { owner: Some(owner), endless: false };
        }
        let found = find(&owner.kind, &owner.name);
        let next = match (owner.kind.as_str(), found) {
            ("ReplicationController", found) => found
                .and_then(|link| link.deployment_config)
                .or_else(|| pod.annotations.get(DEPLOYMENT_CONFIG).map(String::as_str))
                .map(|name| read("DeploymentConfig", name))
                .or_else(|| found?.controller.cloned()),
            (_, Some(link)) => link.controller.cloned(),
            ("ReplicaSet", None) => of_replica_set(pod, &owner.name),
            ("Job", None) => of_job(pod, &owner.name),
            _ => None,
        };
        match next {
            None => return Resolved { owner: Some(owner), endless: false },
            Some(next) => owner = next,
        }
    }
    Resolved { owner: Some(owner), endless: true }
}

fn read(kind: &str, name: &str) -> OwnerRef {
    OwnerRef { kind: kind.into(), name: name.into(), inferred: false }
}

fn inferred(kind: &str, name: &str) -> Option<OwnerRef> {
    let inferred = OwnerRef { inferred: true, ..read(kind, name) };
    (!name.is_empty()).then_some(inferred)
}

fn static_pod(pod: &Pod) -> OwnerRef {
    let own = pod.node.as_deref().and_then(|node| pod.name.strip_suffix(node)?.strip_suffix('-'));
    read("StaticPod", own.filter(|own| !own.is_empty()).unwrap_or(&pod.name))
}

/// The owner of a `ReplicaSet` that is not known: its name is that of its owner and the hash of the template.
fn of_replica_set(pod: &Pod, name: &str) -> Option<OwnerRef> {
    for (label, kind) in [(ROLLOUT_HASH, "Rollout"), (TEMPLATE_HASH, "Deployment")] {
        if let Some(hash) = pod.labels.get(label) {
            return inferred(kind, name.strip_suffix(hash.as_str())?.strip_suffix('-')?);
        }
    }
    let (prefix, hash) = name.rsplit_once('-')?;
    if is_generated(hash) { inferred("Deployment", prefix) } else { None }
}

/// The `CronJob` of a Job that is not known: its name ends in the time for which it was made, near the pod's start.
fn of_job(pod: &Pod, name: &str) -> Option<OwnerRef> {
    let (prefix, digits) = name.rsplit_once('-')?;
    let time: i64 = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
    let ms = match digits.len() {
        8 => time.saturating_mul(60_000),
        10 => time.saturating_mul(1000),
        _ => return None,
    };
    let start = pod.started_at.or(pod.scheduled_at).or(pod.created_at)?;
    let near = start.ms().abs_diff(ms) <= 366 * MS_PER_DAY.unsigned_abs();
    if near { inferred("CronJob", prefix) } else { None }
}

/// Kubernetes' alphabet of generated names: no vowels, no 0, 1, 3.
fn is_generated(part: &str) -> bool {
    let alphabet = b"bcdfghjklmnpqrstvwxz2456789";
    (1..=10).contains(&part.len()) && part.bytes().all(|b| alphabet.contains(&b))
}

/// Guesses the workload of a pod from its name alone: `web-5d9c7b8f6d-x2x4z` is of the Deployment `web`.
///
/// `None` if the name has not the form `<name>-<hash>-<suffix>`. The result is marked `inferred`.
pub fn infer(pod: &str) -> Option<OwnerRef> {
    let (rest, suffix) = pod.rsplit_once('-')?;
    let (name, hash) = rest.rsplit_once('-')?;
    let generated = suffix.len() == 5 && is_generated(suffix) && is_generated(hash);
    (generated && !name.is_empty()).then(|| OwnerRef {
        kind: "Deployment".into(),
        name: name.into(),
        inferred: true,
    })
}

/// Finds the workload among `names` that a pod's name belongs to: the longest `name` with `name-…` as the pod.
pub fn longest_match<'a>(pod: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .filter(|name| pod.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')))
        .max_by_key(|name| name.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Timestamp;

    fn pod(name: &str, labels: &[(&str, &str)]) -> Pod {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Pod { name: name.into(), labels, ..Pod::default() }
    }

    fn owner(pod: &Pod, kind: &str, name: &str) -> (String, bool) {
        let resolved = resolve(pod, Some(&read(kind, name)), |_, _| None);
        let owner = resolved.owner.unwrap();
        (format!("{}/{}", owner.kind, owner.name), owner.inferred)
    }

    #[test]
    fn where_the_owner_is_missing_its_name_tells() {
        let by_hash = pod("web-5d9c7b8f6d-x", &[(TEMPLATE_HASH, "5d9c7b8f6d")]);
        let rollout = pod("web-abc-x", &[(ROLLOUT_HASH, "abc"), (TEMPLATE_HASH, "no")]);
        let plain = pod("x", &[]);
        let is = |text: &str, inferred: bool| (text.to_owned(), inferred);
        for (pod, kind, name, wanted) in [
            (&by_hash, "ReplicaSet", "web-5d9c7b8f6d", is("Deployment/web", true)),
            (&by_hash, "ReplicaSet", "other", is("ReplicaSet/other", false)),
            (&rollout, "ReplicaSet", "web-abc", is("Rollout/web", true)),
            (&plain, "ReplicaSet", "web-5d9c7b8f6d", is("Deployment/web", true)),
            (&plain, "ReplicaSet", "web-5d9c7b8f6dx", is("ReplicaSet/web-5d9c7b8f6dx", false)),
            (&plain, "ReplicaSet", "web-aeiou", is("ReplicaSet/web-aeiou", false)),
            (&plain, "ReplicaSet", "frontend", is("ReplicaSet/frontend", false)),
            (&plain, "StatefulSet", "db", is("StatefulSet/db", false)),
            (&plain, "SparkApplication", "etl", is("SparkApplication/etl", false)),
            // Without a start nothing says that the digits are a time.
            (&plain, "Job", "report-29707813", is("Job/report-29707813", false)),
        ] {
            assert_eq!(owner(pod, kind, name), wanted, "{kind}/{name}");
        }
    }

    #[test]
    fn jobs_of_a_cron_job_end_in_their_time() {
        let at = |ms| Pod { started_at: Some(Timestamp(ms)), ..pod("p", &[]) };
        let minutes = 29_707_813 * 60_000;
        let year = 366 * MS_PER_DAY;
        let cron = |name: &str| (format!("CronJob/{name}"), true);
        assert_eq!(owner(&at(minutes + 5), "Job", "report-29707813"), cron("report"));
        assert_eq!(owner(&at(minutes + year), "Job", "report-29707813"), cron("report"));
        assert!(!owner(&at(minutes + year + 1), "Job", "report-29707813").1);
        assert_eq!(owner(&at(minutes), "Job", "a-b-1782468780"), cron("a-b"));
        for name in ["report-2970781", "report-297078130", "report-2970781x", "29707813"] {
            assert_eq!(owner(&at(minutes), "Job", name), (format!("Job/{name}"), false));
        }
    }

    #[test]
    fn owners_are_climbed_while_they_are_known() {
        let objects = [
            (("ReplicaSet", "web-1"), read("Deployment", "web")),
            (("Deployment", "web"), read("Operator", "o")),
            (("Job", "j"), read("Workflow", "w")),
            (("Workflow", "w"), read("CronWorkflow", "cw")),
            (("A", "a"), read("B", "b")),
            (("B", "b"), read("A", "a")),
        ];
        let find = |kind: &str, name: &str| {
            let controller = objects.iter().find(|(o, _)| *o == (kind, name)).map(|(_, by)| by);
            let known = controller.is_some() || name == "bare";
            known.then(|| Link { controller, ..Link::default() })
        };
        let climb = |kind: &str, name: &str| {
            let resolved = resolve(&pod("p", &[]), Some(&read(kind, name)), find);
            let owner = resolved.owner.unwrap();
            assert!(!owner.inferred);
            (format!("{}/{}", owner.kind, owner.name), resolved.endless)
        };
        assert_eq!(climb("ReplicaSet", "web-1"), ("Deployment/web".to_owned(), false));
        assert_eq!(climb("ReplicaSet", "bare"), ("ReplicaSet/bare".to_owned(), false));
        assert_eq!(climb("Job", "j"), ("CronWorkflow/cw".to_owned(), false));
        assert!(climb("A", "a").1);
    }

    #[test]
    fn open_shift_static_and_bare_pods() {
        let mut of_config = pod("web-1-x", &[]);
        of_config.annotations.insert(DEPLOYMENT_CONFIG.into(), "web".into());
        assert_eq!(owner(&of_config, "ReplicationController", "web-1").0, "DeploymentConfig/web");
        assert_eq!(
            owner(&pod("x", &[]), "ReplicationController", "web-1").0,
            "ReplicationController/web-1"
        );
        let mirror = Pod { node: Some("n-1".into()), is_static: true, ..pod("etcd-n-1", &[]) };
        assert_eq!(owner(&mirror, "Node", "n-1").0, "StaticPod/etcd");
        assert_eq!(resolve(&pod("x", &[]), None, |_, _| None), Resolved::default());
    }

    #[test]
    fn deployments_by_name() {
        let owner = infer("cartservice-579f59597d-wc2lz").unwrap();
        assert_eq!((owner.kind.as_str(), owner.name.as_str()), ("Deployment", "cartservice"));
        assert!(owner.inferred);
        for other in ["redis-0", "web", "web-5d9c7b8f6d", "job-aeiou-x2x4z", "-5d9c7b8f6d-x2x4z"] {
            assert_eq!(infer(other), None, "{other}");
        }
    }

    #[test]
    fn the_longest_name_wins() {
        let names = ["web", "web-api", "we"];
        assert_eq!(longest_match("web-api-5d9c7b8f6d-x2x4z", names), Some("web-api"));
        assert_eq!(longest_match("web", names), None);
    }
}
