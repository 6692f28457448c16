//! Services, and what leads to them.

use std::collections::{BTreeMap, BTreeSet};

use super::metadata::Meta;
use super::read::{labels, text, texts};
use crate::error::Result;
use crate::ingest::scan::Scanner;
use crate::units::Timestamp;

/// A Service.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ServiceObject {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) created_at: Option<Timestamp>,
    pub(super) kind: Option<String>,
    /// Empty: nothing is selected, others name its endpoints.
    pub(super) selector: BTreeMap<String, String>,
    pub(super) session_affinity: Option<String>,
}

pub(super) fn service(scan: &mut Scanner<'_>) -> Result<ServiceObject> {
    let at = scan.offset();
    let (mut meta, mut read) = (Meta::default(), ServiceObject::default());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "type" => read.kind = text(scan)?,
                "selector" => read.selector = labels(scan)?,
                "sessionAffinity" => read.session_affinity = text(scan)?,
                _ => {}
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    (read.namespace, read.name) = (meta.namespace(), meta.name());
    (read.version, read.created_at) = (meta.version(), meta.created_at);
    Ok(read)
}

/// Hosts and the Services of the same namespace that they lead to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct IngressObject {
    pub(super) namespace: String,
    /// Service and host; `*` where the rule names none.
    pub(super) routes: BTreeSet<(String, String)>,
}

pub(super) fn ingress(scan: &mut Scanner<'_>) -> Result<IngressObject> {
    let at = scan.offset();
    let (mut meta, mut routes) = (Meta::default(), BTreeSet::new());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| match key {
            // `backend` and `serviceName` are those of extensions/v1beta1.
            "defaultBackend" | "backend" => {
                routes.extend(backend(scan)?.map(|service| (service, "*".to_owned())));
                Ok(())
            }
            "rules" => scan.array(|scan, _| {
                let (mut host, mut services) = (None, Vec::new());
                scan.object(|scan, key| match key {
                    "host" => {
                        host = text(scan)?;
                        Ok(())
                    }
                    "http" => scan.object(|scan, key| match key {
                        "paths" => scan.array(|scan, _| {
                            scan.object(|scan, key| {
                                if key == "backend" {
                                    services.extend(backend(scan)?);
                                }
                                Ok(())
                            })
                        }),
                        _ => Ok(()),
                    }),
                    _ => Ok(()),
                })?;
                let host = host.unwrap_or_else(|| "*".to_owned());
                routes.extend(services.into_iter().map(|service| (service, host.clone())));
                Ok(())
            }),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(IngressObject { namespace: meta.namespace(), routes })
}

fn backend(scan: &mut Scanner<'_>) -> Result<Option<String>> {
    let mut service = None;
    scan.object(|scan, key| match key {
        "serviceName" => {
            service = text(scan)?;
            Ok(())
        }
        "service" => scan.object(|scan, key| {
            if key == "name" {
                service = text(scan)?;
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    Ok(service)
}

/// Pods behind a Service, by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct EndpointsObject {
    pub(super) namespace: String,
    pub(super) service: String,
    /// Names of pods of the same namespace.
    pub(super) pods: BTreeSet<String>,
}

/// Reads `Endpoints` (named after their Service) or an `EndpointSlice` (a label names it).
pub(super) fn endpoints(scan: &mut Scanner<'_>) -> Result<EndpointsObject> {
    let at = scan.offset();
    let (mut meta, mut pods) = (Meta::default(), BTreeSet::new());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "endpoints" => scan.array(|scan, _| target(scan, &mut pods)),
        "subsets" => scan.array(|scan, _| {
            scan.object(|scan, key| match key {
                "addresses" | "notReadyAddresses" => scan.array(|scan, _| target(scan, &mut pods)),
                _ => Ok(()),
            })
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    let service = meta.labels.get("kubernetes.io/service-name").cloned();
    let service = service.unwrap_or_else(|| meta.name());
    Ok(EndpointsObject { namespace: meta.namespace(), service, pods })
}

fn target(scan: &mut Scanner<'_>, pods: &mut BTreeSet<String>) -> Result<()> {
    scan.object(|scan, key| match key {
        "targetRef" => {
            let (mut kind, mut name) = (None, None);
            scan.object(|scan, key| {
                match key {
                    "kind" => kind = scan.text()?,
                    "name" => name = text(scan)?,
                    _ => {}
                }
                Ok(())
            })?;
            pods.extend(name.filter(|_| kind.as_deref() == Some("Pod")));
            Ok(())
        }
        _ => Ok(()),
    })
}

/// A mesh object, and the Services that it names.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct MeshObject {
    pub(super) is_rule: bool,
    pub(super) name: String,
    /// Namespace and name of each Service.
    pub(super) services: BTreeSet<(String, String)>,
}

/// Reads a `VirtualService`, or a `DestinationRule` (`is_rule`).
pub(super) fn mesh(scan: &mut Scanner<'_>, is_rule: bool) -> Result<MeshObject> {
    let at = scan.offset();
    let (mut meta, mut hosts) = (Meta::default(), Vec::new());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "host" => hosts.extend(text(scan)?),
                "hosts" => hosts.extend(texts(scan)?),
                "http" | "tcp" | "tls" => scan.array(|scan, _| routes(scan, &mut hosts))?,
                _ => {}
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    let own = meta.namespace();
    let services = hosts.iter().filter_map(|host| service_of(host, &own)).collect();
    Ok(MeshObject { is_rule, name: meta.name(), services })
}

fn routes(scan: &mut Scanner<'_>, hosts: &mut Vec<String>) -> Result<()> {
    scan.object(|scan, key| match key {
        "route" => scan.array(|scan, _| {
            scan.object(|scan, key| match key {
                "destination" => scan.object(|scan, key| {
                    if key == "host" {
                        hosts.extend(text(scan)?);
                    }
                    Ok(())
                }),
                _ => Ok(()),
            })
        }),
        _ => Ok(()),
    })
}

/// Namespace and name of the Service that a host names: `reviews`, `reviews.shop.svc` or with the cluster's domain.
///
/// Other hosts are names of the outside.
fn service_of(host: &str, own: &str) -> Option<(String, String)> {
    let mut parts = host.split('.');
    let name = parts.next().filter(|name| !name.is_empty() && *name != "*")?;
    match (parts.next(), parts.next()) {
        (None, _) => Some((own.to_owned(), name.to_owned())),
        (Some(namespace), None | Some("svc")) => Some((namespace.to_owned(), name.to_owned())),
        _ => None,
    }
}
