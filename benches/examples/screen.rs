//! One screening of workload W, for a profiler: `screen [containers] [f32|f64] [baseline|avx2|avx512] [repeats] [missing]`.
//! Prints the least CPU time of the process, per sample, beside that of reading the samples.
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::hint::black_box;

use cpu_time::ProcessTime;
use upid_benches::SAMPLES;
use upid_benches::fleet::fleet;
use upid_benches::screening::Screening;
use upid_core::Result;
use upid_core::analysis::screen::{
    ScreenConfig, ScreenInput, ScreenMemory, ScreenRow, screen_into,
};
use upid_core::stats::Arm;

/// The call to profile: `--toggle-collect='*profiled*'`.
#[inline(never)]
fn profiled(
    input: &ScreenInput<'_>,
    memory: &mut ScreenMemory,
    rows: &mut Vec<ScreenRow>,
) -> Result<()> {
    screen_into(input, &ScreenConfig::default(), memory, rows)
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize, default: &str| words.get(at).map_or(default, String::as_str).to_owned();
    let number = |at: usize, default: &str| word(at, default).parse().unwrap_or_default();
    let (containers, repeats) = (number(0, "1000"), number(3, "5"));
    let (wide, arm) = (word(1, "f32") == "f64", word(2, "avx512"));
    let arm = match arm.as_str() {
        "baseline" => Arm::Baseline,
        "avx2" => Arm::Avx2,
        _ => Arm::Avx512,
    };
    let work = Screening::new(fleet(containers, SAMPLES, number(4, "0") as u64), wide);
    let input = if wide { work.wide() } else { work.narrow() };
    let (mut memory, mut rows) = (ScreenMemory::new(arm), Vec::new());
    let (mut best, mut floor) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..repeats {
        let start = ProcessTime::now();
        profiled(&input, &mut memory, &mut rows)?;
        best = best.min(start.elapsed().as_secs_f64());
        let start = ProcessTime::now();
        if wide {
            black_box(work.floor_wide());
        } else {
            black_box(work.floor_narrow());
        }
        floor = floor.min(start.elapsed().as_secs_f64());
    }
    let per_sample = |seconds: f64| seconds * 1e9 / work.values() as f64;
    println!(
        "{containers} containers, {arm:?}, wide {wide}: {:.3} ns a sample, floor {:.3} ns, ratio {:.2}",
        per_sample(best),
        per_sample(floor),
        best / floor
    );
    Ok(())
}
