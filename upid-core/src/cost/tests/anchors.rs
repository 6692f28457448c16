//! Published values (cost.md §4, §5, §13).

use super::build::*;
#[cfg(feature = "catalog")]
use crate::cost::CostInput;
use crate::cost::{CostConfig, CostResource, MissingPrice, PolicyPreset, rates::BaseRates};
use crate::error::ErrorKind;
use crate::model::{
    CapacityType, ContainerType, NetworkStep, NodePrice, PodResources, PriceKind, PriceSource,
    Resources,
};
use crate::units::Amount;

/// Saturation example of §5: a neighbour's burst does not lower a bill.
#[test]
fn saturation() {
    let pods = vec![
        using(pod("a", size(3.0, 0.0)), 4.0, 0.0, window(0, 60)),
        using(pod("b", size(0.5, 0.0)), 2.0, 0.0, window(0, 60)),
    ];
    let mut machine = node("n1", 4.0, 0.0, "4");
    machine.capacity = Some(Resources { cpu_cores: Some(4.0), ..Resources::default() });
    machine.allocatable = machine.capacity.clone();
    let input = hour(machine, pods);
    let a = run(&input, &CostConfig::default());
    assert_eq!((of(&a, "a"), of(&a, "b")), ("3.2".into(), "0.8".into()));
    let a = run(&input, &by(PolicyPreset::OpenCost));
    let expected = ("2.666666666667".to_owned(), "1.333333333333".to_owned());
    assert_eq!((of(&a, "a"), of(&a, "b")), expected);
    assert!(a.nodes[0].flags.contains(&"Saturated".to_owned()));
    let nominal = |pod: &str| {
        let row = a.rows.iter().find(|r| r.pod == pod).unwrap();
        row.costs[&CostResource::Cpu].nominal.unwrap().to_string()
    };
    assert_eq!((nominal("a"), nominal("b")), ("4".into(), "2".into()));
}

/// What nobody is charged cannot fail the attribution: 300 cores wanted of a billionth of one.
#[test]
fn a_nominal_cost_that_does_not_fit_is_not_told() {
    let input = hour(node("n1", 1e-9, 1e-9, "1e20"), vec![pod("p", size(300.0, 1.0))]);
    let a = run(&input, &by(PolicyPreset::OpenCost));
    assert_eq!(a.rows[0].costs[&CostResource::Cpu].nominal, None);
}

/// §13.8.
#[test]
fn fixed_weights() {
    let input = hour(node("n1", 4.0, 16.0, "100"), vec![pod("a", size(0.5, 1.0))]);
    let a = run(&input, &by(PolicyPreset::FixedWeights));
    assert_eq!((of(&a, "a"), a.totals.idle.to_string()), ("10".into(), "90".into()));
}

