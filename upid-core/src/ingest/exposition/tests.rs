use proptest::prelude::*;

use super::*;
use crate::ingest::series::IngestedSeries;

const TEXT: &str = r#"# HELP container_memory_working_set_bytes Current working set.
# TYPE container_memory_working_set_bytes gauge
container_memory_working_set_bytes{container="app",id="/a",namespace="shop",pod="cart-0",} 1.048576e+06 1700000000000
container_memory_working_set_bytes { pod = "cart-0" , namespace="shop",container="app", id="/a" }	NaN 1700000060000
container_memory_working_set_bytes{container="",id="/kubepods",namespace="",pod=""} 5 1700000000000
container_network_receive_bytes_total{id="/p",interface="eth0",namespace="shop",pod="cart-0"} 10 1700000000
container_network_receive_bytes_total{id="/p",interface="eth0",namespace="shop",pod="cart-0"} 6010 1700000060.000
container_network_transmit_bytes_total{id="/p",interface="eth0",namespace="shop",pod="cart-0"} 0 1700000000000
container_network_transmit_bytes_total{id="/p",interface="eth0",namespace="shop",pod="cart-0"} 600 1700000060000
{"kube_pod_container_resource_requests",namespace="shop",pod="cart-0",container="app",resource="cpu",unit="core"} 0.5
up{job="a \"b\\c\nd"} 1

# a comment
"#;

fn options() -> ExpositionOptions {
    ExpositionOptions {
        scraped_at: Some(Timestamp(1_700_000_060_000)),
        ..ExpositionOptions::default()
    }
}

fn parse(text: &str) -> Parsed<SeriesSet> {
    parse_exposition(text.as_bytes(), &options()).unwrap()
}

fn codes(parsed: &Parsed<SeriesSet>) -> Vec<&str> {
    parsed.notices.iter().map(|n| n.code.as_str()).collect()
}

#[test]
fn every_unused_name_is_listed() {
    let text = "go_threads 1\nup 1\ngo_threads{a=\"b\"} 2\ngo_gc 1\n";
    let parsed = parse(text);
    let notice = &parsed.notices[0];
    assert_eq!((notice.code.as_str(), notice.count), ("UnknownMetric", 4));
    assert_eq!(notice.message, "series that nothing here uses are left out: go_gc, go_threads, up");
    let few = ExpositionOptions { max_places: 2, ..options() };
    let parsed = parse_exposition(text.as_bytes(), &few).unwrap();
    assert_eq!(
        parsed.notices[0].message,
        "series that nothing here uses are left out: go_threads, up and others"
    );
}

#[test]
fn lines_in_their_spellings() {
    let parsed = parse(TEXT);
    let rows: Vec<_> = parsed
        .value
        .series
        .iter()
        .map(|s| (s.metric.to_string(), s.timestamps_ms.clone(), s.values.clone()))
        .collect();
    let (a, b) = (1_700_000_000_000, 1_700_000_060_000);
    let row = |metric: &str, times: &[i64], values: &[Option<f64>]| {
        (metric.to_owned(), times.to_vec(), values.to_vec())
    };
    assert_eq!(
        rows,
        [
            row("NetworkRxBytesPerSecond", &[a, b], &[Some(10.0), Some(6010.0)]),
            row("NetworkTxBytesPerSecond", &[a, b], &[Some(0.0), Some(600.0)]),
            row("NetworkBytesPerSecond", &[b], &[Some(110.0)]),
            row("MemoryWorkingSetBytes", &[a, b], &[Some(1_048_576.0), None]),
            row("CpuRequestCores", &[b], &[Some(0.5)]),
        ]
    );
    assert_eq!(codes(&parsed), ["CgroupSum", "UnknownMetric"]);
    assert_eq!(
        (parsed.stats.records, parsed.stats.accepted, parsed.stats.bytes),
        (9, 9, TEXT.len() as u64)
    );
    assert_eq!(parse(&TEXT.replace('\n', "\r\n")).value, parsed.value);
    assert_eq!(parse(&format!("\u{feff}{TEXT}")).value, parsed.value);
}

