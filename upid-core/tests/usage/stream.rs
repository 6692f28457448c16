//! A table in batches is one call: the same bytes and report as in one batch, and as series by series.

use std::collections::BTreeMap;

use proptest::prelude::*;
use upid_core::usage::*;

use super::DAY;

const PODS: [&str; 3] = ["a", "b", "c"];

/// A row of a wide table.
#[derive(Debug, Clone, Copy)]
struct Row {
    ms: i64,
    pod: usize,
    cpu: f64,
    rx: f64,
    tx: f64,
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (0..2000u32).prop_map(|n| f64::from(n) / 8.0),
        1 => Just(f64::NAN),
        1 => Just(-1.0),
        1 => Just(f64::INFINITY),
    ]
}

/// Rows in order of time, with repeats; neighbours in time are of any pod.
fn rows(len: usize) -> impl Strategy<Value = Vec<Row>> {
    let row = (0..40i64, 0..PODS.len(), value(), value(), value());
    prop::collection::vec(row, 1..len).prop_map(|rows| {
        let mut ms = DAY + 86_000_000;
        let row = |(step, pod, cpu, rx, tx)| {
            // Some rows repeat a time, some lie farther apart than counters allow.
            ms += match step {
                0..8 => 0,
                39 => 400_000,
                step => step * 1000,
            };
            Row { ms, pod, cpu, rx, tx }
        };
        rows.into_iter().map(row).collect()
    })
}

/// How a table spells its keys and values.
#[derive(Debug, Clone, Copy)]
struct Form {
    long: bool,
    dictionary: bool,
    kind: SampleKind,
}

fn form() -> impl Strategy<Value = Form> {
    let kind = prop_oneof![Just(SampleKind::Gauge), Just(SampleKind::Counter)];
    (any::<bool>(), any::<bool>(), kind).prop_map(|(long, dictionary, kind)| Form {
        long,
        dictionary,
        kind,
    })
}

const METRICS: [MetricId; 3] = [
    MetricId::CPU_CORES,
    MetricId::NETWORK_RX_BYTES_PER_SECOND,
    MetricId::NETWORK_TX_BYTES_PER_SECOND,
];

/// Hands the rows as a table to `with`.
fn table<R>(rows: &[Row], form: Form, with: impl FnOnce(&TableColumns<'_>) -> R) -> R {
    let copies = if form.long { 3 } else { 1 };
    let each = || rows.iter().flat_map(|row| vec![row; copies]);
    let times: Vec<i64> = each().map(|row| row.ms).collect();
    let pods: Vec<&str> = each().map(|row| PODS[row.pod]).collect();
    // A name that stands twice in the dictionary is still one name.
    let names = ["c", "b", "a", "b"];
    let codes: Vec<i32> =
        each().zip(0..).map(|(row, at)| [2, [1, 3][at % 2], 0][row.pod]).collect();
    let pod = if form.dictionary {
        TextColumn::Dictionary { codes: &codes, names: &names }
    } else {
        TextColumn::Text(&pods)
    };
    let keys = KeyColumns {
        cluster: None,
        namespace: Some(TextColumn::Constant("n")),
        pod: Some(pod),
        container: None,
    };
    let of = |row: &Row| [row.cpu, row.rx, row.tx];
    let columns: Vec<Vec<f64>> =
        (0..3).map(|at| rows.iter().map(|row| of(row)[at]).collect()).collect();
    let wide: Vec<MetricColumn<'_>> = METRICS
        .iter()
        .zip(&columns)
        .map(|(metric, values)| MetricColumn {
            metric: *metric,
            values: Values::F64(values),
            validity: None,
            kind: form.kind,
        })
        .collect();
    let names: Vec<&str> =
        rows.iter().flat_map(|_| ["cpu", "network_rx", "NetworkTxBytesPerSecond"]).collect();
    let values: Vec<f64> = rows.iter().flat_map(of).collect();
    let values = if form.long {
        TableValues::Long {
            metric: TextColumn::Text(&names),
            values: Values::F64(&values),
            validity: None,
            kind: form.kind,
        }
    } else {
        TableValues::Wide(&wide)
    };
    with(&TableColumns { timestamps_ms: Times::Explicit(&times), keys, values })
}

fn streamed(
    rows: &[Row],
    cuts: &[usize],
    form: Form,
    options: &IngestOptions,
) -> upid_core::Result<(Usage, IngestReport)> {
    let mut stream = TableStream::new(UsageSpec::default(), options.clone())?;
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (rows.len() + 1)).collect();
    cuts.extend([0, rows.len()]);
    cuts.sort_unstable();
    for cut in cuts.windows(2) {
        table(&rows[cut[0]..cut[1]], form, |table| stream.add(table))?;
    }
    let mut usage = Usage::default();
    let report = stream.finish(&mut usage)?;
    Ok((usage, report))
}

