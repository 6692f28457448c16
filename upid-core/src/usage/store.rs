//! `Usage`: a sorted map of summaries by key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::accumulate::{Pass, check_kind, pass};
use super::columns::{Columns, IngestOptions, IngestReport};
use super::event::UsageEvent;
use super::key::{KeyField, UsageKey};
use super::metric::MetricId;
use super::request_log::{RequestCount, RequestLog};
use super::requests::Requests;
use super::spec::{MetricSpec, UsageSpec};
use super::summary::{MetricSummary, UsageSummary, merge_maps};
use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

/// A sorted map of summaries by key: bounded in size, mergeable in any order, serialisable (usage.md).
///
/// ```
/// use upid_core::usage::{Columns, IngestOptions, MetricId, Usage, UsageKey};
/// let mut usage = Usage::default();
/// let key = UsageKey::new("shop", "web-0", "app");
/// let cpu = [0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11, 0.90];
/// let columns = Columns::regular(1_700_006_400_000, 300_000, &cpu);
/// let report = usage.add_series(&key, MetricId::CPU_CORES, &columns, &IngestOptions::default())?;
/// assert_eq!(report.accepted, 8);
/// let same = Usage::from_bytes(&usage.to_bytes())?;
/// assert_eq!(same, usage);
/// # Ok::<(), upid_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Usage {
    pub(super) spec: UsageSpec,
    pub(super) entries: BTreeMap<UsageKey, UsageSummary>,
}

/// What a merge met; information, not state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MergeReport {
    /// Five-minute slots of a metric that both sides had observed: the same rows may have been counted twice.
    pub overlapping_slots: u64,
    /// Keys that both sides had.
    pub keys_both: u64,
}

impl Usage {
    /// An empty Usage; a spec that makes no sense is `UPID_INVALID_CONFIG`.
    pub fn new(mut spec: UsageSpec) -> Result<Self> {
        spec.validate()?;
        spec.metrics = spec.metrics.into_iter().map(MetricSpec::rounded).collect();
        Ok(Self { spec, entries: BTreeMap::new() })
    }

    /// What it measures.
    pub fn spec(&self) -> &UsageSpec {
        &self.spec
    }

