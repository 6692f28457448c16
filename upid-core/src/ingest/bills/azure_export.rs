//! Azure cost exports: EA, MCA and resource-group forms (ingest.md §10).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::azure_query::{charge_type, pricing};
use super::category;
use super::fields::{Bill, Fields, columns};
use super::records::{Format, record_parser};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::options::parse_options;
use crate::ingest::parsed::Log;
use crate::ingest::values::loose;
use crate::model::{
    BillCategory, BillCosts, BillLine, BillPricing, BillSet, ChargeType, Commitment,
    CommitmentStatus, CostKind, Provider,
};
use crate::units::{MS_PER_DAY, Timestamp};

/// How `3/4/2026` is read, in every row alike: a row of the other order is malformed, not read the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DateOrder {
    /// March 4.
    #[default]
    MonthFirst,
    /// April 3.
    DayFirst,
}

parse_options! {
    /// Options of [`parse_azure_export`].
    pub struct AzureExportOptions {
        /// What separates the fields.
        pub delimiter: char = ',',
        /// How dates with slashes are read.
        pub date_order: DateOrder = DateOrder::MonthFirst,
        /// Which cost the export holds, `Billed` (actual) or `Effective` (amortised); it does not say so itself.
        pub cost_kind: CostKind = CostKind::Billed,
    }
}

columns! { Export {
    Date = "Date" | "UsageDate" | "UsageDateTime",
    Cost = "CostInBillingCurrency" | "Cost" | "PreTaxCost",
    CurrencyCode = "BillingCurrency" | "BillingCurrencyCode" | "Currency",
    Category = "MeterCategory",
    SubCategory = "MeterSubCategory" | "MeterSubcategory",
    MeterId = "MeterId",
    Meter = "MeterName",
    Quantity = "Quantity" | "UsageQuantity",
    Unit = "UnitOfMeasure",
    Resource = "ResourceId" | "InstanceId",
    ResourceName = "ResourceName",
    Group = "ResourceGroupName" | "ResourceGroup",
    Subscription = "SubscriptionId" | "SubscriptionGuid",
    Region = "ResourceLocation",
    Tags = "Tags",
    Reservation = "ReservationId",
    Benefit = "benefitId",
    Type = "ChargeType",
    Pricing = "PricingModel",
    AdditionalInfo = "AdditionalInfo",
    Invoice = "InvoiceId",
    PeriodStart = "BillingPeriodStartDate",
    PeriodEnd = "BillingPeriodEndDate",
} }

record_parser! {
    /// Reads an Azure cost export as CSV, one row a resource, meter and day.
    ///
    /// In an actual export what a reservation covers costs 0 and its purchase carries the money; in an amortised one it
    /// is spread. Only the caller knows which it is: `costKind`.
    AzureExportParser, parse_azure_export, AzureExportOptions, ExportFormat => BillSet
}

struct ExportFormat {
    order: DateOrder,
    kind: CostKind,
    bill: Bill,
}

impl ExportFormat {
    fn new(options: &AzureExportOptions) -> Self {
        Self { order: options.date_order, kind: options.cost_kind, bill: Bill::default() }
    }

    fn date(&self, fields: &mut Fields<'_>, column: Export) -> Result<Option<Timestamp>> {
        let Some(text) = fields.text(column)? else { return Ok(None) };
        date(text, self.order).map(Some).map_err(|e| fields.wrong(column, e))
    }
}

