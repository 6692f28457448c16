// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.

import type { Json, Usage } from '../index'
import type {
  AggregateInput,
  Analysis,
  AnalyzeInput,
  AssessInput,
  AttributeInput,
  Attribution,
  Attribution2,
  Backtest,
  BacktestInput,
  BilledNodes,
  BilledNodesInput,
  ChooseInput,
  Chosen,
  ClassifyInput,
  CoverageAnswer,
  CoverageInput,
  CoverageInput2,
  CoverageTest,
  DailyPeaksAnswer,
  DaysAnswerAnswer,
  DescribeInput,
  Description,
  EffectiveInput,
  EffectiveSamplesAnswer,
  EncodedUsage,
  EvaluateInput,
  Evidence,
  FleetRecommendation,
  FocusInput,
  FocusText,
  GroupByInput,
  HistogramInput,
  HistogramTableAnswer,
  IdleAssessment,
  IdleScore,
  IdleWindows,
  IngestInput,
  IngestInput10,
  IngestInput11,
  IngestInput12,
  IngestInput13,
  IngestInput14,
  IngestInput15,
  IngestInput16,
  IngestInput2,
  IngestInput3,
  IngestInput4,
  IngestInput5,
  IngestInput6,
  IngestInput7,
  IngestInput8,
  IngestInput9,
  KrrInput,
  KrrResult,
  LimitResult,
  LimitsInput,
  MemoryFactor,
  MemoryFactorInput,
  MergeInput,
  MergeOutput,
  MomentsInput,
  ParsedAccessRecords,
  ParsedBillSet,
  ParsedCapabilities,
  ParsedCatalogEntries,
  ParsedQuantity,
  ParsedSeriesSet,
  ParsedShareInput,
  ParsedSnapshot,
  ParsedTimeRange,
  PeaksInput,
  ProfileInput,
  PruneInput,
  QuantilesAnswer,
  QuantilesInput,
  QuantityInput,
  RecommendInput,
  ReconcileInput,
  Reconciliation,
  RenderInput,
  Rendered,
  RetainInput,
  RollupColumns,
  RollupInput,
  Rows,
  RowsInput,
  RunsAnswer,
  RunsInput,
  ScoreInput,
  SealInput,
  ShareOperation,
  Shared,
  SummarizeInput,
  SummarizeOutput,
  TimeRangeText,
  TrafficReport,
  UpperBound,
  UpperBoundInput,
  ValidateInput,
  Validated,
  Verification,
  WeekProfileAnswer,
  WindowsInput,
  WorkloadIdle,
} from './types'

