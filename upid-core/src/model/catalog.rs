//! Price lists of instance types.

use serde::{Deserialize, Serialize};

use super::Provider;
use crate::units::{Currency, RateAmount, Timestamp};

/// What an instance type has and costs (cost.md §4). Absent is unknown; a price of 0 is a price.
#[derive(Debug, Clone, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CatalogEntry {
    /// Provider as the list names it, in lower case, e.g. `aws`.
    pub provider: String,
    /// Region.
    pub region: String,
    /// Instance type.
    pub instance_type: String,
    /// When the prices were valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// CPU architecture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Virtual CPUs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcpu: Option<f64>,
    /// Memory in GiB (2³⁰ bytes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_gib: Option<f64>,
    /// GPUs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpus: Option<f64>,
    /// Price per hour by use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand: Option<RateAmount>,
    /// Price per hour of interruptible capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<RateAmount>,
}

/// A price list: one entry per provider, region and instance type, in that order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct CatalogEntries {
    /// Currency of every price.
    pub currency: Currency,
    /// The entries.
    pub entries: Vec<CatalogEntry>,
}

impl CatalogEntries {
    /// The entry of an instance type; names of Azure compare without regard to case, no region stands in for another.
    pub fn lookup(
        &self,
        provider: Provider,
        region: &str,
        instance_type: &str,
    ) -> Option<&CatalogEntry> {
        let name = match provider {
            Provider::Aws => "aws",
            Provider::Gcp => "gcp",
            Provider::Azure => "azure",
            _ => return None,
        };
        let first = self
            .entries
            .partition_point(|e| (e.provider.as_str(), e.region.as_str()) < (name, region));
        let of_region = self.entries.iter().skip(first);
        let mut of_region = of_region.take_while(|e| e.provider == name && e.region == region);
        of_region.find(|e| match provider {
            Provider::Azure => e.instance_type.eq_ignore_ascii_case(instance_type),
            _ => e.instance_type == instance_type,
        })
    }
}
