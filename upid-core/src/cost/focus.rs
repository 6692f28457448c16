//! An attribution as FOCUS 1.3 allocated charges (cost.md §9).
//!
//! An origin is a node over the window, or what one kind of resource beside nodes cost (volumes, load balancers, traffic,
//! fees). Its charges are what became of it: one per row and resource, and one per part that went to no pod. Σ of every
//! metric over the charges of an origin is the origin's, and Σ of their ratios is 1. [FOCUS 1.3, split cost handling]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use super::result::{Attribution, CostRemainder, CostResource, CostRow, NodeCost};
use crate::error::{Error, ErrorKind, Result};
use crate::json::to_json;
use crate::model::PriceKind;
use crate::units::{Amount, Currency, MS_PER_HOUR, RateAmount, Timestamp, apportion_amount};

/// What an attribution does not know of its bill. All fields are required, but those that say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct FocusContext {
    /// `BillingAccountId`.
    pub billing_account_id: String,
    /// `BillingAccountName`. Optional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_account_name: Option<String>,
    /// `SubAccountId`. Optional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_account_id: Option<String>,
    /// `BillingPeriodStart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_period_start: Option<Timestamp>,
    /// `BillingPeriodEnd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_period_end: Option<Timestamp>,
    /// `ServiceProviderName`: who sells the service.
    pub service_provider_name: String,
    /// `HostProviderName`: on whose machines it runs.
    pub host_provider_name: String,
    /// `InvoiceIssuerName`.
    pub invoice_issuer_name: String,
    /// `ServiceName`.
    pub service_name: String,
    /// `InvoiceId`. Optional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
    /// Tags of every origin. Optional.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// An allocated charge: the columns of FOCUS 1.3 in the order of the file. Tags and details are JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
#[allow(missing_docs, reason = "FOCUS 1.3 defines the columns")]
pub struct FocusRow {
    pub billing_account_id: String,
    pub billing_account_name: Option<String>,
    pub sub_account_id: Option<String>,
    pub billing_currency: Currency,
    pub billing_period_start: Timestamp,
    pub billing_period_end: Timestamp,
    pub charge_period_start: Timestamp,
    pub charge_period_end: Timestamp,
    pub charge_category: String,
    pub charge_class: Option<String>,
    pub charge_description: String,
    pub charge_frequency: String,
    pub billed_cost: Amount,
    pub effective_cost: Amount,
    pub list_cost: Amount,
    pub contracted_cost: Amount,
    pub list_unit_price: Option<RateAmount>,
    pub contracted_unit_price: Option<RateAmount>,
    pub pricing_category: Option<String>,
    pub pricing_quantity: Amount,
    pub pricing_unit: String,
    pub consumed_quantity: Amount,
    pub consumed_unit: String,
    pub service_provider_name: String,
    pub host_provider_name: String,
    pub invoice_issuer_name: String,
    pub invoice_id: Option<String>,
    pub service_category: String,
    pub service_name: String,
    pub region_id: Option<String>,
    pub availability_zone: Option<String>,
    pub resource_id: String,
    pub resource_name: String,
    pub resource_type: String,
    pub tags: String,
    pub allocated_method_id: String,
    pub allocated_method_details: String,
    pub allocated_resource_id: String,
    pub allocated_resource_name: String,
    pub allocated_tags: String,
}

/// The form of a FOCUS file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum FocusFormat {
    /// RFC 4180; what is null is empty.
    #[default]
    Csv,
    /// One JSON object per line; numbers are decimal strings.
    Json,
}

/// A node by its name, or a resource beside nodes.
type OriginKey<'a> = (Option<&'a str>, Option<CostResource>);

/// What a charge goes to.
struct Part<'a> {
    resource: CostResource,
    amount: Amount,
    quantity: Option<f64>,
    row: Option<&'a CostRow>,
    /// Name of what is no pod.
    special: &'static str,
    name: String,
}

