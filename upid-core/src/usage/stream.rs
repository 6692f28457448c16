//! Tables that come in batches: one call for the caller, whatever the batches.

use std::collections::{BTreeMap, BTreeSet};

use super::accumulate::{check_kind, is_memory};
use super::columns::{IngestOptions, IngestReport, Times, Values, check_validity};
use super::groups::{Group, Groups};
use super::key::UsageKey;
use super::metric::MetricId;
use super::network::Pair;
use super::rows::{Rows, Scratch};
use super::seam::{Seam, Target, later};
use super::spec::UsageSpec;
use super::store::Usage;
use super::summary::UsageSummary;
use super::table::{MetricColumn, TableColumns, TableValues, length};
use crate::error::{Error, ErrorKind, Result};
use crate::parallel;

/// Rows of network traffic that wait for the other direction, over all pods, at most: 64 MiB. Beyond it they are given
/// up and counted as `unpaired`.
const WAITING_FOR_PAIR: usize = 1 << 22;

/// A table in batches, as one call: the result does not depend on how the rows were batched.
///
/// Equal times of a key and metric are settled by [`Duplicates`](super::Duplicates) where they lie in one batch or on
/// both sides of a seam, and counters go on over seams. For that, the last rows of every series wait (at most 64), so
/// memory is bounded by the summaries, one batch and 1 KiB per series.
///
/// Sort the stream by time, at least within each key. Rows that lie before the last ones of an earlier batch are accepted,
/// and counted as `outOfOrder`. Whether they repeat a row cannot be known any more: the five-minute slots that they share
/// with earlier batches are counted as `overlappingSlots`, and are `UPID_TIME_REVERSED` under `Reject`. Late rows of a
/// counter are `UPID_USAGE_INTERLEAVED_COUNTER`, unless all lie before or between the parts that were there.
///
/// ```
/// use upid_core::usage::*;
/// let mut usage = Usage::default();
/// let mut stream = TableStream::new(usage.spec().clone(), IngestOptions::default())?;
/// for day in 0..3 {
///     let cpu = MetricColumn {
///         metric: MetricId::CPU_CORES,
///         values: Values::F32(&[0.25; 1440]),
///         validity: None,
///         kind: SampleKind::Gauge,
///     };
///     stream.add(&TableColumns {
///         timestamps_ms: Times::Regular { start_ms: day * 86_400_000, step_ms: 60_000 },
///         keys: KeyColumns {
///             cluster: None,
///             namespace: Some(TextColumn::Constant("shop")),
///             pod: Some(TextColumn::Constant("cart-0")),
///             container: Some(TextColumn::Constant("server")),
///         },
///         values: TableValues::Wide(&[cpu]),
///     })?;
/// }
/// assert_eq!(stream.finish(&mut usage)?.accepted, 3 * 1440);
/// # Ok::<(), upid_core::Error>(())
/// ```
#[derive(Debug)]
pub struct TableStream {
    spec: UsageSpec,
    options: IngestOptions,
    index: BTreeMap<UsageKey, usize>,
    open: Vec<Open>,
    rows: usize,
    waiting_for_pair: usize,
    report: IngestReport,
    failed: bool,
}

/// A key whose rows still come.
#[derive(Debug, Default)]
struct Open {
    summary: UsageSummary,
    seams: BTreeMap<MetricId, Seam>,
    pair: Pair,
}

impl TableStream {
    /// A stream for a Usage of this spec.
    pub fn new(spec: UsageSpec, options: IngestOptions) -> Result<Self> {
        Ok(Self {
            spec: Usage::new(spec)?.spec,
            options,
            index: BTreeMap::new(),
            open: Vec::new(),
            rows: 0,
            waiting_for_pair: WAITING_FOR_PAIR,
            report: IngestReport::default(),
            failed: false,
        })
    }

