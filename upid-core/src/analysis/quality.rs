//! What a reader must know about inputs and answer.

use std::collections::BTreeMap;

use super::assemble::Builder;
use super::join::JoinedPod;
use super::result::PodAnalysis;
use crate::model::{Finding, Severity};
use crate::usage::MetricId;

/// Reasons of an assessment that speak of the evidence, not of the pod.
const EVIDENCE: [(&str, &str); 5] = [
    ("ShortHistory", "less than a week was observed, so idleness cannot be told with confidence"),
    ("RequestTelemetryAbsent", "no request log: business traffic is unknown, not zero"),
    (
        "RequestLogSampled",
        "the request log is a sample: counts are scaled, and silence proves less",
    ),
    ("TelemetryGaps", "hours without samples: unobserved is not quiet"),
    (
        "UserAgentsAbsent",
        "the request log has no user agents: probes are told by path and rhythm only",
    ),
];

impl Builder<'_> {
    /// What a reader must know: flags of the attribution, notes of the assessments, what is missing.
    pub(super) fn findings(&self, pods: &[PodAnalysis]) -> Vec<Finding> {
        let mut findings = self.attribution.quality.flags.clone();
        let mut notes: BTreeMap<(String, Option<String>), Vec<String>> = BTreeMap::new();
        for pod in pods {
            for note in &pod.idle.quality {
                let key = (note.code.clone(), note.message.clone());
                notes.entry(key).or_default().push(pod.id.clone());
            }
        }
        for pod in pods {
            for reason in &pod.idle.reasons {
                if let Some((code, message)) =
                    EVIDENCE.iter().find(|(code, _)| *code == reason.code)
                {
                    let key = ((*code).to_owned(), Some((*message).to_owned()));
                    notes.entry(key).or_default().push(pod.id.clone());
                }
            }
        }
        for ((code, message), places) in notes {
            let text = message.unwrap_or_else(|| "see the pods named".into());
            findings.push(Finding::new(&code, Severity::Info, &text, places));
        }
        let missing = |code: &str, message: &str, places: Vec<String>| {
            (!places.is_empty()).then(|| Finding::new(code, Severity::Warning, message, places))
        };
        let silent = self.join.pods.iter().filter(|p| p.usage.is_empty()).map(JoinedPod::id);
        findings.extend(missing(
            "UsageMissing",
            "pods without any telemetry: their idleness is unknown and their cost unmeasured",
            silent.collect(),
        ));
        let whole = self.join.pods.iter().filter(|p| {
            p.usage.has(MetricId::CPU_CORES) && p.usage.keys().all(|key| key.container.is_empty())
        });
        findings.extend(missing(
            "PodLevelOnly",
            "telemetry is per pod and not per container: there is no size advice without the latter",
            whole.map(JoinedPod::id).collect(),
        ));
        let window = self.snapshot.window;
        let outside = self.join.pods.iter().filter(|p| {
            p.usage.span().is_some_and(|(first, last)| last < window.start || first >= window.end)
        });
        findings.extend(missing(
            "UsageOutsideWindow",
            "all telemetry of these pods lies outside the window; were seconds given for milliseconds?",
            outside.map(JoinedPod::id).collect(),
        ));
        if self.snapshot.now < window.start {
            findings.extend(missing(
                "NowBeforeWindow",
                "now lies before the window: evidence of idleness looks back from now",
                vec![self.snapshot.now.to_string()],
            ));
        }
        if window.end > self.snapshot.now {
            findings.extend(missing(
                "WindowAfterNow",
                "the window ends after now: costs after now are what would be paid if nothing changed",
                vec![window.end.to_string()],
            ));
        }
        let left_alone = (0..self.join.pods.len()).filter(|&i| self.opted_out(i));
        findings.extend(missing(
            "OptedOut",
            "the caller wants these left alone: nothing is recommended for a workload of such pods",
            left_alone.map(|i| self.join.pods[i].id()).collect(),
        ));
        let context = &self.snapshot.context;
        let unread = [("revenue", !context.revenue.is_empty()), ("jvm", !context.jvm.is_empty())];
        findings.extend(missing(
            "ContextIgnored",
            "this version does not compute with it; memory of a JVM named there is never lowered",
            unread
                .iter()
                .filter(|(_, given)| *given)
                .map(|(name, _)| format!("context.{name}"))
                .collect(),
        ));
        if self.usage.is_empty() {
            findings.push(Finding::new(
                "NoUsage",
                Severity::Warning,
                "no Usage was given: only costs by request are known",
                vec![self.snapshot.cluster.name.clone()],
            ));
        }
        if self.snapshot.context.business_hours.is_none() {
            findings.push(Finding::new(
                "NoBusinessCalendar",
                Severity::Info,
                "no business hours were given: questions about them stay unknown",
                vec![self.snapshot.cluster.name.clone()],
            ));
        }
        findings
    }
}
