//! From Snapshot, Usage and Config to the Analysis: cost → idle → size → recommendations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::assemble::{Builder, key_of};
use super::join::{WorkloadKey, join};
use super::result::{Analysis, AnalysisKind, Engine};
use super::tally::Tallies;
use super::{Config, bill, people, recommend, size};
use crate::cost::{CostConfig, CostInput};
use crate::error::Result;
use crate::json::Ignored;
use crate::model::{Finding, Snapshot, Workload, facts};
use crate::units::fnv1a;
use crate::usage::Usage;
use crate::usage::operations::EncodedUsage;
use crate::{VERSION, calendar, cost, json};

/// Input of the operation `analyze`; the Usage is that of the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnalyzeInput {
    /// What exists.
    pub snapshot: Snapshot,
    /// What is tuned; every field has a default.
    #[serde(default)]
    pub config: Config,
    /// A serialised Usage in base64, where the call passes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
}

impl AnalyzeInput {
    /// Runs the analysis on the Usage of the call, else on the one in the input, else without any; names the
    /// input's unknown fields in `quality`.
    pub(crate) fn run(self, usage: Option<&Usage>, ignored: Ignored) -> Result<Analysis> {
        let embedded = match (&self.usage, usage) {
            (Some(text), None) => {
                let encoded = EncodedUsage { usage: text.clone() };
                Some(encoded.decode().map_err(|e| e.at_path("usage"))?)
            }
            _ => None,
        };
        let none = Usage::default();
        let usage = usage.or(embedded.as_ref()).unwrap_or(&none);
        let mut analysis = analyze(&self.snapshot, usage, &self.config)?;
        analysis.quality.extend(Finding::unknown_fields(ignored));
        analysis.quality.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(analysis)
    }
}

/// What [`analyze`] attributes: nodes, pods and their use as [`cost::attribute`] takes them, to share, reconcile or
/// attribute it otherwise.
///
/// # Errors
/// `UPID_INVALID_SNAPSHOT` with every problem.
pub fn cost_input(snapshot: &Snapshot, usage: &Usage, config: &CostConfig) -> Result<CostInput> {
    snapshot.validate()?;
    Ok(bill::input(snapshot, usage, &join(snapshot, usage, config))?.0)
}

/// Analyses a cluster: what each pod costs, whether it is idle and how sure that is, what size it should have.
///
/// Works with whatever is there: without Usage it still gives costs, without prices idleness and sizes; `quality`
/// names what is missing. The order of pods, nodes and samples and the number of threads change no bit.
///
/// # Errors
/// `UPID_INVALID_SNAPSHOT` with every problem; `UPID_INVALID_CONFIG`; `UPID_UNKNOWN_TIME_ZONE`;
/// `UPID_MONEY_OVERFLOW`.
pub fn analyze(snapshot: &Snapshot, usage: &Usage, config: &Config) -> Result<Analysis> {
    snapshot.validate()?;
    config.validate().map_err(|e| e.under("config"))?;
    let time_zone = config.time_zone.as_deref().unwrap_or(&snapshot.time_zone);
    let join = join(snapshot, usage, &config.cost);
    let index = facts::Index::new(snapshot);
    let facts: BTreeMap<WorkloadKey, Workload> = join
        .workloads
        .keys()
        .map(|key| (key.clone(), index.facts(&key.0, &key.1, &key.2)))
        .collect();

    let (input, cost_findings) = bill::input(snapshot, usage, &join)?;
    let mut cost = config.cost.clone();
    cost.prices = snapshot.prices.unwrap_or(cost.prices);
    let attribution = cost::attribute(&input, &cost)?;
    let known = join.pods.iter().map(|joined| key_of(joined.pod)).collect();
    // Where monitoring comes from is a fact about the cluster; the config may add to it.
    let mut idle = config.idle.clone();
    idle.traffic.monitoring_sources.extend(snapshot.context.monitoring_sources.iter().cloned());
    let tallies = Tallies::of(&attribution, &known)?;
    let assessments = people::assess(snapshot, &join, &facts, time_zone, &idle)?;
    let (sizes, refused) =
        size::sizes(snapshot, usage, &join, &attribution, &facts, &config.rightsize)?;

    let mut builder = Builder {
        snapshot,
        usage,
        config: &config.analysis,
        sizing: &config.rightsize,
        join: &join,
        attribution: &attribution,
        tallies: &tallies,
        facts: &facts,
        fits: Vec::new(),
        used: Vec::new(),
    };
    let pods = builder.pods(assessments)?;
    let (workloads, recommendations) = builder.workloads(&pods, sizes)?;
    let totals = builder.totals(&tallies.total, &pods, &workloads);
    let savings = recommend::savings(&recommendations, totals.monthly_cost, &config.analysis)?;
    let mut quality = join.findings.clone();
    quality.extend(cost_findings);
    quality.extend(refused);
    quality.extend(builder.findings(&pods));
    quality.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(Analysis {
        api_version: snapshot.api_version.clone(),
        kind: AnalysisKind::Analysis,
        cluster: snapshot.cluster.clone(),
        window: snapshot.window,
        generated_for: snapshot.now,
        currency: snapshot.currency,
        engine: Engine {
            version: VERSION.to_owned(),
            config_hash: format!("{:016x}", fnv1a(json::to_json(config)?.as_bytes())),
            time_zone_data: calendar::tz_version().to_owned(),
            idle_model: config.idle.model().version.clone(),
        },
        totals,
        namespaces: builder.namespaces(&pods, &workloads),
        workloads,
        nodes: builder.nodes(),
        pods,
        recommendations,
        savings,
        quality,
    })
}
