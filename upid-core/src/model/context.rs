//! What the caller knows about the business: calendars, criticality, revenue, opt-outs.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::OwnerRef;
use crate::json::{Named, named};

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// Open hours on some days of the week, in local wall time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WeeklyRule {
    /// Days on which it starts.
    pub days: Vec<Weekday>,
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`, at most `24:00`; at or before the start it runs past midnight.
    pub end: String,
}

/// A holiday: its date, with or without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Holiday {
    /// `YYYY-MM-DD`.
    Date(String),
    /// A date with a name.
    Named {
        /// `YYYY-MM-DD`.
        date: String,
        /// Name.
        name: String,
    },
}

impl<'de> Deserialize<'de> for Holiday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Full {
            date: String,
            name: String,
        }
        Ok(match named(deserializer, "a date, or an object of date and name")? {
            Named::Name(date) => Self::Date(date),
            Named::Full(Full { date, name }) => Self::Named { date, name },
        })
    }
}

/// What an exception does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ExceptionKind {
    /// Open in spite of the rules.
    Open,
    /// Closed in spite of the rules.
    Closed,
}

/// A span that overrides the weekly rules and holidays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CalendarException {
    /// Local time without offset, or RFC 3339.
    pub start: String,
    /// The same.
    pub end: String,
    /// What it does.
    pub kind: ExceptionKind,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// When a business is open. Without one, business-hours questions are unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BusinessCalendar {
    /// IANA zone.
    pub time_zone: String,
    /// Weekly rules.
    #[serde(default)]
    pub weekly: Vec<WeeklyRule>,
    /// Holidays.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// Exceptions; later ones win.
    #[serde(default)]
    pub exceptions: Vec<CalendarException>,
}

/// Picks rows: AND between fields, OR inside a field; an empty field picks all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    /// Namespaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Labels and their values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations and their values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Kinds of controllers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controller_kinds: Vec<String>,
    /// Names of controllers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controllers: Vec<String>,
    /// Nodes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<String>,
    /// Pods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pods: Vec<String>,
    /// Clusters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Rows that this picks are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Selector>>,
}

/// What a [`Selector`] looks at.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Cluster.
    pub cluster: &'a str,
    /// Namespace.
    pub namespace: &'a str,
    /// Pod.
    pub pod: &'a str,
    /// Node.
    pub node: Option<&'a str>,
    /// Workload.
    pub owner: Option<&'a OwnerRef>,
    /// Labels.
    pub labels: &'a BTreeMap<String, String>,
    /// Annotations.
    pub annotations: &'a BTreeMap<String, String>,
}

impl Selector {
    /// Whether it picks something of this identity.
    pub fn matches(&self, of: &Identity<'_>) -> bool {
        let one = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|v| list.iter().any(|item| item == v))
        };
        let all = |wanted: &BTreeMap<String, String>, have: &BTreeMap<String, String>| {
            wanted.iter().all(|(key, value)| have.get(key) == Some(value))
        };
        one(&self.namespaces, Some(of.namespace))
            && one(&self.pods, Some(of.pod))
            && one(&self.nodes, of.node)
            && one(&self.clusters, Some(of.cluster))
            && one(&self.controllers, of.owner.map(|o| o.name.as_str()))
            && one(&self.controller_kinds, of.owner.map(|o| o.kind.as_str()))
            && all(&self.labels, of.labels)
            && all(&self.annotations, of.annotations)
            && !self.not.as_ref().is_some_and(|not| not.matches(of))
    }
}

/// How critical what it matches is; the highest match counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Criticality {
    /// What it is about.
    #[serde(rename = "match")]
    pub selector: Selector,
    /// 0..1.
    pub level: f64,
}

/// Revenue that depends on what it matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Revenue {
    /// What it is about.
    #[serde(rename = "match")]
    pub selector: Selector,
    /// Revenue per day.
    pub per_day: crate::units::Amount,
    /// How much of it follows the requests, 0..1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<f64>,
}

/// JVM settings of a container, which no manifest tells.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct JvmSettings {
    /// What it is about.
    #[serde(rename = "match")]
    pub selector: Selector,
    /// Container name.
    pub container: String,
    /// `-Xmx` in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_heap_bytes: Option<f64>,
    /// `-XX:MaxRAMPercentage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ram_percentage: Option<f64>,
    /// Memory outside the heap in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_heap_bytes: Option<f64>,
    /// Live set in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_set_bytes: Option<f64>,
}

/// A workload by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkloadRef {
    /// Namespace.
    pub namespace: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// `from` calls `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dependency {
    /// The caller.
    pub from: WorkloadRef,
    /// The callee.
    pub to: WorkloadRef,
    /// Whether the callee is healthy; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub healthy: Option<bool>,
}

/// What the caller knows beyond the cluster's objects.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    /// When the business is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_hours: Option<BusinessCalendar>,
    /// Addresses, networks or names that monitoring comes from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub monitoring_sources: Vec<String>,
    /// Business weights.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub criticality: Vec<Criticality>,
    /// Revenue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revenue: Vec<Revenue>,
    /// What must be left alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opt_out: Vec<Selector>,
    /// JVM settings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jvm: Vec<JvmSettings>,
}
