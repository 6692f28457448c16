//! The engine as a whole: published examples, and laws that hold for any history.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::error::ErrorKind;
use crate::model::Rates;
use crate::units::{MS_PER_DAY, MS_PER_HOUR, RateAmount, Timestamp};
use crate::usage::{Columns, IngestOptions, MetricId, Usage, UsageKey};
use crate::wire;

const MIB: f64 = 1_048_576.0;
/// 2026-01-01T00:00:00Z, a midnight.
const START: i64 = 1_767_225_600_000;

fn call(operation: &str, input: &Value) -> Value {
    let output = wire::call(operation, &input.to_string(), None).unwrap();
    serde_json::from_str(&output).unwrap()
}

/// A pod with a sample every `step` milliseconds from [`START`] on.
fn pod(name: &str, step: i64, cpu: &[f64], memory: &[f64]) -> PodSamples {
    PodSamples {
        name: name.to_owned(),
        cpu: Some(Series::regular(START, step, cpu.to_vec())),
        memory: Some(Series::regular(START, step, memory.to_vec())),
        ..PodSamples::default()
    }
}

fn container(pods: Vec<PodSamples>) -> ContainerInput {
    ContainerInput {
        key: ContainerKey {
            namespace: "shop".into(),
            workload: "web".into(),
            container: "app".into(),
        },
        current: CurrentSizes {
            cpu_request_cores: Some(4.0),
            memory_request_bytes: Some(4096.0 * MIB),
            ..CurrentSizes::default()
        },
        pods,
        rates: Some(Rates {
            cpu_core_hour: RateAmount::parse("0.031611").unwrap(),
            memory_gib_hour: RateAmount::parse("0.004237").unwrap(),
            ..Rates::default()
        }),
        ..ContainerInput::default()
    }
}

fn size(c: &ContainerInput, cfg: &RightsizeConfig) -> SizeRecommendation {
    recommend(c, None, cfg, Timestamp(START + 14 * MS_PER_DAY)).unwrap()
}

fn codes(reasons: &[crate::model::Reason]) -> Vec<&str> {
    reasons.iter().map(|r| r.code.as_str()).collect()
}

/// Two weeks of 5-minute samples with a daily cycle and some noise.
fn fortnight(scale: f64) -> Vec<f64> {
    (0..14 * 288u32)
        .map(|i| {
            let hour = f64::from(i % 288) / 12.0;
            let cycle = 0.5 - 0.5 * ((hour - 4.0) / 24.0 * std::f64::consts::TAU).cos();
            scale * (0.1 + cycle + f64::from(37 * i % 101) / 400.0)
        })
        .collect()
}

/// A bound that the samples do not back is not said to be used.
#[test]
fn a_short_history_names_one_size_only() {
    let short = |cpu: &[f64]| {
        let pods = vec![pod("web-0", MS_PER_HOUR / 12, cpu, &vec![MIB; cpu.len()])];
        let now = Timestamp(START + 2 * MS_PER_DAY);
        recommend(&container(pods), None, &RightsizeConfig::default(), now).unwrap().cpu.unwrap()
    };
    let noise: Vec<f64> = (0..480u32).map(|i| 1.0 + f64::from(37 * i % 101) / 100.0).collect();
    assert_eq!(codes(&short(&noise).reasons)[0], "ShortHistory");
    let slow: Vec<f64> =
        (0..480u32).map(|i| 1.0 + f64::from(37 * (i / 20) % 101) / 100.0).collect();
    let reasons = short(&slow).reasons;
    assert_eq!(codes(&reasons)[0], "InsufficientIndependentSamples", "{reasons:?}");
    assert!(reasons[0].message.contains("so the maximum is used"));
    assert!(!codes(&reasons).contains(&"ShortHistory"));
    let withheld = reasons.iter().find(|r| r.code == "DecreaseWithheld").unwrap();
    assert_eq!(
        withheld.message,
        "A CPU history of 40 hours is too short for a smaller size (3 days are needed)."
    );
}

