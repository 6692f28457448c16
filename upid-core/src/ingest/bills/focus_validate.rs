//! What FOCUS promises of a whole bill, checked on its lines.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::{BillLine, BillSet, ChargeType, CommitmentStatus, Finding, Severity};
use crate::units::Amount;

/// Unit in which shares are summed: 10⁻¹².
const RATIO_UNITS: f64 = 1e12;

/// Checks a FOCUS bill; nothing is repaired. Empty if all holds.
///
/// - `CommitmentUnbalanced`: Σ effective cost of what a commitment covers or leaves unused = Σ billed cost of its
///   purchases (only where the bill has both).
/// - `PurchaseEffectiveCost`: the effective cost of the purchase of a commitment is 0.
/// - `AllocationIncomplete`: the shares of an origin's allocated charges sum to 1.
/// - `OutsideBillingPeriod`: a charge lies inside the billing period.
/// - `InvoiceTotal` (Info): Σ billed cost of each invoice, to compare with the invoice.
///
/// # Errors
/// `UPID_MONEY_OVERFLOW`.
pub fn validate(bill: &BillSet) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut add = |code, severity, message, places: Vec<String>| {
        if !places.is_empty() {
            findings.push(Finding::new(code, severity, message, places));
        }
    };
    let (unbalanced, purchased) = commitments(bill)?;
    let message = "what a commitment covers does not cost what it was bought for";
    add("CommitmentUnbalanced", Severity::Warning, message, unbalanced);
    let message = "the purchase of a commitment has an effective cost: it would count twice";
    add("PurchaseEffectiveCost", Severity::Error, message, purchased);
    let message = "the shares of an origin's allocated charges do not sum to 1";
    add("AllocationIncomplete", Severity::Error, message, allocations(bill));
    let message = "a charge lies outside the billing period";
    add("OutsideBillingPeriod", Severity::Warning, message, outside(bill));
    let message = "billed cost by invoice, to compare with the invoice";
    add("InvoiceTotal", Severity::Info, message, invoices(bill)?);
    Ok(findings)
}

/// A line in words.
fn shown(index: usize, line: &BillLine) -> String {
    let what = line.resource_id.as_deref().or(line.service.as_deref()).unwrap_or("no resource");
    format!("lines[{index}]: {what}")
}

/// Commitments that do not balance, and purchases with an effective cost.
fn commitments(bill: &BillSet) -> Result<(Vec<String>, Vec<String>)> {
    let mut sums: BTreeMap<&str, [Option<Amount>; 2]> = BTreeMap::new();
    let mut purchased = Vec::new();
    for (index, line) in bill.lines.iter().enumerate() {
        let Some(commitment) = &line.commitment else { continue };
        let [used, bought] = sums.entry(&commitment.id).or_default();
        let (slot, amount) = match (line.charge_type, commitment.status) {
            (ChargeType::Usage, Some(CommitmentStatus::Used | CommitmentStatus::Unused)) => {
                (used, line.costs.effective)
            }
            (ChargeType::Purchase, _) => {
                if line.costs.effective.is_some_and(|cost| !cost.is_zero()) {
                    purchased.push(shown(index, line));
                }
                (bought, line.costs.billed)
            }
            _ => continue,
        };
        if let Some(amount) = amount {
            *slot = Some(slot.unwrap_or_default().add(amount)?);
        }
    }
    let unbalanced = |(id, [used, bought]): (&str, [Option<Amount>; 2])| {
        let (used, bought) = (used?, bought?);
        (used != bought).then(|| format!("{id}: covers {used}, bought for {bought}"))
    };
    Ok((sums.into_iter().filter_map(unbalanced).collect(), purchased))
}

