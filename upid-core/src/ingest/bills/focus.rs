//! FOCUS 1.0 to 1.3, the `FinOps` open cost and usage specification, as CSV or JSON lines (ingest.md §10).

use super::category;
use super::fields::{Bill, Fields, columns};
use super::literal::Literal;
use super::records::{Format, record_parser};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::options::parse_options;
use crate::ingest::parsed::Log;
use crate::model::{
    BillCategory, BillCosts, BillKubernetes, BillLine, BillPricing, BillSet, BillSplit, ChargeType,
    Commitment, CommitmentStatus, SplitResource,
};

parse_options! {
    /// Options of [`parse_focus`].
    pub struct FocusOptions {
        /// What separates the fields of CSV.
        pub delimiter: char = ',',
    }
}

columns! { Focus {
    Billed = "BilledCost",
    Effective = "EffectiveCost",
    List = "ListCost",
    Contracted = "ContractedCost",
    CurrencyCode = "BillingCurrency",
    PeriodStart = "BillingPeriodStart",
    PeriodEnd = "BillingPeriodEnd",
    Start = "ChargePeriodStart",
    End = "ChargePeriodEnd",
    ChargeCategory = "ChargeCategory",
    ServiceCategory = "ServiceCategory",
    ServiceName = "ServiceName",
    Account = "BillingAccountId",
    SubAccount = "SubAccountId",
    PricingCategory = "PricingCategory",
    PricingQuantity = "PricingQuantity",
    PricingUnit = "PricingUnit",
    Quantity = "ConsumedQuantity",
    Unit = "ConsumedUnit",
    CommitmentId = "CommitmentDiscountId",
    CommitmentCategory = "CommitmentDiscountCategory",
    CommitmentType = "CommitmentDiscountType",
    CommitmentStatus = "CommitmentDiscountStatus",
    Region = "RegionId",
    Zone = "AvailabilityZone",
    Resource = "ResourceId",
    ResourceName = "ResourceName",
    Sku = "SkuId",
    SkuMeter = "SkuMeter",
    SkuDetails = "SkuPriceDetails",
    Provider = "ProviderName",
    ServiceProvider = "ServiceProviderName",
    HostProvider = "HostProviderName",
    Publisher = "PublisherName",
    Issuer = "InvoiceIssuerName",
    Invoice = "InvoiceId",
    Tags = "Tags",
    MethodId = "AllocatedMethodId",
    MethodDetails = "AllocatedMethodDetails",
    AllocatedResource = "AllocatedResourceId",
    AllocatedTags = "AllocatedTags",
} }

/// Columns of FOCUS that say nothing a line holds.
const UNREAD: &[&str] = &[
    "AllocatedResourceName",
    "BillingAccountName",
    "BillingAccountType",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountUnit",
    "ContractApplied",
    "ContractedUnitPrice",
    "InvoiceDetailId",
    "ListUnitPrice",
    "PricingCurrency",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "RegionName",
    "ResourceType",
    "ServiceSubcategory",
    "SkuPriceId",
    "SubAccountName",
    "SubAccountType",
];

record_parser! {
    /// Reads FOCUS rows as CSV or JSON lines. The words `NULL`, `null` and `N/A`, times without a zone, and empty cost
    /// cells are tolerated in Lenient mode. Columns `x_…` become tags.
    ///
    /// An allocated charge (1.3) has a `split` with its share of the origin and the resource it went to.
    FocusParser, parse_focus, FocusOptions, FocusFormat => BillSet
}

#[derive(Default)]
struct FocusFormat {
    bill: Bill,
    version: Option<&'static str>,
}

impl FocusFormat {
    fn new(_: &FocusOptions) -> Self {
        Self::default()
    }

    /// The version by its columns.
    fn see(&mut self, fields: &Fields<'_>) {
        let version = if fields.has(Focus::MethodId) || fields.has(Focus::ServiceProvider) {
            "1.3"
        } else if fields.has(Focus::Invoice) || fields.has(Focus::SkuMeter) {
            "1.2"
        } else {
            "1.0 or 1.1"
        };
        self.version = self.version.max(Some(version));
    }
}