/// Rightsizing.md §1: the worked example, to the last digit.
#[test]
fn published_recommendation() {
    let kubecost = json!({"Kubecost": {"algorithm": "Max", "targetUtilization": 0.7}});
    let series = |v: f64| json!({"startMs": 1_768_348_800_000i64, "stepMs": 60_000, "values": [v]});
    let output = call(
        "rightsize.recommend",
        &json!({
            "now": "2026-01-15T00:00:00Z",
            "config": {"cpuPolicy": kubecost, "memoryPolicy": kubecost, "minSamples": 1, "reclaimOnlyAfterDays": 0},
            "rates": {"currency": "USD", "cpuCoreHour": "0.031611", "memoryGibHour": "0.004237"},
            "containers": [{
                "key": {"namespace": "shop", "workload": "web", "container": "app"}, "replicas": 2,
                "current": {"cpuRequestCores": 2, "memoryRequestBytes": 1_073_741_824},
                "pods": [
                    {"name": "web-0", "cpu": series(0.12), "memory": series(314_572_800.0)},
                    {"name": "web-1", "cpu": series(0.8), "memory": series(125_829_120.0)}
                ]
            }]
        }),
    );
    let row = &output["recommendations"][0];
    let cpu = &row["cpu"];
    assert_eq!(cpu["current"], json!(2));
    assert_eq!(cpu["uncapped"], json!(1.142_857_142_857_143));
    assert_eq!(cpu["recommended"], json!(1.143));
    assert_eq!((&cpu["limit"], &cpu["cappedBy"]), (&Value::Null, &json!("Quantum")));
    assert_eq!(
        cpu["delta"],
        json!({"absolute": -0.857, "relative": -0.4285, "monthlySavings": "39.55231542", "significant": true})
    );
    let memory = &row["memory"];
    assert_eq!(memory["uncapped"], json!(449_389_714.285_714_27));
    assert_eq!(memory["recommended"], json!(449_839_104));
    assert_eq!((&memory["limit"], &memory["cappedBy"]), (&json!(449_839_104), &json!("Quantum")));
    assert_eq!(
        memory["delta"],
        json!({"absolute": -623_902_720, "relative": -0.581_054_687_5, "monthlySavings": "3.594415917969", "significant": true})
    );
    assert_eq!(row["savings"], json!({"monthly": "43.146731337969", "currency": "USD"}));
    assert_eq!(output["summary"]["monthlySavings"], json!("43.146731337969"));
    assert_eq!(output["summary"]["cpuCoresDelta"], json!(-1.714));
}

/// Rightsizing.md §9: five days at 1 core, then one at 2, policy `Max`, horizon 1 d.
#[test]
fn published_replay() {
    let values: Vec<f64> = (0..144).map(|h| if h < 120 { 1.0 } else { 2.0 }).collect();
    let output = call(
        "rightsize.backtest",
        &json!({
            "series": {"startMs": START, "stepMs": MS_PER_HOUR, "values": values},
            "policy": "Max",
            "config": {"horizonDays": 1}
        }),
    );
    let rates: Vec<_> =
        output["perFold"].as_array().unwrap().iter().map(|f| &f["violationRate"]).collect();
    assert_eq!(rates, [&json!(0), &json!(0), &json!(1)]);
    assert_eq!(output["folds"], json!(3));
    assert_eq!(output["violationRate"], json!(1.0 / 3.0));
    assert_eq!(output["expectedShortfall"], json!(1.0 / 3.0));
    assert_eq!(output["meanRecommendation"], json!(1));
    let near = |value: &Value, want: f64| (value.as_f64().unwrap() - want).abs() < 1e-6;
    assert!(near(&output["kupiec"]["lr"], 57.061_265), "{}", output["kupiec"]);
    let runs = &output["christoffersen"];
    assert!(near(&runs["lr"], 81.118_662), "{runs}");
    assert_eq!((&runs["n00"], &runs["n01"], &runs["n11"]), (&json!(47), &json!(1), &json!(23)));
}

#[test]
fn defaults_size_a_daily_cycle() {
    let c = container(vec![pod("a", 300_000, &fortnight(1.0), &fortnight(1e9))]);
    let advice = size(&c, &RightsizeConfig::default());
    let cpu = advice.cpu.unwrap();
    assert_eq!(codes(&cpu.reasons)[0], "PolicyChosenByReplay");
    let (request, replay) = (cpu.recommended.unwrap(), cpu.backtest.unwrap());
    assert!(request > 0.9 && request < 1.6, "{request}");
    assert_eq!(replay.folds, 11);
    assert!(replay.violation_rate <= 0.03, "{}", replay.violation_rate);
    let memory = advice.memory.unwrap();
    assert!(memory.recommended >= memory.uncapped);
    assert!(memory.uncapped.unwrap() >= 1.05 * 1.34e9);
    assert_eq!(memory.limit, memory.recommended);
    assert_eq!(memory.risk.unwrap().p_exceed, 0.01);
    assert!(advice.savings.monthly.unwrap().0 > 0);
}

