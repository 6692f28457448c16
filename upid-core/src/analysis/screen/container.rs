//! One container, from its rows of samples to its [`ScreenRow`].
#![allow(clippy::needless_bitwise_bool, reason = "`&` has no branch")]

use super::clock::Clock;
use super::config::ScreenConfig;
use super::idle::{clear, runs};
use super::input::{Row, ScreenInput};
use super::money::Reserved;
use super::row::{Distribution, HOURS_OF_WEEK, Recommended, ScreenRow, Waste};
use crate::cost::{CPU, MEMORY};
use crate::error::{Error, ErrorKind, Result};
use crate::stats::seasonal::SeasonalScratch;
use crate::stats::{
    Arm, Extent, QuantileScratch, Sample, extent_of, flags, least_squares_slope, segment_sums,
};
use crate::units::MS_PER_HOUR;

/// The quantiles of a [`Distribution`].
const SHARES: [f64; 4] = [0.50, 0.90, 0.95, 0.99];
/// Cycles that a strength needs (insight.md §1).
const DAILY_CYCLES: usize = 3;
const WEEKLY_CYCLES: usize = 2;

/// The memory of one thread.
#[derive(Debug)]
pub(super) struct Worker {
    arm: Arm,
    narrow: QuantileScratch<f32>,
    wide: QuantileScratch<f64>,
    seasonal: SeasonalScratch,
    hours: Hours,
    means: Vec<f64>,
    idle: Vec<u64>,
    seen: Vec<u64>,
}

/// Sum and number of the observed samples of each hour.
#[derive(Debug, Default)]
pub(super) struct Hours {
    pub(super) sums: Vec<f64>,
    pub(super) counts: Vec<usize>,
}

