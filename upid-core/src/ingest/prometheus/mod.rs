//! Answers of the Prometheus HTTP API (ingest.md §5).
//!
//! A document is read twice: once for where each series stands and whose it is, then series by series. So only the
//! samples of the series at hand are held, the series of one pod are known before any of them is read, and threads
//! share the work at the borders of series.

mod document;
mod group;
mod labels;
mod metrics;
mod newest;
mod samples;
mod series;
mod set;
mod usage;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use document::{Index, Indexed, Row, Search};
use samples::{Reader, Samples};

use super::bytes::{plain, utf8};
use super::detect::{Format, hinted};
use super::options::{ParseOptions, exceeded, parse_options};
use super::parsed::{Log, Parsed, located};
use super::scan::Scanner;
use super::series::SeriesSet;
use crate::error::{Error, Result};
use crate::parallel;
use crate::usage::{MetricId, SampleKind};

pub(super) use document::not_of_a_snapshot;
pub(super) use group::{Labelled, Together, combine, larger};
pub(super) use labels::{Labels, Naming, Owner};
pub(super) use metrics::{Meaning, meaning};
pub(super) use newest::newest;
pub(super) use samples::Samples as SampleColumns;
pub(super) use set::{SetPart, set_of};
pub use usage::PrometheusReport;
pub(super) use values::float;

