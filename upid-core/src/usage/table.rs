//! Tables with key columns, wide or long, and the network pair.

use std::collections::BTreeMap;

use super::accumulate::{accepted, check_kind, pass_settled, settled};
use super::columns::{
    Columns, IngestOptions, IngestReport, SampleKind, Times, Values, check_validity, is_valid,
};
use super::key::UsageKey;
use super::metric::MetricId;
use super::spec::UsageSpec;
use super::store::{Usage, absorb, put};
use super::summary::UsageSummary;
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

impl<'a> TextColumn<'a> {
    fn len(&self) -> Option<usize> {
        match self {
            Self::Text(names) => Some(names.len()),
            Self::Dictionary { codes, .. } => Some(codes.len()),
            Self::Constant(_) => None,
        }
    }

    fn check(&self, name: &str, rows: usize) -> Result<()> {
        match self.len() {
            Some(len) if len != rows => Err(length(name, len, rows)),
            _ => Ok(()),
        }
    }

    fn get(&self, name: &str, row: usize) -> Result<&'a str> {
        let found = match self {
            Self::Text(names) => names.get(row).copied(),
            Self::Dictionary { codes, names } => codes
                .get(row)
                .and_then(|code| usize::try_from(*code).ok())
                .and_then(|code| names.get(code))
                .copied(),
            Self::Constant(name) => Some(*name),
        };
        found.ok_or_else(|| {
            Error::new(ErrorKind::InvalidValue, format!("a code of {name} names no entry"))
                .at_path(name)
                .at_row(row)
                .hint("dictionary codes count from 0 into the list of names")
        })
    }
}

fn length(name: &str, len: usize, rows: usize) -> Error {
    Error::new(ErrorKind::LengthMismatch, format!("{name} has {len} rows and the table {rows}"))
        .at_path(name)
        .hint("all columns of a table have the same length")
}

/// Rows of one series, gathered.
#[derive(Default)]
struct Gathered {
    times: Vec<i64>,
    values: Vec<f64>,
}

impl Usage {
    /// Adds a table, wide or long. All or nothing. Equal keys may be scattered over the rows.
    ///
    /// Where a table holds both network columns for the same rows, their sum fills `NetworkBytesPerSecond` too,
    /// unless the table brings that column itself. Counters: see [`Usage::add_series`].
    ///
    /// # Errors
    /// `UPID_MISSING_COLUMN` without namespace or pod, `UPID_LENGTH_MISMATCH`, `UPID_UNKNOWN_METRIC` with the row,
    /// and those of [`Usage::add_series`], with the key in `details`.
    pub fn add_table(
        &mut self,
        table: &TableColumns<'_>,
        options: &IngestOptions,
    ) -> Result<IngestReport> {
        let rows = match table.values {
            TableValues::Wide(columns) => columns.first().map_or(0, |c| c.values.len()),
            TableValues::Long { values, .. } => values.len(),
        };
        table.timestamps_ms.check(rows)?;
        let groups = group(&table.keys, rows)?;
        let mut part = Usage::new(self.spec.clone())?;
        let mut report = IngestReport::default();
        for (key, rows_of_key) in groups {
            key.validate()?;
            let summary = match table.values {
                TableValues::Wide(columns) => {
                    wide(table, columns, rows, &rows_of_key, &self.spec, options, &mut report)
                }
                TableValues::Long { metric, values, validity, kind } => {
                    metric.check("metric", rows)?;
                    check_validity(validity, rows)?;
                    let mut series: BTreeMap<MetricId, Vec<usize>> = BTreeMap::new();
                    for &row in &rows_of_key {
                        let id = MetricId::parse(metric.get("metric", row)?)
                            .map_err(|e| e.at_path("metric").at_row(row))?;
                        series.entry(id).or_default().push(row);
                    }
                    let mut summary = UsageSummary::default();
                    let mut pair = BTreeMap::new();
                    for (id, rows) in series {
                        let column = MetricColumn { metric: id, values, validity, kind };
                        let gathered = column.gather(table, &rows);
                        report.add(&one(&mut summary, column, &gathered, &self.spec, options)?);
                        pair.insert(id, (column, gathered));
                    }
                    network(&mut summary, &pair, &self.spec, options)?;
                    Ok(summary)
                }
            };
            part.add_summary(&key, summary.map_err(|e| e.detail("key", key.to_string()))?)?;
        }
        self.merge(&part)?;
        Ok(report)
    }

