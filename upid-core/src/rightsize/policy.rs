//! The policies that turn a history into a size, as data.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::json::{self, Named};

/// How a CPU request is computed.
///
/// JSON: `{"Quantile":{"q":0.95}}`; the name alone takes the defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CpuPolicy {
    /// Replays a list of policies and takes the cheapest that met the target.
    Auto(AutoPolicy),
    /// A quantile of all samples, or its upper confidence bound.
    Quantile(QuantilePolicy),
    /// The highest of the days' quantiles.
    MaxDaily(MaxDailyPolicy),
    /// A quantile in which older days weigh less.
    Decayed(DecayedPolicy),
    /// The maximum.
    Max(MaxPolicy),
    /// The largest of several policies.
    MaxOf(Vec<CpuPolicy>),
    /// Robusta KRR, strategy `simple`.
    KrrSimple(KrrSimplePolicy),
    /// Robusta KRR, strategy `simple_limit`.
    KrrSimpleLimit(KrrSimpleLimitPolicy),
    /// Kubecost request sizing v2.
    Kubecost(KubecostPolicy),
}

/// How a memory request is computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum MemoryPolicy {
    /// Daily peaks extrapolated to a horizon at a stated risk.
    PeakFactor(PeakFactorPolicy),
    /// A quantile of all samples, or its upper confidence bound.
    Quantile(QuantilePolicy),
    /// The highest of the days' quantiles.
    MaxDaily(MaxDailyPolicy),
    /// A quantile in which older days weigh less.
    Decayed(DecayedPolicy),
    /// The maximum.
    Max(MaxPolicy),
    /// Robusta KRR, strategy `simple` (and `simple_limit`, which sizes memory alike).
    KrrSimple(KrrSimplePolicy),
    /// Kubecost request sizing v2.
    Kubecost(KubecostPolicy),
}

impl Default for CpuPolicy {
    fn default() -> Self {
        Self::Auto(AutoPolicy::default())
    }
}

impl Default for MemoryPolicy {
    fn default() -> Self {
        Self::PeakFactor(PeakFactorPolicy::default())
    }
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)* })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    )+};
}

parameters! {
    /// Parameters of [`CpuPolicy::Auto`].
    AutoPolicy {
        /// Share of time in which use may exceed the request; without it the config's `target`.
        target: Option<f64> = None,
    }
    /// Parameters of the policy `Quantile`.
    QuantilePolicy {
        /// Share of samples at or below the size. Default 0.95 (KRR).
        q: f64 = 0.95,
        /// Confidence of an upper bound of the quantile instead of the quantile itself, e.g. 0.95.
        confidence: Option<f64> = None,
        /// Added share. Default 0.
        margin: f64 = 0.0,
    }
    /// Parameters of the policy `MaxDaily`.
    MaxDailyPolicy {
        /// Quantile of each UTC day with at least 6 samples. Default 0.95.
        q: f64 = 0.95,
        /// Added share. Default 0.
        margin: f64 = 0.0,
    }
    /// Parameters of the policy `Decayed`.
    DecayedPolicy {
        /// Share of weight at or below the size. Default 0.95.
        q: f64 = 0.95,
        /// Hours in which the weight of a day halves. Default 72 (project, rightsizing.md §9).
        half_life_hours: f64 = 72.0,
        /// Added share. Default 0.
        margin: f64 = 0.0,
    }
    /// Parameters of the policy `Max`.
    MaxPolicy {
        /// Added share. Default 0.
        margin: f64 = 0.0,
    }
    /// Parameters of [`MemoryPolicy::PeakFactor`].
    PeakFactorPolicy {
        /// Days that the size must last, 1 to 365. Default 30 (project).
        horizon_days: f64 = 30.0,
        /// Accepted probability of at least one peak above the size in the horizon, 0.005 to 0.10. Default 0.01.
        risk: f64 = 0.01,
        /// Least margin above the highest peak. Default 0.05: scrapes miss peaks.
        min_margin: f64 = 0.05,
        /// The size stays below this multiple of the highest peak. Default 2.
        cap_ratio: f64 = 2.0,
    }
    /// Parameters of the policy `KrrSimple`; defaults of Robusta KRR 1.8.
    KrrSimplePolicy {
        /// CPU percentile, 0 to 100; KRR rounds it to whole percents.
        cpu_percentile: f64 = 95.0,
        /// Percent added to the memory peak.
        memory_buffer_percentage: f64 = 15.0,
    }
    /// Parameters of the policy `KrrSimpleLimit`; defaults of Robusta KRR 1.8.
    KrrSimpleLimitPolicy {
        /// Percentile of the request, 0 to 100.
        cpu_request: f64 = 66.0,
        /// Percentile of the limit, 0 to 100.
        cpu_limit: f64 = 96.0,
    }
    /// Parameters of the policy `Kubecost`; defaults of Kubecost's request sizing v2.
    KubecostPolicy {
        /// What stands for the use.
        algorithm: KubecostAlgorithm = KubecostAlgorithm::Max,
        /// Use ÷ request that the size aims at, above 0 and at most 1. Default 0.7.
        target_utilization: f64 = 0.7,
    }
}

/// What Kubecost takes for the use of a container.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum KubecostAlgorithm {
    /// The maximum.
    Max,
    /// A quantile.
    Quantile {
        /// Quantile of CPU.
        q_cpu: f64,
        /// Quantile of memory.
        q_memory: f64,
    },
}

/// How the pods of a workload become one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PodAggregation {
    /// Samples of all pods together; the largest pod decides when one runs hot (rightsizing.md §10).
    #[default]
    Pooled,
    /// The largest of the pods' own sizes.
    MaxOfPods,
}

