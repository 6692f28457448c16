//! What a screening reads: borrowed matrices on one regular time axis.

use crate::error::{Error, ErrorKind, Result};
use crate::model::Rates;
use crate::units::{MS_PER_DAY, MS_PER_HOUR, Timestamp};

/// One metric of all containers, as it lies in memory; NaN is missing.
#[derive(Debug, Clone, Copy)]
pub enum Matrix<'a> {
    /// One row after the other (C order), 32 bits a value.
    F32(&'a [f32]),
    /// One row after the other (C order), 64 bits a value.
    F64(&'a [f64]),
    /// One slice per container, 32 bits a value.
    F32Rows(&'a [&'a [f32]]),
    /// One slice per container, 64 bits a value.
    F64Rows(&'a [&'a [f64]]),
}

/// The values of one container.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'a> {
    F32(&'a [f32]),
    F64(&'a [f64]),
}

/// What a container reserves; `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Requested {
    /// Requested cores.
    pub cpu_cores: Option<f64>,
    /// Requested bytes.
    pub memory_bytes: Option<f64>,
}

/// The columns of a batch of containers. Required are an axis and CPU; everything else may be unknown.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ScreenInput<'a> {
    /// Time of the first sample, epoch milliseconds.
    pub start_ms: i64,
    /// Distance of samples, above 0 and at most an hour. A sample stands for the step that it starts.
    pub step_ms: i64,
    /// The clock's minutes ahead of UTC, less than a day either way; default 0.
    pub utc_offset_minutes: i32,
    /// Number of containers.
    pub containers: usize,
    /// Samples of each container.
    pub samples: usize,
    /// CPU in cores.
    pub cpu: Matrix<'a>,
    /// Memory (working set) in bytes.
    pub memory: Option<Matrix<'a>>,
    /// Network in bytes per second, both directions.
    pub network: Option<Matrix<'a>>,
    /// Business requests, one value per hour of the clock that the window touches.
    pub requests: Option<Matrix<'a>>,
    /// What each container reserves; empty if unknown.
    pub requested: &'a [Requested],
    /// Prices: none, one for all, or one per container. GPUs are not priced here.
    pub rates: &'a [Rates],
}

impl<'a> ScreenInput<'a> {
    /// A batch of which only CPU is known; set the other fields where they are.
    pub fn new(
        start_ms: i64,
        step_ms: i64,
        containers: usize,
        samples: usize,
        cpu: Matrix<'a>,
    ) -> Self {
        Self {
            start_ms,
            step_ms,
            utc_offset_minutes: 0,
            containers,
            samples,
            cpu,
            memory: None,
            network: None,
            requests: None,
            requested: &[],
            rates: &[],
        }
    }

    /// Length of the window in milliseconds; the input was checked.
    pub(super) fn window_ms(&self) -> i64 {
        self.step_ms * self.samples as i64
    }

    /// Start of the window on the clock, in milliseconds since its 1970-01-01T00:00.
    pub(super) fn clock_start_ms(&self) -> i64 {
        self.start_ms + i64::from(self.utc_offset_minutes) * 60_000
    }

    /// How many hours of the clock the window touches.
    pub(super) fn hours(&self) -> usize {
        let start = self.clock_start_ms();
        let last = start + self.window_ms() - 1;
        (last.div_euclid(MS_PER_HOUR) - start.div_euclid(MS_PER_HOUR) + 1) as usize
    }

