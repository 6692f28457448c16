//! Counter edges, events and requests: sections that most keys do not have.

use std::collections::BTreeMap;

use super::super::counter::{Fragment, MAX_FRAGMENTS};
use super::super::event::{MAX_EVENTS, UsageEvent, UsageEventKind};
use super::super::log_days::LogDay;
use super::super::metric::MetricId;
use super::super::request_log::{MAX_REQUEST_TEXT, RequestKey};
use super::super::requests::{MAX_REQUEST_KEYS, RequestCell, Requests};
use super::super::spec::{MAX_QUANTA, UsageSpec};
use super::super::summary::UsageSummary;
use super::bytes::{Reader, Writer};
use super::sections::{Names, name};
use crate::error::Result;
use crate::units::{MS_PER_HOUR, Timestamp};

const END_MS: u64 = Timestamp::END_MS as u64;
/// In place of the first value of a counter part: pruning cut it, or left its last value only.
const CUT: u64 = MAX_QUANTA + 1;
const REMNANT: u64 = MAX_QUANTA + 2;

/// The summary that the next block belongs to; blocks come in ascending order of the key.
fn summary<'a>(
    input: &mut Reader<'_>,
    summaries: &'a mut [UsageSummary],
    next: &mut u64,
) -> Result<&'a mut UsageSummary> {
    let at = input.int()?;
    input.check(at >= *next, "blocks of keys are not sorted")?;
    *next = at + 1;
    let found = usize::try_from(at).ok().and_then(|at| summaries.get_mut(at));
    found.ok_or_else(|| input.fail("a block belongs to no key"))
}

pub(super) fn write_fragments(at: usize, summary: &UsageSummary, out: &mut Writer) {
    let metrics: Vec<_> = summary.metrics.iter().filter(|(_, m)| !m.fragments.is_empty()).collect();
    if metrics.is_empty() {
        return;
    }
    out.count(at);
    out.count(metrics.len());
    for (id, metric) in metrics {
        out.u64(u64::from(id.0));
        out.option(u64::try_from(metric.sealed_before_ms).ok());
        out.count(metric.fragments.len());
        let mut before = 0;
        for fragment in &metric.fragments {
            out.time(fragment.start_ms() - before);
            out.time((fragment.last_ms - fragment.first_ms).abs());
            let cut = if fragment.is_remnant() { REMNANT } else { CUT };
            out.u64(fragment.first_value.unwrap_or(cut));
            out.u64(fragment.last_value);
            before = fragment.last_ms;
        }
    }
}

pub(super) fn read_fragments(
    input: &mut Reader<'_>,
    summaries: &mut [UsageSummary],
    spec: &UsageSpec,
) -> Result<()> {
    let mut next = 0;
    while !input.is_done() {
        let summary = summary(input, summaries, &mut next)?;
        let mut last_id = None;
        let count = input.count()?;
        input.check(count > 0, "a block of counters is empty")?;
        for _ in 0..count {
            let id = MetricId(input.below(u64::from(u16::MAX), "a metric number")? as u16);
            input.check(last_id < Some(id), "the counters of a key are not sorted")?;
            last_id = Some(id);
            input.check(spec.get(id).is_ok(), "a counter is not in the spec")?;
            let metric = summary.metrics.entry(id).or_default();
            let sealed = input.option()?;
            input.check(sealed.is_none_or(|ms| ms < END_MS), "a sealed time is out of range")?;
            metric.sealed_before_ms = sealed.map_or(i64::MIN, |ms| ms as i64);
            let count = input.count()?;
            input.check((1..=MAX_FRAGMENTS).contains(&count), "no or too many counter parts")?;
            let mut before = 0;
            for part in 0..count {
                let gap = input.below(END_MS, "a time is out of range")?;
                input.check(part == 0 || gap > 0, "counter parts overlap")?;
                let length = input.below(END_MS, "a time is out of range")?;
                let (mut first, mut last) = (before + gap, before + gap + length);
                input.check(last < END_MS, "a time is out of range")?;
                let first_value = input.below(REMNANT, "a counter is out of range")?;
                if first_value == REMNANT {
                    input.check(length > 0, "what is left of a counter part ends after its cut")?;
                    (first, last) = (last, first);
                }
                metric.fragments.push(Fragment {
                    first_ms: first as i64,
                    first_value: Some(first_value).filter(|value| *value <= MAX_QUANTA),
                    last_ms: last as i64,
                    last_value: input.below(MAX_QUANTA, "a counter is out of range")?,
                });
                before = last;
            }
        }
    }
    Ok(())
}