/** Input and output of every operation, by name. */
export interface Operations {
  /** Analyses a cluster: what each pod costs, whether it is idle, what size it should have. */
  'analyze': { input: AnalyzeInput; output: Analysis }
  /** Judges how good the evidence about a pod is, apart from what it says. */
  'confidence.evaluate': { input: EvaluateInput; output: Evidence }
  /** Splits a bill over pods (used, wasted, unmeasured), idle, system overhead and unattributed. */
  'cost.attribute': { input: AttributeInput; output: Attribution }
  /** Turns a bill into billed periods of nodes; lines that match no node are listed. */
  'cost.billedNodes': { input: BilledNodesInput; output: BilledNodes }
  /** Writes an attribution as FOCUS 1.3 allocated charges: CSV or JSON lines that any FOCUS reader takes. */
  'cost.focus': { input: FocusInput; output: FocusText }
  /** Replaces modelled prices by a bill; lines that match nothing are unattributed, with the reason. */
  'cost.reconcile': { input: ReconcileInput; output: Reconciliation }
  /** Groups costs by any key; idle, overhead and shared costs go to the groups, to the last unit. */
  'cost.share': { input: ShareOperation; output: Shared }
  /** Checks that an attribution, or what cost.share made of it, adds up, also one made elsewhere; nothing is repaired. */
  'cost.verify': { input: Attribution2; output: Verification }
  /** Combines the assessments of replicas: the least idle one decides. */
  'idle.aggregate': { input: AggregateInput; output: WorkloadIdle }
  /** Assesses a pod from samples and requests, or from the Usage by its selector: idle or not, how sure, why. */
  'idle.assess': { input: AssessInput; output: IdleAssessment }
  /** Scores features with the shipped or a given model: log-odds, contributions, probability. */
  'idle.score': { input: ScoreInput; output: IdleScore }
  /** Finds the weekly windows in which a profile shows no activity. */
  'idle.windows': { input: WindowsInput; output: IdleWindows }
  /** Reads access logs: common and combined format, JSON lines, with or without a container runtime's wrapper. */
  'ingest.accessLog': { input: IngestInput; output: ParsedAccessRecords }
  /** Reads the answer of AWS Cost Explorer's GetCostAndUsage into a BillSet. */
  'ingest.awsCostExplorer': { input: IngestInput2; output: ParsedBillSet }
  /** Reads an AWS Cost and Usage Report, legacy or 2.0, into a BillSet. */
  'ingest.awsCur': { input: IngestInput3; output: ParsedBillSet }
  /** Reads an Azure cost export (EA, MCA, resource group) into a BillSet. */
  'ingest.azureExport': { input: IngestInput4; output: ParsedBillSet }
  /** Reads the answer of an Azure Cost Management query into a BillSet. */
  'ingest.azureQuery': { input: IngestInput5; output: ParsedBillSet }
  /** Reads which optional APIs a cluster serves: metrics, KEDA, Istio, Karpenter and others. */
  'ingest.capabilities': { input: IngestInput6; output: ParsedCapabilities }
  /** Reads a text exposition (Prometheus 0.0.4, OpenMetrics): samples and events of pods and containers. */
  'ingest.exposition': { input: IngestInput7; output: ParsedSeriesSet }
  /** Reads FOCUS 1.0 to 1.3 rows into a BillSet. */
  'ingest.focus': { input: IngestInput8; output: ParsedBillSet }
  /** Reads Google's billing export, JSON lines or CSV, into a BillSet. */
  'ingest.gcpBilling': { input: IngestInput9; output: ParsedBillSet }
  /** Reads a kubelet's stats summary: CPU and memory of containers, network of pods. */
  'ingest.kubelet': { input: IngestInput10; output: ParsedSeriesSet }
  /** Reads objects of a cluster (kubectl get … -o json) into a Snapshot: owners, prices' keys, facts. */
  'ingest.kubernetes': { input: IngestInput11; output: ParsedSnapshot }
  /** Reads allocations or assets of OpenCost into what cost.share takes. */
  'ingest.openCost': { input: IngestInput12; output: ParsedShareInput }
  /** Reads PodMetrics and NodeMetrics of the metrics API: CPU and memory by container or node. */
  'ingest.podMetrics': { input: IngestInput13; output: ParsedSeriesSet }
  /** Reads a price list of instance types. */
  'ingest.prices': { input: IngestInput14; output: ParsedCatalogEntries }
  /** Reads answers of the Prometheus HTTP API: samples and events of pods and containers. */
  'ingest.prometheus': { input: IngestInput15; output: ParsedSeriesSet }
  /** Reads a wide table of samples: a column per metric, a row per time and container. */
  'ingest.samplesCsv': { input: IngestInput16; output: ParsedSeriesSet }
  /** Reads a Kubernetes quantity such as 500m, 1.5Gi or 1e9 exactly. */
  'quantity.parse': { input: QuantityInput; output: ParsedQuantity }
  /** Writes an Analysis as Text, Markdown, Csv, Json or Html. */
  'report.render': { input: RenderInput; output: Rendered }
  /** Replays a CPU policy on a series: how often its sizes would have been exceeded. */
  'rightsize.backtest': { input: BacktestInput; output: Backtest }
  /** Chooses the cheapest CPU policy that kept its promise in the replay. */
  'rightsize.choose': { input: ChooseInput; output: Chosen }
  /** Tests a sequence of violations: as many as promised (Kupiec), independent (Christoffersen). */
  'rightsize.coverageTest': { input: CoverageInput; output: CoverageTest }
  /** Sizes a container as Robusta KRR does. */
  'rightsize.krr': { input: KrrInput; output: KrrResult }
  /** The limit that goes with a new request. */
  'rightsize.limits': { input: LimitsInput; output: LimitResult }
  /** Standard deviations above the mean daily peak for a horizon and a risk. */
  'rightsize.memoryFactor': { input: MemoryFactorInput; output: MemoryFactor }
  /** Sizes containers with derivation, risk, replay and savings. */
  'rightsize.recommend': { input: RecommendInput; output: FleetRecommendation }
  /** Upper confidence bound of a quantile, or how much more data it needs. */
  'rightsize.upperBound': { input: UpperBoundInput; output: UpperBound }
  /** Checks a Snapshot and reports every problem at once; gives it back in its canonical form. */
  'snapshot.validate': { input: ValidateInput; output: Validated }
  /** Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between. */
  'timerange.parse': { input: TimeRangeText; output: ParsedTimeRange }
  /** Tells probe, scrape, synthetic and bot requests from business. */
  'traffic.classify': { input: ClassifyInput; output: TrafficReport }
  /** Counts records of access logs by hour, under the pod or workload that answered. */
  'traffic.rows': { input: RowsInput; output: Rows }
  /** Which hours of a selection were observed, and where the gaps are. */
  'usage.coverage': { input: CoverageInput2; output: CoverageAnswer }
  /** Daily minima and maxima of a selection. */
  'usage.dailyPeaks': { input: PeaksInput; output: DailyPeaksAnswer }
  /** What a Usage holds: keys, spec, times, size, samples per metric. */
  'usage.describe': { input: DescribeInput; output: Description }
  /** As many independent samples carry the information of an autocorrelated selection. */
  'usage.effectiveSampleSize': { input: EffectiveInput; output: EffectiveSamplesAnswer }
  /** Merges the keys that agree in some fields. */
  'usage.groupBy': { input: GroupByInput; output: EncodedUsage }
  /** The merged histogram of a selection. */
  'usage.histogram': { input: HistogramInput; output: HistogramTableAnswer }
  /** Merges Usages, in any order to the same bytes. */
  'usage.merge': { input: MergeInput; output: MergeOutput }
  /** Mean, variance and hourly lag-1 correlation of each UTC day of a selection. */
  'usage.moments': { input: MomentsInput; output: DaysAnswerAnswer }
  /** The local week of a selection in 168 hours. */
  'usage.profile': { input: ProfileInput; output: WeekProfileAnswer }
  /** Drops whole UTC days before a cutoff. */
  'usage.prune': { input: PruneInput; output: EncodedUsage }
  /** Nearest-rank quantiles of a selection with the edges that enclose the true value. */
  'usage.quantiles': { input: QuantilesInput; output: QuantilesAnswer }
  /** Drops parts by age. */
  'usage.retain': { input: RetainInput; output: EncodedUsage }
  /** Hourly or daily table of a Usage, or a table of series at any step that divides a day. */
  'usage.rollup': { input: RollupInput; output: RollupColumns }
  /** Idle spans of a selection below a threshold. */
  'usage.runs': { input: RunsInput; output: RunsAnswer }
  /** Joins counter parts for good. */
  'usage.seal': { input: SealInput; output: EncodedUsage }
  /** Summarises series, events and request counts into a Usage. */
  'usage.summarize': { input: SummarizeInput; output: SummarizeOutput }
}

