//! `OpenCost`'s allocations and assets (ingest.md §8): another tool's attribution, in the form that `cost.share` takes.

mod sum;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use self::sum::Sum;
use super::detect::Format;
use super::options::parse_options;
use super::parsed::Parsed;
use super::scan::{Kind, Scanner};
use super::values::rfc3339;
use super::whole::whole;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::model::{CostResource, CostRow, OwnerRef, ResourceCost, ResourceHours, ShareInput};
use crate::units::{Amount, Currency, Timestamp};

parse_options! {
    /// Options of [`parse_open_cost`].
    pub struct OpenCostOptions {
        /// Currency of every amount, which `OpenCost` does not say.
        pub currency: Currency = Currency::USD,
    }
}

/// Reads the answer of `OpenCost`'s (or Kubecost's) allocation or assets API.
///
/// *Allocations* become rows; those of one container in several windows are added up. Of CPU and memory the use decides
/// how much was used and wasted; the rest is unmeasured. Shared and external costs are fees. `__idle__` and
/// `__unmounted__` become idle cost, `__unallocated__` rows without that key. What the parts lack to the total, since
/// `OpenCost` prints five decimals, is unattributed: `PeerRounding`.
///
/// *Assets* say what was paid and not for whom: all of it is unattributed, with the type of the asset as the reason, but
/// for cluster management, which is system overhead.
///
/// # Errors
/// Those of every parser (ingest.md §12).
pub fn parse_open_cost(bytes: &[u8], options: &OpenCostOptions) -> Result<Parsed<ShareInput>> {
    whole(bytes, Format::OpenCost, &options.common(), |scan| {
        let mut sum = Sum::default();
        document(scan, &mut sum)?;
        sum.finish(options.currency)
    })
}

/// Several results as one; their currency is the option that all of them were read with.
pub(super) fn concat_shares(parts: Vec<ShareInput>) -> Result<ShareInput> {
    let currency = parts.first().map_or(Currency::USD, |part| part.currency);
    let mut sum = Sum::default();
    parts.into_iter().try_for_each(|part| sum.again(part))?;
    sum.finish(currency)
}

