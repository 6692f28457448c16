//! The forms of an answer: envelope, bare data, bare result, map of results. Gives where every series stands.

use std::borrow::Cow;

use memchr::memmem;

use super::PrometheusOptions;
use super::labels::{Labels, Naming, Owner};
use super::metrics::{Meaning, Scale, meaning};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::options::exceeded;
use crate::ingest::parsed::Log;
use crate::ingest::scan::{Kind, Scanner};
use crate::ingest::snapshot_metrics::{StateMetric, state_metric};
use crate::usage::{MetricId, UsageKey};

/// A stretch of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Which document of the call.
    pub(super) document: usize,
    /// Offsets in it.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A series that is used.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) key: UsageKey,
    pub(super) node: Option<String>,
    pub(super) meaning: Meaning,
    /// The object of its labels.
    pub(super) labels: Span,
    /// Its samples: an array of them, or one.
    pub(super) samples: Span,
    pub(super) many: bool,
}

/// How the end of an array of samples is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// At the next `]]`, which nothing but such an array holds in an answer of Prometheus. Whoever reads the samples
    /// sees whether that was so; if not, everything is read again by the other way.
    Brackets,
    /// By reading it as JSON.
    Json,
}

/// A series that tells something of the cluster's objects.
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) metric: StateMetric,
    pub(super) resource: Option<&'static str>,
    pub(super) labels: Labels<'a>,
    pub(super) samples: Span,
    pub(super) many: bool,
}

/// The rows of one document.
pub(super) struct Index<'a, 'o> {
    text: &'a str,
    base: usize,
    document: usize,
    options: &'o PrometheusOptions,
    naming: &'o Naming,
    search: Search,
    rows: Vec<Row>,
    /// Samples of series that are not used: read only to be counted.
    unused: Vec<(Span, bool)>,
    /// Series of a Snapshot, where those are wanted instead.
    named: Option<Vec<Named<'a>>>,
    series: u64,
    labels: Labels<'a>,
    status_error: bool,
    error: [Option<Cow<'a, str>>; 2],
    kind: Option<Cow<'a, str>>,
    found: bool,
    lone: Option<Span>,
}

/// What stands in a document.
pub(super) struct Indexed<'a> {
    pub(super) rows: Vec<Row>,
    pub(super) unused: Vec<(Span, bool)>,
    pub(super) named: Vec<Named<'a>>,
}

