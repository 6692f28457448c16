//! GPUs as fractions of physical devices (cost.md §3).

use super::input::CostNode;
use super::quantities::{GPU, GPU_UNITS, quantity};
use crate::error::Result;
use crate::model::Resources;

/// Extended resources whose unit is one device.
const WHOLE: [&str; 5] = [
    "nvidia.com/gpu",
    "amd.com/gpu",
    "gpu.intel.com/i915",
    "habana.ai/gaudi",
    "aws.amazon.com/neuron",
];
const MIG: &str = "nvidia.com/mig-";
const CORES: &str = "nvidia.com/gpucores";
const MEMORY: &str = "nvidia.com/gpumem";

/// How the GPUs of a node are shared.
#[derive(Debug, Clone, Default)]
pub(crate) struct GpuNode {
    /// Nano-GPUs that the node has.
    pub(crate) capacity: u64,
    /// Nano-GPUs that pods may use.
    pub(crate) allocatable: Option<u64>,
    /// Whether a fraction could not be determined.
    pub(crate) unknown: bool,
    /// Slices of a device: 7, on an A30 4.
    slices: u64,
    /// Time-slicing or MPS replicas per device.
    replicas: u64,
    /// Physical devices by label or capacity.
    devices: Option<u64>,
    /// Advertised units of `nvidia.com/gpu` and `nvidia.com/gpu.shared`.
    advertised: [Option<u64>; 2],
    /// Memory of a device in MiB.
    device_memory: Option<u64>,
    vgpu_per_gpu: u64,
}

impl GpuNode {
    /// Reads labels and resources of a node.
    pub(crate) fn of(node: &CostNode, vgpu_per_gpu: u32) -> Result<Self> {
        let label = |name: &str| node.labels.get(name).and_then(|v| v.parse::<u64>().ok());
        let empty = Resources::default();
        let capacity = node.capacity.as_ref().or(node.allocatable.as_ref()).unwrap_or(&empty);
        let allocatable = node.allocatable.as_ref();
        let offered = allocatable.unwrap_or(capacity);
        let a30 = node.labels.get("nvidia.com/gpu.product").is_some_and(|p| p.contains("A30"));
        let mut gpus = Self {
            slices: if a30 { 4 } else { 7 },
            replicas: label("nvidia.com/gpu.replicas").unwrap_or(1),
            device_memory: label("nvidia.com/gpu.memory").filter(|&m| m > 0),
            advertised: ["nvidia.com/gpu", "nvidia.com/gpu.shared"]
                .map(|name| offered.extended.get(name).copied().filter(|&n| n > 0)),
            vgpu_per_gpu: u64::from(vgpu_per_gpu),
            ..Self::default()
        };
        let given = capacity.gpus.map(|g| quantity(GPU, g)).transpose()?;
        let counted = label("nvidia.com/gpu.count").filter(|&n| n > 0);
        gpus.devices = counted.or(given.map(|g| g / GPU_UNITS));
        let has_nvidia = capacity.extended.keys().any(|name| name.starts_with("nvidia.com/"));
        gpus.capacity = match (given, counted) {
            (Some(given), _) => given,
            (None, Some(count)) if has_nvidia => count.saturating_mul(GPU_UNITS),
            _ => {
                let (units, unknown) = gpus.units(capacity);
                gpus.unknown = unknown;
                units
            }
        };
        gpus.allocatable = match allocatable {
            Some(r) if r.gpus.is_some() => r.gpus.map(|g| quantity(GPU, g)).transpose()?,
            Some(r) => {
                let (units, unknown) = gpus.units(r);
                gpus.unknown |= unknown;
                (units > 0).then_some(units)
            }
            None => None,
        };
        Ok(gpus)
    }

    /// Nano-GPUs of a request, and whether a fraction could not be determined (units then count as whole).
    pub(crate) fn request(&self, resources: &Resources) -> Result<(u64, bool)> {
        match resources.gpus {
            Some(gpus) => Ok((quantity(GPU, gpus)?, false)),
            None => Ok(self.units(resources)),
        }
    }

    fn units(&self, resources: &Resources) -> (u64, bool) {
        let extended = &resources.extended;
        let (mut sum, mut unknown) = (0u64, false);
        for (name, &count) in extended {
            let fraction = match name.as_str() {
                CORES | MEMORY => continue,
                "nvidia.com/gpu" if extended.contains_key(CORES) => Some((extended[CORES], 100)),
                "nvidia.com/gpu" if extended.contains_key(MEMORY) => {
                    self.device_memory.map(|memory| (extended[MEMORY], memory))
                }
                "nvidia.com/gpu" if self.replicas > 1 => self.shared(0),
                "nvidia.com/gpu.shared" => self.shared(1),
                "k8s.amazonaws.com/vgpu" => Some((1, self.vgpu_per_gpu)),
                name if WHOLE.contains(&name) => Some((1, 1)),
                name if name.starts_with(MIG) => self.slice(&name[MIG.len()..]),
                _ => continue,
            };
            unknown |= fraction.is_none();
            let (numerator, denominator) = fraction.unwrap_or((1, 1));
            sum = sum.saturating_add(nano(count, numerator, denominator));
        }
        (sum, unknown)
    }

