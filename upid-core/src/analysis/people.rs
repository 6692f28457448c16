//! What a pod does and for whom: idleness, use, business.

use std::collections::BTreeMap;

use super::AnalysisConfig;
use super::bill::whole_hours;
use super::join::{Join, JoinedPod, WorkloadKey};
use super::result::{BusinessSummary, PodUsageSummary, State, UsageQuantiles};
use crate::error::Result;
use crate::idle::{self, IdleAssessment, IdleConfig, IdleVerdict, PodContext};
use crate::model::{Identity, Resources, Snapshot, Workload, requests};
use crate::parallel;
use crate::units::{Interval, MS_PER_DAY, MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{HourStat, MetricId, PodUsage, Usage, UsageEventKind, UsageKey};

/// The idle assessment of every pod, in the order of [`Join::pods`].
pub(super) fn assess(
    snapshot: &Snapshot,
    join: &Join<'_>,
    facts: &BTreeMap<WorkloadKey, Workload>,
    time_zone: &str,
    config: &IdleConfig,
) -> Result<Vec<IdleAssessment>> {
    let holidays =
        snapshot.context.business_hours.as_ref().map_or(Vec::new(), |c| c.holidays.clone());
    let nothing = Usage::default();
    let nobody = nothing.pod("", "", "");
    let one = |joined: &JoinedPod<'_>| {
        let key = joined.workload();
        let unheard = joined.is_unheard(snapshot.now);
        let heard = if unheard { &nobody } else { &joined.usage };
        let context = PodContext {
            workload: facts.get(&key).cloned(),
            time_zone: Some(time_zone.to_owned()),
            holidays: holidays.clone(),
            criticality: criticality(snapshot, joined),
            window: joined.own_time(snapshot.now).filter(|_| !unheard),
            ..PodContext::new(joined.id(), snapshot.now)
        };
        let own = join.workloads.get(&key).and_then(|w| w.own.as_ref());
        match own {
            // Nobody knows which replica served a request, so every replica is judged with all of them.
            Some(own) => {
                let (usage, level) = with_requests_of(joined, heard, own)?;
                let pod = usage.pod(&level.cluster, &level.namespace, &level.pod);
                idle::assess_usage(&pod, &context, config)
            }
            None => idle::assess_usage(heard, &context, config),
        }
    };
    parallel::map(&join.pods, one).into_iter().collect()
}

/// The usage of one pod with all requests of its workload added, and its pod-level key.
fn with_requests_of(
    joined: &JoinedPod<'_>,
    heard: &PodUsage<'_>,
    own: &PodUsage<'_>,
) -> Result<(Usage, UsageKey)> {
    let cluster = joined.usage.keys().next().map_or("", |key| key.cluster.as_str());
    let level = UsageKey::new(&joined.pod.namespace, &joined.pod.name, "").in_cluster(cluster);
    let mut mine = heard.to_usage();
    own.copy_requests(&mut mine, &level)?;
    Ok((mine, level))
}

/// What the caller's selectors look at.
pub(super) fn identity<'a>(snapshot: &'a Snapshot, joined: &'a JoinedPod<'_>) -> Identity<'a> {
    Identity {
        cluster: &snapshot.cluster.name,
        namespace: &joined.pod.namespace,
        pod: &joined.pod.name,
        node: joined.pod.node.as_deref(),
        owner: Some(&joined.owner),
        labels: &joined.pod.labels,
        annotations: &joined.pod.annotations,
    }
}

/// The caller's business weight of a pod: the highest that matches.
pub(super) fn criticality(snapshot: &Snapshot, joined: &JoinedPod<'_>) -> Option<f64> {
    let identity = identity(snapshot, joined);
    let levels = snapshot.context.criticality.iter().filter(|c| c.selector.matches(&identity));
    levels.map(|c| c.level).max_by(f64::total_cmp)
}

/// The whole UTC days that hold a window.
fn whole_days(window: TimeRange) -> TimeRange {
    let start = window.start.0.div_euclid(MS_PER_DAY) * MS_PER_DAY;
    let end = -(-window.end.0).div_euclid(MS_PER_DAY) * MS_PER_DAY;
    TimeRange { start: Timestamp(start), end: Timestamp(end) }
}

/// What the Usage says of one pod.
pub(super) struct Observed {
    /// Quantiles, throttling, kills.
    pub(super) summary: PodUsageSummary,
    /// CPU and memory over the pod's life, averaged over the window; `None` where nothing was measured.
    pub(super) used: [Option<f64>; 2],
}

