//! The newest sample of each series that tells of the cluster's objects.

use super::PrometheusOptions;
use super::document::{Index, Search};
use super::labels::{Labels, Naming};
use super::samples::{Reader, Samples};
use crate::error::Result;
use crate::ingest::options::ParseOptions;
use crate::ingest::parsed::Log;
use crate::ingest::scan::Scanner;
use crate::ingest::snapshot_metrics::StateMetric;

/// The last sample of a series that is not missing.
pub(in crate::ingest) struct Newest<'n, 'a> {
    pub(in crate::ingest) metric: StateMetric,
    /// The resource that the name of the series speaks of.
    pub(in crate::ingest) resource: Option<&'static str>,
    pub(in crate::ingest) labels: &'n Labels<'a>,
    /// Epoch milliseconds, and how long before that the sample before it stands.
    pub(in crate::ingest) at: i64,
    pub(in crate::ingest) step: Option<i64>,
    pub(in crate::ingest) value: f64,
    /// Where the samples begin.
    pub(in crate::ingest) place: usize,
}

/// Gives the newest sample of each series to `each`, and what there is to say about the document to the log of `scan`.
pub(in crate::ingest) fn newest<'a>(
    scan: &mut Scanner<'a>,
    (text, base): (&'a str, usize),
    common: &ParseOptions,
    mut each: impl FnMut(&Newest<'_, 'a>, &mut Log) -> Result<()>,
) -> Result<()> {
    let mut options = PrometheusOptions::default();
    options.limits.clone_from(&common.limits);
    let naming = Naming::new(&options);
    let index = Index::new((text, base, 0), &options, &naming, Search::Json).of_snapshot();
    let indexed = index.read(scan)?;
    let texts = [(text, base)];
    let reader = Reader { texts: &texts, limits: &common.limits, common, searched: false };
    let (mut samples, mut log) = (Samples::default(), Log::new(common));
    for series in &indexed.named {
        log = reader.read(series.samples, series.many, &mut samples, log)?;
        log.check_records(series.samples.end)?;
        let rows = samples.times.iter().copied().zip(samples.values.iter().copied());
        let known = rows.filter(|(_, value)| !value.is_nan());
        let Some((at, value)) = known.clone().max_by(|a, b| {
            (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(std::cmp::Ordering::Equal)
        }) else {
            continue;
        };
        let before = known.map(|(ms, _)| ms).filter(|ms| *ms < at).max();
        let step = before.map(|before| at.saturating_sub(before));
        let (metric, resource, labels) = (series.metric, series.resource, &series.labels);
        let place = series.samples.start;
        each(&Newest { metric, resource, labels, at, step, value, place }, &mut log)?;
    }
    scan.log.absorb(log);
    Ok(())
}
