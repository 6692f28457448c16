//! The pipeline: history → evidence → policy → raise → bounds → limit → gate → replay → savings.

use super::advice::{
    Need, ResourceAdvice, SizeBasis, SizeEvidence, SizeInterval, SizeRecommendation, SizeRisk,
};
use super::aggregate::Workload;
use super::backtest::{Backtest, BacktestConfig, replay};
use super::choose::{Choice, auto, joined};
use super::oom::least_after_kills;
use super::rule::{Rule, Valued};
use super::sizing::Sizing;
use super::source::Source;
use super::{
    ContainerInput, CpuPolicy, LimitPolicy, MemoryPolicy, OomEvent, PodAggregation, Resource,
    RightsizeConfig, savings, span,
};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Reason;
use crate::parallel;
use crate::units::{MS_PER_DAY, Timestamp};
use crate::usage::Usage;

/// Confidence of the interval where the policy names none.
const LEVEL: f64 = 0.95;
/// Share of hours of the window below which a history has gaps.
const COVERED: f64 = 0.95;

/// Sizes for one container from `[now − lookback, now)`.
///
/// The history comes from `c.pods`, or from `usage` for the pods that `c.usage` names.
///
/// # Errors
/// `UPID_EMPTY_SERIES` without a usable sample; `UPID_INVALID_VALUE` with path for impossible sizes;
/// `UPID_INVALID_CONFIG`; `UPID_MISSING_FIELD` if `c.usage` is set and there is no Usage; errors of the series.
pub fn recommend(
    c: &ContainerInput,
    usage: Option<&Usage>,
    cfg: &RightsizeConfig,
    now: Timestamp,
) -> Result<SizeRecommendation> {
    cfg.validate().map_err(|e| e.under("config"))?;
    let recommendation = recommend_checked(c, usage, cfg, now)?;
    if recommendation.evidence.samples > 0 {
        return Ok(recommendation);
    }
    Err(Error::new(ErrorKind::EmptySeries, "the window holds no usable sample of CPU or memory")
        .at_path("pods")
        .hint("check now, lookbackDays and the pods' names; NaN and null are missing values"))
}

/// Sizes for many containers, in their order; one bad container never fails the others, and one without samples
/// is refused with `NoData`.
///
/// # Errors
/// `UPID_INVALID_CONFIG`.
pub fn recommend_batch(
    cs: &[ContainerInput],
    usage: Option<&Usage>,
    cfg: &RightsizeConfig,
    now: Timestamp,
) -> Result<Vec<Result<SizeRecommendation>>> {
    cfg.validate().map_err(|e| e.under("config"))?;
    Ok(parallel::map(cs, |c| recommend_checked(c, usage, cfg, now)))
}

/// One resource of one container on its way through the pipeline.
struct Task<'a> {
    resource: Resource,
    c: &'a ContainerInput,
    cfg: &'a RightsizeConfig,
    now_ms: i64,
    source: Source,
    workload: Workload,
    kills: &'a [OomEvent],
    throttled_share: Option<f64>,
}

