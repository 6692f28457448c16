//! Every field against a plain reading of its definition.
#![allow(clippy::too_many_lines, reason = "the reference restates every definition in one place")]

use super::*;
use crate::error::ErrorKind;
use crate::model::Rates;
use crate::stats::{quantile_linear_sorted, seasonal::cross_validated_strength, sorted};
use crate::units::{Amount, Currency, RateAmount};

/// Monday 2024-01-01T00:00:00Z.
const MONDAY: i64 = 1_704_067_200_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

/// Columns of a few containers, as f32 values so that both types can hold them.
struct Fleet {
    start_ms: i64,
    step_ms: i64,
    offset: i32,
    samples: usize,
    hours: usize,
    narrow: [Vec<f32>; 4],
    wide: [Vec<f64>; 4],
    requested: Vec<Requested>,
    rates: Vec<Rates>,
}

fn rates(core: &str, gib: &str) -> Rates {
    Rates {
        cpu_core_hour: RateAmount::parse(core).unwrap(),
        memory_gib_hour: RateAmount::parse(gib).unwrap(),
        ..Rates::default()
    }
}

impl Fleet {
    fn new(start_ms: i64, step_ms: i64, offset: i32, samples: usize, containers: usize) -> Self {
        let mut state = 11_u64;
        let mut unit = move || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
            (state >> 40) as f32 / (1_u32 << 24) as f32
        };
        let clock = start_ms + i64::from(offset) * MINUTE;
        let end = clock + step_ms * samples as i64 - 1;
        let hours = (end.div_euclid(HOUR) - clock.div_euclid(HOUR) + 1) as usize;
        let mut narrow: [Vec<f32>; 4] = Default::default();
        for container in 0..containers {
            for j in 0..samples {
                let hour = (clock + j as i64 * step_ms).div_euclid(HOUR) % 24;
                let wave = (12 - (hour - 12).abs()) as f32 / 12.0;
                let level = match container % 5 {
                    0 => 0.001,
                    1 => wave * 0.3,
                    2 => {
                        if hour == 3 {
                            2.0
                        } else {
                            0.0005
                        }
                    }
                    3 => 0.0019,
                    _ => f32::NAN,
                };
                let hole = container % 5 == 3 && (j / 7) % 13 == 5;
                let lost = |value: f32| if hole { f32::NAN } else { value };
                narrow[0].push(lost(level * (0.5 + unit())));
                narrow[1].push(lost(1e8 + 1e6 * (unit() * 5.0).floor()) + level - level);
                narrow[2].push(if container % 2 == 0 { 300.0 * unit() } else { 1200.0 * unit() });
            }
            narrow[3].extend((0..hours).map(|h| if h % 9 == container { 5.0 } else { 0.0 }));
        }
        let wide = narrow.each_ref().map(|c| c.iter().map(|v| f64::from(*v)).collect());
        let requested = (0..containers).map(|i| Requested {
            cpu_cores: (i != 2).then_some(0.25 * i as f64),
            memory_bytes: Some(1.5e8),
        });
        let rates = vec![rates("0.031611", "0.004237"); containers];
        let requested = requested.collect();
        Self { start_ms, step_ms, offset, samples, hours, narrow, wide, requested, rates }
    }

    fn input<'a>(&'a self, [cpu, memory, network, requests]: [Matrix<'a>; 4]) -> ScreenInput<'a> {
        let containers = self.requested.len();
        let mut input =
            ScreenInput::new(self.start_ms, self.step_ms, containers, self.samples, cpu);
        input.utc_offset_minutes = self.offset;
        (input.memory, input.network) = (Some(memory), Some(network));
        input.requests = Some(requests);
        (input.requested, input.rates) = (&self.requested, &self.rates);
        input
    }

    fn wide(&self) -> ScreenInput<'_> {
        self.input(self.wide.each_ref().map(|c| Matrix::F64(c)))
    }

    fn narrow(&self) -> ScreenInput<'_> {
        self.input(self.narrow.each_ref().map(|c| Matrix::F32(c)))
    }

    /// The definitions, one sample at a time.
    fn plain(&self, index: usize) -> ScreenRow {
        let row = |metric: usize| &self.wide[metric][index * self.samples..][..self.samples];
        let requests = &self.wide[3][index * self.hours..][..self.hours];
        let clock = self.start_ms + i64::from(self.offset) * MINUTE;
        let hour_of = |j: usize| {
            ((clock + j as i64 * self.step_ms).div_euclid(HOUR) - clock.div_euclid(HOUR)) as usize
        };
        let (cpu, memory, network) = (row(0), row(1), row(2));
        let mut out = ScreenRow::default();
        let (mut idle, mut run, mut longest) = (0, 0, 0);
        for (j, v) in cpu.iter().enumerate() {
            if v.is_nan() {
                (out.missing, run) = (out.missing + 1, 0);
                continue;
            }
            out.samples += 1;
            if *v < 0.002 && network[j] < 1024.0 && requests[hour_of(j)] == 0.0 {
                (idle, run) = (idle + 1, run + 1);
                longest = longest.max(run);
            } else {
                out.last_activity_ms = Some(self.start_ms + j as i64 * self.step_ms);
                run = 0;
            }
        }
        if out.samples > 0 {
            out.idle_share = Some(f64::from(idle) / out.samples as f64);
            out.longest_idle_ms = Some(longest * self.step_ms);
        }
        let missing = |values: &[f64]| values.iter().filter(|v| v.is_nan()).count() as u64;
        out.memory_missing = Some(missing(memory));
        out.cpu = distribution(cpu);
        out.memory = distribution(memory);

        let hourly = |values: &[f64]| -> Vec<(f64, usize)> {
            (0..self.hours)
                .map(|h| {
                    let mut lanes = [0.0; 12];
                    let of_hour = (0..self.samples).filter(|j| hour_of(*j) == h);
                    let mut n = 0;
                    for (i, j) in of_hour.enumerate() {
                        if !values[j].is_nan() {
                            lanes[i % 12] += values[j];
                            n += 1;
                        }
                    }
                    let b: Vec<f64> =
                        (0..4).map(|i| (lanes[i] + lanes[i + 4]) + lanes[i + 8]).collect();
                    ((b[0] + b[2]) + (b[1] + b[3]), n)
                })
                .collect()
        };
        let cpu_hours = hourly(cpu);
        let slots: Vec<u16> = (0..self.hours as i64)
            .map(|h| ((clock.div_euclid(HOUR) + h + 72) % 168) as u16)
            .collect();
        for (slot, mean) in out.profile.iter_mut().enumerate() {
            let own = || cpu_hours.iter().zip(&slots).filter(|(_, s)| usize::from(**s) == slot);
            let n: usize = own().map(|((_, n), _)| n).sum();
            if n > 0 {
                *mean = own().fold(0.0, |sum, ((s, _), _)| sum + s) / n as f64;
            }
        }
        let means: Vec<f64> = cpu_hours
            .iter()
            .map(
                |(s, n)| {
                    if *n as i64 * self.step_ms * 2 >= HOUR { s / *n as f64 } else { f64::NAN }
                },
            )
            .collect();
        out.cpu_slope_per_day = crate::stats::least_squares_slope(&means).map(|s| s * 24.0);
        let days: Vec<u16> = slots.iter().map(|s| s % 24).collect();
        out.daily_strength = cross_validated_strength(&means, &days, 24, 3);
        out.weekly_strength = cross_validated_strength(&means, &slots, 168, 2);

        // In rational numbers: quanta × milliseconds × rate, rounded once per resource.
        let requested = &self.requested[index];
        let quanta = [
            requested.cpu_cores.map(|c| (c * 1e9).round() as i128),
            requested.memory_bytes.map(|m| m.round() as i128),
        ];
        let price = |cpu: i128, memory: i128| {
            let rates = &self.rates[index];
            let one = |rate: RateAmount, quanta: i128, unit: i128| {
                let (whole, unit) = (rate.0 * quanta, unit * i128::from(HOUR) * 1_000_000);
                let (q, r) = (whole / unit, whole % unit);
                let up = 2 * r > unit || (2 * r == unit && q % 2 == 1);
                q + i128::from(up)
            };
            let cpu = one(rates.cpu_core_hour, cpu, 1_000_000_000);
            Amount(cpu + one(rates.memory_gib_hour, memory, 1 << 30))
        };
        let window = i128::from(self.step_ms) * self.samples as i128;
        if let [Some(cpu), Some(memory)] = quanta {
            out.cost = Some(price(cpu * window, memory * window));
        }
        let unused = |hours: &[(f64, usize)], quanta: Option<i128>, scale: f64| {
            let quanta = quanta.filter(|_| hours.iter().any(|(_, n)| *n > 0))?;
            let one = |(sum, n): &(f64, usize)| {
                let used = (sum / *n as f64 * scale).round_ties_even() as i128;
                if *n > 0 {
                    (quanta - used).max(0) * *n as i128 * i128::from(self.step_ms)
                } else {
                    0
                }
            };
            Some(hours.iter().map(one).sum::<i128>() as u128)
        };
        out.waste.cpu_nano_core_ms = unused(&cpu_hours, quanta[0], 1e9);
        out.waste.memory_byte_ms = unused(&hourly(memory), quanta[1], 1.0);
        if let (Some(cpu), Some(memory)) = (out.waste.cpu_nano_core_ms, out.waste.memory_byte_ms) {
            out.waste.cost = Some(price(cpu as i128, memory as i128));
        }
        out.recommended.cpu_cores = out.cpu.map(|d| d.p95 * 1.15);
        out.recommended.memory_bytes = out.memory.map(|d| d.max * 1.15);
        out
    }
}

