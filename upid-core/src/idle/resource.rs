//! Evidence from CPU, network and connections (idle.md §4). Memory level is no evidence: caches hold it while idle.

use serde::{Deserialize, Serialize};

use super::config::BurstConfig;
use super::signals::{Signals, Track};
use crate::stats::rank::spearman;

/// 95 % of a normal distribution lie above this many standard deviations below its mean.
const Z_05: f64 = 1.645;

/// The level of one resource and what rises above it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceLevel {
    /// Quantile.
    pub q05: f64,
    /// Quantile.
    pub q20: f64,
    /// Quantile.
    pub q50: f64,
    /// Quantile.
    pub q95: f64,
    /// Quantile.
    pub q99: f64,
    /// The quiet level: q20.
    pub floor: f64,
    /// A burst rises above it.
    pub threshold: f64,
    /// Hours with a burst, per observed day; `null` without an observed hour.
    pub burst_hours_per_day: Option<f64>,
    /// Observed hours.
    pub observed_hours: u64,
}

/// Evidence from resources; what was not observed is `null`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceEvidence {
    /// CPU in cores.
    pub cpu: Option<ResourceLevel>,
    /// Received plus sent bytes per second.
    pub network: Option<ResourceLevel>,
    /// Hours with a burst of both, per day on which both were observed.
    pub work_hours_per_day: Option<f64>,
    /// Share of the CPU burst hours that are work hours; `null` without a CPU burst.
    pub co_burst_share: Option<f64>,
    /// Spearman correlation of the hourly maxima; 0 if one side never changes.
    pub rank_correlation: Option<f64>,
    /// Median of established connections.
    pub connections_median: Option<f64>,
}

/// Hour by hour, for the temporal evidence.
#[derive(Debug, Clone, Default)]
pub(super) struct HourlyWork {
    /// CPU and network were both observed.
    pub observed: Vec<bool>,
    /// Both burst.
    pub work: Vec<bool>,
}

/// What stands for the CPU request in thresholds.
pub(super) fn cpu_reference(burst: &BurstConfig, request: Option<f64>) -> f64 {
    request.map_or(burst.unknown_request_cores, |request| burst.request_share * request)
}

/// Evidence from the signals, and the work hours of the window.
pub(super) fn evidence(
    signals: &Signals,
    hours: usize,
    request: Option<f64>,
    config: &BurstConfig,
) -> (ResourceEvidence, HourlyWork) {
    let rise = cpu_reference(config, request).max(config.min_cores);
    let cpu = signals.cpu.as_ref().map(|track| (track, level(track, rise, config.sigmas)));
    let network = signals
        .network
        .as_ref()
        .map(|track| (track, level(track, config.min_bytes, config.sigmas)));
    let mut hourly = HourlyWork { observed: vec![false; hours], work: vec![false; hours] };
    let mut found = ResourceEvidence {
        connections_median: signals.connections.as_ref().map(|track| track.quantiles[2]),
        ..ResourceEvidence::default()
    };
    if let (Some((cpu, cpu_level)), Some((network, network_level))) = (&cpu, &network) {
        let (mut observed, mut bursts, mut work) = (0_u32, 0_u32, 0_u32);
        let slots = hourly.observed.iter_mut().zip(&mut hourly.work);
        for ((slot, worked), (c, n)) in slots.zip(cpu.max.iter().zip(&network.max)) {
            if c.is_nan() || n.is_nan() {
                continue;
            }
            *slot = true;
            let cpu_burst = *c > cpu_level.threshold;
            *worked = cpu_burst && *n > network_level.threshold;
            observed += 1;
            bursts += u32::from(cpu_burst);
            work += u32::from(*worked);
        }
        if observed > 0 {
            found.work_hours_per_day = Some(f64::from(work) * 24.0 / f64::from(observed));
            // Where one side never changes, the two do not move together.
            found.rank_correlation =
                (observed >= 3).then(|| spearman(&cpu.max, &network.max).unwrap_or(0.0));
        }
        found.co_burst_share = (bursts > 0).then(|| f64::from(work) / f64::from(bursts));
    }
    found.cpu = cpu.map(|(_, level)| level);
    found.network = network.map(|(_, level)| level);
    (found, hourly)
}

fn level(track: &Track, rise: f64, sigmas: f64) -> ResourceLevel {
    let [q05, q20, q50, q95, q99] = track.quantiles;
    let noise = (q50 - q05) / Z_05;
    let threshold = q20 + rise.max(sigmas * noise);
    let bursts = track.max.iter().filter(|max| **max > threshold).count();
    ResourceLevel {
        q05,
        q20,
        q50,
        q95,
        q99,
        floor: q20,
        threshold,
        burst_hours_per_day: (track.observed > 0)
            .then(|| bursts as f64 * 24.0 / track.observed as f64),
        observed_hours: track.observed as u64,
    }
}