/// The charges of an attribution, in order of their origins; within one rows, idle, overhead, unattributed.
///
/// A ratio is the share of its charge in the size of all charges of the origin; in an origin that costs nothing all are
/// the same. List and contracted cost are the attributed ones: an attribution knows no other.
///
/// # Errors
/// `UPID_MISSING_COLUMN` for a mandatory column that the context lacks; `UPID_MONEY_OVERFLOW`.
pub fn focus_rows(a: &Attribution, context: &FocusContext) -> Result<Vec<FocusRow>> {
    let period = check(context)?;
    let mut origins: BTreeMap<OriginKey<'_>, Vec<Part<'_>>> = BTreeMap::new();
    for row in &a.rows {
        for (&resource, cost) in &row.costs {
            let amount = cost.amount.add(cost.spread_idle.unwrap_or_default())?;
            let hours = row.allocated.as_ref();
            let quantity = match resource {
                CostResource::Cpu => hours.map(|h| h.cpu_core_hours),
                CostResource::Memory => hours.map(|h| h.memory_gib_hours),
                CostResource::Gpu => hours.map(|h| h.gpu_hours),
                _ => None,
            };
            let name = match &row.container {
                Some(container) => format!("{}/{container}", row.pod),
                None => row.pod.clone(),
            };
            let part = Part { resource, amount, quantity, row: Some(row), special: "", name };
            origins.entry(origin(row.node.as_deref(), resource)).or_default().push(part);
        }
    }
    for (list, special, name) in [
        (&a.idle, "__idle__", "idle"),
        (&a.system_overhead, "__system_overhead__", "system overhead"),
        (&a.unattributed, "__unattributed__", "unattributed"),
    ] {
        for entry in list {
            for (&resource, &amount) in &entry.costs {
                let name = named(entry, name);
                let part = Part { resource, amount, quantity: None, row: None, special, name };
                let key = (entry.node.as_deref(), entry.node.is_none().then_some(resource));
                origins.entry(key).or_default().push(part);
            }
        }
    }
    let mut out = Vec::new();
    for (key, parts) in origins {
        charges(a, context, period, key, parts, &mut out)?;
    }
    Ok(out)
}

/// CPU, memory and GPUs come from the node, everything else is an origin of its own.
fn origin(node: Option<&str>, resource: CostResource) -> OriginKey<'_> {
    match resource {
        CostResource::Cpu | CostResource::Memory | CostResource::Gpu | CostResource::Node
            if node.is_some() =>
        {
            (node, None)
        }
        _ => (None, Some(resource)),
    }
}

/// What went to nobody, with what is known of it.
fn named(entry: &CostRemainder, name: &str) -> String {
    let known = [&entry.service, &entry.reason, &entry.namespace];
    let known: Vec<&str> = known.into_iter().filter_map(|part| part.as_deref()).collect();
    if known.is_empty() { name.to_owned() } else { format!("{name}: {}", known.join(", ")) }
}

/// The billing period, once every mandatory column has a value.
fn check(context: &FocusContext) -> Result<(Timestamp, Timestamp)> {
    let missing = |field: &str, column: &str| {
        Error::new(ErrorKind::MissingColumn, format!("the mandatory column {column} has no value"))
            .at_path(format!("context.{field}"))
            .hint("an attribution does not know it: say it in the context")
    };
    for (value, field, column) in [
        (&context.billing_account_id, "billingAccountId", "BillingAccountId"),
        (&context.service_provider_name, "serviceProviderName", "ServiceProviderName"),
        (&context.host_provider_name, "hostProviderName", "HostProviderName"),
        (&context.invoice_issuer_name, "invoiceIssuerName", "InvoiceIssuerName"),
        (&context.service_name, "serviceName", "ServiceName"),
    ] {
        if value.is_empty() {
            return Err(missing(field, column));
        }
    }
    let start = context.billing_period_start;
    let end = context.billing_period_end;
    Ok((
        start.ok_or_else(|| missing("billingPeriodStart", "BillingPeriodStart"))?,
        end.ok_or_else(|| missing("billingPeriodEnd", "BillingPeriodEnd"))?,
    ))
}