impl Format for ExportFormat {
    type Column = Export;
    type Value = BillSet;
    const DETECTED: crate::ingest::Format = crate::ingest::Format::AzureExport;
    const REQUIRED: &'static [&'static [Export]] =
        &[&[Export::Date], &[Export::Cost], &[Export::CurrencyCode]];

    fn record(&mut self, fields: &mut Fields<'_>) -> Result<()> {
        fields.required(Export::Date)?;
        let start = self.date(fields, Export::Date)?.unwrap_or_default();
        let service = fields.owned(Export::Category)?;
        let meter = fields.owned(Export::Meter)?;
        let kind = fields.text(Export::Type)?;
        let mut line = BillLine {
            provider: Provider::Azure,
            account: fields.owned(Export::Subscription)?,
            start,
            end: Timestamp(start.0.saturating_add(MS_PER_DAY)),
            resource_id: fields.owned(Export::Resource)?,
            resource_name: fields.owned(Export::ResourceName)?,
            charge_type: charge_type(fields, Export::Type)?,
            costs: BillCosts::only(self.kind, fields.amount(Export::Cost)?),
            quantity: fields.number(Export::Quantity)?,
            unit: fields.owned(Export::Unit)?,
            region: fields.owned(Export::Region)?,
            sku: fields.owned(Export::MeterId)?,
            pricing: pricing(fields.text(Export::Pricing)?),
            invoice: fields.owned(Export::Invoice)?,
            ..BillLine::default()
        };
        line.category = match line.charge_type {
            ChargeType::Tax => BillCategory::Tax,
            _ => category::azure(
                service.as_deref().unwrap_or_default(),
                meter.as_deref().unwrap_or_default(),
            ),
        };
        line.commitment = commitment(fields, kind.unwrap_or_default(), line.pricing)?;
        if let Some(info) = fields.literal(Export::AdditionalInfo)? {
            line.instance_type = info.text("ServiceType").map(str::to_owned);
        }
        if let Some(text) = fields.text(Export::Tags)? {
            // Some exports leave the braces out.
            let braced =
                if text.starts_with('{') { text.to_owned() } else { format!("{{{text}}}") };
            if let Some(tags) = fields.literal_of(Export::Tags, &braced)? {
                fields.pairs(Export::Tags, tags, &mut line.tags)?;
            }
        }
        if let (Some(group), None) = (fields.text(Export::Group)?, &line.resource_id) {
            line.tags.insert("ResourceGroup".into(), group.to_owned());
        }
        line.usage_type = match (fields.text(Export::SubCategory)?, meter) {
            (Some(sub), Some(meter)) => Some(format!("{sub}/{meter}")),
            (sub, meter) => meter.or(sub.map(str::to_owned)),
        };
        line.service = service;
        let from = self.date(fields, Export::PeriodStart)?;
        // The period's last day is named, not the first after.
        let to = self.date(fields, Export::PeriodEnd)?;
        let to = to.map(|end| Timestamp(end.0.saturating_add(MS_PER_DAY)));
        self.bill.currency_of(fields, Export::CurrencyCode)?;
        self.bill.span_period(from, to);
        self.bill.add(line);
        Ok(())
    }

    fn finish(self, _: &mut Log) -> BillSet {
        self.bill.finish()
    }
}

fn commitment(
    fields: &mut Fields<'_>,
    kind: &str,
    pricing: Option<BillPricing>,
) -> Result<Option<Commitment>> {
    let reservation = fields.owned(Export::Reservation)?;
    let benefit = fields.owned(Export::Benefit)?;
    let is_plan = kind == "UnusedSavingsPlan"
        || fields.text(Export::Pricing)?.is_some_and(|p| p.eq_ignore_ascii_case("SavingsPlan"));
    let name = if reservation.is_none() && is_plan { "SavingsPlan" } else { "Reservation" };
    let status = match kind {
        "UnusedReservation" | "UnusedSavingsPlan" => Some(CommitmentStatus::Unused),
        "Usage" if pricing == Some(BillPricing::Committed) => Some(CommitmentStatus::Used),
        _ => None,
    };
    let id = reservation.or(benefit);
    Ok(id.map(|id| Commitment { id, kind: Some(name.to_owned()), status }))
}

