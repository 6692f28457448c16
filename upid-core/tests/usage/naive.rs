//! Exact parts against a naive reference on made-up cluster load with faults (usage.md §12.5).

use std::collections::{BTreeMap, BTreeSet};

use upid_core::units::MS_PER_HOUR;
use upid_core::usage::*;

use super::{DAY, Random, cpu, view};

struct Case {
    times: Vec<i64>,
    values: Vec<f64>,
}

/// Ten days of five-minute samples with jitter, holes, NaN, negatives, infinities, repeats and disorder.
fn faulty(seed: u64) -> Case {
    let mut random = Random(seed);
    let (mut times, mut values) = (Vec::new(), Vec::new());
    for slot in 0..2880i64 {
        if random.share() < 0.05 {
            continue;
        }
        let value = match random.next() % 40 {
            0 => f64::NAN,
            1 => -0.5,
            2 => f64::INFINITY,
            3 => 0.0,
            4 => 1e12,
            _ => 10f64.powf(random.share() * 5.0 - 4.0),
        };
        times.push(DAY + slot * 300_000 + (random.next() % 60_000) as i64);
        values.push(value);
        if random.share() < 0.02 {
            times.push(*times.last().unwrap());
            values.push(random.share());
        }
    }
    for _ in 0..50 {
        let (a, b) = (random.next() as usize % times.len(), random.next() as usize % times.len());
        times.swap(a, b);
        values.swap(a, b);
    }
    Case { times, values }
}

/// Compares one pass with plain loops over the same rows; gives the report.
fn compare(case: &Case) -> IngestReport {
    let mut usage = Usage::default();
    let columns = Columns::gauge(&case.times, &case.values);
    let report = usage
        .add_series(&super::key(), MetricId::CPU_CORES, &columns, &IngestOptions::default())
        .unwrap();
    let mut kept: BTreeMap<i64, u64> = BTreeMap::new();
    let (mut missing, mut negative, mut infinite, mut large, mut repeats) = (0, 0, 0, 0, 0);
    for (ms, value) in case.times.iter().zip(&case.values) {
        match *value {
            v if v.is_nan() => missing += 1,
            v if v.is_infinite() => infinite += 1,
            v if v < 0.0 => negative += 1,
            v if v > 9e9 => large += 1,
            v => {
                let quanta = (v * 1e6).round_ties_even() as u64;
                repeats += u64::from(kept.contains_key(ms));
                let entry = kept.entry(*ms).or_insert(quanta);
                *entry = quanta.max(*entry);
            }
        }
    }
    assert_eq!(report.accepted, kept.len() as u64);
    assert_eq!((report.missing, report.negative, report.non_finite), (missing, negative, infinite));
    assert_eq!((report.out_of_range, report.duplicates), (large, repeats));
    let view = view(&usage);
    let mut hours: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
    for (ms, quanta) in &kept {
        hours.entry(ms.div_euclid(MS_PER_HOUR) * MS_PER_HOUR).or_default().push(*quanta);
    }
    let found = view.hours(view.range()).unwrap();
    assert_eq!(found.len(), hours.len());
    for (stat, (start, all)) in found.iter().zip(&hours) {
        let sum: u64 = all.iter().sum();
        assert_eq!((stat.start_ms, stat.count), (*start, all.len() as u64));
        assert_eq!(stat.sum, sum as f64 / 1e6);
        assert_eq!(stat.mean, sum as f64 / all.len() as f64 / 1e6);
        assert_eq!(stat.min, *all.iter().min().unwrap() as f64 / 1e6);
        assert_eq!(stat.max, *all.iter().max().unwrap() as f64 / 1e6);
    }
    for day in view.moments(view.range()).unwrap() {
        let own: Vec<u128> = kept
            .range(day.day..day.day + 24 * MS_PER_HOUR)
            .map(|(_, quanta)| u128::from(*quanta))
            .collect();
        let (n, sum) = (own.len() as u128, own.iter().sum::<u128>());
        let squares: u128 = own.iter().map(|q| q * q).sum();
        let variance = (n * squares - sum * sum) as f64 / n as f64 / n as f64 / 1e12;
        assert_eq!((day.n, day.variance), (n as u64, variance));
    }
    for threshold in [0.002, 0.01, 0.05] {
        let slot = |ms: &i64| ms.div_euclid(300_000) * 300_000;
        let observed: BTreeSet<i64> = kept.keys().map(slot).collect();
        let active: BTreeSet<i64> = kept
            .iter()
            .filter(|(_, q)| **q as f64 >= threshold * 1e6)
            .map(|(ms, _)| slot(ms))
            .collect();
        let runs = view.runs(view.range(), threshold, 0).unwrap();
        let idle = (observed.len() - active.len()) as i64 * 300_000;
        assert_eq!(runs.total_ms, idle);
        assert_eq!(runs.unobserved_ms, view.range().ms() - observed.len() as i64 * 300_000);
        assert_eq!(runs.last_active_ms, active.last().map(|slot| slot + 300_000));
    }
    let coverage = view.coverage(view.range()).unwrap();
    let days: BTreeSet<i64> = kept.keys().map(|ms| ms / 86_400_000).collect();
    let observed = (hours.len() as u64, days.len() as u64);
    assert_eq!((coverage.observed_hours, coverage.days), observed);
    report
}