#[test]
fn too_little_data_is_refused_and_says_how_much_more() {
    let c = container(vec![pod("a", 300_000, &[0.5; 50], &[])]);
    let advice = size(&c, &RightsizeConfig::default());
    let cpu = advice.cpu.unwrap();
    assert_eq!((cpu.recommended, codes(&cpu.reasons)), (None, vec!["InsufficientSamples"]));
    assert_eq!(cpu.need.unwrap().samples, Some(50));
    let memory = advice.memory.unwrap();
    assert_eq!((memory.recommended, codes(&memory.reasons)), (None, vec!["NoData"]));
    let empty = container(vec![pod("a", 300_000, &[f64::NAN; 200], &[])]);
    let now = Timestamp(START + MS_PER_DAY);
    let config = RightsizeConfig::default();
    let error = recommend(&empty, None, &config, now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptySeries);
    let all = recommend_batch(&[empty, c.clone()], None, &config, now).unwrap();
    assert_eq!(codes(&all[0].as_ref().unwrap().reasons), ["NoData"]);
    assert!(all[1].is_ok());
    let mut wrong = c;
    wrong.current.memory_limit_bytes = Some(1.0);
    let error = recommend(&wrong, None, &config, now).unwrap_err();
    assert_eq!(error.place().path.as_deref(), Some("current.memoryLimitBytes"));
}

#[test]
fn a_short_history_never_shrinks_and_small_changes_wait() {
    let c = container(vec![pod("a", 300_000, &[0.5; 288], &[])]);
    let cpu = size(&c, &RightsizeConfig::default()).cpu.unwrap();
    assert_eq!(cpu.recommended, Some(4.0));
    assert!(codes(&cpu.reasons).contains(&"DecreaseWithheld"));
    assert!(!cpu.delta.unwrap().significant);
    let max = RightsizeConfig::default().cpu_policy(CpuPolicy::Max(MaxPolicy::default()));
    let mut near = container(vec![pod("a", 300_000, &[0.5; 1440], &[])]);
    near.current.cpu_request_cores = Some(0.54);
    let cpu = size(&near, &max).cpu.unwrap();
    assert_eq!((cpu.recommended, cpu.uncapped), (Some(0.54), Some(0.5)));
    assert!(codes(&cpu.reasons).contains(&"InsignificantChange"));
    near.current.cpu_request_cores = Some(0.48);
    let cpu = size(&near, &max).cpu.unwrap();
    assert_eq!(cpu.recommended, Some(0.5));
    assert!(codes(&cpu.reasons).contains(&"IncreaseForSafety"));
    assert!(cpu.delta.unwrap().significant);
}

#[test]
fn bounds_and_kills() {
    let mut c = container(vec![pod("a", 300_000, &[0.001; 1440], &[300.0 * MIB; 1440])]);
    let mut config =
        RightsizeConfig { memory_cap_bytes: Some(310.5 * MIB), ..RightsizeConfig::default() };
    let advice = size(&c, &config);
    let (cpu, memory) = (advice.cpu.unwrap(), advice.memory.unwrap());
    assert_eq!((cpu.recommended, cpu.capped_by), (Some(0.010), CappedBy::Floor));
    assert_eq!((memory.recommended, memory.capped_by), (Some(310.0 * MIB), CappedBy::Cap));
    config.memory_cap_bytes = None;
    let at_ms = START + 13 * MS_PER_DAY;
    c.pods[0].oom_events =
        vec![OomEvent { at_ms, request_bytes: None, limit_bytes: Some(1000.0 * MIB) }];
    let memory = size(&c, &config).memory.unwrap();
    assert_eq!(memory.recommended, Some(1200.0 * MIB));
    assert!(codes(&memory.reasons).contains(&"OomBump"));
    assert_eq!(memory.basis.unwrap().oom_events, 1);
    let node = crate::model::Resources::new(8.0, 1000.0 * MIB);
    c.cluster = Some(ClusterFacts { largest_node: Some(node) });
    let memory = size(&c, &config).memory.unwrap();
    assert_eq!((memory.recommended, memory.capped_by), (Some(900.0 * MIB), CappedBy::Node));
}

