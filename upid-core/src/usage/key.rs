//! Who a summary belongs to, and how keys are selected.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

/// The longest name in a key: the Kubernetes limit.
pub const MAX_NAME_BYTES: usize = 253;

/// The key of a summary (usage.md §1).
///
/// `container == ""` is the pod level (network, connections, requests); a `pod` with a slash such as
/// `Deployment/cart` holds what is known only per workload; `cluster == ""` is the only cluster. The order is
/// bytewise by field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsageKey {
    /// Cluster; empty if there is only one.
    #[serde(default)]
    pub cluster: String,
    /// Namespace.
    pub namespace: String,
    /// Pod, or `Kind/name` of a workload.
    pub pod: String,
    /// Container; empty at pod level.
    #[serde(default)]
    pub container: String,
}

impl UsageKey {
    /// A container of the only cluster.
    pub fn new(namespace: &str, pod: &str, container: &str) -> Self {
        Self {
            cluster: String::new(),
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
            container: container.to_owned(),
        }
    }

    /// The same key in a cluster.
    #[must_use]
    pub fn in_cluster(mut self, cluster: &str) -> Self {
        cluster.clone_into(&mut self.cluster);
        self
    }

    /// The four fields with their names, in order.
    pub fn fields(&self) -> [(&'static str, &str); 4] {
        [
            ("cluster", &self.cluster),
            ("namespace", &self.namespace),
            ("pod", &self.pod),
            ("container", &self.container),
        ]
    }

    /// `UPID_INVALID_KEY` for a name over 253 bytes or with NUL.
    pub fn validate(&self) -> Result<()> {
        for (field, text) in self.fields() {
            let fail = |what: String| {
                Error::new(ErrorKind::InvalidKey, what)
                    .at_path(field)
                    .hint("names are at most 253 bytes (the Kubernetes limit) without NUL")
            };
            if text.len() > MAX_NAME_BYTES {
                return Err(fail(format!("the {field} has {} bytes", text.len())));
            }
            if text.contains('\0') {
                return Err(fail(format!("the {field} contains NUL")));
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for UsageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [cluster, namespace, pod, container] = self.fields().map(|(_, text)| text);
        write!(f, "{cluster}/{namespace}/{pod}/{container}")
    }
}

/// The partition that holds a namespace on a UTC day, for layouts of files: `shop_2026-03-15`; an empty namespace is
/// `default` (usage.md §9).
///
/// ```
/// use upid_core::usage::partition_key;
/// let at = upid_core::units::Timestamp::parse("2026-03-15T23:59:59Z")?;
/// assert_eq!(partition_key("shop", at), "shop_2026-03-15");
/// # Ok::<(), upid_core::Error>(())
/// ```
pub fn partition_key(namespace: &str, at: Timestamp) -> String {
    let instant = at.to_string();
    let day = instant.split('T').next().unwrap_or_default();
    format!("{}_{day}", if namespace.is_empty() { "default" } else { namespace })
}

/// Any subset of the key fields; a field that is given must match exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct KeySelector {
    /// Cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Pod, or `Kind/name` of a workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// Container; `""` selects the pod level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

impl KeySelector {
    /// Whether a key matches every given field.
    pub fn matches(&self, key: &UsageKey) -> bool {
        let wanted = [&self.cluster, &self.namespace, &self.pod, &self.container];
        key.fields()
            .iter()
            .zip(wanted)
            .all(|((_, text), wanted)| wanted.as_ref().is_none_or(|wanted| wanted == text))
    }
}

impl From<&UsageKey> for KeySelector {
    fn from(key: &UsageKey) -> Self {
        Self {
            cluster: Some(key.cluster.clone()),
            namespace: Some(key.namespace.clone()),
            pod: Some(key.pod.clone()),
            container: Some(key.container.clone()),
        }
    }
}

/// A field of [`UsageKey`], for grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum KeyField {
    /// `cluster`.
    Cluster,
    /// `namespace`.
    Namespace,
    /// `pod`.
    Pod,
    /// `container`.
    Container,
}

impl UsageKey {
    /// The key with every field blanked that is not in `fields`.
    #[must_use]
    pub fn only(&self, fields: &[KeyField]) -> Self {
        let keep = |field, text: &str| {
            if fields.contains(&field) { text.to_owned() } else { String::new() }
        };
        Self {
            cluster: keep(KeyField::Cluster, &self.cluster),
            namespace: keep(KeyField::Namespace, &self.namespace),
            pod: keep(KeyField::Pod, &self.pod),
            container: keep(KeyField::Container, &self.container),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        assert!(UsageKey::new(&"n".repeat(253), "p", "c").validate().is_ok());
        let error = UsageKey::new(&"n".repeat(254), "p", "c").validate().unwrap_err();
        assert_eq!(
            (error.code(), error.place().path.as_deref()),
            ("UPID_INVALID_KEY", Some("namespace"))
        );
        assert!(UsageKey::new("n", "p\0", "c").validate().is_err());
    }

    #[test]
    fn order_is_bytewise_by_field_and_selection_exact() {
        let a = UsageKey::new("a", "z", "");
        let b = UsageKey::new("a", "z", "app");
        assert!(a < b && b < UsageKey::new("aa", "a", ""));
        let pod = KeySelector { pod: Some("z".into()), ..KeySelector::default() };
        assert!(pod.matches(&a) && pod.matches(&b));
        assert!(KeySelector::from(&a).matches(&a) && !KeySelector::from(&a).matches(&b));
        assert_eq!(b.only(&[KeyField::Namespace]), UsageKey::new("a", "", ""));
    }
}
