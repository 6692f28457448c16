//! Discrete things that happened to a container or pod.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::units::Timestamp;

/// Events kept per key.
pub const MAX_EVENTS: usize = 1024;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum UsageEventKind {
    /// The container restarted.
    Restart,
    /// It was killed for memory.
    OomKilled,
    /// The pod was evicted.
    Evicted,
    /// Throttling began.
    ThrottleStart,
    /// Requests or limits changed in place.
    Resize,
    /// A new version was rolled out.
    Deploy,
}

impl UsageEventKind {
    pub(super) const ALL: [Self; 6] = [
        Self::Restart,
        Self::OomKilled,
        Self::Evicted,
        Self::ThrottleStart,
        Self::Resize,
        Self::Deploy,
    ];
}

/// An event; ordered by all its fields, and equal events are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsageEvent {
    /// When, in epoch milliseconds.
    pub at_ms: i64,
    /// What.
    pub kind: UsageEventKind,
    /// A number that belongs to it, e.g. the exit code or peak bytes.
    #[serde(default)]
    pub value: Option<u64>,
    /// The limit at that time, in bytes.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The request at that time, in bytes.
    #[serde(default)]
    pub request: Option<u64>,
}

impl UsageEvent {
    /// An event without numbers.
    pub fn new(at_ms: i64, kind: UsageEventKind) -> Self {
        Self { at_ms, kind, value: None, limit: None, request: None }
    }
}

/// The newest events of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Events {
    pub(super) set: BTreeSet<UsageEvent>,
    /// Time of the newest event that did not fit, if any: unlike a count it does not depend on the order of merges.
    pub(super) dropped_ms: Option<i64>,
}

impl Events {
    pub(super) fn insert(&mut self, event: UsageEvent) -> Result<()> {
        Timestamp::from_ms(event.at_ms).map_err(|e| e.at_path("atMs"))?;
        self.set.insert(event);
        self.cut();
        Ok(())
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.set.extend(other.set.iter().cloned());
        self.dropped_ms = self.dropped_ms.max(other.dropped_ms);
        self.cut();
    }

    fn cut(&mut self) {
        while self.set.len() > MAX_EVENTS {
            let oldest = self.set.pop_first().map(|event| event.at_ms);
            self.dropped_ms = self.dropped_ms.max(oldest);
        }
    }

    /// Forgets what happened before a time.
    pub(super) fn prune(&mut self, first_ms: i64) {
        self.set.retain(|event| event.at_ms >= first_ms);
        self.dropped_ms = self.dropped_ms.filter(|ms| *ms >= first_ms);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.dropped_ms.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_repeats_collapse() {
        let mut events = Events::default();
        for at in 0..1030 {
            events.insert(UsageEvent::new(at, UsageEventKind::Restart)).unwrap();
            events.insert(UsageEvent::new(at, UsageEventKind::Restart)).unwrap();
        }
        assert_eq!((events.set.len(), events.dropped_ms), (1024, Some(5)));
        assert_eq!(events.set.first().unwrap().at_ms, 6);
        let error = events.insert(UsageEvent::new(-1, UsageEventKind::Deploy)).unwrap_err();
        assert_eq!(error.code(), "UPID_TIMESTAMP_RANGE");
    }
}
