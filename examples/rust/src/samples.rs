//! Samples in a CSV file, the wide form of one row per container and time.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};
use upid_core::units::Timestamp;
use upid_core::usage::{Columns, IngestOptions, IngestReport, MetricId, UsageKey};
use upid_core::{Error, ErrorKind, Result, Usage};

use crate::failure::Failure;

/// Columns that name a row.
const NAMES: [&str; 4] = ["timestamp", "namespace", "pod", "container"];

/// Columns of values; an absent one is missing in every row.
const VALUES: [&str; 4] =
    ["cpu_cores", "memory_bytes", "network_rx_bytes_per_second", "network_tx_bytes_per_second"];

/// The samples of one container; a missing value is NaN.
#[derive(Default)]
struct Series {
    times: Vec<i64>,
    values: [Vec<f64>; VALUES.len()],
}

/// The samples of a file.
pub(crate) struct Samples {
    /// Their summary.
    pub(crate) usage: Usage,
    /// What became of the rows.
    pub(crate) report: IngestReport,
    /// Columns that nobody reads, most often misspelt ones.
    pub(crate) ignored: Vec<String>,
}

/// Summarises a CSV file; `path` is for messages only.
pub(crate) fn read(text: &str, path: &Path) -> std::result::Result<Samples, Failure> {
    let samples = parse(text).and_then(|(series, ignored)| {
        let (usage, report) = summarize(&series)?;
        Ok(Samples { usage, report, ignored })
    });
    samples.map_err(|e| Failure::in_file(e, path))
}

/// The samples of each container, and the names of the ignored columns.
fn parse(text: &str) -> Result<(BTreeMap<UsageKey, Series>, Vec<String>)> {
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| malformed(&e))?.clone();
    for (i, name) in header.iter().enumerate() {
        if header.iter().take(i).any(|before| before == name) {
            return Err(Error::new(
                ErrorKind::DuplicateKey,
                format!("the column {name:?} stands twice"),
            )
            .at_path(name)
            .hint("leave out the one that is not meant"));
        }
    }
    let ignored = header.iter().filter(|name| !NAMES.contains(name) && !VALUES.contains(name));
    let ignored = ignored.map(str::to_owned).collect();
    let place = |name: &str| header.iter().position(|field| field == name);
    let mut names = [0; NAMES.len()];
    for (slot, name) in names.iter_mut().zip(NAMES) {
        *slot = place(name).ok_or_else(|| missing_column(name))?;
    }
    let values = VALUES.map(place);
    if values.iter().all(Option::is_none) {
        return Err(missing_column("cpu_cores"));
    }
    let mut all: BTreeMap<UsageKey, Series> = BTreeMap::new();
    let mut record = StringRecord::new();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(|e| malformed(&e))? {
        let [time, namespace, pod, container] = names.map(|i| field(&record, i));
        let key = UsageKey::new(namespace, pod, container);
        let series = all.entry(key).or_default();
        series.times.push(timestamp(time).map_err(|e| e.at_row(row))?);
        for ((column, name), index) in series.values.iter_mut().zip(VALUES).zip(values) {
            let value = index.map_or(Ok(f64::NAN), |i| number(field(&record, i), name, row))?;
            column.push(value);
        }
        row += 1;
    }
    if all.is_empty() {
        return Err(Error::new(ErrorKind::NoRecords, "the file has no rows")
            .hint("a CSV file of samples has a header and one row per container and time"));
    }
    Ok((all, ignored))
}

fn summarize(all: &BTreeMap<UsageKey, Series>) -> Result<(Usage, IngestReport)> {
    let options = IngestOptions::default();
    let (mut usage, mut report) = (Usage::default(), IngestReport::default());
    for (key, series) in all {
        let columns = |values| Columns::gauge(&series.times, values);
        let [cores, bytes, received, sent] = &series.values;
        for (metric, values) in
            [(MetricId::CPU_CORES, cores), (MetricId::MEMORY_WORKING_SET_BYTES, bytes)]
        {
            report.add(&usage.add_series(key, metric, &columns(values), &options)?);
        }
        // The network belongs to the pod as a whole.
        let pod = UsageKey { container: String::new(), ..key.clone() };
        report.add(&usage.add_network(&pod, &columns(received), &columns(sent), &options)?);
    }
    Ok((usage, report))
}

fn field(record: &StringRecord, index: usize) -> &str {
    record.get(index).unwrap_or_default()
}

/// A value, NaN where it is missing; `row` counts from 0 after the header.
fn number(field: &str, name: &str, row: usize) -> Result<f64> {
    let text = field.trim();
    if text.is_empty() {
        return Ok(f64::NAN);
    }
    text.parse().map_err(|_| {
        Error::new(ErrorKind::InvalidValue, format!("{name} is {text:?}, which is no number"))
            .at_row(row)
            .at_path(name)
            .hint("leave the field empty where nothing was measured")
    })
}

/// Epoch seconds (fewer than 12 digits), epoch milliseconds, or RFC 3339.
fn timestamp(text: &str) -> Result<i64> {
    match text.parse::<i64>() {
        Ok(seconds) if text.len() < 12 => Ok(seconds * 1000),
        Ok(ms) => Ok(ms),
        Err(_) => Timestamp::parse(text).map(Timestamp::ms),
    }
}

/// A CSV file that lacks a column.
fn missing_column(name: &str) -> Error {
    Error::new(ErrorKind::MissingColumn, format!("there is no column {name:?}"))
        .at_path(name)
        .hint("`upid --help` lists the columns; the first line names them")
}

/// A file that is no CSV.
fn malformed(error: &csv::Error) -> Error {
    let message = format!("the CSV file is malformed: {error}");
    let place = error.position().map_or(0, |p| p.byte() as usize);
    Error::new(ErrorKind::Format, message)
        .at_byte(place)
        .hint("every row has as many fields as the header")
}
