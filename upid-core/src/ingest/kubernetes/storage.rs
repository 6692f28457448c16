//! Claims and persistent volumes.

use super::metadata::Meta;
use super::read::{bytes, text, texts};
use super::workload::storage_request;
use crate::error::Result;
use crate::ingest::scan::Scanner;
use crate::model::ClaimRef;
use crate::units::Timestamp;

/// A claim.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ClaimObject {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) created_at: Option<Timestamp>,
    pub(super) volume: Option<String>,
    pub(super) storage_class: Option<String>,
    pub(super) access_mode: Option<String>,
    pub(super) capacity_bytes: Option<f64>,
}

pub(super) fn claim(scan: &mut Scanner<'_>) -> Result<ClaimObject> {
    let at = scan.offset();
    let (mut meta, mut read) = (Meta::default(), ClaimObject::default());
    let (mut requested, mut given) = (None, None);
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "volumeName" => read.volume = text(scan)?,
                "storageClassName" => read.storage_class = text(scan)?,
                "accessModes" => read.access_mode = texts(scan)?.into_iter().next(),
                "resources" => requested = storage_request(scan)?,
                _ => {}
            }
            Ok(())
        }),
        "status" => scan.object(|scan, key| {
            if key == "capacity" {
                given = storage(scan)?;
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    (read.namespace, read.name) = (meta.namespace(), meta.name());
    (read.version, read.created_at) = (meta.version(), meta.created_at);
    read.capacity_bytes = given.or(requested);
    Ok(read)
}

/// A persistent volume.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct VolumeObject {
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) created_at: Option<Timestamp>,
    pub(super) claim: Option<ClaimRef>,
    pub(super) capacity_bytes: Option<f64>,
    /// A disk or folder of one node.
    pub(super) is_local: bool,
}

pub(super) fn volume(scan: &mut Scanner<'_>) -> Result<VolumeObject> {
    let at = scan.offset();
    let (mut meta, mut read) = (Meta::default(), VolumeObject::default());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "capacity" => read.capacity_bytes = storage(scan)?,
                "local" => read.is_local = true,
                "claimRef" => {
                    let mut claim = ClaimRef::default();
                    scan.object(|scan, key| {
                        match key {
                            "namespace" => claim.namespace = text(scan)?.unwrap_or_default(),
                            "name" => claim.name = text(scan)?.unwrap_or_default(),
                            _ => {}
                        }
                        Ok(())
                    })?;
                    read.claim = (!claim.name.is_empty()).then_some(claim);
                }
                _ => {}
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    (read.name, read.version) = (meta.name(), meta.version());
    read.created_at = meta.created_at;
    Ok(read)
}

fn storage(scan: &mut Scanner<'_>) -> Result<Option<f64>> {
    let mut storage = None;
    scan.object(|scan, key| {
        if key == "storage" {
            storage = bytes(scan, "UnreadableValue")?;
        }
        Ok(())
    })?;
    Ok(storage)
}
