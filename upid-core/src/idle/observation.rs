//! What is known about a pod: samples and requests, or a Usage, and its context (idle.md §1).

use serde::{Deserialize, Serialize};

use super::score::CustomTerm;
use crate::calendar;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Finding, Holiday, Severity, Workload};
use crate::traffic::{self, RequestColumn, RequestRow, TrafficConfig, TrafficInput};
use crate::units::{MS_PER_DAY, MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{
    Columns, IngestOptions, Invalid, MetricId, RequestLog, Usage, UsageKey, UsageSpec,
};

/// Longest sampling step.
const MAX_STEP_SECONDS: f64 = 3600.0;

/// What is known about a pod beside its samples and requests. Everything but `id` and `now` may be unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodContext {
    /// Name in the result.
    pub id: String,
    /// The time of the question.
    pub now: Timestamp,
    /// What to look at; absent: the configured days before `now`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<TimeRange>,
    /// Facts about its workload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<Workload>,
    /// IANA zone of the people who use it; absent: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Days that tell nothing about normal days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// The caller's business weight, 0..1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criticality: Option<f64>,
    /// Terms of the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<CustomTerm>,
    /// Samples lay in the future or came out of order (from the ingest report): caps the confidence.
    #[serde(default)]
    pub clock_faults: bool,
}

impl PodContext {
    /// The context of a pod at a time; set the other fields as they are known.
    pub fn new(id: impl Into<String>, now: Timestamp) -> Self {
        Self { id: id.into(), now, ..Self::default() }
    }

    /// The hours looked at: both edges rounded up to whole UTC hours (usage.md §5).
    pub(super) fn hours(&self, window_days: u32) -> Result<TimeRange> {
        let window = self.window_or(window_days);
        window.check().map_err(|e| e.at_path("window"))?;
        let up = |time: Timestamp| Timestamp(-(-time.0).div_euclid(MS_PER_HOUR) * MS_PER_HOUR);
        TimeRange::new(up(window.start), up(window.end)).map_err(|e| e.at_path("window"))
    }

    /// The days whose histograms are read: the window widened to whole UTC days.
    pub(super) fn days(&self, window_days: u32) -> TimeRange {
        let window = self.window_or(window_days);
        let down = window.start.0.div_euclid(MS_PER_DAY) * MS_PER_DAY;
        let up = -(-window.end.0).div_euclid(MS_PER_DAY) * MS_PER_DAY;
        TimeRange { start: Timestamp(down), end: Timestamp(up) }
    }

    fn window_or(&self, days: u32) -> TimeRange {
        self.window.unwrap_or_else(|| TimeRange {
            start: Timestamp((self.now.0 - i64::from(days) * MS_PER_DAY).max(0)),
            end: self.now,
        })
    }

    pub(super) fn check(&self) -> Result<()> {
        let bad = |path: String, message: &str, hint: &str| {
            Err(Error::new(ErrorKind::InvalidValue, message).at_path(path).hint(hint))
        };
        if self.criticality.is_some_and(|level| !(0.0..=1.0).contains(&level)) {
            return bad("criticality".into(), "the criticality is outside 0..1", "give 0..1");
        }
        match self.custom.iter().position(|term| !term.log_odds.is_finite()) {
            Some(at) => bad(
                format!("custom[{at}].logOdds"),
                "log-odds are a finite number",
                "2 speaks for idle about as 7 : 1",
            ),
            None => Ok(()),
        }
    }
}

/// Resource samples on one axis; an absent array is an absent source, a `null` value a missing sample.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceSeries {
    /// Time of the first sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Distance of samples, above 0 and at most 3600 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_seconds: Option<f64>,
    /// The same as `start`, in epoch milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_ms: Option<i64>,
    /// The same as `stepSeconds`, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_ms: Option<f64>,
    /// One time per sample, in epoch milliseconds, in place of start and step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamps_ms: Option<Vec<i64>>,
    /// CPU in cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_cores: Option<Vec<Option<f64>>>,
    /// Memory working set in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<Vec<Option<f64>>>,
    /// Bytes received per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_bytes_per_second: Option<Vec<Option<f64>>>,
    /// Bytes sent per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transmit_bytes_per_second: Option<Vec<Option<f64>>>,
    /// Of `connections` only: established connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Option<f64>>>,
}

