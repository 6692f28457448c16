//! Namespaces, leases, and what the control plane calls.

use std::collections::{BTreeMap, BTreeSet};

use super::metadata::Meta;
use super::read::text;
use crate::error::Result;
use crate::ingest::scan::Scanner;

/// A namespace and its labels.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct NamespaceObject {
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) labels: BTreeMap<String, String>,
}

pub(super) fn namespace(scan: &mut Scanner<'_>) -> Result<NamespaceObject> {
    let meta = metadata(scan)?;
    Ok(NamespaceObject { name: meta.name(), version: meta.version(), labels: meta.labels })
}

/// Reads an object of which only the metadata matters.
pub(super) fn metadata<'a>(scan: &mut Scanner<'a>) -> Result<Meta<'a>> {
    let at = scan.offset();
    let mut meta = Meta::default();
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(meta)
}

/// A leader lease.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct LeaseObject {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) holder: Option<String>,
}

pub(super) fn lease(scan: &mut Scanner<'_>) -> Result<LeaseObject> {
    let at = scan.offset();
    let (mut meta, mut holder) = (Meta::default(), None);
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            if key == "holderIdentity" {
                holder = text(scan)?;
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(LeaseObject {
        namespace: meta.namespace(),
        name: meta.name(),
        version: meta.version(),
        holder,
    })
}

/// A configuration by which the control plane calls Services.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct BackendObject {
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// Namespace, name and failure policy (`Fail` comes first).
    pub(super) services: BTreeSet<(String, String, Option<String>)>,
}

/// Reads a webhook configuration, an `APIService` or a `CustomResourceDefinition`.
pub(super) fn backend(scan: &mut Scanner<'_>, kind: &'static str) -> Result<BackendObject> {
    let at = scan.offset();
    let (mut meta, mut services) = (Meta::default(), BTreeSet::new());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "webhooks" => scan.array(|scan, _| {
            let (mut called, mut policy) = (None, None);
            scan.object(|scan, key| {
                match key {
                    "failurePolicy" => policy = text(scan)?,
                    "clientConfig" => called = client(scan)?,
                    _ => {}
                }
                Ok(())
            })?;
            services.extend(called.map(|(namespace, name)| (namespace, name, policy)));
            Ok(())
        }),
        "spec" => scan.object(|scan, key| {
            let called = match key {
                "service" => reference(scan)?,
                "conversion" => conversion(scan)?,
                _ => None,
            };
            services.extend(called.map(|(namespace, name)| (namespace, name, None)));
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    Ok(BackendObject { kind, name: meta.name(), services })
}

type Reference = Option<(String, String)>;

/// `webhook.clientConfig` of a conversion; `webhookClientConfig` is that of v1beta1.
fn conversion(scan: &mut Scanner<'_>) -> Result<Reference> {
    let mut called = None;
    scan.object(|scan, key| match key {
        "webhookClientConfig" => {
            called = client(scan)?;
            Ok(())
        }
        "webhook" => scan.object(|scan, key| {
            if key == "clientConfig" {
                called = client(scan)?;
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    Ok(called)
}

/// `clientConfig.service`.
fn client(scan: &mut Scanner<'_>) -> Result<Reference> {
    let mut called = None;
    scan.object(|scan, key| {
        if key == "service" {
            called = reference(scan)?;
        }
        Ok(())
    })?;
    Ok(called)
}

fn reference(scan: &mut Scanner<'_>) -> Result<Reference> {
    let (mut namespace, mut name) = (None, None);
    scan.object(|scan, key| {
        match key {
            "namespace" => namespace = text(scan)?,
            "name" => name = text(scan)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(namespace.zip(name))
}
