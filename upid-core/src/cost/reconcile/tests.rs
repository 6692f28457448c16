//! Anchors and mistakes (cost.md §7, §13.17).

use super::*;
use crate::cost::CostConfig;
use crate::cost::tests::build::*;
use crate::cost::tests::example::EXAMPLE;
use crate::cost::verify;
use crate::json::from_json;
use crate::model::{BillCosts, NodePrice, Rates};
use crate::units::{Currency, RateAmount};

fn line(resource: &str, start: i64, end: i64, billed: &str) -> BillLine {
    BillLine {
        start: at(start),
        end: at(end),
        resource_id: (!resource.is_empty()).then(|| resource.to_owned()),
        service: Some("Compute".into()),
        category: BillCategory::Compute,
        costs: BillCosts { billed: Some(money(billed)), ..BillCosts::default() },
        ..BillLine::default()
    }
}

fn bill(lines: Vec<BillLine>) -> BillSet {
    BillSet::new(Some(Currency::USD), lines, None)
}

/// Reconciles, and checks what holds for every result.
fn run_with(input: &CostInput, set: &BillSet, config: &ReconcileConfig) -> Reconciliation {
    let r = reconcile(input, set, config).unwrap();
    let verification = verify(&r.attribution);
    assert!(verification.ok, "{verification:#?}");
    assert_eq!(r.residual, Amount::ZERO);
    let unmatched = Amount::sum(r.unmatched.iter().map(|u| u.amount)).unwrap();
    assert_eq!(r.billed_total, r.matched.add(unmatched).unwrap());
    r
}

fn run(input: &CostInput, lines: Vec<BillLine>) -> Reconciliation {
    run_with(input, &bill(lines), &ReconcileConfig::default())
}

fn on_aws(name: &str, id: &str, hourly: &str) -> crate::cost::CostNode {
    let provider_id = Some(format!("aws:///us-east-1a/{id}"));
    crate::cost::CostNode { provider_id, ..node(name, 4.0, 16.0, hourly) }
}

#[test]
fn the_example_billed() {
    let mut input: CostInput = from_json(EXAMPLE).unwrap();
    input.nodes[0].provider_id = Some("aws:///us-east-1a/i-1".into());
    let r = run(&input, vec![line("i-1", 0, 60, "0.1"), line("i-1", 0, 60, "0.05")]);
    let row = |pod: &str| {
        let row = r.attribution.rows.iter().find(|row| row.pod == pod).unwrap();
        let sum = |of: fn(&crate::cost::ResourceCost) -> Amount| {
            Amount::sum(row.costs.values().map(of)).unwrap().to_string()
        };
        [sum(|cost| cost.amount), sum(|cost| cost.adjustment.unwrap())]
    };
    assert_eq!(row("web"), ["0.049705899009", "-0.013917651723"]);
    assert_eq!(row("batch")[0], "0.007738974753");
    assert_eq!(r.attribution.totals.idle.to_string(), "0.084400716139");
    assert_eq!(r.attribution.totals.system_overhead.to_string(), "0.008154410099");
    assert_eq!((r.billed_total, r.attribution.bill), (money("0.15"), money("0.15")));
    assert_eq!(r.nodes[0].adjustment.unwrap().to_string(), "-0.042");
    assert_eq!(r.nodes[0].factor, Some(0.78125));
    assert_eq!(r.attribution.nodes[0].price_source, PriceSource::Billed);
}

/// `OpenCost`: 100 adjusted by −10; a CPU of 10 with a discount of 0.2 at a factor of 0.75.
#[test]
fn published_factors() {
    let input = hour(on_aws("n1", "i-1", "100"), Vec::new());
    let r = run(&input, vec![line("i-1", 0, 60, "90")]);
    assert_eq!((r.nodes[0].adjustment, r.nodes[0].factor), (Some(money("-10")), Some(0.9)));
    let mut input = hour(on_aws("n1", "i-1", "0"), Vec::new());
    let units = Rates { cpu_core_hour: RateAmount::parse("2.5").unwrap(), ..Rates::default() };
    input.nodes[0].hourly_cost = None;
    input.nodes[0].price =
        Some(NodePrice { unit_costs: Some(units), discounts: vec![0.2], ..NodePrice::default() });
    let r = run(&input, vec![line("i-1", 0, 60, "6")]);
    let node = &r.nodes[0];
    assert_eq!((node.modelled, node.factor), (Some(money("8")), Some(0.75)));
    assert_eq!(node.adjustments[&CostResource::Cpu], money("-2"));
    assert_eq!(r.attribution.nodes[0].pools[0].bill, money("6"));
    let r = run(&input, vec![line("i-1", 0, 60, "-1")]);
    assert_eq!(r.attribution.bill, money("-1"));
}

