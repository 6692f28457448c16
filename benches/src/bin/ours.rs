//! Our side of `peers.py`: writes workload W as raw arrays, and runs our kernels on the same data.
//!
//! ```text
//! ours data    DIR N             cpu.f32, memory.f32, network.f32, requests.u32, requested.f64, rates.f64
//! ours usage   DIR N THREADS R   summaries of cpu and their quantiles, to usage.f64; least times of R runs as JSON
//! ours screen  DIR N THREADS R   all of W; answers to screen.f64, one row per container in the order of `answer`
//! ours ddsketch DIR N THREADS R  a DDSketch of 1 % per container of cpu and its quantiles, on one thread
//! ours faces   DIR N THREADS R   what faces.py and faces.mjs do, without a face: the batch, to faces.upus, and one call
//! ours cost DIR PODS THREADS R       a week's bill; cost_cpu.f64, cost_memory.f64, and by pod the amounts in cost.f64
//! ours analyze DIR PODS THREADS R    a cluster from summaries; DIR is not used
//! ```
#![allow(clippy::print_stdout, reason = "a program speaks on its standard output")]

use std::error::Error;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use serde_json::json;
use sketches_ddsketch::DDSketch;
use upid_benches::bill::{amounts, bill, usage};
use upid_benches::cluster::cluster;
use upid_benches::fleet::{Fleet, fleet};
use upid_benches::measure::{Cost, least, peak_mib};
use upid_benches::screening::Screening;
use upid_benches::{SAMPLES, START_MS, STEP_MS, floor_f32};
use upid_core::analysis::screen::{
    Distribution, ScreenConfig, ScreenMemory, ScreenRow, screen_into,
};
use upid_core::cost::{CostConfig, attribute};
use upid_core::units::{Amount, MS_PER_DAY, TimeRange, Timestamp};
use upid_core::usage::{
    Columns, IngestOptions, MetricId, SampleKind, SeriesRef, Times, Usage, UsageKey, UsageSpec,
    Values, summarize_batch,
};
use upid_core::{Config, analyze};

type Outcome<T> = Result<T, Box<dyn Error>>;

const SHARES: [f64; 5] = [0.5, 0.9, 0.95, 0.99, 1.0];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| -> Outcome<usize> {
        Ok(arguments.get(at).ok_or("an argument is missing")?.parse()?)
    };
    let folder = Path::new(arguments.get(1).ok_or("ours MODE DIR N …")?);
    let pool = |at: usize| -> Outcome<_> {
        Ok(rayon::ThreadPoolBuilder::new().num_threads(number(at)?).build()?)
    };
    match arguments[0].as_str() {
        "data" => write(folder, &fleet(number(2)?, SAMPLES, 0)),
        "usage" => {
            let fleet = fleet(number(2)?, SAMPLES, 0);
            let repeats = number(4)?;
            let (cost, found) = pool(3)?.install(|| least(repeats, || summaries(&fleet)));
            fs::write(folder.join("usage.f64"), raw(&found?.concat(), f64::to_le_bytes))?;
            report(cost, Some(floor(&fleet.cpu, repeats)));
            Ok(())
        }
        "screen" => {
            let screening = Screening::new(fleet(number(2)?, SAMPLES, 0), false);
            let (repeats, config) = (number(4)?, ScreenConfig::default());
            let (mut memory, mut rows) = (ScreenMemory::default(), Vec::new());
            let mut run = || screen_into(&screening.narrow(), &config, &mut memory, &mut rows);
            let (cost, done) = pool(3)?.install(|| least(repeats, &mut run));
            done?;
            let answers: Vec<f64> = rows.iter().flat_map(answer).collect();
            fs::write(folder.join("screen.f64"), raw(&answers, f64::to_le_bytes))?;
            let floor = least(repeats, || std::hint::black_box(screening.floor_narrow())).0;
            report(cost, Some(floor));
            Ok(())
        }
        "ddsketch" => {
            let fleet = fleet(number(2)?, SAMPLES, 0);
            let repeats = number(4)?;
            assert!(error(&fleet, &sketches(&fleet)?) <= 0.011, "a sketch of 1 % is off by more");
            let (cost, found) = least(repeats, || sketches(&fleet));
            found?;
            report(cost, Some(floor(&fleet.cpu, repeats)));
            Ok(())
        }
        "faces" => {
            let fleet = fleet(number(2)?, SAMPLES, 0);
            let repeats = number(4)?;
            let (batch, usage) = pool(3)?.install(|| least(repeats, || batch(&fleet)));
            fs::write(folder.join("faces.upus"), usage?.to_bytes())?;
            let (calls, done) = least(repeats, one_by_one);
            done?;
            println!(
                "{}",
                json!({"batchSeconds": batch.wall_s, "callSeconds": calls.wall_s / f64::from(CALLS)})
            );
            Ok(())
        }
        "cost" => {
            let input = bill(number(2)?)?;
            let [cpu, memory] = usage(&input);
            fs::write(folder.join("cost_cpu.f64"), raw(&cpu, f64::to_le_bytes))?;
            fs::write(folder.join("cost_memory.f64"), raw(&memory, f64::to_le_bytes))?;
            let (repeats, config) = (number(4)?, CostConfig::default());
            let (cost, found) = pool(3)?.install(|| least(repeats, || attribute(&input, &config)));
            fs::write(folder.join("cost.f64"), raw(&amounts(&found?), f64::to_le_bytes))?;
            report(cost, None);
            Ok(())
        }
        "analyze" => {
            let (snapshot, usage) = cluster(number(2)?)?;
            let config = Config::default();
            let repeats = number(4)?;
            let run =
                || least(repeats, || analyze(&snapshot, &usage, &config).map(|a| a.pods.len()));
            let (cost, pods) = pool(3)?.install(run);
            assert_eq!(pods?, number(2)?);
            report(cost, None);
            Ok(())
        }
        other => Err(format!("no mode {other}").into()),
    }
}

