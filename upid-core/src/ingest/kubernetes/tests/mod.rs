//! Real payloads and hand-made ones.

mod bad;
mod capture;
mod facts;
mod identity;
mod metrics;
mod parts;

use super::*;
use crate::ingest::Notice;

/// `now` of the capture.
const NOW: &str = "2026-06-26T10:15:00Z";

fn options() -> KubernetesOptions {
    KubernetesOptions { now: Some(Timestamp::parse(NOW).unwrap()), ..KubernetesOptions::default() }
}

fn parsed(documents: &[&str]) -> Parsed<Snapshot> {
    Snapshot::from_kubernetes(documents, &options()).unwrap()
}

fn snapshot(documents: &[&str]) -> Snapshot {
    let snapshot = parsed(documents).value;
    snapshot.validate().unwrap();
    snapshot
}

fn notice<'a>(notices: &'a [Notice], code: &str) -> &'a Notice {
    notices.iter().find(|n| n.code == code).unwrap_or_else(|| panic!("{code}: {notices:?}"))
}

/// A list of objects, as kubectl writes it.
fn list(items: &[&str]) -> String {
    format!(r#"{{"apiVersion":"v1","items":[{}],"kind":"List"}}"#, items.join(","))
}
