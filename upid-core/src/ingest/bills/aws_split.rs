//! Checks AWS split cost allocation data: the parts of an instance and hour sum to what the instance cost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{BillCategory, BillLine, BillSpecial, ChargeType};
use crate::units::{Amount, Timestamp};

/// One parent and period: what its parts sum to, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SplitCheck {
    /// Resource id of the parent.
    pub parent: String,
    /// First instant of the period.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Σ (split + unused) over its parts.
    pub parts: Amount,
    /// What the parent cost; none if the bill has no line of it.
    pub cost: Option<Amount>,
    /// `cost − parts`; 0 if the split adds up.
    pub residual: Option<Amount>,
}

/// Compares the parts of every parent and period with the parent's cost (effective, else billed), in that order.
///
/// Explicit records of unused capacity are left out: their cost is already in the parts.
///
/// # Errors
/// `UPID_MONEY_OVERFLOW`.
pub fn check_split(lines: &[BillLine]) -> Result<Vec<SplitCheck>> {
    let mut parts: BTreeMap<(&str, Timestamp, Timestamp), Amount> = BTreeMap::new();
    for line in lines {
        let Some(split) = &line.split else { continue };
        let is_idle =
            line.kubernetes.as_ref().is_some_and(|k| k.special == Some(BillSpecial::Idle));
        let (Some(parent), false) = (&split.parent, is_idle) else { continue };
        let sum = parts.entry((parent, line.start, line.end)).or_default();
        for part in [split.split_cost, split.unused_cost].into_iter().flatten() {
            *sum = sum.add(part)?;
        }
    }
    let mut costs: BTreeMap<(&str, Timestamp, Timestamp), Amount> = BTreeMap::new();
    for line in lines {
        let is_machine = line.split.is_none()
            && line.charge_type == ChargeType::Usage
            && line.category == BillCategory::Compute;
        let (Some(id), true) = (&line.resource_id, is_machine) else { continue };
        let key = (id.as_str(), line.start, line.end);
        if let (Some(cost), true) =
            (line.costs.effective.or(line.costs.billed), parts.contains_key(&key))
        {
            let sum = costs.entry(key).or_default();
            *sum = sum.add(cost)?;
        }
    }
    let check = |((parent, start, end), sum): ((&str, Timestamp, Timestamp), Amount)| {
        let cost = costs.get(&(parent, start, end)).copied();
        let residual = cost.map(|cost| cost.sub(sum)).transpose()?;
        Ok(SplitCheck { parent: parent.to_owned(), start, end, parts: sum, cost, residual })
    };
    parts.into_iter().map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BillCosts, BillKubernetes, BillSplit};

    fn part(pod: &str, split: &str, unused: &str) -> BillLine {
        BillLine {
            end: Timestamp(3_600_000),
            resource_id: Some(format!("arn:aws:eks:r:1:pod/c/n/{pod}/u")),
            split: Some(Box::new(BillSplit {
                parent: Some("i-1".into()),
                split_cost: Some(Amount::parse(split).unwrap()),
                unused_cost: Some(Amount::parse(unused).unwrap()),
                ..BillSplit::default()
            })),
            ..BillLine::default()
        }
    }

    /// The AWS example of cost.md §13.9: 4 vCPU, 16 GiB, a bill of 1.
    #[test]
    fn the_published_split_adds_up() {
        let parent = BillLine {
            end: Timestamp(3_600_000),
            resource_id: Some("i-1".into()),
            category: BillCategory::Compute,
            costs: BillCosts { billed: Some(Amount::parse("1").unwrap()), ..BillCosts::default() },
            ..BillLine::default()
        };
        let mut lines = vec![
            parent,
            part("a", "0.25", "0.155594405594"),
            part("b", "0.298076923078", "0.156468531469"),
            part("c", "0.08173076923", "0.058129370629"),
        ];
        let checks = check_split(&lines).unwrap();
        assert_eq!(checks.len(), 1);
        assert!(checks[0].residual.unwrap().0.abs() <= 1000, "{checks:?}");
        // A record of the unused part describes what the pods already carry.
        let mut unused = part("unused", "0.4", "0");
        unused.kubernetes = Some(Box::new(BillKubernetes {
            special: Some(BillSpecial::Idle),
            ..BillKubernetes::default()
        }));
        lines.push(unused);
        assert_eq!(check_split(&lines).unwrap(), checks);
        // A part that is missing shows.
        lines.remove(1);
        assert_eq!(check_split(&lines).unwrap()[0].residual.unwrap().to_string(), "0.405594405594");
        lines.remove(0);
        assert_eq!(check_split(&lines).unwrap()[0].cost, None);
    }
}
