//! Billed costs of nodes: which lines of a bill are a node's, and what it cost in which period.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    BillCategory, BillLine, BillSet, BilledCost, CostKind, Node, PriceSource, Snapshot,
};
use crate::units::{Amount, Currency, Timestamp};

/// Why a line is no node's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum UnmatchedReason {
    /// The line names no resource: a fleet, a fee, a tax.
    NoResource,
    /// No node has that id; in a reconciliation nothing of the input.
    NoNode,
    /// Several nodes have that id; in a reconciliation several things of the input.
    SeveralNodes,
    /// The line is about a node but not for the machine: traffic, disks, load balancing.
    NotTheMachine,
    /// The line lacks the cost that is asked for.
    NoCost,
    /// A tax; only in a reconciliation.
    Tax,
}

/// Lines that are no node's, by service, resource and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UnmatchedCost {
    /// Service, as the bill names it.
    pub service: Option<String>,
    /// Resource, as the bill names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Why.
    pub reason: UnmatchedReason,
    /// Their cost; lines without one add nothing.
    pub amount: Amount,
    /// How many.
    pub lines: u64,
}

/// What a node was billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BilledNode {
    /// Name of the node.
    pub name: String,
    /// Amounts by period, in order; several lines of one period are added.
    pub billed: Vec<BilledCost>,
    /// Lines behind them.
    pub lines: u64,
}

/// A bill by nodes. `matched` + Σ `unmatched` = the bill's total of `costKind`, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BilledNodes {
    /// Currency of every amount; none for a bill without lines.
    pub currency: Option<Currency>,
    /// The cost that was taken, of every line the same.
    pub cost_kind: CostKind,
    /// Nodes that the bill knows, by name.
    pub nodes: Vec<BilledNode>,
    /// Nodes that it does not know.
    pub unbilled: Vec<String>,
    /// Lines that are no node's.
    pub unmatched: Vec<UnmatchedCost>,
    /// Lines that describe a part of another one, which are never added.
    pub parts: u64,
    /// Σ over the nodes.
    pub matched: Amount,
    /// A line of a node is not final.
    pub estimated: bool,
}

/// Amounts by their period.
type Periods = BTreeMap<(Timestamp, Timestamp), Amount>;
/// Service, resource and reason of lines that are no node's.
type Rest<'l> = (Option<&'l str>, Option<&'l str>, UnmatchedReason);

