//! Samples as parsers give them: what `usage.summarize` takes unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::units::Timestamp;
use crate::usage::operations::KeyedEvent;
use crate::usage::{Columns, MetricId, SampleKind, SeriesRef, UsageKey};

/// Series and events, in order of their keys and metrics.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SeriesSet {
    /// The usual distance of samples in milliseconds: the median over all series; none below two samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_ms: Option<i64>,
    /// The samples.
    pub series: Vec<IngestedSeries>,
    /// Restarts and kills, where the input tells of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<KeyedEvent>,
    /// Hourly counts of requests of which nothing else is known, where the input tells of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestTotals>,
}

/// The requests of one pod, of which neither path nor agent is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestTotals {
    /// Whose; the container is empty.
    pub key: UsageKey,
    /// The hours of which the input tells, in ascending order.
    pub rows: Vec<RequestTotal>,
}

/// The requests of one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestTotal {
    /// Start of the hour.
    pub start: Timestamp,
    /// Requests.
    pub count: u64,
}

/// The samples of one metric of one key, in ascending time, each time once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IngestedSeries {
    /// Whose; a node's own samples have neither namespace nor pod.
    pub key: UsageKey,
    /// Of what.
    pub metric: MetricId,
    /// What the values mean.
    pub kind: SampleKind,
    /// The node they were taken on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Labels that say more than the key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// When, in epoch milliseconds.
    pub timestamps_ms: Vec<i64>,
    /// How much, in the metric's unit; null is missing.
    pub values: Vec<Option<f64>>,
}

impl RequestTotals {
    /// Counts by the start of their hour.
    pub(super) fn new(key: UsageKey, rows: BTreeMap<Timestamp, u64>) -> Self {
        let rows = rows.into_iter().map(|(start, count)| RequestTotal { start, count });
        Self { key, rows: rows.collect() }
    }
}

/// Gathers samples in any order.
#[derive(Debug, Default)]
pub(super) struct Gather {
    /// By key, metric and kind; the key of a node is empty, so the node's name tells those apart.
    series: BTreeMap<(UsageKey, Option<String>, MetricId, u8), Gathered>,
    events: Vec<KeyedEvent>,
}

#[derive(Debug)]
struct Gathered {
    kind: SampleKind,
    node: Option<String>,
    /// Those that all its parts share.
    labels: Option<BTreeMap<String, String>>,
    samples: Vec<(i64, Option<f64>)>,
}

impl Gather {
    /// Adds a sample; a missing one is `None`.
    pub(super) fn add(
        &mut self,
        key: &UsageKey,
        metric: MetricId,
        kind: SampleKind,
        node: Option<&str>,
        sample: (i64, Option<f64>),
    ) {
        self.add_all(key.clone(), metric, kind, node, vec![sample]);
    }

    /// Adds samples of one series.
    pub(super) fn add_all(
        &mut self,
        key: UsageKey,
        metric: MetricId,
        kind: SampleKind,
        node: Option<&str>,
        samples: Vec<(i64, Option<f64>)>,
    ) {
        self.gathered(key, metric, kind, node).add(samples);
    }

    /// Adds a series that was gathered before.
    pub(super) fn add_series(&mut self, series: IngestedSeries) {
        let IngestedSeries { key, metric, kind, node, labels, timestamps_ms, values } = series;
        let gathered = self.gathered(key, metric, kind, node.as_deref());
        match &mut gathered.labels {
            Some(shared) => shared.retain(|name, value| labels.get(name) == Some(value)),
            none => *none = Some(labels),
        }
        gathered.node = gathered.node.take().min(node);
        gathered.add(timestamps_ms.into_iter().zip(values).collect());
    }

    /// Adds an event.
    pub(super) fn add_event(&mut self, event: KeyedEvent) {
        self.events.push(event);
    }

    fn gathered(
        &mut self,
        key: UsageKey,
        metric: MetricId,
        kind: SampleKind,
        node: Option<&str>,
    ) -> &mut Gathered {
        let own = node.filter(|_| key.pod.is_empty()).map(str::to_owned);
        self.series.entry((key, own, metric, kind as u8)).or_insert_with(|| Gathered {
            kind,
            node: node.map(str::to_owned),
            labels: None,
            samples: Vec::new(),
        })
    }

