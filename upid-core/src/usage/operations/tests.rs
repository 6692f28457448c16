//! The worked example of usage.md §5.4 through the operation table, byte for byte.

use crate::ErrorKind;
use crate::json::from_json;
use crate::usage::Usage;
use crate::usage::operations::EncodedUsage;
use crate::wire::call;

const SUMMARIZE: &str = r#"{"series":[{"key":{"cluster":"c1","namespace":"shop","pod":"web-0","container":"app"},"metric":"CpuCores","kind":"Gauge",
  "startMs":1700006400000,"stepMs":300000,"values":[0.10,0.12,0.11,0.50,0.13,0.12,0.11,0.90]}]}"#;

fn usage_of(json: &str) -> Usage {
    let output = call("usage.summarize", json, None).unwrap();
    from_json::<EncodedUsage>(&output).unwrap().decode().unwrap()
}

#[test]
fn the_worked_example() {
    let output = call("usage.summarize", SUMMARIZE, None).unwrap();
    let report = r#""report":{"accepted":8,"missing":0,"negative":0,"nonFinite":0,"outOfRange":0,"duplicates":0,"outOfOrder":0,"resets":0,"gaps":0,"stepChanges":0,"f32Memory":false}}"#;
    assert!(output.starts_with(r#"{"usage":"VVBVU"#) && output.ends_with(report), "{output}");
    let usage = usage_of(SUMMARIZE);
    let ask = |op: &str, input: &str| call(op, input, Some(&usage)).unwrap();
    assert_eq!(
        ask("usage.quantiles", r#"{"metric":"CpuCores","q":[0,0.5,0.9,1]}"#),
        r#"{"metric":"CpuCores","n":8,"values":[{"q":0,"value":0.1,"lower":0.1,"upper":0.1},{"q":0.5,"value":0.1200635,"lower":0.119808,"upper":0.120319},{"q":0.9,"value":0.9,"lower":0.9,"upper":0.9},{"q":1,"value":0.9,"lower":0.9,"upper":0.9}],"method":"NearestRank"}"#
    );
    assert_eq!(
        ask("usage.rollup", r#"{"metric":"cpu","step":"1h"}"#),
        r#"{"step":"1h","cluster":["c1"],"namespace":["shop"],"pod":["web-0"],"container":["app"],"metric":["CpuCores"],"startMs":[1700006400000],"count":[8],"sum":[2.09],"mean":[0.26125],"min":[0.1],"max":[0.9]}"#
    );
    assert_eq!(
        ask("usage.runs", r#"{"metric":"cpu","threshold":0.05}"#),
        r#"{"metric":"CpuCores","runs":[],"longestMs":0,"totalMs":0,"lastActiveMs":1700008800000,"unobservedMs":84000000}"#
    );
}

#[test]
fn every_query_answers_and_reads_its_own_output() {
    let usage = usage_of(SUMMARIZE);
    for (op, extra) in [
        ("coverage", ""),
        ("dailyPeaks", ""),
        ("effectiveSampleSize", ""),
        ("histogram", ""),
        ("moments", ""),
        ("profile", r#","timeZone":"Europe/Berlin""#),
        ("quantiles", r#","q":[0.5],"decayHalfLifeH":24"#),
        ("rollup", r#","step":"1d""#),
        ("runs", r#","threshold":0.2,"resolution":"Hour""#),
    ] {
        let op = format!("usage.{op}");
        for per_key in ["", r#","perKey":true"#] {
            let input =
                format!(r#"{{"metric":"cpu","selector":{{"pod":"web-0"}}{extra}{per_key}}}"#);
            let output = call(&op, &input, Some(&usage)).unwrap();
            assert_eq!(crate::wire::canonical(&op, &output).unwrap(), output, "{op}");
        }
        let input = format!(r#"{{"metric":"cpu","selector":{{"pod":"none"}}{extra}}}"#);
        match call(&op, &input, Some(&usage)) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::EmptySeries, "{op}"),
            Ok(output) => panic!("{op}: {output}"),
        }
    }
    let described = call("usage.describe", "{}", Some(&usage)).unwrap();
    assert!(described.contains(r#""metrics":[{"metric":"CpuCores","samples":8,"observedSlots":8,"observedHours":1,"days":1}]"#), "{described}");
}

#[test]
fn states_travel_as_base64() {
    let usage = usage_of(SUMMARIZE);
    let encoded = EncodedUsage::new(&usage).usage;
    let two =
        call("usage.merge", &format!(r#"{{"parts":["{encoded}","{encoded}"]}}"#), None).unwrap();
    assert!(two.ends_with(r#""report":{"overlappingSlots":8,"keysBoth":1}}"#), "{two}");
    for (op, extra) in [
        ("seal", ""),
        ("prune", r#","cutoffMs":1700000000000"#),
        ("retain", r#","nowMs":1700100000000"#),
        ("groupBy", r#","fields":["cluster","namespace","pod","container"]"#),
    ] {
        let output =
            call(&format!("usage.{op}"), &format!(r#"{{"usage":"{encoded}"{extra}}}"#), None);
        assert_eq!(output.unwrap(), format!(r#"{{"usage":"{encoded}"}}"#), "{op}");
    }
    let code = |op: &str, input: &str, usage| call(op, input, usage).unwrap_err().code();
    assert_eq!(code("usage.seal", "{}", None), "UPID_MISSING_FIELD");
    assert_eq!(code("usage.seal", r#"{"usage":"%"}"#, None), "UPID_CORRUPT_USAGE");
    assert_eq!(
        code("usage.seal", &format!(r#"{{"usage":"{encoded}"}}"#), Some(&usage)),
        "UPID_INVALID_VALUE"
    );
    assert_eq!(code("usage.merge", r#"{"parts":[]}"#, None), "UPID_EMPTY_INPUT");
    let range = r#"{"metric":"cpu","q":[0.5],"startMs":1700010000000}"#;
    assert_eq!(code("usage.quantiles", range, Some(&usage)), "UPID_RANGE_NOT_ALIGNED");
    assert_eq!(
        code("usage.quantiles", r#"{"metric":"cqu","q":[]}"#, Some(&usage)),
        "UPID_UNKNOWN_METRIC"
    );
}

#[test]
fn series_events_and_requests_in_every_spelling() {
    let key = r#""key":{"namespace":"n","pod":"p"}"#;
    let axis = |axis: &str| {
        let values = r#""metric":"connections","values":[1,null]"#;
        format!(r#"{{"series":[{{{key},{values},{axis}}}]}}"#)
    };
    let spellings = [
        r#""startMs":1700006400000,"stepMs":60000"#,
        r#""start":"2023-11-15T00:00:00Z","stepSeconds":60"#,
        r#""timestampsMs":[1700006400000,1700006460000]"#,
    ];
    let outputs = spellings.map(|spelling| call("usage.summarize", &axis(spelling), None).unwrap());
    assert!(outputs[0] == outputs[1] && outputs[1] == outputs[2]);
    let two = axis(&format!("{},{}", spellings[0], spellings[2]));
    let error = call("usage.summarize", &two, None).unwrap_err();
    assert_eq!(
        (error.code(), error.place().path.as_deref()),
        ("UPID_INVALID_VALUE", Some("series[0].timestampsMs"))
    );
    assert_eq!(
        call("usage.summarize", &axis(r#""startMs":0"#), None).unwrap_err().code(),
        "UPID_MISSING_FIELD"
    );
    let usage = usage_of(&format!(
        r#"{{"events":[{{{key},"atMs":5,"kind":"OomKilled","limit":1024}}],
            "requests":[{{{key},"rows":[{{"start":7200000,"path":"/a?x=1","count":3}}]}}]}}"#
    ));
    let pod = usage.pod("", "n", "p");
    let day = crate::usage::days_before(crate::units::Timestamp(1000), 0);
    assert_eq!(pod.events(day)[0].1.limit, Some(1024));
    let rows = pod.requests(day);
    assert_eq!((rows[0].count, rows[0].key.template.as_str()), (3, "/a"));
    assert_eq!(pod.request_log(day).observed[0].start.0, 7_200_000);
}

/// Pod a on day 0, pod b on day 5: a range without samples of b is no fault of a.
#[test]
fn a_key_without_samples_in_the_range() {
    let series = |pod: &str, start_ms: i64| {
        format!(
            r#"{{"key":{{"namespace":"n","pod":"{pod}"}},"metric":"cpu","startMs":{start_ms},"stepMs":60000,"values":[0.1,0.2]}}"#
        )
    };
    let (a, b) = (series("a", 1_700_006_400_000), series("b", 1_700_438_400_000));
    let usage = usage_of(&format!(r#"{{"series":[{a},{b}]}}"#));
    let ask = |op: &str, extra: &str| {
        let input = format!(r#"{{"metric":"cpu","endMs":1700265600000{extra}}}"#);
        call(op, &input, Some(&usage)).unwrap()
    };
    let rows = ask("usage.rollup", r#","step":"1h""#);
    assert!(rows.contains(r#""pod":["a"]"#), "{rows}");
    for (op, extra) in
        [("quantiles", r#","q":[0.5]"#), ("histogram", ""), ("effectiveSampleSize", "")]
    {
        let output = ask(&format!("usage.{op}"), &format!(r#","perKey":true{extra}"#));
        assert!(output.contains(r#""pod":"a""#) && !output.contains(r#""pod":"b""#), "{output}");
    }
}