    /// Adds received and sent bytes of a pod, and their sum at equal timestamps as `NetworkBytesPerSecond`; a time
    /// with one side missing is missing from the sum. All or nothing. The report counts the rows of both.
    pub fn add_network(
        &mut self,
        key: &UsageKey,
        rx: &Columns<'_>,
        tx: &Columns<'_>,
        options: &IngestOptions,
    ) -> Result<IngestReport> {
        let (summary, report) = summarize_network(key, rx, tx, &self.spec, options)?;
        self.add_summary(key, summary)?;
        Ok(report)
    }
}

/// Summarises received and sent bytes of a pod and their sum; see [`Usage::add_network`].
pub(crate) fn summarize_network(
    key: &UsageKey,
    rx: &Columns<'_>,
    tx: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<(UsageSummary, IngestReport)> {
    key.validate()?;
    let (rx_id, tx_id) =
        (MetricId::NETWORK_RX_BYTES_PER_SECOND, MetricId::NETWORK_TX_BYTES_PER_SECOND);
    check_kind(rx_id, rx.kind, spec)?;
    check_kind(tx_id, tx.kind, spec)?;
    let mut summary = UsageSummary::default();
    let mut report = absorb(&mut summary, rx_id, rx, spec, options).map_err(|e| e.under("rx"))?;
    let sent = absorb(&mut summary, tx_id, tx, spec, options).map_err(|e| e.under("tx"))?;
    report.add(&sent);
    sum_network(&mut summary, rx, tx, spec, options)?;
    Ok((summary, report))
}

/// The samples of [`MetricId::NETWORK_BYTES_PER_SECOND`] that received and sent bytes give, in bytes per second: what
/// [`Usage::add_network`] accumulates, under the default spec.
pub(crate) fn network_samples(rx: &Columns<'_>, tx: &Columns<'_>) -> Result<Vec<(i64, u64)>> {
    let (spec, options) = (UsageSpec::default(), IngestOptions::default());
    let both = both_directions(rx, tx, &spec, &options)?;
    settled(MetricId::NETWORK_BYTES_PER_SECOND, rx.kind, both, &spec)
}

/// The rows of every key.
fn group(keys: &KeyColumns<'_>, rows: usize) -> Result<BTreeMap<UsageKey, Vec<usize>>> {
    let missing = |name: &str| {
        Error::new(ErrorKind::MissingColumn, format!("the table has no column {name}"))
            .at_path(name)
            .hint("a table needs timestamp, namespace and pod; cluster and container are optional")
    };
    let empty = TextColumn::Constant("");
    let columns = [
        ("cluster", keys.cluster.unwrap_or(empty)),
        ("namespace", keys.namespace.ok_or_else(|| missing("namespace"))?),
        ("pod", keys.pod.ok_or_else(|| missing("pod"))?),
        ("container", keys.container.unwrap_or(empty)),
    ];
    for (name, column) in &columns {
        column.check(name, rows)?;
    }
    let mut groups: BTreeMap<[&str; 4], Vec<usize>> = BTreeMap::new();
    for row in 0..rows {
        let mut fields = [""; 4];
        for (field, (name, column)) in fields.iter_mut().zip(&columns) {
            *field = column.get(name, row)?;
        }
        groups.entry(fields).or_default().push(row);
    }
    let owned = groups.into_iter().map(|([cluster, namespace, pod, container], rows)| {
        (UsageKey::new(namespace, pod, container).in_cluster(cluster), rows)
    });
    Ok(owned.collect())
}

impl MetricColumn<'_> {
    fn gather(&self, table: &TableColumns<'_>, rows: &[usize]) -> Gathered {
        let value = |row: usize| {
            if is_valid(self.validity, row) { self.values.get(row) } else { f64::NAN }
        };
        Gathered {
            times: rows.iter().map(|row| table.timestamps_ms.at(*row)).collect(),
            values: rows.iter().map(|row| value(*row)).collect(),
        }
    }
}

