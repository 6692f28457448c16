//! Prices of nodes.

use serde::{Deserialize, Serialize};

use crate::units::{Amount, Currency, RateAmount, Timestamp};

/// How a node is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PriceKind {
    /// List price, by use.
    OnDemand,
    /// Interruptible.
    Spot,
    /// Reserved instance.
    Reserved,
    /// Savings plan.
    SavingsPlan,
    /// Committed use.
    Committed,
    /// Not known.
    #[default]
    Unknown,
}

/// Where a price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PriceSource {
    /// From a bill.
    Billed,
    /// Given by the caller.
    #[default]
    Quoted,
    /// From the embedded price list.
    Catalog,
    /// From the base table.
    Estimated,
    /// No price: amounts are null, never 0.
    Missing,
}

/// Cost that was billed for a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BilledCost {
    /// First instant of the period.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Amount billed for it; negative for a credit.
    pub amount: Amount,
}

/// Prices per unit-hour.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rates {
    /// Currency, where it does not stand in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Per core and hour.
    pub cpu_core_hour: RateAmount,
    /// Per GiB (2³⁰ bytes) and hour.
    pub memory_gib_hour: RateAmount,
    /// Per GPU and hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu_hour: Option<RateAmount>,
}

/// The price of a node. Order of use: `billed`, then `hourlyCost` or `unitCosts`, then missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NodePrice {
    /// Billed periods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub billed: Vec<BilledCost>,
    /// Price of the whole node per hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_cost: Option<RateAmount>,
    /// Prices per unit-hour; beside `hourlyCost` they only weigh the split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_costs: Option<Rates>,
    /// Fractions taken off, one after another: rate × Π(1 − d).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<f64>,
    /// How it is paid for.
    pub kind: PriceKind,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<PriceSource>,
    /// When it was valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
}