fn document(scan: &mut Scanner<'_>, sum: &mut Sum) -> Result<()> {
    let start = scan.offset();
    if scan.peek()? == Kind::Array {
        scan.array(|scan, _| entries(scan, sum))?;
    } else {
        let (mut code, mut message, mut has_data) = (None, None, false);
        scan.object(|scan, key| {
            match key {
                "code" => code = scan.number_or_text()?,
                "message" | "error" => message = scan.text()?,
                "data" => {
                    has_data = true;
                    match scan.peek()? {
                        Kind::Array => scan.array(|scan, _| entries(scan, sum))?,
                        _ => entries(scan, sum)?,
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        if let Some(code) = code.filter(|code| code != "200") {
            let said = message.as_deref().unwrap_or("no message");
            return Err(Error::new(ErrorKind::Format, format!("OpenCost answered {code}: {said}"))
                .at_byte(start)
                .hint("this is the answer to a request that failed"));
        }
        if !has_data {
            return Err(Error::new(ErrorKind::Format, "no answer of OpenCost: data is expected")
                .at_byte(start)
                .hint("pass the answer of /allocation or /assets as it is"));
        }
    }
    if !scan.is_at_end() {
        return Err(scan.error(ErrorKind::Format, "more text follows the document"));
    }
    Ok(())
}

/// One set: allocations or assets by name.
fn entries(scan: &mut Scanner<'_>, sum: &mut Sum) -> Result<()> {
    scan.members(|scan, name| {
        let at = scan.offset();
        if scan.null()? {
            return Ok(());
        }
        scan.log.record(at)?;
        let mut entry = scan.attempt(|scan| Entry::read(scan, &name))?;
        let rounded = entry.as_ref().is_ok_and(|entry| entry.rounded);
        let missing = entry.as_mut().map(|e| std::mem::take(&mut e.missing)).unwrap_or_default();
        let instant = entry.as_ref().ok().and_then(|entry| entry.instant);
        let given = entry.and_then(|entry| sum.add(entry).map_err(|e| e.at_byte(at)));
        if let Some(difference) = scan.log.settle(given)? {
            scan.log.stats.rounded = scan.log.stats.rounded.saturating_add(u64::from(rounded));
            for (name, at) in missing {
                let message = || format!("{name} is null: it is missing, its adjustment left out");
                scan.log.warn("MissingCost", message, Place::byte(at));
            }
            if let Some(at) = instant {
                let message = || "the allocation has no length".to_owned();
                scan.log.info("ZeroLength", message, Place::byte(at));
            }
            if difference {
                let message =
                    || "the parts of an allocation differ from its total by more than rounding";
                scan.log.warn("PartsDiffer", || message().to_owned(), Place::byte(at));
            }
        }
        Ok(())
    })
}

/// Which part of the cost a member holds.
const COSTS: [(&str, CostResource); 14] = [
    ("cpuCost", CostResource::Cpu),
    ("cpuCostAdjustment", CostResource::Cpu),
    ("ramCost", CostResource::Memory),
    ("ramCostAdjustment", CostResource::Memory),
    ("gpuCost", CostResource::Gpu),
    ("gpuCostAdjustment", CostResource::Gpu),
    ("networkCost", CostResource::Network),
    ("networkCostAdjustment", CostResource::Network),
    ("pvCost", CostResource::Storage),
    ("pvCostAdjustment", CostResource::Storage),
    ("loadBalancerCost", CostResource::LoadBalancer),
    ("loadBalancerCostAdjustment", CostResource::LoadBalancer),
    ("sharedCost", CostResource::Fee),
    ("externalCost", CostResource::Fee),
];

const MINUTES_PER_HOUR: f64 = 60.0;
const BYTES_PER_GIB: f64 = 1_073_741_824.0;

/// An allocation or an asset.
#[derive(Default)]
struct Entry<'a> {
    name: String,
    /// Of an asset.
    kind: Option<Cow<'a, str>>,
    properties: Properties<'a>,
    costs: BTreeMap<CostResource, Amount>,
    parts: i64,
    /// Of volumes and load balancers one by one, where their sum is not given.
    details: BTreeMap<CostResource, Amount>,
    total: Option<Amount>,
    /// Costs that are null, as NaN is written, and where.
    nulls: BTreeMap<CostResource, (&'static str, usize)>,
    /// Those of them that had an adjustment.
    missing: Vec<(&'static str, usize)>,
    window: Span,
    own: Span,
    /// Where it ends, if it ends when it starts.
    instant: Option<usize>,
    minutes: Option<f64>,
    core_hours: Option<f64>,
    byte_hours: Option<f64>,
    gpu_hours: Option<f64>,
    cores_used: Option<f64>,
    bytes_used: Option<f64>,
    rounded: bool,
}

/// From one time to another, and where the other stands.
#[derive(Default)]
struct Span {
    start: Option<Timestamp>,
    end: Option<(Timestamp, usize)>,
}

impl Span {
    fn member(&mut self, scan: &mut Scanner<'_>, key: &str) -> Result<()> {
        if !matches!(key, "start" | "end") {
            return Ok(());
        }
        let at = scan.offset();
        let text = scan.text()?.unwrap_or_default();
        let Some(time) = rfc3339(&text).map_err(|e| e.at_byte(at))? else { return Ok(()) };
        if let Some(oddity) = time.oddity {
            scan.log.tolerate(oddity.code(), oddity.error(&text).at_byte(at))?;
        }
        match key {
            "start" => self.start = Some(time.at),
            _ => self.end = Some((time.at, at)),
        }
        Ok(())
    }

    /// Where it ends, if it has no length.
    fn check(&self) -> Result<Option<usize>> {
        let (Some(start), Some((end, at))) = (self.start, self.end) else { return Ok(None) };
        if end < start {
            let message = format!("ends at {end}, before {start}");
            return Err(Error::new(ErrorKind::InvalidValue, message)
                .at_byte(at)
                .hint("the end of an allocation is not before its start"));
        }
        Ok((end == start).then_some(at))
    }
}

#[derive(Default)]
struct Properties<'a> {
    names: BTreeMap<&'static str, Cow<'a, str>>,
    services: BTreeSet<String>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

const NAMES: [&str; 8] =
    ["cluster", "node", "namespace", "pod", "container", "controller", "controllerKind", "name"];

impl<'a> Properties<'a> {
    fn read(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        scan.object(|scan, key| {
            match key {
                "services" => scan.array(|scan, _| {
                    self.services.extend(scan.text()?.map(Cow::into_owned));
                    Ok(())
                })?,
                "labels" => pairs(scan, &mut self.labels)?,
                "annotations" => pairs(scan, &mut self.annotations)?,
                _ => {
                    if let Some(name) = NAMES.iter().find(|name| **name == key) {
                        // What OpenCost puts where there is none.
                        let none = |text: &str| text.starts_with("__") && text.ends_with("__");
                        let text = scan.text()?.filter(|text| !text.is_empty() && !none(text));
                        self.names.extend(text.map(|text| (*name, text)));
                    }
                }
            }
            Ok(())
        })
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.names.get(name).map(|text| text.clone().into_owned())
    }
}

fn pairs(scan: &mut Scanner<'_>, into: &mut BTreeMap<String, String>) -> Result<()> {
    let (start, most) = (scan.offset(), scan.limits().max_labels);
    scan.members(|scan, key| {
        if scan.peek()? == Kind::String {
            into.insert(key.into_owned(), scan.string()?.into_owned());
        }
        if into.len() > most as usize {
            return Err(super::options::exceeded("maxLabels", u64::from(most), start));
        }
        Ok(())
    })
}

impl<'a> Entry<'a> {
    fn read(scan: &mut Scanner<'a>, name: &str) -> Result<Self> {
        let mut entry = Self { name: name.to_owned(), ..Self::default() };
        scan.object(|scan, key| entry.member(scan, key))?;
        let window = entry.window.check()?;
        entry.instant = entry.own.check()?.or(window);
        // An adjustment alone is no cost: what it adjusts is not known.
        for (resource, null) in std::mem::take(&mut entry.nulls) {
            if entry.costs.remove(&resource).is_some() && !entry.details.contains_key(&resource) {
                entry.missing.push(null);
            }
        }
        Ok(entry)
    }

    fn member(&mut self, scan: &mut Scanner<'a>, key: &str) -> Result<()> {
        if let Some((name, resource)) = COSTS.iter().find(|(name, _)| *name == key) {
            let at = scan.offset();
            if let Some(amount) = self.amount(scan)? {
                let cost = self.costs.entry(*resource).or_default();
                *cost = cost.add(amount)?;
                self.parts = self.parts.saturating_add(1);
            } else if *resource != CostResource::Fee && !name.ends_with("Adjustment") {
                self.nulls.insert(*resource, (name, at));
            }
            return Ok(());
        }
        match key {
            "type" => self.kind = scan.text()?,
            "window" => scan.object(|scan, key| self.window.member(scan, key))?,
            "start" | "end" => self.own.member(scan, key)?,
            "properties" => self.properties.read(scan)?,
            "totalCost" => self.total = self.amount(scan)?,
            "minutes" => self.minutes = number(scan)?,
            "cpuCoreHours" => self.core_hours = number(scan)?,
            "ramByteHours" => self.byte_hours = number(scan)?,
            "gpuHours" | "GPUHours" => self.gpu_hours = number(scan)?,
            "cpuCoreUsageAverage" => self.cores_used = number(scan)?,
            "ramByteUsageAverage" => self.bytes_used = number(scan)?,
            "pvs" => self.detail(scan, CostResource::Storage)?,
            "lbAllocations" => self.detail(scan, CostResource::LoadBalancer)?,
            _ => {}
        }
        Ok(())
    }

    fn detail(&mut self, scan: &mut Scanner<'a>, resource: CostResource) -> Result<()> {
        scan.object(|scan, _| {
            scan.object(|scan, key| {
                if key == "cost"
                    && let Some(amount) = self.amount(scan)?
                {
                    let cost = self.details.entry(resource).or_default();
                    *cost = cost.add(amount)?;
                }
                Ok(())
            })
        })
    }

    fn amount(&mut self, scan: &mut Scanner<'a>) -> Result<Option<Amount>> {
        let at = scan.offset();
        let Some(text) = scan.number_or_text()? else { return Ok(None) };
        let (amount, rounded) = Amount::parse_rounded(&text).map_err(|e| e.at_byte(at))?;
        self.rounded |= rounded;
        Ok(Some(amount))
    }

    /// Of one resource, split by its use: `hours` is what the money paid for, `used` the mean use.
    fn split(&self, resource: CostResource, amount: Amount) -> Result<ResourceCost> {
        let (hours, used) = match resource {
            CostResource::Cpu => (self.core_hours, self.cores_used),
            CostResource::Memory => (self.byte_hours, self.bytes_used),
            _ => (None, None),
        };
        let mut cost = ResourceCost { amount, ..ResourceCost::default() };
        let measured = hours.zip(used).zip(self.minutes).and_then(|((hours, used), minutes)| {
            let used = quantity(used * minutes / MINUTES_PER_HOUR)?;
            Some((used, quantity(hours)?)).filter(|(_, hours)| *hours > 0)
        });
        match measured {
            None => cost.unmeasured = amount,
            Some((used, hours)) => {
                cost.used = amount.mul_ratio(used.min(hours), hours)?;
                cost.wasted = amount.sub(cost.used)?;
            }
        }
        Ok(cost)
    }

    fn row(&self) -> Result<CostRow> {
        let of = &self.properties;
        let mut costs = BTreeMap::new();
        for (resource, amount) in &self.costs {
            costs.insert(*resource, self.split(*resource, *amount)?);
        }
        let owner = of.owned("controller").map(|name| OwnerRef {
            kind: of.names.get("controllerKind").map(|kind| spelled(kind)).unwrap_or_default(),
            name,
            inferred: false,
        });
        let hours = [self.core_hours, self.byte_hours, self.gpu_hours];
        let allocated = hours.iter().any(Option::is_some).then(|| ResourceHours {
            cpu_core_hours: self.core_hours.unwrap_or_default(),
            memory_gib_hours: self.byte_hours.unwrap_or_default() / BYTES_PER_GIB,
            gpu_hours: self.gpu_hours.unwrap_or_default(),
        });
        Ok(CostRow {
            cluster: of.owned("cluster").unwrap_or_default(),
            node: of.owned("node"),
            namespace: of.owned("namespace").unwrap_or_default(),
            pod: of.owned("pod").unwrap_or_default(),
            uid: None,
            container: of.owned("container"),
            sidecar: false,
            owner,
            services: of.services.iter().cloned().collect(),
            labels: of.labels.clone(),
            annotations: of.annotations.clone(),
            hours: self.minutes.unwrap_or_default() / MINUTES_PER_HOUR,
            costs,
            allocated,
            overuse: None,
            cells: None,
            flags: Vec::new(),
        })
    }
}

/// A quantity as an integer of billionths.
fn quantity(value: f64) -> Option<i128> {
    let nano = (value * 1e9).round_ties_even();
    (0.0..1e30).contains(&nano).then_some(nano as i128)
}

/// A kind as Kubernetes spells it; `OpenCost` writes it small.
fn spelled(kind: &str) -> String {
    let known = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "CronJob", "Job", "Pod"];
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(kind));
    found.map_or_else(|| kind.to_owned(), |known| (*known).to_owned())
}

/// A number of at least 0; null, as NaN is written, is missing.
fn number(scan: &mut Scanner<'_>) -> Result<Option<f64>> {
    let at = scan.offset();
    let Some(text) = scan.number_or_text()? else { return Ok(None) };
    let value = text.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    value.map(Some).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Error::new(ErrorKind::InvalidValue, format!("{shown:?} is not a number of at least 0"))
            .at_byte(at)
            .hint("hours, minutes and averages are at least 0")
    })
}
