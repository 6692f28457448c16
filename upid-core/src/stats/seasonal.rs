//! Seasonal strength, measured on cycles that did not shape the estimate (insight.md §1).

/// Cross-validated seasonal strength `F_cv`, 0..1, of equally spaced `values` (NaN = missing).
///
/// `phases[i]` < `period` is the place of `values[i]` in its cycle. The trend is the centred running median over
/// one period; each point is then compared with the median of its phase in the *other* cycles, so noise scores 0.
/// `None` below `min_cycles` periods of values, or if nothing varies. Source: insight.md §1 (own).
pub fn cross_validated_strength(
    values: &[f64],
    phases: &[u16],
    period: usize,
    min_cycles: usize,
) -> Option<f64> {
    SeasonalScratch::default().strength(values, phases, period, min_cycles)
}

/// Reusable memory of [`cross_validated_strength`]: no allocation per series once it has grown.
#[derive(Debug, Default)]
pub(crate) struct SeasonalScratch {
    trend: Vec<f64>,
    window: Window,
    by_phase: Vec<Vec<f64>>,
}

impl SeasonalScratch {
    /// [`cross_validated_strength`].
    pub(crate) fn strength(
        &mut self,
        values: &[f64],
        phases: &[u16],
        period: usize,
        min_cycles: usize,
    ) -> Option<f64> {
        if period < 2 || phases.len() != values.len() || values.len() < period * min_cycles.max(2) {
            return None;
        }
        running_median(values, period, &mut self.window, &mut self.trend);
        self.by_phase.resize_with(period.max(self.by_phase.len()), Vec::new);
        let by_phase = self.by_phase.get_mut(..period)?;
        by_phase.iter_mut().for_each(Vec::clear);
        for ((value, level), phase) in values.iter().zip(&self.trend).zip(phases) {
            let detrended = value - level;
            if let (false, Some(slot)) = (detrended.is_nan(), by_phase.get_mut(usize::from(*phase)))
            {
                slot.push(detrended);
            }
        }
        let (mut all, mut rest) = (Moments::default(), Moments::default());
        for phase in by_phase.iter_mut().filter(|phase| phase.len() >= 2) {
            phase.sort_unstable_by(f64::total_cmp);
            for (index, value) in phase.iter().enumerate() {
                all.add(*value);
                rest.add(value - median_without(phase, index));
            }
        }
        let spread = all.variance();
        (spread > 0.0).then(|| (1.0 - rest.variance() / spread).clamp(0.0, 1.0))
    }
}

/// Welford's mean and variance, in the order of `add`.
#[derive(Default)]
struct Moments {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.n += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.n;
        self.squares += delta * (value - self.mean);
    }

    fn variance(&self) -> f64 {
        if self.n > 0.0 { self.squares / self.n } else { 0.0 }
    }
}

/// Median of a sorted slice with one element left out.
fn median_without(sorted: &[f64], left_out: usize) -> f64 {
    let count = sorted.len() - 1;
    let at = |rank: usize| sorted.get(rank + usize::from(rank >= left_out)).copied();
    let pair = (at((count - 1) / 2), at(count / 2));
    pair.0.zip(pair.1).map_or(f64::NAN, |(low, high)| f64::midpoint(low, high))
}

/// Values in order, between −∞ and ∞, so that each has neighbours.
#[derive(Debug, Default)]
struct Window {
    sorted: Vec<f64>,
    spare: Vec<f64>,
}

impl Window {
    fn set(&mut self, values: &[f64]) {
        self.sorted.clear();
        self.sorted.extend([f64::NEG_INFINITY, f64::INFINITY]);
        self.sorted.extend(values.iter().filter(|v| !v.is_nan()));
        self.sorted.sort_unstable_by(f64::total_cmp);
    }

