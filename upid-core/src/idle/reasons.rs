//! Why: codes, numbers and sentences (idle.md §8).

use serde_json::Value;

use super::assessment::DependencyEvidence;
use super::business::BusinessEvidence;
use super::evidence::PodEvidence;
use super::feature::{Factor, SPECS};
use super::model::Regime;
use super::observation::PodContext;
use super::score::IdleScore;
use super::temporal::TemporalEvidence;
use super::windows::IdleWindows;
use crate::confidence::Evidence;
use crate::model::{Direction, Reason};
use crate::units::MS_PER_HOUR;
use crate::usage::UserAgents;

/// What the reasons are drawn from.
pub(super) struct Facts<'a> {
    pub evidence: &'a PodEvidence,
    pub business: Option<&'a BusinessEvidence>,
    pub temporal: &'a TemporalEvidence,
    pub dependency: &'a DependencyEvidence,
    pub confidence: &'a Evidence,
    pub score: &'a IdleScore,
    pub windows: &'a IdleWindows,
    /// Requests that are no business.
    pub other_requests: u64,
    pub context: &'a PodContext,
}

/// All reasons, by the size of their log-odds, then by code.
pub(super) fn explain(facts: &Facts<'_>) -> Vec<Reason> {
    let mut list = Reasons { facts, found: Vec::new() };
    list.business();
    list.temporal();
    list.resource();
    list.context();
    list.quality();
    let size = |reason: &Reason| reason.log_odds.unwrap_or(0.0).abs();
    list.found.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.code.cmp(&b.code)));
    list.found
}

struct Reasons<'a> {
    facts: &'a Facts<'a>,
    found: Vec<Reason>,
}