impl<'a, 'o> Index<'a, 'o> {
    pub(super) fn new(
        (text, base, document): (&'a str, usize, usize),
        options: &'o PrometheusOptions,
        naming: &'o Naming,
        search: Search,
    ) -> Self {
        Self {
            text,
            base,
            document,
            options,
            naming,
            search,
            rows: Vec::new(),
            unused: Vec::new(),
            named: None,
            series: 0,
            labels: Labels::default(),
            status_error: false,
            error: [None, None],
            kind: None,
            found: false,
            lone: None,
        }
    }

    /// Looks for what a Snapshot is made from, instead of samples.
    pub(super) fn of_snapshot(mut self) -> Self {
        self.named = Some(Vec::new());
        self
    }

    /// Reads the document.
    pub(super) fn read(mut self, scan: &mut Scanner<'a>) -> Result<Indexed<'a>> {
        match self.text.trim_start().bytes().next() {
            Some(b'{') => scan.members(|scan, key| self.top(scan, &key))?,
            Some(b'[') => self.result(scan, None)?,
            _ => return Err(no_json(self.text).at_byte(scan.offset())),
        }
        if !scan.is_at_end() {
            return Err(scan
                .error(ErrorKind::Format, "more text follows the document")
                .hint("pass each answer as a document of its own"));
        }
        if self.status_error {
            return Err(self.refused());
        }
        if !self.found {
            return Err(Error::new(ErrorKind::Format, "the document holds no result")
                .at_byte(self.base)
                .hint("pass the answer of /api/v1/query or /api/v1/query_range as it is"));
        }
        self.scalar(scan)?;
        let named = self.named.unwrap_or_default();
        Ok(Indexed { rows: self.rows, unused: self.unused, named })
    }

    fn top(&mut self, scan: &mut Scanner<'a>, key: &str) -> Result<()> {
        match key {
            "status" => self.status_error |= scan.string()? == "error",
            "errorType" => self.error[0] = scan.text()?,
            "error" => self.error[1] = scan.text()?,
            // An answer in error may hold data that nobody shall use, in any form.
            "data" if scan.peek()? == Kind::Object => {
                scan.members(|scan, key| self.data(scan, &key))?;
            }
            "data" if scan.peek()? == Kind::Array => {
                return Err(scan
                    .error(ErrorKind::Format, "data is a list, not the result of a query")
                    .hint("pass the answer of /api/v1/query or /api/v1/query_range"));
            }
            "warnings" => return Self::remarks(scan, true),
            "infos" => return Self::remarks(scan, false),
            "isPartial" => {
                let at = scan.offset();
                if scan.boolean()? == Some(true) {
                    scan.log
                        .partial("the server says that the answer is partial", Place::byte(at))?;
                }
            }
            "kind" | "apiVersion" if scan.peek()? == Kind::String => {
                return Err(scan
                    .error(ErrorKind::Format, "a Kubernetes object, not an answer of Prometheus")
                    .hint("ingest.kubernetes and ingest.podMetrics read Kubernetes objects"));
            }
            "resultType" | "result" | "stats" => return self.data(scan, key),
            name if scan.peek()? == Kind::Array => {
                let name = name.to_owned();
                return self.result(scan, Some(&name));
            }
            _ => {}
        }
        Ok(())
    }

    fn data(&mut self, scan: &mut Scanner<'a>, key: &str) -> Result<()> {
        match key {
            "resultType" => self.kind = scan.text()?,
            "result" => return self.result(scan, None),
            _ => {}
        }
        Ok(())
    }

    /// Thanos and Mimir tell of missing stores in warnings; infos are remarks on the query.
    fn remarks(scan: &mut Scanner<'a>, partial: bool) -> Result<()> {
        scan.array(|scan, _| {
            let place = Place::byte(scan.offset());
            let text = scan.text()?.unwrap_or_default();
            let shown: String = text.chars().take(200).collect();
            if partial {
                return scan.log.partial(&format!("the server warns: {shown}"), place);
            }
            scan.log.info("ServerInfo", || format!("the server says: {shown}"), place);
            Ok(())
        })
    }

    /// An array of series, or the `[time, value]` of a scalar or string.
    fn result(&mut self, scan: &mut Scanner<'a>, name: Option<&str>) -> Result<()> {
        self.found = true;
        let start = scan.offset();
        let mut lone = false;
        scan.array(|scan, index| {
            let kind = scan.peek()?;
            lone |= index == 0 && kind == Kind::Number;
            if lone { Ok(()) } else { self.series(scan, name) }
        })?;
        if lone {
            self.lone = Some(self.span(start, scan.offset()));
        }
        Ok(())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { document: self.document, start, end }
    }

    fn series(&mut self, scan: &mut Scanner<'a>, name: Option<&str>) -> Result<()> {
        let at = scan.offset();
        self.series = self.series.saturating_add(1);
        if self.series > self.options.limits.max_series {
            return Err(exceeded("maxSeries", self.options.limits.max_series, at));
        }
        let (mut labels, mut samples, mut histogram) = (None, None, None);
        let read = scan.attempt(|scan| {
            scan.members(|scan, key| {
                let start = scan.offset();
                match key.as_ref() {
                    "metric" => {
                        self.read_labels(scan)?;
                        labels = Some(self.span(start, scan.offset()));
                    }
                    "values" => {
                        self.pass(scan)?;
                        samples = Some((self.span(start, scan.offset()), true));
                    }
                    "value" => {
                        scan.skip()?;
                        samples = Some((self.span(start, scan.offset()), false));
                    }
                    "histogram" | "histograms" => histogram = Some(start),
                    _ => {}
                }
                Ok(())
            })?;
            let missing = |what: &str| {
                Error::new(ErrorKind::MissingField, format!("the series has no {what}"))
                    .at_byte(at)
                    .hint("a series holds its labels in metric and its samples in value or values")
            };
            let labels = labels.ok_or_else(|| missing("metric"))?;
            if samples.is_none() && histogram.is_none() {
                return Err(missing("values"));
            }
            Ok(labels)
        })?;
        let labels = match read {
            Ok(labels) => labels,
            // Perhaps only because the samples ended elsewhere.
            Err(error) if self.search == Search::Brackets => return Err(error),
            Err(error) => {
                scan.log.record(at)?;
                return scan.log.settle::<()>(Err(error)).map(drop);
            }
        };
        if let Some(at) = histogram {
            let message = || "native histograms are left out".to_owned();
            scan.log.info("Histogram", message, Place::byte(at));
        }
        match samples {
            Some((samples, many)) => self.row(scan, name, at, (labels, samples, many)),
            None => Ok(()),
        }
    }

    /// Passes an array of samples.
    fn pass(&self, scan: &mut Scanner<'a>) -> Result<()> {
        if scan.peek()? != Kind::Array {
            return Err(scan
                .error(ErrorKind::Format, "the samples are no array")
                .hint("values holds [seconds, \"value\"] pairs"));
        }
        let rest = scan.rest();
        if self.search == Search::Json || !rest.starts_with(b"[[") {
            return scan.skip();
        }
        // None at all is for the reader of JSON to explain.
        match memmem::find(rest, b"]]") {
            Some(end) => {
                scan.advance(end.saturating_add(2));
                Ok(())
            }
            None => scan.skip(),
        }
    }

    fn read_labels(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        self.labels.0.clear();
        let (labels, most) = (&mut self.labels.0, self.options.limits.max_labels);
        read_labels(scan, labels, most)
    }

    fn row(
        &mut self,
        scan: &mut Scanner<'a>,
        name: Option<&str>,
        at: usize,
        (labels, samples, many): (Span, Span, bool),
    ) -> Result<()> {
        let own = self.labels.get("__name__");
        let name = if own.is_empty() { name.unwrap_or_default() } else { own };
        let meaning = match self.options.meaning(name, |label| self.labels.get(label)) {
            // The name of a list may be that of a metric of ours, as the option `metric` may.
            Meaning::Unknown if own.is_empty() => self.options.listed(name),
            meaning => meaning,
        };
        let log: &mut Log = &mut scan.log;
        let place = || Place::byte(at);
        if let Some(named) = &mut self.named {
            if name.is_empty() {
                return Err(
                    nameless(at).hint("keep __name__, or name the list: {\"kube_pod_info\": […]}")
                );
            }
            match state_metric(name) {
                None => not_of_a_snapshot(name, meaning, log, place()),
                Some((metric, resource)) => {
                    let of = std::mem::take(&mut self.labels);
                    named.push(Named { metric, resource, labels: of, samples, many });
                }
            }
            return Ok(());
        }
        let left_out = match meaning {
            Meaning::Unknown if name.is_empty() => return Err(nameless(at)),
            Meaning::Unknown => {
                let name: String = name.chars().take(80).collect();
                let message = || format!("series that nothing here uses are left out: {name}");
                log.info("UnknownMetric", message, place());
                true
            }
            Meaning::Snapshot => {
                let name: String = name.chars().take(80).collect();
                let message = || format!("left out, ingest.kubernetes reads it: {name}");
                log.info("SnapshotMetric", message, place());
                true
            }
            Meaning::Samples { .. } | Meaning::Events(_) => {
                match self.naming.owner(&self.labels, meaning) {
                    Owner::Pod(key, node) => {
                        if let Err(error) = key.validate() {
                            let hint = error.hint_text().to_owned();
                            let error = Error::new(error.kind(), error.message());
                            log.record(at)?;
                            return log.settle::<()>(Err(error.at_byte(at).hint(hint))).map(drop);
                        }
                        self.rows.push(Row { key, node, meaning, labels, samples, many });
                        false
                    }
                    Owner::Node(node) if self.naming.keeps_nodes() && node.is_some() => {
                        let key = UsageKey::new("", "", "").in_cluster(&self.naming.cluster);
                        self.rows.push(Row { key, node, meaning, labels, samples, many });
                        false
                    }
                    Owner::Node(_) => {
                        let message = || "series without a pod are left out".to_owned();
                        log.info("NoPod", message, place());
                        true
                    }
                    Owner::Cgroup => {
                        let message =
                            || "sums over cgroups and pod sandboxes are left out".to_owned();
                        log.info("CgroupSum", message, place());
                        true
                    }
                }
            }
        };
        if left_out {
            self.unused.push((samples, many));
        }
        Ok(())
    }

    /// A scalar has no labels, so it needs the option `metric`, and belongs to no pod.
    fn scalar(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        let Some(span) = self.lone else { return Ok(()) };
        if self.kind.as_deref() == Some("string") {
            return Err(Error::new(ErrorKind::Format, "the result is a string, not samples")
                .at_byte(span.start)
                .hint("query a number"));
        }
        let meaning = self.options.meaning("", |_| "");
        if meaning == Meaning::Unknown {
            return Err(nameless(span.start));
        }
        let message = || "series without a pod are left out".to_owned();
        scan.log.info("NoPod", message, Place::byte(span.start));
        self.unused.push((span, false));
        Ok(())
    }

    fn refused(&self) -> Error {
        let [kind, text] = &self.error;
        let (kind, text) = (kind.as_deref().unwrap_or("error"), text.as_deref().unwrap_or(""));
        let shown: String = text.chars().take(400).collect();
        Error::new(ErrorKind::PrometheusError, format!("Prometheus answered with {kind}: {shown}"))
            .at_byte(self.base)
            .detail("errorType", kind)
            .hint("mend the query, or ask for less at once")
    }
}

/// Reads an object of labels.
pub(super) fn read_labels<'a>(
    scan: &mut Scanner<'a>,
    labels: &mut Vec<(Cow<'a, str>, Cow<'a, str>)>,
    most: u32,
) -> Result<()> {
    let at = scan.offset();
    scan.members(|scan, name| {
        if labels.len() >= most as usize {
            return Err(exceeded("maxLabels", u64::from(most), at));
        }
        let value = scan.string()?;
        // The last of two labels of one name wins; the scanner notes it.
        labels.retain(|(known, _)| *known != name);
        labels.push((name, value));
        Ok(())
    })
}

impl PrometheusOptions {
    /// A name that is known stands for itself; the option `metric` for every other.
    pub(in crate::ingest) fn meaning<'l>(
        &self,
        name: &str,
        label: impl Fn(&str) -> &'l str,
    ) -> Meaning {
        match (meaning(name, label), self.metric) {
            (Meaning::Unknown, Some(metric)) => {
                Meaning::Samples { metric, kind: self.kind, scale: Scale::One }
            }
            (known, _) => known,
        }
    }
}

