//! The metrics a summary can hold (usage.md §2).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::columns::SampleKind;
use crate::error::{Error, ErrorKind, Result};

/// A metric by its number, which is never reused. JSON: its name, e.g. `CpuCores`; short names are read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId(pub u16);

/// What is fixed about a metric.
#[derive(Debug)]
pub(super) struct MetricInfo {
    pub(super) id: MetricId,
    pub(super) name: &'static str,
    pub(super) short: &'static str,
    /// Quanta per unit: 10⁶ or 1.
    pub(super) per_unit: u32,
    pub(super) kinds: &'static [SampleKind],
    pub(super) histogram: bool,
    /// In units.
    pub(super) thresholds: &'static [f64],
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $constant:ident = $id:literal, $name:literal, $short:literal, $per_unit:literal,
        [$($kind:ident),*], $histogram:literal, [$($threshold:literal),*];)+) => {
        impl MetricId {
            $($(#[$doc])* pub const $constant: Self = Self($id);)+
        }

        /// Every built-in metric, in order of its number.
        pub(super) const METRICS: &[MetricInfo] = &[$(MetricInfo {
            id: MetricId($id),
            name: $name,
            short: $short,
            per_unit: $per_unit,
            kinds: &[$(SampleKind::$kind),*],
            histogram: $histogram,
            thresholds: &[$($threshold),*],
        },)+];
    };
}

metrics! {
    /// CPU in cores; as a counter: CPU seconds.
    CPU_CORES = 1, "CpuCores", "cpu", 1_000_000, [Gauge, Counter], true, [0.002, 0.01, 0.05];
    /// Working set in bytes.
    MEMORY_WORKING_SET_BYTES = 2, "MemoryWorkingSetBytes", "memory", 1, [Gauge], true, [];
    /// Resident set in bytes.
    MEMORY_RSS_BYTES = 3, "MemoryRssBytes", "rss", 1, [Gauge], true, [];
    /// Received bytes per second; as a counter: bytes.
    NETWORK_RX_BYTES_PER_SECOND = 4, "NetworkRxBytesPerSecond", "network_rx", 1, [Gauge, Counter], false, [];
    /// Sent bytes per second; as a counter: bytes.
    NETWORK_TX_BYTES_PER_SECOND = 5, "NetworkTxBytesPerSecond", "network_tx", 1, [Gauge, Counter], false, [];
    /// Established connections.
    CONNECTIONS = 6, "Connections", "connections", 1, [Gauge], true, [1.0];
    /// GPU utilization, 0..1.
    GPU_UTILIZATION = 7, "GpuUtilization", "gpu", 1_000_000, [Gauge], true, [0.01];
    /// GPU memory in bytes.
    GPU_MEMORY_BYTES = 8, "GpuMemoryBytes", "gpu_memory", 1, [Gauge], true, [];
    /// Received plus sent bytes per second. Counters only as `add_network` sums them.
    NETWORK_BYTES_PER_SECOND = 9, "NetworkBytesPerSecond", "network", 1, [Gauge], true, [1024.0];
    /// CFS periods.
    CPU_PERIODS = 32, "CpuPeriods", "cpu_periods", 1, [Increment, Counter], false, [];
    /// CFS periods that were throttled.
    CPU_THROTTLED_PERIODS = 33, "CpuThrottledPeriods", "cpu_throttled_periods", 1, [Increment, Counter], false, [];
    /// CPU request in cores, kept for hosts.
    CPU_REQUEST_CORES = 40, "CpuRequestCores", "cpu_request", 1_000_000, [Gauge], false, [];
    /// Memory request in bytes, kept for hosts.
    MEMORY_REQUEST_BYTES = 41, "MemoryRequestBytes", "memory_request", 1, [Gauge], false, [];
}

/// The first number of a caller's own metrics.
const FIRST_CUSTOM: u16 = 1024;

impl MetricId {
    /// A caller's own metric, `n` at least 1024; its quantum and thresholds must stand in the spec.
    pub fn custom(n: u16) -> Result<Self> {
        if n >= FIRST_CUSTOM {
            return Ok(Self(n));
        }
        Err(Error::new(ErrorKind::UnknownMetric, format!("{n} is not a number of a custom metric"))
            .hint("custom metrics are numbered from 1024"))
    }

    /// Reads a JSON name (`CpuCores`, `Custom(1024)`) or a short name (`cpu`); anything else is
    /// `UPID_UNKNOWN_METRIC` with the nearest name.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(info) = METRICS.iter().find(|m| m.name == text || m.short == text) {
            return Ok(info.id);
        }
        let number = text.strip_prefix("Custom(").and_then(|rest| rest.strip_suffix(')'));
        if let Some(number) = number.and_then(|n| n.parse::<u16>().ok()) {
            return Self::custom(number);
        }
        let names = METRICS.iter().flat_map(|m| [m.name, m.short]);
        let nearest = crate::units::nearest(text, names);
        let shown: String = text.chars().take(80).collect();
        Err(Error::new(ErrorKind::UnknownMetric, format!("there is no metric {shown:?}"))
            .hint(format!("did you mean {nearest:?}?"))
            .detail("nearest", nearest))
    }

    pub(super) fn info(self) -> Option<&'static MetricInfo> {
        METRICS.iter().find(|m| m.id == self)
    }

    /// Whether the number names a built-in or a custom metric.
    pub fn is_known(self) -> bool {
        self.0 >= FIRST_CUSTOM || self.info().is_some()
    }

    /// Whether a total of increments is kept rather than a level or a rate.
    pub(super) fn is_total(self) -> bool {
        matches!(self, Self::CPU_PERIODS | Self::CPU_THROTTLED_PERIODS)
    }

    /// Whether samples of this kind are accepted from a caller.
    pub fn accepts(self, kind: SampleKind) -> bool {
        self.info().map_or(kind == SampleKind::Gauge, |info| info.kinds.contains(&kind))
    }
}

impl fmt::Display for MetricId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Some(info) => f.write_str(info.name),
            None => write!(f, "Custom({})", self.0),
        }
    }
}

impl std::str::FromStr for MetricId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl Serialize for MetricId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MetricId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(crate::error::carry)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for MetricId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MetricId".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "a metric: CpuCores, MemoryWorkingSetBytes, …, Custom(1024) or a short name such as cpu"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_misspellings_are_mended() {
        for info in METRICS {
            assert_eq!(MetricId::parse(info.name).unwrap(), info.id);
            assert_eq!(MetricId::parse(info.short).unwrap(), info.id);
            assert_eq!(info.id.to_string(), info.name);
        }
        assert_eq!(MetricId::parse("Custom(1030)").unwrap(), MetricId(1030));
        assert_eq!(MetricId(1030).to_string(), "Custom(1030)");
        let error = MetricId::parse("cpuu").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownMetric);
        assert!(error.hint_text().contains("\"cpu\""), "{error}");
        assert!(MetricId::parse("Custom(7)").is_err());
    }
}