fn recommend_checked(
    c: &ContainerInput,
    usage: Option<&Usage>,
    cfg: &RightsizeConfig,
    now: Timestamp,
) -> Result<SizeRecommendation> {
    c.current.check().map_err(|e| e.under("current"))?;
    let history = super::select::select(c, usage, cfg, now.0)?;
    let task = |resource, source: Source| {
        let mut workload = Workload::default();
        source.feed(&mut workload, (0, i64::MAX));
        Task {
            resource,
            c,
            cfg,
            now_ms: now.0,
            source,
            workload,
            kills: &history.kills,
            throttled_share: history.throttled_share,
        }
    };
    let cpu_task = history.cpu.map(|source| task(Resource::Cpu, source));
    let memory_task = history.memory.map(|source| task(Resource::Memory, source));
    let cpu = cpu_task.as_ref().map(Task::size_cpu).transpose()?;
    let memory = memory_task.as_ref().map(Task::size_memory).transpose()?;

    let mut reasons = Vec::new();
    let mut warnings = Vec::new();
    let hot_pod_ratio = cpu_task.as_ref().and_then(|task| task.workload.hot_pod_ratio());
    if let Some(task) = cpu_task.as_ref().filter(|t| t.workload.by_pod(PodAggregation::Pooled)) {
        let ratio = hot_pod_ratio.unwrap_or_default();
        let message = format!(
            "The hottest of {} pods uses {ratio:.1} times the CPU of the median pod.",
            task.workload.pods.len()
        );
        reasons.push(Reason::new("HotPod", message).with("ratio", ratio));
    }
    for task in cpu_task.iter().chain(&memory_task) {
        task.warn(&mut warnings);
    }
    if c.rates.is_none() {
        let message = "No prices are given, so savings are unknown.";
        warnings.push(Reason::new("SavingsUnknownRates", message));
    }
    let evidence = [&cpu_task, &memory_task]
        .into_iter()
        .flatten()
        .map(Task::evidence)
        .find(|evidence| evidence.samples > 0)
        .unwrap_or_default();
    if evidence.samples == 0 {
        reasons.push(Reason::new("NoData", "There is no usable sample in the window."));
    }
    let savings = savings::total(cpu.as_ref(), memory.as_ref(), c.rates.as_ref())?;
    Ok(SizeRecommendation {
        key: c.key.clone(),
        cpu,
        memory,
        savings,
        hot_pod_ratio,
        evidence,
        reasons,
        warnings,
    })
}

