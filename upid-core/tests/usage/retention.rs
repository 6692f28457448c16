//! Dropping old detail (usage.md §7, §12.13): before or after a merge, and however the rows were partitioned.

use proptest::prelude::*;
use upid_core::units::{Interval, MS_PER_DAY, MS_PER_HOUR, Timestamp};
use upid_core::usage::*;

use super::{DAY, add};

const COUNTERS: [MetricId; 2] = [MetricId::CPU_CORES, MetricId::CPU_PERIODS];

/// Five days of everything that a Usage holds. `side` says to which of two parts a row goes.
#[derive(Debug, Clone)]
struct World {
    gauges: Vec<(Row, f64)>,
    /// Times and totals of one counter per metric, and the rows at which a new call begins, with its side.
    counter: (Vec<i64>, Vec<u64>),
    calls: Vec<(usize, bool)>,
    requests: Vec<(Row, Class)>,
    events: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    pod: u8,
    ms: i64,
    side: bool,
}

#[derive(Debug, Clone)]
struct Class {
    path: u8,
    count: u64,
    dispersion: Option<f64>,
    log: RequestLog,
}

fn row() -> impl Strategy<Value = Row> {
    let minute = prop_oneof![0..5 * 1440i64, (1..5i64, -9..9i64).prop_map(|(d, m)| d * 1440 + m)];
    (0..3u8, minute, any::<bool>()).prop_map(|(pod, minute, side)| Row {
        pod,
        ms: DAY + minute * 60_000,
        side,
    })
}

fn class() -> impl Strategy<Value = Class> {
    let log = (0..4u8, 0..3i64).prop_map(|(how, hours)| {
        let (coverage, sample_rate) = match how {
            0 => (LogCoverage::Unknown, 1.0),
            1 => (LogCoverage::Sampled, 0.1),
            _ => (LogCoverage::Complete, 1.0),
        };
        let user_agents = if how == 3 { UserAgents::Absent } else { UserAgents::Present };
        let observed = vec![Interval { start: Timestamp(0), end: Timestamp(hours * MS_PER_HOUR) }];
        let mut log = RequestLog::complete(observed);
        (log.coverage, log.sample_rate, log.user_agents) = (coverage, sample_rate, user_agents);
        log
    });
    (0..4u8, 1..9u64, prop::option::of(0.0..3.0), log)
        .prop_map(|(path, count, dispersion, log)| Class { path, count, dispersion, log })
}

/// Steps around the longest gap of five minutes, and over hours; the counter begins shortly before a midnight.
fn counter() -> impl Strategy<Value = (Vec<i64>, Vec<u64>)> {
    let step = prop_oneof![6 => 1..320_000i64, 1 => 3_600_000..30_000_000i64];
    prop::collection::vec((step, 0..1000u64), 1..60).prop_map(|steps| {
        let mut now = DAY + MS_PER_DAY - 3_000_000;
        let next = |(step, value)| {
            now += step;
            (now, value)
        };
        steps.into_iter().map(next).unzip()
    })
}

fn world() -> impl Strategy<Value = World> {
    let calls = prop::collection::vec((0..60usize, any::<bool>()), 0..9);
    // Calls that begin with a day, where most cuts lie.
    let days = prop::option::of(prop::collection::vec(any::<bool>(), 5));
    (
        prop::collection::vec((row(), 0.0..9.0f64), 0..40),
        (counter(), calls, days, any::<bool>()),
        prop::collection::vec((row(), class()), 0..30),
        prop::collection::vec(row(), 0..20),
    )
        .prop_map(|(gauges, (counter, mut calls, days, side), requests, events)| {
            calls.push((0, side));
            for (day, side) in (1..).zip(days.into_iter().flatten()) {
                calls.push((counter.0.partition_point(|ms| *ms < DAY + day * MS_PER_DAY), side));
            }
            for (at, _) in &mut calls {
                *at %= counter.0.len();
            }
            calls.sort_unstable();
            calls.dedup_by_key(|(at, _)| *at);
            World { gauges, counter, calls, requests, events }
        })
}

fn key_of(row: &Row) -> UsageKey {
    UsageKey::new("n", &format!("p{}", row.pod), "")
}