/// What a pod used: quantiles of the UTC days that the window touches (histograms are daily), the rest of its hours.
/// A pod that shares its name is read in the time it lived.
pub(super) fn observed(joined: &JoinedPod<'_>, window: TimeRange) -> Result<Observed> {
    let (nothing, whole_window) = (Usage::default(), window);
    let nobody = nothing.pod("", "", "");
    let usage = if joined.is_unheard(window.end) { &nobody } else { &joined.usage };
    let window = joined.own_time(window.end).map_or(window, |own| own);
    let (days, whole) = (whole_days(window), whole_hours(window));
    let quantiles = |metric: MetricId, hours: &[HourStat]| -> Result<Option<UsageQuantiles>> {
        if of_range(hours, days).is_empty() {
            return Ok(None);
        }
        let found = usage.quantiles(metric, days, &[0.5, 0.9, 0.95, 0.99])?;
        let at = |i: usize| found.values.get(i).map_or(f64::NAN, |v| v.value);
        // The maximum is known by the hour, and no quantile of the window can pass it.
        let maxima = of_range(hours, whole).iter().map(|hour| hour.max);
        let Some(max) = maxima.max_by(f64::total_cmp) else {
            return Ok(None);
        };
        let at = |i: usize| at(i).min(max);
        Ok(Some(UsageQuantiles { p50: at(0), p90: at(1), p95: at(2), p99: at(3), max }))
    };
    let used = |metric: MetricId, hours: &[HourStat]| {
        let life = joined.life.filter(|_| usage.has(metric))?;
        let mut sum = 0.0;
        for hour in of_range(hours, whole_hours(whole_window)) {
            let (start, end) = (Timestamp(hour.start_ms), hour.start_ms + MS_PER_HOUR);
            let lived = Interval { start, end: Timestamp(end) }.intersect(&life);
            sum += hour.mean * lived.ms() as f64;
        }
        Some(sum / whole_window.ms() as f64)
    };
    let total = |metric: MetricId| -> Result<Option<f64>> {
        let hours = usage.hours(metric, whole)?;
        Ok((!hours.is_empty()).then(|| hours.iter().map(|hour| hour.sum).sum()))
    };
    let periods = total(MetricId::CPU_PERIODS)?;
    let throttled = total(MetricId::CPU_THROTTLED_PERIODS)?;
    let throttling = match (throttled, periods) {
        (Some(throttled), Some(periods)) if periods > 0.0 => Some(throttled / periods),
        _ => None,
    };
    let events = usage.events(window);
    let ooms = events.iter().filter(|(_, e)| e.kind == UsageEventKind::OomKilled).count();
    // One reading serves all: the days hold the window, and the window holds the pod's own time.
    let read = |metric| usage.hours(metric, whole_days(whole_window));
    let cpu = read(MetricId::CPU_CORES)?;
    let memory = read(MetricId::MEMORY_WORKING_SET_BYTES)?;
    let summary = PodUsageSummary {
        cpu: quantiles(MetricId::CPU_CORES, &cpu)?,
        memory: quantiles(MetricId::MEMORY_WORKING_SET_BYTES, &memory)?,
        throttling,
        ooms: ooms as u64,
    };
    let used = [used(MetricId::CPU_CORES, &cpu), used(MetricId::MEMORY_WORKING_SET_BYTES, &memory)];
    Ok(Observed { summary, used })
}

/// The hours that start in a range.
fn of_range(hours: &[HourStat], range: TimeRange) -> &[HourStat] {
    let before = |end: Timestamp| hours.partition_point(|hour| hour.start_ms < end.0);
    hours.get(before(range.start)..before(range.end)).unwrap_or_default()
}

/// How a pod's use compares with what it asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Over,
    Under,
    Right,
    /// No telemetry or no request to compare.
    Unknown,
}

/// Over-, under- or well provisioned (analysis.md, rules).
pub(super) fn fit(joined: &JoinedPod<'_>, usage: &PodUsageSummary, config: &AnalysisConfig) -> Fit {
    let request: Resources = requests::effective(joined.pod);
    let pairs = [
        (usage.cpu.map(|q| q.p95), request.cpu_cores),
        (usage.memory.map(|q| q.p95), request.memory_bytes),
    ];
    let shares: Vec<f64> = pairs
        .into_iter()
        .filter_map(|(used, asked)| Some(used? / asked.filter(|asked| *asked > 0.0)?))
        .collect();
    let throttled = usage.throttling.is_some_and(|t| t > config.throttle_limit);
    if usage.ooms > 0 || throttled || shares.iter().any(|s| *s > config.under_provisioned) {
        Fit::Under
    } else if shares.is_empty() {
        Fit::Unknown
    } else if shares.iter().any(|s| *s < config.over_provisioned) {
        Fit::Over
    } else {
        Fit::Right
    }
}

/// The state of a pod or workload: idle.md's verdict where it says something, else what its resources say.
pub(super) fn state(
    verdict: IdleVerdict,
    pressed: bool,
    waste_share: Option<f64>,
    config: &AnalysisConfig,
) -> State {
    match verdict {
        IdleVerdict::Unknown => State::Unknown,
        IdleVerdict::Blocked => State::Blocked,
        IdleVerdict::ProbeOnly => State::ProbeOnly,
        IdleVerdict::Idle => State::Idle,
        _ if pressed => State::Saturated,
        _ => match waste_share {
            Some(waste) if 1.0 - waste < config.efficiency_target => State::Underused,
            _ => State::Healthy,
        },
    }
}

/// What a pod does for the business.
pub(super) fn business(assessment: &IdleAssessment, criticality: Option<f64>) -> BusinessSummary {
    let illusion = assessment.illusion.as_ref();
    let business = assessment.business.as_ref().filter(|b| b.exposure_days > 0.0);
    let per_day = business.map(|b| b.requests / b.exposure_days);
    BusinessSummary {
        requests_per_day: per_day,
        probes_per_day: illusion.map(|i| i.probe_share * i.requests_per_day_all),
        all_requests_per_day: illusion.map(|i| i.requests_per_day_all),
        user_impact: per_day.map(|requests| idle::user_impact(requests, criticality)),
        criticality,
    }
}
