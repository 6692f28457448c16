//! Quick start: the demo's files to an Analysis and a report.
//!
//! ```sh
//! cargo run --release -p upid-examples --example quickstart
//! ```
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::collections::BTreeMap;

use upid_core::report::{Format, ReportOptions, render};
use upid_core::usage::operations::EncodedUsage;
use upid_core::usage::{Columns, IngestOptions, MetricId, UsageKey};
use upid_core::{Config, Snapshot, Usage, analyze, json, wire};

const SNAPSHOT: &str = include_str!("../../data/demo/snapshot.json");
const SAMPLES: &str = include_str!("../../data/demo/samples.csv");
const REQUESTS: &str = include_str!("../../data/demo/requests.json");
const CONFIG: &str = include_str!("../../data/demo/config.json");

/// The samples of one container; a missing value is NaN, never 0.
#[derive(Default)]
struct Samples {
    times: Vec<i64>,
    values: [Vec<f64>; 4],
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut all: BTreeMap<[&str; 3], Samples> = BTreeMap::new();
    for line in SAMPLES.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [time, namespace, pod, container, values @ ..] = &fields[..] else { continue };
        let samples = all.entry([namespace, pod, container]).or_default();
        samples.times.push(time.parse::<i64>()? * 1000);
        for (column, value) in samples.values.iter_mut().zip(values) {
            column.push(value.parse().unwrap_or(f64::NAN));
        }
    }
    // A Usage says what happened. Slices go in per container and metric.
    let (mut usage, options) = (Usage::default(), IngestOptions::default());
    for ([namespace, pod, container], samples) in &all {
        let [cores, bytes, received, sent] = &samples.values;
        let key = UsageKey::new(namespace, pod, container);
        let gauge = |values| Columns::gauge(&samples.times, values);
        usage.add_series(&key, MetricId::CPU_CORES, &gauge(cores), &options)?;
        usage.add_series(&key, MetricId::MEMORY_WORKING_SET_BYTES, &gauge(bytes), &options)?;
        // The network belongs to the pod, not to one of its containers.
        let pod = UsageKey::new(namespace, pod, "");
        usage.add_network(&pod, &gauge(received), &gauge(sent), &options)?;
    }
    // Everything that is JSON goes through an operation; summaries merge in any order.
    let requests: EncodedUsage = json::from_json(&wire::call("usage.summarize", REQUESTS, None)?)?;
    usage.merge(&requests.decode()?)?;

    // A Snapshot says what exists and what it costs. One question, one answer.
    let snapshot: Snapshot = json::from_json(SNAPSHOT)?;
    let config: Config = json::from_json(CONFIG)?;
    let analysis = analyze(&snapshot, &usage, &config)?;
    println!("{}", render(&analysis, Format::Text, &ReportOptions::default())?);
    for recommendation in analysis.recommendations.iter().take(3) {
        println!("{}", recommendation.action);
    }
    Ok(())
}
