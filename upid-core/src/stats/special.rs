//! Distribution functions: regularised incomplete gamma and beta, and the quantiles built on them.
//!
//! Own implementations on [`float`](super::float), so that they give the same bits on every platform (class *exact*). Series and
//! continued fractions after Abramowitz & Stegun 6.5.29, 26.5.8 and Lentz' method.

#![allow(clippy::many_single_char_names)] // The names of the formulas.

use super::float::{erfc, exp, ln, ln_1p, ln_gamma, sqrt};

/// Enough for every argument that the quantiles below pass; reached only by far tails.
const MAX_TERMS: usize = 10_000;
const EPSILON: f64 = 1e-16;
/// Keeps Lentz' method away from division by zero.
const TINY: f64 = 1e-300;

/// Regularised lower incomplete gamma function P(a, x) for a > 0; 0 for x ≤ 0, NaN for an impossible a.
pub fn gamma_p(a: f64, x: f64) -> f64 {
    if a.is_nan() || x.is_nan() || a <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() {
        return 1.0;
    }
    let front = exp(a * ln(x) - x - ln_gamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_TERMS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * EPSILON {
                break;
            }
        }
        return (front * sum).min(1.0);
    }
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..MAX_TERMS {
        let i = i as f64;
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < EPSILON * 4.0 {
            break;
        }
    }
    (1.0 - front * h).clamp(0.0, 1.0)
}

fn away_from_zero(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}

/// Distribution function of χ² with `k` degrees of freedom.
pub fn chi_squared_cdf(x: f64, k: f64) -> f64 {
    gamma_p(k / 2.0, x / 2.0)
}

/// Quantile of χ² with `k` > 0 degrees of freedom at 0 < p < 1; NaN outside.
///
/// Above 20 000 degrees the Wilson–Hilferty form is used, whose relative error there is below 1e-7.
pub fn chi_squared_quantile(p: f64, k: f64) -> f64 {
    if !(p > 0.0 && p < 1.0 && k > 0.0) {
        return f64::NAN;
    }
    let spread = 2.0 / (9.0 * k);
    let root = 1.0 - spread + normal_quantile(p) * spread.sqrt();
    let start = k * root * root * root;
    if k > 20_000.0 {
        return start;
    }
    let a = k / 2.0;
    let log_norm = ln_gamma(a);
    let density = |x: f64| exp((a - 1.0) * ln(x / 2.0) - x / 2.0 - log_norm) / 2.0;
    let high = (k + 40.0 * (k.sqrt() + 2.0)).max(start * 2.0);
    solve(|x| chi_squared_cdf(x, k) - p, density, 0.0, high, start)
}

/// Regularised incomplete beta function `I_x(a`, b) for a, b > 0; NaN for impossible arguments.
pub fn beta_inc(x: f64, a: f64, b: f64) -> f64 {
    if x.is_nan() || !(a > 0.0 && b > 0.0) {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * ln(x) + b * ln_1p(-x));
    if x < (a + 1.0) / (a + b + 2.0) {
        (front * beta_fraction(x, a, b) / a).clamp(0.0, 1.0)
    } else {
        (1.0 - front * beta_fraction(1.0 - x, b, a) / b).clamp(0.0, 1.0)
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..MAX_TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < EPSILON * 4.0 {
            break;
        }
    }
    h
}

/// Quantile of Beta(a, b) at 0 < p < 1; NaN outside.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(p > 0.0 && p < 1.0 && a > 0.0 && b > 0.0) {
        return f64::NAN;
    }
    let log_norm = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let density = |x: f64| exp(log_norm + (a - 1.0) * ln(x) + (b - 1.0) * ln_1p(-x));
    solve(|x| beta_inc(x, a, b) - p, density, 0.0, 1.0, a / (a + b))
}

/// Root of a rising function by Newton steps, with bisection whenever a step leaves the bracket.
fn solve(
    f: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
    mut low: f64,
    mut high: f64,
    start: f64,
) -> f64 {
    let mut x = if start > low && start < high { start } else { f64::midpoint(low, high) };
    for _ in 0..200 {
        let value = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let step = x - value / slope(x);
        let next = if step > low && step < high { step } else { f64::midpoint(low, high) };
        if (next - x).abs() <= x.abs() * 1e-15 || high - low <= high * 1e-16 {
            return next;
        }
        x = next;
    }
    x
}

