//! The embedded price list (feature `catalog`), and how to load one's own.
//!
//! The lists stay text until somebody asks: a look-up is a binary search over their lines, so that a program that
//! never asks pays nothing, and one that does pays no start-up. Sources and licence: `catalog/README.md`.

use crate::error::Result;
use crate::ingest::{PricesOptions, parse_prices};
use crate::model::{CatalogEntries, CatalogEntry, Provider};
use crate::units::{RateAmount, Timestamp};

/// A list of one region; lines in order of the type without regard to case.
struct List {
    provider: Provider,
    name: &'static str,
    region: &'static str,
    as_of: &'static str,
    lines: &'static str,
}

const LISTS: [List; 3] = [
    List {
        provider: Provider::Aws,
        name: "aws",
        region: "us-east-1",
        as_of: "2026-07-20T00:00:00Z",
        lines: include_str!("aws-us-east-1.csv"),
    },
    List {
        provider: Provider::Azure,
        name: "azure",
        region: "eastus",
        as_of: "2026-06-18T00:00:00Z",
        lines: include_str!("azure-eastus.csv"),
    },
    List {
        provider: Provider::Gcp,
        name: "gcp",
        region: "us-central1",
        as_of: "2026-08-03T00:00:00Z",
        lines: include_str!("gcp-us-central1.csv"),
    },
];

/// What the embedded list says of an instance type, in USD. No other region stands in and no name is guessed; names of
/// Azure compare without regard to case.
///
/// ```
/// use upid_core::cost::catalog::lookup;
/// use upid_core::model::Provider;
/// let entry = lookup(Provider::Aws, "us-east-1", "m5.xlarge").unwrap();
/// assert_eq!(entry.on_demand.unwrap().to_string(), "0.192");
/// assert_eq!(lookup(Provider::Aws, "eu-west-1", "m5.xlarge"), None);
/// ```
pub fn lookup(provider: Provider, region: &str, instance_type: &str) -> Option<CatalogEntry> {
    let list = LISTS.iter().find(|list| list.provider == provider && list.region == region)?;
    let rows = list.lines.split_once('\n')?.1;
    let wanted = instance_type.to_ascii_lowercase();
    let (mut low, mut high) = (0, rows.len());
    while low < high {
        // The line around the middle.
        let middle = low.midpoint(high);
        let start = rows.get(..middle)?.rfind('\n').map_or(0, |at| at + 1);
        let line = rows.get(start..)?.split('\n').next()?;
        let name = line.split(',').next()?;
        match name.to_ascii_lowercase().cmp(&wanted) {
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
            std::cmp::Ordering::Equal => {
                let same = provider == Provider::Azure || name == instance_type;
                return if same { entry(list, line) } else { None };
            }
        }
    }
    None
}

/// The entry of a line, whose form a test checks.
fn entry(list: &List, line: &str) -> Option<CatalogEntry> {
    let cells: Vec<&str> = line.split(',').collect();
    let [instance_type, architecture, vcpu, memory, gpus, on_demand, spot] =
        <[&str; 7]>::try_from(cells).ok()?;
    let number = |text: &str| text.parse().ok();
    let rate = |text: &str| RateAmount::parse(text).ok();
    let mut entry = CatalogEntry::default();
    list.name.clone_into(&mut entry.provider);
    list.region.clone_into(&mut entry.region);
    instance_type.clone_into(&mut entry.instance_type);
    entry.as_of = Timestamp::parse(list.as_of).ok();
    entry.architecture = (!architecture.is_empty()).then(|| architecture.to_owned());
    (entry.vcpu, entry.memory_gib, entry.gpus) = (number(vcpu), number(memory), number(gpus));
    (entry.on_demand, entry.spot) = (rate(on_demand), rate(spot));
    Some(entry)
}

/// Reads a host's own list, a CSV with the columns `provider, region, instance_type, arch, vcpu, mem_gib, gpu,
/// on_demand_usd_h, spot_usd_h, as_of`; [`CatalogEntries::lookup`] finds in it.
///
/// # Errors
/// Those of `ingest.prices` in strict mode: a row that cannot be read is refused, with its place.
pub fn load(csv: &[u8]) -> Result<CatalogEntries> {
    Ok(parse_prices(csv, &PricesOptions::default().strict())?.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The anchors of cost.md §4.
    #[test]
    fn published_prices() {
        let price = |provider, region, name| {
            let entry = lookup(provider, region, name).unwrap_or_else(|| panic!("{name}"));
            let text = |rate: Option<RateAmount>| rate.map(|r| r.to_string());
            (text(entry.on_demand).unwrap(), text(entry.spot), entry.gpus)
        };
        let (aws, azure, gcp) = (Provider::Aws, Provider::Azure, Provider::Gcp);
        let on_demand = |text: &str, gpus| (text.to_owned(), None, gpus);
        assert_eq!(price(aws, "us-east-1", "m5.xlarge"), on_demand("0.192", Some(0.0)));
        assert_eq!(price(aws, "us-east-1", "g4dn.xlarge"), on_demand("0.526", Some(1.0)));
        assert_eq!(price(azure, "eastus", "Standard_D4s_v5"), on_demand("0.192", Some(0.0)));
        assert_eq!(price(azure, "eastus", "standard_d4S_V5"), on_demand("0.192", Some(0.0)));
        let spot = |od: &str, spot: &str| (od.to_owned(), Some(spot.to_owned()), None);
        let central = "us-central1";
        assert_eq!(price(gcp, central, "n2-standard-4"), spot("0.194236", "0.09212"));
        assert_eq!(price(gcp, central, "e2-standard-4"), spot("0.13402284", "0.080424"));
        for (provider, region, name) in [
            (aws, "us-east-1", "M5.XLARGE"),
            (aws, "us-east-2", "m5.xlarge"),
            (aws, "us-east-1", "m5.xlarg"),
            (aws, "us-east-1", ""),
            (gcp, "us-central1", "zzz"),
            (Provider::Unknown, "us-east-1", "m5.xlarge"),
        ] {
            assert_eq!(lookup(provider, region, name), None, "{name}");
        }
    }

    /// Every line is found, and is what the parser of price lists makes of it.
    #[test]
    fn the_embedded_lists_are_lists() {
        let mut text = String::from(
            "provider,region,as_of,instance_type,arch,vcpu,mem_gib,gpu,on_demand_usd_h,spot_usd_h\n",
        );
        for list in &LISTS {
            for line in list.lines.lines().skip(1) {
                let cells = [list.name, list.region, list.as_of, line].join(",");
                text.extend([cells.as_str(), "\n"]);
            }
        }
        let loaded = load(text.as_bytes()).unwrap();
        assert_eq!(loaded.entries.len(), 3176);
        for entry in &loaded.entries {
            let list = LISTS.iter().find(|list| list.name == entry.provider).unwrap();
            let found = lookup(list.provider, &entry.region, &entry.instance_type);
            assert_eq!(found.as_ref(), Some(entry));
            let again = loaded.lookup(list.provider, &entry.region, &entry.instance_type);
            assert_eq!(again, Some(entry));
            assert!(entry.on_demand.is_some_and(|rate| !rate.is_zero()), "{entry:?}");
        }
        assert_eq!(load(b"provider,region\naws,r\n").unwrap_err().code(), "UPID_MISSING_COLUMN");
    }
}
