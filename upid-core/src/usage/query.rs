//! Quantiles, histograms, daily peaks, moments, coverage and effective sample size (usage.md §5).

use serde::{Deserialize, Serialize};

use super::day::{Cell, Day, day_start};
use super::histogram::{Histogram, bucket_low, bucket_middle, bucket_width};
use super::view::{MetricView, days_of, empty, hours_of, part_days, part_hours};
use crate::error::{Error, ErrorKind, Result};
use crate::stats::{self, HourSum, batch_means, variance_of_sums};
use crate::units::{MS_PER_HOUR, TimeRange};

/// How a quantile is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum QuantileMethod {
    /// The smallest value with at least `q·n` values at or below it, on the histogram.
    #[default]
    NearestRank,
}

/// One quantile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QuantileValue {
    /// The share asked for.
    pub q: f64,
    /// The estimate: within 0.390625 % or half a quantum of the true sample of that rank; exact at 0 and 1.
    pub value: f64,
    /// The true sample of that rank is at least this.
    pub lower: f64,
    /// The true sample of that rank is at most this.
    pub upper: f64,
}

/// Quantiles of one selection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Quantiles {
    /// Samples; of summed containers the largest count.
    pub n: u64,
    /// One per share asked for, in that order.
    pub values: Vec<QuantileValue>,
    /// The definition.
    pub method: QuantileMethod,
}

/// The merged histogram of a selection, as columns.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HistogramTable {
    /// Bucket index.
    pub index: Vec<u16>,
    /// Smallest value of the bucket, in units.
    pub lower: Vec<f64>,
    /// Largest value of the bucket, in units.
    pub upper: Vec<f64>,
    /// Samples in it.
    pub count: Vec<u64>,
}

/// Daily extremes, as columns.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DailyPeaks {
    /// Start of the UTC day, in epoch milliseconds.
    pub day: Vec<i64>,
    /// Smallest sample.
    pub min: Vec<f64>,
    /// Largest sample.
    pub max: Vec<f64>,
    /// Observed hours.
    pub observed_hours: Vec<u32>,
    /// Accepted samples.
    pub count: Vec<u64>,
}

/// A span without samples, or with one condition throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SpanMs {
    /// First instant, in epoch milliseconds.
    pub start_ms: i64,
    /// First instant after.
    pub end_ms: i64,
}

/// How much of a range was observed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Coverage {
    /// Observed hours over hours of the range.
    pub observed_share: f64,
    /// Hours with at least one accepted sample.
    pub observed_hours: u64,
    /// Runs of unobserved hours.
    pub gaps: Vec<SpanMs>,
    /// UTC days with at least one accepted sample.
    pub days: u64,
}

/// Mean, variance and hourly lag-1 correlation of one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DayMoments {
    /// Start of the UTC day, in epoch milliseconds.
    pub day: i64,
    /// Samples.
    pub n: u64,
    /// Mean, in units.
    pub mean: f64,
    /// Population variance, in units squared; from exact integers.
    pub variance: f64,
    /// Pairs of neighbouring observed hours whose later hour lies in the day.
    pub lag1_pairs: u64,
    /// Pearson correlation of these pairs of hourly means; `None` under 3 pairs or without variance.
    pub lag1: Option<f64>,
}

/// How an effective sample size is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum EffectiveMethod {
    /// Hourly batch means with integrated autocorrelation.
    #[default]
    BatchMeans,
    /// Each hour counts once; batch means of fewer than 8 hours fall back to it.
    HoursOnly,
    /// Hourly means as an AR(1) series: hours·(1−ρ₁)/(1+ρ₁), the cheaper one of the confidence module. It does not
    /// compare with the others, as it counts hours, never samples.
    HourlyAr1,
}

/// Effective sample size of a selection (usage.md §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EffectiveSamples {
    /// Samples.
    pub n: u64,
    /// As many independent samples carry the same information; 1..n.
    pub n_eff: f64,
    /// Observed hours.
    pub hours: u64,
    /// Integrated autocorrelation time in hours, at least 1.
    pub tau: f64,
    /// How it was found.
    pub method: EffectiveMethod,
}

/// Days of one part merged: histogram, extremes, exact sums.
struct Merged {
    histogram: Histogram,
    total: Cell,
}

