//! Google's billing export: JSON lines or CSV (ingest.md §10).

use std::collections::BTreeMap;

use super::category;
use super::fields::{Bill, Fields, columns};
use super::literal::Literal;
use super::records::{Format, record_parser};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::options::parse_options;
use crate::ingest::parsed::Log;
use crate::model::{
    BillCategory, BillCosts, BillCredit, BillKubernetes, BillLine, BillPricing, BillSet,
    BillSpecial, ChargeType, Provider, Severity,
};
use crate::units::Amount;

parse_options! {
    /// Options of [`parse_gcp_billing`].
    pub struct GcpBillingOptions {
        /// What separates the fields of CSV.
        pub delimiter: char = ',',
    }
}

columns! { Gcp {
    BillingAccount = "billing_account_id",
    Service = "service.description" | "service_description",
    SkuId = "sku.id" | "sku_id",
    Sku = "sku.description" | "sku_description",
    Start = "usage_start_time",
    End = "usage_end_time",
    Project = "project.id" | "project_id",
    ProjectNumber = "project.number" | "project_number",
    Labels = "labels",
    SystemLabels = "system_labels",
    Location = "location.location",
    Region = "location.region" | "location_region",
    Zone = "location.zone" | "location_zone",
    ResourceName = "resource.name" | "resource_name",
    ResourceGlobal = "resource.global_name" | "resource_global_name",
    Cost = "cost",
    ListCost = "cost_at_list",
    CurrencyCode = "currency",
    Quantity = "usage.amount" | "usage_amount",
    Unit = "usage.unit" | "usage_unit",
    Credits = "credits",
    Invoice = "invoice.month" | "invoice_month",
    CostType = "cost_type",
} }

record_parser! {
    /// Reads Google's billing export, standard or detailed, as JSON lines or as CSV with dotted names.
    ///
    /// `billed` = cost + Σ credits, and so is `effective`: the credits that Google gives for commitments are in them.
    /// A machine's cost stands in several rows (cores, memory, GPUs, licences) that share a `resourceId`,
    /// `project/zone/name`.
    GcpBillingParser, parse_gcp_billing, GcpBillingOptions, GcpFormat => BillSet
}

#[derive(Default)]
struct GcpFormat {
    bill: Bill,
}

impl GcpFormat {
    fn new(_: &GcpBillingOptions) -> Self {
        Self::default()
    }
}

impl Format for GcpFormat {
    type Column = Gcp;
    type Value = BillSet;
    const DETECTED: crate::ingest::Format = crate::ingest::Format::GcpBilling;
    const REQUIRED: &'static [&'static [Gcp]] =
        &[&[Gcp::Start], &[Gcp::End], &[Gcp::Cost], &[Gcp::CurrencyCode]];
    const JSON_LINES: bool = true;

    fn record(&mut self, fields: &mut Fields<'_>) -> Result<()> {
        let (start, end) = fields.span(Gcp::Start, Gcp::End)?;
        let service = fields.owned(Gcp::Service)?;
        let sku = fields.owned(Gcp::Sku)?;
        let credits = credits(fields)?;
        let zone = fields.owned(Gcp::Zone)?;
        let mut line = BillLine {
            provider: Provider::Gcp,
            account: fields.first(&[Gcp::Project, Gcp::ProjectNumber, Gcp::BillingAccount])?,
            start,
            end,
            resource_id: resource_id(fields, zone.as_deref())?,
            resource_name: fields.owned(Gcp::ResourceName)?,
            charge_type: charge_type(fields)?,
            quantity: fields.number(Gcp::Quantity)?,
            unit: fields.owned(Gcp::Unit)?,
            region: fields.first(&[Gcp::Region, Gcp::Location])?,
            sku: fields.owned(Gcp::SkuId)?,
            invoice: fields.owned(Gcp::Invoice)?,
            ..BillLine::default()
        };
        line.costs = costs(fields, &credits)?;
        line.category = match line.charge_type {
            ChargeType::Tax => BillCategory::Tax,
            _ => category::gcp(
                service.as_deref().unwrap_or_default(),
                sku.as_deref().unwrap_or_default(),
            ),
        };
        let committed = |c: &BillCredit| c.kind.as_deref().is_some_and(|k| k.contains("COMMITTED"));
        line.pricing = match sku.as_deref() {
            _ if line.charge_type != ChargeType::Usage => None,
            Some(sku) if sku.contains("Spot") || sku.contains("Preemptible") => {
                Some(BillPricing::Spot)
            }
            _ if credits.iter().any(committed) => Some(BillPricing::Committed),
            _ => Some(BillPricing::OnDemand),
        };
        line.tags = labels(fields, Gcp::Labels)?;
        let system = labels(fields, Gcp::SystemLabels)?;
        line.instance_type = system.get("compute.googleapis.com/machine_spec").cloned();
        line.kubernetes = kubernetes(&line.tags).map(Box::new);
        (line.service, line.usage_type, line.zone, line.credits) = (service, sku, zone, credits);
        self.bill.currency_of(fields, Gcp::CurrencyCode)?;
        self.bill.add(line);
        Ok(())
    }

    fn finish(self, _: &mut Log) -> BillSet {
        self.bill.finish()
    }
}