    /// How many rows came.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a batch. After an error the stream is of no use any more.
    ///
    /// # Errors
    /// Those of [`Usage::add_table`], with the row counted from the start of the stream, and `UPID_TIME_REVERSED`.
    pub fn add(&mut self, table: &TableColumns<'_>) -> Result<()> {
        self.usable()?;
        self.failed = true;
        let rows = table.rows();
        let mut report = self.add_batch(table, rows).map_err(|error| later(error, self.rows))?;
        report.first_bad.iter_mut().for_each(|bad| bad.row += self.rows as u64);
        self.report.add(&report);
        self.rows += rows;
        self.failed = false;
        Ok(())
    }

    /// Adds what came to a Usage of the same spec. All or nothing.
    ///
    /// # Errors
    /// Those of [`Usage::merge`].
    pub fn finish(mut self, usage: &mut Usage) -> Result<IngestReport> {
        self.usable()?;
        let mut report = std::mem::take(&mut self.report);
        let (spec, options) = (&self.spec, &self.options);
        let mut part = Usage { spec: self.spec.clone(), entries: BTreeMap::new() };
        for (key, at) in std::mem::take(&mut self.index) {
            let Some(open) = self.open.get_mut(at) else { continue };
            let closed = open.close(spec, options).map_err(|e| e.detail("key", key.to_string()));
            report.add(&closed?);
            let summary = std::mem::take(open).summary;
            if !summary.is_empty() {
                part.entries.insert(key, summary);
            }
        }
        usage.absorb(part)?;
        Ok(report)
    }

    fn usable(&self) -> Result<()> {
        if !self.failed {
            return Ok(());
        }
        Err(Error::new(ErrorKind::InvalidValue, "an earlier batch of this stream failed")
            .hint("mend the batch, and begin a new stream"))
    }