/// Origins whose shares are not 1. An origin is a resource, SKU and period.
fn allocations(bill: &BillSet) -> Vec<String> {
    let mut sums: BTreeMap<_, (i128, i128)> = BTreeMap::new();
    for line in &bill.lines {
        let Some((split, ratio)) = line.split.as_ref().and_then(|s| Some((s, s.ratio?))) else {
            continue;
        };
        let origin = (split.parent.as_deref(), line.sku.as_deref(), line.start, line.end);
        let (sum, count) = sums.entry(origin).or_default();
        *sum = sum.saturating_add((ratio * RATIO_UNITS).round_ties_even() as i128);
        *count = count.saturating_add(1);
    }
    // Shares with more than twelve places lose at most half a unit each.
    let is_whole = |sum: i128, count: i128| {
        sum.saturating_sub(RATIO_UNITS as i128).saturating_abs() <= count / 2
    };
    sums.into_iter()
        .filter(|(_, (sum, count))| !is_whole(*sum, *count))
        .map(|((parent, _, start, _), (sum, _))| {
            let share = sum as f64 / RATIO_UNITS;
            format!("{} at {start}: {share}", parent.unwrap_or("no resource"))
        })
        .collect()
}

fn outside(bill: &BillSet) -> Vec<String> {
    let Some(period) = bill.period else { return Vec::new() };
    let outside = |line: &BillLine| line.start < period.start || line.end > period.end;
    let lines = bill.lines.iter().enumerate().filter(|(_, line)| outside(line));
    lines.map(|(index, line)| shown(index, line)).collect()
}

fn invoices(bill: &BillSet) -> Result<Vec<String>> {
    let mut sums: BTreeMap<&str, Amount> = BTreeMap::new();
    for line in &bill.lines {
        if let (Some(invoice), Some(billed)) = (&line.invoice, line.costs.billed) {
            let sum = sums.entry(invoice).or_default();
            *sum = sum.add(billed)?;
        }
    }
    Ok(sums.into_iter().map(|(invoice, sum)| format!("{invoice}: {sum}")).collect())
}

#[cfg(test)]
mod tests {
    use super::super::focus::tests::{parse, table};
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let bill = parse(text).unwrap().value;
        validate(&bill).unwrap().into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn commitments_balance() {
        let columns = ",CommitmentDiscountId,CommitmentDiscountStatus";
        let used = ("", ",sp,Used");
        let unused = ("1e0>0.5", ",sp,Unused");
        let purchase = |effective: &'static str| (effective, ",sp,");
        let good = purchase("1e0>0;Usage>Purchase");
        assert_eq!(codes(&table(columns, &[used, unused, good])), Vec::<String>::new());
        assert_eq!(codes(&table(columns, &[used, good])), ["CommitmentUnbalanced"]);
        let counted = purchase("1e0>1;Usage>Purchase");
        assert_eq!(codes(&table(columns, &[used, unused, counted])), ["PurchaseEffectiveCost"]);
    }

    #[test]
    fn shares_sum_to_one_and_periods_hold() {
        let columns = ",ResourceId,AllocatedMethodId,AllocatedMethodDetails,InvoiceId";
        let part =
            |ratio: &str| format!(r#",i-1,m,"{{""Elements"":[{{""AllocatedRatio"":{ratio}}}]}}","#);
        let [a, b, c] = ["0.244117980188", "0.755882019812", "0.755882019811"].map(part);
        assert_eq!(codes(&table(columns, &[("", &a), ("", &b)])), Vec::<String>::new());
        assert_eq!(
            codes(&table(columns, &[("", &a), ("", &c), ("", ",i-1,m,,")])),
            Vec::<String>::new()
        );
        assert_eq!(codes(&table(columns, &[("", &a)])), ["AllocationIncomplete"]);
        let late = table("", &[("2026-03-02T>2026-05-02T", "")]);
        assert_eq!(codes(&late), ["OutsideBillingPeriod"]);
        let invoiced = table(columns, &[("", ",,,,INV-7"), ("", ",,,,INV-7")]);
        let bill = parse(&invoiced).unwrap().value;
        assert_eq!(validate(&bill).unwrap()[0].examples, ["INV-7: 3"]);
    }
}