fn distribution(values: &[f64]) -> Option<Distribution> {
    let sorted = sorted(values);
    let at = |q| quantile_linear_sorted(&sorted, q).ok();
    Some(Distribution {
        p50: at(0.5)?,
        p90: at(0.9)?,
        p95: at(0.95)?,
        p99: at(0.99)?,
        max: at(1.0)?,
    })
}

/// Every bit of every field; `{:?}` of a float reads back as the same float.
fn text(rows: &[ScreenRow]) -> Vec<String> {
    rows.iter().map(|row| format!("{row:?}")).collect()
}

#[test]
fn every_field_as_defined() {
    // A week of minutes; two weeks and a bit of 5 minutes from 07:23 at +5:30; half-hours; 7 s and odd starts.
    for (start, step, offset, samples) in [
        (MONDAY, MINUTE, 0, 10_080),
        (MONDAY + 443 * MINUTE, 5 * MINUTE, 330, 4_200),
        (MONDAY - 5, 30 * MINUTE, -300, 700),
        (MONDAY + 12_345, 7_000, 0, 1_801),
        (MONDAY, HOUR, 0, 100),
        (MONDAY + 1, HOUR, 59, 1),
    ] {
        let fleet = Fleet::new(start, step, offset, samples, 7);
        let mut want: Vec<ScreenRow> = (0..7).map(|i| fleet.plain(i)).collect();
        let total: i128 = want.iter().filter_map(|r| r.cost).map(|c| c.0).sum();
        for row in &mut want {
            row.cost_share = row.cost.map(|c| c.to_f64() / Amount(total).to_f64());
        }
        for arm in Arm::ALL {
            let mut memory = ScreenMemory::new(arm);
            let mut rows = Vec::new();
            let mixed = ScreenInput {
                cpu: Matrix::F32(&fleet.narrow[0]),
                memory: Some(Matrix::F32(&fleet.narrow[1])),
                ..fleet.wide()
            };
            for input in [fleet.wide(), fleet.narrow(), mixed] {
                screen_into(&input, &ScreenConfig::default(), &mut memory, &mut rows).unwrap();
                for (got, want) in text(&rows).iter().zip(text(&want)) {
                    assert_eq!(*got, want, "{arm:?}, step {step}");
                }
            }
        }
    }
}

