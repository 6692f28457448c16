//! The wide table of samples (usage.md §9, ingest.md §10): a column per metric, a row per time and container.

use std::collections::{BTreeMap, HashMap};

use super::csv::{Header, Row, Table};
use super::detect::{Format, hinted};
use super::options::{ParseOptions, check_digits, exceeded, parse_options};
use super::parsed::{Log, Parsed};
use super::prometheus::float;
use super::series::{Gather, RequestTotal, RequestTotals, SeriesSet};
use super::values::{loose, seconds_to_ms};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::units::{MS_PER_HOUR, Timestamp};
use crate::usage::{MetricId, SampleKind, UsageKey};

parse_options! {
    /// Options of [`parse_samples_csv`].
    pub struct SamplesCsvOptions {
        /// What separates the fields.
        pub delimiter: char = ',',
        /// Names of columns in the file, by the name they should have: `{"timestamp": "ts", "cpu_cores": "cpu_usage"}`.
        pub columns: BTreeMap<String, String> = BTreeMap::new(),
        /// Cluster of rows that name none.
        pub cluster: String = String::new(),
    }
}

/// Reads a table `timestamp, cluster?, namespace, pod, container?` with a column for each metric: `cpu_cores`,
/// `memory_bytes`, `network_rx_bytes_per_second` and so on ([`MetricId::of_column`]), and `requests`, whose counts have
/// neither path nor agent.
///
/// Times are RFC 3339, or a number: 12 or more digits are milliseconds, fewer, or any with a fraction, seconds. An empty
/// cell is a missing sample. Received and sent bytes of a row also give their sum. Requests are added up per pod and
/// hour; a cell is how many came since the row before.
///
/// # Errors
/// `UPID_MISSING_COLUMN`, and those of every parser (ingest.md §12).
pub fn parse_samples_csv(bytes: &[u8], options: &SamplesCsvOptions) -> Result<Parsed<SeriesSet>> {
    let read = || {
        let mut parser = SamplesCsvParser::new(options);
        parser.feed(bytes)?;
        parser.finish()
    };
    read().map_err(|e| hinted(e, bytes, Format::SamplesCsv))
}

/// The streaming twin of [`parse_samples_csv`]: chunk borders change nothing.
pub struct SamplesCsvParser {
    table: Table,
    samples: Samples,
    log: Log,
}

impl SamplesCsvParser {
    /// A parser that has read nothing.
    pub fn new(options: &SamplesCsvOptions) -> Self {
        let common = options.common();
        let delimiter = u8::try_from(options.delimiter).unwrap_or(b',');
        Self {
            table: Table::new(delimiter, &common.limits),
            log: Log::new(&common),
            samples: Samples {
                options: options.clone(),
                common,
                columns: None,
                keys: HashMap::new(),
                last: None,
                pods: Vec::new(),
                series: 0,
            },
        }
    }

    /// Takes the next bytes; after an error the parser is of no more use.
    ///
    /// # Errors
    /// Those of [`parse_samples_csv`] on what has come so far.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        let Self { table, samples, log } = self;
        table.feed(bytes, log, |row, log| samples.row(row, log))
    }

    /// The result of all bytes.
    ///
    /// # Errors
    /// Those of [`parse_samples_csv`].
    pub fn finish(self) -> Result<Parsed<SeriesSet>> {
        let Self { table, mut samples, mut log } = self;
        let header = table.finish(&mut log, |row, log| samples.row(row, log))?;
        if samples.columns.is_none() {
            Columns::find(&header, &samples.options, &mut log)?;
        }
        let set = samples.finish(&mut log);
        log.finish(set)
    }
}

/// Where the table has what.
#[derive(Clone)]
struct Columns {
    time: usize,
    cluster: Option<usize>,
    namespace: usize,
    pod: usize,
    container: Option<usize>,
    metrics: Vec<(MetricId, usize)>,
    requests: Option<usize>,
    /// Received and sent, where the sum is not a column of its own.
    directions: Option<(usize, usize)>,
}

