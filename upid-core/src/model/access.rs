//! Requests as access logs tell of them.

use serde::{Deserialize, Serialize};

use crate::units::Timestamp;

/// One request of an access log (ingest.md §7); what the log does not say is absent.
///
/// Texts are boxed: a log holds millions of records, and most have few of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessRecord {
    /// When it came, or ended, as the log has it.
    pub timestamp: Timestamp,
    /// Method; absent like the path if the request line is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Box<str>>,
    /// Path without query, or a whole URL as a proxy logs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Box<str>>,
    /// What follows the `?`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Box<str>>,
    /// Protocol, e.g. `HTTP/1.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Box<str>>,
    /// Status, 100 to 599; absent if there was no response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Referer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referer: Option<Box<str>>,
    /// User agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Box<str>>,
    /// Address of the client as it stands in the log; personal data in many countries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<Box<str>>,
    /// Host that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Box<str>>,
    /// How long it took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Cluster, service or address to which a proxy passed it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<Box<str>>,
    /// Namespace of what answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Box<str>>,
    /// Workload that answered: its name, or `Kind/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<Box<str>>,
    /// Pod that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<Box<str>>,
}

/// The records of an access log, in its order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AccessRecords {
    /// The requests.
    pub records: Vec<AccessRecord>,
}
