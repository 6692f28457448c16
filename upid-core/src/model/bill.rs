//! Bills: one row type for every cloud (ingest.md §9).
//!
//! The fields stand in the order in which lines are sorted, so that a shuffled bill gives the same lines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Provider;
use crate::error::Result;
use crate::units::{Amount, Currency, Interval, Timestamp};

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum BillCategory {
    /// Machines.
    Compute,
    /// Disks, objects, file systems.
    Storage,
    /// Load balancers.
    LoadBalancer,
    /// Traffic, addresses, gateways.
    Network,
    /// GPUs that are billed apart from their machine.
    Gpu,
    /// Managed Kubernetes.
    ControlPlane,
    /// Licences.
    License,
    /// Taxes.
    Tax,
    /// Credits.
    Credit,
    /// Support plans.
    Support,
    /// Anything else, or not known.
    #[default]
    Other,
}

/// How a charge came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ChargeType {
    /// By use.
    #[default]
    Usage,
    /// Bought ahead: a commitment, a reservation.
    Purchase,
    /// Tax.
    Tax,
    /// Credit.
    Credit,
    /// Money back.
    Refund,
    /// Correction, discount, rounding.
    Adjustment,
    /// Fee.
    Fee,
}

/// At which kind of price a charge was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum BillPricing {
    /// List or negotiated price, by use.
    OnDemand,
    /// Interruptible capacity.
    Spot,
    /// Covered by a commitment.
    Committed,
    /// Another one.
    Other,
}

/// Which of its costs a line is taken at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CostKind {
    /// Amortised, after negotiated discounts.
    NetEffective,
    /// Amortised: commitments spread over what they cover.
    Effective,
    /// As invoiced, after negotiated discounts.
    NetBilled,
    /// As invoiced.
    #[default]
    Billed,
}

impl CostKind {
    /// Every kind, the most telling first.
    pub const ALL: [Self; 4] = [Self::NetEffective, Self::Effective, Self::NetBilled, Self::Billed];
}

/// The costs of a line, in the currency of its set. Absent is unknown, "0" is a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BillCosts {
    /// As invoiced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed: Option<Amount>,
    /// Amortised: commitments spread over what they cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<Amount>,
    /// As invoiced, after negotiated discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_billed: Option<Amount>,
    /// Amortised, after negotiated discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_effective: Option<Amount>,
    /// At list prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Amount>,
    /// At contracted prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contracted: Option<Amount>,
}

impl BillCosts {
    /// The cost of a kind.
    pub fn of(&self, kind: CostKind) -> Option<Amount> {
        match kind {
            CostKind::NetEffective => self.net_effective,
            CostKind::Effective => self.effective,
            CostKind::NetBilled => self.net_billed,
            CostKind::Billed => self.billed,
        }
    }

    /// Only the cost of a kind.
    pub fn only(kind: CostKind, amount: Option<Amount>) -> Self {
        let mut costs = Self::default();
        *match kind {
            CostKind::NetEffective => &mut costs.net_effective,
            CostKind::Effective => &mut costs.effective,
            CostKind::NetBilled => &mut costs.net_billed,
            CostKind::Billed => &mut costs.billed,
        } = amount;
        costs
    }
}

/// Whether a commitment was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CommitmentStatus {
    /// The charge is covered by it.
    Used,
    /// The charge is the part of it that nothing used.
    Unused,
}

/// The commitment that a line belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Commitment {
    /// Id or ARN.
    pub id: String,
    /// `Reservation`, `SavingsPlan`, or as the bill says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Used or not; none for its purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CommitmentStatus>,
}

/// What a provider's own split means beside workloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum BillSpecial {
    /// What the nodes keep for themselves.
    SystemOverhead,
    /// Requested by nobody.
    Idle,
    /// The provider does not know.
    Unknown,
    /// The provider does not split this SKU.
    Unsupported,
}