impl Gathered {
    fn columns(&self, kind: SampleKind) -> Columns<'_> {
        Columns::gauge(&self.times, &self.values).kind(kind)
    }
}

fn wide(
    table: &TableColumns<'_>,
    columns: &[MetricColumn<'_>],
    rows: usize,
    rows_of_key: &[usize],
    spec: &UsageSpec,
    options: &IngestOptions,
    report: &mut IngestReport,
) -> Result<UsageSummary> {
    let mut summary = UsageSummary::default();
    let mut gathered = BTreeMap::new();
    for column in columns {
        let name = column.metric.to_string();
        if column.values.len() != rows {
            return Err(length(&name, column.values.len(), rows));
        }
        check_validity(column.validity, rows).map_err(|e| e.under(&name))?;
        if gathered.contains_key(&column.metric) {
            return Err(Error::new(ErrorKind::DuplicateKey, format!("two columns hold {name}"))
                .at_path(name)
                .hint("keep one column per metric"));
        }
        let values = column.gather(table, rows_of_key);
        report.add(&one(&mut summary, *column, &values, spec, options)?);
        gathered.insert(column.metric, (*column, values));
    }
    network(&mut summary, &gathered, spec, options)?;
    Ok(summary)
}

fn one(
    summary: &mut UsageSummary,
    column: MetricColumn<'_>,
    gathered: &Gathered,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<IngestReport> {
    let name = column.metric.to_string();
    check_kind(column.metric, column.kind, spec).map_err(|e| e.under(&name))?;
    let columns = gathered.columns(column.kind);
    let mut report =
        absorb(summary, column.metric, &columns, spec, options).map_err(|e| e.under(&name))?;
    let narrow = matches!(column.values, Values::F32(_));
    report.f32_memory = narrow && super::accumulate::is_memory(column.metric);
    Ok(report)
}

fn network(
    summary: &mut UsageSummary,
    gathered: &BTreeMap<MetricId, (MetricColumn<'_>, Gathered)>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<()> {
    let side = |id| gathered.get(&id).map(|(column, values)| values.columns(column.kind));
    let own = gathered.contains_key(&MetricId::NETWORK_BYTES_PER_SECOND);
    match (side(MetricId::NETWORK_RX_BYTES_PER_SECOND), side(MetricId::NETWORK_TX_BYTES_PER_SECOND))
    {
        (Some(rx), Some(tx)) if !own => sum_network(summary, &rx, &tx, spec, options),
        _ => Ok(()),
    }
}

/// The sum at equal timestamps. Counters are summed as counters: both of a pod restart together.
fn sum_network(
    summary: &mut UsageSummary,
    rx: &Columns<'_>,
    tx: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<()> {
    let sum = MetricId::NETWORK_BYTES_PER_SECOND;
    if rx.kind != tx.kind || spec.get(sum).is_err() {
        return Ok(());
    }
    let both = both_directions(rx, tx, spec, options)?;
    put(summary, sum, pass_settled(sum, rx.kind, both, spec)?);
    Ok(())
}

/// The sum of two columns at the times that both have.
fn both_directions(
    rx: &Columns<'_>,
    tx: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<impl Iterator<Item = (i64, u64)> + use<>> {
    let sum = MetricId::NETWORK_BYTES_PER_SECOND;
    let (received, _) = accepted(sum, rx, spec, options)?;
    let (sent, _) = accepted(sum, tx, spec, options)?;
    let mut sent = sent.into_iter().peekable();
    Ok(received.into_iter().filter_map(move |(ms, rx)| {
        while sent.peek().is_some_and(|(at, _)| *at < ms) {
            sent.next();
        }
        let (at, tx) = *sent.peek()?;
        (at == ms && rx + tx <= super::spec::MAX_QUANTA).then_some((ms, rx + tx))
    }))
}
