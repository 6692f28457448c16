//! What to do: sizes to change, bottlenecks to mend, idle workloads to review.

use serde_json::Value;

use super::AnalysisConfig;
use super::recommendation::{Change, Level, Recommendation, RecommendationType, Risk, Savings};
use super::result::{State, WorkloadAnalysis};
use crate::error::Result;
use crate::model::{Container, Reason};
use crate::rightsize::{ResourceAdvice, SizeRecommendation};
use crate::units::{Amount, Quantity, QuantityFormat, fnv1a};

/// What is known of a workload when its recommendations are made.
pub(super) struct Case<'a> {
    pub(super) workload: &'a WorkloadAnalysis,
    /// Why its least idle replica looks as it does.
    pub(super) reasons: &'a [Reason],
    /// Containers of the template, for the places of their fields.
    pub(super) containers: &'a [&'a Container],
    /// Pod-milliseconds lived in the window ÷ (replicas × window): what savings at full replicas are scaled by.
    pub(super) lived: (i128, i128),
    pub(super) throttling: Option<f64>,
    pub(super) ooms: u64,
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

/// A change of one container's requests and limits, if it is significant and worth it.
fn resize(
    case: &Case<'_>,
    size: &SizeRecommendation,
    left: Amount,
    config: &AnalysisConfig,
) -> Result<Option<Recommendation>> {
    let w = case.workload;
    let throttled = case.throttling.filter(|t| *t > config.throttle_limit);
    let bottleneck = throttled.is_some() || case.ooms > 0;
    let container = case.containers.iter().find(|c| c.name == size.key.container);
    let base = match w.kind.as_str() {
        "Pod" | "StaticPod" => "/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec/template/spec",
    };
    let place = format!("{base}/containers/{}/resources", size.key.container);
    let mut changes = Changes {
        place,
        list: Vec::new(),
        reasons: Vec::new(),
        risk: Risk::Low,
        smaller: false,
        larger: false,
        monthly: Some(Amount::ZERO),
    };
    let limits = container.map(|c| c.limits.clone()).unwrap_or_default();
    if let Some(cpu) = &size.cpu {
        let blocked = throttled.is_some();
        changes.resource("cpu", cpu, limits.cpu_cores, cores, blocked, cpu_risk(cpu));
    }
    if let Some(memory) = &size.memory {
        let blocked = case.ooms > 0;
        changes.resource(
            "memory",
            memory,
            limits.memory_bytes,
            bytes,
            blocked,
            memory_risk(memory),
        );
    }
    if changes.list.is_empty() {
        return Ok(None);
    }
    let savings = scaled(changes.monthly, case, left)?;
    let wasteful = w.cost.waste_share.is_some_and(|waste| 1.0 - waste < config.efficiency_target);
    let saves = savings.is_none_or(|s| s.0 > 0);
    if !bottleneck && saves && !wasteful {
        // Well used as it is: a smaller request would buy little.
        return Ok(None);
    }
    let kind = if bottleneck {
        RecommendationType::PerformanceFix
    } else {
        RecommendationType::ResourceOptimization
    };
    let verb = match (changes.smaller, changes.larger) {
        (true, false) => "Lower",
        (false, true) => "Raise",
        _ => "Change",
    };
    let target = format!("{}/{}", w.id, size.key.container);
    let mut r =
        new(kind, target, format!("{verb} what {} of {} asks for.", size.key.container, w.id));
    r.change = changes.list;
    r.reasons = changes.reasons;
    if let Some(share) = throttled {
        r.reasons.push(
            Reason::new(
                "Throttled",
                format!("the CPU was throttled in {:.0} % of its periods", share * 100.0),
            )
            .with("share", share),
        );
    }
    if case.ooms > 0 {
        r.reasons.push(
            Reason::new("OomKilled", format!("killed for memory {} times", case.ooms))
                .with("count", case.ooms),
        );
    }
    r.monthly_savings = savings;
    r.risk = if bottleneck { Risk::High } else { changes.risk };
    r.backtest = size.cpu.as_ref().and_then(|cpu| cpu.backtest.clone());
    r.confidence = w.confidence;
    r.effort = Level::Medium;
    r.timeline = "1-3 weeks".into();
    r.priority = priority(&r, config);
    Ok(Some(r))
}

/// Collects the fields to change.
struct Changes {
    place: String,
    list: Vec<Change>,
    reasons: Vec<Reason>,
    risk: Risk,
    /// Whether a request falls, and whether one rises.
    smaller: bool,
    larger: bool,
    /// What the listed changes save at full replicas; unknown if one is.
    monthly: Option<Amount>,
}

