//! The 25 inputs of the combiner: names, transforms, fixed signs, factors (idle.md §6).

use serde::{Deserialize, Serialize};

use crate::stats::float::{ln_1p, log2, log10};

/// Number of features.
pub const FEATURES: usize = 25;

/// Which kind of evidence a feature belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Factor {
    /// Requests.
    Business,
    /// CPU, network, connections.
    Resource,
    /// When it was active.
    Temporal,
    /// Who depends on it, and on whom it depends.
    Dependency,
    /// What kind of workload it is.
    Context,
    /// Terms of the host.
    Custom,
}

impl Factor {
    /// The name as JSON writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Resource => "resource",
            Self::Temporal => "temporal",
            Self::Dependency => "dependency",
            Self::Context => "context",
            Self::Custom => "custom",
        }
    }
}

/// What is fixed about a feature; a model may only choose the size of its weight.
#[derive(Debug, Clone, Copy)]
pub struct FeatureSpec {
    /// Name in JSON.
    pub name: &'static str,
    /// Factor.
    pub factor: Factor,
    /// +1 speaks for idle, −1 against.
    pub sign: f64,
    /// Largest |weight|.
    pub max_weight: f64,
    /// Transform of the raw value, before it is clipped to 0..1.
    transform: fn(f64) -> f64,
}

impl FeatureSpec {
    /// φ of a raw value, 0..1.
    pub fn phi(&self, raw: f64) -> f64 {
        (self.transform)(raw).clamp(0.0, 1.0)
    }
}

/// ln 337: two weeks of hours.
const LN_337: f64 = 5.820_082_930_352_362;
/// ln 101: a hundred connections.
const LN_101: f64 = 4.615_120_516_841_26;

