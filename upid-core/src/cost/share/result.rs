//! What a sharing says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{CostResource, Finding, Split};
use crate::units::{Amount, Currency};

/// A group of rows and its part of what is shared.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SharedGroup {
    /// One value per key of `aggregate`; `__unallocated__`: the rows have none.
    pub key: Vec<String>,
    /// The values, joined by `/`.
    pub name: String,
    /// Own cost of the rows.
    pub amount: Amount,
    /// What they used of it.
    pub used: Amount,
    /// What they wasted.
    pub wasted: Amount,
    /// What nobody measured.
    pub unmeasured: Amount,
    /// Its part of the idle cost.
    pub idle_share: Amount,
    /// Its part of the system overhead.
    pub overhead_share: Amount,
    /// Its part of the shared costs, with their idle and overhead.
    pub shared_share: Amount,
    /// amount + idleShare + overheadShare + sharedShare.
    pub total: Amount,
    /// Own cost by resource.
    pub costs: BTreeMap<CostResource, Split>,
    /// Hours that its pods lived, each pod counted once.
    pub hours: f64,
    /// wasted ÷ (used + wasted), 0..1; null where nothing was measured.
    pub waste_share: Option<f64>,
}

/// Costs by group: Σ totals + idle + systemOverhead + unattributed + filteredOut = bill.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Shared {
    /// Currency of every amount.
    #[serde(default)]
    pub currency: Currency,
    /// The input and the shared amounts.
    pub bill: Amount,
    /// Groups, in order of their keys.
    pub groups: Vec<SharedGroup>,
    /// Idle that went to no group.
    pub idle: Amount,
    /// System overhead that went to no group.
    pub system_overhead: Amount,
    /// What nobody caused, and shared costs that no group takes.
    pub unattributed: Amount,
    /// What the filter took away.
    pub filtered_out: Amount,
    /// bill − Σ: always 0.
    pub residual: Amount,
    /// `MixedSigns`: costs and credits meet in one pool, so it is not shared.
    #[serde(default)]
    pub flags: Vec<Finding>,
}
