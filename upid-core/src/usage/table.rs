//! Tables with key columns, wide or long.

use super::columns::{IngestOptions, IngestReport, SampleKind, Times, Values};
use super::metric::MetricId;
use super::store::Usage;
use super::stream::TableStream;
use crate::error::{Error, ErrorKind, Result};

/// A column of names.
#[derive(Debug, Clone, Copy)]
pub enum TextColumn<'a> {
    /// One name per row.
    Text(&'a [&'a str]),
    /// Codes into a list of names, one code per row.
    Dictionary {
        /// Position in `names`, one per row.
        codes: &'a [i32],
        /// The distinct names.
        names: &'a [&'a str],
    },
    /// The same name in every row.
    Constant(&'a str),
}

/// The key columns of a table; an absent one is empty in every row.
#[derive(Debug, Clone, Copy)]
pub struct KeyColumns<'a> {
    /// Cluster.
    pub cluster: Option<TextColumn<'a>>,
    /// Namespace; required.
    pub namespace: Option<TextColumn<'a>>,
    /// Pod; required.
    pub pod: Option<TextColumn<'a>>,
    /// Container.
    pub container: Option<TextColumn<'a>>,
}

/// One metric of a wide table.
#[derive(Debug, Clone, Copy)]
pub struct MetricColumn<'a> {
    /// Which metric.
    pub metric: MetricId,
    /// One value per row.
    pub values: Values<'a>,
    /// Arrow validity bitmap; `None` means all valid.
    pub validity: Option<&'a [u8]>,
    /// What the values mean.
    pub kind: SampleKind,
}

/// The values of a table.
#[derive(Debug, Clone, Copy)]
pub enum TableValues<'a> {
    /// One column per metric.
    Wide(&'a [MetricColumn<'a>]),
    /// One row per sample, with the metric's name in a column.
    Long {
        /// Names as [`MetricId::parse`] reads them.
        metric: TextColumn<'a>,
        /// One value per row.
        values: Values<'a>,
        /// Arrow validity bitmap; `None` means all valid.
        validity: Option<&'a [u8]>,
        /// What the values mean.
        kind: SampleKind,
    },
}

/// A table of samples: times, keys and values of equal length (usage.md §9).
#[derive(Debug, Clone, Copy)]
pub struct TableColumns<'a> {
    /// When.
    pub timestamps_ms: Times<'a>,
    /// Whose.
    pub keys: KeyColumns<'a>,
    /// How much.
    pub values: TableValues<'a>,
}

impl TextColumn<'_> {
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Self::Text(names) => Some(names.len()),
            Self::Dictionary { codes, .. } => Some(codes.len()),
            Self::Constant(_) => None,
        }
    }
}

pub(super) fn length(name: &str, len: usize, rows: usize) -> Error {
    Error::new(ErrorKind::LengthMismatch, format!("{name} has {len} rows and the table {rows}"))
        .at_path(name)
        .hint("all columns of a table have the same length")
}

impl TableColumns<'_> {
    /// How many rows, by the values.
    pub(super) fn rows(&self) -> usize {
        match self.values {
            TableValues::Wide(columns) => columns.first().map_or(0, |column| column.values.len()),
            TableValues::Long { values, .. } => values.len(),
        }
    }
}

impl Usage {
    /// Adds a table, wide or long. All or nothing. Equal keys may be scattered over the rows; where they lie side by
    /// side, the columns are read without a copy.
    ///
    /// Where a table holds both network columns for the same rows, their sum fills `NetworkBytesPerSecond` too,
    /// unless the table brings that column itself. Counters: see [`Usage::add_series`]. A table that comes in batches
    /// is one [`TableStream`].
    ///
    /// # Errors
    /// `UPID_MISSING_COLUMN` without namespace or pod, `UPID_LENGTH_MISMATCH`, `UPID_UNKNOWN_METRIC` with the row,
    /// and those of [`Usage::add_series`], with the key in `details`.
    pub fn add_table(
        &mut self,
        table: &TableColumns<'_>,
        options: &IngestOptions,
    ) -> Result<IngestReport> {
        let mut stream = TableStream::new(self.spec.clone(), options.clone())?;
        stream.add(table)?;
        stream.finish(self)
    }
}
