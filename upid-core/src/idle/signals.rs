//! The only reader of a Usage in this module: hourly tracks and quantiles of one pod.

use crate::error::{ErrorKind, Result};
use crate::stats::quantile_nearest_sorted;
use crate::units::{MS_PER_HOUR, TimeRange};
use crate::usage::{HourStat, MetricId, PodUsage};

/// The shares whose quantiles are read.
pub(super) const SHARES: [f64; 5] = [0.05, 0.20, 0.50, 0.95, 0.99];

/// One metric over the hours of the window. NaN where the hour was not observed.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub mean: Vec<f64>,
    pub min: Vec<f64>,
    pub max: Vec<f64>,
    /// Observed hours.
    pub observed: usize,
    /// Quantiles at [`SHARES`].
    pub quantiles: [f64; 5],
    /// Window hour of the newest sample.
    pub newest: usize,
}

impl Track {
    pub(super) fn is_observed(&self, hour: usize) -> bool {
        self.mean.get(hour).is_some_and(|mean| !mean.is_nan())
    }
}

/// Everything that the features read from samples.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals {
    pub cpu: Option<Track>,
    pub network: Option<Track>,
    pub memory: Option<Track>,
    pub connections: Option<Track>,
    /// Network came from separate rx and tx.
    pub network_from_hourly: bool,
    /// CPU or memory are sums over containers.
    pub summed_containers: bool,
}

impl Signals {
    /// Reads a pod; `hours` in whole UTC hours, `days` in whole UTC days.
    pub(super) fn read(pod: &PodUsage<'_>, hours: TimeRange, days: TimeRange) -> Result<Self> {
        let mut signals = Self::default();
        let mut summed = false;
        let mut read = |metric| -> Result<Option<Track>> {
            let Some(view) = pod.view(metric)? else { return Ok(None) };
            summed |= view.is_summed();
            let stats = view.hours(hours)?;
            if stats.is_empty() {
                return Ok(None);
            }
            let quantiles = match view.quantiles(days, &SHARES) {
                Ok(found) => {
                    let mut values = [f64::NAN; 5];
                    values.iter_mut().zip(&found.values).for_each(|(to, from)| *to = from.value);
                    Some(values)
                }
                // Histograms were dropped by age, hours were not.
                Err(e) if e.kind() == ErrorKind::EmptySeries => None,
                Err(e) => return Err(e),
            };
            Ok(Some(track(&stats, hours, quantiles)))
        };
        signals.cpu = read(MetricId::CPU_CORES)?;
        signals.memory = read(MetricId::MEMORY_WORKING_SET_BYTES)?;
        signals.connections = read(MetricId::CONNECTIONS)?;
        signals.network = read(MetricId::NETWORK_BYTES_PER_SECOND)?;
        signals.summed_containers = summed;
        if signals.network.is_none() {
            let receive = pod.hours(MetricId::NETWORK_RX_BYTES_PER_SECOND, hours)?;
            let transmit = pod.hours(MetricId::NETWORK_TX_BYTES_PER_SECOND, hours)?;
            let both = added(&receive, &transmit);
            signals.network_from_hourly = !both.is_empty();
            signals.network = (!both.is_empty()).then(|| track(&both, hours, None));
        }
        Ok(signals)
    }
}

/// Hours that both sides observed; sums of maxima can only make a pod look busier.
fn added(receive: &[HourStat], transmit: &[HourStat]) -> Vec<HourStat> {
    let mut transmit = transmit.iter().peekable();
    let mut both = Vec::new();
    for rx in receive {
        while transmit.next_if(|tx| tx.start_ms < rx.start_ms).is_some() {}
        if let Some(tx) = transmit.next_if(|tx| tx.start_ms == rx.start_ms) {
            let mut sum = *rx;
            sum.count = rx.count.min(tx.count);
            sum.mean = rx.mean + tx.mean;
            sum.min = rx.min + tx.min;
            sum.max = rx.max + tx.max;
            both.push(sum);
        }
    }
    both
}

/// Lays hours on the window; an hour is observed with at least half of the median count (idle.md §4).
fn track(stats: &[HourStat], hours: TimeRange, quantiles: Option<[f64; 5]>) -> Track {
    let len = ((hours.end.0 - hours.start.0) / MS_PER_HOUR) as usize;
    let nothing = vec![f64::NAN; len];
    let mut track = Track {
        mean: nothing.clone(),
        min: nothing.clone(),
        max: nothing,
        observed: 0,
        quantiles: [f64::NAN; 5],
        newest: 0,
    };
    let mut counts: Vec<u64> = stats.iter().map(|stat| stat.count).collect();
    let middle = counts.len() / 2;
    let median = *counts.select_nth_unstable(middle).1;
    for stat in stats {
        let at = ((stat.start_ms - hours.start.0) / MS_PER_HOUR) as usize;
        track.newest = track.newest.max(at);
        if stat.count.saturating_mul(2) < median {
            continue;
        }
        let slots = (track.mean.get_mut(at), track.min.get_mut(at), track.max.get_mut(at));
        if let (Some(mean), Some(min), Some(max)) = slots {
            (*mean, *min, *max) = (stat.mean, stat.min, stat.max);
            track.observed += 1;
        }
    }
    track.quantiles = quantiles.unwrap_or_else(|| {
        let mut means: Vec<f64> = track.mean.iter().copied().filter(|m| !m.is_nan()).collect();
        means.sort_unstable_by(f64::total_cmp);
        SHARES.map(|share| quantile_nearest_sorted(&means, share).unwrap_or(f64::NAN))
    });
    track
}