impl MetricView<'_> {
    fn merge_part(&self, at: usize, range: TimeRange) -> Result<Merged> {
        let mut merged = Merged { histogram: Histogram::default(), total: Cell::default() };
        let Some(part) = self.parts.get(at) else { return Ok(merged) };
        for (_, day) in part_days(part, days_of(range)?) {
            let histogram = day.histogram.as_ref().ok_or_else(|| {
                Error::new(
                    ErrorKind::EmptySeries,
                    format!("{} has no histogram in this range", self.metric),
                )
                .hint("the metric keeps none, or retain() has dropped it; use the hours or daily peaks")
            })?;
            merged.histogram.merge(histogram)?;
            merged.total.merge(&day.total)?;
        }
        Ok(merged)
    }

    /// Nearest-rank quantiles over a range of whole UTC days (usage.md §5.1).
    ///
    /// # Errors
    /// `UPID_INVALID_VALUE` for a share outside 0..1, `UPID_RANGE_NOT_ALIGNED`, `UPID_EMPTY_SERIES`.
    pub fn quantiles(&self, range: TimeRange, shares: &[f64]) -> Result<Quantiles> {
        let zero = |q: &f64| QuantileValue { q: *q, value: 0.0, lower: 0.0, upper: 0.0 };
        let mut quanta: Vec<QuantileValue> = shares.iter().map(zero).collect();
        for (at, q) in shares.iter().enumerate() {
            stats::check_share(*q).map_err(|e| e.at_path(format!("q[{at}]")))?;
        }
        let mut n = 0;
        for at in 0..self.parts.len() {
            let merged = self.merge_part(at, range)?;
            n = n.max(merged.total.count);
            for sum in &mut quanta {
                let (min, max) = (merged.total.min, merged.total.max);
                if let Some(found) = merged.histogram.quantile(sum.q, min, max) {
                    sum.value += found.value;
                    sum.lower += found.lower as f64;
                    sum.upper += found.upper as f64;
                }
            }
        }
        if n == 0 {
            return Err(empty(self.metric));
        }
        let units = |v: QuantileValue| QuantileValue {
            q: v.q,
            value: self.spec.units(v.value),
            lower: self.spec.units(v.lower),
            upper: self.spec.units(v.upper),
        };
        let values = quanta.into_iter().map(units).collect();
        Ok(Quantiles { n, values, method: QuantileMethod::NearestRank })
    }

    /// Quantiles in which each day's counts lose half of their weight in `half_life_h` hours, by whole days of age
    /// from the newest day of the range. Class *ulp(1)*; of summed containers the sum.
    ///
    /// # Errors
    /// Those of [`MetricView::quantiles`]; `UPID_INVALID_VALUE` for a half-life that is not above 0.
    pub fn quantiles_decayed(
        &self,
        range: TimeRange,
        shares: &[f64],
        half_life_h: f64,
    ) -> Result<Quantiles> {
        if !(half_life_h > 0.0 && half_life_h.is_finite()) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("the half-life of {half_life_h} h is not above 0"),
            )
            .at_path("decayHalfLifeH")
            .hint("give hours, e.g. 24"));
        }
        let mut all = self.quantiles(range, shares)?;
        for value in &mut all.values {
            (value.value, value.lower, value.upper) = (0.0, 0.0, 0.0);
        }
        for at in 0..self.parts.len() {
            let merged = self.merge_part(at, range)?;
            let weights = self.decayed(at, range, half_life_h)?;
            let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
            for value in &mut all.values {
                let mut below = 0.0;
                let reached = weights.iter().find(|(_, weight)| {
                    below += weight;
                    below >= value.q * total
                });
                // Rounding can leave the sum a hair below the total.
                let Some((index, _)) = reached.or(weights.last()) else { continue };
                let (min, max) = (merged.total.min, merged.total.max);
                let low = bucket_low(*index);
                let high = low + (bucket_width(*index) - 1);
                let middle = bucket_middle(*index).clamp(min as f64, max as f64);
                let (lower, middle, upper) = match value.q {
                    q if q <= 0.0 => (min, min as f64, min),
                    q if q >= 1.0 => (max, max as f64, max),
                    _ => (low.clamp(min, max), middle, high.clamp(min, max)),
                };
                value.value += self.spec.units(middle);
                value.lower += self.spec.units(lower as f64);
                value.upper += self.spec.units(upper as f64);
            }
        }
        Ok(all)
    }

    /// Weights by bucket, in order of the bucket.
    fn decayed(&self, at: usize, range: TimeRange, half_life_h: f64) -> Result<Vec<(u16, f64)>> {
        let mut weights = std::collections::BTreeMap::new();
        let Some(part) = self.parts.get(at) else { return Ok(Vec::new()) };
        let days: Vec<_> = part_days(part, days_of(range)?).collect();
        let newest = days.last().map_or(0, |(day, _)| *day);
        for (day, state) in days {
            let age = 24.0 * f64::from(newest - day);
            let weight = stats::float::exp2(-age / half_life_h);
            for (index, count) in state.histogram.iter().flat_map(Histogram::iter) {
                *weights.entry(index).or_insert(0.0) += weight * count as f64;
            }
        }
        Ok(weights.into_iter().collect())
    }

    /// The merged histogram over a range of whole UTC days. Parts are merged, not added up.
    pub fn histogram(&self, range: TimeRange) -> Result<HistogramTable> {
        let mut all = Histogram::default();
        for at in 0..self.parts.len() {
            all.merge(&self.merge_part(at, range)?.histogram)?;
        }
        if all.len() == 0 {
            return Err(empty(self.metric));
        }
        let mut table = HistogramTable::default();
        for (index, count) in all.iter() {
            let low = bucket_low(index);
            table.index.push(index);
            table.lower.push(self.spec.units(low as f64));
            table.upper.push(self.spec.units((low + (bucket_width(index) - 1)) as f64));
            table.count.push(count);
        }
        Ok(table)
    }

    /// Daily minima and maxima over a range of whole UTC days.
    pub fn daily_peaks(&self, range: TimeRange) -> Result<DailyPeaks> {
        let mut peaks = DailyPeaks::default();
        for day in self.daily(range)? {
            peaks.day.push(day.start_ms);
            peaks.min.push(day.min);
            peaks.max.push(day.max);
            peaks.count.push(day.count);
            let first = day.start_ms.div_euclid(MS_PER_HOUR);
            let hours = self.observed_hours(&(first..first + 24)).len();
            peaks.observed_hours.push(hours as u32);
        }
        Ok(peaks)
    }

    /// How much of a range of whole UTC hours was observed.
    pub fn coverage(&self, range: TimeRange) -> Result<Coverage> {
        let hours = hours_of(range)?;
        let observed = self.observed_hours(&hours);
        let mut coverage = Coverage {
            observed_share: observed.len() as f64 / (hours.end - hours.start) as f64,
            observed_hours: observed.len() as u64,
            ..Coverage::default()
        };
        let (mut next, mut day) = (hours.start, i64::MIN);
        for hour in observed.into_iter().chain([hours.end]) {
            if hour > next {
                let (start_ms, end_ms) = (next * MS_PER_HOUR, hour * MS_PER_HOUR);
                coverage.gaps.push(SpanMs { start_ms, end_ms });
            }
            next = hour + 1;
            if hour < hours.end && hour.div_euclid(24) != day {
                day = hour.div_euclid(24);
                coverage.days += 1;
            }
        }
        Ok(coverage)
    }

    /// Mean, variance and hourly lag-1 correlation per UTC day. Parts are merged, not added up.
    pub fn moments(&self, range: TimeRange) -> Result<Vec<DayMoments>> {
        let days = days_of(range)?;
        let mut merged: std::collections::BTreeMap<i32, Day> = std::collections::BTreeMap::new();
        for part in &self.parts {
            // One day before, for the pair across midnight.
            for (day, state) in part_days(part, days.start.saturating_sub(1)..days.end) {
                match merged.get_mut(&day) {
                    Some(mine) => mine.merge(state)?,
                    None => {
                        merged.insert(day, state.clone());
                    }
                }
            }
        }
        let means = |day: i32| -> [Option<f64>; 24] {
            let hourly = merged.get(&day).and_then(|state| state.hourly.as_ref());
            hourly.map_or([None; 24], |hourly| {
                hourly.hours.map(|c| (c.count > 0).then(|| c.sum as f64 / c.count as f64))
            })
        };
        let mut rows = Vec::new();
        for (day, state) in merged.range(days.start..days.end.max(days.start)) {
            let own = means(*day);
            let before = std::iter::once(means(*day - 1)[23]).chain(own);
            let pairs: Vec<(f64, f64)> =
                before.zip(own).filter_map(|(a, b)| Some((a?, b?))).collect();
            let n = state.total.count;
            rows.push(DayMoments {
                day: day_start(*day),
                n,
                mean: self.spec.units(state.total.sum as f64 / n as f64),
                variance: self.variance_units(n, state.total.sum, state.sum_squares),
                lag1_pairs: pairs.len() as u64,
                lag1: pearson(&pairs),
            });
        }
        Ok(rows)
    }

    /// Population variance in units²: `(n·Σq² − (Σq)²) / n²` from exact integers, then rounded.
    fn variance_units(&self, n: u64, sum: u128, squares: u128) -> f64 {
        let per_unit = self.spec.per_unit();
        variance_of_sums(n, sum, squares) / (per_unit * per_unit)
    }

    /// Effective sample size over a range of whole UTC days; of summed containers the smallest one.
    ///
    /// Batch means of one hour with integrated autocorrelation: independent samples keep `n`, slow ones count hours.
    ///
    /// # Errors
    /// `UPID_RANGE_NOT_ALIGNED`, `UPID_EMPTY_SERIES`.
    pub fn effective_sample_size(&self, range: TimeRange) -> Result<EffectiveSamples> {
        self.effective_sample_size_by(range, EffectiveMethod::BatchMeans)
    }

    /// [`MetricView::effective_sample_size`] by a method of the caller's choice.
    pub fn effective_sample_size_by(
        &self,
        range: TimeRange,
        method: EffectiveMethod,
    ) -> Result<EffectiveSamples> {
        let mut least: Option<EffectiveSamples> = None;
        for at in 0..self.parts.len() {
            let found = self.effective_of_part(at, range, method)?;
            let smaller = |found: &EffectiveSamples| least.is_none_or(|l| found.n_eff < l.n_eff);
            least = found.filter(smaller).or(least);
        }
        least.ok_or_else(|| empty(self.metric))
    }

    fn effective_of_part(
        &self,
        at: usize,
        range: TimeRange,
        method: EffectiveMethod,
    ) -> Result<Option<EffectiveSamples>> {
        let Some(part) = self.parts.get(at) else { return Ok(None) };
        let days = days_of(range)?;
        let hours: Vec<HourSum> =
            part_hours(part, &(i64::from(days.start) * 24..i64::from(days.end) * 24))
                .into_iter()
                .map(|(hour, cell)| HourSum { hour, count: cell.count, sum: cell.sum })
                .collect();
        if method != EffectiveMethod::BatchMeans {
            return Ok(of_hours(&hours, method));
        }
        let mut squares = 0u128;
        // Only days whose hours are kept: sums and hours must speak of the same samples.
        for (_, day) in part_days(part, days).filter(|(_, d)| d.hourly.is_some()) {
            squares =
                squares.checked_add(day.sum_squares).ok_or_else(super::histogram::overflow)?;
        }
        let Some(found) = batch_means(&hours, squares) else { return Ok(None) };
        Ok(Some(EffectiveSamples {
            n: found.n,
            n_eff: found.n_eff,
            hours: found.hours,
            tau: found.tau,
            method: if found.hours_only {
                EffectiveMethod::HoursOnly
            } else {
                EffectiveMethod::BatchMeans
            },
        }))
    }
}

