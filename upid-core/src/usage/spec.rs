//! What a Usage measures and how finely; two Usages merge only if their specs are equal.

use serde::{Deserialize, Serialize};

use super::metric::{METRICS, MetricId};
use crate::error::{Error, ErrorKind, Result};

/// Most thresholds of one metric.
pub const MAX_THRESHOLDS: usize = 4;
/// The largest value that is stored, in quanta: every integer up to it is exact in `f64`.
pub const MAX_QUANTA: u64 = 1 << 53;

/// How one metric is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", from = "MetricSpecInput")]
#[non_exhaustive]
pub struct MetricSpec {
    /// Which metric.
    pub id: MetricId,
    /// The unit of storage: 10⁻⁶ or 1 for built-in metrics, 1/integer for custom ones.
    pub quantum: f64,
    /// Activity thresholds in units, ascending, at most 4. CPU: project defaults; network: the idle rule's 1024 B/s.
    pub thresholds: Vec<f64>,
    /// Whether daily histograms are kept.
    pub histogram: bool,
}

/// What a caller may leave out: the defaults are the metric's own.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MetricSpecInput {
    id: MetricId,
    quantum: Option<f64>,
    thresholds: Option<Vec<f64>>,
    histogram: Option<bool>,
}

impl From<MetricSpecInput> for MetricSpec {
    fn from(input: MetricSpecInput) -> Self {
        let default = Self::new(input.id);
        Self {
            id: input.id,
            quantum: input.quantum.unwrap_or(default.quantum),
            thresholds: input.thresholds.unwrap_or(default.thresholds),
            histogram: input.histogram.unwrap_or(default.histogram),
        }
    }
}

impl MetricSpec {
    /// A metric with its defaults; a custom one gets quantum 1, a histogram and no threshold.
    pub fn new(id: MetricId) -> Self {
        match id.info() {
            Some(info) => Self {
                id,
                quantum: 1.0 / f64::from(info.per_unit),
                thresholds: info.thresholds.to_vec(),
                histogram: info.histogram,
            },
            None => Self { id, quantum: 1.0, thresholds: Vec::new(), histogram: true },
        }
    }

    /// Sets the quantum of a custom metric.
    #[must_use]
    pub fn quantum(mut self, quantum: f64) -> Self {
        self.quantum = quantum;
        self
    }

    /// Sets the thresholds, in units.
    #[must_use]
    pub fn thresholds(mut self, thresholds: &[f64]) -> Self {
        self.thresholds = thresholds.to_vec();
        self
    }

    /// Keeps or drops the histograms.
    #[must_use]
    pub fn histogram(mut self, keep: bool) -> Self {
        self.histogram = keep;
        self
    }

    /// Quanta per unit, a whole number.
    pub(super) fn per_unit(&self) -> f64 {
        (1.0 / self.quantum).round_ties_even()
    }

    /// The thresholds in quanta.
    pub(super) fn threshold_quanta(&self) -> Vec<u64> {
        let per_unit = self.per_unit();
        self.thresholds.iter().map(|t| (t * per_unit).round_ties_even() as u64).collect()
    }

    /// The same spec with its thresholds rounded to quanta, as they are stored.
    pub(super) fn rounded(mut self) -> Self {
        let per_unit = self.per_unit();
        self.thresholds = self.threshold_quanta().iter().map(|t| *t as f64 / per_unit).collect();
        self
    }

    /// The position of a threshold given in units.
    pub(super) fn threshold_index(&self, threshold: f64) -> Option<usize> {
        let wanted = (threshold * self.per_unit()).round_ties_even();
        self.threshold_quanta().iter().position(|t| *t as f64 == wanted)
    }

    /// A number of quanta in units.
    pub(super) fn units(&self, quanta: f64) -> f64 {
        quanta / self.per_unit()
    }

    fn validate(&self) -> Result<()> {
        let fail = |path: &str, what: String, hint: &str| {
            Err(Error::new(ErrorKind::InvalidConfig, format!("{}: {what}", self.id))
                .at_path(path)
                .hint(hint))
        };
        let per_unit = self.per_unit();
        let whole = (1.0..=1e12).contains(&per_unit) && (1.0 / per_unit == self.quantum);
        if !whole {
            return fail(
                "quantum",
                format!("the quantum {} is not 1/integer", self.quantum),
                "use 1 or 1e-6",
            );
        }
        if self.id.info().is_some_and(|info| f64::from(info.per_unit) != per_unit) {
            return fail(
                "quantum",
                "a built-in metric keeps its quantum".into(),
                "leave quantum out",
            );
        }
        if self.thresholds.len() > MAX_THRESHOLDS {
            return fail(
                "thresholds",
                format!("{} thresholds", self.thresholds.len()),
                "at most 4 are kept",
            );
        }
        let usable = |t: &f64| t.is_finite() && *t > 0.0 && t * per_unit <= MAX_QUANTA as f64;
        let quanta = self.threshold_quanta();
        if !self.thresholds.iter().all(usable) || quanta.first() == Some(&0) {
            return fail(
                "thresholds",
                "a threshold is not above 0".into(),
                "give at least one quantum",
            );
        }
        if quanta.windows(2).any(|pair| pair[0] >= pair[1]) {
            return fail(
                "thresholds",
                "the thresholds do not ascend".into(),
                "sort them and drop repeats",
            );
        }
        Ok(())
    }
}

/// What a Usage measures (usage.md §2). It is part of the state: merging needs equal specs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct UsageSpec {
    /// Version of the spec itself: 1.
    pub version: u32,
    /// The metrics, in order of their number.
    pub metrics: Vec<MetricSpec>,
    /// Counter staleness in milliseconds: pairs farther apart give no sample. 300000, the look-back that Prometheus
    /// uses by default (unverified).
    pub max_gap_ms: i64,
}

