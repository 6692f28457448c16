//! A day in 288 slots of five minutes, one bit each.

/// Slots of a day.
pub(super) const SLOTS: usize = 288;
/// Length of a slot.
pub(super) const SLOT_MS: i64 = 300_000;
/// Bytes of the raw form.
pub(super) const SLOT_BYTES: usize = SLOTS / 8;

/// One bit per slot of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SlotMap([u64; 5]);

impl SlotMap {
    pub(super) fn set(&mut self, slot: usize) {
        if let Some(word) = self.0.get_mut(slot / 64).filter(|_| slot < SLOTS) {
            *word |= 1 << (slot % 64);
        }
    }

    /// Sets the slots of an hour by their bits, of which there are twelve.
    pub(super) fn set_hour(&mut self, hour: usize, bits: u16) {
        let (word, shift) = (hour * 12 / 64, hour * 12 % 64);
        let bits = u128::from(bits) << shift;
        for (own, bits) in self.0.iter_mut().skip(word).zip([bits as u64, (bits >> 64) as u64]) {
            *own |= bits;
        }
    }

    pub(super) fn get(&self, slot: usize) -> bool {
        self.0.get(slot / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Slots set in both.
    pub(super) fn overlap(&self, other: &Self) -> u32 {
        self.0.iter().zip(other.0).map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// Whether every slot set here is set in `other` too.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.overlap(other) == self.count()
    }

    /// Whether any slot of an hour is set.
    pub(super) fn in_hour(&self, hour: usize) -> bool {
        self.run_end(hour * 12) < hour * 12 + 12 || self.get(hour * 12)
    }

    /// First and last slot that is set.
    pub(super) fn edges(&self) -> Option<(usize, usize)> {
        let first = self.0.iter().position(|word| *word != 0)?;
        let last = self.0.iter().rposition(|word| *word != 0)?;
        let (low, high) = (self.0[first].trailing_zeros(), self.0[last].ilog2());
        Some((first * 64 + low as usize, last * 64 + high as usize))
    }

    /// The first slot after `slot` that is set where `slot` is not, or the other way round; or `SLOTS`.
    pub(super) fn run_end(&self, slot: usize) -> usize {
        let own = if self.get(slot) { u64::MAX } else { 0 };
        for (at, word) in self.0.iter().enumerate().skip(slot / 64) {
            let seen = if at == slot / 64 { u64::MAX << (slot % 64) } else { u64::MAX };
            let differing = (word ^ own) & seen;
            if differing != 0 {
                return (at * 64 + differing.trailing_zeros() as usize).min(SLOTS);
            }
        }
        SLOTS
    }

    /// Sets the slots of a range.
    pub(super) fn set_range(&mut self, range: std::ops::Range<usize>) {
        let below = |slot: usize, at: usize| match slot.saturating_sub(at * 64) {
            bits @ 0..64 => (1 << bits) - 1,
            _ => u64::MAX,
        };
        for (at, word) in self.0.iter_mut().enumerate() {
            *word |= below(range.end.min(SLOTS), at) & !below(range.start, at);
        }
    }

    pub(super) fn to_bytes(self) -> [u8; SLOT_BYTES] {
        let mut bytes = [0; SLOT_BYTES];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = (self.0[at / 8] >> (8 * (at % 8))) as u8;
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        for (at, byte) in bytes.iter().take(SLOT_BYTES).enumerate() {
            map.0[at / 8] |= u64::from(*byte) << (8 * (at % 8));
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits() {
        let mut map = SlotMap::default();
        for slot in [0, 63, 64, 287, 288, 999] {
            map.set(slot);
        }
        assert_eq!(map.count(), 4);
        assert!(map.get(287) && !map.get(286) && !map.get(288));
        assert_eq!(SlotMap::from_bytes(&map.to_bytes()), map);
        let mut more = map;
        more.set(5);
        assert!(map.is_within(&more) && !more.is_within(&map));
        assert_eq!(more.overlap(&map), 4);
    }

    /// Words at a time and slot by slot, the same answers.
    #[test]
    fn runs_and_ranges() {
        let edges = [0, 1, 11, 12, 63, 64, 65, 127, 128, 191, 192, 255, 256, 287, 288];
        for start in edges {
            for end in edges.into_iter().filter(|end| *end >= start) {
                let (mut map, mut slow) = (SlotMap::default(), SlotMap::default());
                map.set_range(start..end);
                (start..end).for_each(|slot| slow.set(slot));
                assert_eq!(map, slow);
                assert_eq!(map.edges(), (start < end).then(|| (start, end - 1)));
                for slot in 0..SLOTS {
                    let run_end = (slot..SLOTS).find(|at| map.get(*at) != map.get(slot));
                    assert_eq!(map.run_end(slot), run_end.unwrap_or(SLOTS));
                }
                let mut again = SlotMap::default();
                for hour in 0..24 {
                    let set = (0..12).filter(|at| map.get(hour * 12 + at));
                    let bits = set.fold(0, |bits, at| bits | 1 << at);
                    assert_eq!(map.in_hour(hour), bits > 0);
                    again.set_hour(hour, bits);
                }
                assert_eq!(again, map);
            }
        }
    }
}
