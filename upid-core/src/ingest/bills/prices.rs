//! Price lists of instance types (ingest.md §10).

use std::collections::BTreeMap;

use super::fields::{Fields, columns};
use super::records::{Format, record_parser};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::options::parse_options;
use crate::ingest::parsed::Log;
use crate::model::{CatalogEntries, CatalogEntry, Severity};
use crate::units::{Currency, RateAmount};

parse_options! {
    /// Options of [`parse_prices`].
    pub struct PricesOptions {
        /// What separates the fields.
        pub delimiter: char = ',',
    }
}

columns! { List {
    Provider = "provider",
    Region = "region",
    InstanceType = "instance_type",
    Architecture = "arch",
    Vcpu = "vcpu",
    Memory = "mem_gib",
    Gpus = "gpu",
    OnDemand = "on_demand_usd_h",
    Spot = "spot_usd_h",
    AsOf = "as_of",
} }

record_parser! {
    /// Reads a price list: `provider, region, instance_type, arch, vcpu, mem_gib, gpu, on_demand_usd_h, spot_usd_h, as_of`.
    ///
    /// An empty cell is unknown. A price of 0 is a price, with a warning. Of two rows for one type the one with the
    /// later `as_of` stays.
    PricesParser, parse_prices, PricesOptions, PriceList => CatalogEntries
}

/// Entries by provider, region and instance type.
#[derive(Default)]
struct PriceList {
    entries: BTreeMap<(String, String, String), CatalogEntry>,
}

impl PriceList {
    fn new(_: &PricesOptions) -> Self {
        Self::default()
    }
}

impl Format for PriceList {
    type Column = List;
    type Value = CatalogEntries;
    const DETECTED: crate::ingest::Format = crate::ingest::Format::Prices;
    const REQUIRED: &'static [&'static [List]] =
        &[&[List::Provider], &[List::Region], &[List::InstanceType], &[List::OnDemand, List::Spot]];

    fn record(&mut self, fields: &mut Fields<'_>) -> Result<()> {
        let entry = CatalogEntry {
            provider: fields.required(List::Provider)?.to_ascii_lowercase(),
            region: fields.required(List::Region)?.to_owned(),
            instance_type: fields.required(List::InstanceType)?.to_owned(),
            as_of: fields.time(List::AsOf)?,
            architecture: fields.owned(List::Architecture)?,
            vcpu: amount(fields, List::Vcpu)?,
            memory_gib: amount(fields, List::Memory)?,
            gpus: amount(fields, List::Gpus)?,
            on_demand: price(fields, List::OnDemand)?,
            spot: price(fields, List::Spot)?,
        };
        let key = (entry.provider.clone(), entry.region.clone(), entry.instance_type.clone());
        match self.entries.get_mut(&key) {
            None => {
                self.entries.insert(key, entry);
            }
            Some(other) => {
                let message = "two rows for one instance type; the later `as_of` stays";
                fields.remark("DuplicateEntry", Severity::Warning, message, List::InstanceType);
                if entry > *other {
                    *other = entry;
                }
            }
        }
        Ok(())
    }

    fn finish(self, _: &mut Log) -> CatalogEntries {
        let entries = self.entries.into_values().collect();
        let mut list = CatalogEntries::default();
        (list.currency, list.entries) = (Currency::USD, entries);
        list
    }
}

/// A number of at least 0.
fn amount(fields: &mut Fields<'_>, column: List) -> Result<Option<f64>> {
    let amount = fields.number(column)?;
    if amount.is_some_and(|amount| amount < 0.0) {
        let error = Error::new(ErrorKind::InvalidValue, "the value is below 0")
            .hint("leave unknown values empty");
        return Err(fields.wrong(column, error));
    }
    Ok(amount)
}

fn price(fields: &mut Fields<'_>, column: List) -> Result<Option<RateAmount>> {
    let price = fields.rate(column)?;
    if price.is_some_and(RateAmount::is_zero) {
        let message = "a price of 0 is taken as a price";
        fields.remark("ZeroPrice", Severity::Warning, message, column);
    }
    Ok(price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Parsed;

    const HEADER: &str =
        "provider,region,instance_type,arch,vcpu,mem_gib,gpu,on_demand_usd_h,spot_usd_h,as_of";

    fn parse(rows: &str) -> Result<Parsed<CatalogEntries>> {
        parse_prices(format!("{HEADER}\n{rows}").as_bytes(), &PricesOptions::default())
    }

    #[test]
    fn entries_in_order_and_empty_cells_unknown() {
        let parsed = parse(
            "gcp,us-central1,n2-standard-4,,4,16,,0.194236,0.09212,2026-07-20\n\
             AWS,us-east-1,m5.xlarge,amd64,4.0,16.0,0.0,0.192,,2026-07-20\n\
             azure,eastus,Free,,,,,0,,\n\
             aws,us-east-1,m5.xlarge,amd64,4.0,16.0,0.0,0.2,,2026-06-20\n",
        )
        .unwrap();
        let entries = &parsed.value.entries;
        let names: Vec<&str> = entries.iter().map(|e| e.instance_type.as_str()).collect();
        assert_eq!(names, ["m5.xlarge", "Free", "n2-standard-4"]);
        assert_eq!(entries[0].on_demand.unwrap().to_string(), "0.192");
        assert_eq!((entries[0].spot, entries[0].gpus), (None, Some(0.0)));
        assert_eq!(entries[2].as_of.unwrap().to_string(), "2026-07-20T00:00:00Z");
        assert_eq!((entries[1].vcpu, entries[1].on_demand), (None, Some(RateAmount::ZERO)));
        let codes: Vec<_> = parsed.notices.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(codes, ["DuplicateEntry", "ZeroPrice"]);
    }

    #[test]
    fn bad_prices() {
        let good = "aws,r,t,,,,,1,,\n";
        for (bad, code) in [
            ("aws,r,u,,,,,-1,,\n", "UPID_INVALID_VALUE"),
            ("aws,r,u,,,,,\"1,5\",,\n", "UPID_MONEY_PARSE"),
            ("aws,r,,,,,,1,,\n", "UPID_MISSING_FIELD"),
            ("aws,r,u,,four,,,1,,\n", "UPID_FORMAT"),
            ("aws,r,u,,-1,,,1,,\n", "UPID_INVALID_VALUE"),
            ("aws,r,u\n", "UPID_FORMAT"),
        ] {
            let text = format!("{HEADER}\n{good}{bad}");
            let error =
                parse_prices(text.as_bytes(), &PricesOptions::default().strict()).unwrap_err();
            assert_eq!((error.code(), error.place().row), (code, Some(1)), "{bad}");
            let parsed = parse(&format!("{good}{bad}")).unwrap();
            assert_eq!((parsed.value.entries.len(), parsed.stats.skipped), (1, 1));
        }
        assert_eq!(parse("").unwrap().notices[0].code, "Empty");
    }
}
