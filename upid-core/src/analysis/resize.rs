//! A recommendation to change what one container asks for.

use serde_json::Value;

use super::AnalysisConfig;
use super::recommend::{Case, new, priority};
use super::recommendation::{Change, Level, Recommendation, RecommendationType, Risk};
use crate::error::Result;
use crate::model::Reason;
use crate::rightsize::{
    CappedBy, LimitPolicy, MemoryPolicy, Resource, ResourceAdvice, SizeRecommendation, span,
};
use crate::units::{Amount, beside};

/// A change of one container's requests and limits, if it is significant and worth it; `left` is what is left of the
/// workload's cost to save.
pub(super) fn resize(
    case: &Case<'_>,
    size: &SizeRecommendation,
    left: Amount,
    config: &AnalysisConfig,
) -> Result<Option<Recommendation>> {
    let w = case.workload;
    let base = match w.kind.as_str() {
        "Pod" | "StaticPod" => "/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec/template/spec",
    };
    // Where money is known to be well spent, a smaller request would buy little.
    let thrifty = w.cost.waste_share.is_some_and(|waste| 1.0 - waste >= config.efficiency_target);
    let mut changes = Changes {
        place: format!("{base}/containers/{}/resources", size.key.container),
        list: Vec::new(),
        reasons: Vec::new(),
        risk: Risk::Low,
        smaller: false,
        larger: false,
        bottleneck: false,
        monthly: Some(Amount::ZERO),
    };
    let container = case.containers.iter().find(|c| c.name == size.key.container);
    let limits = container.map(|c| c.limits.clone()).unwrap_or_default();
    if let Some(cpu) = &size.cpu {
        let share = cpu.basis.as_ref().and_then(|basis| basis.throttled_share);
        let pressed = share.filter(|share| *share > config.throttle_limit).map(|share| {
            Reason::new(
                "Throttled",
                format!("the CPU was throttled in {:.0} % of its periods", share * 100.0),
            )
            .with("share", share)
        });
        let keep = thrifty || case.held.cpu;
        let risk = replayed(cpu, case.sizing.target);
        let (limit, limit_policy) = (limits.cpu_cores, case.sizing.cpu_limit_policy());
        let resource = Resource::Cpu;
        changes.add(Sized { resource, limit, limit_policy, pressed, keep, risk }, cpu);
    }
    if let Some(memory) = &size.memory {
        let kills = memory.basis.as_ref().map_or(0, |basis| basis.oom_events);
        let pressed = (kills > 0).then(|| {
            Reason::new("OomKilled", format!("killed for memory {kills} times"))
                .with("count", kills)
        });
        let keep = thrifty || case.held.memory;
        let risk = calibrated(memory, case.sizing.target);
        let (limit, limit_policy) = (limits.memory_bytes, case.sizing.memory_limit);
        let resource = Resource::Memory;
        changes.add(Sized { resource, limit, limit_policy, pressed, keep, risk }, memory);
    }
    if changes.list.is_empty() {
        return Ok(None);
    }
    let kind = if changes.bottleneck {
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
    let action = format!("{verb} what {} of {} asks for.", size.key.container, w.id);
    let mut r = new(kind, target, action);
    r.monthly_savings = scaled(changes.monthly, case, left)?;
    r.change = changes.list;
    r.reasons = changes.reasons;
    r.risk = if changes.bottleneck { Risk::High } else { changes.risk };
    r.backtest = size.cpu.as_ref().and_then(|cpu| cpu.backtest.clone());
    r.confidence = w.confidence;
    r.effort = Level::Medium;
    r.timeline = "1-3 weeks".into();
    r.priority = priority(&r, config);
    Ok(Some(r))
}

/// One resource of the container.
struct Sized {
    resource: Resource,
    limit: Option<f64>,
    limit_policy: LimitPolicy,
    /// Why it is too small as it is.
    pressed: Option<Reason>,
    /// Whether it must not become smaller.
    keep: bool,
    risk: Risk,
}

/// Collects the fields to change.
struct Changes {
    place: String,
    list: Vec<Change>,
    reasons: Vec<Reason>,
    risk: Risk,
    /// Whether a request or limit falls, and whether one rises.
    smaller: bool,
    larger: bool,
    /// Whether one rises because it was too small.
    bottleneck: bool,
    /// What the listed changes save at full replicas; unknown if one is.
    monthly: Option<Amount>,
}

impl Changes {
    /// Adds one resource, unless its change is not significant or it must not become smaller.
    fn add<P>(&mut self, sized: Sized, advice: &ResourceAdvice<P>) {
        let Some(to) = advice.recommended.filter(|_| advice.is_significant()) else { return };
        let smaller = advice.current.is_some_and(|current| to < current);
        if smaller && (sized.keep || sized.pressed.is_some()) {
            return;
        }
        self.smaller |= smaller;
        self.larger |= !smaller;
        self.bottleneck |= sized.pressed.is_some();
        let saved = advice.delta.and_then(|delta| delta.monthly_savings);
        self.monthly = match (self.monthly, saved) {
            (Some(sum), Some(saved)) => sum.add(saved).ok(),
            _ => None,
        };
        let name = match sized.resource {
            Resource::Cpu => "cpu",
            Resource::Memory => "memory",
        };
        let text = |v: f64| sized.resource.quantity(v);
        let value = |v: f64| Value::String(text(v));
        self.list.push(Change {
            path: format!("{}/requests/{name}", self.place),
            from: advice.current.map(value),
            to: Some(value(to)),
        });
        let limit = advice.limit.filter(|_| advice.limit != sized.limit);
        if let Some(limit) = limit {
            // No limit is the highest one.
            let lower = sized.limit.is_none_or(|now| limit < now);
            self.smaller |= lower;
            self.larger |= !lower;
            self.list.push(Change {
                path: format!("{}/limits/{name}", self.place),
                from: sized.limit.map(value),
                to: Some(value(limit)),
            });
        }
        self.reasons.extend(sized.pressed);
        if let Some(basis) = &advice.basis {
            let now = advice.current.map(|v| beside(&text(v), &text(to)));
            let from = now.unwrap_or_else(|| "nothing".to_owned());
            let message = format!(
                "{name}: asks for {from}; {} samples within {} call for {}.",
                basis.n,
                span(basis.window_days),
                called_for(sized.resource, advice, to)
            );
            self.reasons.push(
                Reason::new("SizeFromHistory", message)
                    .with("samples", basis.n)
                    .with("days", basis.window_days),
            );
        }
        self.reasons.extend(advice.reasons.iter().cloned());
        let raised = advice.reasons.iter().any(|reason| reason.code == "LimitRaisedToRequest");
        self.reasons.extend(limit.filter(|_| !raised).and_then(|to| {
            let rule = limit_rule(sized.limit_policy, advice.current)?;
            let now = sized.limit.map(|v| beside(&text(v), &text(to)));
            let from = now.unwrap_or_else(|| "nothing".to_owned());
            let message = format!("{name}: the limit goes from {from} to {}: {rule}.", text(to));
            let reason = Reason::new("LimitChanged", message).with("before", sized.limit);
            Some(reason.with("after", to))
        }));
        self.risk = self.risk.max(sized.risk);
    }
}

/// What the samples call for, and what made the size `to` of it.
fn called_for<P>(resource: Resource, advice: &ResourceAdvice<P>, to: f64) -> String {
    let size = resource.quantity(to);
    let Some(uncapped) = advice.uncapped.filter(|v| resource.quantity(*v) != size) else {
        return size;
    };
    let called = resource.shown_beside(uncapped, to);
    match advice.capped_by {
        CappedBy::None => size,
        CappedBy::Quantum | CappedBy::ObservedPeak => format!("{called}, rounded up to {size}"),
        CappedBy::Floor => format!("{called}, raised to the floor of {size}"),
        CappedBy::Cap => format!("{called}, lowered to the cap of {size}"),
        CappedBy::Node => format!("{called}, but the largest node has {size} to give"),
    }
}

/// How a limit follows from the request or from use; `None` where it stays or goes.
fn limit_rule(policy: LimitPolicy, old_request: Option<f64>) -> Option<String> {
    let equal = "it equals the request, so that nodes set aside what pods may use";
    Some(match policy {
        LimitPolicy::Unchanged | LimitPolicy::Remove => return None,
        LimitPolicy::KeepRatio if old_request.is_some_and(|v| v > 0.0) => {
            "it keeps its ratio to the request".to_owned()
        }
        LimitPolicy::EqualRequest | LimitPolicy::KeepRatio => equal.to_owned(),
        LimitPolicy::Burst { ratio } => format!("it is {ratio} times the request"),
        LimitPolicy::Quantile { q } => format!("it is the {q} quantile of use"),
    })
}

/// Risk from the replay: how often the size was too small, against the share of time that the config allows.
fn replayed<P>(advice: &ResourceAdvice<P>, target: f64) -> Risk {
    match &advice.backtest {
        Some(backtest) if backtest.folds > 0 => graded(backtest.violation_rate, target),
        _ => Risk::Critical,
    }
}

/// Risk from the calibrated probability of an OOM kill, against the one that its policy promises.
fn calibrated(advice: &ResourceAdvice<MemoryPolicy>, target: f64) -> Risk {
    let promised = match advice.basis.as_ref().map(|basis| &basis.policy) {
        Some(MemoryPolicy::PeakFactor(policy)) => policy.risk,
        _ => target,
    };
    match &advice.risk {
        Some(risk) if risk.calibrated => graded(risk.p_exceed, promised),
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
