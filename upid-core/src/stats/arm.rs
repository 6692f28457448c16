//! Which instructions the hot loops use, chosen at run time; every arm gives the same bits.
#![allow(clippy::inline_always, reason = "only what is inlined gets the instructions of the arm")]

/// The instructions that a kernel is compiled for.
///
/// A kernel is one piece of code, compiled once per arm. No arm may change a bit: sums have a fixed order that the
/// code spells out (lanes, then a fixed tree), and nothing is contracted to a fused multiply-add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Arm {
    /// What every CPU of the target has: SSE2 on x86-64, NEON on `AArch64`.
    Baseline,
    /// AVX2 (x86-64-v3). On a CPU without it the same as [`Arm::Baseline`].
    Avx2,
}

impl Arm {
    /// The best arm of this CPU. Asked once, then remembered.
    pub fn detect() -> Self {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if fearless_simd::Level::new().as_avx2().is_some() {
            return Self::Avx2;
        }
        Self::Baseline
    }

    /// Runs `f` with the instructions of the arm; only what is inlined into `f` gets them.
    #[inline(always)]
    pub(crate) fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if let (Self::Avx2, Some(avx2)) = (self, fearless_simd::Level::new().as_avx2()) {
            return fearless_simd::Simd::vectorize(avx2, f);
        }
        f()
    }
}
