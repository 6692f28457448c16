//! The operation table: one line per operation.

use super::snapshot::{ValidateInput, Validated};
use crate::error::Result;
use crate::ingest::operation::IngestInput;
use crate::json::{Ignored, from_json, from_json_noting, from_json_strict, to_json};
use crate::model::{AccessRecords, BillSet, CatalogEntries, ShareInput, Snapshot};
use crate::units::{ParsedQuantity, ParsedTimeRange, QuantityInput, TimeRangeText};
use crate::usage::{Usage, operations as usage_ops};
use crate::{analysis, confidence, cost, idle, ingest, report, rightsize, traffic, usage};

/// An operation: its name, what it does, and how it runs on JSON.
pub struct Operation {
    /// Name, e.g. `cost.attribute`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    pub(super) run: fn(&str, Option<&Usage>) -> Result<String>,
    pub(super) canonical: fn(&str) -> Result<String>,
    #[cfg(feature = "schema")]
    pub(super) schema: fn(&mut schemars::SchemaGenerator) -> [schemars::Schema; 2],
}

/// `"name", "summary", Input => Output, function of (Input, Option<&Usage>)`; with `noting` at the end the function
/// also gets the input fields that nobody knows, with `strict` they are refused: in a question they would ask another.
macro_rules! operations {
    ($($name:literal, $summary:literal, $input:ty => $output:ty, $run:expr $(, $note:ident)?;)+) => {
        /// Every operation, in order of its name.
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            summary: $summary,
            run: runner!($input, $output, $run $(, $note)?),
            canonical: |json| to_json(&from_json::<$output>(json)?),
            #[cfg(feature = "schema")]
            schema: |g| [g.subschema_for::<$input>(), g.subschema_for::<$output>()],
        },)+];
    };
}

macro_rules! runner {
    ($input:ty, $output:ty, $run:expr) => {
        |json, usage| {
            let run: fn($input, Option<&Usage>) -> Result<$output> = $run;
            to_json(&run(from_json(json)?, usage)?)
        }
    };
    ($input:ty, $output:ty, $run:expr, strict) => {
        |json, usage| {
            let run: fn($input, Option<&Usage>) -> Result<$output> = $run;
            to_json(&run(from_json_strict(json)?, usage)?)
        }
    };
    ($input:ty, $output:ty, $run:expr, noting) => {
        |json, usage| {
            let run: fn($input, Option<&Usage>, Ignored) -> Result<$output> = $run;
            let (input, ignored) = from_json_noting(json)?;
            to_json(&run(input, usage, ignored)?)
        }
    };
}

