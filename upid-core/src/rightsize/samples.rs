//! Order statistics of samples with multiplicities: one form for raw samples and for histograms.

/// Samples in ascending order, equal values together, each with the number of samples up to and including it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sorted {
    points: Vec<(f64, u64)>,
}

impl Sorted {
    /// From finite values in any order.
    pub(super) fn from_values(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        Self::from_counts(values.into_iter().map(|v| (v, 1)))
    }

    /// From values in ascending order with their counts.
    pub(super) fn from_counts(counts: impl IntoIterator<Item = (f64, u64)>) -> Self {
        let mut sorted = Self::default();
        for (value, count) in counts {
            sorted.push(value, count);
        }
        sorted
    }

    fn push(&mut self, value: f64, count: u64) {
        let before = self.n();
        match self.points.last_mut() {
            Some(last) if last.0 == value => last.1 += count,
            _ if count > 0 => self.points.push((value, before + count)),
            _ => {}
        }
    }

    /// Number of samples.
    pub(super) fn n(&self) -> u64 {
        self.points.last().map_or(0, |p| p.1)
    }

    /// Largest value.
    pub(super) fn max(&self) -> Option<f64> {
        self.points.last().map(|p| p.0)
    }

    /// The `rank`-th smallest, counted from 1; ranks beyond the ends give the ends.
    pub(super) fn at_rank(&self, rank: u64) -> Option<f64> {
        let at = self.points.partition_point(|p| p.1 < rank);
        self.points.get(at).or(self.points.last()).map(|p| p.0)
    }

    /// Quantile of type 7 (Hyndman & Fan 1996), with numpy's rounding; `q` within 0..1.
    pub(super) fn linear(&self, q: f64) -> Option<f64> {
        let position = self.n().checked_sub(1)? as f64 * q;
        let below = position.floor();
        let share = position - below;
        let low = self.at_rank(below as u64 + 1)?;
        let step = self.at_rank(below as u64 + 2)? - low;
        // numpy interpolates from the nearer end.
        Some(if share >= 0.5 { low + step - step * (1.0 - share) } else { low + step * share })
    }

    /// Number of samples at or below `value`.
    pub(super) fn at_most(&self, value: f64) -> u64 {
        match self.points.partition_point(|p| p.0 <= value) {
            0 => 0,
            at => self.points.get(at - 1).map_or(0, |p| p.1),
        }
    }

    /// Distinct values with their own counts, ascending.
    pub(super) fn counts(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        let before = std::iter::once(0).chain(self.points.iter().map(|p| p.1));
        self.points.iter().zip(before).map(|(p, before)| (p.0, p.1 - before))
    }

    /// Both together.
    #[must_use]
    pub(super) fn merge(&self, other: &Self) -> Self {
        let (a, b) = (&self.points[..], &other.points[..]);
        let mut points = Vec::with_capacity(a.len() + b.len());
        // Samples up to the values behind, of each side.
        let (mut i, mut j, mut below) = (0, 0, (0, 0));
        while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
            // Without branches: which side is next is a toss-up.
            let (first, second) = (x.0 <= y.0, y.0 <= x.0);
            below = (if first { x.1 } else { below.0 }, if second { y.1 } else { below.1 });
            points.push((if first { x.0 } else { y.0 }, below.0 + below.1));
            i += usize::from(first);
            j += usize::from(second);
        }
        points.extend(a.iter().skip(i).map(|p| (p.0, p.1 + below.1)));
        points.extend(b.iter().skip(j).map(|p| (p.0, p.1 + below.0)));
        Self { points }
    }

    /// All together, in a tree of merges.
    pub(super) fn union(all: &[&Self]) -> Self {
        match all {
            [] => Self::default(),
            [only] => (*only).clone(),
            _ => {
                let (left, right) = all.split_at(all.len() / 2);
                Self::union(left).merge(&Self::union(right))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranks_and_quantiles() {
        let s = Sorted::from_values(vec![4.0, 1.0, 3.0, 2.0]);
        // numpy.quantile([1, 2, 3, 4], [0.1, 0.5, 0.9]) == [1.3, 2.5, 3.7]
        for (q, want) in [(0.1, 1.3), (0.5, 2.5), (0.9, 3.7), (0.0, 1.0), (1.0, 4.0)] {
            assert!((s.linear(q).unwrap() - want).abs() < 1e-15, "{q}");
        }
        assert_eq!((s.at_rank(1), s.at_rank(4), s.at_rank(9)), (Some(1.0), Some(4.0), Some(4.0)));
        assert_eq!((s.at_most(0.5), s.at_most(2.0), s.at_most(9.0)), (0, 2, 4));
        assert_eq!(Sorted::default().linear(0.5), None);
        let ties = Sorted::from_values(vec![1.0, 1.0, 2.0]);
        assert_eq!(ties.counts().collect::<Vec<_>>(), [(1.0, 2), (2.0, 1)]);
    }

    proptest! {
        #[test]
        fn merging_equals_sorting_all(
            a in prop::collection::vec(0u32..50, 0..60),
            b in prop::collection::vec(0u32..50, 0..60),
        ) {
            let floats = |v: &[u32]| v.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
            let both = Sorted::from_values(floats(&[a.clone(), b.clone()].concat()));
            let merged = Sorted::from_values(floats(&a)).merge(&Sorted::from_values(floats(&b)));
            prop_assert_eq!(&both, &merged);
            let parts: Vec<Sorted> =
                [&a[..], &b[..]].concat().chunks(7).map(|c| Sorted::from_values(floats(c))).collect();
            prop_assert_eq!(&both, &Sorted::union(&parts.iter().collect::<Vec<_>>()));
        }
    }
}
