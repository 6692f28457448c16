//! How good the evidence is (idle.md §7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::config::EvidenceConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::float::expm1;

/// Share of the expected hours that each source observed, 0..1; 0 is absent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SourceCredits {
    /// CPU.
    pub cpu: f64,
    /// Network.
    pub network: f64,
    /// Request log.
    pub requests: f64,
    /// Established connections.
    pub connections: f64,
    /// Memory.
    pub memory: f64,
}

/// Hourly CPU means, boiled down to what the effective sample size needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HourlyCorrelation {
    /// Observed hours.
    pub hours: u64,
    /// Correlation of neighbouring hours, −1..1; `null` for a constant series.
    pub lag1: Option<f64>,
}

/// What is known about the evidence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[allow(clippy::struct_excessive_bools)] // Independent facts.
pub struct EvidenceInput {
    /// Hours with CPU or network data / 24.
    pub observed_days: f64,
    /// Full weeks observed; a fraction counts in proportion.
    pub full_weeks: f64,
    /// Observed share of each source.
    pub sources: SourceCredits,
    /// Share of requests that the log holds, (0, 1]; absent: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<f64>,
    /// The request log carries no user agents.
    pub user_agents_absent: bool,
    /// No Service selects the workload and it has no port: nothing could be logged, so nothing is missing.
    pub takes_no_requests: bool,
    /// Log-odds of each factor of the idle model.
    pub factor_log_odds: BTreeMap<String, f64>,
    /// An upstream is unhealthy.
    pub unhealthy_upstream: bool,
    /// Age of the workload in hours; absent is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_hours: Option<f64>,
    /// Hours since the last rollout; absent is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout_age_hours: Option<f64>,
    /// Age of the newest sample in hours; absent is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_sample_age_hours: Option<f64>,
    /// Samples lay in the future or came out of order.
    pub clock_faults: bool,
    /// Counter resets a day; absent is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter_resets_per_day: Option<f64>,
    /// Hourly CPU means; absent is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_cpu: Option<HourlyCorrelation>,
}

/// A limit that applies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cap {
    /// `UnhealthyUpstream`, `FreshDeployment`, `StaleTelemetry`, `ClockFaults` or `CounterResets`.
    pub reason: String,
    /// Largest confidence.
    pub limit: f64,
}

/// Something that would make the evidence better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Improvement {
    /// What to do.
    pub action: String,
    /// The part it raises: `telemetry`, `cycle`, `coverage` or `value`.
    pub part: String,
    /// By how much.
    pub gain: f64,
}

/// How good the evidence is, and of what it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Evidence {
    /// Confidence, 0..1: the product of the four parts below, at most the smallest cap.
    pub value: f64,
    /// 1 − exp(−days/3).
    pub coverage: f64,
    /// Share of the weekly cycle seen.
    pub cycle: f64,
    /// Weighted share of the telemetry that is there.
    pub telemetry: f64,
    /// How far the factors point the same way.
    pub agreement: f64,
    /// Limits that apply.
    pub caps: Vec<Cap>,
    /// n(1−ρ₁)/(1+ρ₁) on hourly CPU means; `null` without them.
    pub effective_samples: Option<f64>,
    /// Hours with CPU or network data / 24.
    pub observed_days: f64,
    /// Sources that are absent, in order of their worth.
    pub missing: Vec<String>,
    /// What would raise it, best first.
    pub improvements: Vec<Improvement>,
}

impl Evidence {
    /// Only a value: for callers of `idle.aggregate` who keep nothing else.
    pub fn of_value(value: f64) -> Self {
        Self {
            value,
            coverage: value,
            cycle: 1.0,
            telemetry: 1.0,
            agreement: 1.0,
            caps: Vec::new(),
            effective_samples: None,
            observed_days: 0.0,
            missing: Vec::new(),
            improvements: Vec::new(),
        }
    }
}

