//! What a document is, by its first bytes: for hosts that sort files, and for the hints of errors.

use std::collections::BTreeSet;

use super::access_log::is_access_line;
use crate::error::{Error, ErrorKind};

/// How much of a document is looked at.
const HEAD: usize = 64 << 10;
/// How deep keys are looked at, and how many of them.
const DEEPEST: usize = 4;
const MOST_KEYS: usize = 4096;

/// A format that a parser of this library reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Objects of Kubernetes as JSON.
    Kubernetes,
    /// API groups that a cluster serves.
    Capabilities,
    /// Metrics API.
    PodMetrics,
    /// A kubelet's stats summary.
    Kubelet,
    /// An answer of the Prometheus HTTP API.
    Prometheus,
    /// A text exposition.
    Exposition,
    /// An access log.
    AccessLog,
    /// Allocations or assets of `OpenCost`.
    OpenCost,
    /// AWS Cost Explorer.
    AwsCostExplorer,
    /// AWS Cost and Usage Report.
    AwsCur,
    /// Google's billing export.
    GcpBilling,
    /// An Azure Cost Management query.
    AzureQuery,
    /// An Azure cost export.
    AzureExport,
    /// FOCUS rows.
    Focus,
    /// A price list.
    Prices,
    /// A wide table of samples.
    SamplesCsv,
}

impl Format {
    /// The operation that reads it.
    pub fn operation(self) -> &'static str {
        self.names().0
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Kubernetes => ("ingest.kubernetes", "objects of Kubernetes"),
            Self::Capabilities => ("ingest.capabilities", "a list of APIs"),
            Self::PodMetrics => ("ingest.podMetrics", "an answer of the metrics API"),
            Self::Kubelet => ("ingest.kubelet", "a kubelet's stats summary"),
            Self::Prometheus => ("ingest.prometheus", "an answer of Prometheus"),
            Self::Exposition => ("ingest.exposition", "a text exposition"),
            Self::AccessLog => ("ingest.accessLog", "an access log"),
            Self::OpenCost => ("ingest.openCost", "an answer of OpenCost"),
            Self::AwsCostExplorer => ("ingest.awsCostExplorer", "an answer of Cost Explorer"),
            Self::AwsCur => ("ingest.awsCur", "an AWS Cost and Usage Report"),
            Self::GcpBilling => ("ingest.gcpBilling", "a Google billing export"),
            Self::AzureQuery => ("ingest.azureQuery", "an Azure cost query"),
            Self::AzureExport => ("ingest.azureExport", "an Azure cost export"),
            Self::Focus => ("ingest.focus", "FOCUS rows"),
            Self::Prices => ("ingest.prices", "a price list"),
            Self::SamplesCsv => ("ingest.samplesCsv", "a table of samples"),
        }
    }
}

/// The format of a document by its first 64 KiB: first keys, header row, first line. Nothing is parsed, so that a
/// document of the format may still be broken; none if it looks like nothing that is known.
pub fn detect(bytes: &[u8]) -> Option<Format> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    match head.first()? {
        b'{' | b'[' => of_keys(&Keys::of(head)),
        _ => of_line(head),
    }
}

/// Points an error of the wrong format to the parser of the right one.
pub(super) fn hinted(error: Error, bytes: &[u8], own: Format) -> Error {
    let wrong = matches!(
        error.kind(),
        ErrorKind::Format
            | ErrorKind::MissingColumn
            | ErrorKind::NoRecords
            | ErrorKind::MissingField
    );
    match detect(bytes).filter(|found| wrong && *found != own) {
        None => error,
        Some(found) => {
            let (operation, what) = found.names();
            error
                .detail("detected", operation)
                .hint(format!("this looks like {what}: use {operation}"))
        }
    }
}

