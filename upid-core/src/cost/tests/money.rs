//! What must hold of everything that is made of an attribution: shares, reconciliations, FOCUS files (cost.md §13).

use std::collections::BTreeMap;

use super::build::*;
use super::random::Dice;
use crate::cost::FocusFormat;
use crate::cost::focus::tests::context;
use crate::cost::{
    Attribution, CostConfig, CostInput, CostNode, IdleHandling, Policy, PolicyRules,
    ReconcileConfig, ShareConfig, Shared, SharedCost, SharedMethod, SharingMethod, SharingScope,
    attribute, focus_rows, reconcile, share, verify, write_focus,
};
use crate::ingest::{FocusOptions, parse_focus, validate_focus};
use crate::json::to_json;
use crate::model::{
    BillCategory, BillCosts, BillLine, BillSet, CostKind, OwnerRef, Selector, ShareInput,
};
use crate::units::{Amount, Currency, TimeRange, Timestamp};

/// A random attribution whose pods have owners, services and labels.
fn attribution(seed: u64, config: &CostConfig) -> Attribution {
    let mut dice = Dice(seed);
    let mut input = dice.input(30);
    for pod in &mut input.pods {
        let kind = ["Deployment", "Job"][dice.below(2) as usize];
        pod.owner = dice.chance(70).then(|| OwnerRef {
            kind: kind.into(),
            name: format!("w{}", dice.below(4)),
            inferred: false,
        });
        pod.services = (0..dice.below(3)).map(|s| format!("s{s}")).collect();
        if dice.chance(60) {
            pod.labels.insert("team".into(), format!("t{}", dice.below(3)));
        }
    }
    attribute(&input, config).unwrap()
}

fn any_sharing(dice: &mut Dice) -> ShareConfig {
    const KEYS: [&str; 8] =
        ["cluster", "node", "namespace", "controller", "pod", "container", "service", "team"];
    let keys: Vec<&str> = (0..=dice.below(2)).map(|_| KEYS[dice.below(8) as usize]).collect();
    let mut how = || {
        let scopes = [SharingScope::Keep, SharingScope::Node, SharingScope::Cluster];
        let methods = [SharingMethod::Weighted, SharingMethod::Even];
        (scopes[dice.below(3) as usize], methods[dice.below(2) as usize])
    };
    let (idle, overhead) = (how(), how());
    let mut config = ShareConfig::default()
        .aggregate(keys)
        .idle(idle.0, idle.1)
        .overhead(overhead.0, overhead.1);
    if dice.chance(40) {
        let select = Selector { namespaces: vec!["a".into()], ..Selector::default() };
        let method = [SharedMethod::Weighted, SharedMethod::Even][dice.below(2) as usize];
        config =
            config.shared(SharedCost { select: Some(select), method, ..SharedCost::default() });
    }
    if dice.chance(40) {
        config = config.shared(SharedCost { amount: Some(money("-3.7")), ..SharedCost::default() });
    }
    config
}

fn totals(shared: &Shared) -> BTreeMap<&str, i128> {
    shared.groups.iter().map(|group| (group.name.as_str(), group.total.0)).collect()
}

/// §13.1: nothing is lost under any grouping; a filter and its complement make the whole.
#[test]
fn groups_add_up_to_the_bill() {
    for seed in 0..cases(150) {
        let a = attribution(seed, &CostConfig::default());
        let bill = a.bill;
        let input: ShareInput = a.into();
        let mut dice = Dice(seed ^ 0xABCD);
        let config = any_sharing(&mut dice);
        let whole = share(&input, &config).unwrap();
        let extra = Amount::sum(config.shared.iter().filter_map(|s| s.amount)).unwrap();
        let gone = [whole.idle, whole.system_overhead, whole.unattributed, whole.filtered_out];
        let all = whole.groups.iter().map(|g| g.total).chain(gone);
        assert_eq!(Amount::sum(all).unwrap(), bill.add(extra).unwrap(), "seed {seed} {config:?}");
        assert_eq!((whole.residual, whole.filtered_out), (Amount::ZERO, Amount::ZERO));

        let filter = Selector { namespaces: vec!["a".into()], ..Selector::default() };
        let not = Selector { not: Some(Box::new(filter.clone())), ..Selector::default() };
        let mut plain = config.clone();
        plain.shared.clear();
        let whole = share(&input, &plain).unwrap();
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for part in [filter, not] {
            let part = share(&input, &plain.clone().filter(part)).unwrap();
            assert_eq!(part.residual, Amount::ZERO);
            for (name, total) in totals(&part) {
                *sums.entry(name.to_owned()).or_default() += total;
            }
        }
        let sums: BTreeMap<&str, i128> = sums.iter().map(|(n, t)| (n.as_str(), *t)).collect();
        assert_eq!(sums, totals(&whole), "seed {seed} {plain:?}");
    }
}

