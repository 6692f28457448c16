//! Hourly and daily tables from a Usage, and exact roll-ups of samples at any step that divides a day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::accumulate::{accepted, check_kind};
use super::columns::{Columns, IngestOptions, SampleKind};
use super::day::{Cell, day_start};
use super::metric::MetricId;
use super::spec::{MetricSpec, UsageSpec};
use super::view::{MetricView, days_of, hours_of, part_days, part_hours};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{MS_PER_DAY, MS_PER_HOUR, TimeRange};

/// One observed hour, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HourStat {
    /// Start of the hour, in epoch milliseconds.
    pub start_ms: i64,
    /// Accepted samples; of summed containers the largest count.
    pub count: u64,
    /// Sum of the samples; of summed containers mean × count.
    pub sum: f64,
    /// Mean.
    pub mean: f64,
    /// Smallest sample.
    pub min: f64,
    /// Largest sample.
    pub max: f64,
}

impl HourStat {
    pub(super) fn new(start_ms: i64, cells: &[Cell], spec: &MetricSpec) -> Self {
        let sum = |f: fn(&Cell) -> f64| spec.units(cells.iter().map(f).sum());
        let count = cells.iter().map(|cell| cell.count).max().unwrap_or_default();
        let mean = sum(|cell| cell.sum as f64 / cell.count as f64);
        Self {
            start_ms,
            count,
            sum: if cells.len() > 1 { mean * count as f64 } else { sum(|cell| cell.sum as f64) },
            mean,
            min: sum(|cell| cell.min as f64),
            max: sum(|cell| cell.max as f64),
        }
    }
}

/// A time integral such as core-hours, with the time it covers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Integral {
    /// Σ over observed hours of mean · 1 h.
    pub unit_hours: f64,
    /// Observed hours. What to do about the others is the caller's decision.
    pub covered_hours: u64,
}

impl MetricView<'_> {
    /// The observed hours of a range of whole UTC hours; empty if there is none.
    pub fn hours(&self, range: TimeRange) -> Result<Vec<HourStat>> {
        let hours = hours_of(range)?;
        if let [part] = self.parts.as_slice() {
            let cells = part_hours(part, &hours).into_iter();
            return Ok(cells
                .map(|(h, cell)| HourStat::new(h * MS_PER_HOUR, &[cell], self.spec))
                .collect());
        }
        let cells = self.hour_cells(&hours);
        Ok(cells
            .iter()
            .map(|(h, cells)| HourStat::new(h * MS_PER_HOUR, cells, self.spec))
            .collect())
    }

    /// The observed days of a range of whole UTC days, whole days as one row each.
    pub fn daily(&self, range: TimeRange) -> Result<Vec<HourStat>> {
        let mut cells: BTreeMap<i32, Vec<Cell>> = BTreeMap::new();
        for part in &self.parts {
            for (day, state) in part_days(part, days_of(range)?) {
                cells.entry(day).or_default().push(state.total);
            }
        }
        Ok(cells
            .iter()
            .map(|(day, cells)| HourStat::new(day_start(*day), cells, self.spec))
            .collect())
    }

    /// The time integral over a range of whole UTC hours, e.g. core-hours.
    pub fn integral(&self, range: TimeRange) -> Result<Integral> {
        let hours = self.hours(range)?;
        Ok(Integral {
            unit_hours: hours.iter().map(|hour| hour.mean).sum(),
            covered_hours: hours.len() as u64,
        })
    }
}

/// Samples by slot in exact quanta; slots without a sample are absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollupTable {
    step_ms: i64,
    cells: BTreeMap<i64, Cell>,
}

