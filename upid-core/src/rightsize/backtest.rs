//! Replay of a policy on the container's own history.

use serde::{Deserialize, Serialize};

use super::aggregate::Workload;
use super::config::positive;
use super::coverage::{Christoffersen, Kupiec, christoffersen, kupiec};
use super::policy::{at_least_zero, inside, named};
use super::rule::Rule;
use super::source::{Point, Source};
use super::{CpuPolicy, PodAggregation, Resource, Series};
use crate::error::{Error, ErrorKind, Result};
use crate::units::MS_PER_DAY;

/// Fewest samples to size a container on.
const FEWEST_TRAIN: u64 = 24;
/// Fewest samples to test a size on.
const FEWEST_TEST: u64 = 6;
/// The share of the target that a policy may use up in the replay: future weeks are worse than past ones
/// (found on 86 real series, rightsizing.md §9).
pub(super) const GATE: f64 = 0.6;

/// Settings of a replay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BacktestConfig {
    /// Days before the first origin. Default 3 (project).
    pub min_train_days: f64,
    /// Days that each size is tested on. Default 7 (project).
    pub horizon_days: f64,
    /// Days between origins. Default 1 (project).
    pub step_days: f64,
    /// Share of samples that may exceed the size. Default 0.05 (project).
    pub target: f64,
    /// Memory limit; without it each fold's own size is the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// Sizes are at least this, in cores or bytes. Default 0.010 cores (KRR).
    pub floor: f64,
}

impl Default for BacktestConfig {
    fn default() -> Self {
        Self {
            min_train_days: 3.0,
            horizon_days: 7.0,
            step_days: 1.0,
            target: 0.05,
            limit: None,
            floor: 0.010,
        }
    }
}

impl BacktestConfig {
    /// Sets the days that each size is tested on.
    #[must_use]
    pub fn horizon_days(mut self, days: f64) -> Self {
        self.horizon_days = days;
        self
    }

    /// Sets the share of samples that may exceed the size.
    #[must_use]
    pub fn target(mut self, share: f64) -> Self {
        self.target = share;
        self
    }

    /// Sets the least size.
    #[must_use]
    pub fn floor(mut self, size: f64) -> Self {
        self.floor = size;
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of the field that makes no sense.
    pub fn validate(&self) -> Result<()> {
        at_least_zero("minTrainDays", self.min_train_days)?;
        positive("horizonDays", self.horizon_days, 366.0)?;
        positive("stepDays", self.step_days, 366.0)?;
        // At most an origin an hour bounds the time of a replay.
        positive("1 ÷ (24 · stepDays)", 1.0 / (24.0 * self.step_days), 1.0)?;
        at_least_zero("floor", self.floor)?;
        if let Some(limit) = self.limit {
            at_least_zero("limit", limit)?;
        }
        inside("target", self.target, 0.0, 1.0)
    }

    fn ms(days: f64) -> i64 {
        (days * MS_PER_DAY as f64).round_ties_even() as i64
    }
}

/// How a policy would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Backtest {
    /// Origins with enough samples before and after.
    pub folds: u64,
    /// Mean over folds of the share of samples above the size.
    pub violation_rate: f64,
    /// Largest share of samples above the size in a UTC day of a fold.
    pub worst_day: f64,
    /// Share of folds with a violation rate above 3 × 0.6 × target.
    pub folds_over_target: f64,
    /// Mean of use above the size over all samples, in cores or bytes.
    pub expected_shortfall: f64,
    /// Mean of the share of the size that stood unused.
    pub slack: f64,
    /// Mean size.
    pub mean_recommendation: f64,
    /// Mean relative change from fold to fold.
    pub churn: f64,
    /// Memory: folds whose peak was above the limit.
    pub oom_folds: Option<u64>,
    /// Are there as many violations as the target allows? Each sample counts once, against the latest size.
    pub kupiec: Option<Kupiec>,
    /// The same with the number of samples scaled to the effective sample size.
    pub kupiec_neff: Option<Kupiec>,
    /// Do violations cluster? Null for several pods and for histograms, which have no order.
    pub christoffersen: Option<Christoffersen>,
    /// Each fold.
    pub per_fold: Vec<Fold>,
}