impl Columns {
    fn find(header: &Header, options: &SamplesCsvOptions, log: &mut Log) -> Result<Self> {
        let own: HashMap<String, &str> =
            options.columns.iter().map(|(to, from)| (from.to_lowercase(), to.as_str())).collect();
        let (mut at, mut metrics) = (BTreeMap::new(), Vec::new());
        for (index, name) in header.names().iter().enumerate() {
            let lower = name.to_lowercase();
            let known = own.get(&lower).copied().unwrap_or(&lower);
            let metric = MetricId::of_column(known);
            let taken = match (known, metric) {
                ("timestamp" | "cluster" | "namespace" | "pod" | "container" | "requests", _) => {
                    let first = !at.contains_key(known);
                    at.entry(known.to_owned()).or_insert(index);
                    first
                }
                (_, Some(metric)) => {
                    let first = metrics.iter().all(|(other, _)| *other != metric);
                    if first {
                        metrics.push((metric, index));
                    }
                    first
                }
                (_, None) => {
                    let place = Place { field: Some(name.clone()), ..Place::default() };
                    log.info(
                        "UnknownColumn",
                        || "columns that nobody knows are ignored".into(),
                        place,
                    );
                    true
                }
            };
            if !taken {
                let error = Error::new(ErrorKind::Format, format!("two columns are {known}"))
                    .at_byte(0)
                    .at_field(name.clone())
                    .hint("keep one; in Lenient mode the first is read");
                log.tolerate("DuplicateColumn", error)?;
            }
        }
        let mut missing: Vec<&str> = ["timestamp", "namespace", "pod"]
            .into_iter()
            .filter(|name| !at.contains_key(*name))
            .collect();
        if metrics.is_empty() && !at.contains_key("requests") {
            missing.push("cpu_cores, another metric or requests");
        }
        let get = |name: &str| at.get(name).copied();
        let (Some(time), Some(namespace), Some(pod), true) =
            (get("timestamp"), get("namespace"), get("pod"), missing.is_empty())
        else {
            let found = header.names().iter().take(40).cloned().collect::<Vec<_>>().join(", ");
            let message = format!("the table has no column {}", missing.join(", "));
            return Err(Error::new(ErrorKind::MissingColumn, message)
                .at_byte(0)
                .at_field(missing.first().copied().unwrap_or_default())
                .detail("missing", missing.iter().map(|m| (*m).to_owned()).collect::<Vec<_>>())
                .detail("found", found.clone())
                .hint(format!("the header has: {found}; name columns in options.columns")));
        };
        let of = |wanted: MetricId| metrics.iter().position(|(metric, _)| *metric == wanted);
        let own_sum = of(MetricId::NETWORK_BYTES_PER_SECOND).is_some();
        let directions = of(MetricId::NETWORK_RX_BYTES_PER_SECOND)
            .zip(of(MetricId::NETWORK_TX_BYTES_PER_SECOND))
            .filter(|_| !own_sum);
        Ok(Self {
            time,
            cluster: get("cluster"),
            namespace,
            pod,
            container: get("container"),
            metrics,
            requests: get("requests"),
            directions,
        })
    }
}

/// A sample: when, and how much.
type Sample = (i64, Option<f64>);

/// The samples of one key, by metric in order of the columns; then the sums of both directions.
struct OfKey {
    key: UsageKey,
    metrics: Vec<Vec<Sample>>,
    sums: Vec<Sample>,
    requests: Vec<(i64, u64)>,
}

struct Samples {
    options: SamplesCsvOptions,
    common: ParseOptions,
    columns: Option<Columns>,
    keys: HashMap<UsageKey, usize>,
    /// Of the row before: rows of one key often follow each other.
    last: Option<usize>,
    pods: Vec<OfKey>,
    series: u64,
}

impl Samples {
    fn row(&mut self, row: &Row<'_>, log: &mut Log) -> Result<()> {
        let columns = match self.columns.take() {
            Some(columns) => columns,
            None => Columns::find(row.header, &self.options, log)?,
        };
        let read = self.read(row, &columns, log);
        self.columns = Some(columns);
        log.settle(read?).map(drop)
    }

