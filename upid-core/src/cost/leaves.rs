//! Pods cut into leaves: containers, and what the pod reserves beyond them (cost.md §3).

use std::collections::BTreeSet;

use super::gpu::GpuNode;
use super::input::{CostContainer, CostPod};
use super::quantities::{CPU, GPU, MEMORY, Quantities, UNMEASURED, quantities, usage};
use super::spans::{Piece, intersect, ordered};
use crate::error::Result;
use crate::model::{self, ContainerType, Resources, requests};

/// What a leaf reserved and used over a span.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) request: Quantities,
    pub(crate) usage: Quantities,
}

/// A container, or the reserve of a pod (`container` none), on one node.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    /// Index of the pod in the order of keys.
    pub(crate) pod: usize,
    /// Index of the container in its pod.
    pub(crate) container: Option<usize>,
    /// Sorted, disjoint.
    pub(crate) spans: Vec<Span>,
    pub(crate) flags: BTreeSet<&'static str>,
}

/// Requests that held over a piece of the pod's life.
struct Reserved {
    piece: Piece,
    /// By container.
    leaves: Vec<Quantities>,
    reserve: Quantities,
}

/// One observed step of a container.
#[derive(Clone, Copy)]
struct Observed {
    piece: Piece,
    usage: Quantities,
}

/// The leaves of a pod while `alive` (its life inside the node's and the window), in order of their keys.
pub(crate) fn leaves(
    pod: &CostPod,
    index: usize,
    alive: &[Piece],
    capacity: &Quantities,
    gpus: &GpuNode,
) -> Result<Vec<Leaf>> {
    let mut flags = BTreeSet::new();
    let level = pod.resources.as_ref().map(|r| &r.requests);
    let pod_level = [
        level.is_some_and(|r| r.cpu_cores.is_some()),
        level.is_some_and(|r| r.memory_bytes.is_some()),
        false,
    ];
    let mut pieces = Vec::new();
    for piece in cut_at_resizes(pod, alive) {
        pieces.push(reserved(pod, piece, pod_level, capacity, gpus, &mut flags)?);
    }
    let observed: Vec<Vec<Observed>> =
        pod.containers.iter().map(observed).collect::<Result<_>>()?;

    let mut out = Vec::with_capacity(pod.containers.len() + 1);
    if let Some(spans) = reserve_spans(pod, &pieces, &observed, pod_level) {
        out.push(Leaf { pod: index, container: None, spans, flags: flags.clone() });
    }
    let mut order: Vec<usize> = (0..pod.containers.len())
        .filter(|&c| pod.containers[c].kind != ContainerType::Init)
        .collect();
    order.sort_by(|&a, &b| pod.containers[a].name.cmp(&pod.containers[b].name));
    for container in order {
        let spans = container_spans(&pieces, container, &observed[container], pod_level);
        out.push(Leaf { pod: index, container: Some(container), spans, flags: flags.clone() });
    }
    Ok(out)
}

/// The life, cut wherever a container was resized.
fn cut_at_resizes(pod: &CostPod, alive: &[Piece]) -> Vec<Piece> {
    let mut cuts: Vec<i64> = pod
        .containers
        .iter()
        .flat_map(|c| c.request_steps.iter().flat_map(|s| [s.start.0, s.end.0]))
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut out = Vec::with_capacity(alive.len() + cuts.len());
    for &(first, end) in alive {
        let mut start = first;
        for &cut in cuts.iter().filter(|&&cut| first < cut && cut < end) {
            out.push((start, cut));
            start = cut;
        }
        out.push((start, end));
    }
    out
}

fn reserved(
    pod: &CostPod,
    piece: Piece,
    pod_level: [bool; 3],
    capacity: &Quantities,
    gpus: &GpuNode,
    flags: &mut BTreeSet<&'static str>,
) -> Result<Reserved> {
    // `effective` adds whole nano-units and bytes held in f64, which is exact below 2^53.
    let exact = |q: &Quantities| Resources {
        cpu_cores: Some(q[CPU] as f64),
        memory_bytes: Some(q[MEMORY] as f64),
        gpus: Some(q[GPU] as f64),
        ..Resources::default()
    };
    let mut shadow = model::Pod::default();
    let mut leaves = Vec::with_capacity(pod.containers.len());
    for container in &pod.containers {
        let step =
            container.request_steps.iter().find(|s| s.start.0 <= piece.0 && piece.0 < s.end.0);
        let request = step.map_or(&container.requests, |s| &s.requests);
        let request = container.limits.overridden_by(request);
        let mut own = quantities(&Resources { gpus: None, ..request.clone() })?;
        let (gpu, unknown) = gpus.request(&request)?;
        own[GPU] = gpu;
        if unknown {
            flags.insert("GpuFractionUnknown");
        }
        shadow.containers.push(model::Container {
            kind: container.kind,
            requests: exact(&own),
            ..model::Container::default()
        });
        leaves.push(own);
    }
    if let Some(level) = &pod.resources {
        let q = quantities(&level.requests)?;
        let requests = Resources {
            cpu_cores: pod_level[CPU].then_some(q[CPU] as f64),
            memory_bytes: pod_level[MEMORY].then_some(q[MEMORY] as f64),
            ..Resources::default()
        };
        shadow.resources = Some(Box::new(model::PodResources { requests }));
    }
    if let Some(overhead) = &pod.overhead {
        shadow.overhead = Some(Box::new(exact(&quantities(overhead)?)));
    }
    let total = requests::effective(&shadow);
    let mut reserve =
        [total.cpu_cores, total.memory_bytes, total.gpus].map(|v| v.unwrap_or(0.0) as u64);
    for (own, container) in leaves.iter_mut().zip(&pod.containers) {
        for r in [CPU, MEMORY, GPU] {
            if pod_level[r] {
                own[r] = 0;
            } else if container.kind != ContainerType::Init {
                reserve[r] = reserve[r].saturating_sub(own[r]);
            }
            if capacity[r] == 0 && own[r] > 0 {
                flags.insert("ResourceAbsent");
                own[r] = 0;
            }
        }
    }
    for r in [CPU, MEMORY, GPU] {
        if capacity[r] == 0 && reserve[r] > 0 {
            flags.insert("ResourceAbsent");
            reserve[r] = 0;
        }
    }
    Ok(Reserved { piece, leaves, reserve })
}

