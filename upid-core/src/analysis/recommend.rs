//! What to do: sizes to change, bottlenecks to mend, idle workloads to review.

use std::collections::BTreeMap;

use super::AnalysisConfig;
use super::recommendation::{
    Level, Recommendation, RecommendationType, Risk, Savings, SavingsPart,
};
use super::resize::resize;
use super::result::{State, WorkloadAnalysis};
use crate::error::Result;
use crate::model::{Container, Reason};
use crate::rightsize::RightsizeConfig;
use crate::units::{Amount, fnv1a};

/// What is known of a workload when its recommendations are made.
pub(super) struct Case<'a> {
    pub(super) workload: &'a WorkloadAnalysis,
    /// Why its least idle replica looks as it does.
    pub(super) reasons: &'a [Reason],
    /// Containers of the template, for the places of their fields.
    pub(super) containers: &'a [&'a Container],
    /// Pod-milliseconds lived in the window ÷ (replicas × window): what savings at full replicas are scaled by.
    pub(super) lived: (i128, i128),
    /// What the sizes promised.
    pub(super) sizing: &'a RightsizeConfig,
    /// Sizes that must not fall, whatever the history says.
    pub(super) held: Held,
}

/// What forbids a smaller size: facts that the history of use does not show.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// An autoscaler keeps CPU at a share of the request, so a smaller request would add replicas.
    pub(super) cpu: bool,
    /// The same for memory, or a JVM whose heap is fixed.
    pub(super) memory: bool,
}

/// All recommendations for one workload, those that another makes pointless marked.
pub(super) fn recommend(case: &Case<'_>, config: &AnalysisConfig) -> Result<Vec<Recommendation>> {
    let mut list = Vec::new();
    let review = idle_review(case, config);
    let suppressed_by = review.as_ref().map(|r| r.id.clone());
    list.extend(review);
    // Together the containers cannot save more than the workload costs.
    let mut left = case.workload.cost.monthly.unwrap_or(Amount::ZERO);
    for size in &case.workload.rightsizing {
        if let Some(mut r) = resize(case, size, left, config)? {
            left = left.sub(r.monthly_savings.unwrap_or(Amount::ZERO).max(Amount::ZERO))?;
            r.suppressed_by.clone_from(&suppressed_by);
            list.push(r);
        }
    }
    Ok(list)
}

fn idle_review(case: &Case<'_>, config: &AnalysisConfig) -> Option<Recommendation> {
    let w = case.workload;
    let probability = w.probability.filter(|p| *p > config.idle_probability)?;
    if !matches!(w.state, State::Idle | State::ProbeOnly) {
        return None;
    }
    let action = format!(
        "Ask the owner of {} whether it is still needed: it looks idle (probability {probability:.2}).",
        w.id
    );
    let mut r = new(RecommendationType::IdleElimination, w.id.clone(), action);
    r.monthly_savings = w.cost.monthly;
    r.confidence = w.confidence;
    r.risk = Risk::High;
    r.effort = Level::Low;
    r.timeline = "1 week".into();
    r.reasons = case.reasons.to_vec();
    r.priority = priority(&r, config);
    Some(r)
}

pub(super) fn new(kind: RecommendationType, target: String, action: String) -> Recommendation {
    Recommendation {
        id: format!("{:016x}", fnv1a(format!("{kind:?}|{target}").as_bytes())),
        kind,
        target,
        action,
        change: Vec::new(),
        monthly_savings: None,
        realisable: None,
        confidence: 0.0,
        risk: Risk::Critical,
        priority: Level::Low,
        effort: Level::Medium,
        timeline: String::new(),
        reasons: Vec::new(),
        backtest: None,
        suppressed_by: None,
    }
}

pub(super) fn priority(r: &Recommendation, config: &AnalysisConfig) -> Level {
    let large = r.monthly_savings.is_some_and(|s| s > config.high_priority_savings);
    if r.confidence > config.high_confidence && large {
        Level::High
    } else if r.confidence > config.medium_confidence {
        Level::Medium
    } else {
        Level::Low
    }
}

/// What the recommendations save together; one that another makes pointless is not counted.
pub(super) fn savings(
    list: &[Recommendation],
    current: Option<Amount>,
    config: &AnalysisConfig,
) -> Result<Savings> {
    let mut savings = Savings { current_monthly: current, ..Savings::default() };
    if current.is_none() {
        return Ok(savings);
    }
    let (mut nominal, mut increases, mut high) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
    let mut parts: BTreeMap<RecommendationType, Amount> = BTreeMap::new();
    for r in list.iter().filter(|r| r.suppressed_by.is_none()) {
        let Some(amount) = r.monthly_savings else { continue };
        if amount.0 < 0 {
            increases = increases.sub(amount)?;
        }
        if amount.0 <= 0 {
            continue;
        }
        nominal = nominal.add(amount)?;
        let part = parts.entry(r.kind).or_default();
        *part = part.add(amount)?;
        if r.confidence > config.high_confidence {
            high = high.add(amount)?;
        }
    }
    savings.parts =
        parts.into_iter().map(|(stage, amount)| SavingsPart { stage, amount }).collect();
    savings.nominal_monthly = Some(nominal);
    savings.increases_monthly = Some(increases);
    savings.high_confidence = Some(high);
    Ok(savings)
}
