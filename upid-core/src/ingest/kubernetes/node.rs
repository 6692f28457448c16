//! Nodes.

use serde::{Deserialize, Serialize};

use super::metadata::Meta;
use super::read::{resources, text};
use crate::error::Result;
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
    let node = &mut read.node;
    (node.name, node.uid, node.created_at) = (meta.name(), meta.uid(), meta.created_at);
    node.labels = meta.labels;
    Ok(read)
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