/// One origin of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Fold {
    /// Epoch milliseconds: the size knows only what came before.
    pub origin_ms: i64,
    /// The size.
    pub recommended: f64,
    /// Share of samples above it.
    pub violation_rate: f64,
    /// Mean of the share of the size that stood unused.
    pub slack: f64,
}

/// A fold with what only the aggregate needs.
struct Outcome {
    fold: Fold,
    shortfall: f64,
    worst_day: f64,
    peak: f64,
    /// Samples until the next origin, and how many of them exceed the size.
    fresh: (u64, u64),
    /// Which of them, where they have an order.
    flags: Vec<bool>,
}

/// Replays a CPU policy on one series.
///
/// # Errors
/// `UPID_EMPTY_SERIES` without a sample; `UPID_INSUFFICIENT_DATA` if no origin has enough samples before and
/// after; `UPID_INVALID_CONFIG`; errors of the series.
pub fn backtest(series: &Series, policy: &CpuPolicy, cfg: &BacktestConfig) -> Result<Backtest> {
    cfg.validate().map_err(|e| e.under("config"))?;
    policy.validate().map_err(|e| e.under("policy"))?;
    let mut source = Source::new(Resource::Cpu);
    source.add_series(series, (0, i64::MAX), 0).map_err(|e| e.under("series"))?;
    let rule = match Rule::of_cpu(policy) {
        Some(rule) => rule,
        None => super::choose::choose_rule(&source, cfg)?,
    };
    first_of(replay(&source, &[rule], cfg, PodAggregation::Pooled)?, &source)
}

/// The single result of a replay, or why there is none.
pub(super) fn first_of(results: Vec<Option<Backtest>>, source: &Source) -> Result<Backtest> {
    results.into_iter().flatten().next().ok_or_else(|| match source.span() {
        None => Error::new(ErrorKind::EmptySeries, "the series holds no usable sample")
            .at_path("series")
            .hint("NaN, null and negative values are not used"),
        Some((first, last)) => {
            let have = (last - first) as f64 / MS_PER_DAY as f64;
            Error::new(ErrorKind::InsufficientData, "no day has enough samples before and after it")
                .detail("haveDays", have)
                .hint("give a longer series, or lower minTrainDays")
        }
    })
}

/// Replays several rules side by side, one pass over the history; `None` where no fold has enough samples.
pub(super) fn replay(
    source: &Source,
    rules: &[Rule],
    cfg: &BacktestConfig,
    aggregation: PodAggregation,
) -> Result<Vec<Option<Backtest>>> {
    let mut outcomes: Vec<Vec<Outcome>> = rules.iter().map(|_| Vec::new()).collect();
    let mut workload = Workload::default();
    if let Some((first, last)) = source.span() {
        let (step, horizon) =
            (BacktestConfig::ms(cfg.step_days), BacktestConfig::ms(cfg.horizon_days));
        if source.approximate && (step % MS_PER_DAY != 0 || horizon % MS_PER_DAY != 0) {
            return Err(Error::new(
                ErrorKind::InvalidConfig,
                "a Usage holds whole days: stepDays and horizonDays must be whole",
            )
            .hint("give whole days, or samples"));
        }
        let earliest = first + BacktestConfig::ms(cfg.min_train_days);
        let mut origin = earliest + (-earliest).rem_euclid(MS_PER_DAY);
        let mut known = first;
        let points = source.points();
        while origin <= last {
            source.feed(&mut workload, (known, origin));
            known = origin;
            let test = points.between(origin, origin + horizon);
            let tested: u64 = test.iter().map(|p| p.count).sum();
            if workload.pooled.n() >= FEWEST_TRAIN && tested >= FEWEST_TEST {
                // The last origin answers for its whole horizon.
                let next = if origin + step > last { horizon } else { step.min(horizon) };
                let fresh = points.between(origin, origin + next);
                let valued = rules.iter().map(|rule| rule.value(&workload, aggregation));
                let sizes: Vec<Option<f64>> =
                    valued.map(|v| v.map(|valued| valued.value.max(cfg.floor))).collect();
                let sums = sums_of(test, fresh, sizes.iter().flatten().copied());
                for (size, outcomes) in sizes.into_iter().zip(&mut outcomes) {
                    let tested = size.and_then(|size| sums.iter().find(|s| s.size == size));
                    if let Some(sums) = tested {
                        outcomes.push(Outcome::new(origin, sums, fresh, source.is_ordered()));
                    }
                }
            }
            origin += step;
        }
        source.feed(&mut workload, (known, i64::MAX));
    }
    let independent = if workload.pooled.n() == 0 {
        1.0
    } else {
        workload.pooled.effective() / workload.pooled.n() as f64
    };
    Ok(outcomes
        .into_iter()
        .map(|outcomes| Backtest::of(&outcomes, source, cfg, independent))
        .collect())
}

