//! AWS Cost and Usage Reports, legacy and 2.0, with split cost allocation data (ingest.md §10).

use std::borrow::Cow;

use super::category;
use super::fields::{Bill, Fields, columns};
use super::records::{Format, record_parser};
use crate::error::{ErrorKind, Result};
use crate::ingest::options::parse_options;
use crate::ingest::parsed::Log;
use crate::model::{
    BillCategory, BillCosts, BillKubernetes, BillLine, BillPricing, BillSet, BillSpecial,
    BillSplit, ChargeType, Commitment, CommitmentStatus, Provider, Severity, SplitResource,
};
use crate::units::Amount;

parse_options! {
    /// Options of [`parse_aws_cur`].
    pub struct AwsCurOptions {
        /// What separates the fields.
        pub delimiter: char = ',',
    }
}

columns! { Cur {
    PeriodStart = "bill_billing_period_start_date",
    PeriodEnd = "bill_billing_period_end_date",
    Invoice = "bill_invoice_id",
    Account = "line_item_usage_account_id",
    Type = "line_item_line_item_type",
    Start = "line_item_usage_start_date",
    End = "line_item_usage_end_date",
    Product = "line_item_product_code",
    UsageType = "line_item_usage_type",
    Zone = "line_item_availability_zone",
    Resource = "line_item_resource_id",
    Quantity = "line_item_usage_amount",
    CurrencyCode = "line_item_currency_code",
    Unblended = "line_item_unblended_cost",
    NetUnblended = "line_item_net_unblended_cost",
    InstanceType = "product_instance_type",
    Region = "product_region_code" | "product_region",
    Sku = "product_sku",
    Unit = "pricing_unit",
    Term = "pricing_term",
    OnDemandCost = "pricing_public_on_demand_cost",
    ReservationArn = "reservation_reservation_a_r_n" | "reservation_reservation_arn",
    ReservationCost = "reservation_effective_cost",
    NetReservationCost = "reservation_net_effective_cost",
    UnusedUpfront = "reservation_unused_amortized_upfront_fee_for_billing_period",
    UnusedRecurring = "reservation_unused_recurring_fee",
    NetUnusedUpfront = "reservation_net_unused_amortized_upfront_fee_for_billing_period",
    NetUnusedRecurring = "reservation_net_unused_recurring_fee",
    PlanArn = "savings_plan_savings_plan_a_r_n" | "savings_plan_savings_plan_arn",
    PlanCost = "savings_plan_savings_plan_effective_cost",
    NetPlanCost = "savings_plan_net_savings_plan_effective_cost",
    PlanCommitment = "savings_plan_total_commitment_to_date",
    PlanUsed = "savings_plan_used_commitment",
    Tags = "resource_tags",
    SplitParent = "split_line_item_parent_resource_id",
    SplitReserved = "split_line_item_reserved_usage",
    SplitActual = "split_line_item_actual_usage",
    SplitUsage = "split_line_item_split_usage",
    SplitRatio = "split_line_item_split_usage_ratio",
    SplitCost = "split_line_item_split_cost",
    SplitUnused = "split_line_item_unused_cost",
    NetSplitCost = "split_line_item_net_split_cost",
    NetSplitUnused = "split_line_item_net_unused_cost",
    ListSplitCost = "split_line_item_public_on_demand_split_cost",
    ListSplitUnused = "split_line_item_public_on_demand_unused_cost",
} }

record_parser! {
    /// Reads a Cost and Usage Report as CSV: legacy (`lineItem/UnblendedCost`) or 2.0 (`line_item_unblended_cost`).
    ///
    /// The effective cost follows the table of the AWS CUR query library. A row of split cost allocation data describes
    /// a part of its parent: it has a `split` and no costs of its own, so no sum counts it twice.
    AwsCurParser, parse_aws_cur, AwsCurOptions, CurFormat => BillSet
}

/// The format and what it has read.
#[derive(Default)]
struct CurFormat {
    bill: Bill,
}

impl CurFormat {
    fn new(_: &AwsCurOptions) -> Self {
        Self::default()
    }
}

