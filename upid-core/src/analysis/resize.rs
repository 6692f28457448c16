//! A recommendation to change what one container asks for.

use serde_json::Value;

use super::AnalysisConfig;
use super::recommend::{Case, new, priority};
use super::recommendation::{Change, Level, Recommendation, RecommendationType, Risk};
use crate::error::Result;
use crate::model::Reason;
use crate::rightsize::{MemoryPolicy, ResourceAdvice, SizeRecommendation};
use crate::units::{Amount, Quantity, QuantityFormat, beside};

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
        changes.add(
            Sized { name: "cpu", limit: limits.cpu_cores, text: cores, pressed, keep, risk },
            cpu,
        );
    }
    if let Some(memory) = &size.memory {
        let kills = memory.basis.as_ref().map_or(0, |basis| basis.oom_events);
        let pressed = (kills > 0).then(|| {
            Reason::new("OomKilled", format!("killed for memory {kills} times"))
                .with("count", kills)
        });
        let keep = thrifty || case.held.memory;
        let risk = calibrated(memory, case.sizing.target);
        changes.add(
            Sized { name: "memory", limit: limits.memory_bytes, text: bytes, pressed, keep, risk },
            memory,
        );
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
    name: &'static str,
    limit: Option<f64>,
    text: fn(f64) -> String,
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
    /// Whether a request falls, and whether one rises.
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
        let (name, text) = (sized.name, sized.text);
        let value = |v: f64| Value::String(text(v));
        self.list.push(Change {
            path: format!("{}/requests/{name}", self.place),
            from: advice.current.map(value),
            to: Some(value(to)),
        });
        if advice.limit.is_some() && advice.limit != sized.limit {
            self.list.push(Change {
                path: format!("{}/limits/{name}", self.place),
                from: sized.limit.map(value),
                to: advice.limit.map(value),
            });
        }
        self.reasons.extend(sized.pressed);
        if let Some(basis) = &advice.basis {
            let now = advice.current.map(|v| beside(&text(v), &text(to)));
            let from = now.unwrap_or_else(|| "nothing".to_owned());
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
        self.risk = self.risk.max(sized.risk);
    }
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
