//! Ranks and rank correlation.

/// Average ranks, from 1; equal values share the mean of their ranks. NaN is ranked as the largest.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = first as f64 + f64::midpoint(group.len() as f64, 1.0);
        for (_, index) in group {
            if let Some(slot) = ranks.get_mut(*index) {
                *slot = rank;
            }
        }
        first += group.len();
    }
    ranks
}

/// Spearman rank correlation with average ranks for ties, −1..1.
///
/// Pairs in which a value is NaN are left out; `None` below 3 pairs or when one side is constant.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let (a, b): (Vec<f64>, Vec<f64>) =
        x.iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan()).map(|(x, y)| (*x, *y)).unzip();
    if a.len() < 3 {
        return None;
    }
    let (a, b) = (average_ranks(&a), average_ranks(&b));
    // Ranks always have this mean.
    let mean = f64::midpoint(a.len() as f64, 1.0);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(&b) {
        let (x, y) = (x - mean, y - mean);
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_rank() {
        assert_eq!(average_ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    #[test]
    fn monotone_is_one_and_constant_is_none() {
        assert_eq!(spearman(&[1.0, 2.0, 9.0, 4.0], &[1.0, 8.0, 729.0, 64.0]), Some(1.0));
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[5.0, 5.0, 5.0]), None);
        assert_eq!(spearman(&[1.0, f64::NAN, 3.0], &[1.0, 2.0, 3.0]), None);
        // Five pairs by hand: Σd² = 6, ρ = 1 − 6·6/(5·24) = 0.7.
        let rho = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[3.0, 1.0, 2.0, 4.0, 5.0]).unwrap();
        assert!((rho - 0.7).abs() < 1e-12, "{rho}");
    }
}
