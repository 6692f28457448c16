//! Amounts of resources.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Amounts of resources; an absent field is unknown (for a request: not requested), never 0.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Resources {
    /// CPU cores, e.g. 0.25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_cores: Option<f64>,
    /// Memory in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<f64>,
    /// Physical GPUs; a share of one is a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<f64>,
    /// Local ephemeral storage in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage_bytes: Option<f64>,
    /// Pods (the kubelet's limit; a pod takes 1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pods: Option<f64>,
    /// Extended resources by name, in whole units.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extended: BTreeMap<String, u64>,
}

impl Resources {
    /// CPU and memory, the two that every node has.
    pub fn new(cpu_cores: f64, memory_bytes: f64) -> Self {
        Self { cpu_cores: Some(cpu_cores), memory_bytes: Some(memory_bytes), ..Self::default() }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The floating fields by their JSON names.
    pub fn named(&self) -> [(&'static str, Option<f64>); 5] {
        [
            ("cpuCores", self.cpu_cores),
            ("memoryBytes", self.memory_bytes),
            ("gpus", self.gpus),
            ("ephemeralStorageBytes", self.ephemeral_storage_bytes),
            ("pods", self.pods),
        ]
    }

    /// Field by field, `f` of both sides; an absent field stays absent unless one side has it.
    #[must_use]
    pub(crate) fn combine(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let both = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (None, None) => None,
            (a, b) => Some(f(a.unwrap_or(0.0), b.unwrap_or(0.0))),
        };
        let mut extended = self.extended.clone();
        for (name, &count) in &other.extended {
            let value = extended.entry(name.clone()).or_default();
            *value = f(*value as f64, count as f64) as u64;
        }
        Self {
            cpu_cores: both(self.cpu_cores, other.cpu_cores),
            memory_bytes: both(self.memory_bytes, other.memory_bytes),
            gpus: both(self.gpus, other.gpus),
            ephemeral_storage_bytes: both(
                self.ephemeral_storage_bytes,
                other.ephemeral_storage_bytes,
            ),
            pods: both(self.pods, other.pods),
            extended,
        }
    }

    /// Sum, field by field.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a + b)
    }

    /// Maximum, field by field.
    #[must_use]
    pub fn max(&self, other: &Self) -> Self {
        self.combine(other, f64::max)
    }

    /// The fields of `over` where it has them, else ours.
    #[must_use]
    pub fn overridden_by(&self, over: &Self) -> Self {
        let mut extended = self.extended.clone();
        extended.extend(over.extended.iter().map(|(k, v)| (k.clone(), *v)));
        Self {
            cpu_cores: over.cpu_cores.or(self.cpu_cores),
            memory_bytes: over.memory_bytes.or(self.memory_bytes),
            gpus: over.gpus.or(self.gpus),
            ephemeral_storage_bytes: over.ephemeral_storage_bytes.or(self.ephemeral_storage_bytes),
            pods: over.pods.or(self.pods),
            extended,
        }
    }
}
