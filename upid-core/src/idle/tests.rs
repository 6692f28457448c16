//! Anchors and acceptance of idle.md §8 and §14, through the JSON form where it has one.

use serde_json::{Value, json};

use super::{IdleAssessment, IdleConfig, IdleVerdict, PodContext, PodObservation, Regime};
use crate::json::{from_json, to_json};
use crate::usage::Usage;
use crate::wire;

const NOW: &str = "2026-03-30T00:00:00Z";
const START: &str = "2026-03-16T00:00:00Z";

/// The worked example of idle.md §8 as JSON.
fn worked() -> Value {
    json!({
        "id": "shop/cart-a", "now": NOW,
        "series": {
            "start": START, "stepSeconds": 3600,
            "cpuCores": vec![0.002; 336], "memoryBytes": vec![2e8; 336],
            "receiveBytesPerSecond": vec![300; 336], "transmitBytesPerSecond": vec![900; 336],
        },
        "requestSeries": [{
            "path": "/healthz", "userAgent": "kube-probe/1.31", "method": "GET", "start": START,
            "counts": vec![360; 336],
        }],
        "requestLog": {"coverage": "Complete"},
        "workload": {
            "kind": "Deployment", "namespace": "shop", "name": "cart",
            "createdAt": "2025-12-30T00:00:00Z",
        },
    })
}

fn assess(pod: &Value) -> IdleAssessment {
    let out = wire::call("idle.assess", &pod.to_string(), None).unwrap();
    from_json(&out).unwrap()
}