#[test]
fn values_in_any_case_and_times() {
    let line = |rest: &str| parse(&format!("container_memory_rss{{pod=\"p\"}} {rest}\n"));
    let value = |text: &str| line(text).value.series[0].values[0];
    assert_eq!(["nan", "NaN", "+inf", "-Inf", "INF"].map(value), [None; 5]);
    assert_eq!(value("1e3"), Some(1000.0));
    let time = |text: &str| line(&format!("1 {text}")).value.series[0].timestamps_ms[0];
    assert_eq!(time("170000000000"), 170_000_000_000);
    assert_eq!(time("17000000000"), 17_000_000_000_000);
    assert_eq!(time("1700000000.5"), 1_700_000_000_500);
    let mut seconds = options();
    seconds.timestamp_unit = TimestampUnit::Milliseconds;
    let set =
        parse_exposition(b"container_memory_rss{pod=\"p\"} 1 1700000000\n", &seconds).unwrap();
    assert_eq!(set.value.series[0].timestamps_ms, [1_700_000_000]);
    let timeless =
        parse_exposition(b"container_memory_rss{pod=\"p\"} 1\n", &ExpositionOptions::default())
            .unwrap();
    assert!(timeless.value.series.is_empty());
    assert_eq!(codes(&timeless), ["NoTime"]);
}

#[test]
fn open_metrics_ends_with_a_mark() {
    let text = "# TYPE a counter\n# UNIT a seconds\na_total{pod=\"p\"} 1 1700000000 # {trace_id=\"x\"} 0.5 1700000000\ncontainer_memory_rss{pod=\"p\"} 1 # {x=\"y\"} 2\n";
    let parsed = parse(&format!("{text}# EOF\n"));
    assert!(!parsed.partial);
    assert_eq!(parsed.value.series[0].values, [Some(1.0)]);
    assert!(parse(text).partial);
    let error = parse_exposition(text.as_bytes(), &options().strict()).unwrap_err();
    assert_eq!(error.code(), "UPID_PARTIAL_INPUT");
    let after = parse(&format!("{text}# EOF\nup 1\n"));
    assert_eq!((after.stats.skipped, after.stats.records), (1, 3));
}

#[test]
fn one_bad_line() {
    let want = parse(TEXT);
    for bad in [
        "9lives 1",
        "a{b=\"c\" 1",
        "a{b=\"c} 1",
        "a{b=c} 1",
        "a{b=\"\\x\"} 1",
        "a{b=\"c\",b=\"d\"} 1",
        "a{=\"c\"} 1",
        "a{\"b\"} 1",
        "{b=\"c\"} 1",
        "a 0x1p-2",
        "a",
        "a 1 x",
        "a 1 -5",
        "a 1 1700000000000 7",
        "container_memory_rss{pod=\"\u{0}\"} 1",
        "up{job=\"a \\\"b\\\\c\\nd\"} 2",
    ] {
        let with = format!("{TEXT}{bad}\n");
        let parsed = parse(&with);
        assert_eq!(parsed.value, want.value, "{bad}");
        assert_eq!((parsed.stats.skipped, parsed.stats.accepted), (1, 9), "{bad}");
        let notice = parsed.notices.iter().find(|n| n.code == "MalformedRecord").unwrap();
        let place = &notice.places[0];
        assert_eq!(place.line, Some(TEXT.lines().count() as u64 + 1));
        let at = place.byte_offset.unwrap() as usize;
        assert!((TEXT.len()..=with.len()).contains(&at), "{bad}");
        let error = parse_exposition(with.as_bytes(), &options().strict()).unwrap_err();
        assert_eq!(error.place(), place, "{bad}");
        assert!(!error.hint_text().is_empty(), "{bad}");
    }
}