fn add_counter(usage: &mut Usage, (times, values): (&[i64], &[u64])) {
    for metric in COUNTERS {
        let columns = Columns {
            timestamps_ms: Times::Explicit(times),
            values: Values::U64(values),
            validity: None,
            kind: SampleKind::Counter,
        };
        add(usage, metric, &columns);
    }
}

impl World {
    /// The rows of one side, or of both, before a time; all but the counter.
    fn rows(&self, side: Option<bool>, before_ms: i64) -> Usage {
        let mut usage = Usage::default();
        let taken = |row: &Row| side.is_none_or(|side| side == row.side) && row.ms < before_ms;
        for (row, value) in self.gauges.iter().filter(|(row, _)| taken(row)) {
            let columns =
                Columns::gauge(std::slice::from_ref(&row.ms), std::slice::from_ref(value));
            let id = if row.pod == 1 { MetricId::CONNECTIONS } else { MetricId::CPU_CORES };
            usage.add_series(&key_of(row), id, &columns, &IngestOptions::default()).unwrap();
        }
        for (row, class) in self.requests.iter().filter(|(row, _)| taken(row)) {
            let start = row.ms / MS_PER_HOUR * MS_PER_HOUR;
            let template = format!("/{}", class.path);
            let count = RequestCount {
                key: RequestKey { template, ..RequestKey::default() },
                start_ms: start,
                count: class.count,
                dispersion: class.dispersion,
            };
            let mut log = class.log.clone();
            for span in &mut log.observed {
                // A log ends with its day, so that a cut at midnight cuts between logs.
                let end = (start + span.end.0).min((start / MS_PER_DAY + 1) * MS_PER_DAY);
                *span = Interval { start: Timestamp(start), end: Timestamp(end) };
            }
            usage.add_requests(&key_of(row), &[count], &log).unwrap();
        }
        for row in self.events.iter().filter(|row| taken(row)) {
            let event = UsageEvent::new(row.ms, UsageEventKind::Restart);
            usage.add_event(&key_of(row), event).unwrap();
        }
        usage
    }

    /// The part of one side: of the counter the calls of that side.
    fn part(&self, side: bool) -> Usage {
        let mut usage = self.rows(Some(side), i64::MAX);
        let ends = self.calls.iter().skip(1).map(|(at, _)| *at).chain([self.counter.0.len()]);
        for ((start, own), end) in self.calls.iter().zip(ends) {
            if *own == side {
                let call = (&self.counter.0[*start..end], &self.counter.1[*start..end]);
                add_counter(&mut usage, call);
            }
        }
        usage
    }

    /// Everything before a time in one part, the counter in one call.
    fn before(&self, ms: i64) -> Usage {
        let mut usage = self.rows(None, ms);
        let rows = self.counter.0.partition_point(|at| *at < ms);
        add_counter(&mut usage, (&self.counter.0[..rows], &self.counter.1[..rows]));
        usage
    }

    /// The counter has no gap of more than five minutes over a time.
    fn crosses(&self, ms: i64) -> bool {
        let at = self.counter.0.partition_point(|at| *at < ms);
        let gap = |at: usize| self.counter.0[at] - self.counter.0[at - 1];
        at == 0 || at == self.counter.0.len() || gap(at) <= 300_000
    }
}

fn merged(a: &Usage, b: &Usage) -> Usage {
    let mut sum = a.clone();
    sum.merge(b).unwrap();
    assert_eq!(Usage::from_bytes(&sum.to_bytes()).unwrap(), sum);
    sum
}

fn pruned(usage: &Usage, ms: i64) -> Usage {
    let mut usage = usage.clone();
    usage.prune(Timestamp(ms));
    assert_eq!(Usage::from_bytes(&usage.to_bytes()).unwrap(), usage);
    usage
}

fn sealed(usage: &Usage) -> Vec<u8> {
    let mut usage = usage.clone();
    usage.seal().unwrap();
    usage.to_bytes()
}

