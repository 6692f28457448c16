//! JSON forms of the operations.

use serde::{Deserialize, Serialize};

use super::{Attribution, CostConfig, CostInput, CostNode, CostPod, attribute};
use crate::error::Result;
use crate::model::{Cluster, Fee, LoadBalancer, NetworkRates, Volume};
use crate::units::{Currency, TimeRange};

/// Input of `cost.attribute`: the fields of [`CostInput`], and `config`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttributeInput {
    /// Bounds all money.
    pub window: TimeRange,
    /// Currency of every amount.
    #[serde(default)]
    pub currency: Currency,
    /// The cluster; its provider chooses the base table.
    #[serde(default)]
    pub cluster: Cluster,
    /// Nodes.
    pub nodes: Vec<CostNode>,
    /// Pods.
    #[serde(default)]
    pub pods: Vec<CostPod>,
    /// Persistent volumes.
    #[serde(default)]
    pub volumes: Vec<Volume>,
    /// Load balancers.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// Prices of traffic.
    #[serde(default)]
    pub network_rates: Option<NetworkRates>,
    /// Fees.
    #[serde(default)]
    pub fees: Vec<Fee>,
    /// Settings.
    #[serde(default)]
    pub config: CostConfig,
}

impl AttributeInput {
    /// Runs `cost.attribute`.
    pub(crate) fn run(self) -> Result<Attribution> {
        let input = CostInput {
            window: self.window,
            currency: self.currency,
            cluster: self.cluster,
            nodes: self.nodes,
            pods: self.pods,
            volumes: self.volumes,
            load_balancers: self.load_balancers,
            network_rates: self.network_rates,
            fees: self.fees,
        };
        attribute(&input, &self.config)
    }
}
