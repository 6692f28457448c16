//! The summary of one key: metrics by day, counter edges, events, requests.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::counter::{self, Fragment, Increase, MAX_FRAGMENTS};
use super::day::{Day, day_of, day_start};
use super::event::Events;
use super::metric::MetricId;
use super::requests::Requests;
use super::spec::{MetricSpec, UsageSpec};
use crate::error::Result;

/// One metric of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MetricSummary {
    pub(super) days: BTreeMap<i32, Day>,
    /// Counters only: edges of the contiguous runs, sorted, disjoint in time.
    pub(super) fragments: Vec<Fragment>,
    /// Fragments up to here were stitched because there were too many; `i64::MIN` if none.
    pub(super) sealed_before_ms: i64,
}

impl Default for MetricSummary {
    fn default() -> Self {
        Self { days: BTreeMap::new(), fragments: Vec::new(), sealed_before_ms: i64::MIN }
    }
}

impl MetricSummary {
    pub(super) fn is_empty(&self) -> bool {
        self.days.is_empty() && self.fragments.is_empty()
    }

    pub(super) fn merge(&mut self, other: &Self, id: MetricId, spec: &UsageSpec) -> Result<u64> {
        let mut overlap = 0;
        for (day, theirs) in &other.days {
            match self.days.get_mut(day) {
                Some(mine) => {
                    overlap += u64::from(mine.observed.overlap(&theirs.observed));
                    mine.merge(theirs)?;
                }
                None => {
                    self.days.insert(*day, theirs.clone());
                }
            }
        }
        if !other.fragments.is_empty() {
            self.sealed_before_ms = self.sealed_before_ms.max(other.sealed_before_ms);
            self.fragments =
                counter::merge(&self.fragments, &other.fragments, self.sealed_before_ms)?;
            let surplus = self.fragments.len().saturating_sub(MAX_FRAGMENTS);
            if surplus > 0 {
                self.stitch(surplus + 1, id, spec)?;
                self.sealed_before_ms = self.fragments.first().map_or(i64::MIN, |f| f.last_ms);
            }
        }
        Ok(overlap)
    }

    /// Joins the first `count` fragments: adds the samples of their inner edges, then forgets these edges.
    fn stitch(&mut self, count: usize, id: MetricId, spec: &UsageSpec) -> Result<()> {
        let metric = spec.get(id)?;
        let rule = Increase { max_gap_ms: spec.max_gap_ms, total: id.is_total() };
        let joined: Vec<Fragment> =
            self.fragments.drain(..count.min(self.fragments.len())).collect();
        for pair in joined.windows(2) {
            let at = pair[1].first();
            if let Some((sample, reset)) = rule.sample(pair[0].last(), at) {
                self.insert(at.0, sample, u32::from(reset), metric)?;
            }
        }
        if let (Some(first), Some(last)) = (joined.first(), joined.last()) {
            let whole = Fragment { last_ms: last.last_ms, last_value: last.last_value, ..*first };
            self.fragments.insert(0, whole);
        }
        Ok(())
    }

    fn insert(&mut self, ms: i64, quanta: u64, resets: u32, spec: &MetricSpec) -> Result<()> {
        let sample = Day::of_sample(ms, quanta, resets, spec)?;
        match self.days.get_mut(&day_of(ms)) {
            Some(day) => day.merge(&sample),
            None => {
                self.days.insert(day_of(ms), sample);
                Ok(())
            }
        }
    }

    /// Joins all fragments for good.
    pub(super) fn seal(&mut self, id: MetricId, spec: &UsageSpec) -> Result<()> {
        if self.fragments.len() > 1 { self.stitch(self.fragments.len(), id, spec) } else { Ok(()) }
    }

    /// The same data with all fragments joined: what queries see.
    pub(super) fn stitched(&self, id: MetricId, spec: &UsageSpec) -> Result<Cow<'_, Self>> {
        if self.fragments.len() < 2 {
            return Ok(Cow::Borrowed(self));
        }
        let mut whole = self.clone();
        whole.seal(id, spec)?;
        Ok(Cow::Owned(whole))
    }

    pub(super) fn prune(&mut self, cutoff_day: i32) {
        self.days = self.days.split_off(&cutoff_day);
        self.fragments.retain(|f| f.last_ms >= day_start(cutoff_day));
        if self.fragments.is_empty() {
            self.sealed_before_ms = i64::MIN;
        }
    }
}

/// What is known of one key. Read it through [`Usage::view`](super::Usage::view) and its neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageSummary {
    pub(super) metrics: BTreeMap<MetricId, MetricSummary>,
    pub(super) events: Events,
    pub(super) requests: Requests,
}

impl UsageSummary {
    /// The metrics with at least one sample, in order of their number.
    pub fn metrics(&self) -> impl Iterator<Item = MetricId> + '_ {
        self.metrics.iter().filter(|(_, m)| !m.is_empty()).map(|(id, _)| *id)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty() && self.events.is_empty() && self.requests.is_empty()
    }

    /// Adds another summary; gives the slots that both had observed.
    pub(super) fn merge(&mut self, other: &Self, spec: &UsageSpec) -> Result<u64> {
        let mut overlap = 0;
        for (id, metric) in &other.metrics {
            let mine = self.metrics.entry(*id).or_default();
            overlap += mine.merge(metric, *id, spec).map_err(|e| e.under(&id.to_string()))?;
        }
        self.events.merge(&other.events);
        self.requests.merge(&other.requests)?;
        Ok(overlap)
    }

    /// Adds another summary, or leaves this one as it is on error. Only the parts that both have are copied.
    pub(super) fn merge_or_keep(&mut self, mut other: Self, spec: &UsageSpec) -> Result<u64> {
        let mut merged = Self::default();
        for (id, theirs) in &other.metrics {
            let Some(mine) = self.metrics.get(id) else { continue };
            let days = theirs.days.keys();
            let days = days.filter_map(|day| Some((*day, mine.days.get(day)?.clone()))).collect();
            let (fragments, sealed_before_ms) = (mine.fragments.clone(), mine.sealed_before_ms);
            merged.metrics.insert(*id, MetricSummary { days, fragments, sealed_before_ms });
        }
        if !other.requests.is_empty() {
            merged.requests = self.requests.clone();
        }
        let overlap = merged.merge(&other, spec)?;
        // Nothing can fail from here on.
        for (id, mut metric) in merged.metrics {
            let mine = self.metrics.entry(id).or_default();
            mine.days.append(&mut metric.days);
            (mine.fragments, mine.sealed_before_ms) = (metric.fragments, metric.sealed_before_ms);
        }
        if !other.requests.is_empty() {
            self.requests = merged.requests;
        }
        self.events.merge(&std::mem::take(&mut other.events));
        Ok(overlap)
    }

    /// First and last time of anything in it.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let days = self.metrics.values().flat_map(|m| {
            let edges = [m.days.values().next(), m.days.values().next_back()];
            edges.into_iter().flatten().map(|day| (day.first_ms, day.last_ms))
        });
        let events = [self.events.set.first(), self.events.set.last()];
        let events = events.into_iter().flatten().map(|event| (event.at_ms, event.at_ms));
        days.chain(events).chain(self.requests.span()).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}
