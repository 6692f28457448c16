//! Memory: daily peaks extrapolated to a horizon at a stated risk.

use serde::{Deserialize, Serialize};

use super::Resource;
use super::history::History;
use super::policy::PeakFactorPolicy;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Reason;
use crate::stats::float;

/// Fewest observed hours of a day whose peak counts for mean and spread (rightsizing.md §5).
const HOURS_OF_A_DAY: usize = 12;
/// Fewest daily peaks that the factor is known for.
const FEWEST_PEAKS: usize = 5;

const RISKS: [f64; 5] = [0.10, 0.05, 0.02, 0.01, 0.005];
const HORIZONS: [f64; 3] = [7.0, 30.0, 90.0];
/// `K(n, m, p)`: the factor with P(maximum of m future Gumbel draws > mean + K·sd of n past ones) = p, by
/// simulation of 2·10⁶ draws (rightsizing.md §5); per n a row per m in [`HORIZONS`], columns as [`RISKS`].
const FACTORS: [(f64, [[f64; 5]; 3]); 8] = [
    (
        5.0,
        [
            [4.74, 6.24, 8.55, 10.62, 13.01],
            [7.02, 8.97, 11.98, 14.66, 17.85],
            [8.81, 11.13, 14.72, 17.94, 21.73],
        ],
    ),
    (
        7.0,
        [
            [4.10, 5.23, 6.85, 8.20, 9.64],
            [6.01, 7.39, 9.35, 11.00, 12.79],
            [7.51, 9.10, 11.36, 13.25, 15.32],
        ],
    ),
    (
        10.0,
        [
            [3.69, 4.62, 5.90, 6.92, 7.99],
            [5.36, 6.44, 7.91, 9.08, 10.31],
            [6.67, 7.87, 9.52, 10.82, 12.18],
        ],
    ),
    (
        14.0,
        [
            [3.43, 4.25, 5.34, 6.19, 7.08],
            [4.95, 5.86, 7.07, 8.01, 8.99],
            [6.14, 7.14, 8.45, 9.46, 10.51],
        ],
    ),
    (
        21.0,
        [
            [3.23, 3.96, 4.92, 5.66, 6.42],
            [4.63, 5.41, 6.45, 7.24, 8.05],
            [5.72, 6.55, 7.65, 8.48, 9.34],
        ],
    ),
    (
        30.0,
        [
            [3.11, 3.78, 4.66, 5.34, 6.03],
            [4.43, 5.14, 6.08, 6.78, 7.50],
            [5.45, 6.20, 7.17, 7.91, 8.65],
        ],
    ),
    (
        60.0,
        [
            [2.97, 3.58, 4.39, 5.00, 5.62],
            [4.20, 4.83, 5.66, 6.29, 6.93],
            [5.14, 5.80, 6.64, 7.28, 7.93],
        ],
    ),
    (
        90.0,
        [
            [2.92, 3.52, 4.30, 4.89, 5.48],
            [4.12, 4.73, 5.53, 6.12, 6.73],
            [5.04, 5.66, 6.47, 7.07, 7.68],
        ],
    ),
];

/// `UPID_INVALID_VALUE` for a horizon outside 1..365 days or a risk outside 0.005..0.10.
pub(super) fn check_factor(horizon_days: f64, risk: f64) -> Result<()> {
    let fail = |name: &str, value: f64, wanted: &str| {
        Error::new(ErrorKind::InvalidValue, format!("{name} is {value}, not within {wanted}"))
            .at_path(name)
            .hint(format!("give a value within {wanted}"))
    };
    if !(1.0..=365.0).contains(&horizon_days) {
        return Err(fail("horizonDays", horizon_days, "1 to 365"));
    }
    if !(0.005..=0.10).contains(&risk) {
        return Err(fail("risk", risk, "0.005 to 0.10"));
    }
    Ok(())
}