pub(super) fn write_events(at: usize, summary: &UsageSummary, out: &mut Writer) {
    let events = &summary.events;
    if events.is_empty() {
        return;
    }
    out.count(at);
    out.option(events.dropped_ms.map(|ms| ms as u64));
    out.count(events.set.len());
    let mut before = 0;
    for event in &events.set {
        out.time(event.at_ms - before);
        before = event.at_ms;
        let kind = UsageEventKind::ALL.iter().position(|kind| *kind == event.kind);
        out.count(kind.unwrap_or_default());
        for value in [event.value, event.limit, event.request] {
            out.option(value);
        }
    }
}

pub(super) fn read_events(input: &mut Reader<'_>, summaries: &mut [UsageSummary]) -> Result<()> {
    let mut next = 0;
    while !input.is_done() {
        let events = &mut summary(input, summaries, &mut next)?.events;
        let dropped = input.option()?;
        input.check(dropped.is_none_or(|ms| ms < END_MS), "an event is out of range")?;
        events.dropped_ms = dropped.map(|ms| ms as i64);
        let count = input.count()?;
        let some = count > 0 || dropped.is_some();
        input.check(some && count <= MAX_EVENTS, "no or too many events")?;
        let mut at_ms = 0;
        for _ in 0..count {
            at_ms += input.below(END_MS, "an event is out of range")?;
            input.check(at_ms < END_MS, "an event is out of range")?;
            let kind = UsageEventKind::ALL.get(usize::from(input.u8()?)).copied();
            let event = UsageEvent {
                at_ms: at_ms as i64,
                kind: kind.ok_or_else(|| input.fail("an event of no known kind"))?,
                value: input.option()?,
                limit: input.option()?,
                request: input.option()?,
            };
            let ascends = events.set.last().is_none_or(|last| *last < event);
            input.check(ascends, "the events are not sorted")?;
            events.set.insert(event);
        }
    }
    Ok(())
}

pub(super) fn write_requests(
    at: usize,
    summary: &UsageSummary,
    names: &Names<'_>,
    out: &mut Writer,
) {
    let requests = &summary.requests;
    if requests.is_empty() {
        return;
    }
    out.count(at);
    out.count(requests.log.0.len());
    let mut before = 0;
    for (day, log) in &requests.log.0 {
        out.time(i64::from(day - before));
        out.u64(u64::from(log.hours));
        out.u64(log.sample_rate);
        out.u8(u8::from(log.mixed_sample_rate) | u8::from(log.user_agents) << 1);
        before = *day;
    }
    out.count(requests.classes.len());
    for (class, hours) in &requests.classes {
        class.texts().iter().for_each(|text| out.count(names.at(text)));
        out.u8(u8::from(class.probe_header));
        out.option(class.declared.as_deref().map(|text| names.at(text) as u64));
        out.u8(class.priority);
        write_hours(hours, out);
    }
    write_hours(&requests.other, out);
}