#[test]
fn nothing_observed_is_nothing_known() {
    let fleet = Fleet::new(MONDAY, MINUTE, 0, 1_440, 5);
    let rows = screen(&fleet.narrow(), &ScreenConfig::default()).unwrap();
    let row = &rows[4];
    assert_eq!((row.samples, row.missing, row.memory_missing), (0, 1_440, Some(1_440)));
    assert_eq!((row.idle_share, row.longest_idle_ms, row.last_activity_ms), (None, None, None));
    assert!(row.profile.iter().all(|v| v.is_nan()));
    assert_eq!((row.cpu, row.memory, row.cpu_slope_per_day), (None, None, None));
    assert_eq!((row.daily_strength, row.weekly_strength), (None, None));
    assert_eq!((row.waste, row.recommended), (Waste::default(), Recommended::default()));
    // The reservation costs what it costs, used or not.
    assert!(row.cost.is_some() && row.cost_share.is_some());
    assert_eq!(rows[2].cost, None, "an unknown request has an unknown cost");
}

#[test]
fn only_cpu_is_needed() {
    let cpu = [0.001, f64::NAN, 0.001, 0.001, 0.5, 0.001];
    let input = ScreenInput::new(MONDAY, 10 * MINUTE, 1, 6, Matrix::F64(&cpu));
    let rows = screen(&input, &ScreenConfig::default()).unwrap();
    let row = &rows[0];
    assert_eq!((row.samples, row.missing, row.memory_missing), (5, 1, None));
    assert_eq!(row.idle_share, Some(0.8));
    assert_eq!(row.longest_idle_ms, Some(20 * MINUTE), "the hole ends the first run");
    assert_eq!(row.last_activity_ms, Some(MONDAY + 40 * MINUTE));
    assert_eq!((row.memory, row.cost, row.cost_share), (None, None, None));
    assert_eq!(row.profile[0], 0.504 / 5.0);
    assert!(row.profile[1..].iter().all(|v| v.is_nan()));
    let strict = ScreenConfig::default().idle_below(0.001, 0.0).margins(0.0, 0.0);
    let rows = screen(&input, &strict).unwrap();
    assert_eq!(rows[0].idle_share, Some(0.0));
    assert_eq!(rows[0].recommended.cpu_cores, rows[0].cpu.map(|c| c.p95));
}