#[test]
fn what_is_no_exposition() {
    let code = |bytes: &[u8]| parse_exposition(bytes, &options()).unwrap_err().code();
    assert_eq!(code(b""), "UPID_EMPTY_INPUT");
    assert_eq!(code(b" \n\n"), "UPID_EMPTY_INPUT");
    assert_eq!(code(b"<html>"), "UPID_FORMAT");
    assert_eq!(code(b"{\"status\":\"success\"}"), "UPID_FORMAT");
    assert_eq!(code(&[0x1f, 0x8b, 8]), "UPID_COMPRESSED_INPUT");
    assert_eq!(code(b"a{b=\"\xff\"} 1\n"), "UPID_ENCODING");
    assert_eq!(code(b"a b\nc d\n"), "UPID_NO_RECORDS");
    assert_eq!(codes(&parse("# HELP a b\n")), ["Empty"]);
    assert_eq!(code(format!("a {}\n", "1".repeat(65)).as_bytes()), "UPID_LIMIT_EXCEEDED");
    let labels = (0..300).map(|i| format!("l{i}=\"x\"")).collect::<Vec<_>>().join(",");
    assert_eq!(code(format!("a{{{labels}}} 1\n").as_bytes()), "UPID_LIMIT_EXCEEDED");
    let mut few = options();
    few.limits.max_records = 3;
    assert_eq!(parse_exposition(TEXT.as_bytes(), &few).unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    few = options();
    few.limits.max_series = 1;
    assert_eq!(parse_exposition(TEXT.as_bytes(), &few).unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    few = options();
    few.limits.max_row = 20;
    assert_eq!(parse_exposition(TEXT.as_bytes(), &few).unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
}

#[test]
fn the_order_of_lines_changes_nothing() {
    let mut lines: Vec<&str> = TEXT.lines().collect();
    let want = parse(TEXT).value;
    for _ in 0..lines.len() {
        lines.rotate_left(1);
        assert_eq!(parse(&lines.join("\n")).value, want);
    }
}

/// Two pods of a real cluster (tests/data/README.md).
#[test]
fn what_exporters_serve() {
    let cadvisor = parse(include_str!("../../../tests/data/kubernetes/cadvisor.prom"));
    assert_eq!((cadvisor.stats.records, cadvisor.stats.skipped), (86, 0));
    assert_eq!(codes(&cadvisor), ["CgroupSum", "NoPod"]);
    let pod = |s: &&IngestedSeries| s.key.pod == "e2e-deployment-79967c5968-zjslc";
    let rows: Vec<_> = cadvisor
        .value
        .series
        .iter()
        .filter(pod)
        .map(|s| (s.key.container.as_str(), s.metric.to_string(), s.values.clone()))
        .collect();
    let row = |container: &'static str, metric: &str, values: &[f64]| {
        (container, metric.to_owned(), values.iter().copied().map(Some).collect::<Vec<_>>())
    };
    let app = "compute-pi-digits";
    assert_eq!(
        rows,
        [
            row("", "NetworkRxBytesPerSecond", &[446.0]),
            row("", "NetworkTxBytesPerSecond", &[796.0]),
            row(app, "CpuCores", &[2.727_114]),
            row(app, "MemoryWorkingSetBytes", &[10_412_032.0]),
            row(app, "CpuThrottledPeriods", &[340.0]),
        ]
    );
    let state = parse(include_str!("../../../tests/data/kubernetes/kube-state-metrics.prom"));
    assert_eq!((state.stats.records, state.stats.skipped), (10, 0));
    let requests: Vec<_> = state.value.series.iter().filter(pod).map(|s| s.values[0]).collect();
    assert_eq!(requests, [Some(0.04), Some(15_728_640.0)]);
    assert_eq!(state.value.series[0].node.as_deref(), Some("datagen-1-35"));
}

proptest! {
    #[test]
    fn chunk_borders_change_nothing(cuts in prop::collection::vec(0usize..2000, 0..20), bad in r#"[a-z{}"\\=, 0-9\n#]{0,30}"#) {
        let text = format!("{TEXT}{bad}");
        let bytes = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut parser = ExpositionParser::new(&options());
        for pair in cuts.windows(2) {
            parser.feed(&bytes[pair[0]..pair[1]]).unwrap();
        }
        prop_assert_eq!(parser.finish().unwrap(), parse(&text));
    }

    #[test]
    fn nothing_panics(text in r#"[a-z{}"\\=, 0-9\n#.eE+-]{0,60}"#) {
        let _ = parse_exposition(text.as_bytes(), &options());
    }
}

/// A limit of digits is one of numbers: what is no number costs its own line only.
#[test]
fn a_long_text_in_place_of_a_number_is_one_malformed_line() {
    for bad in ["x".repeat(70), format!("up bad{}", "9".repeat(70))] {
        let text =
            format!("container_memory_rss{{pod=\"p\",namespace=\"n\"}} 1 1700000000000\na {bad}\n");
        let parsed = parse_exposition(text.as_bytes(), &ExpositionOptions::default()).unwrap();
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (1, 1), "{bad}");
    }
    let long = format!("a {}\n", "9".repeat(65));
    let error = parse_exposition(long.as_bytes(), &ExpositionOptions::default()).unwrap_err();
    assert_eq!(error.code(), "UPID_LIMIT_EXCEEDED");
}