impl Format for FocusFormat {
    type Column = Focus;
    type Value = BillSet;
    const DETECTED: crate::ingest::Format = crate::ingest::Format::Focus;
    const REQUIRED: &'static [&'static [Focus]] = &[
        &[Focus::Billed],
        &[Focus::Effective],
        &[Focus::List],
        &[Focus::Contracted],
        &[Focus::CurrencyCode],
        &[Focus::PeriodStart],
        &[Focus::PeriodEnd],
        &[Focus::Start],
        &[Focus::End],
        &[Focus::ChargeCategory],
        &[Focus::ServiceCategory],
        &[Focus::ServiceName],
    ];
    const NULL_WORDS: bool = true;
    const JSON_LINES: bool = true;

    fn tag(name: &str) -> Option<&str> {
        name.starts_with("x_").then_some(name)
    }

    fn is_known(name: &str) -> bool {
        UNREAD.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn record(&mut self, fields: &mut Fields<'_>) -> Result<()> {
        self.see(fields);
        let (start, end) = fields.span(Focus::Start, Focus::End)?;
        // A line of JSON may lack what a table's header must have.
        if !fields.has(Focus::ServiceName) {
            return Err(fields.missing(Focus::ServiceName));
        }
        let service = fields.owned(Focus::ServiceName)?;
        let names = [Focus::ServiceProvider, Focus::Provider, Focus::HostProvider];
        let issuers = [Focus::Issuer, Focus::Publisher];
        let provider = match fields.first(&names)? {
            Some(name) => name,
            None => fields.first(&issuers)?.unwrap_or_default(),
        };
        let mut line = BillLine {
            provider: category::provider(&provider),
            account: fields.first(&[Focus::SubAccount, Focus::Account])?,
            start,
            end,
            resource_id: fields.owned(Focus::Resource)?,
            resource_name: fields.owned(Focus::ResourceName)?,
            charge_type: charge_type(fields)?,
            costs: BillCosts {
                billed: cost(fields, Focus::Billed)?,
                effective: cost(fields, Focus::Effective)?,
                list: cost(fields, Focus::List)?,
                contracted: cost(fields, Focus::Contracted)?,
                ..BillCosts::default()
            },
            region: fields.owned(Focus::Region)?,
            zone: fields.owned(Focus::Zone)?,
            sku: fields.owned(Focus::Sku)?,
            usage_type: fields.owned(Focus::SkuMeter)?,
            pricing: pricing(fields.text(Focus::PricingCategory)?),
            commitment: commitment(fields)?,
            invoice: fields.owned(Focus::Invoice)?,
            ..BillLine::default()
        };
        (line.quantity, line.unit) = match fields.number(Focus::Quantity)? {
            Some(consumed) => (Some(consumed), fields.owned(Focus::Unit)?),
            None => (fields.number(Focus::PricingQuantity)?, fields.owned(Focus::PricingUnit)?),
        };
        line.category = match line.charge_type {
            ChargeType::Tax => BillCategory::Tax,
            ChargeType::Credit => BillCategory::Credit,
            _ => category::focus(
                fields.text(Focus::ServiceCategory)?.unwrap_or_default(),
                service.as_deref().unwrap_or_default(),
            ),
        };
        if let Some(details) = fields.literal(Focus::SkuDetails)? {
            line.instance_type = details.text("InstanceType").map(str::to_owned);
        }
        line.service = service;
        fields.tags(Focus::Tags, &mut line.tags)?;
        Self::allocation(fields, &mut line)?;
        let period = (fields.time(Focus::PeriodStart)?, fields.time(Focus::PeriodEnd)?);
        self.bill.currency_of(fields, Focus::CurrencyCode)?;
        self.bill.span_period(period.0, period.1);
        self.bill.add(line);
        Ok(())
    }

    fn finish(self, log: &mut Log) -> BillSet {
        if let Some(version) = self.version {
            let message = || format!("by its columns this is FOCUS {version}");
            log.info("FocusVersion", message, Place::default());
        }
        self.bill.finish()
    }
}

