//! What must hold for every input (cost.md §13).

use std::collections::BTreeMap;

use super::build::*;
use super::random::Dice;
use crate::cost::{
    AllocationBasis, Attribution, CostConfig, CostInput, CostNode, CostResource, Policy,
    PolicyPreset, PolicyRules, UsageAveraging, UsageStep, attribute, verify,
};
use crate::json::to_json;
use crate::units::{Amount, Interval};

fn policies() -> Vec<Policy> {
    use PolicyPreset::{FixedWeights, GkeRequest, OpenCost, TwoTier};
    let mut all: Vec<Policy> =
        [TwoTier, OpenCost, GkeRequest, FixedWeights].map(Policy::Preset).into();
    let usage = PolicyRules { basis: AllocationBasis::Usage, ..PolicyRules::default() };
    let mut aws: PolicyRules = PolicyPreset::AwsSplit.into();
    if let crate::cost::PriceSplit::Ratio(ratio) = &mut aws.split {
        ratio.gpu = Some(100.0);
    }
    let means = PolicyRules { averaging: UsageAveraging::Cell, ..PolicyRules::default() };
    all.extend([usage, aws, means].map(Policy::Custom));
    all
}

/// §13.1 and §13.18.
#[test]
fn every_unit_has_a_destination() {
    for seed in 0..cases(150) {
        let input = Dice(seed).input(40);
        for policy in policies() {
            let grid = [3_600, 900, 86_400][(seed % 3) as usize];
            let config =
                CostConfig::default().policy(policy).grid_seconds(grid).timeline(seed % 2 == 0);
            let a = attribute(&input, &config).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            assert_eq!(a.residual, Amount::ZERO, "seed {seed}");
            let verification = verify(&a);
            assert!(verification.ok, "seed {seed} {policy:?}: {verification:#?}");
        }
    }
}

/// §13.2.
#[test]
fn neither_order_nor_threads_change_a_byte() {
    for seed in 0..cases(150) / 3 {
        let input = Dice(seed).input(40);
        let config = CostConfig::default().timeline(true);
        let expected = to_json(&attribute(&input, &config).unwrap()).unwrap();
        let mut dice = Dice(seed ^ 0xFFFF);
        let mut other = input.clone();
        dice.shuffle(&mut other.nodes);
        dice.shuffle(&mut other.pods);
        dice.shuffle(&mut other.volumes);
        for pod in &mut other.pods {
            dice.shuffle(&mut pod.life);
            dice.shuffle(&mut pod.network);
            // The order of init containers means something; that of the rest does not.
            if pod.containers.iter().all(|c| c.kind == crate::model::ContainerType::App) {
                dice.shuffle(&mut pod.containers);
            }
            for container in &mut pod.containers {
                dice.shuffle(&mut container.usage);
                dice.shuffle(&mut container.request_steps);
            }
        }
        for volume in &mut other.volumes {
            dice.shuffle(&mut volume.mounts);
        }
        for balancer in &mut other.load_balancers {
            dice.shuffle(&mut balancer.backends);
        }
        assert_eq!(to_json(&attribute(&other, &config).unwrap()).unwrap(), expected, "{seed}");
        #[cfg(feature = "parallel")]
        if seed < 5 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
            let parallel = pool.install(|| attribute(&other, &config)).unwrap();
            assert_eq!(to_json(&parallel).unwrap(), expected, "{seed}");
        }
    }
}

type Amounts = BTreeMap<(String, Option<String>, Option<String>, CostResource), i128>;

fn amounts(a: &Attribution) -> Amounts {
    let mut out = Amounts::new();
    for row in &a.rows {
        for (&resource, cost) in &row.costs {
            let key = (row.pod.clone(), row.uid.clone(), row.container.clone(), resource);
            *out.entry(key).or_default() += cost.amount.0;
        }
    }
    out
}

/// An input whose bills do not depend on the window.
fn windowless(seed: u64) -> CostInput {
    let mut input = Dice(seed).input(20);
    input.window = window(0, 240);
    let whole = || vec![span(0, 240)];
    input.nodes.iter_mut().filter(|n| n.life.is_empty()).for_each(|n| n.life = whole());
    input.pods.iter_mut().filter(|p| p.life.is_empty()).for_each(|p| p.life = whole());
    input.volumes.iter_mut().filter(|v| v.life.is_empty()).for_each(|v| v.life = whole());
    input.load_balancers.iter_mut().for_each(|l| l.bytes = None);
    input.fees.clear();
    input
}