impl RollupTable {
    /// Rolls gauge or increment samples up by a step that divides a day, e.g. 300000; else `UPID_INVALID_STEP`.
    pub fn of_samples(
        metric: MetricId,
        columns: &Columns<'_>,
        step_ms: i64,
        spec: &UsageSpec,
    ) -> Result<Self> {
        check_step(step_ms)?;
        if columns.kind == SampleKind::Counter {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "counters are not rolled up slot by slot",
            )
            .at_path("kind")
            .hint("summarise them into a Usage and take its hours"));
        }
        let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
        check_kind(metric, columns.kind, spec)?;
        for (ms, quanta) in accepted(metric, columns, spec, &IngestOptions::default())?.0 {
            cells.entry(ms.div_euclid(step_ms) * step_ms).or_default().insert(quanta)?;
        }
        Ok(Self { step_ms, cells })
    }

    /// The hours or days of a view over a range of whole UTC hours or days; another step is `UPID_INVALID_STEP`. Parts
    /// are merged, not added up.
    pub fn of_view(view: &MetricView<'_>, range: TimeRange, step_ms: i64) -> Result<Self> {
        let mut table = Self { step_ms, cells: BTreeMap::new() };
        let mut add = |start, cell: &Cell| table.cells.entry(start).or_default().merge(cell);
        for part in &view.parts {
            match step_ms {
                MS_PER_HOUR => part_hours(part, &hours_of(range)?)
                    .iter()
                    .try_for_each(|(hour, cell)| add(hour * MS_PER_HOUR, cell))?,
                MS_PER_DAY => part_days(part, days_of(range)?)
                    .try_for_each(|(day, state)| add(day_start(day), &state.total))?,
                _ => {
                    return Err(Error::new(
                        ErrorKind::InvalidStep,
                        format!("a Usage holds no roll-up of {step_ms} ms"),
                    )
                    .hint("use 1h or 1d, or roll up samples"));
                }
            }
        }
        Ok(table)
    }

    /// Drops the slots that start outside a range.
    pub(super) fn keep(&mut self, starts: std::ops::Range<i64>) {
        self.cells.retain(|start, _| starts.contains(start));
    }

    /// The same samples at a coarser step, a multiple of this one; exact.
    pub fn coarsen(&self, step_ms: i64) -> Result<Self> {
        check_step(step_ms)?;
        if step_ms % self.step_ms != 0 {
            return Err(Error::new(
                ErrorKind::InvalidStep,
                format!("{step_ms} ms is not a multiple of {} ms", self.step_ms),
            )
            .hint("coarsen 5 minutes to an hour, and an hour to a day"));
        }
        let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
        for (start, cell) in &self.cells {
            cells.entry(start.div_euclid(step_ms) * step_ms).or_default().merge(cell)?;
        }
        Ok(Self { step_ms, cells })
    }

    /// Adds another table of the same step, slot by slot.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.step_ms != other.step_ms {
            return Err(Error::new(ErrorKind::InvalidStep, "the tables have different steps")
                .hint("coarsen the finer one first"));
        }
        let mut merged = self.cells.clone();
        for (start, cell) in &other.cells {
            merged.entry(*start).or_default().merge(cell)?;
        }
        self.cells = merged;
        Ok(())
    }

    /// Length of a slot in milliseconds.
    pub fn step_ms(&self) -> i64 {
        self.step_ms
    }

    /// The slots in the metric's unit, in order.
    pub fn rows(&self, spec: &MetricSpec) -> Vec<HourStat> {
        self.cells.iter().map(|(start, cell)| HourStat::new(*start, &[*cell], spec)).collect()
    }

    /// The slots in exact quanta, in order: start, count, sum, min, max.
    pub fn quanta(&self) -> impl Iterator<Item = (i64, u64, u128, u64, u64)> + '_ {
        self.cells.iter().map(|(start, c)| (*start, c.count, c.sum, c.min, c.max))
    }
}

fn check_step(step_ms: i64) -> Result<()> {
    if step_ms > 0 && MS_PER_DAY % step_ms == 0 {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidStep,
        format!("the step of {step_ms} ms does not divide a day"),
    )
    .hint("use 5m, 15m, 1h or 1d"))
}
