//! The metrics API: what `kubectl top` reads (ingest.md §4).

use std::borrow::Cow;

use super::detect::Format;
use super::options::parse_options;
use super::parsed::Parsed;
use super::scan::Scanner;
use super::series::{Gather, SeriesSet};
use super::values::{go_duration_ms, rfc3339};
use super::whole::whole_series;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::units::Quantity;
use crate::usage::{MetricId, SampleKind, UsageKey};

parse_options! {
    /// Options of [`parse_pod_metrics`].
    pub struct PodMetricsOptions {
        /// Cluster of the keys; empty for one cluster.
        pub cluster: String = String::new(),
    }
}

/// Reads a `PodMetricsList`, a `NodeMetricsList`, or one object of them, of `metrics.k8s.io`.
///
/// A sample stands at `timestamp` and is the mean over the `window` before it. A container without a value has a
/// missing sample. CPU in cores, memory in bytes.
///
/// # Errors
/// `UPID_FORMAT` for other kinds, and those of every parser (ingest.md §12).
pub fn parse_pod_metrics(bytes: &[u8], options: &PodMetricsOptions) -> Result<Parsed<SeriesSet>> {
    whole_series(bytes, Format::PodMetrics, &options.common(), |scan, gather| {
        document(scan, options, gather)
    })
}

/// A list of objects, or one object: an object whose `items` are objects of its own kind.
fn document(
    scan: &mut Scanner<'_>,
    options: &PodMetricsOptions,
    gather: &mut Gather,
) -> Result<()> {
    let (mut own, mut is_list) = (Object::default(), false);
    let start = scan.offset();
    scan.object(|scan, key| {
        if key != "items" {
            return own.member(scan, key);
        }
        is_list = true;
        scan.array(|scan, _| {
            let at = scan.offset();
            scan.log.record(at)?;
            let object = scan.attempt(|scan| {
                let mut object = Object::default();
                scan.object(|scan, key| object.member(scan, key))?;
                object.check(at)?;
                Ok(object)
            })?;
            if let Some(object) = scan.log.settle(object)? {
                object.give(options, gather);
            }
            Ok(())
        })
    })?;
    if !scan.is_at_end() {
        return Err(scan.error(ErrorKind::Format, "more text follows the document"));
    }
    if let Some(at) = own.more.filter(|_| is_list) {
        scan.log.partial("the list goes on (metadata.continue)", Place::byte(at))?;
    }
    match own.kind.as_deref() {
        Some("PodMetrics" | "NodeMetrics" | "PodMetricsList" | "NodeMetricsList") | None => {}
        Some("Status") => return Err(status(&own)),
        Some(other) => return Err(wrong_kind(other, start)),
    }
    if !is_list {
        scan.log.record(start)?;
        let checked = own.check(start);
        if scan.log.settle(checked)?.is_some() {
            own.give(options, gather);
        }
    }
    Ok(())
}

/// The fields of a `PodMetrics` or `NodeMetrics` that are read.
#[derive(Default)]
struct Object<'a> {
    kind: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    namespace: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
    /// Where a list says that it goes on.
    more: Option<usize>,
    at_ms: Option<i64>,
    containers: Vec<(Cow<'a, str>, Values)>,
    usage: Option<Values>,
}

/// CPU in cores and memory in bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Values {
    cpu: Option<f64>,
    memory: Option<f64>,
}

impl<'a> Object<'a> {
    fn member(&mut self, scan: &mut Scanner<'a>, key: &str) -> Result<()> {
        match key {
            "kind" => self.kind = scan.text()?,
            "message" => self.message = scan.text()?,
            "metadata" => scan.object(|scan, key| {
                match key {
                    "name" => self.name = scan.text()?,
                    "namespace" => self.namespace = scan.text()?,
                    "continue" => {
                        let at = scan.offset();
                        self.more = scan.text()?.filter(|token| !token.is_empty()).map(|_| at);
                    }
                    _ => {}
                }
                Ok(())
            })?,
            "timestamp" => {
                let at = scan.offset();
                let text = scan.text()?.unwrap_or_default();
                let time = rfc3339(&text).map_err(|e| e.at_byte(at))?;
                if let Some(oddity) = time.and_then(|t| t.oddity) {
                    scan.log.tolerate(oddity.code(), oddity.error(&text).at_byte(at))?;
                }
                self.at_ms = time.map(|t| t.at.ms());
            }
            "window" => {
                let at = scan.offset();
                go_duration_ms(&scan.text()?.unwrap_or_default()).map_err(|e| e.at_byte(at))?;
            }
            "containers" => scan.array(|scan, _| {
                let (mut name, mut values) = (None, Values::default());
                scan.object(|scan, key| {
                    match key {
                        "name" => name = scan.text()?,
                        "usage" => values = Values::read(scan)?,
                        _ => {}
                    }
                    Ok(())
                })?;
                self.containers.extend(name.map(|name| (name, values)));
                Ok(())
            })?,
            "usage" => self.usage = Some(Values::read(scan)?),
            _ => {}
        }
        Ok(())
    }

