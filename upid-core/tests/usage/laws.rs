//! Partition invariance and the laws of merging (usage.md §12.2, 4).

use std::collections::BTreeMap;

use proptest::prelude::*;
use upid_core::ErrorKind;
#[cfg(feature = "parallel")]
use upid_core::units::MS_PER_DAY;
use upid_core::usage::*;

use super::{DAY, Random};

#[derive(Debug, Clone)]
struct Row {
    pod: u8,
    metric: bool,
    ms: i64,
    value: f64,
    /// The row stands twice, the second time with half of the value.
    twice: bool,
}

/// Rows with distinct (pod, metric, time): the same sample must not go to two partitions.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value = prop_oneof![
        4 => 0.0..100.0f64,
        2 => Just(0.0),
        1 => Just(f64::NAN),
        1 => Just(-1.0),
        1 => 1e-6..1e-3f64,
    ];
    let row = (0..3u8, any::<bool>(), 0..3 * 1440i64, value, prop::bool::weighted(0.1));
    prop::collection::vec(row, 1..200).prop_map(|rows| {
        let mut rows: Vec<Row> = rows
            .into_iter()
            .map(|(pod, metric, minute, value, twice)| Row {
                pod,
                metric,
                ms: DAY + minute * 60_000,
                value,
                twice,
            })
            .collect();
        rows.sort_by_key(|row| (row.pod, row.metric, row.ms));
        rows.dedup_by_key(|row| (row.pod, row.metric, row.ms));
        rows
    })
}

/// Each key and metric in one call.
fn samples(rows: &[Row]) -> Usage {
    let mut groups: BTreeMap<(u8, bool), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.pod, row.metric)).or_default().push(row);
    }
    let mut usage = Usage::default();
    for ((pod, metric), rows) in groups {
        let both = |r: &&Row| [Some((r.ms, r.value)), r.twice.then_some((r.ms, r.value / 2.0))];
        let (times, values): (Vec<i64>, Vec<f64>) = rows.iter().flat_map(both).flatten().unzip();
        let id = if metric { MetricId::CONNECTIONS } else { MetricId::CPU_CORES };
        let columns = Columns::gauge(&times, &values);
        usage.add_series(&key_of(pod), id, &columns, &IngestOptions::default()).unwrap();
    }
    usage
}

fn key_of(pod: u8) -> UsageKey {
    UsageKey::new("n", &format!("p{pod}"), "c")
}

/// Samples, and an event for some of them.
fn build(rows: &[Row]) -> Usage {
    let mut usage = samples(rows);
    for row in rows.iter().step_by(7) {
        let event = UsageEvent::new(row.ms, UsageEventKind::Restart);
        usage.add_event(&key_of(row.pod), event).unwrap();
    }
    usage
}

fn merged(a: &Usage, b: &Usage) -> Usage {
    let mut sum = a.clone();
    sum.merge(b).unwrap();
    sum
}

/// Merges in a random tree.
fn merge_randomly(mut parts: Vec<Usage>, random: &mut Random) -> Usage {
    while parts.len() > 1 {
        let a = parts.swap_remove(random.next() as usize % parts.len());
        let at = random.next() as usize % parts.len();
        parts[at].merge(&a).unwrap();
    }
    parts.pop().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_partition_gives_the_same_bytes(rows in rows(), parts in 1..64usize, seed: u64) {
        let whole = samples(&rows).to_bytes();
        let mut random = Random(seed);
        for how in 0..4 {
            let mut split: Vec<Vec<Row>> = vec![Vec::new(); parts];
            for (at, row) in rows.iter().enumerate() {
                let to = match how {
                    0 => random.next() as usize,
                    1 => at,
                    2 => ((row.ms - DAY) / 3_600_000) as usize,
                    _ => usize::from(row.pod),
                };
                split[to % parts].push(row.clone());
            }
            // The order of rows inside a part does not matter either.
            for part in &mut split {
                part.reverse();
            }
            let built = split.iter().map(|part| samples(part)).collect();
            prop_assert_eq!(merge_randomly(built, &mut random).to_bytes(), whole.clone());
        }
    }

    #[test]
    fn merging_is_commutative_and_associative(a in rows(), b in rows(), c in rows()) {
        let (a, b, c) = (build(&a), build(&b), build(&c));
        prop_assert_eq!(merged(&a, &b).to_bytes(), merged(&b, &a).to_bytes());
        prop_assert_eq!(
            merged(&merged(&a, &b), &c).to_bytes(),
            merged(&a, &merged(&b, &c)).to_bytes()
        );
        prop_assert_eq!(merged(&a, &Usage::default()), a.clone());
        prop_assert_eq!(merged(&Usage::default(), &a), a.clone());
        let (mut lent, mut moved) = (a.clone(), a.clone());
        let report = lent.merge(&b).unwrap();
        prop_assert_eq!(moved.absorb(b.clone()).unwrap(), report);
        prop_assert_eq!(&moved, &lent);
        let (all, _) = Usage::merge_all([a.clone(), b.clone(), c.clone()]).unwrap();
        prop_assert_eq!(all, merged(&lent, &c));
        let fields = [KeyField::Namespace, KeyField::Container];
        prop_assert_eq!(
            merged(&a, &b).group_by(&fields).unwrap().to_bytes(),
            merged(&a.group_by(&fields).unwrap(), &b.group_by(&fields).unwrap()).to_bytes()
        );
    }

    #[test]
    fn counters_cut_by_time_seal_to_the_same_bytes(
        steps in prop::collection::vec((1..400_000i64, 0..1000u64), 2..60),
        cuts in prop::collection::vec(0..60usize, 0..8),
        seed: u64,
    ) {
        let (mut times, mut values, mut now) = (Vec::new(), Vec::new(), DAY);
        for (step, value) in steps {
            now += step;
            times.push(now);
            values.push(value);
        }
        let build = |rows: std::ops::Range<usize>| {
            let mut usage = Usage::default();
            let columns = Columns {
                timestamps_ms: Times::Explicit(&times[rows.clone()]),
                values: Values::U64(&values[rows]),
                validity: None,
                kind: SampleKind::Counter,
            };
            let key = super::key();
            for metric in [MetricId::CPU_CORES, MetricId::CPU_PERIODS] {
                usage.add_series(&key, metric, &columns, &IngestOptions::default()).unwrap();
            }
            usage
        };
        let whole = build(0..times.len());
        let mut edges: Vec<usize> = cuts.into_iter().map(|cut| cut % times.len()).collect();
        edges.extend([0, times.len()]);
        edges.sort_unstable();
        edges.dedup();
        let parts = edges.windows(2).map(|edge| build(edge[0]..edge[1])).collect();
        let mut sum = merge_randomly(parts, &mut Random(seed));
        let all = KeySelector::default();
        for metric in [MetricId::CPU_CORES, MetricId::CPU_PERIODS] {
            let (a, b) = (whole.merged(&all, metric), sum.merged(&all, metric));
            match (a, b) {
                (Ok(a), Ok(b)) => {
                    prop_assert_eq!(a.hours(a.range()).unwrap(), b.hours(b.range()).unwrap());
                }
                (a, b) => prop_assert_eq!(a.is_err(), b.is_err()),
            }
        }
        prop_assert_eq!(Usage::from_bytes(&sum.to_bytes()).unwrap(), sum.clone());
        sum.seal().unwrap();
        prop_assert_eq!(sum.to_bytes(), whole.to_bytes());
    }
}