parse_options! {
    /// Options of [`parse_prometheus`] and [`Usage::add_prometheus`](crate::Usage::add_prometheus).
    pub struct PrometheusOptions {
        /// What series are whose name is not known or lost, as after `rate()`; none: such series are left out, and
        /// one without any name is an error.
        pub metric: Option<MetricId> = None,
        /// What the values of `metric` mean.
        pub kind: SampleKind = SampleKind::Gauge,
        /// Cluster of the keys; empty for one cluster.
        pub cluster: String = String::new(),
        /// Labels that name the cluster, where one answer covers several; none.
        pub cluster_labels: Vec<String> = Vec::new(),
        /// Labels that name the namespace, the first present wins. In the series of an exporter its own name stands
        /// in the plain label, the subject's in the others.
        pub namespace_labels: Vec<String> =
            names(&["exported_namespace", "container_namespace", "namespace", "kubernetes_namespace"]),
        /// Labels that name the pod.
        pub pod_labels: Vec<String> = names(&["exported_pod", "pod_name", "pod"]),
        /// Labels that name the container.
        pub container_labels: Vec<String> =
            names(&["exported_container", "container_name", "container"]),
        /// Labels that name the node; of `instance` the host.
        pub node_labels: Vec<String> =
            names(&["exported_node", "node", "kubernetes_node", "instance"]),
        /// Keep series that name a node and no pod, under an empty key; a Usage has no place for them.
        pub node_level: bool = false,
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Reads the answer of an instant or range query: the envelope, its `data`, its `result`, or an object of results by
/// metric name.
///
/// Times are exact to the millisecond and values to the last bit; NaN is a missing sample. Series of one key that
/// differ only in `interface`, `cpu` or `device` are summed; of other copies the larger value stays. Received and sent
/// bytes of a pod also give their sum, as [`Usage::add_network`](crate::Usage::add_network) has it.
///
/// # Errors
/// `UPID_PROMETHEUS_ERROR`, `UPID_UNKNOWN_METRIC` for a series without a name, and those of every parser
/// (ingest.md §12).
pub fn parse_prometheus(bytes: &[u8], options: &PrometheusOptions) -> Result<Parsed<SeriesSet>> {
    parse_prometheus_documents(&[bytes], options)
}

/// As [`parse_prometheus`], of several answers as if they were one.
pub fn parse_prometheus_documents(
    documents: &[&[u8]],
    options: &PrometheusOptions,
) -> Result<Parsed<SeriesSet>> {
    check_kind(options)?;
    let naming = Naming::new(options);
    read(documents, options, &naming, |rows, own_network, reader, logs| {
        set::part(rows, own_network, &naming, reader, logs)
    })?
    .into_parsed(set_of)
}

/// `UPID_INVALID_VALUE` for a metric that takes no such samples.
fn check_kind(options: &PrometheusOptions) -> Result<()> {
    match options.metric {
        Some(metric) if !metric.accepts(options.kind) => Err(Error::new(
            crate::ErrorKind::InvalidValue,
            format!("{metric} does not take {:?} samples", options.kind),
        )
        .at_path("options.kind")
        .hint("see the kinds each metric accepts in the table of MetricId")),
        _ => Ok(()),
    }
}

/// What was read, before it is put together.
struct Read<T> {
    parts: Vec<T>,
    log: Log,
}

impl<T> Read<T> {
    fn into_parsed<V>(self, put_together: impl FnOnce(Vec<T>, &mut Log) -> V) -> Result<Parsed<V>> {
        let Self { parts, mut log } = self;
        let value = put_together(parts, &mut log);
        log.finish(value)
    }
}

/// The logs of a stretch of work, by document.
#[derive(Default)]
struct Logs(BTreeMap<usize, Log>);

impl Logs {
    /// The log of a document.
    fn of(&mut self, document: usize, common: &ParseOptions) -> &mut Log {
        self.0.entry(document).or_insert_with(|| Log::new(common))
    }
}

/// Reads all documents; `part` makes something of the rows of one metric of one key, or of both directions of its
/// network (told whether the document also brings their sum).
fn read<T: Send>(
    documents: &[&[u8]],
    options: &PrometheusOptions,
    naming: &Naming,
    part: impl Fn(&[Row], bool, &Reader<'_>, &mut Logs) -> Result<T> + Sync,
) -> Result<Read<T>> {
    let common = options.common();
    let several = documents.len() > 1;
    let name = |document: usize| format!("documents[{document}]");
    let within = |error: Error, document: usize| {
        if several { error.under(&name(document)) } else { error }
    };
    let mut texts = Vec::with_capacity(documents.len());
    let mut total = 0u64;
    for (document, bytes) in documents.iter().enumerate() {
        let room = common.limits.max_bytes.saturating_sub(total);
        total = total.saturating_add(bytes.len() as u64);
        if total > common.limits.max_bytes {
            let error = exceeded("maxBytes", common.limits.max_bytes, room as usize);
            return Err(within(error, document));
        }
        let text = plain(bytes, &common.limits)
            .and_then(|(bytes, base)| Ok((utf8(bytes)?, base)))
            .map_err(|e| within(e, document))?;
        texts.push(text);
    }
    let all = |search: Search| -> Result<(Vec<T>, Vec<Log>), (usize, Error)> {
        let (mut rows, mut unused, mut logs) = (Vec::new(), Vec::new(), Vec::new());
        for (document, (text, base)) in texts.iter().enumerate() {
            let mut scan = Scanner::new(text, *base, &common.limits, Log::new(&common));
            let index = Index::new((text, *base, document), options, naming, search);
            let mut indexed: Indexed<'_> = index.read(&mut scan).map_err(|e| (document, e))?;
            rows.append(&mut indexed.rows);
            unused.append(&mut indexed.unused);
            logs.push(scan.log);
        }
        let searched = search == Search::Brackets;
        let reader = Reader { texts: &texts, limits: &common.limits, common: &common, searched };
        let work = group::work(&mut rows, &unused);
        let done = parallel::map(&work, |work| {
            let mut logs = Logs::default();
            let made = match work {
                group::Work::Rows(rows, own) => part(rows, *own, &reader, &mut logs).map(Some),
                group::Work::Unused(spans) => {
                    let mut scratch = Samples::default();
                    spans
                        .iter()
                        .try_for_each(|(span, many)| {
                            reader.noting(*span, *many, &mut scratch, &mut logs)
                        })
                        .map(|()| None)
                }
            };
            made.map(|made| (made, logs)).map_err(|e| (work.document(), e))
        });
        let mut parts = Vec::with_capacity(done.len());
        let mut first: Option<(usize, Error)> = None;
        for done in done {
            match done {
                Ok((part, part_logs)) => {
                    parts.extend(part);
                    for (document, log) in part_logs.0 {
                        if let Some(all) = logs.get_mut(document) {
                            all.absorb(log);
                        }
                    }
                }
                // The error that stands first is the answer, whichever thread met one first.
                Err(error) if first.as_ref().is_none_or(|f| place(&error) < place(f)) => {
                    first = Some(error);
                }
                Err(_) => {}
            }
        }
        match first {
            Some(error) => Err(error),
            None => Ok((parts, logs)),
        }
    };
    let read = all(Search::Brackets).or_else(|_| all(Search::Json));
    let (parts, logs) = read.map_err(|(document, error)| match texts.get(document) {
        Some((text, base)) => {
            let error = hinted(error, text.as_bytes(), Format::Prometheus);
            within(located(error, text, *base), document)
        }
        None => error,
    })?;
    let mut joined = Log::new(&common);
    for (document, (mut log, (text, base))) in logs.into_iter().zip(&texts).enumerate() {
        log.locate(text, *base);
        if several {
            log.under(&name(document));
        }
        joined.follow(log);
        joined.check_records(base.saturating_add(text.len())).map_err(|e| within(e, document))?;
    }
    Ok(Read { parts, log: joined })
}

fn place((document, error): &(usize, Error)) -> (usize, Option<u64>) {
    (*document, error.place().byte_offset)
}