/// Judges the evidence (idle.md §7). The number of requests does not raise it: more probes are not more evidence.
///
/// # Errors
/// `UPID_INVALID_CONFIG`; `UPID_INVALID_VALUE` for days or weeks that are negative, a source or sample rate outside
/// its range, or log-odds that are not finite.
pub fn evaluate(input: &EvidenceInput, config: &EvidenceConfig) -> Result<Evidence> {
    config.validate()?;
    check(input)?;
    Ok(evaluate_checked(input, config))
}

/// [`evaluate`] for an input and a config that are known to be good.
pub(crate) fn evaluate_checked(input: &EvidenceInput, config: &EvidenceConfig) -> Evidence {
    let coverage = -expm1(-input.observed_days / config.coverage_days);
    let cycle = (input.full_weeks / config.weeks_for_cycle).min(1.0);
    let requests = if input.takes_no_requests {
        1.0
    } else {
        let agents = if input.user_agents_absent { config.no_agents_credit } else { 1.0 };
        input.sources.requests * input.sample_rate.unwrap_or(1.0).sqrt() * agents
    };
    let (w, s) = (&config.weights, &input.sources);
    let sources = [
        ("cpu", w.cpu, s.cpu, "CPU usage"),
        ("network", w.network, s.network, "network bytes per second, received and sent"),
        ("requests", w.requests, requests, "ingress request counts"),
        ("connections", w.connections, s.connections, "established connections"),
        ("memory", w.memory, s.memory, "the memory working set"),
    ];
    let telemetry = sources.iter().fold(0.0, |sum, (_, weight, credit, _)| sum + weight * credit);
    let (sum, size) = input
        .factor_log_odds
        .values()
        .fold((0.0_f64, 0.0_f64), |(sum, size), odds| (sum + odds, size + odds.abs()));
    let agreement = if size > 0.0 { 1.0 - 0.5 * (size - sum.abs()) / size } else { 1.0 };
    let product = coverage * cycle * telemetry * agreement;
    let caps = caps(input, config);
    let value = caps.iter().fold(product, |value, cap| value.min(cap.limit)).clamp(0.0, 1.0);

    let mut improvements: Vec<Improvement> = sources
        .iter()
        .filter(|(_, weight, credit, _)| weight * (1.0 - credit) > 1e-9)
        .map(|(source, weight, credit, what)| {
            // What is there in part wants its gaps closed, not to be supplied again.
            let action = match (*source, *credit > 0.0) {
                (_, false) => format!("supply {what}"),
                ("requests", true) => {
                    format!("supply {what} unsampled, for every hour, with user agents")
                }
                (_, true) => format!("supply {what} for every hour"),
            };
            improvement(&action, "telemetry", weight * (1.0 - credit))
        })
        .collect();
    if cycle < 1.0 {
        let action = format!("observe {} full weeks", config.weeks_for_cycle);
        improvements.push(improvement(&action, "cycle", 1.0 - cycle));
    }
    if value < product {
        let reasons: Vec<&str> = caps.iter().map(|cap| cap.reason.as_str()).collect();
        let action = format!("resolve {}", reasons.join(", "));
        improvements.push(improvement(&action, "value", product - value));
    }
    improvements.sort_by(|a, b| b.gain.total_cmp(&a.gain).then_with(|| a.action.cmp(&b.action)));
    let missing = sources.iter().filter(|(_, _, credit, _)| *credit <= 0.0);
    Evidence {
        value,
        coverage,
        cycle,
        telemetry,
        agreement,
        effective_samples: input.hourly_cpu.map(|h| effective_samples(h.hours, h.lag1)),
        observed_days: input.observed_days,
        missing: missing.map(|(name, ..)| (*name).to_owned()).collect(),
        caps,
        improvements,
    }
}

fn improvement(action: &str, part: &str, gain: f64) -> Improvement {
    Improvement { action: action.to_owned(), part: part.to_owned(), gain }
}

