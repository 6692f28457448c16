//! What a policy makes of a history: one form for CPU and memory.

use super::aggregate::Workload;
use super::history::History;
use super::memory::peak_factor;
use super::policy::{
    DecayedPolicy, KrrSimplePolicy, KubecostAlgorithm, KubecostPolicy, MaxDailyPolicy, MaxPolicy,
    PeakFactorPolicy, QuantilePolicy,
};
use super::{CpuPolicy, MemoryPolicy, PodAggregation};
use crate::model::Reason;

/// Fewest samples of a UTC day that `MaxDaily` counts (rightsizing.md §3).
const SAMPLES_OF_A_DAY: u64 = 6;

/// A policy that computes a value from one history.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    Quantile(QuantilePolicy),
    MaxDaily(MaxDailyPolicy),
    Decayed(DecayedPolicy),
    Max(MaxPolicy),
    MaxOf(Vec<Rule>),
    PeakFactor(PeakFactorPolicy),
    /// Largest of the pods' quantiles, as KRR's `simple` has it.
    QuantileOfPods(f64),
    /// Quantile (the maximum without one) of all samples × factor, as Kubecost and KRR have it.
    Scaled {
        q: Option<f64>,
        factor: f64,
    },
}

/// A value with what stands behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Valued {
    pub(super) value: f64,
    pub(super) reasons: Vec<Reason>,
    /// Independent samples that a bound would need.
    pub(super) need: Option<u64>,
    /// Risk of `PeakFactor`, if it holds by construction.
    pub(super) calibrated: bool,
}

impl Valued {
    fn plain(value: f64) -> Self {
        Self { value, reasons: Vec::new(), need: None, calibrated: false }
    }
}

impl Rule {
    /// The rule of a CPU policy; `None` for `Auto`, which has to choose first.
    pub(super) fn of_cpu(policy: &CpuPolicy) -> Option<Self> {
        Some(match policy {
            CpuPolicy::Auto(_) => return None,
            CpuPolicy::Quantile(p) => Self::Quantile(p.clone()),
            CpuPolicy::MaxDaily(p) => Self::MaxDaily(p.clone()),
            CpuPolicy::Decayed(p) => Self::Decayed(p.clone()),
            CpuPolicy::Max(p) => Self::Max(p.clone()),
            CpuPolicy::MaxOf(list) => {
                Self::MaxOf(list.iter().map(Self::of_cpu).collect::<Option<_>>()?)
            }
            CpuPolicy::KrrSimple(p) => Self::QuantileOfPods(p.cpu_share()),
            CpuPolicy::KrrSimpleLimit(p) => {
                Self::Quantile(QuantilePolicy::new(p.cpu_request / 100.0))
            }
            CpuPolicy::Kubecost(p) => Self::of_kubecost(p, true),
        })
    }

    /// The rule of a memory policy.
    pub(super) fn of_memory(policy: &MemoryPolicy) -> Self {
        match policy {
            MemoryPolicy::PeakFactor(p) => Self::PeakFactor(p.clone()),
            MemoryPolicy::Quantile(p) => Self::Quantile(p.clone()),
            MemoryPolicy::MaxDaily(p) => Self::MaxDaily(p.clone()),
            MemoryPolicy::Decayed(p) => Self::Decayed(p.clone()),
            MemoryPolicy::Max(p) => Self::Max(p.clone()),
            MemoryPolicy::KrrSimple(p) => {
                let factor = 1.0 + p.memory_buffer_percentage / 100.0;
                Self::Scaled { q: None, factor }
            }
            MemoryPolicy::Kubecost(p) => Self::of_kubecost(p, false),
        }
    }

    fn of_kubecost(policy: &KubecostPolicy, cpu: bool) -> Self {
        let q = match policy.algorithm {
            KubecostAlgorithm::Max => None,
            KubecostAlgorithm::Quantile { q_cpu, q_memory } => {
                Some(if cpu { q_cpu } else { q_memory })
            }
        };
        Self::Scaled { q, factor: 1.0 / policy.target_utilization }
    }

