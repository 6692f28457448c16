//! Keys that stand twice in one object.

use std::collections::HashSet;

/// Sees a repeated key of one object. A few words of bits settle it for most objects.
pub(super) struct Seen<'a> {
    /// Where the object's keys begin in the scanner's list.
    pub(super) first: usize,
    bits: [u64; 4],
    many: Option<HashSet<&'a str>>,
}

impl<'a> Seen<'a> {
    const FEW: usize = 64;

    pub(super) fn new(first: usize) -> Self {
        Self { first, bits: [0; 4], many: None }
    }

    #[inline]
    pub(super) fn repeats(&mut self, key: &'a str, keys: &mut Vec<&'a str>) -> bool {
        let mix = mix(key.as_bytes());
        let bit = 1u64 << (mix >> 58);
        let word = self.bits.get_mut((mix >> 56) as usize % 4);
        let maybe = word.is_none_or(|word| {
            let seen = *word & bit != 0;
            *word |= bit;
            seen
        });
        let own = keys.len().saturating_sub(self.first);
        if !maybe && own < Self::FEW {
            keys.push(key);
            return false;
        }
        self.repeats_perhaps(key, keys)
    }

    #[cold]
    #[inline(never)]
    fn repeats_perhaps(&mut self, key: &'a str, keys: &mut Vec<&'a str>) -> bool {
        if let Some(many) = &mut self.many {
            return !many.insert(key);
        }
        let own = keys.get(self.first..).unwrap_or_default();
        if own.contains(&key) {
            return true;
        }
        if own.len() < Self::FEW {
            keys.push(key);
            return false;
        }
        let mut many: HashSet<&str> = own.iter().copied().collect();
        let again = !many.insert(key);
        self.many = Some(many);
        again
    }
}

/// A cheap hash, of the length and the bytes of both ends; its upper bits are the good ones.
#[inline]
fn mix(bytes: &[u8]) -> u64 {
    let ends = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23)
        }
        _ => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => bytes.iter().fold(0, |mix, &byte| mix << 8 | u64::from(byte)),
        },
    };
    (ends ^ (bytes.len() as u64).rotate_left(52)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
