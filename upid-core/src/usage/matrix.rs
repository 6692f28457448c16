//! Many series of one metric on one time axis, as a matrix with a row per key.

use super::batch::{SeriesRef, summarize_batch};
use super::columns::{Columns, IngestOptions, IngestReport, SampleKind, Times, Values};
use super::key::UsageKey;
use super::metric::MetricId;
use super::store::Usage;
use crate::error::{Error, ErrorKind, Result};

/// One metric of many keys at the same times.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    /// Whose: one key per row.
    pub keys: &'a [UsageKey],
    /// Of what.
    pub metric: MetricId,
    /// When: one time per column.
    pub timestamps_ms: Times<'a>,
    /// How much, row after row.
    pub values: Values<'a>,
    /// What the values mean.
    pub kind: SampleKind,
}

impl Matrix<'_> {
    /// How many columns.
    fn width(&self) -> Result<usize> {
        let (rows, values) = (self.keys.len(), self.values.len());
        let width = match self.timestamps_ms {
            Times::Explicit(times) => times.len(),
            Times::Regular { .. } => values.checked_div(rows).unwrap_or_default(),
        };
        if rows.checked_mul(width) == Some(values) {
            return Ok(width);
        }
        Err(Error::new(
            ErrorKind::LengthMismatch,
            match self.timestamps_ms {
                Times::Explicit(times) => {
                    format!("{values} values for {rows} keys and {} timestamps", times.len())
                }
                Times::Regular { .. } => format!("{values} values for {rows} keys"),
            },
        )
        .at_path("values")
        .hint("give a row of values for each key, and in it one value for each time"))
    }
}

impl Usage {
    /// Adds a matrix, on all threads under the feature `parallel`, to the same bits. All or nothing.
    ///
    /// # Errors
    /// `UPID_LENGTH_MISMATCH`, and those of [`Usage::add_series`] under `series[i]`, the row of the matrix.
    pub fn add_matrix(
        &mut self,
        matrix: &Matrix<'_>,
        options: &IngestOptions,
    ) -> Result<IngestReport> {
        let width = matrix.width()?;
        let series: Vec<SeriesRef<'_>> = matrix
            .keys
            .iter()
            .enumerate()
            .map(|(row, key)| SeriesRef {
                key,
                metric: matrix.metric,
                columns: Columns {
                    timestamps_ms: matrix.timestamps_ms,
                    values: matrix.values.slice(row * width..(row + 1) * width),
                    validity: None,
                    kind: matrix.kind,
                },
            })
            .collect();
        let (part, report) = summarize_batch(&series, &self.spec, options)?;
        self.absorb(part)?;
        Ok(report)
    }
}
