//! Nodes.

use serde::{Deserialize, Serialize};

use super::metadata::Meta;
use super::read::{resources, text};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::parsed::Log;
use crate::ingest::scan::Scanner;
use crate::model::{Node, Taint};

/// A node as Kubernetes knows it, before anything is concluded from it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct KubernetesNode {
    /// Name, labels, taints, capacity.
    pub node: Node,
    /// `status.nodeInfo.kubeletVersion`, e.g. `v1.35.0-eks-1a2b3c4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubelet_version: Option<String>,
    /// `status.nodeInfo.osImage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_image: Option<String>,
    /// Newer of two copies of one node.
    #[serde(skip)]
    pub(super) version: u64,
}

/// Reads a node.
pub(super) fn node(scan: &mut Scanner<'_>) -> Result<KubernetesNode> {
    let at = scan.offset();
    let mut meta = Meta::default();
    let mut read = KubernetesNode::default();
    let node = &mut read.node;
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "providerID" => node.provider_id = text(scan)?,
                "unschedulable" => node.unschedulable = scan.boolean()?.unwrap_or(false),
                "taints" => scan.array(|scan, _| {
                    node.taints.push(taint(scan)?);
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        }),
        "status" => scan.object(|scan, key| {
            match key {
                "capacity" => node.capacity = Some(resources(scan, "UnreadableValue")?.0),
                "allocatable" => node.allocatable = Some(resources(scan, "UnreadableValue")?.0),
                "nodeInfo" => scan.object(|scan, key| {
                    match key {
                        "kubeletVersion" => read.kubelet_version = text(scan)?,
                        "osImage" => read.os_image = text(scan)?,
                        "architecture" => node.architecture = text(scan)?,
                        "operatingSystem" => node.operating_system = text(scan)?,
                        _ => {}
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    read.version = meta.version();
    allocatable(&mut read.node, at, &mut scan.log)?;
    let node = &mut read.node;
    (node.name, node.uid, node.created_at) = (meta.name(), meta.uid(), meta.created_at);
    node.labels = meta.labels;
    Ok(read)
}

/// Pods cannot have more than there is: such a value is missing.
fn allocatable(node: &mut Node, at: usize, log: &mut Log) -> Result<()> {
    let (Some(usable), Some(all)) = (&mut node.allocatable, &node.capacity) else { return Ok(()) };
    for (name, usable, all) in [
        ("cpu", &mut usable.cpu_cores, all.cpu_cores),
        ("memory", &mut usable.memory_bytes, all.memory_bytes),
        ("ephemeral-storage", &mut usable.ephemeral_storage_bytes, all.ephemeral_storage_bytes),
        ("pods", &mut usable.pods, all.pods),
    ] {
        if let (Some(some), Some(all)) = (*usable, all)
            && some > all
        {
            *usable = None;
            let message = format!("allocatable {name} {some} is more than the capacity {all}");
            let hint = "look at status.allocatable and status.capacity of the node";
            let error = Error::new(ErrorKind::InvalidValue, message).at_byte(at).hint(hint);
            log.unreadable("UnreadableValue", error)?;
        }
    }
    Ok(())
}

fn taint(scan: &mut Scanner<'_>) -> Result<Taint> {
    let mut taint = Taint::default();
    scan.object(|scan, key| {
        match key {
            "key" => taint.key = text(scan)?.unwrap_or_default(),
            "value" => taint.value = text(scan)?,
            "effect" => taint.effect = text(scan)?.unwrap_or_default(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(taint)
}
