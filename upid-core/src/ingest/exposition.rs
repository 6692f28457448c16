//! Text expositions: Prometheus 0.0.4 and `OpenMetrics` 1.0 (ingest.md §6).

mod line;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

pub(super) use line::{Frame, Sample, placed};
use serde::{Deserialize, Serialize};

use super::detect::{Format, hinted};
use super::lines::{Cutter, Record};
use super::options::{exceeded, parse_options};
use super::parsed::{Log, Parsed};
use super::prometheus::{
    Labelled, Meaning, Naming, Owner, PrometheusOptions, SampleColumns, SetPart, Together, combine,
    larger, set_of,
};
use super::series::SeriesSet;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::units::Timestamp;
use crate::usage::{MetricId, SampleKind, UsageEventKind, UsageKey};

/// The unit of the times in an exposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TimestampUnit {
    /// 12 or more digits and no fraction are milliseconds, everything else seconds.
    #[default]
    Auto,
    /// Seconds, as in `OpenMetrics`.
    Seconds,
    /// Milliseconds, as in Prometheus 0.0.4.
    Milliseconds,
}

parse_options! {
    /// Options of [`parse_exposition`].
    pub struct ExpositionOptions {
        /// When the text was read: the time of samples that have none of their own.
        pub scraped_at: Option<Timestamp> = None,
        /// Unit of the samples' own times.
        pub timestamp_unit: TimestampUnit = TimestampUnit::Auto,
        /// What series are whose name is not known; none: they are left out.
        pub metric: Option<MetricId> = None,
        /// What the values of `metric` mean.
        pub kind: SampleKind = SampleKind::Gauge,
        /// Cluster of the keys; empty for one cluster.
        pub cluster: String = String::new(),
        /// Labels that name the cluster; none.
        pub cluster_labels: Vec<String> = Vec::new(),
        /// Labels that name the namespace, the first present wins.
        pub namespace_labels: Vec<String> = PrometheusOptions::default().namespace_labels,
        /// Labels that name the pod.
        pub pod_labels: Vec<String> = PrometheusOptions::default().pod_labels,
        /// Labels that name the container.
        pub container_labels: Vec<String> = PrometheusOptions::default().container_labels,
        /// Labels that name the node; of `instance` the host.
        pub node_labels: Vec<String> = PrometheusOptions::default().node_labels,
        /// Keep series that name a node and no pod, under an empty key; a Usage has no place for them.
        pub node_level: bool = false,
    }
}

impl ExpositionOptions {
    fn as_prometheus(&self) -> PrometheusOptions {
        let mut other = PrometheusOptions::default();
        (other.metric, other.kind) = (self.metric, self.kind);
        other.cluster.clone_from(&self.cluster);
        other.cluster_labels.clone_from(&self.cluster_labels);
        other.namespace_labels.clone_from(&self.namespace_labels);
        other.pod_labels.clone_from(&self.pod_labels);
        other.container_labels.clone_from(&self.container_labels);
        other.node_labels.clone_from(&self.node_labels);
        other.node_level = self.node_level;
        other
    }
}

/// Reads the text that an exporter such as cAdvisor, kube-state-metrics or the kubelet serves.
///
/// Names, labels and units mean what they mean in [`parse_prometheus`](super::parse_prometheus). A sample is a record.
///
/// # Errors
/// Those of every parser (ingest.md §12).
pub fn parse_exposition(bytes: &[u8], options: &ExpositionOptions) -> Result<Parsed<SeriesSet>> {
    let read = || {
        let mut parser = ExpositionParser::new(options);
        parser.feed(bytes)?;
        parser.finish()
    };
    read().map_err(|e| hinted(e, bytes, Format::Exposition))
}

/// Reads an exposition that arrives in pieces; their borders change nothing.
pub struct ExpositionParser {
    cutter: Option<Cutter>,
    text: Text,
}

/// Whose, of what, and on which node where no pod is named.
type SeriesKey = (UsageKey, Option<String>, What);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum What {
    Samples(MetricId),
    Events(UsageEventKind),
}

/// The series of one key and metric.
#[derive(Default)]
struct Gathered {
    at: u64,
    node: Option<String>,
    counters: HashMap<String, Labelled>,
    gauges: HashMap<String, Labelled>,
    labels: Option<BTreeMap<String, String>>,
}

/// What was read so far.
struct Text {
    options: ExpositionOptions,
    names: PrometheusOptions,
    naming: Naming,
    log: Log,
    /// Name, labels and time of every sample, as 128 bits of hash.
    seen: HashSet<u128>,
    series: BTreeMap<SeriesKey, Gathered>,
    count: u64,
    /// Names of series that were left out, by the code of their notice.
    unused: BTreeMap<&'static str, Unused>,
    frame: Frame,
    blank: bool,
}

/// The first names of a kind, and whether there are more.
#[derive(Default)]
struct Unused {
    names: BTreeSet<String>,
    more: bool,
}

