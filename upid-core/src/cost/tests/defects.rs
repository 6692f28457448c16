//! Defects of peers, each a test of ours (cost.md §12), and errors with their places.

use super::build::*;
use crate::cost::{CostConfig, CostInput, CostResource, MissingPrice, UsageStep, attribute};
use crate::error::ErrorKind;
use crate::model::{Backend, Fee, FeeKind, LoadBalancer, Resources};
use crate::units::Amount;

fn balancer(service: &str, hourly: &str, pods: &[&str]) -> LoadBalancer {
    let backend = |pod: &&str| Backend { namespace: "shop".into(), pod: (*pod).into(), uid: None };
    LoadBalancer {
        namespace: "shop".into(),
        service: service.into(),
        hourly_cost: rate(hourly),
        backends: pods.iter().map(backend).collect(),
        ..LoadBalancer::default()
    }
}

fn free(pods: &[&str]) -> CostInput {
    let pods = pods.iter().map(|name| pod(name, Resources::default())).collect();
    let mut input = hour(node("n1", 4.0, 16.0, "0"), pods);
    input.window = window(0, 24 * 60);
    input
}

#[test]
fn a_load_balancer_without_backend_is_counted_once() {
    let mut input = free(&[]);
    input.load_balancers.push(balancer("web", "0.025", &[]));
    let a = run(&input, &CostConfig::default());
    assert_eq!((a.bill.to_string(), a.totals.idle.to_string()), ("0.6".into(), "0.6".into()));
    assert_eq!(a.idle[0].namespace.as_deref(), Some("shop"));
    assert_eq!(a.idle[0].reason.as_deref(), Some("NoBackend"));
}

#[test]
fn two_load_balancers_of_one_pod_sum() {
    let mut input = free(&["p"]);
    input.load_balancers = vec![balancer("a", "0.025", &["p"]), balancer("b", "0.025", &["p"])];
    let a = run(&input, &CostConfig::default());
    assert_eq!(of(&a, "p"), "1.2");
    assert_eq!(a.rows[0].costs[&CostResource::LoadBalancer].amount.to_string(), "1.2");
    // Backends share while they live.
    let mut input = free(&["p", "q"]);
    input.pods[1].life = vec![span(12 * 60, 24 * 60)];
    input.load_balancers = vec![balancer("a", "1", &["p", "q"])];
    let a = run(&input, &CostConfig::default());
    assert_eq!((of(&a, "p"), of(&a, "q")), ("18".into(), "6".into()));
    // Traffic of a balancer is spread over its life.
    input.load_balancers[0].gib_cost = rate("0.5");
    input.load_balancers[0].bytes = Some(48.0 * GIB);
    assert_eq!(run(&input, &CostConfig::default()).bill.to_string(), "48");
}

#[test]
fn a_volume_is_scaled_once() {
    let mut input = free(&["p"]);
    let mut disk = volume("v", "0", vec![mount("p", 0, 12 * 60)]);
    disk.hourly_cost = None;
    disk.gib_hourly_cost = rate("0.01");
    disk.capacity_bytes = Some(100.0 * GIB);
    input.volumes.push(disk);
    let a = run(&input, &CostConfig::default());
    assert_eq!((of(&a, "p"), a.totals.idle.to_string()), ("12".into(), "12".into()));
    input.volumes[0].claim = None;
    let a = run(&input, &CostConfig::default());
    assert_eq!(a.unattributed[0].reason.as_deref(), Some("Unclaimed"));
    input.volumes[0].gib_hourly_cost = None;
    let a = run(&input, &CostConfig::default());
    assert!(a.quality.flags.iter().any(|f| f.code == "PriceMissing"));
}

#[test]
fn short_pods_cost_something_and_gaps_nothing() {
    let mut input = hour(node("n1", 4.0, 16.0, "0.192"), vec![pod("p", size(0.01, 0.0))]);
    input.pods[0].life =
        vec![crate::units::Interval { start: at(0), end: crate::units::Timestamp(at(0).0 + 1) }];
    let a = run(&input, &CostConfig::default());
    assert!(a.pods[0].amount.unwrap() > Amount::ZERO);
    input.pods[0].life = vec![span(0, 10), span(40, 60)];
    let gaps = run(&input, &CostConfig::default());
    input.pods[0].life = vec![span(0, 30)];
    assert_eq!(of(&gaps, "p"), of(&run(&input, &CostConfig::default()), "p"));
}

#[test]
fn usage_above_capacity_never_makes_idle_negative() {
    let input = hour(
        node("n1", 4.0, 16.0, "1"),
        vec![using(pod("p", size(1.0, 1.0)), 9.0, 40.0, window(0, 60))],
    );
    let a = run(&input, &CostConfig::default());
    assert_eq!((of(&a, "p"), a.totals.idle), ("1".into(), Amount::ZERO));
    assert!(a.rows[0].flags.contains(&"UsageAboveCapacity".to_owned()));
    assert_eq!(a.rows[0].overuse.unwrap().cpu_core_hours, 5.0);
}

#[test]
fn credits_keep_their_sign() {
    let mut input = hour(node("n1", 4.0, 16.0, "0"), vec![pod("p", size(1.0, 4.0))]);
    input.nodes[0].billed_cost = Some(money("-1"));
    let a = run(&input, &CostConfig::default());
    assert_eq!((of(&a, "p"), a.totals.idle.to_string()), ("-0.25".into(), "-0.75".into()));
}

