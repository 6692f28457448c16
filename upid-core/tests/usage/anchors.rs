//! Published values: effective sample size, counters, quantiles, runs, daylight saving.

use upid_core::ErrorKind;
use upid_core::calendar::zone;
use upid_core::stats::{quantile_nearest, sorted};
use upid_core::units::{MS_PER_HOUR, Timestamp};
use upid_core::usage::*;

use super::{DAY, Random, cpu, range, view};

const FIVE_MINUTES: i64 = 300_000;

fn n_eff(usage: &Usage) -> EffectiveSamples {
    let view = view(usage);
    view.effective_sample_size(view.range()).unwrap()
}

#[test]
fn effective_sample_size() {
    let hourly: Vec<f64> = (0..96).map(|h| f64::from(h % 24)).collect();
    let usage = cpu(&Columns::regular(DAY, MS_PER_HOUR, &hourly));
    assert!((n_eff(&usage).n_eff - 66.980_130_44).abs() < 1e-8, "{:?}", n_eff(&usage));
    // By hand: Pearson correlation 0.812662619254120 of the 95 pairs, 96·(1−ρ)/(1+ρ).
    let by = |method| view(&usage).effective_sample_size_by(view(&usage).range(), method).unwrap();
    let ar1 = by(EffectiveMethod::HourlyAr1);
    assert!((ar1.n_eff - 9.921_531_100_478).abs() < 1e-9, "{ar1:?}");
    assert_eq!((ar1.hours, ar1.method), (96, EffectiveMethod::HourlyAr1));
    assert_eq!(by(EffectiveMethod::HoursOnly).n_eff, 96.0);
    let base = |i: u32| f64::from(37 * i % 101) / 100.0;
    let fast: Vec<f64> = (0..1152).map(base).collect();
    assert_eq!(n_eff(&cpu(&Columns::regular(DAY, FIVE_MINUTES, &fast))).n_eff, 1152.0);
    let slow: Vec<f64> = (0..1152).map(|i| base(i) + f64::from(i / 12 % 24) / 24.0).collect();
    let whole = cpu(&Columns::regular(DAY, FIVE_MINUTES, &slow));
    assert!((n_eff(&whole).n_eff - 131.957_532_8).abs() < 1e-7, "{:?}", n_eff(&whole));
    // Merging changes nothing; scaling by 2 neither.
    let mut merged = cpu(&Columns::regular(DAY, FIVE_MINUTES, &slow[..500]));
    let rest = Columns::regular(DAY + 500 * FIVE_MINUTES, FIVE_MINUTES, &slow[500..]);
    merged.merge(&cpu(&rest)).unwrap();
    assert_eq!(n_eff(&merged), n_eff(&whole));
    // Nor does the order of rows.
    let times: Vec<i64> = (0..1152).map(|i| DAY + i * 5 % 1152 * FIVE_MINUTES).collect();
    let shuffled: Vec<f64> = (0..1152).map(|i| slow[i * 5 % 1152]).collect();
    assert_eq!(n_eff(&cpu(&Columns::gauge(&times, &shuffled))), n_eff(&whole));
    let twice: Vec<f64> = hourly.iter().map(|v| v * 2.0).collect();
    let twice = cpu(&Columns::regular(DAY, MS_PER_HOUR, &twice));
    assert_eq!(n_eff(&twice).n_eff, n_eff(&usage).n_eff);
    let constant = n_eff(&cpu(&Columns::regular(DAY, FIVE_MINUTES, &[0.3; 500])));
    assert_eq!((constant.n_eff, constant.n), (500.0, 500));
    // Equal hours have no variance between them, whatever their mean is as a float.
    let thirds = cpu(&Columns::regular(DAY, MS_PER_HOUR / 3, &[0.1, 0.2, 0.2].repeat(48)));
    assert_eq!((n_eff(&thirds).n_eff, n_eff(&thirds).tau), (144.0, 1.0));
    let moments = view(&thirds).moments(view(&thirds).range()).unwrap();
    assert!(moments.len() == 2 && moments.iter().all(|day| day.lag1.is_none()), "{moments:?}");
    let short = n_eff(&cpu(&Columns::regular(DAY, FIVE_MINUTES, &fast[..48])));
    assert_eq!((short.n_eff, short.method), (4.0, EffectiveMethod::HoursOnly));
}

/// AR(1) with ρ = 0.9: the median of 25 runs lies within 0.9–1.5 of n(1−ρ)/(1+ρ) = 106 (usage.md §5.2).
#[test]
fn effective_sample_size_of_an_autoregression() {
    let mut random = Random(7);
    let mut found: Vec<f64> = (0..25)
        .map(|_| {
            let mut level = 0.0;
            let values: Vec<f64> = (0..2016)
                .map(|_| {
                    level = 0.9 * level + random.normal();
                    50.0 + level
                })
                .collect();
            n_eff(&cpu(&Columns::regular(DAY, FIVE_MINUTES, &values))).n_eff
        })
        .collect();
    found.sort_by(f64::total_cmp);
    let expected = 2016.0 * 0.1 / 1.9;
    assert!((0.9..1.5).contains(&(found[12] / expected)), "{found:?}");
}