/// §13.2 for shares.
#[test]
fn the_order_of_rows_changes_no_byte_of_a_share() {
    for seed in 0..cases(150) / 3 {
        let mut input: ShareInput = attribution(seed, &CostConfig::default()).into();
        let mut dice = Dice(seed ^ 0x1234);
        let config = any_sharing(&mut dice);
        let before = to_json(&share(&input, &config).unwrap()).unwrap();
        dice.shuffle(&mut input.rows);
        dice.shuffle(&mut input.idle);
        dice.shuffle(&mut input.system_overhead);
        assert_eq!(to_json(&share(&input, &config).unwrap()).unwrap(), before, "seed {seed}");
    }
}

/// Idle that the policy has spread is not spread again, and comes to what sharing would have made of it.
#[test]
fn spreading_twice_changes_nothing() {
    let rules = PolicyRules { idle: IdleHandling::SpreadOnNode, ..PolicyRules::default() };
    let config =
        ShareConfig::default().aggregate(["pod"]).idle(SharingScope::Node, SharingMethod::Weighted);
    for seed in 0..cases(150) {
        let kept = share(&attribution(seed, &CostConfig::default()).into(), &config).unwrap();
        let spread = attribution(seed, &CostConfig::default().policy(Policy::Custom(rules)));
        let again = share(&spread.into(), &config).unwrap();
        assert_eq!((&kept.groups, kept.idle), (&again.groups, again.idle), "seed {seed}");
    }
}

fn billed(resource: &str, start: Timestamp, end: Timestamp, amount: Amount) -> BillLine {
    BillLine {
        start,
        end,
        resource_id: (!resource.is_empty()).then(|| resource.to_owned()),
        category: BillCategory::Compute,
        costs: BillCosts { billed: Some(amount), ..BillCosts::default() },
        ..BillLine::default()
    }
}

/// §13.17: hourly and daily rows, credits and unknown resources mixed.
#[test]
fn every_unit_of_a_bill_is_attributed() {
    for seed in 0..cases(150) {
        let mut dice = Dice(seed);
        let mut input = dice.input(20);
        for (at, node) in input.nodes.iter_mut().enumerate() {
            node.provider_id = Some(format!("aws:///z/i-{at}"));
        }
        let mut lines = Vec::new();
        for _ in 0..dice.below(30) {
            let resource = ["i-0", "i-1", "i-2", "i-9", ""][dice.below(5) as usize];
            let start = dice.below(240) as i64 - 30;
            let length = [0, 1, 60, 1440][dice.below(4) as usize];
            let amount = Amount(i128::from(dice.next() >> 20) - (1 << 42));
            lines.push(billed(resource, at(start), at(start + length), amount));
        }
        let bill = BillSet::new(Some(Currency::USD), lines, None);
        let r = reconcile(&input, &bill, &ReconcileConfig::default()).unwrap();
        assert_eq!(r.residual, Amount::ZERO, "seed {seed}");
        let verification = verify(&r.attribution);
        assert!(verification.ok, "seed {seed}: {verification:#?}");
        let whole = r.billed_total.add(r.outside_window).unwrap();
        assert_eq!(whole, bill.total(CostKind::Billed).unwrap(), "seed {seed}");
        let parts = r.billed_total.add(r.unbilled).unwrap();
        assert_eq!(parts, r.attribution.bill, "seed {seed}");
    }
}

/// §13.17: the adjustment of a row has the sign of its node's.
#[test]
fn adjustments_have_the_sign_of_their_node() {
    for seed in 0..cases(150) {
        let mut dice = Dice(seed);
        let provider_id = Some("aws:///z/i-1".to_owned());
        let machine = CostNode { provider_id, ..node("n1", 64.0, 256.0, "3.7") };
        let pods = (0..9).map(|index| {
            let mut draw = |most: u64| dice.below(most) as f64 / 10.0;
            let pod = pod(&format!("p{index}"), size(draw(40), draw(160)));
            using(pod, draw(60), draw(200), window(0, 60))
        });
        let input = hour(machine, pods.collect());
        let amount = Amount(i128::from(dice.below(8_000_000_000_000)));
        let line = billed("i-1", at(0), at(60), amount);
        let bill = BillSet::new(Some(Currency::USD), vec![line], None);
        let r = reconcile(&input, &bill, &ReconcileConfig::default()).unwrap();
        let sign = r.nodes[0].adjustment.unwrap().0.signum();
        for cost in r.attribution.rows.iter().flat_map(|row| row.costs.values()) {
            assert!(cost.adjustment.unwrap().0 * sign >= -1, "seed {seed}");
        }
    }
}

