//! Roll-ups, tables with key columns, network sums and pod views.

use proptest::prelude::*;
use upid_core::units::{MS_PER_DAY, MS_PER_HOUR};
use upid_core::usage::*;

use super::{DAY, cpu, range, view};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// `coarsen(5m → 1h → 1d)` equals the direct roll-ups and the hours of a Usage.
    #[test]
    fn coarsening_is_exact(
        rows in prop::collection::vec((0..3 * MS_PER_DAY, 0.0..64.0f64), 1..300)
    ) {
        let (times, values): (Vec<i64>, Vec<f64>) =
            rows.into_iter().map(|(ms, value)| (DAY + ms, value)).unzip();
        let columns = Columns::gauge(&times, &values);
        let spec = UsageSpec::default();
        let at = |step| RollupTable::of_samples(MetricId::CPU_CORES, &columns, step, &spec).unwrap();
        let hours = at(300_000).coarsen(MS_PER_HOUR).unwrap();
        prop_assert_eq!(&hours, &at(MS_PER_HOUR));
        prop_assert_eq!(&hours.coarsen(MS_PER_DAY).unwrap(), &at(MS_PER_DAY));
        let usage = cpu(&columns);
        let stored = |step| RollupTable::of_view(&view(&usage), view(&usage).range(), step).unwrap();
        prop_assert_eq!(&stored(MS_PER_HOUR), &hours);
        prop_assert_eq!(&stored(MS_PER_DAY), &at(MS_PER_DAY));
        // Any split of the rows merges to the same slots.
        let (left, right): (Vec<_>, Vec<_>) =
            times.iter().copied().zip(values.iter().copied()).partition(|row| row.1 > 32.0);
        let mut parts = [left, right].map(|rows| {
            let (times, values): (Vec<i64>, Vec<f64>) = rows.into_iter().unzip();
            let columns = Columns::gauge(&times, &values);
            RollupTable::of_samples(MetricId::CPU_CORES, &columns, 900_000, &spec).unwrap()
        });
        let [mine, other] = &mut parts;
        mine.merge(other).unwrap();
        // Equal times are settled within a call only.
        let mut distinct = times.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() == times.len() {
            prop_assert_eq!(&*mine, &at(900_000));
        }
    }
}

#[test]
fn steps_that_do_not_fit_are_refused() {
    let columns = Columns::regular(DAY, 60_000, &[1.0; 10]);
    let spec = UsageSpec::default();
    let at = |step| RollupTable::of_samples(MetricId::CPU_CORES, &columns, step, &spec);
    for step in [0, -5, 7 * 60_000, 2 * MS_PER_DAY] {
        assert_eq!(at(step).unwrap_err().code(), "UPID_INVALID_STEP");
    }
    let table = at(900_000).unwrap();
    assert_eq!(table.coarsen(300_000).unwrap_err().code(), "UPID_INVALID_STEP");
}

/// The same load sampled every minute and every five minutes has the same integral.
#[test]
fn integrals_do_not_depend_on_the_sampling_step() {
    let coarse: Vec<f64> = (0..288).map(|i| f64::from(i % 17) / 10.0).collect();
    let fine: Vec<f64> = coarse.iter().flat_map(|v| [*v; 5]).collect();
    let day = range(DAY, DAY + MS_PER_DAY);
    let integral = |usage: Usage| view(&usage).integral(day).unwrap();
    let a = integral(cpu(&Columns::regular(DAY, 300_000, &coarse)));
    let b = integral(cpu(&Columns::regular(DAY, 60_000, &fine)));
    assert_eq!(a, b);
    assert_eq!(a.covered_hours, 24);
}

#[test]
fn wide_and_long_tables_agree() {
    let times = [DAY, DAY + 60_000, DAY, DAY + 60_000];
    let pods = ["a", "a", "b", "b"];
    let (rx, tx) = ([10.0, 20.0, 30.0, 40.0], [1.0, f64::NAN, 3.0, 4.0]);
    let keys = KeyColumns {
        cluster: None,
        namespace: Some(TextColumn::Constant("n")),
        pod: Some(TextColumn::Text(&pods)),
        container: None,
    };
    let column = |metric, values| MetricColumn {
        metric,
        values: Values::F64(values),
        validity: None,
        kind: SampleKind::Gauge,
    };
    let columns = [
        column(MetricId::NETWORK_RX_BYTES_PER_SECOND, &rx[..]),
        column(MetricId::NETWORK_TX_BYTES_PER_SECOND, &tx[..]),
    ];
    let wide = TableColumns {
        timestamps_ms: Times::Explicit(&times),
        keys,
        values: TableValues::Wide(&columns),
    };
    let options = IngestOptions::default();
    let mut usage = Usage::default();
    let report = usage.add_table(&wide, &options).unwrap();
    assert_eq!((report.accepted, report.missing), (7, 1));
    // The sum needs both sides at the same time.
    let day = range(DAY, DAY + MS_PER_DAY);
    let sum = |pod| usage.pod("", "n", pod).hours(MetricId::NETWORK_BYTES_PER_SECOND, day).unwrap();
    assert_eq!((sum("a")[0].count, sum("a")[0].sum), (1, 11.0));
    assert_eq!((sum("b")[0].count, sum("b")[0].sum), (2, 77.0));
    // The same rows in long form, keys dictionary-coded.
    let long_times = [times, times].concat();
    let values = [rx, tx].concat();
    let metrics = [["network_rx"; 4], ["NetworkTxBytesPerSecond"; 4]].concat();
    let codes = [1, 1, 0, 0, 1, 1, 0, 0];
    let long = TableColumns {
        timestamps_ms: Times::Explicit(&long_times),
        keys: KeyColumns {
            pod: Some(TextColumn::Dictionary { codes: &codes, names: &["b", "a"] }),
            ..keys
        },
        values: TableValues::Long {
            metric: TextColumn::Text(&metrics),
            values: Values::F64(&values),
            validity: None,
            kind: SampleKind::Gauge,
        },
    };
    let mut other = Usage::default();
    other.add_table(&long, &options).unwrap();
    assert_eq!(other, usage);
    // `add_network` does the same for one pod.
    let mut network = Usage::default();
    let key = UsageKey::new("n", "a", "");
    let side = |values| Columns::gauge(&times[..2], values);
    network.add_network(&key, &side(&rx[..2]), &side(&tx[..2]), &options).unwrap();
    assert_eq!(network.get(&key), usage.get(&key));
    // Faults name the column.
    let missing = TableColumns { keys: KeyColumns { namespace: None, ..keys }, ..wide };
    let error = other.add_table(&missing, &options).unwrap_err();
    assert_eq!(
        (error.code(), error.place().path.as_deref()),
        ("UPID_MISSING_COLUMN", Some("namespace"))
    );
    let short = TableColumns {
        keys: KeyColumns { pod: Some(TextColumn::Text(&pods[..3])), ..keys },
        ..wide
    };
    assert_eq!(other.add_table(&short, &options).unwrap_err().code(), "UPID_LENGTH_MISMATCH");
    assert_eq!(other, usage);
}

