//! The mergeable summary of what happened.

/// A sorted map of summaries by key.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Usage {}
mod log_stub;
pub use log_stub::{LogCoverage, RequestLog, UserAgents};