/** The operations `confidence.*`. */
export const confidence: {
  /** Judges how good the evidence about a pod is, apart from what it says. */
  evaluate(input: Json<EvaluateInput>, usage?: Usage | null): Evidence
}

/** The operations `cost.*`. */
export const cost: {
  /** Splits a bill over pods (used, wasted, unmeasured), idle, system overhead and unattributed. */
  attribute(input: Json<AttributeInput>, usage?: Usage | null): Attribution
  /** Turns a bill into billed periods of nodes; lines that match no node are listed. */
  billedNodes(input: Json<BilledNodesInput>, usage?: Usage | null): BilledNodes
  /** Writes an attribution as FOCUS 1.3 allocated charges: CSV or JSON lines that any FOCUS reader takes. */
  focus(input: Json<FocusInput>, usage?: Usage | null): FocusText
  /** Replaces modelled prices by a bill; lines that match nothing are unattributed, with the reason. */
  reconcile(input: Json<ReconcileInput>, usage?: Usage | null): Reconciliation
  /** Groups costs by any key; idle, overhead and shared costs go to the groups, to the last unit. */
  share(input: Json<ShareOperation>, usage?: Usage | null): Shared
  /** Checks that an attribution, or what cost.share made of it, adds up, also one made elsewhere; nothing is repaired. */
  verify(input: Json<Attribution2>, usage?: Usage | null): Verification
}

