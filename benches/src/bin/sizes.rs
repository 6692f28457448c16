//! How many bytes a summary takes, serialised and in memory, beside 16 bytes per sample (time and value).
//!
//! ```sh
//! cargo run --release -p upid-benches --bin sizes [name=series.csv …]
//! ```
//! A file has lines `series,time_ms,value`, sorted by series; each of its series is one CPU metric. `make sizes` brings
//! the real data that the tests embed, and with `DATA=folder` whole public sets (`sizes.py`).
#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use upid_benches::{SAMPLES, START_MS, STEP_MS, unit};
use upid_core::Usage;
use upid_core::usage::{Columns, IngestOptions, MetricId, UsageKey};

/// Counts the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator unchanged.
#[allow(unsafe_code, reason = "counting needs an allocator of its own")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(ptr, layout) }
    }
}

const DAYS: usize = SAMPLES / 1440;

/// How a container behaves.
#[derive(Clone, Copy)]
enum Class {
    Idle,
    Diurnal,
    Batch,
    Noisy,
    Trend,
    Abandoned,
}

/// Idle 30 %, diurnal 30 %, nightly batch 15 %, noisy 15 %, trend 5 %, abandoned 5 %.
const FLEET: [(Class, usize); 6] = [
    (Class::Idle, 30),
    (Class::Diurnal, 30),
    (Class::Batch, 15),
    (Class::Noisy, 15),
    (Class::Trend, 5),
    (Class::Abandoned, 5),
];

/// A week of use between 0 and 1, by minute, without noise.
fn level(class: Class, minute: usize) -> f64 {
    let (hour, day) = (minute / 60 % 24, minute / 1440);
    match class {
        Class::Idle => 0.01,
        Class::Diurnal if day % 7 >= 5 => 0.15,
        Class::Diurnal => 0.15 + 0.06 * (12.0 - (hour as f64 - 13.0).abs()),
        Class::Batch => {
            if (2..4).contains(&hour) {
                0.9
            } else {
                0.02
            }
        }
        Class::Noisy => 0.5,
        Class::Trend => 0.2 + 0.6 * minute as f64 / SAMPLES as f64,
        Class::Abandoned => {
            if minute < 2000 {
                0.4
            } else {
                0.0
            }
        }
    }
}

/// CPU in cores, memory in bytes (whole pages), network in bytes per second.
fn container(class: Class, seed: u64) -> [(MetricId, Vec<f64>); 3] {
    let mut state = seed;
    let cores = 0.05 * f64::from(1 << (seed % 6));
    let pages = 10_000.0 * f64::from(1 << (seed % 5));
    let mut series = [const { Vec::new() }; 3];
    for minute in 0..SAMPLES {
        let busy = level(class, minute);
        let noise = match class {
            Class::Noisy => 0.2 + 1.6 * unit(&mut state),
            _ => 0.8 + 0.4 * unit(&mut state),
        };
        let [cpu, memory, network] = &mut series;
        cpu.push((busy * noise * cores * 1e9).round() / 1e9);
        memory.push((pages * (0.5 + 0.4 * busy + 0.02 * unit(&mut state))).round() * 4096.0);
        network.push((busy * noise * 2e5).floor());
    }
    let [cpu, memory, network] = series;
    [
        (MetricId::CPU_CORES, cpu),
        (MetricId::MEMORY_WORKING_SET_BYTES, memory),
        (MetricId::NETWORK_BYTES_PER_SECOND, network),
    ]
}

/// One row: bytes per day of a metric or container against a limit, and the saving against 16 bytes per sample.
fn row(name: &str, bytes: usize, days: usize, samples: usize, limit: f64, least: f64) {
    let own = bytes as f64 / days as f64;
    let saved = 100.0 * (1.0 - bytes as f64 / (16.0 * samples as f64));
    let met = if own <= limit && saved >= least { "met" } else { "MISSED" };
    println!("| {name} | {own:.0} B | {limit:.0} B | {saved:.1} % | {least:.0} % | {met} |");
}