/// The factor K: of `n` past daily peaks, mean + K·sd is exceeded within `horizon_days` with probability `risk`,
/// if daily peaks are independent Gumbel draws.
///
/// Interpolated linearly in ln p, then ln m, then 1/n. Class ulp(4).
///
/// # Errors
/// `UPID_INSUFFICIENT_DATA` below 5 peaks; `UPID_INVALID_VALUE` outside 1..365 days or 0.005..0.10 risk.
pub fn memory_factor(n: u64, horizon_days: f64, risk: f64) -> Result<f64> {
    check_factor(horizon_days, risk)?;
    if n < FEWEST_PEAKS as u64 {
        return Err(Error::new(
            ErrorKind::InsufficientData,
            format!("{n} daily peaks are too few"),
        )
        .detail("have", n)
        .detail("need", FEWEST_PEAKS as u64)
        .hint("the factor is known from 5 daily peaks on"));
    }
    let last = FACTORS.len() - 1;
    let above = FACTORS.iter().position(|row| row.0 >= n as f64);
    let (low, high) = match above {
        Some(0) => return Ok(at(&FACTORS[0].1, horizon_days, risk)),
        Some(above) => (FACTORS[above - 1], Some(FACTORS[above])),
        None => (FACTORS[last], None),
    };
    // Between the rows of n linearly in 1/n, where infinitely many peaks have 1/n = 0.
    let (inverse, far) = match high {
        Some(row) => (1.0 / row.0, at(&row.1, horizon_days, risk)),
        None => (0.0, limit_factor(horizon_days, risk)),
    };
    let near = at(&low.1, horizon_days, risk);
    let share = (1.0 / n as f64 - inverse) / (1.0 / low.0 - inverse);
    Ok(far + share * (near - far))
}

/// K for n → ∞, where mean and deviation of the Gumbel distribution are known.
fn limit_factor(horizon_days: f64, risk: f64) -> f64 {
    const EULER: f64 = 0.577_215_664_9;
    let quantile = float::ln(horizon_days) - float::ln(-float::ln_1p(-risk));
    (quantile - EULER) * float::sqrt(6.0) / std::f64::consts::PI
}

/// Interpolates one n: in ln p, then ln m (and beyond its ends).
fn at(rows: &[[f64; 5]; 3], horizon_days: f64, risk: f64) -> f64 {
    let column = RISKS.iter().skip(1).take_while(|p| **p > risk).count().min(RISKS.len() - 2);
    let (p0, p1) = (float::ln(RISKS[column]), float::ln(RISKS[column + 1]));
    let share = (float::ln(risk) - p0) / (p1 - p0);
    let by_horizon = rows.map(|row| row[column] + share * (row[column + 1] - row[column]));
    let row = usize::from(horizon_days > HORIZONS[1]);
    let (m0, m1) = (float::ln(HORIZONS[row]), float::ln(HORIZONS[row + 1]));
    let share = (float::ln(horizon_days) - m0) / (m1 - m0);
    by_horizon[row] + share * (by_horizon[row + 1] - by_horizon[row])
}

/// What [`PeakFactorPolicy`] makes of a history.
pub(super) struct PeakFactor {
    pub(super) value: f64,
    /// Whether the stated risk holds by construction.
    pub(super) calibrated: bool,
    pub(super) reasons: Vec<Reason>,
}

