//! Which optional APIs a cluster serves.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::document::status;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::bytes::{plain, utf8};
use crate::ingest::detect::{Format, hinted};
use crate::ingest::options::parse_options;
use crate::ingest::parsed::{Log, Parsed, located};
use crate::ingest::scan::{Kind, Scanner};

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Presence {
    /// It is.
    Present,
    /// It is not.
    Absent,
    /// The input does not say.
    #[default]
    Unknown,
}

/// Optional APIs of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Capabilities {
    /// `metrics.k8s.io`.
    pub metrics_server: Presence,
    /// `custom.metrics.k8s.io`.
    pub custom_metrics: Presence,
    /// `monitoring.coreos.com`: the Prometheus operator.
    pub service_monitors: Presence,
    /// `networking.istio.io`.
    pub istio: Presence,
    /// `linkerd.io` and below.
    pub linkerd: Presence,
    /// `keda.sh`.
    pub keda: Presence,
    /// `autoscaling.k8s.io`: the Vertical Pod Autoscaler.
    pub vpa: Presence,
    /// `karpenter.sh`.
    pub karpenter: Presence,
    /// `gateway.networking.k8s.io`.
    pub gateway_api: Presence,
}

parse_options! {
    /// Options of [`parse_capabilities`].
    pub struct CapabilitiesOptions {}
}

/// API groups that were named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Gathered {
    groups: BTreeSet<String>,
    /// All groups of the cluster were listed.
    complete: bool,
}

impl Gathered {
    pub(super) fn merge(&mut self, mut other: Self) {
        self.groups.append(&mut other.groups);
        self.complete |= other.complete;
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        let has = |wanted: &dyn Fn(&str) -> bool| match self.groups.iter().any(|g| wanted(g)) {
            true => Presence::Present,
            false if self.complete => Presence::Absent,
            false => Presence::Unknown,
        };
        let group = |name: &str| has(&|group| group == name);
        Capabilities {
            metrics_server: group("metrics.k8s.io"),
            custom_metrics: group("custom.metrics.k8s.io"),
            service_monitors: group("monitoring.coreos.com"),
            istio: group("networking.istio.io"),
            linkerd: has(&|group| group == "linkerd.io" || group.ends_with(".linkerd.io")),
            keda: group("keda.sh"),
            vpa: group("autoscaling.k8s.io"),
            karpenter: group("karpenter.sh"),
            gateway_api: group("gateway.networking.k8s.io"),
        }
    }

    /// Kinds that cannot exist, as nothing serves their API.
    pub(super) fn absent_kinds(&self) -> impl Iterator<Item = &'static str> {
        let has = self.capabilities();
        let kinds = [
            (has.keda, "ScaledObject"),
            (has.istio, "VirtualService"),
            (has.istio, "DestinationRule"),
            (has.vpa, "VerticalPodAutoscaler"),
        ];
        kinds.into_iter().filter(|(has, _)| *has == Presence::Absent).map(|(_, kind)| kind)
    }

    /// Reads an `APIGroupList` (all groups) or an `APIResourceList` (one of them).
    pub(super) fn document(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        let start = scan.offset();
        scan.log.record(start)?;
        let read = scan.attempt(|scan| {
            scan.object(|scan, key| match key {
                "groups" => {
                    self.complete = true;
                    scan.array(|scan, _| {
                        scan.object(|scan, key| {
                            if key == "name" {
                                self.groups.extend(scan.text()?.map(std::borrow::Cow::into_owned));
                            }
                            Ok(())
                        })
                    })
                }
                "groupVersion" => {
                    self.version(&scan.text()?.unwrap_or_default());
                    Ok(())
                }
                _ => Ok(()),
            })
        })?;
        scan.log.settle(read).map(drop)
    }

    /// `group/version`, or a version of the core.
    fn version(&mut self, text: &str) {
        self.groups.extend(text.split_once('/').map(|(group, _)| group.to_owned()));
    }

    /// The table of `kubectl api-resources`.
    fn table(&mut self, text: &str, base: usize, log: &mut Log) -> Result<()> {
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default();
        let Some(column) = header.find("APIVERSION").or_else(|| header.find("APIGROUP")) else {
            return Err(not_capabilities(base));
        };
        let mut at = base.saturating_add(header.len()).saturating_add(1);
        for line in lines {
            if let Some(cell) = line.get(column..).and_then(|rest| rest.split_whitespace().next()) {
                log.record(at)?;
                log.settle(Ok(()))?;
                // The column APIGROUP of old versions holds the bare group.
                let group = cell.split_once('/').map_or(cell, |(group, _)| group);
                self.groups.insert(group.to_owned());
            }
            at = at.saturating_add(line.len()).saturating_add(1);
        }
        self.complete = true;
        Ok(())
    }
}

/// Reads which optional APIs a cluster serves: an `APIGroupList` (`kubectl get --raw /apis`), `APIResourceList`s, or
/// the table of `kubectl api-resources`.
///
/// Only a full list tells that an API is absent. A `Status` of 401 or 403 leaves everything unknown.
///
/// # Errors
/// `UPID_FORMAT` for other documents, `UPID_KUBERNETES_STATUS` for other failures.
pub fn parse_capabilities(
    documents: &[impl AsRef<[u8]>],
    options: &CapabilitiesOptions,
) -> Result<Parsed<Capabilities>> {
    let common = options.common();
    let mut gathered = Gathered::default();
    let (mut log, mut bytes) = (Log::new(&common), 0u64);
    for document in documents {
        let document = document.as_ref();
        bytes = bytes.saturating_add(document.len() as u64);
        let other = |e: Error| hinted(e, document, Format::Capabilities);
        let (document, base) = plain(document, &common.limits)?;
        let text = utf8(document)?;
        let mut scan = Scanner::new(text, base, &common.limits, log);
        if scan.peek().is_ok_and(|kind| kind == Kind::Object) {
            json(&mut scan, &mut gathered).map_err(|e| other(located(e, text, base)))?;
            log = scan.log;
        } else {
            log = scan.log;
            gathered.table(text, base, &mut log).map_err(other)?;
        }
    }
    let mut parsed = log.finish(gathered.capabilities())?;
    parsed.stats.bytes = bytes;
    Ok(parsed)
}

fn json(scan: &mut Scanner<'_>, gathered: &mut Gathered) -> Result<()> {
    while !scan.is_at_end() {
        let mut kind = None;
        scan.look(|scan, key| {
            if key == "kind" {
                kind = scan.text()?;
            }
            Ok(kind.is_none())
        });
        match kind.as_deref() {
            Some("APIGroupList" | "APIResourceList") => gathered.document(scan)?,
            Some("Status") => {
                let error = status(scan);
                let code = error.details().get("status").and_then(serde_json::Value::as_u64);
                if !matches!(code, Some(401 | 403)) {
                    return Err(error);
                }
                let at = scan.offset();
                scan.log.warn("Forbidden", || error.message().to_owned(), Place::byte(at));
                scan.skip()?;
            }
            _ => return Err(not_capabilities(scan.offset())),
        }
    }
    Ok(())
}

fn not_capabilities(at: usize) -> Error {
    Error::new(ErrorKind::Format, "this does not list the APIs of a cluster")
        .at_byte(at)
        .hint("pass kubectl get --raw /apis, or the output of kubectl api-resources")
}
