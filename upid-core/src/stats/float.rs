//! Elementary functions with the same bits on every platform: thin names over the `libm` crate.
//!
//! The platform's own `exp` or `ln` may differ in the last bit, so exact results use these and nothing else.

/// eˣ.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ − 1, accurate near 0.
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// 2ˣ.
pub fn exp2(x: f64) -> f64 {
    libm::exp2(x)
}

/// Natural logarithm; NaN below 0.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln(1 + x), accurate near 0.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Logarithm to base 2.
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// Logarithm to base 10.
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// xʸ.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// √x, correctly rounded by IEEE 754 everywhere.
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// sin x, x in radians.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// cos x, x in radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// Error function.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function 1 − erf x.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// ln |Γ(x)|.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}
