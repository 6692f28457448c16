//! Base tables of unit prices, which keep the ratios of a split and estimate missing prices.

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::Result;
use crate::json::{Named, named};
use crate::model::{Cluster, Provider};
use crate::units::RateAmount;

/// A built-in table. Source: `OpenCost`, `configs/*.json`, in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum BaseTable {
    /// By the provider of the cluster, else `Default`.
    #[default]
    Auto,
    /// The default of `OpenCost`.
    Default,
    /// Amazon.
    Aws,
    /// Microsoft.
    Azure,
    /// Google.
    Gcp,
    /// Oracle.
    Oracle,
    /// Alibaba.
    Alibaba,
}

/// The choice of a table, and own prices in place of its fields. JSON: `"Auto"` or `{table, cpuCoreHour, …}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BaseRates {
    /// The table.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub table: BaseTable,
    /// Per core and hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_core_hour: Option<RateAmount>,
    /// Per GiB and hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_gib_hour: Option<RateAmount>,
    /// Per GPU and hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_hour: Option<RateAmount>,
    /// Per core and hour on a Spot node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot_cpu_core_hour: Option<RateAmount>,
    /// Per GiB and hour on a Spot node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot_memory_gib_hour: Option<RateAmount>,
    /// Per GiB of volume and hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_gib_hour: Option<RateAmount>,
    /// Per GiB sent to another zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_gib: Option<RateAmount>,
    /// Per GiB sent to another region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_gib: Option<RateAmount>,
    /// Per GiB sent to the internet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internet_gib: Option<RateAmount>,
    /// Per load balancer and hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer_hour: Option<RateAmount>,
}

/// A table with every field decided; `None` where nobody has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateTable {
    /// Per core and hour.
    pub cpu_core_hour: RateAmount,
    /// Per GiB and hour.
    pub memory_gib_hour: RateAmount,
    /// Per GPU and hour.
    pub gpu_hour: RateAmount,
    /// Per core and hour on a Spot node.
    pub spot_cpu_core_hour: Option<RateAmount>,
    /// Per GiB and hour on a Spot node.
    pub spot_memory_gib_hour: Option<RateAmount>,
    /// Per GiB of volume and hour.
    pub storage_gib_hour: RateAmount,
    /// Per GiB sent to another zone.
    pub zone_gib: Option<RateAmount>,
    /// Per GiB sent to another region.
    pub region_gib: Option<RateAmount>,
    /// Per GiB sent to the internet.
    pub internet_gib: Option<RateAmount>,
    /// Per load balancer and hour.
    pub load_balancer_hour: RateAmount,
}

/// Micro-units of a rate (10⁻⁶ currency units), the precision of most published prices.
const fn micro(value: i128) -> RateAmount {
    RateAmount(value * 1_000_000_000_000)
}

const DEFAULT: RateTable = RateTable {
    cpu_core_hour: micro(31_611),
    memory_gib_hour: micro(4_237),
    gpu_hour: micro(950_000),
    spot_cpu_core_hour: Some(micro(6_655)),
    spot_memory_gib_hour: Some(micro(892)),
    // 0.00005479452 = 0.04 per GiB-month / 730 h.
    storage_gib_hour: RateAmount(54_794_520_000_000),
    zone_gib: Some(micro(10_000)),
    region_gib: Some(micro(10_000)),
    internet_gib: Some(micro(120_000)),
    load_balancer_hour: micro(25_000),
};

impl BaseTable {
    /// The table of a provider.
    fn of(cluster: &Cluster) -> Self {
        let named = cluster.provider_name.as_deref().unwrap_or_default().to_ascii_lowercase();
        match cluster.provider {
            Provider::Aws => Self::Aws,
            Provider::Gcp => Self::Gcp,
            Provider::Azure => Self::Azure,
            Provider::OtherCloud if named.starts_with("oracle") => Self::Oracle,
            Provider::OtherCloud if named.starts_with("alibaba") => Self::Alibaba,
            _ => Self::Default,
        }
    }

