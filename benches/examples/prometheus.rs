//! CPU time of reading an answer of Prometheus in several ways, on one and two threads: `prometheus [pods] [repeats]`.
//! `prometheus write <file> [pods]` writes the answer, for `peers_prometheus.py`.
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::hint::black_box;

use cpu_time::ProcessTime;
use upid_benches::prometheus::{answer, visitor};
use upid_core::ingest::{PrometheusOptions, parse_prometheus};
use upid_core::{Result, Usage};

/// The calls to profile: `--toggle-collect='*profiled*'`.
#[inline(never)]
fn profiled_series(text: &str) -> Result<usize> {
    let parsed = parse_prometheus(text.as_bytes(), &PrometheusOptions::default())?;
    Ok(parsed.value.series.len())
}

#[inline(never)]
fn profiled_usage(text: &str) -> Result<usize> {
    let mut usage = Usage::default();
    usage.add_prometheus(text.as_bytes(), &PrometheusOptions::default())?;
    Ok(usage.len())
}

fn floor(text: &str) -> u64 {
    text.bytes().fold(0, |sum, byte| sum.wrapping_add(byte.into()))
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize, default: &str| words.get(at).map_or(default, String::as_str).to_owned();
    if word(0, "") == "write" {
        std::fs::write(word(1, "answer.json"), answer(word(2, "24").parse()?))?;
        return Ok(());
    }
    let text = answer(word(0, "24").parse()?);
    let repeats: usize = word(1, "5").parse()?;
    let samples = visitor(&text).ok_or("the answer cannot be read")?;
    println!("{} bytes, {samples} samples; least CPU time of {repeats} runs", text.len());
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    let measure = |name: &str, run: &dyn Fn() -> usize| {
        let mut best = f64::INFINITY;
        for _ in 0..repeats {
            let start = ProcessTime::now();
            black_box(run());
            best = best.min(start.elapsed().as_secs_f64());
        }
        let (each, rate) = (best * 1e9 / samples as f64, text.len() as f64 / best / 1e9);
        println!("{name:22} {:8.2} ms  {each:6.1} ns a sample  {rate:5.2} GB/s", best * 1e3);
    };
    measure("floor", &|| floor(black_box(&text)) as usize);
    for (threads, pool) in [(1, &one), (2, &two)] {
        let count =
            |run: fn(&str) -> Result<usize>| pool.install(|| run(black_box(&text)).unwrap_or(0));
        measure(&format!("series, {threads} threads"), &|| count(profiled_series));
        measure(&format!("usage, {threads} threads"), &|| count(profiled_usage));
    }
    measure("serde_json visitor", &|| visitor(black_box(&text)).unwrap_or(0));
    Ok(())
}
