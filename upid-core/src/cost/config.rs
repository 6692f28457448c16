//! Settings of an attribution.

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use super::rates::BaseRates;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Prices;

/// What a node without a price costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum MissingPrice {
    /// Unknown: its amounts are null.
    #[default]
    Null,
    /// What the base table says (`PriceEstimated`).
    Estimate,
}

/// From when on a pod is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum BillFrom {
    /// From scheduling: it reserves capacity while images are pulled.
    #[default]
    Scheduled,
    /// From the start of its containers.
    Started,
}

/// Settings of [`attribute`](super::attribute).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CostConfig {
    /// Who is charged for what. Default `TwoTier` (cost.md §5).
    pub policy: Policy,
    /// Length of the cells in which money is rounded; divides 86 400. Default 3600: bills are hourly.
    pub grid_seconds: u32,
    /// Base table of unit prices. Default `Auto`: by the provider of the cluster.
    pub base_rates: BaseRates,
    /// What a node without a price costs. Default `Null`: missing is not zero, and no guess.
    pub missing_price: MissingPrice,
    /// Where prices come from. Default `Given`.
    pub prices: Prices,
    /// Fraction off the on-demand price for a Spot node that has no spot price. Default none: then it is missing.
    pub spot_discount: Option<f64>,
    /// Whether discounts hold for GPUs too. Default true (`OpenCost`: CPU and memory only).
    pub discount_gpu: bool,
    /// Age at which a price is called stale, in days before the end of the window. Default 90.
    pub max_price_age_days: u32,
    /// From when on a pod is billed; read where lives are made from a Snapshot. Default `Scheduled`.
    pub bill_from: BillFrom,
    /// How many `k8s.amazonaws.com/vgpu` make a GPU. Default 10 [Kubecost docs].
    pub vgpu_per_gpu: u32,
    /// Whether rows carry their amount per cell. Default false.
    pub timeline: bool,
}

impl Default for CostConfig {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            grid_seconds: 3600,
            base_rates: BaseRates::default(),
            missing_price: MissingPrice::default(),
            prices: Prices::default(),
            spot_discount: None,
            discount_gpu: true,
            max_price_age_days: 90,
            bill_from: BillFrom::default(),
            vgpu_per_gpu: 10,
            timeline: false,
        }
    }
}

impl CostConfig {
    /// Sets the policy.
    #[must_use]
    pub fn policy(mut self, policy: impl Into<Policy>) -> Self {
        self.policy = policy.into();
        self
    }

    /// Sets the length of a cell.
    #[must_use]
    pub fn grid_seconds(mut self, seconds: u32) -> Self {
        self.grid_seconds = seconds;
        self
    }

    /// Sets the base table.
    #[must_use]
    pub fn base_rates(mut self, rates: BaseRates) -> Self {
        self.base_rates = rates;
        self
    }

    /// Sets what a node without a price costs.
    #[must_use]
    pub fn missing_price(mut self, missing: MissingPrice) -> Self {
        self.missing_price = missing;
        self
    }

    /// Sets where prices come from.
    #[must_use]
    pub fn prices(mut self, prices: Prices) -> Self {
        self.prices = prices;
        self
    }

    /// Sets the fraction off the on-demand price of a Spot node without a spot price.
    #[must_use]
    pub fn spot_discount(mut self, fraction: f64) -> Self {
        self.spot_discount = Some(fraction);
        self
    }

    /// Sets whether discounts hold for GPUs too.
    #[must_use]
    pub fn discount_gpu(mut self, yes: bool) -> Self {
        self.discount_gpu = yes;
        self
    }

    /// Keeps the amount per cell.
    #[must_use]
    pub fn timeline(mut self, yes: bool) -> Self {
        self.timeline = yes;
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let fail = |path: &str, message: String, hint: &str| {
            Err(Error::new(ErrorKind::InvalidConfig, message).at_path(path).hint(hint))
        };
        if self.grid_seconds == 0 || 86_400 % self.grid_seconds != 0 {
            return fail(
                "gridSeconds",
                format!("{} does not divide 86400", self.grid_seconds),
                "use 3600, 900 or another divisor of a day",
            );
        }
        if let Some(discount) = self.spot_discount
            && !(0.0..=1.0).contains(&discount)
        {
            return fail(
                "spotDiscount",
                format!("{discount} is not between 0 and 1"),
                "give the fraction taken off, e.g. 0.7",
            );
        }
        if self.vgpu_per_gpu == 0 {
            return fail(
                "vgpuPerGpu",
                "0 parts make no GPU".into(),
                "use 10, the plugin's default",
            );
        }
        self.policy.rules().validate()
    }
}
