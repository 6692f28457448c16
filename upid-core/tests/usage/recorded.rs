//! Bytes and answers recorded from version 1: what was written once is written and read the same for ever.
//!
//! `UPID_WRITE=1` writes `usage-v1.upus` and `usage-v1.json` where they are missing; they are never overwritten.

use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Value, json};
use upid_core::calendar::zone;
use upid_core::units::{Interval, MS_PER_DAY, MS_PER_HOUR, Timestamp};
use upid_core::usage::*;

use super::{DAY, Random};

/// How the samples of a case lie in time and value.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Regular(i64),
    Jitter(i64),
    Repeats,
    Disorder,
    Faults,
    Constant,
    Small,
    Huge,
    Growing,
}

fn times(shape: Shape, rows: usize, random: &mut Random) -> Vec<i64> {
    let start = DAY + 1_234_567;
    let mut now = start;
    let mut times: Vec<i64> = (0..rows as i64)
        .map(|row| match shape {
            Shape::Regular(step) => start + row * step,
            Shape::Jitter(step) => {
                now += 1 + (random.next() % (2 * step as u64)) as i64;
                now
            }
            Shape::Repeats => start + row / 3 * 60_000,
            _ => start + row * 60_000,
        })
        .collect();
    if matches!(shape, Shape::Disorder) {
        for _ in 0..rows / 4 {
            times.swap(random.next() as usize % rows, random.next() as usize % rows);
        }
    }
    times
}

fn values(shape: Shape, rows: usize, random: &mut Random) -> Vec<f64> {
    let mut total = 0.0;
    (0..rows)
        .map(|_| match shape {
            Shape::Constant => 0.25,
            Shape::Small => (random.next() % 300) as f64 / 1e6,
            Shape::Huge => 9e9 + random.share() * 1e7,
            Shape::Growing => {
                total = if random.next().is_multiple_of(50) { 0.0 } else { total + random.share() };
                total
            }
            Shape::Faults => match random.next() % 12 {
                0 => f64::NAN,
                1 => f64::INFINITY,
                2 => -0.5,
                3 => 1e12,
                4 => 0.0,
                5 => -0.0,
                _ => random.share() * 16.0,
            },
            _ => random.share() * f64::from(1 << (random.next() % 12)) / 256.0,
        })
        .collect()
}

/// CRC-32 of the bytes and reports of one shape in many lengths, types, kinds and policies.
fn fingerprint(shape: Shape) -> u32 {
    let mut random = Random(42);
    let mut hash = crc32fast::Hasher::new();
    let custom = MetricSpec::new(MetricId(1024)).quantum(0.001).thresholds(&[0.5, 1.0, 2.0, 8.0]);
    let spec = UsageSpec::default().metric(custom);
    for rows in [0, 1, 2, 3, 63, 255, 256, 257, 511, 512, 513, 1023, 1025, 2900] {
        let mut usage = Usage::new(spec.clone()).unwrap();
        let times = times(shape, rows, &mut random);
        let values = values(shape, rows, &mut random);
        let narrow: Vec<f32> = values.iter().map(|v| *v as f32).collect();
        let signed: Vec<i64> = values.iter().map(|v| (v * 1e6) as i64).collect();
        let unsigned: Vec<u64> = values.iter().map(|v| (v * 1e9) as u64).collect();
        let bits: Vec<u8> = (0..rows.div_ceil(8)).map(|_| random.next() as u8 | 0x55).collect();
        for (at, (metric, kind)) in [
            (MetricId::CPU_CORES, SampleKind::Gauge),
            (MetricId::CPU_CORES, SampleKind::Counter),
            (MetricId::MEMORY_WORKING_SET_BYTES, SampleKind::Gauge),
            (MetricId::CPU_PERIODS, SampleKind::Counter),
            (MetricId::CPU_PERIODS, SampleKind::Increment),
            (MetricId::NETWORK_BYTES_PER_SECOND, SampleKind::Gauge),
            (MetricId(1024), SampleKind::Gauge),
        ]
        .into_iter()
        .enumerate()
        {
            let typed = [
                Values::F64(&values),
                Values::F32(&narrow),
                Values::I64(&signed),
                Values::U64(&unsigned),
            ];
            for (form, values) in typed.into_iter().enumerate() {
                let key = UsageKey::new("n", &format!("p{at}"), &format!("c{form}"));
                let columns = Columns {
                    timestamps_ms: match shape {
                        Shape::Regular(step_ms) if form % 2 == 0 => {
                            Times::Regular { start_ms: DAY + 1_234_567, step_ms }
                        }
                        _ => Times::Explicit(&times),
                    },
                    values,
                    validity: (form == 3).then_some(&bits[..]),
                    kind,
                };
                let options = IngestOptions::default().duplicates(match at % 2 {
                    0 => Duplicates::KeepMax,
                    _ => Duplicates::KeepLast,
                });
                let report = usage.add_series(&key, metric, &columns, &options).unwrap();
                hash.update(serde_json::to_string(&report).unwrap().as_bytes());
            }
        }
        hash.update(&usage.to_bytes());
    }
    hash.finalize()
}