fn charges(
    a: &Attribution,
    context: &FocusContext,
    period: (Timestamp, Timestamp),
    key: OriginKey<'_>,
    mut parts: Vec<Part<'_>>,
    out: &mut Vec<FocusRow>,
) -> Result<()> {
    let total = Amount::sum(parts.iter().map(|part| part.amount))?;
    if parts.iter().any(|part| !part.amount.is_zero()) {
        parts.retain(|part| !part.amount.is_zero());
    }
    let free = parts.iter().all(|part| part.amount.is_zero());
    let size = |part: &Part<'_>| if free { 1 } else { part.amount.0.unsigned_abs() };
    let weights: Vec<u128> = parts.iter().map(size).collect();
    let places: Vec<usize> = (0..parts.len()).collect();
    let node = key.0.and_then(|name| a.nodes.iter().find(|node| node.name == name));
    let hours = node.map_or(a.window.ms() as f64 / MS_PER_HOUR as f64, |node| node.hours);
    let hours = Amount((hours * Amount::PER_UNIT as f64).round_ties_even() as i128);
    let quantities = apportion_amount(hours, &weights, &places)?;
    let ratios = apportion_amount(Amount(Amount::PER_UNIT), &weights, &places)?;
    let per_hour = RateAmount::PER_UNIT / Amount::PER_UNIT * Amount::PER_UNIT;
    // None also where a price per hour is too large for a rate.
    let price = (hours.0 > 0 && total.0 >= 0)
        .then(|| RateAmount(total.0).mul_ratio(per_hour, hours.0).ok())
        .flatten();
    let of = Origin::of(a, key, node);
    let tags = to_json(&context.tags)?;
    for ((part, quantity), ratio) in parts.into_iter().zip(quantities).zip(ratios) {
        let mut allocated_tags = context.tags.clone();
        let labels = part.row.map(|row| row.labels.clone()).unwrap_or_default();
        allocated_tags.extend(labels);
        let allocated = part.row.map_or_else(
            || part.special.to_owned(),
            |row| {
                let uid = row.uid.as_deref().unwrap_or_default();
                format!("{}/{}/{}/{uid}", row.cluster, row.namespace, row.pod)
            },
        );
        let (cost, context) = (part.amount, context.clone());
        out.push(FocusRow {
            billing_account_id: context.billing_account_id,
            billing_account_name: context.billing_account_name,
            sub_account_id: context.sub_account_id,
            billing_currency: a.currency,
            billing_period_start: period.0,
            billing_period_end: period.1,
            charge_period_start: a.window.start,
            charge_period_end: a.window.end,
            charge_category: "Usage".into(),
            charge_class: None,
            charge_description: format!("{} of {} for {}", unit(part.resource), of.name, part.name),
            charge_frequency: "Usage-Based".into(),
            billed_cost: cost,
            effective_cost: cost,
            list_cost: cost,
            contracted_cost: cost,
            list_unit_price: price,
            contracted_unit_price: price,
            pricing_category: of.pricing.map(str::to_owned),
            pricing_quantity: quantity,
            pricing_unit: "Hours".into(),
            consumed_quantity: quantity,
            consumed_unit: "Hours".into(),
            service_provider_name: context.service_provider_name,
            host_provider_name: context.host_provider_name,
            invoice_issuer_name: context.invoice_issuer_name,
            invoice_id: context.invoice_id,
            service_category: of.category.into(),
            service_name: context.service_name,
            region_id: node.and_then(|node| node.region.clone()),
            availability_zone: node.and_then(|node| node.zone.clone()),
            resource_id: of.id.clone(),
            resource_name: of.name.clone(),
            resource_type: of.kind.into(),
            tags: tags.clone(),
            allocated_method_id: method(&a.policy),
            allocated_method_details: details(ratio, part.resource, part.quantity)?,
            allocated_resource_id: allocated,
            allocated_resource_name: part.name,
            allocated_tags: to_json(&allocated_tags)?,
        });
    }
    Ok(())
}