impl Format for CurFormat {
    type Column = Cur;
    type Value = BillSet;
    const DETECTED: crate::ingest::Format = crate::ingest::Format::AwsCur;
    const REQUIRED: &'static [&'static [Cur]] = &[
        &[Cur::Type],
        &[Cur::Start],
        &[Cur::End],
        &[Cur::CurrencyCode],
        &[Cur::Unblended, Cur::NetUnblended, Cur::ReservationCost, Cur::PlanCost],
    ];

    fn spelled(name: &str) -> Cow<'_, str> {
        Cow::Owned(snake_case(name))
    }

    fn tag(name: &str) -> Option<&str> {
        name.strip_prefix("resourceTags/").or_else(|| name.strip_prefix("resource_tags_"))
    }

    fn record(&mut self, fields: &mut Fields<'_>) -> Result<()> {
        let (start, end) = fields.span(Cur::Start, Cur::End)?;
        let service = fields.owned(Cur::Product)?;
        let usage_type = fields.owned(Cur::UsageType)?;
        let resource = fields.owned(Cur::Resource)?;
        let kind = fields.required(Cur::Type)?;
        let charge = Charge::read(kind, service.as_deref().unwrap_or_default(), fields)?;
        let split = split(fields, usage_type.as_deref().unwrap_or_default())?;
        let mut line = BillLine {
            provider: Provider::Aws,
            account: fields.owned(Cur::Account)?,
            start,
            end,
            charge_type: charge.kind,
            quantity: fields.number(Cur::Quantity)?,
            unit: fields.owned(Cur::Unit)?,
            region: fields.owned(Cur::Region)?,
            zone: fields.owned(Cur::Zone)?,
            instance_type: fields.owned(Cur::InstanceType)?,
            sku: fields.owned(Cur::Sku)?,
            // An invoice gets its number when it is final.
            estimated: fields.has(Cur::Invoice) && fields.text(Cur::Invoice)?.is_none(),
            invoice: fields.owned(Cur::Invoice)?,
            ..BillLine::default()
        };
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        line.category = match charge.kind {
            ChargeType::Tax => BillCategory::Tax,
            ChargeType::Credit => BillCategory::Credit,
            _ => category::aws(&text(&service), &text(&usage_type), &text(&resource)),
        };
        line.pricing = charge.pricing(usage_type.as_deref(), fields.text(Cur::Term)?);
        if split.is_none() {
            line.costs = costs(&charge, fields)?;
        }
        line.commitment = charge.commitment;
        line.kubernetes = resource.as_deref().and_then(pod_of_arn).map(Box::new);
        line.split = split.map(Box::new);
        fields.tags(Cur::Tags, &mut line.tags)?;
        (line.service, line.usage_type, line.resource_id) = (service, usage_type, resource);
        let period = (fields.time(Cur::PeriodStart)?, fields.time(Cur::PeriodEnd)?);
        self.bill.currency_of(fields, Cur::CurrencyCode)?;
        self.bill.span_period(period.0, period.1);
        self.bill.add(line);
        Ok(())
    }

    fn finish(self, _: &mut Log) -> BillSet {
        self.bill.finish()
    }
}

/// `lineItem/UnblendedCost` as `line_item_unblended_cost`.
fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len().saturating_add(8));
    for sign in name.chars() {
        match sign {
            '/' => out.push('_'),
            _ if sign.is_ascii_uppercase() => {
                if !out.is_empty() && !out.ends_with('_') {
                    out.push('_');
                }
                out.push(sign.to_ascii_lowercase());
            }
            _ => out.push(sign),
        }
    }
    out
}

/// What a line item's effective cost is.
#[derive(Clone, Copy)]
enum Effective {
    /// What is billed.
    Unblended,
    /// What a reservation costs for this use.
    Reservation,
    /// What a savings plan costs for this use.
    Plan,
    /// Nothing: it is spread over what it covers.
    Zero,
    /// What nothing used of a savings plan.
    PlanRest,
    /// What nothing used of a reservation.
    ReservationRest,
}

/// A line item type and what follows from it.
struct Charge {
    kind: ChargeType,
    effective: Effective,
    commitment: Option<Commitment>,
}