/// §13.3.
#[test]
fn windows_add_up() {
    for seed in 0..cases(150) / 2 {
        let mut input = windowless(seed);
        let on_grid = seed % 2 == 0;
        if !on_grid {
            // A class of traffic is rounded per cell, so a cut inside a cell may round twice.
            input.pods.iter_mut().for_each(|p| p.network.clear());
            // A bill that starts inside a cell is no constant rate over the cell.
            input.nodes.retain(|n| n.price.as_ref().is_none_or(|p| p.billed.is_empty()));
            // At 10^20 per hour a nano-core·ms, the unit in which quantities are shared, is worth more than 10^-12.
            let huge = |n: &&mut CostNode| n.hourly_cost > rate("1000");
            input.nodes.iter_mut().filter(huge).for_each(|n| n.hourly_cost = rate("1000"));
        }
        let cut = if on_grid { 120 } else { 97 };
        for preset in [PolicyPreset::TwoTier, PolicyPreset::OpenCost] {
            let part = |start, end| {
                let input = CostInput { window: window(start, end), ..input.clone() };
                run(&input, &by(preset))
            };
            let (whole, first, second) = (part(0, 240), part(0, cut), part(cut, 240));
            let bills = first.bill.add(second.bill).unwrap();
            assert_eq!(bills, whole.bill, "seed {seed}");
            let mut sums = amounts(&first);
            for (key, amount) in amounts(&second) {
                *sums.entry(key).or_default() += amount;
            }
            for (key, amount) in amounts(&whole) {
                let difference = (sums.get(&key).copied().unwrap_or(0) - amount).abs();
                assert!(
                    difference <= if on_grid { 0 } else { 6 },
                    "seed {seed} {key:?} {difference}"
                );
            }
        }
    }
}

/// One node and one hour, all pods alive: the pool of one cell.
fn one_cell(seed: u64, pods: u64, scale: f64) -> CostInput {
    let mut dice = Dice(seed);
    let mut input = hour(node("n1", 64.0, 256.0, "3.7"), Vec::new());
    for index in 0..pods {
        let mut draw = |most: u64| dice.below(most) as f64 / 10.0 * scale;
        let requests = size(draw(40), draw(160));
        let (cores, gib) = (draw(60), draw(200));
        let pod = pod(&format!("p{index:02}"), requests);
        input.pods.push(using(pod, cores, gib, window(0, 60)));
    }
    input
}

/// §13.4.
#[test]
fn a_larger_allocation_never_costs_less() {
    for seed in 0..cases(150) {
        let a = run(&one_cell(seed, 20, 1.0), &by(PolicyPreset::OpenCost));
        let mut rows: Vec<_> = a
            .rows
            .iter()
            .map(|r| (r.allocated.unwrap().cpu_core_hours, r.costs[&CostResource::Cpu].amount))
            .collect();
        rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
        for pair in rows.windows(2) {
            assert!(pair[0].1.0 <= pair[1].1.0, "seed {seed}: {pair:?}");
            if pair[0].0 == pair[1].0 {
                assert!(pair[1].1.0 - pair[0].1.0 <= 1, "seed {seed}: {pair:?}");
            }
        }
    }
}

/// §13.5.
#[test]
fn a_burst_never_moves_the_bill_of_a_neighbour_the_wrong_way() {
    for seed in 0..cases(150) {
        let scale = if seed % 2 == 0 { 0.4 } else { 1.0 };
        let mut input = one_cell(seed, 12, scale);
        let before = run(&input, &CostConfig::default());
        let requested = run(&input, &by(PolicyPreset::GkeRequest));
        let raised = &mut input.pods[(seed % 12) as usize].containers[0].usage[0];
        raised.cpu_cores = raised.cpu_cores.map(|c| c + 5.0);
        raised.memory_bytes = raised.memory_bytes.map(|b| b * 1.5);
        let after = run(&input, &CostConfig::default());
        for (index, (old, new)) in before.pods.iter().zip(&after.pods).enumerate() {
            let (old, new) = (old.amount.unwrap().0, new.amount.unwrap().0);
            if index as u64 == seed % 12 {
                assert!(new >= old - 2, "seed {seed}: own {old} {new}");
            } else {
                let floor = requested.pods[index].amount.unwrap().0;
                assert!(new <= old + 2 && new >= floor - 2, "seed {seed}: {old} {new} {floor}");
            }
        }
    }
}

/// §13.6.
#[test]
fn two_tiers_equal_open_cost_where_nothing_is_short() {
    for seed in 0..cases(150) {
        let input = one_cell(seed, 9, 0.3);
        let (a, b) =
            (run(&input, &by(PolicyPreset::TwoTier)), run(&input, &by(PolicyPreset::OpenCost)));
        assert!(a.nodes[0].flags.is_empty() && b.nodes[0].flags.is_empty(), "seed {seed}");
        assert_eq!(a.rows, b.rows, "seed {seed}");
    }
}