/// Unknown network or requests do not make a sample active.
#[test]
fn unknown_signals_do_not_count() {
    let (cpu, network) = ([0.001_f32; 4], [f32::NAN, 5000.0, 10.0, f32::NAN]);
    let mut input = ScreenInput::new(MONDAY, 30 * MINUTE, 1, 4, Matrix::F32(&cpu));
    input.network = Some(Matrix::F32(&network));
    let share = |input: &ScreenInput<'_>| {
        screen(input, &ScreenConfig::default()).unwrap().first().and_then(|r| r.idle_share)
    };
    assert_eq!(share(&input), Some(0.75));
    let requests = [f64::NAN, 3.0];
    input.requests = Some(Matrix::F64(&requests));
    assert_eq!(share(&input), Some(0.25));
}

#[test]
fn money_by_hand() {
    // 2 cores at 0.5 an hour and 4 GiB at 0.25 for 3 hours; half a core and 1 GiB used.
    let (cpu, memory) = ([0.5_f64; 180], [1_073_741_824.0_f64; 180]);
    let mut input = ScreenInput::new(MONDAY, MINUTE, 1, 180, Matrix::F64(&cpu));
    input.memory = Some(Matrix::F64(&memory));
    let requested = [Requested { cpu_cores: Some(2.0), memory_bytes: Some(4.0 * 1_073_741_824.0) }];
    let rates = [rates("0.5", "0.25")];
    (input.requested, input.rates) = (&requested, &rates);
    let row = screen(&input, &ScreenConfig::default()).unwrap().remove(0);
    assert_eq!(row.cost.unwrap().to_string(), "6");
    assert_eq!(row.cost_share, Some(1.0));
    assert_eq!(row.waste.cpu_core_hours(), Some(4.5));
    assert_eq!(row.waste.memory_gib_hours(), Some(9.0));
    assert_eq!(row.waste.cost.unwrap().to_string(), "4.5");
}

