//! Settings of a screening.

use crate::error::{Error, ErrorKind, Result};

/// What counts as idle, and the margins of the recommendation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScreenConfig {
    /// Cores below which a sample may be idle; default 0.002 (own; the floor of `idle`'s activity rule).
    pub idle_cpu_cores: f64,
    /// Network bytes per second below which a sample may be idle; default 1024 (as `idle`).
    pub idle_network_bytes: f64,
    /// Share added to the 95th percentile of CPU; default 0.15 (Kubernetes VPA, `recommendation-margin-fraction`).
    pub cpu_margin: f64,
    /// Share added to the maximum of memory; default 0.15 (KRR, `memory_buffer_percentage`).
    pub memory_margin: f64,
}

impl Default for ScreenConfig {
    fn default() -> Self {
        Self {
            idle_cpu_cores: 0.002,
            idle_network_bytes: 1024.0,
            cpu_margin: 0.15,
            memory_margin: 0.15,
        }
    }
}

impl ScreenConfig {
    /// Sets [`ScreenConfig::idle_cpu_cores`] and [`ScreenConfig::idle_network_bytes`].
    #[must_use]
    pub fn idle_below(mut self, cpu_cores: f64, network_bytes: f64) -> Self {
        (self.idle_cpu_cores, self.idle_network_bytes) = (cpu_cores, network_bytes);
        self
    }

    /// Sets [`ScreenConfig::cpu_margin`] and [`ScreenConfig::memory_margin`].
    #[must_use]
    pub fn margins(mut self, cpu: f64, memory: f64) -> Self {
        (self.cpu_margin, self.memory_margin) = (cpu, memory);
        self
    }

    /// `UPID_INVALID_CONFIG` unless every setting is a finite number of at least 0.
    pub(super) fn check(&self) -> Result<()> {
        for (path, value) in [
            ("config.idleCpuCores", self.idle_cpu_cores),
            ("config.idleNetworkBytes", self.idle_network_bytes),
            ("config.cpuMargin", self.cpu_margin),
            ("config.memoryMargin", self.memory_margin),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{value} is not a finite number of at least 0"),
                )
                .at_path(path)
                .hint("margins are shares such as 0.15, limits are cores and bytes per second"));
            }
        }
        Ok(())
    }
}
