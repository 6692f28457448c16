//! From a policy's value to a size: bounds, rounding, limit, and the gate of small changes.

use super::advice::{CappedBy, SizeDelta};
use super::aggregate::Workload;
use super::limits::{LimitInput, limit_for};
use super::savings::monthly_savings;
use super::significance::{round_down_units, round_up_units};
use super::{ContainerInput, LimitPolicy, Resource, RightsizeConfig};
use crate::error::Result;
use crate::model::Reason;

/// What the bounds and the gate need to know.
pub(super) struct Sizing<'a> {
    pub(super) resource: Resource,
    pub(super) input: &'a ContainerInput,
    pub(super) cfg: &'a RightsizeConfig,
    pub(super) workload: &'a Workload,
    pub(super) limit_policy: LimitPolicy,
    /// The value was raised to the highest observed use.
    pub(super) raised: bool,
    /// Kills or throttling: the present size hurts.
    pub(super) hurts: bool,
    /// Why the size may not shrink, if so.
    pub(super) no_decrease: Option<Reason>,
}

/// A finished size.
pub(super) struct Sized {
    pub(super) recommended: f64,
    pub(super) limit: Option<f64>,
    pub(super) capped_by: CappedBy,
    pub(super) delta: SizeDelta,
}

impl Sizing<'_> {
    fn current(&self) -> (Option<f64>, Option<f64>) {
        let now = &self.input.current;
        match self.resource {
            Resource::Cpu => (now.cpu_request_cores, now.cpu_limit_cores),
            Resource::Memory => (now.memory_request_bytes, now.memory_limit_bytes),
        }
    }

    /// Bounds, rounds and gates `value`; appends to `reasons`.
    pub(super) fn finish(&self, value: f64, reasons: &mut Vec<Reason>) -> Result<Sized> {
        let (bounded, mut capped_by) = self.bound(value, reasons);
        let (request, limit) = self.current();
        let before = request.map(|size| self.resource.units(size));
        let wanted = self.delta(before, bounded)?;
        let mut units = bounded;
        if let Some(now) = before {
            let shrinks = units < now;
            if let Some(reason) = self.no_decrease.as_ref().filter(|_| shrinks) {
                reasons.push(reason.clone());
                units = now;
            } else if !wanted.significant {
                let safety = units > now && self.is_risky(request);
                if safety {
                    let message = "A small increase, but it removes a risk above the target.";
                    reasons.push(Reason::new("IncreaseForSafety", message));
                } else {
                    let message = "The change is too small to be worth a restart.";
                    let reason = Reason::new("InsignificantChange", message)
                        .with("before", self.resource.size(now))
                        .with("after", self.resource.size(units));
                    reasons.push(reason);
                    units = now;
                }
            }
        }
        let kept = before == Some(units);
        if kept {
            capped_by = CappedBy::None;
        }
        // A request that stays as it is leaves its limit alone; the text of the old request is kept, too.
        let recommended = request.filter(|_| kept).unwrap_or_else(|| self.resource.size(units));
        let (limit, more) = if kept { (limit, Vec::new()) } else { self.limit(recommended)? };
        reasons.extend(more);
        let mut delta = self.delta(before, units)?;
        delta.significant = !kept && before != Some(units);
        Ok(Sized { recommended, limit, capped_by, delta })
    }

    /// Floor, cap and node, then the quantum; in integer units.
    fn bound(&self, value: f64, reasons: &mut Vec<Reason>) -> (i128, CappedBy) {
        let (cfg, resource) = (self.cfg, self.resource);
        let node = self.input.cluster.as_ref().and_then(|c| c.largest_node.as_ref());
        let (floor, cap, quantum, node) = match resource {
            Resource::Cpu => {
                let node = node.and_then(|n| n.cpu_cores);
                (cfg.cpu_floor_cores, cfg.cpu_cap_cores, cfg.cpu_quantum_cores, node)
            }
            Resource::Memory => {
                let node = node.and_then(|n| n.memory_bytes);
                (cfg.memory_floor_bytes, cfg.memory_cap_bytes, cfg.memory_quantum_bytes, node)
            }
        };
        let units = round_up_units(resource, value, quantum);
        let mut capped_by = match units {
            _ if self.raised => CappedBy::ObservedPeak,
            units if units == resource.units(value) => CappedBy::None,
            _ => CappedBy::Quantum,
        };
        if capped_by == CappedBy::Quantum {
            let message = format!(
                "The {} request is rounded up from {} to {}, a multiple of {}.",
                resource.name(),
                resource.shown_beside(value, resource.size(units)),
                resource.shown(resource.size(units)),
                resource.shown(quantum)
            );
            let reason = Reason::new("QuantumRounding", message)
                .with("before", value)
                .with("after", resource.size(units));
            reasons.push(reason);
        }
        let mut units = units;
        let least = round_up_units(resource, floor, quantum);
        let mut bound =
            |units: &mut i128, to: i128, by: CappedBy, code: &str, [how, what]: [&str; 2]| {
                let (before, after) = (resource.size(*units), resource.size(to));
                let message = format!(
                    "The {} request is {how} from {} to the {what} of {}.",
                    resource.name(),
                    resource.shown_beside(before, after),
                    resource.shown(after)
                );
                reasons
                    .push(Reason::new(code, message).with("before", before).with("after", after));
                capped_by = by;
                *units = to;
            };
        if units < least {
            let how = ["raised", "floor"];
            bound(&mut units, least, CappedBy::Floor, "FloorApplied", how);
        }
        if let Some(most) = cap.map(|cap| round_down_units(resource, cap, quantum))
            && units > most
        {
            bound(&mut units, most, CappedBy::Cap, "CapApplied", ["lowered", "cap"]);
        }
        let most = node.map(|n| round_down_units(resource, n * cfg.allocatable_share, quantum));
        if let Some(most) = most
            && units > most
        {
            let how = ["lowered", "largest node's usable share"];
            bound(&mut units, most, CappedBy::Node, "NodeCapApplied", how);
        }
        (units, capped_by)
    }

    /// Whether the present request is exceeded more often than the target allows, or hurts.
    fn is_risky(&self, request: Option<f64>) -> bool {
        let all = &self.workload.pooled.all;
        let above = request.map_or(0, |size| all.n() - all.at_most(size));
        self.hurts || above as f64 > self.cfg.target * all.n() as f64
    }

    fn delta(&self, before: Option<i128>, units: i128) -> Result<SizeDelta> {
        let absolute = self.resource.size(units - before.unwrap_or_default());
        let relative = before.filter(|now| *now > 0).map(|now| absolute / self.resource.size(now));
        let rates = self.input.rates.as_ref();
        let monthly_savings = match (before, rates) {
            (Some(now), Some(rates)) => {
                Some(monthly_savings(self.resource, now, units, rates, self.input.replicas)?)
            }
            _ => None,
        };
        let quantum = match self.resource {
            Resource::Cpu => self.cfg.cpu_quantum_cores,
            Resource::Memory => self.cfg.memory_quantum_bytes,
        };
        let worth = match self.cfg.min_monthly_savings {
            Some(least) => {
                monthly_savings.is_some_and(|m| m.0.unsigned_abs() >= least.0.unsigned_abs())
            }
            None => true,
        };
        let large = relative.is_none_or(|r| r.abs() >= self.cfg.min_relative_change);
        let steps = before.is_none_or(|now| (units - now).abs() >= self.resource.units(quantum));
        Ok(SizeDelta {
            absolute,
            relative,
            monthly_savings,
            significant: before.is_none() || (large && steps && worth),
        })
    }

    fn limit(&self, new_request: f64) -> Result<(Option<f64>, Vec<Reason>)> {
        let (old_request, old_limit) = self.current();
        let quantile = match self.limit_policy {
            LimitPolicy::Quantile { q } => self.workload.pooled.all.linear(q),
            _ => None,
        };
        let quantum = match self.resource {
            Resource::Cpu => self.cfg.cpu_quantum_cores,
            Resource::Memory => self.cfg.memory_quantum_bytes,
        };
        limit_for(&LimitInput {
            resource: self.resource,
            policy: self.limit_policy,
            old_request,
            old_limit,
            new_request,
            quantum,
            quantile,
        })
    }
}