#[test]
fn the_hottest_pod_decides() {
    let pods = |hot: f64| {
        let cool: Vec<f64> = fortnight(0.2);
        vec![
            pod("a", 300_000, &cool, &[]),
            pod("b", 300_000, &cool, &[]),
            pod("c", 300_000, &fortnight(0.2 * hot), &[]),
        ]
    };
    let q95 = CpuPolicy::Quantile(QuantilePolicy::new(0.95));
    let config = RightsizeConfig::default().cpu_policy(q95);
    let alone = size(&container(vec![pod("c", 300_000, &fortnight(0.6), &[])]), &config);
    let mixed = size(&container(pods(3.0)), &config);
    assert!((mixed.hot_pod_ratio.unwrap() - 3.0).abs() < 1e-9);
    assert_eq!(codes(&mixed.reasons), ["HotPod"]);
    let of = |r: SizeRecommendation| r.cpu.unwrap().uncapped.unwrap();
    assert!((of(mixed) / of(alone) - 1.0).abs() < 1e-12);
    let even = size(&container(pods(1.2)), &config);
    assert!((even.hot_pod_ratio.unwrap() - 1.2).abs() < 1e-9);
    assert!(even.reasons.is_empty());
}

#[test]
fn throttling_forbids_a_decrease() {
    let mut c = container(vec![pod("a", 300_000, &[0.5; 1440], &[])]);
    c.current.cpu_limit_cores = Some(5.0);
    let warned = size(&c, &RightsizeConfig::default());
    assert!(codes(&warned.warnings).contains(&"ThrottleUnknown"));
    c.pods[0].throttle = Some(Throttle { periods: 100, throttled: 10 });
    let cpu = size(&c, &RightsizeConfig::default()).cpu.unwrap();
    assert_eq!((cpu.recommended, cpu.limit), (Some(4.0), Some(5.0)));
    assert!(codes(&cpu.reasons).contains(&"DecreaseWithheld"));
    assert_eq!(cpu.basis.unwrap().throttled_share, Some(0.1));
}

/// The same fortnight as a Usage with two pods.
fn as_usage(pods: &[PodSamples]) -> (Usage, ContainerInput) {
    let mut usage = Usage::default();
    for pod in pods {
        let key = UsageKey::new("shop", &pod.name, "app");
        for (metric, series) in
            [(MetricId::CPU_CORES, &pod.cpu), (MetricId::MEMORY_WORKING_SET_BYTES, &pod.memory)]
        {
            let columns = Columns::regular(START, 300_000, &series.as_ref().unwrap().values);
            usage.add_series(&key, metric, &columns, &IngestOptions::default()).unwrap();
        }
    }
    let names = pods.iter().map(|p| p.name.clone()).collect();
    let mut c = container(Vec::new());
    c.usage = Some(UsagePods { pods: names, ..UsagePods::default() });
    (usage, c)
}

/// Rightsizing.md §12, 10: a Usage gives the sizes of its samples within the histogram's error.
#[test]
fn a_usage_gives_the_same_sizes() {
    let pods = vec![
        pod("a", 300_000, &fortnight(1.0), &fortnight(1e9)),
        pod("b", 300_000, &fortnight(0.9), &fortnight(9e8)),
    ];
    let (usage, from_usage) = as_usage(&pods);
    let from_samples = container(pods);
    let now = Timestamp(START + 14 * MS_PER_DAY);
    for policy in auto_candidates().into_iter().chain([CpuPolicy::default()]) {
        let config = RightsizeConfig::default().cpu_policy(policy.clone());
        let exact = recommend(&from_samples, None, &config, now).unwrap();
        let near = recommend(&from_usage, Some(&usage), &config, now).unwrap();
        let (exact_cpu, near_cpu) = (exact.cpu.unwrap(), near.cpu.unwrap());
        let (a, b) = (exact_cpu.uncapped.unwrap(), near_cpu.uncapped.unwrap());
        assert!((a - b).abs() <= 0.006 * a, "{policy:?}: {a} {b}");
        let (x, y) = (exact_cpu.basis.unwrap(), near_cpu.basis.unwrap());
        assert_eq!(
            (x.n, x.n_eff, x.policy, x.window_days),
            (y.n, y.n_eff, y.policy, y.window_days)
        );
        assert!(y.approximate && !x.approximate);
        let memory =
            (exact.memory.unwrap().uncapped.unwrap(), near.memory.unwrap().uncapped.unwrap());
        assert!((memory.0 - memory.1).abs() <= 1.0, "{memory:?}");
    }
    let error = recommend(&from_usage, None, &RightsizeConfig::default(), now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField);
}