fn charge_type(fields: &mut Fields<'_>) -> Result<ChargeType> {
    let kind = fields.text(Gcp::CostType)?.unwrap_or("regular").replace(' ', "_");
    Ok(match kind.as_str() {
        "regular" => ChargeType::Usage,
        "tax" => ChargeType::Tax,
        "adjustment" | "rounding_error" => ChargeType::Adjustment,
        _ => {
            let message = "a cost type that is not known is taken as usage";
            fields.remark("UnknownCostType", Severity::Warning, message, Gcp::CostType);
            ChargeType::Usage
        }
    })
}

/// Cost and credits together; without a cost there is none.
fn costs(fields: &mut Fields<'_>, credits: &[BillCredit]) -> Result<BillCosts> {
    let net = fields
        .amount(Gcp::Cost)?
        .map(|cost| credits.iter().try_fold(cost, |sum, credit| sum.add(credit.amount)));
    let net = net.transpose().map_err(|e| fields.wrong(Gcp::Cost, e))?;
    let list = fields.amount(Gcp::ListCost)?;
    Ok(BillCosts { billed: net, effective: net, list, ..BillCosts::default() })
}

/// Credits are money: one that cannot be read makes the whole line unreadable.
fn credits(fields: &mut Fields<'_>) -> Result<Vec<BillCredit>> {
    let Some(text) = fields.text(Gcp::Credits)? else { return Ok(Vec::new()) };
    let bad = |what: &str| {
        Error::new(ErrorKind::Format, format!("credits: {what}"))
            .hint("credits are a list of {name, amount, type}")
    };
    let list = match super::literal::parse_literal(text, fields.limits()) {
        Ok(Literal::List(list)) => list,
        Ok(Literal::Null) => return Ok(Vec::new()),
        Ok(_) => return Err(fields.wrong(Gcp::Credits, bad("not a list"))),
        Err(error) => return Err(fields.wrong(Gcp::Credits, error)),
    };
    let mut credits = Vec::with_capacity(list.len());
    for credit in &list {
        let amount = credit
            .text("amount")
            .ok_or_else(|| fields.wrong(Gcp::Credits, bad("one has no amount")))?;
        let read = Amount::parse_rounded(amount).map_err(|e| fields.wrong(Gcp::Credits, e))?;
        credits.push(BillCredit {
            kind: credit.text("type").map(str::to_owned),
            name: credit.text("name").map(str::to_owned),
            amount: fields.rounded(read),
        });
    }
    credits.sort();
    Ok(credits)
}

/// `[{key, value}, …]`, or a plain object.
fn labels(fields: &mut Fields<'_>, column: Gcp) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let literal = match fields.literal(column)? {
        Some(Literal::List(items)) => {
            let pair = |item: &Literal| {
                Some((
                    item.text("key")?.to_owned(),
                    item.get("value").cloned().unwrap_or(Literal::Null),
                ))
            };
            Literal::Map(items.iter().filter_map(pair).collect())
        }
        Some(other) => other,
        None => return Ok(found),
    };
    fields.pairs(column, literal, &mut found)?;
    Ok(found)
}

/// `project/zone/name` where all three are known, as a node's provider id has them; else the name the bill gives.
fn resource_id(fields: &mut Fields<'_>, zone: Option<&str>) -> Result<Option<String>> {
    let global = fields.text(Gcp::ResourceGlobal)?;
    let name = fields.text(Gcp::ResourceName)?;
    let short = name.and_then(|n| n.rsplit('/').next());
    Ok(match (fields.text(Gcp::Project)?, zone, short) {
        (Some(project), Some(zone), Some(name)) => Some(format!("{project}/{zone}/{name}")),
        _ => global.or(name).map(str::to_owned),
    })
}