/// The same rows series by series.
fn by_series(rows: &[Row], kind: SampleKind, options: &IngestOptions) -> (Usage, IngestReport) {
    let mut pods: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        pods.entry(row.pod).or_default().push(row);
    }
    let (mut usage, mut report) = (Usage::default(), IngestReport::default());
    for (pod, rows) in pods {
        let key = UsageKey::new("n", PODS[pod], "");
        let times: Vec<i64> = rows.iter().map(|row| row.ms).collect();
        let [cpu, rx, tx]: [Vec<f64>; 3] = [|r: &&Row| r.cpu, |r: &&Row| r.rx, |r: &&Row| r.tx]
            .map(|column| rows.iter().map(column).collect());
        let cpu = Columns::gauge(&times, &cpu).kind(kind);
        report.add(&usage.add_series(&key, MetricId::CPU_CORES, &cpu, options).unwrap());
        let (rx, tx) =
            (Columns::gauge(&times, &rx).kind(kind), Columns::gauge(&times, &tx).kind(kind));
        report.add(&usage.add_network(&key, &rx, &tx, options).unwrap());
    }
    report.first_bad.clear();
    (usage, report)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn batches_leave_no_trace(
        rows in rows(600),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
        form in form(),
        last in any::<bool>(),
    ) {
        let policy = if last { Duplicates::KeepLast } else { Duplicates::KeepMax };
        let options = IngestOptions::default().duplicates(policy);
        let (one, mut report) = streamed(&rows, &[], form, &options).unwrap();
        let (series, expected) = by_series(&rows, form.kind, &options);
        prop_assert_eq!(one.to_bytes(), series.to_bytes());
        let (many, mut of_many) = streamed(&rows, &cuts, form, &options).unwrap();
        prop_assert_eq!(many.to_bytes(), one.to_bytes());
        report.first_bad.clear();
        of_many.first_bad.clear();
        prop_assert_eq!(&report, &expected);
        prop_assert_eq!(&of_many, &expected);
    }

    #[test]
    fn rejected_repeats_are_found_over_seams(
        rows in rows(200),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
        form in form(),
    ) {
        let options = IngestOptions::default().duplicates(Duplicates::Reject);
        let code = |cuts: &[usize]| streamed(&rows, cuts, form, &options).map_err(|e| e.code()).map(|r| r.0);
        prop_assert_eq!(code(&cuts), code(&[]));
    }

    /// Parts in any order of time, as of partitions by day: the same bytes as sorted, and counters as one fragment.
    #[test]
    fn whole_parts_may_come_in_any_order(
        rows in rows(400),
        cuts in prop::collection::vec(any::<usize>(), 1..6),
        form in form(),
        turn in any::<usize>(),
    ) {
        let mut rows = rows;
        rows.dedup_by_key(|row| row.ms);
        let options = IngestOptions::default();
        let (one, _) = streamed(&rows, &[], form, &options).unwrap();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (rows.len() + 1)).collect();
        cuts.extend([0, rows.len()]);
        cuts.sort_unstable();
        let mut parts: Vec<&[Row]> = cuts.windows(2).map(|cut| &rows[cut[0]..cut[1]]).collect();
        let at = turn % parts.len();
        parts.rotate_left(at);
        let mut stream = TableStream::new(UsageSpec::default(), options).unwrap();
        for part in parts {
            table(part, form, |table| stream.add(table)).unwrap();
        }
        let mut usage = Usage::default();
        stream.finish(&mut usage).unwrap();
        prop_assert_eq!(usage.to_bytes(), one.to_bytes());
    }
}

const WIDE: Form = Form { long: false, dictionary: true, kind: SampleKind::Gauge };

fn row(minute: i64, cpu: f64) -> Row {
    Row { ms: DAY + minute * 60_000, pod: 0, cpu, rx: 1.0, tx: 2.0 }
}

fn cpu_of(usage: &Usage) -> (u64, f64) {
    let whole = super::range(DAY, DAY + 86_400_000);
    let hours = usage.pod("", "n", "a").hours(MetricId::CPU_CORES, whole).unwrap();
    (hours[0].count, hours[0].sum)
}

