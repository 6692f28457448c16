//! One kernel per run, for callgrind: `instructions NAME` calls the function `gate_NAME` once and prints how many
//! samples (or bytes) it worked through. `gate.py` counts the instructions inside that function alone.
#![allow(clippy::print_stdout, reason = "a program speaks on its standard output")]

use std::hint::black_box;

use upid_benches::fleet::fleet;
use upid_benches::screening::Screening;
use upid_benches::{SAMPLES, START_MS, STEP_MS, week};
use upid_core::analysis::screen::{ScreenConfig, ScreenInput, ScreenRow, screen};
use upid_core::stats::quantile_linear;
use upid_core::usage::{Columns, IngestOptions, MetricId, SampleKind, Times, UsageKey, Values};
use upid_core::{Error, ErrorKind, Result, Usage};

fn main() -> Result<()> {
    let name = std::env::args().nth(1).unwrap_or_default();
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
            // One thread, on which callgrind counts from the first to the last instruction of the function.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
            let pool = pool.map_err(|e| Error::new(ErrorKind::Internal, e.to_string()))?;
            pool.install(|| gate_screen(&screening.narrow()))?;
            screening.values()
        }
        _ => return Err(Error::new(ErrorKind::UnknownOperation, format!("no kernel {name}"))),
    };
    println!("{work}");
    Ok(())
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
