//! Robusta KRR 1.8, number for number: strategies `simple` and `simple_limit`.

use serde::{Deserialize, Serialize};

use super::aggregate::Workload;
use super::policy::{KrrSimplePolicy, at_least_zero, nonsense};
use super::significance::round_up;
use super::source::Source;
use super::{CurrentSizes, PodSamples, Resource};
use crate::error::Result;

const MIB: f64 = 1_048_576.0;

/// A strategy of KRR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KrrStrategy {
    /// CPU request from the largest pod's percentile, no CPU limit.
    #[default]
    Simple,
    /// CPU request and limit from percentiles of all pods together.
    SimpleLimit,
}

/// Settings of KRR.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct KrrConfig {
    /// `simple`: CPU percentile. Default 95; rounded to whole percents as KRR does.
    pub cpu_percentile: f64,
    /// `simple_limit`: percentile of the CPU request. Default 66.
    pub cpu_request: f64,
    /// `simple_limit`: percentile of the CPU limit. Default 96.
    pub cpu_limit: f64,
    /// Percent added to the memory peak. Default 15.
    pub memory_buffer_percentage: f64,
    /// Fewest samples, all pods together. Default 100.
    pub points_required: u64,
    /// Size also what a horizontal autoscaler steers by. Default false.
    pub allow_hpa: bool,
    /// Raise memory above the limits at which the container was killed. Default false.
    pub use_oom_kill_data: bool,
    /// Percent added to such a limit. Default 25.
    pub oom_memory_buffer_percentage: f64,
    /// Least CPU in cores. Default 0.010.
    pub cpu_floor_cores: f64,
    /// Least memory in bytes. Default 100 MiB.
    pub memory_floor_bytes: f64,
}

impl Default for KrrConfig {
    fn default() -> Self {
        Self {
            cpu_percentile: 95.0,
            cpu_request: 66.0,
            cpu_limit: 96.0,
            memory_buffer_percentage: 15.0,
            points_required: 100,
            allow_hpa: false,
            use_oom_kill_data: false,
            oom_memory_buffer_percentage: 25.0,
            cpu_floor_cores: 0.010,
            memory_floor_bytes: 100.0 * MIB,
        }
    }
}

/// Utilization targets of a horizontal autoscaler, in percent as Kubernetes writes them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct KrrTargets {
    /// Of CPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<f64>,
    /// Of memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<f64>,
}

/// Input of `rightsize.krr`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct KrrInput {
    /// The strategy.
    pub strategy: KrrStrategy,
    /// Samples per pod; all of them count.
    pub pods: Vec<PodSamples>,
    /// Requests and limits now.
    pub current: CurrentSizes,
    /// Targets of a horizontal autoscaler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hpa: Option<KrrTargets>,
    /// Settings.
    pub config: KrrConfig,
}

/// How far a size is off, in KRR's words; worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KrrSeverity {
    /// Nothing was recommended.
    Unknown,
    /// Fits.
    Good,
    /// Slightly off.
    Ok,
    /// Off, or set where it should not be, or the reverse.
    Warning,
    /// Far off.
    Critical,
}

/// Why KRR recommends nothing, or what it used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KrrInfo {
    /// No sample.
    #[serde(rename = "No data")]
    NoData,
    /// Fewer than `pointsRequired`.
    #[serde(rename = "Not enough data")]
    NotEnoughData,
    /// An autoscaler steers by this resource.
    #[serde(rename = "HPA detected")]
    HpaDetected,
    /// A kill decided the memory.
    #[serde(rename = "OOMKill detected")]
    OomKillDetected,
}

/// KRR's answer for one resource, in cores or bytes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KrrResource {
    /// The request; null when refused.
    pub request: Option<f64>,
    /// The limit; null for none or when refused.
    pub limit: Option<f64>,
    /// How far the present request is off.
    pub request_severity: KrrSeverity,
    /// How far the present limit is off.
    pub limit_severity: KrrSeverity,
    /// Why there is nothing, or what it used.
    pub info: Option<KrrInfo>,
}

/// Output of `rightsize.krr`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KrrResult {
    /// CPU in cores.
    pub cpu: KrrResource,
    /// Memory in bytes.
    pub memory: KrrResource,
    /// Worst of the four severities.
    pub severity: KrrSeverity,
    /// Score of this container alone; see [`score`].
    pub score: u32,
}