#[test]
fn counters_split_anywhere_give_the_same_answers() {
    let times: Vec<i64> = [0, 60, 120, 180, 300].iter().map(|s| DAY - 120_000 + s * 1000).collect();
    let values = [10.0, 16.0, 22.0, 3.0, 9.0];
    let counter = |rows: std::ops::Range<usize>| {
        cpu(&Columns::gauge(&times[rows.clone()], &values[rows]).kind(SampleKind::Counter))
    };
    let mut usage = Usage::default();
    let columns = Columns::gauge(&times, &values).kind(SampleKind::Counter);
    let report = usage
        .add_series(&super::key(), MetricId::CPU_CORES, &columns, &IngestOptions::default())
        .unwrap();
    assert_eq!((report.accepted, report.resets, report.gaps), (5, 1, 0));
    let shares = [0.0, 0.5, 1.0];
    let answer = |usage: &Usage| {
        let view = view(usage);
        view.quantiles(view.range(), &shares).unwrap()
    };
    let whole = answer(&usage);
    assert_eq!((whole.n, whole.values[0].value, whole.values[2].value), (4, 0.05, 0.1));
    for cut in 1..5 {
        let mut parts = [counter(cut..5), counter(0..cut)];
        let [first, second] = &mut parts;
        first.merge(second).unwrap();
        assert_eq!(answer(first), whole, "{cut}");
        first.seal().unwrap();
        assert_eq!(first.to_bytes(), usage.to_bytes(), "{cut}");
    }
    let apart = [times[0], times[2]];
    let mut odd = cpu(&Columns::gauge(&apart, &[10.0, 22.0]).kind(SampleKind::Counter));
    let before = odd.clone();
    let error = odd.merge(&counter(1..2)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UsageInterleavedCounter);
    assert_eq!(error.details()["key"], "/shop/web-0/app");
    assert_eq!(odd, before);
}