#[test]
fn exact_parts_equal_a_naive_reference() {
    for seed in 0..5 {
        let report = compare(&faulty(seed));
        assert!(report.out_of_order > 0 && report.step_changes > 0);
        assert_eq!(report.first_bad.len(), 10);
    }
}

/// Extracts of real series with `seconds,value` per line (usage.md §12.5); their sources stand in `tests/data/README.md`.
#[test]
fn real_series_equal_a_naive_reference() {
    for (text, accepted, missing, duplicates) in [
        (include_str!("../data/nab-cpu.csv"), 1327, 0, 0),
        // The clock went forward: an hour stands twice in part.
        (include_str!("../data/nab-disk-write.csv"), 853, 0, 11),
        // Missing values, and hours that stand twice.
        (include_str!("../data/ms-crash-rate.csv"), 671, 26, 13),
        // An outage of 3.4 days.
        (include_str!("../data/pool-cpu.csv"), 600, 0, 0),
        (include_str!("../data/train-ticket-cpu.csv"), 919, 0, 0),
        (include_str!("../data/train-ticket-memory.csv"), 919, 0, 0),
        (include_str!("../data/online-boutique-cpu.csv"), 1209, 0, 0),
        (include_str!("../data/online-boutique-network.csv"), 1209, 0, 0),
    ] {
        let rows = text.lines().map(|line| line.split_once(',').unwrap());
        let (times, values): (Vec<i64>, Vec<f64>) = rows
            .map(|(s, v)| (s.parse::<i64>().unwrap() * 1000, v.parse().unwrap_or(f64::NAN)))
            .unzip();
        let report = compare(&Case { times, values });
        assert_eq!(
            (report.accepted, report.missing, report.duplicates),
            (accepted, missing, duplicates)
        );
    }
}