/// KRR's score of a list of rows: `(n − Σ(1 per Critical, 0.7 per Warning)) ÷ n · 100`, cut off; 0 for no row.
/// 90 is an A, 70 a B, 55 a C, 30 a D.
pub fn score(rows: &[KrrSeverity]) -> u32 {
    let lost: u64 = rows
        .iter()
        .map(|severity| match severity {
            KrrSeverity::Critical => 100,
            KrrSeverity::Warning => 70,
            _ => 0,
        })
        .sum();
    let n = rows.len() as u64;
    (100 * n - lost).checked_div(n).unwrap_or_default() as u32
}

impl KrrConfig {
    /// `UPID_INVALID_CONFIG` with the path of the field that makes no sense.
    pub fn validate(&self) -> Result<()> {
        for (name, percentile) in [
            ("cpuPercentile", self.cpu_percentile),
            ("cpuRequest", self.cpu_request),
            ("cpuLimit", self.cpu_limit),
        ] {
            if !(0.0..=100.0).contains(&percentile) {
                return Err(nonsense(name, percentile, "between 0 and 100"));
            }
        }
        at_least_zero("memoryBufferPercentage", self.memory_buffer_percentage)?;
        at_least_zero("oomMemoryBufferPercentage", self.oom_memory_buffer_percentage)?;
        at_least_zero("cpuFloorCores", self.cpu_floor_cores)?;
        at_least_zero("memoryFloorBytes", self.memory_floor_bytes)
    }
}

impl KrrInput {
    /// Runs `rightsize.krr`.
    ///
    /// # Errors
    /// `UPID_INVALID_CONFIG`; `UPID_INVALID_VALUE` for impossible sizes; errors of the series.
    pub fn run(&self) -> Result<KrrResult> {
        self.config.validate().map_err(|e| e.under("config"))?;
        self.current.check().map_err(|e| e.under("current"))?;
        let targets = self.hpa.unwrap_or_default();
        let now = &self.current;
        let cpu = self.workload(Resource::Cpu)?;
        let cpu = if let Some(info) = self.refusal(&cpu, targets.cpu) {
            KrrResource::refused(info)
        } else {
            let (request, limit) = self.cpu(&cpu);
            let severity = |now, then| severity(now, then, [0.1, 0.25, 0.5]);
            KrrResource {
                request,
                limit,
                request_severity: severity(now.cpu_request_cores, request),
                limit_severity: severity(now.cpu_limit_cores, limit),
                info: None,
            }
        };
        let memory = self.workload(Resource::Memory)?;
        let memory = if let Some(info) = self.refusal(&memory, targets.memory) {
            KrrResource::refused(info)
        } else {
            let (size, info) = self.memory(&memory);
            let severity = |now| severity(now, size, [100.0 * MIB, 250.0 * MIB, 500.0 * MIB]);
            KrrResource {
                request: size,
                limit: size,
                request_severity: severity(now.memory_request_bytes),
                limit_severity: severity(now.memory_limit_bytes),
                info,
            }
        };
        let severities = [
            cpu.request_severity,
            cpu.limit_severity,
            memory.request_severity,
            memory.limit_severity,
        ];
        let severity = severities.into_iter().max().unwrap_or(KrrSeverity::Unknown);
        Ok(KrrResult { cpu, memory, severity, score: score(&[severity]) })
    }

    fn workload(&self, resource: Resource) -> Result<Workload> {
        let mut source = Source::new(resource);
        for (i, pod) in self.pods.iter().enumerate() {
            let (series, name) = match resource {
                Resource::Cpu => (&pod.cpu, "cpu"),
                Resource::Memory => (&pod.memory, "memory"),
            };
            if let Some(series) = series {
                let added = source.add_series(series, (0, i64::MAX), 0);
                added.map_err(|e| e.under(&format!("pods[{i}].{name}")))?;
            }
        }
        let mut workload = Workload::default();
        source.feed(&mut workload, (0, i64::MAX));
        Ok(workload)
    }

    fn refusal(&self, workload: &Workload, target: Option<f64>) -> Option<KrrInfo> {
        match workload.pooled.n() {
            0 => Some(KrrInfo::NoData),
            n if n < self.config.points_required => Some(KrrInfo::NotEnoughData),
            _ if target.is_some() && !self.config.allow_hpa => Some(KrrInfo::HpaDetected),
            _ => None,
        }
    }

