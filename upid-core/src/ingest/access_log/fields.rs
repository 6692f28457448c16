//! Which key of a JSON line is which field.

use std::collections::{BTreeMap, HashMap};

use super::AccessField;

use AccessField::{
    Bytes, DurationMs, Host, Method, Namespace, Path, Pod, Protocol, Query, Referer, Request,
    SourceIp, Status, Timestamp, Upstream, UserAgent, Workload,
};

/// Keys in the order in which they are tried (ingest.md §7); those of nested objects have dotted names.
const KEYS: &[(AccessField, &[&str])] = &[
    (
        Timestamp,
        &[
            "time",
            "timestamp",
            "@timestamp",
            "start_time",
            "ts",
            "time_iso8601",
            "time_local",
            "msec",
            "StartUTC",
        ],
    ),
    (Method, &["method", "request_method", "verb", "RequestMethod", "http.request.method"]),
    (Path, &["path", "uri", "request_uri", "url", "RequestPath", "url.path"]),
    (Query, &["query", "query_string", "args", "url.query"]),
    (Protocol, &["protocol", "server_protocol", "RequestProtocol"]),
    (
        Status,
        &[
            "status",
            "response_code",
            "status_code",
            "DownstreamStatus",
            "http.response.status_code",
        ],
    ),
    (Bytes, &["bytes_sent", "body_bytes_sent", "OriginContentSize"]),
    (Referer, &["referer", "http_referer", "request_Referer", "http.request.referrer"]),
    (
        UserAgent,
        &[
            "user_agent",
            "http_user_agent",
            "userAgent",
            "request_User-Agent",
            "user_agent.original",
        ],
    ),
    (
        SourceIp,
        &[
            "x_forwarded_for",
            "remote_addr",
            "client_ip",
            "downstream_remote_address",
            "ClientHost",
            "source.ip",
        ],
    ),
    (Host, &["authority", "host", "Host"]),
    (DurationMs, &["duration_ms", "duration", "Duration", "request_time", "response_time"]),
    (Upstream, &["upstream_cluster", "upstream_host", "upstream_addr", "ServiceName"]),
    (Namespace, &["namespace", "kubernetes.namespace_name"]),
    (Workload, &["workload"]),
    (Pod, &["pod", "kubernetes.pod_name"]),
    (Request, &["request"]),
];

/// Milliseconds of one unit of a duration, by its key: Envoy writes milliseconds, Traefik nanoseconds, nginx seconds.
pub(super) fn duration_unit(key: &str) -> Unit {
    match key {
        "request_time" => Unit::Seconds,
        "Duration" => Unit::Nanoseconds,
        _ => Unit::Milliseconds,
    }
}

/// The unit of a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
    Nanoseconds,
}

impl Unit {
    pub(super) fn ms(self, value: f64) -> f64 {
        match self {
            Self::Seconds => value * 1000.0,
            Self::Milliseconds => value,
            Self::Nanoseconds => value / 1_000_000.0,
        }
    }
}

/// The built-in keys of a field.
pub(super) fn keys(field: AccessField) -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(move |(of, _)| *of == field).flat_map(|(_, keys)| keys.iter().copied())
}

/// Where the values of a line go.
pub(super) struct Names {
    fields: HashMap<String, Vec<(AccessField, usize)>>,
    /// Length of the longest key: no longer name needs a look.
    longest: usize,
}

impl Names {
    /// The built-in keys, and before them those of the options.
    pub(super) fn new(own: &BTreeMap<AccessField, Vec<String>>) -> Self {
        let mut names: HashMap<String, Vec<(AccessField, usize)>> = HashMap::new();
        for (field, built_in) in KEYS {
            let keys = own.get(field).into_iter().flatten().map(String::as_str);
            for (rank, key) in keys.chain(built_in.iter().copied()).enumerate() {
                let fields = names.entry(key.to_owned()).or_default();
                if fields.iter().all(|(other, _)| other != field) {
                    fields.push((*field, rank));
                }
            }
        }
        let longest = names.keys().map(String::len).max().unwrap_or_default();
        Self { fields: names, longest }
    }

    /// Whether a key, or one of an object under it, may be wanted.
    pub(super) fn may_be(&self, key: &str) -> bool {
        key.len() <= self.longest
    }

    /// The fields that a key fills, and its place in their order.
    pub(super) fn of(&self, key: &str) -> &[(AccessField, usize)] {
        self.fields.get(key).map(Vec::as_slice).unwrap_or_default()
    }
}