#[test]
fn a_pod_is_its_pod_level_or_the_sum_of_its_containers() {
    let mut usage = Usage::default();
    let options = IngestOptions::default();
    for (container, level) in [("app", 0.5), ("proxy", 0.1)] {
        let key = UsageKey::new("n", "p", container);
        let values = [level, level * 3.0];
        let columns = Columns::regular(DAY, 60_000, &values);
        usage.add_series(&key, MetricId::CPU_CORES, &columns, &options).unwrap();
    }
    usage
        .add_series(
            &UsageKey::new("n", "p2", "app"),
            MetricId::CPU_CORES,
            &Columns::regular(DAY, 60_000, &[9.0]),
            &options,
        )
        .unwrap();
    let day = range(DAY, DAY + MS_PER_DAY);
    let pod = usage.pod("", "n", "p");
    assert_eq!(pod.keys().count(), 2);
    let summed = pod.view(MetricId::CPU_CORES).unwrap().unwrap();
    assert!(summed.is_summed());
    let hour = pod.hours(MetricId::CPU_CORES, day).unwrap()[0];
    assert_eq!((hour.count, hour.min, hour.mean, hour.max), (2, 0.6, 1.2, 1.8));
    let quantiles = pod.quantiles(MetricId::CPU_CORES, day, &[0.0, 1.0]).unwrap();
    assert_eq!((quantiles.values[0].value, quantiles.values[1].value), (0.6, 1.8));
    // A pod-level series wins.
    let level = Columns::regular(DAY, 60_000, &[0.7]);
    usage.add_series(&UsageKey::new("n", "p", ""), MetricId::CPU_CORES, &level, &options).unwrap();
    let pod = usage.pod("", "n", "p");
    assert_eq!(pod.hours(MetricId::CPU_CORES, day).unwrap()[0].max, 0.7);
    assert!(pod.hours(MetricId::CONNECTIONS, day).unwrap().is_empty());
    assert_eq!(usage.pods().len(), 2);
    assert!(usage.pod("", "n", "none").is_empty());
    let nothing = pod.coverage(MetricId::CONNECTIONS, day).unwrap();
    assert_eq!((nothing.observed_hours, nothing.gaps.len()), (0, 1));
}

#[test]
fn a_matrix_is_its_series() {
    let keys: Vec<UsageKey> = ["a", "b", "c"].map(|pod| UsageKey::new("n", pod, "")).into();
    let values: Vec<f32> = (0..12u8).map(f32::from).collect();
    let times = [DAY, DAY + 60_000, DAY + 120_000, DAY + 180_000];
    let options = IngestOptions::default();
    let mut expected = Usage::default();
    for (key, row) in keys.iter().zip(values.chunks(4)) {
        let columns = Columns { values: Values::F32(row), ..Columns::gauge(&times, &[]) };
        expected.add_series(key, MetricId::CPU_CORES, &columns, &options).unwrap();
    }
    let matrix = |timestamps_ms, values| Matrix {
        keys: &keys,
        metric: MetricId::CPU_CORES,
        timestamps_ms,
        values,
        kind: SampleKind::Gauge,
    };
    let regular = Times::Regular { start_ms: DAY, step_ms: 60_000 };
    for times in [Times::Explicit(&times), regular] {
        let mut usage = Usage::default();
        let report = usage.add_matrix(&matrix(times, Values::F32(&values)), &options).unwrap();
        assert_eq!((usage.to_bytes(), report.accepted), (expected.to_bytes(), 12));
    }
    let short = Values::F32(&values[..11]);
    for times in [Times::Explicit(&times), regular] {
        let error = expected.add_matrix(&matrix(times, short), &options).unwrap_err();
        assert_eq!(
            (error.code(), error.place().path.as_deref()),
            ("UPID_LENGTH_MISMATCH", Some("values"))
        );
    }
    let none = Matrix { keys: &[], ..matrix(regular, Values::F32(&[])) };
    assert_eq!(expected.add_matrix(&none, &options).unwrap().accepted, 0);
}
