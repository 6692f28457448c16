//! The flags of an attribution in words.

use std::collections::BTreeMap;

use crate::model::{Finding, Severity};

/// Counts flags per code: `(code, place)` pairs become findings in order of their code.
pub(super) fn findings(flags: impl IntoIterator<Item = (String, String)>) -> Vec<Finding> {
    let mut by_code: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (code, place) in flags {
        by_code.entry(code).or_default().push(place);
    }
    by_code
        .into_iter()
        .map(|(code, places)| {
            let (severity, message) = meaning(&code);
            Finding::new(&code, severity, message, places)
        })
        .collect()
}

fn meaning(code: &str) -> (Severity, &'static str) {
    use Severity::{Error, Info, Warning};
    match code {
        "AllocatableMissing" => (Info, "the node's capacity stands for its unknown allocatable"),
        "GpuFractionUnknown" => {
            (Warning, "how large a share of a GPU this is cannot be told from its resource names")
        }
        "MixedSigns" => {
            (Warning, "the node has costs and credits, so its idle cost stays where it is")
        }
        "NoBackend" => (Info, "no pod stands behind the load balancer: its cost is idle"),
        "NoOverlap" => (
            Warning,
            "a billed period and the life of what it bills do not meet: its cost is unattributed",
        ),
        "NotBilled" => (Info, "the bill does not know the node, so its cost is the modelled one"),
        "NodeCapacityUnknown" => {
            (Warning, "the node's capacity is unknown, so its cost cannot be split by resource")
        }
        "NodeUnknown" => {
            (Warning, "the pod's node is not in the input, so nodes bring the pod no cost")
        }
        "OutsideNodeLife" => (Info, "the pod's time before or after its node's life costs nothing"),
        "OverRequested" => (
            Warning,
            "requests exceed the node's capacity for some time; the node's cost is shared by request",
        ),
        "PriceEstimated" => {
            (Info, "the price is a default of the provider, not of a bill or a list")
        }
        "PriceMissing" => (Error, "no price is known: this part of the cost is absent, not zero"),
        "PriceStale" => (Info, "the price is older than maxPriceAgeDays"),
        "ResourceAbsent" => (Info, "the pod wants a resource that its node does not have"),
        "Saturated" => (Info, "the whole node is reserved for some time"),
        "Unclaimed" => {
            (Info, "no claim owns the volume and no pod mounts it: its cost is unattributed")
        }
        "UsageAboveCapacity" => {
            (Warning, "measured use exceeds the node's capacity; the surplus weighs nothing")
        }
        "UsageMissing" => {
            (Info, "no use was measured for some time: that time is unmeasured, not wasted")
        }
        _ => (Info, "see the flags of the row"),
    }
}