#[test]
fn configs_read_by_name_and_refuse_nonsense() {
    let config: RightsizeConfig = crate::json::from_json(
        r#"{"cpuPolicy":"Max","memoryPolicy":{"PeakFactor":{"risk":0.05}}}"#,
    )
    .unwrap();
    assert_eq!(config.cpu_policy, CpuPolicy::Max(MaxPolicy::default()));
    let kind = |text: &str| match crate::json::from_json::<RightsizeConfig>(text) {
        Ok(config) => config.validate().unwrap_err().kind(),
        Err(error) => error.kind(),
    };
    for text in [
        r#"{"target":0}"#,
        r#"{"lookbackDays":-1}"#,
        r#"{"cpuQuantumCores":1e-12}"#,
        r#"{"cpuPolicy":{"Quantile":{"q":1.5}}}"#,
        r#"{"cpuPolicy":{"MaxOf":["Auto"]}}"#,
        r#"{"cpuCapCores":0.001}"#,
        r#"{"quantum":1}"#,
    ] {
        assert!(matches!(kind(text), ErrorKind::InvalidConfig | ErrorKind::Format), "{text}");
    }
    let text = crate::json::to_json(&RightsizeConfig::default()).unwrap();
    assert_eq!(
        crate::json::from_json::<RightsizeConfig>(&text).unwrap(),
        RightsizeConfig::default()
    );
}

#[test]
fn the_order_of_containers_pods_and_rows_changes_nothing() {
    let cpu = fortnight(1.0);
    let times: Vec<i64> = (0..cpu.len() as i64).map(|i| START + i * 300_000).collect();
    let reversed = |v: &[i64]| v.iter().rev().copied().collect::<Vec<_>>();
    let back = Series::explicit(reversed(&times), cpu.iter().rev().copied().collect());
    let mut pods = vec![pod("a", 300_000, &cpu, &cpu), pod("b", 300_000, &fortnight(0.5), &cpu)];
    let forward = container(pods.clone());
    pods[0].cpu = Some(back);
    pods.reverse();
    let backward = container(pods);
    let config = RightsizeConfig::default();
    assert_eq!(size(&forward, &config), size(&backward, &config));
}

fn samples() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.0f64..2.0, 24 * 5..24 * 12)
}

