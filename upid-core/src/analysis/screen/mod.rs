//! A fast first look at many containers, straight from columns of samples, without a Usage.
//!
//! Screening answers for every container of a batch: is it idle, when was it used last, what does its week look
//! like, how much does it use, cost and waste, and what would fit it. It reads the samples once or twice where they
//! lie, keeps nothing, and takes about 1 ns a sample. What it finds is where [`analyze`](super::analyze) and its
//! reasons should look closer: screening knows neither business requests of unknown kind nor safety.
//!
//! The samples are regular: row i of a matrix belongs to container i, column j to `start + j·step`. NaN is missing
//! and never counts as zero. Hours, days and weeks are those of a clock at a fixed offset from UTC. [`ScreenRow`]
//! states each formula. Class *exact*: no arm, thread count or type of float changes a bit of a result, as long as
//! the values are the same.
//!
//! ```
//! use upid_core::analysis::screen::{Matrix, ScreenConfig, ScreenInput, screen};
//! // Two containers, an hour of minutes each, one matrix as numpy lays it out.
//! let cpu: Vec<f32> = (0..120).map(|i| if i < 60 { 0.001 } else { 0.25 }).collect();
//! let input = ScreenInput::new(0, 60_000, 2, 60, Matrix::F32(&cpu));
//! let rows = screen(&input, &ScreenConfig::default())?;
//! assert_eq!((rows[0].idle_share, rows[1].idle_share), (Some(1.0), Some(0.0)));
//! assert_eq!(rows[1].last_activity_ms, Some(59 * 60_000));
//! # Ok::<(), upid_core::Error>(())
//! ```

mod clock;
mod config;
mod container;
mod idle;
mod input;
mod money;
mod row;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

pub use config::ScreenConfig;
pub use input::{Matrix, Requested, ScreenInput};
pub use row::{Distribution, HOURS_OF_WEEK, Recommended, ScreenRow, Waste};

use self::clock::Clock;
use self::container::{Worker, look};
use crate::error::{Error, Result};
use crate::parallel;
use crate::stats::Arm;

/// Rows that one thread takes at a time.
const BATCH: usize = 16;

/// Screens every container of the input; the rows stand in its order.
///
/// # Errors
/// `UPID_INVALID_CONFIG`; `UPID_INVALID_STEP`, `UPID_EMPTY_INPUT`, `UPID_TIMESTAMP_RANGE` for the axis;
/// `UPID_LENGTH_MISMATCH` for a matrix, row or list of another length; `UPID_INVALID_VALUE` for an infinite or
/// negative sample, request or offset; `UPID_CURRENCY_MISMATCH`; `UPID_MONEY_OVERFLOW`. The place is the path of
/// the field, such as `cpu[3][17]`; of several faults in samples the first container's is told.
pub fn screen(input: &ScreenInput<'_>, config: &ScreenConfig) -> Result<Vec<ScreenRow>> {
    let mut rows = Vec::new();
    screen_into(input, config, &mut ScreenMemory::default(), &mut rows)?;
    Ok(rows)
}

/// [`screen`] into `rows`, with memory that is kept for the next batch: nothing is allocated per container after
/// warm-up.
///
/// # Errors
/// Those of [`screen`]; `rows` is then empty.
pub fn screen_into(
    input: &ScreenInput<'_>,
    config: &ScreenConfig,
    memory: &mut ScreenMemory,
    rows: &mut Vec<ScreenRow>,
) -> Result<()> {
    rows.clear();
    config.check()?;
    input.check()?;
    memory.clock.set(input);
    rows.resize_with(input.containers, ScreenRow::default);
    let done = fill(input, config, memory, rows).and_then(|()| money::shares(rows));
    if done.is_err() {
        rows.clear();
    }
    done
}

/// Reusable memory of [`screen_into`], one part per thread, and the instructions it uses.
#[derive(Debug)]
pub struct ScreenMemory {
    arm: Arm,
    clock: Clock,
    workers: Vec<Mutex<Worker>>,
}

impl ScreenMemory {
    /// With the instructions of `arm`; [`Default`] takes the best of this CPU. No arm changes a bit.
    pub fn new(arm: Arm) -> Self {
        Self { arm, clock: Clock::default(), workers: Vec::new() }
    }

    fn provide(&mut self, threads: usize) {
        while self.workers.len() < threads {
            self.workers.push(Mutex::new(Worker::new(self.arm)));
        }
    }
}

impl Default for ScreenMemory {
    fn default() -> Self {
        Self::new(Arm::detect())
    }
}

/// Fills all rows; each is a function of its container alone, so that the split over threads changes nothing.
fn fill(
    input: &ScreenInput<'_>,
    config: &ScreenConfig,
    memory: &mut ScreenMemory,
    rows: &mut [ScreenRow],
) -> Result<()> {
    memory.provide(parallel::threads());
    let (clock, workers) = (&memory.clock, &memory.workers);
    let some = |(at, rows): (usize, &mut [ScreenRow])| -> Option<(usize, Error)> {
        // One thread, one worker: nobody waits here.
        let worker = &workers[parallel::thread() % workers.len()];
        let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
        rows.iter_mut().enumerate().find_map(|(i, row)| {
            let index = at * BATCH + i;
            look(input, config, clock, index, &mut worker, row).err().map(|error| (index, error))
        })
    };
    match first_error(rows, some) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

#[cfg(feature = "parallel")]
fn first_error(
    rows: &mut [ScreenRow],
    some: impl Fn((usize, &mut [ScreenRow])) -> Option<(usize, Error)> + Send + Sync,
) -> Option<(usize, Error)> {
    use rayon::prelude::*;
    rows.par_chunks_mut(BATCH).enumerate().filter_map(some).min_by_key(|(index, _)| *index)
}

#[cfg(not(feature = "parallel"))]
fn first_error(
    rows: &mut [ScreenRow],
    some: impl Fn((usize, &mut [ScreenRow])) -> Option<(usize, Error)>,
) -> Option<(usize, Error)> {
    rows.chunks_mut(BATCH).enumerate().find_map(some)
}