impl ExpositionParser {
    /// A parser that has read nothing.
    pub fn new(options: &ExpositionOptions) -> Self {
        let names = options.as_prometheus();
        let text = Text {
            naming: Naming::new(&names),
            names,
            log: Log::new(&options.common()),
            seen: HashSet::new(),
            series: BTreeMap::new(),
            count: 0,
            unused: BTreeMap::new(),
            frame: Frame::default(),
            blank: true,
            options: options.clone(),
        };
        Self { cutter: Some(Cutter::lines(&options.limits)), text }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// Those of [`parse_exposition`]; after one the parser is of no use.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<()> {
        let Some(cutter) = &mut self.cutter else { return Ok(()) };
        cutter.feed(chunk, |record| self.text.line(record))
    }

    /// What the text says.
    ///
    /// # Errors
    /// Those of [`parse_exposition`].
    pub fn finish(mut self) -> Result<Parsed<SeriesSet>> {
        if let Some(cutter) = self.cutter.take() {
            self.text.log.stats.bytes = cutter.offset() as u64;
            cutter.finish(|record| self.text.line(record))?;
        }
        self.text.finish()
    }
}

impl Text {
    fn line(&mut self, record: Record<'_>) -> Result<()> {
        let trimmed = record.bytes.trim_ascii();
        if trimmed.is_empty() {
            return Ok(());
        }
        let text = record.text()?;
        if self.blank && text.trim_start().starts_with(['<', '{']) && !text.contains("} ") {
            return Err(no_exposition(text).at_byte(record.at));
        }
        self.blank = false;
        if let Some(comment) = text.trim_start().strip_prefix('#') {
            self.frame.comment(comment);
            return Ok(());
        }
        self.log.record(record.at)?;
        let read = self.frame.sample(text, &self.options.limits);
        let used = read.and_then(|sample| self.take(&sample, record));
        self.log.settle(used.map_err(|e| placed(e, record, text))).map(drop)
    }

    /// Notes a series that is not used here.
    fn leave_out(&mut self, code: &'static str, name: &str, record: Record<'_>) {
        let shown: String = name.chars().take(80).collect();
        let message = || left_out(code, &shown);
        self.log.info(code, message, Place::byte(record.at).in_line(record.line));
        let unused = self.unused.entry(code).or_default();
        if unused.names.len() < self.options.max_places as usize {
            unused.names.insert(shown);
        } else {
            unused.more |= !unused.names.contains(&shown);
        }
    }