impl Charge {
    /// The table of the AWS CUR query library. An unknown type is billed as it stands, with a notice.
    fn read(kind: &str, product: &str, fields: &mut Fields<'_>) -> Result<Self> {
        let reservation = fields.owned(Cur::ReservationArn)?;
        let plan = fields.owned(Cur::PlanArn)?;
        let (charge_type, effective) = match kind {
            "Usage" => (ChargeType::Usage, Effective::Unblended),
            "DiscountedUsage" => (ChargeType::Usage, Effective::Reservation),
            "SavingsPlanCoveredUsage" => (ChargeType::Usage, Effective::Plan),
            "SavingsPlanNegation" => (ChargeType::Adjustment, Effective::Zero),
            "SavingsPlanUpfrontFee" => (ChargeType::Purchase, Effective::Zero),
            "SavingsPlanRecurringFee" => (ChargeType::Purchase, Effective::PlanRest),
            "RIFee" => (ChargeType::Purchase, Effective::ReservationRest),
            "Fee" if reservation.is_some() => (ChargeType::Purchase, Effective::Zero),
            "Fee" => (ChargeType::Fee, Effective::Unblended),
            "Tax" => (ChargeType::Tax, Effective::Unblended),
            "Credit" => (ChargeType::Credit, Effective::Unblended),
            "Refund" if product == "ComputeSavingsPlans" => (ChargeType::Refund, Effective::Zero),
            "Refund" => (ChargeType::Refund, Effective::Unblended),
            "EdpDiscount" | "PrivateRateDiscount" | "BundledDiscount" => {
                (ChargeType::Adjustment, Effective::Unblended)
            }
            _ => {
                let message = "a line item type that is not known is taken at its unblended cost";
                fields.remark("UnknownLineItemType", Severity::Warning, message, Cur::Type);
                (ChargeType::Usage, Effective::Unblended)
            }
        };
        let status = match kind {
            "DiscountedUsage" | "SavingsPlanCoveredUsage" => Some(CommitmentStatus::Used),
            "RIFee" | "SavingsPlanRecurringFee" => Some(CommitmentStatus::Unused),
            _ => None,
        };
        let commitment = match (plan, reservation) {
            (Some(id), _) => Some((id, "SavingsPlan")),
            (None, Some(id)) => Some((id, "Reservation")),
            (None, None) => None,
        };
        let commitment =
            commitment.map(|(id, kind)| Commitment { id, kind: Some(kind.to_owned()), status });
        Ok(Self { kind: charge_type, effective, commitment })
    }

    fn pricing(&self, usage_type: Option<&str>, term: Option<&str>) -> Option<BillPricing> {
        match self.effective {
            Effective::Reservation | Effective::Plan => Some(BillPricing::Committed),
            _ if self.kind != ChargeType::Usage => None,
            _ if usage_type.is_some_and(|u| u.contains("SpotUsage")) => Some(BillPricing::Spot),
            _ => match term {
                Some("OnDemand") => Some(BillPricing::OnDemand),
                Some("Spot") => Some(BillPricing::Spot),
                Some("Reserved") => Some(BillPricing::Committed),
                Some(_) => Some(BillPricing::Other),
                None => None,
            },
        }
    }
}

