//! Time and memory of reading a list of pods in several ways: `pods [pods] [repeats] [which]`.
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use k8s_openapi::api::core::v1::Pod;
use serde::Deserialize;
use upid_benches::measure::least;
use upid_benches::pods::{Form, pods};
use upid_core::ingest::{KubernetesOptions, parse_kubernetes};
use upid_core::units::Timestamp;
use upid_core::{Result, Snapshot};

/// The system's allocator, which knows how much is held.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The typed list of k8s-openapi wants `kind: PodList`, which kubectl does not write.
#[derive(Deserialize)]
struct Typed {
    items: Vec<Pod>,
}

/// The calls to profile: `--toggle-collect='*profiled*'`.
#[inline(never)]
fn profiled_objects(text: &str) -> Result<usize> {
    let parsed = parse_kubernetes(text.as_bytes(), &KubernetesOptions::default())?;
    Ok(parsed.stats.accepted as usize)
}

#[inline(never)]
fn profiled_snapshot(text: &str) -> Result<(usize, usize)> {
    let mut options = KubernetesOptions::default();
    options.now = Some(Timestamp(1_782_468_900_000));
    let before = HELD.load(Relaxed);
    let parsed = Snapshot::from_kubernetes(&[text.as_bytes()], &options)?;
    Ok((parsed.value.pods.len(), HELD.load(Relaxed) - before))
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize, default: usize| words.get(at).map_or(Ok(default), |word| word.parse());
    let (count, repeats) = (word(0, 10_000)?, word(1, 5)?);
    let which = words.get(2);
    for form in [Form::Indented, Form::Compact] {
        let text = pods(count, form);
        println!("{form:?}: {} bytes, {count} pods; least times of {repeats} runs", text.len());
        let measure = |name: &str, run: &(dyn Fn() -> usize + Sync)| {
            if which.is_some_and(|which| which != name) {
                return 0;
            }
            let (cost, result) = least(repeats, || black_box(run()));
            let rate = text.len() as f64 / cost.wall_s / 1e9;
            let (cpu, wall) = (cost.cpu_s * 1e3, cost.wall_s * 1e3);
            println!("{name:12} {cpu:9.2} ms CPU {wall:9.2} ms {rate:5.2} GB/s");
            result
        };
        measure("utf8", &|| std::str::from_utf8(black_box(text.as_bytes())).map_or(0, str::len));
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
            pool.install(|| {
                let objects = || profiled_objects(black_box(&text)).unwrap_or_default();
                measure(&format!("objects/{threads}"), &objects);
                let snapshot = || profiled_snapshot(black_box(&text)).unwrap_or_default().1;
                let held = measure(&format!("snapshot/{threads}"), &snapshot);
                println!("             {} bytes held per pod", held / count);
            });
        }
        let typed = || serde_json::from_str::<Typed>(black_box(&text)).map_or(0, |l| l.items.len());
        measure("k8s-openapi", &typed);
    }
    Ok(())
}
