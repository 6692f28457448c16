//! What of the input a line of a bill is about.

use std::collections::BTreeMap;

use crate::cost::billed_nodes::{
    UnmatchedReason, instance_of_line, instance_of_node, is_beside_the_machine,
};
use crate::cost::input::CostInput;
use crate::model::{BillCategory, BillLine};

/// Something that can be billed; the numbers are places in the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Node(usize),
    Volume(usize),
    LoadBalancer(usize),
    /// The nodes of a scale set, which the bill does not tell apart.
    ScaleSet(Vec<usize>),
}

const INSTANCES: &str = "/virtualmachines/";

/// The input by the ids that bills use.
pub(super) struct Index {
    exact: BTreeMap<String, Vec<Target>>,
    /// Nodes by their scale set.
    sets: BTreeMap<String, Vec<usize>>,
    /// Load balancers by the name in their DNS name.
    balancers: BTreeMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn of(input: &CostInput) -> Self {
        let mut index =
            Self { exact: BTreeMap::new(), sets: BTreeMap::new(), balancers: BTreeMap::new() };
        for (at, node) in input.nodes.iter().enumerate() {
            let Some(id) = node.provider_id.as_deref().and_then(instance_of_node) else { continue };
            if let Some((set, _)) = id.split_once(INSTANCES)
                && set.contains("/virtualmachinescalesets/")
            {
                index.sets.entry(set.to_owned()).or_default().push(at);
            }
            index.exact.entry(id).or_default().push(Target::Node(at));
        }
        for (at, volume) in input.volumes.iter().enumerate() {
            let id = volume.provider_id.as_deref().unwrap_or(&volume.name);
            index.exact.entry(volume_id(id)).or_default().push(Target::Volume(at));
        }
        for (at, balancer) in input.load_balancers.iter().enumerate() {
            let Some(id) = balancer.provider_id.as_deref() else { continue };
            index.exact.entry(instance_of_line(id)).or_default().push(Target::LoadBalancer(at));
            if let Some(name) = name_of_dns(id) {
                index.balancers.entry(name).or_default().push(at);
            }
        }
        index
    }

    /// What the line is about, or why nothing.
    pub(super) fn find(&self, line: &BillLine) -> Result<Target, UnmatchedReason> {
        if line.category == BillCategory::Tax {
            return Err(UnmatchedReason::Tax);
        }
        let id = line.resource_id.as_deref().ok_or(UnmatchedReason::NoResource)?;
        for key in [instance_of_line(id), volume_id(id)] {
            match self.exact.get(&key).map(Vec::as_slice) {
                None => {}
                Some([Target::Node(_)]) if is_beside_the_machine(line.category) => {
                    return Err(UnmatchedReason::NotTheMachine);
                }
                Some([only]) => return Ok(only.clone()),
                Some(_) => return Err(UnmatchedReason::SeveralNodes),
            }
        }
        if let Some(nodes) = self.sets.get(&id.to_ascii_lowercase()) {
            if is_beside_the_machine(line.category) {
                return Err(UnmatchedReason::NotTheMachine);
            }
            return Ok(Target::ScaleSet(nodes.clone()));
        }
        match name_of_arn(id).and_then(|name| self.balancers.get(name)).map(Vec::as_slice) {
            None => Err(UnmatchedReason::NoNode),
            Some([only]) => Ok(Target::LoadBalancer(*only)),
            Some(_) => Err(UnmatchedReason::SeveralNodes),
        }
    }
}

/// A volume's id: `vol-…` also out of an ARN or a topology-aware handle; ARM paths whatever their case.
fn volume_id(id: &str) -> String {
    match id.rsplit('/').next() {
        Some(last) if last.starts_with("vol-") => last.to_owned(),
        _ if id.to_ascii_lowercase().starts_with("/subscriptions/") => id.to_ascii_lowercase(),
        _ => id.to_owned(),
    }
}

/// The name of an AWS load balancer in its ARN: `…:loadbalancer/[app|net|gwy/]NAME[/id]`.
fn name_of_arn(id: &str) -> Option<&str> {
    let (_, rest) = id.split_once(":loadbalancer/")?;
    match rest.split('/').collect::<Vec<_>>()[..] {
        [name] | ["app" | "net" | "gwy", name, _] => Some(name),
        _ => None,
    }
}

/// The same in its DNS name: `[internal-]NAME-id.…elb….amazonaws.com`.
fn name_of_dns(host: &str) -> Option<String> {
    let (label, domain) = host.split_once('.')?;
    let is_aws = domain.contains("elb.") && domain.contains(".amazonaws.com");
    let label = label.strip_prefix("internal-").unwrap_or(label);
    is_aws.then(|| label.rsplit_once('-').map(|(name, _)| name.to_owned())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_balancers_of_aws() {
        let dns = "k8s-shop-web-0a1b-0123456789abcdef.elb.us-east-1.amazonaws.com";
        assert_eq!(name_of_dns(dns).as_deref(), Some("k8s-shop-web-0a1b"));
        let classic = "internal-a1b2-77.us-east-1.elb.amazonaws.com";
        assert_eq!(name_of_dns(classic).as_deref(), Some("a1b2"));
        assert_eq!(name_of_dns("shop.example.com"), None);
        let arn =
            "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/k8s-shop-web-0a1b/0123";
        assert_eq!(name_of_arn(arn), Some("k8s-shop-web-0a1b"));
        assert_eq!(name_of_arn("arn:aws:elasticloadbalancing:r:1:loadbalancer/a1b2"), Some("a1b2"));
    }
}
