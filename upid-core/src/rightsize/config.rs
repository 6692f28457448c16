//! Settings of a size recommendation.

use serde::{Deserialize, Serialize};

use super::policy::{at_least_zero, inside, named, nonsense};
use super::{CpuPolicy, LimitPolicy, MemoryPolicy, PodAggregation};
use crate::error::{Error, ErrorKind, Result};
use crate::units::Amount;

/// Settings of [`recommend`](super::recommend).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RightsizeConfig {
    /// How the CPU request is computed. Default `Auto` (project, rightsizing.md §9).
    #[serde(deserialize_with = "named")]
    pub cpu_policy: CpuPolicy,
    /// How the memory request is computed. Default `PeakFactor` (project, rightsizing.md §5).
    #[serde(deserialize_with = "named")]
    pub memory_policy: MemoryPolicy,
    /// Days of history before `now`. Default 14 (KRR).
    pub lookback_days: f64,
    /// Fewest samples of a resource, all pods together. Default 100 (KRR `points_required`).
    pub min_samples: u64,
    /// Least CPU request. Default 0.010 cores (KRR, Kubecost).
    pub cpu_floor_cores: f64,
    /// Least memory request. Default 32 MiB (project: runtimes fail to start near 1–4 MiB).
    pub memory_floor_bytes: f64,
    /// CPU requests are multiples of this. Default 0.001 cores (KRR).
    pub cpu_quantum_cores: f64,
    /// Memory requests are multiples of this. Default 1 MiB (KRR).
    pub memory_quantum_bytes: f64,
    /// Largest CPU request. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_cap_cores: Option<f64>,
    /// Largest memory request. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_cap_bytes: Option<f64>,
    /// Largest share of the largest node's allocatable resources. Default 0.9 (project).
    pub allocatable_share: f64,
    /// How the CPU limit follows. Default `Unchanged`: a CPU limit needs human intent.
    pub cpu_limit: LimitPolicy,
    /// How the memory limit follows. Default `EqualRequest` (KRR).
    pub memory_limit: LimitPolicy,
    /// How pods become one size. Default `Pooled` (rightsizing.md §10).
    pub pod_aggregation: PodAggregation,
    /// Smaller relative changes are not worth a restart. Default 0.10 (VPA updater).
    pub min_relative_change: f64,
    /// Smaller monthly savings are not worth a restart. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_monthly_savings: Option<Amount>,
    /// No decrease from a history shorter than this. Default 3 days (project).
    pub reclaim_only_after_days: f64,
    /// Share of throttled periods above which CPU samples understate the need. Default 0.05 (project).
    pub throttle_limit: f64,
    /// CPU samples this close to a pod's first sample are left out. Default 0 (project).
    pub startup_seconds: f64,
    /// Share of time in which CPU use may exceed the request. Default 0.05 (project).
    pub target: f64,
    /// Distinct limits at which OOM kills raise memory; more look like a leak. Default 3 (project).
    pub max_oom_bumps: u32,
}

impl RightsizeConfig {
    /// How the CPU limit follows: KRR's `simple_limit` brings its own.
    pub(crate) fn cpu_limit_policy(&self) -> LimitPolicy {
        match &self.cpu_policy {
            CpuPolicy::KrrSimpleLimit(p) => LimitPolicy::Quantile { q: p.cpu_limit / 100.0 },
            _ => self.cpu_limit,
        }
    }
}

impl Default for RightsizeConfig {
    fn default() -> Self {
        Self {
            cpu_policy: CpuPolicy::default(),
            memory_policy: MemoryPolicy::default(),
            lookback_days: 14.0,
            min_samples: 100,
            cpu_floor_cores: 0.010,
            memory_floor_bytes: 32.0 * 1_048_576.0,
            cpu_quantum_cores: 0.001,
            memory_quantum_bytes: 1_048_576.0,
            cpu_cap_cores: None,
            memory_cap_bytes: None,
            allocatable_share: 0.9,
            cpu_limit: LimitPolicy::Unchanged,
            memory_limit: LimitPolicy::EqualRequest,
            pod_aggregation: PodAggregation::Pooled,
            min_relative_change: 0.10,
            min_monthly_savings: None,
            reclaim_only_after_days: 3.0,
            throttle_limit: 0.05,
            startup_seconds: 0.0,
            target: 0.05,
            max_oom_bumps: 3,
        }
    }
}