fn codes(assessment: &IdleAssessment) -> Vec<&str> {
    assessment.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

/// The same pod over its last `days`.
fn last_days(days: usize) -> Value {
    let mut pod = worked();
    let start = crate::units::Timestamp::parse(NOW).unwrap().0 - days as i64 * 86_400_000;
    let series = pod["series"].as_object_mut().unwrap();
    series.insert("start".into(), json!(start));
    for (_, values) in series.iter_mut().filter(|(_, values)| values.is_array()) {
        *values = json!(vec![values[0].clone(); days * 24]);
    }
    pod["requestSeries"][0]["start"] = json!(start);
    pod["requestSeries"][0]["counts"] = json!(vec![360; days * 24]);
    pod["window"] = json!({"start": start, "end": NOW});
    pod
}

#[test]
fn the_worked_example() {
    let got = assess(&worked());
    let traffic = got.traffic.as_ref().unwrap();
    assert_eq!(to_json(&traffic.totals).unwrap(), r#"{"Probe":120960}"#);
    let business = got.business.as_ref().unwrap();
    assert_eq!((business.requests, business.never), (0.0, true));
    assert!((business.upper_per_day - 0.137_194_957_881_933).abs() < 1e-12);
    let classical = &got.classical;
    assert_eq!(classical.business.zip(classical.resource), Some((1.0, 1.0)));
    assert_eq!((classical.temporal, classical.dependency), (Some(1.0), None));
    assert_eq!(classical.combined, Some(1.0));
    assert!((got.confidence.telemetry - 0.9).abs() < 1e-12);
    assert!(got.confidence.value <= 0.891_537, "{:?}", got.confidence);
    assert_eq!((got.verdict, got.regime), (IdleVerdict::ProbeOnly, Regime::Full));
    assert!(got.probability >= 0.9, "{}", got.probability);
    for code in ["NoBusinessTraffic", "ProbeTrafficOnly", "CpuFlat", "IdleWindows"] {
        assert!(codes(&got).contains(&code), "{code}: {:?}", codes(&got));
    }
    let message = &got.reasons.iter().find(|r| r.code == "NoBusinessTraffic").unwrap().message;
    assert_eq!(message, "0 business requests in 14.0 days; at most 0.14 a day at 95 %");
    assert!(got.quality.iter().any(|finding| finding.code == "UncalibratedModel"));
    assert!(got.quality.iter().any(|finding| finding.code == "MonthlyCycleUnobservable"));
    assert_eq!((got.model.version.as_str(), got.model.calibrated), ("expert-0", false));
    assert!(got.windows.always);
    let illusion = got.illusion.unwrap();
    assert_eq!((illusion.requests_per_day_all, illusion.probe_share), (8640.0, 1.0));
    assert!(illusion.probability_if_all_counted < 0.05, "{illusion:?}");
}

#[test]
fn contributions_add_up_to_the_logit() {
    let got = assess(&worked());
    let sum: f64 = got.contributions.iter().map(|c| c.log_odds).sum();
    assert!((sum + got.log_odds.intercept - got.log_odds.total).abs() < 1e-9);
    let factors: f64 = got.log_odds.factors().iter().map(|(_, odds)| odds).sum();
    assert!((factors + got.log_odds.intercept - got.log_odds.total).abs() < 1e-9);
}

/// §8: without `requests` business is null, regime None, telemetry .65, confidence at most .643888.
/// §14.5: and the probability is never above that of observed silence.
#[test]
fn absent_requests_are_not_silence() {
    let silent = assess(&worked());
    let mut pod = worked();
    pod.as_object_mut().unwrap().remove("requestSeries");
    pod.as_object_mut().unwrap().remove("requestLog");
    let got = assess(&pod);
    assert!(got.business.is_none() && got.traffic.is_none() && got.illusion.is_none());
    assert_eq!(got.regime, Regime::None);
    assert!((got.confidence.telemetry - 0.65).abs() < 1e-12);
    assert!(got.confidence.value <= 0.643_888 && got.confidence.value < silent.confidence.value);
    assert!(codes(&got).contains(&"RequestTelemetryAbsent"));
    assert!(got.probability <= silent.probability);
    assert!(!codes(&got).contains(&"ProbeTrafficOnly"));
    // An empty list without a log says nothing either; with a complete log it is observed silence.
    pod["requests"] = json!([]);
    assert_eq!(assess(&pod).regime, Regime::None);
    pod["requestLog"] = json!({"coverage": "Complete"});
    let observed = assess(&pod);
    assert_eq!((observed.regime, observed.verdict), (Regime::Full, IdleVerdict::Idle));
    assert_eq!(observed.probability.to_bits(), silent.probability.to_bits());
}

#[test]
fn nothing_observed_is_unknown() {
    let mut pod = worked();
    pod.as_object_mut().unwrap().remove("requestSeries");
    pod.as_object_mut().unwrap().remove("requestLog");
    for values in pod["series"].as_object_mut().unwrap().values_mut() {
        if values.is_array() {
            *values = json!(vec![Value::Null; 336]);
        }
    }
    let got = assess(&pod);
    assert_eq!(got.verdict, IdleVerdict::Unknown);
    assert_eq!(got.confidence.value, 0.0);
    let bare = assess(&json!({"id": "x", "now": NOW}));
    assert_eq!(bare.verdict, IdleVerdict::Unknown);
}

/// §14.3, first part: table-known probes change no bit.
#[test]
fn known_probes_change_no_bit() {
    let base = assess(&worked()).probability;
    for (agent, path, count) in [
        ("kube-probe/1.31", "/healthz", 7),
        ("Prometheus/2.51", "/metrics", 60),
        ("UptimeRobot/2.0", "/", 3),
        ("ELB-HealthChecker/2.0", "/anything", 100_000),
    ] {
        let mut pod = worked();
        let row = json!({"path": path, "userAgent": agent, "method": "GET", "start": START,
            "counts": (0..336).map(|hour| hour % 5 * count).collect::<Vec<u32>>()});
        pod["requestSeries"].as_array_mut().unwrap().push(row);
        let got = assess(&pod);
        assert_eq!(got.probability.to_bits(), base.to_bits(), "{agent}");
    }
}

fn with_business(hours: &[(i64, u32)]) -> Value {
    let mut pod = worked();
    let start = crate::units::Timestamp::parse(START).unwrap().0;
    let rows: Vec<Value> = hours
        .iter()
        .map(|(hour, count)| {
            json!({"start": start + hour * 3_600_000, "path": "/orders", "method": "POST",
                "userAgent": "Mozilla/5.0 (X11)", "count": count})
        })
        .collect();
    pod["requests"] = json!(rows);
    pod
}

/// §14.3: one business request more never raises the probability.
#[test]
fn business_never_raises_the_probability() {
    let mut hours = Vec::new();
    let mut last = assess(&worked()).probability;
    for hour in [100, 30, 200, 100, 300, 335, 5, 40, 64, 88, 112, 0, 199, 201] {
        hours.push((hour, 1));
        let got = assess(&with_business(&hours)).probability;
        assert!(got <= last, "{got} after {last} with {hours:?}");
        last = got;
    }
    assert!(last < 0.1, "{last}");
}

/// §14.3: CPU bursts, dependents and connections never raise it; memory changes nothing; more silence never lowers it.
#[test]
fn one_sided_evidence() {
    let base = assess(&worked()).probability;
    let mut last = base;
    for bursts in [1, 2, 5, 10, 40, 100] {
        let mut pod = worked();
        for at in 0..bursts {
            pod["series"]["cpuCores"][at * 3] = json!(0.5);
        }
        let got = assess(&pod).probability;
        assert!(got <= last, "{bursts} bursts: {got} after {last}");
        last = got;
    }
    let dependents = |n: u32| {
        let mut pod = worked();
        pod["workload"]["inboundDependents"] = json!(n);
        assess(&pod).probability
    };
    assert!(dependents(0) > dependents(1) && dependents(1) > dependents(9));
    let connections = |n: u32| {
        let mut pod = worked();
        pod["connections"] = json!({"start": START, "stepSeconds": 3600, "values": vec![n; 336]});
        assess(&pod).probability
    };
    assert!(connections(0) > connections(1) && connections(1) > connections(40));
    let mut memory = worked();
    memory["series"]["memoryBytes"] =
        json!((0..336).map(|i| 1e6 * f64::from(i)).collect::<Vec<_>>());
    assert_eq!(assess(&memory).probability.to_bits(), base.to_bits());
    let silence: Vec<f64> =
        [4, 5, 7, 10, 14].map(|days| assess(&last_days(days)).probability).into();
    assert!(silence.windows(2).all(|pair| pair[0] <= pair[1]), "{silence:?}");
}

/// §14.4, first clause: a fully silent pod can be reached.
#[test]
fn a_silent_pod_reaches_the_threshold() {
    let got = assess(&worked());
    assert!(got.confidence.value >= 0.8 && got.probability > got.model.tau.unwrap(), "{got:?}");
    let week = assess(&last_days(7));
    assert!(week.confidence.value < 0.8);
    let mut pod = last_days(7);
    pod["config"] = json!({"evidence": {"weeksForCycle": 1}});
    assert!(assess(&pod).confidence.value >= 0.8);
}

/// §14.7: rows in any order, split or merged, raw or from merged Usage parts: the same bytes.
#[test]
fn order_and_partition_change_no_byte() {
    let mut pod = with_business(&[(12, 3), (36, 2), (60, 5), (61, 1)]);
    let start = crate::units::Timestamp::parse(START).unwrap().0;
    let times: Vec<i64> = (0..336).map(|hour| start + hour * 3_600_000).collect();
    let cpu: Vec<f64> = (0..336_u32).map(|at| 0.002 + f64::from(at * 37 % 101) / 1e5).collect();
    pod["series"]["cpuCores"] = json!(cpu);
    let whole = wire::call("idle.assess", &pod.to_string(), None).unwrap();
    let mut shuffled = pod.clone();
    let mut order: Vec<usize> = (0..336).collect();
    order.sort_by_key(|at| at * 131 % 337);
    let series = shuffled["series"].as_object_mut().unwrap();
    series.remove("start");
    series.remove("stepSeconds");
    for values in series.values_mut() {
        *values = json!(order.iter().map(|at| values[*at].clone()).collect::<Vec<_>>());
    }
    series.insert(
        "timestampsMs".into(),
        json!(order.iter().map(|at| times[*at]).collect::<Vec<_>>()),
    );
    shuffled["requests"].as_array_mut().unwrap().reverse();
    assert_eq!(wire::call("idle.assess", &shuffled.to_string(), None).unwrap(), whole);

    // Two halves of the rows as two Usages, merged.
    let observation: PodObservation = from_json(&pod.to_string()).unwrap();
    let config = IdleConfig::default();
    let half = |keep: fn(i64) -> bool| -> Usage {
        let mut part = observation.clone();
        let series = part.series.as_mut().unwrap();
        let columns = [
            &mut series.cpu_cores,
            &mut series.memory_bytes,
            &mut series.receive_bytes_per_second,
            &mut series.transmit_bytes_per_second,
        ];
        for values in columns {
            for (at, value) in values.as_mut().unwrap().iter_mut().enumerate() {
                *value = value.filter(|_| keep(at as i64));
            }
        }
        let rows = part.requests.take().unwrap();
        let rows = rows.into_iter().filter(|row| keep((row.start.0 - start) / 3_600_000));
        part.requests = Some(rows.collect());
        let column = &mut part.request_series.as_mut().unwrap()[0];
        for (at, count) in column.counts.iter_mut().enumerate() {
            *count = count.filter(|_| keep(at as i64)).or(Some(0.0));
        }
        part.summarize(config.window_days, &config.traffic).unwrap().usage
    };
    let mut merged = half(|at| at % 7 == 2);
    merged.merge(&half(|at| at % 7 != 2)).unwrap();
    let view = merged.pod("", "", "");
    let context: PodContext = observation.context();
    let got = super::assess_usage(&view, &context, &config).unwrap();
    assert_eq!(to_json(&got).unwrap(), whole);
    // And through the JSON form with a Usage beside it.
    let mut by_key = pod.clone();
    for field in ["series", "requests", "requestSeries", "requestLog"] {
        by_key.as_object_mut().unwrap().remove(field);
    }
    by_key["selector"] = json!({"namespace": "", "pod": ""});
    assert_eq!(wire::call("idle.assess", &by_key.to_string(), Some(&merged)).unwrap(), whole);
    // The output is canonical.
    assert_eq!(wire::canonical("idle.assess", &whole).unwrap(), whole);
}

#[test]
fn sampled_logs_and_missing_agents_are_partial() {
    let full = assess(&worked());
    let mut pod = worked();
    pod["requestLog"] = json!({"coverage": "Sampled", "sampleRate": 0.1});
    let sampled = assess(&pod);
    assert_eq!(sampled.regime, Regime::Partial);
    assert!(sampled.probability <= full.probability);
    let business = sampled.business.as_ref().unwrap();
    assert!((business.upper_per_day - 1.371_949_578_819_33).abs() < 1e-10);
    assert!(codes(&sampled).contains(&"RequestLogSampled"));
    pod["requestLog"] = json!({"coverage": "Complete", "userAgents": "Absent"});
    let blind = assess(&pod);
    assert_eq!(blind.regime, Regime::Partial);
    assert!(blind.probability <= full.probability && codes(&blind).contains(&"UserAgentsAbsent"));
}

/// Event-driven work without HTTP speaks against idleness although the log is silent.
#[test]
fn silent_work_is_not_idle() {
    let mut pod = worked();
    for hour in (0..336).filter(|hour| hour % 24 == 3) {
        pod["series"]["cpuCores"][hour] = json!(0.8);
        pod["series"]["transmitBytesPerSecond"][hour] = json!(500_000);
    }
    let got = assess(&pod);
    assert!(got.probability < 0.5, "{}", got.probability);
    assert_eq!(got.verdict, IdleVerdict::PartlyIdle);
    for code in ["WorkBursts", "RecurringActivity", "ActivityExpected"] {
        assert!(codes(&got).contains(&code), "{code}: {:?}", codes(&got));
    }
    assert_eq!(got.temporal.next_expected_activity.unwrap().to_string(), "2026-03-30T03:00:00Z");
}

#[test]
fn an_unhealthy_upstream_blocks() {
    let mut pod = worked();
    pod["workload"]["upstream"] = json!([{"name": "db", "state": "Unhealthy"}]);
    let got = assess(&pod);
    assert_eq!(got.verdict, IdleVerdict::Blocked);
    assert!(got.confidence.value <= 0.5);
    assert!(codes(&got).contains(&"UnhealthyUpstream"));
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let refused = |change: fn(&mut Value)| {
        let mut pod = worked();
        change(&mut pod);
        wire::call("idle.assess", &pod.to_string(), None).unwrap_err()
    };
    for (code, change) in [
        ("UPID_LENGTH_MISMATCH", (|p| p["series"]["cpuCores"] = json!([0.1])) as fn(&mut Value)),
        ("UPID_INVALID_STEP", |p| p["series"]["stepSeconds"] = json!(0)),
        ("UPID_INVALID_STEP", |p| p["series"]["stepSeconds"] = json!(3601)),
        ("UPID_INVALID_VALUE", |p| p["series"]["cpuCores"][3] = json!(-0.1)),
        ("UPID_INVALID_VALUE", |p| p["requestSeries"][0]["counts"][3] = json!(-1)),
        ("UPID_INVALID_VALUE", |p| p["requestLog"]["sampleRate"] = json!(0)),
        ("UPID_INVALID_VALUE", |p| p["criticality"] = json!(2)),
        ("UPID_EMPTY_WINDOW", |p| p["window"] = json!({"start": NOW, "end": START})),
        ("UPID_UNKNOWN_TIME_ZONE", |p| p["timeZone"] = json!("Mars/Olympus")),
        ("UPID_INVALID_CONFIG", |p| p["config"] = json!({"priorIdle": 0})),
        ("UPID_INVALID_CONFIG", |p| p["config"] = json!({"priorIdel": 0.1})),
        ("UPID_MISSING_FIELD", |p| p["selector"] = json!({})),
    ] {
        let error = refused(change);
        assert_eq!(error.code(), code, "{error}");
    }
    let error = refused(|p| p["series"]["cpuCores"][3] = json!(-0.1));
    assert_eq!(error.place().path.as_deref(), Some("series.cpuCores[3]"));
    let mut pod = worked();
    pod["now"] = json!("2026-03-29T12:00:00Z");
    let got = assess(&pod);
    assert!(
        got.quality.iter().any(|f| f.code == "FutureSamples" && f.count == 11),
        "{:?}",
        got.quality
    );
}
