//! Attribution policies as data: who is charged for what.

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::json::{Named, named};

/// A policy with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PolicyPreset {
    /// Requests first, then usage above them from what is free: a neighbour's burst never moves a bill.
    #[default]
    TwoTier,
    /// Maximum of request and usage, over capacity (as `OpenCost` does).
    OpenCost,
    /// AWS split cost allocation: 9 : 1 for a core and a GiB, hourly means, idle spread on the node.
    AwsSplit,
    /// Requests only, over allocatable [GKE cost allocation].
    GkeRequest,
    /// Requests only; 60 % of the price for CPU, 40 % for memory.
    FixedWeights,
}

/// What a leaf is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum AllocationBasis {
    /// The request, then usage above it as far as capacity is free.
    #[default]
    RequestThenUsage,
    /// The larger of request and usage.
    MaxRequestUsage,
    /// The request.
    Request,
    /// The usage; the request where usage is missing (`UsageMissing`).
    Usage,
}

/// What pods can be charged for at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CapacityCeiling {
    /// Allocatable; the rest of the capacity is system overhead.
    #[default]
    Allocatable,
    /// The whole capacity; there is no system overhead.
    Capacity,
}

/// A number per resource.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceWeights {
    /// CPU.
    pub cpu: f64,
    /// Memory.
    pub memory: f64,
    /// GPU; none: not set.
    #[serde(default)]
    pub gpu: Option<f64>,
}

/// How the price of a node is split into pools.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PriceSplit {
    /// By the node's unit costs, else by the base table.
    #[default]
    BaseRates,
    /// Prices of a core, a GiB and a GPU relative to each other.
    Ratio(ResourceWeights),
    /// Weights of the whole pools; resources that the node lacks drop out.
    FixedShares(ResourceWeights),
}

/// What is compared: instants or means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum UsageAveraging {
    /// Every segment between two changes.
    #[default]
    Step,
    /// The means over a grid cell.
    Cell,
}

/// What happens to idle cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum IdleHandling {
    /// It stays idle.
    #[default]
    Keep,
    /// It is spread over the node's pods by their cost in that resource, beside their own amount.
    SpreadOnNode,
}

/// The parts that a policy consists of; the default is [`PolicyPreset::TwoTier`].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PolicyRules {
    /// What a leaf is charged for.
    pub basis: AllocationBasis,
    /// What pods can be charged for at most.
    pub ceiling: CapacityCeiling,
    /// How the price is split.
    pub split: PriceSplit,
    /// What is compared.
    pub averaging: UsageAveraging,
    /// What happens to idle cost.
    pub idle: IdleHandling,
}

impl PolicyRules {
    /// `UPID_INVALID_CONFIG` for a weight that is no finite number of at least 0, or if all are 0.
    pub fn validate(&self) -> Result<()> {
        let (name, weights) = match &self.split {
            PriceSplit::BaseRates => return Ok(()),
            PriceSplit::Ratio(weights) => ("Ratio", weights),
            PriceSplit::FixedShares(weights) => ("FixedShares", weights),
        };
        let fields =
            [("cpu", weights.cpu), ("memory", weights.memory), ("gpu", weights.gpu.unwrap_or(0.0))];
        for (field, value) in fields {
            if !(0.0..=1e9).contains(&value) {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("the weight {value} is not between 0 and 1e9"),
                )
                .at_path(format!("policy.split.{name}.{field}"))
                .hint("weights are relative, e.g. cpu 9 and memory 1"));
            }
        }
        if fields.iter().all(|(_, value)| *value == 0.0) {
            return Err(Error::new(ErrorKind::InvalidConfig, "all weights of the split are 0")
                .at_path(format!("policy.split.{name}"))
                .hint("give at least one resource a weight"));
        }
        Ok(())
    }
}

impl From<PolicyPreset> for PolicyRules {
    fn from(preset: PolicyPreset) -> Self {
        let two_tier = Self::default();
        let over_capacity = Self { ceiling: CapacityCeiling::Capacity, ..two_tier };
        match preset {
            PolicyPreset::TwoTier => two_tier,
            PolicyPreset::OpenCost => {
                Self { basis: AllocationBasis::MaxRequestUsage, ..over_capacity }
            }
            PolicyPreset::AwsSplit => Self {
                basis: AllocationBasis::MaxRequestUsage,
                split: PriceSplit::Ratio(ResourceWeights { cpu: 9.0, memory: 1.0, gpu: None }),
                averaging: UsageAveraging::Cell,
                idle: IdleHandling::SpreadOnNode,
                ..over_capacity
            },
            PolicyPreset::GkeRequest => Self { basis: AllocationBasis::Request, ..two_tier },
            PolicyPreset::FixedWeights => Self {
                basis: AllocationBasis::Request,
                split: PriceSplit::FixedShares(ResourceWeights {
                    cpu: 0.6,
                    memory: 0.4,
                    gpu: None,
                }),
                ..over_capacity
            },
        }
    }
}

/// A preset's name, or the parts of a policy. JSON: `"TwoTier"` or `{basis, ceiling, split, averaging, idle}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
#[serde(untagged)]
pub enum Policy {
    /// A policy with a name.
    Preset(PolicyPreset),
    /// Own parts.
    Custom(PolicyRules),
}

impl Policy {
    /// The parts of the policy.
    pub fn rules(&self) -> PolicyRules {
        match *self {
            Self::Preset(preset) => preset.into(),
            Self::Custom(rules) => rules,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::Preset(PolicyPreset::default())
    }
}

impl From<PolicyPreset> for Policy {
    fn from(preset: PolicyPreset) -> Self {
        Self::Preset(preset)
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match named(deserializer, "the name of a policy or its parts")? {
            Named::Name(preset) => Self::Preset(preset),
            Named::Full(rules) => Self::Custom(rules),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parts() {
        let policy: Policy = serde_json::from_str(r#""AwsSplit""#).unwrap();
        assert_eq!(policy.rules().averaging, UsageAveraging::Cell);
        let text = r#"{"basis":"Usage","split":{"Ratio":{"cpu":9,"memory":1,"gpu":100}}}"#;
        let custom: Policy = serde_json::from_str(text).unwrap();
        assert_eq!(custom.rules().basis, AllocationBasis::Usage);
        let back: Policy = serde_json::from_str(&serde_json::to_string(&custom).unwrap()).unwrap();
        assert_eq!(back, custom);
        assert!(serde_json::from_str::<Policy>(r#""Fair""#).is_err());
        assert!(serde_json::from_str::<Policy>(r#"{"bassis":"Usage"}"#).is_err());
    }
}
