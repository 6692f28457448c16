//! Series straight into summaries: only the samples of one metric of one pod are held at a time.

use serde::{Deserialize, Serialize};

use super::document::Row;
use super::group::Together;
use super::labels::Naming;
use super::metrics::Meaning;
use super::samples::Reader;
use super::series::events;
use super::set::directions;
use super::{Logs, PrometheusOptions, check_kind, read};
use crate::error::{Place, Result};
use crate::ingest::parsed::Parsed;
use crate::usage::{
    IngestOptions, IngestReport, MetricId, Usage, UsageEvent, UsageKey, UsageSpec, UsageSummary,
    summarize, summarize_network,
};

/// What became of an answer of Prometheus that went into a Usage.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PrometheusReport {
    /// Metrics of a key that were added.
    pub series: u64,
    /// Restarts and kills that were added.
    pub events: u64,
    /// What became of the samples; `firstBad[].series` counts the added metrics in order of key and metric.
    pub report: IngestReport,
}

/// What one piece of work gives.
#[derive(Default)]
struct Part {
    key: UsageKey,
    summaries: Vec<UsageSummary>,
    series: u64,
    events: Vec<UsageEvent>,
    report: IngestReport,
}

impl Usage {
    /// Adds the answer of an instant or range query of Prometheus: what
    /// [`parse_prometheus`](crate::ingest::parse_prometheus) gives, without holding all samples at once. All or
    /// nothing. Counters: see [`Usage::add_series`].
    ///
    /// # Errors
    /// Those of [`parse_prometheus`](crate::ingest::parse_prometheus), and of [`Usage::merge`] where the Usage holds
    /// samples already.
    pub fn add_prometheus(
        &mut self,
        bytes: &[u8],
        options: &PrometheusOptions,
    ) -> Result<Parsed<PrometheusReport>> {
        self.add_prometheus_documents(&[bytes], options)
    }

    /// As [`Usage::add_prometheus`], of several answers as if they were one: received and sent bytes of a pod give
    /// their sum only within one call.
    pub fn add_prometheus_documents(
        &mut self,
        documents: &[&[u8]],
        options: &PrometheusOptions,
    ) -> Result<Parsed<PrometheusReport>> {
        check_kind(options)?;
        // A Usage has no place for nodes.
        let options = PrometheusOptions { node_level: false, ..options.clone() };
        let naming = Naming::new(&options);
        let spec = self.spec().clone();
        let read = read(documents, &options, &naming, |rows, own_network, reader, logs| {
            part(rows, own_network, &spec, reader, logs)
        })?;
        let mut sum = Usage::new(spec.clone())?;
        let mut report = PrometheusReport::default();
        for mut part in read.parts {
            for bad in &mut part.report.first_bad {
                bad.series = Some(report.series);
            }
            report.series = report.series.saturating_add(part.series);
            report.report.add(&part.report);
            for summary in part.summaries {
                sum.add_summary(&part.key, summary)?;
            }
            report.events = report.events.saturating_add(part.events.len() as u64);
            for event in part.events {
                sum.add_event(&part.key, event)?;
            }
        }
        let parsed = read.log.finish(report)?;
        self.take(sum)?;
        Ok(parsed)
    }
}

/// The summary of the rows of one metric of one key, or of both directions of its network.
fn part(
    rows: &[Row],
    own_network: bool,
    spec: &UsageSpec,
    reader: &Reader<'_>,
    logs: &mut Logs,
) -> Result<Part> {
    let mut part = Part::default();
    let Some(first) = rows.first() else { return Ok(part) };
    part.key = first.key.clone();
    if let Some((rx, tx)) = directions(rows) {
        let received = reader.together(rx, None, logs)?;
        let sent = reader.together(tx, None, logs)?;
        let both = [MetricId::NETWORK_RX_BYTES_PER_SECOND, MetricId::NETWORK_TX_BYTES_PER_SECOND];
        if own_network || both.iter().any(|metric| spec.get(*metric).is_err()) {
            part.add(rx, &received, spec, reader, logs)?;
            part.add(tx, &sent, spec, reader, logs)?;
        } else {
            let (rx, tx) = (received.columns(), sent.columns());
            let (summary, report) =
                summarize_network(&part.key, &rx, &tx, spec, &IngestOptions::default())?;
            (part.summaries, part.report, part.series) = (vec![summary], report, 2);
        }
        return Ok(part);
    }
    let mut together = reader.together(rows, None, logs)?;
    if let Meaning::Events(kind) = first.meaning {
        let log = logs.of(first.samples.document, reader.common);
        together.samples.settle(&Place::byte(first.samples.start), log);
        part.events = events(&together.samples, kind);
        return Ok(part);
    }
    part.add(rows, &together, spec, reader, logs)?;
    Ok(part)
}

impl Part {
    fn add(
        &mut self,
        rows: &[Row],
        together: &Together,
        spec: &UsageSpec,
        reader: &Reader<'_>,
        logs: &mut Logs,
    ) -> Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        let Meaning::Samples { metric, .. } = first.meaning else { return Ok(()) };
        if spec.get(metric).is_err() {
            let message = || format!("the spec of this Usage leaves {metric} out");
            let log = logs.of(first.samples.document, reader.common);
            log.info("MetricNotKept", message, Place::byte(first.samples.start));
            return Ok(());
        }
        let options = IngestOptions::default();
        let (summary, report) = summarize(&self.key, metric, &together.columns(), spec, &options)?;
        self.summaries.push(summary);
        self.report.add(&report);
        self.series = self.series.saturating_add(1);
        Ok(())
    }
}