/// The methods that count hours; `None` without an hour.
fn of_hours(hours: &[HourSum], method: EffectiveMethod) -> Option<EffectiveSamples> {
    let n = hours.iter().fold(0u64, |n, hour| n.saturating_add(hour.count));
    let observed = hours.len() as u64;
    let mean = |hour: &HourSum| hour.sum as f64 / hour.count as f64;
    let level = mean(hours.first()?);
    let neighbours = hours.windows(2).filter(|pair| pair[1].hour - pair[0].hour == 1);
    let n_eff = match method {
        EffectiveMethod::HourlyAr1 => {
            let lag1 = stats::lag1(level, neighbours.map(|pair| (mean(&pair[0]), mean(&pair[1]))));
            stats::effective_samples(observed, lag1).max(1.0)
        }
        _ => n.min(observed) as f64,
    };
    Some(EffectiveSamples { n, n_eff, hours: observed, tau: observed as f64 / n_eff, method })
}

/// Pearson correlation; `None` under 3 pairs or if a side is constant.
fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    // The rounded mean of equal values would differ from each of them.
    let constant =
        |side: fn(&(f64, f64)) -> f64| pairs.windows(2).all(|w| side(&w[0]) == side(&w[1]));
    if pairs.len() < 3 || constant(|p| p.0) || constant(|p| p.1) {
        return None;
    }
    let n = pairs.len() as f64;
    let (sx, sy) = pairs.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    let (mx, my) = (sx / n, sy / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (dx, dy) = (x - mx, y - my);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0))
}
