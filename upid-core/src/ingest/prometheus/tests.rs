use super::*;
use crate::usage::operations::SummarizeInput;
use crate::usage::{KeyField, Usage, UsageEventKind, UsageKey, summarize_batch};

fn options() -> PrometheusOptions {
    PrometheusOptions::default()
}

fn parse(text: &str) -> Parsed<SeriesSet> {
    parse_prometheus(text.as_bytes(), &options()).unwrap()
}

fn fail(text: &str, options: &PrometheusOptions) -> Error {
    parse_prometheus(text.as_bytes(), options).unwrap_err()
}

/// `{"metric":{…},"values":[…]}` of `name`, `labels` as `a=b,c=d` and `samples` as `seconds value,…`.
fn series(name: &str, labels: &str, samples: &str) -> String {
    let pairs = labels.split(',').filter_map(|pair| pair.split_once('='));
    let labels: Vec<String> = [("__name__", name)]
        .into_iter()
        .chain(pairs)
        .filter(|(_, value)| !value.is_empty())
        .map(|(n, v)| format!("{n:?}:{v:?}"))
        .collect();
    let values: Vec<String> = samples
        .split(',')
        .filter_map(|pair| pair.split_once(' '))
        .map(|(time, value)| format!("[{time},\"{value}\"]"))
        .collect();
    format!("{{\"metric\":{{{}}},\"values\":[{}]}}", labels.join(","), values.join(","))
}

fn matrix(series: &[String]) -> String {
    let result = series.join(",");
    format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{result}]}}}}"#)
}

const CPU: &str = "container_cpu_usage_seconds_total";
const MEMORY: &str = "container_memory_working_set_bytes";
const APP: &str = "namespace=shop,pod=cart-0,container=app";

fn rows(set: &SeriesSet, at: usize) -> Vec<(i64, Option<f64>)> {
    let series = &set.series[at];
    series.timestamps_ms.iter().copied().zip(series.values.iter().copied()).collect()
}

fn codes(parsed: &Parsed<SeriesSet>) -> Vec<(&str, u64)> {
    parsed.notices.iter().map(|n| (n.code.as_str(), n.count)).collect()
}

