//! The worked example of cost.md §5.

use crate::cost::{AttributeInput, Attribution, CostResource, PolicyPreset};
use crate::json::from_json;

pub(in crate::cost) const EXAMPLE: &str = r#"{"window":{"start":"2026-03-01T00:00:00Z","end":"2026-03-01T01:00:00Z"},"currency":"USD",
 "nodes":[{"name":"n1","capacity":{"cpuCores":4,"memoryBytes":17179869184},"allocatable":{"cpuCores":3.8,"memoryBytes":16106127360},"hourlyCost":"0.192"}],
 "pods":[{"namespace":"shop","name":"web","node":"n1","containers":[{"name":"app","requests":{"cpuCores":1,"memoryBytes":4294967296},
   "usage":[{"start":"2026-03-01T00:00:00Z","end":"2026-03-01T01:00:00Z","cpuCores":1.5,"memoryBytes":2147483648}]}]},
  {"namespace":"shop","name":"batch","node":"n1","life":[{"start":"2026-03-01T00:30:00Z","end":"2026-03-01T01:00:00Z"}],
   "containers":[{"name":"job","requests":{"cpuCores":0.5,"memoryBytes":1073741824},"usage":[{"start":"2026-03-01T00:30:00Z","end":"2026-03-01T01:00:00Z","cpuCores":0.2}]}]}]}"#;

pub(in crate::cost) fn example(preset: PolicyPreset) -> Attribution {
    let mut input: AttributeInput = from_json(EXAMPLE).unwrap();
    input.config = input.config.policy(preset);
    input.run().unwrap()
}

fn cost(a: &Attribution, pod: &str, resource: CostResource) -> [String; 4] {
    let row = a.rows.iter().find(|r| r.pod == pod).unwrap();
    let cost = row.costs[&resource];
    [cost.amount, cost.used, cost.wasted, cost.unmeasured].map(|x| x.to_string())
}

#[test]
fn two_tiers() {
    let a = example(PolicyPreset::TwoTier);
    let (cpu, memory) = (CostResource::Cpu, CostResource::Memory);
    assert_eq!(cost(&a, "web", cpu), ["0.046870652196", "0.046870652196", "0", "0"]);
    assert_eq!(
        cost(&a, "web", memory),
        ["0.016752898536", "0.008376449268", "0.008376449268", "0"]
    );
    assert_eq!(cost(&a, "batch", cpu)[1..], ["0.003124710146", "0.00468706522", "0"]);
    assert_eq!(cost(&a, "batch", memory)[1..], ["0", "0", "0.002094112317"]);
    let idle = &a.idle[0].costs;
    assert_eq!(idle[&cpu].to_string(), "0.064056558002");
    assert_eq!(idle[&memory].to_string(), "0.043976358656");
    let overhead = &a.system_overhead[0].costs;
    assert_eq!(overhead[&cpu].to_string(), "0.006249420293");
    assert_eq!(overhead[&memory].to_string(), "0.004188224634");
    let pools: Vec<_> = a.nodes[0].pools.iter().map(|p| p.bill.to_string()).collect();
    assert_eq!(pools, ["0.124988405857", "0.067011594143"]);
    let totals = serde_json::to_string(&a.totals).unwrap();
    assert_eq!(
        totals,
        r#"{"pods":{"amount":"0.073529438415","used":"0.05837181161","wasted":"0.013063514488","unmeasured":"0.002094112317"},"spreadIdle":null,"idle":"0.108032916658","systemOverhead":"0.010437644927","unattributed":"0"}"#
    );
    assert_eq!((a.bill.to_string(), a.residual.to_string()), ("0.192".into(), "0".into()));
    let web = a.pods.iter().find(|p| p.name == "web").unwrap();
    assert_eq!(web.amount.unwrap().to_string(), "0.063623550732");
    assert_eq!(web.monthly.unwrap().to_string(), "46.44519203436");
    let batch = a.pods.iter().find(|p| p.name == "batch").unwrap();
    assert_eq!(batch.amount.unwrap().to_string(), "0.009905887683");
    assert_eq!((web.hours, batch.hours), (1.0, 0.5));
}

#[test]
fn other_presets() {
    let a = example(PolicyPreset::OpenCost);
    let idle = &a.idle[0].costs;
    assert_eq!(idle[&CostResource::Cpu].to_string(), "0.070305978295");
    assert_eq!(idle[&CostResource::Memory].to_string(), "0.04816458329");
    assert!(a.system_overhead.is_empty());
    let a = example(PolicyPreset::GkeRequest);
    assert_eq!(cost(&a, "web", CostResource::Cpu)[0], "0.031247101464");
    assert_eq!(a.idle[0].costs[&CostResource::Cpu].to_string(), "0.079680108734");
}

#[test]
fn the_operation_gives_the_same() {
    let out = crate::wire::call("cost.attribute", EXAMPLE, None).unwrap();
    assert!(out.contains(r#""policy":"TwoTier""#), "{out}");
    let back: Attribution = from_json(&out).unwrap();
    assert_eq!(back, example(PolicyPreset::TwoTier));
    assert!(crate::wire::call("cost.verify", &out, None).unwrap().contains(r#""ok":true"#));
}
