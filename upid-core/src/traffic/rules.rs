//! The rules, first match wins (idle.md §2).

use super::agent::{self, BROWSER};
use super::config::TrafficConfig;
use super::hours::{HourCount, HourSet};
use super::metronome::{Cadence, measure};
use super::path::{self, PathKind};
use super::source::{self, Source};
use super::verdict::{TrafficReason, Verdict};
use crate::error::Result;
use crate::usage::RequestKey;

/// A config made ready for many classes.
pub(super) struct Judge<'a> {
    config: &'a TrafficConfig,
    sources: Vec<Source>,
    /// Thinning a stream hides its regularity, so the metronome test is off.
    sampled: bool,
}

/// What the rules say about one class.
pub(super) struct Judgement {
    pub verdict: Verdict,
    pub reason: TrafficReason,
    pub cadence: Option<Cadence>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(config: &'a TrafficConfig, sampled: bool) -> Result<Self> {
        let sources: Result<Vec<_>> =
            config.monitoring_sources.iter().map(|text| Source::parse(text)).collect();
        Ok(Self { config, sources: sources?, sampled })
    }

    pub(super) fn judge(
        &self,
        key: &RequestKey,
        hours: &[HourCount],
        observed: &HourSet,
    ) -> Judgement {
        let cadence =
            if self.sampled { None } else { measure(hours, observed, &self.config.metronome) };
        let is_metronome = cadence.is_some_and(|c| c.is_metronome);
        let (verdict, reason) = self.first_match(key, is_metronome);
        Judgement { verdict, reason, cadence }
    }

    fn first_match(&self, key: &RequestKey, is_metronome: bool) -> (Verdict, TrafficReason) {
        use TrafficReason as R;
        if let Some(declared) = key.declared.as_deref().and_then(Verdict::from_name) {
            return (declared, R::Declared);
        }
        if key.probe_header {
            return (Verdict::Probe, R::ProbeHeader);
        }
        let reads = matches!(key.method.as_str(), "" | "GET" | "HEAD");
        if let Some(verdict) = agent::verdict(&key.family, reads, self.config) {
            return (self.bots(verdict), R::UserAgent);
        }
        let custom = self.config.paths.iter().find(|rule| rule.matches(&key.template));
        let kind = match custom {
            Some(_) => PathKind::Plain,
            None => path::kind(&key.template),
        };
        if kind == PathKind::GrpcHealth {
            return (Verdict::Probe, R::GrpcHealth);
        }
        if self.is_monitoring(&key.source) {
            return match (kind, is_metronome) {
                (PathKind::Strong(verdict), _) => (verdict, R::MonitoringSource),
                (PathKind::Weak, _) | (_, true) => (Verdict::Probe, R::MonitoringSource),
                _ => (Verdict::Synthetic, R::MonitoringSource),
            };
        }
        if let Some(rule) = custom {
            return (self.bots(rule.verdict), R::Path);
        }
        // A log without agents has no browsers, so there a strong path speaks alone.
        let by_browser = key.family == BROWSER;
        match kind {
            PathKind::Strong(_) if by_browser => return (Verdict::Unknown, R::BrowserOnProbePath),
            PathKind::Strong(verdict) => return (verdict, R::Path),
            PathKind::Weak if !by_browser && is_metronome => {
                return (Verdict::Probe, R::PathAndCadence);
            }
            PathKind::Weak if !by_browser => return (Verdict::Unknown, R::WeakPath),
            PathKind::Scanner if key.status_group == "4xx" => {
                return (self.bots(Verdict::Bot), R::ScannerPath);
            }
            _ => {}
        }
        if (reads || key.method == "OPTIONS") && is_metronome {
            return (Verdict::Metronome, R::Cadence);
        }
        if key.template.is_empty() && key.family.is_empty() {
            return (Verdict::Unknown, R::NoSignature);
        }
        (Verdict::Business, R::Default)
    }

    fn bots(&self, verdict: Verdict) -> Verdict {
        if verdict == Verdict::Bot && self.config.bots_are_business {
            Verdict::Business
        } else {
            verdict
        }
    }

    fn is_monitoring(&self, name: &str) -> bool {
        if name.is_empty() {
            return false;
        }
        let address = source::address(name);
        self.sources.iter().any(|source| source.matches(name, address))
    }
}
