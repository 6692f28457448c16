//! Which workload a pod belongs to, where only its name is known.

use super::OwnerRef;

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
    use super::{infer, longest_match};

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