#[test]
fn fees_go_where_they_belong() {
    let mut input = free(&[]);
    let fee = |name: &str, kind, amount: &str| Fee {
        name: name.into(),
        kind,
        amount: Some(money(amount)),
        ..Fee::default()
    };
    input.fees = vec![
        fee("plane", FeeKind::ControlPlane, "2.4"),
        fee("tax", FeeKind::Tax, "1"),
        Fee { destination: Some("SystemOverhead".into()), ..fee("mine", FeeKind::Other, "3") },
        Fee { hourly_cost: rate("0.1"), amount: None, ..fee("help", FeeKind::Support, "0") },
    ];
    let a = run(&input, &CostConfig::default());
    assert_eq!(a.totals.system_overhead.to_string(), "5.4");
    assert_eq!(a.totals.unattributed.to_string(), "3.4");
    input.fees[0].destination = Some("Nowhere".into());
    let error = attribute(&input, &CostConfig::default()).unwrap_err();
    assert_eq!(error.place().path.as_deref(), Some("fees[0].destination"));
}

/// A default price of a GPU is per GPU, and the GiB price is per GiB.
#[test]
fn estimates_count_gpus_and_gibibytes() {
    let mut machine = node("n1", 4.0, 16.0, "0");
    machine.hourly_cost = None;
    machine.capacity.get_or_insert_default().gpus = Some(2.0);
    let config = CostConfig::default().missing_price(MissingPrice::Estimate);
    let a = run(&hour(machine, Vec::new()), &config);
    // 4 × 0.031611 + 16 × 0.004237 + 2 × 0.95
    assert_eq!(a.bill.to_string(), "2.094236");
}

/// A dear node is no outlier to be dropped, and a free one gets no default price.
#[test]
fn no_price_is_corrected() {
    let mut input = hour(node("n1", 4.0, 16.0, "1000"), Vec::new());
    input.nodes.push(node("n2", 4.0, 16.0, "0"));
    let a = run(&input, &CostConfig::default().missing_price(MissingPrice::Estimate));
    assert_eq!(a.bill.to_string(), "1000");
}

/// Nothing is added to a life, and its gaps cost nothing.
#[test]
fn lives_of_load_balancers_are_exact() {
    let mut input = free(&["p"]);
    let mut short = balancer("a", "0.06", &["p"]);
    short.life = vec![span(7, 17), span(100, 110)];
    input.load_balancers = vec![short];
    assert_eq!(run(&input, &CostConfig::default()).bill.to_string(), "0.02");
}

/// A year is twelve months, whatever the window.
#[test]
fn one_month_everywhere() {
    let mut input = hour(node("n1", 4.0, 16.0, "0.192"), vec![pod("p", size(4.0, 16.0))]);
    for hours in [1, 24, 90 * 24] {
        input.window = window(0, hours * 60);
        let a = run(&input, &CostConfig::default());
        let pod = &a.pods[0];
        let year = pod.monthly.unwrap().mul_int(12).unwrap();
        assert_eq!((pod.yearly, year.to_string()), (Some(year), "1681.92".to_owned()));
    }
}

#[test]
fn errors_name_their_place() {
    let step = |start, end, cores| UsageStep {
        start: at(start),
        end: at(end),
        cpu_cores: Some(cores),
        ..UsageStep::default()
    };
    let good = hour(node("n1", 4.0, 16.0, "1"), vec![pod("p", size(1.0, 1.0))]);
    let fails = |change: &dyn Fn(&mut CostInput), kind, path: &str| {
        let mut input = good.clone();
        change(&mut input);
        let error = attribute(&input, &CostConfig::default()).unwrap_err();
        assert_eq!((error.kind(), error.place().path.as_deref()), (kind, Some(path)), "{error}");
        assert!(!error.hint_text().is_empty());
    };
    let usage = |list: Vec<UsageStep>| {
        move |input: &mut CostInput| input.pods[0].containers[0].usage = list.clone()
    };
    fails(
        &usage(vec![step(0, 10, 1.0), step(10, 20, f64::INFINITY)]),
        ErrorKind::InvalidValue,
        "pods[0].containers[0].usage[1].cpuCores",
    );
    fails(
        &usage(vec![step(0, 10, 1.0), step(5, 20, 1.0)]),
        ErrorKind::Overlap,
        "pods[0].containers[0].usage[1]",
    );
    fails(&|i| i.pods.push(i.pods[0].clone()), ErrorKind::DuplicateKey, "pods[1]");
    fails(&|i| i.nodes.push(i.nodes[0].clone()), ErrorKind::DuplicateKey, "nodes[1]");
    fails(
        &|i| i.pods[0].life = vec![span(0, 20), span(10, 30)],
        ErrorKind::Overlap,
        "pods[0].life",
    );
    fails(&|i| i.pods[0].life = vec![span(9, 8)], ErrorKind::InvalidValue, "pods[0].life[0]");
    fails(&|i| i.window = window(5, 5), ErrorKind::EmptyWindow, "window");
    fails(
        &|i| i.pods[0].containers[0].requests.memory_bytes = Some(-1.0),
        ErrorKind::InvalidValue,
        "pods[0].containers[0].requests.memoryBytes",
    );
    fails(
        &|i| i.nodes[0].capacity = Some(size(f64::NAN, 1.0)),
        ErrorKind::InvalidValue,
        "nodes[0].capacity.cpuCores",
    );
    // NaN usage is missing, not an error.
    let mut input = good.clone();
    usage(vec![step(0, 60, f64::NAN)])(&mut input);
    let a = run(&input, &CostConfig::default());
    let cpu = a.rows[0].costs[&CostResource::Cpu];
    assert_eq!(cpu.unmeasured, cpu.amount);
    let error = attribute(&good, &CostConfig::default().grid_seconds(7000)).unwrap_err();
    assert_eq!(error.place().path.as_deref(), Some("config.gridSeconds"));
}
