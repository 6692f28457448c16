//! The price that holds for a node: billed, quoted, estimated or missing.

use super::split::split_by;
use super::tables::RateTable;
use super::{PoolWeights, pool_weights};
use crate::cost::config::{CostConfig, MissingPrice};
use crate::cost::input::CostNode;
use crate::cost::policy::{PriceSplit, ResourceWeights};
use crate::cost::quantities::{CPU, GPU, MEMORY, PER_UNIT, Quantities};
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "catalog")]
use crate::model::Prices;
use crate::model::{BilledCost, CapacityType, NodePrice, PriceKind, PriceSource, Provider};
use crate::units::{Amount, Currency, RateAmount, TimeRange, Timestamp};

/// How the bill of a node's cell comes about.
#[derive(Debug, Clone)]
pub(crate) enum NodeRate {
    /// No price.
    Missing,
    /// Amounts of a bill, split by weights.
    Billed(Vec<BilledCost>, PoolWeights),
    /// A price of the whole node, split by weights.
    Whole(RateAmount, PoolWeights),
    /// A price of each resource.
    PerResource([RateAmount; 3]),
}

/// A node's price and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct PricedNode {
    pub(crate) rate: NodeRate,
    pub(crate) source: PriceSource,
    pub(crate) kind: PriceKind,
    pub(crate) as_of: Option<Timestamp>,
    pub(crate) flags: Vec<&'static str>,
}

/// What a price is resolved against.
pub(crate) struct PriceContext<'a> {
    /// Whose catalogue holds.
    #[cfg_attr(not(feature = "catalog"), allow(dead_code))]
    pub(crate) provider: Provider,
    pub(crate) config: &'a CostConfig,
    pub(crate) split: PriceSplit,
    pub(crate) table: &'a RateTable,
    pub(crate) currency: Currency,
    pub(crate) window: TimeRange,
}

const MS_PER_DAY: i64 = crate::units::MS_PER_DAY;

/// The price of a node of that capacity. Order: `billed`, `hourlyCost`/`unitCosts`, catalogue, estimate, missing.
pub(crate) fn resolve(
    node: &CostNode,
    capacity: &Quantities,
    context: &PriceContext<'_>,
) -> Result<PricedNode> {
    let price = node.price.clone().unwrap_or_default();
    let hourly = price.hourly_cost.or(node.hourly_cost);
    let mut priced = PricedNode {
        rate: NodeRate::Missing,
        source: PriceSource::Missing,
        kind: kind(node, &price),
        as_of: price.as_of,
        flags: Vec::new(),
    };
    check(&price, hourly, context.currency)?;
    let mut billed = price.billed.clone();
    if let (true, Some(amount)) = (billed.is_empty(), node.billed_cost) {
        let TimeRange { start, end } = context.window;
        billed.push(BilledCost { start, end, amount });
    }
    let units = price.unit_costs.as_ref().map(|u| {
        [u.cpu_core_hour.0, u.memory_gib_hour.0, u.gpu_hour.unwrap_or(context.table.gpu_hour).0]
    });
    let weights = weights(capacity, units, context)?;
    let has_price = hourly.is_some() || units.is_some();
    // A Spot node with an on-demand price has no price of its own.
    let spot = node.capacity_type == CapacityType::Spot || price.kind == PriceKind::Spot;
    let foreign = spot && price.kind == PriceKind::OnDemand;
    if !billed.is_empty() {
        priced.rate = NodeRate::Billed(billed, weights);
        priced.source = PriceSource::Billed;
    } else if has_price && (!foreign || context.config.spot_discount.is_some()) {
        let mut discounts = price.discounts.clone();
        priced.source = price.source.unwrap_or(PriceSource::Quoted);
        if foreign {
            discounts.extend(context.config.spot_discount);
            priced.source = PriceSource::Estimated;
        }
        priced.rate = quoted(capacity, hourly, units, &weights, &discounts, context)?;
    } else if let Some((rate, as_of, source)) = listed(node, spot, context) {
        let mut discounts = price.discounts.clone();
        if source == PriceSource::Estimated {
            discounts.extend(context.config.spot_discount);
        }
        priced.rate = quoted(capacity, Some(rate), None, &weights, &discounts, context)?;
        (priced.source, priced.as_of) = (source, as_of);
    } else if let Some(units) = estimate(spot, capacity, context) {
        priced.rate = quoted(capacity, None, Some(units), &weights, &[], context)?;
        priced.source = PriceSource::Estimated;
        priced.as_of = None;
    }
    match priced.source {
        PriceSource::Missing => priced.flags.push("PriceMissing"),
        PriceSource::Estimated => priced.flags.push("PriceEstimated"),
        _ => {}
    }
    let oldest = context.window.end.0 - i64::from(context.config.max_price_age_days) * MS_PER_DAY;
    if priced.as_of.is_some_and(|as_of| as_of.0 < oldest) {
        priced.flags.push("PriceStale");
    }
    Ok(priced)
}