/// Finds the lines of each node by its provider id; nothing is guessed, what matches no node is listed.
///
/// AWS: `i-…` at the end of the provider id. Google: `project/zone/name`. Azure: the ARM path, whatever its case.
/// `kind`: none takes the first of net effective, effective, net billed and billed that every line of a node has.
///
/// # Errors
/// `UPID_INVALID_VALUE` if no kind stands on every line of a node; `UPID_MONEY_OVERFLOW`.
pub fn billed_nodes(nodes: &[Node], bill: &BillSet, kind: Option<CostKind>) -> Result<BilledNodes> {
    let mut by_id: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for node in nodes {
        if let Some(id) = node.provider_id.as_deref().and_then(instance_of_node) {
            by_id.entry(id).or_default().push(&node.name);
        }
    }
    let found: Vec<(&BillLine, Result<&str, UnmatchedReason>)> = bill
        .lines
        .iter()
        .filter(|line| line.split.is_none())
        .map(|line| (line, node_of(line, &by_id)))
        .collect();
    let parts = bill.lines.len().saturating_sub(found.len()) as u64;
    let cost_kind = if let Some(kind) = kind {
        kind
    } else {
        let own = found.iter().filter(|(_, node)| node.is_ok());
        common_kind(&own.map(|(line, _)| *line).collect::<Vec<_>>())?
    };
    let mut periods: BTreeMap<&str, (Periods, u64)> = BTreeMap::new();
    let mut rest: BTreeMap<Rest<'_>, (Amount, u64)> = BTreeMap::new();
    let (mut matched, mut estimated) = (Amount::ZERO, false);
    for (line, node) in found {
        let cost = line.costs.of(cost_kind);
        let reason = match (node, cost) {
            (Ok(node), Some(cost)) => {
                let (billed, lines) = periods.entry(node).or_default();
                let amount = billed.entry((line.start, line.end)).or_default();
                *amount = amount.add(cost)?;
                *lines = lines.saturating_add(1);
                matched = matched.add(cost)?;
                estimated |= line.estimated;
                continue;
            }
            (Ok(_), None) => UnmatchedReason::NoCost,
            (Err(reason), _) => reason,
        };
        let key = (line.service.as_deref(), line.resource_id.as_deref(), reason);
        let (amount, lines) = rest.entry(key).or_default();
        *amount = amount.add(cost.unwrap_or_default())?;
        *lines = lines.saturating_add(1);
    }
    let billed: BTreeSet<&str> = periods.keys().copied().collect();
    let mut unbilled: Vec<String> = nodes
        .iter()
        .filter(|n| !billed.contains(n.name.as_str()))
        .map(|n| n.name.clone())
        .collect();
    unbilled.sort_unstable();
    let period = |((start, end), amount)| BilledCost { start, end, amount };
    let nodes = periods.into_iter().map(|(name, (periods, lines))| BilledNode {
        name: name.to_owned(),
        billed: periods.into_iter().map(period).collect(),
        lines,
    });
    let unmatched =
        rest.into_iter().map(|((service, id, reason), (amount, lines))| UnmatchedCost {
            service: service.map(str::to_owned),
            resource_id: id.map(str::to_owned),
            reason,
            amount,
            lines,
        });
    Ok(BilledNodes {
        currency: bill.currency,
        cost_kind,
        nodes: nodes.collect(),
        unbilled,
        unmatched: unmatched.collect(),
        parts,
        matched,
        estimated,
    })
}

impl BilledNodes {
    /// Puts the periods into the nodes of a Snapshot, where they come before every other price.
    ///
    /// # Errors
    /// `UPID_CURRENCY_MISMATCH` if the Snapshot is in another currency.
    pub fn apply(&self, snapshot: &mut Snapshot) -> Result<()> {
        if let Some(currency) = self.currency {
            snapshot.currency.same(currency)?;
        }
        let billed: BTreeMap<&str, &BilledNode> =
            self.nodes.iter().map(|node| (node.name.as_str(), node)).collect();
        for node in &mut snapshot.nodes {
            let Some(found) = billed.get(node.name.as_str()) else { continue };
            let price = node.price.get_or_insert_default();
            price.billed.clone_from(&found.billed);
            price.source = Some(PriceSource::Billed);
        }
        Ok(())
    }
}

/// The node of a line, or why it has none.
fn node_of<'n>(
    line: &BillLine,
    nodes: &BTreeMap<String, Vec<&'n str>>,
) -> Result<&'n str, UnmatchedReason> {
    let id = line.resource_id.as_deref().ok_or(UnmatchedReason::NoResource)?;
    match nodes.get(&instance_of_line(id)).map(Vec::as_slice) {
        None => Err(UnmatchedReason::NoNode),
        Some([_]) if is_beside_the_machine(line.category) => Err(UnmatchedReason::NotTheMachine),
        Some([node]) => Ok(node),
        Some(_) => Err(UnmatchedReason::SeveralNodes),
    }
}

/// Whether a charge on a machine's id is not for its cores and memory, over which a node's cost is split.
pub(super) fn is_beside_the_machine(category: BillCategory) -> bool {
    matches!(
        category,
        BillCategory::Storage
            | BillCategory::Network
            | BillCategory::LoadBalancer
            | BillCategory::Tax
    )
}

/// The first kind of cost that all these lines have.
fn common_kind(lines: &[&BillLine]) -> Result<CostKind> {
    let on_all = |kind: &CostKind| lines.iter().all(|line| line.costs.of(*kind).is_some());
    match lines {
        [] => Ok(CostKind::Billed),
        _ => CostKind::ALL.into_iter().find(on_all).ok_or_else(|| {
            Error::new(ErrorKind::InvalidValue, "no kind of cost stands on every line of a node")
                .at_path("costKind")
                .hint("choose one; lines without it are then listed as NoCost")
        }),
    }
}