/// §13.9.
#[test]
fn aws_split_spreads_idle() {
    let pods = vec![pod("a", size(1.0, 4.0)), pod("b", size(1.5, 2.0)), pod("c", size(0.25, 2.0))];
    let input = hour(node("n1", 4.0, 16.0, "1"), pods);
    let a = run(&input, &by(PolicyPreset::AwsSplit));
    for (pod, split, spread) in [
        ("a", "0.25", "0.155594405594"),
        ("b", "0.298076923078", "0.156468531469"),
        ("c", "0.08173076923", "0.058129370629"),
    ] {
        assert!((money(&of(&a, pod)).0 - money(split).0).abs() <= 2, "{pod}: {}", of(&a, pod));
        let costs = a.rows.iter().filter(|r| r.pod == pod).flat_map(|r| r.costs.values());
        let sum = Amount::sum(costs.filter_map(|c| c.spread_idle)).unwrap();
        assert!((sum.0 - money(spread).0).abs() <= 2, "{pod}: {sum}");
    }
    assert_eq!(a.totals.idle, Amount::ZERO);
    let spread = a.totals.spread_idle.unwrap();
    assert_eq!(a.totals.pods.amount.add(spread).unwrap().to_string(), "1");
    // A GPU node needs the ratio of a GPU.
    let mut gpu = input.clone();
    gpu.nodes[0].capacity.as_mut().unwrap().gpus = Some(1.0);
    let error = crate::cost::attribute(&gpu, &by(PolicyPreset::AwsSplit)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    assert_eq!(error.place().path.as_deref(), Some("config.policy.split.Ratio.gpu"));
}

/// §13.11: minutes of a 60-minute life, bill 1.
#[test]
fn volume_shares() {
    let shares = |mounts: &[(&str, i64, i64)]| {
        let mut input = hour(node("n1", 4.0, 16.0, "0"), Vec::new());
        for name in ["p1", "p2", "p3", "p4"] {
            input.pods.push(pod(name, Resources::default()));
        }
        let mounts = mounts.iter().map(|&(pod, start, end)| mount(pod, start, end)).collect();
        input.volumes.push(volume("v", "1", mounts));
        let a = run(&input, &CostConfig::default());
        let mut out: Vec<f64> =
            ["p1", "p2", "p3", "p4"].iter().map(|p| money(&of(&a, p)).to_f64()).collect();
        out.push(a.totals.idle.to_f64());
        out
    };
    let check = |mounts: &[(&str, i64, i64)], expected: [f64; 5]| {
        for (share, expected) in shares(mounts).iter().zip(expected) {
            assert!((share - expected).abs() < 2e-12, "{mounts:?}: {share} {expected}");
        }
    };
    check(
        &[("p1", 0, 60), ("p2", 30, 60), ("p3", 45, 60), ("p4", 0, 15)],
        [7.0 / 12.0, 5.0 / 24.0, 1.0 / 12.0, 0.125, 0.0],
    );
    check(&[("p1", 0, 30), ("p2", 30, 60)], [0.5, 0.5, 0.0, 0.0, 0.0]);
    check(&[("p1", 30, 60), ("p2", 30, 60)], [0.25, 0.25, 0.0, 0.0, 0.5]);
    check(&[("p1", 0, 15), ("p2", 45, 60)], [0.25, 0.25, 0.0, 0.0, 0.5]);
    check(&[("p1", 15, 45)], [0.5, 0.0, 0.0, 0.0, 0.5]);

    let mut input = hour(node("n1", 4.0, 16.0, "0"), Vec::new());
    let bill = crate::model::BilledCost { start: at(0), end: at(60), amount: money("5") };
    let mut gone = volume("v", "0", Vec::new());
    gone.billed = vec![bill];
    gone.life = vec![span(10, 10)];
    input.volumes.push(gone);
    let a = run(&input, &CostConfig::default());
    assert_eq!(a.unattributed[0].reason.as_deref(), Some("NoOverlap"));
    assert_eq!(a.totals.unattributed.to_string(), "5");
}

/// §13.12.
#[test]
fn network() {
    let mut web = pod("web", Resources::default());
    web.network.push(NetworkStep {
        start: at(10),
        end: at(50),
        zone_bytes: None,
        region_bytes: Some(2.0 * GIB),
        internet_bytes: Some(GIB),
    });
    let mut input = hour(node("n1", 4.0, 16.0, "0"), vec![web]);
    input.network_rates = Some(crate::model::NetworkRates {
        region_gib: rate("0.01"),
        internet_gib: rate("0.12"),
        ..Default::default()
    });
    assert_eq!(of(&run(&input, &CostConfig::default()), "web"), "0.14");
    input.network_rates = None;
    let a = run(&input, &CostConfig::default());
    assert_eq!(of(&a, "web"), "0.14");
    assert!(a.quality.flags.iter().any(|f| f.code == "PriceEstimated"));
}

/// §13.13: the reserve leaf holds what the pod reserves beyond its containers.
#[test]
fn reserve_leaf() {
    use ContainerType::{App, Init, Sidecar};
    let cpu = |cores| Resources { cpu_cores: Some(cores), ..Resources::default() };
    let mut input = hour(node("n1", 4.0, 16.0, "4"), vec![pod("web", cpu(0.0))]);
    input.nodes[0].capacity = Some(cpu(4.0));
    input.nodes[0].allocatable = Some(cpu(4.0));
    let web = &mut input.pods[0];
    web.overhead = Some(cpu(0.1));
    web.containers = vec![
        container("i1", Init, cpu(1.5)),
        container("proxy", Sidecar, cpu(0.3)),
        container("i2", Init, cpu(1.2)),
        container("a", App, cpu(0.5)),
        container("b", App, cpu(0.25)),
    ];
    let a = run(&input, &CostConfig::default());
    assert_eq!(of(&a, "web"), "1.6");
    let amounts: Vec<_> = a
        .rows
        .iter()
        .map(|r| (r.container.clone(), r.costs[&CostResource::Cpu].amount.to_string()))
        .collect();
    let name = |s: &str| Some(s.to_owned());
    assert_eq!(
        amounts,
        [
            (None, "0.55".to_owned()),
            (name("a"), "0.5".into()),
            (name("b"), "0.25".into()),
            (name("proxy"), "0.3".into())
        ]
    );
    // The reserve is never unmeasured.
    assert_eq!(a.rows[0].costs[&CostResource::Cpu].wasted.to_string(), "0.55");
    assert_eq!(a.rows[1].costs[&CostResource::Cpu].unmeasured.to_string(), "0.5");
    // At pod level the pod is the only leaf of that resource.
    input.pods[0].resources = Some(PodResources { requests: cpu(2.0) });
    let a = run(&input, &CostConfig::default());
    assert_eq!(of(&a, "web"), "2.1");
    assert_eq!(a.rows[0].costs[&CostResource::Cpu].amount.to_string(), "2.1");
    assert_eq!(a.rows[1].costs[&CostResource::Cpu].amount, Amount::ZERO);
}

/// §13.14.
#[test]
fn gpus() {
    let gpu = |n: f64| Resources { gpus: Some(n), ..Resources::default() };
    let units = |name: &str, n: u64| Resources {
        extended: [(name.to_owned(), n)].into(),
        ..Resources::default()
    };
    let mut sliced = node("n1", 0.0, 0.0, "1");
    sliced.capacity = Some(gpu(1.0));
    sliced.allocatable = Some(units("nvidia.com/gpu", 4));
    sliced.labels = [("nvidia.com/gpu.count", "1"), ("nvidia.com/gpu.replicas", "4")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    let a = run(
        &hour(sliced.clone(), vec![pod("a", units("nvidia.com/gpu", 1))]),
        &by(PolicyPreset::TwoTier),
    );
    assert_eq!(of(&a, "a"), "0.25");
    sliced.allocatable = None;
    let a = run(
        &hour(sliced.clone(), vec![pod("a", units("nvidia.com/mig-1g.5gb", 1))]),
        &by(PolicyPreset::OpenCost),
    );
    assert_eq!(of(&a, "a"), "0.142857143");
    sliced.capacity = Some(gpu(8.0));
    sliced.labels.clear();
    let a = run(&hour(sliced, vec![pod("a", units("nvidia.com/gpu", 2))]), &CostConfig::default());
    assert_eq!((of(&a, "a"), a.totals.idle.to_string()), ("0.25".into(), "0.75".into()));
    let a = run(&hour(node("n1", 1.0, 1.0, "1"), vec![pod("a", gpu(1.0))]), &CostConfig::default());
    assert!(a.rows[0].flags.contains(&"ResourceAbsent".to_owned()));
}

/// §13.15.
#[test]
fn zero_is_a_price_and_missing_is_not_zero() {
    let mut input = hour(node("n1", 4.0, 16.0, "0"), vec![pod("a", size(1.0, 1.0))]);
    assert_eq!(of(&run(&input, &CostConfig::default()), "a"), "0");
    input.nodes.push(node("n2", 4.0, 16.0, "1"));
    let mut other = pod("b", size(1.0, 4.0));
    other.node = Some("n2".into());
    input.pods.push(other);
    let with_price = of(&run(&input, &CostConfig::default()), "b");
    input.nodes[0].hourly_cost = None;
    let a = run(&input, &CostConfig::default());
    assert_eq!((of(&a, "a"), of(&a, "b")), ("null".into(), with_price));
    assert_eq!((a.nodes[0].amount, a.nodes[0].price_source), (None, PriceSource::Missing));
    assert!(a.rows[0].flags.contains(&"PriceMissing".to_owned()));
    assert_eq!(a.quality.priced_share, Some(0.5));
    // 4 cores, 16 GiB, Default: 0.126444 + 0.067792.
    let estimate = CostConfig::default().missing_price(MissingPrice::Estimate);
    let a = run(&input, &estimate);
    assert_eq!(a.nodes[0].amount.unwrap().to_string(), "0.194236");
    assert_eq!(a.nodes[0].price_source, PriceSource::Estimated);

    // A Spot node is never priced on demand.
    let on_demand =
        NodePrice { hourly_cost: rate("1"), kind: PriceKind::OnDemand, ..NodePrice::default() };
    input.nodes[0].capacity_type = CapacityType::Spot;
    input.nodes[0].price = Some(on_demand);
    assert_eq!(run(&input, &CostConfig::default()).nodes[0].amount, None);
    let a = run(&input, &CostConfig::default().spot_discount(0.7));
    assert_eq!(a.nodes[0].amount.unwrap().to_string(), "0.3");
    let a = run(&input, &estimate);
    assert_eq!(a.nodes[0].amount.unwrap().to_string(), "0.040892");
    let oracle = BaseRates::table(crate::cost::rates::BaseTable::Oracle);
    assert_eq!(run(&input, &estimate.clone().base_rates(oracle)).nodes[0].amount, None);
    input.currency = crate::units::Currency::parse("EUR").unwrap();
    assert_eq!(run(&input, &estimate).nodes[0].amount, None);
}

/// Discounts multiply, and can leave GPUs alone.
#[test]
fn discounts() {
    let mut input = hour(node("n1", 1.0, 1.0, "100"), Vec::new());
    input.nodes[0].capacity.as_mut().unwrap().gpus = Some(1.0);
    let units = crate::model::Rates {
        cpu_core_hour: crate::units::RateAmount::parse("30").unwrap(),
        memory_gib_hour: crate::units::RateAmount::parse("10").unwrap(),
        gpu_hour: rate("60"),
        currency: None,
    };
    input.nodes[0].price = Some(NodePrice {
        unit_costs: Some(units),
        discounts: vec![0.1, 0.5],
        ..NodePrice::default()
    });
    let a = run(&input, &CostConfig::default());
    assert_eq!(a.bill.to_string(), "45");
    let a = run(&input, &CostConfig::default().discount_gpu(false));
    let pools: Vec<_> = a.nodes[0].pools.iter().map(|p| p.bill.to_string()).collect();
    assert_eq!(pools, ["13.5", "4.5", "60"]);
    assert_eq!(a.nodes[0].pools[2].unit_cost.unwrap().to_string(), "60");
}

/// §13.23.
#[test]
fn empty_cases() {
    let a = run(&hour(node("n1", 4.0, 16.0, "1"), Vec::new()), &CostConfig::default());
    assert_eq!(a.totals.idle.to_string(), "1");
    let nothing = crate::cost::CostInput { window: window(0, 60), ..Default::default() };
    let a = run(&nothing, &CostConfig::default());
    assert_eq!((a.bill, a.quality.priced_share), (Amount::ZERO, None));
    let mut short = pod("a", size(1.0, 1.0));
    short.life = vec![span(30, 30)];
    let a = run(&hour(node("n1", 4.0, 16.0, "1"), vec![short]), &CostConfig::default());
    assert_eq!((of(&a, "a"), a.pods[0].hours), ("0".into(), 0.0));
    let mut gone = node("n1", 4.0, 16.0, "1");
    gone.life = vec![span(600, 660)];
    let a = run(&hour(gone, vec![pod("a", size(1.0, 1.0))]), &CostConfig::default());
    assert_eq!((a.bill, of(&a, "a")), (Amount::ZERO, "0".into()));
    assert!(a.rows[0].flags.contains(&"OutsideNodeLife".to_owned()));
    let unknown =
        crate::cost::CostNode { hourly_cost: rate("1"), name: "n1".into(), ..Default::default() };
    let a = run(&hour(unknown, vec![pod("a", size(1.0, 1.0))]), &CostConfig::default());
    assert_eq!(a.unattributed[0].reason.as_deref(), Some("NodeCapacityUnknown"));
    let mut lost = pod("a", size(1.0, 1.0));
    lost.node = Some("n9".into());
    let a = run(&hour(node("n1", 4.0, 16.0, "1"), vec![lost]), &CostConfig::default());
    assert_eq!((of(&a, "a"), a.totals.idle.to_string()), ("null".into(), "1".into()));
    assert_eq!(a.rows[0].flags, ["NodeUnknown"]);
}

/// §4: the catalogue prices a node that has no price, never a Spot node at its on-demand price, and only in USD.
#[cfg(feature = "catalog")]
#[test]
fn the_catalogue_prices_nodes() {
    use crate::model::{CapacityType, PriceSource, Prices, Provider};
    let mut input = hour(node("n1", 4.0, 16.0, "0"), Vec::new());
    let listed = |input: &mut CostInput, provider, region: &str, name: &str| {
        input.cluster.provider = provider;
        let node = &mut input.nodes[0];
        (node.hourly_cost, node.region) = (None, Some(region.into()));
        node.instance_type = Some(name.into());
    };
    let config = CostConfig::default().prices(Prices::Catalog);
    let priced = |input: &CostInput, config: &CostConfig| {
        let a = run(input, config);
        (a.nodes[0].amount.map(|amount| amount.to_string()), a.nodes[0].price_source)
    };
    let of = |text: &str, source| (Some(text.to_owned()), source);
    listed(&mut input, Provider::Aws, "us-east-1", "m5.xlarge");
    assert_eq!(priced(&input, &config), of("0.192", PriceSource::Catalog));
    assert_eq!(run(&input, &config).nodes[0].as_of.unwrap().to_string(), "2026-07-20T00:00:00Z");
    assert_eq!(priced(&input, &CostConfig::default()), (None, PriceSource::Missing));
    input.nodes[0].capacity_type = CapacityType::Spot;
    assert_eq!(priced(&input, &config), (None, PriceSource::Missing));
    let discounted = config.clone().spot_discount(0.75);
    assert_eq!(priced(&input, &discounted), of("0.048", PriceSource::Estimated));
    listed(&mut input, Provider::Gcp, "us-central1", "n2-standard-4");
    assert_eq!(priced(&input, &config), of("0.09212", PriceSource::Catalog));
    input.currency = crate::units::Currency::parse("EUR").unwrap();
    assert_eq!(priced(&input, &config), (None, PriceSource::Missing));
}
