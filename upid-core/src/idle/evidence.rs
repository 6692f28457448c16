//! Everything that is read from one pod, before any model: the inputs of features, confidence and reasons.

use super::business::{BusinessEvidence, rate_posterior, share};
use super::clock::{LocalClock, LocalHour};
use super::config::IdleConfig;
use super::feature::IdleFeatures;
use super::model::Regime;
use super::observation::PodContext;
use super::resource::{self, HourlyWork, ResourceEvidence, cpu_reference};
use super::signals::{Signals, Track};
use super::temporal::{self, Activity, TemporalEvidence};
use crate::calendar::{self, Tz};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Workload;
use crate::stats::seasonal::cross_validated_strength;
use crate::traffic::{self, Classified};
use crate::units::{MS_PER_HOUR, TimeRange, Timestamp};
use crate::usage::{LogCoverage, PodUsage, RequestLog, UserAgents};

/// Longest window: two years and a bit.
const MAX_HOURS: i64 = 800 * 24;
/// Days of a silent log that count as observed silence.
const SILENCE_DAYS: f64 = 3.0;
/// Fewest days for a daily rhythm.
const RHYTHM_DAYS: usize = 3;

/// What was read from one pod.
pub(super) struct PodEvidence {
    pub hours: TimeRange,
    pub first: i64,
    pub zone: Tz,
    pub clock: LocalClock,
    pub local: Vec<LocalHour>,
    pub signals: Signals,
    pub classified: Classified,
    pub log: RequestLog,
    pub regime: Regime,
    /// The log covered the hour and the pod existed.
    pub covered: Vec<bool>,
    pub covered_hours: usize,
    /// Hours of the window in which the pod existed.
    pub expected_hours: usize,
    pub resource: ResourceEvidence,
    pub work: HourlyWork,
    pub daily_rhythm: Option<f64>,
}

/// Requests of some kind, hour by hour, that count as business.
pub(super) struct Counted {
    /// Window hours with such requests, ascending, and how many were logged.
    pub hours: Vec<(usize, u64)>,
    pub ambiguous_per_day: Option<f64>,
}