impl Changes {
    /// Adds one resource, unless its change is not significant or `blocked` forbids a smaller size.
    fn resource<P>(
        &mut self,
        name: &str,
        advice: &ResourceAdvice<P>,
        limit: Option<f64>,
        text: fn(f64) -> String,
        blocked: bool,
        risk: Risk,
    ) {
        let Some(to) = advice.recommended.filter(|_| advice.is_significant()) else { return };
        let smaller = advice.current.is_some_and(|current| to < current);
        if blocked && smaller {
            return;
        }
        self.smaller |= smaller;
        self.larger |= !smaller;
        let saved = advice.delta.and_then(|delta| delta.monthly_savings);
        self.monthly = match (self.monthly, saved) {
            (Some(sum), Some(saved)) => sum.add(saved).ok(),
            _ => None,
        };
        let value = |v: f64| Value::String(text(v));
        self.list.push(Change {
            path: format!("{}/requests/{name}", self.place),
            from: advice.current.map(value),
            to: Some(value(to)),
        });
        if advice.limit.is_some() && advice.limit != limit {
            self.list.push(Change {
                path: format!("{}/limits/{name}", self.place),
                from: limit.map(value),
                to: advice.limit.map(value),
            });
        }
        if let Some(basis) = &advice.basis {
            let from = advice.current.map_or_else(|| "nothing".to_owned(), text);
            let message = format!(
                "{name}: asks for {from}; {} samples over {:.1} days call for {}.",
                basis.n,
                basis.window_days,
                text(to)
            );
            self.reasons.push(
                Reason::new("SizeFromHistory", message)
                    .with("samples", basis.n)
                    .with("days", basis.window_days),
            );
        }
        self.reasons.extend(advice.reasons.iter().cloned());
        self.risk = self.risk.max(risk);
    }
}

/// Risk from the replay: how often the size was too small, against what the policy promises.
fn cpu_risk<P>(advice: &ResourceAdvice<P>) -> Risk {
    match &advice.backtest {
        Some(backtest) if backtest.folds > 0 => graded(backtest.violation_rate, 0.05),
        _ => Risk::Critical,
    }
}

/// Risk from the calibrated probability of an OOM kill.
fn memory_risk<P>(advice: &ResourceAdvice<P>) -> Risk {
    match &advice.risk {
        Some(risk) if risk.calibrated => graded(risk.p_exceed, 0.01),
        _ => Risk::Critical,
    }
}

fn graded(rate: f64, target: f64) -> Risk {
    match rate {
        r if r <= target => Risk::Low,
        r if r <= 2.0 * target => Risk::Medium,
        r if r <= 4.0 * target => Risk::High,
        _ => Risk::Critical,
    }
}

/// Savings at full replicas over a whole month, scaled to the hours the pods lived and cut to what is left of
/// their cost.
fn scaled(monthly: Option<Amount>, case: &Case<'_>, left: Amount) -> Result<Option<Amount>> {
    let (Some(monthly), Some(_)) = (monthly, case.workload.cost.monthly) else { return Ok(None) };
    let (lived, whole) = case.lived;
    if whole == 0 {
        return Ok(Some(Amount::ZERO));
    }
    Ok(Some(monthly.mul_ratio(lived, whole)?.min(left)))
}

fn new(kind: RecommendationType, target: String, action: String) -> Recommendation {
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

fn priority(r: &Recommendation, config: &AnalysisConfig) -> Level {
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
    let (mut nominal, mut high) = (Amount::ZERO, Amount::ZERO);
    for r in list.iter().filter(|r| r.suppressed_by.is_none()) {
        let Some(amount) = r.monthly_savings.filter(|a| a.0 > 0) else { continue };
        nominal = nominal.add(amount)?;
        let part = savings.parts.entry(format!("{:?}", r.kind)).or_default();
        *part = part.add(amount)?;
        if r.confidence > config.high_confidence {
            high = high.add(amount)?;
        }
    }
    savings.nominal_monthly = Some(nominal);
    savings.high_confidence = Some(high);
    Ok(savings)
}

fn cores(value: f64) -> String {
    quantity(value * 1e9, QuantityFormat::DecimalSI)
}

fn bytes(value: f64) -> String {
    quantity(value.round_ties_even() * 1e9, QuantityFormat::BinarySI)
}

/// A size as Kubernetes writes it.
fn quantity(nano: f64, format: QuantityFormat) -> String {
    match Quantity::from_nano(nano.round_ties_even() as i128, format) {
        Ok(quantity) => quantity.to_string(),
        // Past what a manifest can hold; the number itself still tells the reader what is meant.
        Err(_) => format!("{}", nano / 1e9),
    }
}
