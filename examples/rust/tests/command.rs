//! The command's surface: help, exit codes, errors with code, place and hint.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::fs;

use common::{errors, scratch, stdout, upid, upid_with};

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
    ] {
        let path = scratch(name);
        fs::write(&path, content).unwrap();
        let (path, out) = (path.to_str().unwrap(), scratch("never.upus"));
        let output = upid(&["summarize", "--samples", path, "-o", out.to_str().unwrap()]);
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        assert!(want.iter().all(|part| text.contains(part)), "{name}: {text}");
        assert!(!out.exists(), "a failed command writes nothing");
    }
}

#[test]
fn completions_know_the_subcommands() {
    for shell in ["bash", "zsh", "fish"] {
        let text = stdout(&["completions", shell]);
        assert!(text.contains("summarize") && text.contains("rightsize"), "{shell}");
    }
}