impl FocusFormat {
    /// What FOCUS 1.3 says of an allocated charge.
    fn allocation(fields: &mut Fields<'_>, line: &mut BillLine) -> Result<()> {
        let Some(method) = fields.owned(Focus::MethodId)? else { return Ok(()) };
        let target = fields.owned(Focus::AllocatedResource)?;
        let mut split = BillSplit {
            parent: line.resource_id.clone(),
            target: target.clone(),
            ..BillSplit::default()
        };
        if let Some(details) = fields.literal(Focus::MethodDetails)? {
            let elements = match details.get("Elements") {
                Some(Literal::List(elements)) => elements.as_slice(),
                _ => &[],
            };
            let number = |element: &Literal, name: &str| {
                let text = element.text(name);
                let read = text.map(super::fields::number).transpose();
                read.map_err(|e| fields.wrong(Focus::MethodDetails, e))
            };
            for element in elements {
                if let Some(ratio) = number(element, "AllocatedRatio")? {
                    split.ratio = Some(split.ratio.unwrap_or(0.0) + ratio);
                }
            }
            // Quantities of several resources have no sum.
            if let [only] = elements {
                split.resource = only.text("UsageUnit").and_then(resource);
                split.allocated = number(only, "UsageQuantity")?;
            }
        }
        // Our own rows name the pod: `cluster/namespace/pod/uid`.
        if method.starts_with("upid:")
            && let Some(target) = &target
            && let [cluster, namespace, pod, uid] = target.split('/').collect::<Vec<_>>()[..]
        {
            let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            line.kubernetes = Some(Box::new(BillKubernetes {
                cluster: part(cluster),
                namespace: part(namespace),
                pod: part(pod),
                uid: part(uid),
                ..BillKubernetes::default()
            }));
        }
        line.split = Some(Box::new(split));
        if let Some(tags) = fields.literal(Focus::AllocatedTags)? {
            fields.pairs(Focus::AllocatedTags, tags, &mut line.tags)?;
        }
        Ok(())
    }
}

fn resource(unit: &str) -> Option<SplitResource> {
    match unit.to_ascii_lowercase().as_str() {
        "cpu" | "vcpu" => Some(SplitResource::Cpu),
        "memory" | "ram" => Some(SplitResource::Memory),
        "gpu" => Some(SplitResource::Gpu),
        _ => None,
    }
}

/// A cost; an empty one is missing, which FOCUS does not allow.
fn cost(fields: &mut Fields<'_>, column: Focus) -> Result<Option<crate::units::Amount>> {
    let amount = fields.amount(column)?;
    if amount.is_none() {
        let message = "a cost that must be there is missing";
        fields.tolerate("MissingCost", ErrorKind::MissingField, message, column)?;
    }
    Ok(amount)
}

fn charge_type(fields: &mut Fields<'_>) -> Result<ChargeType> {
    let text = fields.required(Focus::ChargeCategory)?;
    Ok(match text.to_ascii_lowercase().as_str() {
        "usage" => ChargeType::Usage,
        "purchase" => ChargeType::Purchase,
        "tax" => ChargeType::Tax,
        "credit" => ChargeType::Credit,
        "adjustment" => ChargeType::Adjustment,
        _ => {
            let shown: String = text.chars().take(40).collect();
            let message = format!("{shown:?} is no charge category");
            let error = Error::new(ErrorKind::Format, message)
                .hint("FOCUS has Usage, Purchase, Tax, Credit and Adjustment");
            return Err(fields.wrong(Focus::ChargeCategory, error));
        }
    })
}

fn pricing(text: Option<&str>) -> Option<BillPricing> {
    Some(match text?.to_ascii_lowercase().as_str() {
        "standard" | "on-demand" => BillPricing::OnDemand,
        "dynamic" => BillPricing::Spot,
        "committed" | "commitment-based" => BillPricing::Committed,
        _ => BillPricing::Other,
    })
}

