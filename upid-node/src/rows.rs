//! What comes as rows of JSON: events and requests.

use napi_derive::napi;
use serde::Deserialize;
use upid_core::traffic::{TrafficConfig, TrafficInput, add_requests};
use upid_core::usage::{Usage, UsageEvent, UsageEventKind, UsageKey};
use upid_core::{Error, json};

use crate::failure::guarded;
use crate::input::{JsonText, text};
use crate::usage::NativeUsage;

#[derive(Deserialize)]
struct EventList {
    events: Vec<KeyedEvent>,
}

/// A `UsageEvent` and whose it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyedEvent {
    key: UsageKey,
    at_ms: i64,
    kind: UsageEventKind,
    value: Option<u64>,
    limit: Option<u64>,
    request: Option<u64>,
}

/// Requests of one pod or workload.
#[derive(Deserialize)]
struct KeyedRequests {
    key: UsageKey,
    traffic: TrafficInput,
    #[serde(default)]
    config: TrafficConfig,
}

#[napi]
impl NativeUsage {
    /// Adds events, JSON `{events: [{key, atMs, kind, …}]}`: all of them or, on error, none.
    #[napi(catch_unwind)]
    pub fn add_events(&self, events: JsonText<'_>) -> napi::Result<()> {
        guarded(|| {
            let EventList { events } = json::from_json_strict(text(&events)?)?;
            let mut part = Usage::new(self.now().spec().clone())?;
            for (row, event) in events.into_iter().enumerate() {
                let KeyedEvent { key, at_ms, kind, value, limit, request } = event;
                let at = |e: Error| e.under(&format!("events[{row}]"));
                part.add_event(&key, UsageEvent { at_ms, kind, value, limit, request })
                    .map_err(at)?;
            }
            self.change(|usage| usage.merge(&part)).map(|_| ())
        })
    }

    /// Adds requests, JSON `{key, traffic, config?}`; gives the JSON list of findings.
    #[napi(catch_unwind)]
    pub fn add_requests(&self, requests: JsonText<'_>) -> napi::Result<String> {
        guarded(|| {
            let KeyedRequests { key, traffic, config } = json::from_json_strict(text(&requests)?)?;
            let add = |usage: &mut Usage| add_requests(usage, &key, &traffic, None, &config);
            json::to_json(&self.change(add)?)
        })
    }
}