    /// Whether it holds no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many keys it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &UsageKey> {
        self.entries.keys()
    }

    /// The summary of a key.
    pub fn get(&self, key: &UsageKey) -> Option<&UsageSummary> {
        self.entries.get(key)
    }

    /// First and last time of anything in it.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let spans = self.entries.values().filter_map(UsageSummary::span);
        let (first, last) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some((Timestamp(first), Timestamp(last)))
    }

    /// Adds one series of one metric. All or nothing: on error the Usage is unchanged.
    ///
    /// # Errors
    /// `UPID_INVALID_KEY`, `UPID_UNKNOWN_METRIC`, `UPID_INVALID_VALUE` (kind not taken by the metric, or a bad
    /// value under [`Invalid::Reject`](super::Invalid::Reject)), `UPID_LENGTH_MISMATCH`, `UPID_TIMESTAMP_RANGE`,
    /// `UPID_INVALID_STEP`, `UPID_DUPLICATE_TIMESTAMP`, `UPID_OVERFLOW`, `UPID_USAGE_INTERLEAVED_COUNTER`.
    pub fn add_series(
        &mut self,
        key: &UsageKey,
        metric: MetricId,
        columns: &Columns<'_>,
        options: &IngestOptions,
    ) -> Result<IngestReport> {
        let (summary, report) = summarize(key, metric, columns, &self.spec, options)?;
        self.add_summary(key, summary)?;
        Ok(report)
    }

    /// Adds an event; equal events are one, and the newest 1,024 of a key stay.
    pub fn add_event(&mut self, key: &UsageKey, event: UsageEvent) -> Result<()> {
        key.validate()?;
        let mut summary = UsageSummary::default();
        summary.events.insert(event)?;
        self.add_summary(key, summary).map(|_| ())
    }

    /// Adds hourly request counts of a pod or workload, and which hours the log covered.
    ///
    /// Hours covered without rows are observed silence; without coverage nothing is implied. Sample rate and user
    /// agents are kept for the UTC days in which the log covers an hour.
    pub fn add_requests(
        &mut self,
        key: &UsageKey,
        rows: &[RequestCount],
        log: &RequestLog,
    ) -> Result<()> {
        key.validate()?;
        let requests = Requests::new(rows, log)?;
        let summary = UsageSummary { requests, ..UsageSummary::default() };
        self.add_summary(key, summary).map(|_| ())
    }

    /// Adds a summary to a key, or nothing on error; gives the slots that both had observed.
    pub(crate) fn add_summary(&mut self, key: &UsageKey, summary: UsageSummary) -> Result<u64> {
        if summary.is_empty() {
            return Ok(0);
        }
        let Some(mine) = self.entries.get_mut(key) else {
            self.entries.insert(key.clone(), summary);
            return Ok(0);
        };
        mine.check(&summary, &self.spec).map_err(|e| e.detail("key", key.to_string()))?;
        mine.merge(Cow::Owned(summary), &self.spec)
    }

    /// Adds another Usage: commutative, associative, identity the empty one (usage.md §6). All or nothing.
    ///
    /// # Errors
    /// `UPID_USAGE_SPEC_MISMATCH`, `UPID_OVERFLOW`, `UPID_USAGE_INTERLEAVED_COUNTER`, `UPID_USAGE_SEALED_RANGE`.
    pub fn merge(&mut self, other: &Usage) -> Result<MergeReport> {
        self.spec.same(&other.spec)?;
        self.merge_entries(Cow::Borrowed(&other.entries))
    }

    /// [`Usage::merge`] that takes the other one: what only it has is moved, not copied. Merges a stream of parts.
    pub fn absorb(&mut self, other: Usage) -> Result<MergeReport> {
        self.spec.same(&other.spec)?;
        self.merge_entries(Cow::Owned(other.entries))
    }

    fn merge_entries(
        &mut self,
        entries: Cow<'_, BTreeMap<UsageKey, UsageSummary>>,
    ) -> Result<MergeReport> {
        for (key, theirs) in entries.as_ref() {
            let Some(mine) = self.entries.get(key) else { continue };
            mine.check(theirs, &self.spec).map_err(|e| e.detail("key", key.to_string()))?;
        }
        // Nothing can fail from here on.
        let (mut report, spec) = (MergeReport::default(), &self.spec);
        merge_maps(&mut self.entries, entries, |_, mine, theirs| {
            report.keys_both += 1;
            report.overlapping_slots += mine.merge(theirs, spec)?;
            Ok(())
        })?;
        Ok(report)
    }

    /// As [`Usage::merge`], of a Usage that is not needed any more: nothing is copied into an empty one.
    pub(crate) fn take(&mut self, other: Usage) -> Result<()> {
        if self.is_empty() {
            self.spec.same(&other.spec)?;
            self.entries = other.entries;
            return Ok(());
        }
        self.merge(&other).map(|_| ())
    }

    /// What the faces answer where a Usage shall be merged with itself, which Rust cannot say.
    pub fn merged_with_itself() -> Error {
        Error::new(ErrorKind::InvalidValue, "a Usage cannot be merged with itself")
            .at_path("other")
            .hint("every sample would count twice")
    }

    /// Merges many in tree order, with few of them in memory at a time; an empty iterator gives the empty Usage of the
    /// default spec.
    pub fn merge_all(parts: impl IntoIterator<Item = Usage>) -> Result<(Usage, MergeReport)> {
        let mut report = MergeReport::default();
        let mut join = |left: &mut Usage, right: Usage| -> Result<()> {
            let step = left.absorb(right)?;
            report.overlapping_slots += step.overlapping_slots;
            report.keys_both += step.keys_both;
            Ok(())
        };
        // Subtrees that wait for a neighbour of their height, from high to low.
        let mut waiting: Vec<(u32, Usage)> = Vec::new();
        for mut part in parts {
            let mut height = 0;
            while let Some((_, mut left)) = waiting.pop_if(|(other, _)| *other == height) {
                join(&mut left, part)?;
                (part, height) = (left, height + 1);
            }
            waiting.push((height, part));
        }
        let mut all: Option<Usage> = None;
        while let Some((_, mut left)) = waiting.pop() {
            if let Some(right) = all.take() {
                join(&mut left, right)?;
            }
            all = Some(left);
        }
        Ok((all.unwrap_or_default(), report))
    }

    /// Joins counter parts for good: afterwards the bytes do not show how the rows were partitioned. All or nothing.
    pub fn seal(&mut self) -> Result<()> {
        let mut sealed = Vec::new();
        for (key, summary) in &self.entries {
            for (id, metric) in &summary.metrics {
                if let Cow::Owned(whole) = metric.stitched(*id, &self.spec)? {
                    sealed.push((key.clone(), *id, whole));
                }
            }
        }
        for (key, id, whole) in sealed {
            if let Some(summary) = self.entries.get_mut(&key) {
                summary.metrics.insert(id, whole);
            }
        }
        Ok(())
    }

    /// Whether no counter parts wait to be joined.
    pub fn is_sealed(&self) -> bool {
        let mut metrics = self.entries.values().flat_map(|summary| summary.metrics.values());
        metrics.all(|metric| metric.fragments.len() < 2)
    }

    /// Merges the summaries whose keys agree in `fields`; the other fields become empty.
    ///
    /// Counters of different series must not be joined, so they are sealed first and their edges dropped: later
    /// parts of a grouped counter lose one sample at each edge.
    pub fn group_by(&self, fields: &[KeyField]) -> Result<Usage> {
        let mut grouped = Usage { spec: self.spec.clone(), entries: BTreeMap::new() };
        for (key, summary) in &self.entries {
            let group = grouped.entries.entry(key.only(fields)).or_default();
            for (id, metric) in &summary.metrics {
                let days = match metric.stitched(*id, &self.spec)? {
                    Cow::Borrowed(whole) => Cow::Borrowed(&whole.days),
                    Cow::Owned(whole) => Cow::Owned(whole.days),
                };
                group.add_days(*id, days).map_err(|e| e.detail("key", key.to_string()))?;
            }
            group.events.merge(&summary.events);
            group.requests.merge(&summary.requests)?;
        }
        grouped.entries.retain(|_, summary| !summary.is_empty());
        Ok(grouped)
    }
}

/// Summarises one series of one metric in one pass.
///
/// # Errors
/// Those of [`Usage::add_series`].
pub fn summarize(
    key: &UsageKey,
    metric: MetricId,
    columns: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<(UsageSummary, IngestReport)> {
    key.validate()?;
    check_kind(metric, columns.kind, spec)?;
    let mut summary = UsageSummary::default();
    let report = absorb(&mut summary, metric, columns, spec, options)?;
    Ok((summary, report))
}

/// One pass into a summary that does not hold the metric yet.
pub(super) fn absorb(
    summary: &mut UsageSummary,
    metric: MetricId,
    columns: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<IngestReport> {
    Ok(put(summary, metric, pass(metric, columns, spec, options)?))
}

/// Puts the result of a pass into a summary that does not hold the metric yet.
pub(super) fn put(summary: &mut UsageSummary, metric: MetricId, pass: Pass) -> IngestReport {
    let state = MetricSummary {
        days: pass.days.into_iter().collect(),
        fragments: pass.fragment.into_iter().collect(),
        ..MetricSummary::default()
    };
    if !state.is_empty() {
        summary.metrics.insert(metric, state);
    }
    pass.report
}
