//! The analysis of a cluster, or one namespace, workload or pod of it.

use std::cmp::Reverse;

use serde::Deserialize;
use serde_json::value::RawValue;
use upid_core::wire;

use super::outline::outline;
use crate::analysis::{Analysis, Elements};
use crate::cli::{Analyze, Format, Scope};
use crate::failure::Failure;

/// The names of an element; which ones it has depends on what it is.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Names {
    id: String,
    namespace: String,
    name: String,
}

/// Analyses and shows what was asked for.
pub(super) fn run(options: &Analyze) -> Result<String, Failure> {
    let analysis = Analysis::of_source(&options.report.source)?;
    let format = options.report.format;
    let Elements { namespaces, workloads, pods } = match options.scope {
        Scope::Cluster => return analysis.render(format, &[]),
        _ => analysis.read()?,
    };
    let found = match options.scope {
        Scope::Namespace => find(namespaces, options.name.as_deref()),
        Scope::Workload => find(workloads, options.name.as_deref()),
        Scope::Pod | Scope::Cluster => find(pods, options.name.as_deref()),
    }?;
    match format {
        Format::Json => Ok(found.get().to_owned()),
        Format::Text => outline(found.get()),
        _ => Err(Failure::command(
            "one element is shown as text or json",
            "use --format text or json, or `analyze cluster` for this form",
        )),
    }
}

/// The element with this id, name or namespace/name.
fn find(elements: Vec<Box<RawValue>>, name: Option<&str>) -> Result<Box<RawValue>, Failure> {
    let name = name.unwrap_or_default();
    let mut all = Vec::new();
    for element in elements {
        let Names { id, namespace, name: own } = wire::from_json(element.get())?;
        let short = if namespace.is_empty() { own } else { format!("{namespace}/{own}") };
        if id == name || short == name {
            return Ok(element);
        }
        all.push(short);
    }
    let shared = |other: &str| name.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    all.sort_by_key(|other| Reverse(shared(other)));
    all.truncate(3);
    Err(Failure::command(
        format!("the analysis has no {name:?} of this kind"),
        format!("nearest names: {}", all.join(", ")),
    ))
}