    /// Puts a sample where it belongs.
    fn take(&mut self, sample: &Sample<'_>, record: Record<'_>) -> Result<()> {
        let (labels, value) = (&sample.labels, sample.value);
        let ms = sample.ms(self.options.timestamp_unit)?;
        let ms = ms.or(self.options.scraped_at.map(Timestamp::ms));
        let mut sorted: Vec<(&str, &str)> = labels
            .0
            .iter()
            .map(|(n, v)| (n.as_ref(), v.as_ref()))
            .filter(|(_, v)| !v.is_empty())
            .collect();
        sorted.sort_unstable();
        if !self.seen.insert(hash(&(&sorted, ms))) {
            return Err(Error::new(ErrorKind::Format, "the same series stands twice")
                .at_byte(0)
                .hint("a text holds each series once, or once per time"));
        }
        let name = labels.get("__name__");
        let meaning = self.names.meaning(name, |label| labels.get(label));
        let place = || Place::byte(record.at).in_line(record.line);
        let what = match meaning {
            Meaning::Samples { metric, .. } => What::Samples(metric),
            Meaning::Events(kind) => What::Events(kind),
            Meaning::Unknown => {
                self.leave_out("UnknownMetric", name, record);
                return Ok(());
            }
            Meaning::Snapshot => {
                self.leave_out("SnapshotMetric", name, record);
                return Ok(());
            }
        };
        let log = &mut self.log;
        let (key, node) = match self.naming.owner(labels, meaning) {
            Owner::Pod(key, node) => (key, node),
            Owner::Node(node) if self.naming.keeps_nodes() && node.is_some() => {
                (UsageKey::new("", "", "").in_cluster(&self.naming.cluster), node)
            }
            Owner::Node(_) => {
                log.info("NoPod", || "series without a pod are left out".into(), place());
                return Ok(());
            }
            Owner::Cgroup => {
                let message = || "sums over cgroups and pod sandboxes are left out".into();
                log.info("CgroupSum", message, place());
                return Ok(());
            }
        };
        key.validate().map_err(|e| e.at_byte(0))?;
        let Some(ms) = ms else {
            let message = || "samples without a time are left out; set options.scrapedAt".into();
            log.warn("NoTime", message, place());
            return Ok(());
        };
        let mut value = [value];
        if value.iter().any(|v| v.is_infinite()) {
            log.warn("InfiniteValue", || "infinite values are missing".into(), place());
            value = [f64::NAN];
        }
        let kind = match meaning {
            Meaning::Samples { scale, kind, .. } => {
                scale.apply(&mut value);
                kind
            }
            _ => SampleKind::Counter,
        };
        let of_node = node.clone().filter(|_| key.pod.is_empty());
        let gathered = self
            .series
            .entry((key, of_node, what))
            .or_insert_with(|| Gathered { at: record.at as u64, ..Gathered::default() });
        gathered.node = match (gathered.node.take(), node) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let of_kind = match kind {
            SampleKind::Counter => &mut gathered.counters,
            SampleKind::Gauge | SampleKind::Increment => &mut gathered.gauges,
        };
        let identity: Vec<&str> = sorted.iter().flat_map(|(n, v)| [*n, "\0", *v, "\0"]).collect();
        let identity = identity.concat();
        let labelled = match of_kind.entry(identity) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                self.count = self.count.saturating_add(1);
                if self.count > self.options.limits.max_series {
                    return Err(exceeded("maxSeries", self.options.limits.max_series, 0));
                }
                let rest = self.naming.rest(labels);
                match &mut gathered.labels {
                    Some(shared) => shared.retain(|name, value| rest.get(name) == Some(value)),
                    none => *none = Some(rest),
                }
                new.insert(Labelled::new(labels, SampleColumns::default(), (0, record.at)))
            }
        };
        labelled.samples.push(ms, value.first().copied().unwrap_or(f64::NAN));
        Ok(())
    }

    fn finish(mut self) -> Result<Parsed<SeriesSet>> {
        if self.log.stats.bytes == 0 || self.blank {
            return Err(Error::new(ErrorKind::EmptyInput, "the input is empty")
                .at_byte(0)
                .hint("pass the bytes of the file or response"));
        }
        if self.frame.is_cut() {
            let end = Place::byte(self.log.stats.bytes as usize);
            self.log.partial("the text is OpenMetrics and does not end with # EOF", end)?;
        }
        for (code, Unused { names, more }) in self.unused {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if names.len() > 1 {
                let more = if more { " and others" } else { "" };
                self.log.reword(code, left_out(code, &format!("{}{more}", names.join(", "))));
            }
        }
        let (mut log, mut part) = (self.log, SetPart::default());
        let mut received: Option<(UsageKey, Option<String>, Together)> = None;
        let own: HashSet<UsageKey> = self
            .series
            .keys()
            .filter(|(.., what)| *what == What::Samples(MetricId::NETWORK_BYTES_PER_SECOND))
            .map(|(key, ..)| key.clone())
            .collect();
        for ((key, of_node, what), gathered) in self.series {
            let together = gathered.together(&mut log);
            let rx = received.take();
            let tx = what == What::Samples(MetricId::NETWORK_TX_BYTES_PER_SECOND);
            match rx {
                Some((of, node, rx)) if tx && of == key && node == of_node => {
                    part.add_network(&key, rx, together, own.contains(&key))?;
                    continue;
                }
                Some((of, _, rx)) => part.add(&of, MetricId::NETWORK_RX_BYTES_PER_SECOND, rx),
                None => {}
            }
            match what {
                What::Samples(MetricId::NETWORK_RX_BYTES_PER_SECOND) => {
                    received = Some((key, of_node, together));
                }
                What::Samples(metric) => part.add(&key, metric, together),
                What::Events(kind) => part.add_events(&key, &together.samples, kind),
            }
        }
        if let Some((key, _, rx)) = received {
            part.add(&key, MetricId::NETWORK_RX_BYTES_PER_SECOND, rx);
        }
        let set = set_of(vec![part], &mut log);
        log.finish(set)
    }
}

impl Gathered {
    /// Its series as one, settled.
    fn together(self, log: &mut Log) -> Together {
        let place = Place::byte(self.at as usize);
        // Of a counter and a rate of the same thing the counter says more; both would count twice.
        let (of_kind, kind) = if self.counters.is_empty() {
            (self.gauges, SampleKind::Gauge)
        } else {
            if !self.gauges.is_empty() {
                let message = || "a rate is left out where its counter is given too".into();
                log.warn("CounterAndRate", message, place.clone());
            }
            (self.counters, SampleKind::Counter)
        };
        let mut all: Vec<Labelled> = of_kind.into_values().collect();
        for series in &mut all {
            series.samples.settle(&place, log);
        }
        let samples = combine(all, kind, |_, place| log.warn("DuplicateTimestamp", larger, place));
        Together { samples, kind, node: self.node, labels: self.labels.unwrap_or_default() }
    }
}

/// What a notice says of series that are left out.
fn left_out(code: &str, names: &str) -> String {
    match code {
        "SnapshotMetric" => format!("left out, ingest.kubernetes reads it: {names}"),
        _ => format!("series that nothing here uses are left out: {names}"),
    }
}

/// 128 bits of two differently begun hashes: enough to take equal ones for equal.
fn hash(item: &impl Hash) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        (seed, item).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

fn no_exposition(text: &str) -> Error {
    let shown: String = text.trim_start().chars().take(80).collect();
    Error::new(ErrorKind::Format, format!("not a text exposition: {shown:?}"))
        .hint("pass what /metrics serves; JSON of the query API goes to ingest.prometheus")
}

#[cfg(test)]
mod tests;
