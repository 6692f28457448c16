//! A kubelet's stats summary (ingest.md §4).

use std::borrow::Cow;

use super::detect::Format;
use super::options::parse_options;
use super::parsed::Parsed;
use super::scan::Scanner;
use super::series::{Gather, SeriesSet};
use super::values::rfc3339;
use super::whole::whole_series;
use crate::error::{Error, ErrorKind, Result};
use crate::usage::{MetricId, SampleKind, UsageKey};

parse_options! {
    /// Options of [`parse_kubelet`].
    pub struct KubeletOptions {
        /// Cluster of the keys; empty for one cluster.
        pub cluster: String = String::new(),
        /// Read CPU as the counter `usageCoreNanoSeconds`, for one who adds summaries one after another. Its rates need
        /// two of them; `usageNanoCores` is the kubelet's own rate of the last seconds.
        pub cpu_counter: bool = false,
        /// Keep the node's own samples, under an empty key; a Usage has no place for them.
        pub node_level: bool = false,
    }
}

const NANO: f64 = 1e9;

/// Reads `/stats/summary` of a kubelet: CPU, working set and resident set of containers, received and sent bytes of
/// pods as counters, each with its own time. A pod is a record.
///
/// Bytes are summed over a pod's interfaces where they are listed. Pods of the node's network report all bytes of the
/// node. A value that is absent is a missing sample; a container that is not measured yet has none.
///
/// # Errors
/// Those of every parser (ingest.md §12).
pub fn parse_kubelet(bytes: &[u8], options: &KubeletOptions) -> Result<Parsed<SeriesSet>> {
    whole_series(bytes, Format::Kubelet, &options.common(), |scan, gather| {
        document(scan, options, gather)
    })
}