/// The cloud's id of a node, from `spec.providerID`.
pub(super) fn instance_of_node(provider_id: &str) -> Option<String> {
    let (scheme, rest) = provider_id.split_once("://").unwrap_or(("", provider_id));
    let id = match scheme {
        "aws" => rest.rsplit('/').next().unwrap_or_default(),
        "azure" => return Some(rest.to_ascii_lowercase()),
        _ => rest.trim_start_matches('/'),
    };
    (!id.is_empty()).then(|| id.to_owned())
}

/// The same of a resource on a bill.
pub(super) fn instance_of_line(resource: &str) -> String {
    if let Some((_, id)) = resource.split_once(":instance/") {
        return id.to_owned();
    }
    if resource.to_ascii_lowercase().starts_with("/subscriptions/") {
        return resource.to_ascii_lowercase();
    }
    let google = resource.strip_prefix("//compute.googleapis.com/").unwrap_or(resource);
    match google.split('/').collect::<Vec<_>>()[..] {
        ["projects", project, "zones", zone, "instances", name] => {
            format!("{project}/{zone}/{name}")
        }
        _ => resource.to_owned(),
    }
}

/// Input of `cost.billedNodes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BilledNodesInput {
    /// The nodes, as in a Snapshot; `name` and `providerId` are read.
    pub nodes: Vec<Node>,
    /// The bill, as `ingest.…` gives it.
    pub bill: BillSet,
    /// Which cost; none: the first that every line of a node has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_kind: Option<CostKind>,
}

