//! `kubectl get … -o json`, answers of the API server and of kubelets (ingest.md §3).

mod capabilities;
mod container;
mod document;
mod facts;
mod identity;
mod metadata;
mod metrics;
mod network;
mod node;
mod objects;
mod others;
mod parts;
mod pod;
mod policy;
mod read;
mod selector;
mod snapshot;
mod storage;
#[cfg(test)]
mod tests;
mod volume;
mod workload;

use std::collections::BTreeMap;

pub use capabilities::{Capabilities, CapabilitiesOptions, Presence, parse_capabilities};
pub use identity::{IdentityEvidence, NodeIdentity, node_identity};
pub use node::KubernetesNode;
pub use objects::Objects;

use super::bytes::{plain, utf8};
use super::detect::{Format, detect, hinted};
use super::operation::within;
use super::options::parse_options;
use super::parsed::{Log, Parsed, located};
use super::scan::Scanner;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Prices, Snapshot};
use crate::units::{Currency, TimeRange, Timestamp};

parse_options! {
    /// Options of [`parse_kubernetes`] and of [`Snapshot::from_kubernetes`].
    pub struct KubernetesOptions {
        /// The instant the Snapshot speaks of: when the objects were fetched. Required for a Snapshot.
        pub now: Option<Timestamp> = None,
        /// Bounds all money and totals; none: the 14 days before `now`.
        pub window: Option<TimeRange> = None,
        /// IANA zone of the local clock.
        pub time_zone: String = "UTC".to_owned(),
        /// Currency of every amount.
        pub currency: Currency = Currency::USD,
        /// Name of the cluster, which no object tells.
        pub cluster: String = "kubernetes".to_owned(),
        /// Where prices come from.
        pub prices: Option<Prices> = None,
        /// Further labels, with their values, of interruptible nodes.
        pub spot_labels: BTreeMap<String, String> = BTreeMap::new(),
        /// Kind of objects that name none: some agents write JSON lines of one kind without it.
        pub kind: Option<String> = None,
        /// Kinds that were fetched too: kubectl leaves no trace of a kind without objects.
        pub collected: Vec<String> = Vec::new(),
    }
}

/// Reads objects of a cluster: `kubectl get … -o json`, answers of the API, a kubelet's `/pods`, JSON lines.
///
/// A document may also be an answer of Prometheus or a text exposition with the series of kube-state-metrics and
/// `OpenCost`: nodes, pods, owners, requests, volumes and prices (in `options.currency`) as their newest samples show
/// them. Where the same object was read too, the object counts; a series without a place in a Snapshot is a notice.
///
/// Environment values, commands and whatever else no analysis asks for are skipped. A value that cannot be read is
/// missing, its object stands; the container of an unreadable request has the flag `RequestUnreadable`.
///
/// # Errors
/// `UPID_KUBERNETES_STATUS` for a Status, `UPID_FORMAT` for YAML, and those of every parser (ingest.md §12).
pub fn parse_kubernetes(bytes: &[u8], options: &KubernetesOptions) -> Result<Parsed<Objects>> {
    let read = || {
        let mut parsed = read_objects(bytes, options)?;
        note_open_ends(&mut parsed, options)?;
        Ok(parsed)
    };
    read().map_err(|e| hinted(e, bytes, Format::Kubernetes))
}

/// A list is a part of something larger unless its last page is there too.
fn note_open_ends(parsed: &mut Parsed<Objects>, options: &KubernetesOptions) -> Result<()> {
    let mut log = Log::new(&options.common());
    for place in parsed.value.open_ends() {
        log.partial("the list goes on (metadata.continue)", place.clone())?;
        parsed.partial = true;
    }
    parsed.note(log.notices(), options.max_places);
    Ok(())
}

/// Reads a document, which may be one page of several.
fn read_objects(bytes: &[u8], options: &KubernetesOptions) -> Result<Parsed<Objects>> {
    let common = options.common();
    let (bytes, base) = plain(bytes, &common.limits)?;
    let text = utf8(bytes)?;
    let mut objects = Objects::default();
    let mut log = Log::new(&common);
    if !text.trim_ascii_start().starts_with(['{', '[']) {
        if detect(bytes) != Some(Format::Exposition) {
            return Err(not_json(text, base));
        }
        log.stats.bytes = base.saturating_add(bytes.len()) as u64;
        objects.metrics = metrics::exposition(bytes, base, &common, &mut log)?;
        return log.finish(objects);
    }
    let mut scan = Scanner::new(text, base, &common.limits, log);
    let read = if metrics::is_answer(&mut scan) {
        metrics::answer(&mut scan, (text, base), &common).map(|read| objects.metrics = read)
    } else {
        document::documents(&mut scan, options.kind.as_deref(), &mut objects)
    };
    read.map_err(|e| located(e, text, base))?;
    for place in objects.open.values_mut() {
        let error = Error::new(ErrorKind::PartialInput, "the list goes on");
        *place = located(error.at_place(place.clone()), text, base).place().clone();
    }
    scan.log.finish_json(objects, text, base).map_err(|e| located(e, text, base))
}

fn not_json(text: &str, base: usize) -> Error {
    let start: String = text.trim_start().chars().take(40).collect();
    Error::new(ErrorKind::Format, format!("this is not JSON; it begins with {start:?}"))
        .at_byte(base)
        .hint("pass the output of kubectl get … -o json (YAML and tables are not read), or the text of kube-state-metrics")
}

impl Snapshot {
    /// The Snapshot of a cluster from documents of its objects, in any order.
    ///
    /// # Errors
    /// Those of [`parse_kubernetes`], with `documents[i]` where there are several, and `UPID_MISSING_FIELD` without
    /// `options.now`.
    pub fn from_kubernetes(
        documents: &[impl AsRef<[u8]>],
        options: &KubernetesOptions,
    ) -> Result<Parsed<Self>> {
        within(documents, &options.limits)?;
        let mut all = Parsed::empty(Objects::default());
        for (index, document) in documents.iter().enumerate() {
            let name = (documents.len() > 1).then(|| format!("documents[{index}]"));
            let under = |e: Error| match &name {
                Some(name) => e.under(name),
                None => e,
            };
            let bytes = document.as_ref();
            let parsed = read_objects(bytes, options)
                .map_err(|e| under(hinted(e, bytes, Format::Kubernetes)))?;
            let mut objects = all.absorb(parsed, name.as_deref(), options.max_places);
            for place in objects.open.values_mut() {
                let error = Error::new(ErrorKind::PartialInput, "the list goes on");
                *place = under(error.at_place(place.clone())).place().clone();
            }
            all.value.merge(objects);
        }
        note_open_ends(&mut all, options)?;
        let Parsed { value, notices, stats, partial } = all;
        let (snapshot, odd) = value.into_snapshot(options)?;
        let mut parsed = Parsed { value: snapshot, notices, stats, partial };
        parsed.note(odd, options.max_places);
        Ok(parsed)
    }
}
