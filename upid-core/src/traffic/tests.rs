//! Anchors and acceptance of idle.md §2.

use super::{RequestColumn, RequestRow, TrafficConfig, TrafficInput, TrafficReport, classify};
use crate::error::ErrorKind;
use crate::traffic::{TrafficReason, Verdict};
use crate::units::{MS_PER_HOUR, Timestamp};
use crate::usage::RequestLog;

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
            row("/healthz", "kube-probe", "GET", Verdict::Probe, TrafficReason::UserAgent, 4320),
            row("/api/poll", "acme-poller", "GET", Verdict::Metronome, TrafficReason::Cadence, 720),
            row("/orders", "browser", "POST", Verdict::Business, TrafficReason::Default, 6),
        ]
    );
    assert_eq!(report.classes[1].mean_per_hour, Some(60.0));
    assert!((report.classes[1].dispersion.unwrap() - 0.003_703_703_703_703_704).abs() < 1e-15);
    assert_eq!((report.business_requests, report.ambiguous_requests), (6.0, 720.0));
    assert_eq!(
        serde_json::to_string(&report.totals).unwrap(),
        r#"{"Probe":4320,"Metronome":720,"Business":6}"#
    );
    assert_eq!(report.quality[0].code, "Inferred");
    let text = crate::json::to_json(&report).unwrap();
    assert_eq!(crate::json::from_json::<TrafficReport>(&text).unwrap(), report);
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
        ("grpc-go/1", "POST", "/grpc.health.v1.Health/Check", &uneven, (V::Probe, R::GrpcHealth)),
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
        assert_eq!(verdict(column(agent, method, path, counts)), want, "{agent} {method} {path}");
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
            crate::json::from_json(r#"{"coverage":"Sampled","sampleRate":0.1}"#).unwrap(),
        ),
        ..Default::default()
    };
    let report = classify(&input, &TrafficConfig::default()).unwrap();
    assert_eq!(report.classes[0].verdict, Verdict::Business);
    assert_eq!((report.totals[&Verdict::Business], report.business_requests), (720, 7200.0));
}

/// Found by the fuzz target `wire_call`: 0 requests at rate 0 were NaN, which JSON cannot hold.
#[test]
fn no_request_is_zero_requests_of_zero_hours() {
    let report = classify(&TrafficInput::default(), &TrafficConfig::default()).unwrap();
    assert_eq!((report.business_requests, report.ambiguous_requests), (0.0, 0.0));
    assert_eq!(report.observed_hours, 0);
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
    let log: RequestLog = crate::json::from_json(r#"{"sampleRate":0}"#).unwrap();
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