/// Speed must not change a bit: these were recorded before the pass was made fast.
#[test]
fn the_bytes_of_many_shapes_are_recorded() {
    for (shape, recorded) in [
        (Shape::Regular(1000), 0x7d8b_2d83),
        (Shape::Regular(15_000), 0x1929_cde7),
        (Shape::Regular(60_000), 0xf1f3_d5cd),
        (Shape::Regular(300_000), 0x10c6_2cc8),
        (Shape::Regular(3_600_001), 0xd929_b5e1),
        (Shape::Jitter(20_000), 0x56b2_b829),
        (Shape::Jitter(900_000), 0xb7c0_096b),
        (Shape::Repeats, 0xe1d6_ed58),
        (Shape::Disorder, 0xda4c_bd80),
        (Shape::Faults, 0x1e6b_1e1a),
        (Shape::Constant, 0xf8e3_b1fb),
        (Shape::Small, 0xd6c3_e9b4),
        (Shape::Huge, 0x7393_8c1e),
        (Shape::Growing, 0xbdd1_2264),
    ] {
        assert_eq!(fingerprint(shape), recorded, "{shape:?}");
    }
}

/// A Usage with every kind of state that version 1 can hold.
fn every_kind_of_state() -> Usage {
    let mut random = Random(1);
    let custom = MetricSpec::new(MetricId(1024)).quantum(0.001).thresholds(&[0.5]);
    let mut usage = Usage::new(UsageSpec::default().metric(custom)).unwrap();
    let options = IngestOptions::default();
    let app = super::key().in_cluster("c1");
    let pod = UsageKey::new("shop", "web-0", "").in_cluster("c1");
    let cpu: Vec<f64> =
        (0..9 * 288).map(|i| f64::from(i / 12 % 24) / 24.0 * random.share()).collect();
    usage
        .add_series(&app, MetricId::CPU_CORES, &Columns::regular(DAY, 300_000, &cpu), &options)
        .unwrap();
    let memory: Vec<f64> =
        (0..3000).map(|i| if i % 7 < 2 { f64::NAN } else { 3e8 + f64::from(i) * 4096.0 }).collect();
    let id = MetricId::MEMORY_WORKING_SET_BYTES;
    usage.add_series(&app, id, &Columns::regular(DAY + 60_000, 60_000, &memory), &options).unwrap();
    let dense: Vec<f64> = (0..90_000).map(|i| if i < 70_000 { 0.25 } else { 0.5 }).collect();
    usage.add_series(&app, MetricId(1024), &Columns::regular(DAY, 900, &dense), &options).unwrap();
    let total: Vec<f64> = (0..50).map(|i| f64::from(i % 20) * 1e5).collect();
    // The first part lies across what is kept.
    for part in [0, 50, 100] {
        let start = DAY + MS_PER_DAY + (part - 25) * 60_000;
        let counter = Columns::regular(start, 60_000, &total).kind(SampleKind::Counter);
        usage.add_network(&pod, &counter, &counter, &options).unwrap();
    }
    // It ends so shortly before that its last value stays.
    let periods = Columns::regular(DAY + MS_PER_DAY - 51 * 60_000, 60_000, &total);
    let periods = periods.kind(SampleKind::Counter);
    usage.add_series(&app, MetricId::CPU_PERIODS, &periods, &options).unwrap();
    let last = DAY + 8 * MS_PER_DAY;
    let oom =
        UsageEvent { limit: Some(1 << 30), ..UsageEvent::new(last + 5, UsageEventKind::OomKilled) };
    usage.add_event(&app, oom).unwrap();
    let rows: Vec<RequestCount> = (0..30)
        .map(|i| RequestCount {
            key: RequestKey {
                template: format!("/{}", i % 5),
                method: "GET".into(),
                declared: (i % 5 == 0).then(|| "Business".into()),
                probe_header: i % 5 == 1,
                priority: 1,
                ..RequestKey::default()
            },
            start_ms: last - MS_PER_DAY + i / 5 * MS_PER_HOUR,
            count: 1 + i as u64 * i as u64,
            dispersion: (i % 2 == 0).then_some(0.25),
        })
        .collect();
    let hours =
        |start: i64| Interval { start: Timestamp(start), end: Timestamp(start + 9 * MS_PER_HOUR) };
    let log = RequestLog::complete(vec![hours(last - MS_PER_DAY)]);
    usage.add_requests(&pod, &rows, &log).unwrap();
    let mut sampled = RequestLog::complete(vec![hours(last)]);
    (sampled.coverage, sampled.sample_rate) = (LogCoverage::Sampled, 0.1);
    sampled.user_agents = UserAgents::Absent;
    usage.add_requests(&pod, &[], &sampled).unwrap();
    let policy = RetentionPolicy::default().histogram_days(3).hourly_days(6).daily_days(8);
    usage.retain(Timestamp(DAY + 9 * MS_PER_DAY), &policy).unwrap();
    usage
}