    /// The quantile that the rule aims at, if it names one.
    pub(super) fn q(&self) -> Option<f64> {
        match self {
            Self::Quantile(p) => Some(p.q),
            Self::MaxDaily(p) => Some(p.q),
            Self::Decayed(p) => Some(p.q),
            Self::QuantileOfPods(q) => Some(*q),
            Self::Scaled { q, .. } => *q,
            Self::MaxOf(list) => list.iter().filter_map(Self::q).max_by(f64::total_cmp),
            Self::Max(_) | Self::PeakFactor(_) => None,
        }
    }

    /// Whether numbers must equal a peer's, so that no guard of ours changes them.
    fn is_compatible_mode(&self) -> bool {
        matches!(self, Self::QuantileOfPods(_) | Self::Scaled { .. })
    }

    /// The value for a workload; `None` without samples.
    pub(super) fn value(&self, workload: &Workload, aggregation: PodAggregation) -> Option<Valued> {
        if let Self::QuantileOfPods(q) = self {
            let pods = workload.pods.iter().filter_map(|pod| pod.all.linear(*q));
            return Some(Valued::plain(pods.max_by(f64::total_cmp)?));
        }
        let pooled = self.of_history(&workload.pooled)?;
        if self.is_compatible_mode() || !workload.by_pod(aggregation) {
            return Some(pooled);
        }
        // A pod's value needs samples of its own; the pooled one stays if it is larger.
        let pods = workload.pods.iter().filter_map(|pod| self.of_history(pod));
        let largest = pods.max_by(|a, b| a.value.total_cmp(&b.value))?;
        Some(if largest.value > pooled.value { largest } else { pooled })
    }

    fn of_history(&self, history: &History) -> Option<Valued> {
        match self {
            Self::Quantile(p) => quantile(history, p),
            Self::MaxDaily(p) => {
                let value = history.highest_daily(p.q, SAMPLES_OF_A_DAY).or(history.peak())?;
                Some(Valued::plain(value * (1.0 + p.margin)))
            }
            Self::Decayed(p) => {
                let value = history.decayed(p.q, p.half_life_hours)?;
                Some(Valued::plain(value * (1.0 + p.margin)))
            }
            Self::Max(p) => Some(Valued::plain(history.peak()? * (1.0 + p.margin))),
            Self::MaxOf(list) => {
                let values = list.iter().filter_map(|rule| rule.of_history(history));
                values.max_by(|a, b| a.value.total_cmp(&b.value))
            }
            Self::PeakFactor(p) => {
                let size = peak_factor(history, p)?;
                let calibrated = size.calibrated;
                Some(Valued { value: size.value, reasons: size.reasons, need: None, calibrated })
            }
            Self::QuantileOfPods(q) => Some(Valued::plain(history.all.linear(*q)?)),
            Self::Scaled { q, factor } => {
                let value = match q {
                    Some(q) => history.all.linear(*q)?,
                    None => history.peak()?,
                };
                Some(Valued::plain(value * factor))
            }
        }
    }
}

fn quantile(history: &History, policy: &QuantilePolicy) -> Option<Valued> {
    let factor = 1.0 + policy.margin;
    let Some(confidence) = policy.confidence else {
        return Some(Valued::plain(history.all.linear(policy.q)? * factor));
    };
    let bound = history.upper_bound(policy.q, 1.0 - confidence, history.effective());
    if let Some(value) = bound.value {
        return Some(Valued::plain(value * factor));
    }
    let message = format!(
        "{:.0} independent samples cannot bound the {} quantile at confidence {confidence} ({} are needed), so the maximum is used.",
        bound.n_eff, policy.q, bound.need
    );
    let reason = Reason::new("InsufficientIndependentSamples", message)
        .with("nEff", bound.n_eff)
        .with("need", bound.need);
    Some(Valued {
        value: history.peak()? * factor,
        reasons: vec![reason],
        need: Some(bound.need),
        calibrated: false,
    })
}

impl KrrSimplePolicy {
    /// The percentile as KRR reads it: a share of two decimals, so 99.9 becomes 1.
    pub(super) fn cpu_share(&self) -> f64 {
        self.cpu_percentile.round_ties_even() / 100.0
    }
}
