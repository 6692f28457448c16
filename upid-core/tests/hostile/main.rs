//! Memory grows with the input and no faster, whatever its content (ingest.md §13.12). What it costs in time is counted
//! in instructions by `make bench-gate`, on the same inputs.

mod shapes;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use shapes::FORMATS;

/// The system's allocator; knows how much is held, the most that was, and the sum of all.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static TOTAL: AtomicUsize = AtomicUsize::new(0);

fn took(bytes: usize) {
    PEAK.fetch_max(HELD.fetch_add(bytes, Relaxed) + bytes, Relaxed);
    TOTAL.fetch_add(bytes, Relaxed);
}

// SAFETY: every call is passed on to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_sub(layout.size(), Relaxed);
        took(size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Bytes held per byte of input. Rows of twenty bytes make the structs of a bill, which take eighty times that with
/// the room that a growing list has; what is skipped costs nothing.
const MOST_HELD: usize = 96;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that is held beside what was before, and all that is ever taken, while `run` runs.
fn memory(run: impl FnOnce()) -> (usize, usize) {
    let (held, total) = (HELD.load(Relaxed), TOTAL.load(Relaxed));
    PEAK.store(held, Relaxed);
    run();
    (PEAK.load(Relaxed) - held, TOTAL.load(Relaxed) - total)
}

/// One test in this program, so that nothing else allocates beside it.
#[test]
fn memory_is_linear_in_the_input() {
    for format in FORMATS {
        for shape in format.shapes() {
            let of = |n: usize| {
                let input = format.input(shape, n);
                (
                    input.len(),
                    memory(|| {
                        format.parse(&input);
                    }),
                )
            };
            // Buffers of threads are made at first use.
            of(1_000);
            let (_, (_, once)) = of(50_000);
            let (length, (peak, twice)) = of(100_000);
            let name = format!("{}: {shape:?}", format.name);
            assert!(peak <= MOST_HELD * length + 65_536, "{name}: {peak} bytes for {length}");
            assert!(twice <= once / 2 * 5 + 65_536, "{name}: {once} bytes, then {twice}");
        }
    }
}
