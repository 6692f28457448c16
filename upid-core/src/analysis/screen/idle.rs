//! Idle samples as bits: counts, runs, the last activity.

/// What the bits of one container say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Runs {
    /// Idle samples.
    pub(super) idle: usize,
    /// Length of the longest run of idle samples.
    pub(super) longest: usize,
    /// The last sample that is observed and not idle.
    pub(super) last_active: Option<usize>,
}

/// Reads `idle` (64 samples a word); `seen` has the observed samples, or is empty if all of `samples` are.
pub(super) fn runs(idle: &[u64], seen: &[u64], samples: usize) -> Runs {
    let mut found = Runs::default();
    let mut run = 0;
    for word in idle {
        found.idle += word.count_ones() as usize;
        match *word {
            0 => run = 0,
            u64::MAX => run += 64,
            mut rest => {
                // Walk from run to run: `left` bits are not yet read.
                let mut left = 64;
                while left > 0 {
                    let ones = rest.trailing_ones();
                    run += ones as usize;
                    found.longest = found.longest.max(run);
                    if ones < left {
                        run = 0;
                    }
                    rest = rest.checked_shr(ones).unwrap_or(0);
                    let zeros = rest.trailing_zeros().min(left - ones);
                    rest = rest.checked_shr(zeros).unwrap_or(0);
                    left -= ones + zeros;
                }
            }
        }
        found.longest = found.longest.max(run);
    }
    let all =
        |at: usize| if (at + 1) * 64 <= samples { u64::MAX } else { (1 << (samples % 64)) - 1 };
    found.last_active = idle.iter().enumerate().rev().find_map(|(at, word)| {
        let active = seen.get(at).copied().unwrap_or_else(|| all(at)) & !word;
        (active != 0).then(|| at * 64 + 63 - active.leading_zeros() as usize)
    });
    found
}

/// Clears the bits `start..end`.
pub(super) fn clear(words: &mut [u64], start: usize, end: usize) {
    let first = start / 64;
    for (i, word) in words[first..end.div_ceil(64)].iter_mut().enumerate() {
        let at = first + i;
        let from = start.saturating_sub(at * 64);
        let to = (end - at * 64).min(64);
        let (above, below) = (u64::MAX << from, u64::MAX >> (64 - to));
        *word &= !(above & below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_hand(idle: &[bool], seen: &[bool]) -> Runs {
        let mut found = Runs::default();
        let mut run = 0;
        for (i, (idle, seen)) in idle.iter().zip(seen).enumerate() {
            run = if *idle { run + 1 } else { 0 };
            found.idle += usize::from(*idle);
            found.longest = found.longest.max(run);
            if *seen && !idle {
                found.last_active = Some(i);
            }
        }
        found
    }

    fn words(bits: &[bool]) -> Vec<u64> {
        bits.chunks(64)
            .map(|c| c.iter().enumerate().fold(0, |w, (i, b)| w | u64::from(*b) << i))
            .collect()
    }

    proptest::proptest! {
        #[test]
        fn bits_as_by_hand(
            pieces in proptest::collection::vec((0_u8..3, 1_usize..150), 1..12),
            (from, length) in (0_usize..300, 1_usize..200),
        ) {
            // 0 is active, 1 idle, 2 missing.
            let states: Vec<u8> =
                pieces.iter().flat_map(|(s, n)| std::iter::repeat_n(*s, *n)).collect();
            let mut idle: Vec<bool> = states.iter().map(|s| *s == 1).collect();
            let seen: Vec<bool> = states.iter().map(|s| *s != 2).collect();
            let mut bits = words(&idle);
            let all = vec![true; seen.len()];
            proptest::prop_assert_eq!(runs(&bits, &words(&seen), idle.len()), by_hand(&idle, &seen));
            proptest::prop_assert_eq!(runs(&bits, &[], idle.len()), by_hand(&idle, &all));
            let (from, end) = (from.min(idle.len() - 1), (from + length).min(idle.len()));
            if from < end {
                clear(&mut bits, from, end);
                idle[from..end].fill(false);
                proptest::prop_assert_eq!(bits, words(&idle));
            }
        }
    }
}