fn kind(node: &CostNode, price: &NodePrice) -> PriceKind {
    match (price.kind, node.capacity_type) {
        (PriceKind::Unknown, CapacityType::OnDemand) => PriceKind::OnDemand,
        (PriceKind::Unknown, CapacityType::Spot) => PriceKind::Spot,
        (PriceKind::Unknown, CapacityType::Reserved) => PriceKind::Reserved,
        (kind, _) => kind,
    }
}

fn check(price: &NodePrice, hourly: Option<RateAmount>, currency: Currency) -> Result<()> {
    let fail = |path: String, message: String, hint: &str| {
        Err(Error::new(ErrorKind::InvalidValue, message).at_path(path).hint(hint))
    };
    if hourly.is_some_and(|rate| rate.0 < 0) {
        let hint = "a rate is at least 0; credits belong into `billed`";
        return fail("hourlyCost".into(), "the hourly cost is negative".into(), hint);
    }
    if let Some(units) = &price.unit_costs {
        if let Some(other) = units.currency {
            currency.same(other).map_err(|e| e.under("price.unitCosts.currency"))?;
        }
        let all = [units.cpu_core_hour, units.memory_gib_hour, units.gpu_hour.unwrap_or_default()];
        if all.iter().any(|rate| rate.0 < 0) {
            let hint = "prices are at least 0";
            return fail("price.unitCosts".into(), "a unit cost is negative".into(), hint);
        }
    }
    for (index, discount) in price.discounts.iter().enumerate() {
        if !(0.0..=1.0).contains(discount) {
            let path = format!("price.discounts[{index}]");
            let hint = "give the fraction taken off, e.g. 0.3";
            return fail(path, format!("the discount {discount} is not between 0 and 1"), hint);
        }
    }
    for (index, bill) in price.billed.iter().enumerate() {
        if bill.end < bill.start {
            let path = format!("price.billed[{index}]");
            return fail(path, "the period runs backward".into(), "start <= end");
        }
    }
    Ok(())
}

/// How the price is split: by unit costs, the base table, or the policy.
fn weights(
    capacity: &Quantities,
    units: Option<[i128; 3]>,
    context: &PriceContext<'_>,
) -> Result<PoolWeights> {
    let nano = |weight: f64| (weight * 1e9).round_ties_even() as i128;
    let three = |w: &ResourceWeights| [nano(w.cpu), nano(w.memory), nano(w.gpu.unwrap_or(0.0))];
    match &context.split {
        PriceSplit::BaseRates => {
            let table = context.table;
            let base = [table.cpu_core_hour.0, table.memory_gib_hour.0, table.gpu_hour.0];
            pool_weights(capacity, units.unwrap_or(base))
        }
        PriceSplit::Ratio(ratio) => {
            if capacity[GPU] > 0 && ratio.gpu.is_none() {
                return Err(Error::new(
                    ErrorKind::InvalidConfig,
                    "the node has GPUs and the policy has no ratio for them",
                )
                .at_path("config.policy.split.Ratio.gpu")
                .hint("give the price of a GPU relative to a core and a GiB"));
            }
            pool_weights(capacity, three(ratio))
        }
        PriceSplit::FixedShares(shares) => {
            let mut weights = [0u128; 3];
            for (index, share) in three(shares).into_iter().enumerate() {
                weights[index] = if capacity[index] > 0 { share.unsigned_abs() } else { 0 };
            }
            Ok(weights)
        }
    }
}

