//! Selects a container's history in the look-back, from samples or from a Usage.

use super::source::Source;
use super::{ContainerInput, OomEvent, Resource, RightsizeConfig, Throttle};
use crate::error::{Error, ErrorKind, Result};
use crate::units::MS_PER_DAY;
use crate::usage::Usage;

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
    if c.usage.is_some() {
        let _ = usage.ok_or_else(|| {
            Error::new(
                ErrorKind::MissingField,
                "the container names pods of a Usage, and there is none",
            )
            .at_path("usage")
            .hint("pass a Usage with the call, or samples in pods")
        })?;
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