/// What the points of a horizon say of one size.
#[derive(Debug, Clone, Copy)]
struct Sums {
    size: f64,
    n: u64,
    violations: u64,
    shortfall: f64,
    slack: f64,
    worst_day: f64,
    peak: f64,
    /// Samples until the next origin, and how many of them exceed the size.
    fresh: (u64, u64),
}

/// The sums of each distinct size. Policies often agree, and several sizes share one pass.
fn sums_of(test: &[Point], fresh: &[Point], sizes: impl Iterator<Item = f64>) -> Vec<Sums> {
    let mut distinct: Vec<f64> = sizes.collect();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    let mut all = Vec::with_capacity(distinct.len());
    let mut rest = &distinct[..];
    while let Some((four, more)) = rest.split_first_chunk::<4>() {
        all.extend(pass(test, *four));
        rest = more;
    }
    match *rest {
        [a] => all.extend(pass(test, [a])),
        [a, b] => all.extend(pass(test, [a, b])),
        // The fourth stands in for none.
        [a, b, c] => all.extend(pass(test, [a, b, c, c]).into_iter().take(3)),
        _ => {}
    }
    let n = fresh.iter().map(|p| p.count).sum();
    for sums in &mut all {
        let over = fresh.iter().map(|p| if p.value > sums.size { p.count } else { 0 }).sum();
        sums.fresh = (n, over);
    }
    all
}

/// One pass over the points for several sizes; each sum runs in the order of the points.
fn pass<const N: usize>(test: &[Point], sizes: [f64; N]) -> [Sums; N] {
    let mut sums = sizes.map(|size| Sums {
        size,
        n: 0,
        violations: 0,
        shortfall: 0.0,
        slack: 0.0,
        worst_day: 0.0,
        peak: 0.0,
        fresh: (0, 0),
    });
    let (mut shortfall, mut slack) = ([0.0; N], [0.0; N]);
    // A size of 0 has no slack, and dividing by 1 says so.
    let divisors = sizes.map(|size| if size > 0.0 { size } else { 1.0 });
    let (mut n, mut peak) = (0u64, 0.0f64);
    for day in test.chunk_by(|a, b| a.day == b.day) {
        let (mut day_n, mut violations) = (0u64, [0u64; N]);
        for point in day {
            let weight = point.count as f64;
            day_n += point.count;
            peak = peak.max(point.value);
            // Adding 0 on the side that does not apply changes no bit of a sum of at least 0.
            for at in 0..N {
                let over = point.value - sizes[at];
                let above = over > 0.0;
                shortfall[at] += if above { weight * over } else { 0.0 };
                let unused = weight * ((sizes[at] - point.value) / divisors[at]);
                slack[at] += if above { 0.0 } else { unused };
                violations[at] += if above { point.count } else { 0 };
            }
        }
        for (sums, violations) in sums.iter_mut().zip(violations) {
            sums.violations += violations;
            sums.worst_day = sums.worst_day.max(violations as f64 / day_n as f64);
        }
        n += day_n;
    }
    for (at, sums) in sums.iter_mut().enumerate() {
        (sums.n, sums.peak) = (n, peak);
        (sums.shortfall, sums.slack) = (shortfall[at], slack[at]);
    }
    sums
}

