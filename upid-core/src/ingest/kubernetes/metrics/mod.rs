//! A cluster as its metrics show it: kube-state-metrics and `OpenCost`, as answers of Prometheus or text expositions.
//!
//! Objects of the API say more and win; metrics fill in what was not fetched, and bring the prices.

mod charges;
mod labels;
mod nodes;
mod pods;
mod read;

use std::collections::BTreeMap;

pub(super) use charges::Charges;
pub(super) use nodes::NodePrices;
pub(super) use read::{answer, exposition, is_answer};

use super::objects::Objects;
use crate::error::Place;
use crate::ingest::parsed::Log;
use crate::ingest::snapshot_metrics::StateMetric;
use crate::units::{RateAmount, Timestamp};

/// The newest sample of a series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    metric: StateMetric,
    /// In order of their names; of `exported_pod` and `pod` the first, which is the subject.
    labels: Vec<(Box<str>, Box<str>)>,
    /// Epoch milliseconds; an exposition may leave it out.
    at: Option<i64>,
    /// From the sample before it.
    step: Option<i64>,
    value: f64,
}

impl Reading {
    /// A label; empty if there is none.
    fn label(&self, name: &str) -> &str {
        let found = self.labels.binary_search_by(|(own, _)| own.as_ref().cmp(name));
        found.ok().and_then(|at| self.labels.get(at)).map_or("", |(_, value)| value)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.label(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The value as a time in seconds; 0 is none.
    fn time(&self) -> Option<Timestamp> {
        let ms = self.value * 1000.0;
        if ms > 0.0 { Timestamp::from_ms(ms.round() as i64).ok() } else { None }
    }

    /// The value as a price, and whether digits went.
    ///
    /// Prometheus writes a float in the shortest text that gives it back, and so do we: the price is that text.
    fn rate(&self, log: &mut Log) -> Option<RateAmount> {
        match RateAmount::parse_rounded(&format!("{}", self.value)) {
            Ok((rate, rounded)) if rate.0 >= 0 => {
                log.stats.rounded = log.stats.rounded.saturating_add(u64::from(rounded));
                Some(rate)
            }
            _ => {
                let message = || format!("{} is not a price per hour", self.value);
                log.warn("UnreadablePrice", message, Place::default());
                None
            }
        }
    }
}

/// What the metrics add to the objects beside them.
pub(super) struct Added {
    pub(super) prices: BTreeMap<String, NodePrices>,
    pub(super) charges: Charges,
}

impl Objects {
    /// Turns the readings into the objects that they tell of. Whatever is there as an object stays as it is.
    pub(super) fn add_metrics(
        &mut self,
        spot_labels: &BTreeMap<String, String>,
        log: &mut Log,
    ) -> Added {
        let mut readings = std::mem::take(&mut self.metrics);
        // The newest last, and of equally old ones always the same, in whatever order they came.
        readings.sort_by(|a, b| {
            let key = |r: &Reading| (r.at, r.metric);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.labels.cmp(&b.labels))
                .then(a.value.total_cmp(&b.value))
        });
        let names = labels::Names::new(spot_labels.keys());
        let prices = nodes::add(self, &readings, &names, log);
        pods::add(self, &readings, &names, log);
        let charges = charges::add(self, &readings, log);
        if names.unknown.get() > 0 {
            let message = || {
                "Prometheus allows fewer letters in labels: those of unknown names stand as the metrics have them, \
                 e.g. team_name for team-name or team.name"
                    .to_owned()
            };
            log.info("LabelNames", message, Place::default());
        }
        Added { prices, charges }
    }
}