/// insight.md §1: 10 + 5·sin + e over two weeks has a daily strength of .982691, the office hours .904470 weekly.
#[test]
fn published_strengths() {
    let e = |t: usize| ((7919 * t) % 101) as f64 / 101.0 - 0.5;
    let sine = |t: usize| 10.0 + 5.0 * libm::sin(2.0 * std::f64::consts::PI * t as f64 / 24.0);
    let office = |t: usize| t / 24 % 7 < 5 && (9..17).contains(&(t % 24));
    let cpu: Vec<f64> = (0..336)
        .map(|t| sine(t) + e(t))
        .chain((0..336).map(|t| f64::from(u8::from(office(t))) * 3.0 + 2.0 + e(t)))
        .collect();
    let input = ScreenInput::new(MONDAY, HOUR, 2, 336, Matrix::F64(&cpu));
    let rows = screen(&input, &ScreenConfig::default()).unwrap();
    assert!((rows[0].daily_strength.unwrap() - 0.982_691).abs() < 1e-6);
    assert!((rows[1].weekly_strength.unwrap() - 0.904_470).abs() < 1e-6);
    let days = |samples| {
        let input = ScreenInput::new(MONDAY, HOUR, 1, samples, Matrix::F64(&cpu[..samples]));
        let row = screen(&input, &ScreenConfig::default()).unwrap().remove(0);
        (row.daily_strength.is_some(), row.weekly_strength.is_some())
    };
    assert_eq!([days(71), days(72), days(335)], [(false, false), (true, false), (true, false)]);
}

#[test]
#[cfg(feature = "parallel")]
fn threads_and_layout_change_no_bit() {
    let fleet = Fleet::new(MONDAY, 5 * MINUTE, 60, 2_016, 100);
    let want = text(&screen(&fleet.narrow(), &ScreenConfig::default()).unwrap());
    let split =
        fleet.narrow.each_ref().map(|c| -> Vec<&[f32]> { c.chunks(c.len() / 100).collect() });
    let by_rows = fleet.input(split.each_ref().map(|rows| Matrix::F32Rows(rows)));
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let rows = pool.install(|| screen(&by_rows, &ScreenConfig::default())).unwrap();
        assert_eq!(text(&rows), want, "{threads} threads");
    }
}

#[test]
fn a_row_is_small() {
    assert!(size_of::<ScreenRow>() <= 2_560, "{}", size_of::<ScreenRow>());
}

