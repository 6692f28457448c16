//! Where strings may end and blanks do: one bit per byte, found for a window of the text at a time.
//!
//! Strings and indentation are most of a document. Classified sixty-four bytes at a time, each costs a shift and a
//! count, however long it is.
#![allow(clippy::inline_always, reason = "only what is inlined gets the instructions of the arm")]

use fearless_simd::{Simd, SimdBase, SimdMask, dispatch, u8x64};

use crate::stats::Arm;

/// Bytes that one word tells of.
const BYTES: usize = 64;
/// Words of a window; 4 KiB of text. One more lets every search look sixty-four bytes ahead.
const WORDS: usize = 64;

type Words = [u64; WORDS + 1];

/// What the bytes of a window are. Past the end of the text every bit is set, so that searches end there.
pub(super) struct Signs {
    /// The block of the text that the first word tells of.
    first: usize,
    /// Quotes, backslashes and control characters.
    ends: Words,
    /// All but blanks.
    tokens: Words,
    arm: Arm,
}

impl Signs {
    pub(super) fn new() -> Self {
        // No window yet: it is far from every block.
        let first = usize::MAX / 2;
        Self { first, ends: [0; WORDS + 1], tokens: [0; WORDS + 1], arm: Arm::detect() }
    }

    /// The first byte from `at` on that no string holds as it is, or the end of the text or beyond.
    #[inline(always)]
    pub(super) fn end(&mut self, text: &[u8], at: usize) -> usize {
        match ahead(&self.ends, self.first, at) {
            0 => self.far(text, at, |signs| &signs.ends),
            bits => at.wrapping_add(bits.trailing_zeros() as usize),
        }
    }

    /// The first byte from `at` on that is no blank, or the end of the text or beyond.
    #[inline(always)]
    pub(super) fn token(&mut self, text: &[u8], at: usize) -> usize {
        match ahead(&self.tokens, self.first, at) {
            0 => self.far(text, at, |signs| &signs.tokens),
            bits => at.wrapping_add(bits.trailing_zeros() as usize),
        }
    }

    /// What is not in the next sixty-four bytes, or not in the window.
    #[cold]
    #[inline(never)]
    fn far(&mut self, text: &[u8], mut at: usize, words: fn(&Self) -> &Words) -> usize {
        loop {
            if (at / BYTES).wrapping_sub(self.first) >= WORDS {
                self.read(text, at / BYTES);
            }
            let bits = ahead(words(self), self.first, at);
            if bits != 0 {
                return at.wrapping_add(bits.trailing_zeros() as usize);
            }
            at = at.wrapping_add(BYTES);
        }
    }

    /// Moves the window to begin with `block`.
    fn read(&mut self, text: &[u8], block: usize) {
        self.first = block;
        let text = text.get(block.saturating_mul(BYTES)..).unwrap_or_default();
        let (ends, tokens) = (&mut self.ends, &mut self.tokens);
        dispatch!(self.arm.level(), simd => classify(simd, text, ends, tokens));
    }
}

/// The sixty-four bits from `at` on in a window that begins with the block `first`; 0 outside.
#[inline(always)]
fn ahead(words: &Words, first: usize, at: usize) -> u64 {
    match words.get((at / BYTES).wrapping_sub(first)..).and_then(<[u64]>::first_chunk) {
        Some([word, next]) => word >> (at % BYTES) | next << 1 << (BYTES - 1 - at % BYTES),
        None => 0,
    }
}

#[inline(always)]
fn classify<S: Simd>(simd: S, text: &[u8], ends: &mut Words, tokens: &mut Words) {
    let (blocks, rest) = text.as_chunks::<BYTES>();
    let mut words = ends.iter_mut().zip(tokens);
    for (block, (ends, tokens)) in blocks.iter().zip(words.by_ref()) {
        (*ends, *tokens) = signs(simd, block);
    }
    // Zeros end every search.
    let mut last = [0; BYTES];
    if let Some(room) = last.get_mut(..rest.len()) {
        room.copy_from_slice(rest);
    }
    if let Some((ends, tokens)) = words.next() {
        (*ends, *tokens) = signs(simd, &last);
    }
    words.for_each(|(ends, tokens)| (*ends, *tokens) = (u64::MAX, u64::MAX));
}

#[inline(always)]
fn signs<S: Simd>(simd: S, block: &[u8; BYTES]) -> (u64, u64) {
    let bytes = u8x64::from_slice(simd, block);
    let is = |sign: u8| bytes.simd_eq(u8x64::splat(simd, sign));
    let ends = is(b'"') | is(b'\\') | bytes.simd_lt(u8x64::splat(simd, b' '));
    let blanks = is(b' ') | is(b'\n') | is(b'\r') | is(b'\t');
    (ends.to_bitmask(), !blanks.to_bitmask())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Every arm, over borders of words and windows and past the end, against one byte after the other.
        #[test]
        fn each_arm_finds_what_a_search_finds(
            text in prop::collection::vec(prop_oneof![Just(b' '), Just(b'x'), any::<u8>()], 0..200),
            before in prop_oneof![0usize..200, 4000usize..4300],
            fill in prop_oneof![Just(b' '), Just(b'x')],
            from in 0usize..5000,
        ) {
            let text = [vec![fill; before], text].concat();
            let from = from.min(text.len());
            let find = |stop: fn(u8) -> bool| {
                let found = text[from..].iter().position(|&b| stop(b));
                found.map_or(text.len(), |found| from + found)
            };
            let end = find(|b| matches!(b, b'"' | b'\\' | 0..=0x1f));
            let token = find(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t'));
            for arm in Arm::ALL {
                let mut signs = Signs { arm, ..Signs::new() };
                prop_assert_eq!(signs.end(&text, from), end);
                prop_assert_eq!(signs.token(&text, from), token);
                // The window may have to go back.
                prop_assert_eq!(signs.end(&text, 0).min(from), Signs::new().end(&text, 0).min(from));
            }
        }
    }
}