/// What an origin is called.
struct Origin {
    id: String,
    name: String,
    kind: &'static str,
    category: &'static str,
    pricing: Option<&'static str>,
}

impl Origin {
    fn of(a: &Attribution, (node, resource): OriginKey<'_>, known: Option<&NodeCost>) -> Self {
        if let Some(name) = node {
            let id = known.and_then(|node| node.provider_id.clone());
            return Self {
                id: id.unwrap_or_else(|| name.to_owned()),
                name: name.to_owned(),
                kind: "Node",
                category: "Compute",
                pricing: known.and_then(|node| match node.kind {
                    PriceKind::OnDemand => Some("Standard"),
                    PriceKind::Spot => Some("Dynamic"),
                    PriceKind::Reserved | PriceKind::SavingsPlan | PriceKind::Committed => {
                        Some("Committed")
                    }
                    PriceKind::Unknown => None,
                }),
            };
        }
        let (name, kind, category) = match resource {
            Some(CostResource::Storage) => ("storage", "Volume", "Storage"),
            Some(CostResource::Network) => ("network", "Network", "Networking"),
            Some(CostResource::LoadBalancer) => ("loadBalancer", "LoadBalancer", "Networking"),
            Some(CostResource::Fee) | None => ("fee", "Fee", "Other"),
            Some(CostResource::Cpu) => ("cpu", "Node", "Compute"),
            Some(CostResource::Memory) => ("memory", "Node", "Compute"),
            Some(CostResource::Gpu) => ("gpu", "Node", "Compute"),
            Some(CostResource::Node) => ("node", "Node", "Compute"),
        };
        let clusters = a.rows.first().map(|row| row.cluster.as_str()).unwrap_or_default();
        let id = if clusters.is_empty() { name.to_owned() } else { format!("{clusters}/{name}") };
        Self { name: id.clone(), id, kind, category, pricing: None }
    }
}

fn method(policy: &Policy) -> String {
    match policy {
        Policy::Preset(preset) => format!("upid:{preset:?}:1"),
        Policy::Custom(_) => "upid:Custom:1".to_owned(),
    }
}

fn unit(resource: CostResource) -> &'static str {
    match resource {
        CostResource::Cpu => "CPU",
        CostResource::Memory => "Memory",
        CostResource::Gpu => "GPU",
        CostResource::Storage => "Storage",
        CostResource::Network => "Network",
        CostResource::LoadBalancer => "LoadBalancer",
        CostResource::Node => "Node",
        CostResource::Fee => "Fee",
    }
}

/// Core-hours, GiB-hours and GPU-hours where they are known.
fn details(ratio: Amount, resource: CostResource, quantity: Option<f64>) -> Result<String> {
    let quantity = quantity.map(|q| to_json(&q)).transpose()?;
    let quantity = quantity.map(|q| format!(",\"UsageQuantity\":{q}")).unwrap_or_default();
    let unit = unit(resource);
    Ok(format!(
        "{{\"Elements\":[{{\"AllocatedRatio\":{ratio},\"UsageUnit\":\"{unit}\"{quantity}}}]}}"
    ))
}

/// Writes charges as a file that any FOCUS reader takes.
///
/// # Errors
/// None in practice: text is written to memory.
pub fn write_focus(rows: &[FocusRow], format: FocusFormat) -> Result<String> {
    let failed = |error: String| Error::new(ErrorKind::Internal, error);
    if format == FocusFormat::Json {
        let mut text = String::new();
        for row in rows {
            text += &to_json(row)?;
            text.push('\n');
        }
        return Ok(text);
    }
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|e| failed(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| failed(e.to_string()))
}

#[cfg(test)]
pub(in crate::cost) mod tests {
    use super::*;
    use crate::cost::PolicyPreset;
    use crate::cost::tests::example::example;
    use crate::ingest::{FocusOptions, parse_focus, validate_focus};
    use crate::model::CostKind;

