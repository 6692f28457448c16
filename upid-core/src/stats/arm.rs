//! Which instructions the hot loops use, chosen at run time; every arm gives the same bits.
#![allow(clippy::inline_always, reason = "only what is inlined gets the instructions of the arm")]

use fearless_simd::Level;

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
    /// AVX-512 of Ice Lake and Zen 4. On a CPU without it the same as [`Arm::Avx2`].
    Avx512,
}

impl Arm {
    /// Every arm, for tests that compare their bits.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// The best arm of this CPU. Asked once, then remembered.
    pub fn detect() -> Self {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        match Level::new() {
            Level::Avx512(_) => return Self::Avx512,
            Level::Avx2(_) => return Self::Avx2,
            _ => {}
        }
        Self::Baseline
    }

    /// The same for kernels that spell out their vectors.
    pub(crate) fn level(self) -> Level {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        {
            let best = Level::new();
            match self {
                Self::Avx512 if best.as_avx512().is_some() => return best,
                Self::Avx512 | Self::Avx2 => {
                    if let Some(avx2) = best.as_avx2() {
                        return Level::Avx2(avx2);
                    }
                }
                Self::Baseline => {}
            }
        }
        Level::baseline()
    }

    /// Runs `f` with the instructions of the arm; only what is inlined into `f` gets them.
    #[inline(always)]
    pub(crate) fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        match self.level() {
            Level::Avx512(avx512) => return fearless_simd::Simd::vectorize(avx512, f),
            Level::Avx2(avx2) => return fearless_simd::Simd::vectorize(avx2, f),
            _ => {}
        }
        f()
    }
}