impl RightsizeConfig {
    /// Sets the CPU policy.
    #[must_use]
    pub fn cpu_policy(mut self, policy: CpuPolicy) -> Self {
        self.cpu_policy = policy;
        self
    }

    /// Sets the memory policy.
    #[must_use]
    pub fn memory_policy(mut self, policy: MemoryPolicy) -> Self {
        self.memory_policy = policy;
        self
    }

    /// Sets the look-back in days.
    #[must_use]
    pub fn lookback_days(mut self, days: f64) -> Self {
        self.lookback_days = days;
        self
    }

    /// Sets the fewest samples.
    #[must_use]
    pub fn min_samples(mut self, samples: u64) -> Self {
        self.min_samples = samples;
        self
    }

    /// Sets the share of time in which CPU use may exceed the request.
    #[must_use]
    pub fn target(mut self, share: f64) -> Self {
        self.target = share;
        self
    }

    /// Sets the shortest history from which a size may shrink.
    #[must_use]
    pub fn reclaim_only_after_days(mut self, days: f64) -> Self {
        self.reclaim_only_after_days = days;
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of the field that makes no sense.
    pub fn validate(&self) -> Result<()> {
        self.cpu_policy.validate().map_err(|e| e.under("cpuPolicy"))?;
        self.memory_policy.validate().map_err(|e| e.under("memoryPolicy"))?;
        self.cpu_limit.validate().map_err(|e| e.under("cpuLimit"))?;
        self.memory_limit.validate().map_err(|e| e.under("memoryLimit"))?;
        // 10 years bound the memory and time that a history can take.
        positive("lookbackDays", self.lookback_days, 3660.0)?;
        at_least_zero("cpuFloorCores", self.cpu_floor_cores)?;
        at_least_zero("memoryFloorBytes", self.memory_floor_bytes)?;
        positive("cpuQuantumCores", self.cpu_quantum_cores, 1e6)?;
        positive("memoryQuantumBytes", self.memory_quantum_bytes, 1e15)?;
        for (name, unit) in [
            ("cpuQuantumCores", self.cpu_quantum_cores * 1e9),
            ("memoryQuantumBytes", self.memory_quantum_bytes),
        ] {
            if unit.round_ties_even() < 1.0 {
                return Err(nonsense(name, unit, "at least 10⁻⁹ cores or one byte"));
            }
        }
        let caps = [
            ("cpuCapCores", self.cpu_cap_cores, self.cpu_floor_cores),
            ("memoryCapBytes", self.memory_cap_bytes, self.memory_floor_bytes),
        ];
        for (name, cap, floor) in caps {
            if cap.is_some_and(|cap| !(cap.is_finite() && cap >= floor)) {
                return Err(nonsense(name, cap.unwrap_or_default(), "at least the floor"));
            }
        }
        positive("allocatableShare", self.allocatable_share, 1.0)?;
        at_least_zero("minRelativeChange", self.min_relative_change)?;
        if self.min_monthly_savings.is_some_and(|amount| amount.0 < 0) {
            return Err(Error::new(ErrorKind::InvalidConfig, "minMonthlySavings is negative")
                .at_path("minMonthlySavings")
                .hint("give an amount of at least 0"));
        }
        at_least_zero("reclaimOnlyAfterDays", self.reclaim_only_after_days)?;
        at_least_zero("throttleLimit", self.throttle_limit)?;
        at_least_zero("startupSeconds", self.startup_seconds)?;
        inside("target", self.target, 0.0, 1.0)
    }
}

/// Above 0 and at most `most`.
pub(super) fn positive(name: &str, value: f64, most: f64) -> Result<()> {
    if value > 0.0 && value <= most {
        return Ok(());
    }
    Err(nonsense(name, value, &format!("above 0 and at most {most}")))
}