impl Task<'_> {
    fn current(&self) -> Option<f64> {
        match self.resource {
            Resource::Cpu => self.c.current.cpu_request_cores,
            Resource::Memory => self.c.current.memory_request_bytes,
        }
    }

    fn evidence(&self) -> SizeEvidence {
        let history = &self.workload.pooled;
        let window_days = history.span_days();
        SizeEvidence {
            samples: history.n(),
            n_eff: history.effective(),
            window_days,
            cycles: (window_days / 7.0).floor() as u64,
        }
    }

    /// An advice without a size, if there are too few samples.
    fn refusal<P>(&self) -> Option<ResourceAdvice<P>> {
        let (n, least) = (self.workload.pooled.n(), self.cfg.min_samples);
        if n == 0 {
            let reason = Reason::new("NoData", "There is no usable sample in the window.");
            let need = Need { samples: Some(least.max(1)), days: None };
            return Some(ResourceAdvice::refused(self.current(), reason, Some(need)));
        }
        if n >= least {
            return None;
        }
        let message = format!("Only {n} samples in the window; {least} are needed.");
        let reason =
            Reason::new("InsufficientSamples", message).with("have", n).with("need", least);
        let days = self.workload.pooled.span_days() * (least - n) as f64 / n as f64;
        let need = Need { samples: Some(least - n), days: Some(days) };
        Some(ResourceAdvice::refused(self.current(), reason, Some(need)))
    }

    fn replay_config(&self) -> BacktestConfig {
        let floor = match self.resource {
            Resource::Cpu => self.cfg.cpu_floor_cores,
            Resource::Memory => self.cfg.memory_floor_bytes,
        };
        BacktestConfig::default().target(self.cfg.target).floor(floor)
    }

    fn size_cpu(&self) -> Result<ResourceAdvice<CpuPolicy>> {
        if let Some(refused) = self.refusal() {
            return Ok(refused);
        }
        let aggregation = self.cfg.pod_aggregation;
        let mut settings = self.replay_config();
        let choice = match (&self.cfg.cpu_policy, Rule::of_cpu(&self.cfg.cpu_policy)) {
            (policy, Some(rule)) => {
                let rules = std::slice::from_ref(&rule);
                let backtest = replay(&self.source, rules, &settings, aggregation)?
                    .into_iter()
                    .flatten()
                    .next();
                let (candidates, reasons) = (Vec::new(), Vec::new());
                Choice { policy: policy.clone(), rule, backtest, candidates, reasons }
            }
            (CpuPolicy::Auto(p), None) => {
                settings.target = p.target.unwrap_or(settings.target);
                auto(&self.source, &self.workload, &settings, aggregation)?
            }
            (_, None) => return Err(Error::new(ErrorKind::Internal, "a policy has no rule")),
        };
        let throttled = self.throttled_share.is_some_and(|r| r > self.cfg.throttle_limit);
        let no_decrease = self.young().or_else(|| {
            let share = self.throttled_share.filter(|_| throttled)?;
            let message = format!(
                "Throttled in {:.1} % of periods: samples understate the need, so CPU does not shrink.",
                share * 100.0
            );
            Some(Reason::new("DecreaseWithheld", message).with("throttledShare", share))
        });
        let Choice { policy, rule, backtest, reasons, .. } = choice;
        let Some(mut valued) = rule.value(&self.workload, aggregation) else {
            return Err(Error::new(ErrorKind::Internal, "a history with samples has no value"));
        };
        let mut reasons = joined(reasons, std::mem::take(&mut valued.reasons));
        if reasons.is_empty() {
            let message = format!("The policy gives {} of CPU.", Resource::Cpu.shown(valued.value));
            reasons.push(Reason::new("PolicyValue", message).with("after", valued.value));
        }
        let risk = backtest.as_ref().map(|b| measured_risk(b, &settings));
        self.advise(Draft {
            policy,
            rule: &rule,
            valued,
            reasons,
            backtest,
            risk,
            limit_policy: self.cfg.cpu_limit_policy(),
            no_decrease,
            hurts: throttled,
        })
    }

    fn size_memory(&self) -> Result<ResourceAdvice<MemoryPolicy>> {
        if let Some(refused) = self.refusal() {
            return Ok(refused);
        }
        let aggregation = self.cfg.pod_aggregation;
        let policy = self.cfg.memory_policy.clone();
        let rule = Rule::of_memory(&policy);
        let settings = self.replay_config();
        let backtest = replay(&self.source, std::slice::from_ref(&rule), &settings, aggregation)?
            .into_iter()
            .flatten()
            .next();
        let Some(valued) = rule.value(&self.workload, aggregation) else {
            return Err(Error::new(ErrorKind::Internal, "a history with samples has no value"));
        };
        let mut reasons = Vec::new();
        if valued.reasons.is_empty() {
            let message =
                format!("The policy gives {} of memory.", Resource::Memory.shown(valued.value));
            reasons.push(Reason::new("PolicyValue", message).with("after", valued.value));
        }
        let risk = match &policy {
            MemoryPolicy::PeakFactor(p) => Some(SizeRisk {
                p_exceed: p.risk,
                expected_shortfall: None,
                horizon_days: p.horizon_days,
                calibrated: valued.calibrated,
            }),
            _ => backtest.as_ref().map(|b| measured_risk(b, &settings)),
        };
        self.advise(Draft {
            policy,
            rule: &rule,
            valued,
            reasons,
            backtest,
            risk,
            limit_policy: self.cfg.memory_limit,
            no_decrease: self.young(),
            hurts: !self.kills.is_empty(),
        })
    }

    /// Why a size may not shrink yet.
    fn young(&self) -> Option<Reason> {
        let (have, need) = (self.workload.pooled.span_days(), self.cfg.reclaim_only_after_days);
        (have < need).then(|| {
            let message = format!(
                "A {} history of {} is too short for a smaller size ({need} days are needed).",
                self.resource.name(),
                span(have)
            );
            Reason::new("DecreaseWithheld", message).with("days", have).with("need", need)
        })
    }

    fn advise<P>(&self, draft: Draft<'_, P>) -> Result<ResourceAdvice<P>> {
        let Draft { valued, mut reasons, .. } = draft;
        reasons.extend(valued.reasons);
        let mut value = valued.value;
        let mut raised = false;
        if self.resource == Resource::Memory {
            let pooled = &self.workload.pooled;
            let kills = least_after_kills(self.kills, pooled, self.now_ms, self.cfg.max_oom_bumps);
            if let Some((least, more)) = kills {
                reasons.extend(more);
                value = value.max(least);
            }
            if let Some(peak) = pooled.peak().filter(|peak| *peak > value) {
                let message = format!(
                    "The memory request is raised from {} to the highest observed use, {}: memory cannot be throttled.",
                    self.resource.shown_beside(value, peak),
                    self.resource.shown(peak)
                );
                let reason = Reason::new("RaisedToObservedPeak", message);
                reasons.push(reason.with("before", value).with("after", peak));
                (value, raised) = (peak, true);
            }
        }
        let sizing = Sizing {
            resource: self.resource,
            input: self.c,
            cfg: self.cfg,
            workload: &self.workload,
            limit_policy: draft.limit_policy,
            raised,
            hurts: draft.hurts,
            no_decrease: draft.no_decrease,
        };
        let sized = sizing.finish(value, &mut reasons)?;
        let evidence = self.evidence();
        Ok(ResourceAdvice {
            current: self.current(),
            recommended: Some(sized.recommended),
            uncapped: Some(value),
            limit: sized.limit,
            interval: self.interval(draft.rule, evidence.n_eff),
            risk: draft.risk,
            basis: Some(SizeBasis {
                policy: draft.policy,
                q: draft.rule.q(),
                n: evidence.samples,
                n_eff: evidence.n_eff,
                window_days: evidence.window_days,
                cycles: evidence.cycles,
                oom_events: self.kills.len() as u64,
                throttled_share: self.throttled_share.filter(|_| self.resource == Resource::Cpu),
                approximate: self.source.approximate,
            }),
            backtest: draft.backtest,
            delta: Some(sized.delta),
            capped_by: sized.capped_by,
            need: valued.need.map(|need| Need {
                samples: Some(need.saturating_sub(evidence.n_eff.floor() as u64)),
                days: None,
            }),
            reasons,
        })
    }

    /// The plain quantile and its bound, where the policy has a quantile and the data bound it.
    fn interval(&self, rule: &Rule, n_eff: f64) -> Option<SizeInterval> {
        let q = rule.q().filter(|q| *q > 0.0 && *q < 1.0)?;
        let level = match rule {
            Rule::Quantile(p) => p.confidence.unwrap_or(LEVEL),
            _ => LEVEL,
        };
        let upper = self.workload.pooled.upper_bound(q, 1.0 - level, n_eff).value?;
        Some(SizeInterval { lower: self.workload.pooled.all.linear(q)?, upper, level })
    }

    /// What weakens this resource's size.
    fn warn(&self, warnings: &mut Vec<Reason>) {
        let name = self.resource.name();
        let mut warn = |code: &str, message: String| {
            warnings.push(Reason::new(code, message).with("resource", name));
        };
        let unusable = self.source.unusable;
        let bad = unusable.negative + unusable.infinite;
        if bad > 0 {
            warn(
                "UnusableSamples",
                format!("{bad} {name} samples are negative or infinite and are not used."),
            );
        }
        let history = &self.workload.pooled;
        let Some((_, last)) = self.source.span() else {
            return;
        };
        if self.source.approximate {
            warn(
                "ApproximateFromHistogram",
                format!("{name} comes from histograms: values are within 0.4 %."),
            );
        }
        if history.span_days() < 7.0 {
            warn(
                "LessThanOneWeek",
                format!("{name} of {} shows no weekly cycle.", span(history.span_days())),
            );
        }
        let hours = history.span_days() * 24.0;
        if (history.observed_hours() as f64) < COVERED * hours {
            warn(
                "GapsInHistory",
                format!("{name} was observed in {} of {hours:.0} hours.", history.observed_hours()),
            );
        }
        if self.now_ms - last > MS_PER_DAY {
            warn("StaleUsage", format!("The newest {name} sample is from {}.", Timestamp(last)));
        }
        if self.current().is_none() {
            warn(
                "SavingsUnknownCurrent",
                format!("No {name} request is set now, so savings are unknown."),
            );
        }
        let limited = self.c.current.cpu_limit_cores.is_some();
        if self.resource == Resource::Cpu && limited && self.throttled_share.is_none() {
            warn(
                "ThrottleUnknown",
                "No throttling metric: use may be cut off at the limit.".to_owned(),
            );
        }
    }
}

/// What a policy said, before bounds.
struct Draft<'a, P> {
    policy: P,
    rule: &'a Rule,
    valued: Valued,
    reasons: Vec<Reason>,
    backtest: Option<Backtest>,
    risk: Option<SizeRisk>,
    limit_policy: LimitPolicy,
    no_decrease: Option<Reason>,
    hurts: bool,
}

fn measured_risk(backtest: &Backtest, settings: &BacktestConfig) -> SizeRisk {
    SizeRisk {
        p_exceed: backtest.violation_rate,
        expected_shortfall: Some(backtest.expected_shortfall),
        horizon_days: settings.horizon_days,
        calibrated: true,
    }
}