    /// Reads a row; the inner error is of the row alone.
    fn read(&mut self, row: &Row<'_>, columns: &Columns, log: &mut Log) -> Result<Result<()>> {
        let (at_ms, of_key) = match self.whose(row, columns, log)? {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let mut values = Vec::with_capacity(columns.metrics.len());
        for &(_, column) in &columns.metrics {
            values.push(self.value(row, column, log)?);
        }
        let requests = match columns.requests {
            Some(column) => self.count(row, column, log)?,
            None => None,
        };
        let Some(own) = self.pods.get_mut(of_key) else { return Ok(Ok(())) };
        if let Some((rx, tx)) = columns.directions {
            let side = |index: usize| values.get(index).copied().flatten();
            let sum = side(rx).zip(side(tx)).map(|(rx, tx)| rx + tx);
            own.sums.push((at_ms, sum));
        }
        for (samples, value) in own.metrics.iter_mut().zip(values) {
            samples.push((at_ms, value));
        }
        own.requests.extend(requests.map(|count| (at_ms, count)));
        Ok(Ok(()))
    }

    /// The time of a row, and the place of its key.
    fn whose(
        &mut self,
        row: &Row<'_>,
        columns: &Columns,
        log: &mut Log,
    ) -> Result<Result<(i64, usize)>> {
        let missing = |column: usize| {
            let name = row.header.names().get(column).map(String::as_str).unwrap_or_default();
            let error = Error::new(ErrorKind::MissingField, format!("{name} is missing"))
                .hint("every row has a time, a namespace and a pod");
            row.wrong(Some(column), error)
        };
        let Some(text) = row.get(Some(columns.time)) else {
            return Ok(Err(missing(columns.time)));
        };
        let at_ms = match time(text) {
            Ok((at_ms, None)) => at_ms,
            Ok((at_ms, Some((code, error)))) => {
                log.tolerate(code, row.wrong(Some(columns.time), error))?;
                at_ms
            }
            Err(error) => return Ok(Err(row.wrong(Some(columns.time), error))),
        };
        let Some(namespace) = row.get(Some(columns.namespace)) else {
            return Ok(Err(missing(columns.namespace)));
        };
        let Some(pod) = row.get(Some(columns.pod)) else { return Ok(Err(missing(columns.pod))) };
        let container = row.get(columns.container).unwrap_or_default();
        let cluster = row.get(columns.cluster).unwrap_or(&self.options.cluster);
        if let Some(last) = self.last
            && let Some(of) = self.pods.get(last)
            && (&*of.key.cluster, &*of.key.namespace, &*of.key.pod, &*of.key.container)
                == (cluster, namespace, pod, container)
        {
            return Ok(Ok((at_ms, last)));
        }
        let key = UsageKey::new(namespace, pod, container).in_cluster(cluster);
        if let Err(error) = key.validate() {
            return Ok(Err(row.wrong(Some(columns.pod), error)));
        }
        let index = if let Some(index) = self.keys.get(&key) {
            *index
        } else {
            self.series = self.series.saturating_add(columns.metrics.len() as u64);
            if self.series > self.common.limits.max_series {
                return Err(exceeded("maxSeries", self.common.limits.max_series, row.at));
            }
            let metrics = columns.metrics.iter().map(|_| Vec::new()).collect();
            let (sums, requests) = (Vec::new(), Vec::new());
            self.keys.insert(key.clone(), self.pods.len());
            self.pods.push(OfKey { key, metrics, sums, requests });
            self.pods.len().saturating_sub(1)
        };
        self.last = Some(index);
        Ok(Ok((at_ms, index)))
    }

    /// A value; one that cannot be read is missing, and the others of its row stand.
    fn value(&self, row: &Row<'_>, column: usize, log: &mut Log) -> Result<Option<f64>> {
        let Some(text) = row.get(Some(column)) else { return Ok(None) };
        self.digits(row, column, text)?;
        match float(text, true) {
            Some(value) if value.is_nan() => Ok(None),
            Some(value) if value.is_infinite() => {
                let message = || "infinite values are missing".to_owned();
                let error = Error::new(ErrorKind::InvalidValue, "");
                log.warn("NonFinite", message, row.wrong(Some(column), error).place().clone());
                Ok(None)
            }
            Some(value) => Ok(Some(value)),
            None => {
                let error =
                    not_a_number(text, "values are decimal numbers; an empty cell is missing");
                log.unreadable("UnreadableValue", row.wrong(Some(column), error)).map(|()| None)
            }
        }
    }

    fn count(&self, row: &Row<'_>, column: usize, log: &mut Log) -> Result<Option<u64>> {
        let Some(text) = row.get(Some(column)) else { return Ok(None) };
        self.digits(row, column, text)?;
        // Tables from other tools write whole numbers as 12.0.
        let whole = float(text, false)
            .filter(|v| (0.0..=9_007_199_254_740_992.0).contains(v) && v.fract() == 0.0);
        if let Some(count) = whole {
            return Ok(Some(count as u64));
        }
        let error = not_a_number(text, "requests are whole numbers of at least 0");
        log.unreadable("UnreadableValue", row.wrong(Some(column), error)).map(|()| None)
    }

    fn digits(&self, row: &Row<'_>, column: usize, text: &str) -> Result<()> {
        let most = self.common.limits.max_digits;
        check_digits(text, most, row.at).map_err(|e| row.wrong(Some(column), e))
    }

    fn finish(self, log: &mut Log) -> SeriesSet {
        let metrics = self.columns.map(|columns| columns.metrics).unwrap_or_default();
        let mut gather = Gather::default();
        let mut hours: BTreeMap<UsageKey, BTreeMap<i64, u64>> = BTreeMap::new();
        let mut repeated = 0u64;
        for of in self.pods {
            for ((metric, _), samples) in metrics.iter().zip(of.metrics) {
                gather.add_all(of.key.clone(), *metric, kind(*metric), None, samples);
            }
            if !of.sums.is_empty() {
                let sum = MetricId::NETWORK_BYTES_PER_SECOND;
                gather.add_all(of.key.clone(), sum, SampleKind::Gauge, None, of.sums);
            }
            if of.requests.is_empty() {
                continue;
            }
            let mut requests = of.requests;
            requests.sort_unstable();
            let before = requests.len();
            // The larger of two counts of one time stays, as with samples.
            requests.reverse();
            requests.dedup_by_key(|(at, _)| *at);
            repeated = repeated.saturating_add((before - requests.len()) as u64);
            let pod = UsageKey { container: String::new(), ..of.key };
            let of_pod = hours.entry(pod).or_default();
            for (at, count) in requests {
                let hour = of_pod.entry(at.div_euclid(MS_PER_HOUR)).or_default();
                *hour = hour.saturating_add(count);
            }
        }
        let (mut set, repeats) = gather.finish();
        if repeats.saturating_add(repeated) > 0 {
            let message = || "the larger of two values stays".into();
            log.warn("DuplicateTimestamp", message, Place::default());
        }
        set.requests = hours
            .into_iter()
            .map(|(key, hours)| {
                let row = |(hour, count): (i64, u64)| RequestTotal {
                    start: Timestamp(hour.saturating_mul(MS_PER_HOUR)),
                    count,
                };
                RequestTotals { key, rows: hours.into_iter().map(row).collect() }
            })
            .collect();
        set
    }
}

/// What a metric's values mean in a table without counters.
fn kind(metric: MetricId) -> SampleKind {
    if metric.accepts(SampleKind::Gauge) { SampleKind::Gauge } else { SampleKind::Increment }
}

/// What Lenient mode notes about a time, and what Strict mode says of it.
type Odd = Option<(&'static str, Error)>;

/// Epoch milliseconds of a time in any of its spellings.
fn time(text: &str) -> Result<(i64, Odd)> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.bytes().all(|b| b.is_ascii_digit() || b".eE+".contains(&b));
    let at = if digits && text.len() >= 12 {
        let ms = text.parse().unwrap_or(i64::MAX);
        Timestamp::from_ms(ms)?
    } else if number {
        Timestamp::from_ms(seconds_to_ms(text)?)?
    } else {
        let read = loose(text)?.ok_or_else(|| not_a_number(text, "every row has a time"))?;
        let odd = read.oddity.map(|oddity| (oddity.code(), oddity.error(text)));
        return Ok((read.at.ms(), odd));
    };
    Ok((at.ms(), None))
}

fn not_a_number(text: &str, hint: &str) -> Error {
    let shown: String = text.chars().take(40).collect();
    Error::new(ErrorKind::Format, format!("{shown:?} is not a number")).hint(hint)
}

#[cfg(test)]
mod tests;
