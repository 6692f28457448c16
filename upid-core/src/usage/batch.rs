//! Many series at once, on all threads under the feature `parallel`, to the same bits.

use super::columns::{Columns, IngestOptions, IngestReport};
use super::key::UsageKey;
use super::metric::MetricId;
use super::spec::UsageSpec;
use super::store::{Usage, summarize};
use super::summary::UsageSummary;
use crate::error::Result;
use crate::parallel;

/// One series of a batch.
#[derive(Debug, Clone, Copy)]
pub struct SeriesRef<'a> {
    /// Whose.
    pub key: &'a UsageKey,
    /// Of what.
    pub metric: MetricId,
    /// The samples.
    pub columns: Columns<'a>,
}

/// Summarises many series. Keys and metrics may repeat, as parts of one series; an error names the first bad series.
///
/// # Errors
/// Those of [`Usage::add_series`], under `series[i]`.
pub fn summarize_batch(
    items: &[SeriesRef<'_>],
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<(Usage, IngestReport)> {
    let mut usage = Usage::new(spec.clone())?;
    let mut report = IngestReport::default();
    let spec = usage.spec.clone();
    let one =
        |item: &SeriesRef<'_>| summarize(item.key, item.metric, &item.columns, &spec, options);
    // Blocks bound the memory of finished but not yet merged summaries.
    for (block, items) in items.chunks(1024).enumerate() {
        for (at, done) in parallel::map(items, one).into_iter().enumerate() {
            let at = block * 1024 + at;
            let under = |e: crate::Error| e.under(&format!("series[{at}]"));
            let (summary, part): (UsageSummary, IngestReport) = done.map_err(under)?;
            let Some(item) = items.get(at % 1024) else { continue };
            usage.add_summary(item.key, summary).map_err(under)?;
            report.add(&part.of_series(at));
        }
    }
    Ok((usage, report))
}