/// `min(max(peak·(1 + minMargin), mean + K·sd), capRatio·peak)` of the daily peaks; `None` without samples.
pub(super) fn peak_factor(history: &History, policy: &PeakFactorPolicy) -> Option<PeakFactor> {
    let peak = history.peak()?;
    let peaks: Vec<f64> = history
        .days
        .iter()
        .filter(|day| day.hours.len() >= HOURS_OF_A_DAY)
        .filter_map(|day| day.samples.max())
        .collect();
    let factor = memory_factor(peaks.len() as u64, policy.horizon_days, policy.risk);
    let Ok(factor) = factor else {
        let message = format!(
            "Days with at least {HOURS_OF_A_DAY} observed hours: {} of {FEWEST_PEAKS} needed, so the memory size is the peak of {} plus 15 %.",
            peaks.len(),
            Resource::Memory.shown(peak)
        );
        let reason = Reason::new("ShortHistory", message)
            .with("days", peaks.len())
            .with("need", FEWEST_PEAKS);
        return Some(PeakFactor { value: 1.15 * peak, calibrated: false, reasons: vec![reason] });
    };
    let n = peaks.len() as f64;
    let mean = peaks.iter().sum::<f64>() / n;
    let squares: f64 = peaks.iter().map(|p| (p - mean) * (p - mean)).sum();
    let deviation = float::sqrt(squares / (n - 1.0));
    let extrapolated = mean + factor * deviation;
    let (least, most) = (peak * (1.0 + policy.min_margin), peak * policy.cap_ratio);
    let value = extrapolated.max(least).min(most);
    let message = format!(
        "{} daily memory peaks of mean {} and deviation {}: mean + {factor:.2} deviations is exceeded within {} days with probability {}.",
        peaks.len(),
        Resource::Memory.shown(mean),
        Resource::Memory.shown(deviation),
        policy.horizon_days,
        policy.risk
    );
    let mut reasons = vec![
        Reason::new("PolicyValue", message)
            .with("peaks", peaks.len())
            .with("mean", mean)
            .with("deviation", deviation)
            .with("factor", factor)
            .with("after", value),
    ];
    let mut calibrated = true;
    if extrapolated > most {
        calibrated = false;
        let message =
            format!("The extrapolation is capped at {} times the peak.", policy.cap_ratio);
        reasons.push(
            Reason::new("CappedOverPeak", message).with("before", extrapolated).with("after", most),
        );
    }
    let cubes: f64 = peaks.iter().map(|p| (p - mean) * (p - mean) * (p - mean)).sum();
    let spread = squares / n;
    let skewness = if spread > 0.0 { cubes / n / (spread * float::sqrt(spread)) } else { 0.0 };
    if peaks.len() >= 10 && skewness > 2.0 {
        calibrated = false;
        let message = format!(
            "The daily peaks have a heavy tail (skewness {skewness:.1}), so the stated risk is too low."
        );
        reasons.push(Reason::new("HeavyTail", message).with("skewness", skewness));
    }
    Some(PeakFactor { value, calibrated, reasons })
}

/// Input of `rightsize.memoryFactor`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MemoryFactorInput {
    /// Daily peaks, at least 5.
    pub n: u64,
    /// Days that the size must last, 1 to 365.
    pub horizon_days: f64,
    /// Accepted probability, 0.005 to 0.10.
    pub risk: f64,
}

/// Output of `rightsize.memoryFactor`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemoryFactor {
    /// Standard deviations above the mean.
    pub k: f64,
}

