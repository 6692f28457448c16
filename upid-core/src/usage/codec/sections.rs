//! The body: spec, names, keys, metric-days, counter edges, events, requests.

use std::collections::{BTreeMap, BTreeSet};

use super::super::day::day_of;
use super::super::key::UsageKey;
use super::super::metric::MetricId;
use super::super::request_log::RequestKey;
use super::super::store::Usage;
use super::super::summary::{MetricSummary, UsageSummary};
use super::bytes::{Reader, Writer};
use super::{day, extras, spec};
use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;

const SPEC: u64 = 1;
const NAMES: u64 = 2;
const KEYS: u64 = 3;
const DAYS: u64 = 4;
const FRAGMENTS: u64 = 5;
const EVENTS: u64 = 6;
const REQUESTS: u64 = 7;
/// From here on, unknown odd tags are critical and even ones are skipped.
const FIRST_FUTURE: u64 = 100;

/// The distinct names of a Usage, sorted, each with its position.
pub(super) struct Names<'a>(BTreeMap<&'a str, usize>);

impl<'a> Names<'a> {
    fn of(usage: &'a Usage) -> Self {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for (key, summary) in &usage.entries {
            names.extend(key.fields().map(|(_, text)| text));
            for class in summary.requests.classes.keys() {
                names.extend(class.texts());
                names.extend(class.declared.as_deref());
            }
        }
        Self(names.into_iter().enumerate().map(|(at, name)| (name, at)).collect())
    }

    /// The position of a name; every name was collected before.
    pub(super) fn at(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or_default()
    }
}

pub(super) fn write(usage: &Usage, out: &mut Writer) {
    let mut section = |tag: u64, fill: &dyn Fn(&mut Writer)| {
        let mut payload = Writer::default();
        fill(&mut payload);
        if !payload.bytes.is_empty() {
            out.u64(tag);
            out.count(payload.bytes.len());
            out.bytes.append(&mut payload.bytes);
        }
    };
    let names = Names::of(usage);
    section(SPEC, &|out| spec::write(&usage.spec, out));
    if usage.entries.is_empty() {
        return;
    }
    section(NAMES, &|out| {
        out.count(names.0.len());
        names.0.keys().for_each(|name| out.text(name));
    });
    section(KEYS, &|out| {
        out.count(usage.entries.len());
        for key in usage.entries.keys() {
            key.fields().iter().for_each(|(_, text)| out.count(names.at(text)));
        }
    });
    section(DAYS, &|out| {
        for summary in usage.entries.values() {
            let metrics: Vec<_> =
                summary.metrics.iter().filter(|(_, m)| !m.days.is_empty()).collect();
            out.count(metrics.len());
            for (id, metric) in metrics {
                out.u64(u64::from(id.0));
                out.count(metric.days.len());
                let mut before = 0;
                for (number, state) in &metric.days {
                    out.time(i64::from(*number - before));
                    day::write(state, *number, out);
                    before = *number;
                }
            }
        }
    });
    let entries = || usage.entries.values().enumerate();
    section(FRAGMENTS, &|out| entries().for_each(|(at, s)| extras::write_fragments(at, s, out)));
    section(EVENTS, &|out| entries().for_each(|(at, s)| extras::write_events(at, s, out)));
    section(REQUESTS, &|out| {
        entries().for_each(|(at, s)| extras::write_requests(at, s, &names, out));
    });
}

