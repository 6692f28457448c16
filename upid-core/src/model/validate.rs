//! Checks a whole Snapshot and reports every problem at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Container, NodePrice, Resources, Snapshot};
use crate::calendar;
use crate::error::{Error, ErrorKind, Result};

/// Collects problems with their paths.
struct Checker(Vec<Error>);

impl Checker {
    fn push(&mut self, path: String, kind: ErrorKind, message: impl Into<String>, hint: &str) {
        self.0.push(Error::new(kind, message).at_path(path).hint(hint));
    }

    fn text(&mut self, path: &str, field: &str, value: &str) {
        if value.is_empty() {
            self.push(
                format!("{path}.{field}"),
                ErrorKind::MissingField,
                format!("{field} is missing"),
                "every object needs its name",
            );
        }
    }

    fn number(&mut self, path: String, value: Option<f64>, hint: &str) {
        match value {
            Some(v) if !v.is_finite() || v < 0.0 => self.push(
                path,
                ErrorKind::InvalidValue,
                format!("{v} is not a finite number of at least 0"),
                hint,
            ),
            _ => {}
        }
    }

    fn resources(&mut self, path: &str, resources: &Resources) {
        for (field, value) in resources.named() {
            let path = format!("{path}.{field}");
            // Nine billion cores or nine exabytes: what integer arithmetic of nano-cores and bytes can sum.
            let most = if field.ends_with("Bytes") { 9e18 } else { 9e9 };
            if value.is_some_and(|v| v.is_finite() && v > most) {
                let message = format!("{:e} is over {most:e}", value.unwrap_or_default());
                self.push(path, ErrorKind::InvalidValue, message, "cores and bytes are the units");
            } else {
                self.number(path, value, "leave the field out where the value is unknown");
            }
        }
    }

    fn unique<K: Ord>(&mut self, seen: &mut BTreeSet<K>, key: K, path: &str, what: &str) {
        if !seen.insert(key) {
            self.push(
                path.to_owned(),
                ErrorKind::DuplicateKey,
                format!("{what} stands twice in the Snapshot"),
                "give each object once; pods of one name need different uids",
            );
        }
    }

    fn price(&mut self, path: &str, price: &NodePrice) {
        if price.hourly_cost.is_some_and(|rate| rate.0 < 0) {
            self.push(
                format!("{path}.hourlyCost"),
                ErrorKind::InvalidValue,
                "the price is negative",
                "a rate is at least 0; credits belong into billed amounts",
            );
        }
        for (i, discount) in price.discounts.iter().enumerate() {
            if !(0.0..=1.0).contains(discount) {
                self.push(
                    format!("{path}.discounts[{i}]"),
                    ErrorKind::InvalidValue,
                    format!("the discount {discount} is outside 0..1"),
                    "give the fraction taken off, e.g. 0.2 for 20 %",
                );
            }
        }
    }

    fn containers(&mut self, path: &str, containers: &[Container]) {
        let mut names = BTreeSet::new();
        for (i, container) in containers.iter().enumerate() {
            let path = format!("{path}.containers[{i}]");
            self.text(&path, "name", &container.name);
            self.unique(&mut names, container.name.as_str(), &path, "the container");
            self.resources(&format!("{path}.requests"), &container.requests);
            self.resources(&format!("{path}.limits"), &container.limits);
            for (field, view) in
                [("allocated", &container.allocated), ("actual", &container.actual)]
            {
                if let Some(view) = view {
                    self.resources(&format!("{path}.{field}"), view);
                }
            }
        }
    }
}

impl Snapshot {
    /// Checks the whole Snapshot; one `UPID_INVALID_SNAPSHOT` lists every problem in `details.problems`
    /// (code, path, message, hint) and stands at the first one.
    ///
    /// A pod on an unknown node or of an unknown owner is a Finding of the analysis, not an error.
    pub fn validate(&self) -> Result<()> {
        let mut c = Checker(Vec::new());
        if self.api_version != super::snapshot::API_VERSION {
            c.push(
                "apiVersion".into(),
                ErrorKind::UnsupportedVersion,
                format!("apiVersion {:?} is not known", self.api_version),
                "this library reads \"upid/v1\"",
            );
        }
        c.text("cluster", "name", &self.cluster.name);
        if let Err(e) = self.window.check() {
            c.0.push(e.at_path("window"));
        }
        if let Err(e) = calendar::zone(&self.time_zone) {
            c.0.push(e.at_path("timeZone"));
        }
        if let Some(calendar) = &self.context.business_hours
            && let Err(e) = calendar::zone(&calendar.time_zone)
        {
            c.0.push(e.at_path("context.businessHours.timeZone"));
        }
        for (i, criticality) in self.context.criticality.iter().enumerate() {
            if !(0.0..=1.0).contains(&criticality.level) {
                c.push(
                    format!("context.criticality[{i}].level"),
                    ErrorKind::InvalidValue,
                    format!("{} is outside 0..1", criticality.level),
                    "give a share between 0 and 1",
                );
            }
        }
        self.check_nodes(&mut c);
        self.check_workloads(&mut c);
        self.check_pods(&mut c);
        self.check_charges(&mut c);
        finish(&c.0)
    }

