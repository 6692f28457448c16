//! `traffic.classify`: raw rows and columns in, a report out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::class::{ClassSeries, request_key};
use super::classify::{Classified, LogFacts, classify_series};
use super::config::TrafficConfig;
use super::hours::{HourCount, HourSet};
use super::report::TrafficReport;
use super::request::{RequestColumn, RequestRow, RequestSignature};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Finding, Severity};
use crate::units::{Interval, MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{
    LogCoverage, PodUsage, RequestCount, RequestKey, RequestLog, Usage, UsageKey, UsageSpec,
    UserAgents,
};

/// Requests to one pod or workload, as rows, columns or both.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TrafficInput {
    /// One row per kind of request and hour.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestRow>,
    /// One column per kind of request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_series: Vec<RequestColumn>,
    /// What the log covers; absent: complete between the first and the last hour given, flagged `Inferred`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_log: Option<RequestLog>,
}

/// Classifies requests (idle.md §2).
///
/// # Errors
/// `UPID_INVALID_CONFIG`; `UPID_INVALID_VALUE` for a count that is negative, no whole number or too large, and for
/// a sample rate outside (0, 1].
pub fn classify(input: &TrafficInput, config: &TrafficConfig) -> Result<TrafficReport> {
    config.validate()?;
    let mut usage = Usage::new(UsageSpec::default())?;
    let quality = add_requests(&mut usage, &UsageKey::default(), input, None, config)?;
    let Some((first, last)) = usage.span() else {
        return Ok(classify_series(&[], &LogFacts::default(), config, quality)?.report);
    };
    let end = Timestamp(last.0 + MS_PER_HOUR);
    let pod = usage.pod("", "", "");
    let mut report = classify_usage(&pod, TimeRange::new(first, end)?, config)?.report;
    report.quality.splice(0..0, quality);
    Ok(report)
}

/// Classifies the request classes that a Usage holds for a pod (or a workload key) in whole UTC hours.
///
/// # Errors
/// `UPID_INVALID_CONFIG`.
pub fn classify_usage(
    pod: &PodUsage<'_>,
    range: TimeRange,
    config: &TrafficConfig,
) -> Result<Classified> {
    let mut series: Vec<ClassSeries> = Vec::new();
    for row in pod.requests(range) {
        let hour = HourCount {
            hour: row.start_ms.div_euclid(MS_PER_HOUR),
            count: row.count,
            dispersion: row.dispersion,
        };
        match series.last_mut().filter(|class| class.key == row.key) {
            Some(class) => class.hours.push(hour),
            None => series.push(ClassSeries { key: row.key, hours: vec![hour] }),
        }
    }
    let mut quality = Vec::new();
    limit_classes(&mut series, config.max_classes as usize, &mut quality);
    let log = pod.request_log(range);
    let mut observed = HourSet::default();
    for span in &log.observed {
        let hours = span.start.0.div_euclid(MS_PER_HOUR)..span.end.0.div_euclid(MS_PER_HOUR);
        hours.for_each(|hour| observed.insert(hour));
    }
    let facts = LogFacts { observed_hours: observed.len(), observed, sample_rate: log.sample_rate };
    classify_series(&series, &facts, config, quality)
}

/// Adds requests to a pod (or workload key) of a Usage, under the classes of `config`; gives what a reader must know.
///
/// Without `observed` spans, a complete or sampled log covers `window`, or the hours between its first and last row
/// if that is `None`. Hours that a column gives as `null` are not covered.
///
/// # Errors
/// As [`classify`], and those of [`Usage::add_requests`].
pub fn add_requests(
    usage: &mut Usage,
    key: &UsageKey,
    input: &TrafficInput,
    window: Option<TimeRange>,
    config: &TrafficConfig,
) -> Result<Vec<Finding>> {
    let mut gathered = Gathered::new(config);
    gathered.add_rows(&input.requests)?;
    gathered.add_columns(&input.request_series)?;
    let mut quality = Vec::new();
    let mut log = match &input.request_log {
        Some(log) => log.clone(),
        None if gathered.first < gathered.end => {
            quality.push(Finding::new(
                "Inferred",
                Severity::Info,
                "no requestLog was given: the log counts as complete",
                vec!["requestLog".to_owned()],
            ));
            let mut log = RequestLog::complete(Vec::new());
            if !gathered.has_agents {
                log.user_agents = UserAgents::Absent;
            }
            log
        }
        None => RequestLog::default(),
    };
    if matches!(log.coverage, LogCoverage::Complete | LogCoverage::Sampled) {
        if log.observed.is_empty() {
            log.observed = match window {
                Some(window) => vec![window.interval()],
                None => gathered.whole().into_iter().collect(),
            };
        }
        log.observed = without(&log.observed, &gathered.unobserved);
    }
    usage.add_requests(key, &gathered.rows, &log)?;
    Ok(quality)
}

