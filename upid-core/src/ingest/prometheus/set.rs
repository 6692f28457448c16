//! Series as a set that a host can look at.

use super::document::Row;
use super::group::Together;
use super::labels::Naming;
use super::metrics::Meaning;
use super::samples::{Reader, Samples};
use super::series::{Steps, events};
use super::{Log, Logs};
use crate::error::{Place, Result};
use crate::ingest::series::{IngestedSeries, SeriesSet};
use crate::usage::operations::KeyedEvent;
use crate::usage::{MetricId, SampleKind, UsageEventKind, UsageKey, network_samples};

/// What one piece of work gives.
#[derive(Debug, Default)]
pub(in crate::ingest) struct SetPart {
    pub(in crate::ingest) series: Vec<IngestedSeries>,
    pub(in crate::ingest) events: Vec<KeyedEvent>,
    pub(in crate::ingest) steps: Steps,
}

impl SetPart {
    /// Adds settled samples of a metric.
    pub(in crate::ingest) fn add(&mut self, key: &UsageKey, metric: MetricId, of: Together) {
        let Together { samples, kind, node, labels } = of;
        if samples.times.is_empty() {
            return;
        }
        self.steps.add(&samples.times);
        let number = |value: &f64| (!value.is_nan()).then_some(*value);
        let values = samples.values.iter().map(number).collect();
        let mut timestamps_ms = samples.times;
        timestamps_ms.shrink_to_fit();
        let key = key.clone();
        self.series.push(IngestedSeries { key, metric, kind, node, labels, timestamps_ms, values });
    }

    /// Adds the events that a settled counter tells of.
    pub(in crate::ingest) fn add_events(
        &mut self,
        key: &UsageKey,
        samples: &Samples,
        kind: UsageEventKind,
    ) {
        let keyed = |event| KeyedEvent { key: key.clone(), event };
        self.events.extend(events(samples, kind).into_iter().map(keyed));
    }

    /// Adds both directions of a network, and their sum unless the document brings that itself.
    pub(in crate::ingest) fn add_network(
        &mut self,
        key: &UsageKey,
        rx: Together,
        tx: Together,
        own: bool,
    ) -> Result<()> {
        if !own && rx.kind == tx.kind {
            let rows = network_samples(&rx.columns(), &tx.columns())?;
            let (times, values) = rows.into_iter().map(|(ms, rate)| (ms, rate as f64)).unzip();
            let sum = Together {
                samples: Samples { times, values },
                kind: SampleKind::Gauge,
                node: rx.node.clone(),
                labels: std::collections::BTreeMap::new(),
            };
            self.add(key, MetricId::NETWORK_BYTES_PER_SECOND, sum);
        }
        self.add(key, MetricId::NETWORK_RX_BYTES_PER_SECOND, rx);
        self.add(key, MetricId::NETWORK_TX_BYTES_PER_SECOND, tx);
        Ok(())
    }
}

/// The series and events of the rows of one metric of one owner.
pub(super) fn part(
    rows: &[Row],
    own_network: bool,
    naming: &Naming,
    reader: &Reader<'_>,
    logs: &mut Logs,
) -> Result<SetPart> {
    let mut part = SetPart::default();
    let mut settled = |rows: &[Row]| -> Result<Together> {
        let mut together = reader.together(rows, Some(naming), logs)?;
        if let Some(row) = rows.first() {
            let log = logs.of(row.samples.document, reader.common);
            together.samples.settle(&Place::byte(row.samples.start), log);
        }
        Ok(together)
    };
    let Some(first) = rows.first() else { return Ok(part) };
    match directions(rows) {
        Some((rx, tx)) => part.add_network(&first.key, settled(rx)?, settled(tx)?, own_network)?,
        None => match first.meaning {
            Meaning::Samples { metric, .. } => part.add(&first.key, metric, settled(rows)?),
            Meaning::Events(kind) => part.add_events(&first.key, &settled(rows)?.samples, kind),
            Meaning::Snapshot | Meaning::Unknown => {}
        },
    }
    Ok(part)
}

/// Received and sent, if the rows are of both.
pub(super) fn directions(rows: &[Row]) -> Option<(&[Row], &[Row])> {
    let metric = |row: &Row| match row.meaning {
        Meaning::Samples { metric, .. } => Some(metric),
        _ => None,
    };
    let first = metric(rows.first()?)?;
    let border = rows.iter().position(|row| metric(row) != Some(first))?;
    rows.split_at_checked(border)
}

/// Puts the parts together, in order of key and metric.
pub(in crate::ingest) fn set_of(parts: Vec<SetPart>, log: &mut Log) -> SeriesSet {
    let mut steps = Steps::default();
    let (mut series, mut events) = (Vec::new(), Vec::new());
    for part in parts {
        series.extend(part.series);
        events.extend(part.events);
        steps.join(part.steps);
    }
    series.sort_by(|a: &IngestedSeries, b| {
        (&a.key, &a.node, a.metric).cmp(&(&b.key, &b.node, b.metric))
    });
    events.sort_by(|a: &KeyedEvent, b| (&a.key, &a.event).cmp(&(&b.key, &b.event)));
    events.dedup();
    let median = steps.median();
    if let Some((step, gaps)) = median.filter(|(_, gaps)| *gaps > 0) {
        let message = || format!("{gaps} holes of more than one and a half steps of {step} ms");
        log.info("Gaps", message, Place::default());
    }
    let step_ms = median.map(|(step, _)| step);
    SeriesSet { step_ms, series, events, requests: Vec::new() }
}