/// Midnight of `M/D/YYYY`, `D/M/YYYY`, `YYYY-MM-DD`, or of the day of a time.
fn date(text: &str, order: DateOrder) -> Result<Timestamp> {
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        Error::new(ErrorKind::TimeParse, format!("{shown:?} is not a date")).hint(
            "dates are M/D/YYYY or YYYY-MM-DD; for D/M/YYYY set options.dateOrder to DayFirst",
        )
    };
    let day = if text.contains('/') {
        let mut parts = text.split('/').map(|part| part.parse::<u32>().ok());
        let mut next = || parts.next().flatten().ok_or_else(wrong);
        let (first, second, year) = (next()?, next()?, next()?);
        let (month, day) = match order {
            DateOrder::MonthFirst => (first, second),
            DateOrder::DayFirst => (second, first),
        };
        let year = i32::try_from(year).ok().filter(|y| (1..=9999).contains(y)).ok_or_else(wrong)?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        NaiveDate::from_ymd_opt(year, month, day).ok_or_else(wrong)?
    } else {
        let at = loose(text)?.ok_or_else(wrong)?.at;
        return Ok(Timestamp(at.0.div_euclid(MS_PER_DAY).saturating_mul(MS_PER_DAY)));
    };
    let midnight = day.and_hms_opt(0, 0, 0).ok_or_else(wrong)?;
    Timestamp::from_ms(midnight.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Parsed;

    const HEADER: &str = "Date,MeterCategory,MeterName,Quantity,Cost,BillingCurrency,InstanceId,SubscriptionGuid,Tags,ReservationId,benefitId,ChargeType,PricingModel,AdditionalInfo";
    const VM: &str = r#"3/4/2026,Virtual Machines,D4s v5,24,4.608,USD,/subscriptions/S/resourceGroups/R/providers/Microsoft.Compute/virtualMachines/n1,s,"""team"": ""shop""",,,Usage,OnDemand,"{""ServiceType"": ""Standard_D4s_v5""}""#;

    fn parse(rows: &str, options: &AzureExportOptions) -> Result<Parsed<BillSet>> {
        parse_azure_export(format!("{HEADER}\n{rows}\n").as_bytes(), options)
    }

    #[test]
    fn one_row_and_its_options() {
        let parsed = parse(VM, &AzureExportOptions::default()).unwrap();
        assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
        let line = &parsed.value.lines[0];
        assert_eq!(line.start.to_string(), "2026-03-04T00:00:00Z");
        assert_eq!(line.instance_type.as_deref(), Some("Standard_D4s_v5"));
        assert_eq!((line.tags["team"].as_str(), line.category), ("shop", BillCategory::Compute));
        let options = AzureExportOptions {
            date_order: DateOrder::DayFirst,
            cost_kind: CostKind::Effective,
            ..AzureExportOptions::default()
        };
        let line = parse(VM, &options).unwrap().value.lines.remove(0);
        assert_eq!(line.start.to_string(), "2026-04-03T00:00:00Z");
        assert_eq!((line.costs.billed, line.costs.effective.is_some()), (None, true));
    }

    #[test]
    fn dates() {
        let read = |text: &str| date(text, DateOrder::MonthFirst).map(|t| t.to_string());
        for text in ["9/13/2023", "09/13/2023", "2023-09-13", "2023-09-13T07:00:00Z"] {
            assert_eq!(read(text).unwrap(), "2023-09-13T00:00:00Z", "{text}");
        }
        for text in [
            "",
            "13/9/2023",
            "13/13/2023",
            "2/30/2023",
            "1/2",
            "1/2/3/4",
            "1/2/99999",
            "September",
            "-1/2/2023",
        ] {
            assert_eq!(read(text).unwrap_err().code(), "UPID_TIME_PARSE", "{text}");
        }
        // Before 1970 there are no instants.
        assert_eq!(read("1/2/1000").unwrap_err().code(), "UPID_TIMESTAMP_RANGE");
    }

    /// The order of one row is never guessed from its numbers: its neighbours would be read the other way round.
    #[test]
    fn the_order_of_dates_is_that_of_the_option() {
        let rows = ["13/02/2024", "12/02/2024"].map(|day| VM.replacen("3/4/2026", day, 1));
        let parsed = parse(&rows.join("\n"), &AzureExportOptions::default()).unwrap();
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (1, 1));
        assert_eq!(parsed.value.lines[0].start.to_string(), "2024-12-02T00:00:00Z");
        let notice = &parsed.notices[0];
        assert_eq!((notice.code.as_str(), notice.places[0].row), ("MalformedRecord", Some(0)));
        let strict = AzureExportOptions::default().strict();
        let error = parse(&rows.join("\n"), &strict).unwrap_err();
        assert_eq!((error.code(), error.place().row), ("UPID_TIME_PARSE", Some(0)));
        assert!(error.hint_text().contains("dateOrder"));
        let day_first = AzureExportOptions { date_order: DateOrder::DayFirst, ..strict };
        let lines = parse(&rows.join("\n"), &day_first).unwrap().value.lines;
        let days: Vec<_> = lines.iter().map(|line| line.start.to_string()).collect();
        assert_eq!(days, ["2024-02-12T00:00:00Z", "2024-02-13T00:00:00Z"]);
        let month = VM.replacen("3/4/2026", "2/13/2024", 1);
        assert_eq!(parse(&month, &day_first).unwrap_err().code(), "UPID_TIME_PARSE");
    }

    #[test]
    fn commitments() {
        for (kind, model, ids, name, status) in [
            ("Usage", "Reservation", "r,", "Reservation", Some(CommitmentStatus::Used)),
            (
                "UnusedReservation",
                "Reservation",
                "r,",
                "Reservation",
                Some(CommitmentStatus::Unused),
            ),
            ("Usage", "SavingsPlan", ",b", "SavingsPlan", Some(CommitmentStatus::Used)),
            (
                "UnusedSavingsPlan",
                "SavingsPlan",
                ",b",
                "SavingsPlan",
                Some(CommitmentStatus::Unused),
            ),
            ("Purchase", "Reservation", "r,", "Reservation", None),
        ] {
            let row = VM.replace(",,,Usage,OnDemand", &format!(",{ids},{kind},{model}"));
            let line = parse(&row, &AzureExportOptions::default()).unwrap().value.lines.remove(0);
            let found = line.commitment.unwrap();
            assert_eq!((found.kind.as_deref(), found.status), (Some(name), status), "{kind}");
        }
        let row = VM.replace("Usage,OnDemand", "RoundingAdjustment,");
        let line = parse(&row, &AzureExportOptions::default()).unwrap().value.lines.remove(0);
        assert_eq!((line.charge_type, line.pricing), (ChargeType::Adjustment, None));
    }

    #[test]
    fn an_unknown_charge_type_is_named() {
        let row = VM.replace("Usage,OnDemand", "Bonus,OnDemand");
        let parsed = parse(&row, &AzureExportOptions::default()).unwrap();
        let notice = &parsed.notices[0];
        assert_eq!(
            (notice.code.as_str(), notice.severity, notice.places[0].field.as_deref()),
            ("UnknownChargeType", crate::model::Severity::Warning, Some("ChargeType"))
        );
        assert_eq!(parsed.value.lines[0].charge_type, ChargeType::Usage);
        for known in ["Usage", "UnusedReservation", "UnusedSavingsPlan", "", "usage"] {
            let row = VM.replace("Usage,OnDemand", &format!("{known},OnDemand"));
            let parsed = parse(&row, &AzureExportOptions::default()).unwrap();
            assert_eq!(parsed.notices, [], "{known}");
        }
    }

    /// Extract of the EA sample of the `FinOps` Foundation's `focus_converters`.
    #[test]
    fn enterprise_agreement_fixture() {
        let bytes = include_bytes!("../../../tests/data/bills/azure_ea.csv");
        let parsed = parse_azure_export(bytes, &AzureExportOptions::default()).unwrap();
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped, parsed.stats.rounded), (27, 0, 2));
        assert_eq!(parsed.value.total(CostKind::Billed).unwrap().to_string(), "1.261369265057");
        assert_eq!(parsed.value.currency.unwrap().code(), "CAD");
        let period = parsed.value.period.unwrap();
        assert_eq!(
            (period.start.to_string().as_str(), period.end.to_string().as_str()),
            ("2023-09-01T00:00:00Z", "2023-10-01T00:00:00Z")
        );
        assert!(parsed.value.lines.iter().all(|l| l.tags.len() == 3));
        assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
    }

    #[test]
    fn bad_rows() {
        for (from, to, code) in [
            ("4.608", "\"4,608\"", "UPID_MONEY_PARSE"),
            ("3/4/2026", "", "UPID_MISSING_FIELD"),
            ("3/4/2026", "soon", "UPID_TIME_PARSE"),
            (",24,", ",many,", "UPID_FORMAT"),
            (",USD,", ",dollars,", "UPID_CURRENCY_MISMATCH"),
        ] {
            let rows = format!("{VM}\n{}", VM.replacen(from, to, 1));
            let error = parse(&rows, &AzureExportOptions::default().strict()).unwrap_err();
            assert_eq!((error.code(), error.place().row), (code, Some(1)), "{to}");
        }
        let bad_tags = VM.replace("\"\"team\"\":", "\"\"team");
        let parsed = parse(&bad_tags, &AzureExportOptions::default()).unwrap();
        assert_eq!(
            (parsed.stats.accepted, parsed.notices[0].code.as_str()),
            (1, "UnreadableValue")
        );
        let error = parse_azure_export(b"Date,Cost\n", &AzureExportOptions::default()).unwrap_err();
        assert_eq!(
            (error.code(), error.place().field.as_deref()),
            ("UPID_MISSING_COLUMN", Some("BillingCurrency"))
        );
    }
}