    fn cpu(&self, workload: &Workload) -> (Option<f64>, Option<f64>) {
        let round =
            |value: f64| round_up(Resource::Cpu, value, 0.001).max(self.config.cpu_floor_cores);
        match self.strategy {
            KrrStrategy::Simple => {
                let policy = KrrSimplePolicy {
                    cpu_percentile: self.config.cpu_percentile,
                    ..KrrSimplePolicy::default()
                };
                let q = policy.cpu_share();
                let pods = workload.pods.iter().filter_map(|pod| pod.all.linear(q));
                (pods.max_by(f64::total_cmp).map(round), None)
            }
            KrrStrategy::SimpleLimit => {
                let at =
                    |percentile: f64| workload.pooled.all.linear(percentile / 100.0).map(round);
                (at(self.config.cpu_request), at(self.config.cpu_limit))
            }
        }
    }

    fn memory(&self, workload: &Workload) -> (Option<f64>, Option<KrrInfo>) {
        let Some(peak) = workload.pooled.peak() else { return (None, None) };
        let config = &self.config;
        let mut size = peak * (1.0 + config.memory_buffer_percentage / 100.0);
        let kills = self.pods.iter().flat_map(|pod| &pod.oom_events);
        let limit = kills.filter_map(|kill| kill.limit_bytes).fold(0.0, f64::max);
        let mut info = None;
        if config.use_oom_kill_data && limit > 0.0 {
            info = Some(KrrInfo::OomKillDetected);
            size = size.max(limit * (1.0 + config.oom_memory_buffer_percentage / 100.0));
        }
        let size = round_up(Resource::Memory, size, MIB).max(config.memory_floor_bytes);
        (Some(size), info)
    }
}

impl KrrResource {
    fn refused(info: KrrInfo) -> Self {
        let unknown = KrrSeverity::Unknown;
        Self {
            request: None,
            limit: None,
            request_severity: unknown,
            limit_severity: unknown,
            info: Some(info),
        }
    }
}

