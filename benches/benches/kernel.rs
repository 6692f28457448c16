//! Screening workload W (`fleet`): N containers, a week of minutes of three metrics. `N=10000 cargo bench …` for more.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "what failed must not be timed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use upid_benches::SAMPLES;
use upid_benches::fleet::fleet;
use upid_benches::screening::Screening;
use upid_core::analysis::screen::{ScreenConfig, ScreenInput, ScreenMemory, screen_into};
use upid_core::stats::Arm;

fn kernel(c: &mut Criterion) {
    let containers = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let work = Screening::new(fleet(containers, SAMPLES, 0), true);
    let holes = Screening::new(fleet(containers, SAMPLES, 10), false);
    let mut group = c.benchmark_group("kernel");
    group.sample_size(10);
    group.throughput(Throughput::Elements(work.values() as u64));
    group.bench_function("floor/f32", |b| b.iter(|| black_box(&work).floor_narrow()));
    group.bench_function("floor/f64", |b| b.iter(|| black_box(&work).floor_wide()));
    for threads in [1, 2] {
        let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
        for (arm, name) in
            [(Arm::Avx512, "avx512"), (Arm::Avx2, "avx2"), (Arm::Baseline, "baseline")]
        {
            let mut bench = |types: &str, input: &ScreenInput<'_>| {
                let (mut memory, mut rows) = (ScreenMemory::new(arm), Vec::new());
                let config = ScreenConfig::default();
                group.bench_function(format!("{types}/{name}/{threads}"), |b| {
                    b.iter(|| {
                        pool.install(|| screen_into(input, &config, &mut memory, &mut rows))
                            .unwrap();
                    });
                });
            };
            bench("f32", &work.narrow());
            bench("f64", &work.wide());
            bench("f32 with 1 % missing", &holes.narrow());
        }
    }
    group.finish();
}

criterion_group!(benches, kernel);
criterion_main!(benches);