    /// physical ÷ advertised.
    fn shared(&self, advertised: usize) -> Option<(u64, u64)> {
        Some((self.devices?, self.advertised[advertised]?))
    }

    /// `1g.5gb` is one of the device's slices.
    fn slice(&self, profile: &str) -> Option<(u64, u64)> {
        let (slices, _) = profile.split_once("g.")?;
        let slices = slices.parse().ok().filter(|n| (1..=self.slices).contains(n))?;
        Some((slices, self.slices))
    }
}

/// `count × numerator ÷ denominator` in nano-GPUs, rounded half to even.
fn nano(count: u64, numerator: u64, denominator: u64) -> u64 {
    let (product, d) = (u128::from(count) * u128::from(numerator), u128::from(denominator.max(1)));
    let Some(product) = product.checked_mul(u128::from(GPU_UNITS)) else { return u64::MAX / 2 };
    let (quotient, rest) = (product / d, product % d);
    let up = rest * 2 > d || (rest * 2 == d && quotient % 2 == 1);
    u64::try_from(quotient + u128::from(up)).map_or(u64::MAX / 2, |n| n.min(u64::MAX / 2))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn extended(entries: &[(&str, u64)]) -> Resources {
        let extended = entries.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect();
        Resources { extended, ..Resources::default() }
    }

    fn node(labels: &[(&str, &str)], capacity: Resources, allocatable: Resources) -> GpuNode {
        let labels: BTreeMap<_, _> =
            labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (capacity, allocatable) = (Some(capacity), Some(allocatable));
        let node = CostNode { labels, capacity, allocatable, ..CostNode::default() };
        GpuNode::of(&node, 10).unwrap()
    }

    #[test]
    fn fractions_of_the_table() {
        let four = extended(&[("nvidia.com/gpu", 4)]);
        let sliced = node(
            &[("nvidia.com/gpu.count", "1"), ("nvidia.com/gpu.replicas", "4")],
            four.clone(),
            four.clone(),
        );
        assert_eq!((sliced.capacity, sliced.allocatable), (GPU_UNITS, Some(GPU_UNITS)));
        let one = |name: &str| extended(&[(name, 1)]);
        assert_eq!(sliced.request(&one("nvidia.com/gpu")).unwrap(), (250_000_000, false));
        assert_eq!(sliced.request(&one("nvidia.com/mig-1g.5gb")).unwrap(), (142_857_143, false));
        assert_eq!(sliced.request(&one("k8s.amazonaws.com/vgpu")).unwrap(), (100_000_000, false));
        assert_eq!(sliced.request(&one("amd.com/gpu")).unwrap(), (GPU_UNITS, false));
        assert_eq!(sliced.request(&one("nvidia.com/mig-odd")).unwrap(), (GPU_UNITS, true));
        assert_eq!(sliced.request(&one("nvidia.com/gpu.shared")).unwrap(), (GPU_UNITS, true));
        assert_eq!(sliced.request(&one("example.com/fpga")).unwrap(), (0, false));
        let half = extended(&[("nvidia.com/gpu", 2), ("nvidia.com/gpucores", 50)]);
        assert_eq!(sliced.request(&half).unwrap(), (GPU_UNITS, false));

        let whole = node(&[], four.clone(), four.clone());
        assert_eq!((whole.capacity, whole.unknown), (4 * GPU_UNITS, false));
        assert_eq!(whole.request(&one("nvidia.com/gpu")).unwrap(), (GPU_UNITS, false));
        let mebi = extended(&[("nvidia.com/gpu", 1), ("nvidia.com/gpumem", 4096)]);
        assert_eq!(whole.request(&mebi).unwrap(), (GPU_UNITS, true));
        let a30 = node(
            &[("nvidia.com/gpu.product", "NVIDIA-A30"), ("nvidia.com/gpu.memory", "8192")],
            four.clone(),
            four,
        );
        assert_eq!(a30.request(&one("nvidia.com/mig-1g.6gb")).unwrap(), (250_000_000, false));
        assert_eq!(a30.request(&mebi).unwrap(), (500_000_000, false));
    }
}
