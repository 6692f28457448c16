//! The unit of judgement: a class of requests.

use super::agent;
use super::config::TrafficConfig;
use super::hours::HourCount;
use super::path;
use super::request::RequestSignature;
use crate::usage::RequestKey;

/// The class of a raw request, as a Usage stores it.
///
/// Its priority keeps table-known monitors (0) before the rest (1) when a Usage holds too many classes, so that an
/// overflow can only make a pod look busier.
pub fn request_key(request: &RequestSignature<'_>, config: &TrafficConfig) -> RequestKey {
    let text = |value: Option<&str>| match value.map_or("", str::trim) {
        "-" => String::new(),
        value => value.to_owned(),
    };
    let family = agent::family(request.user_agent, config);
    RequestKey {
        template: path::template(request.path, &config.base_paths),
        method: text(request.method).to_ascii_uppercase(),
        status_group: match request.status {
            Some(status @ 100..=599) => format!("{}xx", status / 100),
            _ => String::new(),
        },
        source: text(request.source),
        probe_header: request.probe_header,
        declared: request.verdict.map(|verdict| verdict.name().to_owned()),
        priority: u8::from(!(request.probe_header || agent::is_known_monitor(&family))),
        family,
    }
}

/// A class with its hours, ascending and unique.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassSeries {
    /// What its requests have in common.
    pub key: RequestKey,
    /// Its hours with at least one request.
    pub hours: Vec<HourCount>,
}

impl ClassSeries {
    /// Whether it is the rest class of an overflow, which counts as business.
    pub(super) fn is_other(&self) -> bool {
        self.key.template == RequestKey::OTHER
    }

    pub(super) fn requests(&self) -> u64 {
        self.hours.iter().fold(0, |sum, h| sum.saturating_add(h.count))
    }
}
