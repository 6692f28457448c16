//! Settings of a sharing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::Selector;
use crate::units::Amount;

/// Over whom idle or overhead is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum SharingScope {
    /// Nobody: it is shown apart.
    #[default]
    Keep,
    /// The rows on its node.
    Node,
    /// The rows of its cluster.
    Cluster,
}

/// By what idle or overhead is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum SharingMethod {
    /// By the rows' cost in the same resource.
    #[default]
    Weighted,
    /// The same for every row that has cost in the same resource.
    Even,
}

/// How idle or overhead is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Sharing {
    /// Over whom. Default `Keep`.
    pub scope: SharingScope,
    /// By what. Default `Weighted`.
    pub method: SharingMethod,
}

/// By what a shared cost goes to the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum SharedMethod {
    /// By the cost of the group, before idle and shared costs.
    #[default]
    Weighted,
    /// The same for every group.
    Even,
    /// By `weights`.
    Fixed,
}

/// A cost that everybody shares: the rows that `select` picks, or an `amount` from elsewhere.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SharedCost {
    /// Name, for people.
    pub name: String,
    /// The rows that are shared; of several rules the first that picks a row has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select: Option<Selector>,
    /// Or an amount for the window, which comes on top of the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// By what it goes to the groups. Default `Weighted`.
    pub method: SharedMethod,
    /// For `Fixed`: weight by the name of a group, at least 0.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, f64>,
}

/// What becomes of a pod of several services, where it is grouped by service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum MultiService {
    /// Each service has the same part of it.
    #[default]
    Even,
    /// The first service has all of it (as `OpenCost` does).
    First,
}

/// Settings of [`share`](super::share).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ShareConfig {
    /// What rows are grouped by: `cluster`, `node`, `namespace`, `controllerKind`, `controller`, `deployment`,
    /// `statefulset`, `daemonset`, `job`, `cronjob`, `pod`, `container`, `service`, `zone`, `capacityType`,
    /// `instanceType`, `label:…`, `annotation:…`, or a name of `keyLabels`. Default `["namespace"]`.
    pub aggregate: Vec<String>,
    /// Rows that are shown; the others are filtered out after everything is shared. Default all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Selector>,
    /// How idle is spread. Default `Keep`.
    pub idle: Sharing,
    /// How system overhead is spread. Default `Keep`.
    pub overhead: Sharing,
    /// Costs that everybody shares. Default none.
    pub shared: Vec<SharedCost>,
    /// What becomes of a pod of several services. Default `Even`.
    pub multi_service: MultiService,
    /// Whether `.`, `-` and `/` equal `_` in names of labels, as in label names of Prometheus. Default false.
    pub sanitize_labels: bool,
    /// Which label or annotation `department`, `environment`, `owner`, `product` and `team` are, e.g.
    /// `{"team": "label:squad"}`. Default the label of that name.
    pub key_labels: BTreeMap<String, String>,
}

impl Default for ShareConfig {
    fn default() -> Self {
        Self {
            aggregate: vec!["namespace".to_owned()],
            filter: None,
            idle: Sharing::default(),
            overhead: Sharing::default(),
            shared: Vec::new(),
            multi_service: MultiService::default(),
            sanitize_labels: false,
            key_labels: BTreeMap::new(),
        }
    }
}

impl ShareConfig {
    /// Sets what rows are grouped by.
    #[must_use]
    pub fn aggregate<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.aggregate = keys.into_iter().map(Into::into).collect();
        self
    }

    /// Shows only the rows that a selector picks.
    #[must_use]
    pub fn filter(mut self, filter: Selector) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sets how idle is spread.
    #[must_use]
    pub fn idle(mut self, scope: SharingScope, method: SharingMethod) -> Self {
        self.idle = Sharing { scope, method };
        self
    }

    /// Sets how system overhead is spread.
    #[must_use]
    pub fn overhead(mut self, scope: SharingScope, method: SharingMethod) -> Self {
        self.overhead = Sharing { scope, method };
        self
    }

    /// Sets what becomes of a pod of several services.
    #[must_use]
    pub fn multi_service(mut self, how: MultiService) -> Self {
        self.multi_service = how;
        self
    }

    /// Sets whether names of labels compare as Prometheus writes them.
    #[must_use]
    pub fn sanitize_labels(mut self, yes: bool) -> Self {
        self.sanitize_labels = yes;
        self
    }

    /// Says which label or annotation a key such as `team` is.
    #[must_use]
    pub fn key_label(mut self, key: &str, label: &str) -> Self {
        self.key_labels.insert(key.to_owned(), label.to_owned());
        self
    }

    /// Adds a cost that everybody shares.
    #[must_use]
    pub fn shared(mut self, cost: SharedCost) -> Self {
        self.shared.push(cost);
        self
    }

    /// `UPID_INVALID_CONFIG` with the path of the first setting that makes no sense.
    pub(super) fn validate(&self) -> Result<()> {
        let fail = |path: String, message: String, hint: &str| {
            Err(Error::new(ErrorKind::InvalidConfig, message).at_path(path).hint(hint))
        };
        for (index, cost) in self.shared.iter().enumerate() {
            let path = format!("shared[{index}]");
            if cost.select.is_some() == cost.amount.is_some() {
                let message = "a shared cost is either rows or an amount".to_owned();
                return fail(path, message, "give one of select and amount");
            }
            if cost.method != SharedMethod::Fixed && !cost.weights.is_empty() {
                let message = format!("weights have no meaning under {:?}", cost.method);
                return fail(path + ".weights", message, "set method to Fixed, or drop them");
            }
            for (name, weight) in &cost.weights {
                if !(0.0..=1e18).contains(weight) {
                    let message = format!("the weight {weight} is not between 0 and 1e18");
                    let path = format!("{path}.weights.{name}");
                    return fail(path, message, "weights are relative, e.g. 2 and 1");
                }
            }
        }
        Ok(())
    }
}
