//! Settings and result of a reconciliation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cost::billed_nodes::UnmatchedCost;
use crate::cost::config::CostConfig;
use crate::cost::result::{Attribution, CostResource};
use crate::model::CostKind;
use crate::units::Amount;

/// Which cost of the lines is taken; kinds are never mixed, and blended cost is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CostKindChoice {
    /// The first of net effective, effective, net billed and billed that every line has.
    #[default]
    Auto,
    /// Amortised, after negotiated discounts.
    NetEffective,
    /// Amortised.
    Effective,
    /// As invoiced, after negotiated discounts.
    NetBilled,
    /// As invoiced.
    Billed,
}

impl CostKindChoice {
    /// The kind; none: the first that every line has.
    pub(super) fn kind(self) -> Option<CostKind> {
        match self {
            Self::Auto => None,
            Self::NetEffective => Some(CostKind::NetEffective),
            Self::Effective => Some(CostKind::Effective),
            Self::NetBilled => Some(CostKind::NetBilled),
            Self::Billed => Some(CostKind::Billed),
        }
    }
}

/// What becomes of nodes that the bill does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum UnbilledNodes {
    /// They keep their modelled cost (`NotBilled`).
    #[default]
    Keep,
    /// They are left out; their pods have no node.
    Exclude,
}

/// Settings of [`reconcile`](super::reconcile).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ReconcileConfig {
    /// Which cost of the lines is taken. Default `Auto`.
    pub cost_kind: CostKindChoice,
    /// What becomes of nodes that the bill does not know. Default `Keep`.
    pub unbilled_nodes: UnbilledNodes,
    /// Whether taxes are part of the bill; they are unattributed. Default true.
    pub include_tax: bool,
    /// Whether lines that match nothing are part of the attribution, unattributed. Default true.
    pub include_unmatched: bool,
    /// Whether a bill that says it is only a part is taken. Default false.
    pub allow_partial: bool,
    /// Settings of the attribution.
    pub cost: CostConfig,
}

impl Default for ReconcileConfig {
    fn default() -> Self {
        Self {
            cost_kind: CostKindChoice::default(),
            unbilled_nodes: UnbilledNodes::default(),
            include_tax: true,
            include_unmatched: true,
            allow_partial: false,
            cost: CostConfig::default(),
        }
    }
}

impl ReconcileConfig {
    /// Sets which cost of the lines is taken.
    #[must_use]
    pub fn cost_kind(mut self, kind: CostKindChoice) -> Self {
        self.cost_kind = kind;
        self
    }

    /// Sets what becomes of nodes that the bill does not know.
    #[must_use]
    pub fn unbilled_nodes(mut self, nodes: UnbilledNodes) -> Self {
        self.unbilled_nodes = nodes;
        self
    }

    /// Sets whether taxes are part of the bill.
    #[must_use]
    pub fn include_tax(mut self, yes: bool) -> Self {
        self.include_tax = yes;
        self
    }

    /// Sets whether lines that match nothing are part of the attribution.
    #[must_use]
    pub fn include_unmatched(mut self, yes: bool) -> Self {
        self.include_unmatched = yes;
        self
    }

    /// Sets how the bill is attributed.
    #[must_use]
    pub fn cost(mut self, cost: CostConfig) -> Self {
        self.cost = cost;
        self
    }
}

/// A node, as modelled and as billed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReconciledNode {
    /// Name.
    pub name: String,
    /// What its price comes to in the window; null without a price.
    pub modelled: Option<Amount>,
    /// What the bill says for the window; null: it does not know the node.
    pub billed: Option<Amount>,
    /// billed − modelled; null if one is.
    pub adjustment: Option<Amount>,
    /// The same by resource, of what met the node's life.
    pub adjustments: BTreeMap<CostResource, Amount>,
    /// billed ÷ modelled; null if modelled is 0 or unknown.
    pub factor: Option<f64>,
}

/// A bill and what it was for: billedTotal = matched + Σ unmatched, attribution.bill = billedTotal + unbilled − what
/// the settings keep out of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reconciliation {
    /// Which cost of the lines was taken.
    pub cost_kind: CostKind,
    /// The attribution of the bill; `adjustment` of a row's costs is what of them the bill added.
    pub attribution: Attribution,
    /// Nodes by name.
    pub nodes: Vec<ReconciledNode>,
    /// What was billed for the window.
    pub billed_total: Amount,
    /// What of it is for nodes, volumes and load balancers of the input.
    pub matched: Amount,
    /// The rest, by service and reason.
    pub unmatched: Vec<UnmatchedCost>,
    /// Modelled cost of what the bill does not know, beside billedTotal.
    pub unbilled: Amount,
    /// What the lines say of time outside the window, beside billedTotal.
    pub outside_window: Amount,
    /// Lines that describe a part of another one, which are never added.
    pub parts: u64,
    /// A line is not final.
    pub estimated: bool,
    /// What of the bill went nowhere: always 0.
    pub residual: Amount,
}
