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
    /// What the kernels need of a float. The key is an integer in the order of `total_cmp`.
    pub trait Float: Copy {
        type Key: Copy + Ord;
        /// As wide as the float, so that lanes stay lanes.
        type Mask: Copy + Default + PartialEq + std::ops::BitOr<Output = Self::Mask>;
        const INFINITY: Self;
        const NEG_INFINITY: Self;
        fn widen(self) -> f64;
        /// The nearest value of the type that is not below `bound`: `v < bound` in f64 is `v < at_least(bound)`.
        fn at_least(bound: f64) -> Self;
        fn key(self) -> Self::Key;
        fn from_key(key: Self::Key) -> Self;
        /// `high − low` as an unsigned number.
        fn range(low: Self::Key, high: Self::Key) -> u64;
        /// The key `by` above.
        fn above(key: Self::Key, by: u64) -> Self::Key;
        /// Bits of `(key − low) >> shift`, all ones for NaN. Without `SIGNED` there is no value below 0.
        fn bucket<const SIGNED: bool>(self, low: Self::Key, shift: u32) -> u32;
        fn is_nan(self) -> bool;
        /// Not zero for NaN.
        fn missing(self) -> Self::Mask;
        /// Bit `lane`, below 32, if `yes`.
        fn bit(yes: bool, lane: u32) -> Self::Mask;
        /// The 32 bits that [`Float::bit`] made.
        fn low_bits(mask: Self::Mask) -> u64;
        /// Not zero from `from` to `to`.
        fn inside(self, from: Self, to: Self) -> Self::Mask;
    }

    macro_rules! float {
        ($float:ty, $signed:ty, $unsigned:ty) => {
            impl Float for $float {
                type Key = $signed;
                type Mask = $unsigned;
                const INFINITY: Self = <$float>::INFINITY;
                const NEG_INFINITY: Self = <$float>::NEG_INFINITY;

                #[inline(always)]
                fn widen(self) -> f64 {
                    f64::from(self)
                }

                fn at_least(bound: f64) -> Self {
                    let near = bound as $float;
                    if f64::from(near) < bound { near.next_up() } else { near }
                }

                #[inline(always)]
                fn key(self) -> $signed {
                    // The bits of a negative float grow downwards: turn all but the sign.
                    let bits = self.to_bits() as $signed;
                    bits ^ ((bits >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed
                }

                #[inline(always)]
                fn from_key(key: $signed) -> Self {
                    let bits = key ^ ((key >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
                    Self::from_bits(bits as $unsigned)
                }

                #[inline(always)]
                fn range(low: $signed, high: $signed) -> u64 {
                    (high.wrapping_sub(low) as $unsigned).into()
                }

                #[inline(always)]
                fn above(key: $signed, by: u64) -> $signed {
                    key.wrapping_add(by as $signed)
                }

                #[inline(always)]
                fn bucket<const SIGNED: bool>(self, low: $signed, shift: u32) -> u32 {
                    let key = if SIGNED { self.key() } else { self.to_bits() as $signed };
                    let offset = key.wrapping_sub(low) as $unsigned >> shift;
                    let missing = if self.is_nan() { <$unsigned>::MAX } else { 0 };
                    (offset | missing) as u32
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

                #[inline(always)]
                fn inside(self, from: Self, to: Self) -> $unsigned {
                    if (self >= from) & (self <= to) { <$unsigned>::MAX } else { 0 }
                }
            }
        };
    }
    float!(f32, i32, u32);
    float!(f64, i64, u64);
}