fn add(
    usage: &mut Usage,
    key: &UsageKey,
    id: MetricId,
    columns: &Columns<'_>,
) -> upid_core::Result<usize> {
    let report = usage.add_series(key, id, columns, &IngestOptions::default())?;
    Ok(report.accepted as usize)
}

fn fleet() -> upid_core::Result<()> {
    let before = IN_USE.load(Relaxed);
    let mut usage = Usage::default();
    let classes = FLEET.iter().flat_map(|(class, share)| std::iter::repeat_n(*class, *share));
    for (pod, class) in classes.enumerate() {
        let key = UsageKey::new("shop", &format!("pod-{pod}"), "app");
        for (id, values) in container(class, pod as u64) {
            add(&mut usage, &key, id, &Columns::regular(START_MS, STEP_MS, &values))?;
        }
    }
    let memory = IN_USE.load(Relaxed) - before;
    let days = 100 * DAYS;
    let bytes = usage.to_bytes().len();
    row(
        "mixed fleet, 1 min, container-day of 3 metrics",
        bytes,
        days,
        3 * 100 * SAMPLES,
        1800.0,
        97.0,
    );
    row("the same in memory, metric-day", memory, 3 * days, 3 * 100 * SAMPLES, 3072.0, 0.0);
    Ok(())
}

/// Log-uniform over six decades, one sample a second: the worst that data can do.
fn noise() -> upid_core::Result<()> {
    let mut state = 5;
    let values: Vec<f64> = (0..86_400 * 2)
        .map(|_| {
            let (decade, share) = ((6.0 * unit(&mut state)).floor(), unit(&mut state));
            10f64.powi(decade as i32 - 4) * 10f64.powf(share)
        })
        .collect();
    let mut usage = Usage::default();
    let key = UsageKey::new("shop", "noise", "app");
    let samples =
        add(&mut usage, &key, MetricId::CPU_CORES, &Columns::regular(START_MS, 1000, &values))?;
    row("log-uniform noise, 1 s, metric-day", usage.to_bytes().len(), 2, samples, 6144.0, 99.0);
    Ok(())
}

fn file(argument: &str) -> Result<(), Box<dyn Error>> {
    let (name, path) = argument.split_once('=').ok_or("give name=series.csv")?;
    let text = std::fs::read_to_string(path)?;
    let mut usage = Usage::default();
    let (mut samples, mut days) = (0, 0);
    let rows = text.lines().filter_map(|line| {
        let mut fields = line.split(',');
        Some((fields.next()?, fields.next()?.parse::<i64>().ok()?, fields.next()?.parse().ok()?))
    });
    let rows: Vec<(&str, i64, f64)> = rows.collect();
    for series in rows.chunk_by(|a, b| a.0 == b.0) {
        let (times, values): (Vec<i64>, Vec<f64>) = series.iter().map(|r| (r.1, r.2)).unzip();
        let pod = series.first().map_or("", |r| r.0);
        let key = UsageKey::new("shop", pod, "app");
        samples += add(&mut usage, &key, MetricId::CPU_CORES, &Columns::gauge(&times, &values))?;
        let own: std::collections::BTreeSet<i64> = times.iter().map(|ms| ms / 86_400_000).collect();
        days += own.len();
    }
    let (limit, least) = match name {
        _ if name.starts_with("Bitbrains") => (430.0, 87.0),
        _ if name.ends_with("1 min") => (6144.0, 0.0),
        _ => (460.0, 90.0),
    };
    row(&format!("{name}, metric-day"), usage.to_bytes().len(), days, samples, limit, least);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("| data | per day | limit | below 16 B per sample | at least | bar |");
    println!("|---|---|---|---|---|---|");
    fleet()?;
    noise()?;
    std::env::args().skip(1).try_for_each(|argument| file(&argument))
}