fn caps(input: &EvidenceInput, config: &EvidenceConfig) -> Vec<Cap> {
    let c = &config.caps;
    let young = |age: Option<f64>| age.is_some_and(|age| age < c.fresh_hours);
    let over = |value: Option<f64>, limit: f64| value.is_some_and(|value| value > limit);
    [
        ("UnhealthyUpstream", c.unhealthy_upstream, input.unhealthy_upstream),
        ("FreshDeployment", c.fresh, young(input.age_hours) || young(input.rollout_age_hours)),
        ("StaleTelemetry", c.stale, over(input.newest_sample_age_hours, c.stale_hours)),
        ("ClockFaults", c.clock, input.clock_faults),
        (
            "CounterResets",
            c.counter_resets,
            over(input.counter_resets_per_day, c.counter_resets_per_day),
        ),
    ]
    .into_iter()
    .filter(|(_, _, applies)| *applies)
    .map(|(reason, limit, _)| Cap { reason: reason.to_owned(), limit })
    .collect()
}

/// How many independent samples n correlated ones are worth: n(1−ρ₁)/(1+ρ₁).
///
/// A constant series (`lag1` is `None`) keeps n; a negative ρ₁ counts as 0.
pub fn effective_samples(n: u64, lag1: Option<f64>) -> f64 {
    let rho = lag1.unwrap_or(0.0).clamp(0.0, 1.0);
    n as f64 * (1.0 - rho) / (1.0 + rho)
}

