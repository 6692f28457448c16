//! An attribution as FOCUS 1.3 allocated charges (cost.md §9).
//!
//! An origin is a node over the window, or what one kind of resource beside nodes cost (volumes, load balancers, traffic,
//! fees). Its charges are what became of it: one per row and resource, and one per part that went to no pod. Σ of every
//! metric over the charges of an origin is the origin's, and Σ of their ratios is 1. [FOCUS 1.3, split cost handling]

mod row;
#[cfg(test)]
pub(in crate::cost) mod tests;

use std::collections::BTreeMap;

pub use row::{FocusContext, FocusFormat, FocusRow, write_focus};

use super::policy::Policy;
use super::result::{Attribution, CostRemainder, CostResource, CostRow, NodeCost};
use crate::error::{Error, ErrorKind, Result};
use crate::json::to_json;
use crate::model::PriceKind;
use crate::units::{Amount, MS_PER_HOUR, RateAmount, Timestamp, apportion_amount};

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