fn document(scan: &mut Scanner<'_>, options: &KubeletOptions, gather: &mut Gather) -> Result<()> {
    let start = scan.offset();
    let (mut node, mut pods) = (None, Vec::new());
    let mut has_pods = false;
    scan.object(|scan, key| {
        match key {
            "node" => {
                let mut name = None;
                let mut stats = Stats::default();
                scan.object(|scan, key| match key {
                    "nodeName" => scan.text().map(|text| name = text),
                    _ => stats.member(scan, key, options),
                })?;
                node = Some((name, stats));
            }
            "pods" => {
                has_pods = true;
                scan.array(|scan, _| {
                    let at = scan.offset();
                    scan.log.record(at)?;
                    let pod = scan.attempt(|scan| Pod::read(scan, at, options))?;
                    pods.extend(scan.log.settle(pod)?);
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    })?;
    if !scan.is_at_end() {
        return Err(scan.error(ErrorKind::Format, "more text follows the document"));
    }
    let Some((name, stats)) = node.filter(|_| has_pods) else {
        return Err(Error::new(ErrorKind::Format, "no stats summary: node and pods are expected")
            .at_byte(start)
            .hint("pass the answer of /api/v1/nodes/<node>/proxy/stats/summary as it is"));
    };
    let name = name.as_deref();
    for pod in &pods {
        pod.give(name, options, gather);
    }
    if options.node_level {
        stats.give(&UsageKey::default().in_cluster(&options.cluster), name, gather);
    }
    Ok(())
}

/// When a value was measured, and what it is.
type Sample = (i64, Option<f64>);

/// What is measured about a node, a pod or a container.
#[derive(Default)]
struct Stats {
    samples: Vec<(MetricId, SampleKind, Sample)>,
}

struct Pod<'a> {
    name: Cow<'a, str>,
    namespace: Cow<'a, str>,
    own: Stats,
    containers: Vec<(Cow<'a, str>, Stats)>,
}

impl<'a> Pod<'a> {
    fn read(scan: &mut Scanner<'a>, at: usize, options: &KubeletOptions) -> Result<Self> {
        let (mut name, mut namespace) = (None, None);
        let (mut own, mut containers) = (Stats::default(), Vec::new());
        scan.object(|scan, key| {
            match key {
                "podRef" => scan.object(|scan, key| {
                    match key {
                        "name" => name = scan.text()?,
                        "namespace" => namespace = scan.text()?,
                        _ => {}
                    }
                    Ok(())
                })?,
                "containers" => scan.array(|scan, _| {
                    let at = scan.offset();
                    let (mut name, mut stats) = (None, Stats::default());
                    scan.object(|scan, key| match key {
                        "name" => scan.text().map(|text| name = text),
                        "cpu" | "memory" => stats.member(scan, key, options),
                        _ => Ok(()),
                    })?;
                    containers.push((name.ok_or_else(|| missing("name", at))?, stats));
                    Ok(())
                })?,
                // CPU and memory of a pod are those of its containers and of its sandbox.
                "network" => own.member(scan, key, options)?,
                _ => {}
            }
            Ok(())
        })?;
        let name = name.ok_or_else(|| missing("podRef.name", at))?;
        let namespace = namespace.ok_or_else(|| missing("podRef.namespace", at))?;
        Ok(Self { name, namespace, own, containers })
    }

    fn give(&self, node: Option<&str>, options: &KubeletOptions, gather: &mut Gather) {
        let key = |container: &str| {
            UsageKey::new(&self.namespace, &self.name, container).in_cluster(&options.cluster)
        };
        self.own.give(&key(""), node, gather);
        for (name, stats) in &self.containers {
            stats.give(&key(name), node, gather);
        }
    }
}

fn missing(field: &str, at: usize) -> Error {
    Error::new(ErrorKind::MissingField, format!("{field} is missing"))
        .at_byte(at)
        .hint("pass the kubelet's answer as it is")
}

impl Stats {
    /// Reads a member of what is measured; others are left.
    fn member(
        &mut self,
        scan: &mut Scanner<'_>,
        key: &str,
        options: &KubeletOptions,
    ) -> Result<()> {
        let gauge = SampleKind::Gauge;
        match key {
            "cpu" => {
                let (field, kind) = if options.cpu_counter {
                    ("usageCoreNanoSeconds", SampleKind::Counter)
                } else {
                    ("usageNanoCores", gauge)
                };
                let ([nanos], at) = measured(scan, [field])?;
                self.add(MetricId::CPU_CORES, kind, at, nanos.map(|nanos| nanos / NANO));
            }
            "memory" => {
                let ([set, resident], at) = measured(scan, ["workingSetBytes", "rssBytes"])?;
                self.add(MetricId::MEMORY_WORKING_SET_BYTES, gauge, at, set);
                self.add(MetricId::MEMORY_RSS_BYTES, gauge, at, resident);
            }
            "network" => {
                let ([rx, tx], at) = network(scan)?;
                let (counter, received) =
                    (SampleKind::Counter, MetricId::NETWORK_RX_BYTES_PER_SECOND);
                self.add(received, counter, at, rx);
                self.add(MetricId::NETWORK_TX_BYTES_PER_SECOND, counter, at, tx);
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, metric: MetricId, kind: SampleKind, at: Option<i64>, value: Option<f64>) {
        self.samples.extend(at.map(|at| (metric, kind, (at, value))));
    }

    fn give(&self, key: &UsageKey, node: Option<&str>, gather: &mut Gather) {
        for (metric, kind, sample) in &self.samples {
            gather.add(key, *metric, *kind, node, *sample);
        }
    }
}

/// Some numbers of an object, and their time; without one they say nothing.
fn measured<const N: usize>(
    scan: &mut Scanner<'_>,
    fields: [&str; N],
) -> Result<([Option<f64>; N], Option<i64>)> {
    let (mut values, mut at_ms) = ([None; N], None);
    scan.object(|scan, key| {
        if key == "time" {
            at_ms = time(scan)?;
        } else if let Some(slot) = slot(&mut values, &fields, key) {
            *slot = number(scan)?;
        }
        Ok(())
    })?;
    Ok((values, at_ms))
}

const DIRECTIONS: [&str; 2] = ["rxBytes", "txBytes"];

/// Bytes of all interfaces, or of the one that stands for the pod where they are not listed.
fn network(scan: &mut Scanner<'_>) -> Result<([Option<f64>; 2], Option<i64>)> {
    let (mut own, mut sums, mut at_ms) = ([None; 2], [None; 2], None);
    scan.object(|scan, key| {
        match key {
            "time" => at_ms = time(scan)?,
            "interfaces" => scan.array(|scan, _| {
                let (values, _) = measured(scan, DIRECTIONS)?;
                for (sum, value) in sums.iter_mut().zip(values) {
                    if let Some(value) = value {
                        *sum = Some(sum.unwrap_or(0.0) + value);
                    }
                }
                Ok(())
            })?,
            _ => {
                if let Some(slot) = slot(&mut own, &DIRECTIONS, key) {
                    *slot = number(scan)?;
                }
            }
        }
        Ok(())
    })?;
    let [rx, tx] = own;
    let [sum_rx, sum_tx] = sums;
    Ok(([sum_rx.or(rx), sum_tx.or(tx)], at_ms))
}

fn slot<'v, const N: usize>(
    values: &'v mut [Option<f64>; N],
    fields: &[&str; N],
    key: &str,
) -> Option<&'v mut Option<f64>> {
    let index = fields.iter().position(|field| *field == key)?;
    values.get_mut(index)
}

fn time(scan: &mut Scanner<'_>) -> Result<Option<i64>> {
    let at = scan.offset();
    let text = scan.text()?.unwrap_or_default();
    let time = rfc3339(&text).map_err(|e| e.at_byte(at))?;
    if let Some(oddity) = time.and_then(|t| t.oddity) {
        scan.log.tolerate(oddity.code(), oddity.error(&text).at_byte(at))?;
    }
    Ok(time.map(|t| t.at.ms()))
}

/// A number of at least 0; one that cannot be read is missing, and the others stand.
fn number(scan: &mut Scanner<'_>) -> Result<Option<f64>> {
    let at = scan.offset();
    let read = scan.attempt(|scan| {
        let Some(text) = scan.number_or_text()? else { return Ok(None) };
        let value = text.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
        value.map(Some).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Error::new(ErrorKind::InvalidValue, format!("{shown:?} is not a number of at least 0"))
                .at_byte(at)
                .hint("the kubelet writes whole numbers here")
        })
    })?;
    match read {
        Ok(value) => Ok(value),
        Err(error) => scan.log.unreadable("UnreadableValue", error).map(|()| None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &[u8] = include_bytes!("../../tests/data/kubernetes/kubelet-summary.json");

    fn parse(text: &str) -> Result<Parsed<SeriesSet>> {
        parse_kubelet(text.as_bytes(), &KubeletOptions::default())
    }

    /// Three pods of the real capture; its 17 pods and containers are read as these are.
    #[test]
    fn a_real_summary() {
        let parsed = parse_kubelet(SUMMARY, &KubeletOptions::default()).unwrap();
        assert_eq!((parsed.stats.records, parsed.stats.accepted, parsed.notices.len()), (3, 3, 0));
        let of = |pod: &str, container: &str, metric: MetricId| {
            let series = &parsed.value.series;
            let found = series
                .iter()
                .find(|s| s.key == UsageKey::new("scraper", pod, container) && s.metric == metric);
            let found = found.unwrap();
            assert_eq!(found.node.as_deref(), Some("datagen-1-35"));
            (found.kind, found.timestamps_ms[0], found.values[0].unwrap())
        };
        let at = |text: &str| rfc3339(text).unwrap().unwrap().at.ms();
        let pod = "e2e-statefulset-1";
        let cpu = of(pod, "compute-pi-digits", MetricId::CPU_CORES);
        assert_eq!(cpu.0, SampleKind::Gauge);
        let set = of(pod, "compute-pi-digits", MetricId::MEMORY_WORKING_SET_BYTES);
        let resident = of(pod, "compute-pi-digits", MetricId::MEMORY_RSS_BYTES);
        assert!(set.2 >= resident.2 && set.1 == resident.1);
        let rx = of(pod, "", MetricId::NETWORK_RX_BYTES_PER_SECOND);
        assert_eq!(rx.0, SampleKind::Counter);
        // Each value keeps its own time.
        assert!(rx.1 >= at("2026-06-26T10:14:00Z") && rx.1 != cpu.1);
    }

    #[test]
    fn counters_nodes_and_interfaces() {
        let text = r#"{"node":{"nodeName":"n1","cpu":{"time":"2026-03-15T00:00:10Z","usageNanoCores":2000000000}},
          "pods":[{"podRef":{"name":"a","namespace":"s","uid":"u"},
            "containers":[{"name":"c","cpu":{"time":"2026-03-15T00:00:10Z","usageNanoCores":250000000,"usageCoreNanoSeconds":61500000000},
              "memory":{"time":"2026-03-15T00:00:11Z","workingSetBytes":1024}}],
            "network":{"time":"2026-03-15T00:00:12.5Z","rxBytes":5,"txBytes":6,"interfaces":[{"name":"a","rxBytes":5},{"name":"b","rxBytes":7}]}}]}"#;
        let rows = |options: &KubeletOptions| {
            let parsed = parse_kubelet(text.as_bytes(), options).unwrap();
            let row = |s: &super::super::IngestedSeries| {
                (s.key.container.clone(), s.metric, s.timestamps_ms[0] % 60_000, s.values[0])
            };
            parsed.value.series.iter().map(row).collect::<Vec<_>>()
        };
        let row = |container: &str, metric, ms, value| (container.to_owned(), metric, ms, value);
        let (rx, tx) =
            (MetricId::NETWORK_RX_BYTES_PER_SECOND, MetricId::NETWORK_TX_BYTES_PER_SECOND);
        let mut want = vec![
            row("", rx, 12_500, Some(12.0)),
            row("", tx, 12_500, Some(6.0)),
            row("c", MetricId::CPU_CORES, 10_000, Some(0.25)),
            row("c", MetricId::MEMORY_WORKING_SET_BYTES, 11_000, Some(1024.0)),
            row("c", MetricId::MEMORY_RSS_BYTES, 11_000, None),
        ];
        assert_eq!(rows(&KubeletOptions::default()), want);
        let counters =
            KubeletOptions { cpu_counter: true, node_level: true, ..KubeletOptions::default() };
        want[2].3 = Some(61.5);
        want.insert(0, row("", MetricId::CPU_CORES, 10_000, None));
        assert_eq!(rows(&counters), want);
    }

    #[test]
    fn bad_pods_and_values_are_left_out_and_placed() {
        let good = r#"{"podRef":{"name":"a","namespace":"s"},"containers":[{"name":"c","cpu":{"time":"2026-03-15T00:00:10Z","usageNanoCores":"x"}}]}"#;
        let bad = r#"{"podRef":{"name":"b"}}"#;
        let text = format!(r#"{{"node":{{"nodeName":"n"}},"pods":[{good},{bad}]}}"#);
        let parsed = parse(&text).unwrap();
        assert_eq!((parsed.stats.records, parsed.stats.skipped), (2, 1));
        let path = |code: &str| {
            let notice = parsed.notices.iter().find(|n| n.code == code).unwrap();
            notice.places[0].path.clone().unwrap()
        };
        assert_eq!(path("MalformedRecord"), "pods[1]");
        assert_eq!(path("UnreadableValue"), "pods[0].containers[0].cpu.usageNanoCores");
        assert_eq!(parsed.value.series[0].values, [None]);
        let strict = KubeletOptions::default().strict();
        let error = parse_kubelet(text.as_bytes(), &strict).unwrap_err();
        assert_eq!(error.code(), "UPID_INVALID_VALUE");
        for (text, code) in [
            ("{}", "UPID_FORMAT"),
            (r#"{"node":{},"pods":{}}"#, "UPID_FORMAT"),
            (r#"{"node":{},"pods":[{"podRef""#, "UPID_TRUNCATED"),
            (" ", "UPID_EMPTY_INPUT"),
            (r#"{"node":{},"pods":[{}]}"#, "UPID_NO_RECORDS"),
        ] {
            assert_eq!(parse(text).unwrap_err().code(), code, "{text}");
        }
        let nodes = parse(r#"{"kind":"NodeList","apiVersion":"v1","items":[]}"#).unwrap_err();
        assert!(nodes.hint_text().contains("ingest.kubernetes"), "{nodes}");
    }

    #[test]
    fn the_order_of_pods_does_not_matter() {
        let pod = |name: &str| {
            format!(
                r#"{{"podRef":{{"name":"{name}","namespace":"s"}},"containers":[{{"name":"c","cpu":{{"time":"2026-03-15T00:00:10Z","usageNanoCores":1}}}}]}}"#
            )
        };
        let of = |pods: [&str; 2]| {
            let pods = pods.map(pod).join(",");
            parse(&format!(r#"{{"pods":[{pods}],"node":{{"nodeName":"n"}}}}"#)).unwrap().value
        };
        assert_eq!(of(["a", "b"]), of(["b", "a"]));
    }
}