/// Notes a series that no Snapshot is made from.
pub(in crate::ingest) fn not_of_a_snapshot(
    name: &str,
    meaning: Meaning,
    log: &mut Log,
    place: Place,
) {
    let name: String = name.chars().take(80).collect();
    if matches!(meaning, Meaning::Samples { .. } | Meaning::Events(_)) {
        let message =
            || format!("left out, ingest.prometheus and ingest.exposition read it: {name}");
        log.info("SampleMetric", message, place);
    } else {
        let message = || format!("series that no Snapshot is made from are left out: {name}");
        log.info("UnknownMetric", message, place);
    }
}

impl PrometheusOptions {
    /// The meaning of a list of series by one of our own names, such as `cpu`.
    fn listed(&self, name: &str) -> Meaning {
        match MetricId::parse(name) {
            Ok(metric) if metric.accepts(self.kind) => {
                Meaning::Samples { metric, kind: self.kind, scale: Scale::One }
            }
            _ => Meaning::Unknown,
        }
    }
}

fn nameless(at: usize) -> Error {
    Error::new(ErrorKind::UnknownMetric, "the series has no __name__")
        .at_byte(at)
        .hint("functions such as rate() drop the name: say what it is with the option metric, e.g. \"cpu\"")
}

fn no_json(text: &str) -> Error {
    let shown: String = text.trim_start().chars().take(80).collect();
    Error::new(ErrorKind::Format, format!("not JSON: {shown:?}"))
        .hint("a proxy or login page? pass the answer of the HTTP API; text expositions go to ingest.exposition")
}
