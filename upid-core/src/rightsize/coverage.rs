//! Tests of violation sequences: are there as many as promised, and do they cluster?

use serde::{Deserialize, Serialize};

use super::policy::inside;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::float;

/// Kupiec's proportion-of-failures test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Kupiec {
    /// Likelihood ratio; χ² with one degree of freedom if the share of violations is the promised one.
    pub lr: f64,
    /// P-value: `erfc(√(lr / 2))`. Class ulp(4).
    pub p: f64,
}

/// Christoffersen's test of independence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Christoffersen {
    /// Likelihood ratio; χ² with one degree of freedom if violations do not depend on the sample before.
    pub lr: f64,
    /// P-value: `erfc(√(lr / 2))`. Class ulp(4).
    pub p: f64,
    /// Steps from no violation to none.
    pub n00: u64,
    /// Steps from none to a violation.
    pub n01: u64,
    /// Steps from a violation to none.
    pub n10: u64,
    /// Steps from a violation to the next.
    pub n11: u64,
}

/// P-value of χ² with one degree of freedom.
fn tail(lr: f64) -> f64 {
    float::erfc(float::sqrt(lr / 2.0))
}

/// `count · ln(share)` with 0 · ln 0 = 0.
fn log_term(count: f64, share: f64) -> f64 {
    if count == 0.0 { 0.0 } else { count * float::ln(share) }
}

/// Kupiec (1995): `violations` of `n` where a share `expected` within (0, 1) was promised; real numbers, so that
/// it can be scaled to an effective sample size. `None` for `n` = 0.
pub fn kupiec(n: f64, violations: f64, expected: f64) -> Option<Kupiec> {
    if n.is_nan() || n <= 0.0 {
        return None;
    }
    let clean = n - violations;
    let promised = log_term(clean, 1.0 - expected) + log_term(violations, expected);
    let observed = log_term(clean, clean / n) + log_term(violations, violations / n);
    let lr = (2.0 * (observed - promised)).max(0.0);
    Some(Kupiec { lr, p: tail(lr) })
}

/// Christoffersen (1998): whether violations cluster, from a sequence in time order.
pub fn christoffersen(violations: &[bool]) -> Christoffersen {
    let mut counts = [[0u64; 2]; 2];
    for pair in violations.windows(2) {
        counts[usize::from(pair[0])][usize::from(pair[1])] += 1;
    }
    let [[n00, n01], [n10, n11]] = counts;
    let likelihood = |clean: u64, hits: u64| {
        let (clean, hits) = (clean as f64, hits as f64);
        log_term(clean, clean / (clean + hits)) + log_term(hits, hits / (clean + hits))
    };
    let together = likelihood(n00 + n10, n01 + n11);
    let lr = (2.0 * (likelihood(n00, n01) + likelihood(n10, n11) - together)).max(0.0);
    Christoffersen { lr, p: tail(lr), n00, n01, n10, n11 }
}

/// Input of `rightsize.coverageTest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CoverageInput {
    /// 0 or 1 per sample, in time order.
    pub violations: Vec<u8>,
    /// Promised share of violations, above 0 and below 1.
    pub target: f64,
}

/// Output of `rightsize.coverageTest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CoverageTest {
    /// Samples.
    pub n: u64,
    /// Violations.
    pub x: u64,
    /// Are there as many as promised?
    pub kupiec: Kupiec,
    /// Do they cluster?
    pub christoffersen: Christoffersen,
}