fn costs(charge: &Charge, fields: &mut Fields<'_>) -> Result<BillCosts> {
    let billed = fields.amount(Cur::Unblended)?;
    let net_billed = fields.amount(Cur::NetUnblended)?;
    let (effective, needed) = match charge.effective {
        Effective::Unblended => (billed, Cur::Unblended),
        Effective::Zero => (Some(Amount::ZERO), Cur::Unblended),
        Effective::Reservation => (fields.amount(Cur::ReservationCost)?, Cur::ReservationCost),
        Effective::Plan => (fields.amount(Cur::PlanCost)?, Cur::PlanCost),
        Effective::PlanRest => {
            (difference(fields, Cur::PlanCommitment, Cur::PlanUsed)?, Cur::PlanCommitment)
        }
        Effective::ReservationRest => {
            (sum(fields, Cur::UnusedUpfront, Cur::UnusedRecurring)?, Cur::UnusedUpfront)
        }
    };
    if effective.is_none() {
        let message =
            "the cost that this line item type needs is missing, and so is its effective cost";
        fields.remark("EffectiveCostMissing", Severity::Warning, message, needed);
    }
    let net_effective = match charge.effective {
        Effective::Unblended => net_billed,
        Effective::Zero => net_billed.map(|_| Amount::ZERO),
        Effective::Reservation => fields.amount(Cur::NetReservationCost)?,
        Effective::Plan => fields.amount(Cur::NetPlanCost)?,
        // The commitment to a plan has no second, net amount.
        Effective::PlanRest => net_billed.and(effective),
        Effective::ReservationRest => sum(fields, Cur::NetUnusedUpfront, Cur::NetUnusedRecurring)?,
    };
    let list = fields.amount(Cur::OnDemandCost)?;
    Ok(BillCosts { billed, effective, net_billed, net_effective, list, contracted: None })
}

/// The sum of two columns; both are needed.
fn sum(fields: &mut Fields<'_>, a: Cur, b: Cur) -> Result<Option<Amount>> {
    let (Some(x), Some(y)) = (fields.amount(a)?, fields.amount(b)?) else { return Ok(None) };
    x.add(y).map(Some).map_err(|e| fields.wrong(a, e))
}

/// The first column less the second; both are needed.
fn difference(fields: &mut Fields<'_>, a: Cur, b: Cur) -> Result<Option<Amount>> {
    let (Some(x), Some(y)) = (fields.amount(a)?, fields.amount(b)?) else { return Ok(None) };
    x.sub(y).map(Some).map_err(|e| fields.wrong(a, e))
}

/// The columns `split_line_item_*`, if the row has them.
fn split(fields: &mut Fields<'_>, usage_type: &str) -> Result<Option<BillSplit>> {
    let Some(parent) = fields.owned(Cur::SplitParent)? else { return Ok(None) };
    let resource = match usage_type {
        u if u.ends_with("vCPU-Hours") => Some(SplitResource::Cpu),
        u if u.ends_with("GB-Hours") => Some(SplitResource::Memory),
        u if u.contains("GPU") => Some(SplitResource::Gpu),
        _ => None,
    };
    // The ratio may be text that is no number; it is no money, so it may be missing.
    let ratio = match fields.number(Cur::SplitRatio) {
        Ok(ratio) => ratio,
        Err(error) if error.kind() == ErrorKind::LimitExceeded => return Err(error),
        Err(_) => {
            let (code, message) = ("UnreadableRatio", "the split ratio is no number");
            fields.tolerate(code, ErrorKind::Format, message, Cur::SplitRatio)?;
            None
        }
    };
    Ok(Some(BillSplit {
        parent: Some(parent),
        target: None,
        resource,
        reserved: fields.number(Cur::SplitReserved)?,
        actual: fields.number(Cur::SplitActual)?,
        allocated: fields.number(Cur::SplitUsage)?,
        ratio,
        split_cost: fields.amount(Cur::SplitCost)?,
        unused_cost: fields.amount(Cur::SplitUnused)?,
        net_split_cost: fields.amount(Cur::NetSplitCost)?,
        net_unused_cost: fields.amount(Cur::NetSplitUnused)?,
        list_split_cost: fields.amount(Cur::ListSplitCost)?,
        list_unused_cost: fields.amount(Cur::ListSplitUnused)?,
    }))
}