    /// The price of a container's reservation.
    pub(super) fn rates_of(&self, index: usize) -> Option<&'a Rates> {
        if self.rates.len() == 1 { self.rates.first() } else { self.rates.get(index) }
    }

    pub(super) fn check(&self) -> Result<()> {
        self.check_axis()?;
        self.cpu.check("cpu", self.containers, self.samples)?;
        for (path, matrix) in [("memory", self.memory), ("network", self.network)] {
            matrix.map_or(Ok(()), |m| m.check(path, self.containers, self.samples))?;
        }
        if let Some(requests) = self.requests {
            requests.check("requests", self.containers, self.hours())?;
        }
        let lists = [("requested", self.requested.len()), ("rates", self.rates.len())];
        for (path, length) in lists {
            let one_for_all = path == "rates" && length == 1;
            if length != 0 && length != self.containers && !one_for_all {
                return Err(mismatch(path, length, self.containers));
            }
        }
        let mut known = self.rates.iter().filter_map(|r| r.currency);
        if let Some(first) = known.next() {
            known.try_for_each(|other| first.same(other)).map_err(|e| e.at_path("rates"))?;
        }
        Ok(())
    }

    fn check_axis(&self) -> Result<()> {
        if !(1..=MS_PER_HOUR).contains(&self.step_ms) {
            return Err(Error::new(
                ErrorKind::InvalidStep,
                format!("the step of {} ms is not above 0 and at most an hour", self.step_ms),
            )
            .at_path("stepMs")
            .hint("steps are milliseconds: 60000 is one minute"));
        }
        if self.samples == 0 {
            return Err(Error::new(ErrorKind::EmptyInput, "the window holds no sample")
                .at_path("samples")
                .hint("give at least one sample for each container"));
        }
        if i64::from(self.utc_offset_minutes).abs() * 60_000 >= MS_PER_DAY {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("an offset of {} minutes is a day or more", self.utc_offset_minutes),
            )
            .at_path("utcOffsetMinutes")
            .hint("give minutes ahead of UTC: 330 for India, -300 for New York in winter"));
        }
        Timestamp::from_ms(self.start_ms).map_err(|e| e.at_path("startMs"))?;
        let end = i64::try_from(self.samples)
            .ok()
            .and_then(|samples| self.step_ms.checked_mul(samples))
            .and_then(|ms| self.start_ms.checked_add(ms))
            .unwrap_or(i64::MAX);
        Timestamp::from_ms(end - 1).map_err(|e| e.at_path("samples"))?;
        Ok(())
    }
}

impl<'a> Matrix<'a> {
    /// The values of container `index`; the shape was checked.
    pub(super) fn row(self, index: usize, columns: usize) -> Row<'a> {
        let at = index * columns..(index + 1) * columns;
        match self {
            Self::F32(values) => Row::F32(values.get(at).unwrap_or_default()),
            Self::F64(values) => Row::F64(values.get(at).unwrap_or_default()),
            Self::F32Rows(rows) => Row::F32(rows.get(index).copied().unwrap_or_default()),
            Self::F64Rows(rows) => Row::F64(rows.get(index).copied().unwrap_or_default()),
        }
    }

    fn check(self, path: &str, rows: usize, columns: usize) -> Result<()> {
        let ragged = |lengths: &mut dyn Iterator<Item = usize>| {
            lengths.enumerate().find(|(_, length)| *length != columns)
        };
        let (length, wrong) = match self {
            Self::F32(values) => (values.len(), None),
            Self::F64(values) => (values.len(), None),
            Self::F32Rows(r) => (r.len(), ragged(&mut r.iter().map(|r| r.len()))),
            Self::F64Rows(r) => (r.len(), ragged(&mut r.iter().map(|r| r.len()))),
        };
        let want = match self {
            Self::F32(_) | Self::F64(_) => rows.checked_mul(columns),
            Self::F32Rows(_) | Self::F64Rows(_) => Some(rows),
        };
        if Some(length) != want {
            return Err(mismatch(path, length, want.unwrap_or(usize::MAX)));
        }
        wrong.map_or(Ok(()), |(row, length)| {
            Err(mismatch(&format!("{path}[{row}]"), length, columns))
        })
    }
}

fn mismatch(path: &str, length: usize, want: usize) -> Error {
    Error::new(ErrorKind::LengthMismatch, format!("{length} values where {want} are needed"))
        .at_path(path)
        .hint(
            "a matrix has one row per container and one column per sample (per hour for requests)",
        )
}
