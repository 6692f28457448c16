//! Random inputs from a seed.

use super::build::*;
use crate::cost::{CostContainer, CostInput, CostNode, CostPod, RequestStep, UsageStep};
use crate::model::{
    BilledCost, ContainerType, Fee, FeeKind, LoadBalancer, NetworkStep, NodePrice, PodResources,
    Rates, Resources,
};
use crate::units::{Amount, Interval, RateAmount};

/// `SplitMix64`.
pub(in crate::cost) struct Dice(pub(super) u64);

impl Dice {
    pub(in crate::cost) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(in crate::cost) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(in crate::cost) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// Sorted, disjoint spans of minutes that may touch or have length zero.
    fn spans(&mut self, most: u64) -> Vec<Interval> {
        let count = self.below(most + 1) * 2;
        let mut cuts: Vec<i64> = (0..count).map(|_| self.below(240) as i64 - 30).collect();
        cuts.sort_unstable();
        cuts.chunks_exact(2).map(|c| span(c[0], c[1])).collect()
    }

    fn size(&mut self) -> Resources {
        let cores = self.pick(&[0.0, 1e-9, 0.1, 1.0, 1.0, 1.5, 300.0]);
        let gib = self.pick(&[0.0, 1e-9, 0.25, 1.0, 1.0, 3.7, 4000.0]);
        let mut size = Resources::default();
        if self.chance(85) {
            size.cpu_cores = Some(cores);
        }
        if self.chance(85) {
            size.memory_bytes = Some((gib * GIB).floor());
        }
        if self.chance(10) {
            size.gpus = Some(self.pick(&[0.5, 1.0, 2.0]));
        }
        size
    }

    fn node(&mut self, index: usize) -> CostNode {
        let mut node = node(&format!("n{index}"), 4.0, 16.0, "0");
        node.hourly_cost = None;
        if self.chance(20) {
            node.capacity = Some(self.size());
        }
        if self.chance(20) {
            node.capacity.get_or_insert_default().gpus = Some(2.0);
        }
        node.allocatable = match self.below(4) {
            0 => None,
            1 => Some(self.size()),
            _ => Some(size(3.8, 15.0)),
        };
        if self.chance(40) {
            node.life = self.spans(2);
        }
        match self.below(5) {
            0 => {}
            1 | 2 => {
                node.hourly_cost =
                    rate(self.pick(&["0", "0.000000000000000001", "0.192", "1", "1e20"]));
            }
            3 => {
                let bill = |dice: &mut Self| BilledCost {
                    start: at(dice.below(60) as i64 - 10),
                    end: at(dice.below(180) as i64 + 50),
                    amount: dice.pick(&[
                        Amount(0),
                        Amount(1),
                        Amount(-1),
                        money("-3.7"),
                        money("12.5"),
                        money("1e20"),
                    ]),
                };
                let billed = (0..=self.below(2)).map(|_| bill(self)).collect();
                node.price = Some(NodePrice { billed, ..NodePrice::default() });
            }
            _ => {
                let units = Rates {
                    cpu_core_hour: RateAmount(i128::from(self.below(1 << 60))),
                    memory_gib_hour: RateAmount(i128::from(self.below(1 << 50))),
                    gpu_hour: None,
                    currency: None,
                };
                let discounts = if self.chance(50) { vec![0.3, 0.1] } else { Vec::new() };
                node.price =
                    Some(NodePrice { unit_costs: Some(units), discounts, ..NodePrice::default() });
            }
        }
        node
    }

    fn container(&mut self, index: usize) -> CostContainer {
        use ContainerType::{App, Init, Sidecar};
        let kind = self.pick(&[App, App, App, Sidecar, Init]);
        let mut container = container(&format!("c{index}"), kind, self.size());
        if self.chance(20) {
            container.limits = self.size();
        }
        for step in self.spans(3) {
            let used = self.size();
            container.usage.push(UsageStep {
                start: step.start,
                end: step.end,
                cpu_cores: used.cpu_cores,
                memory_bytes: used.memory_bytes,
                gpus: used.gpus,
            });
        }
        if self.chance(15) {
            for Interval { start, end } in self.spans(2) {
                let requests = self.size();
                container.request_steps.push(RequestStep { start, end, requests });
            }
        }
        container
    }

    fn pod(&mut self, index: usize) -> CostPod {
        let count = self.below(3) as usize + usize::from(self.chance(90));
        let mut pod = CostPod {
            namespace: self.pick(&["a", "b"]).into(),
            name: format!("p{}", index / 2),
            uid: Some(format!("u{index}")),
            node: Some(format!("n{}", self.below(6))),
            containers: (0..count).map(|c| self.container(c)).collect(),
            ..CostPod::default()
        };
        if self.chance(5) {
            pod.node = None;
        }
        if self.chance(70) {
            pod.life = self.spans(2);
        }
        if self.chance(10) {
            pod.overhead = Some(size(0.1, 0.1));
        }
        if self.chance(10) {
            pod.resources = Some(PodResources { requests: self.size() });
        }
        if self.chance(20) {
            for Interval { start, end } in self.spans(2) {
                pod.network.push(NetworkStep {
                    start,
                    end,
                    zone_bytes: Some(self.below(1 << 40) as f64),
                    region_bytes: None,
                    internet_bytes: Some(1.0),
                });
            }
        }
        pod
    }

    /// 0–5 nodes, up to `pods` pods, volumes, load balancers and fees.
    pub(in crate::cost) fn input(&mut self, pods: u64) -> CostInput {
        let start = self.below(90) as i64;
        let mut input = CostInput {
            window: window(start, start + 1 + self.below(150) as i64),
            ..CostInput::default()
        };
        input.nodes = (0..self.below(6) as usize).map(|n| self.node(n)).collect();
        input.pods = (0..self.below(pods + 1) as usize).map(|p| self.pod(p)).collect();
        for index in 0..self.below(3) {
            let mut mounts = Vec::new();
            for Interval { start, end } in self.spans(3) {
                let mut mount = mount(&format!("p{}", self.below(6)), 0, 0);
                (mount.namespace, mount.start, mount.end) = ("a".into(), start, end);
                mounts.push(mount);
            }
            let mut disk = volume(&format!("v{index}"), "0.000000000007", mounts);
            disk.life = self.spans(1);
            if self.chance(30) {
                disk.claim = None;
            }
            input.volumes.push(disk);
        }
        for index in 0..self.below(2) {
            let backends = (0..self.below(4)).map(|p| crate::model::Backend {
                namespace: "a".into(),
                pod: format!("p{p}"),
                uid: None,
            });
            input.load_balancers.push(LoadBalancer {
                namespace: "a".into(),
                service: format!("s{index}"),
                hourly_cost: rate("0.025"),
                backends: backends.collect(),
                gib_cost: rate("0.008"),
                bytes: Some(1e9),
                ..LoadBalancer::default()
            });
        }
        if self.chance(30) {
            let kind = self.pick(&[FeeKind::ControlPlane, FeeKind::Tax]);
            let amount = Some(money("-0.1"));
            input.fees.push(Fee { name: "fee".into(), kind, amount, ..Fee::default() });
        }
        input
    }

    /// Another order of the same things.
    pub(in crate::cost) fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index as u64 + 1) as usize);
        }
    }
}
