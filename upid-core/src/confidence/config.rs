//! Settings of the confidence (idle.md §7, §13).

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// How much each telemetry source is worth; together 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SourceWeights {
    /// CPU; default 0.30 (own).
    pub cpu: f64,
    /// Network; default 0.30 (own).
    pub network: f64,
    /// Request log; default 0.25 (own).
    pub requests: f64,
    /// Established connections; default 0.10 (own).
    pub connections: f64,
    /// Memory; default 0.05 (own).
    pub memory: f64,
}

impl Default for SourceWeights {
    fn default() -> Self {
        Self { cpu: 0.30, network: 0.30, requests: 0.25, connections: 0.10, memory: 0.05 }
    }
}

/// Conditions under which evidence cannot be good, and how good it can be at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct EvidenceCaps {
    /// Limit while an upstream is unhealthy; default 0.5 (own).
    pub unhealthy_upstream: f64,
    /// Limit while the workload or its last rollout is young; default 0.4 (own).
    pub fresh: f64,
    /// Age below which a workload or rollout is young; default 48 h (own).
    pub fresh_hours: f64,
    /// Limit when the newest sample is old; default 0.3 (own).
    pub stale: f64,
    /// Age above which the newest sample is old; default 2 h (own).
    pub stale_hours: f64,
    /// Limit when stamps lie in the future or out of order; default 0.6 (own).
    pub clock: f64,
    /// Limit when counters reset often; default 0.7 (own).
    pub counter_resets: f64,
    /// Counter resets a day that are still normal; default 10 (own).
    pub counter_resets_per_day: f64,
}

impl Default for EvidenceCaps {
    fn default() -> Self {
        Self {
            unhealthy_upstream: 0.5,
            fresh: 0.4,
            fresh_hours: 48.0,
            stale: 0.3,
            stale_hours: 2.0,
            clock: 0.6,
            counter_resets: 0.7,
            counter_resets_per_day: 10.0,
        }
    }
}

/// Settings of the confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct EvidenceConfig {
    /// Days after which coverage reaches 1 − 1/e; default 3 (own).
    pub coverage_days: f64,
    /// Full weeks that count as the whole weekly cycle; default 2 (own).
    pub weeks_for_cycle: f64,
    /// Worth of each source.
    pub weights: SourceWeights,
    /// Credit of a request log without user agents; default 0.8 (own).
    pub no_agents_credit: f64,
    /// Caps.
    pub caps: EvidenceCaps,
}

impl Default for EvidenceConfig {
    fn default() -> Self {
        Self {
            coverage_days: 3.0,
            weeks_for_cycle: 2.0,
            weights: SourceWeights::default(),
            no_agents_credit: 0.8,
            caps: EvidenceCaps::default(),
        }
    }
}

impl EvidenceConfig {
    /// Sets the full weeks that count as the whole cycle.
    #[must_use]
    pub fn with_weeks_for_cycle(mut self, weeks: f64) -> Self {
        self.weeks_for_cycle = weeks;
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let (w, c) = (&self.weights, &self.caps);
        let positive = f64::MIN_POSITIVE;
        for (path, value, low, high) in [
            ("coverageDays", self.coverage_days, positive, f64::MAX),
            ("weeksForCycle", self.weeks_for_cycle, positive, f64::MAX),
            ("weights.cpu", w.cpu, 0.0, 1.0),
            ("weights.network", w.network, 0.0, 1.0),
            ("weights.requests", w.requests, 0.0, 1.0),
            ("weights.connections", w.connections, 0.0, 1.0),
            ("weights.memory", w.memory, 0.0, 1.0),
            ("noAgentsCredit", self.no_agents_credit, 0.0, 1.0),
            ("caps.unhealthyUpstream", c.unhealthy_upstream, 0.0, 1.0),
            ("caps.fresh", c.fresh, 0.0, 1.0),
            ("caps.freshHours", c.fresh_hours, 0.0, f64::MAX),
            ("caps.stale", c.stale, 0.0, 1.0),
            ("caps.staleHours", c.stale_hours, 0.0, f64::MAX),
            ("caps.clock", c.clock, 0.0, 1.0),
            ("caps.counterResets", c.counter_resets, 0.0, 1.0),
            ("caps.counterResetsPerDay", c.counter_resets_per_day, 0.0, f64::MAX),
        ] {
            if !(low..=high).contains(&value) {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{value} is outside its range"),
                )
                .at_path(path)
                .hint("shares and limits lie in 0..1, times are not negative"));
            }
        }
        let sum = w.cpu + w.network + w.requests + w.connections + w.memory;
        if (sum - 1.0).abs() > 1e-9 {
            return Err(Error::new(
                ErrorKind::InvalidConfig,
                format!("the weights of the sources add up to {sum}, not 1"),
            )
            .at_path("weights")
            .hint("scale them so that they add up to 1"));
        }
        Ok(())
    }
}