/// Reads a policy given as an object or by its name alone.
pub(super) fn named<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<T, D::Error> {
    match json::named(deserializer, "the name of a policy, or an object with its parameters")? {
        Named::Full(policy) => Ok(policy),
        Named::Name(name) => {
            let full = Map::from_iter([(name, Value::Object(Map::new()))]);
            serde_json::from_value(Value::Object(full)).map_err(serde::de::Error::custom)
        }
    }
}

impl CpuPolicy {
    /// `UPID_INVALID_CONFIG` with the path of the parameter that makes no sense.
    pub fn validate(&self) -> Result<()> {
        match self {
            Self::Auto(p) => match p.target {
                Some(target) => inside("target", target, 0.0, 1.0),
                None => Ok(()),
            },
            Self::Quantile(p) => p.validate(),
            Self::MaxDaily(p) => p.validate(),
            Self::Decayed(p) => p.validate(),
            Self::Max(p) => at_least_zero("margin", p.margin),
            Self::KrrSimple(p) => p.validate(),
            Self::KrrSimpleLimit(p) => {
                percent("cpuRequest", p.cpu_request)?;
                percent("cpuLimit", p.cpu_limit)?;
                if p.cpu_limit < p.cpu_request {
                    return Err(nonsense("cpuLimit", p.cpu_limit, "at least cpuRequest"));
                }
                Ok(())
            }
            Self::Kubecost(p) => p.validate(),
            Self::MaxOf(list) => {
                if list.is_empty() {
                    return Err(Error::new(ErrorKind::InvalidConfig, "MaxOf names no policy")
                        .hint("give at least one policy"));
                }
                for (i, policy) in list.iter().enumerate() {
                    if matches!(policy, Self::Auto(_) | Self::MaxOf(_)) {
                        return Err(Error::new(
                            ErrorKind::InvalidConfig,
                            "Auto and MaxOf cannot stand inside MaxOf",
                        )
                        .at_path(format!("[{i}]"))
                        .hint("list plain policies"));
                    }
                    policy.validate().map_err(|e| e.under(&format!("[{i}]")))?;
                }
                Ok(())
            }
        }
    }
}

impl MemoryPolicy {
    /// `UPID_INVALID_CONFIG` with the path of the parameter that makes no sense.
    pub fn validate(&self) -> Result<()> {
        match self {
            Self::PeakFactor(p) => {
                at_least_zero("minMargin", p.min_margin)?;
                if !(p.cap_ratio.is_finite() && p.cap_ratio >= 1.0 + p.min_margin) {
                    return Err(nonsense("capRatio", p.cap_ratio, "at least 1 + minMargin"));
                }
                super::memory::check_factor(p.horizon_days, p.risk)
            }
            Self::Quantile(p) => p.validate(),
            Self::MaxDaily(p) => p.validate(),
            Self::Decayed(p) => p.validate(),
            Self::Max(p) => at_least_zero("margin", p.margin),
            Self::KrrSimple(p) => p.validate(),
            Self::Kubecost(p) => p.validate(),
        }
    }
}

impl QuantilePolicy {
    /// The quantile `q` of all samples.
    pub fn new(q: f64) -> Self {
        Self { q, ..Self::default() }
    }

    fn validate(&self) -> Result<()> {
        inside("q", self.q, 0.0, 1.0)?;
        if let Some(confidence) = self.confidence {
            inside("confidence", confidence, 0.0, 1.0)?;
        }
        at_least_zero("margin", self.margin)
    }
}

impl MaxDailyPolicy {
    fn validate(&self) -> Result<()> {
        inside("q", self.q, 0.0, 1.0)?;
        at_least_zero("margin", self.margin)
    }
}

impl DecayedPolicy {
    fn validate(&self) -> Result<()> {
        inside("q", self.q, 0.0, 1.0)?;
        if !(self.half_life_hours.is_finite() && self.half_life_hours > 0.0) {
            return Err(nonsense("halfLifeHours", self.half_life_hours, "more than 0"));
        }
        at_least_zero("margin", self.margin)
    }
}

impl KrrSimplePolicy {
    fn validate(&self) -> Result<()> {
        percent("cpuPercentile", self.cpu_percentile)?;
        at_least_zero("memoryBufferPercentage", self.memory_buffer_percentage)
    }
}

impl KubecostPolicy {
    fn validate(&self) -> Result<()> {
        if let KubecostAlgorithm::Quantile { q_cpu, q_memory } = self.algorithm {
            for (name, q) in [("algorithm.qCpu", q_cpu), ("algorithm.qMemory", q_memory)] {
                if !(0.0..=1.0).contains(&q) {
                    return Err(nonsense(name, q, "between 0 and 1"));
                }
            }
        }
        if !(self.target_utilization > 0.0 && self.target_utilization <= 1.0) {
            let value = self.target_utilization;
            return Err(nonsense("targetUtilization", value, "above 0 and at most 1"));
        }
        Ok(())
    }
}

/// Open interval.
pub(super) fn inside(name: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if value > low && value < high {
        return Ok(());
    }
    Err(nonsense(name, value, &format!("above {low} and below {high}")))
}

pub(super) fn at_least_zero(name: &str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(nonsense(name, value, "a number of at least 0"))
}

fn percent(name: &str, value: f64) -> Result<()> {
    if (0.0..=100.0).contains(&value) {
        return Ok(());
    }
    Err(nonsense(name, value, "between 0 and 100"))
}

pub(super) fn nonsense(name: &str, value: f64, wanted: &str) -> Error {
    Error::new(ErrorKind::InvalidConfig, format!("{name} is {value}; it must be {wanted}"))
        .at_path(name)
        .hint(format!("give a value that is {wanted}"))
}
