//! The unit of judgement: a class of requests.

use serde::{Deserialize, Serialize};

use super::agent;
use super::config::TrafficConfig;
use super::hours::HourCount;
use super::path;
use super::request::RequestSignature;
use super::verdict::Verdict;

/// What the requests of one class have in common. Empty texts and status group 0 are unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClassKey {
    /// Path template.
    pub template: String,
    /// User-agent family.
    pub family: String,
    /// Method in capitals.
    pub method: String,
    /// First digit of the status, 1..5.
    pub status_group: u8,
    /// Where the requests come from: an address or a name.
    pub source: String,
    /// A probe header of Knative or the kubelet was present.
    pub probe_header: bool,
    /// The caller's own verdict.
    pub declared: Option<Verdict>,
}

impl ClassKey {
    /// The class of a raw request.
    pub fn of(request: &RequestSignature<'_>, config: &TrafficConfig) -> Self {
        let text = |value: Option<&str>| match value.map_or("", str::trim) {
            "-" => String::new(),
            value => value.to_owned(),
        };
        Self {
            template: path::template(request.path, &config.base_paths),
            family: agent::family(request.user_agent, config),
            method: text(request.method).to_ascii_uppercase(),
            status_group: match request.status {
                Some(status @ 100..=599) => (status / 100) as u8,
                _ => 0,
            },
            source: text(request.source),
            probe_header: request.probe_header,
            declared: request.verdict,
        }
    }

    /// Who must stay when a Usage holds too many classes: table-known monitors first (0), the rest after (1), so
    /// that an overflow can only make a pod look busier.
    pub fn priority(&self) -> u8 {
        u8::from(!(self.probe_header || agent::is_known_monitor(&self.family)))
    }
}

/// A class with its hours, ascending and unique.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassSeries {
    /// What its requests have in common.
    pub key: ClassKey,
    /// Its hours with at least one request.
    pub hours: Vec<HourCount>,
    /// The rest class of an overflow, which counts as business.
    pub is_other: bool,
}