    fn check(&self, at: usize) -> Result<()> {
        let missing = match () {
            () if self.name.is_none() => "metadata.name",
            () if self.at_ms.is_none() => "timestamp",
            () => return Ok(()),
        };
        Err(Error::new(ErrorKind::MissingField, format!("{missing} is missing"))
            .at_byte(at)
            .hint("pass the answer of /apis/metrics.k8s.io/v1beta1/pods or …/nodes as it is"))
    }

    fn give(&self, options: &PodMetricsOptions, gather: &mut Gather) {
        let (Some(name), Some(at_ms)) = (&self.name, self.at_ms) else { return };
        let mut add = |key: &UsageKey, node: Option<&str>, values: &Values| {
            for (metric, value) in [
                (MetricId::CPU_CORES, values.cpu),
                (MetricId::MEMORY_WORKING_SET_BYTES, values.memory),
            ] {
                gather.add(key, metric, SampleKind::Gauge, node, (at_ms, value));
            }
        };
        let namespace = self.namespace.as_deref().unwrap_or_default();
        for (container, values) in &self.containers {
            let key = UsageKey::new(namespace, name.as_ref(), container.as_ref());
            add(&key.in_cluster(&options.cluster), None, values);
        }
        // Only a node has use of its own.
        if let Some(values) = &self.usage {
            add(&UsageKey::new("", "", "").in_cluster(&options.cluster), Some(name), values);
        }
    }
}

impl Values {
    fn read(scan: &mut Scanner<'_>) -> Result<Self> {
        let mut values = Self::default();
        scan.object(|scan, key| {
            let slot = match key {
                "cpu" => &mut values.cpu,
                "memory" => &mut values.memory,
                _ => return Ok(()),
            };
            let at = scan.offset();
            // One value that cannot be read is missing; the others stand.
            let read = scan.attempt(|scan| {
                let text = scan.number_or_text()?;
                text.map(|text| text.trim().parse::<Quantity>().map_err(|e| e.at_byte(at)))
                    .transpose()
            })?;
            match read {
                Ok(quantity) => *slot = quantity.map(|q| q.cores()),
                Err(error) => scan.log.unreadable("UnreadableValue", error)?,
            }
            Ok(())
        })?;
        Ok(values)
    }
}

fn status(own: &Object<'_>) -> Error {
    let message = own.message.as_deref().unwrap_or("no message");
    Error::new(ErrorKind::KubernetesStatus, format!("Kubernetes answered with a Status: {message}"))
        .at_byte(0)
        .hint("is the metrics server installed, and may the user read its API?")
}