impl Reasons<'_> {
    fn add(
        &mut self,
        code: &str,
        factor: Factor,
        features: &[&str],
        message: String,
        data: &[(&str, Value)],
    ) {
        let odds = self.odds(features);
        let direction = match odds {
            odds if odds > 0.0 => Direction::Idle,
            odds if odds < 0.0 => Direction::Active,
            _ => Direction::Neutral,
        };
        let mut reason = Reason::new(code, message);
        for (name, value) in data {
            reason = reason.with(name, value.clone());
        }
        self.found.push(reason.in_factor(factor.name(), direction, odds));
    }

    /// What some features add to the log-odds.
    fn odds(&self, features: &[&str]) -> f64 {
        let contributions = self.facts.score.contributions.iter();
        contributions
            .filter(|c| features.contains(&c.feature.as_str()))
            .fold(0.0, |sum, c| sum + c.log_odds)
    }

    /// φ of a feature whose value was known.
    fn phi(&self, name: &str) -> Option<f64> {
        let spec = SPECS.iter().find(|spec| spec.name == name)?;
        let found = self.facts.score.contributions.iter().find(|c| c.feature == name)?;
        found.value.map(|value| spec.phi(value))
    }

    fn business(&mut self) {
        const BUSINESS: &[&str] =
            &["businessRateUpper", "businessActiveDays", "hoursSinceBusiness", "observedSilence"];
        let Some(business) = self.facts.business else {
            let message = "no request log covers the window: silence was not observed".to_owned();
            self.add("RequestTelemetryAbsent", Factor::Business, &[], message, &[]);
            return;
        };
        let (days, requests) = (business.exposure_days, business.requests);
        let upper = business.upper_per_day.unwrap_or(f64::NAN);
        let data = [
            ("requests", Value::from(requests)),
            ("exposureDays", days.into()),
            ("upperPerDay", upper.into()),
        ];
        if business.never && days >= 1.0 {
            let message =
                format!("0 business requests in {days:.1} days; at most {upper:.2} a day at 95 %");
            self.add("NoBusinessTraffic", Factor::Business, BUSINESS, message, &data);
        } else if !business.never {
            let message = format!(
                "{requests:.0} business requests in {days:.1} days on {} of them, the last {:.0} h ago",
                plural(business.active_days, "day"),
                business.hours_since_last
            );
            self.add("BusinessTraffic", Factor::Business, BUSINESS, message, &data);
        }
        let others = self.facts.other_requests;
        if business.never && others > 0 {
            let message =
                format!("all {others} requests are probes, scrapes, monitoring, bots or ambiguous");
            let data = [("requests", others.into())];
            self.add("ProbeTrafficOnly", Factor::Business, &[], message, &data);
        }
        let ambiguous = self.facts.evidence.classified.report.ambiguous_requests;
        if ambiguous > 0.0 {
            let message = format!("{ambiguous:.0} requests may be business or not");
            let data = [("requests", ambiguous.into())];
            self.add("AmbiguousTraffic", Factor::Business, &["ambiguousRate"], message, &data);
        }
        let log = &self.facts.evidence.log;
        if log.sample_rate < 1.0 {
            let message = format!("the request log holds {:.3} of the requests", log.sample_rate);
            let data = [("sampleRate", log.sample_rate.into())];
            self.add("RequestLogSampled", Factor::Business, &[], message, &data);
        }
        if log.user_agents == UserAgents::Absent && self.facts.score.regime == Regime::Partial {
            let message = "the request log carries no user agents".to_owned();
            self.add("UserAgentsAbsent", Factor::Business, &[], message, &[]);
        }
    }

    fn temporal(&mut self) {
        let temporal = self.facts.temporal;
        if temporal.stopped {
            let (gap, silent) = (temporal.gap_hours.unwrap_or(0.0), temporal.silent_expected_hours);
            let message = format!(
                "silent for {gap:.0} h, in which {silent:.1} active hours were to be expected"
            );
            let data = [("gapHours", gap.into()), ("silentExpectedHours", silent.into())];
            self.add("StoppedActivity", Factor::Temporal, &["stoppedHours"], message, &data);
        }
        if let Some(next) = temporal.next_expected_activity {
            let hours = (next.0 - self.facts.context.now.0) as f64 / MS_PER_HOUR as f64;
            if hours < 168.0 {
                let message = format!("activity is expected in {hours:.1} h, at {next}");
                let data = [("hours", hours.into()), ("at", next.to_string().into())];
                self.add("ActivityExpected", Factor::Temporal, &["expectedSoon"], message, &data);
            }
        }
        if temporal.recurrence >= 0.5 {
            let message = format!(
                "an hour of the week is active with a chance of {:.2}",
                temporal.recurrence
            );
            let data = [("recurrence", temporal.recurrence.into())];
            self.add("RecurringActivity", Factor::Temporal, &["recurrence"], message, &data);
        }
        if !self.facts.windows.windows.is_empty() {
            let hours = self.facts.windows.idle_hours_per_week;
            let message = format!("nothing ever happened in {hours} hours of the week");
            let data = [("idleHoursPerWeek", hours.into())];
            self.add("IdleWindows", Factor::Temporal, &[], message, &data);
        }
    }

    fn resource(&mut self) {
        let resource = &self.facts.evidence.resource;
        if let Some(per_day) = resource.work_hours_per_day.filter(|per_day| per_day * 7.0 >= 1.0) {
            let message =
                format!("CPU and network burst together in {:.1} h a week", per_day * 7.0);
            let data = [("workHoursPerDay", per_day.into())];
            let features = ["workHours", "silentButWorking"];
            self.add("WorkBursts", Factor::Resource, &features, message, &data);
        }
        if let (Some(cpu), Some(phi)) = (&resource.cpu, self.phi("cpuRange")) {
            let data = [("q05", cpu.q05.into()), ("q50", cpu.q50.into()), ("q99", cpu.q99.into())];
            if phi < 0.1 {
                let message = format!(
                    "CPU stays between {:.4} and {:.4} cores (5 % and 99 %)",
                    cpu.q05, cpu.q99
                );
                let features = ["cpuRange", "silentAndFlat"];
                self.add("CpuFlat", Factor::Resource, &features, message, &data);
            } else if phi > 0.5 {
                let message =
                    format!("CPU rises from {:.4} to {:.4} cores (5 % and 99 %)", cpu.q05, cpu.q99);
                self.add("CpuAboveFloor", Factor::Resource, &["cpuRange"], message, &data);
            }
        }
        if let Some(median) = resource.connections_median.filter(|median| *median >= 1.0) {
            let message = format!("{median:.0} connections are established at the median");
            let data = [("median", median.into())];
            self.add("LongLivedConnections", Factor::Resource, &["connections"], message, &data);
        }
    }

    fn context(&mut self) {
        let dependency = self.facts.dependency;
        if let Some(n) = dependency.inbound_dependents.filter(|n| *n > 0) {
            let message = format!("called by {}", plural(u64::from(n), "workload"));
            let data = [("dependents", n.into())];
            let features = ["inboundDependents"];
            self.add("InboundDependents", Factor::Dependency, &features, message, &data);
        }
        if dependency.unhealthy > 0 {
            let n = dependency.unhealthy;
            let message =
                format!("{} unhealthy: silence may be an outage", plural(u64::from(n), "upstream"));
            let data = [("unhealthy", n.into())];
            let features = ["unhealthyUpstream"];
            self.add("UnhealthyUpstream", Factor::Dependency, &features, message, &data);
        }
        if let Some(phi) = self.phi("freshness").filter(|phi| *phi > 0.0) {
            let days = (1.0 - phi) * 7.0;
            let message = format!("it is {days:.1} days old");
            let data = [("ageDays", days.into())];
            self.add("FreshDeployment", Factor::Context, &["freshness"], message, &data);
        }
        if let Some(level) = self.facts.context.criticality.filter(|level| *level >= 0.8) {
            let message = format!("its criticality is {level:.2}");
            let data = [("criticality", level.into())];
            self.add("CriticalWorkload", Factor::Context, &["criticality"], message, &data);
        }
        if self.phi("nonProduction").is_some_and(|phi| phi > 0.0) {
            let message = "it runs in a non-production environment".to_owned();
            self.add("NonProduction", Factor::Context, &["nonProduction"], message, &[]);
        }
    }

    fn quality(&mut self) {
        let evidence = self.facts.evidence;
        let days = self.facts.confidence.observed_days;
        let share = days * 24.0 / evidence.expected_hours.max(1) as f64;
        if share < 0.95 {
            let message = format!("CPU or network was observed in {share:.2} of the hours");
            let data = [("coverage", share.into())];
            self.add("TelemetryGaps", Factor::Resource, &[], message, &data);
        }
        if days < 7.0 {
            let message = format!("only {days:.1} days were observed");
            let data = [("observedDays", days.into())];
            self.add("ShortHistory", Factor::Temporal, &[], message, &data);
        }
        let window = evidence.hours.hours() / 24.0;
        if window < 62.0 {
            let message = format!("a monthly job cannot be seen in {window:.0} days");
            let data = [("windowDays", window.into())];
            self.add("MonthlyCycleUnobservable", Factor::Temporal, &[], message, &data);
        }
        let imputed = &self.facts.score.imputed;
        if !imputed.is_empty() {
            let message = format!("the model's means stand for {}", imputed.join(", "));
            let names: Vec<&str> = imputed.iter().map(String::as_str).collect();
            let data = [("features", names.clone().into())];
            self.add("ModelImputation", Factor::Context, &names, message, &data);
        }
    }
}

fn plural(n: u64, word: &str) -> String {
    if n == 1 { format!("{n} {word}") } else { format!("{n} {word}s") }
}