/// One JSON object: the least times, the time to read the samples once, the greatest memory.
fn report(cost: Cost, floor: Option<Cost>) {
    let Cost { cpu_s, wall_s } = cost;
    let floor = floor.map(|floor| floor.cpu_s);
    println!(
        "{}",
        json!({"cpuSeconds": cpu_s, "wallSeconds": wall_s, "floorSeconds": floor, "peakMiB": peak_mib()})
    );
}

fn floor(samples: &[f32], repeats: usize) -> Cost {
    least(repeats, || std::hint::black_box(floor_f32(samples))).0
}

/// The columns of `OUTPUTS` in workload.py; unknown is NaN.
fn answer(row: &ScreenRow) -> Vec<f64> {
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let ms = |value: Option<i64>| known(value.map(|ms| ms as f64));
    let money = |value: Option<Amount>| known(value.map(Amount::to_f64));
    let five =
        |d: Option<Distribution>| d.map_or([f64::NAN; 5], |d| [d.p50, d.p90, d.p95, d.p99, d.max]);
    let mut all = vec![known(row.idle_share), ms(row.longest_idle_ms), ms(row.last_activity_ms)];
    all.extend(row.profile);
    all.extend(five(row.cpu));
    all.extend(five(row.memory));
    all.extend([known(row.cpu_slope_per_day), known(row.daily_strength)]);
    all.extend([money(row.cost), money(row.waste.cost)]);
    all.extend([known(row.recommended.cpu_cores), known(row.recommended.memory_bytes)]);
    all
}

fn raw<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|v| bytes(*v)).collect()
}

fn write(folder: &Path, fleet: &Fleet) -> Outcome<()> {
    fs::create_dir_all(folder)?;
    let put = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes);
    put("cpu.f32", raw(&fleet.cpu, f32::to_le_bytes))?;
    put("memory.f32", raw(&fleet.memory, f32::to_le_bytes))?;
    put("network.f32", raw(&fleet.network, f32::to_le_bytes))?;
    put("requests.u32", raw(&fleet.requests, u32::to_le_bytes))?;
    let asked = fleet.requested_millicores.iter().zip(&fleet.requested_bytes);
    let asked: Vec<f64> =
        asked.flat_map(|(m, bytes)| [f64::from(*m) / 1000.0, *bytes as f64]).collect();
    put("requested.f64", raw(&asked, f64::to_le_bytes))?;
    let rates: Vec<f64> =
        fleet.rates_milli.iter().flatten().map(|milli| f64::from(*milli) / 1000.0).collect();
    put("rates.f64", raw(&rates, f64::to_le_bytes))?;
    Ok(())
}