/// §13.19.
#[test]
fn focus_rows_add_up_and_are_read_back() {
    for seed in 0..cases(150) {
        let mut a = attribution(seed, &CostConfig::default());
        a.rows.iter_mut().for_each(|row| row.cluster = "c,\"1\"".into());
        let rows = focus_rows(&a, &context()).unwrap();
        let mut origins: BTreeMap<&str, (Amount, Amount)> = BTreeMap::new();
        for row in &rows {
            let (cost, ratio) = origins.entry(&row.resource_id).or_default();
            *cost = cost.add(row.billed_cost).unwrap();
            let text = row.allocated_method_details.split_once("Ratio\":").unwrap().1;
            let end = text.find([',', '}']).unwrap();
            *ratio = ratio.add(money(&text[..end])).unwrap();
        }
        for (id, (cost, ratio)) in &origins {
            assert_eq!(*ratio, money("1"), "seed {seed} {id}");
            let node = a.nodes.iter().find(|node| node.name == *id);
            if let Some(amount) = node.and_then(|node| node.amount) {
                assert_eq!(*cost, amount, "seed {seed} {id}");
            }
        }
        if rows.is_empty() {
            continue;
        }
        for format in [FocusFormat::Csv, FocusFormat::Json] {
            let text = write_focus(&rows, format).unwrap();
            let parsed = parse_focus(text.as_bytes(), &FocusOptions::default().strict()).unwrap();
            assert_eq!(parsed.value.total(CostKind::Billed).unwrap(), a.bill, "seed {seed}");
            assert_eq!(parsed.value.lines.len(), rows.len());
            assert_eq!(validate_focus(&parsed.value).unwrap(), [], "seed {seed}");
        }
    }
}

/// From the file of a cloud to the last unit: machines of the bill are nodes of the cluster.
#[test]
fn bills_of_every_cloud_reconcile() {
    use crate::ingest::{self, parse_aws_cur, parse_azure_export, parse_gcp_billing};
    let file = |name: &str| {
        std::fs::read(format!("{}/tests/data/bills/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let bills = [
        parse_aws_cur(&file("aws_cur_legacy.csv"), &ingest::AwsCurOptions::default()),
        parse_azure_export(&file("azure_ea.csv"), &ingest::AzureExportOptions::default()),
        parse_gcp_billing(&file("gcp_free_tier.csv"), &ingest::GcpBillingOptions::default()),
        parse_focus(&file("focus_1.0.csv"), &FocusOptions::default()),
    ];
    for bill in bills {
        let bill = bill.unwrap().value;
        let ids: std::collections::BTreeSet<&str> = bill
            .lines
            .iter()
            .filter(|line| line.category == BillCategory::Compute)
            .filter_map(|line| line.resource_id.as_deref())
            .collect();
        let mut nodes = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            let mut node = node(&format!("n{at}"), 4.0, 16.0, "0.192");
            node.provider_id = Some(if id.starts_with('/') {
                format!("azure://{id}")
            } else if id.starts_with("i-") {
                format!("aws:///z/{id}")
            } else {
                (*id).to_owned()
            });
            nodes.push(node);
        }
        let start = bill.lines.iter().map(|line| line.start.0).min().unwrap();
        let end = bill.lines.iter().map(|line| line.end.0).max().unwrap() + 1;
        let pods = (0..nodes.len()).map(|at| {
            let mut pod = pod(&format!("p{at}"), size(1.0, 4.0));
            pod.node = Some(format!("n{at}"));
            pod
        });
        let input = CostInput {
            window: TimeRange::new(Timestamp(start), Timestamp(end)).unwrap(),
            currency: bill.currency.unwrap(),
            pods: pods.collect(),
            nodes,
            ..CostInput::default()
        };
        let cost = CostConfig::default().grid_seconds(86_400);
        let config = ReconcileConfig::default().cost(cost);
        let r = reconcile(&input, &bill, &config).unwrap();
        assert!(verify(&r.attribution).ok);
        let own = bill.lines.iter().filter(|line| line.split.is_none());
        let total = Amount::sum(own.filter_map(|line| line.costs.of(r.cost_kind))).unwrap();
        assert_eq!(
            (r.billed_total, r.outside_window, r.residual),
            (total, Amount::ZERO, Amount::ZERO)
        );
        assert_eq!(r.attribution.bill.sub(r.unbilled).unwrap(), total);
        assert_eq!(r.nodes.iter().filter(|node| node.billed.is_some()).count(), ids.len());
    }
}
