//! Acceptance tests of usage.md §12 through the public API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod anchors;
mod laws;
mod naive;
mod recorded;
mod retention;
mod stream;
mod tables;

use upid_core::units::{TimeRange, Timestamp};
use upid_core::usage::{Columns, IngestOptions, MetricId, MetricView, Usage, UsageKey};

/// 2023-11-15T00:00:00Z, a Wednesday.
pub(crate) const DAY: i64 = 1_700_006_400_000;

pub(crate) fn key() -> UsageKey {
    UsageKey::new("shop", "web-0", "app")
}

pub(crate) fn range(start: i64, end: i64) -> TimeRange {
    TimeRange { start: Timestamp(start), end: Timestamp(end) }
}

pub(crate) fn add(usage: &mut Usage, metric: MetricId, columns: &Columns<'_>) {
    usage.add_series(&key(), metric, columns, &IngestOptions::default()).unwrap();
}

pub(crate) fn cpu(columns: &Columns<'_>) -> Usage {
    let mut usage = Usage::default();
    add(&mut usage, MetricId::CPU_CORES, columns);
    usage
}

pub(crate) fn view(usage: &Usage) -> MetricView<'_> {
    usage.view(&key(), MetricId::CPU_CORES).unwrap().unwrap()
}

/// `SplitMix64`: the same stream on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal, by the sum of twelve uniforms.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}