/// Severity of the difference of two sizes: from the thresholds of Ok, Warning and Critical on.
fn severity(now: Option<f64>, then: Option<f64>, thresholds: [f64; 3]) -> KrrSeverity {
    let [ok, warning, critical] = thresholds;
    match (now, then) {
        (None, None) => KrrSeverity::Good,
        (Some(_), None) | (None, Some(_)) => KrrSeverity::Warning,
        (Some(now), Some(then)) => match (now - then).abs() {
            d if d >= critical => KrrSeverity::Critical,
            d if d >= warning => KrrSeverity::Warning,
            d if d >= ok => KrrSeverity::Ok,
            _ => KrrSeverity::Good,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OomEvent, Series};
    use super::*;

    const T0: i64 = 1_699_920_000_000;

    fn pod(cpu: Vec<f64>, memory: Vec<f64>) -> PodSamples {
        PodSamples {
            cpu: Some(Series::regular(T0, 300_000, cpu)),
            memory: Some(Series::regular(T0, 300_000, memory)),
            ..PodSamples::default()
        }
    }

    /// The series A and B of rightsizing.md §4.1.
    fn a(n: u32) -> Vec<f64> {
        (0..n).map(|i| f64::from(37 * i % 101) / 100.0).collect()
    }

    fn b(n: u32) -> Vec<f64> {
        (0..n).map(|i| f64::from(200 + 53 * i % 97) * MIB).collect()
    }

    fn current() -> CurrentSizes {
        CurrentSizes {
            cpu_request_cores: Some(1.0),
            cpu_limit_cores: Some(2.0),
            memory_request_bytes: Some(1024.0 * MIB),
            memory_limit_bytes: Some(2048.0 * MIB),
        }
    }

    fn run(pods: Vec<PodSamples>, strategy: KrrStrategy, config: KrrConfig) -> KrrResult {
        KrrInput { strategy, pods, current: current(), hpa: None, config }.run().unwrap()
    }

    fn sizes(pods: Vec<PodSamples>, strategy: KrrStrategy) -> [Option<f64>; 3] {
        let result = run(pods, strategy, KrrConfig::default());
        [result.cpu.request, result.cpu.limit, result.memory.request]
    }

    /// Rightsizing.md §4.2.
    #[test]
    fn published_sizes() {
        use KrrStrategy::{Simple, SimpleLimit};
        let whole = || vec![pod(a(2304), b(2304))];
        assert_eq!(sizes(whole(), Simple), [Some(0.95), None, Some(357_564_416.0)]);
        assert_eq!(sizes(whole(), SimpleLimit), [Some(0.66), Some(0.96), Some(357_564_416.0)]);
        let first = || vec![pod(a(100), b(100))];
        assert_eq!(sizes(first(), Simple)[0], Some(0.951));
        assert_eq!(sizes(first(), SimpleLimit)[..2], [Some(0.664), Some(0.961)]);
        let second: Vec<f64> = a(2304).iter().map(|v| v / 20.0 + 0.01).collect();
        let two = || vec![pod(a(2304), b(2304)), pod(second.clone(), b(2304))];
        assert_eq!(sizes(two(), Simple)[0], Some(0.95));
        assert_eq!(sizes(two(), SimpleLimit)[..2], [Some(0.32), Some(0.92)]);
        let steps = || {
            let values = (1..=101).map(f64::from);
            vec![pod(
                values.clone().map(|i| i / 100.0).collect(),
                values.map(|i| i * 1e7).collect(),
            )]
        };
        assert_eq!(sizes(steps(), Simple), [Some(0.96), None, Some(1_161_822_208.0)]);
        assert_eq!(sizes(steps(), SimpleLimit)[..2], [Some(0.67), Some(0.97)]);
        for (percentile, request) in [(99.9, 1.0), (66.6, 0.67)] {
            let config = KrrConfig { cpu_percentile: percentile, ..KrrConfig::default() };
            assert_eq!(run(whole(), Simple, config).cpu.request, Some(request));
        }
    }

    #[test]
    fn floors_kills_and_refusals() {
        let idle = || vec![pod(vec![0.0; 100], vec![4.0 * MIB; 100])];
        assert_eq!(sizes(idle(), KrrStrategy::Simple), [Some(0.01), None, Some(104_857_600.0)]);
        let bare =
            KrrConfig { cpu_floor_cores: 0.0, memory_floor_bytes: 0.0, ..KrrConfig::default() };
        let result = run(idle(), KrrStrategy::Simple, bare);
        assert_eq!((result.cpu.request, result.memory.request), (Some(0.0), Some(5_242_880.0)));
        let mut killed = pod(a(100), vec![500.0 * MIB; 100]);
        let limit_bytes = Some(512.0 * MIB);
        killed.oom_events = vec![OomEvent { at_ms: T0, request_bytes: None, limit_bytes }];
        let config = KrrConfig { use_oom_kill_data: true, ..KrrConfig::default() };
        let memory = run(vec![killed], KrrStrategy::Simple, config).memory;
        assert_eq!(
            (memory.request, memory.info),
            (Some(671_088_640.0), Some(KrrInfo::OomKillDetected))
        );
        let few = run(vec![pod(a(99), b(99))], KrrStrategy::Simple, KrrConfig::default());
        assert_eq!((few.cpu.request, few.cpu.info), (None, Some(KrrInfo::NotEnoughData)));
        assert_eq!((few.severity, few.score), (KrrSeverity::Unknown, 100));
        let hpa = KrrInput {
            pods: vec![pod(a(100), b(100))],
            hpa: Some(KrrTargets { cpu: Some(80.0), memory: None }),
            ..KrrInput::default()
        };
        let result = hpa.run().unwrap();
        assert_eq!(result.cpu.info, Some(KrrInfo::HpaDetected));
        assert!(result.memory.request.is_some());
    }

    #[test]
    fn published_severities() {
        use KrrSeverity::{Critical, Good, Ok, Warning};
        let input = KrrInput {
            pods: vec![pod(vec![0.5; 300], vec![536_870_912.0 / 1.15; 300])],
            current: CurrentSizes {
                cpu_request_cores: Some(0.6),
                cpu_limit_cores: None,
                memory_request_bytes: Some(612.0 * MIB),
                memory_limit_bytes: Some(762.0 * MIB),
            },
            ..KrrInput::default()
        };
        let result = input.run().unwrap();
        assert_eq!((result.cpu.request, result.memory.request), (Some(0.5), Some(536_870_912.0)));
        let of = |r: KrrResource| (r.request_severity, r.limit_severity);
        assert_eq!((of(result.cpu), of(result.memory)), ((Good, Good), (Ok, Warning)));
        let unset = KrrInput { current: CurrentSizes::default(), ..input }.run().unwrap();
        assert_eq!(unset.cpu.request_severity, Warning);
        assert_eq!(unset.memory.limit_severity, Warning);
        assert_eq!(score(&[Critical, Warning, Good, Good]), 57);
        assert_eq!((score(&[Good; 3]), score(&[Warning; 3]), score(&[])), (100, 30, 0));
    }
}
