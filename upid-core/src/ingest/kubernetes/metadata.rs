//! `metadata`, which every object has.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::read::{integer, map, time};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::scan::Scanner;
use crate::model::OwnerRef;
use crate::units::Timestamp;

/// Annotations longer than this are left out; they are documents, not facts.
const LONGEST_ANNOTATION: usize = 4096;
/// `kubectl apply` keeps the whole manifest here, environment values with it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The metadata of one object.
#[derive(Debug, Default)]
pub(super) struct Meta<'a> {
    name: Option<Cow<'a, str>>,
    namespace: Option<Cow<'a, str>>,
    uid: Option<Cow<'a, str>>,
    resource_version: Option<Cow<'a, str>>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) deleted_at: Option<Timestamp>,
    pub(super) generation: Option<u64>,
    /// The owner that controls it.
    pub(super) controller: Option<OwnerRef>,
    /// A node owns it: the mirror of a static pod.
    pub(super) of_node: bool,
    /// Who set `spec.replicas`, from `managedFields`; `Some(None)`: fields are managed, that one by nobody.
    #[allow(clippy::option_option)]
    pub(super) replicas_manager: Option<Option<String>>,
}

impl<'a> Meta<'a> {
    /// Reads the object; `managed` also tells who set the replica count.
    pub(super) fn read(&mut self, scan: &mut Scanner<'a>, managed: bool) -> Result<()> {
        scan.object(|scan, key| {
            match key {
                "name" => self.name = name(scan)?,
                "namespace" => self.namespace = name(scan)?,
                "uid" => self.uid = scan.text()?,
                "resourceVersion" => self.resource_version = scan.text()?,
                "generation" => {
                    self.generation = integer(scan)?.and_then(|n| u64::try_from(n).ok());
                }
                "labels" => self.labels = map(scan, |_, _| true)?,
                "annotations" => {
                    self.annotations = map(scan, |key, value| {
                        key != LAST_APPLIED && value.len() <= LONGEST_ANNOTATION
                    })?;
                }
                "creationTimestamp" => self.created_at = time(scan)?,
                "deletionTimestamp" => self.deleted_at = time(scan)?,
                "ownerReferences" => self.owners(scan)?,
                "managedFields" if managed => self.replicas_manager = Some(manager(scan)?),
                _ => {}
            }
            Ok(())
        })
    }

    fn owners(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        scan.array(|scan, _| {
            let (mut kind, mut name, mut controls) = (None, None, false);
            scan.object(|scan, key| {
                match key {
                    "kind" => kind = scan.text()?,
                    "name" => name = scan.text()?,
                    "controller" => controls = scan.boolean()?.unwrap_or(false),
                    _ => {}
                }
                Ok(())
            })?;
            let (Some(kind), Some(name)) = (kind, name) else { return Ok(()) };
            self.of_node |= kind == "Node";
            if controls && self.controller.is_none() {
                self.controller = Some(OwnerRef {
                    kind: kind.into_owned(),
                    name: name.into_owned(),
                    inferred: false,
                });
            }
            Ok(())
        })
    }

    /// `UPID_MISSING_FIELD` for an object without a name.
    pub(super) fn check(&self, at: usize) -> Result<()> {
        if self.name.as_ref().is_some_and(|name| !name.is_empty()) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::MissingField, "metadata.name is missing")
            .at_byte(at)
            .hint("pass objects as the API server gives them"))
    }

    pub(super) fn name(&self) -> String {
        self.name.as_deref().unwrap_or_default().to_owned()
    }

    /// The namespace; Kubernetes puts an object that names none into `default`.
    pub(super) fn namespace(&self) -> String {
        self.namespace.as_deref().filter(|n| !n.is_empty()).unwrap_or("default").to_owned()
    }

    pub(super) fn uid(&self) -> Option<String> {
        self.uid.as_deref().filter(|uid| !uid.is_empty()).map(str::to_owned)
    }

    pub(super) fn resource_version(&self) -> Option<String> {
        self.resource_version.as_deref().filter(|v| !v.is_empty()).map(str::to_owned)
    }

    /// Which of two copies is newer; 0 where the version says nothing.
    pub(super) fn version(&self) -> u64 {
        self.resource_version.as_deref().and_then(|v| v.parse().ok()).unwrap_or_default()
    }
}

/// A name, which holds no control character.
fn name<'a>(scan: &mut Scanner<'a>) -> Result<Option<Cow<'a, str>>> {
    let at = scan.offset();
    let name = scan.text()?;
    if name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
        return Err(Error::new(ErrorKind::Format, "a name with a control character")
            .at_byte(at)
            .hint("names of Kubernetes are letters, digits, - and ."));
    }
    Ok(name)
}

/// Who manages `spec.replicas`.
fn manager(scan: &mut Scanner<'_>) -> Result<Option<String>> {
    let mut found = None;
    scan.array(|scan, _| {
        let (mut manager, mut owns) = (None, false);
        scan.object(|scan, key| {
            match key {
                "manager" => manager = scan.text()?,
                "fieldsV1" => scan.object(|scan, key| match key {
                    "f:spec" => scan.object(|_, key| {
                        owns |= key == "f:replicas";
                        Ok(())
                    }),
                    _ => Ok(()),
                })?,
                _ => {}
            }
            Ok(())
        })?;
        if owns {
            found = manager.map(Cow::into_owned);
        }
        Ok(())
    })?;
    Ok(found)
}
