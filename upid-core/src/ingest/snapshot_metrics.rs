//! The series of kube-state-metrics and `OpenCost` that a Snapshot can be made from (ingest.md §5, §8).

/// What a series tells. Of two that say the same about an object the later one here wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StateMetric {
    NodeInfo,
    NodeLabels,
    NodeCreated,
    NodeUnschedulable,
    NodeCapacity,
    NodeAllocatable,
    NodeCpuCost,
    NodeMemoryCost,
    NodeGpuCost,
    NodeGpus,
    NodeCost,
    NodeIsSpot,
    PodInfo,
    PodOwner,
    PodLabels,
    PodPhase,
    PodCreated,
    PodScheduled,
    PodStarted,
    PodCompleted,
    PodClaims,
    ContainerInfo,
    InitContainerInfo,
    ContainerRequests,
    ContainerLimits,
    InitContainerRequests,
    InitContainerLimits,
    ReplicaSetOwner,
    JobOwner,
    Claim,
    ClaimRequest,
    Volume,
    VolumeClaim,
    VolumeCapacity,
    VolumeCost,
    LoadBalancerCost,
    ManagementCost,
    ZoneEgressCost,
    RegionEgressCost,
    InternetEgressCost,
}

/// What a name means, and the resource that it speaks of where no label says so: kube-state-metrics 1 had a name for
/// each.
pub(super) fn state_metric(name: &str) -> Option<(StateMetric, Option<&'static str>)> {
    use StateMetric as M;
    let metric = match name {
        "kube_node_info" => M::NodeInfo,
        "kube_node_labels" => M::NodeLabels,
        "kube_node_created" => M::NodeCreated,
        "kube_node_spec_unschedulable" => M::NodeUnschedulable,
        "kube_pod_info" => M::PodInfo,
        "kube_pod_owner" => M::PodOwner,
        "kube_pod_labels" => M::PodLabels,
        "kube_pod_status_phase" => M::PodPhase,
        "kube_pod_created" => M::PodCreated,
        "kube_pod_status_scheduled_time" => M::PodScheduled,
        "kube_pod_start_time" => M::PodStarted,
        "kube_pod_completion_time" => M::PodCompleted,
        "kube_pod_spec_volumes_persistentvolumeclaims_info" => M::PodClaims,
        "kube_pod_container_info" => M::ContainerInfo,
        "kube_pod_init_container_info" => M::InitContainerInfo,
        "kube_replicaset_owner" => M::ReplicaSetOwner,
        "kube_job_owner" => M::JobOwner,
        "kube_persistentvolumeclaim_info" => M::Claim,
        "kube_persistentvolumeclaim_resource_requests_storage_bytes" => M::ClaimRequest,
        "kube_persistentvolume_info" => M::Volume,
        "kube_persistentvolume_claim_ref" => M::VolumeClaim,
        "kube_persistentvolume_capacity_bytes" => M::VolumeCapacity,
        "node_cpu_hourly_cost" => M::NodeCpuCost,
        "node_ram_hourly_cost" => M::NodeMemoryCost,
        "node_gpu_hourly_cost" => M::NodeGpuCost,
        "node_gpu_count" => M::NodeGpus,
        "node_total_hourly_cost" => M::NodeCost,
        "kubecost_node_is_spot" => M::NodeIsSpot,
        "pv_hourly_cost" => M::VolumeCost,
        "kubecost_load_balancer_cost" => M::LoadBalancerCost,
        "kubecost_cluster_management_cost" => M::ManagementCost,
        "kubecost_network_zone_egress_cost" => M::ZoneEgressCost,
        "kubecost_network_region_egress_cost" => M::RegionEgressCost,
        "kubecost_network_internet_egress_cost" => M::InternetEgressCost,
        _ => return of_resource(name),
    };
    Some((metric, None))
}

fn of_resource(name: &str) -> Option<(StateMetric, Option<&'static str>)> {
    use StateMetric as M;
    let (metric, rest) = [
        ("kube_node_status_capacity", M::NodeCapacity),
        ("kube_node_status_allocatable", M::NodeAllocatable),
        ("kube_pod_container_resource_requests", M::ContainerRequests),
        ("kube_pod_container_resource_limits", M::ContainerLimits),
        ("kube_pod_init_container_resource_requests", M::InitContainerRequests),
        ("kube_pod_init_container_resource_limits", M::InitContainerLimits),
    ]
    .into_iter()
    .find_map(|(prefix, metric)| Some((metric, name.strip_prefix(prefix)?)))?;
    let resource = match rest {
        "" => None,
        "_cpu_cores" => Some("cpu"),
        "_memory_bytes" => Some("memory"),
        "_pods" => Some("pods"),
        _ => return None,
    };
    Some((metric, resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_generations() {
        use StateMetric as M;
        for (name, want) in [
            ("kube_pod_info", Some((M::PodInfo, None))),
            ("kube_node_status_capacity", Some((M::NodeCapacity, None))),
            ("kube_node_status_capacity_cpu_cores", Some((M::NodeCapacity, Some("cpu")))),
            (
                "kube_pod_container_resource_limits_memory_bytes",
                Some((M::ContainerLimits, Some("memory"))),
            ),
            ("kube_node_status_condition", None),
            ("kube_pod_container_resource_requests_total", None),
        ] {
            assert_eq!(state_metric(name), want, "{name}");
        }
    }
}
