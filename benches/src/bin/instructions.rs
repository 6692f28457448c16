//! One kernel per run, for callgrind: `instructions NAME` calls the function `gate_NAME` once and prints how many
//! samples (or bytes) it worked through. `gate.py` counts the instructions inside that function alone.
//! `instructions hostile` lists inputs made to be slow, `instructions hostile INDEX BYTES` parses one.
#![allow(clippy::print_stdout, reason = "a program speaks on its standard output")]

#[path = "../../../upid-core/tests/hostile/shapes.rs"]
mod shapes;

use std::hint::black_box;

use upid_benches::fleet::fleet;
use upid_benches::pods::{Form, pods};
use upid_benches::prometheus::{answer, visitor};
use upid_benches::screening::Screening;
use upid_benches::{SAMPLES, START_MS, STEP_MS, week};
use upid_core::analysis::screen::{ScreenConfig, ScreenInput, ScreenRow, screen};
use upid_core::ingest::{
    KubernetesOptions, Parsed, PrometheusOptions, SeriesSet, parse_kubernetes, parse_prometheus,
};
use upid_core::stats::quantile_linear;
use upid_core::usage::{Columns, IngestOptions, MetricId, SampleKind, Times, UsageKey, Values};
use upid_core::{Error, ErrorKind, Result, Usage};

fn main() -> Result<()> {
    let word = |at: usize| std::env::args().nth(at).unwrap_or_default();
    let name = word(1);
    if name == "hostile" {
        return hostile(&word(2), &word(3));
    }
    let wide = week(1);
    let narrow: Vec<f32> = wide.iter().map(|v| *v as f32).collect();
    let work = match name.as_str() {
        "summarize" => {
            gate_summarize(&narrow)?;
            SAMPLES
        }
        "missing" => {
            let holes: Vec<f32> = narrow
                .iter()
                .enumerate()
                .map(|(i, v)| if i % 100 == 7 { f32::NAN } else { *v })
                .collect();
            gate_missing(&holes)?;
            SAMPLES
        }
        "quantile" => {
            black_box(gate_quantile(&wide)?);
            SAMPLES
        }
        "decode" => {
            let bytes = gate_summarize(&narrow)?.to_bytes();
            gate_decode(&bytes)?;
            bytes.len()
        }
        "screen" => {
            let screening = Screening::new(fleet(4, SAMPLES, 0), false);
            one_thread()?.install(|| gate_screen(&screening.narrow()))?;
            screening.values()
        }
        "pods" => {
            let text = pods(200, Form::Indented);
            one_thread()?.install(|| gate_pods(&text))?;
            text.len()
        }
        "prometheus" => {
            let text = answer(2);
            one_thread()?.install(|| gate_prometheus(&text))?;
            visitor(&text).unwrap_or_default()
        }
        _ => return Err(Error::new(ErrorKind::UnknownOperation, format!("no kernel {name}"))),
    };
    println!("{work}");
    Ok(())
}

/// A list of pods as kubectl prints it, to objects.
#[inline(never)]
fn gate_pods(text: &str) -> Result<u64> {
    parse_kubernetes(text.as_bytes(), &KubernetesOptions::default()).map(|p| p.stats.accepted)
}

/// A week of minutes of two metrics, to series.
#[inline(never)]
fn gate_prometheus(text: &str) -> Result<Parsed<SeriesSet>> {
    parse_prometheus(text.as_bytes(), &PrometheusOptions::default())
}

/// One thread, on which callgrind counts from the first to the last instruction of a function.
fn one_thread() -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.map_err(|e| Error::new(ErrorKind::Internal, e.to_string()))
}

/// Lists the hostile inputs, or parses one of them at a size.
fn hostile(index: &str, bytes: &str) -> Result<()> {
    let all: Vec<_> = shapes::FORMATS
        .iter()
        .flat_map(|format| format.shapes().map(move |shape| (format, shape)))
        .collect();
    let number = |text: &str| text.parse().ok();
    let chosen: Option<(usize, usize)> = number(index).zip(number(bytes));
    let Some(((format, shape), bytes)) =
        chosen.and_then(|(index, bytes)| Some((all.get(index)?, bytes)))
    else {
        for (format, shape) in all {
            println!("{}: {shape:?}", format.name);
        }
        return Ok(());
    };
    let input = format.input(*shape, bytes);
    one_thread()?.install(|| gate_hostile(format, &input));
    println!("{}", input.len());
    Ok(())
}

/// A document that is made to be slow.
#[inline(never)]
fn gate_hostile(format: &shapes::Format, input: &[u8]) -> bool {
    format.parse(input)
}

/// A week of minutes in f32 to a summary.
#[inline(never)]
fn gate_summarize(values: &[f32]) -> Result<Usage> {
    summary("cart-0", values)
}

/// The same of a week with 1 % missing.
#[inline(never)]
fn gate_missing(values: &[f32]) -> Result<Usage> {
    summary("holes-0", values)
}

fn summary(pod: &str, values: &[f32]) -> Result<Usage> {
    let columns = Columns {
        timestamps_ms: Times::Regular { start_ms: START_MS, step_ms: STEP_MS },
        values: Values::F32(values),
        validity: None,
        kind: SampleKind::Gauge,
    };
    let mut usage = Usage::default();
    let key = UsageKey::new("shop", pod, "server");
    usage.add_series(&key, MetricId::CPU_CORES, &columns, &IngestOptions::default())?;
    Ok(usage)
}

/// An exact quantile of a week.
#[inline(never)]
fn gate_quantile(values: &[f64]) -> Result<f64> {
    quantile_linear(values, 0.95)
}

/// The bytes of a summary back to a Usage.
#[inline(never)]
fn gate_decode(bytes: &[u8]) -> Result<Usage> {
    Usage::from_bytes(bytes)
}

/// All of workload W for some containers.
#[inline(never)]
fn gate_screen(input: &ScreenInput<'_>) -> Result<Vec<ScreenRow>> {
    screen(input, &ScreenConfig::default())
}
