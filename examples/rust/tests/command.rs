//! The command's surface: help, exit codes, errors with code, place and hint.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::fs;

use common::{data, errors, scratch, stdout, upid, upid_with};

#[test]
fn version_and_help() {
    assert_eq!(stdout(&["--version"]).trim(), format!("upid {}", upid_core::VERSION));
    let help = stdout(&["--help"]);
    for part in ["Examples:", "upid demo", "Exit codes:", "UPID_", "hint"] {
        assert!(help.contains(part), "{part} is missing in\n{help}");
    }
}

#[test]
fn operations_and_their_schema() {
    let list = stdout(&["operations"]);
    assert_eq!(list.lines().count(), upid_core::wire::OPERATIONS.len());
    let schema: serde_json::Value =
        serde_json::from_str(&stdout(&["operations", "--schema"])).unwrap();
    assert!(schema.is_object() || schema.is_array());
}

#[test]
fn call_reads_and_writes_json() {
    let input = r#"{"text":"7d","now":"2026-03-15T00:00:00Z"}"#;
    let output = upid_with(&["call", "timerange.parse"], input);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim(), upid_core::wire::call("timerange.parse", input, None).unwrap());
}

#[test]
fn a_snapshot_of_objects_and_prices() {
    let (objects, prices) = (scratch("objects.json"), scratch("prices.prom"));
    fs::write(
        &objects,
        r#"{"kind":"Node","apiVersion":"v1","metadata":{"name":"n1"},"status":{"capacity":{"cpu":"2"}}}"#,
    )
    .unwrap();
    fs::write(&prices, "node_total_hourly_cost{node=\"n1\"} 0.192\nup 1\n").unwrap();
    let [objects, prices] = [&objects, &prices].map(|path| path.to_str().unwrap());
    let arguments = ["snapshot", objects, prices, "--now", "2026-03-15T00:00:00Z"];
    let output = upid(&arguments);
    assert!(errors(&output).contains("UnknownMetric"), "{}", errors(&output));
    let snapshot: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(snapshot["nodes"][0]["price"]["hourlyCost"], "0.192");
    assert_eq!(snapshot["nodes"][0]["capacity"]["cpuCores"], 2.0);
    let output = upid(&["snapshot", objects, "--now", "today"]);
    assert!(errors(&output).starts_with("error[UPID_TIME_PARSE]"), "{}", errors(&output));
}

#[test]
fn a_typed_error_exits_with_1() {
    let output = upid_with(&["call", "timerange.prase"], "{}");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "a failed call prints nothing");
    let text = errors(&output);
    assert!(text.starts_with("error[UPID_UNKNOWN_OPERATION]"), "{text}");
    assert!(text.contains("hint: ") && text.contains("timerange.parse"), "{text}");
}

#[test]
fn wrong_use_exits_with_2() {
    for arguments in [
        &["frobnicate"][..],
        &["analyze", "pod", "--snapshot", "x.json"],
        &["analyze", "cluster", "--snapshot", "x.json", "--usage", "u", "--samples", "s"],
        &["analyze", "cluster", "--snapshot", "no-such-file.json"],
        &["summarize", "--samples", "no-such-file.csv", "-o", "x.upus"],
        &["completions", "tcl"],
    ] {
        let output = upid(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", errors(&output));
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn broken_json_is_placed_in_its_own_file() {
    let path = scratch("broken.json");
    fs::write(&path, "{\n \"apiVersion\": \"upid/v1\",\n \"cluster\": }\n").unwrap();
    let path = path.to_str().unwrap();
    let output = upid(&["analyze", "cluster", "--snapshot", path]);
    assert_eq!(output.status.code(), Some(1));
    let text = errors(&output);
    assert!(
        text.contains("UPID_FORMAT") && text.contains("line 3") && text.contains(path),
        "{text}"
    );
}

#[test]
fn bad_samples_name_row_and_column() {
    let header = "timestamp,namespace,pod,container,cpu_cores\n";
    for (name, content, want) in [
        (
            "no-pod.csv",
            "timestamp,namespace,container,cpu_cores\n",
            ["UPID_MISSING_COLUMN", "\"pod\""],
        ),
        ("empty.csv", header, ["UPID_NO_RECORDS", "hint"]),
        (
            "text.csv",
            &format!("{header}1661140279,n,p,c,0.1\n1661140339,n,p,c,many\n"),
            ["UPID_INVALID_VALUE", "row 1"],
        ),
        ("time.csv", &format!("{header}yesterday,n,p,c,0.1\n"), ["UPID_TIME_PARSE", "row 0"]),
        ("short.csv", &format!("{header}1661140279,n,p\n"), ["UPID_FORMAT", "byte"]),
        (
            "twice.csv",
            "timestamp,namespace,pod,container,cpu_cores,cpu_cores\n1661140279,n,p,c,1,2\n",
            ["UPID_DUPLICATE_KEY", "\"cpu_cores\""],
        ),
    ] {
        let path = scratch(name);
        fs::write(&path, content).unwrap();
        let (path, out) = (path.to_str().unwrap(), scratch("never.upus"));
        // Of an earlier run that failed.
        let _ = fs::remove_file(&out);
        let output = upid(&["summarize", "--samples", path, "-o", out.to_str().unwrap()]);
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        assert!(want.iter().all(|part| text.contains(part)), "{name}: {text}");
        assert!(!out.exists(), "a failed command writes nothing");
    }
}

#[test]
fn ignored_columns_are_named() {
    let (path, out) = (scratch("misspelt.csv"), scratch("misspelt.upus"));
    let rows = "timestamp,namespace,pod,container,cpu_core,memory_bytes\n1661140279,n,p,c,1,2\n";
    fs::write(&path, rows).unwrap();
    let path = path.to_str().unwrap();
    let output = upid(&["summarize", "--samples", path, "-o", out.to_str().unwrap()]);
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.starts_with("note: ") && text.contains("\"cpu_core\""), "{text}");
    assert_eq!(text.lines().count(), 1, "columns that are read are not noted: {text}");
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    let csv = b"timestamp,namespace,pod,container,cpu_cores\n1661140279,n\xff,p,c,1\n".as_slice();
    for (name, content, offset) in
        [("latin1.json", b"{\"a\":\"\xff\"}".as_slice(), 6), ("latin1.csv", csv, 56)]
    {
        let path = scratch(name);
        fs::write(&path, content).unwrap();
        let path = path.to_str().unwrap();
        let output = if name.ends_with("csv") {
            let out = scratch("latin1.upus");
            upid(&["summarize", "--samples", path, "-o", out.to_str().unwrap()])
        } else {
            upid(&["analyze", "cluster", "--snapshot", path])
        };
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.starts_with("error[UPID_ENCODING]") && text.contains(path), "{text}");
        assert!(text.contains(&format!("byte {offset}")), "{text}");
    }
    let output = upid_with(&["call", "timerange.parse"], b"{\"text\":\"\xff");
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("error[UPID_ENCODING]"), "{text}");
    assert!(text.contains("standard input") && text.contains("byte 9"), "{text}");
}