    fn add_batch(&mut self, table: &TableColumns<'_>, rows: usize) -> Result<IngestReport> {
        let ascending = table.timestamps_ms.check(rows)?;
        let groups = match table.values {
            TableValues::Wide(columns) => {
                check_columns(columns, rows)?;
                Groups::of(&table.keys, None, rows)?
            }
            TableValues::Long { metric, validity, .. } => {
                check_validity(validity, rows)?;
                Groups::of(&table.keys, Some(metric), rows)?
            }
        };
        let batch = Batch { table, groups: &groups, spec: &self.spec, options: &self.options };
        let mut report = IngestReport::default();
        let of_keys: Vec<&[Group<'_>]> = groups.groups.chunk_by(|a, b| a.key == b.key).collect();
        for block in of_keys.chunks(1024) {
            let mut work = Vec::with_capacity(block.len());
            for groups in block {
                let Some(Group { key: [cluster, namespace, pod, container], .. }) = groups.first()
                else {
                    continue;
                };
                let key = UsageKey::new(namespace, pod, container).in_cluster(cluster);
                let known = self.index.get(&key).copied();
                let at = known.unwrap_or(self.open.len());
                if known.is_none() {
                    key.validate()?;
                    self.index.insert(key, at);
                    self.open.push(Open::default());
                }
                let open = self.open.get_mut(at).map(std::mem::take).unwrap_or_default();
                work.push((at, open, *groups));
            }
            let one = |(at, mut open, groups): (usize, Open, &[Group<'_>])| {
                let report = batch.add_key(&mut open, groups, ascending);
                (at, open, report)
            };
            // Below this, waking another thread takes longer than the work.
            let done = if rows < 4096 {
                work.into_iter().map(one).collect()
            } else {
                parallel::map_owned(work, one)
            };
            for (at, open, part) in done {
                report.add(&part?);
                if let Some(place) = self.open.get_mut(at) {
                    *place = open;
                }
            }
        }
        if self.open.iter().map(|open| open.pair.waiting()).sum::<usize>() > self.waiting_for_pair {
            self.open.iter_mut().for_each(|open| open.pair.forget());
        }
        Ok(report)
    }
}

fn check_columns(columns: &[MetricColumn<'_>], rows: usize) -> Result<()> {
    let mut seen = BTreeSet::new();
    for column in columns {
        let name = column.metric.to_string();
        if column.values.len() != rows {
            return Err(length(&name, column.values.len(), rows));
        }
        check_validity(column.validity, rows).map_err(|e| e.under(&name))?;
        if !seen.insert(column.metric) {
            return Err(Error::new(ErrorKind::DuplicateKey, format!("two columns hold {name}"))
                .at_path(name)
                .hint("keep one column per metric"));
        }
    }
    Ok(())
}

/// A checked table and what all of its keys need.
struct Batch<'a> {
    table: &'a TableColumns<'a>,
    groups: &'a Groups<'a>,
    spec: &'a UsageSpec,
    options: &'a IngestOptions,
}

/// The rows of one key (and metric), with their times.
struct KeyRows<'a> {
    rows: Rows<'a>,
    times: Times<'a>,
    ascending: bool,
}

impl Batch<'_> {
    /// Adds the rows of one key: of a long table one group per metric.
    fn add_key(
        &self,
        open: &mut Open,
        groups: &[Group<'_>],
        ascending: bool,
    ) -> Result<IngestReport> {
        let mut report = IngestReport::default();
        let (mut times, mut scratch) = (Vec::new(), Scratch::default());
        let mut add = || {
            for group in groups {
                let rows = self.groups.rows(group);
                let times = rows.times(self.table.timestamps_ms, &mut times);
                let ascending = ascending || times.check(rows.len())?;
                let key = KeyRows { rows, times, ascending };
                let long;
                let columns = match (self.table.values, group.metric) {
                    (TableValues::Long { values, validity, kind, .. }, Some(metric)) => {
                        long = [MetricColumn { metric, values, validity, kind }];
                        &long
                    }
                    (TableValues::Wide(columns), _) => columns,
                    (TableValues::Long { .. }, None) => &[],
                };
                for column in columns {
                    let name = |error: Error| error.under(&column.metric.to_string());
                    report.add(&self.add_column(open, column, &key, &mut scratch).map_err(name)?);
                }
                if group.metric.is_some() || has_both_directions(columns) {
                    for column in columns {
                        self.add_direction(open, column, &key, &mut scratch)?;
                    }
                }
            }
            open.add_sum(self.spec, self.options)
        };
        let done = add();
        done.map_err(|error| match groups.first() {
            Some(Group { key: [cluster, namespace, pod, container], .. }) => {
                error.detail("key", format!("{cluster}/{namespace}/{pod}/{container}"))
            }
            None => error,
        })?;
        Ok(report)
    }

    fn add_column(
        &self,
        open: &mut Open,
        column: &MetricColumn<'_>,
        key: &KeyRows<'_>,
        scratch: &mut Scratch,
    ) -> Result<IngestReport> {
        let metric = column.metric;
        check_kind(metric, column.kind, self.spec)?;
        let columns = key.rows.columns(key.times, column, scratch);
        let seam = open.seams.entry(metric).or_insert_with(|| Seam::new(column.kind));
        let summary = open.summary.metrics.entry(metric).or_default();
        let mut to = Target { metric, summary, spec: self.spec, options: self.options };
        let mut report = seam.add(&mut to, &columns, key.ascending).map_err(|error| match error
            .place()
            .row
        {
            Some(row) => error.at_row(key.rows.in_table(row as usize)),
            None => error,
        })?;
        for bad in &mut report.first_bad {
            bad.row = key.rows.in_table(bad.row as usize) as u64;
        }
        report.f32_memory = matches!(column.values, Values::F32(_)) && is_memory(metric);
        Ok(report)
    }

    /// Hands a direction of network traffic to the sum of both.
    fn add_direction(
        &self,
        open: &mut Open,
        column: &MetricColumn<'_>,
        key: &KeyRows<'_>,
        scratch: &mut Scratch,
    ) -> Result<()> {
        if !Pair::takes(column.metric) || self.spec.get(Pair::SUM).is_err() {
            return Ok(());
        }
        let columns = key.rows.columns(key.times, column, scratch);
        let seen_ms = open.seams.get(&column.metric).map_or(i64::MIN, |seam| seam.latest_ms);
        open.pair.add(column.metric, &columns, seen_ms, self.spec, self.options)
    }
}

fn has_both_directions(columns: &[MetricColumn<'_>]) -> bool {
    let has = |metric| columns.iter().any(|column| column.metric == metric);
    has(MetricId::NETWORK_RX_BYTES_PER_SECOND) && has(MetricId::NETWORK_TX_BYTES_PER_SECOND)
}

impl Open {
    /// Adds the sums of network traffic that no later row can change.
    fn add_sum(&mut self, spec: &UsageSpec, options: &IngestOptions) -> Result<()> {
        for rows in self.pair.take() {
            let Some(kind) = self.pair.kind().filter(|_| !rows.is_empty()) else { continue };
            let seam = self.seams.entry(Pair::SUM).or_insert_with(|| Seam::new(kind));
            let summary = self.summary.metrics.entry(Pair::SUM).or_default();
            let mut to = Target { metric: Pair::SUM, summary, spec, options };
            seam.add_sums(&mut to, &rows)?;
        }
        Ok(())
    }

    /// Settles what waits, and joins what late rows left apart.
    fn close(&mut self, spec: &UsageSpec, options: &IngestOptions) -> Result<IngestReport> {
        self.pair.close();
        self.add_sum(spec, options)?;
        let mut report = IngestReport { unpaired: self.pair.unpaired(), ..IngestReport::default() };
        for (metric, seam) in &mut self.seams {
            let Some(summary) = self.summary.metrics.get_mut(metric) else { continue };
            let counted = *metric == Pair::SUM && self.pair.kind().is_some();
            let mut uncounted = IngestReport::default();
            let report = if counted { &mut uncounted } else { &mut report };
            seam.settle(&mut Target { metric: *metric, summary, spec, options }, 0, report)?;
            summary.seal(*metric, spec)?;
        }
        self.summary.metrics.retain(|_, summary| !summary.is_empty());
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{KeyColumns, SampleKind, TextColumn};

    /// A batch of one direction: ten rows a minute apart.
    fn add(stream: &mut TableStream, metric: MetricId, start_ms: i64) {
        let column = MetricColumn {
            metric,
            values: Values::F64(&[1.0; 10]),
            validity: None,
            kind: SampleKind::Gauge,
        };
        let keys = KeyColumns {
            cluster: None,
            namespace: Some(TextColumn::Constant("n")),
            pod: Some(TextColumn::Constant("p")),
            container: None,
        };
        let name = metric.to_string();
        let names = [name.as_str(); 10];
        let table = TableColumns {
            timestamps_ms: Times::Regular { start_ms, step_ms: 60_000 },
            keys,
            values: TableValues::Long {
                metric: TextColumn::Text(&names),
                values: column.values,
                validity: None,
                kind: column.kind,
            },
        };
        stream.add(&table).unwrap();
    }

    #[test]
    fn rows_given_up_before_their_pair_came_are_counted() {
        const RX: MetricId = MetricId::NETWORK_RX_BYTES_PER_SECOND;
        const TX: MetricId = MetricId::NETWORK_TX_BYTES_PER_SECOND;
        let run = |most: usize, batches: &[(MetricId, i64)]| {
            let mut stream =
                TableStream::new(UsageSpec::default(), IngestOptions::default()).unwrap();
            stream.waiting_for_pair = most;
            for (metric, start_ms) in batches {
                add(&mut stream, *metric, *start_ms);
            }
            let mut usage = Usage::default();
            let report = stream.finish(&mut usage).unwrap();
            let summary = usage.get(&UsageKey::new("n", "p", "")).unwrap();
            let sums = summary
                .metrics
                .get(&Pair::SUM)
                .map_or(0, |sum| sum.days.values().map(|day| day.total.count).sum::<u64>());
            (sums, report.unpaired, report.accepted)
        };
        assert_eq!(run(10, &[(RX, 0), (TX, 0)]), (10, 0, 20));
        // All but the newest row of received bytes are gone when the sent ones come.
        assert_eq!(run(9, &[(RX, 0), (TX, 0)]), (1, 9, 20));
        // Late rows wait as well, and are given up with the others.
        assert_eq!(run(19, &[(RX, 600_000), (RX, 0), (TX, 0), (TX, 600_000)]), (1, 19, 40));
        // Without sent bytes there is no sum that could miss them.
        assert_eq!(run(9, &[(RX, 0), (RX, 600_000)]), (0, 0, 20));
    }
}