    /// The set. Of several values at one time the largest stays, as `KeepMax` does; gives how many were left out.
    pub(super) fn finish(self) -> (SeriesSet, u64) {
        let mut repeats = 0u64;
        let mut steps = Vec::new();
        let series = self.series.into_iter().map(|((key, _, metric, _), mut gathered)| {
            // A missing value sorts first, so that any value of that time wins over it.
            gathered.samples.sort_by(|a, b| a.0.cmp(&b.0).then(total(a.1).total_cmp(&total(b.1))));
            let before = gathered.samples.len();
            gathered.samples.reverse();
            gathered.samples.dedup_by_key(|sample| sample.0);
            gathered.samples.reverse();
            repeats = repeats.saturating_add((before - gathered.samples.len()) as u64);
            let (timestamps_ms, values): (Vec<i64>, Vec<Option<f64>>) =
                gathered.samples.into_iter().unzip();
            steps.extend(
                timestamps_ms.windows(2).filter_map(|w| w.get(1)?.checked_sub(*w.first()?)),
            );
            IngestedSeries {
                key,
                metric,
                kind: gathered.kind,
                node: gathered.node,
                labels: gathered.labels.unwrap_or_default(),
                timestamps_ms,
                values,
            }
        });
        let series = series.collect();
        let mut events = self.events;
        events.sort_by(|a, b| (&a.key, &a.event).cmp(&(&b.key, &b.event)));
        events.dedup();
        let set = SeriesSet { step_ms: median(steps), series, events, requests: Vec::new() };
        (set, repeats)
    }
}

impl Gathered {
    fn add(&mut self, mut samples: Vec<(i64, Option<f64>)>) {
        if self.samples.is_empty() {
            self.samples = samples;
        } else {
            self.samples.append(&mut samples);
        }
    }
}

fn total(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NEG_INFINITY)
}

/// The lower median.
pub(super) fn median(mut steps: Vec<i64>) -> Option<i64> {
    let middle = steps.len().checked_sub(1)? / 2;
    let (_, median, _) = steps.select_nth_unstable(middle);
    Some(*median)
}

impl SeriesSet {
    /// The values of every series with NaN where they are missing, for [`SeriesSet::items`].
    pub fn floats(&self) -> Vec<Vec<f64>> {
        let float = |series: &IngestedSeries| {
            series.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
        };
        self.series.iter().map(float).collect()
    }

    /// What [`summarize_batch`](crate::usage::summarize_batch) takes.
    pub fn items<'a>(&'a self, floats: &'a [Vec<f64>]) -> Vec<SeriesRef<'a>> {
        let item = |(series, values): (&'a IngestedSeries, &'a Vec<f64>)| SeriesRef {
            key: &series.key,
            metric: series.metric,
            columns: Columns::gauge(&series.timestamps_ms, values).kind(series.kind),
        };
        self.series.iter().zip(floats).map(item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_ordered_and_the_larger_of_two_stays() {
        let mut gather = Gather::default();
        let key = UsageKey::new("shop", "cart-0", "app");
        for (at, value) in
            [(3, Some(1.0)), (1, None), (3, Some(2.0)), (2, Some(0.0)), (1, Some(0.5))]
        {
            gather.add(&key, MetricId::CPU_CORES, SampleKind::Gauge, None, (at, value));
        }
        let (set, repeats) = gather.finish();
        assert_eq!(set.series[0].timestamps_ms, [1, 2, 3]);
        assert_eq!(set.series[0].values, [Some(0.5), Some(0.0), Some(2.0)]);
        assert_eq!((repeats, set.step_ms), (2, Some(1)));
    }

    #[test]
    fn nodes_are_told_apart() {
        let mut gather = Gather::default();
        let key = UsageKey::default();
        for node in ["n2", "n1"] {
            let (metric, kind) = (MetricId::CPU_CORES, SampleKind::Gauge);
            gather.add(&key, metric, kind, Some(node), (1, Some(1.0)));
        }
        let (set, repeats) = gather.finish();
        let nodes: Vec<_> = set.series.iter().map(|s| s.node.as_deref().unwrap()).collect();
        assert_eq!((nodes, repeats), (vec!["n1", "n2"], 0));
    }
}