impl Worker {
    pub(super) fn new(arm: Arm) -> Self {
        Self {
            arm,
            narrow: QuantileScratch::new(arm),
            wide: QuantileScratch::new(arm),
            seasonal: SeasonalScratch::default(),
            hours: Hours::default(),
            means: Vec::new(),
            idle: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Hourly sums, quantiles and the number observed of one metric.
    fn measure(&mut self, row: Row<'_>, clock: &Clock) -> Result<(usize, Option<Distribution>)> {
        let (arm, hours) = (self.arm, &mut self.hours);
        match row {
            Row::F32(values) => measure(arm, values, clock, hours, &mut self.narrow),
            Row::F64(values) => measure(arm, values, clock, hours, &mut self.wide),
        }
    }

    /// Hourly means of the hours that have at least half of their samples, else NaN.
    fn hourly_means(&mut self, step_ms: i64) {
        let half = |count: usize| 2 * count as i64 * step_ms >= MS_PER_HOUR;
        let hours = self.hours.sums.iter().zip(&self.hours.counts);
        self.means.clear();
        self.means.extend(
            hours.map(|(sum, &n)| if n > 0 && half(n) { sum / n as f64 } else { f64::NAN }),
        );
    }

    /// Marks the idle samples of CPU, network and requests; `complete` says that no CPU sample is missing.
    fn mark(
        &mut self,
        input: &ScreenInput<'_>,
        config: &ScreenConfig,
        clock: &Clock,
        index: usize,
        complete: bool,
    ) -> Result<()> {
        let cpu = input.cpu.row(index, input.samples);
        // Without a network matrix CPU stands for it, which is never as loud as this.
        let (network, loud) = match input.network {
            Some(network) => (network.row(index, input.samples), config.idle_network_bytes),
            None => (cpu, f64::INFINITY),
        };
        let (arm, bounds) = (self.arm, (config.idle_cpu_cores, loud));
        if input.network.is_some() {
            network.check(arm).map_err(|e| e.under(&format!("network[{index}]")))?;
        }
        match (cpu, network) {
            (Row::F32(cpu), Row::F32(network)) => quiet(arm, cpu, network, bounds, &mut self.idle),
            (Row::F32(cpu), Row::F64(network)) => quiet(arm, cpu, network, bounds, &mut self.idle),
            (Row::F64(cpu), Row::F32(network)) => quiet(arm, cpu, network, bounds, &mut self.idle),
            (Row::F64(cpu), Row::F64(network)) => quiet(arm, cpu, network, bounds, &mut self.idle),
        }
        self.seen.clear();
        match cpu {
            _ if complete => {}
            Row::F32(cpu) => observed(arm, cpu, &mut self.seen),
            Row::F64(cpu) => observed(arm, cpu, &mut self.seen),
        }
        let Some(requests) = input.requests else { return Ok(()) };
        let requests = requests.row(index, clock.of_week.len());
        requests.check(arm).map_err(|e| e.under(&format!("requests[{index}]")))?;
        for (hour, bounds) in clock.bounds.windows(2).enumerate() {
            let busy = match requests {
                Row::F32(values) => values.get(hour).is_some_and(|v| *v > 0.0),
                Row::F64(values) => values.get(hour).is_some_and(|v| *v > 0.0),
            };
            if let (true, [start, end]) = (busy, bounds) {
                clear(&mut self.idle, *start, *end);
            }
        }
        Ok(())
    }
}

impl Row<'_> {
    /// The error of the first value that is negative or infinite.
    fn check(self, arm: Arm) -> Result<()> {
        fn check<F: Sample>(arm: Arm, values: &[F]) -> Result<()> {
            let extent = arm.run(
                #[inline(always)]
                || extent_of(values),
            );
            if usable(&extent) { Ok(()) } else { Err(unusable(values)) }
        }
        match self {
            Row::F32(values) => check(arm, values),
            Row::F64(values) => check(arm, values),
        }
    }
}

/// Fills the row of container `index`; the input was checked but for its samples.
pub(super) fn look(
    input: &ScreenInput<'_>,
    config: &ScreenConfig,
    clock: &Clock,
    index: usize,
    worker: &mut Worker,
    row: &mut ScreenRow,
) -> Result<()> {
    let reserved = Reserved::of(input, index)?;
    let rates = input.rates_of(index);
    let place = |metric: &str| format!("{metric}[{index}]");

    let cpu = input.cpu.row(index, input.samples);
    let (samples, distribution) = worker.measure(cpu, clock).map_err(|e| e.under(&place("cpu")))?;
    row.cpu = distribution;
    row.samples = samples as u64;
    row.missing = (input.samples - samples) as u64;
    profile(&worker.hours, clock, &mut row.profile);
    worker.hourly_means(input.step_ms);
    row.cpu_slope_per_day = least_squares_slope(&worker.means).map(|per_hour| per_hour * 24.0);
    let mut strength = |phases: &[u16], period, cycles| {
        worker.seasonal.strength(&worker.means, phases, period, cycles)
    };
    row.daily_strength = strength(&clock.of_day, 24, DAILY_CYCLES);
    row.weekly_strength = strength(&clock.of_week, HOURS_OF_WEEK, WEEKLY_CYCLES);
    let unused = |worker: &Worker, resource, metric: &str| {
        let unused = reserved.unused(resource, &worker.hours, input.step_ms);
        unused.map_err(|e| e.under(&place(metric)))
    };
    let unused_cpu = if samples > 0 { unused(worker, CPU, "cpu")? } else { None };

    worker.mark(input, config, clock, index, samples == input.samples)?;
    if samples > 0 {
        let found = runs(&worker.idle, &worker.seen, input.samples);
        row.idle_share = Some(found.idle as f64 / samples as f64);
        row.longest_idle_ms = Some(found.longest as i64 * input.step_ms);
        row.last_activity_ms =
            found.last_active.map(|at| input.start_ms + at as i64 * input.step_ms);
    }

    let mut unused_memory = None;
    if let Some(memory) = input.memory {
        let memory = memory.row(index, input.samples);
        let (samples, distribution) =
            worker.measure(memory, clock).map_err(|e| e.under(&place("memory")))?;
        row.memory = distribution;
        row.memory_missing = Some((input.samples - samples) as u64);
        if samples > 0 {
            unused_memory = unused(worker, MEMORY, "memory")?;
        }
    }

    row.cost = reserved.cost(input.window_ms(), rates)?;
    row.waste = Waste::priced(unused_cpu, unused_memory, rates)?;
    row.recommended = Recommended {
        cpu_cores: row.cpu.map(|cpu| cpu.p95 * (1.0 + config.cpu_margin)),
        memory_bytes: row.memory.map(|memory| memory.max * (1.0 + config.memory_margin)),
    };
    Ok(())
}

/// Extent, hourly sums and quantiles of one metric.
fn measure<F: Sample>(
    arm: Arm,
    values: &[F],
    clock: &Clock,
    hours: &mut Hours,
    quantiles: &mut QuantileScratch<F>,
) -> Result<(usize, Option<Distribution>)> {
    let extent = arm.run(
        #[inline(always)]
        || {
            let extent = extent_of(values);
            let complete = extent.count == values.len();
            segment_sums(values, &clock.bounds, complete, &mut hours.sums, &mut hours.counts);
            extent
        },
    );
    if extent.count == 0 {
        return Ok((0, None));
    }
    if !usable(&extent) {
        return Err(unusable(values));
    }
    let mut found = [f64::NAN; SHARES.len()];
    quantiles.read(values, extent, &SHARES, &mut found);
    let [p50, p90, p95, p99] = found;
    // A zero of either sign is 0.
    let max = extent.max.to_f64() + 0.0;
    Ok((extent.count, Some(Distribution { p50, p90, p95, p99, max })))
}

/// Whether no sample is negative or infinite; of none the least is ∞ and the greatest −∞.
fn usable<F: Sample>(extent: &Extent<F>) -> bool {
    extent.min.to_f64() >= 0.0 && extent.max.to_f64() != f64::INFINITY
}

/// The error of the first sample that is negative or infinite.
fn unusable<F: Sample>(values: &[F]) -> Error {
    let bad = |v: f64| v < 0.0 || v == f64::INFINITY;
    let at = values.iter().position(|v| bad(v.to_f64())).unwrap_or_default();
    let value = values.get(at).map_or(f64::NAN, |v| v.to_f64());
    Error::new(ErrorKind::InvalidValue, format!("{value} is not a finite number of at least 0"))
        .at_path(format!("[{at}]"))
        .hint("NaN marks a missing sample; rates of counters that restarted are missing, not negative")
}

/// Mean per hour of the week: sums of its hours in order of time ÷ number of samples; NaN where there is none.
fn profile(hours: &Hours, clock: &Clock, profile: &mut [f64; HOURS_OF_WEEK]) {
    let mut counts = [0_usize; HOURS_OF_WEEK];
    *profile = [0.0; HOURS_OF_WEEK];
    for ((sum, n), slot) in hours.sums.iter().zip(&hours.counts).zip(&clock.of_week) {
        let slot = usize::from(*slot);
        profile[slot] += sum;
        counts[slot] += n;
    }
    for (value, n) in profile.iter_mut().zip(counts) {
        *value = if n > 0 { *value / n as f64 } else { f64::NAN };
    }
}

/// Which samples are below the first bound and, as far as known, the second.
fn quiet<C: Sample, N: Sample>(
    arm: Arm,
    cpu: &[C],
    network: &[N],
    bounds: (f64, f64),
    words: &mut Vec<u64>,
) {
    let (low, loud) = (C::at_least(bounds.0), N::at_least(bounds.1));
    arm.run(
        #[inline(always)]
        || flags(cpu, network, |c, n| (c < low) & (n.is_nan() | (n < loud)), words),
    );
}

/// Which samples are not missing.
fn observed<F: Sample>(arm: Arm, values: &[F], words: &mut Vec<u64>) {
    arm.run(
        #[inline(always)]
        || flags(values, values, |v, _| !v.is_nan(), words),
    );
}