/// Reads the body; gives the tags of the optional sections that were skipped too.
pub(super) fn read(input: &mut Reader<'_>) -> Result<(Usage, Vec<u64>)> {
    let mut usage = Usage::default();
    let (mut names, mut keys): (Vec<&str>, Vec<UsageKey>) = (Vec::new(), Vec::new());
    let mut summaries: Vec<UsageSummary> = Vec::new();
    let (mut last_tag, mut skipped) = (0, Vec::new());
    while !input.is_done() {
        let tag = input.int()?;
        input.check(tag > last_tag, "sections are out of order")?;
        input.check(last_tag >= SPEC || tag == SPEC, "the spec section is missing")?;
        last_tag = tag;
        let length = input.count()?;
        let mut payload = input.sub(length)?;
        match tag {
            SPEC => usage.spec = spec::read(&mut payload)?,
            NAMES => names = read_names(&mut payload)?,
            KEYS => {
                keys = read_keys(&mut payload, &names)?;
                summaries = vec![UsageSummary::default(); keys.len()];
            }
            DAYS => read_days(&mut payload, &mut summaries, &usage)?,
            FRAGMENTS => extras::read_fragments(&mut payload, &mut summaries, &usage.spec)?,
            EVENTS => extras::read_events(&mut payload, &mut summaries)?,
            REQUESTS => extras::read_requests(&mut payload, &mut summaries, &names)?,
            _ if tag >= FIRST_FUTURE && tag % 2 == 0 => skipped.push(tag),
            _ if tag >= FIRST_FUTURE => {
                return Err(Error::new(
                    ErrorKind::UnsupportedVersion,
                    format!("section {tag} is critical and not known"),
                )
                .hint("update this library"));
            }
            _ => return Err(payload.fail(&format!("section {tag} is not known"))),
        }
    }
    input.check(last_tag >= SPEC, "the spec section is missing")?;
    for (key, summary) in keys.into_iter().zip(summaries) {
        input.check(!summary.is_empty(), "a key has no content")?;
        usage.entries.insert(key, summary);
    }
    Ok((usage, skipped))
}

fn read_names<'a>(input: &mut Reader<'a>) -> Result<Vec<&'a str>> {
    let count = input.count()?;
    let mut names: Vec<&str> = Vec::with_capacity(count);
    for _ in 0..count {
        let name = input.text()?;
        let ascends = names.last().is_none_or(|last| *last < name);
        input.check(ascends, "the names are not sorted")?;
        names.push(name);
    }
    input.done()?;
    Ok(names)
}

/// A name by its position.
pub(super) fn name<'a>(input: &mut Reader<'_>, names: &[&'a str]) -> Result<&'a str> {
    let at = input.int()? as usize;
    names.get(at).copied().ok_or_else(|| input.fail("a name is not in the dictionary"))
}

fn read_keys(input: &mut Reader<'_>, names: &[&str]) -> Result<Vec<UsageKey>> {
    let count = input.count()?;
    let mut keys: Vec<UsageKey> = Vec::new();
    for _ in 0..count {
        let (cluster, namespace) = (name(input, names)?, name(input, names)?);
        let (pod, container) = (name(input, names)?, name(input, names)?);
        let key = UsageKey::new(namespace, pod, container).in_cluster(cluster);
        key.validate().map_err(|e| input.fail(e.message()))?;
        input.check(keys.last().is_none_or(|last| *last < key), "the keys are not sorted")?;
        keys.push(key);
    }
    input.done()?;
    Ok(keys)
}

fn read_days(input: &mut Reader<'_>, summaries: &mut [UsageSummary], usage: &Usage) -> Result<()> {
    let days_end = day_of(Timestamp::END_MS);
    for summary in summaries {
        let mut last_id = None;
        for _ in 0..input.count()? {
            let number = input.below(u64::from(u16::MAX), "a metric number is too large")?;
            let id = MetricId(number as u16);
            input.check(last_id < Some(id), "the metrics of a key are not sorted")?;
            last_id = Some(id);
            let metric_spec =
                usage.spec.get(id).map_err(|_| input.fail("a metric is not in the spec"))?;
            let mut metric = MetricSummary::default();
            let count = input.count()?;
            input.check(count > 0, "a metric has no day")?;
            let mut number = 0;
            for at in 0..count {
                let delta = input.below(days_end as u64, "a day is out of range")? as i32;
                input.check(at == 0 || delta > 0, "the days are not sorted")?;
                number += delta;
                input.check(number < days_end, "a day is out of range")?;
                metric.days.insert(number, day::read(input, number, metric_spec)?);
            }
            summary.metrics.insert(id, metric);
        }
    }
    input.done()
}

impl RequestKey {
    pub(super) fn texts(&self) -> [&str; 5] {
        [&self.template, &self.family, &self.method, &self.status_group, &self.source]
    }
}
