//! The demo's files fit the model and each other.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::data;
use upid_core::traffic::RequestRow;
use upid_core::usage::operations::SummarizeInput;
use upid_core::{Snapshot, json};

type Requests = SummarizeInput<RequestRow>;

#[test]
fn the_files_fit_together() {
    let text = fs::read_to_string(data("snapshot.json")).unwrap();
    let (snapshot, unknown) = json::from_json_noting::<Snapshot>(&text).unwrap();
    assert_eq!(unknown.paths, Vec::<String>::new(), "fields that the model does not know");
    snapshot.validate().unwrap();
    let pods: BTreeSet<String> = snapshot.pods.iter().map(upid_core::model::Pod::id).collect();
    assert_eq!((pods.len(), snapshot.nodes.len(), snapshot.workloads.len()), (49, 4, 29));
    for line in fs::read_to_string(data("samples.csv")).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        assert!(pods.contains(&format!("{}/{}", fields[1], fields[2])), "{line}");
    }
    let text = fs::read_to_string(data("requests.json")).unwrap();
    let (requests, unknown) = json::from_json_noting::<Requests>(&text).unwrap();
    assert_eq!(unknown.paths, Vec::<String>::new(), "fields that would be ignored");
    let with_requests =
        requests.requests.iter().map(|r| format!("{}/{}", r.key.namespace, r.key.pod));
    assert_eq!(with_requests.collect::<BTreeSet<_>>(), pods);
}