fn kubernetes(labels: &BTreeMap<String, String>) -> Option<BillKubernetes> {
    let label = |name: &str| labels.get(name).filter(|v| !v.is_empty()).cloned();
    let namespace = label("k8s-namespace");
    let special = namespace.as_deref().and_then(|n| match n {
        "kube:system-overhead" => Some(BillSpecial::SystemOverhead),
        "kube:unallocated" => Some(BillSpecial::Idle),
        "goog-k8s-unknown" => Some(BillSpecial::Unknown),
        "goog-k8s-unsupported-sku" => Some(BillSpecial::Unsupported),
        _ => None,
    });
    // `apps/v1-Deployment`: the API, a dash, the kind.
    let kind = label("k8s-workload-type");
    let kind = kind.map(|k| k.rsplit_once('-').map_or(k.clone(), |(_, kind)| kind.to_owned()));
    let found = BillKubernetes {
        cluster: label("goog-k8s-cluster-name"),
        namespace: if special.is_some() { None } else { namespace },
        workload_kind: kind,
        workload: label("k8s-workload-name"),
        special,
        ..BillKubernetes::default()
    };
    (found != BillKubernetes::default()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Parsed;
    use crate::model::CostKind;

    const HEADER: &str = "billing_account_id,service.description,sku.description,usage_start_time,usage_end_time,project.id,\
        labels,location.zone,resource.name,cost,currency,usage.amount,usage.unit,credits,invoice.month,cost_type";
    const ROW: &str = r#"01AB,Compute Engine,N2 Instance Core running in Americas,2026-03-01 00:00:00 UTC,2026-03-01 01:00:00.5 UTC,shop,"[{'key': 'k8s-namespace', 'value': 'cart'}, {'key': 'k8s-workload-type', 'value': 'apps/v1-Deployment'}, {'key': 'k8s-workload-name', 'value': 'web'}, {'key': 'k8s-label/team', 'value': None}]",us-central1-a,projects/shop/instances/gke-1,0.1264,USD,14400.0,seconds,"[{'name': 'CUD', 'amount': -0.02, 'type': 'COMMITTED_USAGE_DISCOUNT'}, {'name': 'New', 'amount': -1e-3, 'type': 'UNHEARD_OF'}]",202603,regular"#;
    const LINE: &str = r#"{"billing_account_id":"01AB","service":{"id":"6F81","description":"Compute Engine"},"sku":{"description":"N2 Instance Core running in Americas"},"usage_start_time":"2026-03-01T00:00:00Z","usage_end_time":"2026-03-01T01:00:00.500+00:00","project":{"id":"shop","labels":[{"key":"x","value":"y"}]},"labels":[{"key":"k8s-namespace","value":"cart"},{"key":"k8s-workload-type","value":"apps/v1-Deployment"},{"key":"k8s-workload-name","value":"web"},{"key":"k8s-label/team","value":null}],"location":{"zone":"us-central1-a"},"resource":{"name":"projects/shop/instances/gke-1"},"cost":0.1264,"currency":"USD","usage":{"amount":14400,"unit":"seconds"},"credits":[{"name":"New","amount":-0.001,"type":"UNHEARD_OF"},{"name":"CUD","amount":-0.02,"type":"COMMITTED_USAGE_DISCOUNT"}],"invoice":{"month":"202603"},"cost_type":"regular"}"#;

    fn parse(text: &str) -> Result<Parsed<BillSet>> {
        parse_gcp_billing(text.as_bytes(), &GcpBillingOptions::default())
    }

    #[test]
    fn json_and_csv_say_the_same() {
        let csv = parse(&format!("{HEADER}\n{ROW}\n")).unwrap();
        let json = parse(&format!("{LINE}\n")).unwrap();
        assert_eq!(csv.value, json.value);
        assert!(csv.notices.is_empty(), "{:?}", csv.notices);
        let line = &csv.value.lines[0];
        assert_eq!(line.costs.billed.unwrap().to_string(), "0.1054");
        assert_eq!(line.resource_id.as_deref(), Some("shop/us-central1-a/gke-1"));
        assert_eq!(
            (line.pricing, line.category),
            (Some(BillPricing::Committed), BillCategory::Compute)
        );
        let k8s = line.kubernetes.as_ref().unwrap();
        assert_eq!(
            (k8s.workload_kind.as_deref(), k8s.namespace.as_deref()),
            (Some("Deployment"), Some("cart"))
        );
        assert_eq!((line.credits.len(), line.tags.contains_key("k8s-label/team")), (2, false));
    }

    #[test]
    fn special_namespaces_and_cost_types() {
        for (namespace, special) in [
            ("kube:system-overhead", BillSpecial::SystemOverhead),
            ("kube:unallocated", BillSpecial::Idle),
            ("goog-k8s-unknown", BillSpecial::Unknown),
            ("goog-k8s-unsupported-sku", BillSpecial::Unsupported),
        ] {
            let bill = parse(&LINE.replace("\"cart\"", &format!("\"{namespace}\""))).unwrap().value;
            let k8s = bill.lines[0].kubernetes.clone().unwrap();
            assert_eq!((k8s.special, k8s.namespace), (Some(special), None));
        }
        for (kind, want) in [
            ("tax", ChargeType::Tax),
            ("adjustment", ChargeType::Adjustment),
            ("rounding_error", ChargeType::Adjustment),
            ("rounding error", ChargeType::Adjustment),
        ] {
            let bill = parse(&LINE.replace("\"regular\"", &format!("\"{kind}\""))).unwrap().value;
            assert_eq!(bill.lines[0].charge_type, want, "{kind}");
        }
    }

    #[test]
    fn bad_lines_are_placed() {
        let good = format!("{LINE}\n");
        for (bad, code) in [
            (LINE.replace("0.1264", "\"12,50\""), "UPID_MONEY_PARSE"),
            (LINE.replace("-0.02", "\"x\""), "UPID_MONEY_PARSE"),
            (LINE.replace("\"amount\":-0.02,", ""), "UPID_FORMAT"),
            (LINE.replace("2026-03-01T00:00:00Z", "yesterday"), "UPID_TIME_PARSE"),
            (LINE.replace("{\"billing", "{billing"), "UPID_FORMAT"),
            (LINE.replace("shop", "\\ud800"), "UPID_FORMAT"),
            ("[]".to_owned(), "UPID_FORMAT"),
            (LINE[..200].to_owned(), "UPID_FORMAT"),
        ] {
            let text = format!("{good}{bad}\n{good}");
            let parsed = parse(&text).unwrap();
            assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (2, 1), "{bad}");
            let place = &parsed.notices[0].places[0];
            assert_eq!((place.row, place.line), (Some(1), Some(2)), "{bad}");
            assert_eq!(parsed.value, parse(&good.repeat(2)).unwrap().value, "{bad}");
            let strict = GcpBillingOptions::default().strict();
            assert_eq!(
                parse_gcp_billing(text.as_bytes(), &strict).unwrap_err().code(),
                code,
                "{bad}"
            );
        }
        // The last line may have been cut.
        let error = parse(&format!("{good}{}", &LINE[..200])).unwrap_err();
        assert_eq!((error.code(), error.place().line), ("UPID_TRUNCATED", Some(2)));
        assert_eq!(parse("").unwrap_err().code(), "UPID_EMPTY_INPUT");
        assert_eq!(parse("a,b\n").unwrap_err().code(), "UPID_MISSING_COLUMN");
        let euro = LINE.replace("USD", "EUR");
        assert_eq!(parse(&format!("{good}{euro}\n")).unwrap_err().code(), "UPID_CURRENCY_MISMATCH");
    }

    /// A hand-made fixture in the shape of a free-tier export: every cost is met by a credit.
    #[test]
    fn free_tier_fixture() {
        let text = include_str!("../../../tests/data/bills/gcp_free_tier.csv");
        let parsed = parse(text).unwrap();
        assert_eq!((parsed.stats.records, parsed.stats.skipped, parsed.stats.rounded), (25, 0, 0));
        assert!(parsed.value.total(CostKind::Billed).unwrap().is_zero());
        let credits = parsed.value.lines.iter().flat_map(|l| &l.credits).map(|c| c.amount);
        assert_eq!(Amount::sum(credits).unwrap().to_string(), "-0.000032");
    }

    #[test]
    fn chunks_and_order_change_nothing() {
        let text = format!(
            "\u{feff}{HEADER}\n{ROW}\n{}\n{}\n",
            ROW.replace("0.1264", "x"),
            ROW.replace("0.1264", "7")
        );
        let json =
            format!("{LINE}\r\n\n{}\n{}", LINE.replace("0.1264", "x"), LINE.replace("0.1264", "7"));
        for text in [&text, &json] {
            let whole = parse(text).unwrap();
            for size in [1, 2, 7, 100] {
                let mut parser = GcpBillingParser::new(&GcpBillingOptions::default());
                for piece in text.as_bytes().chunks(size) {
                    parser.feed(piece).unwrap();
                }
                assert_eq!(parser.finish().unwrap(), whole, "{size}");
            }
        }
        let mut lines: Vec<String> =
            (0..9).map(|i| LINE.replace("0.1264", &i.to_string())).collect();
        let sorted = parse(&lines.join("\n")).unwrap().value;
        lines.rotate_left(4);
        lines.swap(0, 7);
        assert_eq!(parse(&lines.join("\n")).unwrap().value, sorted);
    }
}
