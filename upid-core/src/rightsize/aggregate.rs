//! From pods to one size of their workload.

use super::PodAggregation;
use super::history::History;

/// Fewest observed hours of a pod that counts in the hot-pod ratio (rightsizing.md §10).
const HOT_POD_HOURS: usize = 24;
/// Ratio from which the hottest pod decides.
const HOT_POD_RATIO: f64 = 1.5;

/// The pooled history of a workload and those of its pods.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Workload {
    pub(super) pooled: History,
    pub(super) pods: Vec<History>,
}

impl Workload {
    /// Largest ÷ median of the pods' own 95 % quantiles; `None` for fewer than two pods with 24 observed hours.
    pub(super) fn hot_pod_ratio(&self) -> Option<f64> {
        let mut quantiles: Vec<f64> = self
            .pods
            .iter()
            .filter(|pod| pod.observed_hours() >= HOT_POD_HOURS)
            .filter_map(|pod| pod.all.linear(0.95))
            .collect();
        quantiles.sort_unstable_by(f64::total_cmp);
        let largest = *quantiles.last().filter(|_| quantiles.len() >= 2)?;
        let middle = quantiles.len() / 2;
        let median = if quantiles.len() % 2 == 1 {
            quantiles[middle]
        } else {
            f64::midpoint(quantiles[middle - 1], quantiles[middle])
        };
        (median > 0.0).then(|| largest / median)
    }

    /// Whether each pod is sized on its own and the largest size counts.
    pub(super) fn by_pod(&self, aggregation: PodAggregation) -> bool {
        self.pods.len() > 1
            && (aggregation == PodAggregation::MaxOfPods
                || self.hot_pod_ratio().is_some_and(|ratio| ratio >= HOT_POD_RATIO))
    }
}