/// Requests gathered from rows and columns.
struct Gathered<'a> {
    config: &'a TrafficConfig,
    rows: Vec<RequestCount>,
    /// Hours that a column says nothing about.
    unobserved: BTreeSet<i64>,
    has_agents: bool,
    first: i64,
    end: i64,
}

impl<'a> Gathered<'a> {
    fn new(config: &'a TrafficConfig) -> Self {
        Self {
            config,
            rows: Vec::new(),
            unobserved: BTreeSet::new(),
            has_agents: false,
            first: i64::MAX,
            end: i64::MIN,
        }
    }

    fn add_rows(&mut self, rows: &[RequestRow]) -> Result<()> {
        for (at, row) in rows.iter().enumerate() {
            let count = whole(row.count)
                .map_err(|e| e.at_path(format!("requests[{at}].count")).at_row(at))?;
            let signature = row.signature();
            self.see(&signature, row.start.0.div_euclid(MS_PER_HOUR));
            self.rows.push(RequestCount {
                key: request_key(&signature, self.config),
                start_ms: row.start.0,
                count,
                dispersion: row.dispersion,
            });
        }
        Ok(())
    }

    fn add_columns(&mut self, columns: &[RequestColumn]) -> Result<()> {
        for (at, column) in columns.iter().enumerate() {
            let signature = column.signature();
            let key = request_key(&signature, self.config);
            let first = column.start.0.div_euclid(MS_PER_HOUR);
            for (hour, (index, count)) in (first..).zip(column.counts.iter().enumerate()) {
                self.see(&signature, hour);
                let Some(count) = count else {
                    self.unobserved.insert(hour);
                    continue;
                };
                let count = whole(*count).map_err(|e| {
                    e.at_path(format!("requestSeries[{at}].counts[{index}]")).at_row(index)
                })?;
                let start_ms = hour * MS_PER_HOUR;
                self.rows.push(RequestCount {
                    key: key.clone(),
                    start_ms,
                    count,
                    dispersion: None,
                });
            }
        }
        Ok(())
    }

    fn see(&mut self, signature: &RequestSignature<'_>, hour: i64) {
        self.first = self.first.min(hour);
        self.end = self.end.max(hour + 1);
        self.has_agents |= signature.user_agent.is_some_and(|agent| !agent.trim().is_empty());
    }

    fn whole(&self) -> Option<Interval> {
        (self.first < self.end).then(|| hours(self.first, self.end))
    }
}

fn hours(first: i64, end: i64) -> Interval {
    Interval { start: Timestamp(first * MS_PER_HOUR), end: Timestamp(end * MS_PER_HOUR) }
}

/// Spans without some hours.
fn without(spans: &[Interval], holes: &BTreeSet<i64>) -> Vec<Interval> {
    let mut parts = Vec::new();
    for span in spans {
        let mut start = span.start;
        let last = span.end.0.div_euclid(MS_PER_HOUR);
        for hole in holes.range(start.0.div_euclid(MS_PER_HOUR)..=last) {
            let hole = hours(*hole, *hole + 1).intersect(span);
            if hole.start > start {
                parts.push(Interval { start, end: hole.start });
            }
            start = start.max(hole.end);
        }
        if span.end > start {
            parts.push(Interval { start, end: span.end });
        }
    }
    parts
}

/// Keeps the first `max` classes in survivor order and moves the rest into the rest class.
fn limit_classes(series: &mut Vec<ClassSeries>, max: usize, quality: &mut Vec<Finding>) {
    let kept = series.iter().filter(|class| !class.is_other()).count();
    if kept <= max {
        return;
    }
    let mut ranks: Vec<_> =
        series.iter().filter(|class| !class.is_other()).map(|class| class.key.rank()).collect();
    ranks.sort_unstable();
    let Some(limit) = ranks.get(max).copied() else { return };
    let mut rest: BTreeMap<i64, u64> = BTreeMap::new();
    series.retain(|class| {
        let stays = !class.is_other() && class.key.rank() < limit;
        if !stays {
            for h in &class.hours {
                let count = rest.entry(h.hour).or_default();
                *count = count.saturating_add(h.count);
            }
        }
        stays
    });
    let hours = rest.into_iter().map(|(hour, count)| HourCount { hour, count, dispersion: None });
    series.push(ClassSeries { key: RequestKey::other(), hours: hours.collect() });
    quality.push(Finding::new(
        "TooManyClasses",
        Severity::Warning,
        "the smaller classes were counted together as business",
        vec![format!("maxClasses {max}")],
    ));
}

/// A count as a whole number.
fn whole(count: f64) -> Result<u64> {
    // 2^53: the integers that f64 holds exactly.
    if (0.0..=9_007_199_254_740_992.0).contains(&count) && count.fract() == 0.0 {
        return Ok(count as u64);
    }
    Err(Error::new(ErrorKind::InvalidValue, format!("{count} is not a number of requests"))
        .hint("counts are whole numbers of at least 0; a missing hour is null"))
}
