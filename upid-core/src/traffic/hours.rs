//! Hours of requests: counts of one class, and the set of hours that a log covers.

/// Requests of one class in one UTC hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourCount {
    /// Hours since 1970-01-01T00:00Z.
    pub hour: i64,
    /// Requests, at least 1.
    pub count: u64,
    /// Variance/mean of the 60 one-minute counts, where the source knew it.
    pub dispersion: Option<f64>,
}

/// A set of UTC hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HourSet {
    first_word: i64,
    words: Vec<u64>,
}

impl HourSet {
    /// Adds an hour since 1970-01-01T00:00Z.
    pub fn insert(&mut self, hour: i64) {
        let word = hour.div_euclid(64);
        if self.words.is_empty() {
            self.first_word = word;
        }
        if word < self.first_word {
            let missing = (self.first_word - word) as usize;
            self.words.splice(0..0, std::iter::repeat_n(0, missing));
            self.first_word = word;
        }
        let at = (word - self.first_word) as usize;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        if let Some(slot) = self.words.get_mut(at) {
            *slot |= 1 << hour.rem_euclid(64);
        }
    }

    /// Whether it holds the hour.
    pub fn contains(&self, hour: i64) -> bool {
        usize::try_from(hour.div_euclid(64) - self.first_word)
            .ok()
            .and_then(|at| self.words.get(at))
            .is_some_and(|word| word >> hour.rem_euclid(64) & 1 == 1)
    }

    /// How many of the hours `first..end` it holds.
    pub fn count_in(&self, first: i64, end: i64) -> u64 {
        let words = (self.first_word..).zip(&self.words);
        words.fold(0, |count, (word, bits)| {
            let (low, high) = (first - word * 64, end - word * 64);
            if high <= 0 || low >= 64 {
                return count;
            }
            let from = u64::MAX << low.max(0);
            let to = if high >= 64 { u64::MAX } else { (1 << high) - 1 };
            count + u64::from((bits & from & to).count_ones())
        })
    }

    /// How many hours it holds.
    pub fn len(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Whether it holds no hour.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_hours() {
        let mut set = HourSet::default();
        assert!(set.is_empty());
        for hour in [500_000, 499_000, 500_001, 500_000, 500_130] {
            set.insert(hour);
        }
        assert!(set.contains(499_000) && set.contains(500_130) && !set.contains(500_002));
        assert_eq!(set.count_in(499_000, 500_131), 4);
        assert_eq!(set.count_in(499_001, 500_130), 2);
        assert_eq!(set.count_in(500_001, 500_001), 0);
        assert!(!set.contains(0) && !set.contains(i64::MAX));
    }
}