impl CoverageInput {
    /// Runs `rightsize.coverageTest`.
    ///
    /// # Errors
    /// `UPID_EMPTY_SERIES`; `UPID_INVALID_VALUE` for anything but 0 and 1; `UPID_INVALID_CONFIG` for the target.
    pub fn run(&self) -> Result<CoverageTest> {
        inside("target", self.target, 0.0, 1.0)?;
        if let Some(row) = self.violations.iter().position(|v| *v > 1) {
            return Err(Error::new(ErrorKind::InvalidValue, "a violation is neither 0 nor 1")
                .at_path("violations")
                .at_row(row)
                .hint("write 1 where use was above the size, else 0"));
        }
        let flags: Vec<bool> = self.violations.iter().map(|v| *v == 1).collect();
        let x = flags.iter().filter(|v| **v).count();
        let kupiec = kupiec(flags.len() as f64, x as f64, self.target).ok_or_else(|| {
            Error::new(ErrorKind::EmptySeries, "there is no sample to test")
                .at_path("violations")
                .hint("give one 0 or 1 per sample")
        })?;
        let christoffersen = christoffersen(&flags);
        Ok(CoverageTest { n: flags.len() as u64, x: x as u64, kupiec, christoffersen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rightsizing.md §9.
    #[test]
    fn published_kupiec() {
        for (n, x, p, lr) in [
            (250.0, 13.0, 0.05, 0.020_791_9),
            (1000.0, 50.0, 0.05, 0.0),
            (1000.0, 70.0, 0.05, 7.530_152),
            (1000.0, 30.0, 0.05, 9.768_591),
            (255.0, 0.0, 0.01, 5.125_671),
            (255.0, 7.0, 0.01, 5.316_341),
            (72.0, 24.0, 0.05, 57.061_265),
        ] {
            let test = kupiec(n, x, p).unwrap();
            assert!((test.lr - lr).abs() < 1e-6, "{n} {x}: {}", test.lr);
        }
        assert!((kupiec(1000.0, 70.0, 0.05).unwrap().p - 0.006_067_5).abs() < 1e-6);
        assert_eq!(kupiec(0.0, 0.0, 0.05), None);
    }

    /// Kupiec's table of violations that are not rejected at 5 %.
    #[test]
    fn published_acceptance_ranges() {
        for (n, p, low, high) in
            [(255, 0.05, 7, 20), (510, 0.05, 17, 35), (1000, 0.05, 38, 64), (1000, 0.01, 5, 16)]
        {
            for x in low - 2..=high + 2 {
                let accepted = kupiec(f64::from(n), f64::from(x), p).unwrap().p > 0.05;
                assert_eq!(accepted, (low..=high).contains(&x), "{n} {p} {x}");
            }
        }
    }

    /// Rightsizing.md §9.
    #[test]
    fn published_christoffersen() {
        let runs = |parts: &[(usize, bool)]| -> Vec<bool> {
            parts.iter().flat_map(|&(n, v)| std::iter::repeat_n(v, n)).collect()
        };
        let test = christoffersen(&runs(&[(20, false), (5, true), (20, false), (5, true)]));
        assert_eq!((test.n00, test.n01, test.n10, test.n11), (38, 2, 1, 8));
        let spread = christoffersen(&runs(&[(9, false), (1, true)]).repeat(5));
        assert_eq!((spread.n00, spread.n01, spread.n10, spread.n11), (40, 5, 4, 0));
        assert!((spread.lr - 0.900_434).abs() < 1e-6, "{}", spread.lr);
        let clustered = christoffersen(&runs(&[(48, false), (24, true)]));
        assert_eq!((clustered.n00, clustered.n01, clustered.n10, clustered.n11), (47, 1, 0, 23));
        assert!((clustered.lr - 81.118_662).abs() < 1e-6, "{}", clustered.lr);
        assert_eq!(christoffersen(&[]).lr, 0.0);
    }

    #[test]
    fn the_operation() {
        let input = CoverageInput { violations: vec![0, 1, 0, 0], target: 0.05 };
        let test = input.run().unwrap();
        assert_eq!((test.n, test.x), (4, 1));
        let bad =
            |violations, target| CoverageInput { violations, target }.run().unwrap_err().kind();
        assert_eq!(bad(vec![2], 0.05), ErrorKind::InvalidValue);
        assert_eq!(bad(vec![], 0.05), ErrorKind::EmptySeries);
        assert_eq!(bad(vec![1], 1.0), ErrorKind::InvalidConfig);
    }
}
