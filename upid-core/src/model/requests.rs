//! What the scheduler reserves for a pod (cost.md §3).

use super::{Container, ContainerType, Pod, Resources};

/// The effective requests of a pod: what the scheduler reserves on its node.
///
/// App and Sidecar requests are added; an Init container needs its own request beside the sidecars that stand
/// before it, and the larger of both counts. Pod-level requests replace the sum for each resource they name, and
/// the overhead comes on top. During an in-place resize the largest of the three views (spec, allocated, actual)
/// is reserved; the spec view is left out while the resize is infeasible. Source: Kubernetes component-helpers,
/// KEP-753, KEP-2837, KEP-1287.
pub fn effective(pod: &Pod) -> Resources {
    let infeasible = pod.resize.as_deref() == Some("Infeasible");
    let resizing = pod.containers.iter().any(|c| c.allocated.is_some() || c.actual.is_some());
    let mut reserved = Resources::default();
    if !(infeasible && resizing) {
        reserved = view(&pod.containers, container_request);
    }
    if resizing {
        reserved = reserved.max(&view(&pod.containers, allocated));
        reserved = reserved.max(&view(&pod.containers, |c| match &c.actual {
            Some(actual) => Resources::clone(actual),
            None => allocated(c),
        }));
    }
    if let Some(level) = &pod.resources {
        reserved = reserved.overridden_by(&level.requests);
    }
    match &pod.overhead {
        Some(overhead) => reserved.plus(overhead),
        None => reserved,
    }
}

/// What one container reserves: the largest of its views while it is being resized in place.
pub fn reserved(container: &Container, resize: Option<&str>) -> Resources {
    let views = [container.allocated.as_deref(), container.actual.as_deref()];
    let resizing = views.iter().flatten().fold(None, |largest: Option<Resources>, view| {
        Some(largest.map_or_else(|| (*view).clone(), |largest| largest.max(view)))
    });
    match resizing {
        Some(running) if resize == Some("Infeasible") => running,
        Some(running) => running.max(&container_request(container)),
        None => container.requests.clone(),
    }
}

/// The request of one container; a limit without a request counts as the request (Kubernetes defaulting).
pub fn container_request(container: &Container) -> Resources {
    container.limits.overridden_by(&container.requests)
}

fn allocated(container: &Container) -> Resources {
    container.allocated.as_deref().cloned().unwrap_or_else(|| container_request(container))
}

fn view(containers: &[Container], request: impl Fn(&Container) -> Resources) -> Resources {
    let (mut running, mut sidecars, mut init) =
        (Resources::default(), Resources::default(), Resources::default());
    for container in containers {
        let own = request(container);
        match container.kind {
            ContainerType::App => running = running.plus(&own),
            ContainerType::Sidecar => {
                running = running.plus(&own);
                sidecars = sidecars.plus(&own);
            }
            ContainerType::Init => init = init.max(&own.plus(&sidecars)),
        }
    }
    running.max(&init)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(kind: ContainerType, cores: f64) -> Container {
        let requests = Resources { cpu_cores: Some(cores), ..Resources::default() };
        Container { kind, requests, ..Container::default() }
    }

    /// The example of cost.md §3: run 1.05, init max(1.5, 0.3 + 1.2), overhead 0.1 → 1.6 cores.
    #[test]
    fn init_containers_and_overhead() {
        use ContainerType::{App, Init, Sidecar};
        let overhead = Resources { cpu_cores: Some(0.1), ..Resources::default() };
        let mut pod = Pod {
            containers: vec![
                container(Init, 1.5),
                container(Sidecar, 0.3),
                container(Init, 1.2),
                container(App, 0.5),
                container(App, 0.25),
            ],
            overhead: Some(Box::new(overhead)),
            ..Pod::default()
        };
        assert!((effective(&pod).cpu_cores.unwrap() - 1.6).abs() < 1e-12);
        // A sidecar behind the init container does not run beside it.
        pod.containers.swap(1, 2);
        pod.containers[1].requests.cpu_cores = Some(1.6);
        assert!((effective(&pod).cpu_cores.unwrap() - 1.7).abs() < 1e-12);
    }

    #[test]
    fn limits_stand_in_and_pod_level_replaces() {
        let mut app = container(ContainerType::App, 0.5);
        app.limits.memory_bytes = Some(1e9);
        let mut pod = Pod { containers: vec![app], ..Pod::default() };
        assert_eq!(effective(&pod), Resources::new(0.5, 1e9));
        pod.resources =
            Some(Box::new(super::super::PodResources { requests: Resources::new(2.0, 5e8) }));
        assert_eq!(effective(&pod), Resources::new(2.0, 5e8));
    }

    #[test]
    fn a_resize_reserves_the_largest_view() {
        let mut app = container(ContainerType::App, 2.0);
        app.allocated = Some(Box::new(Resources { cpu_cores: Some(1.0), ..Resources::default() }));
        app.actual = Some(Box::new(Resources { cpu_cores: Some(1.5), ..Resources::default() }));
        let mut pod = Pod { containers: vec![app], ..Pod::default() };
        assert_eq!(effective(&pod).cpu_cores, Some(2.0));
        pod.resize = Some("Infeasible".into());
        assert_eq!(effective(&pod).cpu_cores, Some(1.5));
    }
}
