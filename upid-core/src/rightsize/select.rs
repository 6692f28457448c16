//! Selects a container's history in the look-back, from samples or from a Usage.

use super::source::Source;
use super::{ContainerInput, OomEvent, Resource, RightsizeConfig, Throttle, UsagePods};
use crate::error::{Error, ErrorKind, Result};
use crate::units::{MS_PER_DAY, TimeRange, Timestamp};
use crate::usage::{MetricId, Usage, UsageEventKind, UsageKey};

/// What a container did in the look-back.
#[derive(Debug, Clone, Default)]
pub(super) struct Selected {
    /// `None` if the input holds no CPU at all.
    pub(super) cpu: Option<Source>,
    /// `None` if the input holds no memory at all.
    pub(super) memory: Option<Source>,
    /// Kills for lack of memory in the window.
    pub(super) kills: Vec<OomEvent>,
    /// Throttled ÷ all periods.
    pub(super) throttled_share: Option<f64>,
}

/// The history of `[now − lookback, now)`.
pub(super) fn select(
    c: &ContainerInput,
    usage: Option<&Usage>,
    cfg: &RightsizeConfig,
    now_ms: i64,
) -> Result<Selected> {
    let window = (now_ms - (cfg.lookback_days * MS_PER_DAY as f64) as i64, now_ms);
    if let Some(named) = &c.usage {
        let usage = usage.ok_or_else(|| {
            let message = "the container names pods of a Usage, and there is none";
            Error::new(ErrorKind::MissingField, message)
                .at_path("usage")
                .hint("pass a Usage with the call, or samples in pods")
        })?;
        return from_usage(c, named, usage, window);
    }
    let startup = (cfg.startup_seconds * 1000.0) as i64;
    let (mut selected, mut throttle) = (Selected::default(), Throttle::default());
    for (i, pod) in c.pods.iter().enumerate() {
        let place = |e: Error, field: &str| e.under(&format!("pods[{i}].{field}"));
        if let Some(series) = &pod.cpu {
            let source = selected.cpu.get_or_insert_with(|| Source::new(Resource::Cpu));
            source.add_series(series, window, startup).map_err(|e| place(e, "cpu"))?;
        }
        if let Some(series) = &pod.memory {
            let source = selected.memory.get_or_insert_with(|| Source::new(Resource::Memory));
            source.add_series(series, window, 0).map_err(|e| place(e, "memory"))?;
        }
        selected.kills.extend(&pod.oom_events);
        throttle.add(pod.throttle.unwrap_or_default());
    }
    selected.kills.retain(|event| (window.0..window.1).contains(&event.at_ms));
    selected.throttled_share = throttle.share();
    Ok(selected)
}

/// The summaries of the container in the named pods: whole UTC days that touch the window (usage.md §5).
fn from_usage(
    c: &ContainerInput,
    named: &UsagePods,
    usage: &Usage,
    window: (i64, i64),
) -> Result<Selected> {
    let days = window.0.div_euclid(MS_PER_DAY)..-(-window.1).div_euclid(MS_PER_DAY);
    let range = TimeRange {
        start: Timestamp((days.start * MS_PER_DAY).max(0)),
        end: Timestamp((days.end * MS_PER_DAY).min(Timestamp::END_MS)),
    };
    let (mut selected, mut throttle) = (Selected::default(), Throttle::default());
    let mut pods: Vec<&String> = named.pods.iter().collect();
    pods.sort_unstable();
    pods.dedup();
    for pod in pods {
        let key = UsageKey::new(&c.key.namespace, pod, &c.key.container).in_cluster(&named.cluster);
        for (resource, metric, source) in [
            (Resource::Cpu, MetricId::CPU_CORES, &mut selected.cpu),
            (Resource::Memory, MetricId::MEMORY_WORKING_SET_BYTES, &mut selected.memory),
        ] {
            let found = usage.days_of(&key, metric, days.clone())?;
            if !found.is_empty() {
                source.get_or_insert_with(|| Source::new(resource)).add_days(found);
            }
        }
        let total = |metric| -> Result<u64> {
            let Some(view) = usage.view(&key, metric)? else { return Ok(0) };
            Ok(view.hours(range)?.iter().map(|hour| hour.sum).sum::<f64>() as u64)
        };
        throttle.add(Throttle {
            periods: total(MetricId::CPU_PERIODS)?,
            throttled: total(MetricId::CPU_THROTTLED_PERIODS)?,
        });
        let events = usage.pod(&named.cluster, &c.key.namespace, pod).events(range);
        let kills = events
            .into_iter()
            .filter(|(at, e)| at.container == key.container && e.kind == UsageEventKind::OomKilled);
        selected.kills.extend(kills.map(|(_, event)| OomEvent {
            at_ms: event.at_ms,
            request_bytes: event.request.map(|bytes| bytes as f64),
            limit_bytes: event.limit.map(|bytes| bytes as f64),
        }));
    }
    selected.kills.extend(&named.oom_events);
    selected.kills.retain(|event| (window.0..window.1).contains(&event.at_ms));
    selected.throttled_share = throttle.share();
    Ok(selected)
}

impl Throttle {
    fn add(&mut self, other: Self) {
        self.periods = self.periods.saturating_add(other.periods);
        self.throttled = self.throttled.saturating_add(other.throttled);
    }

    /// Throttled ÷ all periods; `None` without a period.
    fn share(self) -> Option<f64> {
        (self.periods > 0).then(|| self.throttled as f64 / self.periods as f64)
    }
}