/// Dotted names of the keys at the head of a JSON text; elements of arrays count as what holds them.
#[derive(Default)]
struct Keys<'a> {
    paths: BTreeSet<String>,
    /// The last part of every path.
    names: BTreeSet<&'a str>,
    /// Text of the first `kind` and `apiVersion`, at any depth.
    kind: Option<&'a str>,
    api_version: Option<&'a str>,
}

impl<'a> Keys<'a> {
    /// Walks over strings and brackets; whatever else stands between them does not matter here.
    fn of(head: &'a [u8]) -> Self {
        let mut keys = Self::default();
        // The open brackets, and the key under which each object or array stands.
        let mut open: Vec<Option<&'a str>> = Vec::new();
        let mut key: Option<&'a str> = None;
        let mut at = 0usize;
        while let Some(byte) = head.get(at) {
            at = at.saturating_add(1);
            match byte {
                b'{' | b'[' => open.push(key.take()),
                b'}' | b']' => {
                    open.pop();
                    key = None;
                }
                b',' => key = None,
                b'"' => {
                    let rest = head.get(at..).unwrap_or_default();
                    let Some(length) = end_of_string(rest) else { break };
                    let text = rest.get(..length).and_then(|text| std::str::from_utf8(text).ok());
                    let text = text.unwrap_or_default();
                    at = at.saturating_add(length).saturating_add(1);
                    let after = head.get(at..).unwrap_or_default().trim_ascii_start();
                    if after.first() == Some(&b':') && key.is_none() {
                        key = Some(text);
                        keys.add(&open, text);
                    } else if let Some(name) = key {
                        match name {
                            "kind" if keys.kind.is_none() => keys.kind = Some(text),
                            "apiVersion" if keys.api_version.is_none() => {
                                keys.api_version = Some(text);
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        keys
    }

    fn add(&mut self, open: &[Option<&'a str>], key: &'a str) {
        let above: Vec<&str> = open.iter().flatten().copied().collect();
        if above.len() >= DEEPEST || self.paths.len() >= MOST_KEYS {
            return;
        }
        // A path can only matter while it is short.
        if above.iter().map(|name| name.len()).sum::<usize>() <= 256 && key.len() <= 256 {
            self.names.insert(key);
            self.paths.insert([above.as_slice(), &[key]].concat().join("."));
        }
    }

    fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    fn all(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.has(path))
    }

    fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.names.contains(name))
    }
}

fn end_of_string(bytes: &[u8]) -> Option<usize> {
    let mut at = 0usize;
    loop {
        at = at.saturating_add(memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?);
        if bytes.get(at) == Some(&b'"') {
            return Some(at);
        }
        at = at.saturating_add(2);
    }
}

fn of_keys(keys: &Keys<'_>) -> Option<Format> {
    let metrics = keys.api_version.is_some_and(|version| version.starts_with("metrics.k8s.io/"));
    let kind = keys.kind.unwrap_or_default();
    let of_metrics = |kind: &str| matches!(kind, "PodMetrics" | "NodeMetrics");
    if metrics || of_metrics(kind.strip_suffix("List").unwrap_or(kind)) {
        return Some(Format::PodMetrics);
    }
    if matches!(kind, "APIGroupList" | "APIResourceList") {
        return Some(Format::Capabilities);
    }
    let found = if keys.has("node.nodeName") || keys.has("pods.podRef") {
        Format::Kubelet
    } else if keys.has("ResultsByTime") {
        Format::AwsCostExplorer
    } else if keys.all(&["properties.columns", "properties.rows"]) {
        Format::AzureQuery
    } else if keys.any(&["ramByteHours", "cpuCoreHours", "ramCost"]) {
        Format::OpenCost
    } else if keys.any(&["resultType", "errorType"])
        || (keys.any(&["metric"]) && keys.any(&["value", "values", "histogram", "histograms"]))
        || keys.all(&["status", "data.result"])
    {
        Format::Prometheus
    } else if keys.all(&["BilledCost", "EffectiveCost"]) {
        Format::Focus
    } else if keys.all(&["usage_start_time", "cost"]) {
        Format::GcpBilling
    } else if keys.any(&["lineItem/UsageStartDate", "line_item_usage_start_date"]) {
        Format::AwsCur
    } else if (!kind.is_empty() && keys.any(&["apiVersion", "items", "metadata"]))
        || keys.has("items.metadata")
        || keys.all(&["metadata.name", "metadata.uid"])
    {
        Format::Kubernetes
    } else if super::access_log::is_access_object(|path| keys.has(path)) {
        Format::AccessLog
    } else {
        return None;
    };
    Some(found)
}

/// Columns of a header that are looked at; bills have some hundred.
const MOST_NAMES: usize = 1024;

fn of_line(head: &[u8]) -> Option<Format> {
    let end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    let line = head.get(..end)?;
    if is_access_line(line) {
        return Some(Format::AccessLog);
    }
    let line = std::str::from_utf8(line).ok()?.trim();
    if is_exposition(line) {
        return Some(Format::Exposition);
    }
    let words: Vec<&str> = line.split_whitespace().take(MOST_NAMES).collect();
    if words.first() == Some(&"NAME") && words.contains(&"APIVERSION") {
        return Some(Format::Capabilities);
    }
    let names: BTreeSet<String> = line
        .split([',', ';', '\t'])
        .take(MOST_NAMES)
        .map(|name| name.trim().trim_matches('"').to_lowercase())
        .collect();
    let has = |name: &str| names.contains(name);
    let found = if has("billedcost") && has("effectivecost") {
        Format::Focus
    } else if names.iter().any(|n| n.starts_with("lineitem/") || n.starts_with("line_item_")) {
        Format::AwsCur
    } else if has("metercategory") {
        Format::AzureExport
    } else if has("usage_start_time") && has("cost") {
        Format::GcpBilling
    } else if has("instance_type") && (has("on_demand_usd_h") || has("spot_usd_h")) {
        Format::Prices
    } else if has("timestamp") && has("namespace") && has("pod") {
        Format::SamplesCsv
    } else {
        return None;
    };
    Some(found)
}

/// A comment of an exposition, or `name{…} value` and `name value`.
fn is_exposition(line: &str) -> bool {
    if line.starts_with("# HELP ") || line.starts_with("# TYPE ") || line.starts_with("# EOF") {
        return true;
    }
    let named = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b':';
    let name = line.bytes().take_while(|b| named(*b)).count();
    let Some((name, rest)) = line.split_at_checked(name) else { return false };
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let value = match rest.strip_prefix('{') {
        Some(labels) => labels.rsplit_once('}').map(|(_, value)| value),
        None => rest.strip_prefix(' '),
    };
    let value = value.and_then(|value| value.split_whitespace().next());
    value.is_some_and(|v| v.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_by_its_head() {
        for (text, want) in [
            (r#"{"apiVersion":"v1","kind":"List","items":[]}"#, Format::Kubernetes),
            (r#"{"kind":"PodList","apiVersion":"v1","metadata":{},"items":["#, Format::Kubernetes),
            (r#"{"items":[{"metadata":{"name":"a"}}]}"#, Format::Kubernetes),
            (r#"{"metadata":{"name":"a","uid":"u"},"spec":{}}"#, Format::Kubernetes),
            (r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"#, Format::Capabilities),
            (
                "NAME  SHORTNAMES  APIVERSION  NAMESPACED  KIND\npods po v1 true Pod",
                Format::Capabilities,
            ),
            (
                r#"{"kind":"NodeMetricsList","apiVersion":"metrics.k8s.io/v1","items":[]}"#,
                Format::PodMetrics,
            ),
            (
                r#"{"kind":"List","apiVersion":"v1","items":[{"kind":"PodMetrics"}]}"#,
                Format::Kubernetes,
            ),
            (r#"{"node":{"nodeName":"n1","cpu":{}},"pods":[]}"#, Format::Kubelet),
            (
                r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
                Format::Prometheus,
            ),
            (r#"[{"metric":{"__name__":"up"},"value":[1,"1"]}]"#, Format::Prometheus),
            (r#"{"up":[{"metric":{},"values":[]}]}"#, Format::Prometheus),
            ("# HELP up Whether it is up\n", Format::Exposition),
            ("up{job=\"a, b\"} 1 1700000000000\n", Format::Exposition),
            ("process_cpu_seconds_total 1.5e3", Format::Exposition),
            ("::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 1\n", Format::AccessLog),
            ("2026-03-15T00:00:00.1Z stdout F {\"a\":1}\n", Format::AccessLog),
            (
                r#"{"time":"2026-03-15T00:00:00Z","status":200,"request":"GET / HTTP/1.1"}"#,
                Format::AccessLog,
            ),
            (r#"{"log":"x","stream":"stdout","time":"2026-03-15T00:00:00Z"}"#, Format::AccessLog),
            (r#"{"@timestamp":1,"http":{"response":{"status_code":200}}}"#, Format::AccessLog),
            (r#"{"code":200,"data":[{"a":{"name":"a","cpuCoreHours":1}}]}"#, Format::OpenCost),
            (r#"{"ResultsByTime":[]}"#, Format::AwsCostExplorer),
            ("identity/LineItemId,lineItem/UsageStartDate\n", Format::AwsCur),
            (r#"{"billing_account_id":"x","usage_start_time":"t","cost":1}"#, Format::GcpBilling),
            (
                r#"{"id":"x","properties":{"nextLink":null,"columns":[],"rows":[]}}"#,
                Format::AzureQuery,
            ),
            ("\u{feff}\"Date\";\"MeterCategory\";\"Cost\"\n", Format::AzureExport),
            ("BilledCost,BillingCurrency,EffectiveCost\n", Format::Focus),
            (r#"{"BilledCost":"1","EffectiveCost":"1"}"#, Format::Focus),
            ("provider,region,instance_type,on_demand_usd_h\n", Format::Prices),
            ("timestamp,namespace,pod,container,cpu_cores\n", Format::SamplesCsv),
        ] {
            assert_eq!(detect(text.as_bytes()), Some(want), "{text}");
            assert!(want.operation().starts_with("ingest."));
        }
        for text in ["", " ", "{", "[]", "{\"a\":\"", "hello world", "<html>", "a,b,c\n1,2,3"] {
            assert_eq!(detect(text.as_bytes()), None, "{text}");
        }
        assert_eq!(detect(&[0x1f, 0x8b, 8, 0]), None);
    }

    #[test]
    fn wrong_formats_are_named() {
        let wrong = Error::new(ErrorKind::Format, "no").hint("as it was");
        let nodes = br#"{"kind":"NodeList","apiVersion":"v1","items":[]}"#;
        let told = hinted(wrong.clone(), nodes, Format::PodMetrics);
        assert_eq!(told.details()["detected"], "ingest.kubernetes");
        assert!(told.hint_text().contains("ingest.kubernetes"), "{told}");
        // The right format, an unknown one, and errors that are no matter of the format keep their hint.
        assert_eq!(hinted(wrong.clone(), nodes, Format::Kubernetes), wrong);
        assert_eq!(hinted(wrong.clone(), b"{}", Format::PodMetrics), wrong);
        let limit = Error::new(ErrorKind::LimitExceeded, "much").hint("less");
        assert_eq!(hinted(limit.clone(), nodes, Format::PodMetrics), limit);
    }

    #[test]
    fn only_the_head_is_looked_at() {
        let late = format!("{{\"a\":\"{}\",\"ResultsByTime\":[]}}", "x".repeat(HEAD));
        assert_eq!(detect(late.as_bytes()), None);
    }
}