/// What the queries answer.
fn answers(usage: &Usage) -> Value {
    let mut all = Vec::new();
    for pod in usage.pods() {
        for id in [1, 2, 4, 5, 9, 1024].map(MetricId) {
            let Some(view) = pod.view(id).unwrap() else { continue };
            let days = view.range();
            let newest = super::range(days.end.0 - 3 * MS_PER_DAY, days.end.0);
            all.push(json!({
                "metric": id.to_string(),
                "quantiles": view.quantiles(newest, &[0.0, 0.1, 0.5, 0.99, 1.0]).ok(),
                "histogram": view.histogram(newest).ok(),
                "hours": view.hours(days).unwrap(),
                "peaks": view.daily_peaks(days).unwrap(),
                "moments": view.moments(days).unwrap(),
                "effective": view.effective_sample_size(days).ok(),
                "coverage": view.coverage(days).unwrap(),
                "runs": view.runs_hourly(days, 0.3).unwrap(),
                "profile": view.profile(days, zone("Europe/Berlin").unwrap()).unwrap(),
            }));
        }
        let always = super::range(0, Timestamp::END_MS);
        all.push(json!({
            "events": pod.events(always).iter().map(|(_, event)| event).collect::<Vec<_>>(),
            "requests": pod.requests(always),
            "log": pod.request_log(always),
        }));
    }
    json!(all)
}

/// The file of version 1 decodes, answers and encodes as it did when it was written.
#[test]
fn the_file_of_version_1_is_read_for_ever() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let (bytes, json) = (folder.join("usage-v1.upus"), folder.join("usage-v1.json"));
    if env::var_os("UPID_WRITE").is_some() && !bytes.exists() {
        let usage = every_kind_of_state();
        fs::write(&bytes, usage.to_bytes()).unwrap();
        fs::write(&json, serde_json::to_string(&answers(&usage)).unwrap() + "\n").unwrap();
    }
    let recorded = fs::read(bytes).unwrap();
    let usage = Usage::from_bytes(&recorded).unwrap();
    assert_eq!(usage, every_kind_of_state());
    assert_eq!(usage.to_bytes(), recorded);
    let expected: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(answers(&usage), expected);
}