impl Outcome {
    fn new(origin_ms: i64, sums: &Sums, fresh: &[Point], ordered: bool) -> Self {
        let n = sums.n as f64;
        Self {
            fold: Fold {
                origin_ms,
                recommended: sums.size,
                violation_rate: sums.violations as f64 / n,
                slack: sums.slack / n,
            },
            shortfall: sums.shortfall / n,
            worst_day: sums.worst_day,
            peak: sums.peak,
            fresh: sums.fresh,
            flags: if ordered {
                fresh.iter().map(|p| p.value > sums.size).collect()
            } else {
                Vec::new()
            },
        }
    }
}

impl Backtest {
    /// Aggregates folds in order of their origins; `independent` is the effective share of samples.
    fn of(
        outcomes: &[Outcome],
        source: &Source,
        cfg: &BacktestConfig,
        independent: f64,
    ) -> Option<Self> {
        if outcomes.is_empty() {
            return None;
        }
        let count = outcomes.len() as f64;
        let mean = |of: &dyn Fn(&Outcome) -> f64| outcomes.iter().map(of).sum::<f64>() / count;
        let bad = 3.0 * GATE * cfg.target;
        let changes = outcomes.windows(2).map(|w| {
            let (old, new) = (w[0].fold.recommended, w[1].fold.recommended);
            if old > 0.0 { (new - old).abs() / old } else { 0.0 }
        });
        let n: u64 = outcomes.iter().map(|o| o.fresh.0).sum();
        let x: u64 = outcomes.iter().map(|o| o.fresh.1).sum();
        let flags = || outcomes.iter().flat_map(|o| o.flags.iter().copied());
        let over_limit = |o: &&Outcome| o.peak > cfg.limit.unwrap_or(o.fold.recommended);
        Some(Self {
            folds: outcomes.len() as u64,
            violation_rate: mean(&|o| o.fold.violation_rate),
            worst_day: outcomes.iter().map(|o| o.worst_day).fold(0.0, f64::max),
            folds_over_target: mean(&|o| f64::from(u8::from(o.fold.violation_rate > bad))),
            expected_shortfall: mean(&|o| o.shortfall),
            slack: mean(&|o| o.fold.slack),
            mean_recommendation: mean(&|o| o.fold.recommended),
            churn: changes.sum::<f64>() / (count - 1.0).max(1.0),
            oom_folds: (source.resource() == Resource::Memory)
                .then(|| outcomes.iter().filter(over_limit).count() as u64),
            kupiec: kupiec(n as f64, x as f64, cfg.target),
            kupiec_neff: kupiec(n as f64 * independent, x as f64 * independent, cfg.target),
            christoffersen: source
                .is_ordered()
                .then(|| christoffersen(&flags().collect::<Vec<_>>())),
            per_fold: outcomes.iter().map(|o| o.fold).collect(),
        })
    }
}

/// Input of `rightsize.backtest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BacktestInput {
    /// CPU samples in cores.
    pub series: Series,
    /// The policy.
    #[serde(deserialize_with = "named")]
    pub policy: CpuPolicy,
    /// Settings.
    #[serde(default)]
    pub config: BacktestConfig,
}

impl BacktestInput {
    /// Runs `rightsize.backtest`.
    pub fn run(&self) -> Result<Backtest> {
        backtest(&self.series, &self.policy, &self.config)
    }
}