/// A pod with its samples and requests.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodObservation {
    /// Name in the result.
    pub id: String,
    /// The time of the question; later samples are dropped and noted.
    pub now: Timestamp,
    /// What to look at; absent: the configured days before `now`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<TimeRange>,
    /// CPU, memory, network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<ResourceSeries>,
    /// Established connections in `values`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<ResourceSeries>,
    /// Request rows; absent: no evidence, empty with a complete log: observed silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Vec<RequestRow>>,
    /// Request columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_series: Option<Vec<RequestColumn>>,
    /// What the request log covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_log: Option<RequestLog>,
    /// Facts about its workload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<Workload>,
    /// IANA zone; absent: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Days that tell nothing about normal days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// The caller's business weight, 0..1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criticality: Option<f64>,
    /// Terms of the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<CustomTerm>,
}

/// A pod's observation as a Usage and a context: the one form that is assessed.
pub(super) struct Summarized {
    pub usage: Usage,
    pub context: PodContext,
    pub quality: Vec<Finding>,
}

impl PodObservation {
    /// The context without samples and requests.
    pub fn context(&self) -> PodContext {
        PodContext {
            id: self.id.clone(),
            now: self.now,
            window: self.window,
            workload: self.workload.clone(),
            time_zone: self.time_zone.clone(),
            holidays: self.holidays.clone(),
            criticality: self.criticality,
            custom: self.custom.clone(),
            clock_faults: false,
        }
    }

    /// Summarises samples and requests; what lies outside the window's days is dropped and counted.
    pub(super) fn summarize(&self, window_days: u32, config: &TrafficConfig) -> Result<Summarized> {
        let mut context = self.context();
        if let Some(name) = &context.time_zone {
            calendar::zone(name).map_err(|e| e.at_path("timeZone"))?;
        }
        let hours = context.hours(window_days)?;
        let mut feed = Feed {
            usage: Usage::new(UsageSpec::default())?,
            now: self.now,
            days: context.days(window_days),
            future: 0,
            outside: 0,
        };
        if let Some(series) = &self.series {
            feed.resources(series).map_err(|e| e.under("series"))?;
        }
        if let Some(connections) = &self.connections {
            feed.connections(connections).map_err(|e| e.under("connections"))?;
        }
        let mut quality = Vec::new();
        if feed.future > 0 {
            context.clock_faults = true;
            quality.push(counted("FutureSamples", feed.future, "samples after now were dropped"));
        }
        if feed.outside > 0 {
            let message = "samples outside the window were ignored";
            quality.push(counted("OutsideWindow", feed.outside, message));
        }
        let mut usage = feed.usage;
        let input = TrafficInput {
            requests: self.requests.clone().unwrap_or_default(),
            request_series: self.request_series.clone().unwrap_or_default(),
            request_log: self.request_log.clone(),
        };
        let found =
            traffic::add_requests(&mut usage, &UsageKey::default(), &input, Some(hours), config)?;
        quality.extend(found);
        Ok(Summarized { usage, context, quality })
    }
}

fn counted(code: &str, count: u64, message: &str) -> Finding {
    let mut finding = Finding::new(code, Severity::Warning, message, Vec::new());
    finding.count = count;
    finding
}

/// Samples on their way into a Usage.
struct Feed {
    usage: Usage,
    now: Timestamp,
    days: TimeRange,
    future: u64,
    outside: u64,
}

impl Feed {
    fn resources(&mut self, series: &ResourceSeries) -> Result<()> {
        let columns = [
            ("cpuCores", &series.cpu_cores),
            ("memoryBytes", &series.memory_bytes),
            ("receiveBytesPerSecond", &series.receive_bytes_per_second),
            ("transmitBytesPerSecond", &series.transmit_bytes_per_second),
        ];
        let times = times(series, &columns)?;
        let [cpu, memory, receive, transmit] = columns.map(|(_, values)| values.as_ref());
        // Each time counts once, however many sources miss or hold it.
        let keep = self.kept(&times);
        self.gauge(MetricId::CPU_CORES, "cpuCores", &times, &keep, cpu)?;
        self.gauge(MetricId::MEMORY_WORKING_SET_BYTES, "memoryBytes", &times, &keep, memory)?;
        let (rx, tx) =
            (MetricId::NETWORK_RX_BYTES_PER_SECOND, MetricId::NETWORK_TX_BYTES_PER_SECOND);
        self.gauge(rx, "receiveBytesPerSecond", &times, &keep, receive)?;
        self.gauge(tx, "transmitBytesPerSecond", &times, &keep, transmit)?;
        if let (Some(receive), Some(transmit)) = (receive, transmit) {
            let both: Vec<Option<f64>> = receive
                .iter()
                .zip(transmit)
                .map(|(rx, tx)| rx.zip(*tx).map(|(rx, tx)| rx + tx))
                .collect();
            let metric = MetricId::NETWORK_BYTES_PER_SECOND;
            self.gauge(metric, "receiveBytesPerSecond", &times, &keep, Some(&both))?;
        }
        Ok(())
    }