/** The operations `idle.*`. */
export const idle: {
  /** Combines the assessments of replicas: the least idle one decides. */
  aggregate(input: Json<AggregateInput>, usage?: Usage | null): WorkloadIdle
  /** Assesses a pod from samples and requests, or from the Usage by its selector: idle or not, how sure, why. */
  assess(input: Json<AssessInput>, usage?: Usage | null): IdleAssessment
  /** Scores features with the shipped or a given model: log-odds, contributions, probability. */
  score(input: Json<ScoreInput>, usage?: Usage | null): IdleScore
  /** Finds the weekly windows in which a profile shows no activity. */
  windows(input: Json<WindowsInput>, usage?: Usage | null): IdleWindows
}

/** The operations `ingest.*`. */
export const ingest: {
  /** Reads access logs: common and combined format, JSON lines, with or without a container runtime's wrapper. */
  accessLog(input: Json<IngestInput>, usage?: Usage | null): ParsedAccessRecords
  /** Reads the answer of AWS Cost Explorer's GetCostAndUsage into a BillSet. */
  awsCostExplorer(input: Json<IngestInput2>, usage?: Usage | null): ParsedBillSet
  /** Reads an AWS Cost and Usage Report, legacy or 2.0, into a BillSet. */
  awsCur(input: Json<IngestInput3>, usage?: Usage | null): ParsedBillSet
  /** Reads an Azure cost export (EA, MCA, resource group) into a BillSet. */
  azureExport(input: Json<IngestInput4>, usage?: Usage | null): ParsedBillSet
  /** Reads the answer of an Azure Cost Management query into a BillSet. */
  azureQuery(input: Json<IngestInput5>, usage?: Usage | null): ParsedBillSet
  /** Reads which optional APIs a cluster serves: metrics, KEDA, Istio, Karpenter and others. */
  capabilities(input: Json<IngestInput6>, usage?: Usage | null): ParsedCapabilities
  /** Reads a text exposition (Prometheus 0.0.4, OpenMetrics): samples and events of pods and containers. */
  exposition(input: Json<IngestInput7>, usage?: Usage | null): ParsedSeriesSet
  /** Reads FOCUS 1.0 to 1.3 rows into a BillSet. */
  focus(input: Json<IngestInput8>, usage?: Usage | null): ParsedBillSet
  /** Reads Google's billing export, JSON lines or CSV, into a BillSet. */
  gcpBilling(input: Json<IngestInput9>, usage?: Usage | null): ParsedBillSet
  /** Reads a kubelet's stats summary: CPU and memory of containers, network of pods. */
  kubelet(input: Json<IngestInput10>, usage?: Usage | null): ParsedSeriesSet
  /** Reads objects of a cluster (kubectl get … -o json) into a Snapshot: owners, prices' keys, facts. */
  kubernetes(input: Json<IngestInput11>, usage?: Usage | null): ParsedSnapshot
  /** Reads allocations or assets of OpenCost into what cost.share takes. */
  openCost(input: Json<IngestInput12>, usage?: Usage | null): ParsedShareInput
  /** Reads PodMetrics and NodeMetrics of the metrics API: CPU and memory by container or node. */
  podMetrics(input: Json<IngestInput13>, usage?: Usage | null): ParsedSeriesSet
  /** Reads a price list of instance types. */
  prices(input: Json<IngestInput14>, usage?: Usage | null): ParsedCatalogEntries
  /** Reads answers of the Prometheus HTTP API: samples and events of pods and containers. */
  prometheus(input: Json<IngestInput15>, usage?: Usage | null): ParsedSeriesSet
  /** Reads a wide table of samples: a column per metric, a row per time and container. */
  samplesCsv(input: Json<IngestInput16>, usage?: Usage | null): ParsedSeriesSet
}

/** The operations `quantity.*`. */
export const quantity: {
  /** Reads a Kubernetes quantity such as 500m, 1.5Gi or 1e9 exactly. */
  parse(input: Json<QuantityInput>, usage?: Usage | null): ParsedQuantity
}

/** The operations `report.*`. */
export const report: {
  /** Writes an Analysis as Text, Markdown, Csv, Json or Html. */
  render(input: Json<RenderInput>, usage?: Usage | null): Rendered
}