impl Counted {
    pub(super) fn total(&self) -> u64 {
        self.hours.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

impl PodEvidence {
    pub(super) fn read(
        pod: &PodUsage<'_>,
        context: &PodContext,
        config: &IdleConfig,
    ) -> Result<Self> {
        context.check()?;
        let hours = context.hours(config.window_days)?;
        let count = (hours.end.0 - hours.start.0) / MS_PER_HOUR;
        if count > MAX_HOURS {
            let message = format!("the window has {count} hours, more than {MAX_HOURS}");
            return Err(Error::new(ErrorKind::LimitExceeded, message)
                .at_path("window")
                .hint("look at 14 to 90 days"));
        }
        let (first, count) = (hours.start.0 / MS_PER_HOUR, count as usize);
        let name = context.time_zone.as_deref().unwrap_or("UTC");
        let zone = calendar::zone(name).map_err(|e| e.at_path("timeZone"))?;
        let clock = LocalClock::new(zone, &context.holidays)?;
        let local = clock.hours(first, count);
        let signals = Signals::read(pod, hours, context.days(config.window_days))?;
        let classified = traffic::classify_usage(pod, hours, &config.traffic)?;
        let log = pod.request_log(hours);

        let workload = context.workload.as_ref();
        let born = workload
            .and_then(|w| w.created_at)
            .map_or(0, |at| (at.0.div_euclid(MS_PER_HOUR) - first).clamp(0, count as i64) as usize);
        let mut covered = vec![false; count];
        for span in &log.observed {
            let from = (span.start.0 / MS_PER_HOUR - first).max(0) as usize;
            let to = (span.end.0 / MS_PER_HOUR - first).max(0) as usize;
            covered.iter_mut().take(to).skip(from.max(born)).for_each(|slot| *slot = true);
        }
        let covered_hours = covered.iter().filter(|slot| **slot).count();
        let regime = match log.coverage {
            LogCoverage::Complete if covered_hours > 0 => {
                if log.user_agents == UserAgents::Absent {
                    Regime::Partial
                } else {
                    Regime::Full
                }
            }
            LogCoverage::Sampled if covered_hours > 0 => Regime::Partial,
            _ => Regime::None,
        };
        let request = workload.and_then(|w| w.cpu_request_cores);
        let (resource, work) = resource::evidence(&signals, count, request, &config.burst);
        let daily_rhythm = signals.cpu.as_ref().and_then(|cpu| rhythm(cpu, &local));
        Ok(Self {
            hours,
            first,
            zone,
            clock,
            local,
            signals,
            classified,
            log,
            regime,
            covered,
            covered_hours,
            expected_hours: count - born,
            resource,
            work,
            daily_rhythm,
        })
    }

    pub(super) fn exposure_days(&self) -> f64 {
        self.covered_hours as f64 / 24.0
    }

    /// The business requests.
    pub(super) fn business_requests(&self) -> Counted {
        let ambiguous = self.classified.report.ambiguous_requests;
        let days = self.exposure_days();
        Counted {
            hours: self.in_window(self.classified.business.iter().copied()),
            ambiguous_per_day: (days > 0.0).then(|| ambiguous / days),
        }
    }

    pub(super) fn in_window(&self, hours: impl Iterator<Item = (i64, u64)>) -> Vec<(usize, u64)> {
        let index = |(hour, count)| usize::try_from(hour - self.first).ok().map(|at| (at, count));
        hours.filter_map(index).filter(|(at, _)| *at < self.local.len()).collect()
    }

    /// Temporal evidence if these requests are business.
    pub(super) fn temporal(
        &self,
        counted: &Counted,
        now: Timestamp,
        config: &IdleConfig,
    ) -> (TemporalEvidence, HourlyActivity) {
        let mut observed: Vec<bool> =
            self.covered.iter().zip(&self.work.observed).map(|(log, work)| *log || *work).collect();
        let mut active = self.work.work.clone();
        for (at, _) in &counted.hours {
            if let (Some(observed), Some(active)) = (observed.get_mut(*at), active.get_mut(*at)) {
                (*observed, *active) = (true, true);
            }
        }
        let hourly = HourlyActivity { observed, active };
        let ahead_first = -(-now.0).div_euclid(MS_PER_HOUR);
        let horizon = config.expected.horizon_days as usize * 24;
        let found = temporal::evidence(
            &hourly.view(self),
            ahead_first,
            &|| self.clock.hours(ahead_first, horizon),
            &config.stopped,
            &config.expected,
            self.daily_rhythm,
        );
        (found, hourly)
    }

    /// Business evidence; `None` without a log.
    pub(super) fn business(&self, counted: &Counted) -> Option<BusinessEvidence> {
        if self.regime == Regime::None {
            return None;
        }
        let k = counted.total();
        let rate = self.log.sample_rate;
        let days = self.exposure_days();
        let posterior = rate_posterior(k as f64, days * rate);
        let report = &self.classified.report;
        let all = report.totals.values().fold(0_u64, |sum, n| sum.saturating_add(*n));
        let share = share(k, all);
        let last = counted.hours.last().map(|(at, _)| *at);
        let failures = self.classified.business_failures as f64;
        let with_status = self.classified.business_with_status as f64;
        Some(BusinessEvidence {
            requests: k as f64 / rate,
            exposure_days: days,
            mean_per_day: posterior.map(|(mean, _)| mean),
            upper_per_day: posterior.map(|(_, upper)| upper),
            share: share.map(|(share, ..)| share),
            share_lower: share.map(|(_, lower, _)| lower),
            share_upper: share.map(|(.., upper)| upper),
            active_days: self.days_of(counted.hours.iter().map(|(at, _)| *at)),
            last_at: last.map(|at| Timestamp((self.first + at as i64) * MS_PER_HOUR)),
            hours_since_last: last.map_or(self.covered_hours, |at| self.local.len() - 1 - at)
                as f64,
            never: last.is_none(),
            availability: (with_status > 0.0).then(|| 1.0 - failures / with_status),
        })
    }

    /// Distinct local days of ascending window hours.
    fn days_of(&self, hours: impl Iterator<Item = usize>) -> u64 {
        let mut last = None;
        hours.filter_map(|at| self.local.get(at)).fold(0, |days, hour| {
            let new = last != Some(hour.day);
            last = Some(hour.day);
            days + u64::from(new)
        })
    }

    /// Raw features of the pod if these requests are business.
    pub(super) fn features(
        &self,
        counted: &Counted,
        temporal: &TemporalEvidence,
        context: &PodContext,
        config: &IdleConfig,
    ) -> IdleFeatures {
        let mut features = self.context_features(context);
        if let Some(business) = self.business(counted) {
            let covered = (0..self.covered.len()).filter(|at| self.covered.get(*at) == Some(&true));
            let days = self.days_of(covered).max(1) as f64;
            let silent = business.never && business.exposure_days >= SILENCE_DAYS;
            features.business_rate_upper = business.upper_per_day;
            features.business_active_days = Some((business.active_days as f64 / days).min(1.0));
            features.hours_since_business = Some(business.hours_since_last);
            features.observed_silence = Some(f64::from(u8::from(silent)));
            features.ambiguous_rate = counted.ambiguous_per_day;
        }
        self.resource_features(&mut features, context, config);
        self.temporal_features(&mut features, temporal, context);
        features.with_products()
    }

    /// The same pod if a complete log had shown nothing in all its hours: what no other regime may exceed.
    pub(super) fn silent_features(
        &self,
        context: &PodContext,
        config: &IdleConfig,
    ) -> IdleFeatures {
        let none = Counted { hours: Vec::new(), ambiguous_per_day: Some(0.0) };
        let days = self.expected_hours as f64 / 24.0;
        let mut features = self.context_features(context);
        features.business_rate_upper = rate_posterior(0.0, days).map(|(_, upper)| upper);
        features.business_active_days = Some(0.0);
        features.hours_since_business = Some(self.expected_hours as f64);
        features.observed_silence = Some(f64::from(u8::from(days >= SILENCE_DAYS)));
        features.ambiguous_rate = Some(0.0);
        self.resource_features(&mut features, context, config);
        let (temporal, _) = self.temporal(&none, context.now, config);
        self.temporal_features(&mut features, &temporal, context);
        features.with_products()
    }

    fn resource_features(
        &self,
        features: &mut IdleFeatures,
        context: &PodContext,
        config: &IdleConfig,
    ) {
        let request = context.workload.as_ref().and_then(|w| w.cpu_request_cores);
        if let Some(cpu) = &self.resource.cpu {
            let reference = cpu_reference(&config.burst, request).max(0.01);
            features.cpu_level = finite(cpu.q50);
            features.cpu_range = finite((cpu.q99 - cpu.q05) / reference);
            features.cpu_burst_hours = cpu.burst_hours_per_day;
        }
        if let Some(network) = &self.resource.network {
            features.network_level = finite(network.q50);
            features.network_range = finite((network.q99 - network.q20) / (network.q20 + 500.0));
        }
        features.work_hours = self.resource.work_hours_per_day;
        features.cpu_network_correlation = self.resource.rank_correlation;
        features.connections = self.resource.connections_median.and_then(finite);
    }

    fn temporal_features(
        &self,
        features: &mut IdleFeatures,
        temporal: &TemporalEvidence,
        context: &PodContext,
    ) {
        features.daily_rhythm = self.daily_rhythm;
        if temporal.observed_hours == 0 {
            return;
        }
        let stopped = if temporal.stopped { temporal.silent_expected_hours } else { 0.0 };
        features.stopped_hours = Some(stopped);
        let until = temporal.next_expected_activity.map_or(f64::MAX, |next| {
            ((next.0 - context.now.0) as f64 / MS_PER_HOUR as f64).max(0.0)
        });
        // None expected is known, and the same as far away.
        features.expected_soon = Some(until.min(168.0));
        features.recurrence = Some(temporal.recurrence);
    }

    fn context_features(&self, context: &PodContext) -> IdleFeatures {
        let mut features = IdleFeatures { criticality: context.criticality, ..Default::default() };
        let Some(workload) = &context.workload else { return features };
        features.inbound_dependents = workload.inbound_dependents.map(f64::from);
        features.unhealthy_upstream = workload.upstream.as_ref().map(|upstream| {
            let unhealthy = upstream.iter().filter(|u| u.state == "Unhealthy").count();
            unhealthy as f64 / upstream.len().max(1) as f64
        });
        features.freshness = workload.created_at.map(|at| age_hours(context.now, at) / 24.0);
        features.stateful_owner = (!workload.kind.is_empty()).then(|| {
            let kinds = ["StatefulSet", "DaemonSet", "Job", "CronJob"];
            f64::from(u8::from(kinds.contains(&workload.kind.as_str())))
        });
        features.non_production = Some(f64::from(u8::from(is_non_production(workload))));
        features
    }
}

/// Hours in which activity could have been seen, and was.
pub(super) struct HourlyActivity {
    pub observed: Vec<bool>,
    pub active: Vec<bool>,
}

impl HourlyActivity {
    pub(super) fn view<'a>(&'a self, pod: &'a PodEvidence) -> Activity<'a> {
        Activity {
            first: pod.first,
            clock: &pod.local,
            observed: &self.observed,
            active: &self.active,
        }
    }
}

pub(super) fn age_hours(now: Timestamp, since: Timestamp) -> f64 {
    ((now.0 - since.0) as f64 / MS_PER_HOUR as f64).max(0.0)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Daily strength of the hourly CPU; a constant series has none, a short one is unknown.
fn rhythm(cpu: &Track, local: &[LocalHour]) -> Option<f64> {
    if cpu.observed < RHYTHM_DAYS * 24 {
        return None;
    }
    let phases: Vec<u16> = local.iter().map(|hour| u16::from(hour.of_week % 24)).collect();
    Some(cross_validated_strength(&cpu.mean, &phases, 24, RHYTHM_DAYS).unwrap_or(0.0))
}

/// A namespace or label that names a dev, test, staging, sandbox or preview environment.
fn is_non_production(workload: &Workload) -> bool {
    const NAMES: [&str; 5] = ["dev", "test", "staging", "sandbox", "preview"];
    const LABELS: [&str; 3] = ["environment", "env", "stage"];
    let names_one = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name)))
    };
    let labels = [&workload.labels, &workload.namespace_labels];
    names_one(&workload.namespace)
        || labels.iter().filter_map(|labels| labels.as_ref()).any(|labels| {
            LABELS.iter().filter_map(|key| labels.get(*key)).any(|value| names_one(value))
        })
}