macro_rules! features {
    ($($(#[$doc:meta])* $field:ident, $name:literal, $factor:ident, $sign:literal, $max:expr, $phi:expr;)+) => {
        /// Raw values of the features; an absent one is unknown and taken as the model's mean.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", default)]
        pub struct IdleFeatures {
            $($(#[$doc])* pub $field: Option<f64>,)+
        }

        impl IdleFeatures {
            /// The raw values in the order of [`SPECS`].
            pub fn values(&self) -> [Option<f64>; FEATURES] {
                [$(self.$field,)+]
            }
        }

        /// The features in their order.
        pub const SPECS: [FeatureSpec; FEATURES] = [$(FeatureSpec {
            name: $name,
            factor: Factor::$factor,
            sign: $sign,
            max_weight: $max,
            transform: $phi,
        },)+];
    };
}

const FREE: f64 = f64::MAX;

features! {
    /// Upper 95 % bound of business requests per day.
    business_rate_upper, "businessRateUpper", Business, -1.0, FREE, |x| log10(1.0 + x) / 4.0;
    /// Share of observed days with business.
    business_active_days, "businessActiveDays", Business, -1.0, FREE, |x| x;
    /// Hours since the last business request; never: hours observed.
    hours_since_business, "hoursSinceBusiness", Business, 1.0, FREE, |x| ln_1p(x) / LN_337;
    /// 1 if a log of at least 3 days shows no business, else 0.
    observed_silence, "observedSilence", Business, 1.0, FREE, |x| x;
    /// Ambiguous requests per day.
    ambiguous_rate, "ambiguousRate", Business, -1.0, 1.0, |x| log10(1.0 + x) / 3.0;
    /// Median CPU in cores.
    cpu_level, "cpuLevel", Resource, -1.0, FREE, |x| log10(x / 0.001) / 4.0;
    /// (q99 − q05) of CPU over max(0.05·request, 0.01 core).
    cpu_range, "cpuRange", Resource, -1.0, FREE, |x| x / (1.0 + x);
    /// CPU burst hours per day.
    cpu_burst_hours, "cpuBurstHours", Resource, -1.0, FREE, |x| x / 24.0;
    /// Work hours per day.
    work_hours, "workHours", Resource, -1.0, FREE, |x| (x / 24.0).sqrt();
    /// Median network bytes per second.
    network_level, "networkLevel", Resource, -1.0, FREE, |x| log10(1.0 + x / 100.0) / 5.0;
    /// (q99 − q20) of network over (q20 + 500 B/s).
    network_range, "networkRange", Resource, -1.0, FREE, |x| x / (1.0 + x);
    /// Spearman correlation of the hourly maxima of CPU and network.
    cpu_network_correlation, "cpuNetworkCorrelation", Resource, -1.0, FREE, |x| x;
    /// Median of established connections.
    connections, "connections", Resource, -1.0, FREE, |x| ln_1p(x) / LN_101;
    /// Cross-validated daily strength of hourly CPU, 0..1.
    daily_rhythm, "dailyRhythm", Temporal, -1.0, FREE, |x| x;
    /// Expected active hours since activity stopped; 0 unless it did.
    stopped_hours, "stoppedHours", Temporal, 1.0, FREE, |x| x / 48.0;
    /// Hours to the next expected activity; 168 or more, or none expected, is φ 0.
    expected_soon, "expectedSoon", Temporal, -1.0, FREE, |x| 1.0 - x.min(168.0) / 168.0;
    /// Largest chance of activity of an hour of the week seen active twice.
    recurrence, "recurrence", Temporal, -1.0, FREE, |x| x;
    /// Workloads that call it.
    inbound_dependents, "inboundDependents", Dependency, -1.0, FREE, |x| log2(1.0 + x) / 4.0;
    /// Share of its upstreams that are unhealthy.
    unhealthy_upstream, "unhealthyUpstream", Dependency, -1.0, FREE, |x| x;
    /// Age in days.
    freshness, "freshness", Context, -1.0, FREE, |x| 1.0 - x / 7.0;
    /// 1 for StatefulSet, DaemonSet, Job, CronJob.
    stateful_owner, "statefulOwner", Context, -1.0, FREE, |x| x;
    /// The caller's business weight, 0..1.
    criticality, "criticality", Context, -1.0, FREE, |x| x;
    /// 1 in a dev, test, staging, sandbox or preview namespace.
    non_production, "nonProduction", Context, 1.0, 0.5, |x| x;
    /// φ4·(1−φ7)·(1−φ11): observed silence on flat resources.
    silent_and_flat, "silentAndFlat", Resource, 1.0, FREE, |x| x;
    /// φ4·φ9: observed silence, yet work is done.
    silent_but_working, "silentButWorking", Resource, -1.0, FREE, |x| x;
}

impl IdleFeatures {
    /// Sets the two products, which follow from the others; unknown if a part of them is.
    #[must_use]
    pub fn with_products(mut self) -> Self {
        let [_, _, _, silence, _, _, range, _, work, _, network, ..] = &SPECS;
        let phi = |spec: &FeatureSpec, raw: Option<f64>| raw.map(|raw| spec.phi(raw));
        let silence = phi(silence, self.observed_silence);
        let flat = phi(range, self.cpu_range).zip(phi(network, self.network_range));
        self.silent_and_flat = silence.zip(flat).map(|(s, (c, n))| s * (1.0 - c) * (1.0 - n));
        self.silent_but_working =
            silence.zip(phi(work, self.work_hours)).map(|(silence, work)| silence * work);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms() {
        let phi = |name: &str, raw: f64| {
            SPECS.iter().find(|spec| spec.name == name).map(|spec| spec.phi(raw)).unwrap()
        };
        for (name, raw, want) in [
            ("businessRateUpper", 9999.0, 1.0),
            ("businessRateUpper", 99.0, 0.5),
            ("hoursSinceBusiness", 336.0, 1.0),
            ("cpuLevel", 0.1, 0.5),
            ("cpuLevel", 0.0, 0.0),
            ("cpuBurstHours", 9.6, 0.4),
            ("workHours", 6.0, 0.5),
            ("networkLevel", 9900.0, 0.4),
            ("cpuNetworkCorrelation", -0.7, 0.0),
            ("connections", 100.0, 1.0),
            ("expectedSoon", 84.0, 0.5),
            ("expectedSoon", 400.0, 0.0),
            ("inboundDependents", 3.0, 0.5),
            ("freshness", 90.0, 0.0),
        ] {
            assert!((phi(name, raw) - want).abs() < 1e-12, "{name}({raw}) = {}", phi(name, raw));
        }
    }

    #[test]
    fn products_follow_from_their_parts() {
        let features = IdleFeatures {
            observed_silence: Some(1.0),
            cpu_range: Some(1.0),
            network_range: Some(3.0),
            work_hours: Some(6.0),
            ..Default::default()
        };
        let with = features.with_products();
        assert_eq!((with.silent_and_flat, with.silent_but_working), (Some(0.125), Some(0.5)));
        let unknown = IdleFeatures { observed_silence: None, ..features }.with_products();
        assert_eq!(unknown.silent_and_flat, None);
    }
}
