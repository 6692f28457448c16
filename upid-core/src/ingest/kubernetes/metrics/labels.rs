//! Names of labels. kube-state-metrics writes `label_app_kubernetes_io_name` for `app.kubernetes.io/name`.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::Reading;

/// Prefixes before the slash. Behind them an underscore stands for a dash, but for the exceptions below.
const DOMAINS: [&str; 25] = [
    "alpha.eksctl.io",
    "app.kubernetes.io",
    "argocd.argoproj.io",
    "beta.kubernetes.io",
    "cloud.google.com",
    "eks.amazonaws.com",
    "failure-domain.beta.kubernetes.io",
    "helm.sh",
    "k8s.io",
    "karpenter.k8s.aws",
    "karpenter.sh",
    "kubernetes.azure.com",
    "kubernetes.io",
    "kustomize.toolkit.fluxcd.io",
    "microk8s.io",
    "minikube.k8s.io",
    "networking.gke.io",
    "node-role.kubernetes.io",
    "node.kubernetes.io",
    "node.openshift.io",
    "nvidia.com",
    "serving.knative.dev",
    "statefulset.kubernetes.io",
    "topology.kubernetes.io",
    "topology.gke.io",
];
/// Labels that the rule of the domains would get wrong, or that have none.
const EXCEPTIONS: [&str; 12] = [
    "controller-revision-hash",
    "eks.amazonaws.com/capacityType",
    "job-name",
    "k8s-app",
    "node.openshift.io/os_id",
    "nvidia.com/gpu.count",
    "nvidia.com/gpu.memory",
    "nvidia.com/gpu.product",
    "nvidia.com/gpu.replicas",
    "pod-template-generation",
    "pod-template-hash",
    "rollouts-pod-template-hash",
];

/// From names in metrics to those of Kubernetes.
pub(super) struct Names {
    /// By both spellings that kube-state-metrics has had.
    known: BTreeMap<String, String>,
    /// How many names could not be translated.
    pub(super) unknown: Cell<u64>,
}

impl Names {
    /// `own` are further labels that matter.
    pub(super) fn new<'a>(own: impl Iterator<Item = &'a String>) -> Self {
        let all = EXCEPTIONS.into_iter().chain(own.map(String::as_str));
        let known = all.flat_map(|name| {
            let [old, new] = in_metrics(name);
            [(old, name.to_owned()), (new, name.to_owned())]
        });
        Self { known: known.collect(), unknown: Cell::new(0) }
    }

    /// The labels of a reading of `kube_pod_labels` or `kube_node_labels`.
    pub(super) fn of(&self, reading: &Reading) -> BTreeMap<String, String> {
        let own = |(name, value): &(Box<str>, Box<str>)| {
            Some((self.translate(name.strip_prefix("label_")?), value.to_string()))
        };
        reading.labels.iter().filter_map(own).collect()
    }

    fn translate(&self, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let of_domain = |domain: &&str| {
            let rest = name.strip_prefix(plain(domain).as_str())?.strip_prefix('_')?;
            (!rest.is_empty()).then(|| format!("{domain}/{}", rest.replace('_', "-")))
        };
        // `beta_kubernetes_io_os` begins with no other domain, but `kubernetes_io_os` is the end of many.
        if let Some(found) = DOMAINS.iter().find_map(of_domain) {
            return found;
        }
        if name.contains('_') {
            self.unknown.set(self.unknown.get().saturating_add(1));
        }
        name.to_owned()
    }
}

/// A name as metrics have it: in the first versions, and since 2.0 with `capacityType` as `capacity_type`.
fn in_metrics(name: &str) -> [String; 2] {
    let mut snake = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = letter;
    }
    [plain(name), plain(&snake)]
}

fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_come_back_and_others_stay() {
        let own = ["example.com/Spot".to_owned()];
        let names = Names::new(own.iter());
        for (name, want) in [
            ("app", "app"),
            ("app_kubernetes_io_name", "app.kubernetes.io/name"),
            ("pod_template_hash", "pod-template-hash"),
            ("topology_kubernetes_io_zone", "topology.kubernetes.io/zone"),
            (
                "failure_domain_beta_kubernetes_io_region",
                "failure-domain.beta.kubernetes.io/region",
            ),
            ("kubernetes_io_arch", "kubernetes.io/arch"),
            ("eks_amazonaws_com_capacity_type", "eks.amazonaws.com/capacityType"),
            ("eks_amazonaws_com_capacityType", "eks.amazonaws.com/capacityType"),
            ("karpenter_sh_capacity_type", "karpenter.sh/capacity-type"),
            ("cloud_google_com_gke_spot", "cloud.google.com/gke-spot"),
            ("node_openshift_io_os_id", "node.openshift.io/os_id"),
            ("example_com_spot", "example.com/Spot"),
        ] {
            assert_eq!(names.translate(name), want);
        }
        assert_eq!(names.unknown.get(), 0);
        assert_eq!(names.translate("team_name"), "team_name");
        assert_eq!(names.unknown.get(), 1);
    }
}