    pub(in crate::cost) fn context() -> FocusContext {
        let time = |text| Timestamp::parse(text).ok();
        FocusContext {
            billing_account_id: "account".into(),
            billing_period_start: time("2026-03-01T00:00:00Z"),
            billing_period_end: time("2026-04-01T00:00:00Z"),
            service_provider_name: "AWS".into(),
            host_provider_name: "AWS".into(),
            invoice_issuer_name: "Amazon Web Services".into(),
            service_name: "Kubernetes, managed".into(),
            tags: [("team".to_owned(), "a \"b\"".to_owned())].into(),
            ..FocusContext::default()
        }
    }

    /// The ratios of the example in cost.md §9.
    #[test]
    fn the_example() {
        let a = example(PolicyPreset::TwoTier);
        let rows = focus_rows(&a, &context()).unwrap();
        let ratios: Vec<&str> = rows
            .iter()
            .map(|row| {
                let rest = row.allocated_method_details.split_once("Ratio\":").unwrap().1;
                rest.split_once(',').unwrap().0
            })
            .collect();
        let [web, batch] =
            [["0.244117980188", "0.087254679875"], ["0.040686330031", "0.010906834984"]];
        let rest = ["0.33362790626", "0.229043534667", "0.032549064026", "0.021813669969"];
        assert_eq!(ratios, [&batch[..], &web[..], &rest[..]].concat());
        let web = &rows[2];
        assert_eq!(
            web.allocated_method_details,
            r#"{"Elements":[{"AllocatedRatio":0.244117980188,"UsageUnit":"CPU","UsageQuantity":1.5}]}"#
        );
        assert_eq!(
            (web.allocated_method_id.as_str(), web.resource_id.as_str()),
            ("upid:TwoTier:1", "n1")
        );
        assert_eq!(web.list_unit_price.unwrap().to_string(), "0.192");
        assert_eq!(rows[4].allocated_resource_id, "__idle__");
    }

    #[test]
    fn what_is_written_is_read() {
        for preset in [PolicyPreset::TwoTier, PolicyPreset::AwsSplit] {
            let a = example(preset);
            let rows = focus_rows(&a, &context()).unwrap();
            for format in [FocusFormat::Csv, FocusFormat::Json] {
                let text = write_focus(&rows, format).unwrap();
                let parsed =
                    parse_focus(text.as_bytes(), &FocusOptions::default().strict()).unwrap();
                assert_eq!(parsed.value.lines.len(), rows.len());
                for kind in [CostKind::Billed, CostKind::Effective] {
                    assert_eq!(parsed.value.total(kind).unwrap(), a.bill, "{format:?}");
                }
                assert_eq!(validate_focus(&parsed.value).unwrap(), []);
                let notices: Vec<_> = parsed.notices.iter().map(|n| n.code.as_str()).collect();
                assert_eq!(notices, ["FocusVersion"]);
            }
        }
        let text = write_focus(
            &focus_rows(&example(PolicyPreset::TwoTier), &context()).unwrap(),
            FocusFormat::Csv,
        )
        .unwrap();
        assert!(text.starts_with("BillingAccountId,BillingAccountName,"), "{text}");
        assert!(text.contains("\"Kubernetes, managed\"") && !text.contains("NULL"), "{text}");
        assert!(text.lines().all(|line| !line.is_empty()) && text.ends_with("\r\n"));
    }

    #[test]
    fn mandatory_columns_are_asked_for() {
        let a = example(PolicyPreset::TwoTier);
        let mut lacking = context();
        lacking.invoice_issuer_name.clear();
        let error = focus_rows(&a, &lacking).unwrap_err();
        assert_eq!(error.code(), "UPID_MISSING_COLUMN");
        assert_eq!(error.place().path.as_deref(), Some("context.invoiceIssuerName"));
        let error = focus_rows(&a, &FocusContext { billing_period_end: None, ..context() });
        assert_eq!(error.unwrap_err().code(), "UPID_MISSING_COLUMN");
    }
}