fn key(container: usize) -> UsageKey {
    UsageKey::new("fleet", &format!("pod-{container:06}"), "app")
}

/// A Usage of the CPU of each container.
fn batch(fleet: &Fleet) -> upid_core::Result<Usage> {
    let keys: Vec<UsageKey> = (0..fleet.containers).map(key).collect();
    let rows = fleet.cpu.chunks(fleet.samples);
    let items: Vec<SeriesRef<'_>> =
        keys.iter().zip(rows).map(|(key, row)| series(key, row)).collect();
    Ok(summarize_batch(&items, &UsageSpec::default(), &IngestOptions::default())?.0)
}

fn series<'a>(key: &'a UsageKey, values: &'a [f32]) -> SeriesRef<'a> {
    let columns = Columns {
        timestamps_ms: Times::Regular { start_ms: START_MS, step_ms: STEP_MS },
        values: Values::F32(values),
        validity: None,
        kind: SampleKind::Gauge,
    };
    SeriesRef { key, metric: MetricId::CPU_CORES, columns }
}

const CALLS: u32 = 10_000;

/// One sample a call: what is left is the cost of a call.
fn one_by_one() -> upid_core::Result<Usage> {
    let mut usage = Usage::new(UsageSpec::default())?;
    for _ in 0..CALLS {
        let key = key(0);
        let one = series(&key, &[0.25]);
        usage.add_series(&key, one.metric, &one.columns, &IngestOptions::default())?;
    }
    Ok(usage)
}

/// Quantiles of the CPU of each container, by way of everything that a summary holds; NaN without a summary.
fn summaries(fleet: &Fleet) -> upid_core::Result<Vec<[f64; SHARES.len()]>> {
    let usage = batch(fleet)?;
    let days = fleet.samples as i64 * STEP_MS / MS_PER_DAY;
    let week = TimeRange::new(Timestamp(START_MS), Timestamp(START_MS + days * MS_PER_DAY))?;
    let quantiles = |key: &UsageKey| {
        let mut found = [f64::NAN; SHARES.len()];
        if let Some(view) = usage.view(key, MetricId::CPU_CORES)? {
            for (found, answer) in found.iter_mut().zip(view.quantiles(week, &SHARES)?.values) {
                *found = answer.value;
            }
        }
        Ok(found)
    };
    (0..fleet.containers).into_par_iter().map(|container| quantiles(&key(container))).collect()
}

/// The same quantiles from one sketch per container.
fn sketches(fleet: &Fleet) -> Outcome<Vec<[f64; SHARES.len()]>> {
    let mut all = Vec::with_capacity(fleet.containers);
    for row in fleet.cpu.chunks(fleet.samples) {
        let mut sketch = DDSketch::new(sketches_ddsketch::Config::new(0.01, 2048, 1e-9));
        for value in row {
            sketch.add(f64::from(*value));
        }
        let mut found = [0.0; SHARES.len()];
        for (found, q) in found.iter_mut().zip(SHARES) {
            *found = sketch.quantile(q)?.ok_or("no quantile")?;
        }
        all.push(found);
    }
    Ok(all)
}

/// The greatest relative error against the samples of those ranks.
fn error(fleet: &Fleet, found: &[[f64; SHARES.len()]]) -> f64 {
    let mut worst: f64 = 0.0;
    for (found, row) in found.iter().zip(fleet.cpu.chunks(fleet.samples)) {
        let mut sorted = row.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        for (found, q) in found.iter().zip(SHARES) {
            let want = f64::from(sorted[(q * (sorted.len() - 1) as f64) as usize]);
            worst = worst.max((found - want).abs() / want.max(1e-9));
        }
    }
    worst
}