/// §13.7: the arithmetic of `OpenCost`, minute by minute in f64.
#[test]
fn open_cost_preset_equals_an_independent_model() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let minutes = 60 + dice.below(240) as i64;
        let mut input = hour(node("n1", 32.0, 128.0, "1.536"), Vec::new());
        input.window = window(0, minutes);
        for index in 0..6 {
            let mut draw = |most: u64| dice.below(most) as f64 / 100.0;
            let mut pod = pod(&format!("p{index}"), size(draw(300), draw(900)));
            let (cores, gib) = (draw(400), draw(1200));
            let cut = dice.below(minutes as u64) as i64;
            pod.life = vec![span(cut / 2, minutes)];
            let step = |start, end, factor: f64| UsageStep {
                start: at(start),
                end: at(end),
                cpu_cores: Some(cores * factor),
                memory_bytes: Some((gib * factor * GIB).floor()),
                gpus: None,
            };
            pod.containers[0].usage = vec![step(0, cut, 1.0), step(cut, minutes, 0.5)];
            input.pods.push(pod);
        }
        let a = run(&input, &by(PolicyPreset::OpenCost));
        let total = 1.536;
        let (cpu, memory) = (32.0 * 0.031_611, 128.0 * 0.004_237);
        for (pod, cost) in input.pods.iter().zip(&a.rows) {
            let container = &pod.containers[0];
            let (mut core_hours, mut gib_hours) = (0.0, 0.0);
            for minute in 0..minutes {
                let time = at(minute);
                let alive = |i: &Interval| i.start <= time && time < i.end;
                if !pod.life.iter().any(alive) {
                    continue;
                }
                let step =
                    container.usage.iter().find(|s| s.start <= time && time < s.end).unwrap();
                let larger = |a: Option<f64>, b: Option<f64>| a.unwrap().max(b.unwrap());
                core_hours += larger(step.cpu_cores, container.requests.cpu_cores) / 60.0;
                let bytes = larger(step.memory_bytes, container.requests.memory_bytes);
                gib_hours += bytes / GIB / 60.0;
            }
            for (resource, expected) in [
                (CostResource::Cpu, core_hours / 32.0 * total * cpu / (cpu + memory)),
                (CostResource::Memory, gib_hours / 128.0 * total * memory / (cpu + memory)),
            ] {
                let ours = cost.costs[&resource].amount.to_f64();
                let bound = 1e-11f64.max(1e-7 * expected);
                assert!((ours - expected).abs() <= bound, "seed {seed}: {ours} {expected}");
            }
        }
    }
}

/// §13.18: every amount that is changed by one unit is noticed.
#[test]
fn verify_notices_one_unit() {
    let mut dice = Dice(7);
    let mut input = dice.input(12);
    input.volumes.push(volume("extra", "0.01", vec![mount("p0", 0, 30)]));
    input.nodes.push(node("n5", 4.0, 16.0, "0.192"));
    for preset in [PolicyPreset::TwoTier, PolicyPreset::FixedWeights] {
        let a = run(&input, &by(preset).timeline(true));
        let document: serde_json::Value = serde_json::from_str(&to_json(&a).unwrap()).unwrap();
        let mut paths = Vec::new();
        find_amounts(&document, &mut String::new(), &mut paths);
        assert!(paths.len() > 50, "{}", paths.len());
        for path in paths {
            let mut broken = document.clone();
            let text = broken.pointer_mut(&path).unwrap();
            let amount = money(text.as_str().unwrap());
            *text = Amount(amount.0 + 1).to_string().into();
            let broken: Attribution = serde_json::from_str(&broken.to_string()).unwrap();
            assert!(!verify(&broken).ok, "{path}");
        }
    }
}

/// JSON pointers of all decimal strings that are money.
pub(in crate::cost) fn find_amounts(
    value: &serde_json::Value,
    path: &mut String,
    out: &mut Vec<String>,
) {
    use serde_json::Value;
    let length = path.len();
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                // A price per unit and the unscaled cost are no parts of a sum.
                if !["unitCost", "nominal", "labels"].contains(&name.as_str()) {
                    path.extend(["/", name.as_str()]);
                    find_amounts(value, path, out);
                    path.truncate(length);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                path.extend(["/", index.to_string().as_str()]);
                find_amounts(value, path, out);
                path.truncate(length);
            }
        }
        Value::String(text) if Amount::parse(text).is_ok() => out.push(path.clone()),
        _ => {}
    }
}
