//! The policy `Auto`: the cheapest candidate that kept its promise in the replay.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::aggregate::Workload;
use super::backtest::{Backtest, BacktestConfig, GATE, first_of, replay};
use super::evidence::needed_samples;
use super::policy::{DecayedPolicy, MaxDailyPolicy, MaxPolicy, QuantilePolicy};
use super::rule::Rule;
use super::source::Source;
use super::{CpuPolicy, PodAggregation, Resource, Series};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Reason;

/// Largest share of folds far above the target (rightsizing.md §9).
const BAD_FOLDS: f64 = 0.15;

/// The candidates of `Auto`, in the order that breaks ties (rightsizing.md §9).
pub fn auto_candidates() -> Vec<CpuPolicy> {
    let bounded =
        CpuPolicy::Quantile(QuantilePolicy { confidence: Some(0.95), ..QuantilePolicy::new(0.95) });
    let daily = CpuPolicy::MaxDaily(MaxDailyPolicy { q: 0.95, margin: 0.0 });
    vec![
        CpuPolicy::Quantile(QuantilePolicy { margin: 0.15, ..QuantilePolicy::new(0.90) }),
        CpuPolicy::Quantile(QuantilePolicy::new(0.95)),
        CpuPolicy::Decayed(DecayedPolicy { q: 0.95, half_life_hours: 72.0, margin: 0.10 }),
        CpuPolicy::MaxDaily(MaxDailyPolicy { q: 0.90, margin: 0.15 }),
        daily.clone(),
        bounded.clone(),
        CpuPolicy::MaxOf(vec![daily, bounded]),
        CpuPolicy::Max(MaxPolicy::default()),
    ]
}

/// How one candidate did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Candidate {
    /// The policy.
    pub policy: CpuPolicy,
    /// Whether it kept the promise; null without a replay.
    pub qualified: Option<bool>,
    /// Mean share of samples above its sizes.
    pub violation_rate: Option<f64>,
    /// Mean unused share of its sizes.
    pub slack: Option<f64>,
    /// Mean of its sizes in the replay, in cores.
    pub mean_recommendation: Option<f64>,
}

/// What `Auto` chose.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    pub(super) policy: CpuPolicy,
    pub(super) rule: Rule,
    pub(super) backtest: Option<Backtest>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) reasons: Vec<Reason>,
}

/// Why a policy was chosen and what its value says of it: a bound that could not be had is not said to be used.
pub(super) fn joined(mut chosen: Vec<Reason>, valued: Vec<Reason>) -> Vec<Reason> {
    if valued.iter().any(|reason| reason.code == "InsufficientIndependentSamples") {
        chosen.retain(|reason| reason.code != "ShortHistory");
    }
    chosen.extend(valued);
    chosen
}

/// Replays the candidates and takes the smallest mean size among those that kept the promise: a violation rate
/// of at most 0.6 × target, and at most 15 % of folds above three times that.
pub(super) fn choose_policy(
    source: &Source,
    candidates: &[CpuPolicy],
    fallback: Option<usize>,
    cfg: &BacktestConfig,
    aggregation: PodAggregation,
) -> Result<Choice> {
    let rules: Vec<Rule> = candidates
        .iter()
        .map(|policy| Rule::of_cpu(policy).ok_or_else(no_auto))
        .collect::<Result<_>>()?;
    let backtests = replay(source, &rules, cfg, aggregation)?;
    let gate = GATE * cfg.target;
    let qualified = |b: &Backtest| b.violation_rate <= gate && b.folds_over_target <= BAD_FOLDS;
    let rows: Vec<Candidate> = candidates
        .iter()
        .zip(&backtests)
        .map(|(policy, b)| Candidate {
            policy: policy.clone(),
            qualified: b.as_ref().map(qualified),
            violation_rate: b.as_ref().map(|b| b.violation_rate),
            slack: b.as_ref().map(|b| b.slack),
            mean_recommendation: b.as_ref().map(|b| b.mean_recommendation),
        })
        .collect();
    let replayed = || backtests.iter().enumerate().filter_map(|(i, b)| Some((i, b.as_ref()?)));
    // `min_by` keeps the first of equals, which is the order of the candidates.
    let cheapest = replayed()
        .filter(|(_, b)| qualified(b))
        .min_by(|a, b| a.1.mean_recommendation.total_cmp(&b.1.mean_recommendation));
    let safest = || {
        replayed().min_by(|a, b| {
            let by_rate = a.1.violation_rate.total_cmp(&b.1.violation_rate);
            by_rate.then(a.1.mean_recommendation.total_cmp(&b.1.mean_recommendation))
        })
    };
    let (index, mut reasons) = if let Some((index, _)) = cheapest {
        (index, Vec::new())
    } else if let Some((index, b)) = safest() {
        let message = format!(
            "No policy kept use above the size to {:.1} % of the time; the safest reached {:.1} %.",
            gate * 100.0,
            b.violation_rate * 100.0
        );
        let reason = Reason::new("NoCandidateMetTarget", message)
            .with("gate", gate)
            .with("violationRate", b.violation_rate);
        (index, vec![reason])
    } else {
        let index = fallback.ok_or_else(|| match first_of(Vec::new(), source) {
            Err(error) => error,
            Ok(_) => no_auto(),
        })?;
        let message =
            "The CPU history is too short for a replay, so a bound of the 95 % quantile is used.";
        (index, vec![Reason::new("ShortHistory", message)])
    };
    let (policy, rule) = (candidates[index].clone(), rules[index].clone());
    if replayed().next().is_some() {
        let message =
            format!("The CPU policy is chosen among {} by replay on the history.", rows.len());
        reasons.insert(
            0,
            Reason::new("PolicyChosenByReplay", message)
                .with("chosen", index)
                .with("gate", gate)
                .with("candidates", json!(rows)),
        );
    }
    let backtest = backtests.into_iter().nth(index).flatten();
    Ok(Choice { policy, rule, backtest, candidates: rows, reasons })
}