#[test]
fn a_byte_order_mark_is_refused_in_json() {
    let output = upid_with(&["call", "timerange.parse"], "\u{feff}{}");
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("UPID_FORMAT") && text.contains("byte order mark"), "{text}");
}

#[test]
fn a_cluster_takes_no_name() {
    let output = upid(&["analyze", "cluster", "foo", "--snapshot", "x.json"]);
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("'foo'") && text.contains("Usage: upid analyze"), "{text}");
}

#[test]
fn an_empty_file_is_named() {
    let path = scratch("nothing.json");
    fs::write(&path, "").unwrap();
    let (path, snapshot) = (path.to_str().unwrap(), data("snapshot.json"));
    for arguments in [
        &["analyze", "cluster", "--snapshot", path][..],
        &["analyze", "cluster", "--snapshot", snapshot.to_str().unwrap(), "--config", path],
    ] {
        let output = upid(arguments);
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("UPID_EMPTY_INPUT") && text.contains(path), "{text}");
    }
}

#[test]
fn completions_know_the_subcommands() {
    for shell in ["bash", "zsh", "fish"] {
        let text = stdout(&["completions", shell]);
        assert!(text.contains("summarize") && text.contains("rightsize"), "{shell}");
    }
}

/// The demo's cluster by any key, under a bill, and as FOCUS rows that come back to the same sum.
#[test]
fn costs_by_key_of_a_bill_and_as_focus() {
    let snapshot = data("snapshot.json");
    let cost = |more: &[&str]| {
        let all = [&["cost", "--snapshot", snapshot.to_str().unwrap()], more].concat();
        let output = upid(&all);
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        (text, errors(&output))
    };
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let table = cost(&["--by", "namespace,controller", "--idle", "node"]).0;
    assert!(table.starts_with("name ") && table.contains("deployment:"), "{table}");
    assert!(!table.contains("(idle)"), "{table}");
    let shared = read(&cost(&["--by", "node", "--format", "json"]).0);
    assert_eq!(shared["residual"], "0");
    let bill = shared["bill"].as_str().unwrap().to_owned();

    let context = scratch("focus-context.json");
    let text = r#"{"billingAccountId": "a", "billingPeriodStart": "2022-08-01T00:00:00Z",
        "billingPeriodEnd": "2023-03-01T00:00:00Z", "serviceProviderName": "Google Cloud",
        "hostProviderName": "Google Cloud", "invoiceIssuerName": "Google", "serviceName": "GKE"}"#;
    fs::write(&context, text).unwrap();
    let rows = cost(&["--focus", context.to_str().unwrap(), "--format", "csv"]).0;
    let file = scratch("focus.csv");
    fs::write(&file, &rows).unwrap();
    let (text, note) =
        cost(&["--bill", file.to_str().unwrap(), "--by", "cluster", "--format", "json"]);
    // Parts of other lines are never added, so the file is no second bill.
    assert!(note.contains("note: 0 USD billed"), "{note}");
    assert_eq!(read(&text)["bill"].as_str(), Some(bill.as_str()));

    let names: Vec<String> = read(&fs::read_to_string(&snapshot).unwrap())["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["name"].as_str().unwrap().to_owned())
        .collect();
    assert!(rows.contains(names[0].as_str()), "{rows}");
    let broken = scratch("no-bill.csv");
    fs::write(&broken, "a,b\n1,2\n").unwrap();
    let all =
        ["cost", "--snapshot", snapshot.to_str().unwrap(), "--bill", broken.to_str().unwrap()];
    let output = upid(&all);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("this is no bill"), "{}", errors(&output));
}