fn commitment(fields: &mut Fields<'_>) -> Result<Option<Commitment>> {
    let id = fields.owned(Focus::CommitmentId)?;
    let kind = fields.first(&[Focus::CommitmentType, Focus::CommitmentCategory])?;
    let status = match fields.text(Focus::CommitmentStatus)? {
        Some("Used") => Some(CommitmentStatus::Used),
        Some("Unused") => Some(CommitmentStatus::Unused),
        _ => None,
    };
    Ok(id.map(|id| Commitment { id, kind, status }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ingest::Parsed;
    use crate::model::CostKind;

    const HEADER: &str = "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ServiceName";
    const ROW: &str = "1.5,1e0,2,1.5,USD,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,Usage,Compute,EC2";

    pub(crate) fn parse(text: &str) -> Result<Parsed<BillSet>> {
        parse_focus(text.as_bytes(), &FocusOptions::default())
    }

    /// A table with further columns and their values.
    pub(crate) fn table(columns: &str, rows: &[(&str, &str)]) -> String {
        let mut text = format!("{HEADER}{columns}\n");
        for (change, values) in rows {
            let mut row = ROW.to_owned();
            for (from, to) in change.split(';').filter_map(|c| c.split_once('>')) {
                row = row.replacen(from, to, 1);
            }
            text.extend([&row, *values, "\n"]);
        }
        text
    }

    fn codes(parsed: &Parsed<BillSet>) -> Vec<(&str, u64)> {
        parsed.notices.iter().map(|n| (n.code.as_str(), n.count)).collect()
    }

    #[test]
    fn a_row_of_each_form() {
        let parsed = parse(&table("", &[("", "")])).unwrap();
        assert_eq!(codes(&parsed), [("FocusVersion", 1)]);
        let line = &parsed.value.lines[0];
        assert_eq!(line.costs.effective.unwrap().to_string(), "1");
        assert_eq!(parsed.value.period.unwrap().end.to_string(), "2026-04-01T00:00:00Z");
        let json = r#"{"BilledCost":1.5,"EffectiveCost":1e0,"ListCost":"2","ContractedCost":1.5,"BillingCurrency":"USD","BillingPeriodStart":"2026-03-01T00:00:00Z","BillingPeriodEnd":"2026-04-01T00:00:00Z","ChargePeriodStart":"2026-03-01T00:00:00Z","ChargePeriodEnd":"2026-03-02T00:00:00Z","ChargeCategory":"Usage","ServiceCategory":"Compute","ServiceName":"EC2"}"#;
        assert_eq!(parse(json).unwrap().value, parsed.value);
        let tagged =
            json.replace("\"EC2\"}", r#""EC2","Tags":{"team":"shop"},"x_Sku":7,"New":[1]}"#);
        assert_eq!(parse(&tagged).unwrap().value.lines[0].tags.len(), 2);
    }

    #[test]
    fn tolerated_deviations() {
        let text = table(
            ",Tags,ResourceId,Novel,x_team",
            &[("2026-03-01T00:00:00Z>2026-03-01 00:00:00;1.5>;USD>USD", ",NULL,null,7,shop")],
        );
        let parsed = parse(&text).unwrap();
        assert_eq!(
            codes(&parsed),
            [
                ("FocusVersion", 1),
                ("MissingCost", 1),
                ("NullText", 2),
                ("TimeWithoutZone", 1),
                ("UnknownColumn", 1)
            ]
        );
        assert_eq!(parsed.value.lines[0].tags["x_team"], "shop");
        let error = parse_focus(text.as_bytes(), &FocusOptions::default().strict()).unwrap_err();
        assert_eq!(error.place().row, Some(0));
        let null = parsed.notices.iter().find(|n| n.code == "NullText").unwrap();
        assert_eq!(null.places[0].field.as_deref(), Some("Tags"));
        // A bad row's deviations are not told: the result is that of the table without it.
        let rows = [("", ",NULL,,,"), ("USD>;EC2>N/A", ",NULL,NULL,,")];
        let with = parse(&table(",Tags,ResourceId,Novel,x_team", &rows)).unwrap();
        let without = parse(&table(",Tags,ResourceId,Novel,x_team", &rows[..1])).unwrap();
        assert_eq!(with.value, without.value);
        let rest: Vec<_> = with.notices.iter().filter(|n| n.code != "MalformedRecord").collect();
        assert_eq!(rest, without.notices.iter().collect::<Vec<_>>());
    }

    #[test]
    fn allocated_charges() {
        let text = table(
            ",ResourceId,AllocatedMethodId,AllocatedMethodDetails,AllocatedResourceId,Tags,AllocatedTags",
            &[(
                "",
                r#",i-1,upid:TwoTier:1,"{""Elements"":[{""AllocatedRatio"":0.25,""UsageUnit"":""CPU"",""UsageQuantity"":1.5}]}",c/shop/web/u,,"{""app"":""web""}""#,
            )],
        );
        let parsed = parse(&text).unwrap();
        let line = &parsed.value.lines[0];
        let split = line.split.as_ref().unwrap();
        assert_eq!((split.parent.as_deref(), split.ratio), (Some("i-1"), Some(0.25)));
        assert_eq!((split.resource, split.allocated), (Some(SplitResource::Cpu), Some(1.5)));
        assert_eq!(line.kubernetes.as_ref().unwrap().pod.as_deref(), Some("web"));
        assert_eq!(line.tags["app"], "web");
        assert!(parsed.notices[0].message.contains("1.3"));
    }

    /// Extract of the FOCUS 1.0 sample data of the `FinOps` Foundation.
    #[test]
    fn sample_fixture() {
        let text = include_str!("../../../tests/data/bills/focus_1.0.csv");
        let parsed = parse(text).unwrap();
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (40, 0));
        let total = |kind| parsed.value.total(kind).unwrap().to_string();
        assert_eq!(total(CostKind::Billed), FIXTURE_BILLED);
        assert_eq!(total(CostKind::Effective), FIXTURE_EFFECTIVE);
        let counted = codes(&parsed);
        assert!(counted.iter().any(|(code, _)| *code == "NullText"), "{counted:?}");
        assert!(counted.iter().any(|(code, _)| *code == "TimeWithoutZone"), "{counted:?}");
        let error = parse_focus(text.as_bytes(), &FocusOptions::default().strict()).unwrap_err();
        assert!(matches!(error.code(), "UPID_TIME_PARSE" | "UPID_FORMAT"), "{error}");
        // Shuffled rows, the same bill.
        let (header, rows) = text.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        rows.rotate_left(7);
        let shuffled = parse(&format!("{header}\n{}", rows.join("\n"))).unwrap();
        assert_eq!(shuffled.value, parsed.value);
    }

    // Sums of the columns by a decimal calculator.
    const FIXTURE_BILLED: &str = "0.19682642535";
    const FIXTURE_EFFECTIVE: &str = "-0.16181666078";

    #[test]
    fn bad_rows() {
        let error = parse("BilledCost,EffectiveCost\n1,2\n").unwrap_err();
        assert_eq!(error.code(), "UPID_MISSING_COLUMN");
        assert!(error.message().contains("ListCost") && error.message().contains("ServiceName"));
        for (change, code, field) in [
            ("1.5>+1", "UPID_MONEY_PARSE", "BilledCost"),
            ("Usage>Gift", "UPID_FORMAT", "ChargeCategory"),
            ("2026-03-02T>2026-02-02T", "UPID_INVALID_VALUE", "ChargePeriodEnd"),
            ("2026-03-02T>2026-13-02T", "UPID_TIME_PARSE", "ChargePeriodEnd"),
            ("2026-03-02T00:00:00Z>2026-03-02T00:00Z", "UPID_TIME_PARSE", "ChargePeriodEnd"),
            (
                "2026-03-02T00:00:00Z>2026-03-02T00:00:00.0123456789Z",
                "UPID_TIME_PARSE",
                "ChargePeriodEnd",
            ),
            ("USD>EUR", "UPID_CURRENCY_MISMATCH", "BillingCurrency"),
        ] {
            let text = table("", &[("", ""), (change, "")]);
            let error =
                parse_focus(text.as_bytes(), &FocusOptions::default().strict()).unwrap_err();
            let place = error.place();
            assert_eq!(
                (error.code(), place.row, place.field.as_deref()),
                (code, Some(1), Some(field))
            );
        }
    }
}
