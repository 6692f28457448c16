//! 256-bit intermediates for exact proportions: `a × b ÷ d` without rounding on the way.

/// `⌊a·b / d⌋` and the remainder; `None` if `d` is 0 or the quotient does not fit in 128 bits.
pub(crate) fn mul_div_rem(a: u128, b: u128, d: u128) -> Option<(u128, u128)> {
    if d == 0 {
        return None;
    }
    if let Some(product) = a.checked_mul(b) {
        let quotient = product / d;
        return Some((quotient, product - quotient * d));
    }
    let (high, low) = widening_mul(a, b);
    if high >= d {
        return None;
    }
    Some(div_wide(high, low, d))
}

/// The 256-bit product as (high, low).
pub(crate) fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (a1, a0) = (a >> 64, a & MASK);
    let (b1, b0) = (b >> 64, b & MASK);
    let low = a0 * b0;
    let mid = a1 * b0 + (low >> 64);
    let mid2 = a0 * b1 + (mid & MASK);
    (a1 * b1 + (mid >> 64) + (mid2 >> 64), (mid2 << 64) | (low & MASK))
}

/// (high·2¹²⁸ + low) ÷ d with high < d, by Knuth's algorithm D in base 2⁶⁴.
fn div_wide(high: u128, low: u128, d: u128) -> (u128, u128) {
    const BASE: u128 = 1 << 64;
    const MASK: u128 = BASE - 1;
    let shift = d.leading_zeros();
    let d = d << shift;
    let high = if shift == 0 { high } else { (high << shift) | (low >> (128 - shift)) };
    let low = low << shift;
    let (d1, d0) = (d >> 64, d & MASK);
    let digit = |rest: u128, next: u128| -> (u128, u128) {
        let mut q = rest / d1;
        let mut r = rest % d1;
        while q >= BASE || q * d0 > ((r << 64) | next) {
            q -= 1;
            r += d1;
            if r >= BASE {
                break;
            }
        }
        // The true remainder is below d, so the wrapped difference is exact.
        let rest = ((rest << 64) | next).wrapping_sub(q.wrapping_mul(d));
        (q, rest)
    };
    let (q1, rest) = digit(high, low >> 64);
    let (q0, rest) = digit(rest, low & MASK);
    ((q1 << 64) | q0, rest >> shift)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{mul_div_rem, widening_mul};

    proptest! {
        #[test]
        fn quotient_and_remainder_rebuild_the_product(a: u128, b: u128, d in 1u128..) {
            if let Some((q, r)) = mul_div_rem(a, b, d) {
                prop_assert!(r < d);
                let (high, low) = widening_mul(q, d);
                let (sum, carry) = low.overflowing_add(r);
                prop_assert_eq!((high + u128::from(carry), sum), widening_mul(a, b));
            } else {
                prop_assert!(widening_mul(a, b).0 >= d);
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!(mul_div_rem(1, 1, 0), None);
        assert_eq!(mul_div_rem(u128::MAX, u128::MAX, u128::MAX), Some((u128::MAX, 0)));
        assert_eq!(mul_div_rem(u128::MAX, 2, 1), None);
    }
}