#[test]
fn quantiles_enclose_the_true_sample() {
    let mut random = Random(3);
    // Six decades, log-uniform, with zeros and repeats.
    let values: Vec<f64> = (0..3000)
        .map(|i| match i % 10 {
            0 => 0.0,
            1 => 0.25,
            _ => 10f64.powf(random.share() * 6.0 - 3.0),
        })
        .collect();
    let usage = cpu(&Columns::regular(DAY, 60_000, &values));
    let kept: Vec<f64> = values.iter().map(|v| (v * 1e6).round_ties_even() / 1e6).collect();
    let kept = sorted(&kept);
    let shares: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
    let view = view(&usage);
    let found = view.quantiles(view.range(), &shares).unwrap();
    let mut before = 0.0;
    for value in &found.values {
        let exact = quantile_nearest(&kept, value.q).unwrap();
        assert!(value.lower <= exact && exact <= value.upper, "{value:?} {exact}");
        assert!(
            (value.value - exact).abs() <= (exact / 256.0).max(0.5e-6) + 1e-12,
            "{value:?} {exact}"
        );
        assert!(value.value >= before);
        before = value.value;
    }
    assert_eq!(found.values[0].value, kept[0]);
    assert_eq!(found.values[1000].value, *kept.last().unwrap());
    for q in [-0.1, 1.1, f64::NAN] {
        let error = view.quantiles(view.range(), &[q]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
    }
    // A half-life so long that nothing decays gives the same buckets.
    let slow = view.quantiles_decayed(view.range(), &[0.5], 1e12).unwrap();
    assert_eq!(slow.values[0].value, view.quantiles(view.range(), &[0.5]).unwrap().values[0].value);
}

/// Idle 00:00–04:00 and 05:00–24:00, busy between (usage.md §12.9).
#[test]
fn runs_of_a_hand_made_day() {
    let hour = MS_PER_HOUR;
    let values: Vec<f64> = (0..288).map(|slot| if slot / 12 == 4 { 0.5 } else { 0.001 }).collect();
    let usage = cpu(&Columns::regular(DAY, FIVE_MINUTES, &values));
    let day = range(DAY, DAY + 24 * hour);
    let runs = view(&usage).runs(day, 0.05, 0).unwrap();
    let spans: Vec<_> = runs.runs.iter().map(|r| (r.start_ms - DAY, r.end_ms - DAY)).collect();
    assert_eq!(spans, [(0, 4 * hour), (5 * hour, 24 * hour)]);
    assert_eq!((runs.longest_ms, runs.total_ms), (19 * hour, 23 * hour));
    assert_eq!((runs.last_active_ms, runs.unobserved_ms), (Some(DAY + 5 * hour), 0));
    assert_eq!(view(&usage).runs_hourly(day, 0.05).unwrap(), runs);
    // A hole of 20 minutes at 10:00.
    let mut holed = values;
    holed[120..124].fill(f64::NAN);
    let usage = cpu(&Columns::regular(DAY, FIVE_MINUTES, &holed));
    assert_eq!(view(&usage).runs(day, 0.05, 0).unwrap().runs.len(), 3);
    let bridged = view(&usage).runs(day, 0.05, 4).unwrap();
    assert_eq!((bridged.runs.len(), bridged.unobserved_ms), (2, 4 * FIVE_MINUTES));
    assert_eq!(view(&usage).runs(day, 0.05, 3).unwrap().runs.len(), 3);
    let error = view(&usage).runs(day, 0.07, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    let error = view(&usage).runs(range(DAY, DAY + hour), 0.05, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RangeNotAligned);
    assert!(error.hint_text().contains("2023-11-16T00:00:00Z"), "{error}");
}

/// A local week with a change of the clock has 167 or 169 hours (usage.md §12.12).
#[test]
fn profiles_over_daylight_saving() {
    let berlin = zone("Europe/Berlin").unwrap();
    for (monday, next, hours) in [
        ("2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z", 167),
        ("2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z", 169),
    ] {
        let (start, end) = (Timestamp::parse(monday).unwrap(), Timestamp::parse(next).unwrap());
        let values = vec![1.0; hours];
        let usage = cpu(&Columns::regular(start.0, MS_PER_HOUR, &values));
        let profile = view(&usage).profile(range(start.0, end.0), berlin).unwrap();
        let observed: u64 = profile.hours.iter().map(|hour| hour.observed_hours).sum();
        assert_eq!((observed, profile.half_hour_zone), (hours as u64, false));
        // Sunday 02:00 is skipped in spring and comes twice in autumn.
        assert_eq!(profile.hours[146].observed_hours, if hours == 167 { 0 } else { 2 });
        assert_eq!(profile.hours[0].observed_hours, 1);
    }
    let usage = cpu(&Columns::regular(DAY, MS_PER_HOUR, &[1.0]));
    let kolkata = zone("Asia/Kolkata").unwrap();
    assert!(view(&usage).profile(range(DAY, DAY + MS_PER_HOUR), kolkata).unwrap().half_hour_zone);
}

#[test]
fn look_backs_follow_the_rule() {
    let now = Timestamp::parse("2026-03-15T10:20:00Z").unwrap();
    let hours = hours_before(now, 2);
    assert_eq!(hours.start.to_string(), "2026-03-13T11:00:00Z");
    assert_eq!(hours.end.to_string(), "2026-03-15T11:00:00Z");
    let days = days_before(now, 2);
    assert_eq!(days.start.to_string(), "2026-03-13T00:00:00Z");
    assert_eq!(days.end.to_string(), "2026-03-16T00:00:00Z");
}

/// A mean lies between its extremes.
#[test]
fn profiles_add_up_exactly() {
    let weeks: Vec<i64> = (0..70).map(|week| DAY + week * 168 * MS_PER_HOUR).collect();
    let usage = cpu(&Columns::gauge(&weeks, &[0.1; 70]));
    let view = view(&usage);
    let profile = view.profile(view.range(), zone("UTC").unwrap()).unwrap();
    let row = &profile.hours[48];
    assert_eq!((row.n, row.sum, row.observed_hours), (70, 7.0, 70));
    assert_eq!((row.min, row.mean, row.max), (Some(0.1), Some(0.1), Some(0.1)));
}

#[test]
fn decayed_quantiles_are_exact_at_the_ends() {
    let values: Vec<f64> = (1..=288).map(|i| 0.100_001 * f64::from(i)).collect();
    let usage = cpu(&Columns::regular(DAY, FIVE_MINUTES, &values));
    let view = view(&usage);
    let ends = view.quantiles_decayed(view.range(), &[0.0, 1.0], 24.0).unwrap().values;
    let peaks = view.daily_peaks(view.range()).unwrap();
    for (end, want) in ends.iter().zip([peaks.min[0], peaks.max[0]]) {
        assert_eq!((end.value, end.lower, end.upper), (want, want, want));
    }
}

/// The observed slots outlive the hours.
#[test]
fn hours_stay_observed_after_their_detail_is_dropped() {
    let mut usage = cpu(&Columns::regular(DAY, 2 * MS_PER_HOUR, &[0.5; 20]));
    let told = |usage: &Usage| {
        let view = view(usage);
        let peaks = view.daily_peaks(view.range()).unwrap().observed_hours;
        let described = usage.describe().unwrap().metrics[0].observed_hours;
        (peaks, described, view.coverage(view.range()).unwrap())
    };
    let before = told(&usage);
    assert_eq!((&before.0[..], before.1, before.2.observed_hours), (&[12, 8][..], 20, 20));
    let policy = RetentionPolicy::default().histogram_days(1).hourly_days(1);
    usage.retain(Timestamp(DAY + 5 * 24 * MS_PER_HOUR), &policy).unwrap();
    assert!(view(&usage).hours(view(&usage).range()).unwrap().is_empty());
    assert_eq!(told(&usage), before);
}