#[test]
fn a_repeat_at_a_seam_is_settled_by_the_policy() {
    let rows = [row(0, 1.0), row(1, 5.0), row(1, 3.0), row(2, 1.0)];
    let sum = |policy| {
        let options = IngestOptions::default().duplicates(policy);
        streamed(&rows, &[2], WIDE, &options)
            .map(|(usage, report)| (cpu_of(&usage), report.duplicates))
    };
    assert_eq!(sum(Duplicates::KeepMax).unwrap(), ((3, 7.0), 3));
    assert_eq!(sum(Duplicates::KeepLast).unwrap(), ((3, 5.0), 3));
    let error = sum(Duplicates::Reject).unwrap_err();
    assert_eq!((error.code(), error.place().row), ("UPID_DUPLICATE_TIMESTAMP", Some(2)));
}

#[test]
fn late_rows_are_counted_and_their_slots_named() {
    let rows = [row(0, 1.0), row(10, 1.0), row(1, 1.0), row(7, 1.0), row(20, 1.0)];
    let run = |policy| streamed(&rows, &[2], WIDE, &IngestOptions::default().duplicates(policy));
    let (usage, report) = run(Duplicates::KeepMax).unwrap();
    assert_eq!(cpu_of(&usage), (5, 5.0));
    // Minute 1 shares the slot of minute 0, minute 7 has one of its own; three metrics.
    assert_eq!((report.out_of_order, report.overlapping_slots), (6, 3));
    let error = run(Duplicates::Reject).unwrap_err();
    assert_eq!((error.code(), error.place().row), ("UPID_TIME_REVERSED", Some(2)));
    assert!(error.hint_text().contains("sort the stream by time"));
    // Without a shared slot, nothing can have been counted twice.
    let apart = [row(0, 1.0), row(10, 1.0), row(7, 1.0)];
    let options = IngestOptions::default().duplicates(Duplicates::Reject);
    let (_, report) = streamed(&apart, &[2], WIDE, &options).unwrap();
    assert_eq!((report.out_of_order, report.overlapping_slots), (3, 0));
    // The row that waits counts as observed.
    let waiting = [row(0, 1.0), row(11, 1.0), row(10, 1.0)];
    assert_eq!(streamed(&waiting, &[2], WIDE, &options).unwrap_err().code(), "UPID_TIME_REVERSED");
}

#[test]
fn late_rows_of_a_counter_must_not_interleave() {
    let form = Form { kind: SampleKind::Counter, ..WIDE };
    let rows = [row(0, 1.0), row(10, 2.0), row(20, 2.0), row(5, 1.5)];
    let error = streamed(&rows, &[3], form, &IngestOptions::default()).unwrap_err();
    assert_eq!(error.code(), "UPID_USAGE_INTERLEAVED_COUNTER");
}

#[test]
fn rows_are_counted_from_the_start_of_the_stream() {
    let mut rows: Vec<Row> = (0..6).map(|at| Row { pod: at % 2, ..row(at as i64, 1.0) }).collect();
    rows[4].cpu = -1.0;
    let (_, report) = streamed(&rows, &[3], WIDE, &IngestOptions::default()).unwrap();
    assert_eq!(report.first_bad[0].row, 4);
    let options = IngestOptions::default().invalid(Invalid::Reject);
    let error = streamed(&rows, &[3], WIDE, &options).unwrap_err();
    assert_eq!((error.place().row, error.place().path.as_deref()), (Some(4), Some("CpuCores")));
}

#[test]
fn a_failed_stream_stays_failed_and_changes_nothing() {
    let mut stream = TableStream::new(UsageSpec::default(), IngestOptions::default()).unwrap();
    table(&[row(0, 1.0)], WIDE, |table| stream.add(table)).unwrap();
    let bad = Row { ms: -1, ..row(0, 1.0) };
    let add = |stream: &mut TableStream, row| table(&[row], WIDE, |table| stream.add(table));
    assert_eq!(add(&mut stream, bad).unwrap_err().code(), "UPID_TIMESTAMP_RANGE");
    assert_eq!(add(&mut stream, row(1, 1.0)).unwrap_err().code(), "UPID_INVALID_VALUE");
    let mut usage = Usage::default();
    assert!(stream.finish(&mut usage).is_err() && usage.is_empty());
    // A Usage of another spec takes nothing either.
    let mut spec = UsageSpec::default();
    spec.max_gap_ms = 1000;
    let mut other = Usage::new(spec).unwrap();
    let mut stream = TableStream::new(UsageSpec::default(), IngestOptions::default()).unwrap();
    add(&mut stream, row(0, 1.0)).unwrap();
    assert_eq!(stream.finish(&mut other).unwrap_err().code(), "UPID_USAGE_SPEC_MISMATCH");
    assert!(other.is_empty());
}

