//! What rows are grouped by.

use std::collections::BTreeMap;

use super::config::ShareConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{CapacityType, CostRow, ShareNode};
use crate::units::nearest;

/// Stands for a key that a row does not have, as in `OpenCost`.
pub(super) const UNALLOCATED: &str = "__unallocated__";

/// Kinds of workloads that are keys of their own.
const KINDS: [&str; 5] = ["deployment", "statefulset", "daemonset", "job", "cronjob"];
/// Keys that stand for a label.
const NAMED_LABELS: [&str; 5] = ["department", "environment", "owner", "product", "team"];

const NAMES: [(&str, Key); 11] = [
    ("cluster", Key::Cluster),
    ("node", Key::Node),
    ("namespace", Key::Namespace),
    ("controllerKind", Key::ControllerKind),
    ("controller", Key::Controller),
    ("pod", Key::Pod),
    ("container", Key::Container),
    ("service", Key::Service),
    ("zone", Key::Zone),
    ("capacityType", Key::CapacityType),
    ("instanceType", Key::InstanceType),
];

/// One thing to group by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Cluster,
    Node,
    Namespace,
    ControllerKind,
    Controller,
    /// Name of the controller, if it is of that kind (lower case).
    Kind(&'static str),
    Pod,
    Container,
    Service,
    Zone,
    CapacityType,
    InstanceType,
    Label(String),
    Annotation(String),
}

impl Key {
    /// The keys of a configuration.
    pub(super) fn all(config: &ShareConfig) -> Result<Vec<Self>> {
        if let Some(name) = config.key_labels.keys().find(|n| !NAMED_LABELS.contains(&n.as_str())) {
            return Err(Error::new(
                ErrorKind::InvalidConfig,
                format!("{name:?} is no key that stands for a label"),
            )
            .at_path(format!("keyLabels.{name}"))
            .hint(format!("did you mean {:?}?", nearest(name, NAMED_LABELS))));
        }
        let keys = config.aggregate.iter().enumerate();
        keys.map(|(index, text)| Self::parse(text, config, &format!("aggregate[{index}]")))
            .collect()
    }

    fn parse(text: &str, config: &ShareConfig, path: &str) -> Result<Self> {
        if let Some(key) = of_text(text, config.sanitize_labels) {
            return Ok(key);
        }
        if let Some(name) = NAMED_LABELS.iter().find(|name| **name == text) {
            let Some(target) = config.key_labels.get(*name) else {
                return Ok(Self::Label((*name).to_owned()));
            };
            let key = of_text(target, config.sanitize_labels);
            return key.filter(|k| matches!(k, Self::Label(_) | Self::Annotation(_))).ok_or_else(
                || {
                    Error::new(ErrorKind::InvalidConfig, format!("{target:?} is no label"))
                        .at_path(format!("keyLabels.{name}"))
                        .hint("write label:NAME or annotation:NAME")
                },
            );
        }
        let names = NAMES.iter().map(|(name, _)| *name).chain(KINDS).chain(NAMED_LABELS);
        Err(Error::new(ErrorKind::InvalidConfig, format!("{text:?} is nothing to group by"))
            .at_path(path)
            .hint(format!("did you mean {:?}? Labels are label:NAME", nearest(text, names))))
    }

    /// The values of a row, several only for services; empty: it has none.
    pub(super) fn values(&self, row: &CostRow, node: Option<&ShareNode>) -> Vec<String> {
        let owner = row.owner.as_ref();
        let one = |value: Option<&str>| {
            value.filter(|v| !v.is_empty()).map(|v| vec![v.to_owned()]).unwrap_or_default()
        };
        match self {
            Self::Cluster => one(Some(&row.cluster)),
            Self::Node => one(row.node.as_deref()),
            Self::Namespace => one(Some(&row.namespace)),
            Self::ControllerKind => one(owner.map(|o| o.kind.to_ascii_lowercase()).as_deref()),
            Self::Controller => {
                let named = owner.filter(|o| !o.name.is_empty());
                let kind = |kind: &str| kind.to_ascii_lowercase();
                one(named.map(|o| format!("{}:{}", kind(&o.kind), o.name)).as_deref())
            }
            Self::Kind(kind) => {
                one(owner.filter(|o| o.kind.eq_ignore_ascii_case(kind)).map(|o| o.name.as_str()))
            }
            Self::Pod => one(Some(&row.pod)),
            Self::Container => one(row.container.as_deref()),
            Self::Service => row.services.clone(),
            Self::Zone => one(node.and_then(|n| n.zone.as_deref())),
            Self::InstanceType => one(node.and_then(|n| n.instance_type.as_deref())),
            Self::CapacityType => one(node.and_then(|n| match n.capacity_type {
                CapacityType::OnDemand => Some("OnDemand"),
                CapacityType::Spot => Some("Spot"),
                CapacityType::Reserved => Some("Reserved"),
                CapacityType::Unknown => None,
            })),
            Self::Label(name) => one(row.labels.get(name).map(String::as_str)),
            Self::Annotation(name) => one(row.annotations.get(name).map(String::as_str)),
        }
    }
}

fn of_text(text: &str, sanitize: bool) -> Option<Key> {
    let label = |name: &str| if sanitize { sanitized(name) } else { name.to_owned() };
    match text.split_once(':') {
        Some(("label", name)) if !name.is_empty() => Some(Key::Label(label(name))),
        Some(("annotation", name)) if !name.is_empty() => Some(Key::Annotation(label(name))),
        Some(_) => None,
        None => {
            let kind = KINDS.into_iter().find(|kind| *kind == text).map(Key::Kind);
            kind.or_else(|| {
                NAMES.iter().find(|(name, _)| *name == text).map(|(_, key)| key.clone())
            })
        }
    }
}

/// The name of a label as Prometheus writes it.
pub(super) fn sanitized(name: &str) -> String {
    name.replace(['.', '-', '/'], "_")
}

/// Labels under their sanitised names; of two that meet, the first by its own name stays.
pub(super) fn sanitize(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, value) in labels {
        out.entry(sanitized(name)).or_insert_with(|| value.clone());
    }
    out
}