impl BilledNodesInput {
    /// Runs `cost.billedNodes`.
    pub(crate) fn run(self) -> Result<BilledNodes> {
        billed_nodes(&self.nodes, &self.bill, self.cost_kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{CostConfig, CostInput, CostNode, attribute};
    use crate::model::{BillCosts, Resources};
    use crate::units::{MS_PER_HOUR, TimeRange};

    fn node(name: &str, provider_id: &str) -> Node {
        let provider_id = Some(provider_id.to_owned());
        Node { name: name.into(), provider_id, ..Node::default() }
    }

    fn line(resource: &str, hour: i64, billed: &str) -> BillLine {
        BillLine {
            start: Timestamp(hour * MS_PER_HOUR),
            end: Timestamp((hour + 1) * MS_PER_HOUR),
            resource_id: (!resource.is_empty()).then(|| resource.to_owned()),
            category: BillCategory::Compute,
            costs: BillCosts {
                billed: Some(Amount::parse(billed).unwrap()),
                ..BillCosts::default()
            },
            ..BillLine::default()
        }
    }

    fn bill(lines: Vec<BillLine>) -> BillSet {
        BillSet::new(Some(Currency::USD), lines, None)
    }

    #[test]
    fn each_cloud_by_its_id() {
        let vm =
            "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/N3";
        let nodes = [
            node("n1", "aws:///us-east-1a/i-0abc"),
            node("n2", "gce://shop/us-central1-a/gke-1"),
            node("n3", &format!("azure://{}", vm.to_ascii_lowercase())),
            node("n4", "kind://docker/kind/n4"),
        ];
        for (resource, name) in [
            ("i-0abc", "n1"),
            ("arn:aws:ec2:us-east-1:1:instance/i-0abc", "n1"),
            ("shop/us-central1-a/gke-1", "n2"),
            ("//compute.googleapis.com/projects/shop/zones/us-central1-a/instances/gke-1", "n2"),
            (vm, "n3"),
        ] {
            let found = billed_nodes(&nodes, &bill(vec![line(resource, 0, "1")]), None).unwrap();
            assert_eq!(found.nodes.len(), 1, "{resource}");
            assert_eq!(found.nodes[0].name, name, "{resource}");
            assert_eq!(found.unbilled.len(), 3);
        }
    }

    #[test]
    fn every_line_is_matched_or_listed() {
        let mut traffic = line("i-1", 0, "0.5");
        traffic.category = BillCategory::Network;
        let mut part = line("arn:aws:eks:r:1:pod/c/n/p/u", 0, "9");
        part.split = Some(Box::default());
        let mut effective = line("i-1", 0, "0.25");
        effective.costs.effective = effective.costs.billed;
        let set = bill(vec![
            line("i-1", 0, "0.192"),
            line("i-1", 1, "0.192"),
            effective,
            traffic,
            line("i-9", 0, "7"),
            line("", 0, "0.08"),
            line("i-2", 0, "1"),
            part,
        ]);
        let nodes =
            [node("a", "aws:///z/i-1"), node("b", "aws:///z/i-2"), node("c", "aws:///z/i-2")];
        let found = billed_nodes(&nodes, &set, None).unwrap();
        assert_eq!((found.cost_kind, found.parts), (CostKind::Billed, 1));
        let amounts: Vec<String> =
            found.nodes[0].billed.iter().map(|b| b.amount.to_string()).collect();
        assert_eq!(amounts, ["0.442", "0.192"]);
        let rest: Vec<_> = found.unmatched.iter().map(|u| (u.reason, u.lines)).collect();
        assert_eq!(
            rest,
            [
                (UnmatchedReason::NoResource, 1),
                (UnmatchedReason::NotTheMachine, 1),
                (UnmatchedReason::SeveralNodes, 1),
                (UnmatchedReason::NoNode, 1)
            ]
        );
        let sum = found.unmatched.iter().try_fold(found.matched, |s, u| s.add(u.amount)).unwrap();
        let total = set.lines.iter().filter(|l| l.split.is_none()).filter_map(|l| l.costs.billed);
        assert_eq!(sum, Amount::sum(total).unwrap());
        assert_eq!(found.unbilled, ["b", "c"]);
        let found = billed_nodes(&nodes, &set, Some(CostKind::Effective)).unwrap();
        assert_eq!(found.matched.to_string(), "0.25");
        assert!(
            found.unmatched.iter().any(|u| u.reason == UnmatchedReason::NoCost && u.lines == 2)
        );
        let mut other = line("i-1", 0, "1");
        other.costs = BillCosts { list: other.costs.billed, ..BillCosts::default() };
        let error = billed_nodes(&nodes, &bill(vec![other]), None).unwrap_err();
        assert_eq!(error.code(), "UPID_INVALID_VALUE");
    }

    /// What goes in as a bill comes out of the attribution, to the last unit.
    #[test]
    fn a_bill_becomes_the_cost_of_the_nodes() {
        let set =
            bill(vec![line("i-1", 0, "0.1920000000001".get(..13).unwrap()), line("i-1", 1, "0.1")]);
        let window = TimeRange { start: Timestamp(0), end: Timestamp(2 * MS_PER_HOUR) };
        let mut snapshot = Snapshot::new("c", window.end, window);
        snapshot.nodes.push(node("a", "aws:///z/i-1"));
        let found = billed_nodes(&snapshot.nodes, &set, None).unwrap();
        found.apply(&mut snapshot).unwrap();
        let capacity =
            Resources { cpu_cores: Some(4.0), memory_bytes: Some(1.6e10), ..Resources::default() };
        let price = snapshot.nodes[0].price.clone();
        assert_eq!(price.as_ref().unwrap().source, Some(PriceSource::Billed));
        let node =
            CostNode { name: "a".into(), capacity: Some(capacity), price, ..CostNode::default() };
        let input = CostInput { window, nodes: vec![node], ..CostInput::default() };
        let attribution = attribute(&input, &CostConfig::default()).unwrap();
        assert_eq!(attribution.nodes[0].amount, Some(found.matched));
        snapshot.currency = Currency::parse("EUR").unwrap();
        assert_eq!(found.apply(&mut snapshot).unwrap_err().code(), "UPID_CURRENCY_MISMATCH");
    }
}
