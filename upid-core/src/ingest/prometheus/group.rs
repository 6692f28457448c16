//! Which series belong together, and what they are together.

use std::collections::BTreeMap;

use super::document::{Row, Span, read_labels};
use super::labels::{Labels, Naming};
use super::metrics::Meaning;
use super::samples::{Reader, Samples};
use super::series::sum;
use super::{Log, Logs};
use crate::error::{Place, Result};
use crate::ingest::options::ParseOptions;
use crate::ingest::scan::Scanner;
use crate::usage::{Columns, MetricId, SampleKind, UsageKey};

/// A piece of work for one thread.
pub(super) enum Work<'r> {
    /// The rows of one metric of one owner, or of both directions of its network; and whether the owner also has
    /// their sum.
    Rows(&'r [Row], bool),
    /// Samples that are only counted.
    Unused(&'r [(Span, bool)]),
}

impl Work<'_> {
    /// A document it reads from.
    pub(super) fn document(&self) -> usize {
        match self {
            Self::Rows(rows, _) => rows.first().map_or(0, |row| row.samples.document),
            Self::Unused(spans) => spans.first().map_or(0, |(span, _)| span.document),
        }
    }
}

/// How many unused series one thread takes at a time.
const UNUSED: usize = 64;

/// Sorts the rows and cuts them into work.
pub(super) fn work<'r>(rows: &'r mut [Row], unused: &'r [(Span, bool)]) -> Vec<Work<'r>> {
    rows.sort_unstable_by(|a, b| {
        let place = |row: &Row| (row.samples.document, row.samples.start);
        owner(a).cmp(&owner(b)).then_with(|| (rank(a), place(a)).cmp(&(rank(b), place(b))))
    });
    let mut all = Vec::new();
    for of_owner in rows.chunk_by(|a, b| owner(a) == owner(b)) {
        let own = of_owner.iter().any(|row| is(row, &[MetricId::NETWORK_BYTES_PER_SECOND]));
        let pair = [MetricId::NETWORK_RX_BYTES_PER_SECOND, MetricId::NETWORK_TX_BYTES_PER_SECOND];
        let together = |a: &Row, b: &Row| rank(a) == rank(b) || (is(a, &pair) && is(b, &pair));
        all.extend(of_owner.chunk_by(together).map(|rows| Work::Rows(rows, own)));
    }
    all.extend(unused.chunks(UNUSED).map(Work::Unused));
    all
}

/// Whose a row is: a node's rows have an empty key, so the node's name tells them apart.
fn owner(row: &Row) -> (&UsageKey, Option<&str>) {
    (&row.key, row.node.as_deref().filter(|_| row.key.pod.is_empty()))
}

fn rank(row: &Row) -> (u8, u16) {
    match row.meaning {
        Meaning::Samples { metric, .. } => (0, metric.0),
        Meaning::Events(kind) => (1, kind as u16),
        Meaning::Snapshot | Meaning::Unknown => (2, 0),
    }
}

fn is(row: &Row, metrics: &[MetricId]) -> bool {
    matches!(row.meaning, Meaning::Samples { metric, .. } if metrics.contains(&metric))
}

/// The samples of one metric of one owner.
pub(in crate::ingest) struct Together {
    pub(in crate::ingest) samples: Samples,
    pub(in crate::ingest) kind: SampleKind,
    pub(in crate::ingest) node: Option<String>,
    /// Labels that all its series share beyond name and key, where they are wanted.
    pub(in crate::ingest) labels: BTreeMap<String, String>,
}

impl Together {
    pub(super) fn columns(&self) -> Columns<'_> {
        Columns::gauge(&self.samples.times, &self.samples.values).kind(self.kind)
    }
}

/// A series with its labels.
pub(in crate::ingest) struct Labelled {
    /// All labels but those that split a series.
    whole: Vec<(String, String)>,
    /// Those that split it.
    part: [String; 3],
    pub(in crate::ingest) samples: Samples,
    /// Which document of the call it stands in, and where.
    document: usize,
    at: usize,
}

impl Labelled {
    pub(in crate::ingest) fn new(
        labels: &Labels<'_>,
        samples: Samples,
        (document, at): (usize, usize),
    ) -> Self {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            whole: Naming::whole(labels).into_iter().map(own).collect(),
            part: Naming::part(labels).map(str::to_owned),
            samples,
            document,
            at,
        }
    }
}