fn replayed(values: &[f64], policy: &CpuPolicy) -> Backtest {
    let series = Series::regular(START, MS_PER_HOUR, values.to_vec());
    backtest(&series, policy, &BacktestConfig::default().horizon_days(1.0)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A fold's size knows nothing of what comes after its origin.
    #[test]
    fn no_look_ahead(values in samples(), which in 0usize..8, change in 0.0f64..100.0) {
        let policy = &auto_candidates()[which];
        let before = replayed(&values, policy);
        let fold = before.per_fold[before.per_fold.len() / 2];
        let at = ((fold.origin_ms - START) / MS_PER_HOUR) as usize;
        let mut changed = values.clone();
        for value in &mut changed[at..] {
            *value += change;
        }
        let after = replayed(&changed, policy);
        for (a, b) in before.per_fold.iter().zip(&after.per_fold) {
            if a.origin_ms <= fold.origin_ms {
                prop_assert_eq!(a.recommended, b.recommended);
            }
        }
    }

    /// Less accepted risk never gives a smaller size.
    #[test]
    fn sizes_grow_as_risk_falls(values in samples(), q in 0.5f64..0.98) {
        let c = container(vec![pod("a", MS_PER_HOUR, &values, &values)]);
        let value = |q| {
            let policy = CpuPolicy::Quantile(QuantilePolicy::new(q));
            size(&c, &RightsizeConfig::default().cpu_policy(policy)).cpu.unwrap().uncapped
        };
        prop_assert!(value(q) <= value(q + 0.01));
        let memory = |risk| {
            let policy = MemoryPolicy::PeakFactor(PeakFactorPolicy { risk, ..Default::default() });
            size(&c, &RightsizeConfig::default().memory_policy(policy)).memory.unwrap().uncapped
        };
        prop_assert!(memory(0.05) <= memory(0.01));
    }

    /// While some candidate qualifies, a smaller target never lowers the chosen mean.
    #[test]
    fn a_stricter_target_never_chooses_a_smaller_mean(values in samples(), low in 0.02f64..0.3) {
        let chosen = |target: f64| {
            let config = BacktestConfig::default().horizon_days(1.0).target(target);
            let series = Series::regular(START, MS_PER_HOUR, values.clone());
            let input = ChooseInput { series, candidates: Some(auto_candidates()), config };
            let chosen = input.run().unwrap();
            let met = chosen.reasons.iter().all(|r| r.code != "NoCandidateMetTarget");
            let row = chosen.candidates.into_iter().find(|c| c.policy == chosen.policy).unwrap();
            (met, row.mean_recommendation)
        };
        let (strict, loose) = (chosen(low), chosen(low * 2.0));
        if strict.0 {
            prop_assert!(loose.0 && strict.1 >= loose.1);
        }
    }

    /// Twice the use gives twice the size.
    #[test]
    fn sizes_scale_with_use(values in samples()) {
        let double: Vec<f64> = values.iter().map(|v| v * 2.0).collect();
        for policy in auto_candidates() {
            // A bound depends on n_eff, which is measured on quantised values.
            let bounded = matches!(&policy, CpuPolicy::Quantile(p) if p.confidence.is_some());
            if bounded || matches!(policy, CpuPolicy::MaxOf(_)) {
                continue;
            }
            let config = RightsizeConfig::default().cpu_policy(policy);
            let value = |v: &[f64]| {
                let c = container(vec![pod("a", MS_PER_HOUR, v, &[])]);
                size(&c, &config).cpu.unwrap().uncapped.unwrap()
            };
            prop_assert_eq!(2.0 * value(&values), value(&double));
        }
    }

    /// What a size saves is at most what the resource costs now, and a limit is never below its request.
    #[test]
    fn savings_are_bounded_and_limits_hold(
        values in samples(),
        scale in 0.001f64..10.0,
        request in 0.01f64..20.0,
        replicas in 0u32..50,
        kills in 0usize..3,
    ) {
        let cpu: Vec<f64> = values.iter().map(|v| v * scale).collect();
        let memory: Vec<f64> = values.iter().map(|v| v * scale * 1e9).collect();
        let mut c = container(vec![pod("a", MS_PER_HOUR, &cpu, &memory)]);
        c.replicas = replicas;
        c.current = CurrentSizes {
            cpu_request_cores: Some(request),
            cpu_limit_cores: Some(request),
            memory_request_bytes: Some(request * 1e9),
            memory_limit_bytes: Some(request * 2e9),
        };
        c.pods[0].oom_events = (0..kills)
            .map(|i| OomEvent {
                at_ms: START + i as i64 * MS_PER_DAY,
                request_bytes: None,
                limit_bytes: Some(1e9 * (i + 1) as f64),
            })
            .collect();
        let advice = size(&c, &RightsizeConfig::default());
        let (cpu, memory) = (advice.cpu.unwrap(), advice.memory.unwrap());
        let cost = |units: f64, rate: f64| units * rate * 730.0 * f64::from(replicas);
        let saved = |delta: Option<SizeDelta>| delta.unwrap().monthly_savings.unwrap().to_f64();
        prop_assert!(saved(cpu.delta) <= cost(request, 0.031_611) + 1e-9);
        prop_assert!(saved(memory.delta) <= cost(request * 1e9 / 1_073_741_824.0, 0.004_237) + 1e-9);
        prop_assert!(cpu.limit >= cpu.recommended && memory.limit >= memory.recommended);
        // Memory is never below what was observed, unless nothing changes.
        let peak = values.iter().copied().fold(0.0, f64::max) * scale * 1e9;
        prop_assert!(memory.uncapped.unwrap() >= peak);
        let sum = advice.savings.monthly.unwrap();
        let parts = [cpu.delta.unwrap().monthly_savings.unwrap(), memory.delta.unwrap().monthly_savings.unwrap()];
        prop_assert_eq!(sum, parts[0].add(parts[1]).unwrap());
    }
}