impl Default for UsageSpec {
    fn default() -> Self {
        Self {
            version: 1,
            metrics: METRICS.iter().map(|info| MetricSpec::new(info.id)).collect(),
            max_gap_ms: 300_000,
        }
    }
}

impl UsageSpec {
    /// Adds a metric, or replaces it.
    #[must_use]
    pub fn metric(mut self, metric: MetricSpec) -> Self {
        match self.metrics.binary_search_by_key(&metric.id, |m| m.id) {
            Ok(at) => self.metrics[at] = metric,
            Err(at) => self.metrics.insert(at, metric),
        }
        self
    }

    /// Sets the counter staleness.
    #[must_use]
    pub fn max_gap_ms(mut self, ms: i64) -> Self {
        self.max_gap_ms = ms;
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of what makes no sense.
    pub fn validate(&self) -> Result<()> {
        if self.version != 1 {
            return Err(Error::new(
                ErrorKind::UnsupportedVersion,
                format!("spec version {} is not known", self.version),
            )
            .at_path("version")
            .hint("this library reads version 1"));
        }
        if self.max_gap_ms <= 0 {
            return Err(Error::new(ErrorKind::InvalidConfig, "maxGapMs is not above 0")
                .at_path("maxGapMs")
                .hint("give milliseconds, e.g. 300000"));
        }
        for (at, pair) in self.metrics.windows(2).enumerate() {
            if pair[0].id >= pair[1].id {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("{} does not come after {}", pair[1].id, pair[0].id),
                )
                .at_path(format!("metrics[{}].id", at + 1))
                .hint("list each metric once, in order of its number"));
            }
        }
        for (at, metric) in self.metrics.iter().enumerate() {
            metric.validate().map_err(|e| e.under(&format!("metrics[{at}]")))?;
        }
        Ok(())
    }

    /// The spec of a metric; `UPID_UNKNOWN_METRIC` if this Usage does not hold it.
    pub fn get(&self, id: MetricId) -> Result<&MetricSpec> {
        self.metrics.binary_search_by_key(&id, |m| m.id).map(|at| &self.metrics[at]).map_err(|_| {
            Error::new(ErrorKind::UnknownMetric, format!("the spec of this Usage has no {id}"))
                .hint("add the metric to UsageSpec.metrics")
        })
    }

    /// The names of the parts in which two specs differ.
    pub(super) fn differences(&self, other: &Self) -> Vec<String> {
        let mut fields = Vec::new();
        if self.version != other.version {
            fields.push("version".to_owned());
        }
        if self.max_gap_ms != other.max_gap_ms {
            fields.push("maxGapMs".to_owned());
        }
        let ids = self.metrics.iter().chain(&other.metrics).map(|m| m.id);
        for id in ids.collect::<std::collections::BTreeSet<_>>() {
            match (self.get(id), other.get(id)) {
                (Ok(a), Ok(b)) => {
                    for (field, differs) in [
                        ("quantum", a.quantum != b.quantum),
                        ("thresholds", a.threshold_quanta() != b.threshold_quanta()),
                        ("histogram", a.histogram != b.histogram),
                    ] {
                        if differs {
                            fields.push(format!("{id}.{field}"));
                        }
                    }
                }
                _ => fields.push(id.to_string()),
            }
        }
        fields
    }

    /// `UPID_USAGE_SPEC_MISMATCH` with the fields that differ.
    pub(super) fn same(&self, other: &Self) -> Result<()> {
        let fields = self.differences(other);
        if fields.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::UsageSpecMismatch,
            format!("the specs differ in {}", fields.join(", ")),
        )
        .hint("summarise both parts with one UsageSpec")
        .detail("fields", fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_valid_and_bad_specs_name_their_place() {
        UsageSpec::default().validate().unwrap();
        let cpu = |t: &[f64]| {
            UsageSpec::default().metric(MetricSpec::new(MetricId::CPU_CORES).thresholds(t))
        };
        for thresholds in
            [&[0.02, 0.01][..], &[0.1, 0.2, 0.3, 0.4, 0.5], &[0.0], &[1e-8], &[f64::NAN]]
        {
            let error = cpu(thresholds).validate().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert_eq!(error.place().path.as_deref(), Some("metrics[0].thresholds"));
        }
        let custom = MetricSpec::new(MetricId(1024)).quantum(0.3);
        assert!(UsageSpec::default().metric(custom).validate().is_err());
        let custom = MetricSpec::new(MetricId(1024)).quantum(0.001).thresholds(&[5.0]);
        assert!(UsageSpec::default().metric(custom).validate().is_ok());
        assert_eq!(
            UsageSpec::default().max_gap_ms(0).validate().unwrap_err().code(),
            "UPID_INVALID_CONFIG"
        );
    }

    #[test]
    fn differences_are_named() {
        let other = UsageSpec::default()
            .metric(MetricSpec::new(MetricId::CPU_CORES).thresholds(&[0.5]))
            .metric(MetricSpec::new(MetricId(1024)))
            .max_gap_ms(1000);
        let error = UsageSpec::default().same(&other).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UsageSpecMismatch);
        assert!(error.message().contains("maxGapMs, CpuCores.thresholds, Custom(1024)"), "{error}");
    }

    #[test]
    fn json_defaults_are_the_metrics_own() {
        let spec: UsageSpec = serde_json::from_str(r#"{"metrics":[{"id":"cpu"}]}"#).unwrap();
        assert_eq!(spec.metrics, [MetricSpec::new(MetricId::CPU_CORES)]);
        let text = serde_json::to_string(&UsageSpec::default()).unwrap();
        assert_eq!(serde_json::from_str::<UsageSpec>(&text).unwrap(), UsageSpec::default());
    }
}