/// Several series of one metric of one owner as one: parts summed, of copies the larger value. Each is settled.
///
/// `clash` gets the document and place of a copy for each of its values that differ from another's.
pub(in crate::ingest) fn combine(
    mut all: Vec<Labelled>,
    kind: SampleKind,
    mut clash: impl FnMut(usize, Place),
) -> Samples {
    let place = |series: &Labelled| (series.document, series.at);
    all.sort_by(|a, b| (&a.whole, &a.part, place(a)).cmp(&(&b.whole, &b.part, place(b))));
    let mut join = |into: &mut Samples, copy: Samples, (document, at): (usize, usize)| {
        for _ in 0..into.join(copy) {
            clash(document, Place::byte(at));
        }
    };
    let mut together = Samples::default();
    for alike in all.chunk_by_mut(|a, b| a.whole == b.whole) {
        let mut parts: Vec<Samples> = Vec::new();
        let mut first = (0, 0);
        for same in alike.chunk_by_mut(|a, b| a.part == b.part) {
            let mut part = Samples::default();
            for series in same {
                first = place(series);
                join(&mut part, std::mem::take(&mut series.samples), first);
            }
            parts.push(part);
        }
        let whole = match &mut parts[..] {
            [one] => std::mem::take(one),
            parts => sum(parts, kind),
        };
        join(&mut together, whole, first);
    }
    together
}

/// What a notice says of copies that differ.
pub(in crate::ingest) fn larger() -> String {
    "of two values at one time the larger stays".to_owned()
}

impl Reader<'_> {
    /// Reads samples, and adds what there is to say to the logs.
    pub(super) fn noting(
        &self,
        span: Span,
        many: bool,
        samples: &mut Samples,
        logs: &mut Logs,
    ) -> Result<()> {
        let log = self.read(span, many, samples, Log::new(self.common))?;
        logs.of(span.document, self.common).absorb(log);
        Ok(())
    }

    fn labels(&self, row: &Row) -> Result<Labels<'_>> {
        let mut labels = Labels::default();
        if let Some((text, base)) = self.texts.get(row.labels.document) {
            let (start, end) = (row.labels.start, row.labels.end);
            let part = text.get(start.saturating_sub(*base)..end.saturating_sub(*base));
            // Everything to say about them was said when they were read first.
            let log = Log::new(&ParseOptions::default());
            let mut scan = Scanner::new(part.unwrap_or_default(), start, self.limits, log);
            read_labels(&mut scan, &mut labels.0, self.limits.max_labels)?;
        }
        Ok(labels)
    }

    /// Reads the rows of one metric of one owner.
    pub(super) fn together(
        &self,
        rows: &[Row],
        naming: Option<&Naming>,
        logs: &mut Logs,
    ) -> Result<Together> {
        let kind_of = |row: &Row| match row.meaning {
            Meaning::Samples { kind, .. } => kind,
            _ => SampleKind::Counter,
        };
        // Of a counter and a rate of the same thing the counter says more; both would count twice.
        let counter = rows.iter().any(|row| kind_of(row) == SampleKind::Counter);
        let first = rows.first().map_or(SampleKind::Gauge, kind_of);
        let kind = if counter { SampleKind::Counter } else { first };
        let (mut all, mut scratch) = (Vec::new(), Samples::default());
        let mut shared: Option<BTreeMap<String, String>> = None;
        for row in rows {
            self.noting(row.samples, row.many, &mut scratch, logs)?;
            if kind_of(row) != kind {
                let message = || "a rate is left out where its counter is given too".to_owned();
                let log = logs.of(row.samples.document, self.common);
                log.warn("CounterAndRate", message, Place::byte(row.samples.start));
                continue;
            }
            let mut samples = std::mem::take(&mut scratch);
            if let Meaning::Samples { scale, .. } = row.meaning {
                scale.apply(&mut samples.values);
            }
            if rows.len() == 1 {
                let labels = match naming {
                    Some(naming) => naming.rest(&self.labels(row)?),
                    None => BTreeMap::new(),
                };
                let node = row.node.clone();
                return Ok(Together { samples, kind, node, labels });
            }
            let labels = self.labels(row)?;
            if let Some(naming) = naming {
                let rest = naming.rest(&labels);
                match &mut shared {
                    Some(shared) => shared.retain(|name, value| rest.get(name) == Some(value)),
                    none => *none = Some(rest),
                }
            }
            let (document, at) = (row.samples.document, row.samples.start);
            samples.settle(&Place::byte(at), logs.of(document, self.common));
            all.push(Labelled::new(&labels, samples, (document, at)));
        }
        let samples = combine(all, kind, |document, place| {
            logs.of(document, self.common).warn("DuplicateTimestamp", larger, place);
        });
        let node = rows.iter().filter_map(|row| row.node.clone()).min();
        Ok(Together { samples, kind, node, labels: shared.unwrap_or_default() })
    }
}
