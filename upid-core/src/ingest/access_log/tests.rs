use proptest::prelude::*;

use super::*;
use crate::units::Timestamp;

const REAL: &[u8] = include_bytes!("../../../tests/data/http/apache-combined.log");
const GOOD: &str = "192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 200 12\n";

fn parse(text: &str) -> Result<Parsed<AccessRecords>> {
    parse_access_log(text.as_bytes(), &AccessLogOptions::default())
}

fn one(text: &str) -> AccessRecord {
    let parsed = parse(text).unwrap();
    assert_eq!(parsed.value.records.len(), 1, "{text}");
    parsed.value.records.into_iter().next().unwrap()
}

fn codes(parsed: &Parsed<AccessRecords>) -> Vec<&str> {
    parsed.notices.iter().map(|n| n.code.as_str()).collect()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn real_combined_lines() {
    let parsed = parse_access_log(REAL, &AccessLogOptions::default()).unwrap();
    let records = &parsed.value.records;
    assert_eq!((records.len(), parsed.stats.accepted, parsed.stats.skipped), (17, 17, 0));
    let count = |status: u16| records.iter().filter(|r| r.status == Some(status)).count();
    let statuses = [200, 206, 301, 304, 403, 404, 416, 500].map(count);
    assert_eq!(statuses, [7, 1, 2, 2, 1, 2, 1, 1]);
    let first = &records[1];
    assert_eq!(first.timestamp, at("2015-05-17T10:05:10Z"));
    assert_eq!(first.source_ip.as_deref(), Some("192.0.2.2"));
    assert_eq!(first.method.as_deref(), Some("GET"));
    assert_eq!(first.path.as_deref(), Some("/blog/tags/puppet"));
    assert_eq!(first.query.as_deref(), Some("flav=rss20"));
    assert_eq!(first.protocol.as_deref(), Some("HTTP/1.1"));
    assert_eq!(first.bytes, Some(14872));
    assert_eq!(first.user_agent.as_deref(), Some("Tiny Tiny RSS/1.11 (http://tt-rss.org/)"));
    assert_eq!((records[4].user_agent.as_deref(), records[4].referer.as_deref()), (None, None));
    assert_eq!((records[6].bytes, records[6].status), (None, Some(304)));
    // One agent was cut, one referer is in another encoding.
    assert!(records[15].user_agent.as_deref().unwrap().ends_with("/bot.html"));
    assert!(records[16].referer.as_deref().unwrap().contains('\u{fffd}'));
    assert_eq!(codes(&parsed), ["InvalidUtf8", "UnclosedQuote"]);
    assert_eq!(parsed.notices[1].places[0].row, Some(15));
    let strict = AccessLogOptions::default().strict();
    let error = parse_access_log(REAL, &strict).unwrap_err();
    assert_eq!((error.code(), error.place().line), ("UPID_FORMAT", Some(16)));
}

#[test]
fn fields_of_the_common_format() {
    let record = one(GOOD);
    assert_eq!(record.timestamp, at("2000-10-10T20:55:36Z"));
    assert_eq!((record.referer, record.user_agent), (None, None));
    let v6 = one(
        "2001:db8::1 - Jane Doe [10/Oct/2000:13:55:36 +0130] \"GET / HTTP/2.0\" 204 - \"-\" \"a\"",
    );
    assert_eq!(v6.source_ip.as_deref(), Some("2001:db8::1"));
    assert_eq!(v6.timestamp, at("2000-10-10T12:25:36Z"));
    assert_eq!(one(&GOOD.replace("192.0.2.1", "host.example")).source_ip, None);
    let escaped = one(
        "::1 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"a \\\"b\\\" \\xc3\\xa9 \\\\ \\t\"",
    );
    assert_eq!(escaped.user_agent.as_deref(), Some("a \"b\" é \\ \\t"));
    assert_eq!(one(&GOOD.replace(" 200 ", " 0 ")).status, None);
}

/// What is no request line keeps the rest of the line.
#[test]
fn request_lines_of_other_than_three_words() {
    for request in ["-", "", "\\x16\\x03\\x01", "GET /", "GET /a b HTTP/1.1", "a b c"] {
        let parsed = parse(&GOOD.replace("GET /a HTTP/1.1", request)).unwrap();
        let record = &parsed.value.records[0];
        assert_eq!(
            (&record.method, &record.path, record.status),
            (&None, &None, Some(200)),
            "{request}"
        );
        assert!(codes(&parsed).contains(&"MalformedRequest"));
        assert_eq!(parsed.stats.skipped, 0);
        // It is no malformed line, in Strict mode either.
        let text = GOOD.replace("GET /a HTTP/1.1", request);
        assert!(parse_access_log(text.as_bytes(), &AccessLogOptions::default().strict()).is_ok());
    }
}

#[test]
fn extra_fields() {
    use ExtraField::{
        Host, Pod, RequestTimeMicroseconds, RequestTimeSeconds, Skip, SourceIp, Upstream,
    };
    let line = "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 200 12 \"-\" \"agent\" 77 0.25 [shop-cart-80] \"192.0.2.9, 10.0.0.1\" more";
    let extra = vec![Skip, RequestTimeSeconds, Upstream, SourceIp];
    let mut options = AccessLogOptions { extra, ..AccessLogOptions::default() };
    let record = parse_access_log(line.as_bytes(), &options).unwrap().value.records.remove(0);
    assert_eq!(record.duration_ms, Some(250.0));
    assert_eq!(record.upstream.as_deref(), Some("[shop-cart-80]"));
    assert_eq!(record.source_ip.as_deref(), Some("192.0.2.9"));
    assert_eq!(record.user_agent.as_deref(), Some("agent"));
    // After a common line they follow at once.
    options.extra = vec![RequestTimeMicroseconds, Host, Pod];
    let line = format!("{} 1500 shop.example cart-0", GOOD.trim_end());
    let record = parse_access_log(line.as_bytes(), &options).unwrap().value.records.remove(0);
    assert_eq!((record.duration_ms, record.host.as_deref()), (Some(1.5), Some("shop.example")));
    assert_eq!((record.pod.as_deref(), record.user_agent), (Some("cart-0"), None));
}

#[test]
fn json_lines_of_proxies() {
    let envoy = one(
        r#"{"start_time":"2026-03-15T00:00:00.123Z","method":"GET","path":"/a?b=1","protocol":"HTTP/2","response_code":200,"bytes_sent":12,"duration":7,"user_agent":"curl/8","x_forwarded_for":"192.0.2.7,10.0.0.1","authority":"shop.example","upstream_cluster":"outbound|80||cart.shop.svc.cluster.local","downstream_remote_address":"10.0.0.1:33"}"#,
    );
    assert_eq!(envoy.timestamp, at("2026-03-15T00:00:00.123Z"));
    assert_eq!((envoy.path.as_deref(), envoy.query.as_deref()), (Some("/a"), Some("b=1")));
    assert_eq!((envoy.status, envoy.bytes, envoy.duration_ms), (Some(200), Some(12), Some(7.0)));
    assert_eq!(envoy.source_ip.as_deref(), Some("192.0.2.7"));
    assert_eq!(envoy.host.as_deref(), Some("shop.example"));
    assert!(envoy.upstream.unwrap().starts_with("outbound"));

    let traefik = one(
        r#"{"StartUTC":"2026-03-15T00:00:00.1Z","RequestMethod":"GET","RequestPath":"/x","DownstreamStatus":404,"OriginContentSize":3,"Duration":1500000,"ClientHost":"192.0.2.8","request_User-Agent":"a","ServiceName":"shop-cart-80@kubernetes"}"#,
    );
    assert_eq!((traefik.status, traefik.duration_ms), (Some(404), Some(1.5)));
    assert_eq!(traefik.source_ip.as_deref(), Some("192.0.2.8"));

    let nginx = one(
        r#"{"time_local":"10/Oct/2000:13:55:36 -0700","request":"POST /p?q HTTP/1.1","status":"201","request_time":"0.004","remote_addr":"192.0.2.9","x_forwarded_for":"-","http_user_agent":"-","body_bytes_sent":"5"}"#,
    );
    assert_eq!(nginx.timestamp, at("2000-10-10T20:55:36Z"));
    assert_eq!((nginx.method.as_deref(), nginx.path.as_deref()), (Some("POST"), Some("/p")));
    assert_eq!((nginx.query.as_deref(), nginx.duration_ms), (Some("q"), Some(4.0)));
    assert_eq!((nginx.source_ip.as_deref(), nginx.user_agent), (Some("192.0.2.9"), None));

    let ecs = one(
        r#"{"@timestamp":"2026-03-15T00:00:00Z","http":{"request":{"method":"GET"},"response":{"status_code":0}},"url":{"path":"/e"},"source":{"ip":"2001:db8::2"},"user_agent":{"original":"ua"}}"#,
    );
    assert_eq!((ecs.method.as_deref(), ecs.path.as_deref()), (Some("GET"), Some("/e")));
    assert_eq!((ecs.status, ecs.user_agent.as_deref()), (None, Some("ua")));
    assert_eq!(ecs.source_ip.as_deref(), Some("2001:db8::2"));
}

#[test]
fn unix_times_by_their_size() {
    for text in [
        "1700000000",
        "1700000000.0",
        "1700000000000",
        "1700000000000000",
        "\"1700000000\"",
        "1.7e9",
    ] {
        let line = format!(r#"{{"ts":{text},"status":200,"path":"/"}}"#);
        assert_eq!(one(&line).timestamp, Timestamp(1_700_000_000_000), "{text}");
    }
    assert_eq!(
        one(r#"{"msec":"1700000000.123","status":200}"#).timestamp,
        Timestamp(1_700_000_000_123)
    );
    let zoneless = parse(r#"{"time":"2026-03-15 00:00:00","status":200}"#).unwrap();
    assert_eq!(codes(&zoneless), ["TimeWithoutZone"]);
    let leap = parse(&GOOD.replace("13:55:36", "13:55:60")).unwrap();
    assert_eq!(leap.value.records[0].timestamp, at("2000-10-10T20:55:59.999Z"));
    assert_eq!(codes(&leap), ["LeapSecond"]);
}

#[test]
fn own_keys_come_first() {
    let mut options = AccessLogOptions::default();
    options.fields.insert(AccessField::Status, vec!["code".into()]);
    options.fields.insert(AccessField::Path, vec!["req.target".into()]);
    (options.namespace, options.pod) = (Some("shop".into()), Some("cart-0".into()));
    let text = r#"{"ts":1700000000,"status":"done","code":503,"path":"/no","req":{"target":"/yes"},"pod":"cart-1"}"#;
    let record = parse_access_log(text.as_bytes(), &options).unwrap().value.records.remove(0);
    assert_eq!((record.status, record.path.as_deref()), (Some(503), Some("/yes")));
    assert_eq!(
        (record.namespace.as_deref(), record.pod.as_deref()),
        (Some("shop"), Some("cart-1"))
    );
}

#[test]
fn lines_in_the_wrappers_of_container_runtimes() {
    let plain = one(GOOD);
    let line = GOOD.trim_end();
    let docker =
        serde_json::json!({"log": GOOD, "stream": "stdout", "time": "2026-03-15T00:00:00Z"});
    assert_eq!(one(&docker.to_string()), plain);
    assert_eq!(one(&format!("2026-03-15T00:00:00.000000001Z stdout F {line}")), plain);
    let json = r#"{"status":200,"path":"/a","method":"GET"}"#;
    for wrapped in [
        serde_json::json!({"log": json, "time": "2026-03-15T00:00:00.5Z"}).to_string(),
        format!("2026-03-15T01:00:00.5+01:00 stdout F {json}"),
    ] {
        // A line without a time has that of the runtime.
        assert_eq!(one(&wrapped).timestamp, at("2026-03-15T00:00:00.5Z"), "{wrapped}");
    }
    let partial = format!("{GOOD}2026-03-15T00:00:00Z stdout P {line}\n");
    assert_eq!(parse(&partial).unwrap().stats.accepted, 2, "a cut line still has its own form");
    let twice = serde_json::json!({"log": docker.to_string(), "time": "2026-03-15T00:00:00Z"});
    assert_eq!(parse(&twice.to_string()).unwrap_err().code(), "UPID_NO_RECORDS");
}

#[test]
fn malformed_lines_are_left_out_and_placed() {
    for (bad, offset, code) in [
        ("nonsense", 8, "UPID_FORMAT"),
        (
            "1.2.3.4 - - [10/Foo/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 1",
            13,
            "UPID_TIME_PARSE",
        ),
        ("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700", 13, "UPID_FORMAT"),
        ("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] GET / 200", 41, "UPID_FORMAT"),
        ("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1", 41, "UPID_FORMAT"),
        ("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 99 1", 58, "UPID_FORMAT"),
        ("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 600 1", 58, "UPID_FORMAT"),
        ("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 x", 62, "UPID_FORMAT"),
        (r#"{"ts":1700000000,"status":"x"}"#, 26, "UPID_FORMAT"),
        (r#"{"ts":"soon","status":200}"#, 6, "UPID_TIME_PARSE"),
        (r#"{"ts":99999999999999999999,"status":200}"#, 6, "UPID_TIMESTAMP_RANGE"),
        (r#"{"ts":1700000000}"#, 0, "UPID_MISSING_FIELD"),
        (r#"{"status":200}"#, 0, "UPID_MISSING_FIELD"),
        (r#"{"ts":1700000000,"status":200} x"#, 31, "UPID_FORMAT"),
        (r#"{"ts":17"#, 8, "UPID_FORMAT"),
        (r#"{"ts":1700000000,"status":200,"path":"\ud800"}"#, 38, "UPID_FORMAT"),
    ] {
        let text = format!("{GOOD}{bad}\n{GOOD}");
        let parsed = parse(&text).unwrap_or_else(|e| panic!("{bad}: {e}"));
        assert_eq!(parsed.value, parse(&format!("{GOOD}{GOOD}")).unwrap().value, "{bad}");
        assert_eq!((parsed.stats.records, parsed.stats.skipped), (3, 1));
        assert_eq!(codes(&parsed), ["MalformedRecord"]);
        let place = &parsed.notices[0].places[0];
        let want = (GOOD.len() + offset) as u64;
        let near = place.byte_offset.unwrap().abs_diff(want) <= 1;
        assert!(near && (place.row, place.line) == (Some(1), Some(2)), "{bad}: {place} {want}");
        let strict = AccessLogOptions::default().strict();
        assert_eq!(parse_access_log(text.as_bytes(), &strict).unwrap_err().code(), code, "{bad}");
    }
}

#[test]
fn values_that_cannot_be_read_are_missing() {
    let parsed =
        parse(r#"{"ts":1700000000,"status":200,"bytes_sent":"many","duration":-1}"#).unwrap();
    assert_eq!((parsed.value.records[0].bytes, parsed.value.records[0].duration_ms), (None, None));
    assert_eq!((codes(&parsed), parsed.notices[0].count), (vec!["UnreadableValue"], 2));
    let twice = parse(r#"{"ts":1700000000,"status":200,"status":404}"#).unwrap();
    assert_eq!((twice.value.records[0].status, codes(&twice)), (Some(404), vec!["DuplicateKey"]));
    let bytes = [
        GOOD.replace("/a", "/\u{e9}").as_bytes(),
        &b"{\"ts\":1700000000,\"status\":200,\"path\":\"/\xff\"}"[..],
    ]
    .concat();
    let lossy = parse_access_log(&bytes, &AccessLogOptions::default()).unwrap();
    assert_eq!(lossy.value.records[1].path.as_deref(), Some("/\u{fffd}"));
    assert_eq!(codes(&lossy), ["InvalidUtf8"]);
}

#[test]
fn inputs_without_records_and_limits() {
    for (text, code) in [
        ("", "UPID_EMPTY_INPUT"),
        (" \n\r\n", "UPID_EMPTY_INPUT"),
        ("<html>\n", "UPID_NO_RECORDS"),
        ("{\"ts\":1,\"sta", "UPID_TRUNCATED"),
    ] {
        assert_eq!(parse(text).unwrap_err().code(), code, "{text}");
    }
    let error = parse("timestamp,namespace,pod,cpu_cores\n1,a,b,1\n").unwrap_err();
    assert_eq!(error.details()["detected"], "ingest.samplesCsv");
    let code =
        |bytes: &[u8]| parse_access_log(bytes, &AccessLogOptions::default()).unwrap_err().code();
    assert_eq!(code(&[0x1f, 0x8b, 8, 0]), "UPID_COMPRESSED_INPUT");
    assert_eq!(code(&[0xff, 0xfe, b'{', 0]), "UPID_ENCODING");
    let mut options = AccessLogOptions::default();
    options.limits.max_records = 1;
    let limited = |options: &AccessLogOptions| {
        parse_access_log(format!("{GOOD}{GOOD}").as_bytes(), options).unwrap_err().code()
    };
    assert_eq!(limited(&options), "UPID_LIMIT_EXCEEDED");
    options = AccessLogOptions::default();
    options.limits.max_row = 20;
    assert_eq!(limited(&options), "UPID_LIMIT_EXCEEDED");
    // A byte order mark and line ends of Windows.
    let windows = format!("\u{feff}{}\r\n", GOOD.trim_end());
    assert_eq!(parse(&windows).unwrap().value, parse(GOOD).unwrap().value);
}

/// A long key over many members would cost their product if every member were looked up by its whole path.
#[test]
fn a_long_key_costs_its_length_once() {
    let members = (0..50_000).map(|i| format!("\"{i}\":1")).collect::<Vec<_>>().join(",");
    let text = format!(r#"{{"{}":{{{members}}},"ts":1,"status":200}}"#, "k".repeat(400_000));
    assert_eq!(one(&text).status, Some(200));
}

proptest! {
    #[test]
    fn chunk_borders_change_nothing(cuts in prop::collection::vec(0usize..1000, 0..8), real in any::<bool>()) {
        let mixed = format!("{GOOD}bad\n{{\"ts\":1700000000,\"status\":200,\"duration\":\"x\"}}\n{GOOD}");
        let bytes = if real { REAL } else { mixed.as_bytes() };
        let options = AccessLogOptions::default();
        let whole = parse_access_log(bytes, &options).unwrap();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c % (bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut parser = AccessLogParser::new(&options);
        let mut records = Vec::new();
        for w in cuts.windows(2) {
            parser.feed(&bytes[w[0]..w[1]]).unwrap();
            records.extend(parser.drain());
        }
        let rest = parser.finish().unwrap();
        records.extend(rest.value.records);
        prop_assert_eq!(&records, &whole.value.records);
        prop_assert_eq!((rest.notices, rest.stats), (whole.notices, whole.stats));
    }

    #[test]
    fn any_line_gives_a_record_or_an_error(text in r#"[ -~\\"\[\]{}:,0-9]{0,60}"#) {
        let options = AccessLogOptions::default();
        for line in [text.clone(), format!("1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] {text}"), format!("{{\"ts\":1,\"status\":200,{text}")] {
            let lenient = parse_access_log(line.as_bytes(), &options);
            if let Ok(strict) = parse_access_log(line.as_bytes(), &options.clone().strict()) {
                prop_assert_eq!(lenient.unwrap().value, strict.value);
            }
        }
    }
}