fn answers(usage: &Usage) -> Vec<Vec<HourStat>> {
    let hours = |key, metric| {
        let view = usage.view(key, metric).unwrap();
        view.map_or(Vec::new(), |view| view.hours(view.range()).unwrap())
    };
    usage.keys().flat_map(|key| COUNTERS.map(|metric| hours(key, metric))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The law: old detail may go before a merge or after it.
    #[test]
    fn retention_is_monotone(world in world(), age in 0..7i64, days in (0..3u32, 0..3u32, 0..2u32)) {
        let (a, b) = (world.part(true), world.part(false));
        let (histogram, hourly) = (days.0, days.1);
        let policy = RetentionPolicy::default()
            .histogram_days(histogram)
            .hourly_days(hourly)
            .daily_days(histogram.max(hourly) + days.2);
        let kept = |usage: &Usage| {
            let mut usage = usage.clone();
            usage.retain(Timestamp(DAY + age * MS_PER_DAY), &policy).unwrap();
            usage
        };
        let whole = kept(&merged(&a, &b));
        prop_assert_eq!(kept(&merged(&kept(&a), &kept(&b))).to_bytes(), whole.to_bytes());
        prop_assert_eq!(&kept(&whole), &whole);
        let cut = |usage: &Usage| pruned(usage, DAY + age * MS_PER_DAY);
        let whole = cut(&merged(&a, &b));
        prop_assert_eq!(cut(&merged(&cut(&a), &cut(&b))).to_bytes(), whole.to_bytes());
    }

    /// What was pruned comes back by merging it again, and then nothing shows that it was gone.
    #[test]
    fn pruned_days_come_back_only_if_merged_again(world in world(), day in 0..6i64) {
        let cut = DAY + day * MS_PER_DAY;
        let (parts, whole) = (merged(&world.part(true), &world.part(false)), world.before(i64::MAX));
        for usage in [&parts, &whole] {
            let kept = pruned(usage, cut);
            prop_assert!(kept.span().is_none_or(|(first, _)| first.0 >= cut));
            let again = merged(&kept, &world.before(cut));
            prop_assert_eq!(sealed(&again), sealed(usage));
        }
    }

    /// Pruning and grouping see through the calls in which a counter came.
    #[test]
    fn the_partition_of_a_counter_does_not_show(world in world(), day in 0..6i64) {
        let cut = DAY + day * MS_PER_DAY;
        let (parts, whole) = (merged(&world.part(true), &world.part(false)), world.before(i64::MAX));
        let (few, all) = (pruned(&parts, cut), pruned(&whole, cut));
        prop_assert_eq!(answers(&few), answers(&all));
        if world.crosses(cut) {
            prop_assert_eq!(sealed(&few), sealed(&all));
        }
        for fields in [&[KeyField::Namespace][..], &[KeyField::Namespace, KeyField::Pod]] {
            let grouped = |usage: &Usage| usage.group_by(fields).unwrap().to_bytes();
            prop_assert_eq!(grouped(&parts), grouped(&whole));
            prop_assert_eq!(grouped(&few), grouped(&all));
        }
    }
}

/// What describes a log goes with its days, and a key that held nothing else goes too.
#[test]
fn nothing_stays_of_a_log_whose_days_are_gone() {
    let span = |day: i64| Interval {
        start: Timestamp(DAY + day * MS_PER_DAY),
        end: Timestamp(DAY + (day + 1) * MS_PER_DAY),
    };
    let key = UsageKey::new("shop", "web-0", "");
    let mut usage = Usage::default();
    let mut sampled = RequestLog::complete(vec![span(0)]);
    (sampled.coverage, sampled.sample_rate) = (LogCoverage::Sampled, 0.1);
    sampled.user_agents = UserAgents::Absent;
    usage.add_requests(&key, &[], &sampled).unwrap();
    let later = pruned(&usage, DAY + MS_PER_DAY);
    assert!(later.is_empty());
    usage.add_requests(&key, &[], &RequestLog::complete(vec![span(1)])).unwrap();
    let log = |usage: &Usage| {
        usage.pod("", "shop", "web-0").request_log(super::range(DAY, DAY + 3 * MS_PER_DAY))
    };
    let all = log(&usage);
    assert_eq!((all.sample_rate, all.mixed_sample_rate), (0.1, true));
    let left = log(&pruned(&usage, DAY + MS_PER_DAY));
    assert_eq!((left.sample_rate, left.mixed_sample_rate), (1.0, false));
    assert_eq!((left.coverage, left.user_agents), (LogCoverage::Complete, UserAgents::Present));
}
