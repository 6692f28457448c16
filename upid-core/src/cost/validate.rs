//! Checks of the input that do not depend on the policy.

use std::collections::BTreeSet;

use super::input::{CostContainer, CostInput, CostPod, UsageStep};
use super::quantities::{CPU, GPU, MEMORY, quantities, usage};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Resources;
use crate::units::{Interval, MS_PER_DAY, Timestamp};

/// Ten years: the work grows with the cells of a window (project's choice, as for calendars in scaling.md §1).
const MAX_WINDOW_DAYS: i64 = 3660;

/// The first problem of the input, with its path.
pub(crate) fn validate(input: &CostInput) -> Result<()> {
    input.window.check().map_err(|e| e.under("window"))?;
    if input.window.ms() > MAX_WINDOW_DAYS * MS_PER_DAY {
        return Err(Error::new(
            ErrorKind::LimitExceeded,
            format!("the window is longer than {MAX_WINDOW_DAYS} days"),
        )
        .at_path("window")
        .hint("attribute a long time in parts: cuts of the window add up exactly"));
    }
    unique("nodes", input.nodes.iter().map(|n| n.name.clone()))?;
    unique("volumes", input.volumes.iter().map(|v| v.name.clone()))?;
    let balancers = input.load_balancers.iter().map(|l| (l.namespace.clone(), l.service.clone()));
    unique("loadBalancers", balancers)?;
    for (index, volume) in input.volumes.iter().enumerate() {
        for (at, mount) in volume.mounts.iter().enumerate() {
            span(mount.start, mount.end)
                .map_err(|e| e.under(&format!("volumes[{index}].mounts[{at}]")))?;
        }
    }
    for (index, pod) in input.pods.iter().enumerate() {
        check_pod(pod).map_err(|e| e.under(&format!("pods[{index}]")))?;
    }
    Ok(())
}

fn unique<K: Ord + std::fmt::Debug>(list: &str, keys: impl Iterator<Item = K>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (index, key) in keys.enumerate() {
        if seen.contains(&key) {
            let message = format!("{key:?} stands twice in {list}");
            return Err(Error::new(ErrorKind::DuplicateKey, message)
                .at_path(format!("{list}[{index}]"))
                .hint("give each object once"));
        }
        seen.insert(key);
    }
    Ok(())
}

fn span(start: Timestamp, end: Timestamp) -> Result<()> {
    Interval { start, end }.check()
}

fn check_pod(pod: &CostPod) -> Result<()> {
    let mut names = BTreeSet::new();
    for (index, container) in pod.containers.iter().enumerate() {
        if !names.insert(&container.name) {
            return Err(Error::new(
                ErrorKind::DuplicateKey,
                format!("the container {:?} stands twice in the pod", container.name),
            )
            .at_path(format!("containers[{index}].name"))
            .hint("container names are unique in a pod"));
        }
        check_container(container).map_err(|e| e.under(&format!("containers[{index}]")))?;
    }
    if let Some(overhead) = &pod.overhead {
        resources("overhead", overhead)?;
    }
    if let Some(level) = &pod.resources {
        resources("resources.requests", &level.requests)?;
    }
    for (index, step) in pod.network.iter().enumerate() {
        span(step.start, step.end).map_err(|e| e.under(&format!("network[{index}]")))?;
    }
    Ok(())
}

fn check_container(container: &CostContainer) -> Result<()> {
    resources("requests", &container.requests)?;
    resources("limits", &container.limits)?;
    for (index, step) in container.usage.iter().enumerate() {
        check_step(step).map_err(|e| e.under(&format!("usage[{index}]")))?;
    }
    disjoint("usage", container.usage.iter().map(|s| (s.start, s.end)))?;
    for (index, step) in container.request_steps.iter().enumerate() {
        let path = format!("requestSteps[{index}]");
        span(step.start, step.end).map_err(|e| e.under(&path))?;
        resources("requests", &step.requests).map_err(|e| e.under(&path))?;
    }
    disjoint("requestSteps", container.request_steps.iter().map(|s| (s.start, s.end)))
}

fn check_step(step: &UsageStep) -> Result<()> {
    span(step.start, step.end)?;
    for (r, value) in [(CPU, step.cpu_cores), (MEMORY, step.memory_bytes), (GPU, step.gpus)] {
        usage(r, value)?;
    }
    Ok(())
}

/// `UPID_OVERLAP` for steps that overlap; those of length zero are ignored.
fn disjoint(list: &str, spans: impl Iterator<Item = (Timestamp, Timestamp)>) -> Result<()> {
    let mut spans: Vec<_> = spans.enumerate().filter(|(_, s)| s.0 < s.1).collect();
    if !spans.is_sorted_by_key(|(_, s)| s.0) {
        spans.sort_by_key(|(_, s)| *s);
    }
    match spans.windows(2).find(|w| w[1].1.0 < w[0].1.1) {
        Some(w) => Err(Error::new(
            ErrorKind::Overlap,
            format!("the steps {} and {} overlap", w[0].0, w[1].0),
        )
        .at_path(format!("{list}[{}]", w[1].0))
        .hint("steps are half-open: end one where the next starts")),
        None => Ok(()),
    }
}

fn resources(name: &str, resources: &Resources) -> Result<()> {
    quantities(resources).map(|_| ()).map_err(|e| e.under(name))
}
