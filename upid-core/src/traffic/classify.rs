//! From classes with hourly counts to verdicts and totals.

use std::collections::BTreeMap;

use super::class::ClassSeries;
use super::config::TrafficConfig;
use super::hours::HourSet;
use super::report::{TrafficClass, TrafficReport};
use super::rules::{Judge, Judgement};
use super::verdict::{TrafficReason, Verdict};
use crate::error::Result;
use crate::model::Finding;

/// What is known about the log of the requests.
#[derive(Debug, Clone, PartialEq)]
pub struct LogFacts {
    /// UTC hours that the log covers.
    pub observed: HourSet,
    /// How many of the covered hours lie in the window.
    pub observed_hours: u64,
    /// Share of requests that were logged, 0..1, more than 0.
    pub sample_rate: f64,
}

/// A log that covers no hour.
impl Default for LogFacts {
    fn default() -> Self {
        Self { observed: HourSet::default(), observed_hours: 0, sample_rate: 1.0 }
    }
}

/// The verdicts with the hourly counts that idle detection reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// Classes and totals.
    pub report: TrafficReport,
    /// UTC hours with business requests and their number as logged, ascending.
    pub business: Vec<(i64, u64)>,
    /// UTC hours with requests of any kind and their number as logged, ascending.
    pub all: Vec<(i64, u64)>,
    /// Business requests answered with 5xx, as logged.
    pub business_failures: u64,
    /// Business requests whose status is known, as logged.
    pub business_with_status: u64,
}

/// Classifies classes of requests; keys unique and in order, the rest class last.
pub fn classify_series(
    series: &[ClassSeries],
    log: &LogFacts,
    config: &TrafficConfig,
    quality: Vec<Finding>,
) -> Result<Classified> {
    let judge = Judge::new(config, log.sample_rate < 1.0)?;
    let mut totals: BTreeMap<Verdict, u64> = BTreeMap::new();
    let mut hours: BTreeMap<Verdict, HourSet> = BTreeMap::new();
    let (mut business, mut all) = (Vec::new(), Vec::new());
    let (mut business_failures, mut business_with_status) = (0_u64, 0_u64);
    let mut classes = Vec::with_capacity(series.len());
    for class in series {
        let judgement = if class.is_other() {
            Judgement { verdict: Verdict::Business, reason: TrafficReason::Default, cadence: None }
        } else {
            judge.judge(&class.key, &class.hours, &log.observed)
        };
        let requests = class.requests();
        let total = totals.entry(judgement.verdict).or_default();
        *total = total.saturating_add(requests);
        let seen = hours.entry(judgement.verdict).or_default();
        class.hours.iter().for_each(|h| seen.insert(h.hour));
        let by_hour = class.hours.iter().map(|h| (h.hour, h.count));
        all.extend(by_hour.clone());
        if judgement.verdict == Verdict::Business {
            business.extend(by_hour);
        }
        if judgement.verdict == Verdict::Business && !class.key.status_group.is_empty() {
            business_with_status = business_with_status.saturating_add(requests);
            if class.key.status_group == "5xx" {
                business_failures = business_failures.saturating_add(requests);
            }
        }
        classes.push(described(class, &judgement, requests));
    }
    // Stable, so that classes of equal size keep the order of their keys.
    classes.sort_by_key(|class| std::cmp::Reverse(class.requests));
    let of = |verdict| totals.get(&verdict).copied().unwrap_or(0) as f64 / log.sample_rate;
    let days = log.observed_hours as f64 / 24.0;
    let per_day = totals.keys().filter(|_| days > 0.0).map(|v| (*v, of(*v) / days)).collect();
    let report = TrafficReport {
        classes,
        per_day,
        observed_hours: log.observed_hours,
        business_requests: of(Verdict::Business),
        ambiguous_requests: of(Verdict::Metronome) + of(Verdict::Unknown),
        hours: hours.into_iter().map(|(verdict, set)| (verdict, set.len())).collect(),
        totals,
        quality,
    };
    let (business, all) = (summed(business), summed(all));
    Ok(Classified { report, business, all, business_failures, business_with_status })
}

/// Adds the counts of equal hours.
fn summed(mut hours: Vec<(i64, u64)>) -> Vec<(i64, u64)> {
    hours.sort_unstable();
    hours.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
    hours
}

fn described(class: &ClassSeries, judgement: &Judgement, requests: u64) -> TrafficClass {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let key = &class.key;
    TrafficClass {
        path: text(&key.template),
        family: text(&key.family),
        method: text(&key.method),
        status_group: text(&key.status_group),
        source: text(&key.source),
        verdict: judgement.verdict,
        reason: judgement.reason,
        requests,
        mean_per_hour: judgement.cadence.map(|c| c.mean_per_hour),
        dispersion: judgement.cadence.map(|c| c.dispersion),
    }
}