/// A quoted price after its discounts.
fn quoted(
    capacity: &Quantities,
    hourly: Option<RateAmount>,
    units: Option<[i128; 3]>,
    weights: &PoolWeights,
    discounts: &[f64],
    context: &PriceContext<'_>,
) -> Result<NodeRate> {
    let per_resource = match (hourly, units) {
        (Some(hourly), _) if context.config.discount_gpu || discounts.is_empty() => {
            return Ok(NodeRate::Whole(discounted(hourly, discounts)?, *weights));
        }
        // GPUs keep their full price, so the price must be split before it is discounted.
        (Some(hourly), _) if weights.iter().any(|&w| w > 0) => {
            split_by(Amount(hourly.0), weights)?.map(|part| RateAmount(part.0))
        }
        (Some(hourly), _) => return Ok(NodeRate::Whole(discounted(hourly, discounts)?, *weights)),
        (None, units) => {
            let units = units.unwrap_or_default();
            let mut rates = [RateAmount::ZERO; 3];
            for index in [CPU, MEMORY, GPU] {
                rates[index] = RateAmount(units[index])
                    .mul_ratio(i128::from(capacity[index]), i128::from(PER_UNIT[index]))?;
            }
            rates
        }
    };
    let mut rates = per_resource;
    for (index, rate) in rates.iter_mut().enumerate() {
        if index != GPU || context.config.discount_gpu {
            *rate = discounted(*rate, discounts)?;
        }
    }
    match context.split {
        PriceSplit::BaseRates => Ok(NodeRate::PerResource(rates)),
        _ => Ok(NodeRate::Whole(RateAmount::sum(rates)?, *weights)),
    }
}

/// `rate × Π(1 − d)`.
fn discounted(rate: RateAmount, discounts: &[f64]) -> Result<RateAmount> {
    const ONE: i128 = 1_000_000_000_000;
    discounts.iter().try_fold(rate, |rate, discount| {
        let off = (discount * ONE as f64).round_ties_even() as i128;
        rate.mul_ratio(ONE - off, ONE)
    })
}

/// A rate, when it was valid and where it comes from.
type Listed = (RateAmount, Option<Timestamp>, PriceSource);

/// What the catalogue says, where it is to be used. A Spot node without a spot price takes the on-demand price, and is
/// estimated, only if a discount is configured. The list is in USD.
#[cfg(feature = "catalog")]
fn listed(node: &CostNode, spot: bool, context: &PriceContext<'_>) -> Option<Listed> {
    let is_used = context.config.prices == Prices::Catalog && context.currency == Currency::USD;
    let (region, name) = (node.region.as_deref()?, node.instance_type.as_deref()?);
    let found = is_used.then(|| crate::cost::catalog::lookup(context.provider, region, name));
    let entry = found.flatten()?;
    if !spot {
        return Some((entry.on_demand?, entry.as_of, PriceSource::Catalog));
    }
    if let Some(rate) = entry.spot {
        return Some((rate, entry.as_of, PriceSource::Catalog));
    }
    context.config.spot_discount?;
    Some((entry.on_demand?, entry.as_of, PriceSource::Estimated))
}

/// This build has no catalogue, and [`attribute`](crate::cost::attribute) refuses to be asked for it.
#[cfg(not(feature = "catalog"))]
fn listed(_: &CostNode, _: bool, _: &PriceContext<'_>) -> Option<Listed> {
    None
}

/// Unit prices of the base table, where it is to be used and has them. It is in USD.
fn estimate(spot: bool, capacity: &Quantities, context: &PriceContext<'_>) -> Option<[i128; 3]> {
    if context.config.missing_price != MissingPrice::Estimate || context.currency != Currency::USD {
        return None;
    }
    let table = context.table;
    if !spot {
        return Some([table.cpu_core_hour.0, table.memory_gib_hour.0, table.gpu_hour.0]);
    }
    // No table has a spot price of a GPU, and none is made up.
    let (cpu, memory) = (table.spot_cpu_core_hour?, table.spot_memory_gib_hour?);
    (capacity[GPU] == 0).then_some([cpu.0, memory.0, 0])
}