    fn connections(&mut self, series: &ResourceSeries) -> Result<()> {
        let columns = [("values", &series.values)];
        let times = times(series, &columns)?;
        let keep = self.kept(&times);
        self.gauge(MetricId::CONNECTIONS, "values", &times, &keep, series.values.as_ref())
    }

    fn kept(&mut self, times: &[i64]) -> Vec<bool> {
        let (now, days) = (self.now.0, self.days);
        times
            .iter()
            .map(|ms| {
                let future = *ms > now;
                let outside = !future && !(days.start.0..days.end.0).contains(ms);
                self.future += u64::from(future);
                self.outside += u64::from(outside);
                !future && !outside
            })
            .collect()
    }

    fn gauge(
        &mut self,
        metric: MetricId,
        name: &str,
        times: &[i64],
        keep: &[bool],
        values: Option<&Vec<Option<f64>>>,
    ) -> Result<()> {
        let Some(values) = values else { return Ok(()) };
        let bad = |value: &Option<f64>| value.is_some_and(|v| v < 0.0 || v.is_infinite());
        if let Some(at) = values.iter().position(bad) {
            return Err(Error::new(ErrorKind::InvalidValue, "a sample is negative or infinite")
                .at_path(format!("{name}[{at}]"))
                .at_row(at)
                .hint("a missing sample is null, never a negative number"));
        }
        let (mut kept_times, mut kept_values) = (Vec::new(), Vec::new());
        for ((ms, value), keep) in times.iter().zip(values).zip(keep) {
            if let (true, Some(value)) = (*keep, value) {
                kept_times.push(*ms);
                kept_values.push(*value);
            }
        }
        if kept_times.is_empty() {
            return Ok(());
        }
        let options = IngestOptions::default().invalid(Invalid::Reject);
        let columns = Columns::gauge(&kept_times, &kept_values);
        self.usage.add_series(&UsageKey::default(), metric, &columns, &options)?;
        Ok(())
    }
}

/// The times of a series, checked against the lengths of its columns.
fn times(
    series: &ResourceSeries,
    columns: &[(&str, &Option<Vec<Option<f64>>>)],
) -> Result<Vec<i64>> {
    let mut lengths = columns.iter().filter_map(|(name, v)| v.as_ref().map(|v| (*name, v.len())));
    let Some((first, length)) = lengths.next() else { return Ok(Vec::new()) };
    let mismatch = |name: &str, other: usize| {
        Error::new(
            ErrorKind::LengthMismatch,
            format!("{name} has {other} samples and {first} has {length}"),
        )
        .at_path(name)
        .hint("all arrays of a series share one time axis")
    };
    if let Some((name, other)) = lengths.find(|(_, other)| *other != length) {
        return Err(mismatch(name, other));
    }
    let regular = series.start.is_some() || series.start_ms.is_some();
    if let Some(times) = &series.timestamps_ms {
        if regular {
            return Err(twice("timestampsMs"));
        }
        if times.len() != length {
            return Err(mismatch("timestampsMs", times.len()));
        }
        return Ok(times.clone());
    }
    let start = match (series.start, series.start_ms) {
        (Some(_), Some(_)) => return Err(twice("startMs")),
        (Some(start), None) => start.0,
        (None, Some(ms)) => Timestamp::from_ms(ms).map_err(|e| e.at_path("startMs"))?.0,
        (None, None) => {
            return Err(Error::new(ErrorKind::MissingField, "the series has no time axis")
                .at_path("start")
                .hint("give start and stepSeconds, or timestampsMs"));
        }
    };
    let step = match (series.step_seconds, series.step_ms) {
        (Some(_), Some(_)) => return Err(twice("stepMs")),
        (seconds, ms) => seconds.or(ms.map(|ms| ms / 1000.0)).unwrap_or(f64::NAN),
    };
    if !(step > 0.0 && step <= MAX_STEP_SECONDS) || (step * 1000.0).fract() != 0.0 {
        return Err(Error::new(
            ErrorKind::InvalidStep,
            "the step is not above 0 and at most 3600 s, in whole milliseconds",
        )
        .at_path("stepSeconds")
        .hint("give the distance of samples in seconds, e.g. 60"));
    }
    let step = (step * 1000.0) as i64;
    Ok((0..length as i64).map(|at| start + at * step).collect())
}

fn twice(path: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, "the time axis is given twice")
        .at_path(path)
        .hint("give either start and stepSeconds, startMs and stepMs, or timestampsMs")
}
