//! The two float types that slice functions take.
#![allow(clippy::inline_always, reason = "only what is inlined gets the instructions of the arm")]

/// A sample: `f32` or `f64`, NaN = missing. Sealed.
pub trait Sample:
    Copy + PartialOrd + Default + Send + Sync + std::fmt::Debug + float::Float
{
}

impl Sample for f32 {}
impl Sample for f64 {}

pub(crate) mod float {
    use fearless_simd::{Simd, SimdBase};

    /// What the kernels need of a float. The key is an integer in its order; both zeros have the key 0.
    pub trait Float: Copy {
        type Key: Copy + Ord + std::fmt::Debug;
        /// As wide as the float, so that lanes stay lanes.
        type Mask: Copy
            + Default
            + PartialEq
            + std::ops::BitOr<Output = Self::Mask>
            + std::ops::Add<Output = Self::Mask>;
        /// As many as the instructions of `S` take at once.
        type Vector<S: Simd>: SimdBase<S, Element = Self>;
        const INFINITY: Self;
        const NEG_INFINITY: Self;
        const NEG_ZERO: Self;
        fn to_f64(self) -> f64;
        /// The nearest value of the type that is not below `bound`: `v < bound` in f64 is `v < at_least(bound)`.
        fn at_least(bound: f64) -> Self;
        fn key(self) -> Self::Key;
        fn from_key(key: Self::Key) -> Self;
        /// `high − low` as an unsigned number.
        fn gap(low: Self::Key, high: Self::Key) -> u64;
        /// The key `by` above.
        fn above(key: Self::Key, by: u64) -> Self::Key;
        /// The key before.
        fn below(key: Self::Key) -> Self::Key;
        /// The sign bit, also that of a zero.
        fn is_negative(self) -> bool;
        fn is_nan(self) -> bool;
        /// Not zero for NaN.
        fn missing(self) -> Self::Mask;
        /// Bit `lane`, below 32, if `yes`.
        fn bit(yes: bool, lane: u32) -> Self::Mask;
        /// The 32 bits that [`Float::bit`] made.
        fn low_bits(mask: Self::Mask) -> u64;
    }

    macro_rules! float {
        ($float:ty, $signed:ty, $unsigned:ty, $vector:ident) => {
            impl Float for $float {
                type Key = $signed;
                type Mask = $unsigned;
                type Vector<S: Simd> = S::$vector;
                const INFINITY: Self = <$float>::INFINITY;
                const NEG_INFINITY: Self = <$float>::NEG_INFINITY;
                const NEG_ZERO: Self = -0.0;

                #[inline(always)]
                fn to_f64(self) -> f64 {
                    f64::from(self)
                }

                fn at_least(bound: f64) -> Self {
                    let near = bound as $float;
                    if f64::from(near) < bound { near.next_up() } else { near }
                }

                #[inline(always)]
                fn key(self) -> $signed {
                    // Sign and magnitude to two's complement.
                    let magnitude = self.abs().to_bits() as $signed;
                    if self.is_sign_negative() { -magnitude } else { magnitude }
                }

                #[inline(always)]
                fn from_key(key: $signed) -> Self {
                    let magnitude = Self::from_bits(key.unsigned_abs());
                    if key < 0 { -magnitude } else { magnitude }
                }

                #[inline(always)]
                fn gap(low: $signed, high: $signed) -> u64 {
                    (high.wrapping_sub(low) as $unsigned).into()
                }

                #[inline(always)]
                fn above(key: $signed, by: u64) -> $signed {
                    key.wrapping_add(by as $signed)
                }

                #[inline(always)]
                fn below(key: $signed) -> $signed {
                    key - 1
                }

                #[inline(always)]
                fn is_negative(self) -> bool {
                    self.is_sign_negative()
                }

                #[inline(always)]
                fn is_nan(self) -> bool {
                    self.is_nan()
                }

                #[inline(always)]
                fn missing(self) -> $unsigned {
                    if self.is_nan() { <$unsigned>::MAX } else { 0 }
                }

                #[inline(always)]
                fn bit(yes: bool, lane: u32) -> $unsigned {
                    if yes { 1 << lane } else { 0 }
                }

                #[inline(always)]
                fn low_bits(mask: $unsigned) -> u64 {
                    mask.into()
                }
            }
        };
    }
    float!(f32, i32, u32, f32s);
    float!(f64, i64, u64, f64s);
}