#[test]
fn policies() {
    let key = super::key();
    let add = |columns: &Columns, options: &IngestOptions| {
        Usage::default().add_series(&key, MetricId::CPU_CORES, columns, options)
    };
    let default = IngestOptions::default();
    let strict = default.clone().duplicates(Duplicates::Reject).invalid(Invalid::Reject);
    for (times, values, code, row) in [
        (&[1, 2, 2][..], &[1.0, 2.0, 3.0][..], "UPID_DUPLICATE_TIMESTAMP", 2),
        (&[1, 2, 3], &[1.0, -2.0, 3.0], "UPID_INVALID_VALUE", 1),
        (&[1, 2, 3], &[f64::NAN, 2.0, f64::INFINITY], "UPID_INVALID_VALUE", 2),
    ] {
        let error = add(&Columns::gauge(times, values), &strict).unwrap_err();
        assert_eq!((error.code(), error.place().row), (code, Some(row)));
    }
    let last = default.clone().duplicates(Duplicates::KeepLast);
    let mut usage = Usage::default();
    let columns = Columns::gauge(&[DAY, DAY, DAY - 1], &[0.9, 0.3, 0.1]);
    usage.add_series(&key, MetricId::CPU_CORES, &columns, &last).unwrap();
    let day = super::range(DAY, DAY + 24 * MS_PER_HOUR);
    assert_eq!(view(&usage).daily(day).unwrap()[0].max, 0.3);
    // All rows unusable: no error, an empty Usage and a report that says why.
    let mut empty = Usage::default();
    let none = Columns::gauge(&[1, 2], &[f64::NAN, -1.0]);
    let report = empty.add_series(&key, MetricId::CPU_CORES, &none, &default).unwrap();
    assert!(empty.is_empty());
    assert_eq!((report.accepted, report.missing, report.negative), (0, 1, 1));
    // Wrong kind, unknown metric, bad key.
    let counter = none.kind(SampleKind::Counter);
    let mut usage = Usage::default();
    let mut code = |key: &UsageKey, metric, columns: &Columns| {
        usage.add_series(key, metric, columns, &default).unwrap_err().code()
    };
    let memory = MetricId::MEMORY_WORKING_SET_BYTES;
    assert_eq!(code(&key, memory, &counter), "UPID_INVALID_VALUE");
    assert_eq!(code(&key, MetricId(1024), &none), "UPID_UNKNOWN_METRIC");
    assert_eq!(code(&UsageKey::new("\0", "", ""), memory, &none), "UPID_INVALID_KEY");
}

#[test]
fn value_types_agree() {
    let ints: Vec<u64> = (0..100).map(|i| i * 1_000_003).collect();
    let build = |values: Values, metric| {
        let times = Times::Regular { start_ms: DAY, step_ms: 60_000 };
        let columns =
            Columns { timestamps_ms: times, values, validity: None, kind: SampleKind::Gauge };
        let mut usage = Usage::default();
        let options = IngestOptions::default();
        let report = usage.add_series(&super::key(), metric, &columns, &options).unwrap();
        (usage, report)
    };
    let memory = MetricId::MEMORY_WORKING_SET_BYTES;
    let floats: Vec<f64> = ints.iter().map(|v| *v as f64).collect();
    let signed: Vec<i64> = ints.iter().map(|v| *v as i64).collect();
    let (want, _) = build(Values::U64(&ints), memory);
    assert_eq!(build(Values::F64(&floats), memory).0, want);
    assert_eq!(build(Values::I64(&signed), memory).0, want);
    let narrow: Vec<f32> = (0..100).map(|i| i as f32 * 1024.0).collect();
    let wide: Vec<f64> = narrow.iter().map(|v| f64::from(*v)).collect();
    assert_eq!(build(Values::F32(&narrow), memory).0, build(Values::F64(&wide), memory).0);
    assert!(build(Values::F32(&narrow), memory).1.f32_memory);
    let limit = [1 << 53, (1 << 53) + 1, u64::MAX];
    assert_eq!(build(Values::U64(&limit), memory).1.out_of_range, 2);
    let bits = [0b1010_1010, 0b1111_1111];
    let columns = Columns { validity: Some(&bits), ..Columns::regular(DAY, 60_000, &[1.0; 10]) };
    let mut usage = cpu(&Columns::regular(DAY, 1, &[]));
    let options = IngestOptions::default();
    let report = usage.add_series(&super::key(), MetricId::CPU_CORES, &columns, &options).unwrap();
    assert_eq!((report.accepted, report.missing), (6, 4));
}