#[test]
fn all_forms_say_the_same() {
    let one = series(MEMORY, APP, "1700000000 1048576,1700000015.5 NaN,1700000030 2097152");
    let result = format!("[{one}]");
    let data = format!(r#"{{"result":{result},"resultType":"matrix","stats":{{"a":[1]}}}}"#);
    let whole = format!(r#"{{"data":{data},"status":"success"}}"#);
    let nameless = result.replace(&format!("\"__name__\":\"{MEMORY}\","), "");
    let map = format!(r#"{{"{MEMORY}":{nameless}}}"#);
    let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let wide = serde_json::to_string_pretty(&value).unwrap();
    let spaced =
        whole.replace("\",\"", "\", \"").replace("],[", "], [").replace(",\"NaN", ", \"NaN");
    let bom = format!("\u{feff}{whole}");
    let want = parse(&whole).value;
    let (key, metric) =
        (UsageKey::new("shop", "cart-0", "app"), MetricId::MEMORY_WORKING_SET_BYTES);
    assert_eq!((&want.series[0].key, want.series[0].metric), (&key, metric));
    assert_eq!(
        rows(&want, 0),
        [
            (1_700_000_000_000, Some(1_048_576.0)),
            (1_700_000_015_500, None),
            (1_700_000_030_000, Some(2_097_152.0))
        ]
    );
    assert_eq!(want.step_ms, Some(14_500));
    for text in [&result, &data, &map, &wide, &spaced, &bom] {
        let parsed = parse(text);
        assert_eq!(parsed.value, want, "{text}");
        assert_eq!((parsed.stats.records, parsed.stats.skipped), (3, 0));
    }
    let vector = format!(
        r#"{{"resultType":"vector","result":[{}]}}"#,
        one.replace("\"values\":[[", "\"value\":[").split("],[").next().unwrap().to_owned() + "]}"
    );
    assert_eq!(rows(&parse(&vector).value, 0), [(1_700_000_000_000, Some(1_048_576.0))]);
}

#[test]
fn names_of_the_subject() {
    let samples = "1700000000 1,1700000060 2";
    let want = parse(&matrix(&[series(CPU, APP, samples)])).value;
    for labels in [
        "container_namespace=shop,pod_name=cart-0,container_name=app,pod=exporter-1,namespace=obs,container=exporter",
        "exported_namespace=shop,exported_pod=cart-0,exported_container=app,pod=e,namespace=obs,container=e",
        "kubernetes_namespace=shop,pod=cart-0,container=app",
    ] {
        assert_eq!(parse(&matrix(&[series(CPU, labels, samples)])).value, want, "{labels}");
    }
    let mut other = options();
    other.pod_labels = vec!["workload".into()];
    let text = matrix(&[series(CPU, "namespace=shop,workload=cart-0,container=app", samples)]);
    assert_eq!(parse_prometheus(text.as_bytes(), &other).unwrap().value, want);
}

#[test]
fn parts_add_up_and_copies_do_not() {
    let cores = matrix(&[
        series(CPU, &format!("{APP},cpu=cpu00,id=/x"), "1700000000 10,1700000060 20"),
        series(CPU, &format!("{APP},cpu=cpu01,id=/x"), "1700000000 1,1700000060 2"),
    ]);
    assert_eq!(
        rows(&parse(&cores).value, 0),
        [(1_700_000_000_000, Some(11.0)), (1_700_000_060_000, Some(22.0))]
    );
    let replicas = matrix(&[
        series(MEMORY, &format!("{APP},replica=a"), "1700000000 10,1700000060 20"),
        series(MEMORY, &format!("{APP},replica=b"), "1700000000 12,1700000090 21"),
    ]);
    let parsed = parse(&replicas);
    assert_eq!(
        rows(&parsed.value, 0),
        [
            (1_700_000_000_000, Some(12.0)),
            (1_700_000_060_000, Some(20.0)),
            (1_700_000_090_000, Some(21.0))
        ]
    );
    assert!(codes(&parsed).contains(&("DuplicateTimestamp", 1)), "{:?}", parsed.notices);
}

#[test]
fn both_directions_of_a_network() {
    let pod = "namespace=shop,pod=cart-0,id=/p,image=registry.k8s.io/pause:3.9";
    let side = |way: &str, part: &str, samples: &str| {
        let name = format!("container_network_{way}_bytes_total");
        series(&name, &format!("{pod},interface={part}"), samples)
    };
    let rx = side("receive", "eth0", "1700000000 0,1700000060 6000");
    let lo = side("receive", "lo", "1700000000 0,1700000060 600");
    let tx = side("transmit", "eth0", "1700000000 100,1700000060 700");
    let together = parse(&matrix(&[lo.clone(), tx.clone(), rx.clone()]));
    let metrics: Vec<_> = together.value.series.iter().map(|s| (s.metric.0, s.kind)).collect();
    assert_eq!(
        metrics,
        [(4, SampleKind::Counter), (5, SampleKind::Counter), (9, SampleKind::Gauge)]
    );
    assert_eq!(rows(&together.value, 0)[1].1, Some(6600.0));
    assert_eq!(rows(&together.value, 2), [(1_700_000_060_000, Some(120.0))]);
    let (a, b) = (matrix(&[rx.clone(), lo.clone()]), matrix(std::slice::from_ref(&tx)));
    let several = parse_prometheus_documents(&[a.as_bytes(), b.as_bytes()], &options()).unwrap();
    assert_eq!(several.value, together.value);
    assert_eq!(several.stats.bytes, (a.len() + b.len()) as u64);
    let mut usage = Usage::default();
    usage.add_prometheus_documents(&[b.as_bytes(), a.as_bytes()], &options()).unwrap();
    let mut same = Usage::default();
    same.add_prometheus(matrix(&[tx, rx, lo]).as_bytes(), &options()).unwrap();
    assert_eq!(usage, same);
    assert!(usage.pod("", "shop", "cart-0").has(MetricId::NETWORK_BYTES_PER_SECOND));
}

#[test]
fn counters_of_events_and_units() {
    let restarts = series(
        "kube_pod_container_status_restarts_total",
        "exported_namespace=shop,exported_pod=cart-0,exported_container=app,pod=ksm",
        "1700000000 3,1700000060 3,1700000120 4,1700000180 6",
    );
    let oom = series("container_oom_events_total", APP, "1700000000 0,1700000120 1");
    let busy = series("DCGM_FI_DEV_GPU_UTIL", &format!("{APP},gpu=0"), "1700000000 50");
    let used = series("DCGM_FI_DEV_FB_USED", &format!("{APP},gpu=0"), "1700000000 3");
    let set = parse(&matrix(&[restarts, oom, busy, used])).value;
    let events: Vec<_> = set.events.iter().map(|e| (e.event.at_ms, e.event.kind)).collect();
    assert_eq!(
        events,
        [
            (1_700_000_120_000, UsageEventKind::Restart),
            (1_700_000_120_000, UsageEventKind::OomKilled),
            (1_700_000_180_000, UsageEventKind::Restart),
        ]
    );
    assert_eq!((rows(&set, 0)[0].1, rows(&set, 1)[0].1), (Some(0.5), Some(3_145_728.0)));
}

#[test]
fn what_is_left_out_is_said() {
    let parsed = parse(&matrix(&[
        series("up", APP, "1700000000 1,1700000060 1"),
        series("kube_pod_info", APP, "1700000000 1"),
        series(CPU, "id=/,node=n1", "1700000000 1"),
        series(MEMORY, "node=n1", "1700000000 1"),
        series(MEMORY, APP, "1700000000 +Inf,1700000060 1e999"),
    ]));
    assert_eq!(
        codes(&parsed),
        [
            ("CgroupSum", 1),
            ("InfiniteValue", 2),
            ("NoPod", 1),
            ("SnapshotMetric", 1),
            ("UnknownMetric", 1)
        ]
    );
    assert_eq!((parsed.stats.records, parsed.stats.accepted), (7, 7));
    assert_eq!(rows(&parsed.value, 0)[0].1, None);
    let mut nodes = options();
    nodes.node_level = true;
    let text = matrix(&["n1", "n2"].map(|n| series(MEMORY, &format!("node={n}"), "1700000000 1")));
    let set = parse_prometheus(text.as_bytes(), &nodes).unwrap().value;
    let names: Vec<_> = set.series.iter().map(|s| s.node.as_deref()).collect();
    assert_eq!(names, [Some("n1"), Some("n2")]);
}

#[test]
fn series_without_a_name_need_the_option() {
    let text = matrix(&[series("", APP, "1700000000 0.5")]);
    let error = fail(&text, &options());
    assert_eq!(
        (error.code(), error.place().path.as_deref()),
        ("UPID_UNKNOWN_METRIC", Some("data.result[0]"))
    );
    let mut cpu = options();
    cpu.metric = Some(MetricId::CPU_CORES);
    let set = parse_prometheus(text.as_bytes(), &cpu).unwrap().value;
    assert_eq!(
        (set.series[0].metric, set.series[0].kind),
        (MetricId::CPU_CORES, SampleKind::Gauge)
    );
    // A name that is known stands for itself.
    let both = matrix(&[series("", APP, "1700000000 0.5"), series(MEMORY, APP, "1700000000 7")]);
    assert_eq!(parse_prometheus(both.as_bytes(), &cpu).unwrap().value.series.len(), 2);
    cpu.metric = Some(MetricId::MEMORY_RSS_BYTES);
    cpu.kind = SampleKind::Counter;
    assert_eq!(fail(&text, &cpu).code(), "UPID_INVALID_VALUE");
}

#[test]
fn a_counter_stands_for_its_rate() {
    let rule = "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate";
    let text = matrix(&[
        series(rule, APP, "1700000000 0.5"),
        series(CPU, APP, "1700000000 5,1700000060 6"),
    ]);
    let parsed = parse(&text);
    assert_eq!(parsed.value.series.len(), 1);
    assert_eq!(parsed.value.series[0].kind, SampleKind::Counter);
    assert_eq!(codes(&parsed), [("CounterAndRate", 1)]);
}

#[test]
fn what_the_server_says() {
    let error = fail(
        r#"{"status":"error","errorType":"bad_data","error":"parse error","data":{"resultType":"matrix","result":[]}}"#,
        &options(),
    );
    assert_eq!(error.code(), "UPID_PROMETHEUS_ERROR");
    assert!(error.message().contains("bad_data: parse error"));
    let text = matrix(&[series(CPU, APP, "1700000000 1")]).replace(
        "{\"status\"",
        r#"{"warnings":["store x is away"],"infos":["maybe a counter"],"status""#,
    );
    let parsed = parse(&text);
    assert!(parsed.partial);
    assert_eq!(codes(&parsed), [("PartialInput", 1), ("ServerInfo", 1)]);
    assert_eq!(fail(&text, &options().strict()).code(), "UPID_PARTIAL_INPUT");
    let mut allowed = options().strict();
    allowed.allow_partial = true;
    assert!(parse_prometheus(text.as_bytes(), &allowed).unwrap().partial);
}

#[test]
fn what_is_no_answer() {
    for (text, code) in [
        ("", "UPID_EMPTY_INPUT"),
        (" \n", "UPID_EMPTY_INPUT"),
        ("<html>login</html>", "UPID_FORMAT"),
        (r#"{"kind":"NodeList","items":[]}"#, "UPID_FORMAT"),
        (r#"{"status":"success","data":["a","b"]}"#, "UPID_FORMAT"),
        (r#"{"status":"success"}"#, "UPID_FORMAT"),
        (r#"{"resultType":"string","result":[1700000000,"x"]}"#, "UPID_FORMAT"),
        (r#"{"resultType":"scalar","result":[1700000000,"1"]}"#, "UPID_UNKNOWN_METRIC"),
        (r#"{"resultType":"matrix","result":{}}"#, "UPID_FORMAT"),
        ("[] []", "UPID_FORMAT"),
        ("[1,]", "UPID_FORMAT"),
    ] {
        let error = fail(text, &options());
        assert_eq!(error.code(), code, "{text}");
        assert!(!error.hint_text().is_empty(), "{text}");
    }
    assert_eq!(
        parse_prometheus(&[0x1f, 0x8b, 8], &options()).unwrap_err().code(),
        "UPID_COMPRESSED_INPUT"
    );
    assert_eq!(parse_prometheus(b"[\xff]", &options()).unwrap_err().code(), "UPID_ENCODING");
    for text in ["[]", r#"{"resultType":"matrix","result":[]}"#] {
        let parsed = parse(text);
        assert!(parsed.value.series.is_empty());
        assert_eq!(codes(&parsed), [("Empty", 1)]);
    }
    let mut cpu = options();
    cpu.metric = Some(MetricId::CPU_CORES);
    let scalar = br#"{"resultType":"scalar","result":[1700000000,"1"]}"#;
    assert_eq!(parse_prometheus(scalar, &cpu).unwrap().stats.accepted, 1);
}

/// A document with one bad sample or series gives what the same without it gives, and one notice; in strict mode an
/// error with its place.
#[test]
fn one_bad_record() {
    let good = "1700000000 1,1700000060 2";
    for bad in [
        r#"[1700000030,"0x1p-2"]"#,
        r#"[1700000030,"1 "]"#,
        r#"[1700000030,"\ud800"]"#,
        r#"["soon","1"]"#,
        r#"[-1,"1"]"#,
        r#"[1e30,"1"]"#,
        "[1700000030]",
        r#"[1700000030,"1",2]"#,
        r#"[1700000030,{"a":[[]]}]"#,
        "{}",
        "7",
    ] {
        let text = matrix(&[series(MEMORY, APP, good)]);
        let want = parse(&text);
        let with = text.replace("],[", &format!("],{bad},["));
        let parsed = parse(&with);
        assert_eq!(parsed.value, want.value, "{bad}");
        assert_eq!((parsed.stats.records, parsed.stats.skipped), (3, 1), "{bad}");
        assert_eq!(codes(&parsed), [("MalformedRecord", 1)], "{bad}");
        let place = &parsed.notices[0].places[0];
        let start = with.find(&format!("],{bad},[")).unwrap() + 2;
        let end = start + bad.len();
        assert!((start..=end).contains(&(place.byte_offset.unwrap() as usize)), "{bad}");
        assert!(
            place.path.as_deref().unwrap().starts_with("data.result[0].values[1]"),
            "{place:?}"
        );
        let error = fail(&with, &options().strict());
        assert_eq!(error.place(), place, "{bad}");
    }
    for bad in [
        "7",
        "{}",
        r#"{"metric":{"__name__":7},"values":[]}"#,
        r#"{"metric":[],"values":[]}"#,
        r#"{"metric":{"__name__":"up"},"values":{}}"#,
        r#"{"metric":{"__name__":"up"}}"#,
        r#"{"metric":{"__name__":"container_memory_rss","pod":"\u0000"},"values":[[1700000000,"1"]]}"#,
    ] {
        let one = series(MEMORY, APP, good);
        let want = parse(&matrix(std::slice::from_ref(&one)));
        let with = matrix(&[one.clone(), bad.to_owned()]);
        let parsed = parse(&with);
        assert_eq!(parsed.value, want.value, "{bad}");
        assert_eq!((parsed.stats.skipped, parsed.stats.accepted), (1, 2), "{bad}");
        let error = fail(&with, &options().strict());
        assert!(error.place().path.as_deref().unwrap().starts_with("data.result[1]"), "{error}");
    }
    let none = matrix(&[series(MEMORY, APP, "x y,z z")])
        .replace("[x,", "[\"x\",")
        .replace("[z,", "[\"z\",");
    assert_eq!(fail(&none, &options()).code(), "UPID_NO_RECORDS");
}

#[test]
fn histograms_are_left_out() {
    let labels = r#"{"metric":{"__name__":"container_memory_rss","namespace":"n","pod":"p","container":"c"}"#;
    let values = r#""values":[[1700000000,"1"]]"#;
    let histograms =
        r#""histograms":[[1700000000,{"count":"1","sum":"2","buckets":[[0,"0","1","1"]]}]]"#;
    let count = |members: &str| {
        let parsed = parse(&format!("[{labels},{members}}}]"));
        (parsed.value.series.len(), codes(&parsed).contains(&("Histogram", 1)))
    };
    assert_eq!(count(values), (1, false));
    assert_eq!(count(histograms), (0, true));
    assert_eq!(count(&format!("{values},{histograms}")), (1, true));
    assert_eq!(count(&format!("{histograms},{values}")), (1, true));
}

/// Brackets that do not end the samples lead to the same result, read the other way.
#[test]
fn brackets_in_odd_places() {
    let good = matrix(&[
        series(MEMORY, APP, "1700000000 1,1700000060 2"),
        series(CPU, APP, "1700000000 3"),
    ]);
    let odd = good.replace("],[1700000060", r#"],[1700000030,"]]"],[1700000060"#);
    let parsed = parse(&odd);
    assert_eq!(parsed.value, parse(&good).value);
    assert_eq!(parsed.stats.skipped, 1);
    let numbers = good.replace("[1700000060,\"2\"]]", "[1700000060,2] ]");
    assert_eq!(parse(&numbers).value, parse(&good).value);
}

#[test]
fn a_document_cut_anywhere_is_truncated() {
    let text = matrix(&[
        series(MEMORY, APP, "1700000000 1,1700000060 2"),
        series(CPU, APP, "1700000000 3,1700000060 NaN"),
    ]);
    for end in 1..text.len() {
        let error = fail(&text[..end], &options());
        assert_eq!((error.code(), error.place().byte_offset), ("UPID_TRUNCATED", Some(end as u64)));
    }
}

#[test]
fn limits() {
    let two = matrix(&[
        series(MEMORY, APP, "1700000000 1,1700000060 2"),
        series(CPU, APP, "1700000000 3"),
    ]);
    let with = |change: &dyn Fn(&mut PrometheusOptions), text: &str| {
        let mut options = options();
        change(&mut options);
        let error = fail(text, &options);
        assert_eq!(error.code(), "UPID_LIMIT_EXCEEDED");
        assert!(error.place().byte_offset.is_some());
        error.details().get("limit").unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(with(&|o| o.limits.max_bytes = 10, &two), "maxBytes");
    assert_eq!(with(&|o| o.limits.max_series = 1, &two), "maxSeries");
    assert_eq!(with(&|o| o.limits.max_records = 2, &two), "maxRecords");
    assert_eq!(with(&|o| o.limits.max_labels = 3, &two), "maxLabels");
    let deep = format!("[{{\"metric\":{{}},\"x\":{}{}}}]", "[".repeat(65), "]".repeat(65));
    assert_eq!(with(&|_| {}, &deep), "maxDepth");
    let nested =
        two.replace("[1700000060,\"2\"]", &format!("{}{}", "[".repeat(65), "]".repeat(65)));
    assert_eq!(with(&|_| {}, &nested), "maxDepth");
    let digits = two.replace("\"2\"", &format!("\"{}\"", "2".repeat(65)));
    assert_eq!(with(&|_| {}, &digits), "maxDigits");
    let bare = two.replace("\"2\"", &"2".repeat(65));
    assert_eq!(with(&|_| {}, &bare), "maxDigits");
}

/// Forty pods with a metric each of several, some out of order and with odd spellings.
fn fleet() -> Vec<String> {
    let mut all = Vec::new();
    for pod in 0..40i64 {
        let labels = format!("namespace=shop,pod=cart-{pod},container=app,node=n{}", pod % 3);
        let samples = |scale: f64| -> String {
            let sample = |i: i64| {
                let at = 1_700_000_000 + 60 * (if i % 17 == 3 { i + 2 } else { i });
                let value = (i * 37 % 101) as f64 * scale / 7.0;
                if i % 29 == 5 { format!("{at} NaN") } else { format!("{at}.25 {value}") }
            };
            (0..50).map(sample).collect::<Vec<_>>().join(",")
        };
        let growing: Vec<String> =
            (0..50).map(|i| format!("{} {}", 1_700_000_000 + 60 * i, i * i + pod)).collect();
        let growing = growing.join(",");
        all.push(series(MEMORY, &labels, &samples(1e6)));
        all.push(series(CPU, &format!("{labels},cpu=total"), &growing));
        all.push(series(
            "container_network_receive_bytes_total",
            &format!("{labels},interface=eth0"),
            &growing,
        ));
        all.push(series(
            "container_network_receive_bytes_total",
            &format!("{labels},interface=eth1"),
            &growing,
        ));
        all.push(series(
            "container_network_transmit_bytes_total",
            &format!("{labels},interface=eth0"),
            &growing,
        ));
        all.push(series(
            "kube_pod_container_status_restarts_total",
            &labels,
            "1700000000 0,1700000600 2",
        ));
    }
    all
}

#[test]
fn the_order_of_series_changes_nothing() {
    let mut all = fleet();
    let want = parse(&matrix(&all)).value;
    assert_eq!(want.series.len(), 40 * 5);
    for round in 1..4 {
        let length = all.len();
        (0..length).for_each(|i| all.swap(i, (i * 7 + round) % length));
        let parsed = parse(&matrix(&all));
        assert_eq!(parsed.value, want);
    }
}

/// Straight into a Usage gives what `usage.summarize` makes of the set.
#[test]
fn a_usage_of_the_same_bits() {
    let text = matrix(&fleet());
    let mut usage = Usage::default();
    let parsed = usage.add_prometheus(text.as_bytes(), &options()).unwrap();
    let set = parse(&text);
    assert_eq!(parsed.stats, set.stats);
    assert_eq!((parsed.value.series, parsed.value.events), (40 * 4, 40));
    let json = serde_json::to_string(&set.value).unwrap();
    let input: SummarizeInput<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let spec = usage.spec().clone();
    let floats = set.value.floats();
    let (mut same, _) =
        summarize_batch(&set.value.items(&floats), &spec, &crate::usage::IngestOptions::default())
            .unwrap();
    assert_eq!(input.series.len(), set.value.series.len());
    for event in set.value.events {
        same.add_event(&event.key, event.event).unwrap();
    }
    // Only the counters' edges differ: the set holds the sum of a network as a rate.
    let fields = [KeyField::Cluster, KeyField::Namespace, KeyField::Pod, KeyField::Container];
    let bytes = |usage: &Usage| usage.group_by(&fields).unwrap().to_bytes();
    assert!(bytes(&usage) == bytes(&same));
}

#[cfg(feature = "parallel")]
#[test]
fn threads_change_no_bit() {
    let mut all = fleet();
    all.insert(7, r#"{"metric":{"__name__":"container_memory_rss"},"values":[["x","1"]]}"#.into());
    all.insert(
        90,
        r#"{"metric":{"__name__":"container_memory_rss","pod":"p"},"values":[[1,"x"],[2,"3"]]}"#
            .into(),
    );
    let text = matrix(&all);
    let run = |threads: usize, options: &PrometheusOptions| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut usage = Usage::default();
            let report = usage.add_prometheus(text.as_bytes(), options).map_err(|e| e.to_json());
            (
                parse_prometheus(text.as_bytes(), options).map_err(|e| e.to_json()),
                report,
                usage.to_bytes(),
            )
        })
    };
    for options in [options(), options().strict()] {
        let want = run(1, &options);
        assert!([2, 8].iter().all(|threads| run(*threads, &options) == want));
    }
}

#[test]
fn all_or_nothing() {
    let mut usage = Usage::default();
    let good = matrix(&[series(CPU, APP, "1700000000 1,1700000060 2")]);
    usage.add_prometheus(good.as_bytes(), &options()).unwrap();
    let before = usage.to_bytes();
    // A counter that overlaps what is there, after a series that would fit.
    let bad = matrix(&[series(MEMORY, APP, "1700000000 1"), series(CPU, APP, "1700000030 1")]);
    let error = usage.add_prometheus(bad.as_bytes(), &options()).unwrap_err();
    assert_eq!(error.code(), "UPID_USAGE_INTERLEAVED_COUNTER");
    assert_eq!(usage.to_bytes(), before);
    assert!(usage.add_prometheus(&good.as_bytes()[..40], &options()).is_err());
    assert_eq!(usage.to_bytes(), before);
    let later = matrix(&[series(CPU, APP, "1700000120 3")]);
    usage.add_prometheus(later.as_bytes(), &options()).unwrap();
    let view = usage.pod("", "shop", "cart-0");
    assert!(view.has(MetricId::CPU_CORES));
}

#[test]
fn a_spec_may_leave_metrics_out() {
    let mut spec = crate::usage::UsageSpec::default();
    spec.metrics.retain(|metric| metric.id == MetricId::CPU_CORES);
    let mut usage = Usage::new(spec).unwrap();
    let text = matrix(&fleet());
    let parsed = usage.add_prometheus(text.as_bytes(), &options()).unwrap();
    assert_eq!(parsed.value.series, 40);
    assert_eq!(parsed.notices[0].code, "MetricNotKept");
}

#[test]
fn lists_by_the_short_name_of_a_metric() {
    let document = format!(
        r#"{{"cpu":[{}],"memory":[{}],"colour":[{}]}}"#,
        series("", APP, "1700000000 0.5"),
        series("", APP, "1700000000 5"),
        series("", APP, "1700000000 1"),
    );
    let parsed = parse_prometheus(document.as_bytes(), &PrometheusOptions::default()).unwrap();
    let metrics: Vec<MetricId> = parsed.value.series.iter().map(|s| s.metric).collect();
    assert_eq!(metrics, [MetricId::CPU_CORES, MetricId::MEMORY_WORKING_SET_BYTES]);
    assert_eq!(codes(&parsed), [("UnknownMetric", 1)]);
    // The name of a series is that of a series.
    let named = format!("[{}]", series("cpu", APP, "1700000000 0.5"));
    let parsed = parse_prometheus(named.as_bytes(), &PrometheusOptions::default()).unwrap();
    assert_eq!(codes(&parsed), [("UnknownMetric", 1)]);
}

/// Two servers that scrape the same pod: each in order, so nothing is out of order; where they differ is the second.
#[test]
fn copies_are_not_out_of_order() {
    let copy =
        |server: &str, samples: &str| series(MEMORY, &format!("{APP},replica={server}"), samples);
    let same = "1700000000 1,1700000060 2,1700000120 3";
    let parsed = parse_prometheus(
        matrix(&[copy("a", same), copy("b", same)]).as_bytes(),
        &PrometheusOptions::default(),
    );
    assert_eq!(codes(&parsed.unwrap()), []);
    let second = copy("b", "1700000060 5,1700000180 9");
    let document = matrix(&[copy("a", same), second]);
    let parsed = parse_prometheus(document.as_bytes(), &PrometheusOptions::default()).unwrap();
    assert_eq!(codes(&parsed), [("DuplicateTimestamp", 1)]);
    let path = parsed.notices[0].places[0].path.as_deref();
    assert_eq!(path, Some("data.result[1].values"));
    assert_eq!(rows(&parsed.value, 0).len(), 4);
    assert_eq!(rows(&parsed.value, 0)[1], (1_700_000_060_000, Some(5.0)));
}