/// The Kubernetes object that a line is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BillKubernetes {
    /// Cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Kind of the workload, e.g. `Deployment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload_kind: Option<String>,
    /// Name of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// Name of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// Uid of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// No workload, but this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special: Option<BillSpecial>,
}

/// What is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum SplitResource {
    /// CPU, in core-hours.
    Cpu,
    /// Memory, in GiB-hours.
    Memory,
    /// GPU, in GPU-hours.
    Gpu,
}

/// A part of another line's cost, as the provider split it. Never added to its parent.
#[derive(Debug, Clone, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BillSplit {
    /// Resource id of the parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What it was split to, where that is not the line's own resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Resource that was split; none: several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<SplitResource>,
    /// Reserved, in the resource's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved: Option<f64>,
    /// Used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<f64>,
    /// Charged for: the larger of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated: Option<f64>,
    /// Share of the parent, 0..1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// Cost of what was charged for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_cost: Option<Amount>,
    /// Its share of what nobody used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused_cost: Option<Amount>,
    /// `splitCost` after negotiated discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_split_cost: Option<Amount>,
    /// `unusedCost` after negotiated discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_unused_cost: Option<Amount>,
    /// `splitCost` at list prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_split_cost: Option<Amount>,
    /// `unusedCost` at list prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_unused_cost: Option<Amount>,
}

/// A credit that a line's costs already contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BillCredit {
    /// Kind as the bill says, e.g. `COMMITTED_USAGE_DISCOUNT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Amount, negative for a reduction.
    pub amount: Amount,
}

// What few charges have is boxed, which halves the others.
/// One charge.
#[derive(Debug, Clone, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BillLine {
    /// Whose bill.
    #[serde(default)]
    pub provider: Provider,
    /// Account, project or subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// First instant it is for.
    pub start: Timestamp,
    /// First instant after; `start` for a charge at an instant.
    pub end: Timestamp,
    /// Id of the resource: `i-…`, ARN, ARM path, for Google `project/zone/name`. None for fleets and fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Name of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// Service or product, as the bill names it.
    #[serde(default)]
    pub service: Option<String>,
    /// How it came about.
    #[serde(default)]
    pub charge_type: ChargeType,
    /// What it is for.
    #[serde(default)]
    pub category: BillCategory,
    /// What it costs.
    #[serde(default)]
    pub costs: BillCosts,
    /// Quantity, in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<f64>,
    /// Unit of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Instance type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Id of the stock keeping unit or meter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// What was metered, e.g. `BoxUsage:m5.xlarge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_type: Option<String>,
    /// Tags and labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// At which kind of price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<BillPricing>,
    /// The commitment it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// The Kubernetes object it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Box<BillKubernetes>>,
    /// A part of another line, as the provider split it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Box<BillSplit>>,
    /// Credits that the costs contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<BillCredit>,
    /// Invoice id or month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<String>,
    /// The bill is not final.
    #[serde(default)]
    pub estimated: bool,
}

/// A bill in one currency; lines in order of provider, account, time, resource and the further fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct BillSet {
    /// Currency of every amount; none without lines.
    pub currency: Option<Currency>,
    /// The charges.
    pub lines: Vec<BillLine>,
    /// Billing period that the bill names; several are spanned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Interval>,
}

impl BillSet {
    /// A bill of these lines, put in order.
    pub fn new(
        currency: Option<Currency>,
        mut lines: Vec<BillLine>,
        period: Option<Interval>,
    ) -> Self {
        // Quantities are finite, so every pair of lines has an order.
        lines.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        Self { currency, lines, period }
    }

    /// The sum of a kind of cost over all lines that have it.
    ///
    /// # Errors
    /// `UPID_MONEY_OVERFLOW`.
    pub fn total(&self, kind: CostKind) -> Result<Amount> {
        Amount::sum(self.lines.iter().filter_map(|line| line.costs.of(kind)))
    }
}
