//! Volumes of a pod spec.

use super::read::text;
use crate::error::Result;
use crate::ingest::scan::Scanner;

/// A volume of a pod spec.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct VolumeSource {
    pub(super) name: String,
    /// As the Snapshot spells it; none for configuration that Kubernetes itself writes.
    pub(super) kind: Option<&'static str>,
    pub(super) medium: Option<String>,
    pub(super) claim: Option<String>,
    pub(super) ephemeral: bool,
}

/// Reads `spec.volumes`. Projected, secret and config map volumes hold no data of the pod and are left out.
pub(super) fn volumes(scan: &mut Scanner<'_>, into: &mut Vec<VolumeSource>) -> Result<()> {
    // Of a repeated key the last wins.
    into.clear();
    scan.array(|scan, _| {
        let mut volume = VolumeSource::default();
        let mut name = None;
        scan.object(|scan, key| {
            match key {
                "name" => name = scan.text()?,
                "projected" | "configMap" | "secret" | "downwardAPI" => {}
                "persistentVolumeClaim" => {
                    volume.kind = Some("PersistentVolumeClaim");
                    scan.object(|scan, key| {
                        if key == "claimName" {
                            volume.claim = text(scan)?;
                        }
                        Ok(())
                    })?;
                }
                "ephemeral" => {
                    (volume.kind, volume.ephemeral) = (Some("PersistentVolumeClaim"), true);
                }
                "emptyDir" => {
                    volume.kind = Some("EmptyDir");
                    scan.object(|scan, key| {
                        if key == "medium" {
                            volume.medium = text(scan)?;
                        }
                        Ok(())
                    })?;
                }
                "hostPath" => volume.kind = Some("HostPath"),
                _ => volume.kind = volume.kind.or(Some("Other")),
            }
            Ok(())
        })?;
        if volume.kind.is_some() {
            volume.name = name.unwrap_or_default().into_owned();
            into.push(volume);
        }
        Ok(())
    })
}
