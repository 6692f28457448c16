//! `_into` variants allocate nothing per series once their memory has grown.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use upid_core::stats::{QuantileScratch, quantiles_into};

/// The system's allocator, counting.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates in `run`.
fn allocations(run: impl FnOnce()) -> usize {
    let before = COUNT.with(Cell::get);
    run();
    COUNT.with(Cell::get) - before
}

fn values(n: usize) -> Vec<f32> {
    (0..n).map(|i| ((i * 7919) % 10_007) as f32 / 5_000.0).collect()
}

#[test]
fn quantiles() {
    let (series, mut out) = (values(10_080), [0.0; 3]);
    let mut scratch = QuantileScratch::default();
    let mut run = || {
        allocations(|| {
            quantiles_into(&series, &[0.5, 0.95, 0.99], &mut scratch, &mut out).unwrap();
        })
    };
    assert!(run() > 0, "the first series warms up");
    assert_eq!(run(), 0);
}

/// On the one thread of a pool, so that its allocations are counted where they are made.
#[test]
#[cfg(feature = "parallel")]
fn screening() {
    use upid_core::analysis::screen::{
        Matrix, ScreenConfig, ScreenInput, ScreenMemory, screen_into,
    };

    let (containers, samples) = (200, 500);
    let cpu = values(containers * samples);
    let input = ScreenInput::new(0, 60_000, containers, samples, Matrix::F32(&cpu));
    let (mut memory, mut rows) = (ScreenMemory::default(), Vec::new());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut run = || {
        pool.install(|| {
            allocations(|| {
                screen_into(&input, &ScreenConfig::default(), &mut memory, &mut rows).unwrap();
            })
        })
    };
    let (first, second) = (run(), run());
    assert!(first > second, "{first}");
    // A few for the threads' queue, whatever the number of containers.
    assert!(second < 20, "{second}");
}