/// Received rows of two days in one batch, sent ones in the next: the sums wait for them.
#[test]
fn directions_that_come_apart_are_summed() {
    let times: Vec<i64> = (0..2880).map(|minute| DAY + minute * 60_000).collect();
    let values: Vec<f64> = (0..2880).map(f64::from).collect();
    let long = |metric, times, values| TableColumns {
        timestamps_ms: Times::Explicit(times),
        keys: KeyColumns {
            cluster: None,
            namespace: Some(TextColumn::Constant("n")),
            pod: Some(TextColumn::Constant("a")),
            container: None,
        },
        values: TableValues::Long {
            metric: TextColumn::Constant(metric),
            values: Values::F64(values),
            validity: None,
            kind: SampleKind::Gauge,
        },
    };
    let mut stream = TableStream::new(UsageSpec::default(), IngestOptions::default()).unwrap();
    stream.add(&long("network_rx", &times[..2000], &values[..2000])).unwrap();
    stream.add(&long("network_rx", &times[2000..], &values[2000..])).unwrap();
    stream.add(&long("network_tx", &times, &values)).unwrap();
    let mut usage = Usage::default();
    stream.finish(&mut usage).unwrap();
    let columns = Columns::gauge(&times, &values);
    let mut expected = Usage::default();
    let key = UsageKey::new("n", "a", "");
    expected.add_network(&key, &columns, &columns, &IngestOptions::default()).unwrap();
    assert_eq!(usage.to_bytes(), expected.to_bytes());
}

/// Blocks of rows that lie side by side, with a validity bitmap that does not begin at a byte.
#[test]
fn blocks_are_read_in_place_with_their_validity() {
    let (pods, len) = (5, 333usize);
    let times: Vec<i64> = (0..pods * len).map(|row| DAY + (row % len) as i64 * 60_000).collect();
    let values: Vec<f32> = (0..pods * len).map(|row| (row * 37 % 101) as f32).collect();
    let bits: Vec<u8> = (0..(pods * len).div_ceil(8)).map(|at| (at * 73 + 41) as u8).collect();
    let names = ["p0", "p1", "p2", "p3", "p4"];
    let codes: Vec<i32> = (0..pods * len).map(|row| (row / len) as i32).collect();
    let column = MetricColumn {
        metric: MetricId::CPU_CORES,
        values: Values::F32(&values),
        validity: Some(&bits),
        kind: SampleKind::Gauge,
    };
    let table = TableColumns {
        timestamps_ms: Times::Explicit(&times),
        keys: KeyColumns {
            cluster: None,
            namespace: Some(TextColumn::Constant("n")),
            pod: Some(TextColumn::Dictionary { codes: &codes, names: &names }),
            container: None,
        },
        values: TableValues::Wide(&[column]),
    };
    let (mut usage, mut expected) = (Usage::default(), Usage::default());
    let report = usage.add_table(&table, &IngestOptions::default()).unwrap();
    let mut missing = 0;
    for (pod, name) in names.iter().enumerate() {
        let rows = pod * len..(pod + 1) * len;
        let valid = |row: usize| bits[row / 8] >> (row % 8) & 1 == 1;
        let value = |row| if valid(row) { f64::from(values[row]) } else { f64::NAN };
        let of_pod: Vec<f64> = rows.clone().map(value).collect();
        let columns = Columns::gauge(&times[rows], &of_pod);
        let key = UsageKey::new("n", name, "");
        missing += expected
            .add_series(&key, MetricId::CPU_CORES, &columns, &IngestOptions::default())
            .unwrap()
            .missing;
    }
    assert_eq!(usage.to_bytes(), expected.to_bytes());
    assert!(missing > 0 && report.missing == missing);
}

#[test]
fn a_code_outside_its_dictionary_names_its_row() {
    for code in [2, -1] {
        let codes = [0, 1, code];
        let column = MetricColumn {
            metric: MetricId::CPU_CORES,
            values: Values::F64(&[1.0; 3]),
            validity: None,
            kind: SampleKind::Gauge,
        };
        let table = TableColumns {
            timestamps_ms: Times::Regular { start_ms: DAY, step_ms: 1000 },
            keys: KeyColumns {
                cluster: None,
                namespace: Some(TextColumn::Constant("n")),
                pod: Some(TextColumn::Dictionary { codes: &codes, names: &["a", "b"] }),
                container: None,
            },
            values: TableValues::Wide(&[column]),
        };
        let error = Usage::default().add_table(&table, &IngestOptions::default()).unwrap_err();
        assert_eq!(
            (error.code(), error.place().row, error.place().path.as_deref()),
            ("UPID_INVALID_VALUE", Some(2), Some("pod"))
        );
    }
}