operations! {
    "analyze", "Analyses a cluster: what each pod costs, whether it is idle, what size it should have.",
        analysis::AnalyzeInput => analysis::Analysis, |i, usage, ignored| i.run(usage, ignored), noting;
    "confidence.evaluate", "Judges how good the evidence about a pod is, apart from what it says.",
        confidence::ops::EvaluateInput => confidence::Evidence, |i, _| i.run();
    "cost.attribute", "Splits a bill over pods (used, wasted, unmeasured), idle, system overhead and unattributed.",
        cost::AttributeInput => cost::Attribution, |i, _| i.run();
    "cost.billedNodes", "Turns a bill into billed periods of nodes; lines that match no node are listed.",
        cost::BilledNodesInput => cost::BilledNodes, |i, _| i.run();
    "cost.focus", "Writes an attribution as FOCUS 1.3 allocated charges: CSV or JSON lines that any FOCUS reader takes.",
        cost::FocusInput => cost::FocusText, |i, _| i.run();
    "cost.reconcile", "Replaces modelled prices by a bill; lines that match nothing are unattributed, with the reason.",
        cost::ReconcileInput => cost::Reconciliation, |i, _| i.run();
    "cost.share", "Groups costs by any key; idle, overhead and shared costs go to the groups, to the last unit.",
        cost::ShareOperation => cost::Shared, |i, _| i.run();
    "cost.verify", "Checks that an attribution, or what cost.share made of it, adds up, also one made elsewhere; nothing is repaired.",
        cost::Verifiable => cost::Verification, |i, _| Ok(i.run());
    "idle.aggregate", "Combines the assessments of replicas: the least idle one decides.",
        idle::ops::AggregateInput => idle::WorkloadIdle, |i, _| i.run();
    "idle.assess", "Assesses a pod from samples and requests, or from the Usage by its selector: idle or not, how sure, why.",
        idle::ops::AssessInput => idle::IdleAssessment, |i, usage| i.run(usage);
    "idle.score", "Scores features with the shipped or a given model: log-odds, contributions, probability.",
        idle::ops::ScoreInput => idle::IdleScore, |i, _| i.run();
    "idle.windows", "Finds the weekly windows in which a profile shows no activity.",
        idle::ops::WindowsInput => idle::IdleWindows, |i, _| i.run();
    "ingest.accessLog", "Reads access logs: common and combined format, JSON lines, with or without a container runtime's wrapper.",
        IngestInput<ingest::AccessLogOptions> => ingest::Parsed<AccessRecords>,
        |i, _| i.run();
    "ingest.awsCostExplorer", "Reads the answer of AWS Cost Explorer's GetCostAndUsage into a BillSet.",
        IngestInput<ingest::AwsCostExplorerOptions> => ingest::Parsed<BillSet>,
        |i, _| i.run();
    "ingest.awsCur", "Reads an AWS Cost and Usage Report, legacy or 2.0, into a BillSet.",
        IngestInput<ingest::AwsCurOptions> => ingest::Parsed<BillSet>,
        |i, _| i.run();
    "ingest.azureExport", "Reads an Azure cost export (EA, MCA, resource group) into a BillSet.",
        IngestInput<ingest::AzureExportOptions> => ingest::Parsed<BillSet>,
        |i, _| i.run();
    "ingest.azureQuery", "Reads the answer of an Azure Cost Management query into a BillSet.",
        IngestInput<ingest::AzureQueryOptions> => ingest::Parsed<BillSet>,
        |i, _| i.run();
    "ingest.capabilities", "Reads which optional APIs a cluster serves: metrics, KEDA, Istio, Karpenter and others.",
        IngestInput<ingest::CapabilitiesOptions> => ingest::Parsed<ingest::Capabilities>, |i, _| i.run();
    "ingest.exposition", "Reads a text exposition (Prometheus 0.0.4, OpenMetrics): samples and events of pods and containers.",
        IngestInput<ingest::ExpositionOptions> => ingest::Parsed<ingest::SeriesSet>, |i, _| i.run();
    "ingest.focus", "Reads FOCUS 1.0 to 1.3 rows into a BillSet.",
        IngestInput<ingest::FocusOptions> => ingest::Parsed<BillSet>,
        |i, _| i.run();
    "ingest.gcpBilling", "Reads Google's billing export, JSON lines or CSV, into a BillSet.",
        IngestInput<ingest::GcpBillingOptions> => ingest::Parsed<BillSet>,
        |i, _| i.run();
    "ingest.kubelet", "Reads a kubelet's stats summary: CPU and memory of containers, network of pods.",
        IngestInput<ingest::KubeletOptions> => ingest::Parsed<ingest::SeriesSet>,
        |i, _| i.run();
    "ingest.kubernetes", "Reads objects of a cluster (kubectl get … -o json) into a Snapshot: owners, prices' keys, facts.",
        IngestInput<ingest::KubernetesOptions> => ingest::Parsed<Snapshot>, |i, _| i.run();
    "ingest.openCost", "Reads allocations or assets of OpenCost into what cost.share takes.",
        IngestInput<ingest::OpenCostOptions> => ingest::Parsed<ShareInput>,
        |i, _| i.run();
    "ingest.podMetrics", "Reads PodMetrics and NodeMetrics of the metrics API: CPU and memory by container or node.",
        IngestInput<ingest::PodMetricsOptions> => ingest::Parsed<ingest::SeriesSet>,
        |i, _| i.run();
    "ingest.prices", "Reads a price list of instance types.",
        IngestInput<ingest::PricesOptions> => ingest::Parsed<CatalogEntries>,
        |i, _| i.run();
    "ingest.prometheus", "Reads answers of the Prometheus HTTP API: samples and events of pods and containers.",
        IngestInput<ingest::PrometheusOptions> => ingest::Parsed<ingest::SeriesSet>, |i, _| i.run();
    "ingest.samplesCsv", "Reads a wide table of samples: a column per metric, a row per time and container.",
        IngestInput<ingest::SamplesCsvOptions> => ingest::Parsed<ingest::SeriesSet>,
        |i, _| i.run();
    "quantity.parse", "Reads a Kubernetes quantity such as 500m, 1.5Gi or 1e9 exactly.",
        QuantityInput => ParsedQuantity, |i, _| i.run();
    "report.render", "Writes an Analysis as Text, Markdown, Csv, Json or Html.",
        report::RenderInput => report::Rendered, |i, _| i.run();
    "rightsize.backtest", "Replays a CPU policy on a series: how often its sizes would have been exceeded.",
        rightsize::BacktestInput => rightsize::Backtest, |i, _| i.run();
    "rightsize.choose", "Chooses the cheapest CPU policy that kept its promise in the replay.",
        rightsize::ChooseInput => rightsize::Chosen, |i, _| i.run();
    "rightsize.coverageTest", "Tests a sequence of violations: as many as promised (Kupiec), independent (Christoffersen).",
        rightsize::CoverageInput => rightsize::CoverageTest, |i, _| i.run();
    "rightsize.krr", "Sizes a container as Robusta KRR does.",
        rightsize::KrrInput => rightsize::KrrResult, |i, _| i.run();
    "rightsize.limits", "The limit that goes with a new request.",
        rightsize::LimitsInput => rightsize::LimitResult, |i, _| i.run();
    "rightsize.memoryFactor", "Standard deviations above the mean daily peak for a horizon and a risk.",
        rightsize::MemoryFactorInput => rightsize::MemoryFactor, |i, _| i.run();
    "rightsize.recommend", "Sizes containers with derivation, risk, replay and savings.",
        rightsize::RecommendInput => rightsize::FleetRecommendation, |i, usage| i.run(usage);
    "rightsize.upperBound", "Upper confidence bound of a quantile, or how much more data it needs.",
        rightsize::UpperBoundInput => rightsize::UpperBound, |i, usage| i.run(usage);
    "snapshot.validate", "Checks a Snapshot and reports every problem at once; gives it back in its canonical form.",
        ValidateInput => Validated, |i, _, ignored| i.run(ignored), noting;
    "timerange.parse", "Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between.",
        TimeRangeText => ParsedTimeRange, |i, _| i.run();
    "traffic.classify", "Tells probe, scrape, synthetic and bot requests from business.",
        traffic::ops::ClassifyInput => traffic::TrafficReport, |i, _| i.run();
    "traffic.rows", "Counts records of access logs by hour, under the pod or workload that answered.",
        traffic::ops::RowsInput => traffic::Rows, |i, _| Ok(i.run());
    "usage.coverage", "Which hours of a selection were observed, and where the gaps are.",
        usage_ops::CoverageInput => usage_ops::Answer<usage::Coverage>, |i, u| i.run(u), strict;
    "usage.dailyPeaks", "Daily minima and maxima of a selection.",
        usage_ops::PeaksInput => usage_ops::Answer<usage::DailyPeaks>, |i, u| i.run(u), strict;
    "usage.describe", "What a Usage holds: keys, spec, times, size, samples per metric.",
        usage_ops::DescribeInput => usage_ops::Description, |i, u| i.run(u), strict;
    "usage.effectiveSampleSize", "As many independent samples carry the information of an autocorrelated selection.",
        usage_ops::EffectiveInput => usage_ops::Answer<usage::EffectiveSamples>, |i, u| i.run(u), strict;
    "usage.groupBy", "Merges the keys that agree in some fields.",
        usage_ops::GroupByInput => usage_ops::EncodedUsage, |i, u| i.run(u), strict;
    "usage.histogram", "The merged histogram of a selection.",
        usage_ops::HistogramInput => usage_ops::Answer<usage::HistogramTable>, |i, u| i.run(u), strict;
    "usage.merge", "Merges Usages, in any order to the same bytes.",
        usage_ops::MergeInput => usage_ops::MergeOutput, |i, u| i.run(u), strict;
    "usage.moments", "Mean, variance and hourly lag-1 correlation of each UTC day of a selection.",
        usage_ops::MomentsInput => usage_ops::Answer<usage_ops::DaysAnswer>, |i, u| i.run(u), strict;
    "usage.profile", "The local week of a selection in 168 hours.",
        usage_ops::ProfileInput => usage_ops::Answer<usage::WeekProfile>, |i, u| i.run(u), strict;
    "usage.prune", "Drops whole UTC days before a cutoff.",
        usage_ops::PruneInput => usage_ops::EncodedUsage, |i, u| i.run(u), strict;
    "usage.quantiles", "Nearest-rank quantiles of a selection with the edges that enclose the true value.",
        usage_ops::QuantilesInput => usage_ops::Answer<usage::Quantiles>, |i, u| i.run(u), strict;
    "usage.retain", "Drops parts by age.",
        usage_ops::RetainInput => usage_ops::EncodedUsage, |i, u| i.run(u), strict;
    "usage.rollup", "Hourly or daily table of a Usage, or a table of series at any step that divides a day.",
        usage_ops::RollupInput => usage_ops::RollupColumns, |i, u| i.run(u), strict;
    "usage.runs", "Idle spans of a selection below a threshold.",
        usage_ops::RunsInput => usage_ops::Answer<usage::Runs>, |i, u| i.run(u), strict;
    "usage.seal", "Joins counter parts for good.",
        usage_ops::SealInput => usage_ops::EncodedUsage, |i, u| i.run(u), strict;
    "usage.summarize", "Summarises series, events and request counts into a Usage.",
        usage_ops::SummarizeInput<traffic::RequestRow> => usage_ops::SummarizeOutput, |i, _| i.run(summarize_requests);
}

/// The request rows of `usage.summarize`, under the built-in tables of agents and paths.
fn summarize_requests(
    usage: &mut Usage,
    item: usage_ops::KeyedRequests<traffic::RequestRow>,
) -> Result<Vec<crate::model::Finding>> {
    let mut input = traffic::TrafficInput::default();
    (input.requests, input.request_log) = (item.rows, item.request_log);
    traffic::add_requests(usage, &item.key, &input, None, &traffic::TrafficConfig::default())
}

#[cfg(test)]
mod tests {
    use super::OPERATIONS;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(OPERATIONS.windows(2).all(|w| w[0].name < w[1].name));
    }
}
