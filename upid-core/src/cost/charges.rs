//! What costs money beside nodes: volumes, load balancers, network, fees.

use std::collections::BTreeMap;

use super::allocate::scale;
use super::config::MissingPrice;
use super::input::CostInput;
use super::ledger::Ledger;
use super::pods::{PodBook, PodName};
use super::quantities::{MEMORY, quantity};
use super::rates::RateTable;
use super::result::CostResource;
use super::spans::{Billing, Piece, cells, intersect, life, ordered};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{BilledCost, FeeKind, NetworkRates, NetworkStep};
use crate::units::{Amount, Currency, GIB, RateAmount, apportion_amount};

/// What the charges are computed against.
pub(crate) struct Charges<'a> {
    pub(crate) input: &'a CostInput,
    pub(crate) book: &'a PodBook<'a>,
    pub(crate) table: &'a RateTable,
    pub(crate) missing: MissingPrice,
    pub(crate) grid_ms: i64,
}

impl Charges<'_> {
    fn window(&self) -> Piece {
        (self.input.window.start.0, self.input.window.end.0)
    }

    /// Base tables are in USD; in another currency they give no price.
    fn base(&self, rate: RateAmount) -> Option<RateAmount> {
        let usable = self.missing == MissingPrice::Estimate && self.input.currency == Currency::USD;
        usable.then_some(rate)
    }

    /// Books volumes: equally over the pods that mount them, else idle or unclaimed.
    pub(crate) fn volumes(&self, ledger: &mut Ledger) -> Result<()> {
        for (index, volume) in self.input.volumes.iter().enumerate() {
            let path = format!("volumes[{index}]");
            let place = || format!("volume/{}", volume.name);
            let under = |e: Error| e.under(&path);
            let life = life(&volume.life, &self.input.window).map_err(under)?;
            check_billed(&volume.billed).map_err(under)?;
            let gib_rate = |rate: RateAmount| {
                let bytes = volume.capacity_bytes.map(|b| quantity(MEMORY, b)).transpose()?;
                bytes.map(|b| rate.mul_ratio(i128::from(b), i128::from(GIB))).transpose()
            };
            let given = match (volume.hourly_cost, volume.gib_hourly_cost) {
                (Some(hourly), _) => Some(hourly),
                (None, Some(gib)) => gib_rate(gib).map_err(under)?,
                (None, None) => None,
            };
            let hourly = match (volume.billed.is_empty(), given) {
                (false, _) => None,
                (true, Some(rate)) => Some(rate),
                (true, None) => match self.base(self.table.storage_gib_hour) {
                    Some(rate) => {
                        ledger.flag("PriceEstimated", place());
                        gib_rate(rate).map_err(under)?
                    }
                    None => None,
                },
            };
            if hourly.is_none() && volume.billed.is_empty() {
                ledger.flag("PriceMissing", place());
                continue;
            }
            positive(hourly).map_err(under)?;
            let mut users = Vec::with_capacity(volume.mounts.len());
            for mount in &volume.mounts {
                let span = (mount.start.0, mount.end.0);
                let name = PodName {
                    namespace: &mount.namespace,
                    name: &mount.pod,
                    uid: mount.uid.as_deref(),
                };
                if let (true, Some(pod)) = (span.0 < span.1, self.book.find(name, span)) {
                    users.push((pod, span));
                }
            }
            let billing = Billing::of(hourly, &volume.billed, &life);
            let claim = volume.claim.as_ref();
            self.share(ledger, &billing, &life, users, CostResource::Storage, |ledger, amount| {
                let (storage, namespace) = (CostResource::Storage, claim.map(|c| &*c.namespace));
                if claim.is_some() {
                    return ledger.idle.book(None, namespace, Some("Unmounted"), storage, amount);
                }
                ledger.flag("Unclaimed", place());
                ledger.unattributed.book(None, None, Some("Unclaimed"), storage, amount)
            })?;
            self.stray(ledger, &billing, CostResource::Storage, place())?;
        }
        Ok(())
    }

    /// Books load balancers: each segment equally over the backends that live then, else idle.
    pub(crate) fn load_balancers(&self, ledger: &mut Ledger) -> Result<()> {
        for (index, balancer) in self.input.load_balancers.iter().enumerate() {
            let path = format!("loadBalancers[{index}]");
            let place = || format!("loadBalancer/{}/{}", balancer.namespace, balancer.service);
            let under = |e: Error| e.under(&path);
            let life = life(&balancer.life, &self.input.window).map_err(under)?;
            check_billed(&balancer.billed).map_err(under)?;
            let hourly = match (balancer.billed.is_empty(), balancer.hourly_cost) {
                (false, _) => None,
                (true, Some(rate)) => Some(rate),
                (true, None) => {
                    let rate = self.base(self.table.load_balancer_hour);
                    let code = if rate.is_some() { "PriceEstimated" } else { "PriceMissing" };
                    ledger.flag(code, place());
                    rate
                }
            };
            positive(hourly).map_err(under)?;
            positive(balancer.gib_cost).map_err(under)?;
            let mut billed = balancer.billed.clone();
            if let (Some(rate), Some(bytes)) = (balancer.gib_cost, balancer.bytes) {
                let bytes = quantity(MEMORY, bytes).map_err(under)?;
                let (start, end) = (self.input.window.start, self.input.window.end);
                billed.push(BilledCost { start, end, amount: per_gib(rate, bytes)? });
            }
            let mut users = Vec::new();
            for backend in &balancer.backends {
                let name = PodName {
                    namespace: &backend.namespace,
                    name: &backend.pod,
                    uid: backend.uid.as_deref(),
                };
                if let Some(pod) = self.book.find(name, self.window()) {
                    users.extend(self.book.entries[pod].life.iter().map(|&span| (pod, span)));
                }
            }
            let billing = Billing::of(hourly, &billed, &life);
            let resource = CostResource::LoadBalancer;
            self.share(ledger, &billing, &life, users, resource, |ledger, amount| {
                ledger.flag("NoBackend", place());
                let namespace = Some(balancer.namespace.as_str());
                ledger.idle.book(None, namespace, Some("NoBackend"), resource, amount)
            })?;
            self.stray(ledger, &billing, resource, place())?;
        }
        Ok(())
    }

    /// Books a charge cell by cell over the pods that use it, each segment equally; `rest` takes what nobody uses.
    fn share(
        &self,
        ledger: &mut Ledger,
        billing: &Billing,
        life: &[Piece],
        mut users: Vec<(usize, Piece)>,
        resource: CostResource,
        mut rest: impl FnMut(&mut Ledger, Amount) -> Result<()>,
    ) -> Result<()> {
        let alive = intersect(life, &[self.window()]);
        users.sort_by_key(|&(pod, span)| (span.0, pod, span.1));
        let mut unused = Amount::ZERO;
        for (cell, part) in cells(self.window(), self.grid_ms) {
            let pieces = intersect(&alive, &[part]);
            let amount = billing.amount(cell, &pieces)?;
            ledger.pay(amount)?;
            if amount.is_zero() {
                continue;
            }
            let started = &users[..users.partition_point(|(_, span)| span.0 < part.1)];
            let present: Vec<_> = started.iter().filter(|(_, span)| span.1 > part.0).collect();
            let mut cuts: Vec<i64> = pieces.iter().flat_map(|p| [p.0, p.1]).collect();
            cuts.extend(present.iter().flat_map(|(_, s)| [s.0.max(part.0), s.1.min(part.1)]));
            cuts.sort_unstable();
            cuts.dedup();
            // None, the part that nobody uses, comes after every pod.
            let mut weights: BTreeMap<(bool, usize), u128> = BTreeMap::new();
            let (mut piece, mut shares) = (0, Vec::new());
            for cut in cuts.windows(2) {
                let (start, end) = (cut[0], cut[1]);
                while pieces.get(piece).is_some_and(|p| p.1 <= start) {
                    piece += 1;
                }
                if pieces.get(piece).is_none_or(|p| p.0 > start) {
                    continue;
                }
                let mut pods: Vec<usize> = present
                    .iter()
                    .filter(|(_, span)| span.0 <= start && end <= span.1)
                    .map(|(pod, _)| *pod)
                    .collect();
                pods.sort_unstable();
                pods.dedup();
                // Scaled by 2^20, so that a millisecond can be shared.
                let time = ((end - start) as u128) << 20;
                if pods.is_empty() {
                    *weights.entry((true, 0)).or_default() += time;
                    continue;
                }
                scale(time, &vec![1; pods.len()], &mut shares)?;
                for (&pod, &share) in pods.iter().zip(&shares) {
                    *weights.entry((false, pod)).or_default() += share;
                }
            }
            let (keys, weights): (Vec<_>, Vec<_>) = weights.into_iter().unzip();
            for (&(nobody, pod), part) in
                keys.iter().zip(apportion_amount(amount, &weights, &keys)?)
            {
                if nobody {
                    unused = unused.add(part)?;
                } else {
                    ledger.charge(pod, cell, resource, part)?;
                }
            }
        }
        if unused.is_zero() { Ok(()) } else { rest(ledger, unused) }
    }

    /// Books billed amounts that meet no life.
    pub(crate) fn stray(
        &self,
        ledger: &mut Ledger,
        billing: &Billing,
        resource: CostResource,
        place: String,
    ) -> Result<()> {
        let (start, end) = self.window();
        let mut sum = Amount::ZERO;
        for stray in &billing.stray {
            sum = sum.add(stray.within(start, end)?)?;
        }
        if sum.is_zero() {
            return Ok(());
        }
        ledger.pay(sum)?;
        ledger.flag("NoOverlap", place);
        ledger.unattributed.book(None, None, Some("NoOverlap"), resource, sum)
    }

    /// Books traffic: per pod, cell and class, rounded half to even.
    pub(crate) fn network(&self, ledger: &mut Ledger) -> Result<()> {
        let given = self.input.network_rates.clone().unwrap_or_default();
        let usd = self.input.currency == Currency::USD;
        let base =
            |own: Option<RateAmount>, table: Option<RateAmount>| own.or(table.filter(|_| usd));
        let rates = NetworkRates {
            zone_gib: base(given.zone_gib, self.table.zone_gib),
            region_gib: base(given.region_gib, self.table.region_gib),
            internet_gib: base(given.internet_gib, self.table.internet_gib),
        };
        let own = [given.zone_gib, given.region_gib, given.internet_gib];
        let rates = [rates.zone_gib, rates.region_gib, rates.internet_gib];
        let names = ["networkRates.zoneGib", "networkRates.regionGib", "networkRates.internetGib"];
        for rate in rates {
            positive(rate).map_err(|e| e.under("networkRates"))?;
        }
        let mut estimated = [false; 3];
        for (index, entry) in self.book.entries.iter().enumerate() {
            let Some(pod) = entry.pod else { continue };
            let path = format!("pods[{}].network", entry.index);
            let steps: Vec<&NetworkStep> =
                pod.network.iter().filter(|step| step.start < step.end).collect();
            let steps = ordered(steps, |s| (s.start.0, s.end.0)).map_err(|e| e.under(&path))?;
            let mut bytes: BTreeMap<(i64, usize), u64> = BTreeMap::new();
            for step in steps {
                let classes = [step.zone_bytes, step.region_bytes, step.internet_bytes];
                for (class, value) in classes.into_iter().enumerate() {
                    let Some(value) = value else { continue };
                    let total = quantity(MEMORY, value).map_err(|e| e.under(&path))?;
                    if total > 0 {
                        self.cut(step, class, total, &mut bytes);
                    }
                }
            }
            for ((cell, class), bytes) in bytes {
                let Some(rate) = rates[class] else {
                    let level = ledger.pods.entry(index).or_default();
                    level.flags.insert("PriceMissing");
                    continue;
                };
                estimated[class] |= own[class].is_none();
                let amount = per_gib(rate, bytes)?;
                ledger.pay(amount)?;
                ledger.charge(index, cell, CostResource::Network, amount)?;
            }
        }
        for (class, name) in names.into_iter().enumerate() {
            if estimated[class] {
                ledger.flag("PriceEstimated", name.to_owned());
            }
        }
        Ok(())
    }

    /// Cuts the bytes of a step at the cells by the cumulative floor.
    fn cut(
        &self,
        step: &NetworkStep,
        class: usize,
        total: u64,
        bytes: &mut BTreeMap<(i64, usize), u64>,
    ) {
        let (start, end) = (step.start.0, step.end.0);
        let inside = intersect(&[(start, end)], &[self.window()]);
        let before =
            |time: i64| (u128::from(total) * (time - start) as u128 / (end - start) as u128) as u64;
        for piece in inside {
            for (cell, part) in cells(piece, self.grid_ms) {
                *bytes.entry((cell, class)).or_default() += before(part.1) - before(part.0);
            }
        }
    }

    /// Books fees: the control plane as system overhead, others unattributed, unless they say otherwise.
    pub(crate) fn fees(&self, ledger: &mut Ledger) -> Result<()> {
        for (index, fee) in self.input.fees.iter().enumerate() {
            let under = |e: Error| e.under(&format!("fees[{index}]"));
            let life = life(&fee.life, &self.input.window).map_err(under)?;
            let amount = match (fee.amount, fee.hourly_cost) {
                (Some(amount), _) => amount,
                (None, Some(rate)) => {
                    positive(Some(rate)).map_err(under)?;
                    let billing = Billing::of(Some(rate), &[], &life);
                    let mut sum = Amount::ZERO;
                    for (cell, part) in cells(self.window(), self.grid_ms) {
                        sum = sum.add(billing.amount(cell, &intersect(&life, &[part]))?)?;
                    }
                    sum
                }
                (None, None) => {
                    ledger.flag("PriceMissing", format!("fee/{}", fee.name));
                    continue;
                }
            };
            ledger.pay(amount)?;
            let (reason, overhead) = match fee.kind {
                FeeKind::ControlPlane => ("ControlPlane", true),
                FeeKind::Support => ("Support", false),
                FeeKind::Tax => ("Tax", false),
                FeeKind::License => ("License", false),
                FeeKind::Other => ("Other", false),
            };
            let overhead = match fee.destination.as_deref() {
                None => overhead,
                Some("SystemOverhead") => true,
                Some("Unattributed") => false,
                Some(other) => {
                    return Err(Error::new(
                        ErrorKind::InvalidValue,
                        format!("{other:?} is no destination of a fee"),
                    )
                    .at_path(format!("fees[{index}].destination"))
                    .hint("use SystemOverhead or Unattributed"));
                }
            };
            let list = if overhead { &mut ledger.overhead } else { &mut ledger.unattributed };
            list.book(None, None, Some(reason), CostResource::Fee, amount)?;
        }
        Ok(())
    }
}

/// `bytes × rate ÷ 2³⁰`, half to even.
fn per_gib(rate: RateAmount, bytes: u64) -> Result<Amount> {
    let per_amount = RateAmount::PER_UNIT / Amount::PER_UNIT;
    Amount(rate.0).mul_ratio(i128::from(bytes), i128::from(GIB) * per_amount)
}

fn positive(rate: Option<RateAmount>) -> Result<()> {
    match rate {
        Some(rate) if rate.0 < 0 => {
            Err(Error::new(ErrorKind::InvalidValue, format!("the rate {rate} is negative"))
                .hint("a rate is at least 0; credits belong into a bill"))
        }
        _ => Ok(()),
    }
}

fn check_billed(billed: &[BilledCost]) -> Result<()> {
    match billed.iter().position(|bill| bill.end < bill.start) {
        Some(index) => Err(Error::new(ErrorKind::InvalidValue, "the period runs backward")
            .at_path(format!("billed[{index}]"))
            .hint("start <= end")),
        None => Ok(()),
    }
}
