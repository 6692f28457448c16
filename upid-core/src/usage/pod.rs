//! All keys of one pod as one: the input of idleness and insight.

use super::key::UsageKey;
use super::metric::MetricId;
use super::query::{Coverage, DailyPeaks, DayMoments, EffectiveSamples, HistogramTable, Quantiles};
use super::request_log::{RequestCount, RequestLog};
use super::rollup::HourStat;
use super::runs::{Runs, WeekProfile};
use super::store::Usage;
use super::summary::UsageSummary;
use super::view::{MetricView, empty};
use crate::calendar::Tz;
use crate::error::Result;
use crate::units::{TimeRange, Timestamp};

use super::event::UsageEvent;

/// A view over the pod-level key and the container keys of one pod, or of one workload key such as `Deployment/cart`.
///
/// A metric is that of the pod level where it holds one, else the sum over the containers, hour by hour and quantile
/// by quantile: sums of maxima and upper quantiles can only make a pod look busier (note `SummedContainers`).
#[derive(Debug, Clone)]
pub struct PodUsage<'a> {
    usage: &'a Usage,
    entries: Vec<(&'a UsageKey, &'a UsageSummary)>,
}

impl Usage {
    /// All keys of one pod; the view is empty if there is none.
    pub fn pod(&self, cluster: &str, namespace: &str, pod: &str) -> PodUsage<'_> {
        let first = UsageKey {
            cluster: cluster.to_owned(),
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
            container: String::new(),
        };
        let entries = self
            .entries
            .range(first.clone()..)
            .take_while(|(key, _)| {
                (&key.cluster, &key.namespace, &key.pod)
                    == (&first.cluster, &first.namespace, &first.pod)
            })
            .collect();
        PodUsage { usage: self, entries }
    }

    /// Every pod (or workload key) with its view, in order.
    pub fn pods(&self) -> Vec<PodUsage<'_>> {
        let mut pods: Vec<PodUsage<'_>> = Vec::new();
        for (key, summary) in &self.entries {
            match pods.last_mut().filter(|pod| pod.is_of(key)) {
                Some(pod) => pod.entries.push((key, summary)),
                None => pods.push(PodUsage { usage: self, entries: vec![(key, summary)] }),
            }
        }
        pods
    }
}

impl<'a> PodUsage<'a> {
    /// A Usage of this pod alone.
    pub fn to_usage(&self) -> Usage {
        let entries =
            self.entries.iter().map(|(key, summary)| ((*key).clone(), (*summary).clone()));
        Usage { spec: self.usage.spec.clone(), entries: entries.collect() }
    }

    fn is_of(&self, key: &UsageKey) -> bool {
        self.entries.first().is_some_and(|(first, _)| {
            (&first.cluster, &first.namespace, &first.pod)
                == (&key.cluster, &key.namespace, &key.pod)
        })
    }

    /// Whether nothing is known of the pod.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Its keys: the pod level first, then the containers.
    pub fn keys(&self) -> impl Iterator<Item = &'a UsageKey> + '_ {
        self.entries.iter().map(|(key, _)| *key)
    }