impl MemoryFactorInput {
    /// Runs `rightsize.memoryFactor`.
    pub fn run(&self) -> Result<MemoryFactor> {
        Ok(MemoryFactor { k: memory_factor(self.n, self.horizon_days, self.risk)? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::Day;
    use super::*;
    use crate::units::MS_PER_HOUR;

    fn factor(n: u64, m: f64, p: f64) -> f64 {
        memory_factor(n, m, p).unwrap()
    }

    /// Rightsizing.md §5.
    #[test]
    fn published_factors() {
        assert_eq!(factor(14, 30.0, 0.01), 8.01);
        assert_eq!(factor(5, 7.0, 0.10), 4.74);
        assert_eq!(factor(90, 90.0, 0.005), 7.68);
        for (n, m, p, k) in
            [(20, 30.0, 0.01, 7.317), (14, 14.0, 0.01, 7.057), (14, 30.0, 0.03, 6.535)]
        {
            assert!((factor(n, m, p) - k).abs() < 5e-4, "{n} {m} {p}: {}", factor(n, m, p));
        }
        for (p, k) in [(0.10, 3.956), (0.05, 4.518), (0.02, 5.244), (0.01, 5.789), (0.005, 6.331)] {
            assert!((limit_factor(30.0, p) - k).abs() < 5e-4, "{p}");
            assert!((factor(100_000_000, 30.0, p) - k).abs() < 1e-3);
        }
    }

    #[test]
    fn the_factor_is_known_in_a_range_only() {
        assert_eq!(memory_factor(4, 30.0, 0.01).unwrap_err().kind(), ErrorKind::InsufficientData);
        for (m, p) in [(0.5, 0.01), (400.0, 0.01), (30.0, 0.2), (30.0, 0.001), (f64::NAN, 0.01)] {
            assert_eq!(memory_factor(14, m, p).unwrap_err().kind(), ErrorKind::InvalidValue);
        }
        assert!(factor(14, 365.0, 0.01) > factor(14, 90.0, 0.01));
        assert!(factor(14, 1.0, 0.01) < factor(14, 7.0, 0.01));
    }

    /// Re-simulates two cells of the table with a seeded generator.
    #[test]
    fn the_table_can_be_simulated_again() {
        const DRAWS: usize = 100_000;
        let mut state = 1u64;
        let mut uniform = || {
            // SplitMix64 (Steele, Lea & Flood 2014).
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 + 1e-17
        };
        let (n, m) = (14, 30.0);
        let mut scores: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let past: Vec<f64> = (0..n).map(|_| -float::ln(-float::ln(uniform()))).collect();
                let mean = past.iter().sum::<f64>() / f64::from(n);
                let squares: f64 = past.iter().map(|x| (x - mean) * (x - mean)).sum();
                let future = -float::ln(-float::ln(uniform())) + float::ln(m);
                (future - mean) / float::sqrt(squares / f64::from(n - 1))
            })
            .collect();
        scores.sort_unstable_by(f64::total_cmp);
        for (p, error) in [(0.01, 0.2), (0.05, 0.08)] {
            let k = scores[((1.0 - p) * DRAWS as f64) as usize];
            assert!((k - factor(14, m, p)).abs() < error, "{p}: {k}");
        }
    }

    fn days_with_peaks(peaks: &[f64], hours: i64) -> History {
        let samples: Vec<_> = peaks
            .iter()
            .enumerate()
            .flat_map(|(day, &peak)| {
                (0..hours).map(move |h| ((day as i64 * 24 + h) * MS_PER_HOUR, peak - h as f64))
            })
            .collect();
        let mut history = History::default();
        history.grow(Day::from_samples(&samples, 1.0));
        history
    }

    /// The check of rightsizing.md §5: 14 daily peaks in MiB.
    #[test]
    fn published_memory_size() {
        const MIB: f64 = 1_048_576.0;
        let peaks = [
            412.0, 398.0, 405.0, 420.0, 431.0, 409.0, 402.0, 415.0, 418.0, 440.0, 407.0, 411.0,
            425.0, 416.0,
        ]
        .map(|p| p * MIB);
        let size = peak_factor(&days_with_peaks(&peaks, 24), &PeakFactorPolicy::default()).unwrap();
        assert!((size.value / MIB - 506.497_56).abs() < 1e-5, "{}", size.value / MIB);
        assert!(size.calibrated);
    }

    #[test]
    fn short_days_constant_use_and_tails() {
        let policy = PeakFactorPolicy::default();
        let short = peak_factor(&days_with_peaks(&[1e9; 20], 11), &policy).unwrap();
        assert_eq!((short.value, short.reasons[0].code.as_str()), (1.15e9, "ShortHistory"));
        let constant = peak_factor(&days_with_peaks(&[1e9; 20], 12), &policy).unwrap();
        assert_eq!(constant.value, 1.05e9);
        let mut spiky = [1e8; 14];
        spiky[3] = 1e9;
        let heavy = peak_factor(&days_with_peaks(&spiky, 24), &policy).unwrap();
        assert_eq!(heavy.value, 2e9);
        assert!(!heavy.calibrated);
        let codes: Vec<_> = heavy.reasons.iter().map(|r| r.code.as_str()).collect();
        assert_eq!(codes, ["PolicyValue", "CappedOverPeak", "HeavyTail"]);
        assert!(peak_factor(&History::default(), &policy).is_none());
    }
}