#[test]
fn faults_have_a_place() {
    let fleet = Fleet::new(MONDAY, MINUTE, 0, 120, 20);
    let check = |input: &ScreenInput<'_>, kind: ErrorKind, path: &str| {
        let error = screen(input, &ScreenConfig::default()).unwrap_err();
        assert_eq!((error.kind(), error.place().path.as_deref()), (kind, Some(path)), "{error}");
    };
    let with = |change: &dyn Fn(&mut ScreenInput<'_>)| {
        let mut input = fleet.wide();
        change(&mut input);
        input
    };
    for step in [0, -60_000, HOUR + 1] {
        check(&with(&|i| i.step_ms = step), ErrorKind::InvalidStep, "stepMs");
    }
    check(&with(&|i| i.samples = 0), ErrorKind::EmptyInput, "samples");
    check(&with(&|i| i.samples = 119), ErrorKind::LengthMismatch, "cpu");
    check(&with(&|i| i.containers = 21), ErrorKind::LengthMismatch, "cpu");
    check(&with(&|i| i.memory = Some(Matrix::F64(&[]))), ErrorKind::LengthMismatch, "memory");
    check(&with(&|i| i.network = Some(Matrix::F32(&[1.0]))), ErrorKind::LengthMismatch, "network");
    check(&with(&|i| i.requests = i.memory), ErrorKind::LengthMismatch, "requests");
    check(&with(&|i| i.requested = &i.requested[..3]), ErrorKind::LengthMismatch, "requested");
    check(&with(&|i| i.rates = &i.rates[..3]), ErrorKind::LengthMismatch, "rates");
    check(&with(&|i| i.start_ms = -1), ErrorKind::TimestampRange, "startMs");
    check(&with(&|i| i.start_ms = 253_402_300_799_000), ErrorKind::TimestampRange, "samples");
    check(&with(&|i| i.utc_offset_minutes = 1440), ErrorKind::InvalidValue, "utcOffsetMinutes");
    let ragged: Vec<&[f64]> = (0..20).map(|i| &fleet.wide[0][..120 - i / 19]).collect();
    check(
        &ScreenInput { cpu: Matrix::F64Rows(&ragged), ..fleet.wide() },
        ErrorKind::LengthMismatch,
        "cpu[19]",
    );

    // The first container's fault is told, whichever thread finds one first.
    let mut bad = fleet.wide[1].clone();
    (bad[2 * 120 + 17], bad[19 * 120]) = (-1.0, f64::INFINITY);
    check(
        &ScreenInput { memory: Some(Matrix::F64(&bad)), ..fleet.wide() },
        ErrorKind::InvalidValue,
        "memory[2][17]",
    );
    let infinite: Vec<f64> = fleet.wide[0].iter().map(|v| v / 0.0).collect();
    check(
        &ScreenInput { cpu: Matrix::F64(&infinite), ..fleet.wide() },
        ErrorKind::InvalidValue,
        "cpu[0][0]",
    );
    let (mut network, mut requests) = (fleet.wide[2].clone(), fleet.wide[3].clone());
    (network[3 * 120 + 5], requests[4 * 2 + 1]) = (f64::INFINITY, -1.0);
    let input = ScreenInput { network: Some(Matrix::F64(&network)), ..fleet.wide() };
    check(&input, ErrorKind::InvalidValue, "network[3][5]");
    let input = ScreenInput { requests: Some(Matrix::F64(&requests)), ..fleet.wide() };
    check(&input, ErrorKind::InvalidValue, "requests[4][1]");
    let mut requested = fleet.requested.clone();
    requested[7].cpu_cores = Some(-0.5);
    let input = with(&|i| i.requested = &[]);
    let input = ScreenInput { requested: &requested, ..input };
    check(&input, ErrorKind::InvalidValue, "requested[7].cpuCores");
    let mut two = fleet.rates.clone();
    (two[0].currency, two[1].currency) = (Some(Currency::USD), Currency::parse("EUR").ok());
    check(&ScreenInput { rates: &two, ..input }, ErrorKind::CurrencyMismatch, "rates");

    let config = ScreenConfig::default().margins(f64::NAN, 0.1);
    let error = screen(&fleet.wide(), &config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    let mut rows = vec![ScreenRow::default()];
    let mut memory = ScreenMemory::default();
    let bad = with(&|i| i.step_ms = 0);
    assert!(screen_into(&bad, &ScreenConfig::default(), &mut memory, &mut rows).is_err());
    assert!(rows.is_empty());
}
