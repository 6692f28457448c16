//! Many containers at once: rows in the order of their savings, and their sums.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{
    ContainerInput, ContainerKey, FleetRecommendation, FleetSummary, Resource, RightsizeConfig,
    SizeDelta, SizeEvidence, SizeRecommendation, SizeSavings, recommend_batch,
};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Rates, Reason};
use crate::units::{Amount, Timestamp};
use crate::usage::Usage;

/// Input of `rightsize.recommend`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecommendInput {
    /// The end of the look-back.
    pub now: Timestamp,
    /// Settings.
    #[serde(default)]
    pub config: RightsizeConfig,
    /// Prices for containers without their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
    /// The containers.
    pub containers: Vec<ContainerInput>,
}

impl RecommendInput {
    /// Runs `rightsize.recommend`.
    ///
    /// A container that cannot be read becomes a row without sizes whose reason has the error's code.
    ///
    /// # Errors
    /// `UPID_INVALID_CONFIG`; `UPID_CURRENCY_MISMATCH` if two containers have rates of different currencies.
    pub fn run(mut self, usage: Option<&Usage>) -> Result<FleetRecommendation> {
        for c in &mut self.containers {
            if c.rates.is_none() {
                c.rates.clone_from(&self.rates);
            }
        }
        one_currency(&self.containers)?;
        let results = recommend_batch(&self.containers, usage, &self.config, self.now)?;
        let mut rows: Vec<(u32, SizeRecommendation)> = self
            .containers
            .iter()
            .zip(results)
            .map(|(c, result)| {
                (c.replicas, result.unwrap_or_else(|e| SizeRecommendation::failed(&c.key, &e)))
            })
            .collect();
        rows.sort_by(|(_, a), (_, b)| {
            let rank = |r: &SizeRecommendation| Reverse(r.savings.monthly);
            rank(a).cmp(&rank(b)).then_with(|| a.key.cmp(&b.key))
        });
        let summary = summarize(&rows)?;
        let recommendations = rows.into_iter().map(|(_, row)| row).collect();
        Ok(FleetRecommendation { recommendations, summary })
    }
}

fn one_currency(containers: &[ContainerInput]) -> Result<()> {
    let mut known =
        containers.iter().enumerate().filter_map(|(i, c)| Some((i, c.rates.as_ref()?.currency?)));
    let Some((_, first)) = known.next() else { return Ok(()) };
    known.try_for_each(|(i, currency)| {
        let same = first.same(currency);
        same.map_err(|e| e.at_path(format!("containers[{i}].rates.currency")))
    })
}

impl SizeRecommendation {
    /// A row without sizes for a container that cannot be read.
    fn failed(key: &ContainerKey, error: &Error) -> Self {
        let mut reason = Reason::new(error.code(), error.message());
        if let Some(path) = &error.place().path {
            reason = reason.with("path", path.as_str());
        }
        Self {
            key: key.clone(),
            cpu: None,
            memory: None,
            savings: SizeSavings::default(),
            hot_pod_ratio: None,
            evidence: SizeEvidence::default(),
            reasons: vec![reason],
            warnings: Vec::new(),
        }
    }

    /// The changes of CPU and memory, where a request is set now.
    fn changes(&self) -> [(Resource, Option<SizeDelta>); 2] {
        let cpu = self.cpu.as_ref().filter(|a| a.current.is_some()).and_then(|a| a.delta);
        let memory = self.memory.as_ref().filter(|a| a.current.is_some()).and_then(|a| a.delta);
        [(Resource::Cpu, cpu), (Resource::Memory, memory)]
    }

    /// Whether a change of CPU or memory is worth making.
    pub fn is_significant(&self) -> bool {
        self.cpu.as_ref().is_some_and(super::ResourceAdvice::is_significant)
            || self.memory.as_ref().is_some_and(super::ResourceAdvice::is_significant)
    }

    /// Whether it holds neither size.
    pub fn is_refused(&self) -> bool {
        self.cpu.as_ref().and_then(|a| a.recommended).is_none()
            && self.memory.as_ref().and_then(|a| a.recommended).is_none()
    }
}

fn summarize(rows: &[(u32, SizeRecommendation)]) -> Result<FleetSummary> {
    let mut summary = FleetSummary { containers: rows.len() as u64, ..FleetSummary::default() };
    let (mut cpu, mut memory) = (0i128, 0i128);
    let mut savings: Option<Amount> = None;
    for (replicas, row) in rows {
        summary.refused += u64::from(row.is_refused());
        summary.significant += u64::from(row.is_significant());
        for (resource, delta) in row.changes() {
            let sum = if resource == Resource::Cpu { &mut cpu } else { &mut memory };
            let units = delta.map_or(0, |d| resource.units(d.absolute));
            *sum = units
                .checked_mul(i128::from(*replicas))
                .and_then(|units| sum.checked_add(units))
                .ok_or_else(|| Error::new(ErrorKind::Overflow, "the fleet is too large"))?;
        }
        if let Some(monthly) = row.savings.monthly {
            savings = Some(savings.unwrap_or_default().add(monthly)?);
        }
        let advices = [
            row.cpu.as_ref().map(|a| &a.reasons),
            row.memory.as_ref().map(|a| &a.reasons),
            Some(&row.reasons),
        ];
        for reason in advices.into_iter().flatten().flatten() {
            *summary.by_reason.entry(reason.code.clone()).or_default() += 1;
        }
    }
    summary.cpu_cores_delta = Resource::Cpu.size(cpu);
    summary.memory_bytes_delta = Resource::Memory.size(memory);
    summary.monthly_savings = savings;
    Ok(summary)
}
