//! `traffic.classify`: raw rows and columns in, a report out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::class::{ClassKey, ClassSeries};
use super::classify::{LogFacts, classify_series};
use super::config::TrafficConfig;
use super::hours::{HourCount, HourSet};
use super::report::TrafficReport;
use super::request::{RequestColumn, RequestRow, RequestSignature};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Finding, Severity};
use crate::units::MS_PER_HOUR;
use crate::usage::{LogCoverage, RequestLog, UserAgents};

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
    let mut gathered = Gathered::new(config);
    gathered.add_rows(&input.requests)?;
    gathered.add_columns(&input.request_series)?;
    let mut quality = Vec::new();
    let log = gathered.log_facts(input.request_log.as_ref(), &mut quality)?;
    let series = gathered.into_series(config.max_classes as usize, &mut quality);
    Ok(classify_series(series, &log, config, quality)?.report)
}

/// Counts of one class by hour; `contributions` decides whether a dispersion still means something.
#[derive(Default)]
struct Cell {
    count: u64,
    dispersion: Option<f64>,
    contributions: u32,
}

/// Requests gathered into classes and hours.
struct Gathered<'a> {
    config: &'a TrafficConfig,
    classes: BTreeMap<ClassKey, BTreeMap<i64, Cell>>,
    unobserved: HourSet,
    has_agents: bool,
    first: i64,
    end: i64,
}

impl<'a> Gathered<'a> {
    fn new(config: &'a TrafficConfig) -> Self {
        Self {
            config,
            classes: BTreeMap::new(),
            unobserved: HourSet::default(),
            has_agents: false,
            first: i64::MAX,
            end: i64::MIN,
        }
    }

    fn add_rows(&mut self, rows: &[RequestRow]) -> Result<()> {
        for (at, row) in rows.iter().enumerate() {
            let place = |e: Error| e.at_path(format!("requests[{at}].count")).at_row(at);
            let count = whole(row.count).map_err(place)?;
            if row.dispersion.is_some_and(|d| !(d >= 0.0 && d.is_finite())) {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "a dispersion is a finite number of at least 0",
                )
                .at_path(format!("requests[{at}].dispersion"))
                .hint("leave it out if it is unknown"));
            }
            let hour = row.start.0.div_euclid(MS_PER_HOUR);
            self.add(&row.signature(), hour, count, row.dispersion);
        }
        Ok(())
    }

    fn add_columns(&mut self, columns: &[RequestColumn]) -> Result<()> {
        for (at, column) in columns.iter().enumerate() {
            let first = column.start.0.div_euclid(MS_PER_HOUR);
            for (index, count) in column.counts.iter().enumerate() {
                let hour = first + index as i64;
                let Some(count) = count else {
                    self.span(hour);
                    self.unobserved.insert(hour);
                    continue;
                };
                let count = whole(*count).map_err(|e| {
                    e.at_path(format!("requestSeries[{at}].counts[{index}]")).at_row(index)
                })?;
                self.add(&column.signature(), hour, count, None);
            }
        }
        Ok(())
    }

    fn span(&mut self, hour: i64) {
        self.first = self.first.min(hour);
        self.end = self.end.max(hour + 1);
    }

    fn add(&mut self, of: &RequestSignature<'_>, hour: i64, count: u64, dispersion: Option<f64>) {
        self.span(hour);
        self.has_agents |= of.user_agent.is_some_and(|agent| !agent.trim().is_empty());
        if count == 0 {
            return;
        }
        let hours = self.classes.entry(ClassKey::of(of, self.config)).or_default();
        let cell = hours.entry(hour).or_default();
        cell.count = cell.count.saturating_add(count);
        cell.contributions += 1;
        cell.dispersion = dispersion.filter(|_| cell.contributions == 1);
    }

    fn log_facts(&self, log: Option<&RequestLog>, quality: &mut Vec<Finding>) -> Result<LogFacts> {
        let empty = RequestLog::default();
        if log.is_none() && self.first < self.end {
            quality.push(Finding::new(
                "Inferred",
                Severity::Info,
                "no requestLog was given: the log counts as complete between its first and last hour",
                vec!["requestLog".to_owned()],
            ));
        }
        let log = log.unwrap_or(&empty);
        let sample_rate = log.sample_rate.unwrap_or(1.0);
        if !(sample_rate > 0.0 && sample_rate <= 1.0) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("the sample rate {sample_rate} is outside (0, 1]"),
            )
            .at_path("requestLog.sampleRate")
            .hint("1 is a complete log; 0.1 holds every tenth request"));
        }
        let mut observed = HourSet::default();
        let mut cover = |first: i64, end: i64| {
            for hour in first..end {
                if !self.unobserved.contains(hour) {
                    observed.insert(hour);
                }
            }
        };
        if log.observed.is_empty() {
            if !matches!(log.coverage, Some(LogCoverage::Absent | LogCoverage::Unknown)) {
                cover(self.first, self.end);
            }
        } else {
            for range in &log.observed {
                range.check().map_err(|e| e.at_path("requestLog.observed"))?;
                // Only whole hours are covered.
                let first = range.start.0.div_euclid(MS_PER_HOUR)
                    + i64::from(range.start.0.rem_euclid(MS_PER_HOUR) != 0);
                cover(first, range.end.0.div_euclid(MS_PER_HOUR));
            }
        }
        let observed_hours = observed.len();
        let has_agents = match log.user_agents {
            Some(agents) => agents == UserAgents::Present,
            None => self.has_agents,
        };
        Ok(LogFacts { observed, observed_hours, sample_rate, has_agents })
    }

    fn into_series(self, max: usize, quality: &mut Vec<Finding>) -> Vec<ClassSeries> {
        let mut series: Vec<ClassSeries> = self
            .classes
            .into_iter()
            .map(|(key, hours)| ClassSeries {
                key,
                hours: hours
                    .into_iter()
                    .map(|(hour, cell)| HourCount {
                        hour,
                        count: cell.count,
                        dispersion: cell.dispersion,
                    })
                    .collect(),
                is_other: false,
            })
            .collect();
        let _ = (max, quality, &mut series);
        series
    }
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
    use crate::units::Timestamp;

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
            request_log: Some(RequestLog { sample_rate: Some(0.1), ..Default::default() }),
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
        let log = RequestLog { sample_rate: Some(0.0), ..Default::default() };
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
}
