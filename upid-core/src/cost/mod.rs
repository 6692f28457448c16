//! Who caused which cost: every bill split into pods (used, wasted, unmeasured), idle, system overhead and
//! unattributed, to the last unit (cost.md).
//!
//! Money and quantities are integers after the input is read, and are split only by
//! [`apportion`](crate::units::apportion), so that the parts always sum to the bill.

mod allocate;
mod attribute;
mod billed_nodes;
mod budget;
#[cfg(feature = "catalog")]
pub mod catalog;
mod charges;
mod config;
mod flags;
mod focus;
mod gpu;
mod input;
mod leaves;
mod ledger;
mod node;
mod operation;
mod pods;
mod policy;
mod quantities;
pub mod rates;
mod reconcile;
mod report;
mod result;
mod share;
mod spans;
mod spread;
#[cfg(test)]
mod tests;
mod validate;
mod verify;

pub use attribute::attribute;
pub use billed_nodes::{
    BilledNode, BilledNodes, BilledNodesInput, UnmatchedCost, UnmatchedReason, billed_nodes,
};
pub use budget::{BUDGET_STEPS, Budget, budget};
pub use config::{BillFrom, CostConfig, MissingPrice};
pub use focus::{FocusContext, FocusFormat, FocusRow, focus_rows, write_focus};
pub use input::{CostContainer, CostInput, CostNode, CostPod, RequestStep, UsageStep};
pub use operation::{
    AttributeInput, FocusInput, FocusText, ReconcileInput, ShareOperation, Verifiable,
};
pub use policy::{
    AllocationBasis, CapacityCeiling, IdleHandling, Policy, PolicyPreset, PolicyRules, PriceSplit,
    ResourceWeights, UsageAveraging,
};
pub(crate) use quantities::{CPU, MEMORY, quantity};
pub use reconcile::{
    CostKindChoice, ReconcileConfig, ReconciledNode, Reconciliation, UnbilledNodes, reconcile,
};
pub use result::{
    Attribution, CellAmount, CostQuality, CostRemainder, CostResource, CostRow, CostTotals,
    NodeCost, NodePool, PodCost, ResourceCost, ResourceHours, Split,
};
pub use share::{
    MultiService, ShareConfig, Shared, SharedCost, SharedGroup, SharedMethod, Sharing,
    SharingMethod, SharingScope, share,
};
pub use verify::{Verification, VerificationCheck, verify, verify_shared};
