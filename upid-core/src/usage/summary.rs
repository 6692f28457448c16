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

    /// The error of [`MetricSummary::merge`], if it would give one.
    fn check(&self, other: &Self, id: MetricId, spec: &UsageSpec) -> Result<()> {
        for (day, theirs) in &other.days {
            self.days.get(day).map_or(Ok(()), |mine| mine.check(theirs))?;
        }
        if other.fragments.is_empty() || self.joined(other)?.len() <= MAX_FRAGMENTS {
            return Ok(());
        }
        // Stitching adds samples, which is rare and too much to foresee.
        self.clone().merge(Cow::Borrowed(other), id, spec).map(|_| ())
    }

    /// Adds the same metric of another part; gives the slots that both had observed.
    fn merge(&mut self, other: Cow<'_, Self>, id: MetricId, spec: &UsageSpec) -> Result<u64> {
        if !other.fragments.is_empty() {
            self.fragments = self.joined(&other)?;
            self.sealed_before_ms = self.sealed_before_ms.max(other.sealed_before_ms);
        }
        let mut overlap = 0;
        let days = match other {
            Cow::Borrowed(other) => Cow::Borrowed(&other.days),
            Cow::Owned(other) => Cow::Owned(other.days),
        };
        merge_maps(&mut self.days, days, |_, mine, theirs| {
            overlap += u64::from(mine.observed.overlap(&theirs.observed));
            mine.merge(&theirs)
        })?;
        let surplus = self.fragments.len().saturating_sub(MAX_FRAGMENTS);
        if surplus > 0 {
            self.stitch(surplus + 1, id, spec)?;
            self.sealed_before_ms = self.fragments.first().map_or(i64::MIN, |f| f.last_ms);
        }
        Ok(overlap)
    }

    /// The fragments of both.
    fn joined(&self, other: &Self) -> Result<Vec<Fragment>> {
        let sealed_before_ms = self.sealed_before_ms.max(other.sealed_before_ms);
        counter::merge(&self.fragments, &other.fragments, sealed_before_ms)
    }

    /// Joins the first `count` fragments: adds the samples of their inner edges, then forgets these edges.
    fn stitch(&mut self, count: usize, id: MetricId, spec: &UsageSpec) -> Result<()> {
        let metric = spec.get(id)?;
        let rule = Increase { max_gap_ms: spec.max_gap_ms, total: id.is_total() };
        let joined: Vec<Fragment> =
            self.fragments.drain(..count.min(self.fragments.len())).collect();
        for pair in joined.windows(2) {
            let Some(at) = pair[1].first() else { continue };
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
        if let Some(day) = self.days.get_mut(&day_of(ms)) {
            return day.merge(&sample);
        }
        self.days.insert(day_of(ms), sample);
        Ok(())
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

    pub(super) fn prune(&mut self, cutoff_day: i32, max_gap_ms: i64) {
        self.days = self.days.split_off(&cutoff_day);
        counter::prune(&mut self.fragments, day_start(cutoff_day), max_gap_ms);
        if self.sealed_before_ms < day_start(cutoff_day) {
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

    /// The error of [`UsageSummary::merge`], if it would give one.
    pub(super) fn check(&self, other: &Self, spec: &UsageSpec) -> Result<()> {
        for (id, theirs) in &other.metrics {
            let Some(mine) = self.metrics.get(id) else { continue };
            mine.check(theirs, *id, spec).map_err(|e| e.under(&id.to_string()))?;
        }
        self.requests.check(&other.requests)
    }

    /// Adds another summary; gives the slots that both had observed. Cannot fail where [`UsageSummary::check`] does
    /// not.
    pub(super) fn merge(&mut self, other: Cow<'_, Self>, spec: &UsageSpec) -> Result<u64> {
        self.events.merge(&other.events);
        self.requests.merge(&other.requests)?;
        let metrics = match other {
            Cow::Borrowed(other) => Cow::Borrowed(&other.metrics),
            Cow::Owned(other) => Cow::Owned(other.metrics),
        };
        let mut overlap = 0;
        merge_maps(&mut self.metrics, metrics, |id, mine, theirs| {
            overlap += mine.merge(theirs, *id, spec).map_err(|e| e.under(&id.to_string()))?;
            Ok(())
        })?;
        Ok(overlap)
    }

    /// Adds the days of one series to those of others, whose counter edges must not meet.
    pub(super) fn add_days(
        &mut self,
        id: MetricId,
        days: Cow<'_, BTreeMap<i32, Day>>,
    ) -> Result<()> {
        if days.is_empty() {
            return Ok(());
        }
        let mine = &mut self.metrics.entry(id).or_default().days;
        merge_maps(mine, days, |_, mine, theirs| mine.merge(&theirs))
            .map_err(|e| e.under(&id.to_string()))
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

/// Adds one sorted map to another: what only `theirs` has is moved or copied, what both have goes to `both`.
pub(super) fn merge_maps<K: Ord + Clone, V: Clone>(
    mine: &mut BTreeMap<K, V>,
    theirs: Cow<'_, BTreeMap<K, V>>,
    mut both: impl FnMut(&K, &mut V, Cow<'_, V>) -> Result<()>,
) -> Result<()> {
    match theirs {
        Cow::Borrowed(theirs) => {
            for (key, value) in theirs {
                match mine.get_mut(key) {
                    Some(own) => both(key, own, Cow::Borrowed(value))?,
                    None => drop(mine.insert(key.clone(), value.clone())),
                }
            }
        }
        Cow::Owned(theirs) => {
            for (key, value) in theirs {
                match mine.get_mut(&key) {
                    Some(own) => both(&key, own, Cow::Owned(value))?,
                    None => drop(mine.insert(key, value)),
                }
            }
        }
    }
    Ok(())
}