    /// Replaces one `old` by `new`; NaN stands for no value.
    fn slide(&mut self, old: f64, new: f64) {
        let Self { sorted, spare } = self;
        if old.is_nan() || new.is_nan() {
            if !old.is_nan() {
                sorted.remove(sorted.partition_point(|other| *other < old).max(1));
            }
            if !new.is_nan() {
                sorted.insert(sorted.partition_point(|other| *other < new).max(1), new);
            }
            return;
        }
        // Without a branch per value: what lies between the two moves by one place.
        if spare.len() != sorted.len() {
            spare.clone_from(sorted);
        }
        let (before, own, after) = (&sorted[..], &sorted[1..], &sorted[2..]);
        let places = spare[1..].iter_mut().zip(before).zip(own).zip(after);
        if new < old {
            for (((to, before), own), _) in places {
                let moved = if new < *own { new } else { *own };
                let moved = if moved > *before { moved } else { *before };
                *to = if *own > old { *own } else { moved };
            }
        } else {
            for (((to, _), own), after) in places {
                let moved = if new > *own { new } else { *own };
                let moved = if moved < *after { moved } else { *after };
                *to = if *own < old { *own } else { moved };
            }
        }
        std::mem::swap(sorted, spare);
    }

    fn median(&self) -> f64 {
        let Some(last) = self.sorted.len().checked_sub(3) else { return f64::NAN };
        let pair = (self.sorted.get(1 + last / 2), self.sorted.get(1 + last.div_ceil(2)));
        pair.0.zip(pair.1).map_or(f64::NAN, |(low, high)| f64::midpoint(*low, *high))
    }
}

/// Median of the observed values in [i − P/2, i + P/2), moved to the nearest full window near the ends.
fn running_median(values: &[f64], period: usize, window: &mut Window, trend: &mut Vec<f64>) {
    let n = values.len();
    window.set(values.get(..period).unwrap_or(values));
    let mut start = 0;
    trend.clear();
    trend.extend((0..n).map(|i| {
        let wanted = i.saturating_sub(period / 2).min(n.saturating_sub(period));
        while start < wanted {
            if let (Some(old), Some(new)) = (values.get(start), values.get(start + period)) {
                window.slide(*old, *new);
            }
            start += 1;
        }
        window.median()
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strength(period: usize, f: impl Fn(usize) -> f64) -> Option<f64> {
        let values: Vec<f64> = (0..336).map(f).collect();
        let phases: Vec<u16> = (0..336).map(|t| (t % period) as u16).collect();
        cross_validated_strength(&values, &phases, period, 2)
    }

    /// Anchors of insight.md §1: 336 hours from a Monday.
    #[test]
    fn anchors() {
        let e = |t: usize| ((7919 * t) % 101) as f64 / 101.0 - 0.5;
        let sine = |t: usize| libm::sin(2.0 * std::f64::consts::PI * t as f64 / 24.0);
        let office = |t: usize| {
            f64::from(u8::from(t / 24 % 7 < 5 && (9..17).contains(&(t % 24)))) * 3.0 + 2.0
        };
        for (got, want) in [
            (strength(24, |t| 10.0 + e(t)), 0.0),
            (strength(168, |t| 10.0 + e(t)), 0.0),
            (strength(24, |t| 10.0 + 0.5 * sine(t) + e(t)), 0.431_077),
            (strength(24, |t| 10.0 + 5.0 * sine(t) + e(t)), 0.982_691),
            (strength(24, sine), 1.0),
            (strength(24, |t| office(t) + e(t)), 0.551_094),
            (strength(168, |t| office(t) + e(t)), 0.904_470),
        ] {
            assert!((got.unwrap() - want).abs() < 1e-6, "{got:?} is not {want}");
        }
        assert_eq!(strength(24, |_| 0.5), None);
    }

    #[test]
    fn gaps_are_left_out() {
        let sine = |t: usize| libm::sin(2.0 * std::f64::consts::PI * t as f64 / 24.0);
        let got = strength(24, |t| if t % 5 == 0 { f64::NAN } else { sine(t) });
        assert!(got.unwrap() > 0.9, "{got:?}");
        assert_eq!(strength(24, |_| f64::NAN), None);
    }
}
