//! Where a history comes from: samples of pods, or their summaries in a Usage.

use std::cell::OnceCell;
use std::rc::Rc;

use super::aggregate::Workload;
use super::history::Day;
use super::{Resource, Series};
use crate::error::Result;
use crate::units::MS_PER_DAY;
use crate::usage::DayState;

/// Rows of a series that could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Unusable {
    pub(super) missing: u64,
    pub(super) negative: u64,
    pub(super) infinite: u64,
}

/// What one pod delivered.
#[derive(Debug, Clone, PartialEq)]
enum Track {
    /// Samples in time order.
    Samples(Vec<(i64, f64)>),
    /// Whole UTC days, ascending.
    Days(Vec<Rc<Day>>),
}

/// The history of one resource of one container, per pod.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    resource: Resource,
    tracks: Vec<Track>,
    /// The days of all tracks together, once asked for; only of whole days.
    pooled: OnceCell<Vec<Rc<Day>>>,
    /// Whether values come from histograms.
    pub(super) approximate: bool,
    pub(super) unusable: Unusable,
}

/// A sample to test a size on; histograms give several at once, without their order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) day: i64,
    pub(super) value: f64,
    pub(super) count: u64,
}

impl Resource {
    /// Unit of exact sums (usage.md §2): 10⁻⁶ cores, one byte.
    fn quantum(self) -> f64 {
        match self {
            Self::Cpu => 1e-6,
            Self::Memory => 1.0,
        }
    }
}

impl Source {
    /// An empty history.
    pub(super) fn new(resource: Resource) -> Self {
        Self {
            resource,
            tracks: Vec::new(),
            pooled: OnceCell::new(),
            approximate: false,
            unusable: Unusable::default(),
        }
    }

    /// Adds a pod's samples of `[from, to)`, from `startup` milliseconds after its first sample on.
    pub(super) fn add_series(
        &mut self,
        series: &Series,
        (from, to): (i64, i64),
        startup: i64,
    ) -> Result<()> {
        let mut rows = series.rows()?;
        rows.retain(|&(time, value)| {
            let usable = (0.0..1e18).contains(&value);
            if (from..to).contains(&time) && !usable {
                self.unusable.missing += u64::from(value.is_nan());
                self.unusable.negative += u64::from(value < 0.0);
                self.unusable.infinite += u64::from(value >= 1e18);
            }
            usable
        });
        rows.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        // Of equal timestamps the largest value counts (usage.md §3, `KeepMax`).
        rows.dedup_by_key(|row| row.0);
        let started = rows.first().map_or(0, |row| row.0).saturating_add(startup);
        rows.retain(|&(time, _)| (from.max(started)..to).contains(&time));
        self.pooled.take();
        self.tracks.push(Track::Samples(rows));
        Ok(())
    }

    /// Adds a pod's days of a Usage, ascending.
    pub(super) fn add_days(&mut self, days: Vec<DayState>) {
        self.approximate = true;
        self.pooled.take();
        self.tracks
            .push(Track::Days(days.into_iter().map(|day| Rc::new(Day::from(day))).collect()));
    }

    /// CPU or memory.
    pub(super) fn resource(&self) -> Resource {
        self.resource
    }

    /// First and last instant; the end of the last day for a Usage.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let ends = self.tracks.iter().filter_map(|track| match track {
            Track::Samples(rows) => Some((rows.first()?.0, rows.last()?.0)),
            Track::Days(days) => Some((
                days.first()?.number * MS_PER_DAY,
                (days.last()?.number + 1) * MS_PER_DAY - 1,
            )),
        });
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Adds what lies in `[from, to)` to the histories of the workload and of its pods.
    pub(super) fn feed(&self, workload: &mut Workload, (from, to): (i64, i64)) {
        let (mut parts, mut whole) = (Vec::new(), true);
        workload.pods.resize_with(self.tracks.len(), Default::default);
        for (track, pod) in self.tracks.iter().zip(&mut workload.pods) {
            let days = match track {
                Track::Samples(rows) => {
                    whole = false;
                    Day::from_samples(between(rows, from, to), self.resource.quantum())
                }
                Track::Days(days) => days.iter().filter(|d| within(d, from, to)).cloned().collect(),
            };
            parts.extend(days.iter().cloned());
            pod.grow(days);
        }
        let pooled = if whole {
            self.whole_days().iter().filter(|d| within(d, from, to)).cloned().collect()
        } else {
            Day::pooled(parts)
        };
        workload.pooled.grow(pooled);
    }

    /// The days of all pods, of a Usage.
    fn whole_days(&self) -> &[Rc<Day>] {
        self.pooled.get_or_init(|| {
            Day::pooled(self.tracks.iter().flat_map(|track| match track {
                Track::Samples(_) => Vec::new(),
                Track::Days(days) => days.clone(),
            }))
        })
    }

    /// All points: in time order for samples, by day and value for histograms.
    pub(super) fn points(&self) -> Points {
        let mut timed = Vec::new();
        for track in &self.tracks {
            match track {
                Track::Samples(rows) => timed.extend(rows.iter().map(|&(time, value)| {
                    (time, Point { day: time.div_euclid(MS_PER_DAY), value, count: 1 })
                })),
                Track::Days(days) => {
                    for day in days {
                        let start = day.number * MS_PER_DAY;
                        timed.extend(day.samples.counts().map(|(value, count)| {
                            (start, Point { day: day.number, value, count })
                        }));
                    }
                }
            }
        }
        timed.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.value.total_cmp(&b.1.value)));
        let (times, points) = timed.into_iter().unzip();
        Points { times, points }
    }

    /// Whether points stand in the order in which they were measured.
    pub(super) fn is_ordered(&self) -> bool {
        self.tracks.len() == 1 && !self.approximate
    }
}

/// The points of a source with their times; those of a histogram stand at the start of their day.
pub(super) struct Points {
    times: Vec<i64>,
    points: Vec<Point>,
}

impl Points {
    /// The points of `[from, to)`; whole days for histograms.
    pub(super) fn between(&self, from: i64, to: i64) -> &[Point] {
        let start = self.times.partition_point(|time| *time < from);
        let end = self.times.partition_point(|time| *time < to).max(start);
        self.points.get(start..end).unwrap_or_default()
    }
}

fn between(rows: &[(i64, f64)], from: i64, to: i64) -> &[(i64, f64)] {
    let start = rows.partition_point(|row| row.0 < from);
    let end = rows.partition_point(|row| row.0 < to).max(start);
    rows.get(start..end).unwrap_or_default()
}

fn within(day: &Day, from: i64, to: i64) -> bool {
    day.number * MS_PER_DAY >= from && (day.number + 1) * MS_PER_DAY <= to
}
