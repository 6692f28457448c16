//! Quick start: the demo's files to an Analysis and a report.
//!
//! ```sh
//! cargo run --release -p upid-examples --example quickstart
//! ```
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::collections::BTreeMap;

use upid_core::report::{Format, ReportOptions, render};
use upid_core::usage::{Columns, IngestOptions, MetricId, UsageKey};
use upid_core::{Config, Snapshot, Usage, analyze, json};

const SNAPSHOT: &str = include_str!("../../data/demo/snapshot.json");
const SAMPLES: &str = include_str!("../../data/demo/samples.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Usage says what happened. Slices go in per container and metric; NaN is a missing value, never 0.
    let mut series: BTreeMap<UsageKey, (Vec<i64>, Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for line in SAMPLES.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [time, namespace, pod, container, cpu, memory, ..] = fields[..] else { continue };
        let (times, cores, bytes) =
            series.entry(UsageKey::new(namespace, pod, container)).or_default();
        times.push(time.parse::<i64>()? * 1000);
        cores.push(cpu.parse().unwrap_or(f64::NAN));
        bytes.push(memory.parse().unwrap_or(f64::NAN));
    }
    let (mut usage, options) = (Usage::default(), IngestOptions::default());
    for (key, (times, cores, bytes)) in &series {
        usage.add_series(key, MetricId::CPU_CORES, &Columns::gauge(times, cores), &options)?;
        let memory = MetricId::MEMORY_WORKING_SET_BYTES;
        usage.add_series(key, memory, &Columns::gauge(times, bytes), &options)?;
    }

    // A Snapshot says what exists and what it costs. One question, one answer.
    let snapshot: Snapshot = json::from_json(SNAPSHOT)?;
    let analysis = analyze(&snapshot, &usage, &Config::default())?;
    println!("{}", render(&analysis, Format::Text, &ReportOptions::default())?);
    for recommendation in analysis.recommendations.iter().take(3) {
        println!("{}", recommendation.action);
    }
    Ok(())
}
