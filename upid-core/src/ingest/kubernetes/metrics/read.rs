//! Documents with metrics, in both forms.

use super::Reading;
use crate::error::{Place, Result};
use crate::ingest::exposition::{Frame, TimestampUnit, placed};
use crate::ingest::lines::{Cutter, Record};
use crate::ingest::options::{ParseOptions, exceeded};
use crate::ingest::parsed::Log;
use crate::ingest::prometheus::{Labels, meaning, newest, not_of_a_snapshot};
use crate::ingest::scan::{Kind, Scanner};
use crate::ingest::snapshot_metrics::state_metric;

/// Labels that are kept, beside those that begin with `label_`. All others tell of the exporter or of nothing here.
const KEPT: [&str; 38] = [
    "arch",
    "claim_namespace",
    "container",
    "created_by_kind",
    "created_by_name",
    "host_network",
    "image",
    "image_spec",
    "instance_type",
    "job_name",
    "kubelet_version",
    "local_path",
    "name",
    "namespace",
    "node",
    "os_image",
    "owner_is_controller",
    "owner_kind",
    "owner_name",
    "persistentvolume",
    "persistentvolumeclaim",
    "phase",
    "pod",
    "pod_name",
    "pod_uid",
    "priority_class",
    "provider_id",
    "provisioner_name",
    "region",
    "replicaset",
    "resource",
    "service_name",
    "storageclass",
    "uid",
    "unit",
    "volume",
    "volumename",
    "zone",
];

/// Whether a JSON document is an answer of Prometheus and not of Kubernetes, by the first of its keys that tells.
pub(in super::super) fn is_answer(scan: &mut Scanner<'_>) -> bool {
    let start = scan.mark();
    let is_list = scan.peek().is_ok_and(|kind| kind == Kind::Array);
    if is_list && !scan.first().unwrap_or(false) {
        return false;
    }
    let (mut answer, mut decided) = (false, false);
    scan.look(|scan, key| {
        let kind = scan.peek()?;
        let verdict = match key {
            "kind" | "apiVersion" | "items" => Some(false),
            "metadata" | "spec" | "status" if kind == Kind::Object => Some(false),
            "metric" if is_list => Some(kind == Kind::Object),
            "status" | "resultType" | "result" | "errorType" => Some(true),
            "data" if kind == Kind::Object => Some(true),
            _ if !is_list && kind == Kind::Array => Some(true),
            _ => None,
        };
        (answer, decided) = (verdict == Some(true), verdict.is_some());
        Ok(!decided)
    });
    scan.rewind(start);
    answer
}

/// Reads an answer of Prometheus.
pub(in super::super) fn answer<'a>(
    scan: &mut Scanner<'a>,
    text: (&'a str, usize),
    common: &ParseOptions,
) -> Result<Vec<Reading>> {
    let mut readings = Vec::new();
    newest(scan, text, common, |series, log| {
        let (at, place) = (Some(series.at), Place::byte(series.place));
        if let Some(value) = finite(series.value, log, place) {
            let labels = kept(series.labels, series.resource);
            readings.push(Reading { metric: series.metric, labels, at, step: series.step, value });
        }
        Ok(())
    })?;
    Ok(readings)
}

/// Reads a text exposition.
pub(in super::super) fn exposition(
    bytes: &[u8],
    base: usize,
    common: &ParseOptions,
    log: &mut Log,
) -> Result<Vec<Reading>> {
    let mut text = Text { common, log, base, frame: Frame::default(), readings: Vec::new() };
    let mut cutter = Cutter::lines(&common.limits);
    cutter.feed(bytes, |record| text.line(record))?;
    cutter.finish(|record| text.line(record))?;
    if text.frame.is_cut() {
        let end = Place::byte(base.saturating_add(bytes.len()));
        text.log.partial("the text is OpenMetrics and does not end with # EOF", end)?;
    }
    Ok(text.readings)
}

struct Text<'a> {
    common: &'a ParseOptions,
    /// Length of the byte order mark before the text.
    base: usize,
    log: &'a mut Log,
    frame: Frame,
    readings: Vec<Reading>,
}

impl Text<'_> {
    fn line(&mut self, mut record: Record<'_>) -> Result<()> {
        record.at = record.at.saturating_add(self.base);
        let text = record.text()?;
        let trimmed = text.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            self.frame.comment(comment);
        } else if !trimmed.is_empty() {
            self.log.record(record.at)?;
            let read = self.sample(text, record).map_err(|e| placed(e, record, text));
            self.log.settle(read)?;
        }
        Ok(())
    }

    fn sample(&mut self, text: &str, record: Record<'_>) -> Result<()> {
        let sample = self.frame.sample(text, &self.common.limits)?;
        let at = sample.ms(TimestampUnit::Auto)?;
        let name = sample.labels.get("__name__");
        let place = Place::byte(record.at).in_line(record.line);
        let Some((metric, resource)) = state_metric(name) else {
            let meaning = meaning(name, |label| sample.labels.get(label));
            not_of_a_snapshot(name, meaning, self.log, place);
            return Ok(());
        };
        let Some(value) = finite(sample.value, self.log, place) else { return Ok(()) };
        if self.readings.len() as u64 >= self.common.limits.max_series {
            return Err(exceeded("maxSeries", self.common.limits.max_series, 0));
        }
        let labels = kept(&sample.labels, resource);
        self.readings.push(Reading { metric, labels, at, step: None, value });
        Ok(())
    }
}

/// A number; NaN is missing, and so is what is infinite.
fn finite(value: f64, log: &mut Log, place: Place) -> Option<f64> {
    if value.is_infinite() {
        log.warn("InfiniteValue", || "infinite values are missing".to_owned(), place);
    }
    value.is_finite().then_some(value)
}

/// The labels that say something here. The subject's own label was renamed where the scrape sets one of that name.
fn kept(labels: &Labels<'_>, resource: Option<&'static str>) -> Vec<(Box<str>, Box<str>)> {
    let mut kept: Vec<(Box<str>, Box<str>)> = Vec::with_capacity(labels.0.len());
    let all = labels.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    for (name, value) in all.chain(resource.map(|resource| ("resource", resource))) {
        let own = name.strip_prefix("exported_");
        let name = own.unwrap_or(name);
        // Versions before 2 wrote <none>.
        let known = !value.is_empty() && value != "<none>";
        if !known || !(name.starts_with("label_") || KEPT.contains(&name)) {
            continue;
        }
        match kept.iter_mut().find(|(have, _)| have.as_ref() == name) {
            Some(have) if own.is_some() => have.1 = value.into(),
            Some(_) => {}
            None => kept.push((name.into(), value.into())),
        }
    }
    kept.sort_unstable();
    kept
}
