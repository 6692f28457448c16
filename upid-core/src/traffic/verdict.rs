//! What a class of requests is, and why.

use serde::{Deserialize, Serialize};

/// What a class of requests is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Verdict {
    /// A health check of an orchestrator or load balancer.
    Probe,
    /// A metrics collector.
    Scrape,
    /// Synthetic monitoring from outside.
    Synthetic,
    /// Crawlers and scanners.
    Bot,
    /// As regular as a clock, by nobody known: ambiguous.
    Metronome,
    /// Not enough is known to tell: ambiguous.
    Unknown,
    /// Somebody wants something from the pod.
    Business,
}

impl Verdict {
    /// Every verdict, in the order in which totals are written.
    pub const ALL: [Self; 7] = [
        Self::Probe,
        Self::Scrape,
        Self::Synthetic,
        Self::Bot,
        Self::Metronome,
        Self::Unknown,
        Self::Business,
    ];

    /// The name as JSON writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probe => "Probe",
            Self::Scrape => "Scrape",
            Self::Synthetic => "Synthetic",
            Self::Bot => "Bot",
            Self::Metronome => "Metronome",
            Self::Unknown => "Unknown",
            Self::Business => "Business",
        }
    }

    /// The verdict of a name as JSON writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// Neither surely business nor surely not.
    pub const fn is_ambiguous(self) -> bool {
        matches!(self, Self::Metronome | Self::Unknown)
    }
}

/// The rule that decided (idle.md §2, in their order).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum TrafficReason {
    /// The caller said so.
    Declared,
    /// A probe header of Knative or the kubelet.
    ProbeHeader,
    /// The table of user agents, or a configured agent.
    UserAgent,
    /// The gRPC health protocol.
    GrpcHealth,
    /// It comes from a monitoring source.
    MonitoringSource,
    /// A strong probe or scrape path, or a configured path.
    Path,
    /// A browser on a probe path.
    BrowserOnProbePath,
    /// A weak probe path with the regularity of a clock.
    PathAndCadence,
    /// A weak probe path alone.
    WeakPath,
    /// A path that only scanners ask for, refused.
    ScannerPath,
    /// The regularity of a clock alone.
    Cadence,
    /// Neither path nor agent is known.
    NoSignature,
    /// Nothing spoke against it being business.
    Default,
}
