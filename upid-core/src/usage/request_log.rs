//! What callers say of requests: the class, its hourly count, and what the log covered.

use serde::{Deserialize, Serialize};

use super::histogram::overflow;
use crate::error::{Error, ErrorKind, Result};
use crate::units::{Interval, Timestamp};

/// Longest text in a class.
pub const MAX_REQUEST_TEXT: usize = 2048;

/// A request class. Opaque to this module: the traffic module normalises paths and agents before, and judges after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RequestKey {
    /// Path template, e.g. `/orders/{}`; `{other}` is the overflow class.
    pub template: String,
    /// User-agent family; empty if unknown.
    pub family: String,
    /// Method; empty if unknown.
    pub method: String,
    /// `1xx` to `5xx`; empty if unknown.
    pub status_group: String,
    /// Client address or name; empty if unknown.
    pub source: String,
    /// A Knative or kubelet probe header was present.
    pub probe_header: bool,
    /// The caller's own verdict.
    pub declared: Option<String>,
    /// Survival order on overflow: lower stays; known probes are 0, so overflow makes a pod look busier, never idler.
    pub priority: u8,
}

impl RequestKey {
    /// The template of the class that takes what does not fit.
    pub const OTHER: &'static str = "{other}";

    /// The class that takes what does not fit.
    pub fn other() -> Self {
        Self { template: Self::OTHER.to_owned(), priority: u8::MAX, ..Self::default() }
    }

    pub(super) fn ranked_texts(&self) -> [&str; 6] {
        let declared = self.declared.as_deref().unwrap_or("\0");
        [&self.template, &self.family, &self.method, &self.status_group, &self.source, declared]
    }

    /// Survivor order: priority, then the 64-bit FNV-1a of the key.
    pub(crate) fn rank(&self) -> (u8, u64) {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        for text in self.ranked_texts() {
            text.bytes().for_each(&mut eat);
            eat(0xff);
        }
        eat(u8::from(self.probe_header));
        (self.priority, hash)
    }

    pub(super) fn validate(&self) -> Result<()> {
        if self.ranked_texts().iter().any(|text| text.len() > MAX_REQUEST_TEXT) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "a request class holds over-long text",
            )
            .hint(format!("cut paths, agents and sources to {MAX_REQUEST_TEXT} bytes")));
        }
        Ok(())
    }
}

/// One hour of one class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestCount {
    /// The class.
    pub key: RequestKey,
    /// Start of the hour, in epoch milliseconds; other times count for the hour they lie in.
    pub start_ms: i64,
    /// Requests.
    pub count: u64,
    /// Variance over mean of the 60 one-minute counts; at least 0.
    #[serde(default)]
    pub dispersion: Option<f64>,
}

/// How much of the traffic the request log shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LogCoverage {
    /// Every request.
    Complete,
    /// A known share.
    Sampled,
    /// There is no log.
    Absent,
    /// Nobody knows; treated as absent.
    #[default]
    Unknown,
}

/// Whether the log names user agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum UserAgents {
    /// Yes.
    #[default]
    Present,
    /// No.
    Absent,
}

/// The coverage record of a request log, never its rows (idle.md §1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RequestLog {
    /// How much it shows.
    pub coverage: LogCoverage,
    /// Share of requests that are logged, above 0 and at most 1.
    pub sample_rate: f64,
    /// Parts of the log had different sample rates; `sampleRate` is the least.
    pub mixed_sample_rate: bool,
    /// Whether it names user agents.
    pub user_agents: UserAgents,
    /// When it was on. Hours that lie in it entirely and have no row are observed silence.
    pub observed: Vec<Interval>,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self {
            coverage: LogCoverage::Unknown,
            sample_rate: 1.0,
            mixed_sample_rate: false,
            user_agents: UserAgents::Present,
            observed: Vec::new(),
        }
    }
}

impl RequestLog {
    /// A complete log over some spans.
    pub fn complete(observed: Vec<Interval>) -> Self {
        Self { coverage: LogCoverage::Complete, observed, ..Self::default() }
    }

    /// `UPID_INVALID_VALUE` for a sample rate outside (0, 1] or an interval that runs backwards.
    pub fn validate(&self) -> Result<()> {
        if !(self.sample_rate > 0.0 && self.sample_rate <= 1.0) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("the sample rate {} is not above 0 and at most 1", self.sample_rate),
            )
            .at_path("requestLog.sampleRate")
            .hint("1 means that every request is logged"));
        }
        for (at, span) in self.observed.iter().enumerate() {
            let path = format!("requestLog.observed[{at}]");
            span.check().map_err(|e| e.under(&path))?;
            Timestamp::from_ms(span.start.0).map_err(|e| e.under(&path))?;
            if span.end.0 > Timestamp::END_MS {
                return Err(
                    Timestamp::from_ms(span.end.0).map_or_else(|e| e.under(&path), |_| overflow())
                );
            }
        }
        Ok(())
    }
}
