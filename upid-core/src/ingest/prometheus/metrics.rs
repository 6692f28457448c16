//! What the names of well-known series mean.

use crate::ingest::snapshot_metrics::state_metric;
use crate::usage::{MetricId, SampleKind, UsageEventKind};

/// How a value becomes one in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum Scale {
    /// It is.
    One,
    /// From percent.
    Percent,
    /// From MiB.
    Mebi,
}

impl Scale {
    pub(in crate::ingest) fn apply(self, values: &mut [f64]) {
        match self {
            Self::One => {}
            Self::Percent => values.iter_mut().for_each(|value| *value /= 100.0),
            Self::Mebi => values.iter_mut().for_each(|value| *value *= 1_048_576.0),
        }
    }
}

/// What a series is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum Meaning {
    /// Samples of a metric.
    Samples { metric: MetricId, kind: SampleKind, scale: Scale },
    /// A counter of events.
    Events(UsageEventKind),
    /// Part of a Snapshot or of its prices, which `ingest.kubernetes` reads.
    Snapshot,
    /// Nothing.
    Unknown,
}

impl Meaning {
    pub(in crate::ingest) const fn gauge(metric: MetricId) -> Self {
        Self::Samples { metric, kind: SampleKind::Gauge, scale: Scale::One }
    }

    const fn counter(metric: MetricId) -> Self {
        Self::Samples { metric, kind: SampleKind::Counter, scale: Scale::One }
    }
}

/// The meaning of a series by its name and, where that decides, its labels (ingest.md §5).
pub(in crate::ingest) fn meaning<'l>(name: &str, label: impl Fn(&str) -> &'l str) -> Meaning {
    use MetricId as M;
    match name {
        "container_cpu_usage_seconds_total" => Meaning::counter(M::CPU_CORES),
        "container_memory_working_set_bytes" => Meaning::gauge(M::MEMORY_WORKING_SET_BYTES),
        "container_memory_rss" => Meaning::gauge(M::MEMORY_RSS_BYTES),
        "container_network_receive_bytes_total" => Meaning::counter(M::NETWORK_RX_BYTES_PER_SECOND),
        "container_network_transmit_bytes_total" => {
            Meaning::counter(M::NETWORK_TX_BYTES_PER_SECOND)
        }
        "container_network_tcp_usage_total" if label("tcp_state") == "established" => {
            Meaning::gauge(M::CONNECTIONS)
        }
        "container_cpu_cfs_periods_total" => Meaning::counter(M::CPU_PERIODS),
        "container_cpu_cfs_throttled_periods_total" => Meaning::counter(M::CPU_THROTTLED_PERIODS),
        "kube_pod_container_resource_requests" => match label("resource") {
            "cpu" => Meaning::gauge(M::CPU_REQUEST_CORES),
            "memory" => Meaning::gauge(M::MEMORY_REQUEST_BYTES),
            _ => Meaning::Snapshot,
        },
        "kube_pod_container_resource_requests_cpu_cores" => Meaning::gauge(M::CPU_REQUEST_CORES),
        "kube_pod_container_resource_requests_memory_bytes" => {
            Meaning::gauge(M::MEMORY_REQUEST_BYTES)
        }
        "kube_pod_container_status_restarts_total" => Meaning::Events(UsageEventKind::Restart),
        "container_oom_events_total" => Meaning::Events(UsageEventKind::OomKilled),
        "DCGM_FI_PROF_GR_ENGINE_ACTIVE" => Meaning::gauge(M::GPU_UTILIZATION),
        "DCGM_FI_DEV_GPU_UTIL" => Meaning::Samples {
            metric: M::GPU_UTILIZATION,
            kind: SampleKind::Gauge,
            scale: Scale::Percent,
        },
        "DCGM_FI_DEV_FB_USED" => Meaning::Samples {
            metric: M::GPU_MEMORY_BYTES,
            kind: SampleKind::Gauge,
            scale: Scale::Mebi,
        },
        _ if state_metric(name).is_some() => Meaning::Snapshot,
        _ if is_cpu_rule(name) => Meaning::gauge(M::CPU_CORES),
        _ => Meaning::Unknown,
    }
}

/// Recording rules of the Kubernetes mixin, such as `node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate`.
fn is_cpu_rule(name: &str) -> bool {
    [
        ":container_cpu_usage_seconds_total:sum_irate",
        ":container_cpu_usage_seconds_total:sum_rate5m",
    ]
    .iter()
    .any(|rule| name.ends_with(rule))
}

/// Whether a metric belongs to the pod and not to one of its containers.
pub(in crate::ingest) fn is_pod_level(metric: MetricId) -> bool {
    [
        MetricId::NETWORK_RX_BYTES_PER_SECOND,
        MetricId::NETWORK_TX_BYTES_PER_SECOND,
        MetricId::NETWORK_BYTES_PER_SECOND,
        MetricId::CONNECTIONS,
    ]
    .contains(&metric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_the_labels_that_decide() {
        let of = |name: &str, value: &'static str| meaning(name, |_| value);
        let rule = "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate";
        assert_eq!(of(rule, ""), Meaning::gauge(MetricId::CPU_CORES));
        assert_eq!(
            of("container_cpu_usage_seconds_total", ""),
            Meaning::counter(MetricId::CPU_CORES)
        );
        let requests = "kube_pod_container_resource_requests";
        assert_eq!(of(requests, "memory"), Meaning::gauge(MetricId::MEMORY_REQUEST_BYTES));
        assert_eq!(of(requests, "ephemeral_storage"), Meaning::Snapshot);
        let tcp = "container_network_tcp_usage_total";
        assert_eq!(of(tcp, "established"), Meaning::gauge(MetricId::CONNECTIONS));
        assert_eq!(of(tcp, "timewait"), Meaning::Unknown);
        assert_eq!(of("node_cpu_hourly_cost", ""), Meaning::Snapshot);
        assert_eq!(of("up", ""), Meaning::Unknown);
        let mut values = [50.0];
        Scale::Percent.apply(&mut values);
        Scale::Mebi.apply(&mut values);
        assert_eq!(values, [524_288.0]);
    }
}