#[test]
fn what_matches_nothing_is_unattributed_and_what_is_not_billed_is_apart() {
    let mut input = hour(on_aws("n1", "i-1", "1"), vec![pod("p", size(1.0, 4.0))]);
    input.nodes.push(on_aws("n2", "i-2", "0.5"));
    input.volumes.push(volume("v1", "0.1", vec![mount("p", 0, 60)]));
    input.volumes[0].provider_id = Some("vol-7".into());
    input.volumes.push(volume("v2", "0.3", Vec::new()));
    let mut tax = line("i-1", 0, 60, "0.2");
    tax.category = BillCategory::Tax;
    let mut traffic = line("i-1", 0, 60, "0.04");
    traffic.category = BillCategory::Network;
    let mut part = line("i-1", 0, 60, "9");
    part.split = Some(Box::default());
    // Of a day of which the window is an hour, and one of another day.
    let lines = vec![
        line("i-1", 0, 60, "1.5"),
        line("arn:aws:ec2:us-east-1:1:volume/vol-7", 0, 60, "0.12"),
        line("i-9", 0, 120, "7"),
        line("", 0, 60, "0.08"),
        line("i-1", 60, 120, "1.6"),
        tax,
        traffic,
        part,
    ];
    let set = bill(lines.clone());
    let r = run(&input, lines);
    assert_eq!(r.matched, money("1.62"));
    let reasons: Vec<_> = r.unmatched.iter().map(|u| (u.reason, u.amount)).collect();
    assert_eq!(
        reasons,
        [
            (UnmatchedReason::NoResource, money("0.08")),
            (UnmatchedReason::NoNode, money("3.5")),
            (UnmatchedReason::NotTheMachine, money("0.04")),
            (UnmatchedReason::Tax, money("0.2")),
        ]
    );
    assert_eq!((r.billed_total, r.outside_window, r.parts), (money("5.44"), money("5.1"), 1));
    assert_eq!(r.unbilled, money("0.8"));
    assert_eq!(r.attribution.bill, money("6.24"));
    assert_eq!(r.attribution.totals.unattributed, money("3.82"));
    assert_eq!(r.nodes[1].billed, None);
    assert_eq!(r.attribution.nodes[1].flags, ["NotBilled"]);
    let row = &r.attribution.rows[0].costs[&CostResource::Storage];
    assert_eq!((row.amount, row.adjustment), (money("0.12"), Some(money("0.02"))));

    let config = ReconcileConfig::default()
        .include_tax(false)
        .include_unmatched(false)
        .unbilled_nodes(UnbilledNodes::Exclude);
    let r = run_with(&input, &set, &config);
    assert_eq!((r.billed_total, r.unbilled), (money("5.24"), money("0.3")));
    assert_eq!(r.attribution.bill, money("1.92"));
}

#[test]
fn scale_sets_and_other_clouds() {
    let set = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Compute/virtualMachineScaleSets/pool";
    let mut input = hour(node("n1", 4.0, 16.0, "1"), Vec::new());
    input.nodes.push(node("n2", 8.0, 32.0, "1"));
    input.nodes.push(node("g", 4.0, 16.0, "1"));
    for (at, node) in input.nodes.iter_mut().enumerate() {
        node.provider_id =
            Some(format!("azure://{}/virtualMachines/{at}", set.to_ascii_lowercase()));
    }
    input.nodes[1].life = vec![span(0, 30)];
    input.nodes[2].provider_id = Some("gce://shop/us-central1-a/gke-1".into());
    let google = "//compute.googleapis.com/projects/shop/zones/us-central1-a/instances/gke-1";
    let r = run(&input, vec![line(set, 0, 60, "1"), line(google, 0, 60, "2")]);
    // Twice the machine for half of the time.
    let billed: Vec<_> = r.nodes.iter().map(|node| node.billed.unwrap().to_string()).collect();
    assert_eq!(billed, ["2", "0.5", "0.5"]);
    let r = run(&input, vec![line(&format!("{set}/virtualMachines/1"), 0, 60, "1")]);
    assert_eq!(r.nodes[2].billed, Some(money("1")));
}

#[test]
fn one_currency_one_kind_and_whole_bills() {
    let input = hour(on_aws("n1", "i-1", "1"), Vec::new());
    let mut euros = bill(vec![line("i-1", 0, 60, "1")]);
    euros.currency = Some(Currency::parse("EUR").unwrap());
    let error = reconcile(&input, &euros, &ReconcileConfig::default()).unwrap_err();
    assert_eq!(error.code(), "UPID_CURRENCY_MISMATCH");
    let mut mixed = line("i-1", 60, 120, "1");
    mixed.costs = BillCosts { effective: Some(money("2")), ..BillCosts::default() };
    let set = bill(vec![line("i-1", 0, 60, "1"), mixed]);
    let error = reconcile(&input, &set, &ReconcileConfig::default()).unwrap_err();
    assert_eq!(error.place().path.as_deref(), Some("config.costKind"));
    let config = ReconcileConfig::default().cost_kind(CostKindChoice::Billed);
    assert_eq!(run_with(&input, &set, &config).unmatched[0].reason, UnmatchedReason::NoCost);
    let config = config.cost(CostConfig::default().grid_seconds(7));
    let error = reconcile(&input, &set, &config).unwrap_err();
    assert_eq!(error.place().path.as_deref(), Some("config.cost.gridSeconds"));
    let text =
        r#"{"window": {"start": 0, "end": 3600000}, "nodes": [], "bill": {}, "partial": true}"#;
    let error = crate::wire::call("cost.reconcile", text, None).unwrap_err();
    assert_eq!(error.code(), "UPID_PARTIAL_INPUT");
    let allowed =
        text.replacen("\"partial\"", "\"config\": {\"allowPartial\": true}, \"partial\"", 1);
    crate::wire::call("cost.reconcile", &allowed, None).unwrap();
}
