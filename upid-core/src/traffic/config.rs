//! Settings of the classification (idle.md §13).

use serde::{Deserialize, Serialize};

use super::source::Source;
use super::verdict::Verdict;
use crate::error::{Error, ErrorKind, Result};

/// How a configured pattern meets a text; case does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Match {
    /// The text begins with it.
    Prefix,
    /// The text holds it.
    Contains,
    /// The text is it.
    Exact,
}

impl Match {
    fn test(self, text: &str, pattern: &str) -> bool {
        let (text, pattern) = (text.to_ascii_lowercase(), pattern.to_ascii_lowercase());
        match self {
            Self::Prefix => text.starts_with(&pattern),
            Self::Contains => text.contains(&pattern),
            Self::Exact => text == pattern,
        }
    }
}

/// A configured user agent or path; it is asked before the built-in ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentRule {
    /// The text to look for: of a user agent, or of a path template.
    pub pattern: String,
    /// How.
    #[serde(rename = "match")]
    pub how: Match,
    /// What matching requests are.
    pub verdict: Verdict,
}

impl AgentRule {
    /// A rule for agents or paths.
    pub fn new(pattern: impl Into<String>, how: Match, verdict: Verdict) -> Self {
        Self { pattern: pattern.into(), how, verdict }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.how.test(text, &self.pattern)
    }
}

/// When hourly counts are as regular as a clock (a Poisson dispersion test, one-sided).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MetronomeConfig {
    /// Fewest whole hours; default 6 (own).
    pub min_hours: u32,
    /// Shortest time from the first to the last hour; default 12 h (own).
    pub min_span_hours: u32,
    /// Fewest requests per hour on average; default 1 (own).
    pub min_mean_per_hour: f64,
    /// Largest variance/mean; default 0.15 (own; a Poisson stream has 1).
    pub max_dispersion: f64,
    /// Largest chance of that little dispersion in a Poisson stream; default 0.001 (own).
    pub p_value: f64,
    /// Smallest share of observed hours in which it was seen; default 0.9 (own).
    pub min_coverage: f64,
}

impl Default for MetronomeConfig {
    fn default() -> Self {
        Self {
            min_hours: 6,
            min_span_hours: 12,
            min_mean_per_hour: 1.0,
            max_dispersion: 0.15,
            p_value: 0.001,
            min_coverage: 0.9,
        }
    }
}

/// Settings of the classification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TrafficConfig {
    /// Own user agents; default none.
    pub agents: Vec<AgentRule>,
    /// Own paths, compared with the path template; default none.
    pub paths: Vec<AgentRule>,
    /// Path prefixes that are cut off, such as `/shop`; default none.
    pub base_paths: Vec<String>,
    /// Addresses, networks (v4, v6) or names that monitoring comes from; default `kubelet`, `monitoring`.
    pub monitoring_sources: Vec<String>,
    /// Crawlers and scanners count as business; default false (own).
    pub bots_are_business: bool,
    /// Most classes per pod, at most 2,000; default 2,000 (own).
    pub max_classes: u32,
    /// The metronome test.
    pub metronome: MetronomeConfig,
}

impl Default for TrafficConfig {
    fn default() -> Self {
        Self {
            agents: Vec::new(),
            paths: Vec::new(),
            base_paths: Vec::new(),
            monitoring_sources: vec!["kubelet".to_owned(), "monitoring".to_owned()],
            bots_are_business: false,
            max_classes: Self::MAX_CLASSES,
            metronome: MetronomeConfig::default(),
        }
    }
}

impl TrafficConfig {
    /// Most classes a Usage keeps per pod (usage.md §4).
    pub const MAX_CLASSES: u32 = 2000;

    /// Adds a user agent.
    #[must_use]
    pub fn with_agent(mut self, rule: AgentRule) -> Self {
        self.agents.push(rule);
        self
    }

    /// Adds a path.
    #[must_use]
    pub fn with_path(mut self, rule: AgentRule) -> Self {
        self.paths.push(rule);
        self
    }

    /// Adds a path prefix to cut off.
    #[must_use]
    pub fn with_base_path(mut self, path: impl Into<String>) -> Self {
        self.base_paths.push(path.into());
        self
    }

    /// Adds a monitoring source.
    #[must_use]
    pub fn with_monitoring_source(mut self, source: impl Into<String>) -> Self {
        self.monitoring_sources.push(source.into());
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let fail = |path: &str, message: String| {
            Err(Error::new(ErrorKind::InvalidConfig, message)
                .at_path(path)
                .hint("see the default and range of each setting in TrafficConfig"))
        };
        for (name, rules) in [("agents", &self.agents), ("paths", &self.paths)] {
            if let Some(at) = rules.iter().position(|rule| rule.pattern.is_empty()) {
                return fail(
                    &format!("{name}[{at}].pattern"),
                    "an empty pattern matches all".into(),
                );
            }
        }
        for (at, text) in self.monitoring_sources.iter().enumerate() {
            Source::parse(text).map_err(|e| e.at_path(format!("monitoringSources[{at}]")))?;
        }
        if !(1..=Self::MAX_CLASSES).contains(&self.max_classes) {
            let message = format!("{} is outside 1..2000", self.max_classes);
            return fail("maxClasses", message);
        }
        let m = &self.metronome;
        if m.min_hours < 2 {
            return fail("metronome.minHours", "a variance needs at least 2 hours".into());
        }
        for (name, value, low, high) in [
            ("minMeanPerHour", m.min_mean_per_hour, 0.0, f64::MAX),
            ("maxDispersion", m.max_dispersion, 0.0, f64::MAX),
            ("pValue", m.p_value, 0.0, 1.0),
            ("minCoverage", m.min_coverage, 0.0, 1.0),
        ] {
            if !(low..=high).contains(&value) {
                return fail(&format!("metronome.{name}"), format!("{value} is out of range"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_settings_name_their_path() {
        let path = |config: TrafficConfig| {
            let error = config.validate().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            error.place().path.clone().unwrap()
        };
        assert!(TrafficConfig::default().validate().is_ok());
        let config = TrafficConfig::default().with_monitoring_source("10.0.0.256");
        assert_eq!(path(config), "monitoringSources[2]");
        assert_eq!(path(TrafficConfig { max_classes: 2001, ..Default::default() }), "maxClasses");
        let rule = AgentRule::new("", Match::Prefix, Verdict::Probe);
        assert_eq!(path(TrafficConfig::default().with_agent(rule)), "agents[0].pattern");
        let mut config = TrafficConfig::default();
        config.metronome.p_value = f64::NAN;
        assert_eq!(path(config), "metronome.pValue");
    }
}