pub(super) fn read_requests(
    input: &mut Reader<'_>,
    summaries: &mut [UsageSummary],
    names: &[&str],
) -> Result<()> {
    let mut next = 0;
    while !input.is_done() {
        let summary = summary(input, summaries, &mut next)?;
        let mut requests = Requests::default();
        let mut day = 0;
        for at in 0..input.count()? {
            let delta = input.below(END_MS / 86_400_000, "a day is out of range")? as i32;
            input.check(at == 0 || delta > 0, "the covered days are not sorted")?;
            day += delta;
            let in_range = (day as u64) < END_MS / 86_400_000;
            input.check(in_range, "a day is out of range")?;
            requests.log.0.insert(day, read_log_day(input)?);
        }
        for _ in 0..input.count()? {
            let class = read_class(input, names)?;
            let last = requests.classes.last_key_value().map(|(last, _)| last);
            input.check(last.is_none_or(|last| *last < class), "request classes are not sorted")?;
            let hours = read_hours(input)?;
            input.check(!hours.is_empty(), "a request class has no hour")?;
            requests.classes.insert(class, hours);
        }
        input.check(requests.classes.len() <= MAX_REQUEST_KEYS, "too many request classes")?;
        requests.other = read_hours(input)?;
        let plain = requests.other.values().all(|cell| cell.dispersion.is_none());
        input.check(plain, "the overflow class has a dispersion")?;
        input.check(!requests.is_empty(), "a block of requests is empty")?;
        summary.requests = requests;
    }
    Ok(())
}

fn read_log_day(input: &mut Reader<'_>) -> Result<LogDay> {
    let hours = input.below((1 << 24) - 1, "a day has 24 hours")? as u32;
    input.check(hours > 0, "a covered day has no hour")?;
    let sample_rate = input.int()?;
    let rate = f64::from_bits(sample_rate);
    input.check(rate > 0.0 && rate <= 1.0, "a sample rate is not above 0 and at most 1")?;
    let flags = input.u8()?;
    input.check(flags < 4, "a flag of a log is not known")?;
    let (mixed_sample_rate, user_agents) = (flags & 1 == 1, flags & 2 == 2);
    Ok(LogDay { hours, sample_rate, mixed_sample_rate, user_agents })
}

fn read_class(input: &mut Reader<'_>, names: &[&str]) -> Result<RequestKey> {
    let mut text = || -> Result<String> {
        let text = name(input, names)?;
        input.check(text.len() <= MAX_REQUEST_TEXT, "a request class holds over-long text")?;
        Ok(text.to_owned())
    };
    let (template, family, method) = (text()?, text()?, text()?);
    let (status_group, source) = (text()?, text()?);
    let probe_header = input.flag()?;
    let declared = if input.flag()? { Some(name(input, names)?.to_owned()) } else { None };
    let priority = input.u8()?;
    Ok(RequestKey {
        template,
        family,
        method,
        status_group,
        source,
        probe_header,
        declared,
        priority,
    })
}

fn write_hours(hours: &BTreeMap<i64, RequestCell>, out: &mut Writer) {
    out.count(hours.len());
    let mut before = 0;
    for (hour, cell) in hours {
        out.time(hour - before);
        out.u64(cell.count);
        out.option(cell.dispersion);
        before = *hour;
    }
}

fn read_hours(input: &mut Reader<'_>) -> Result<BTreeMap<i64, RequestCell>> {
    let end = Timestamp::END_MS / MS_PER_HOUR;
    let mut hours = BTreeMap::new();
    let mut hour = 0;
    for at in 0..input.count()? {
        let delta = input.below(end as u64, "an hour is out of range")? as i64;
        input.check(at == 0 || delta > 0, "the hours are not sorted")?;
        hour += delta;
        input.check(hour < end, "an hour is out of range")?;
        let count = input.int()?;
        input.check(count > 0, "an hour has no request")?;
        let dispersion = input.option()?;
        let value = dispersion.map_or(0.0, f64::from_bits);
        input.check(value.is_finite() && value >= 0.0, "a dispersion is not at least 0")?;
        hours.insert(hour, RequestCell { count, dispersion });
    }
    Ok(hours)
}