/// The pod of `arn:…:pod/<cluster>/<namespace>/<pod>/<uid>`; a record of what is unused names no pod.
fn pod_of_arn(arn: &str) -> Option<BillKubernetes> {
    let (_, path) = arn.split_once(":pod/")?;
    let mut parts = path.split('/').map(|part| (!part.is_empty()).then(|| part.to_owned()));
    let mut next = || parts.next().flatten();
    let mut found = BillKubernetes { cluster: next(), ..BillKubernetes::default() };
    if path.split('/').any(|part| part.eq_ignore_ascii_case("unused")) {
        found.special = Some(BillSpecial::Idle);
        return Some(found);
    }
    (found.namespace, found.pod, found.uid) = (next(), next(), next());
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Parsed;
    use crate::model::CostKind;

    const HEADER: &str = "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,\
        lineItem/UsageType,lineItem/ResourceId,lineItem/CurrencyCode,lineItem/UnblendedCost,reservation/ReservationARN,\
        reservation/EffectiveCost,reservation/UnusedAmortizedUpfrontFeeForBillingPeriod,reservation/UnusedRecurringFee,\
        savingsPlan/SavingsPlanARN,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,\
        savingsPlan/UsedCommitment,lineItem/NetUnblendedCost,resourceTags/user:team";

    fn row(kind: &str, product: &str, cost: &str, rest: &str) -> String {
        format!(
            "{kind},2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,{product},BoxUsage:m5.large,i-1,USD,{cost},{rest}\n"
        )
    }

    fn parse(text: &str) -> Parsed<BillSet> {
        parse_aws_cur(text.as_bytes(), &AwsCurOptions::default()).unwrap()
    }

    fn one(kind: &str, product: &str, cost: &str, rest: &str) -> BillLine {
        let parsed = parse(&format!("{HEADER}\n{}", row(kind, product, cost, rest)));
        parsed.value.lines.into_iter().next().unwrap()
    }

    #[test]
    fn names_are_normalised() {
        for (legacy, snake) in [
            ("lineItem/UnblendedCost", "line_item_unblended_cost"),
            ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_a_r_n"),
            ("savingsPlan/SavingsPlanArn", "savings_plan_savings_plan_arn"),
            ("line_item_unblended_cost", "line_item_unblended_cost"),
            ("identity/LineItemId", "identity_line_item_id"),
        ] {
            assert_eq!(snake_case(legacy), snake);
        }
    }

    /// Acceptance 13.7: one row of each line item type.
    #[test]
    fn effective_cost_by_line_item_type() {
        let ri = "arn:ri";
        let none = ",,,,,,,,1.5,";
        for (kind, product, cost, rest, effective, net) in [
            ("Usage", "AmazonEC2", "2", none, "2", "1.5"),
            ("EdpDiscount", "AmazonEC2", "-2", none, "-2", "1.5"),
            ("PrivateRateDiscount", "AmazonEC2", "-2", none, "-2", "1.5"),
            ("BundledDiscount", "AmazonEC2", "-2", none, "-2", "1.5"),
            ("Credit", "AmazonEC2", "-2", none, "-2", "1.5"),
            ("Refund", "AmazonEC2", "-2", none, "-2", "1.5"),
            ("Refund", "ComputeSavingsPlans", "-2", none, "0", "0"),
            ("Tax", "AmazonEC2", "2", none, "2", "1.5"),
            ("Fee", "AmazonEC2", "2", none, "2", "1.5"),
            ("Fee", "AmazonEC2", "2", &format!("{ri},,,,,,,,1.5,"), "0", "0"),
            ("DiscountedUsage", "AmazonEC2", "0", &format!("{ri},0.7,,,,,,,,"), "0.7", "-"),
            ("SavingsPlanCoveredUsage", "AmazonEC2", "2", ",,,,arn:sp,0.9,,,,", "0.9", "-"),
            ("SavingsPlanNegation", "AmazonEC2", "-2", ",,,,arn:sp,,,,1.5,", "0", "0"),
            ("SavingsPlanUpfrontFee", "ComputeSavingsPlans", "2", ",,,,arn:sp,,,,1.5,", "0", "0"),
            (
                "SavingsPlanRecurringFee",
                "ComputeSavingsPlans",
                "2",
                ",,,,arn:sp,,2,1.25,,",
                "0.75",
                "-",
            ),
            ("RIFee", "AmazonEC2", "2", &format!("{ri},,0.25,0.5,,,,,,"), "0.75", "-"),
        ] {
            let line = one(kind, product, cost, rest);
            assert_eq!(line.costs.effective.unwrap().to_string(), effective, "{kind} {product}");
            let found = line.costs.net_effective.map_or("-".to_owned(), |a| a.to_string());
            assert_eq!(found, net, "{kind} {product}");
            assert_eq!(line.costs.billed.unwrap().to_string(), cost, "{kind}");
        }
        let line = one("RIFee", "AmazonEC2", "2", &format!("{ri},,0.25,0.5,,,,,,"));
        assert_eq!(line.commitment.unwrap().status, Some(CommitmentStatus::Unused));
        let line = one("DiscountedUsage", "AmazonEC2", "0", &format!("{ri},0.7,,,,,,,,shop"));
        assert_eq!(
            (line.pricing, line.tags["user:team"].as_str()),
            (Some(BillPricing::Committed), "shop")
        );
    }

    #[test]
    fn a_missing_cost_is_not_the_unblended_one() {
        let header = "line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,line_item_currency_code,line_item_unblended_cost,resource_tags,bill_invoice_id";
        let rows = "DiscountedUsage,2026-03-01 00:00:00,2026-03-02 00:00:00,USD,1,\"{\"\"user_team\"\": \"\"shop\"\"}\",7\n\
                    Novelty,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,USD,1,{broken,\n";
        let parsed = parse(&format!("{header}\n{rows}"));
        let codes: Vec<_> = parsed.notices.iter().map(|n| (n.code.as_str(), n.count)).collect();
        assert_eq!(
            codes,
            [
                ("EffectiveCostMissing", 1),
                ("TimeWithoutZone", 2),
                ("UnknownLineItemType", 1),
                ("UnreadableValue", 1)
            ]
        );
        let [known, novel] = &parsed.value.lines[..] else { panic!("two lines") };
        assert_eq!((known.costs.effective, known.estimated), (None, false));
        assert_eq!(known.tags["user_team"], "shop");
        assert_eq!((novel.costs.effective, novel.estimated), (novel.costs.billed, true));
        let strict = AwsCurOptions::default().strict();
        let error = parse_aws_cur(format!("{header}\n{rows}").as_bytes(), &strict).unwrap_err();
        assert_eq!(error.code(), "UPID_TIME_PARSE");
        assert_eq!(error.place().field.as_deref(), Some("line_item_usage_start_date"));
    }

    #[test]
    fn a_month_with_a_savings_plan_adds_up() {
        let rows = [
            row("SavingsPlanCoveredUsage", "AmazonEC2", "3", ",,,,arn:sp,1.1,,,,"),
            row("SavingsPlanCoveredUsage", "AmazonEC2", "2", ",,,,arn:sp,0.7,,,,"),
            row("SavingsPlanNegation", "AmazonEC2", "-5", ",,,,arn:sp,,,,,"),
            row("SavingsPlanRecurringFee", "ComputeSavingsPlans", "2", ",,,,arn:sp,,2,1.8,,"),
        ];
        let bill = parse(&format!("{HEADER}\n{}", rows.concat())).value;
        assert_eq!(bill.total(CostKind::Effective).unwrap().to_string(), "2");
        assert_eq!(bill.total(CostKind::Billed).unwrap().to_string(), "2");
    }

    #[test]
    fn split_rows_are_not_costs() {
        let header = "line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,line_item_currency_code,line_item_unblended_cost,line_item_resource_id,line_item_usage_type,split_line_item_parent_resource_id,split_line_item_split_cost,split_line_item_unused_cost,split_line_item_split_usage_ratio";
        let parent =
            "Usage,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,USD,1,i-1,BoxUsage:m5.xlarge,,,,\n";
        let pod = "Usage,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,USD,0.4,arn:aws:eks:us-east-1:1:pod/c/shop/web-1/u-1,USE1-EKS-EC2-vCPU-Hours,i-1,0.25,0.15,n/a\n";
        let with = parse(&format!("{header}\n{parent}{pod}")).value;
        let without = parse(&format!("{header}\n{parent}")).value;
        for kind in CostKind::ALL {
            assert_eq!(with.total(kind).unwrap(), without.total(kind).unwrap());
        }
        let line = with.lines.iter().find(|l| l.split.is_some()).unwrap();
        let at = line.kubernetes.as_ref().unwrap();
        assert_eq!((at.namespace.as_deref(), at.pod.as_deref()), (Some("shop"), Some("web-1")));
        let split = line.split.as_ref().unwrap();
        assert_eq!((split.resource, split.ratio), (Some(SplitResource::Cpu), None));
        assert_eq!(
            pod_of_arn("arn:aws:eks:r:1:pod/c/Unused/x").unwrap().special,
            Some(BillSpecial::Idle)
        );
    }

    /// Extract of the legacy sample of the `FinOps` Foundation's `focus_converters`.
    #[test]
    fn legacy_fixture() {
        let parsed = parse(include_str!("../../../tests/data/bills/aws_cur_legacy.csv"));
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (29, 0));
        assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
        let sum = |kind: ChargeType| {
            let lines = parsed.value.lines.iter().filter(|l| l.charge_type == kind);
            Amount::sum(lines.filter_map(|l| l.costs.billed)).unwrap().to_string()
        };
        assert_eq!(
            (sum(ChargeType::Tax), sum(ChargeType::Usage)),
            ("0.08".into(), "0.0182159672".into())
        );
        assert!(parsed.value.lines.iter().all(|l| l.resource_id.is_none() && l.estimated));
    }

    #[test]
    fn bad_input() {
        let code = |text: &str| {
            parse_aws_cur(text.as_bytes(), &AwsCurOptions::default()).unwrap_err().code()
        };
        assert_eq!(code(""), "UPID_EMPTY_INPUT");
        assert_eq!(code(" \n "), "UPID_EMPTY_INPUT");
        assert_eq!(code("\u{1f}\u{8b}"), "UPID_MISSING_COLUMN");
        assert_eq!(code("a,b\n1,2\n"), "UPID_MISSING_COLUMN");
        assert_eq!(code(&format!("{HEADER}\n\"Usage,")), "UPID_TRUNCATED");
        let tail = ",,,,,,,,,";
        let (good, dear) = (row("Usage", "A", "1", tail), row("Usage", "A", "1e999", tail));
        let euro = good.replace("USD", "EUR");
        let error =
            parse_aws_cur(format!("{HEADER}\n{good}{euro}").as_bytes(), &AwsCurOptions::default());
        let error = error.unwrap_err();
        assert_eq!((error.code(), error.place().row), ("UPID_CURRENCY_MISMATCH", Some(1)));
        assert!(error.message().contains("row 0") && error.message().contains("row 1"), "{error}");
        let backward = good.replace("2026-03-01T01", "2026-02-01T01");
        for (bad, field, code) in [
            (dear.clone(), "lineItem/UnblendedCost", "UPID_MONEY_OVERFLOW"),
            (good.replace(",1,", ",\"12,50\","), "lineItem/UnblendedCost", "UPID_MONEY_PARSE"),
            (good.replace(",1,", ",+1,"), "lineItem/UnblendedCost", "UPID_MONEY_PARSE"),
            (good.replace(",1,", ",NaN,"), "lineItem/UnblendedCost", "UPID_MONEY_PARSE"),
            (backward, "lineItem/UsageEndDate", "UPID_INVALID_VALUE"),
            (good.replace("USD", ""), "lineItem/CurrencyCode", "UPID_MISSING_FIELD"),
        ] {
            let text = format!("{HEADER}\n{good}{bad}");
            let strict = AwsCurOptions::default().strict();
            let error = parse_aws_cur(text.as_bytes(), &strict).unwrap_err();
            assert_eq!(
                (error.code(), error.place().field.as_deref()),
                (code, Some(field)),
                "{bad}"
            );
            let parsed = parse(&text);
            assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (1, 1), "{bad}");
            assert_eq!(parsed.value, parse(&format!("{HEADER}\n{good}")).value, "{bad}");
        }
        assert_eq!(code(&format!("{HEADER}\n{dear}")), "UPID_NO_RECORDS");
        let long = good.replace(",1,", &format!(",{},", "1".repeat(65)));
        assert_eq!(code(&format!("{HEADER}\n{good}{long}")), "UPID_LIMIT_EXCEEDED");
        let empty = parse(&format!("{HEADER}\n"));
        assert_eq!((empty.value.lines.len(), empty.value.currency), (0, None));
    }
}
