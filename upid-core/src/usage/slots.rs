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
        (hour * 12..hour * 12 + 12).any(|slot| self.get(slot))
    }

    /// First and last slot that is set.
    pub(super) fn edges(&self) -> Option<(usize, usize)> {
        let mut set = (0..SLOTS).filter(|slot| self.get(*slot));
        let first = set.next()?;
        Some((first, set.next_back().unwrap_or(first)))
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
}
