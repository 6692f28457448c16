//! The demo on real data: what it prints, that its money adds up, that nothing but the input changes a byte.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::fs;

use common::{data, errors, scratch, stdout, upid};
use serde_json::Value;
use sha2::{Digest, Sha256};
use upid_core::units::Amount;

/// The analysis of the demo's files as canonical JSON.
fn analyze(snapshot: &str, extra: &[&str]) -> String {
    let [samples, requests] = ["samples.csv", "requests.json"].map(path);
    run(snapshot, &["--samples", &samples, "--requests", &requests], extra)
}

fn run(snapshot: &str, usage: &[&str], extra: &[&str]) -> String {
    let config = path("config.json");
    let fixed =
        ["analyze", "cluster", "--format", "json", "--snapshot", snapshot, "--config", &config];
    let json = stdout(&[&fixed, usage, extra].concat());
    json.strip_suffix('\n').unwrap().to_owned()
}

/// A file of the demo.
fn path(name: &str) -> String {
    data(name).to_str().unwrap().to_owned()
}

/// Every face checks the same digest; `UPID_WRITE=1` writes it after a change that is meant.
#[test]
fn the_analysis_is_the_one_of_every_face() {
    let json = analyze(&path("snapshot.json"), &[]);
    let page = scratch("digest.html");
    let demo = stdout(&["demo", "--format", "json", "--html", page.to_str().unwrap()]);
    assert_eq!(demo.trim_end(), json, "embedded and from files");
    let digest =
        Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    if std::env::var_os("UPID_WRITE").is_some() {
        fs::write(data("analysis.sha256"), format!("{digest}\n")).unwrap();
    }
    let want = fs::read_to_string(data("analysis.sha256")).unwrap();
    assert_eq!(digest, want.trim_end(), "if the change is meant, run this test with UPID_WRITE=1");
}

#[test]
fn prints_the_report_with_its_assumptions_and_writes_the_page() {
    let page = scratch("demo.html");
    let text = stdout(&["demo", "--html", page.to_str().unwrap()]);
    let assumptions: Value =
        serde_json::from_str(&fs::read_to_string(data("assumptions.json")).unwrap()).unwrap();
    for part in ["upid-demo", "online-boutique", "train-ticket", "m5.large 0.096", "2026-07-20"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let html = fs::read_to_string(page).unwrap();
    assert!(html.to_ascii_lowercase().starts_with("<!doctype html"));
    assert!(!html.contains("src=\"http") && !html.contains("<script"), "the page stands alone");
    assert!(assumptions.as_array().unwrap().len() > 10);
}

#[test]
fn threads_and_order_change_no_byte() {
    let one = analyze(&path("snapshot.json"), &["--threads", "1"]);
    assert_eq!(analyze(&path("snapshot.json"), &["--threads", "2"]), one, "two threads");
    let mut shuffled: Value =
        serde_json::from_str(&fs::read_to_string(data("snapshot.json")).unwrap()).unwrap();
    for list in ["pods", "nodes", "workloads", "services", "dependencies", "collected"] {
        let list = shuffled[list].as_array_mut().unwrap();
        list.reverse();
        let third = list.len() / 3;
        list.rotate_left(third);
    }
    let path = scratch("shuffled.json");
    fs::write(&path, shuffled.to_string()).unwrap();
    assert_eq!(analyze(path.to_str().unwrap(), &["--threads", "2"]), one, "another order");
}

#[test]
fn a_summary_file_gives_the_same_analysis_as_its_samples() {
    let file = scratch("demo.upus");
    let file = file.to_str().unwrap();
    let [samples, requests] = ["samples.csv", "requests.json"].map(path);
    stdout(&["summarize", "--samples", &samples, "--requests", &requests, "-o", file]);
    let snapshot = path("snapshot.json");
    assert_eq!(run(&snapshot, &["--usage", file], &[]), analyze(&snapshot, &[]));
}

#[test]
fn money_adds_up_to_the_bill() {
    let analysis: Value = serde_json::from_str(&analyze(&path("snapshot.json"), &[])).unwrap();
    let amount = |value: &Value| Amount::parse(value.as_str().unwrap()).unwrap().0;
    let total = |list: &str, pointer: &str| -> i128 {
        analysis[list].as_array().unwrap().iter().map(|e| amount(e.pointer(pointer).unwrap())).sum()
    };
    let window = &analysis["totals"]["window"];
    let bill = amount(&window["amount"]);
    // Two m5.large, one m5.xlarge, one c5.xlarge for 48 hours.
    assert_eq!(bill, Amount::parse("26.592").unwrap().0);
    let pods = ["used", "wasted", "unmeasured"].map(|part| amount(&window[part])).iter().sum();
    let rest: i128 =
        ["idle", "systemOverhead", "unattributed"].map(|part| amount(&window[part])).iter().sum();
    assert_eq!(i128::checked_add(pods, rest), Some(bill), "pods + idle + overhead + unattributed");
    assert_eq!(total("nodes", "/window/amount"), bill);
    assert_eq!(total("pods", "/cost/amount"), pods);
    assert_eq!(total("workloads", "/cost/amount"), pods, "no pod is lost on the way to workloads");
    assert_eq!(total("namespaces", "/totals/window/amount"), pods, "nor on the way to namespaces");
}

#[test]
fn an_unknown_pod_is_a_wrong_use_with_a_hint() {
    let pod = "online-boutique/frontent";
    let output = upid(&["analyze", "pod", pod, "--snapshot", &path("snapshot.json")]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("hint: "), "{}", errors(&output));
}