    fn check_nodes(&self, c: &mut Checker) {
        let mut names = BTreeSet::new();
        for (i, node) in self.nodes.iter().enumerate() {
            let path = format!("nodes[{i}]");
            c.text(&path, "name", &node.name);
            c.unique(&mut names, node.name.as_str(), &path, "the node");
            for (field, resources) in
                [("capacity", &node.capacity), ("allocatable", &node.allocatable)]
            {
                if let Some(resources) = resources {
                    c.resources(&format!("{path}.{field}"), resources);
                }
            }
            if let (Some(capacity), Some(allocatable)) = (&node.capacity, &node.allocatable) {
                for ((field, have), (_, usable)) in
                    capacity.named().into_iter().zip(allocatable.named())
                {
                    if let (Some(have), Some(usable)) = (have, usable)
                        && usable > have
                    {
                        c.push(
                            format!("{path}.allocatable.{field}"),
                            ErrorKind::InvalidValue,
                            format!("allocatable {usable} is more than the capacity {have}"),
                            "allocatable is what is left of the capacity for pods",
                        );
                    }
                }
            }
            let short = NodePrice { hourly_cost: node.hourly_cost, ..NodePrice::default() };
            c.price(&path, &short);
            if let Some(price) = &node.price {
                c.price(&format!("{path}.price"), price);
            }
        }
    }

    fn check_workloads(&self, c: &mut Checker) {
        let mut names = BTreeSet::new();
        for (i, workload) in self.workloads.iter().enumerate() {
            let path = format!("workloads[{i}]");
            c.text(&path, "kind", &workload.kind);
            c.text(&path, "namespace", &workload.namespace);
            c.text(&path, "name", &workload.name);
            c.unique(&mut names, workload.id(), &path, "the workload");
            c.containers(&path, &workload.containers);
        }
    }

    fn check_pods(&self, c: &mut Checker) {
        let mut names = BTreeSet::new();
        for (i, pod) in self.pods.iter().enumerate() {
            let path = format!("pods[{i}]");
            c.text(&path, "namespace", &pod.namespace);
            c.text(&path, "name", &pod.name);
            c.unique(&mut names, (&pod.namespace, &pod.name, &pod.uid), &path, "the pod");
            c.containers(&path, &pod.containers);
            if let Some(overhead) = &pod.overhead {
                c.resources(&format!("{path}.overhead"), overhead);
            }
            if let Some(resources) = &pod.resources {
                c.resources(&format!("{path}.resources.requests"), &resources.requests);
            }
            if let (Some(start), Some(end)) = (pod.scheduled_at.or(pod.started_at), pod.finished_at)
                && end < start
            {
                c.push(
                    format!("{path}.finishedAt"),
                    ErrorKind::InvalidValue,
                    format!("the pod ends at {end}, before it starts at {start}"),
                    "a life runs forward",
                );
            }
            for (k, step) in pod.network.iter().enumerate() {
                let path = format!("{path}.network[{k}]");
                for (field, value) in [
                    ("zoneBytes", step.zone_bytes),
                    ("regionBytes", step.region_bytes),
                    ("internetBytes", step.internet_bytes),
                ] {
                    c.number(format!("{path}.{field}"), value, "bytes are at least 0");
                }
                if step.end < step.start {
                    c.push(path, ErrorKind::InvalidValue, "the step runs backward", "start <= end");
                }
            }
        }
    }

    fn check_charges(&self, c: &mut Checker) {
        let mut volumes = BTreeSet::new();
        for (i, volume) in self.volumes.iter().enumerate() {
            let path = format!("volumes[{i}]");
            c.text(&path, "name", &volume.name);
            c.unique(&mut volumes, volume.name.as_str(), &path, "the volume");
            c.number(
                format!("{path}.capacityBytes"),
                volume.capacity_bytes,
                "bytes are at least 0",
            );
        }
        let mut balancers = BTreeSet::new();
        for (i, balancer) in self.load_balancers.iter().enumerate() {
            let path = format!("loadBalancers[{i}]");
            c.text(&path, "namespace", &balancer.namespace);
            c.text(&path, "service", &balancer.service);
            let key = (&balancer.namespace, &balancer.service);
            c.unique(&mut balancers, key, &path, "the load balancer");
            c.number(format!("{path}.bytes"), balancer.bytes, "bytes are at least 0");
        }
        let mut fees = BTreeSet::new();
        for (i, fee) in self.fees.iter().enumerate() {
            let path = format!("fees[{i}]");
            c.text(&path, "name", &fee.name);
            c.unique(&mut fees, fee.name.as_str(), &path, "the fee");
        }
    }
}

fn finish(problems: &[Error]) -> Result<()> {
    let Some(first) = problems.first() else { return Ok(()) };
    let list: Vec<Value> = problems
        .iter()
        .map(|p| {
            json!({
                "code": p.code(), "path": p.place().path, "message": p.message(),
                "hint": p.hint_text(),
            })
        })
        .collect();
    let more = match problems.len() {
        1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let message = format!("the Snapshot is not valid: {}{more}", first.message());
    let path = first.place().path.clone().unwrap_or_default();
    Err(Error::new(ErrorKind::InvalidSnapshot, message)
        .at_path(path)
        .hint(first.hint_text())
        .detail("problems", Value::Array(list)))
}