/// The policy `Auto` on a history (rightsizing.md §9).
pub(super) fn auto(
    source: &Source,
    workload: &Workload,
    cfg: &BacktestConfig,
    aggregation: PodAggregation,
) -> Result<Choice> {
    let need = needed_samples(0.95, 0.30);
    let n_eff = workload.pooled.effective();
    if n_eff < need as f64 {
        let policy = CpuPolicy::Max(MaxPolicy::default());
        let rule = Rule::Max(MaxPolicy::default());
        let backtest = replay(source, std::slice::from_ref(&rule), cfg, aggregation)?
            .into_iter()
            .flatten()
            .next();
        let message = format!(
            "{n_eff:.0} independent samples are too few to choose a policy ({need} are needed), so the maximum is used."
        );
        let reason = Reason::new("InsufficientIndependentSamples", message)
            .with("nEff", n_eff)
            .with("need", need);
        return Ok(Choice {
            policy,
            rule,
            backtest,
            candidates: Vec::new(),
            reasons: vec![reason],
        });
    }
    choose_policy(source, &auto_candidates(), Some(5), cfg, aggregation)
}

/// The rule that `Auto` chooses on a whole source.
pub(super) fn choose_rule(source: &Source, cfg: &BacktestConfig) -> Result<Rule> {
    let mut workload = Workload::default();
    source.feed(&mut workload, (0, i64::MAX));
    Ok(auto(source, &workload, cfg, PodAggregation::Pooled)?.rule)
}

fn no_auto() -> Error {
    Error::new(ErrorKind::InvalidConfig, "Auto cannot be a candidate")
        .at_path("candidates")
        .hint("list plain policies")
}

/// Input of `rightsize.choose`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChooseInput {
    /// CPU samples in cores.
    pub series: Series,
    /// Policies to choose from; without them those of `Auto`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<CpuPolicy>>,
    /// Settings of the replay.
    #[serde(default)]
    pub config: BacktestConfig,
}

/// Output of `rightsize.choose`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Chosen {
    /// The policy.
    pub policy: CpuPolicy,
    /// Its size on the whole series, in cores.
    pub recommended: f64,
    /// How each candidate did; empty if there was too little data to replay any.
    pub candidates: Vec<Candidate>,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl ChooseInput {
    /// Runs `rightsize.choose`.
    ///
    /// # Errors
    /// `UPID_EMPTY_SERIES`; `UPID_INSUFFICIENT_DATA` with own candidates and no day to test on;
    /// `UPID_INVALID_CONFIG`; errors of the series.
    pub fn run(&self) -> Result<Chosen> {
        self.config.validate().map_err(|e| e.under("config"))?;
        let mut source = Source::new(Resource::Cpu);
        source.add_series(&self.series, (0, i64::MAX), 0).map_err(|e| e.under("series"))?;
        let mut workload = Workload::default();
        source.feed(&mut workload, (0, i64::MAX));
        let pooled = PodAggregation::Pooled;
        let choice = match &self.candidates {
            None => auto(&source, &workload, &self.config, pooled)?,
            Some(candidates) => {
                for (i, policy) in candidates.iter().enumerate() {
                    policy.validate().map_err(|e| e.under(&format!("candidates[{i}]")))?;
                }
                choose_policy(&source, candidates, None, &self.config, pooled)?
            }
        };
        let Some(valued) = choice.rule.value(&workload, pooled) else {
            return Err(first_of(Vec::new(), &source).err().unwrap_or_else(no_auto));
        };
        let reasons = joined(choice.reasons, valued.reasons);
        Ok(Chosen {
            policy: choice.policy,
            recommended: valued.value.max(self.config.floor),
            candidates: choice.candidates,
            reasons,
        })
    }
}
