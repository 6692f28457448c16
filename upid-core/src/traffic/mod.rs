//! Telling probe, scrape, synthetic and bot traffic from business (idle.md §2).
//!
//! The unit of judgement is a class of requests (path template, agent family, method, status group, source), never
//! a single request and never a soft weight times a count.

mod agent;
mod class;
mod classify;
mod config;
mod hours;
mod input;
mod metronome;
pub(crate) mod ops;
mod path;
mod report;
mod request;
mod rows;
mod rules;
mod source;
#[cfg(test)]
mod tests;
mod verdict;

pub use agent::{BROWSER, family};
pub use class::{ClassSeries, request_key};
pub use classify::{Classified, LogFacts, classify_series};
pub use config::{AgentRule, Match, MetronomeConfig, TrafficConfig};
pub use hours::{HourCount, HourSet};
pub use input::{TrafficInput, add_requests, classify, classify_usage};
pub use path::template;
pub use report::{TrafficClass, TrafficReport};
pub use request::{RequestColumn, RequestRow, RequestSignature};
pub use rows::{Rows, rows};
pub use verdict::{TrafficReason, Verdict};