/** The operations `rightsize.*`. */
export const rightsize: {
  /** Replays a CPU policy on a series: how often its sizes would have been exceeded. */
  backtest(input: Json<BacktestInput>, usage?: Usage | null): Backtest
  /** Chooses the cheapest CPU policy that kept its promise in the replay. */
  choose(input: Json<ChooseInput>, usage?: Usage | null): Chosen
  /** Tests a sequence of violations: as many as promised (Kupiec), independent (Christoffersen). */
  coverageTest(input: Json<CoverageInput>, usage?: Usage | null): CoverageTest
  /** Sizes a container as Robusta KRR does. */
  krr(input: Json<KrrInput>, usage?: Usage | null): KrrResult
  /** The limit that goes with a new request. */
  limits(input: Json<LimitsInput>, usage?: Usage | null): LimitResult
  /** Standard deviations above the mean daily peak for a horizon and a risk. */
  memoryFactor(input: Json<MemoryFactorInput>, usage?: Usage | null): MemoryFactor
  /** Sizes containers with derivation, risk, replay and savings. */
  recommend(input: Json<RecommendInput>, usage?: Usage | null): FleetRecommendation
  /** Upper confidence bound of a quantile, or how much more data it needs. */
  upperBound(input: Json<UpperBoundInput>, usage?: Usage | null): UpperBound
}

/** The operations `snapshot.*`. */
export const snapshot: {
  /** Checks a Snapshot and reports every problem at once; gives it back in its canonical form. */
  validate(input: Json<ValidateInput>, usage?: Usage | null): Validated
}

/** The operations `timerange.*`. */
export const timerange: {
  /** Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between. */
  parse(input: Json<TimeRangeText>, usage?: Usage | null): ParsedTimeRange
}

/** The operations `traffic.*`. */
export const traffic: {
  /** Tells probe, scrape, synthetic and bot requests from business. */
  classify(input: Json<ClassifyInput>, usage?: Usage | null): TrafficReport
  /** Counts records of access logs by hour, under the pod or workload that answered. */
  rows(input: Json<RowsInput>, usage?: Usage | null): Rows
}

/** The operations `usage.*`. */
export const usage: {
  /** Which hours of a selection were observed, and where the gaps are. */
  coverage(input: Json<CoverageInput2>, usage?: Usage | null): CoverageAnswer
  /** Daily minima and maxima of a selection. */
  dailyPeaks(input: Json<PeaksInput>, usage?: Usage | null): DailyPeaksAnswer
  /** What a Usage holds: keys, spec, times, size, samples per metric. */
  describe(input: Json<DescribeInput>, usage?: Usage | null): Description
  /** As many independent samples carry the information of an autocorrelated selection. */
  effectiveSampleSize(input: Json<EffectiveInput>, usage?: Usage | null): EffectiveSamplesAnswer
  /** Merges the keys that agree in some fields. */
  groupBy(input: Json<GroupByInput>, usage?: Usage | null): EncodedUsage
  /** The merged histogram of a selection. */
  histogram(input: Json<HistogramInput>, usage?: Usage | null): HistogramTableAnswer
  /** Merges Usages, in any order to the same bytes. */
  merge(input: Json<MergeInput>, usage?: Usage | null): MergeOutput
  /** Mean, variance and hourly lag-1 correlation of each UTC day of a selection. */
  moments(input: Json<MomentsInput>, usage?: Usage | null): DaysAnswerAnswer
  /** The local week of a selection in 168 hours. */
  profile(input: Json<ProfileInput>, usage?: Usage | null): WeekProfileAnswer
  /** Drops whole UTC days before a cutoff. */
  prune(input: Json<PruneInput>, usage?: Usage | null): EncodedUsage
  /** Nearest-rank quantiles of a selection with the edges that enclose the true value. */
  quantiles(input: Json<QuantilesInput>, usage?: Usage | null): QuantilesAnswer
  /** Drops parts by age. */
  retain(input: Json<RetainInput>, usage?: Usage | null): EncodedUsage
  /** Hourly or daily table of a Usage, or a table of series at any step that divides a day. */
  rollup(input: Json<RollupInput>, usage?: Usage | null): RollupColumns
  /** Idle spans of a selection below a threshold. */
  runs(input: Json<RunsInput>, usage?: Usage | null): RunsAnswer
  /** Joins counter parts for good. */
  seal(input: Json<SealInput>, usage?: Usage | null): EncodedUsage
  /** Summarises series, events and request counts into a Usage. */
  summarize(input: Json<SummarizeInput>, usage?: Usage | null): SummarizeOutput
}