/// A merge that fails at a later key has changed nothing at the earlier ones.
#[test]
fn merging_is_all_or_nothing() {
    let build = |start: i64| {
        let mut usage = Usage::default();
        let columns = Columns::regular(start, 60_000, &[1.0, 2.0, 3.0]);
        let id = MetricId::CPU_CORES;
        usage.add_series(&key_of(1), id, &columns, &IngestOptions::default()).unwrap();
        let counter = columns.kind(SampleKind::Counter);
        usage.add_series(&key_of(2), id, &counter, &IngestOptions::default()).unwrap();
        usage
    };
    let (before, other) = (build(DAY), build(DAY + 30_000));
    let (mut lent, mut moved) = (before.clone(), before.clone());
    let error = lent.merge(&other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UsageInterleavedCounter);
    assert_eq!(error.details()["key"], "/n/p2/c");
    assert_eq!(moved.absorb(other).unwrap_err(), error);
    assert!(lent == before && moved == before);
}

/// Over 4,096 counter parts the oldest are joined for good, to the same answers.
#[test]
fn too_many_counter_parts_are_joined() {
    let id = MetricId::CPU_CORES;
    let part = |at: i64| {
        let total = [at as f64 * 10.0, at as f64 * 10.0 + 6.0];
        super::cpu(&Columns::regular(DAY + at * 120_000, 60_000, &total).kind(SampleKind::Counter))
    };
    let (mut usage, _) = Usage::merge_all((0..4200).map(part)).unwrap();
    let hours = |usage: &Usage| super::view(usage).hours(super::view(usage).range()).unwrap();
    let total: Vec<f64> = (0..8400).map(|i| f64::from(i / 2 * 10 + i % 2 * 6)).collect();
    let whole = super::cpu(&Columns::regular(DAY, 60_000, &total).kind(SampleKind::Counter));
    assert_eq!(hours(&usage), hours(&whole));
    let late = Columns::regular(DAY + 90_000, 1, &[7.0]).kind(SampleKind::Counter);
    let options = IngestOptions::default();
    let error = usage.add_series(&super::key(), id, &late, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UsageSealedRange);
    usage.seal().unwrap();
    assert_eq!(hours(&usage), hours(&whole));
}

#[test]
fn different_specs_do_not_merge() {
    let other = UsageSpec::default().max_gap_ms(60_000);
    let error = Usage::default().merge(&Usage::new(other).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UsageSpecMismatch);
    assert_eq!(error.details()["fields"], serde_json::json!(["maxGapMs"]));
}

/// The same batch with 1, 2 and 8 threads gives the same bytes as one series after the other.
#[cfg(feature = "parallel")]
#[test]
fn threads_change_no_bit() {
    let mut random = Random(11);
    let values: Vec<Vec<f64>> =
        (0..40).map(|_| (0..500).map(|_| random.share()).collect()).collect();
    let keys: Vec<UsageKey> =
        (0..40).map(|i| UsageKey::new("n", &format!("p{}", i % 13), "c")).collect();
    let item = |at: usize| {
        let columns = Columns::regular(DAY + at as i64 * MS_PER_DAY, 60_000, &values[at]);
        SeriesRef { key: &keys[at], metric: MetricId::CPU_CORES, columns }
    };
    let items: Vec<SeriesRef> = (0..40).map(item).collect();
    let mut one_by_one = Usage::default();
    for item in items.iter().rev() {
        let options = IngestOptions::default();
        one_by_one.add_series(item.key, item.metric, &item.columns, &options).unwrap();
    }
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let run = || summarize_batch(&items, &UsageSpec::default(), &IngestOptions::default());
        let (usage, report) = pool.install(run).unwrap();
        assert_eq!(report.accepted, 20_000);
        assert_eq!(usage.to_bytes(), one_by_one.to_bytes(), "{threads}");
    }
}