    /// First and last time of anything.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let spans = self.entries.iter().filter_map(|(_, summary)| summary.span());
        let (first, last) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some((Timestamp(first), Timestamp(last)))
    }

    /// One metric; `None` if neither the pod level nor a container has a sample of it.
    pub fn view(&self, metric: MetricId) -> Result<Option<MetricView<'a>>> {
        let (mut pod_level, mut containers) = (Vec::new(), Vec::new());
        for (key, summary) in &self.entries {
            if let Some(part) = self.usage.part(summary, metric)? {
                if key.container.is_empty() {
                    pod_level.push(part);
                } else {
                    containers.push(part);
                }
            }
        }
        let parts = if pod_level.is_empty() { containers } else { pod_level };
        self.usage.view_of(parts, metric)
    }

    fn some(&self, metric: MetricId) -> Result<MetricView<'a>> {
        self.view(metric)?.ok_or_else(|| empty(metric))
    }

    /// Whether there is a sample of the metric.
    pub fn has(&self, metric: MetricId) -> bool {
        matches!(self.view(metric), Ok(Some(_)))
    }

    /// Observed hours of a range of whole UTC hours; empty without the metric. See [`MetricView::hours`].
    pub fn hours(&self, metric: MetricId, range: TimeRange) -> Result<Vec<HourStat>> {
        self.view(metric)?.map_or(Ok(Vec::new()), |view| view.hours(range))
    }

    /// See [`MetricView::quantiles`]; `UPID_EMPTY_SERIES` without the metric.
    pub fn quantiles(
        &self,
        metric: MetricId,
        range: TimeRange,
        shares: &[f64],
    ) -> Result<Quantiles> {
        self.some(metric)?.quantiles(range, shares)
    }

    /// See [`MetricView::histogram`]; `UPID_EMPTY_SERIES` without the metric.
    pub fn histogram(&self, metric: MetricId, range: TimeRange) -> Result<HistogramTable> {
        self.some(metric)?.histogram(range)
    }

    /// See [`MetricView::daily_peaks`]; empty without the metric.
    pub fn daily_peaks(&self, metric: MetricId, range: TimeRange) -> Result<DailyPeaks> {
        self.view(metric)?.map_or(Ok(DailyPeaks::default()), |view| view.daily_peaks(range))
    }

    /// See [`MetricView::coverage`]; without the metric nothing was observed.
    pub fn coverage(&self, metric: MetricId, range: TimeRange) -> Result<Coverage> {
        let spec = self.usage.spec.get(metric)?;
        let nothing = MetricView { metric, spec, parts: Vec::new() };
        self.view(metric)?.unwrap_or(nothing).coverage(range)
    }

    /// See [`MetricView::effective_sample_size`]; `UPID_EMPTY_SERIES` without the metric.
    pub fn effective_sample_size(
        &self,
        metric: MetricId,
        range: TimeRange,
    ) -> Result<EffectiveSamples> {
        self.some(metric)?.effective_sample_size(range)
    }

    /// See [`MetricView::runs`]; `UPID_EMPTY_SERIES` without the metric.
    pub fn runs(
        &self,
        metric: MetricId,
        range: TimeRange,
        threshold: f64,
        bridge_slots: u32,
    ) -> Result<Runs> {
        self.some(metric)?.runs(range, threshold, bridge_slots)
    }

    /// See [`MetricView::profile`]; `UPID_EMPTY_SERIES` without the metric.
    pub fn profile(&self, metric: MetricId, range: TimeRange, tz: Tz) -> Result<WeekProfile> {
        self.some(metric)?.profile(range, tz)
    }

    /// See [`MetricView::moments`]; empty without the metric.
    pub fn moments(&self, metric: MetricId, range: TimeRange) -> Result<Vec<DayMoments>> {
        self.view(metric)?.map_or(Ok(Vec::new()), |view| view.moments(range))
    }

    /// The events of all keys in a range, with their key, in order of key and time.
    pub fn events(&self, range: TimeRange) -> Vec<(&'a UsageKey, &'a UsageEvent)> {
        let within = |event: &&UsageEvent| (range.start.0..range.end.0).contains(&event.at_ms);
        self.entries
            .iter()
            .flat_map(|(key, s)| s.events.set.iter().filter(within).map(move |event| (*key, event)))
            .collect()
    }

    /// Hourly request counts at pod level whose hour starts in a range.
    pub fn requests(&self, range: TimeRange) -> Vec<RequestCount> {
        self.pod_level().map_or(Vec::new(), |summary| summary.requests.rows(range))
    }

    /// The coverage record of the request log; Absent if no whole hour of the range was covered.
    pub fn request_log(&self, range: TimeRange) -> RequestLog {
        self.pod_level().unwrap_or(&UsageSummary::default()).requests.log.read(range)
    }

    /// Adds the pod-level requests of this pod or workload to a key of another Usage, log days and all.
    pub(crate) fn copy_requests(&self, to: &mut Usage, key: &UsageKey) -> Result<()> {
        let requests = self.pod_level().map(|summary| summary.requests.clone()).unwrap_or_default();
        to.add_summary(key, UsageSummary { requests, ..UsageSummary::default() }).map(|_| ())
    }

    fn pod_level(&self) -> Option<&'a UsageSummary> {
        self.entries.iter().find(|(key, _)| key.container.is_empty()).map(|(_, summary)| *summary)
    }
}