/// Quantile of the standard normal distribution (Acklam's rational form, one Halley step; |error| < 1e-13).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    if !(p > 0.0 && p < 1.0) {
        return f64::NAN;
    }
    let poly = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |q: f64| {
        let r = sqrt(-2.0 * ln(q));
        poly(&C, r) / poly(&D, r)
    };
    let x = if p < 0.024_25 {
        tail(p)
    } else if p > 1.0 - 0.024_25 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        q * poly(&A, q * q) / poly(&B, q * q)
    };
    let error = 0.5 * erfc(-x * std::f64::consts::FRAC_1_SQRT_2) - p;
    let u = error * sqrt(2.0 * std::f64::consts::PI) * exp(x * x / 2.0);
    x - u / (1.0 + x * u / 2.0)
}

/// Wilson score interval of a share: `hits` of `n` at two-sided level 95 %; `None` without trials.
pub fn wilson_95(hits: f64, n: f64) -> Option<(f64, f64)> {
    if n.is_nan() || n <= 0.0 {
        return None;
    }
    let z = normal_quantile(0.975);
    let (share, zz) = (hits / n, z * z);
    let centre = share + zz / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + zz / (4.0 * n * n)).sqrt();
    let scale = 1.0 + zz / n;
    Some((((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance, "{got} is not {want}");
    }

    #[test]
    fn quantiles_of_chi_squared() {
        // idle.md §3: λ_U = χ²(2k+1) at .95 over 2E.
        for (k, days, want) in [
            (0.0, 14.0, 0.137_194_957_881_933),
            (0.0, 7.0, 0.274_389_915_763_866),
            (1.0, 14.0, 0.279_097),
            (3.0, 14.0, 0.502_398),
            (20.0, 14.0, 2.033_657),
        ] {
            let tolerance = if k == 0.0 { 1e-13 } else { 5e-7 };
            close(chi_squared_quantile(0.95, 2.0 * k + 1.0) / (2.0 * days), want, tolerance);
        }
        // idle.md §2: limits of the dispersion at p = 10⁻³.
        for (n, want) in [(6.0, 0.0420), (12.0, 0.1667), (24.0, 0.3274)] {
            close(chi_squared_quantile(0.001, n - 1.0) / (n - 1.0), want, 5e-5);
        }
        assert!(chi_squared_quantile(0.95, 0.0).is_nan());
    }

    #[test]
    fn quantiles_of_beta() {
        // idle.md §9: Jeffreys upper bounds of 0 of n.
        for (n, want) in [
            (2.0, 0.569),
            (24.0, 0.076_141),
            (38.0, 0.0490),
            (48.0, 0.039_025),
            (96.0, 0.019_758),
            (120.0, 0.015_846),
            (192.0, 0.009_941),
            (240.0, 0.007_963),
        ] {
            let tolerance = if n < 3.0 {
                5e-4
            } else if n == 38.0 {
                5e-5
            } else {
                5e-7
            };
            close(beta_quantile(0.95, 0.5, n + 0.5), want, tolerance);
        }
    }

    #[test]
    fn quantiles_invert_and_large_degrees_meet() {
        for k in [0.5, 1.0, 3.0, 41.0, 1001.0, 19_999.0] {
            for p in [0.001, 0.05, 0.5, 0.95, 0.999] {
                close(chi_squared_cdf(chi_squared_quantile(p, k), k), p, 1e-10);
            }
        }
        for (a, b) in [(0.5, 0.5), (2.0, 5.0), (0.5, 300.5)] {
            for p in [0.01, 0.5, 0.95] {
                close(beta_inc(beta_quantile(p, a, b), a, b), p, 1e-12);
            }
        }
        let (below, above) =
            (chi_squared_quantile(0.95, 20_000.0), chi_squared_quantile(0.95, 20_001.0));
        close(above - below, 1.0, 0.02);
    }

    #[test]
    fn normal_and_wilson() {
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-13);
        close(normal_quantile(0.001), -3.090_232_306_167_813, 1e-12);
        // idle.md §3: 1 of 3.
        let (low, high) = wilson_95(1.0, 3.0).unwrap();
        close(low, 0.0615, 5e-5);
        close(high, 0.7923, 5e-5);
    }
}