fn check(input: &EvidenceInput) -> Result<()> {
    let s = &input.sources;
    let within = |low: f64, high: f64| move |value: f64| (low..=high).contains(&value);
    let mut rows = vec![
        ("observedDays".to_owned(), input.observed_days, within(0.0, f64::MAX)),
        ("fullWeeks".to_owned(), input.full_weeks, within(0.0, f64::MAX)),
        ("sources.cpu".to_owned(), s.cpu, within(0.0, 1.0)),
        ("sources.network".to_owned(), s.network, within(0.0, 1.0)),
        ("sources.requests".to_owned(), s.requests, within(0.0, 1.0)),
        ("sources.connections".to_owned(), s.connections, within(0.0, 1.0)),
        ("sources.memory".to_owned(), s.memory, within(0.0, 1.0)),
        ("sampleRate".to_owned(), input.sample_rate.unwrap_or(1.0), within(f64::MIN_POSITIVE, 1.0)),
    ];
    for (factor, odds) in &input.factor_log_odds {
        rows.push((format!("factorLogOdds.{factor}"), *odds, within(f64::MIN, f64::MAX)));
    }
    match rows.into_iter().find(|(_, value, fits)| !fits(*value)) {
        Some((path, value, _)) => {
            Err(Error::new(ErrorKind::InvalidValue, format!("{value} is outside its range"))
                .at_path(path)
                .hint("days and weeks are not negative, shares lie in 0..1"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(days: f64) -> EvidenceInput {
        EvidenceInput {
            observed_days: days,
            full_weeks: (days / 7.0).floor(),
            sources: SourceCredits {
                cpu: 1.0,
                network: 1.0,
                requests: 1.0,
                connections: 1.0,
                memory: 1.0,
            },
            ..Default::default()
        }
    }

    fn value(input: &EvidenceInput) -> f64 {
        evaluate(input, &EvidenceConfig::default()).unwrap().value
    }

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 5e-7, "{got} is not {want}");
    }

    /// Anchors of idle.md §7.
    #[test]
    fn anchors() {
        for (days, want) in [(2.0, 0.486_583), (7.0, 0.903_028), (14.0, 0.990_596)] {
            close(evaluate(&full(days), &EvidenceConfig::default()).unwrap().coverage, want);
        }
        close(value(&full(14.0)), 0.990_596);
        let mut input = full(14.0);
        input.sources.connections = 0.0;
        close(value(&input), 0.891_537);
        input.sources.requests = 0.0;
        close(value(&input), 0.643_888);
        input.sources.connections = 1.0;
        close(value(&input), 0.742_947);
        close(value(&full(7.0)), 0.451_514);
        let config = EvidenceConfig::default().with_weeks_for_cycle(1.0);
        close(evaluate(&full(7.0), &config).unwrap().value, 0.903_028);
    }

    /// The example of idle.md §7, through JSON.
    #[test]
    fn the_example() {
        let input: EvidenceInput = crate::json::from_json(
            r#"{"observedDays":14,"fullWeeks":2,"sources":{"cpu":1,"network":1,"requests":1,"memory":1},
                "factorLogOdds":{"business":2.0,"resource":1.5}}"#,
        )
        .unwrap();
        let got = evaluate(&input, &EvidenceConfig::default()).unwrap();
        assert!((got.coverage - 0.990_596_437_4).abs() < 1e-10);
        assert!((got.telemetry - 0.9).abs() < 1e-12);
        assert_eq!(got.agreement, 1.0);
        assert!((got.value - 0.891_536_793_7).abs() < 1e-10);
        assert_eq!(got.missing, ["connections"]);
        let text = crate::json::to_json(&got).unwrap();
        assert_eq!(crate::json::from_json::<Evidence>(&text).unwrap(), got);
    }

    #[test]
    fn missing_telemetry_names_its_gain() {
        let mut input = full(14.0);
        input.sources.requests = 0.0;
        let got = evaluate(&input, &EvidenceConfig::default()).unwrap();
        assert_eq!(got.improvements[0].action, "supply ingress request counts");
        assert_eq!(got.improvements[0].gain, 0.25);
        input.takes_no_requests = true;
        close(value(&input), 0.990_596);
        input.takes_no_requests = false;
        input.sources.requests = 1.0;
        input.sample_rate = Some(0.25);
        input.user_agents_absent = true;
        close(evaluate(&input, &EvidenceConfig::default()).unwrap().telemetry, 0.75 + 0.25 * 0.4);
    }

    #[test]
    fn caps_limit_the_value() {
        let mut input = full(14.0);
        input.unhealthy_upstream = true;
        assert_eq!(value(&input), 0.5);
        input.rollout_age_hours = Some(47.9);
        assert_eq!(value(&input), 0.4);
        input.newest_sample_age_hours = Some(2.5);
        let got = evaluate(&input, &EvidenceConfig::default()).unwrap();
        assert_eq!((got.value, got.caps.len()), (0.3, 3));
        let mut input = full(14.0);
        (input.clock_faults, input.counter_resets_per_day) = (true, Some(11.0));
        assert_eq!(value(&input), 0.6);
    }

    #[test]
    fn factors_that_disagree_cost_up_to_half() {
        let mut input = full(14.0);
        input.factor_log_odds = [("a".to_owned(), 2.0), ("b".to_owned(), -2.0)].into();
        close(value(&input), 0.990_596 / 2.0);
        input.factor_log_odds = [("a".to_owned(), 0.0)].into();
        close(value(&input), 0.990_596);
    }

    #[test]
    fn effective_samples_of_correlated_hours() {
        assert_eq!(effective_samples(336, Some(0.6)), 84.0);
        assert_eq!(effective_samples(336, Some(-0.6)), 336.0);
        assert_eq!(effective_samples(336, None), 336.0);
    }

    #[test]
    fn bad_input_names_its_path() {
        let mut input = full(14.0);
        input.sources.cpu = 1.5;
        let error = evaluate(&input, &EvidenceConfig::default()).unwrap_err();
        assert_eq!(error.place().path.as_deref(), Some("sources.cpu"));
        let mut config = EvidenceConfig::default();
        config.weights.cpu = 0.5;
        let error = evaluate(&full(14.0), &config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        assert_eq!(error.place().path.as_deref(), Some("weights"));
    }
}
