//! One pod: evidence, score, confidence, verdict (idle.md §8).

use std::collections::BTreeMap;

use super::assessment::{DependencyEvidence, IdleAssessment, IdleVerdict, Illusion, ModelInfo};
use super::business::BusinessEvidence;
use super::classical::{self, ClassicalFactors};
use super::clock::WEEK;
use super::config::IdleConfig;
use super::evidence::{Counted, HourlyActivity, PodEvidence, age_hours};
use super::feature::{Factor, SPECS};
use super::model::{Regime, logit, sigmoid};
use super::observation::{PodContext, PodObservation};
use super::reasons::{self, Facts};
use super::score::{IdleScore, score_checked};
use super::signals::Track;
use super::windows;
use crate::confidence::{
    Evidence, EvidenceInput, HourlyCorrelation, SourceCredits, evaluate_checked,
};
use crate::error::Result;
use crate::model::{Finding, Severity};
use crate::stats;
use crate::traffic::Verdict;
use crate::units::{MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{PodUsage, UsageKey};

/// Hours of a source below which nothing is said.
const MIN_SOURCE_HOURS: usize = 24;
/// Hours that may lack at the edges of a full week.
const WEEK_SLACK_HOURS: usize = 12;
/// Days from which a monthly cycle would be seen twice.
const MONTHLY_DAYS: f64 = 62.0;

/// Assesses a pod from its samples and requests.
///
/// They are summarised first, so the result equals that of [`assess_usage`] on the same data, bit for bit.
///
/// # Errors
/// `UPID_LENGTH_MISMATCH`, `UPID_INVALID_STEP`, `UPID_INVALID_VALUE` (with index), `UPID_EMPTY_WINDOW`,
/// `UPID_UNKNOWN_TIME_ZONE`, `UPID_INVALID_CALENDAR`, `UPID_INVALID_CONFIG`, `UPID_INVALID_MODEL`,
/// `UPID_LIMIT_EXCEEDED` for a window over 800 days.
pub fn assess(pod: &PodObservation, config: &IdleConfig) -> Result<IdleAssessment> {
    config.validate().map_err(|e| e.under("config"))?;
    let summarized = pod.summarize(config.window_days, &config.traffic)?;
    let key = UsageKey::default();
    let view = summarized.usage.pod(&key.cluster, &key.namespace, &key.pod);
    assess_checked(&view, &summarized.context, config, summarized.quality)
}

/// Assesses a pod, or a workload key such as `Deployment/cart`, from its summaries.
///
/// An empty view is no error: the verdict is Unknown.
///
/// # Errors
/// Those of [`assess`] that concern context and config, and those of reading a Usage.
pub fn assess_usage(
    pod: &PodUsage<'_>,
    context: &PodContext,
    config: &IdleConfig,
) -> Result<IdleAssessment> {
    config.validate().map_err(|e| e.under("config"))?;
    assess_checked(pod, context, config, Vec::new())
}

fn assess_checked(
    pod: &PodUsage<'_>,
    context: &PodContext,
    config: &IdleConfig,
    mut quality: Vec<Finding>,
) -> Result<IdleAssessment> {
    let evidence = PodEvidence::read(pod, context, config)?;
    let counted = evidence.business_requests();
    let (temporal, activity) = evidence.temporal(&counted, context.now, config);
    let features = evidence.features(&counted, &temporal, context, config);
    let model = config.model();
    let scored = |features, regime| {
        score_checked(features, model, regime, &context.custom, config.custom_cap)
    };
    let mut score = scored(&features, evidence.regime)?;
    if evidence.regime != Regime::Full {
        // Knowing less never makes a pod more idle than known silence would.
        let silent = scored(&evidence.silent_features(context, config), Regime::Full)?;
        if silent.probability < score.probability {
            score.probability = silent.probability;
            score.probability_raw = score.probability_raw.min(silent.probability_raw);
            quality.push(note("CappedBySilence", "the probability is that of observed silence"));
        }
    }
    let dependency = dependencies(context);
    let confidence = confidence(&evidence, &score, &dependency, context, config);
    let business = evidence.business(&counted, context.criticality);
    let windows = idle_windows(&evidence, &activity, context.now, config);
    let others = other_requests(&evidence);
    let verdict = if confidence.value < config.verdict_confidence || is_dark(&evidence) {
        IdleVerdict::Unknown
    } else if dependency.unhealthy > 0 {
        IdleVerdict::Blocked
    } else if score.probability >= config.verdict_probability {
        if others > 0 { IdleVerdict::ProbeOnly } else { IdleVerdict::Idle }
    } else if windows.windows.is_empty() {
        IdleVerdict::Active
    } else {
        IdleVerdict::PartlyIdle
    };
    let classical = classical_factors(&evidence, &counted, &activity, &dependency, config);
    let illusion = illusion(&evidence, business.as_ref(), context, config)?;
    notes(&evidence, config, &mut quality);
    let reasons = reasons::explain(&Facts {
        evidence: &evidence,
        business: business.as_ref(),
        temporal: &temporal,
        dependency: &dependency,
        confidence: &confidence,
        score: &score,
        windows: &windows,
        other_requests: others,
        context,
    });
    let c = confidence.value;
    let shrunk = c * logit(score.probability) + (1.0 - c) * logit(config.prior_idle);
    let has_requests = !evidence.classified.report.classes.is_empty();
    let threshold = model.thresholds.scale_to_zero;
    Ok(IdleAssessment {
        id: context.id.clone(),
        verdict,
        probability: score.probability,
        probability_raw: score.probability_raw,
        probability_shrunk: sigmoid(shrunk),
        regime: evidence.regime,
        log_odds: score.log_odds,
        contributions: score.contributions,
        confidence,
        business,
        traffic: (has_requests || evidence.regime != Regime::None)
            .then_some(evidence.classified.report),
        resource: evidence.resource,
        temporal,
        dependency,
        classical,
        illusion,
        windows,
        reasons,
        quality,
        model: ModelInfo {
            version: model.version.clone(),
            calibrated: model.is_calibrated(),
            tau: threshold.and_then(|threshold| threshold.tau),
        },
    })
}

/// No source was observed for a day.
fn is_dark(evidence: &PodEvidence) -> bool {
    let hours = |track: &Option<Track>| track.as_ref().map_or(0, |track| track.observed);
    let signals = &evidence.signals;
    [hours(&signals.cpu), hours(&signals.network), evidence.covered_hours]
        .into_iter()
        .all(|hours| hours < MIN_SOURCE_HOURS)
}

fn dependencies(context: &PodContext) -> DependencyEvidence {
    let Some(workload) = &context.workload else { return DependencyEvidence::default() };
    let upstream = workload.upstream.as_deref().unwrap_or_default();
    let count = |state: &str| upstream.iter().filter(|u| u.state == state).count() as u32;
    let (healthy, unhealthy) = (count("Healthy"), count("Unhealthy"));
    DependencyEvidence {
        inbound_dependents: workload.inbound_dependents,
        healthy,
        unhealthy,
        unknown: upstream.len() as u32 - healthy - unhealthy,
    }
}

/// Requests of every kind but business.
fn other_requests(evidence: &PodEvidence) -> u64 {
    let totals = evidence.classified.report.totals.iter();
    let others = totals.filter(|(verdict, _)| **verdict != Verdict::Business);
    others.fold(0, |sum, (_, n)| sum.saturating_add(*n))
}

fn confidence(
    evidence: &PodEvidence,
    score: &IdleScore,
    dependency: &DependencyEvidence,
    context: &PodContext,
    config: &IdleConfig,
) -> Evidence {
    let signals = &evidence.signals;
    let expected = evidence.expected_hours.max(1) as f64;
    let credit = |track: &Option<Track>| {
        track.as_ref().map_or(0.0, |track| (track.observed as f64 / expected).min(1.0))
    };
    let seen = |at: usize| {
        let observed = |track: &Option<Track>| track.as_ref().is_some_and(|t| t.is_observed(at));
        observed(&signals.cpu) || observed(&signals.network)
    };
    let hours = evidence.local.len();
    let observed = (0..hours).filter(|at| seen(*at)).count();
    let span = (0..hours).find(|at| seen(*at)).zip((0..hours).rev().find(|at| seen(*at)));
    let span = span.map_or(0, |(first, last)| last + 1 - first);
    let newest = [&signals.cpu, &signals.network].into_iter().flatten().map(|t| t.newest).max();
    let workload = context.workload.as_ref();
    let none = |list: Option<bool>| list == Some(true);
    let input = EvidenceInput {
        observed_days: observed as f64 / 24.0,
        full_weeks: ((span + WEEK_SLACK_HOURS) / WEEK) as f64,
        sources: SourceCredits {
            cpu: credit(&signals.cpu),
            network: credit(&signals.network),
            requests: (evidence.covered_hours as f64 / expected).min(1.0),
            connections: credit(&signals.connections),
            memory: credit(&signals.memory),
        },
        sample_rate: Some(evidence.log.sample_rate),
        user_agents_absent: evidence.regime == Regime::Partial
            && evidence.log.user_agents == crate::usage::UserAgents::Absent,
        takes_no_requests: workload.is_some_and(|w| {
            none(w.services.as_ref().map(Vec::is_empty))
                && none(w.container_ports.as_ref().map(Vec::is_empty))
        }),
        factor_log_odds: known_log_odds(score),
        unhealthy_upstream: dependency.unhealthy > 0,
        age_hours: workload.and_then(|w| w.created_at).map(|at| age_hours(context.now, at)),
        rollout_age_hours: workload
            .and_then(|w| w.last_rollout_at)
            .map(|at| age_hours(context.now, at)),
        newest_sample_age_hours: newest.map(|at| {
            let end = (evidence.first + at as i64 + 1) * MS_PER_HOUR;
            age_hours(context.now, Timestamp(end))
        }),
        clock_faults: context.clock_faults,
        counter_resets_per_day: None,
        hourly_cpu: signals
            .cpu
            .as_ref()
            .map(|cpu| HourlyCorrelation { hours: cpu.observed as u64, lag1: lag1(&cpu.mean) }),
    };
    evaluate_checked(&input, &config.evidence)
}

/// Log-odds by factor of what was measured: a mean that stands for a missing input neither agrees nor disagrees.
fn known_log_odds(score: &IdleScore) -> BTreeMap<String, f64> {
    let mut factors = BTreeMap::new();
    for contribution in score.contributions.iter().filter(|c| c.value.is_some()) {
        let spec = SPECS.iter().find(|spec| spec.name == contribution.feature);
        let factor = spec.map_or(Factor::Custom, |spec| spec.factor);
        *factors.entry(factor.name().to_owned()).or_insert(0.0) += contribution.log_odds;
    }
    factors
}

/// Pearson correlation of neighbouring observed hours; `None` if they do not vary.
fn lag1(means: &[f64]) -> Option<f64> {
    let level = means.iter().copied().find(|mean| !mean.is_nan())?;
    let pairs = means.windows(2).map(|pair| (pair[0], pair[1]));
    stats::lag1(level, pairs.filter(|(a, b)| !a.is_nan() && !b.is_nan()))
}

fn idle_windows(
    evidence: &PodEvidence,
    activity: &HourlyActivity,
    now: Timestamp,
    config: &IdleConfig,
) -> windows::IdleWindows {
    let (mut observed, mut active) = (vec![0_u32; WEEK], vec![0_u32; WEEK]);
    let rows = evidence.local.iter().zip(&activity.observed).zip(&activity.active);
    for ((hour, seen), was_active) in rows.filter(|((hour, seen), _)| **seen && !hour.is_holiday) {
        let slot = usize::from(hour.of_week);
        if let (Some(n), Some(a)) = (observed.get_mut(slot), active.get_mut(slot)) {
            *n += u32::from(*seen);
            *a += u32::from(*was_active);
        }
    }
    windows::find(evidence.zone, &observed, &active, Some(now), &config.windows)
}

fn classical_factors(
    evidence: &PodEvidence,
    counted: &Counted,
    activity: &HourlyActivity,
    dependency: &DependencyEvidence,
    config: &IdleConfig,
) -> ClassicalFactors {
    let hours = evidence.local.len();
    let day = hours.saturating_sub(24);
    let k = counted.total();
    let has_log = evidence.regime != Regime::None;
    let per_core = |part: std::ops::Range<usize>| {
        let cpu = evidence.signals.cpu.as_ref()?;
        let (sum, n) = cpu
            .mean
            .get(part.clone())?
            .iter()
            .filter(|mean| !mean.is_nan())
            .fold((0.0, 0.0), |(sum, n), mean| (sum + mean, n + 1.0));
        let covered = part.clone().filter(|at| evidence.covered.get(*at) == Some(&true)).count();
        let inside = counted.hours.iter().filter(|(at, _)| part.contains(at));
        let requests = inside.fold(0.0, |all, (_, count)| all + *count as f64);
        (n > 0.0 && sum > 0.0 && covered > 0)
            .then(|| requests / (covered as f64 * 3600.0) / (sum / n))
    };
    let resource = has_log
        .then(|| {
            let baseline = day.saturating_sub(30 * 24)..day;
            classical::resource(k, per_core(day..hours), per_core(baseline))
        })
        .flatten();
    let history = activity.view(evidence).profile(0..day);
    let (mut seen, mut active) = (0.0, 0.0);
    for at in (day..hours).filter(|at| activity.observed.get(*at) == Some(&true)) {
        seen += 1.0;
        active += f64::from(u8::from(activity.active.get(at) == Some(&true)));
    }
    let temporal = (!history.is_empty() && seen > 0.0).then(|| {
        let recent = evidence.local.iter().skip(day).filter(|hour| !hour.is_holiday);
        classical::temporal(active / seen, history.expected(recent))
    });
    let all = counted.total().saturating_add(other_requests(evidence));
    let upstreams = dependency.healthy + dependency.unhealthy + dependency.unknown;
    ClassicalFactors::new(
        has_log.then(|| classical::business(k, all)),
        resource,
        temporal,
        (upstreams > 0).then(|| f64::from(dependency.healthy) / f64::from(upstreams)),
        &config.factors,
    )
}

/// Scores the pod again with every request as business, to show what the filter changes.
fn illusion(
    evidence: &PodEvidence,
    business: Option<&BusinessEvidence>,
    context: &PodContext,
    config: &IdleConfig,
) -> Result<Option<Illusion>> {
    let report = &evidence.classified.report;
    let all = report.totals.values().fold(0_u64, |sum, n| sum.saturating_add(*n));
    let days = evidence.exposure_days();
    let (true, Some(business)) = (all > 0 && days > 0.0, business) else { return Ok(None) };
    let counted = Counted {
        hours: evidence.in_window(evidence.classified.all.iter().copied()),
        ambiguous_per_day: Some(0.0),
    };
    let (temporal, _) = evidence.temporal(&counted, context.now, config);
    let features = evidence.features(&counted, &temporal, context, config);
    let (custom, cap) = (&context.custom, config.custom_cap);
    let score = score_checked(&features, config.model(), evidence.regime, custom, cap)?;
    let known = [Verdict::Probe, Verdict::Scrape, Verdict::Synthetic, Verdict::Bot];
    let known = known.iter().filter_map(|verdict| report.totals.get(verdict));
    let known = known.fold(0_u64, |sum, n| sum.saturating_add(*n));
    Ok(Some(Illusion {
        requests_per_day_all: all as f64 / evidence.log.sample_rate / days,
        requests_per_day_business: business.per_day,
        probe_share: known as f64 / all as f64,
        probability_if_all_counted: score.probability,
    }))
}

fn note(code: &str, message: &str) -> Finding {
    let mut finding = Finding::new(code, Severity::Info, message, Vec::new());
    finding.count = 1;
    finding
}

fn notes(evidence: &PodEvidence, config: &IdleConfig, quality: &mut Vec<Finding>) {
    let model = config.model();
    let days = days(evidence.hours);
    for (code, applies, message) in [
        (
            "UncalibratedModel",
            !model.is_calibrated(),
            "the probability is expert judgement: the model was not fitted or calibrated on data",
        ),
        (
            "MonthlyCycleUnobservable",
            days < MONTHLY_DAYS,
            "a monthly job cannot be excluded: give at least 62 days of history",
        ),
        (
            "NetworkFromHourly",
            evidence.signals.network_from_hourly,
            "network is the sum of separate hourly rx and tx",
        ),
        (
            "SummedContainers",
            evidence.signals.summed_containers,
            "containers were added up, which can only make the pod look busier",
        ),
        (
            "MixedSampleRate",
            evidence.log.mixed_sample_rate,
            "parts of the request log had different sample rates; the least was used",
        ),
    ] {
        if applies {
            quality.push(note(code, message));
        }
    }
    quality.extend(evidence.classified.report.quality.iter().cloned());
    quality.sort_by(|a, b| a.code.cmp(&b.code));
}

fn days(range: TimeRange) -> f64 {
    range.hours() / 24.0
}
