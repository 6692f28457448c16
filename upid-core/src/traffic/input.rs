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
    if count >= 0.0 && count <= 9_007_199_254_740_992.0 && count.fract() == 0.0 {
        return Ok(count as u64);
    }
    Err(Error::new(ErrorKind::InvalidValue, format!("{count} is not a number of requests"))
        .hint("counts are whole numbers of at least 0; a missing hour is null"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::{TrafficReason, Verdict};

    fn column(agent: &str, method: &str, path: &str, counts: &[u32]) -> RequestColumn {
        RequestColumn {
            start: Timestamp::parse("2026-03-16T00:00:00Z").unwrap(),
            path: Some(path.into()),
            user_agent: Some(agent.into()),
            method: Some(method.into()),
            counts: counts.iter().map(|c| Some(f64::from(*c))).collect(),
            ..Default::default()
        }
    }

    fn verdict(column: RequestColumn) -> (Verdict, TrafficReason) {
        let input = TrafficInput { request_series: vec![column], ..Default::default() };
        let report = classify(&input, &TrafficConfig::default()).unwrap();
        (report.classes[0].verdict, report.classes[0].reason)
    }

    /// The example of idle.md §2.
    #[test]
    fn the_example() {
        let input = TrafficInput {
            request_series: vec![
                column("kube-probe/1.31", "GET", "/healthz", &[360; 12]),
                column(
                    "acme-poller/1.2",
                    "GET",
                    "/api/poll",
                    &[60, 60, 61, 60, 59, 60, 60, 60, 60, 60, 60, 60],
                ),
                column(
                    "Mozilla/5.0 (X11; Linux x86_64)",
                    "POST",
                    "/orders",
                    &[0, 0, 3, 1, 0, 0, 0, 2, 0, 0, 0, 0],
                ),
            ],
            ..Default::default()
        };
        let report = classify(&input, &TrafficConfig::default()).unwrap();
        let told: Vec<_> = report
            .classes
            .iter()
            .map(|c| {
                let text = |t: &Option<String>| t.clone().unwrap();
                (text(&c.path), text(&c.family), text(&c.method), c.verdict, c.reason, c.requests)
            })
            .collect();
        let row = |path: &str, family: &str, method: &str, verdict, reason, requests| {
            (path.to_owned(), family.to_owned(), method.to_owned(), verdict, reason, requests)
        };
        assert_eq!(
            told,
            [
                row(
                    "/healthz",
                    "kube-probe",
                    "GET",
                    Verdict::Probe,
                    TrafficReason::UserAgent,
                    4320
                ),
                row(
                    "/api/poll",
                    "acme-poller",
                    "GET",
                    Verdict::Metronome,
                    TrafficReason::Cadence,
                    720
                ),
                row("/orders", "browser", "POST", Verdict::Business, TrafficReason::Default, 6),
            ]
        );
        assert_eq!(report.classes[1].mean_per_hour, Some(60.0));
        assert!(
            (report.classes[1].dispersion.unwrap() - 0.003_703_703_703_703_703_7).abs() < 1e-15
        );
        assert_eq!((report.business_requests, report.ambiguous_requests), (6.0, 720.0));
        assert_eq!(
            serde_json::to_string(&report.totals).unwrap(),
            r#"{"Probe":4320,"Metronome":720,"Business":6}"#
        );
        assert_eq!(report.quality[0].code, "Inferred");
        let text = crate::wire::to_json(&report).unwrap();
        assert_eq!(crate::wire::from_json::<TrafficReport>(&text).unwrap(), report);
    }

    #[test]
    fn rules_in_their_order() {
        use TrafficReason as R;
        use Verdict as V;
        let steady = [30; 24];
        let uneven = [3, 40, 1, 0, 17, 90, 2, 2, 61, 5, 0, 0, 7, 44];
        let browser = "Mozilla/5.0 (X11)";
        for (agent, method, path, counts, want) in [
            ("Prometheus/2.51", "POST", "/api/v1/write", &uneven[..], (V::Business, R::Default)),
            ("Prometheus/2.51", "GET", "/federate", &uneven, (V::Scrape, R::UserAgent)),
            ("UptimeRobot/2.0", "GET", "/", &uneven, (V::Synthetic, R::UserAgent)),
            (
                "grpc-go/1",
                "POST",
                "/grpc.health.v1.Health/Check",
                &uneven,
                (V::Probe, R::GrpcHealth),
            ),
            ("curl/8", "GET", "/healthz", &uneven, (V::Probe, R::Path)),
            (browser, "GET", "/healthz", &uneven, (V::Unknown, R::BrowserOnProbePath)),
            ("curl/8", "GET", "/status", &steady, (V::Probe, R::PathAndCadence)),
            ("curl/8", "GET", "/status", &uneven, (V::Unknown, R::WeakPath)),
            (browser, "GET", "/status", &uneven, (V::Business, R::Default)),
            ("curl/8", "GET", "/api/x", &steady, (V::Metronome, R::Cadence)),
            ("curl/8", "POST", "/api/x", &steady, (V::Business, R::Default)),
            (browser, "GET", "/orders", &uneven, (V::Business, R::Default)),
            ("curl/8", "GET", "/healthcare/api", &uneven, (V::Business, R::Default)),
            ("", "GET", "", &uneven, (V::Unknown, R::NoSignature)),
        ] {
            assert_eq!(
                verdict(column(agent, method, path, counts)),
                want,
                "{agent} {method} {path}"
            );
        }
        let mut scanner = column("", "GET", "/.env", &uneven);
        scanner.status = Some(404);
        assert_eq!(verdict(scanner.clone()), (V::Bot, R::ScannerPath));
        scanner.status = Some(200);
        assert_eq!(verdict(scanner), (V::Business, R::Default));
        let mut declared = column(browser, "GET", "/orders", &uneven);
        declared.verdict = Some(V::Probe);
        assert_eq!(verdict(declared), (V::Probe, R::Declared));
        let mut header = column(browser, "GET", "/", &uneven);
        header.probe_header = Some(true);
        assert_eq!(verdict(header), (V::Probe, R::ProbeHeader));
        for (path, want) in [("/metrics", V::Scrape), ("/up", V::Probe), ("/login", V::Synthetic)] {
            let mut inside = column("curl/8", "GET", path, &uneven);
            inside.source = Some("Monitoring".into());
            assert_eq!(verdict(inside), (want, R::MonitoringSource), "{path}");
        }
    }

    #[test]
    fn a_sampled_log_hides_the_cadence() {
        let input = TrafficInput {
            request_series: vec![column("curl/8", "GET", "/api/x", &[30; 24])],
            request_log: Some(
                crate::wire::from_json(r#"{"coverage":"Sampled","sampleRate":0.1}"#).unwrap(),
            ),
            ..Default::default()
        };
        let report = classify(&input, &TrafficConfig::default()).unwrap();
        assert_eq!(report.classes[0].verdict, Verdict::Business);
        assert_eq!((report.totals[&Verdict::Business], report.business_requests), (720, 7200.0));
    }

    #[test]
    fn bad_rows_name_their_place() {
        for count in [-1.0, 0.5, f64::INFINITY, f64::NAN] {
            let rows = vec![RequestRow::default(), RequestRow { count, ..Default::default() }];
            let input = TrafficInput { requests: rows, ..Default::default() };
            let error = classify(&input, &TrafficConfig::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue);
            assert_eq!(error.place().path.as_deref(), Some("requests[1].count"));
        }
        let log: RequestLog = crate::wire::from_json(r#"{"sampleRate":0}"#).unwrap();
        let input = TrafficInput { request_log: Some(log), ..Default::default() };
        let error = classify(&input, &TrafficConfig::default()).unwrap_err();
        assert_eq!(error.place().path.as_deref(), Some("requestLog.sampleRate"));
    }

    #[test]
    fn order_and_splitting_change_nothing() {
        let one = column("acme/1", "GET", "/a", &[5, 0, 7, 9]);
        let rows = |order: &[usize]| {
            let mut rows = Vec::new();
            for at in order {
                let count = one.counts[*at].unwrap();
                for part in [1.0, count - 1.0] {
                    rows.push(RequestRow {
                        start: Timestamp(one.start.0 + *at as i64 * MS_PER_HOUR + 17),
                        path: one.path.clone(),
                        user_agent: one.user_agent.clone(),
                        method: one.method.clone(),
                        count: part.max(0.0) * f64::from(u8::from(count > 0.0)),
                        ..Default::default()
                    });
                }
            }
            let input = TrafficInput { requests: rows, ..Default::default() };
            classify(&input, &TrafficConfig::default()).unwrap()
        };
        let input = TrafficInput { request_series: vec![one.clone()], ..Default::default() };
        let whole = classify(&input, &TrafficConfig::default()).unwrap();
        assert_eq!(rows(&[0, 1, 2, 3]), whole);
        assert_eq!(rows(&[3, 1, 0, 2]), whole);
    }

    /// Hours a column does not know are neither silence nor a break of the cadence.
    #[test]
    fn null_hours_are_not_observed() {
        let mut steady = column("curl/8", "GET", "/api/x", &[30; 24]);
        steady.counts[5] = None;
        steady.counts[6] = None;
        let input = TrafficInput { request_series: vec![steady], ..Default::default() };
        let report = classify(&input, &TrafficConfig::default()).unwrap();
        assert_eq!(report.observed_hours, 22);
        assert_eq!(report.classes[0].verdict, Verdict::Metronome);
    }

    #[test]
    fn too_many_classes_become_business() {
        let mut series = vec![column("kube-probe/1.31", "GET", "/healthz", &[360; 24])];
        for i in 0..20 {
            series.push(column("curl/8", "GET", &format!("/status/x{i}"), &[1, 0, 2]));
        }
        let input = TrafficInput { request_series: series, ..Default::default() };
        let config = TrafficConfig { max_classes: 5, ..Default::default() };
        let report = classify(&input, &config).unwrap();
        assert_eq!(report.classes.len(), 6);
        let other = report.classes.iter().find(|c| c.path.as_deref() == Some("{other}")).unwrap();
        assert_eq!((other.verdict, other.requests), (Verdict::Business, 48));
        assert_eq!(report.totals[&Verdict::Probe], 24 * 360);
        assert!(report.quality.iter().any(|f| f.code == "TooManyClasses"));
    }
}