    fn rates(self) -> RateTable {
        match self {
            Self::Auto | Self::Default | Self::Gcp => DEFAULT,
            Self::Aws => RateTable { internet_gib: Some(micro(143_000)), ..DEFAULT },
            Self::Azure => RateTable {
                cpu_core_hour: micro(39_000),
                memory_gib_hour: micro(1_917),
                // 0.0428925
                gpu_hour: RateAmount(42_892_500_000_000_000),
                spot_cpu_core_hour: Some(micro(7_764)),
                spot_memory_gib_hour: Some(micro(382)),
                internet_gib: Some(micro(72_500)),
                load_balancer_hour: micro(5_000),
                ..DEFAULT
            },
            Self::Oracle => RateTable {
                cpu_core_hour: micro(15_000),
                memory_gib_hour: micro(2_000),
                gpu_hour: micro(2_000_000),
                spot_cpu_core_hour: None,
                spot_memory_gib_hour: None,
                zone_gib: None,
                region_gib: None,
                internet_gib: Some(micro(8_500)),
                load_balancer_hour: micro(11_300),
                ..DEFAULT
            },
            Self::Alibaba => RateTable {
                zone_gib: Some(micro(20_000)),
                region_gib: Some(micro(80_000)),
                internet_gib: Some(micro(123_000)),
                load_balancer_hour: micro(7_000),
                ..DEFAULT
            },
        }
    }
}

impl BaseRates {
    /// A built-in table as it is.
    pub fn table(table: BaseTable) -> Self {
        Self { table, ..Self::default() }
    }

    /// The prices that hold for a cluster: own ones, else those of the table.
    pub fn resolve(&self, cluster: &Cluster) -> RateTable {
        let table = match self.table {
            BaseTable::Auto => BaseTable::of(cluster),
            table => table,
        };
        let base = table.rates();
        RateTable {
            cpu_core_hour: self.cpu_core_hour.unwrap_or(base.cpu_core_hour),
            memory_gib_hour: self.memory_gib_hour.unwrap_or(base.memory_gib_hour),
            gpu_hour: self.gpu_hour.unwrap_or(base.gpu_hour),
            spot_cpu_core_hour: self.spot_cpu_core_hour.or(base.spot_cpu_core_hour),
            spot_memory_gib_hour: self.spot_memory_gib_hour.or(base.spot_memory_gib_hour),
            storage_gib_hour: self.storage_gib_hour.unwrap_or(base.storage_gib_hour),
            zone_gib: self.zone_gib.or(base.zone_gib),
            region_gib: self.region_gib.or(base.region_gib),
            internet_gib: self.internet_gib.or(base.internet_gib),
            load_balancer_hour: self.load_balancer_hour.unwrap_or(base.load_balancer_hour),
        }
    }
}

impl<'de> Deserialize<'de> for BaseRates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        #[derive(Default)]
        struct Fields {
            table: BaseTable,
            cpu_core_hour: Option<RateAmount>,
            memory_gib_hour: Option<RateAmount>,
            gpu_hour: Option<RateAmount>,
            spot_cpu_core_hour: Option<RateAmount>,
            spot_memory_gib_hour: Option<RateAmount>,
            storage_gib_hour: Option<RateAmount>,
            zone_gib: Option<RateAmount>,
            region_gib: Option<RateAmount>,
            internet_gib: Option<RateAmount>,
            load_balancer_hour: Option<RateAmount>,
        }
        let f: Fields =
            match named(deserializer, "the name of a base table or an object of prices")? {
                Named::Name(table) => return Ok(Self::table(table)),
                Named::Full(fields) => fields,
            };
        Ok(BaseRates {
            table: f.table,
            cpu_core_hour: f.cpu_core_hour,
            memory_gib_hour: f.memory_gib_hour,
            gpu_hour: f.gpu_hour,
            spot_cpu_core_hour: f.spot_cpu_core_hour,
            spot_memory_gib_hour: f.spot_memory_gib_hour,
            storage_gib_hour: f.storage_gib_hour,
            zone_gib: f.zone_gib,
            region_gib: f.region_gib,
            internet_gib: f.internet_gib,
            load_balancer_hour: f.load_balancer_hour,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_by_provider_and_own_prices() {
        let cluster = Cluster { provider: Provider::Azure, ..Cluster::default() };
        let rates = BaseRates::default().resolve(&cluster);
        assert_eq!(rates.cpu_core_hour.to_string(), "0.039");
        assert_eq!(rates.gpu_hour.to_string(), "0.0428925");
        let own: BaseRates =
            serde_json::from_str(r#"{"table":"Oracle","memoryGibHour":0.003}"#).unwrap();
        let rates = own.resolve(&cluster);
        assert_eq!(rates.cpu_core_hour.to_string(), "0.015");
        assert_eq!(rates.memory_gib_hour.to_string(), "0.003");
        assert_eq!(rates.zone_gib, None);
        assert_eq!(rates.storage_gib_hour.to_string(), "0.00005479452");
        let named: BaseRates = serde_json::from_str(r#""Aws""#).unwrap();
        assert_eq!(named.resolve(&cluster).internet_gib.unwrap().to_string(), "0.143");
    }
}
