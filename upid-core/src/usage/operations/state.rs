//! Operations on whole Usages: merge, seal, prune, retain, group, describe.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::input::{EncodedUsage, decode, encode, resolve};
use crate::error::{Error, ErrorKind, Result};
use crate::units::Timestamp;
use crate::usage::{KeyField, MergeReport, MetricId, RetentionPolicy, Usage, UsageKey, UsageSpec};

/// Input of `usage.merge`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergeInput {
    /// Usages in base64; at least one.
    pub parts: Vec<String>,
}

/// Output of `usage.merge`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergeOutput {
    /// The Usage in base64.
    pub usage: String,
    /// What the merge met.
    pub report: MergeReport,
}

impl MergeInput {
    /// Merges the parts; a Usage passed with the call is one part more.
    pub fn run(&self, handle: Option<&Usage>) -> Result<MergeOutput> {
        let mut parts: Vec<Usage> = handle.cloned().into_iter().collect();
        for (at, part) in self.parts.iter().enumerate() {
            parts.push(decode(part).map_err(|e| e.at_path(format!("parts[{at}]")))?);
        }
        if parts.is_empty() {
            return Err(Error::new(ErrorKind::EmptyInput, "there is nothing to merge")
                .at_path("parts")
                .hint("give at least one Usage in base64"));
        }
        let (usage, report) = Usage::merge_all(parts)?;
        Ok(MergeOutput { usage: encode(&usage), report })
    }
}

/// Input of `usage.seal`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SealInput {
    /// The Usage in base64, unless one is passed with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
}

impl SealInput {
    /// Joins counter parts for good.
    pub fn run(&self, handle: Option<&Usage>) -> Result<EncodedUsage> {
        let mut usage = resolve(self.usage.as_deref(), handle)?.into_owned();
        usage.seal()?;
        Ok(EncodedUsage::new(&usage))
    }
}

/// Input of `usage.prune`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PruneInput {
    /// The Usage in base64, unless one is passed with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Whole UTC days before the day of this time are dropped; epoch milliseconds.
    pub cutoff_ms: i64,
}

impl PruneInput {
    /// Drops old days.
    pub fn run(&self, handle: Option<&Usage>) -> Result<EncodedUsage> {
        let cutoff = Timestamp::from_ms(self.cutoff_ms).map_err(|e| e.at_path("cutoffMs"))?;
        let mut usage = resolve(self.usage.as_deref(), handle)?.into_owned();
        usage.prune(cutoff);
        Ok(EncodedUsage::new(&usage))
    }
}

/// Input of `usage.retain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RetainInput {
    /// The Usage in base64, unless one is passed with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Ages count from the UTC day of this time; epoch milliseconds.
    pub now_ms: i64,
    /// How long each part is kept.
    #[serde(default)]
    pub policy: RetentionPolicy,
}

impl RetainInput {
    /// Drops parts by age.
    pub fn run(&self, handle: Option<&Usage>) -> Result<EncodedUsage> {
        let now = Timestamp::from_ms(self.now_ms).map_err(|e| e.at_path("nowMs"))?;
        let mut usage = resolve(self.usage.as_deref(), handle)?.into_owned();
        usage.retain(now, &self.policy).map_err(|e| e.under("policy"))?;
        Ok(EncodedUsage::new(&usage))
    }
}

/// Input of `usage.groupBy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupByInput {
    /// The Usage in base64, unless one is passed with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// The key fields that stay.
    pub fields: Vec<KeyField>,
}

impl GroupByInput {
    /// Merges the keys that agree in the fields.
    pub fn run(&self, handle: Option<&Usage>) -> Result<EncodedUsage> {
        let usage = resolve(self.usage.as_deref(), handle)?.group_by(&self.fields)?;
        Ok(EncodedUsage::new(&usage))
    }
}

/// Input of `usage.describe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DescribeInput {
    /// The Usage in base64, unless one is passed with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
}

/// What a Usage holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Description {
    /// Its keys, in order.
    pub keys: Vec<UsageKey>,
    /// Time of the first thing in it, in epoch milliseconds; `None` if it is empty.
    pub first_ms: Option<i64>,
    /// Time of the last.
    pub last_ms: Option<i64>,
    /// What it measures.
    pub spec: UsageSpec,
    /// Length of its bytes.
    pub bytes: u64,
    /// One row per metric with a sample, over all keys.
    pub metrics: Vec<MetricDescription>,
}

/// What a Usage holds of one metric, added up over its keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MetricDescription {
    /// The metric.
    pub metric: MetricId,
    /// Accepted samples.
    pub samples: u64,
    /// Five-minute slots with a sample.
    pub observed_slots: u64,
    /// Hours with a sample.
    pub observed_hours: u64,
    /// Metric-days.
    pub days: u64,
}

impl Usage {
    /// What it holds.
    pub fn describe(&self) -> Result<Description> {
        let mut metrics: BTreeMap<MetricId, MetricDescription> = BTreeMap::new();
        for summary in self.entries.values() {
            for (id, state) in &summary.metrics {
                let state = state.stitched(*id, &self.spec)?;
                if state.days.is_empty() {
                    continue;
                }
                let row = metrics.entry(*id).or_insert_with(|| MetricDescription {
                    metric: *id,
                    samples: 0,
                    observed_slots: 0,
                    observed_hours: 0,
                    days: 0,
                });
                for day in state.days.values() {
                    row.samples = row.samples.saturating_add(day.total.count);
                    row.observed_slots += u64::from(day.observed.count());
                    let hours = (0..24).filter(|hour| day.observed.in_hour(*hour));
                    row.observed_hours += hours.count() as u64;
                    row.days += 1;
                }
            }
        }
        let span = self.span();
        Ok(Description {
            keys: self.keys().cloned().collect(),
            first_ms: span.map(|span| span.0.0),
            last_ms: span.map(|span| span.1.0),
            spec: self.spec.clone(),
            bytes: self.to_bytes().len() as u64,
            metrics: metrics.into_values().collect(),
        })
    }
}

impl DescribeInput {
    /// Says what a Usage holds.
    pub fn run(&self, handle: Option<&Usage>) -> Result<Description> {
        resolve(self.usage.as_deref(), handle)?.describe()
    }
}