fn observed(container: &CostContainer) -> Result<Vec<Observed>> {
    let mut steps = Vec::with_capacity(container.usage.len());
    for step in &container.usage {
        if step.start < step.end {
            let values = [step.cpu_cores, step.memory_bytes, step.gpus];
            let mut used = [UNMEASURED; 3];
            for r in [CPU, MEMORY, GPU] {
                used[r] = usage(r, values[r])?;
            }
            steps.push(Observed { piece: (step.start.0, step.end.0), usage: used });
        }
    }
    ordered(steps, |s| s.piece)
}

/// Requests and observations of one container, merged; gaps are unmeasured.
fn container_spans(
    pieces: &[Reserved],
    container: usize,
    observed: &[Observed],
    pod_level: [bool; 3],
) -> Vec<Span> {
    let mut out = Vec::with_capacity(pieces.len() + observed.len());
    let mut next = 0;
    let mask = |usage: Quantities| {
        let mut usage = usage;
        for r in [CPU, MEMORY, GPU] {
            // The pod is the leaf of that resource.
            if pod_level[r] {
                usage[r] = 0;
            }
        }
        usage
    };
    for reserved in pieces {
        let request = reserved.leaves[container];
        let (mut time, end) = reserved.piece;
        while time < end {
            while observed.get(next).is_some_and(|o| o.piece.1 <= time) {
                next += 1;
            }
            let (until, usage) = match observed.get(next) {
                Some(o) if o.piece.0 <= time => (o.piece.1, o.usage),
                Some(o) => (o.piece.0, [UNMEASURED; 3]),
                None => (end, [UNMEASURED; 3]),
            };
            let until = until.min(end);
            out.push(Span { start: time, end: until, request, usage: mask(usage) });
            time = until;
        }
    }
    out
}

/// What the pod reserves beyond its containers, with the usage of init containers against it; for a resource
/// requested at pod level, the whole pod. `None` if there is nothing of it.
fn reserve_spans(
    pod: &CostPod,
    pieces: &[Reserved],
    observed: &[Vec<Observed>],
    pod_level: [bool; 3],
) -> Option<Vec<Span>> {
    let is_init = |c: usize| pod.containers[c].kind == ContainerType::Init;
    let reserves = pieces.iter().any(|p| p.reserve != [0; 3]);
    let init_used = (0..observed.len()).any(|c| is_init(c) && !observed[c].is_empty());
    if !reserves && !init_used {
        return None;
    }
    let counts = |c: usize| is_init(c) || pod_level != [false; 3];
    let mut cuts: Vec<i64> = (0..observed.len())
        .filter(|&c| counts(c))
        .flat_map(|c| observed[c].iter().flat_map(|o| [o.piece.0, o.piece.1]))
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let at = |c: usize, time: i64| {
        let steps = &observed[c];
        let next = steps.partition_point(|o| o.piece.1 <= time);
        steps.get(next).filter(|o| o.piece.0 <= time).map_or([UNMEASURED; 3], |o| o.usage)
    };
    let usage_at = |time: i64| {
        let mut sum: Quantities = [0; 3];
        for c in (0..observed.len()).filter(|&c| counts(c)) {
            let usage = at(c, time);
            for r in [CPU, MEMORY, GPU] {
                if sum[r] == UNMEASURED || !(is_init(c) || pod_level[r]) {
                    continue;
                }
                sum[r] = match usage[r] {
                    // An init container that nobody measures does not run.
                    UNMEASURED if is_init(c) => sum[r],
                    UNMEASURED => UNMEASURED,
                    used => sum[r].saturating_add(used).min(UNMEASURED - 1),
                };
            }
        }
        sum
    };
    let mut out = Vec::new();
    for reserved in pieces {
        let (mut start, end) = reserved.piece;
        let first = cuts.partition_point(|&cut| cut <= start);
        let inner = cuts[first..].iter().copied().take_while(|&cut| cut < end);
        for until in inner.chain([end]) {
            let usage = usage_at(start);
            out.push(Span { start, end: until, request: reserved.reserve, usage });
            start = until;
        }
    }
    Some(out)
}

/// The life of a pod inside its node's and the window.
pub(crate) fn billed_life(pod: &[Piece], node: &[Piece], window: Piece) -> Vec<Piece> {
    intersect(&intersect(pod, node), &[window])
}