fn wrong_kind(kind: &str, at: usize) -> Error {
    let shown: String = kind.chars().take(40).collect();
    Error::new(ErrorKind::Format, format!("a {shown} is no PodMetricsList or NodeMetricsList"))
        .at_byte(at)
        .hint("give objects of metrics.k8s.io; ingest.kubernetes reads the other kinds")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1beta1","items":[
      {"metadata":{"name":"cart-0","namespace":"shop"},"timestamp":"2026-03-15T00:00:15Z","window":"15.1s",
       "containers":[{"name":"app","usage":{"cpu":"250m","memory":"300Mi"}},{"name":"side","usage":{"cpu":"1 core"}}]},
      {"metadata":{"name":"bad"},"timestamp":"now"}]}"#;

    #[test]
    fn a_list_of_pods() {
        let parsed = parse_pod_metrics(LIST.as_bytes(), &PodMetricsOptions::default()).unwrap();
        let series = &parsed.value.series;
        let rows: Vec<_> = series
            .iter()
            .map(|s| (s.key.container.as_str(), s.metric, s.timestamps_ms[0], s.values[0]))
            .collect();
        let (cpu, memory) = (MetricId::CPU_CORES, MetricId::MEMORY_WORKING_SET_BYTES);
        let at = 1_773_532_815_000;
        assert_eq!(
            rows,
            [
                ("app", cpu, at, Some(0.25)),
                ("app", memory, at, Some(314_572_800.0)),
                ("side", cpu, at, None),
                ("side", memory, at, None),
            ]
        );
        let notice = |code: &str| parsed.notices.iter().find(|n| n.code == code).unwrap();
        let path = |code: &str| notice(code).places[0].path.clone().unwrap();
        assert_eq!(path("UnreadableValue"), "items[0].containers[1].usage.cpu");
        assert_eq!(path("MalformedRecord"), "items[1].timestamp");
        assert_eq!((parsed.stats.records, parsed.stats.accepted, parsed.stats.skipped), (2, 1, 1));
        let strict = PodMetricsOptions::default().strict();
        assert_eq!(
            parse_pod_metrics(LIST.as_bytes(), &strict).unwrap_err().code(),
            "UPID_QUANTITY_PARSE"
        );
    }

    #[test]
    fn a_list_that_goes_on_is_partial() {
        let page = |token: &str| {
            format!(
                r#"{{"kind":"PodMetricsList","metadata":{{"continue":"{token}"}},"items":[
                {{"metadata":{{"name":"a","continue":"x"}},"timestamp":"2026-03-15T00:00:15Z"}}]}}"#
            )
        };
        let read = |token: &str, options: &PodMetricsOptions| {
            parse_pod_metrics(page(token).as_bytes(), options)
        };
        let parsed = read("abc", &PodMetricsOptions::default()).unwrap();
        assert!(parsed.partial);
        assert_eq!(parsed.notices[0].code, "PartialInput");
        assert_eq!(parsed.notices[0].places[0].path.as_deref(), Some("metadata.continue"));
        let strict = PodMetricsOptions::default().strict();
        assert_eq!(read("abc", &strict).unwrap_err().code(), "UPID_PARTIAL_INPUT");
        let allowed = PodMetricsOptions { allow_partial: true, ..strict.clone() };
        assert!(read("abc", &allowed).unwrap().partial);
        assert!(!read("", &strict).unwrap().partial);
    }

    #[test]
    fn nodes_stay_apart() {
        let node = |name: &str, cpu: &str| {
            format!(
                r#"{{"metadata":{{"name":"{name}"}},"timestamp":"2026-03-15T00:00:15Z","usage":{{"cpu":"{cpu}"}}}}"#
            )
        };
        let list = |items: [String; 2]| {
            let text = format!(r#"{{"kind":"NodeMetricsList","items":[{}]}}"#, items.join(","));
            parse_pod_metrics(text.as_bytes(), &PodMetricsOptions::default()).unwrap()
        };
        let parsed = list([node("n2", "3"), node("n1", "1")]);
        let cpu = parsed.value.series.iter().filter(|s| s.metric == MetricId::CPU_CORES);
        let rows: Vec<_> = cpu.map(|s| (s.node.as_deref().unwrap(), s.values[0])).collect();
        assert_eq!(rows, [("n1", Some(1.0)), ("n2", Some(3.0))]);
        assert_eq!(parsed.notices, []);
        assert_eq!(parsed.value, list([node("n1", "1"), node("n2", "3")]).value);
    }

    #[test]
    fn one_node_and_what_is_no_metrics() {
        let node = r#"{"metadata":{"name":"n1"},"timestamp":"2026-03-15T00:00:15Z","usage":{"cpu":"1","memory":"2Gi"},"kind":"NodeMetrics"}"#;
        let parsed = parse_pod_metrics(node.as_bytes(), &PodMetricsOptions::default()).unwrap();
        assert_eq!(parsed.value.series[0].node.as_deref(), Some("n1"));
        assert_eq!(parsed.value.series[1].values, [Some(2_147_483_648.0)]);
        for (text, code) in [
            (r#"{"kind":"NodeList","items":[]}"#, "UPID_FORMAT"),
            (r#"{"kind":"Status","message":"forbidden"}"#, "UPID_KUBERNETES_STATUS"),
            (r#"{"kind":"PodMetricsList","items":[{"metadata""#, "UPID_TRUNCATED"),
            (r#"{"kind":"PodMetricsList","items":{}}"#, "UPID_FORMAT"),
            ("[]", "UPID_FORMAT"),
        ] {
            let error =
                parse_pod_metrics(text.as_bytes(), &PodMetricsOptions::default()).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(!error.hint_text().is_empty(), "{text}");
        }
        let nodes = br#"{"kind":"NodeList","apiVersion":"v1","items":[]}"#;
        let error = parse_pod_metrics(nodes, &PodMetricsOptions::default()).unwrap_err();
        assert_eq!(error.details()["detected"], "ingest.kubernetes");
    }
}
