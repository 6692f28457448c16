// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.

/** How often each hour of the week was active: 168 numbers, or pairs of hour and count. */
export type ActiveHours = ReadonlyArray<number | null> | Float64Array | Float32Array | [unknown, unknown][]
/** What a leaf is charged for. */
export type AllocationBasis = 'RequestThenUsage' | 'MaxRequestUsage' | 'Request' | 'Usage'
/** Marks a document as an Analysis. */
export type AnalysisKind = 'Analysis'
/** Why a row was not used. */
export type BadRowReason = 'Negative' | 'NonFinite' | 'OutOfRange'
/** A built-in table. Source: `OpenCost`, `configs/*.json`, in USD. */
export type BaseTable = 'Auto' | 'Default' | 'Aws' | 'Azure' | 'Gcp' | 'Oracle' | 'Alibaba'
/** What a charge is for. */
export type BillCategory =
  | 'Compute'
  | 'Storage'
  | 'LoadBalancer'
  | 'Network'
  | 'Gpu'
  | 'ControlPlane'
  | 'License'
  | 'Tax'
  | 'Credit'
  | 'Support'
  | 'Other'
/** From when on a pod is billed. */
export type BillFrom = 'Scheduled' | 'Started'
/** At which kind of price a charge was made. */
export type BillPricing = 'OnDemand' | 'Spot' | 'Committed' | 'Other'
/** What a provider's own split means beside workloads. */
export type BillSpecial = 'SystemOverhead' | 'Idle' | 'Unknown' | 'Unsupported'
/** How σ(logit) becomes a calibrated probability. */
export type Calibration =
  | {
      /** Knots. */
      knots: ReadonlyArray<number | null> | Float64Array | Float32Array[]
      method: 'Isotonic'
    }
  | {
      /** Slope, at least 0. */
      a: number
      /** Offset. */
      b: number
      method: 'Platt'
    }
  | {
      method: 'Identity'
    }
/** What pods can be charged for at most. */
export type CapacityCeiling = 'Allocatable' | 'Capacity'
/** How the capacity of a node was bought. */
export type CapacityType = 'OnDemand' | 'Spot' | 'Reserved' | 'Unknown'
/** What bounded a size. */
export type CappedBy = 'None' | 'Floor' | 'Cap' | 'Quantum' | 'Node' | 'ObservedPeak'
/** How a charge came about. */
export type ChargeType = 'Usage' | 'Purchase' | 'Tax' | 'Credit' | 'Refund' | 'Adjustment' | 'Fee'
/** Whether a commitment was used. */
export type CommitmentStatus = 'Used' | 'Unused'
/** Which part a container plays. */
export type ContainerType = 'App' | 'Init' | 'Sidecar'
/** Which of its costs a line is taken at. */
export type CostKind = 'NetEffective' | 'Effective' | 'NetBilled' | 'Billed'
/** Which cost of the lines is taken; kinds are never mixed, and blended cost is none of them. */
export type CostKindChoice = 'Auto' | 'NetEffective' | 'Effective' | 'NetBilled' | 'Billed'
/** What money was paid for. */
export type CostResource = 'cpu' | 'memory' | 'gpu' | 'storage' | 'network' | 'loadBalancer' | 'node' | 'fee'
/**
 * How a CPU request is computed.
 *
 * JSON: `{"Quantile":{"q":0.95}}`; the name alone takes the defaults.
 */
export type CpuPolicy =
  | {
      Auto: AutoPolicy
    }
  | {
      Quantile: QuantilePolicy
    }
  | {
      MaxDaily: MaxDailyPolicy
    }
  | {
      Decayed: DecayedPolicy
    }
  | {
      Max: MaxPolicy
    }
  | {
      MaxOf: CpuPolicy[]
    }
  | {
      KrrSimple: KrrSimplePolicy
    }
  | {
      KrrSimpleLimit: KrrSimpleLimitPolicy
    }
  | {
      Kubecost: KubecostPolicy
    }
/** How `3/4/2026` is read, in every row alike: a row of the other order is malformed, not read the other way round. */
export type DateOrder = 'MonthFirst' | 'DayFirst'
/** Where a reason pulls the idle probability. */
export type Direction = 'Idle' | 'Active' | 'Neutral'
/** What to do with equal timestamps in one call. */
export type Duplicates = 'KeepMax' | 'KeepLast' | 'Reject'
/** How an effective sample size is found. */
export type EffectiveMethod = 'BatchMeans' | 'HoursOnly' | 'HourlyAr1'
/** What an exception does. */
export type ExceptionKind = 'Open' | 'Closed'
/** What a field after the agent of a combined line is. */
export type ExtraField =
  | 'skip'
  | 'requestTimeSeconds'
  | 'requestTimeMilliseconds'
  | 'requestTimeMicroseconds'
  | 'upstream'
  | 'host'
  | 'sourceIp'
  | 'namespace'
  | 'workload'
  | 'pod'
/** What a fee is for. */
export type FeeKind = 'ControlPlane' | 'Support' | 'Tax' | 'License' | 'Other'
/** The form of a FOCUS file. */
export type FocusFormat = 'Csv' | 'Json'
/** The form of a report. */
export type Format = 'Text' | 'Markdown' | 'Csv' | 'Json' | 'Html'
/** A holiday: its date, with or without a name. */
export type Holiday =
  | string
  | {
      /** `YYYY-MM-DD`. */
      date: string
      /** Name. */
      name: string
    }
/** What happens to idle cost. */
export type IdleHandling = 'Keep' | 'SpreadOnNode'
/** What a pod is. */
export type IdleVerdict = 'Unknown' | 'Blocked' | 'ProbeOnly' | 'Idle' | 'PartlyIdle' | 'Active'
/** What to do with negative, infinite and too large values. */
export type Invalid = 'Count' | 'Reject'
/** A field of [`UsageKey`], for grouping. */
export type KeyField = 'cluster' | 'namespace' | 'pod' | 'container'
/** Why KRR recommends nothing, or what it used. */
export type KrrInfo = 'No data' | 'Not enough data' | 'HPA detected' | 'OOMKill detected'
/** How far a size is off, in KRR's words; worst last. */
export type KrrSeverity = 'Unknown' | 'Good' | 'Ok' | 'Warning' | 'Critical'
/** A strategy of KRR. */
export type KrrStrategy = 'Simple' | 'SimpleLimit'
/** What Kubecost takes for the use of a container. */
export type KubecostAlgorithm =
  | 'Max'
  | {
      Quantile: {
        /** Quantile of CPU. */
        qCpu: number
        /** Quantile of memory. */
        qMemory: number
      }
    }
/** Low to high. */
export type Level = 'Low' | 'Medium' | 'High'
/** How a limit follows its request. */
export type LimitPolicy =
  | 'Unchanged'
  | 'Remove'
  | 'EqualRequest'
  | 'KeepRatio'
  | {
      Quantile: {
        /** Share of samples at or below the limit. */
        q: number
      }
    }
  | {
      Burst: {
        /** Limit ÷ request, at least 1. */
        ratio: number
      }
    }
/** How much of the traffic the request log shows. */
export type LogCoverage = 'Complete' | 'Sampled' | 'Absent' | 'Unknown'
/** How a configured pattern meets a text; case does not matter. */
export type Match = 'Prefix' | 'Contains' | 'Exact'
/** How a memory request is computed. */
export type MemoryPolicy =
  | {
      PeakFactor: PeakFactorPolicy
    }
  | {
      Quantile: QuantilePolicy
    }
  | {
      MaxDaily: MaxDailyPolicy
    }
  | {
      Decayed: DecayedPolicy
    }
  | {
      Max: MaxPolicy
    }
  | {
      KrrSimple: KrrSimplePolicy
    }
  | {
      Kubecost: KubecostPolicy
    }
/** What a node without a price costs. */
export type MissingPrice = 'Null' | 'Estimate'
/** What happens to a record that cannot be read. */
export type Mode = 'Lenient' | 'Strict'
/** What becomes of a pod of several services, where it is grouped by service. */
export type MultiService = 'Even' | 'First'
/** How often each hour of the week was observed: one number for all, or 168. */
export type ObservedHours = number | ReadonlyArray<number | null> | Float64Array | Float32Array
/** How the pods of a workload become one size. */
export type PodAggregation = 'Pooled' | 'MaxOfPods'
/** A preset's name, or the parts of a policy. JSON: `"TwoTier"` or `{basis, ceiling, split, averaging, idle}`. */
export type Policy = PolicyPreset | PolicyRules
/** A policy with a name. */
export type PolicyPreset = 'TwoTier' | 'OpenCost' | 'AwsSplit' | 'GkeRequest' | 'FixedWeights'
/** Whether something is there. */
export type Presence = 'Present' | 'Absent' | 'Unknown'
/** How a node is paid for. */
export type PriceKind = 'OnDemand' | 'Spot' | 'Reserved' | 'SavingsPlan' | 'Committed' | 'Unknown'
/** Where a price comes from. */
export type PriceSource = 'Billed' | 'Quoted' | 'Catalog' | 'Estimated' | 'Missing'
/** How the price of a node is split into pools. */
export type PriceSplit =
  | 'BaseRates'
  | {
      Ratio: ResourceWeights
    }
  | {
      FixedShares: ResourceWeights
    }
/** Where prices come from. */
export type Prices = 'Given' | 'Catalog'
/** Whose cloud a cluster runs on. */
export type Provider = 'Aws' | 'Gcp' | 'Azure' | 'OtherCloud' | 'OnPrem' | 'Mixed' | 'Unknown'
/** How a quantile is defined. */
export type QuantileMethod = 'NearestRank'
/** How a quantity was written, and will be again. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
/** What a recommendation does. */
export type RecommendationType = 'ResourceOptimization' | 'IdleElimination' | 'PerformanceFix'
/** How much the request log tells. */
export type Regime = 'Full' | 'Partial' | 'None'
/** CPU or memory. */
export type Resource = 'Cpu' | 'Memory'
/** Risk of following a recommendation. */
export type Risk = 'Low' | 'Medium' | 'High' | 'Critical'
/** How finely idle runs are found. */
export type RunsResolution = 'Slot' | 'Hour'
/** What a value means. */
export type SampleKind = 'Gauge' | 'Counter' | 'Increment'
/** How much a finding matters. */
export type Severity = 'Info' | 'Warning' | 'Error'
/** By what a shared cost goes to the groups. */
export type SharedMethod = 'Weighted' | 'Even' | 'Fixed'
/** By what idle or overhead is spread. */
export type SharingMethod = 'Weighted' | 'Even'
/** Over whom idle or overhead is spread. */
export type SharingScope = 'Keep' | 'Node' | 'Cluster'
/** Marks a document as a Snapshot. */
export type SnapshotKind = 'Snapshot'
/** What is split. */
export type SplitResource = 'Cpu' | 'Memory' | 'Gpu'
/** What a pod or workload is doing. */
export type State = 'Idle' | 'ProbeOnly' | 'Blocked' | 'Underused' | 'Healthy' | 'Saturated' | 'Unknown'
/** The unit of the times in an exposition. */
export type TimestampUnit = 'Auto' | 'Seconds' | 'Milliseconds'
/** The rule that decided (idle.md §2, in their order). */
export type TrafficReason =
  | 'Declared'
  | 'ProbeHeader'
  | 'UserAgent'
  | 'GrpcHealth'
  | 'MonitoringSource'
  | 'Path'
  | 'BrowserOnProbePath'
  | 'PathAndCadence'
  | 'WeakPath'
  | 'ScannerPath'
  | 'Cadence'
  | 'NoSignature'
  | 'Default'
/** What becomes of nodes that the bill does not know. */
export type UnbilledNodes = 'Keep' | 'Exclude'
/** Why a line is no node's. */
export type UnmatchedReason = 'NoResource' | 'NoNode' | 'SeveralNodes' | 'NotTheMachine' | 'NoCost' | 'Tax'
/** What is compared: instants or means. */
export type UsageAveraging = 'Step' | 'Cell'
/** What happened. */
export type UsageEventKind = 'Restart' | 'OomKilled' | 'Evicted' | 'ThrottleStart' | 'Resize' | 'Deploy'
/** Whether the log names user agents. */
export type UserAgents = 'Present' | 'Absent'
/** What a class of requests is. */
export type Verdict = 'Probe' | 'Scrape' | 'Synthetic' | 'Bot' | 'Metronome' | 'Unknown' | 'Business'
/** How much of a pod's money is wasted. */
export type WasteStatus = 'HighlyInefficient' | 'ModeratelyInefficient' | 'Efficient'
/** A day of the week. */
export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun'

/** Options of [`parse_access_log`]. */
export interface AccessLogOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** What the fields after the agent of a combined line are, in their order; further ones are not read. */
  extra?: ExtraField[]
  /** Keys of JSON lines by field, tried in order before the built-in ones. */
  fields?: {
    [k: string]: string[]
  }
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
  /** Namespace of records that name none: a log often is that of one pod. */
  namespace?: string | null
  /** Pod of records that name none. */
  pod?: string | null
  /** Workload of records that name none. */
  workload?: string | null
}
/**
 * One request of an access log (ingest.md §7); what the log does not say is absent.
 *
 * Texts are boxed: a log holds millions of records, and most have few of them.
 */
export interface AccessRecord {
  /** Bytes sent. */
  bytes?: number | null
  /** How long it took, in milliseconds. */
  durationMs?: number | null
  /** Host that was asked for. */
  host?: string | null
  /** Method; absent like the path if the request line is none. */
  method?: string | null
  /** Namespace of what answered. */
  namespace?: string | null
  /** Path without query, or a whole URL as a proxy logs it. */
  path?: string | null
  /** Pod that answered. */
  pod?: string | null
  /** Protocol, e.g. `HTTP/1.1`. */
  protocol?: string | null
  /** What follows the `?`. */
  query?: string | null
  /** Referer. */
  referer?: string | null
  /** Address of the client as it stands in the log; personal data in many countries. */
  sourceIp?: string | null
  /** Status, 100 to 599; absent if there was no response. */
  status?: number | null
  /** When it came, or ended, as the log has it. */
  timestamp: string
  /** Cluster, service or address to which a proxy passed it on. */
  upstream?: string | null
  /** User agent. */
  userAgent?: string | null
  /** Workload that answered: its name, or `Kind/name`. */
  workload?: string | null
}
/**
 * One request of an access log (ingest.md §7); what the log does not say is absent.
 *
 * Texts are boxed: a log holds millions of records, and most have few of them.
 */
export interface AccessRecordLike {
  /** Bytes sent. */
  bytes?: number | bigint | null
  /** How long it took, in milliseconds. */
  durationMs?: number | null
  /** Host that was asked for. */
  host?: string | null
  /** Method; absent like the path if the request line is none. */
  method?: string | null
  /** Namespace of what answered. */
  namespace?: string | null
  /** Path without query, or a whole URL as a proxy logs it. */
  path?: string | null
  /** Pod that answered. */
  pod?: string | null
  /** Protocol, e.g. `HTTP/1.1`. */
  protocol?: string | null
  /** What follows the `?`. */
  query?: string | null
  /** Referer. */
  referer?: string | null
  /** Address of the client as it stands in the log; personal data in many countries. */
  sourceIp?: string | null
  /** Status, 100 to 599; absent if there was no response. */
  status?: number | null
  /** When it came, or ended, as the log has it. */
  timestamp: string | number | Date
  /** Cluster, service or address to which a proxy passed it on. */
  upstream?: string | null
  /** User agent. */
  userAgent?: string | null
  /** Workload that answered: its name, or `Kind/name`. */
  workload?: string | null
}
/** The records of an access log, in its order. */
export interface AccessRecords {
  /** The requests. */
  records?: AccessRecord[]
}
/** A configured user agent or path; it is asked before the built-in ones. */
export interface AgentRule {
  /** How. */
  match: Match
  /** The text to look for: of a user agent, or of a path template. */
  pattern: string
  /** What matching requests are. */
  verdict: Verdict
}
/** Input of `idle.aggregate`. */
export interface AggregateInput {
  /** Settings. */
  config?: IdleConfig
  /** The assessment of all replicas' usage merged. */
  merged?: Replica | null
  /** Replicas: assessments, or the few fields of them that count. */
  replicas: Replica[]
}
/** The Analysis of one cluster. */
export interface Analysis {
  /** `upid/v1`. */
  apiVersion: string
  /** The cluster. */
  cluster: Cluster
  /** Currency of every amount. */
  currency: string
  /** What the answer depends on beside its inputs. */
  engine: Engine
  /** `now` of the Snapshot. */
  generatedFor: string
  /** `Analysis`. */
  kind: AnalysisKind
  /** By name. */
  namespaces: NamespaceAnalysis[]
  /** By name. */
  nodes: NodeAnalysis[]
  /** By namespace, name, uid. */
  pods: PodAnalysis[]
  /** What a reader must know about inputs and answer. */
  quality: Finding[]
  /** By savings, largest first, then id. */
  recommendations: Recommendation[]
  /** What they save together. */
  savings: Savings
  /** The whole cluster. */
  totals: Totals
  /** Bounds all money and totals. */
  window: TimeRange
  /** By namespace, kind, name. */
  workloads: WorkloadAnalysis[]
}
/** Thresholds of the composite analysis. Source of every default: the project (analysis.md). */
export interface AnalysisConfig {
  /** Below this share of used money a pod counts as underused. Default 0.7. */
  efficiencyTarget?: number
  /** Confidence above which a recommendation with enough savings has high priority. Default 0.9. */
  highConfidence?: number
  /** Monthly savings, in the report's currency, that high priority asks for. Default 100. */
  highPrioritySavings?: string | number
  /** Above this share of wasted money a pod is highly inefficient. Default 0.70. */
  highWaste?: number
  /** Probability above which an idle workload is recommended for review. Default 0.8. */
  idleProbability?: number
  /** Confidence above which a recommendation has medium priority. Default 0.8. */
  mediumConfidence?: number
  /** Above this share of wasted money a pod is moderately inefficient. Default 0.40. */
  moderateWaste?: number
  /** p95 of use below this share of the request: over-provisioned. Default 0.5. */
  overProvisioned?: number
  /** Share of throttled CFS periods that counts as a bottleneck. Default 0.05. */
  throttleLimit?: number
  /** p95 of use above this share of the request: under-provisioned. Default 0.9. */
  underProvisioned?: number
}
/** The Analysis of one cluster. */
export interface AnalysisLike {
  /** `upid/v1`. */
  apiVersion: string
  /** The cluster. */
  cluster: Cluster
  /** Currency of every amount. */
  currency: string
  /** What the answer depends on beside its inputs. */
  engine: Engine
  /** `now` of the Snapshot. */
  generatedFor: string | number | Date
  /** `Analysis`. */
  kind: AnalysisKind
  /** By name. */
  namespaces: NamespaceAnalysisLike[]
  /** By name. */
  nodes: NodeAnalysisLike[]
  /** By namespace, name, uid. */
  pods: PodAnalysisLike[]
  /** What a reader must know about inputs and answer. */
  quality: FindingLike[]
  /** By savings, largest first, then id. */
  recommendations: RecommendationLike[]
  /** What they save together. */
  savings: SavingsLike
  /** The whole cluster. */
  totals: TotalsLike
  /** Bounds all money and totals. */
  window: TimeRangeLike
  /** By namespace, kind, name. */
  workloads: WorkloadAnalysisLike[]
}
/** Input of the operation `analyze`; the Usage is that of the call. */
export interface AnalyzeInput {
  /** What is tuned; every field has a default. */
  config?: Config
  /** What exists. */
  snapshot: SnapshotLike
  /** A serialised Usage in base64, where the call passes none. */
  usage?: string | null
}
/** An API that the workload serves for the control plane. */
export interface ApiBackend {
  /** `Fail` or `Ignore`. */
  failurePolicy?: string | null
  /** Kind of the configuration. */
  kind?: string
  /** Its name. */
  name?: string
}
/** Input of `idle.assess`: a pod with its samples, or with a `selector` into the Usage of the call. */
export interface AssessInput {
  /** Settings. */
  config?: IdleConfig
  /** Established connections in `values`. */
  connections?: ResourceSeries | null
  /** The caller's business weight, 0..1. */
  criticality?: number | null
  /** Terms of the host. */
  custom?: CustomTerm[]
  /** Days that tell nothing about normal days. */
  holidays?: Holiday[]
  /** Name in the result. */
  id: string
  /** The time of the question; later samples are dropped and noted. */
  now: string | number | Date
  /** What the request log covers. */
  requestLog?: RequestLogLike | null
  /** Request columns. */
  requestSeries?: RequestColumn[] | null
  /** Request rows; absent: no evidence, empty with a complete log: observed silence. */
  requests?: RequestRowLike[] | null
  /** The pod's key in the Usage; then samples and requests come from there. */
  selector?: KeySelector | null
  /** CPU, memory, network. */
  series?: ResourceSeries | null
  /** IANA zone; absent: UTC. */
  timeZone?: string | null
  /** What to look at; absent: the configured days before `now`. */
  window?: TimeRangeLike | null
  /** Facts about its workload. */
  workload?: WorkloadLike | null
}
/** Input of `cost.attribute`: the fields of [`CostInput`], and `config`. */
export interface AttributeInput {
  /** The cluster; its provider chooses the base table. */
  cluster?: Cluster
  /** Settings. */
  config?: CostConfig
  /** Currency of every amount. */
  currency?: string
  /** Fees. */
  fees?: FeeLike[]
  /** Load balancers. */
  loadBalancers?: LoadBalancerLike[]
  /** Prices of traffic; a field that is absent is taken from the base table. */
  networkRates?: NetworkRatesLike | null
  /** Nodes. Required. */
  nodes: CostNode[]
  /** Pods. */
  pods?: CostPod[]
  /** Persistent volumes. */
  volumes?: VolumeLike[]
  /** Bounds all money. Required. */
  window: TimeRangeLike
}
/** A bill split into pods (used, wasted, unmeasured), idle, system overhead and unattributed, to the last unit. */
export interface Attribution {
  /** Everything that was paid: nodes, volumes, load balancers, network, fees. */
  bill: string
  /** Currency of every amount. */
  currency?: string
  /** Length of a cell. */
  gridSeconds: number
  /** Idle cost by node or namespace. */
  idle?: CostRemainder[]
  /** Nodes by name. */
  nodes?: NodeCost[]
  /** Pods by namespace, name, uid. */
  pods?: PodCost[]
  /** The policy. */
  policy?: Policy
  /** How good the input was. */
  quality?: CostQuality
  /** bill − Σ totals: always 0. */
  residual: string
  /** Leaves, ordered by namespace, pod, uid, container. */
  rows?: CostRow[]
  /** System overhead. */
  systemOverhead?: CostRemainder[]
  /** Where it went. */
  totals: CostTotals
  /** Unattributed money with its reasons. */
  unattributed?: CostRemainder[]
  /** The window. */
  window: TimeRange
}
/** A bill split into pods (used, wasted, unmeasured), idle, system overhead and unattributed, to the last unit. */
export interface Attribution2 {
  /** Everything that was paid: nodes, volumes, load balancers, network, fees. */
  bill: string | number
  /** Currency of every amount. */
  currency?: string
  /** Length of a cell. */
  gridSeconds: number
  /** Idle cost by node or namespace. */
  idle?: CostRemainderLike[]
  /** Nodes by name. */
  nodes?: NodeCostLike[]
  /** Pods by namespace, name, uid. */
  pods?: PodCostLike[]
  /** The policy. */
  policy?: Policy
  /** How good the input was. */
  quality?: CostQualityLike
  /** bill − Σ totals: always 0. */
  residual: string | number
  /** Leaves, ordered by namespace, pod, uid, container. */
  rows?: CostRowLike[]
  /** System overhead. */
  systemOverhead?: CostRemainderLike[]
  /** Where it went. */
  totals: CostTotalsLike
  /** Unattributed money with its reasons. */
  unattributed?: CostRemainderLike[]
  /** The window. */
  window: TimeRangeLike
}
/** A bill split into pods (used, wasted, unmeasured), idle, system overhead and unattributed, to the last unit. */
export interface AttributionLike {
  /** Everything that was paid: nodes, volumes, load balancers, network, fees. */
  bill: string | number
  /** Currency of every amount. */
  currency?: string
  /** Length of a cell. */
  gridSeconds: number
  /** Idle cost by node or namespace. */
  idle?: CostRemainderLike[]
  /** Nodes by name. */
  nodes?: NodeCostLike[]
  /** Pods by namespace, name, uid. */
  pods?: PodCostLike[]
  /** The policy. */
  policy?: Policy
  /** How good the input was. */
  quality?: CostQualityLike
  /** bill − Σ totals: always 0. */
  residual: string | number
  /** Leaves, ordered by namespace, pod, uid, container. */
  rows?: CostRowLike[]
  /** System overhead. */
  systemOverhead?: CostRemainderLike[]
  /** Where it went. */
  totals: CostTotalsLike
  /** Unattributed money with its reasons. */
  unattributed?: CostRemainderLike[]
  /** The window. */
  window: TimeRangeLike
}
/** Parameters of [`CpuPolicy::Auto`]. */
export interface AutoPolicy {
  /** Share of time in which use may exceed the request; without it the config's `target`. */
  target?: number | null
}
/** An autoscaler that targets the workload. */
export interface Autoscaler {
  /** Kinds of further autoscalers. */
  also?: string[]
  /** `Hpa`, `Keda`, `Vpa` or `Knative`. */
  kind?: string
  /** Most replicas. */
  maxReplicas?: number | null
  /** Fewest replicas. */
  minReplicas?: number | null
  /** Name. */
  name?: string
  /** Paused. */
  paused?: boolean | null
  /** Percent of the CPU request, as Kubernetes writes it. */
  targetCpuUtilization?: number | null
  /** Percent of the memory request, as Kubernetes writes it. */
  targetMemoryUtilization?: number | null
  /** KEDA triggers in Kubernetes' own JSON. */
  triggers?: unknown[]
}
/** Options of [`parse_aws_cost_explorer`]. */
export interface AwsCostExplorerOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** What the keys of groups are, where the answer lacks `GroupDefinitions`: `SERVICE`, `TAG:team`, …. */
  groupBy?: string[]
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Options of [`parse_aws_cur`]. */
export interface AwsCurOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** What separates the fields. */
  delimiter?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Options of [`parse_azure_export`]. */
export interface AzureExportOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Which cost the export holds, `Billed` (actual) or `Effective` (amortised); it does not say so itself. */
  costKind?: CostKind
  /** How dates with slashes are read. */
  dateOrder?: DateOrder
  /** What separates the fields. */
  delimiter?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Options of [`parse_azure_query`]. */
export interface AzureQueryOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** The column of the cost; none: the first number among `PreTaxCost`, `Cost`, `CostUSD`. */
  costColumn?: string | null
  /** Which cost the answer holds; it does not say so itself. */
  costKind?: CostKind
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
  /** The period of rows without a date: that of the query. */
  period?: TimeRangeLike | null
}
/** A pod behind a load balancer. */
export interface Backend {
  /** Namespace of the pod. */
  namespace?: string
  /** Name of the pod. */
  pod?: string
  /** Its uid. */
  uid?: string | null
}
/** How a policy would have done. */
export interface Backtest {
  /** Do violations cluster? Null for several pods and for histograms, which have no order. */
  christoffersen?: Christoffersen | null
  /** Mean relative change from fold to fold. */
  churn: number
  /** Mean of use above the size over all samples, in cores or bytes. */
  expectedShortfall: number
  /** Origins with enough samples before and after. */
  folds: number
  /** Share of folds with a violation rate above 3 × 0.6 × target. */
  foldsOverTarget: number
  /** Are there as many violations as the target allows? Each sample counts once, against the latest size. */
  kupiec?: Kupiec | null
  /** The same with the number of samples scaled to the effective sample size. */
  kupiecNeff?: Kupiec | null
  /** Mean size. */
  meanRecommendation: number
  /** Memory: folds whose peak was above the limit. */
  oomFolds?: number | null
  /** Each fold. */
  perFold: Fold[]
  /** Mean of the share of the size that stood unused. */
  slack: number
  /** Mean over folds of the share of samples above the size. */
  violationRate: number
  /** Largest share of samples above the size in a UTC day of a fold. */
  worstDay: number
}
/** Settings of a replay. */
export interface BacktestConfig {
  /** Sizes are at least this, in cores or bytes. Default 0.010 cores (KRR). */
  floor?: number
  /** Days that each size is tested on. Default 7 (project). */
  horizonDays?: number
  /** Memory limit; without it each fold's own size is the limit. */
  limit?: number | null
  /** Days before the first origin. Default 3 (project). */
  minTrainDays?: number
  /** Days between origins. Default 1 (project). */
  stepDays?: number
  /** Share of samples that may exceed the size. Default 0.05 (project). */
  target?: number
}
/** Input of `rightsize.backtest`. */
export interface BacktestInput {
  /** Settings. */
  config?: BacktestConfig
  /** The policy. */
  policy: CpuPolicy
  /** CPU samples in cores. */
  series: Series
}
/** How a policy would have done. */
export interface BacktestLike {
  /** Do violations cluster? Null for several pods and for histograms, which have no order. */
  christoffersen?: ChristoffersenLike | null
  /** Mean relative change from fold to fold. */
  churn: number
  /** Mean of use above the size over all samples, in cores or bytes. */
  expectedShortfall: number
  /** Origins with enough samples before and after. */
  folds: number | bigint
  /** Share of folds with a violation rate above 3 × 0.6 × target. */
  foldsOverTarget: number
  /** Are there as many violations as the target allows? Each sample counts once, against the latest size. */
  kupiec?: Kupiec | null
  /** The same with the number of samples scaled to the effective sample size. */
  kupiecNeff?: Kupiec | null
  /** Mean size. */
  meanRecommendation: number
  /** Memory: folds whose peak was above the limit. */
  oomFolds?: number | bigint | null
  /** Each fold. */
  perFold: FoldLike[]
  /** Mean of the share of the size that stood unused. */
  slack: number
  /** Mean over folds of the share of samples above the size. */
  violationRate: number
  /** Largest share of samples above the size in a UTC day of a fold. */
  worstDay: number
}
/** A row that was not used. */
export interface BadRow {
  /** Why. */
  reason: BadRowReason
  /** Row, from 0. */
  row: number
  /** Series of the call, from 0, where it has several. */
  series?: number | null
}
/** The choice of a table, and own prices in place of its fields. JSON: `"Auto"` or `{table, cpuCoreHour, …}`. */
export interface BaseRates {
  /** Per core and hour. */
  cpuCoreHour?: string | number | null
  /** Per GPU and hour. */
  gpuHour?: string | number | null
  /** Per GiB sent to the internet. */
  internetGib?: string | number | null
  /** Per load balancer and hour. */
  loadBalancerHour?: string | number | null
  /** Per GiB and hour. */
  memoryGibHour?: string | number | null
  /** Per GiB sent to another region. */
  regionGib?: string | number | null
  /** Per core and hour on a Spot node. */
  spotCpuCoreHour?: string | number | null
  /** Per GiB and hour on a Spot node. */
  spotMemoryGibHour?: string | number | null
  /** Per GiB of volume and hour. */
  storageGibHour?: string | number | null
  /** The table. */
  table?: BaseTable
  /** Per GiB sent to another zone. */
  zoneGib?: string | number | null
}
/** The costs of a line, in the currency of its set. Absent is unknown, "0" is a cost. */
export interface BillCosts {
  /** As invoiced. */
  billed?: string | null
  /** At contracted prices. */
  contracted?: string | null
  /** Amortised: commitments spread over what they cover. */
  effective?: string | null
  /** At list prices. */
  list?: string | null
  /** As invoiced, after negotiated discounts. */
  netBilled?: string | null
  /** Amortised, after negotiated discounts. */
  netEffective?: string | null
}
/** The costs of a line, in the currency of its set. Absent is unknown, "0" is a cost. */
export interface BillCostsLike {
  /** As invoiced. */
  billed?: string | number | null
  /** At contracted prices. */
  contracted?: string | number | null
  /** Amortised: commitments spread over what they cover. */
  effective?: string | number | null
  /** At list prices. */
  list?: string | number | null
  /** As invoiced, after negotiated discounts. */
  netBilled?: string | number | null
  /** Amortised, after negotiated discounts. */
  netEffective?: string | number | null
}
/** A credit that a line's costs already contain. */
export interface BillCredit {
  /** Amount, negative for a reduction. */
  amount: string
  /** Kind as the bill says, e.g. `COMMITTED_USAGE_DISCOUNT`. */
  kind?: string | null
  /** Name. */
  name?: string | null
}
/** A credit that a line's costs already contain. */
export interface BillCreditLike {
  /** Amount, negative for a reduction. */
  amount: string | number
  /** Kind as the bill says, e.g. `COMMITTED_USAGE_DISCOUNT`. */
  kind?: string | null
  /** Name. */
  name?: string | null
}
/** The Kubernetes object that a line is about. */
export interface BillKubernetes {
  /** Cluster. */
  cluster?: string | null
  /** Namespace. */
  namespace?: string | null
  /** Name of the pod. */
  pod?: string | null
  /** No workload, but this. */
  special?: BillSpecial | null
  /** Uid of the pod. */
  uid?: string | null
  /** Name of the workload. */
  workload?: string | null
  /** Kind of the workload, e.g. `Deployment`. */
  workloadKind?: string | null
}
/** One charge. */
export interface BillLine {
  /** Account, project or subscription. */
  account?: string | null
  /** What it is for. */
  category?: BillCategory
  /** How it came about. */
  chargeType?: ChargeType
  /** The commitment it belongs to. */
  commitment?: Commitment | null
  /** What it costs. */
  costs?: BillCosts
  /** Credits that the costs contain. */
  credits?: BillCredit[]
  /** First instant after; `start` for a charge at an instant. */
  end: string
  /** The bill is not final. */
  estimated?: boolean
  /** Instance type. */
  instanceType?: string | null
  /** Invoice id or month. */
  invoice?: string | null
  /** The Kubernetes object it is about. */
  kubernetes?: BillKubernetes | null
  /** At which kind of price. */
  pricing?: BillPricing | null
  /** Whose bill. */
  provider?: Provider
  /** Quantity, in `unit`. */
  quantity?: number | null
  /** Region. */
  region?: string | null
  /** Id of the resource: `i-…`, ARN, ARM path, for Google `project/zone/name`. None for fleets and fees. */
  resourceId?: string | null
  /** Name of the resource. */
  resourceName?: string | null
  /** Service or product, as the bill names it. */
  service?: string | null
  /** Id of the stock keeping unit or meter. */
  sku?: string | null
  /** A part of another line, as the provider split it. */
  split?: BillSplit | null
  /** First instant it is for. */
  start: string
  /** Tags and labels. */
  tags?: {
    [k: string]: string
  }
  /** Unit of the quantity. */
  unit?: string | null
  /** What was metered, e.g. `BoxUsage:m5.xlarge`. */
  usageType?: string | null
  /** Zone. */
  zone?: string | null
}
/** One charge. */
export interface BillLineLike {
  /** Account, project or subscription. */
  account?: string | null
  /** What it is for. */
  category?: BillCategory
  /** How it came about. */
  chargeType?: ChargeType
  /** The commitment it belongs to. */
  commitment?: Commitment | null
  /** What it costs. */
  costs?: BillCostsLike
  /** Credits that the costs contain. */
  credits?: BillCreditLike[]
  /** First instant after; `start` for a charge at an instant. */
  end: string | number | Date
  /** The bill is not final. */
  estimated?: boolean
  /** Instance type. */
  instanceType?: string | null
  /** Invoice id or month. */
  invoice?: string | null
  /** The Kubernetes object it is about. */
  kubernetes?: BillKubernetes | null
  /** At which kind of price. */
  pricing?: BillPricing | null
  /** Whose bill. */
  provider?: Provider
  /** Quantity, in `unit`. */
  quantity?: number | null
  /** Region. */
  region?: string | null
  /** Id of the resource: `i-…`, ARN, ARM path, for Google `project/zone/name`. None for fleets and fees. */
  resourceId?: string | null
  /** Name of the resource. */
  resourceName?: string | null
  /** Service or product, as the bill names it. */
  service?: string | null
  /** Id of the stock keeping unit or meter. */
  sku?: string | null
  /** A part of another line, as the provider split it. */
  split?: BillSplitLike | null
  /** First instant it is for. */
  start: string | number | Date
  /** Tags and labels. */
  tags?: {
    [k: string]: string
  }
  /** Unit of the quantity. */
  unit?: string | null
  /** What was metered, e.g. `BoxUsage:m5.xlarge`. */
  usageType?: string | null
  /** Zone. */
  zone?: string | null
}
/** A bill in one currency; lines in order of provider, account, time, resource and the further fields. */
export interface BillSet {
  /** Currency of every amount; none without lines. */
  currency?: string | null
  /** The charges. */
  lines?: BillLine[]
  /** Billing period that the bill names; several are spanned. */
  period?: Interval | null
}
/** A bill in one currency; lines in order of provider, account, time, resource and the further fields. */
export interface BillSetLike {
  /** Currency of every amount; none without lines. */
  currency?: string | null
  /** The charges. */
  lines?: BillLineLike[]
  /** Billing period that the bill names; several are spanned. */
  period?: IntervalLike | null
}
/** A part of another line's cost, as the provider split it. Never added to its parent. */
export interface BillSplit {
  /** Used. */
  actual?: number | null
  /** Charged for: the larger of the two. */
  allocated?: number | null
  /** `splitCost` at list prices. */
  listSplitCost?: string | null
  /** `unusedCost` at list prices. */
  listUnusedCost?: string | null
  /** `splitCost` after negotiated discounts. */
  netSplitCost?: string | null
  /** `unusedCost` after negotiated discounts. */
  netUnusedCost?: string | null
  /** Resource id of the parent. */
  parent?: string | null
  /** Share of the parent, 0..1. */
  ratio?: number | null
  /** Reserved, in the resource's unit. */
  reserved?: number | null
  /** Resource that was split; none: several. */
  resource?: SplitResource | null
  /** Cost of what was charged for. */
  splitCost?: string | null
  /** What it was split to, where that is not the line's own resource. */
  target?: string | null
  /** Its share of what nobody used. */
  unusedCost?: string | null
}
/** A part of another line's cost, as the provider split it. Never added to its parent. */
export interface BillSplitLike {
  /** Used. */
  actual?: number | null
  /** Charged for: the larger of the two. */
  allocated?: number | null
  /** `splitCost` at list prices. */
  listSplitCost?: string | number | null
  /** `unusedCost` at list prices. */
  listUnusedCost?: string | number | null
  /** `splitCost` after negotiated discounts. */
  netSplitCost?: string | number | null
  /** `unusedCost` after negotiated discounts. */
  netUnusedCost?: string | number | null
  /** Resource id of the parent. */
  parent?: string | null
  /** Share of the parent, 0..1. */
  ratio?: number | null
  /** Reserved, in the resource's unit. */
  reserved?: number | null
  /** Resource that was split; none: several. */
  resource?: SplitResource | null
  /** Cost of what was charged for. */
  splitCost?: string | number | null
  /** What it was split to, where that is not the line's own resource. */
  target?: string | null
  /** Its share of what nobody used. */
  unusedCost?: string | number | null
}
/** Cost that was billed for a period. */
export interface BilledCost {
  /** Amount billed for it; negative for a credit. */
  amount: string
  /** First instant after. */
  end: string
  /** First instant of the period. */
  start: string
}
/** Cost that was billed for a period. */
export interface BilledCostLike {
  /** Amount billed for it; negative for a credit. */
  amount: string | number
  /** First instant after. */
  end: string | number | Date
  /** First instant of the period. */
  start: string | number | Date
}
/** What a node was billed. */
export interface BilledNode {
  /** Amounts by period, in order; several lines of one period are added. */
  billed: BilledCost[]
  /** Lines behind them. */
  lines: number
  /** Name of the node. */
  name: string
}
/** A bill by nodes. `matched` + Σ `unmatched` = the bill's total of `costKind`, exactly. */
export interface BilledNodes {
  /** The cost that was taken, of every line the same. */
  costKind: CostKind
  /** Currency of every amount; none for a bill without lines. */
  currency?: string | null
  /** A line of a node is not final. */
  estimated: boolean
  /** Σ over the nodes. */
  matched: string
  /** Nodes that the bill knows, by name. */
  nodes: BilledNode[]
  /** Lines that describe a part of another one, which are never added. */
  parts: number
  /** Nodes that it does not know. */
  unbilled: string[]
  /** Lines that are no node's. */
  unmatched: UnmatchedCost[]
}
/** Input of `cost.billedNodes`. */
export interface BilledNodesInput {
  /** The bill, as `ingest.…` gives it. */
  bill?: BillSetLike
  /** Which cost; none: the first that every line of a node has. */
  costKind?: CostKind | null
  /** The nodes, as in a Snapshot; `name` and `providerId` are read. */
  nodes?: NodeLike[]
}
/** What counts as a burst above the quiet level. */
export interface BurstConfig {
  /** Fewest network bytes per second; default 1024 (the idle rule's network limit). */
  minBytes?: number
  /** Fewest cores; default 0.002 (own). */
  minCores?: number
  /** Share of the CPU request; default 0.05 (own). */
  requestShare?: number
  /** Multiples of the noise; default 6 (own). */
  sigmas?: number
  /** Cores in its place when the request is unknown; default 0.01 (own). */
  unknownRequestCores?: number
}
/** When a business is open. Without one, business-hours questions are unknown. */
export interface BusinessCalendar {
  /** Exceptions; later ones win. */
  exceptions?: CalendarException[]
  /** Holidays. */
  holidays?: Holiday[]
  /** IANA zone. */
  timeZone: string
  /** Weekly rules. */
  weekly?: WeeklyRule[]
}
/** Business activity of the observed hours. */
export interface BusinessEvidence {
  /** Local days with business. */
  activeDays: number
  /** 1 − 5xx/all of business with a known status; `null` without any. */
  availability?: number | null
  /** Exposure: days that the log covers. */
  exposureDays: number
  /** Hours from the end of that hour to the end of the window; never: the hours observed. */
  hoursSinceLast: number
  /** Start of the last hour with business, or `null`. */
  lastAt?: string | null
  /** Mean of the rate's posterior Gamma(k+½, E), per day. */
  meanPerDay: number
  /** No business in the observed hours. */
  never: boolean
  /** Business requests per observed day. */
  perDay: number
  /** Business requests, scaled by 1/`sampleRate`. */
  requests: number
  /** Share of business in all requests; `null` without requests. */
  share?: number | null
  /** Wilson 95 % interval of that share. */
  shareLower?: number | null
  /** Wilson 95 % interval of that share. */
  shareUpper?: number | null
  /** Its upper 95 % bound, per day. */
  upperPerDay: number
  /** Impact on users, 0..10, by [`user_impact`]. */
  userImpact: number
}
/** Business activity of the observed hours. */
export interface BusinessEvidenceLike {
  /** Local days with business. */
  activeDays: number | bigint
  /** 1 − 5xx/all of business with a known status; `null` without any. */
  availability?: number | null
  /** Exposure: days that the log covers. */
  exposureDays: number
  /** Hours from the end of that hour to the end of the window; never: the hours observed. */
  hoursSinceLast: number
  /** Start of the last hour with business, or `null`. */
  lastAt?: string | number | Date | null
  /** Mean of the rate's posterior Gamma(k+½, E), per day. */
  meanPerDay: number
  /** No business in the observed hours. */
  never: boolean
  /** Business requests per observed day. */
  perDay: number
  /** Business requests, scaled by 1/`sampleRate`. */
  requests: number
  /** Share of business in all requests; `null` without requests. */
  share?: number | null
  /** Wilson 95 % interval of that share. */
  shareLower?: number | null
  /** Wilson 95 % interval of that share. */
  shareUpper?: number | null
  /** Its upper 95 % bound, per day. */
  upperPerDay: number
  /** Impact on users, 0..10, by [`user_impact`]. */
  userImpact: number
}
/** Business traffic of a pod; null where no request log was given. */
export interface BusinessSummary {
  /** Requests of any kind a day. */
  allRequestsPerDay?: number | null
  /** The caller's business weight, 0..1. */
  criticality?: number | null
  /** Probes, scrapes and synthetic checks a day. */
  probesPerDay?: number | null
  /** Business requests a day. */
  requestsPerDay?: number | null
  /** 0..10 (idle.md §3). */
  userImpact?: number | null
}
/** Business traffic; null where no request log was given. */
export interface BusinessTotals {
  /** Probe, scrape and synthetic requests ÷ all requests, 0..1. */
  probeShare?: number | null
  /** Business requests a day. */
  requestsPerDay?: number | null
}
/** A span that overrides the weekly rules and holidays. */
export interface CalendarException {
  /** The same. */
  end: string
  /** What it does. */
  kind: ExceptionKind
  /** Name. */
  name?: string | null
  /** Local time without offset, or RFC 3339. */
  start: string
}
/** How one candidate did. */
export interface Candidate {
  /** Mean of its sizes in the replay, in cores. */
  meanRecommendation?: number | null
  /** The policy. */
  policy: CpuPolicy
  /** Whether it kept the promise; null without a replay. */
  qualified?: boolean | null
  /** Mean unused share of its sizes. */
  slack?: number | null
  /** Mean share of samples above its sizes. */
  violationRate?: number | null
}
/** A limit that applies. */
export interface Cap {
  /** Largest confidence. */
  limit: number
  /** `UnhealthyUpstream`, `FreshDeployment`, `StaleTelemetry`, `ClockFaults` or `CounterResets`. */
  reason: string
}
/** Optional APIs of a cluster. */
export interface Capabilities {
  /** `custom.metrics.k8s.io`. */
  customMetrics?: Presence
  /** `gateway.networking.k8s.io`. */
  gatewayApi?: Presence
  /** `networking.istio.io`. */
  istio?: Presence
  /** `karpenter.sh`. */
  karpenter?: Presence
  /** `keda.sh`. */
  keda?: Presence
  /** `linkerd.io` and below. */
  linkerd?: Presence
  /** `metrics.k8s.io`. */
  metricsServer?: Presence
  /** `monitoring.coreos.com`: the Prometheus operator. */
  serviceMonitors?: Presence
  /** `autoscaling.k8s.io`: the Vertical Pod Autoscaler. */
  vpa?: Presence
}
/** Options of [`parse_capabilities`]. */
export interface CapabilitiesOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** A price list: one entry per provider, region and instance type, in that order. */
export interface CatalogEntries {
  /** Currency of every price. */
  currency?: string
  /** The entries. */
  entries?: CatalogEntry[]
}
/** What an instance type has and costs (cost.md §4). Absent is unknown; a price of 0 is a price. */
export interface CatalogEntry {
  /** CPU architecture. */
  architecture?: string | null
  /** When the prices were valid. */
  asOf?: string | null
  /** GPUs. */
  gpus?: number | null
  /** Instance type. */
  instanceType: string
  /** Memory in GiB (2³⁰ bytes). */
  memoryGib?: number | null
  /** Price per hour by use. */
  onDemand?: string | null
  /** Provider as the list names it, in lower case, e.g. `aws`. */
  provider: string
  /** Region. */
  region: string
  /** Price per hour of interruptible capacity. */
  spot?: string | null
  /** Virtual CPUs. */
  vcpu?: number | null
}
/** The amount of one grid cell. */
export interface CellAmount {
  /** All resources together. */
  amount: string
  /** Start of the cell (it may lie before the window). */
  start: string
}
/** The amount of one grid cell. */
export interface CellAmountLike {
  /** All resources together. */
  amount: string | number
  /** Start of the cell (it may lie before the window). */
  start: string | number | Date
}
/** One field to change. */
export interface Change {
  /** Value now, as Kubernetes writes it; null if unset. */
  from?: {
    [k: string]: unknown
  }
  /** Path in the workload's manifest. */
  path: string
  /** Value to set. */
  to?: {
    [k: string]: unknown
  }
}
/** Input of `rightsize.choose`. */
export interface ChooseInput {
  /** Policies to choose from; without them those of `Auto`. */
  candidates?: CpuPolicy[] | null
  /** Settings of the replay. */
  config?: BacktestConfig
  /** CPU samples in cores. */
  series: Series
}
/** Output of `rightsize.choose`. */
export interface Chosen {
  /** How each candidate did; empty if there was too little data to replay any. */
  candidates: Candidate[]
  /** The policy. */
  policy: CpuPolicy
  /** Why. */
  reasons: Reason[]
  /** Its size on the whole series, in cores. */
  recommended: number
}
/** Christoffersen's test of independence. */
export interface Christoffersen {
  /** Likelihood ratio; χ² with one degree of freedom if violations do not depend on the sample before. */
  lr: number
  /** Steps from no violation to none. */
  n00: number
  /** Steps from none to a violation. */
  n01: number
  /** Steps from a violation to none. */
  n10: number
  /** Steps from a violation to the next. */
  n11: number
  /** P-value: `erfc(√(lr / 2))`. Class ulp(4). */
  p: number
}
/** Christoffersen's test of independence. */
export interface ChristoffersenLike {
  /** Likelihood ratio; χ² with one degree of freedom if violations do not depend on the sample before. */
  lr: number
  /** Steps from no violation to none. */
  n00: number | bigint
  /** Steps from none to a violation. */
  n01: number | bigint
  /** Steps from a violation to none. */
  n10: number | bigint
  /** Steps from a violation to the next. */
  n11: number | bigint
  /** P-value: `erfc(√(lr / 2))`. Class ulp(4). */
  p: number
}
/** A claim by namespace and name. */
export interface ClaimRef {
  /** Name. */
  name?: string
  /** Namespace. */
  namespace?: string
}
/** Factors 0..1, 1 = idle; unknown ones are `null`. */
export interface ClassicalFactors {
  /** 1 − business/all requests; 1 for observed silence. */
  business?: number | null
  /** Mean with the classical weights over the known factors; `null` if none is known. */
  combined?: number | null
  /** Healthy share of the upstreams. */
  dependency?: number | null
  /** 1 − (business per core of the last day)/(before). */
  resource?: number | null
  /** From the activity of the last day over the expected one. */
  temporal?: number | null
}
/** Input of `traffic.classify`. */
export interface ClassifyInput {
  /** Settings. */
  config?: TrafficConfig
  /** What the log covers; absent: complete between the first and the last hour given, flagged `Inferred`. */
  requestLog?: RequestLogLike | null
  /** One column per kind of request. */
  requestSeries?: RequestColumn[]
  /** One row per kind of request and hour. */
  requests?: RequestRowLike[]
}
/** The cluster. */
export interface Cluster {
  /** Distribution, e.g. `EKS`, `OpenShift` or `K3s`. */
  distribution?: string | null
  /** Version of Kubernetes. */
  kubernetesVersion?: string | null
  /** Name. Required. */
  name?: string
  /** Whose cloud. */
  provider?: Provider
  /** Name of another cloud. */
  providerName?: string | null
  /** Region. */
  region?: string | null
}
/** Facts about the cluster that bound a size. */
export interface ClusterFacts {
  /** Allocatable resources of the largest node. */
  largestNode?: ResourcesLike | null
}
/** The commitment that a line belongs to. */
export interface Commitment {
  /** Id or ARN. */
  id?: string
  /** `Reservation`, `SavingsPlan`, or as the bill says. */
  kind?: string | null
  /** Used or not; none for its purchase. */
  status?: CommitmentStatus | null
}
/**
 * Everything that can be tuned. Every field has a default; an unknown field is `UPID_INVALID_CONFIG`.
 *
 * ```
 * use upid_core::Config;
 * let config = Config::default().time_zone("Europe/Berlin");
 * assert!(config.validate().is_ok());
 * ```
 */
export interface Config {
  /** Thresholds of the composite analysis. */
  analysis?: AnalysisConfig
  /** Attribution. */
  cost?: CostConfig
  /** Idle detection, with traffic and evidence. */
  idle?: IdleConfig
  /** Sizes. */
  rightsize?: RightsizeConfig
  /** IANA zone; wins over the Snapshot's. */
  timeZone?: string | null
}
/** A container of a pod or of a workload's template. */
export interface Container {
  /** `status.resources.requests`, during an in-place resize. */
  actual?: Resources | null
  /** `status.allocatedResources`, during an in-place resize. */
  allocated?: Resources | null
  /** What is wrong with it: `RequestUnreadable` says that an absent request or limit is unknown, not none. */
  flags?: string[]
  /** Image. */
  image?: string | null
  /** How it last ended. */
  lastTermination?: Termination | null
  /** What it may use at most; an absent field is no limit. */
  limits?: Resources
  /** Name, unique in the pod. Required. */
  name?: string
  /** Container ports. */
  ports?: number[]
  /** What the scheduler reserves; an absent field is no reservation. */
  requests?: Resources
  /** Restarts so far. */
  restarts?: number | null
  /** Which part it plays. */
  type?: ContainerType
}
/**
 * One container of a workload: how many run, what it has now, and what it used.
 *
 * The history is given as samples in `pods`, or as `usage` that names pods of the `Usage` of the call.
 */
export interface ContainerInput {
  /** Facts about the cluster that bound a size. */
  cluster?: ClusterFacts | null
  /** Requests and limits now. */
  current?: CurrentSizes
  /** Which container. */
  key?: ContainerKey
  /** Samples per pod. */
  pods?: PodSamples[]
  /** Prices of this container's nodes; without them savings are unknown. */
  rates?: RatesLike | null
  /** Replicas that run now; savings count each. Default 1. */
  replicas?: number
  /** Pods whose summaries stand in the `Usage` of the call; used instead of `pods`. */
  usage?: UsagePods | null
}
/** Names a container of a workload. */
export interface ContainerKey {
  /** Container in the pod template. */
  container?: string
  /** Namespace. */
  namespace?: string
  /** Workload, e.g. the Deployment's name. */
  workload?: string
}
/** A container of a pod or of a workload's template. */
export interface ContainerLike {
  /** `status.resources.requests`, during an in-place resize. */
  actual?: ResourcesLike | null
  /** `status.allocatedResources`, during an in-place resize. */
  allocated?: ResourcesLike | null
  /** What is wrong with it: `RequestUnreadable` says that an absent request or limit is unknown, not none. */
  flags?: string[]
  /** Image. */
  image?: string | null
  /** How it last ended. */
  lastTermination?: TerminationLike | null
  /** What it may use at most; an absent field is no limit. */
  limits?: ResourcesLike
  /** Name, unique in the pod. Required. */
  name?: string
  /** Container ports. */
  ports?: ReadonlyArray<number | null> | Float64Array | Float32Array
  /** What the scheduler reserves; an absent field is no reservation. */
  requests?: ResourcesLike
  /** Restarts so far. */
  restarts?: number | bigint | null
  /** Which part it plays. */
  type?: ContainerType
}
/** What the caller knows beyond the cluster's objects. */
export interface Context {
  /** When the business is open. */
  businessHours?: BusinessCalendar | null
  /** Business weights. */
  criticality?: Criticality[]
  /** JVM settings. */
  jvm?: JvmSettings[]
  /** Addresses, networks or names that monitoring comes from. */
  monitoringSources?: string[]
  /** What must be left alone. */
  optOut?: Selector[]
  /** Revenue. */
  revenue?: Revenue[]
}
/** What the caller knows beyond the cluster's objects. */
export interface ContextLike {
  /** When the business is open. */
  businessHours?: BusinessCalendar | null
  /** Business weights. */
  criticality?: Criticality[]
  /** JVM settings. */
  jvm?: JvmSettings[]
  /** Addresses, networks or names that monitoring comes from. */
  monitoringSources?: string[]
  /** What must be left alone. */
  optOut?: Selector[]
  /** Revenue. */
  revenue?: RevenueLike[]
}
/** What one feature adds to the log-odds. */
export interface Contribution {
  /** Feature. */
  feature: string
  /** weight·φ. */
  logOdds: number
  /** Transformed value 0..1; the model's mean if the value was missing, `null` if that is unknown too. */
  phi?: number | null
  /** Raw value; `null` if it was missing. */
  value?: number | null
  /** Weight. */
  weight: number
}
/** Settings of [`attribute`](super::attribute). */
export interface CostConfig {
  /** Base table of unit prices. Default `Auto`: by the provider of the cluster. */
  baseRates?: BaseRates
  /** From when on a pod is billed; read where lives are made from a Snapshot. Default `Scheduled`. */
  billFrom?: BillFrom
  /** Whether discounts hold for GPUs too. Default true (`OpenCost`: CPU and memory only). */
  discountGpu?: boolean
  /** Length of the cells in which money is rounded; divides 86 400. Default 3600: bills are hourly. */
  gridSeconds?: number
  /** Age at which a price is called stale, in days before the end of the window. Default 90. */
  maxPriceAgeDays?: number
  /** What a node without a price costs. Default `Null`: missing is not zero, and no guess. */
  missingPrice?: MissingPrice
  /** Who is charged for what. Default `TwoTier` (cost.md §5). */
  policy?: Policy
  /** Where prices come from. Default `Given`. */
  prices?: Prices
  /** Fraction off the on-demand price for a Spot node that has no spot price. Default none: then it is missing. */
  spotDiscount?: number | null
  /** Whether rows carry their amount per cell. Default false. */
  timeline?: boolean
  /** How many `k8s.amazonaws.com/vgpu` make a GPU. Default 10 [Kubecost docs]. */
  vgpuPerGpu?: number
}
/** A container as the attribution sees it. */
export interface CostContainer {
  /** Its limits; a limit without a request counts as the request. */
  limits?: ResourcesLike
  /** Name, unique in the pod. Required. */
  name?: string
  /** Resizes: other requests for a while; elsewhere `requests` holds. */
  requestSteps?: RequestStep[]
  /** What it reserves; an absent field is no reservation. */
  requests?: ResourcesLike
  /** Which part it plays. */
  type?: ContainerType
  /** What it used, piecewise constant; a gap is unmeasured. */
  usage?: UsageStep[]
}
/** A node as the attribution sees it. */
export interface CostNode {
  /** What pods may use of it. */
  allocatable?: ResourcesLike | null
  /** Short form: amount billed for its life inside the window. */
  billedCost?: string | number | null
  /** What the machine has. */
  capacity?: ResourcesLike | null
  /** How its capacity was bought. */
  capacityType?: CapacityType
  /** Short form: price per hour. */
  hourlyCost?: string | number | null
  /** Instance type. */
  instanceType?: string | null
  /** Labels; GPU sharing is read from NVIDIA's. */
  labels?: {
    [k: string]: string
  }
  /** When it existed; none: the whole window. */
  life?: IntervalLike[]
  /** Name, unique in the cluster. Required. */
  name?: string
  /** Full price. */
  price?: NodePriceLike | null
  /** `spec.providerID`. */
  providerId?: string | null
  /** Region. */
  region?: string | null
  /** Kubernetes uid. */
  uid?: string | null
  /** Zone. */
  zone?: string | null
}
/** A pod as the attribution sees it. */
export interface CostPod {
  /** Annotations. */
  annotations?: {
    [k: string]: string
  }
  /** Containers in the manifest's order. Required. */
  containers?: CostContainer[]
  /** Labels. */
  labels?: {
    [k: string]: string
  }
  /** When it reserved capacity, as disjoint intervals; none: the whole window. Gaps are not billed. */
  life?: IntervalLike[]
  /** Name. Required. */
  name?: string
  /** Namespace. Required. */
  namespace?: string
  /** Bytes sent, by where they went. */
  network?: NetworkStepLike[]
  /** Node it runs on; none: unscheduled, costs nothing. */
  node?: string | null
  /** `spec.overhead`. */
  overhead?: ResourcesLike | null
  /** Its workload. */
  owner?: OwnerRef | null
  /** Phase. */
  phase?: string | null
  /** Pod-level resources. */
  resources?: PodResourcesLike | null
  /** Services that select it. */
  services?: string[]
  /** Kubernetes uid: two pods of one name are two pods. */
  uid?: string | null
}
/** How good the input was. */
export interface CostQuality {
  /** Flags, counted. */
  flags: Finding[]
  /** Share of the pods' CPU, memory and GPU money that was measured; null without money. */
  measuredShare?: number | null
  /** Share of the node-hours that have a price; null without node-hours. */
  pricedShare?: number | null
}
/** How good the input was. */
export interface CostQualityLike {
  /** Flags, counted. */
  flags: FindingLike[]
  /** Share of the pods' CPU, memory and GPU money that was measured; null without money. */
  measuredShare?: number | null
  /** Share of the node-hours that have a price; null without node-hours. */
  pricedShare?: number | null
}
/** Money that went to no pod. */
export interface CostRemainder {
  /** Cluster it belongs to, where several stand in one document. */
  cluster?: string | null
  /** Amount by resource. */
  costs: {
    /** decimal string of at most 12 places, in the document's currency */
    [k: string]: string
  }
  /** Namespace it belongs to. */
  namespace?: string | null
  /** Node it belongs to. */
  node?: string | null
  /** Why, e.g. `Unclaimed`, `NoBackend`, `Support`. */
  reason?: string | null
  /** Service that billed it, where a bill says so. */
  service?: string | null
}
/** Money that went to no pod. */
export interface CostRemainderLike {
  /** Cluster it belongs to, where several stand in one document. */
  cluster?: string | null
  /** Amount by resource. */
  costs: {
    /** decimal string of at most 12 places, in the document's currency */
    [k: string]: string | number
  }
  /** Namespace it belongs to. */
  namespace?: string | null
  /** Node it belongs to. */
  node?: string | null
  /** Why, e.g. `Unclaimed`, `NoBackend`, `Support`. */
  reason?: string | null
  /** Service that billed it, where a bill says so. */
  service?: string | null
}
/** One leaf: a container of a pod, or what belongs to the pod as a whole (`container` null). */
export interface CostRow {
  /** What it was charged for; null if its node is not known. */
  allocated?: ResourceHours | null
  /** Annotations of the pod. */
  annotations?: {
    [k: string]: string
  }
  /** Amount per cell; only with `timeline`. */
  cells?: CellAmount[] | null
  /** Cluster. */
  cluster?: string
  /** Container; null: the pod itself (reserve, volumes, load balancers, network). */
  container?: string | null
  /** Cost by resource; a resource without a known price is absent. */
  costs: {
    [k: string]: ResourceCost
  }
  /** Codes of cost.md §11, ascending. */
  flags?: string[]
  /** Hours it lived in the window. */
  hours?: number
  /** Labels of the pod. */
  labels?: {
    [k: string]: string
  }
  /** Namespace. */
  namespace: string
  /** Node; null while unscheduled or not known. */
  node?: string | null
  /** What it used beyond that, reported and not charged. */
  overuse?: ResourceHours | null
  /** Workload. */
  owner?: OwnerRef | null
  /** Pod. */
  pod: string
  /** Services. */
  services?: string[]
  /** The container is a sidecar: an init container that runs as long as the pod. */
  sidecar?: boolean
  /** Its uid. */
  uid?: string | null
}
/** One leaf: a container of a pod, or what belongs to the pod as a whole (`container` null). */
export interface CostRowLike {
  /** What it was charged for; null if its node is not known. */
  allocated?: ResourceHours | null
  /** Annotations of the pod. */
  annotations?: {
    [k: string]: string
  }
  /** Amount per cell; only with `timeline`. */
  cells?: CellAmountLike[] | null
  /** Cluster. */
  cluster?: string
  /** Container; null: the pod itself (reserve, volumes, load balancers, network). */
  container?: string | null
  /** Cost by resource; a resource without a known price is absent. */
  costs: {
    [k: string]: ResourceCostLike
  }
  /** Codes of cost.md §11, ascending. */
  flags?: string[]
  /** Hours it lived in the window. */
  hours?: number
  /** Labels of the pod. */
  labels?: {
    [k: string]: string
  }
  /** Namespace. */
  namespace: string
  /** Node; null while unscheduled or not known. */
  node?: string | null
  /** What it used beyond that, reported and not charged. */
  overuse?: ResourceHours | null
  /** Workload. */
  owner?: OwnerRef | null
  /** Pod. */
  pod: string
  /** Services. */
  services?: string[]
  /** The container is a sidecar: an init container that runs as long as the pod. */
  sidecar?: boolean
  /** Its uid. */
  uid?: string | null
}
/** What a pod or workload costs. All null without a price. */
export interface CostSummary {
  /** Cost in the window, exactly. */
  amount?: string | null
  /** Per day. */
  daily?: string | null
  /** Projected over the window's hours. */
  hourly?: string | null
  /** Per month of 730 h: used + wasted + unmeasured. Idle that a policy spreads stays in the totals' `idle`. */
  monthly?: string | null
  /** Verdict on the waste share. */
  status?: WasteStatus | null
  /** Per month, without telemetry. */
  unmeasured?: string | null
  /** Per month. */
  used?: string | null
  /** wasted ÷ (used + wasted), 0..1. */
  wasteShare?: number | null
  /** Per month. */
  wasted?: string | null
}
/** What a pod or workload costs. All null without a price. */
export interface CostSummaryLike {
  /** Cost in the window, exactly. */
  amount?: string | number | null
  /** Per day. */
  daily?: string | number | null
  /** Projected over the window's hours. */
  hourly?: string | number | null
  /** Per month of 730 h: used + wasted + unmeasured. Idle that a policy spreads stays in the totals' `idle`. */
  monthly?: string | number | null
  /** Verdict on the waste share. */
  status?: WasteStatus | null
  /** Per month, without telemetry. */
  unmeasured?: string | number | null
  /** Per month. */
  used?: string | number | null
  /** wasted ÷ (used + wasted), 0..1. */
  wasteShare?: number | null
  /** Per month. */
  wasted?: string | number | null
}
/** The four destinations. */
export interface CostTotals {
  /** Allocatable and not allocated, unmounted volumes, load balancers without backend. */
  idle: string
  /** Pods, without spread idle. */
  pods: Split
  /** Idle cost spread over pods; only under `SpreadOnNode`. */
  spreadIdle?: string | null
  /** Capacity that is not allocatable, and control-plane fees. */
  systemOverhead: string
  /** What nobody caused, with a reason. */
  unattributed: string
}
/** The four destinations. */
export interface CostTotalsLike {
  /** Allocatable and not allocated, unmounted volumes, load balancers without backend. */
  idle: string | number
  /** Pods, without spread idle. */
  pods: SplitLike
  /** Idle cost spread over pods; only under `SpreadOnNode`. */
  spreadIdle?: string | number | null
  /** Capacity that is not allocatable, and control-plane fees. */
  systemOverhead: string | number
  /** What nobody caused, with a reason. */
  unattributed: string | number
}
/** The bill of the window, exactly: `amount = used + wasted + unmeasured + idle + systemOverhead + unattributed`. */
export interface Costs {
  /** Sum of all parts. */
  amount: string
  /** Allocatable and allocated to nobody. */
  idle: string
  /** Capacity that pods cannot use, and the control plane. */
  systemOverhead: string
  /** Belongs to nobody known. */
  unattributed: string
  /** Allocated to pods without telemetry. */
  unmeasured: string
  /** Allocated to pods and used. */
  used: string
  /** Allocated to pods and measured as not used. */
  wasted: string
}
/** The bill of the window, exactly: `amount = used + wasted + unmeasured + idle + systemOverhead + unattributed`. */
export interface CostsLike {
  /** Sum of all parts. */
  amount: string | number
  /** Allocatable and allocated to nobody. */
  idle: string | number
  /** Capacity that pods cannot use, and the control plane. */
  systemOverhead: string | number
  /** Belongs to nobody known. */
  unattributed: string | number
  /** Allocated to pods without telemetry. */
  unmeasured: string | number
  /** Allocated to pods and used. */
  used: string | number
  /** Allocated to pods and measured as not used. */
  wasted: string | number
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface CoverageAnswer {
  /** UTC days with at least one accepted sample. */
  days: number
  /** Runs of unobserved hours. */
  gaps: SpanMs[]
  /** The metric. */
  metric: string
  /** Hours with at least one accepted sample. */
  observedHours: number
  /** Observed hours over hours of the range. */
  observedShare: number
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer[] | null
}
/** Input of `rightsize.coverageTest`. */
export interface CoverageInput {
  /** Promised share of violations, above 0 and below 1. */
  target: number
  /** 0 or 1 per sample, in time order. */
  violations: ReadonlyArray<number | null> | Float64Array | Float32Array
}
/** Input of `usage.coverage`. */
export interface CoverageInput2 {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Output of `rightsize.coverageTest`. */
export interface CoverageTest {
  /** Do they cluster? */
  christoffersen: Christoffersen
  /** Are there as many as promised? */
  kupiec: Kupiec
  /** Samples. */
  n: number
  /** Violations. */
  x: number
}
/** How critical what it matches is; the highest match counts. */
export interface Criticality {
  /** 0..1. */
  level: number
  /** What it is about. */
  match: Selector
}
/** Requests and limits of a container; an absent field is not set. */
export interface CurrentSizes {
  /** CPU limit in cores. */
  cpuLimitCores?: number | null
  /** CPU request in cores. */
  cpuRequestCores?: number | null
  /** Memory limit in bytes. */
  memoryLimitBytes?: number | null
  /** Memory request in bytes. */
  memoryRequestBytes?: number | null
}
/** A named term of the host. */
export interface CustomTerm {
  /** Log-odds toward idle. */
  logOdds: number
  /** Name. */
  name: string
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface DailyPeaksAnswer {
  /** Accepted samples. */
  count: number[]
  /** Start of the UTC day, in epoch milliseconds. */
  day: number[]
  /** Largest sample. */
  max: number[]
  /** The metric. */
  metric: string
  /** Smallest sample. */
  min: number[]
  /** Observed hours. */
  observedHours: number[]
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer2[] | null
}
/** Mean, variance and hourly lag-1 correlation of one UTC day. */
export interface DayMoments {
  /** Start of the UTC day, in epoch milliseconds. */
  day: number
  /** Pearson correlation of these pairs of hourly means; `None` under 3 pairs or without variance. */
  lag1?: number | null
  /** Pairs of neighbouring observed hours whose later hour lies in the day. */
  lag1Pairs: number
  /** Mean, in units. */
  mean: number
  /** Samples. */
  n: number
  /** Population variance, in units squared; from exact integers. */
  variance: number
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface DaysAnswerAnswer {
  /** One row per UTC day. */
  days: DayMoments[]
  /** The metric. */
  metric: string
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer5[] | null
}
/** Parameters of the policy `Decayed`. */
export interface DecayedPolicy {
  /** Hours in which the weight of a day halves. Default 72 (project, rightsizing.md §9). */
  halfLifeHours?: number
  /** Added share. Default 0. */
  margin?: number
  /** Share of weight at or below the size. Default 0.95. */
  q?: number
}
/** `from` calls `to`. */
export interface Dependency {
  /** The caller. */
  from: WorkloadRef
  /** Whether the callee is healthy; absent: unknown. */
  healthy?: boolean | null
  /** The callee. */
  to: WorkloadRef
}
/** Evidence from dependencies; what is not known is `null`. */
export interface DependencyEvidence {
  /** Upstreams by state. */
  healthy: number
  /** Workloads that call it. */
  inboundDependents?: number | null
  /** Upstreams by state. */
  unhealthy: number
  /** Upstreams by state. */
  unknown: number
}
/** Input of `usage.describe`. */
export interface DescribeInput {
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** What a Usage holds. */
export interface Description {
  /** Length of its bytes. */
  bytes: number
  /** Time of the first thing in it, in epoch milliseconds; `None` if it is empty. */
  firstMs?: number | null
  /** Its keys, in order. */
  keys: UsageKey[]
  /** Time of the last. */
  lastMs?: number | null
  /** One row per metric with a sample, over all keys. */
  metrics: MetricDescription[]
  /** What it measures. */
  spec: UsageSpec
}
/** A disruption budget that selects the workload. */
export interface DisruptionBudget {
  /** Evictions allowed now. */
  disruptionsAllowed?: number | null
  /** Number or percent text. */
  maxUnavailable?: {
    [k: string]: unknown
  }
  /** Number or percent text. */
  minAvailable?: {
    [k: string]: unknown
  }
}
/** One document: text, or base64 of its bytes. */
export interface Document1 {
  /** As base64. */
  base64?: string | null
  /** As text. */
  text?: string | null
}
/** Input of `usage.effectiveSampleSize`. */
export interface EffectiveInput {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** How it is found. */
  method?: EffectiveMethod
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface EffectiveSamplesAnswer {
  /** Observed hours. */
  hours: number
  /** How it was found. */
  method: EffectiveMethod
  /** The metric. */
  metric: string
  /** Samples. */
  n: number
  /** As many independent samples carry the same information; 1..n. */
  nEff: number
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer3[] | null
  /** Integrated autocorrelation time in hours, at least 1. */
  tau: number
}
/** How well the money was spent. */
export interface Efficiency {
  /** Idle money ÷ all money, 0..1. */
  idleShare?: number | null
  /** Pods whose p95 of use is below half of the request, for CPU or memory. */
  overProvisioned: number
  /** used ÷ (used + wasted) of the money, 0..1; null without measured money. */
  overall?: number | null
  /** Pods with telemetry and requests that are neither. */
  rightSized: number
  /** Pods whose p95 of use is above 0.9 of the request, or that were throttled or killed for memory. */
  underProvisioned: number
}
/** How well the money was spent. */
export interface EfficiencyLike {
  /** Idle money ÷ all money, 0..1. */
  idleShare?: number | null
  /** Pods whose p95 of use is below half of the request, for CPU or memory. */
  overProvisioned: number | bigint
  /** used ÷ (used + wasted) of the money, 0..1; null without measured money. */
  overall?: number | null
  /** Pods with telemetry and requests that are neither. */
  rightSized: number | bigint
  /** Pods whose p95 of use is above 0.9 of the request, or that were throttled or killed for memory. */
  underProvisioned: number | bigint
}
/** A Usage as JSON: its bytes in base64 (standard alphabet, padded). */
export interface EncodedUsage {
  /** The bytes of [`Usage::to_bytes`] in base64. */
  usage: string
}
/** What the answer depends on beside its inputs. */
export interface Engine {
  /** FNV-1a 64 of the canonical Config, hexadecimal. */
  configHash: string
  /** Version of the idle model. */
  idleModel: string
  /** Version of the compiled-in time-zone data. */
  timeZoneData: string
  /** Version of the library. */
  version: string
}
/** Input of `confidence.evaluate`. */
export interface EvaluateInput {
  /** Age of the workload in hours; absent is unknown. */
  ageHours?: number | null
  /** Samples lay in the future or came out of order. */
  clockFaults?: boolean
  /** Settings. */
  config?: EvidenceConfig
  /** Counter resets a day; absent is unknown. */
  counterResetsPerDay?: number | null
  /** Log-odds of each factor of the idle model. */
  factorLogOdds?: {
    [k: string]: number
  }
  /** Full weeks observed; a fraction counts in proportion. */
  fullWeeks?: number
  /** Hourly CPU means; absent is unknown. */
  hourlyCpu?: HourlyCorrelation | null
  /** Age of the newest sample in hours; absent is unknown. */
  newestSampleAgeHours?: number | null
  /** Hours with CPU or network data / 24. */
  observedDays?: number
  /** Hours since the last rollout; absent is unknown. */
  rolloutAgeHours?: number | null
  /** Share of requests that the log holds, (0, 1]; absent: 1. */
  sampleRate?: number | null
  /** Observed share of each source. */
  sources?: SourceCredits
  /** No Service selects the workload and it has no port: nothing could be logged, so nothing is missing. */
  takesNoRequests?: boolean
  /** An upstream is unhealthy. */
  unhealthyUpstream?: boolean
  /** The request log carries no user agents. */
  userAgentsAbsent?: boolean
}
/** How good the evidence is, and of what it is made. */
export interface Evidence {
  /** How far the factors point the same way. */
  agreement: number
  /** Limits that apply. */
  caps: Cap[]
  /** 1 − exp(−days/3). */
  coverage: number
  /** Share of the weekly cycle seen. */
  cycle: number
  /** n(1−ρ₁)/(1+ρ₁) on hourly CPU means; `null` without them. */
  effectiveSamples?: number | null
  /** What would raise it, best first. */
  improvements: Improvement[]
  /** Sources that are absent, in order of their worth. */
  missing: string[]
  /** Hours with CPU or network data / 24. */
  observedDays: number
  /** Weighted share of the telemetry that is there. */
  telemetry: number
  /** Confidence, 0..1: the product of the four parts below, at most the smallest cap. */
  value: number
}
/** Conditions under which evidence cannot be good, and how good it can be at most. */
export interface EvidenceCaps {
  /** Limit when stamps lie in the future or out of order; default 0.6 (own). */
  clock?: number
  /** Limit when counters reset often; default 0.7 (own). */
  counterResets?: number
  /** Counter resets a day that are still normal; default 10 (own). */
  counterResetsPerDay?: number
  /** Limit while the workload or its last rollout is young; default 0.4 (own). */
  fresh?: number
  /** Age below which a workload or rollout is young; default 48 h (own). */
  freshHours?: number
  /** Limit when the newest sample is old; default 0.3 (own). */
  stale?: number
  /** Age above which the newest sample is old; default 2 h (own). */
  staleHours?: number
  /** Limit while an upstream is unhealthy; default 0.5 (own). */
  unhealthyUpstream?: number
}
/** Settings of the confidence. */
export interface EvidenceConfig {
  /** Caps. */
  caps?: EvidenceCaps
  /** Days after which coverage reaches 1 − 1/e; default 3 (own). */
  coverageDays?: number
  /** Credit of a request log without user agents; default 0.8 (own). */
  noAgentsCredit?: number
  /** Full weeks that count as the whole weekly cycle; default 2 (own). */
  weeksForCycle?: number
  /** Worth of each source. */
  weights?: SourceWeights
}
/** When activity is expected again. */
export interface ExpectedConfig {
  /** How far to look ahead; default 28 days (own). */
  horizonDays?: number
  /** Smallest chance of activity in an hour; default 0.2 (own). */
  probability?: number
}
/** Options of [`parse_exposition`]. */
export interface ExpositionOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Cluster of the keys; empty for one cluster. */
  cluster?: string
  /** Labels that name the cluster; none. */
  clusterLabels?: string[]
  /** Labels that name the container. */
  containerLabels?: string[]
  /** What the values of `metric` mean. */
  kind?: SampleKind
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What series are whose name is not known; none: they are left out. */
  metric?: string | null
  /** What happens to records that cannot be read. */
  mode?: Mode
  /** Labels that name the namespace, the first present wins. */
  namespaceLabels?: string[]
  /** Labels that name the node; of `instance` the host. */
  nodeLabels?: string[]
  /** Keep series that name a node and no pod, under an empty key; a Usage has no place for them. */
  nodeLevel?: boolean
  /** Labels that name the pod. */
  podLabels?: string[]
  /** When the text was read: the time of samples that have none of their own. */
  scrapedAt?: string | number | Date | null
  /** Unit of the samples' own times. */
  timestampUnit?: TimestampUnit
}
/** Weights of the classical factors, which only explain. */
export interface FactorWeights {
  /** Default 0.50 (classical weights). */
  business?: number
  /** Default 0.05 (classical weights). */
  dependency?: number
  /** Default 0.30 (classical weights). */
  resource?: number
  /** Default 0.15 (classical weights). */
  temporal?: number
}
/** A fee of the cluster. */
export interface Fee {
  /** Amount for the window. */
  amount?: string | null
  /** `SystemOverhead` or `Unattributed`; none: by kind. */
  destination?: string | null
  /** Or a price per hour of its life. */
  hourlyCost?: string | null
  /** What it is for. */
  kind?: FeeKind
  /** When it ran; none: the whole window. */
  life?: Interval[]
  /** Name. Required. */
  name?: string
}
/** A fee of the cluster. */
export interface FeeLike {
  /** Amount for the window. */
  amount?: string | number | null
  /** `SystemOverhead` or `Unattributed`; none: by kind. */
  destination?: string | null
  /** Or a price per hour of its life. */
  hourlyCost?: string | number | null
  /** What it is for. */
  kind?: FeeKind
  /** When it ran; none: the whole window. */
  life?: IntervalLike[]
  /** Name. Required. */
  name?: string
}
/** Something about the input or the answer that a reader must know, counted, with up to ten examples. */
export interface Finding {
  /** Code in Pascal case, e.g. `PriceMissing`. */
  code: string
  /** How often. */
  count: number
  /** The first ten places, in ascending order. */
  examples?: string[]
  /** One sentence. */
  message?: string | null
  /** How much it matters. */
  severity?: Severity | null
}
/** Something about the input or the answer that a reader must know, counted, with up to ten examples. */
export interface FindingLike {
  /** Code in Pascal case, e.g. `PriceMissing`. */
  code: string
  /** How often. */
  count: number | bigint
  /** The first ten places, in ascending order. */
  examples?: string[]
  /** One sentence. */
  message?: string | null
  /** How much it matters. */
  severity?: Severity | null
}
/** Output of `rightsize.recommend`: rows by falling savings, then key. */
export interface FleetRecommendation {
  /** One row per container. */
  recommendations: SizeRecommendation[]
  /** Sums. */
  summary: FleetSummary
}
/** Sums over a fleet. */
export interface FleetSummary {
  /** How often each reason occurred. */
  byReason: {
    [k: string]: number
  }
  /** Containers. */
  containers: number
  /** Sum over all replicas of recommended − current CPU, where a request is set now. */
  cpuCoresDelta: number
  /** Sum over all replicas of recommended − current memory, where a request is set now. */
  memoryBytesDelta: number
  /** Sum of the savings that are known; null if none is. */
  monthlySavings?: string | null
  /** Containers without any size. */
  refused: number
  /** Containers with a significant change. */
  significant: number
}
/** What an attribution does not know of its bill. All fields are required, but those that say otherwise. */
export interface FocusContext {
  /** `BillingAccountId`. */
  billingAccountId?: string
  /** `BillingAccountName`. Optional. */
  billingAccountName?: string | null
  /** `BillingPeriodEnd`. */
  billingPeriodEnd?: string | number | Date | null
  /** `BillingPeriodStart`. */
  billingPeriodStart?: string | number | Date | null
  /** `HostProviderName`: on whose machines it runs. */
  hostProviderName?: string
  /** `InvoiceId`. Optional. */
  invoiceId?: string | null
  /** `InvoiceIssuerName`. */
  invoiceIssuerName?: string
  /** `ServiceName`. */
  serviceName?: string
  /** `ServiceProviderName`: who sells the service. */
  serviceProviderName?: string
  /** `SubAccountId`. Optional. */
  subAccountId?: string | null
  /** Tags of every origin. Optional. */
  tags?: {
    [k: string]: string
  }
}
/** Input of `cost.focus`. */
export interface FocusInput {
  /** What `cost.attribute` gave. */
  attribution: AttributionLike
  /** What it does not know of its bill. */
  context: FocusContext
  /** The form of the file. Default `Csv`. */
  format?: FocusFormat
}
/** Options of [`parse_focus`]. */
export interface FocusOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** What separates the fields of CSV. */
  delimiter?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Output of `cost.focus`. */
export interface FocusText {
  /** How many charges it has. */
  rows: number
  /** The file. */
  text: string
}
/** One origin of a replay. */
export interface Fold {
  /** Epoch milliseconds: the size knows only what came before. */
  originMs: number
  /** The size. */
  recommended: number
  /** Mean of the share of the size that stood unused. */
  slack: number
  /** Share of samples above it. */
  violationRate: number
}
/** One origin of a replay. */
export interface FoldLike {
  /** Epoch milliseconds: the size knows only what came before. */
  originMs: number | bigint
  /** The size. */
  recommended: number
  /** Mean of the share of the size that stood unused. */
  slack: number
  /** Share of samples above it. */
  violationRate: number
}
/** Options of [`parse_gcp_billing`]. */
export interface GcpBillingOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** What separates the fields of CSV. */
  delimiter?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Where a model comes from. */
export interface Generator {
  /** Name of the generator of the training data. */
  name?: string
  /** Pods fitted on. */
  pods?: number | bigint
  /** Idle ones among them. */
  positives?: number | bigint
  /** Seeds used. */
  seeds?: ReadonlyArray<number | null> | Float64Array | Float32Array
  /** Its version. */
  version?: string
}
/** A tool that keeps the workload as Git says. */
export interface GitOps {
  /** It owns the replica count. */
  replicasManaged?: boolean | null
  /** It reverts changes. */
  selfHeal?: boolean | null
  /** Name of the tool. */
  tool?: string | null
}
/** Input of `usage.groupBy`. */
export interface GroupByInput {
  /** The key fields that stay. */
  fields: KeyField[]
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Input of `usage.histogram`. */
export interface HistogramInput {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface HistogramTableAnswer {
  /** Samples in it. */
  count: number[]
  /** Bucket index. */
  index: number[]
  /** Smallest value of the bucket, in units. */
  lower: number[]
  /** The metric. */
  metric: string
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer4[] | null
  /** Largest value of the bucket, in units. */
  upper: number[]
}
/** Hourly CPU means, boiled down to what the effective sample size needs. */
export interface HourlyCorrelation {
  /** Observed hours. */
  hours: number | bigint
  /** Correlation of neighbouring hours, −1..1; `null` for a constant series. */
  lag1?: number | null
}
/** Whether a pod is idle, how likely, how sure, why and when. */
export interface IdleAssessment {
  /** Business; `null` without request evidence. */
  business?: BusinessEvidence | null
  /** Classical factors, which only explain. */
  classical: ClassicalFactors
  /** How good the evidence is. */
  confidence: Evidence
  /** Log-odds by feature. */
  contributions: Contribution[]
  /** Dependencies. */
  dependency: DependencyEvidence
  /** Name of the pod, as given. */
  id: string
  /** What counting every request would have said; `null` without requests. */
  illusion?: Illusion | null
  /** Log-odds by factor. */
  logOdds: LogOdds
  /** Which model spoke. */
  model: ModelInfo
  /** Probability that nobody needs it, 0..1, calibrated if the model is. */
  probability: number
  /** The same before calibration. */
  probabilityRaw: number
  /** The same, drawn toward the prior where the evidence is thin: for ranking and savings. */
  probabilityShrunk: number
  /** What a reader must know about input and answer. */
  quality: Finding[]
  /** Why, strongest first. */
  reasons: Reason[]
  /** How much the request log told. */
  regime: Regime
  /** Resources. */
  resource: ResourceEvidence
  /** Times. */
  temporal: TemporalEvidence
  /** Requests; `null` if none were given and no log covered the window. */
  traffic?: TrafficReport | null
  /** What it is. */
  verdict: IdleVerdict
  /** Weekly windows without activity. */
  windows: IdleWindows
}
/** Whether a pod is idle, how likely, how sure, why and when. */
export interface IdleAssessmentLike {
  /** Business; `null` without request evidence. */
  business?: BusinessEvidenceLike | null
  /** Classical factors, which only explain. */
  classical: ClassicalFactors
  /** How good the evidence is. */
  confidence: Evidence
  /** Log-odds by feature. */
  contributions: Contribution[]
  /** Dependencies. */
  dependency: DependencyEvidence
  /** Name of the pod, as given. */
  id: string
  /** What counting every request would have said; `null` without requests. */
  illusion?: Illusion | null
  /** Log-odds by factor. */
  logOdds: LogOdds
  /** Which model spoke. */
  model: ModelInfo
  /** Probability that nobody needs it, 0..1, calibrated if the model is. */
  probability: number
  /** The same before calibration. */
  probabilityRaw: number
  /** The same, drawn toward the prior where the evidence is thin: for ranking and savings. */
  probabilityShrunk: number
  /** What a reader must know about input and answer. */
  quality: FindingLike[]
  /** Why, strongest first. */
  reasons: Reason[]
  /** How much the request log told. */
  regime: Regime
  /** Resources. */
  resource: ResourceEvidenceLike
  /** Times. */
  temporal: TemporalEvidenceLike
  /** Requests; `null` if none were given and no log covered the window. */
  traffic?: TrafficReportLike | null
  /** What it is. */
  verdict: IdleVerdict
  /** Weekly windows without activity. */
  windows: IdleWindowsLike
}
/** Settings of idle detection. */
export interface IdleConfig {
  /** Wanted false-idle rate of scaling to zero; default 0.0025 (own). */
  alpha?: number
  /** Bursts. */
  burst?: BurstConfig
  /** Largest |log-odds| of a term of the host; default 2 (own). */
  customCap?: number
  /** Confidence. */
  evidence?: EvidenceConfig
  /** Expected activity. */
  expected?: ExpectedConfig
  /** Weights of the classical factors. */
  factors?: FactorWeights
  /** The model; absent: the shipped one. */
  model?: IdleModel | null
  /** Share of pods that are idle, before anything is known; default 0.10 (own). */
  priorIdle?: number
  /** Stopped activity. */
  stopped?: StoppedConfig
  /** Request classification. */
  traffic?: TrafficConfig
  /** Confidence below which the verdict is Unknown; default 0.3 (own). */
  verdictConfidence?: number
  /** Probability from which a pod is called idle; default 0.5 (own). */
  verdictProbability?: number
  /** Look-back in days; default 14 (AWS and Google look back as far). */
  windowDays?: number
  /** Idle windows. */
  windows?: WindowConfig
}
/** Raw values of the features; an absent one is unknown and taken as the model's mean. */
export interface IdleFeatures {
  /** Ambiguous requests per day. */
  ambiguousRate?: number | null
  /** Share of observed days with business. */
  businessActiveDays?: number | null
  /** Upper 95 % bound of business requests per day. */
  businessRateUpper?: number | null
  /** Median of established connections. */
  connections?: number | null
  /** CPU burst hours per day. */
  cpuBurstHours?: number | null
  /** Median CPU in cores. */
  cpuLevel?: number | null
  /** Spearman correlation of the hourly maxima of CPU and network. */
  cpuNetworkCorrelation?: number | null
  /** (q99 − q05) of CPU over max(0.05·request, 0.01 core). */
  cpuRange?: number | null
  /** The caller's business weight, 0..1. */
  criticality?: number | null
  /** Cross-validated daily strength of hourly CPU, 0..1. */
  dailyRhythm?: number | null
  /** Hours to the next expected activity; 168 or more, or none expected, is φ 0. */
  expectedSoon?: number | null
  /** Age in days. */
  freshness?: number | null
  /** Hours since the last business request; never: hours observed. */
  hoursSinceBusiness?: number | null
  /** Workloads that call it. */
  inboundDependents?: number | null
  /** Median network bytes per second. */
  networkLevel?: number | null
  /** (q99 − q20) of network over (q20 + 500 B/s). */
  networkRange?: number | null
  /** 1 in a dev, test, staging, sandbox or preview namespace. */
  nonProduction?: number | null
  /** 1 if a log of at least 3 days shows no business, else 0. */
  observedSilence?: number | null
  /** Largest chance of activity of an hour of the week seen active twice. */
  recurrence?: number | null
  /** φ4·(1−φ7)·(1−φ11): observed silence on flat resources. */
  silentAndFlat?: number | null
  /** φ4·φ9: observed silence, yet work is done. */
  silentButWorking?: number | null
  /** 1 for `StatefulSet`, `DaemonSet`, `Job`, `CronJob`. */
  statefulOwner?: number | null
  /** Expected active hours since activity stopped; 0 unless it did. */
  stoppedHours?: number | null
  /** Share of its upstreams that are unhealthy. */
  unhealthyUpstream?: number | null
  /** Work hours per day. */
  workHours?: number | null
}
/** A model of idleness. Signs are fixed by [`SPECS`]; a model chooses only sizes. */
export interface IdleModel {
  /** Calibration of each regime; absent: `Identity`. */
  calibration?: {
    [k: string]: Calibration
  }
  /** FNV-1a 64 of the model without this field, in hexadecimal; checked when it is given. */
  checksum?: string | null
  /** Training data; `null` for a model that was not fitted. */
  generator?: Generator | null
  /** Held-out metrics by name; empty if it was never measured. */
  metrics?: {
    [k: string]: number
  }
  /** Weights of each regime. */
  regimes?: {
    [k: string]: RegimeModel
  }
  /** Thresholds. */
  thresholds?: Thresholds
  /** When it was fitted, as text. */
  trainedAt?: string | null
  /** Version. */
  version?: string
}
/** A scored pod. */
export interface IdleScore {
  /** By feature, for each that has a weight; with the intercept they add up to the logit. */
  contributions: Contribution[]
  /** Features whose value was missing. */
  imputed: string[]
  /** By factor. */
  logOdds: LogOdds
  /** Log-odds. */
  logit: number
  /** Calibrated probability. */
  probability: number
  /** σ(logit). */
  probabilityRaw: number
  /** Regime scored in. */
  regime: Regime
}
/** One window of the week. */
export interface IdleWindow {
  /** Windows of one group start at the same local hour, have the same length and share their evidence. */
  group: number
  /** Length. */
  lengthHours: number
  /** Its one-sided lower bound; 0 if nothing was ever seen. */
  lower: number
  /** Posterior mean of the chance of activity in an hour. */
  mean: number
  /** First local hour of the week, 0 = Monday 00:00. */
  startHour: number
  /** Its one-sided upper bound. */
  upper: number
}
/** Windows in which nothing ever happened. */
export interface IdleWindows {
  /** The whole week is one window. */
  always: boolean
  /** Σ lengths. */
  idleHoursPerWeek: number
  /** Windows between `now` and the horizon, in UTC; cut at both ends. */
  occurrences: WindowOccurrence[]
  /** One per group. */
  rules: WindowRule[]
  /** In order of their start. */
  windows: IdleWindow[]
}
/** Windows in which nothing ever happened. */
export interface IdleWindowsLike {
  /** The whole week is one window. */
  always: boolean
  /** Σ lengths. */
  idleHoursPerWeek: number
  /** Windows between `now` and the horizon, in UTC; cut at both ends. */
  occurrences: WindowOccurrenceLike[]
  /** One per group. */
  rules: WindowRule[]
  /** In order of their start. */
  windows: IdleWindow[]
}
/** The effect of telling business from other traffic. */
export interface Illusion {
  /** The probability if every request counted as business. */
  probabilityIfAllCounted: number
  /** Share of requests that are probes, scrapes, synthetic or bots. */
  probeShare: number
  /** Requests of every kind per observed day. */
  requestsPerDayAll: number
  /** Business requests per observed day. */
  requestsPerDayBusiness: number
}
/** Something that would make the evidence better. */
export interface Improvement {
  /** What to do. */
  action: string
  /** By how much. */
  gain: number
  /** The part it raises: `telemetry`, `cycle`, `coverage` or `value`. */
  part: string
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: AccessLogOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput10 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: KubeletOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput11 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: KubernetesOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput12 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: OpenCostOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput13 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: PodMetricsOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput14 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: PricesOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput15 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: PrometheusOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput16 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: SamplesCsvOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput2 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: AwsCostExplorerOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput3 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: AwsCurOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput4 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: AzureExportOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput5 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: AzureQueryOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput6 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: CapabilitiesOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput7 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: ExpositionOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput8 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: FocusOptions
  /** The document as text. */
  text?: string | null
}
/** Input of an operation `ingest.…`: one document, or several, and the parser's options. */
export interface IngestInput9 {
  /** The document as base64 of its bytes. */
  base64?: string | null
  /** Several documents, in any order. */
  documents?: Document[]
  /** Options of the parser. */
  options?: GcpBillingOptions
  /** The document as text. */
  text?: string | null
}
/** Policies of one ingest call. */
export interface IngestOptions {
  /** Equal timestamps; project default `KeepMax`, which does not depend on the order of rows. */
  duplicates?: Duplicates
  /** Unusable values; project default `Count`. */
  invalid?: Invalid
}
/**
 * What became of the rows of a call. It is returned, never stored: how rows arrived is no property of the data.
 *
 * `accepted + missing + negative + nonFinite + outOfRange + duplicates` is the number of rows.
 */
export interface IngestReport {
  /** Rows used. */
  accepted?: number
  /** Rows dropped because another row of the call has the same time. */
  duplicates?: number
  /** Memory came as 32-bit floats, which round above 16 MiB. */
  f32Memory?: boolean
  /** The first ten rows that were not used (missing values are not listed). */
  firstBad?: BadRow[]
  /** Counter pairs farther apart than `maxGapMs`, which give no sample. */
  gaps?: number
  /** Columns that were not used, by name. */
  ignoredColumns?: string[]
  /** NaN, null or invalid by the bitmap. */
  missing?: number
  /** Below 0: not used, never clamped. */
  negative?: number
  /** Infinite: not used. */
  nonFinite?: number
  /** Rows that came after a later time. */
  outOfOrder?: number
  /** Over 2^53 quanta: not used. */
  outOfRange?: number
  /** Five-minute slots that late rows of a stream share with earlier batches: a repeat there was counted twice. */
  overlappingSlots?: number
  /** Counter resets. */
  resets?: number
  /** Changes of the distance between neighbouring accepted samples. */
  stepChanges?: number
  /**
   * Rows of received or sent bytes of a stream that waited for the other direction until too many did: their times
   * are missing from `NetworkBytesPerSecond`. Hand over both directions of a time together.
   */
  unpaired?: number
}
/** The samples of one metric of one key, in ascending time, each time once. */
export interface IngestedSeries {
  /** Whose; a node's own samples have neither namespace nor pod. */
  key: UsageKey
  /** What the values mean. */
  kind: SampleKind
  /** Labels that say more than the key. */
  labels?: {
    [k: string]: string
  }
  /** Of what. */
  metric: string
  /** The node they were taken on. */
  node?: string | null
  /** When, in epoch milliseconds. */
  timestampsMs: number[]
  /** How much, in the metric's unit; null is missing. */
  values: (number | null)[]
}
/** A half-open span `[start, end)` that may have length zero: a life, a step, a billing period. */
export interface Interval {
  /** First instant after. */
  end: string
  /** First instant. */
  start: string
}
/** A half-open span `[start, end)` that may have length zero: a life, a step, a billing period. */
export interface IntervalLike {
  /** First instant after. */
  end: string | number | Date
  /** First instant. */
  start: string | number | Date
}
/** JVM settings of a container, which no manifest tells. */
export interface JvmSettings {
  /** Container name. */
  container?: string
  /** Live set in bytes. */
  liveSetBytes?: number | null
  /** What it is about. */
  match?: Selector
  /** `-Xmx` in bytes. */
  maxHeapBytes?: number | null
  /** `-XX:MaxRAMPercentage`. */
  maxRamPercentage?: number | null
  /** Memory outside the heap in bytes. */
  nonHeapBytes?: number | null
}
/** Any subset of the key fields; a field that is given must match exactly. */
export interface KeySelector {
  /** Cluster. */
  cluster?: string | null
  /** Container; `""` selects the pod level. */
  container?: string | null
  /** Namespace. */
  namespace?: string | null
  /** Pod, or `Kind/name` of a workload. */
  pod?: string | null
}
/** The answer for one key. */
export interface KeyedAnswer {
  /** UTC days with at least one accepted sample. */
  days: number
  /** Runs of unobserved hours. */
  gaps: SpanMs[]
  /** The key. */
  key: UsageKey
  /** Hours with at least one accepted sample. */
  observedHours: number
  /** Observed hours over hours of the range. */
  observedShare: number
}
/** The answer for one key. */
export interface KeyedAnswer2 {
  /** Accepted samples. */
  count: number[]
  /** Start of the UTC day, in epoch milliseconds. */
  day: number[]
  /** The key. */
  key: UsageKey
  /** Largest sample. */
  max: number[]
  /** Smallest sample. */
  min: number[]
  /** Observed hours. */
  observedHours: number[]
}
/** The answer for one key. */
export interface KeyedAnswer3 {
  /** Observed hours. */
  hours: number
  /** The key. */
  key: UsageKey
  /** How it was found. */
  method: EffectiveMethod
  /** Samples. */
  n: number
  /** As many independent samples carry the same information; 1..n. */
  nEff: number
  /** Integrated autocorrelation time in hours, at least 1. */
  tau: number
}
/** The answer for one key. */
export interface KeyedAnswer4 {
  /** Samples in it. */
  count: number[]
  /** Bucket index. */
  index: number[]
  /** The key. */
  key: UsageKey
  /** Smallest value of the bucket, in units. */
  lower: number[]
  /** Largest value of the bucket, in units. */
  upper: number[]
}
/** The answer for one key. */
export interface KeyedAnswer5 {
  /** One row per UTC day. */
  days: DayMoments[]
  /** The key. */
  key: UsageKey
}
/** The answer for one key. */
export interface KeyedAnswer6 {
  /** The zone's offset is not a whole hour: each UTC hour counts for the local hour in which it starts. */
  halfHourZone: boolean
  /** 168 rows. */
  hours: ProfileHour[]
  /** The key. */
  key: UsageKey
}
/** The answer for one key. */
export interface KeyedAnswer7 {
  /** The key. */
  key: UsageKey
  /** The definition. */
  method: QuantileMethod
  /** Samples; of summed containers the largest count. */
  n: number
  /** One per share asked for, in that order. */
  values: QuantileValue[]
}
/** The answer for one key. */
export interface KeyedAnswer8 {
  /** The key. */
  key: UsageKey
  /** End of the last slot at or above the threshold. */
  lastActiveMs?: number | null
  /** Length of the longest; 0 if there is none. */
  longestMs: number
  /** Observed below the threshold throughout, in order. */
  runs: SpanMs[]
  /** Length of all together. */
  totalMs: number
  /** Time of the range without samples. */
  unobservedMs: number
}
/** An event with its key. */
export interface KeyedEvent {
  /** When, in epoch milliseconds. */
  atMs: number
  /** Whose. */
  key: UsageKey
  /** What. */
  kind: UsageEventKind
  /** The limit at that time, in bytes. */
  limit?: number | null
  /** The request at that time, in bytes. */
  request?: number | null
  /** A number that belongs to it, e.g. the exit code or peak bytes. */
  value?: number | null
}
/** An event with its key. */
export interface KeyedEventLike {
  /** When, in epoch milliseconds. */
  atMs: number | bigint
  /** Whose. */
  key: UsageKey
  /** What. */
  kind: UsageEventKind
  /** The limit at that time, in bytes. */
  limit?: number | bigint | null
  /** The request at that time, in bytes. */
  request?: number | bigint | null
  /** A number that belongs to it, e.g. the exit code or peak bytes. */
  value?: number | bigint | null
}
/** The requests of one pod or workload. `R` is the row form of the caller. */
export interface KeyedRequests {
  /** Whose; the container is empty. */
  key: UsageKey
  /** What the log covered; absent: every hour from the first row to the last. */
  requestLog?: RequestLog | null
  /** Hourly counts. */
  rows: RequestRow[]
}
/** The requests of one pod or workload. `R` is the row form of the caller. */
export interface KeyedRequestsLike {
  /** Whose; the container is empty. */
  key: UsageKey
  /** What the log covered; absent: every hour from the first row to the last. */
  requestLog?: RequestLogLike | null
  /** Hourly counts. */
  rows: RequestRowLike[]
}
/** Settings of KRR. */
export interface KrrConfig {
  /** Size also what a horizontal autoscaler steers by. Default false. */
  allowHpa?: boolean
  /** Least CPU in cores. Default 0.010. */
  cpuFloorCores?: number
  /** `simple_limit`: percentile of the CPU limit. Default 96. */
  cpuLimit?: number
  /** `simple`: CPU percentile. Default 95; rounded to whole percents as KRR does. */
  cpuPercentile?: number
  /** `simple_limit`: percentile of the CPU request. Default 66. */
  cpuRequest?: number
  /** Percent added to the memory peak. Default 15. */
  memoryBufferPercentage?: number
  /** Least memory in bytes. Default 100 MiB. */
  memoryFloorBytes?: number
  /** Percent added to such a limit. Default 25. */
  oomMemoryBufferPercentage?: number
  /** Fewest samples, all pods together. Default 100. */
  pointsRequired?: number | bigint
  /** Raise memory above the limits at which the container was killed. Default false. */
  useOomKillData?: boolean
}
/** Input of `rightsize.krr`. */
export interface KrrInput {
  /** Settings. */
  config?: KrrConfig
  /** Requests and limits now. */
  current?: CurrentSizes
  /** Targets of a horizontal autoscaler. */
  hpa?: KrrTargets | null
  /** Samples per pod; all of them count. */
  pods?: PodSamples[]
  /** The strategy. */
  strategy?: KrrStrategy
}
/** KRR's answer for one resource, in cores or bytes. */
export interface KrrResource {
  /** Why there is nothing, or what it used. */
  info?: KrrInfo | null
  /** The limit; null for none or when refused. */
  limit?: number | null
  /** How far the present limit is off. */
  limitSeverity: KrrSeverity
  /** The request; null when refused. */
  request?: number | null
  /** How far the present request is off. */
  requestSeverity: KrrSeverity
}
/** Output of `rightsize.krr`. */
export interface KrrResult {
  /** CPU in cores. */
  cpu: KrrResource
  /** Memory in bytes. */
  memory: KrrResource
  /** Score of this container alone; see [`score`]. */
  score: number
  /** Worst of the four severities. */
  severity: KrrSeverity
}
/** Parameters of the policy `KrrSimpleLimit`; defaults of Robusta KRR 1.8. */
export interface KrrSimpleLimitPolicy {
  /** Percentile of the limit, 0 to 100. */
  cpuLimit?: number
  /** Percentile of the request, 0 to 100. */
  cpuRequest?: number
}
/** Parameters of the policy `KrrSimple`; defaults of Robusta KRR 1.8. */
export interface KrrSimplePolicy {
  /** CPU percentile, 0 to 100; KRR rounds it to whole percents. */
  cpuPercentile?: number
  /** Percent added to the memory peak. */
  memoryBufferPercentage?: number
}
/** Utilization targets of a horizontal autoscaler, in percent as Kubernetes writes them. */
export interface KrrTargets {
  /** Of CPU. */
  cpu?: number | null
  /** Of memory. */
  memory?: number | null
}
/** Parameters of the policy `Kubecost`; defaults of Kubecost's request sizing v2. */
export interface KubecostPolicy {
  /** What stands for the use. */
  algorithm?: KubecostAlgorithm
  /** Use ÷ request that the size aims at, above 0 and at most 1. Default 0.7. */
  targetUtilization?: number
}
/** Options of [`parse_kubelet`]. */
export interface KubeletOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Cluster of the keys; empty for one cluster. */
  cluster?: string
  /**
   * Read CPU as the counter `usageCoreNanoSeconds`, for one who adds summaries one after another. Its rates need
   * two of them; `usageNanoCores` is the kubelet's own rate of the last seconds.
   */
  cpuCounter?: boolean
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
  /** Keep the node's own samples, under an empty key; a Usage has no place for them. */
  nodeLevel?: boolean
}
/** Options of [`parse_kubernetes`] and of [`Snapshot::from_kubernetes`]. */
export interface KubernetesOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Name of the cluster, which no object tells. */
  cluster?: string
  /** Kinds that were fetched too: kubectl leaves no trace of a kind without objects. */
  collected?: string[]
  /** Currency of every amount. */
  currency?: string
  /** Kind of objects that name none: some agents write JSON lines of one kind without it. */
  kind?: string | null
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
  /** The instant the Snapshot speaks of: when the objects were fetched. Required for a Snapshot. */
  now?: string | number | Date | null
  /** Where prices come from. */
  prices?: Prices | null
  /** Further labels, with their values, of interruptible nodes. */
  spotLabels?: {
    [k: string]: string
  }
  /** IANA zone of the local clock. */
  timeZone?: string
  /** Bounds all money and totals; none: the 14 days before `now`. */
  window?: TimeRangeLike | null
}
/** Kupiec's proportion-of-failures test. */
export interface Kupiec {
  /** Likelihood ratio; χ² with one degree of freedom if the share of violations is the promised one. */
  lr: number
  /** P-value: `erfc(√(lr / 2))`. Class ulp(4). */
  p: number
}
/** A leader lease. */
export interface Lease {
  /** Held by a pod of the workload. */
  held?: boolean
  /** Name. */
  name?: string | null
}
/** Output of `rightsize.limits`. */
export interface LimitResult {
  /** The limit; null for none. */
  limit?: number | null
  /** What changed it. */
  reasons: Reason[]
}
/** Bounds on what a parser takes in; past one is `UPID_LIMIT_EXCEEDED` (ingest.md §1). */
export interface Limits {
  /** Bytes per call; 1 GiB. */
  maxBytes?: number | bigint
  /** Columns of a table; 4,096. */
  maxColumns?: number
  /** Objects and arrays inside each other; 64. */
  maxDepth?: number
  /** Digits of one number; 64. */
  maxDigits?: number
  /** Labels of one object; 256. */
  maxLabels?: number
  /** Records; 50,000,000. */
  maxRecords?: number | bigint
  /** Bytes of one line or row; 1 MiB. */
  maxRow?: number | bigint
  /** Series; 5,000,000. */
  maxSeries?: number | bigint
  /** Bytes of one string; 1 MiB. */
  maxString?: number | bigint
}
/** Input of `rightsize.limits`; sizes in cores or bytes. */
export interface LimitsInput {
  /** The request from now on. */
  newRequest: number
  /** The limit until now. */
  oldLimit?: number | null
  /** The request until now. */
  oldRequest?: number | null
  /** How. */
  policy: LimitPolicy
  /** The limit becomes a multiple of this. Default 0.001 cores or 1 MiB (KRR). */
  quantum?: number | null
  /** CPU or memory. */
  resource: Resource
}
/** A load balancer. Its cost is split evenly over its live backends. */
export interface LoadBalancer {
  /** Pods behind it. */
  backends?: Backend[]
  /** Billed periods. */
  billed?: BilledCost[]
  /** Bytes processed in the window. */
  bytes?: number | null
  /** Price per GiB processed. */
  gibCost?: string | null
  /** Price per hour. */
  hourlyCost?: string | null
  /** When it existed; none: the whole window. */
  life?: Interval[]
  /** Namespace of the Service. Required. */
  namespace?: string
  /** The cloud's id, as bills have it, or its DNS name. */
  providerId?: string | null
  /** Name of the Service. Required. */
  service?: string
}
/** A load balancer. Its cost is split evenly over its live backends. */
export interface LoadBalancerLike {
  /** Pods behind it. */
  backends?: Backend[]
  /** Billed periods. */
  billed?: BilledCostLike[]
  /** Bytes processed in the window. */
  bytes?: number | null
  /** Price per GiB processed. */
  gibCost?: string | number | null
  /** Price per hour. */
  hourlyCost?: string | number | null
  /** When it existed; none: the whole window. */
  life?: IntervalLike[]
  /** Namespace of the Service. Required. */
  namespace?: string
  /** The cloud's id, as bills have it, or its DNS name. */
  providerId?: string | null
  /** Name of the Service. Required. */
  service?: string
}
/** Log-odds of idleness by factor. */
export interface LogOdds {
  /** Requests. */
  business: number
  /** Kind of workload. */
  context: number
  /** Terms of the host. */
  custom: number
  /** Dependents and upstreams. */
  dependency: number
  /** Of the model. */
  intercept: number
  /** CPU, network, connections. */
  resource: number
  /** When it was active. */
  temporal: number
  /** The logit: their sum. */
  total: number
}
/** Parameters of the policy `MaxDaily`. */
export interface MaxDailyPolicy {
  /** Added share. Default 0. */
  margin?: number
  /** Quantile of each UTC day with at least 6 samples. Default 0.95. */
  q?: number
}
/** Parameters of the policy `Max`. */
export interface MaxPolicy {
  /** Added share. Default 0. */
  margin?: number
}
/** Output of `rightsize.memoryFactor`. */
export interface MemoryFactor {
  /** Standard deviations above the mean. */
  k: number
}
/** Input of `rightsize.memoryFactor`. */
export interface MemoryFactorInput {
  /** Days that the size must last, 1 to 365. */
  horizonDays: number
  /** Daily peaks, at least 5. */
  n: number | bigint
  /** Accepted probability, 0.005 to 0.10. */
  risk: number
}
/** Input of `usage.merge`. */
export interface MergeInput {
  /** Usages in base64; at least one. */
  parts: string[]
}
/** Output of `usage.merge`. */
export interface MergeOutput {
  /** What the merge met. */
  report: MergeReport
  /** The Usage in base64. */
  usage: string
}
/** What a merge met; information, not state. */
export interface MergeReport {
  /** Keys that both sides had. */
  keysBoth: number
  /** Five-minute slots of a metric that both sides had observed: the same rows may have been counted twice. */
  overlappingSlots: number
}
/** Service-mesh facts. */
export interface Mesh {
  /** Destination rules. */
  destinationRules?: string[]
  /** Has a sidecar proxy. */
  sidecar?: boolean
  /** Virtual services. */
  virtualServices?: string[]
}
/** What a Usage holds of one metric, added up over its keys. */
export interface MetricDescription {
  /** Metric-days. */
  days: number
  /** The metric. */
  metric: string
  /** Hours with a sample. */
  observedHours: number
  /** Five-minute slots with a sample. */
  observedSlots: number
  /** Accepted samples. */
  samples: number
}
/** How one metric is stored. */
export interface MetricSpec {
  histogram?: boolean | null
  /** a metric: CpuCores, MemoryWorkingSetBytes, …, Custom(1024) or a short name such as cpu */
  id: string
  quantum?: number | null
  thresholds?: number[] | null
}
/** When hourly counts are as regular as a clock (a Poisson dispersion test, one-sided). */
export interface MetronomeConfig {
  /** Largest variance/mean; default 0.15 (own; a Poisson stream has 1). */
  maxDispersion?: number
  /** Smallest share of observed hours in which it was seen; default 0.9 (own). */
  minCoverage?: number
  /** Fewest whole hours; default 6 (own). */
  minHours?: number
  /** Fewest requests per hour on average; default 1 (own). */
  minMeanPerHour?: number
  /** Shortest time from the first to the last hour; default 12 h (own). */
  minSpanHours?: number
  /** Largest chance of that little dispersion in a Poisson stream; default 0.001 (own). */
  pValue?: number
}
/** Which model spoke. */
export interface ModelInfo {
  /** Fitted and calibrated on data. */
  calibrated: boolean
  /** Scaling to zero needs a probability above it; `null`: never. */
  tau?: number | null
  /** Version. */
  version: string
}
/** Input of `usage.moments`. */
export interface MomentsInput {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** A pod that mounts a volume. */
export interface Mount {
  /** First instant after. */
  end: string
  /** Namespace of the pod. */
  namespace: string
  /** Name of the pod. */
  pod: string
  /** First instant mounted. */
  start: string
  /** Its uid. */
  uid?: string | null
}
/** A pod that mounts a volume. */
export interface MountLike {
  /** First instant after. */
  end: string | number | Date
  /** Namespace of the pod. */
  namespace: string
  /** Name of the pod. */
  pod: string
  /** First instant mounted. */
  start: string | number | Date
  /** Its uid. */
  uid?: string | null
}
/** Totals of one namespace. */
export interface NamespaceAnalysis {
  /** Name. */
  name: string
  /** Its totals; `monthlyCost` is what its pods, volumes and load balancers cost, idle volumes included. */
  totals: Totals
}
/** Totals of one namespace. */
export interface NamespaceAnalysisLike {
  /** Name. */
  name: string
  /** Its totals; `monthlyCost` is what its pods, volumes and load balancers cost, idle volumes included. */
  totals: TotalsLike
}
/** How much more data is needed. */
export interface Need {
  /** More days, if the data keep coming as they did. */
  days?: number | null
  /** More samples (independent ones for a bound). */
  samples?: number | null
}
/** How much more data is needed. */
export interface NeedLike {
  /** More days, if the data keep coming as they did. */
  days?: number | null
  /** More samples (independent ones for a bound). */
  samples?: number | bigint | null
}
/** Prices per GiB sent. */
export interface NetworkRates {
  /** To the internet. */
  internetGib?: string | null
  /** To another region. */
  regionGib?: string | null
  /** To another zone of the region. */
  zoneGib?: string | null
}
/** Prices per GiB sent. */
export interface NetworkRatesLike {
  /** To the internet. */
  internetGib?: string | number | null
  /** To another region. */
  regionGib?: string | number | null
  /** To another zone of the region. */
  zoneGib?: string | number | null
}
/** Bytes a pod sent in a span, by where they went. */
export interface NetworkStep {
  /** First instant after. */
  end: string
  /** Bytes to the internet. */
  internetBytes?: number | null
  /** Bytes to another region. */
  regionBytes?: number | null
  /** First instant. */
  start: string
  /** Bytes to another zone of the region. */
  zoneBytes?: number | null
}
/** Bytes a pod sent in a span, by where they went. */
export interface NetworkStepLike {
  /** First instant after. */
  end: string | number | Date
  /** Bytes to the internet. */
  internetBytes?: number | null
  /** Bytes to another region. */
  regionBytes?: number | null
  /** First instant. */
  start: string | number | Date
  /** Bytes to another zone of the region. */
  zoneBytes?: number | null
}
/** A node. One of `capacity` and `allocatable` is required. */
export interface Node {
  /** What pods may use of it. */
  allocatable?: Resources | null
  /** CPU architecture. */
  architecture?: string | null
  /** Short form: amount billed for its life inside the window. */
  billedCost?: string | null
  /** What the machine has. */
  capacity?: Resources | null
  /** How its capacity was bought. */
  capacityType?: CapacityType
  /** When it joined. */
  createdAt?: string | null
  /** Short form: price per hour. */
  hourlyCost?: string | null
  /** Instance type, e.g. `m5.xlarge`. */
  instanceType?: string | null
  /** Labels. */
  labels?: {
    [k: string]: string
  }
  /** Name, unique in the cluster. Required. */
  name?: string
  /** Operating system. */
  operatingSystem?: string | null
  /** Full price. */
  price?: NodePrice | null
  /** `spec.providerID`. */
  providerId?: string | null
  /** Region. */
  region?: string | null
  /** Taints. */
  taints?: Taint[]
  /** Kubernetes uid. */
  uid?: string | null
  /** Cordoned. */
  unschedulable?: boolean
  /** Zone. */
  zone?: string | null
}
/** One node. */
export interface NodeAnalysis {
  /** Requested ÷ allocatable CPU, 0..1; null if unknown. */
  cpuRequestedShare?: number | null
  /** Instance type. */
  instanceType?: string | null
  /** Requested ÷ allocatable memory, 0..1; null if unknown. */
  memoryRequestedShare?: number | null
  /** Cost per month, the parts of its bill projected one by one; null without a price. */
  monthly?: string | null
  /** Name. */
  name: string
  /** Pods of the Snapshot on it. */
  pods: number
  /** When the price was valid. */
  priceAsOf?: string | null
  /** How it is paid for. */
  priceKind: PriceKind
  /** Where the price comes from. */
  priceSource: PriceSource
  /** Where its money went in the window; null without a price. */
  window?: Costs | null
}
/** One node. */
export interface NodeAnalysisLike {
  /** Requested ÷ allocatable CPU, 0..1; null if unknown. */
  cpuRequestedShare?: number | null
  /** Instance type. */
  instanceType?: string | null
  /** Requested ÷ allocatable memory, 0..1; null if unknown. */
  memoryRequestedShare?: number | null
  /** Cost per month, the parts of its bill projected one by one; null without a price. */
  monthly?: string | number | null
  /** Name. */
  name: string
  /** Pods of the Snapshot on it. */
  pods: number | bigint
  /** When the price was valid. */
  priceAsOf?: string | number | Date | null
  /** How it is paid for. */
  priceKind: PriceKind
  /** Where the price comes from. */
  priceSource: PriceSource
  /** Where its money went in the window; null without a price. */
  window?: CostsLike | null
}
/** A node. */
export interface NodeCost {
  /** What it cost in the window; null: no price. */
  amount?: string | null
  /** When the price was valid. */
  asOf?: string | null
  /** How its capacity was bought; absent: not known. */
  capacityType?: CapacityType
  /** Codes of cost.md §11, ascending. */
  flags?: string[]
  /** Hours it existed in the window. */
  hours?: number
  /** Instance type. */
  instanceType?: string | null
  /** How it is paid for. */
  kind: PriceKind
  /** Name. */
  name: string
  /** By resource; empty without a price or without a known capacity. */
  pools?: NodePool[]
  /** Where the price comes from. */
  priceSource: PriceSource
  /** `spec.providerID`. */
  providerId?: string | null
  /** Region. */
  region?: string | null
  /** Zone. */
  zone?: string | null
}
/** A node. */
export interface NodeCostLike {
  /** What it cost in the window; null: no price. */
  amount?: string | number | null
  /** When the price was valid. */
  asOf?: string | number | Date | null
  /** How its capacity was bought; absent: not known. */
  capacityType?: CapacityType
  /** Codes of cost.md §11, ascending. */
  flags?: string[]
  /** Hours it existed in the window. */
  hours?: number
  /** Instance type. */
  instanceType?: string | null
  /** How it is paid for. */
  kind: PriceKind
  /** Name. */
  name: string
  /** By resource; empty without a price or without a known capacity. */
  pools?: NodePoolLike[]
  /** Where the price comes from. */
  priceSource: PriceSource
  /** `spec.providerID`. */
  providerId?: string | null
  /** Region. */
  region?: string | null
  /** Zone. */
  zone?: string | null
}
/** A node. One of `capacity` and `allocatable` is required. */
export interface NodeLike {
  /** What pods may use of it. */
  allocatable?: ResourcesLike | null
  /** CPU architecture. */
  architecture?: string | null
  /** Short form: amount billed for its life inside the window. */
  billedCost?: string | number | null
  /** What the machine has. */
  capacity?: ResourcesLike | null
  /** How its capacity was bought. */
  capacityType?: CapacityType
  /** When it joined. */
  createdAt?: string | number | Date | null
  /** Short form: price per hour. */
  hourlyCost?: string | number | null
  /** Instance type, e.g. `m5.xlarge`. */
  instanceType?: string | null
  /** Labels. */
  labels?: {
    [k: string]: string
  }
  /** Name, unique in the cluster. Required. */
  name?: string
  /** Operating system. */
  operatingSystem?: string | null
  /** Full price. */
  price?: NodePriceLike | null
  /** `spec.providerID`. */
  providerId?: string | null
  /** Region. */
  region?: string | null
  /** Taints. */
  taints?: Taint[]
  /** Kubernetes uid. */
  uid?: string | null
  /** Cordoned. */
  unschedulable?: boolean
  /** Zone. */
  zone?: string | null
}
/** The price of one resource of a node over the window, and where it went (before idle is spread). */
export interface NodePool {
  /** What it cost. */
  bill: string
  /** Allocatable and not allocated. */
  idle: string
  /** Resource. */
  resource: CostResource
  /** Capacity that is not allocatable. */
  systemOverhead: string
  /** Per unit (core, GiB, GPU) of capacity and hour. */
  unitCost?: string | null
  /** Allocated to pods and not measured. */
  unmeasured: string
  /** Used by pods. */
  used: string
  /** Wasted by pods. */
  wasted: string
}
/** The price of one resource of a node over the window, and where it went (before idle is spread). */
export interface NodePoolLike {
  /** What it cost. */
  bill: string | number
  /** Allocatable and not allocated. */
  idle: string | number
  /** Resource. */
  resource: CostResource
  /** Capacity that is not allocatable. */
  systemOverhead: string | number
  /** Per unit (core, GiB, GPU) of capacity and hour. */
  unitCost?: string | number | null
  /** Allocated to pods and not measured. */
  unmeasured: string | number
  /** Used by pods. */
  used: string | number
  /** Wasted by pods. */
  wasted: string | number
}
/** The price of a node. Order of use: `billed`, then `hourlyCost` or `unitCosts`, then missing. */
export interface NodePrice {
  /** When it was valid. */
  asOf?: string | null
  /** Billed periods. */
  billed?: BilledCost[]
  /** Fractions taken off, one after another: rate × Π(1 − d). */
  discounts?: number[]
  /** Price of the whole node per hour. */
  hourlyCost?: string | null
  /** How it is paid for. */
  kind?: PriceKind
  /** Where it comes from. */
  source?: PriceSource | null
  /** Prices per unit-hour; beside `hourlyCost` they only weigh the split. */
  unitCosts?: Rates | null
}
/** The price of a node. Order of use: `billed`, then `hourlyCost` or `unitCosts`, then missing. */
export interface NodePriceLike {
  /** When it was valid. */
  asOf?: string | number | Date | null
  /** Billed periods. */
  billed?: BilledCostLike[]
  /** Fractions taken off, one after another: rate × Π(1 − d). */
  discounts?: ReadonlyArray<number | null> | Float64Array | Float32Array
  /** Price of the whole node per hour. */
  hourlyCost?: string | number | null
  /** How it is paid for. */
  kind?: PriceKind
  /** Where it comes from. */
  source?: PriceSource | null
  /** Prices per unit-hour; beside `hourlyCost` they only weigh the split. */
  unitCosts?: RatesLike | null
}
/** Something about the input that a reader must know, counted, with its first places. */
export interface Notice {
  /** Code in Pascal case, e.g. `MalformedRecord`. */
  code: string
  /** How often. */
  count: number
  /** One sentence; that of the first occurrence. */
  message: string
  /** The first places, in order of the input. */
  places: Place[]
  /** How much it matters. */
  severity: Severity
}
/** A container killed for lack of memory. */
export interface OomEvent {
  /** Epoch milliseconds. */
  atMs: number | bigint
  /** Memory limit at that time. */
  limitBytes?: number | null
  /** Memory request at that time. */
  requestBytes?: number | null
}
/** Options of [`parse_open_cost`]. */
export interface OpenCostOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Currency of every amount, which `OpenCost` does not say. */
  currency?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** The workload that a pod belongs to. */
export interface OwnerRef {
  /** Guessed from names rather than read. */
  inferred?: boolean
  /** Kind, e.g. `Deployment`. */
  kind?: string
  /** Name. */
  name?: string
}
/** A parsed value and what became of the input. */
export interface ParsedAccessRecords {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: AccessRecords
}
/** A parsed value and what became of the input. */
export interface ParsedBillSet {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: BillSet
}
/** A parsed value and what became of the input. */
export interface ParsedCapabilities {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: Capabilities
}
/** A parsed value and what became of the input. */
export interface ParsedCatalogEntries {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: CatalogEntries
}
/** A parsed value and what became of the input. */
export interface ParsedPrometheusReport {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: PrometheusReport
}
/** Output of `quantity.parse`. */
export interface ParsedQuantity {
  /** Whole units, rounded up; null if negative or past 2^53, where `value` is the exact one. */
  bytes?: number | null
  /** Canonical text. */
  canonical: string
  /** As f64. */
  cores: number
  /** How it was written. */
  format: QuantityFormat
  /** Thousandths, rounded away from zero. */
  milliValue: string
  /** Integer of 10⁻⁹ units. */
  nano: string
  /** The exact value. */
  value: string
}
/** A parsed value and what became of the input. */
export interface ParsedSeriesSet {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: SeriesSet
}
/** A parsed value and what became of the input. */
export interface ParsedShareInput {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: ShareInput
}
/** A parsed value and what became of the input. */
export interface ParsedSnapshot {
  /** What a reader must know, in order of their codes. */
  notices: Notice[]
  /** The input says that it is only a part: more pages exist, or a store did not answer. */
  partial: boolean
  /** How much was read. */
  stats: Stats
  /** What the input says. */
  value: Snapshot
}
/** Output of the operation `timerange.parse`. */
export interface ParsedTimeRange {
  /** First instant after. */
  end: string
  /** Length. */
  seconds: number
  /** First instant. */
  start: string
}
/** Parameters of [`MemoryPolicy::PeakFactor`]. */
export interface PeakFactorPolicy {
  /** The size stays below this multiple of the highest peak. Default 2. */
  capRatio?: number
  /** Days that the size must last, 1 to 365. Default 30 (project). */
  horizonDays?: number
  /** Least margin above the highest peak. Default 0.05: scrapes miss peaks. */
  minMargin?: number
  /** Accepted probability of at least one peak above the size in the horizon, 0.005 to 0.10. Default 0.01. */
  risk?: number
}
/** Input of `usage.dailyPeaks`. */
export interface PeaksInput {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Where in the input an error stands; what is unknown is `None`. */
export interface Place {
  /** Offset in the input bytes, from 0. */
  byteOffset?: number | null
  /** Column, from 1. */
  column?: number | null
  /** Column of a table, by its name in the header. */
  field?: string | null
  /** Line, from 1. */
  line?: number | null
  /** Field path such as `pods[3].containers[0].requests.cpuCores`. */
  path?: string | null
  /** Row of a column or table, from 0. */
  row?: number | null
}
/** A pod. */
export interface Pod {
  /** Annotations. */
  annotations?: {
    [k: string]: string
  }
  /** Containers in the manifest's order. Required. */
  containers?: Container[]
  /** When the object was made. */
  createdAt?: string | null
  /** When its last container ended. */
  finishedAt?: string | null
  /** Uses the node's network. */
  hostNetwork?: boolean
  /** Labels. */
  labels?: {
    [k: string]: string
  }
  /** Name. Required. */
  name?: string
  /** Namespace. Required. */
  namespace?: string
  /** Bytes sent, by where they went. */
  network?: NetworkStep[]
  /** Node it runs on; absent while unscheduled. */
  node?: string | null
  /** `spec.overhead`. */
  overhead?: Resources | null
  /** Its workload; absent: the pod is its own. */
  owner?: OwnerRef | null
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  phase?: string | null
  /** Priority. */
  priority?: number | null
  /** Priority class. */
  priorityClass?: string | null
  /** `Guaranteed`, `Burstable` or `BestEffort`. */
  qosClass?: string | null
  /** A pending in-place resize: `Deferred` or `Infeasible`. */
  resize?: string | null
  /** Pod-level resources. */
  resources?: PodResources | null
  /** When it got its node: from here on it reserves capacity. */
  scheduledAt?: string | null
  /** Scheduling rules in Kubernetes' own JSON. */
  scheduling?: {
    [k: string]: unknown
  }
  /** When the kubelet took it. */
  startedAt?: string | null
  /** A static (mirror) pod. */
  static?: boolean
  /** Being deleted. */
  terminating?: boolean
  /** Kubernetes uid; two pods of one name are told apart by it. */
  uid?: string | null
  /** Volumes. */
  volumes?: PodVolume[]
}
/** One pod. */
export interface PodAnalysis {
  /** What it does for the business. */
  business: BusinessSummary
  /** How good the evidence is. */
  confidence: Evidence
  /** What it costs. */
  cost: CostSummary
  /** `namespace/name`; with `/uid` where two pods share a name. */
  id: string
  /** Why we think so. */
  idle: IdleAssessment
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
  /** Node it runs on. */
  node?: string | null
  /** What it is doing. */
  state: State
  /** What it uses. */
  usage: PodUsageSummary
  /** Its workload. */
  workload: OwnerRef
}
/** One pod. */
export interface PodAnalysisLike {
  /** What it does for the business. */
  business: BusinessSummary
  /** How good the evidence is. */
  confidence: Evidence
  /** What it costs. */
  cost: CostSummaryLike
  /** `namespace/name`; with `/uid` where two pods share a name. */
  id: string
  /** Why we think so. */
  idle: IdleAssessmentLike
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
  /** Node it runs on. */
  node?: string | null
  /** What it is doing. */
  state: State
  /** What it uses. */
  usage: PodUsageSummaryLike
  /** Its workload. */
  workload: OwnerRef
}
/** A pod: the sum of its rows. */
export interface PodCost {
  /** What it cost; null if its node has no price or is not known (what is known stands in its rows). */
  amount?: string | null
  /** Per day. */
  daily?: string | null
  /** 1 − wasteShare. */
  efficiency?: number | null
  /** Codes of cost.md §11, ascending. */
  flags?: string[]
  /** Amount per hour of the window, so that pods add up. */
  hourly?: string | null
  /** Hours it lived in the window. */
  hours: number
  /** Per month of 730 h. */
  monthly?: string | null
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
  /** Node. */
  node?: string | null
  /** Its uid. */
  uid?: string | null
  /** What nobody measured. */
  unmeasured?: string | null
  /** What it used of that. */
  used?: string | null
  /** wasted ÷ (used + wasted), 0..1. */
  wasteShare?: number | null
  /** What it wasted. */
  wasted?: string | null
  /** Per year. */
  yearly?: string | null
}
/** A pod: the sum of its rows. */
export interface PodCostLike {
  /** What it cost; null if its node has no price or is not known (what is known stands in its rows). */
  amount?: string | number | null
  /** Per day. */
  daily?: string | number | null
  /** 1 − wasteShare. */
  efficiency?: number | null
  /** Codes of cost.md §11, ascending. */
  flags?: string[]
  /** Amount per hour of the window, so that pods add up. */
  hourly?: string | number | null
  /** Hours it lived in the window. */
  hours: number
  /** Per month of 730 h. */
  monthly?: string | number | null
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
  /** Node. */
  node?: string | null
  /** Its uid. */
  uid?: string | null
  /** What nobody measured. */
  unmeasured?: string | number | null
  /** What it used of that. */
  used?: string | number | null
  /** wasted ÷ (used + wasted), 0..1. */
  wasteShare?: number | null
  /** What it wasted. */
  wasted?: string | number | null
  /** Per year. */
  yearly?: string | number | null
}
/** A pod. */
export interface PodLike {
  /** Annotations. */
  annotations?: {
    [k: string]: string
  }
  /** Containers in the manifest's order. Required. */
  containers?: ContainerLike[]
  /** When the object was made. */
  createdAt?: string | number | Date | null
  /** When its last container ended. */
  finishedAt?: string | number | Date | null
  /** Uses the node's network. */
  hostNetwork?: boolean
  /** Labels. */
  labels?: {
    [k: string]: string
  }
  /** Name. Required. */
  name?: string
  /** Namespace. Required. */
  namespace?: string
  /** Bytes sent, by where they went. */
  network?: NetworkStepLike[]
  /** Node it runs on; absent while unscheduled. */
  node?: string | null
  /** `spec.overhead`. */
  overhead?: ResourcesLike | null
  /** Its workload; absent: the pod is its own. */
  owner?: OwnerRef | null
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  phase?: string | null
  /** Priority. */
  priority?: number | bigint | null
  /** Priority class. */
  priorityClass?: string | null
  /** `Guaranteed`, `Burstable` or `BestEffort`. */
  qosClass?: string | null
  /** A pending in-place resize: `Deferred` or `Infeasible`. */
  resize?: string | null
  /** Pod-level resources. */
  resources?: PodResourcesLike | null
  /** When it got its node: from here on it reserves capacity. */
  scheduledAt?: string | number | Date | null
  /** Scheduling rules in Kubernetes' own JSON. */
  scheduling?: {
    [k: string]: unknown
  }
  /** When the kubelet took it. */
  startedAt?: string | number | Date | null
  /** A static (mirror) pod. */
  static?: boolean
  /** Being deleted. */
  terminating?: boolean
  /** Kubernetes uid; two pods of one name are told apart by it. */
  uid?: string | null
  /** Volumes. */
  volumes?: PodVolume[]
}
/** Options of [`parse_pod_metrics`]. */
export interface PodMetricsOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Cluster of the keys; empty for one cluster. */
  cluster?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Pod-level resources (`spec.resources`). */
export interface PodResources {
  /** Replaces the containers' sum for each resource it names. */
  requests?: Resources
}
/** Pod-level resources (`spec.resources`). */
export interface PodResourcesLike {
  /** Replaces the containers' sum for each resource it names. */
  requests?: ResourcesLike
}
/** The history of one pod as samples. */
export interface PodSamples {
  /** CPU use in cores. */
  cpu?: Series | null
  /** Memory working set in bytes. */
  memory?: Series | null
  /** Pod name. */
  name?: string
  /** Kills for lack of memory. */
  oomEvents?: OomEvent[]
  /** CPU throttling counts over the window. */
  throttle?: Throttle | null
}
/** What a pod used. */
export interface PodUsageSummary {
  /** Cores; null without telemetry. */
  cpu?: UsageQuantiles | null
  /** Working set in bytes; null without telemetry. */
  memory?: UsageQuantiles | null
  /** Times it was killed for memory. */
  ooms: number
  /** Throttled ÷ all CFS periods, 0..1; null without telemetry. */
  throttling?: number | null
}
/** What a pod used. */
export interface PodUsageSummaryLike {
  /** Cores; null without telemetry. */
  cpu?: UsageQuantiles | null
  /** Working set in bytes; null without telemetry. */
  memory?: UsageQuantiles | null
  /** Times it was killed for memory. */
  ooms: number | bigint
  /** Throttled ÷ all CFS periods, 0..1; null without telemetry. */
  throttling?: number | null
}
/** A volume as a pod sees it. */
export interface PodVolume {
  /** Access mode. */
  accessMode?: string | null
  /** Capacity in bytes. */
  capacityBytes?: number | null
  /** Name of the claim. */
  claim?: string | null
  /** `Memory` for a memory-backed emptyDir. */
  medium?: string | null
  /** Storage class. */
  storageClass?: string | null
  /** `PersistentVolumeClaim`, `EmptyDir`, `HostPath`, `Local` or `Other`. */
  type?: string
  /** Name of the volume. */
  volume?: string | null
}
/** The parts that a policy consists of; the default is [`PolicyPreset::TwoTier`]. */
export interface PolicyRules {
  /** What is compared. */
  averaging?: UsageAveraging
  /** What a leaf is charged for. */
  basis?: AllocationBasis
  /** What pods can be charged for at most. */
  ceiling?: CapacityCeiling
  /** What happens to idle cost. */
  idle?: IdleHandling
  /** How the price is split. */
  split?: PriceSplit
}
/** Options of [`parse_prices`]. */
export interface PricesOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** What separates the fields. */
  delimiter?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** One hour of the local week. */
export interface ProfileHour {
  /** 0 is Monday 00:00. */
  hour: number
  /** The largest. */
  max?: number | null
  /** Their mean; `None` without a sample. */
  mean?: number | null
  /** The smallest. */
  min?: number | null
  /** Samples. */
  n: number
  /** UTC hours that fell into it. */
  observedHours: number
  /** Their sum, in units. */
  sum: number
}
/** Input of `usage.profile`. */
export interface ProfileInput {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** IANA zone of the local week. */
  timeZone?: string
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Options of [`parse_prometheus`] and [`Usage::add_prometheus`](crate::Usage::add_prometheus). */
export interface PrometheusOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Cluster of the keys; empty for one cluster. */
  cluster?: string
  /** Labels that name the cluster, where one answer covers several; none. */
  clusterLabels?: string[]
  /** Labels that name the container. */
  containerLabels?: string[]
  /** What the values of `metric` mean. */
  kind?: SampleKind
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /**
   * What series are whose name is not known or lost, as after `rate()`; none: such series are left out, and
   * one without any name is an error.
   */
  metric?: string | null
  /** What happens to records that cannot be read. */
  mode?: Mode
  /**
   * Labels that name the namespace, the first present wins. In the series of an exporter its own name stands
   * in the plain label, the subject's in the others.
   */
  namespaceLabels?: string[]
  /** Labels that name the node; of `instance` the host. */
  nodeLabels?: string[]
  /** Keep series that name a node and no pod, under an empty key; a Usage has no place for them. */
  nodeLevel?: boolean
  /** Labels that name the pod. */
  podLabels?: string[]
}
/** What became of an answer of Prometheus that went into a Usage. */
export interface PrometheusReport {
  /** Restarts and kills that were added. */
  events: number
  /** What became of the samples; `firstBad[].series` counts the added metrics in order of key and metric. */
  report: IngestReport
  /** Metrics of a key that were added. */
  series: number
}
/** Input of `usage.prune`. */
export interface PruneInput {
  /** Whole UTC days before the day of this time are dropped; epoch milliseconds. */
  cutoffMs: number | bigint
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Parameters of the policy `Quantile`. */
export interface QuantilePolicy {
  /** Confidence of an upper bound of the quantile instead of the quantile itself, e.g. 0.95. */
  confidence?: number | null
  /** Added share. Default 0. */
  margin?: number
  /** Share of samples at or below the size. Default 0.95 (KRR). */
  q?: number
}
/** One quantile. */
export interface QuantileValue {
  /** The true sample of that rank is at least this. */
  lower: number
  /** The share asked for. */
  q: number
  /** The true sample of that rank is at most this. */
  upper: number
  /** The estimate: within 0.390625 % or half a quantum of the true sample of that rank; exact at 0 and 1. */
  value: number
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface QuantilesAnswer {
  /** The definition. */
  method: QuantileMethod
  /** The metric. */
  metric: string
  /** Samples; of summed containers the largest count. */
  n: number
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer7[] | null
  /** One per share asked for, in that order. */
  values: QuantileValue[]
}
/** Input of `usage.quantiles`. */
export interface QuantilesInput {
  /** Days lose half of their weight in so many hours, in whole days from the newest; absent: all days weigh the same. */
  decayHalfLifeH?: number | null
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Shares, 0..1. */
  q: ReadonlyArray<number | null> | Float64Array | Float32Array
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Input of `quantity.parse`. */
export interface QuantityInput {
  /** The text, e.g. `500m` or `1.5Gi`. */
  text: string
}
/** Prices per unit-hour. */
export interface Rates {
  /** Per core and hour. */
  cpuCoreHour: string
  /** Currency, where it does not stand in the document. */
  currency?: string | null
  /** Per GPU and hour. */
  gpuHour?: string | null
  /** Per GiB (2³⁰ bytes) and hour. */
  memoryGibHour: string
}
/** Prices per unit-hour. */
export interface RatesLike {
  /** Per core and hour. */
  cpuCoreHour: string | number
  /** Currency, where it does not stand in the document. */
  currency?: string | null
  /** Per GPU and hour. */
  gpuHour?: string | number | null
  /** Per GiB (2³⁰ bytes) and hour. */
  memoryGibHour: string | number
}
/** Why a verdict was reached: a code, a sentence and the numbers behind it. */
export interface Reason {
  /** Code in Pascal case, e.g. `NoBusinessTraffic`. */
  code: string
  /** The numbers. */
  data?: {
    [k: string]: unknown
  }
  /** Where it pulls. */
  direction?: Direction | null
  /** Factor of the idle model it belongs to. */
  factor?: string | null
  /** Its log-odds in the idle model. */
  logOdds?: number | null
  /** One sentence that states its own numbers. */
  message: string
}
/** Input of `rightsize.recommend`. */
export interface RecommendInput {
  /** Settings. */
  config?: RightsizeConfig
  /** The containers. */
  containers: ContainerInput[]
  /** The end of the look-back. */
  now: string | number | Date
  /** Prices for containers without their own. */
  rates?: RatesLike | null
}
/** A recommendation: what to do, what it saves, how sure we are, and how it failed on history. */
export interface Recommendation {
  /** One sentence. */
  action: string
  /** How often the CPU advice would have failed on history. */
  backtest?: Backtest | null
  /** Fields to change; empty for a review. */
  change: Change[]
  /** 0..1. */
  confidence: number
  /** How hard. */
  effort: Level
  /** Stable hash of type and target. */
  id: string
  /** Nominal saving per month; negative: it costs more; null without prices. */
  monthlySavings?: string | null
  /** How soon. */
  priority: Level
  /** Part of it that leaves the bill after packing the cluster again; null: not computed. */
  realisable?: string | null
  /** Why. */
  reasons: Reason[]
  /** Risk of following it. */
  risk: Risk
  /** Id of the recommendation that makes this one pointless. */
  suppressedBy?: string | null
  /** `namespace/kind/name`, with `/container` where it is about one. */
  target: string
  /** How long it usually takes. */
  timeline: string
  /** What it does. */
  type: RecommendationType
}
/** A recommendation: what to do, what it saves, how sure we are, and how it failed on history. */
export interface RecommendationLike {
  /** One sentence. */
  action: string
  /** How often the CPU advice would have failed on history. */
  backtest?: BacktestLike | null
  /** Fields to change; empty for a review. */
  change: Change[]
  /** 0..1. */
  confidence: number
  /** How hard. */
  effort: Level
  /** Stable hash of type and target. */
  id: string
  /** Nominal saving per month; negative: it costs more; null without prices. */
  monthlySavings?: string | number | null
  /** How soon. */
  priority: Level
  /** Part of it that leaves the bill after packing the cluster again; null: not computed. */
  realisable?: string | number | null
  /** Why. */
  reasons: Reason[]
  /** Risk of following it. */
  risk: Risk
  /** Id of the recommendation that makes this one pointless. */
  suppressedBy?: string | null
  /** `namespace/kind/name`, with `/container` where it is about one. */
  target: string
  /** How long it usually takes. */
  timeline: string
  /** What it does. */
  type: RecommendationType
}
/** Settings of [`reconcile`](super::reconcile). */
export interface ReconcileConfig {
  /** Whether a bill that says it is only a part is taken. Default false. */
  allowPartial?: boolean
  /** Settings of the attribution. */
  cost?: CostConfig
  /** Which cost of the lines is taken. Default `Auto`. */
  costKind?: CostKindChoice
  /** Whether taxes are part of the bill; they are unattributed. Default true. */
  includeTax?: boolean
  /** Whether lines that match nothing are part of the attribution, unattributed. Default true. */
  includeUnmatched?: boolean
  /** What becomes of nodes that the bill does not know. Default `Keep`. */
  unbilledNodes?: UnbilledNodes
}
/** Input of `cost.reconcile`: the fields of [`CostInput`], the bill, and `config`. */
export interface ReconcileInput {
  /** The bill: `value` of an operation `ingest.…`. */
  bill: BillSetLike
  /** The cluster; its provider chooses the base table. */
  cluster?: Cluster
  /** Settings. */
  config?: ReconcileConfig
  /** Currency of every amount. */
  currency?: string
  /** Fees. */
  fees?: FeeLike[]
  /** Load balancers. */
  loadBalancers?: LoadBalancerLike[]
  /** Prices of traffic; a field that is absent is taken from the base table. */
  networkRates?: NetworkRatesLike | null
  /** Nodes. Required. */
  nodes: CostNode[]
  /** Whether the bill is only a part, as the operation that read it says. */
  partial?: boolean
  /** Pods. */
  pods?: CostPod[]
  /** Persistent volumes. */
  volumes?: VolumeLike[]
  /** Bounds all money. Required. */
  window: TimeRangeLike
}
/** A node, as modelled and as billed. */
export interface ReconciledNode {
  /** billed − modelled; null if one is. */
  adjustment?: string | null
  /** The same by resource, of what met the node's life. */
  adjustments: {
    /** decimal string of at most 12 places, in the document's currency */
    [k: string]: string
  }
  /** What the bill says for the window; null: it does not know the node. */
  billed?: string | null
  /** billed ÷ modelled; null if modelled is 0 or unknown. */
  factor?: number | null
  /** What its price comes to in the window; null without a price. */
  modelled?: string | null
  /** Name. */
  name: string
}
/**
 * A bill and what it was for: billedTotal = matched + Σ unmatched, attribution.bill = billedTotal + unbilled − what
 * the settings keep out of it.
 */
export interface Reconciliation {
  /** The attribution of the bill; `adjustment` of a row's costs is what of them the bill added. */
  attribution: Attribution
  /** What was billed for the window. */
  billedTotal: string
  /** Which cost of the lines was taken. */
  costKind: CostKind
  /** A line is not final. */
  estimated: boolean
  /** What of it is for nodes, volumes and load balancers of the input. */
  matched: string
  /** Nodes by name. */
  nodes: ReconciledNode[]
  /** What the lines say of time outside the window, beside billedTotal. */
  outsideWindow: string
  /** Lines that describe a part of another one, which are never added. */
  parts: number
  /** What of the bill went nowhere: always 0. */
  residual: string
  /** Modelled cost of what the bill does not know, beside billedTotal. */
  unbilled: string
  /** The rest, by service and reason. */
  unmatched: UnmatchedCost[]
}
/** Weights and means of one regime, by feature name; an absent weight is 0. */
export interface RegimeModel {
  /** Log-odds when every φ is 0. */
  intercept?: number
  /** Mean φ of each feature, which stands in for a missing input. */
  means?: {
    [k: string]: number
  }
  /** Signed weights. */
  weights?: {
    [k: string]: number
  }
}
/** Input of the operation `report.render`. */
export interface RenderInput {
  /** What `analyze` gave. */
  analysis: AnalysisLike
  /** The form; `Text` if absent. */
  format?: Format
  /** What it shows. */
  options?: ReportOptions
}
/** Output of the operation `report.render`. */
export interface Rendered {
  /** The report. */
  text: string
}
/** What counts of a replica's assessment. */
export interface Replica {
  /** Confidence. */
  confidence: ReplicaConfidence
  /** Name. */
  id: string
  /** Probability of idleness. */
  probability: number
  /** Its own verdict; absent: unknown. */
  verdict?: IdleVerdict | null
}
/** The confidence of a replica. */
export interface ReplicaConfidence {
  /** Days of data; absent: enough. */
  observedDays?: number | null
  /** 0..1. */
  value: number
}
/** Replicas of a workload. */
export interface Replicas {
  /** Wanted now; the number of running pods where the workload does not say. */
  current: number
}
/** What a report shows. */
export interface ReportOptions {
  /** Sentences printed at the end, such as the assumptions behind the inputs. */
  notes?: string[]
  /** Title; default: the cluster's name. */
  title?: string | null
  /** Rows per table, at least 1. Default 10 for text and Markdown; HTML and CSV show every row. */
  top?: number
  /** Columns of a terminal, 60..400; tables shorten their names to fit. Default 100. */
  width?: number
}
/** The requests of one kind, hour by hour. */
export interface RequestColumn {
  /** Requests of each hour, whole numbers of at least 0; `null`: the hour was not observed. */
  counts: ReadonlyArray<number | null> | Float64Array | Float32Array
  /** Method. */
  method?: string | null
  /** Path or URL. */
  path?: string | null
  /** A probe header was present. */
  probeHeader?: boolean | null
  /** Address or name of the client. */
  source?: string | null
  /** Any instant of the first hour. */
  start: string | number | Date
  /** Status code. */
  status?: number | null
  /** User agent. */
  userAgent?: string | null
  /** The caller's own verdict. */
  verdict?: Verdict | null
}
/** The coverage record of a request log, never its rows (idle.md §1). */
export interface RequestLog {
  /** How much it shows. */
  coverage?: LogCoverage
  /** Parts of the log had different sample rates; `sampleRate` is the least. */
  mixedSampleRate?: boolean
  /** When it was on. Hours that lie in it entirely and have no row are observed silence. */
  observed?: Interval[]
  /** Share of requests that are logged, above 0 and at most 1. */
  sampleRate?: number
  /** Whether it names user agents. */
  userAgents?: UserAgents
}
/** The coverage record of a request log, never its rows (idle.md §1). */
export interface RequestLogLike {
  /** How much it shows. */
  coverage?: LogCoverage
  /** Parts of the log had different sample rates; `sampleRate` is the least. */
  mixedSampleRate?: boolean
  /** When it was on. Hours that lie in it entirely and have no row are observed silence. */
  observed?: IntervalLike[]
  /** Share of requests that are logged, above 0 and at most 1. */
  sampleRate?: number
  /** Whether it names user agents. */
  userAgents?: UserAgents
}
/** The requests of one kind in one hour. */
export interface RequestRow {
  /** Requests; a whole number of at least 0. */
  count: number
  /** Variance/mean of the 60 one-minute counts. */
  dispersion?: number | null
  /** Method. */
  method?: string | null
  /** Path or URL. */
  path?: string | null
  /** A probe header was present. */
  probeHeader?: boolean | null
  /** Address or name of the client. */
  source?: string | null
  /** Any instant of the hour. */
  start: string
  /** Status code. */
  status?: number | null
  /** User agent. */
  userAgent?: string | null
  /** The caller's own verdict. */
  verdict?: Verdict | null
}
/** The requests of one kind in one hour. */
export interface RequestRowLike {
  /** Requests; a whole number of at least 0. */
  count: number
  /** Variance/mean of the 60 one-minute counts. */
  dispersion?: number | null
  /** Method. */
  method?: string | null
  /** Path or URL. */
  path?: string | null
  /** A probe header was present. */
  probeHeader?: boolean | null
  /** Address or name of the client. */
  source?: string | null
  /** Any instant of the hour. */
  start: string | number | Date
  /** Status code. */
  status?: number | null
  /** User agent. */
  userAgent?: string | null
  /** The caller's own verdict. */
  verdict?: Verdict | null
}
/** Requests that held for a while. */
export interface RequestStep {
  /** First instant after. */
  end: string | number | Date
  /** What the container reserved then. */
  requests: ResourcesLike
  /** First instant. */
  start: string | number | Date
}
/** The requests of one hour. */
export interface RequestTotal {
  /** Requests. */
  count: number
  /** Start of the hour. */
  start: string
}
/** The requests of one pod, of which neither path nor agent is known. */
export interface RequestTotals {
  /** Whose; the container is empty. */
  key: UsageKey
  /** The hours of which the input tells, in ascending order. */
  rows: RequestTotal[]
}
/** A size for one resource. */
export interface ResourceAdvice {
  /** Replay on the container's own history; null without a day to test on. */
  backtest?: Backtest | null
  /** How the size was derived. */
  basis?: SizeBasis | null
  /** What bounded the size last. */
  cappedBy: CappedBy
  /** The request now, in cores or bytes. */
  current?: number | null
  /** The change; null when refused. */
  delta?: SizeDelta | null
  /** Plain quantile of the policy's `q` and its upper bound; null where the data do not back one. */
  interval?: SizeInterval | null
  /** The limit to set; null for no limit. */
  limit?: number | null
  /** How much more data is needed, when there is too little. */
  need?: Need | null
  /** What shaped the size, in order. */
  reasons: Reason[]
  /** The request to set; null when refused, and then `reasons` says why. */
  recommended?: number | null
  /** How often the size would be exceeded. */
  risk?: SizeRisk | null
  /** What the policy said, before floor, cap, rounding and the gate of small changes. */
  uncapped?: number | null
}
/** A size for one resource. */
export interface ResourceAdvice2 {
  /** Replay on the container's own history; null without a day to test on. */
  backtest?: Backtest | null
  /** How the size was derived. */
  basis?: SizeBasis2 | null
  /** What bounded the size last. */
  cappedBy: CappedBy
  /** The request now, in cores or bytes. */
  current?: number | null
  /** The change; null when refused. */
  delta?: SizeDelta | null
  /** Plain quantile of the policy's `q` and its upper bound; null where the data do not back one. */
  interval?: SizeInterval | null
  /** The limit to set; null for no limit. */
  limit?: number | null
  /** How much more data is needed, when there is too little. */
  need?: Need | null
  /** What shaped the size, in order. */
  reasons: Reason[]
  /** The request to set; null when refused, and then `reasons` says why. */
  recommended?: number | null
  /** How often the size would be exceeded. */
  risk?: SizeRisk | null
  /** What the policy said, before floor, cap, rounding and the gate of small changes. */
  uncapped?: number | null
}
/** A size for one resource. */
export interface ResourceAdvice2Like {
  /** Replay on the container's own history; null without a day to test on. */
  backtest?: BacktestLike | null
  /** How the size was derived. */
  basis?: SizeBasis2Like | null
  /** What bounded the size last. */
  cappedBy: CappedBy
  /** The request now, in cores or bytes. */
  current?: number | null
  /** The change; null when refused. */
  delta?: SizeDeltaLike | null
  /** Plain quantile of the policy's `q` and its upper bound; null where the data do not back one. */
  interval?: SizeInterval | null
  /** The limit to set; null for no limit. */
  limit?: number | null
  /** How much more data is needed, when there is too little. */
  need?: NeedLike | null
  /** What shaped the size, in order. */
  reasons: Reason[]
  /** The request to set; null when refused, and then `reasons` says why. */
  recommended?: number | null
  /** How often the size would be exceeded. */
  risk?: SizeRisk | null
  /** What the policy said, before floor, cap, rounding and the gate of small changes. */
  uncapped?: number | null
}
/** A size for one resource. */
export interface ResourceAdviceLike {
  /** Replay on the container's own history; null without a day to test on. */
  backtest?: BacktestLike | null
  /** How the size was derived. */
  basis?: SizeBasisLike | null
  /** What bounded the size last. */
  cappedBy: CappedBy
  /** The request now, in cores or bytes. */
  current?: number | null
  /** The change; null when refused. */
  delta?: SizeDeltaLike | null
  /** Plain quantile of the policy's `q` and its upper bound; null where the data do not back one. */
  interval?: SizeInterval | null
  /** The limit to set; null for no limit. */
  limit?: number | null
  /** How much more data is needed, when there is too little. */
  need?: NeedLike | null
  /** What shaped the size, in order. */
  reasons: Reason[]
  /** The request to set; null when refused, and then `reasons` says why. */
  recommended?: number | null
  /** How often the size would be exceeded. */
  risk?: SizeRisk | null
  /** What the policy said, before floor, cap, rounding and the gate of small changes. */
  uncapped?: number | null
}
/** The cost of one resource of a row. A plain decimal string is read as an amount that nobody measured. */
export interface ResourceCost {
  /** What of `amount` the bill added to the modelled cost; only after `cost.reconcile`. */
  adjustment?: string | null
  /** All of it. */
  amount: string
  /** What the unscaled maximum of request and usage would cost; only where the node was saturated. */
  nominal?: string | null
  /** Its part of the node's idle cost, beside `amount`; only under `SpreadOnNode`. */
  spreadIdle?: string | null
  /** What nobody measured. Volumes and load balancers are always here: nothing says how full they are. */
  unmeasured: string
  /** What was used. */
  used: string
  /** What was allocated, measured and not used. */
  wasted: string
}
/** The cost of one resource of a row. A plain decimal string is read as an amount that nobody measured. */
export interface ResourceCostLike {
  /** What of `amount` the bill added to the modelled cost; only after `cost.reconcile`. */
  adjustment?: string | number | null
  /** All of it. */
  amount: string | number
  /** What the unscaled maximum of request and usage would cost; only where the node was saturated. */
  nominal?: string | number | null
  /** Its part of the node's idle cost, beside `amount`; only under `SpreadOnNode`. */
  spreadIdle?: string | number | null
  /** What nobody measured. Volumes and load balancers are always here: nothing says how full they are. */
  unmeasured: string | number
  /** What was used. */
  used: string | number
  /** What was allocated, measured and not used. */
  wasted: string | number
}
/** Evidence from resources; what was not observed is `null`. */
export interface ResourceEvidence {
  /** Share of the CPU burst hours that are work hours; `null` without a CPU burst. */
  coBurstShare?: number | null
  /** Median of established connections. */
  connectionsMedian?: number | null
  /** CPU in cores. */
  cpu?: ResourceLevel | null
  /** Received plus sent bytes per second. */
  network?: ResourceLevel | null
  /** Spearman correlation of the hourly maxima; 0 if one side never changes. */
  rankCorrelation?: number | null
  /** Hours with a burst of both, per day on which both were observed. */
  workHoursPerDay?: number | null
}
/** Evidence from resources; what was not observed is `null`. */
export interface ResourceEvidenceLike {
  /** Share of the CPU burst hours that are work hours; `null` without a CPU burst. */
  coBurstShare?: number | null
  /** Median of established connections. */
  connectionsMedian?: number | null
  /** CPU in cores. */
  cpu?: ResourceLevelLike | null
  /** Received plus sent bytes per second. */
  network?: ResourceLevelLike | null
  /** Spearman correlation of the hourly maxima; 0 if one side never changes. */
  rankCorrelation?: number | null
  /** Hours with a burst of both, per day on which both were observed. */
  workHoursPerDay?: number | null
}
/** Resource-hours. */
export interface ResourceHours {
  /** Core-hours. */
  cpuCoreHours: number
  /** GPU-hours. */
  gpuHours: number
  /** GiB-hours. */
  memoryGibHours: number
}
/** The level of one resource and what rises above it. */
export interface ResourceLevel {
  /** Hours with a burst, per observed day; `null` without an observed hour. */
  burstHoursPerDay?: number | null
  /** The quiet level: q20. */
  floor: number
  /** Observed hours. */
  observedHours: number
  /** Quantile. */
  q05: number
  /** Quantile. */
  q20: number
  /** Quantile. */
  q50: number
  /** Quantile. */
  q95: number
  /** Quantile. */
  q99: number
  /** A burst rises above it. */
  threshold: number
}
/** The level of one resource and what rises above it. */
export interface ResourceLevelLike {
  /** Hours with a burst, per observed day; `null` without an observed hour. */
  burstHoursPerDay?: number | null
  /** The quiet level: q20. */
  floor: number
  /** Observed hours. */
  observedHours: number | bigint
  /** Quantile. */
  q05: number
  /** Quantile. */
  q20: number
  /** Quantile. */
  q50: number
  /** Quantile. */
  q95: number
  /** Quantile. */
  q99: number
  /** A burst rises above it. */
  threshold: number
}
/** Resource samples on one axis; an absent array is an absent source, a `null` value a missing sample. */
export interface ResourceSeries {
  /** CPU in cores. */
  cpuCores?: (number | null)[] | null
  /** Memory working set in bytes. */
  memoryBytes?: (number | null)[] | null
  /** Bytes received per second. */
  receiveBytesPerSecond?: (number | null)[] | null
  /** Time of the first sample. */
  start?: string | number | Date | null
  /** The same as `start`, in epoch milliseconds. */
  startMs?: number | bigint | null
  /** The same as `stepSeconds`, in milliseconds. */
  stepMs?: number | null
  /** Distance of samples, above 0 and at most 3600 s. */
  stepSeconds?: number | null
  /** One time per sample, in epoch milliseconds, in place of start and step. */
  timestampsMs?: number | bigint[] | null
  /** Bytes sent per second. */
  transmitBytesPerSecond?: (number | null)[] | null
  /** Of `connections` only: established connections. */
  values?: (number | null)[] | null
}
/** A resource of the whole cluster (or namespace), averaged over the window. */
export interface ResourceTotals {
  /** Of the nodes, for pods; null for a namespace, and if a node's is unknown. */
  allocatable?: number | null
  /** Of the nodes; cores or bytes; null for a namespace, and if a node's is unknown. */
  capacity?: number | null
  /** Effective requests of the pods while they lived. */
  requested: number
  /** Measured use while the pods lived; holes in the telemetry add nothing. Null without any telemetry. */
  used?: number | null
}
/** A number per resource. */
export interface ResourceWeights {
  /** CPU. */
  cpu: number
  /** GPU; none: not set. */
  gpu?: number | null
  /** Memory. */
  memory: number
}
/** Amounts of resources; an absent field is unknown (for a request: not requested), never 0. */
export interface Resources {
  /** CPU cores, e.g. 0.25. */
  cpuCores?: number | null
  /** Local ephemeral storage in bytes. */
  ephemeralStorageBytes?: number | null
  /** Extended resources by name, in whole units. */
  extended?: {
    [k: string]: number
  }
  /** Physical GPUs; a share of one is a fraction. */
  gpus?: number | null
  /** Memory in bytes. */
  memoryBytes?: number | null
  /** Pods (the kubelet's limit; a pod takes 1). */
  pods?: number | null
}
/** Amounts of resources; an absent field is unknown (for a request: not requested), never 0. */
export interface ResourcesLike {
  /** CPU cores, e.g. 0.25. */
  cpuCores?: number | null
  /** Local ephemeral storage in bytes. */
  ephemeralStorageBytes?: number | null
  /** Extended resources by name, in whole units. */
  extended?: {
    [k: string]: number | bigint
  }
  /** Physical GPUs; a share of one is a fraction. */
  gpus?: number | null
  /** Memory in bytes. */
  memoryBytes?: number | null
  /** Pods (the kubelet's limit; a pod takes 1). */
  pods?: number | null
}
/** Input of `usage.retain`. */
export interface RetainInput {
  /** Ages count from the UTC day of this time; epoch milliseconds. */
  nowMs: number | bigint
  /** How long each part is kept. */
  policy?: RetentionPolicy
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** How long each part of a metric-day is kept, in days before now (usage.md §7). */
export interface RetentionPolicy {
  /** Everything: day totals and extremes, observed slots, events; 400, project choice: a year and a month. */
  dailyDays?: number
  /** Histograms; 35, project choice: a month and a week. */
  histogramDays?: number
  /** Hours, activity bitmaps and requests; 90, the customary retention of metrics. */
  hourlyDays?: number
}
/** Revenue that depends on what it matches. */
export interface Revenue {
  /** How much of it follows the requests, 0..1. */
  correlation?: number | null
  /** What it is about. */
  match: Selector
  /** Revenue per day. */
  perDay: string
}
/** Revenue that depends on what it matches. */
export interface RevenueLike {
  /** How much of it follows the requests, 0..1. */
  correlation?: number | null
  /** What it is about. */
  match: Selector
  /** Revenue per day. */
  perDay: string | number
}
/** Settings of [`recommend`](super::recommend). */
export interface RightsizeConfig {
  /** Largest share of the largest node's allocatable resources. Default 0.9 (project). */
  allocatableShare?: number
  /** Largest CPU request. Default none. */
  cpuCapCores?: number | null
  /** Least CPU request. Default 0.010 cores (KRR, Kubecost). */
  cpuFloorCores?: number
  /** How the CPU limit follows. Default `Unchanged`: a CPU limit needs human intent. */
  cpuLimit?: LimitPolicy
  /** How the CPU request is computed. Default `Auto` (project, rightsizing.md §9). */
  cpuPolicy?: CpuPolicy
  /** CPU requests are multiples of this. Default 0.001 cores (KRR). */
  cpuQuantumCores?: number
  /** Days of history before `now`. Default 14 (KRR). */
  lookbackDays?: number
  /** Distinct limits at which OOM kills raise memory; more look like a leak. Default 3 (project). */
  maxOomBumps?: number
  /** Largest memory request. Default none. */
  memoryCapBytes?: number | null
  /** Least memory request. Default 32 MiB (project: runtimes fail to start near 1–4 MiB). */
  memoryFloorBytes?: number
  /** How the memory limit follows. Default `EqualRequest` (KRR). */
  memoryLimit?: LimitPolicy
  /** How the memory request is computed. Default `PeakFactor` (project, rightsizing.md §5). */
  memoryPolicy?: MemoryPolicy
  /** Memory requests are multiples of this. Default 1 MiB (KRR). */
  memoryQuantumBytes?: number
  /** Smaller monthly savings are not worth a restart. Default none. */
  minMonthlySavings?: string | number | null
  /** Smaller relative changes are not worth a restart. Default 0.10 (VPA updater). */
  minRelativeChange?: number
  /** Fewest samples of a resource, all pods together. Default 100 (KRR `points_required`). */
  minSamples?: number | bigint
  /** How pods become one size. Default `Pooled` (rightsizing.md §10). */
  podAggregation?: PodAggregation
  /** No decrease from a history shorter than this. Default 3 days (project). */
  reclaimOnlyAfterDays?: number
  /** CPU samples this close to a pod's first sample are left out. Default 0 (project). */
  startupSeconds?: number
  /** Share of time in which CPU use may exceed the request. Default 0.05 (project). */
  target?: number
  /** Share of throttled periods above which CPU samples understate the need. Default 0.05 (project). */
  throttleLimit?: number
}
/** An earlier rollback. */
export interface Rollback {
  /** When. */
  at: string
}
/** An earlier rollback. */
export interface RollbackLike {
  /** When. */
  at: string | number | Date
}
/** A roll-up as columns of equal length; slots without a sample are absent. */
export interface RollupColumns {
  /** Cluster. */
  cluster: string[]
  /** Container. */
  container: string[]
  /** Samples. */
  count: number[]
  /** The largest. */
  max: number[]
  /** The largest, in quanta. */
  maxQuanta?: number[] | null
  /** Their mean. */
  mean: number[]
  /**
   * Metric.
   *
   * Items: a metric: CpuCores, MemoryWorkingSetBytes, …, Custom(1024) or a short name such as cpu
   */
  metric: string[]
  /** The smallest. */
  min: number[]
  /** The smallest, in quanta. */
  minQuanta?: number[] | null
  /** Namespace. */
  namespace: string[]
  /** Pod. */
  pod: string[]
  /** Start of the slot, in epoch milliseconds. */
  startMs: number[]
  /** Length of a slot. */
  step: string
  /** Their sum, in units. */
  sum: number[]
  /** The sums in quanta, exact, as decimal text; this and the next two only if `quanta` asked for them. */
  sumQuanta?: string[] | null
}
/** Input of `usage.rollup`: a Usage with a selection, or series. */
export interface RollupInput {
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Gives the exact integers that are stored beside the units. */
  quanta?: boolean
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** Samples to roll up in place of a Usage; those of another metric are left out. */
  series?: SeriesInput[] | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** `1h` or `1d` from a Usage; from series also `5m`, `15m` or any `<n>m` or `<n>h` that divides a day. */
  step: string
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Requests by key, as `usage.summarize` takes them. */
export interface Rows {
  /** What a reader must know. */
  notices?: Notice[]
  /** By pod or workload, in order; one row per kind of request and hour. */
  requests?: KeyedRequests[]
}
/** Input of `traffic.rows`: what `ingest.accessLog` gives, and a Snapshot. */
export interface RowsInput {
  /** Records of access logs, in any order. */
  records?: AccessRecordLike[]
  /** Says which workloads are behind hosts and Services. */
  snapshot?: SnapshotLike | null
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface RunsAnswer {
  /** End of the last slot at or above the threshold. */
  lastActiveMs?: number | null
  /** Length of the longest; 0 if there is none. */
  longestMs: number
  /** The metric. */
  metric: string
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer8[] | null
  /** Observed below the threshold throughout, in order. */
  runs: SpanMs[]
  /** Length of all together. */
  totalMs: number
  /** Time of the range without samples. */
  unobservedMs: number
}
/** Input of `usage.runs`. */
export interface RunsInput {
  /** Unobserved slots that a run may bridge. */
  bridgeSlots?: number
  /** First instant after; default: the end of the day of the last sample. */
  endMs?: number | bigint | null
  /** One key. */
  key?: UsageKey | null
  /** The metric. */
  metric: string
  /** Answer for every key too; several keys are otherwise merged. */
  perKey?: boolean
  /** Slots of five minutes, or hours for any threshold. */
  resolution?: RunsResolution
  /** Any subset of the key fields, in place of `key`; neither selects every key. */
  selector?: KeySelector | null
  /** First instant, in whole UTC hours or days as the query demands; default: the day of the first sample. */
  startMs?: number | bigint | null
  /** Activity threshold in the metric's unit; at slot resolution one of the spec's. */
  threshold: number
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Options of [`parse_samples_csv`]. */
export interface SamplesCsvOptions {
  /** Strict mode takes an input that says it is only a part. */
  allowPartial?: boolean
  /** Cluster of rows that name none. */
  cluster?: string
  /** Names of columns in the file, by the name they should have: `{"timestamp": "ts", "cpu_cores": "cpu_usage"}`. */
  columns?: {
    [k: string]: string
  }
  /** What separates the fields. */
  delimiter?: string
  /** Bounds on the input. */
  limits?: Limits
  /** How many places a notice lists; 10. */
  maxPlaces?: number
  /** What happens to records that cannot be read. */
  mode?: Mode
}
/** Savings of all recommendations that do not suppress each other. */
export interface Savings {
  /** Cost now, per month; null if nothing has a price. */
  currentMonthly?: string | null
  /** Nominal savings of recommendations with confidence above 0.9. */
  highConfidence?: string | null
  /** What raised sizes cost more per month; not taken off the nominal savings. */
  increasesMonthly?: string | null
  /** Freed requests × unit costs per month; at most the cost of what is freed. */
  nominalMonthly?: string | null
  /** Nominal savings by type of recommendation; they sum to the nominal savings. */
  parts: SavingsPart[]
  /** What leaves the bill once the cluster is packed again; null: not computed. */
  realisableMonthly?: string | null
}
/** Savings of all recommendations that do not suppress each other. */
export interface SavingsLike {
  /** Cost now, per month; null if nothing has a price. */
  currentMonthly?: string | number | null
  /** Nominal savings of recommendations with confidence above 0.9. */
  highConfidence?: string | number | null
  /** What raised sizes cost more per month; not taken off the nominal savings. */
  increasesMonthly?: string | number | null
  /** Freed requests × unit costs per month; at most the cost of what is freed. */
  nominalMonthly?: string | number | null
  /** Nominal savings by type of recommendation; they sum to the nominal savings. */
  parts: SavingsPartLike[]
  /** What leaves the bill once the cluster is packed again; null: not computed. */
  realisableMonthly?: string | number | null
}
/** What one type of recommendation saves. */
export interface SavingsPart {
  /** Nominal, per month. */
  amount: string
  /** The type. */
  stage: RecommendationType
}
/** What one type of recommendation saves. */
export interface SavingsPartLike {
  /** Nominal, per month. */
  amount: string | number
  /** The type. */
  stage: RecommendationType
}
/** The probability above which a pod may go to zero. */
export interface ScaleToZeroThreshold {
  /** Wanted false-idle rate. */
  alpha: number
  /** Calibration negatives behind it; 0: expert judgement. */
  negatives: number | bigint
  /** The test is probability > tau; `null`: never. */
  tau?: number | null
}
/** Input of `idle.score`. */
export interface ScoreInput {
  /** Raw features; absent ones are unknown. */
  features: IdleFeatures
  /** A model; absent: the shipped one. */
  model?: IdleModel | null
  /** How much the request log told; absent: `Full`. */
  regime?: Regime | null
}
/** Input of `usage.seal`. */
export interface SealInput {
  /** The Usage in base64, unless one is passed with the call. */
  usage?: string | null
}
/** Picks rows: AND between fields, OR inside a field; an empty field picks all. */
export interface Selector {
  /** Annotations and their values. */
  annotations?: {
    [k: string]: string
  }
  /** Clusters. */
  clusters?: string[]
  /** Kinds of controllers. */
  controllerKinds?: string[]
  /** Names of controllers. */
  controllers?: string[]
  /** Labels and their values. */
  labels?: {
    [k: string]: string
  }
  /** Namespaces. */
  namespaces?: string[]
  /** Nodes. */
  nodes?: string[]
  /** Rows that this picks are left out. */
  not?: Selector | null
  /** Pods. */
  pods?: string[]
}
/** The JSON spellings of a [`Series`]. */
export interface Series {
  start?: string | number | Date | null
  startMs?: number | bigint | null
  stepMs?: number | bigint | null
  stepSeconds?: number | null
  timestampsMs?: number | bigint[] | null
  values?: ReadonlyArray<number | null> | Float64Array | Float32Array
}
/** One series with one time axis, in any of its spellings (DESIGN.md, Series). */
export interface SeriesInput {
  /** Whose. */
  key: UsageKey
  /** What the values mean. */
  kind?: SampleKind
  /** Of what. */
  metric: string
  /** The same as `startMs`, as RFC 3339. */
  start?: string | number | Date | null
  /** Time of the first value, in epoch milliseconds. */
  startMs?: number | bigint | null
  /** Distance of the values in milliseconds. */
  stepMs?: number | bigint | null
  /** The same as `stepMs`, in seconds. */
  stepSeconds?: number | null
  /** One time per value, in epoch milliseconds, in any order. */
  timestampsMs?: number | bigint[] | null
  /** The values in the metric's unit; `null` is missing. */
  values: ReadonlyArray<number | null> | Float64Array | Float32Array
}
/** Series and events, in order of their keys and metrics. */
export interface SeriesSet {
  /** Restarts and kills, where the input tells of them. */
  events?: KeyedEvent[]
  /** Hourly counts of requests of which nothing else is known, where the input tells of them. */
  requests?: RequestTotals[]
  /** The samples. */
  series?: IngestedSeries[]
  /** The usual distance of samples in milliseconds: the median over all series; none below two samples. */
  stepMs?: number | null
}
/** A Service. */
export interface Service {
  /** References from outside the cluster. */
  externalReferences?: number | null
  /** Ingress hosts that lead to it. */
  ingress?: string[] | null
  /** Mesh objects that name it. */
  mesh?: ServiceMesh | null
  /** Name. Required. */
  name?: string
  /** Namespace. Required. */
  namespace?: string
  /** Workloads it selects. */
  selects?: WorkloadRefLocal[] | null
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  type?: string | null
}
/** A Service in front of the workload. */
export interface ServiceFact {
  /** References from outside the cluster. */
  externalReferences?: number | null
  /** Name. */
  name?: string
  /** Session affinity. */
  sessionAffinity?: string | null
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  type?: string | null
}
/** Mesh objects that name a Service. */
export interface ServiceMesh {
  /** Virtual services. */
  virtualServices?: string[]
}
/** Settings of [`share`](super::share). */
export interface ShareConfig {
  /**
   * What rows are grouped by: `cluster`, `node`, `namespace`, `controllerKind`, `controller`, `deployment`,
   * `statefulset`, `daemonset`, `job`, `cronjob`, `pod`, `container`, `service`, `zone`, `capacityType`,
   * `instanceType`, `label:…`, `annotation:…`, or a name of `keyLabels`. Default `["namespace"]`.
   */
  aggregate?: string[]
  /** Rows that are shown; the others are filtered out after everything is shared. Default all. */
  filter?: Selector | null
  /** How idle is spread. Default `Keep`. */
  idle?: Sharing
  /**
   * Which label or annotation `department`, `environment`, `owner`, `product` and `team` are, e.g.
   * `{"team": "label:squad"}`. Default the label of that name.
   */
  keyLabels?: {
    [k: string]: string
  }
  /** What becomes of a pod of several services. Default `Even`. */
  multiService?: MultiService
  /** How system overhead is spread. Default `Keep`. */
  overhead?: Sharing
  /** Whether `.`, `-` and `/` equal `_` in names of labels, as in label names of Prometheus. Default false. */
  sanitizeLabels?: boolean
  /** Costs that everybody shares. Default none. */
  shared?: SharedCost[]
}
/** What `cost.share` takes: rows and remainders, of an Attribution or of another tool (cost.md §6). */
export interface ShareInput {
  /** Currency of every amount. */
  currency?: string
  /** Idle cost by node or namespace. */
  idle?: CostRemainder[]
  /** Nodes, to group by zone, instance type or capacity type. */
  nodes?: ShareNode[]
  /** Leaves; each key once. */
  rows?: CostRow[]
  /** System overhead. */
  systemOverhead?: CostRemainder[]
  /** Unattributed money with its reasons. */
  unattributed?: CostRemainder[]
}
/** What rows can be grouped by that only their node knows. */
export interface ShareNode {
  /** How its capacity was bought. */
  capacityType?: CapacityType
  /** Cluster, where several stand in one document. */
  cluster?: string | null
  /** Instance type. */
  instanceType?: string | null
  /** Name. Required. */
  name?: string
  /** Zone. */
  zone?: string | null
}
/** Input of `cost.share`: the fields of [`ShareInput`], as an Attribution or `ingest.openCost` has them, and `config`. */
export interface ShareOperation {
  /** Settings. */
  config?: ShareConfig
  /** Currency of every amount. */
  currency?: string
  /** Idle cost by node or namespace. */
  idle?: CostRemainderLike[]
  /** Nodes, to group by zone, instance type or capacity type. */
  nodes?: ShareNode[]
  /** Leaves; each key once. */
  rows?: CostRowLike[]
  /** System overhead. */
  systemOverhead?: CostRemainderLike[]
  /** Unattributed money with its reasons. */
  unattributed?: CostRemainderLike[]
}
/** Costs by group: Σ totals + idle + systemOverhead + unattributed + filteredOut = bill. */
export interface Shared {
  /** The input and the shared amounts. */
  bill: string
  /** Currency of every amount. */
  currency?: string
  /** What the filter took away. */
  filteredOut: string
  /** `MixedSigns`: costs and credits meet in one pool, so it is not shared. */
  flags?: Finding[]
  /** Groups, in order of their keys. */
  groups: SharedGroup[]
  /** Idle that went to no group. */
  idle: string
  /** bill − Σ: always 0. */
  residual: string
  /** System overhead that went to no group. */
  systemOverhead: string
  /** What nobody caused, and shared costs that no group takes. */
  unattributed: string
}
/** A cost that everybody shares: the rows that `select` picks, or an `amount` from elsewhere. */
export interface SharedCost {
  /** Or an amount for the window, which comes on top of the input. */
  amount?: string | number | null
  /** By what it goes to the groups. Default `Weighted`. */
  method?: SharedMethod
  /** Name, for people. */
  name?: string
  /** The rows that are shared; of several rules the first that picks a row has it. */
  select?: Selector | null
  /** For `Fixed`: weight by the name of a group, at least 0. */
  weights?: {
    [k: string]: number
  }
}
/** A group of rows and its part of what is shared. */
export interface SharedGroup {
  /** Own cost of the rows. */
  amount: string
  /** Own cost by resource. */
  costs: {
    [k: string]: Split
  }
  /** Hours that its pods lived, each pod counted once. */
  hours: number
  /** Its part of the idle cost. */
  idleShare: string
  /** One value per key of `aggregate`; `__unallocated__`: the rows have none. */
  key: string[]
  /** The values, joined by `/`. */
  name: string
  /** Its part of the system overhead. */
  overheadShare: string
  /** Its part of the shared costs, with their idle and overhead. */
  sharedShare: string
  /** amount + idleShare + overheadShare + sharedShare. */
  total: string
  /** What nobody measured. */
  unmeasured: string
  /** What they used of it. */
  used: string
  /** wasted ÷ (used + wasted), 0..1; null where nothing was measured. */
  wasteShare?: number | null
  /** What they wasted. */
  wasted: string
}
/** How idle or overhead is spread. */
export interface Sharing {
  /** By what. Default `Weighted`. */
  method?: SharingMethod
  /** Over whom. Default `Keep`. */
  scope?: SharingScope
}
/** How a size was derived. */
export interface SizeBasis {
  /** Whether it comes from histograms (error at most 0.4 %). */
  approximate: boolean
  /** Full weeks observed. */
  cycles: number
  /** Samples. */
  n: number
  /** Effective sample size (usage.md §5.2). */
  nEff: number
  /** OOM kills in the window. */
  oomEvents: number
  /** The policy that gave the value; for `Auto` the one it chose. */
  policy: CpuPolicy
  /** Its quantile, if it has one. */
  q?: number | null
  /** Throttled ÷ all scheduling periods; null without that metric. */
  throttledShare?: number | null
  /** Days between the first and the last observed hour, both included. */
  windowDays: number
}
/** How a size was derived. */
export interface SizeBasis2 {
  /** Whether it comes from histograms (error at most 0.4 %). */
  approximate: boolean
  /** Full weeks observed. */
  cycles: number
  /** Samples. */
  n: number
  /** Effective sample size (usage.md §5.2). */
  nEff: number
  /** OOM kills in the window. */
  oomEvents: number
  /** The policy that gave the value; for `Auto` the one it chose. */
  policy: MemoryPolicy
  /** Its quantile, if it has one. */
  q?: number | null
  /** Throttled ÷ all scheduling periods; null without that metric. */
  throttledShare?: number | null
  /** Days between the first and the last observed hour, both included. */
  windowDays: number
}
/** How a size was derived. */
export interface SizeBasis2Like {
  /** Whether it comes from histograms (error at most 0.4 %). */
  approximate: boolean
  /** Full weeks observed. */
  cycles: number | bigint
  /** Samples. */
  n: number | bigint
  /** Effective sample size (usage.md §5.2). */
  nEff: number
  /** OOM kills in the window. */
  oomEvents: number | bigint
  /** The policy that gave the value; for `Auto` the one it chose. */
  policy: MemoryPolicy
  /** Its quantile, if it has one. */
  q?: number | null
  /** Throttled ÷ all scheduling periods; null without that metric. */
  throttledShare?: number | null
  /** Days between the first and the last observed hour, both included. */
  windowDays: number
}
/** How a size was derived. */
export interface SizeBasisLike {
  /** Whether it comes from histograms (error at most 0.4 %). */
  approximate: boolean
  /** Full weeks observed. */
  cycles: number | bigint
  /** Samples. */
  n: number | bigint
  /** Effective sample size (usage.md §5.2). */
  nEff: number
  /** OOM kills in the window. */
  oomEvents: number | bigint
  /** The policy that gave the value; for `Auto` the one it chose. */
  policy: CpuPolicy
  /** Its quantile, if it has one. */
  q?: number | null
  /** Throttled ÷ all scheduling periods; null without that metric. */
  throttledShare?: number | null
  /** Days between the first and the last observed hour, both included. */
  windowDays: number
}
/** A change of a request. */
export interface SizeDelta {
  /** Recommended − current, in cores or bytes; the whole size if none is set now. */
  absolute: number
  /** Money of 730 h and all replicas; negative is added cost; null if unknown. */
  monthlySavings?: string | null
  /** Absolute ÷ current; null if none is set now, or 0. */
  relative?: number | null
  /** Whether the change is worth making. */
  significant: boolean
}
/** A change of a request. */
export interface SizeDeltaLike {
  /** Recommended − current, in cores or bytes; the whole size if none is set now. */
  absolute: number
  /** Money of 730 h and all replicas; negative is added cost; null if unknown. */
  monthlySavings?: string | number | null
  /** Absolute ÷ current; null if none is set now, or 0. */
  relative?: number | null
  /** Whether the change is worth making. */
  significant: boolean
}
/** What stands behind a recommendation. */
export interface SizeEvidence {
  /** Full weeks observed. */
  cycles: number
  /** Effective sample size. */
  nEff: number
  /** Samples. */
  samples: number
  /** Days between the first and the last observed hour, both included. */
  windowDays: number
}
/** What stands behind a recommendation. */
export interface SizeEvidenceLike {
  /** Full weeks observed. */
  cycles: number | bigint
  /** Effective sample size. */
  nEff: number
  /** Samples. */
  samples: number | bigint
  /** Days between the first and the last observed hour, both included. */
  windowDays: number
}
/** An interval with data behind it. */
export interface SizeInterval {
  /** Confidence of the bound. */
  level: number
  /** The plain quantile. */
  lower: number
  /** Its upper confidence bound. */
  upper: number
}
/** Sizes for one container. */
export interface SizeRecommendation {
  /** CPU; null if the input holds no CPU at all. */
  cpu?: ResourceAdvice | null
  /** What stands behind it: of CPU, or of memory where there is no CPU. */
  evidence: SizeEvidence
  /** Largest ÷ median of the pods' own 95 % CPU quantiles; null for fewer than two pods with 24 observed hours. */
  hotPodRatio?: number | null
  /** Which container. */
  key: ContainerKey
  /** Memory; null if the input holds no memory at all. */
  memory?: ResourceAdvice2 | null
  /** What shaped both sizes. */
  reasons: Reason[]
  /** What the change saves. */
  savings: SizeSavings
  /** What weakens them. */
  warnings: Reason[]
}
/** Sizes for one container. */
export interface SizeRecommendationLike {
  /** CPU; null if the input holds no CPU at all. */
  cpu?: ResourceAdviceLike | null
  /** What stands behind it: of CPU, or of memory where there is no CPU. */
  evidence: SizeEvidenceLike
  /** Largest ÷ median of the pods' own 95 % CPU quantiles; null for fewer than two pods with 24 observed hours. */
  hotPodRatio?: number | null
  /** Which container. */
  key: ContainerKey
  /** Memory; null if the input holds no memory at all. */
  memory?: ResourceAdvice2Like | null
  /** What shaped both sizes. */
  reasons: Reason[]
  /** What the change saves. */
  savings: SizeSavingsLike
  /** What weakens them. */
  warnings: Reason[]
}
/** How often a size would be exceeded. */
export interface SizeRisk {
  /** Whether the number is measured or holds by construction. */
  calibrated: boolean
  /** Mean of use above the request over all samples of the replay, in cores or bytes. */
  expectedShortfall?: number | null
  /** Days that it holds for. */
  horizonDays: number
  /**
   * CPU: share of time above the request in the replay. Memory with `PeakFactor`: probability of at least one
   * peak above the size within the horizon.
   */
  pExceed: number
}
/** Money that the sizes save. */
export interface SizeSavings {
  /** Its currency, if the rates name one. */
  currency?: string | null
  /** Of CPU and memory in 730 h and all replicas; null if neither is known. */
  monthly?: string | null
}
/** Money that the sizes save. */
export interface SizeSavingsLike {
  /** Its currency, if the rates name one. */
  currency?: string | null
  /** Of CPU and memory in 730 h and all replicas; null if neither is known. */
  monthly?: string | number | null
}
/**
 * What existed in one cluster: nodes, workloads, pods, prices, and what the caller knows beyond them.
 *
 * Every field is optional unless marked required; absent means unknown, never 0. [`Snapshot::validate`] reports
 * every problem at once.
 */
export interface Snapshot {
  /** `upid/v1`. */
  apiVersion?: string
  /** The cluster. Required. */
  cluster: Cluster
  /** Kinds that were fetched: an absent kind is unknown, a fetched one without objects is known none. */
  collected?: string[]
  /** What the caller knows beyond the cluster. */
  context?: Context
  /** Currency of every amount. */
  currency?: string
  /** Who calls whom; absent: unknown. */
  dependencies?: Dependency[] | null
  /** Fees of the cluster. */
  fees?: Fee[]
  /** `Snapshot`. */
  kind?: SnapshotKind
  /** Load balancers. */
  loadBalancers?: LoadBalancer[]
  /** Prices of traffic. */
  networkRates?: NetworkRates | null
  /** Nodes. */
  nodes?: Node[]
  /** The instant the Snapshot speaks of. Required: no clock is read. */
  now: string
  /** Pods. */
  pods?: Pod[]
  /** Where prices come from; none: `Config.cost.prices`. */
  prices?: Prices | null
  /** Services. */
  services?: Service[]
  /** IANA zone of the local clock. */
  timeZone?: string
  /** Persistent volumes. */
  volumes?: Volume[]
  /** Bounds all money and totals. Required. */
  window: TimeRange
  /** Workloads. */
  workloads?: Workload[]
}
/**
 * What existed in one cluster: nodes, workloads, pods, prices, and what the caller knows beyond them.
 *
 * Every field is optional unless marked required; absent means unknown, never 0. [`Snapshot::validate`] reports
 * every problem at once.
 */
export interface SnapshotLike {
  /** `upid/v1`. */
  apiVersion?: string
  /** The cluster. Required. */
  cluster: Cluster
  /** Kinds that were fetched: an absent kind is unknown, a fetched one without objects is known none. */
  collected?: string[]
  /** What the caller knows beyond the cluster. */
  context?: ContextLike
  /** Currency of every amount. */
  currency?: string
  /** Who calls whom; absent: unknown. */
  dependencies?: Dependency[] | null
  /** Fees of the cluster. */
  fees?: FeeLike[]
  /** `Snapshot`. */
  kind?: SnapshotKind
  /** Load balancers. */
  loadBalancers?: LoadBalancerLike[]
  /** Prices of traffic. */
  networkRates?: NetworkRatesLike | null
  /** Nodes. */
  nodes?: NodeLike[]
  /** The instant the Snapshot speaks of. Required: no clock is read. */
  now: string | number | Date
  /** Pods. */
  pods?: PodLike[]
  /** Where prices come from; none: `Config.cost.prices`. */
  prices?: Prices | null
  /** Services. */
  services?: Service[]
  /** IANA zone of the local clock. */
  timeZone?: string
  /** Persistent volumes. */
  volumes?: VolumeLike[]
  /** Bounds all money and totals. Required. */
  window: TimeRangeLike
  /** Workloads. */
  workloads?: WorkloadLike[]
}
/** Share of the expected hours that each source observed, 0..1; 0 is absent. */
export interface SourceCredits {
  /** Established connections. */
  connections?: number
  /** CPU. */
  cpu?: number
  /** Memory. */
  memory?: number
  /** Network. */
  network?: number
  /** Request log. */
  requests?: number
}
/** How much each telemetry source is worth; together 1. */
export interface SourceWeights {
  /** Established connections; default 0.10 (own). */
  connections?: number
  /** CPU; default 0.30 (own). */
  cpu?: number
  /** Memory; default 0.05 (own). */
  memory?: number
  /** Network; default 0.30 (own). */
  network?: number
  /** Request log; default 0.25 (own). */
  requests?: number
}
/** A span without samples, or with one condition throughout. */
export interface SpanMs {
  /** First instant after. */
  endMs: number
  /** First instant, in epoch milliseconds. */
  startMs: number
}
/** An amount and its parts: used + wasted + unmeasured = amount. */
export interface Split {
  /** All of it. */
  amount: string
  /** What nobody measured. */
  unmeasured: string
  /** What was used. */
  used: string
  /** What was allocated, measured and not used. */
  wasted: string
}
/** An amount and its parts: used + wasted + unmeasured = amount. */
export interface SplitLike {
  /** All of it. */
  amount: string | number
  /** What nobody measured. */
  unmeasured: string | number
  /** What was used. */
  used: string | number
  /** What was allocated, measured and not used. */
  wasted: string | number
}
/** How much was read. `records = accepted + skipped`. */
export interface Stats {
  /** Records used. */
  accepted: number
  /** Bytes of the input. */
  bytes: number
  /** Records: objects, rows, lines, samples, as the parser says. */
  records: number
  /** Amounts that had more decimals than money keeps. */
  rounded: number
  /** Records left out. */
  skipped: number
}
/** When silence means that activity stopped. */
export interface StoppedConfig {
  /** How much longer than any gap before; default 1.3 (own). */
  gapFactor?: number
  /** Expected active hours missed; default 24 (own). */
  hours?: number
}
/** Input of `usage.summarize`. */
export interface SummarizeInput {
  /** Events. */
  events?: KeyedEventLike[]
  /** Policies. */
  options?: IngestOptions
  /** Requests. */
  requests?: KeyedRequestsLike[]
  /** Samples. */
  series?: SeriesInput[]
  /** What to measure; the default spec if absent. */
  spec?: UsageSpecLike | null
}
/** Output of `usage.summarize`. */
export interface SummarizeOutput {
  /** What a reader of the requests must know, e.g. that the coverage of a log was inferred. */
  quality?: Finding[]
  /** What became of the rows. */
  report: IngestReport
  /** The Usage in base64. */
  usage: string
}
/** A taint, as in Kubernetes. */
export interface Taint {
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
  effect?: string
  /** Key. */
  key?: string
  /** Value. */
  value?: string | null
}
/** Evidence from the times of activity. */
export interface TemporalEvidence {
  /** Hours with business or work. */
  activeHours: number
  /** Strength of the daily cycle of hourly CPU, 0..1; `null` below 3 days of CPU. */
  dailyRhythm?: number | null
  /** Hours since the last active hour; `null` if there is none. */
  gapHours?: number | null
  /** Start of the last active hour; `null` if there is none. */
  lastActiveAt?: string | null
  /** Longest earlier gap in hours; `null` without an active hour. */
  longestEarlierGapHours?: number | null
  /** First hour with an expected activity; `null` if none within the horizon. */
  nextExpectedActivity?: string | null
  /** Hours in which activity could have been seen. */
  observedHours: number
  /** Largest chance of activity among the hours seen active at least twice; 0 if there is none. */
  recurrence: number
  /** Observed hours since then that used to be active: Σ p̂. */
  silentExpectedHours: number
  /** Activity has stopped. */
  stopped: boolean
}
/** Evidence from the times of activity. */
export interface TemporalEvidenceLike {
  /** Hours with business or work. */
  activeHours: number | bigint
  /** Strength of the daily cycle of hourly CPU, 0..1; `null` below 3 days of CPU. */
  dailyRhythm?: number | null
  /** Hours since the last active hour; `null` if there is none. */
  gapHours?: number | null
  /** Start of the last active hour; `null` if there is none. */
  lastActiveAt?: string | number | Date | null
  /** Longest earlier gap in hours; `null` without an active hour. */
  longestEarlierGapHours?: number | null
  /** First hour with an expected activity; `null` if none within the horizon. */
  nextExpectedActivity?: string | number | Date | null
  /** Hours in which activity could have been seen. */
  observedHours: number | bigint
  /** Largest chance of activity among the hours seen active at least twice; 0 if there is none. */
  recurrence: number
  /** Observed hours since then that used to be active: Σ p̂. */
  silentExpectedHours: number
  /** Activity has stopped. */
  stopped: boolean
}
/** How a container last ended. */
export interface Termination {
  /** When. */
  at?: string | null
  /** Kubernetes' reason, e.g. `OOMKilled`. */
  reason?: string | null
}
/** How a container last ended. */
export interface TerminationLike {
  /** When. */
  at?: string | number | Date | null
  /** Kubernetes' reason, e.g. `OOMKilled`. */
  reason?: string | null
}
/** Decision thresholds of a model. */
export interface Thresholds {
  /** Scale to zero. */
  scaleToZero?: ScaleToZeroThreshold | null
}
/** CFS scheduling periods of a container. */
export interface Throttle {
  /** All periods. */
  periods: number | bigint
  /** Periods in which it was throttled. */
  throttled: number | bigint
}
/** A half-open window `[start, end)` whose end is after its start. */
export interface TimeRange {
  /** First instant after. */
  end: string
  /** First instant. */
  start: string
}
/** A half-open window `[start, end)` whose end is after its start. */
export interface TimeRangeLike {
  /** First instant after. */
  end: string | number | Date
  /** First instant. */
  start: string | number | Date
}
/** Input of the operation `timerange.parse`. */
export interface TimeRangeText {
  /** The end of a relative range. */
  now: string | number | Date
  /** `7d`, `24h`, `30m`, `90s`, `2w`, or `<RFC 3339>/<RFC 3339>`. */
  text: string
}
/** Totals of the cluster or of a namespace. */
export interface Totals {
  /** Business traffic. */
  business: BusinessTotals
  /** Cores. */
  cpu: ResourceTotals
  /** How well the money was spent. */
  efficiency: Efficiency
  /** Per month. */
  idle?: string | null
  /** Bytes. */
  memory: ResourceTotals
  /** All parts below, projected to a month of 730 h; null if nothing has a price. */
  monthlyCost?: string | null
  /** Traffic, per month. */
  network?: string | null
  /** Pods counted here. */
  pods: number
  /** Persistent volumes, per month. */
  storage?: string | null
  /** Per month. */
  systemOverhead?: string | null
  /** Per month. */
  unattributed?: string | null
  /** Per month. */
  unmeasured?: string | null
  /** Per month. */
  used?: string | null
  /** Per month. */
  wasted?: string | null
  /** The same of the window itself, to the last unit. */
  window?: Costs | null
}
/** Totals of the cluster or of a namespace. */
export interface TotalsLike {
  /** Business traffic. */
  business: BusinessTotals
  /** Cores. */
  cpu: ResourceTotals
  /** How well the money was spent. */
  efficiency: EfficiencyLike
  /** Per month. */
  idle?: string | number | null
  /** Bytes. */
  memory: ResourceTotals
  /** All parts below, projected to a month of 730 h; null if nothing has a price. */
  monthlyCost?: string | number | null
  /** Traffic, per month. */
  network?: string | number | null
  /** Pods counted here. */
  pods: number | bigint
  /** Persistent volumes, per month. */
  storage?: string | number | null
  /** Per month. */
  systemOverhead?: string | number | null
  /** Per month. */
  unattributed?: string | number | null
  /** Per month. */
  unmeasured?: string | number | null
  /** Per month. */
  used?: string | number | null
  /** Per month. */
  wasted?: string | number | null
  /** The same of the window itself, to the last unit. */
  window?: CostsLike | null
}
/** One class of requests and its verdict. */
export interface TrafficClass {
  /** Variance/mean of those hourly counts; 1 for a Poisson stream. */
  dispersion?: number | null
  /** User-agent family; `null` if unknown. */
  family?: string | null
  /** Mean per whole hour between first and last seen; `null` if too short or sampled. */
  meanPerHour?: number | null
  /** Method; `null` if unknown. */
  method?: string | null
  /** Path template; `null` if unknown, `{other}` for the rest of too many classes. */
  path?: string | null
  /** Which rule said so. */
  reason: TrafficReason
  /** Requests, as logged. */
  requests: number
  /** Client; `null` if unknown. */
  source?: string | null
  /** `1xx` … `5xx`; `null` if unknown. */
  statusGroup?: string | null
  /** What it is. */
  verdict: Verdict
}
/** One class of requests and its verdict. */
export interface TrafficClassLike {
  /** Variance/mean of those hourly counts; 1 for a Poisson stream. */
  dispersion?: number | null
  /** User-agent family; `null` if unknown. */
  family?: string | null
  /** Mean per whole hour between first and last seen; `null` if too short or sampled. */
  meanPerHour?: number | null
  /** Method; `null` if unknown. */
  method?: string | null
  /** Path template; `null` if unknown, `{other}` for the rest of too many classes. */
  path?: string | null
  /** Which rule said so. */
  reason: TrafficReason
  /** Requests, as logged. */
  requests: number | bigint
  /** Client; `null` if unknown. */
  source?: string | null
  /** `1xx` … `5xx`; `null` if unknown. */
  statusGroup?: string | null
  /** What it is. */
  verdict: Verdict
}
/** Settings of the classification. */
export interface TrafficConfig {
  /** Own user agents; default none. */
  agents?: AgentRule[]
  /** Path prefixes that are cut off, such as `/shop`; default none. */
  basePaths?: string[]
  /** Crawlers and scanners count as business; default false (own). */
  botsAreBusiness?: boolean
  /** Most classes per pod, at most 2,000; default 2,000 (own). */
  maxClasses?: number
  /** The metronome test. */
  metronome?: MetronomeConfig
  /** Addresses, networks (v4, v6) or names that monitoring comes from; default `kubelet`, `monitoring`. */
  monitoringSources?: string[]
  /** Own paths, compared with the path template; default none. */
  paths?: AgentRule[]
}
/** Classes and totals of the requests to one pod or workload. */
export interface TrafficReport {
  /** (Metronome + Unknown) / `sampleRate`. */
  ambiguousRequests: number
  /** Σ Business / `sampleRate`. */
  businessRequests: number
  /** Every class, most requests first. */
  classes: TrafficClass[]
  /** UTC hours in which each verdict was seen. */
  hours: {
    [k: string]: number
  }
  /** Hours that the log covers. */
  observedHours: number
  /** Requests per observed day and verdict, scaled by 1/`sampleRate`; empty if no hour was observed. */
  perDay: {
    [k: string]: number
  }
  /** What a reader must know about the log. */
  quality: Finding[]
  /** Requests per verdict, as logged; a verdict without requests is left out. */
  totals: {
    [k: string]: number
  }
}
/** Classes and totals of the requests to one pod or workload. */
export interface TrafficReportLike {
  /** (Metronome + Unknown) / `sampleRate`. */
  ambiguousRequests: number
  /** Σ Business / `sampleRate`. */
  businessRequests: number
  /** Every class, most requests first. */
  classes: TrafficClassLike[]
  /** UTC hours in which each verdict was seen. */
  hours: {
    [k: string]: number | bigint
  }
  /** Hours that the log covers. */
  observedHours: number | bigint
  /** Requests per observed day and verdict, scaled by 1/`sampleRate`; empty if no hour was observed. */
  perDay: {
    [k: string]: number
  }
  /** What a reader must know about the log. */
  quality: FindingLike[]
  /** Requests per verdict, as logged; a verdict without requests is left out. */
  totals: {
    [k: string]: number | bigint
  }
}
/** Lines that are no node's, by service, resource and reason. */
export interface UnmatchedCost {
  /** Their cost; lines without one add nothing. */
  amount: string
  /** How many. */
  lines: number
  /** Why. */
  reason: UnmatchedReason
  /** Resource, as the bill names it. */
  resourceId?: string | null
  /** Service, as the bill names it. */
  service?: string | null
}
/** An upper confidence bound of a quantile, or how much more data one needs. */
export interface UpperBound {
  /** Whether the data can bound the quantile at all. */
  exists: boolean
  /** Samples. */
  n: number
  /** Effective sample size. */
  nEff: number
  /** Independent samples that a bound needs: `ln α ÷ ln q`, rounded up. */
  need: number
  /** Its rank among the samples, from 1; null if there is none. */
  rank?: number | null
  /** The bound: the true quantile lies at or below it with the asked confidence; null if there is none. */
  value?: number | null
}
/** Input of `rightsize.upperBound`. */
export interface UpperBoundInput {
  /** One minus the confidence, above 0 and below 1. */
  alpha: number
  /** Metric of the Usage. Default `CpuCores`. */
  metric?: string | null
  /** The quantile, above 0 and below 1. */
  q: number
  /** Keys of the Usage of the call, instead of values: their samples are pooled. */
  selector?: KeySelector | null
  /** Evenly spaced values in time order; null is missing. */
  values?: (number | null)[] | null
}
/** A service that the workload calls. */
export interface Upstream {
  /** Name. */
  name?: string
  /** `Healthy`, `Unhealthy` or `Unknown`. */
  state?: string
}
/**
 * The key of a summary (usage.md §1).
 *
 * `container == ""` is the pod level (network, connections, requests); a `pod` with a slash such as
 * `Deployment/cart` holds what is known only per workload; `cluster == ""` is the only cluster. The order is
 * bytewise by field.
 */
export interface UsageKey {
  /** Cluster; empty if there is only one. */
  cluster?: string
  /** Container; empty at pod level. */
  container?: string
  /** Namespace. */
  namespace: string
  /** Pod, or `Kind/name` of a workload. */
  pod: string
}
/** Pods whose summaries are in the `Usage` of the call. */
export interface UsagePods {
  /** `cluster` of the keys; empty for a single cluster. */
  cluster?: string
  /** OOM kills that are known from elsewhere, e.g. from `lastTermination`; added to those of the Usage. */
  oomEvents?: OomEvent[]
  /** Names of the workload's pods, ended ones included. */
  pods?: string[]
}
/** Quantiles of use; nearest rank on the summary's histogram (error at most 0.4 %). */
export interface UsageQuantiles {
  /** Exact maximum. */
  max: number
  /** Median; cores or bytes. */
  p50: number
  /** 90th percentile. */
  p90: number
  /** 95th percentile. */
  p95: number
  /** 99th percentile. */
  p99: number
}
/** What a Usage measures (usage.md §2). It is part of the state: merging needs equal specs. */
export interface UsageSpec {
  /**
   * Counter staleness in milliseconds: pairs farther apart give no sample. 300000, the look-back that Prometheus
   * uses by default (unverified).
   */
  maxGapMs?: number
  /** The metrics, in order of their number. */
  metrics?: MetricSpec[]
  /** Version of the spec itself: 1. */
  version?: number
}
/** What a Usage measures (usage.md §2). It is part of the state: merging needs equal specs. */
export interface UsageSpecLike {
  /**
   * Counter staleness in milliseconds: pairs farther apart give no sample. 300000, the look-back that Prometheus
   * uses by default (unverified).
   */
  maxGapMs?: number | bigint
  /** The metrics, in order of their number. */
  metrics?: MetricSpec[]
  /** Version of the spec itself: 1. */
  version?: number
}
/** Mean usage over a span; an absent field (or NaN) is unmeasured, never 0. */
export interface UsageStep {
  /** Cores. */
  cpuCores?: number | null
  /** First instant after. */
  end: string | number | Date
  /** GPUs. */
  gpus?: number | null
  /** Bytes. */
  memoryBytes?: number | null
  /** First instant. */
  start: string | number | Date
}
/** Input of `snapshot.validate`. */
export interface ValidateInput {
  /** The Snapshot to check. */
  snapshot: SnapshotLike
}
/** Output of `snapshot.validate`; a Snapshot with problems is an error instead. */
export interface Validated {
  /** Fields that nobody knows, and what is legal but probably not meant. */
  quality: Finding[]
  /** The Snapshot in its canonical form, with the defaults filled in. */
  snapshot: Snapshot
}
/** The result of [`verify`]. */
export interface Verification {
  /** The checks. */
  checks: VerificationCheck[]
  /** Whether every check holds. */
  ok: boolean
}
/** One check. */
export interface VerificationCheck {
  /** How many cases were looked at. */
  cases: number
  /** Paths of the cases that do not hold. */
  failures: string[]
  /** `PascalCase` name. */
  name: string
  /** Sum of the absolute differences; 0 if it holds. */
  residual: string
}
/** A persistent volume. Its cost is split over the pods that mount it. */
export interface Volume {
  /** Billed periods. */
  billed?: BilledCost[]
  /** Capacity in bytes. */
  capacityBytes?: number | null
  /** The claim bound to it. */
  claim?: ClaimRef | null
  /** Price per GiB and hour. */
  gibHourlyCost?: string | null
  /** Price of the whole volume per hour. */
  hourlyCost?: string | null
  /** When it existed; none: the whole window. */
  life?: Interval[]
  /** Who mounted it, and when. */
  mounts?: Mount[]
  /** Name. Required. */
  name?: string
  /** The cloud's id, as bills have it: `vol-…`, ARM path, Google's `project/zone/name`; none: the name. */
  providerId?: string | null
}
/** A volume of the template. */
export interface VolumeFact {
  /** Access mode of the claim. */
  accessMode?: string | null
  /** Capacity in bytes. */
  capacityBytes?: number | null
  /** `Memory` for a memory-backed emptyDir. */
  medium?: string | null
  /** `PersistentVolumeClaim`, `EmptyDir`, `HostPath`, `Local` or `Other`. */
  type?: string
}
/** A persistent volume. Its cost is split over the pods that mount it. */
export interface VolumeLike {
  /** Billed periods. */
  billed?: BilledCostLike[]
  /** Capacity in bytes. */
  capacityBytes?: number | null
  /** The claim bound to it. */
  claim?: ClaimRef | null
  /** Price per GiB and hour. */
  gibHourlyCost?: string | number | null
  /** Price of the whole volume per hour. */
  hourlyCost?: string | number | null
  /** When it existed; none: the whole window. */
  life?: IntervalLike[]
  /** Who mounted it, and when. */
  mounts?: MountLike[]
  /** Name. Required. */
  name?: string
  /** The cloud's id, as bills have it: `vol-…`, ARM path, Google's `project/zone/name`; none: the name. */
  providerId?: string | null
}
/** The answer for the merge of the selected keys, and for each of them if `perKey` was set. */
export interface WeekProfileAnswer {
  /** The zone's offset is not a whole hour: each UTC hour counts for the local hour in which it starts. */
  halfHourZone: boolean
  /** 168 rows. */
  hours: ProfileHour[]
  /** The metric. */
  metric: string
  /** One answer per key; a key without the samples that the answer needs in the range is left out. */
  perKey?: KeyedAnswer6[] | null
}
/** Open hours on some days of the week, in local wall time. */
export interface WeeklyRule {
  /** Days on which it starts. */
  days: Weekday[]
  /** `HH:MM`, at most `24:00`; at or before the start it runs past midnight. */
  end: string
  /** `HH:MM`. */
  start: string
}
/** Settings of the windows. */
export interface WindowConfig {
  /** Time to wake up; default 60 s (own). */
  coldStartSeconds?: number
  /** Time before going to sleep; default 300 s (KEDA's cooldown). */
  cooldownSeconds?: number
  /** How far occurrences are listed; default 14 days (own). */
  horizonDays?: number
  /** One-sided level of that bound; default 0.95 (own). */
  level?: number
  /** Largest upper bound of the chance of activity in an hour; default 0.05 (own). */
  maxUpperBound?: number
  /** Shortest window in hours; default 2 (own). */
  minLengthHours?: number
  /** Weeks in which an hour must have been observed; default 2 (own). */
  minWeeks?: number
}
/** One window in time. */
export interface WindowOccurrence {
  /** First instant after. */
  end: string
  /** Its one-sided lower bound. */
  lower: number
  /** Posterior mean of the chance of activity in an hour. */
  mean: number
  /** First instant. */
  start: string
  /** Its one-sided upper bound. */
  upper: number
}
/** One window in time. */
export interface WindowOccurrenceLike {
  /** First instant after. */
  end: string | number | Date
  /** Its one-sided lower bound. */
  lower: number
  /** Posterior mean of the chance of activity in an hour. */
  mean: number
  /** First instant. */
  start: string | number | Date
  /** Its one-sided upper bound. */
  upper: number
}
/** The windows of one group as a weekly rule in local time. */
export interface WindowRule {
  /** Days on which a window starts. */
  days: Weekday[]
  /** `HH:MM`. */
  end: string
  /** Days from the start to the end. */
  spansDays: number
  /** `HH:MM`. */
  start: string
}
/** Input of `idle.windows`: a profile and the settings, flat. */
export interface WindowsInput {
  /** How often it was active. */
  active: ActiveHours
  /** Time to wake up; default 60 s. */
  coldStartSeconds?: number | null
  /** Time before going to sleep; default 300 s. */
  cooldownSeconds?: number | null
  /** Holidays were left out of the counts. */
  holidaysExcluded?: boolean
  /** How far occurrences are listed; default 14 days. */
  horizonDays?: number | null
  /** Level of that bound; default 0.95. */
  level?: number | null
  /** Largest upper bound of the chance of activity; default 0.05. */
  maxUpperBound?: number | null
  /** Shortest window in hours; default 2. */
  minLengthHours?: number | null
  /** Weeks in which an hour must have been observed; default 2. */
  minWeeks?: number | null
  /** From when occurrences are listed; absent: none are. */
  now?: string | number | Date | null
  /** How often each local hour of the week was observed. */
  observed: ObservedHours
  /** IANA zone; absent: UTC. */
  timeZone?: string | null
}
/**
 * A workload: its template and every fact known about it.
 *
 * An absent fact is unknown. For `controller`, `autoscaler`, `disruptionBudget`, `lease`, `mesh` and `gitOps`,
 * `null` says "known to have none", which is not the same.
 */
export interface Workload {
  /** Annotations. */
  annotations?: {
    [k: string]: string
  } | null
  /** APIs it serves for the control plane. */
  apiBackends?: ApiBackend[] | null
  /** Its autoscaler; `null`: none. */
  autoscaler?: Autoscaler | null
  /** Ports of its containers. */
  containerPorts?: number[] | null
  /** Containers of the template. */
  containers?: Container[]
  /** Its own controller; `null`: none. */
  controller?: OwnerRef | null
  /** Effective CPU request of one pod in cores. */
  cpuRequestCores?: number | null
  /** When it was made. */
  createdAt?: string | null
  /** Its disruption budget; `null`: none. */
  disruptionBudget?: DisruptionBudget | null
  /** Generation. */
  generation?: number | null
  /** What keeps it as Git says; `null`: none. */
  gitOps?: GitOps | null
  /** How many workloads call it. */
  inboundDependents?: number | null
  /** Ingress hosts that lead to it. */
  ingressHosts?: string[] | null
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `Pod`, … Required. */
  kind?: string
  /** Labels. */
  labels?: {
    [k: string]: string
  } | null
  /** When it last rolled out. */
  lastRolloutAt?: string | null
  /** Its leader lease; `null`: none. */
  lease?: Lease | null
  /** Effective memory request of one pod in bytes. */
  memoryRequestBytes?: number | null
  /** Mesh facts; `null`: none. */
  mesh?: Mesh | null
  /** Name. Required. */
  name?: string
  /** Namespace. Required. */
  namespace?: string
  /** Labels of the namespace. */
  namespaceLabels?: {
    [k: string]: string
  } | null
  /** Paused. */
  paused?: boolean | null
  /** Priority class. */
  priorityClass?: string | null
  /** Ready replicas. */
  readyReplicas?: number | null
  /** 99th percentile of seconds from start to ready. */
  readySecondsP99?: number | null
  /** Wanted replicas. */
  replicas?: number | null
  /** Resource version. */
  resourceVersion?: string | null
  /** Earlier rollbacks. */
  rollbacks?: Rollback[] | null
  /** Rolling out now. */
  rolloutInProgress?: boolean | null
  /** Services that select it. */
  services?: ServiceFact[] | null
  /** A static pod. */
  staticPod?: boolean | null
  /** Kubernetes uid. */
  uid?: string | null
  /** Services it calls. */
  upstream?: Upstream[] | null
  /** Volumes of the template. */
  volumes?: VolumeFact[] | null
}
/** One workload. */
export interface WorkloadAnalysis {
  /** What it does for the business. */
  business: BusinessSummary
  /** Confidence of the weakest replica, 0..1. */
  confidence: number
  /** What they cost together. */
  cost: CostSummary
  /** `namespace/kind/name`. */
  id: string
  /** Kind. */
  kind: string
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
  /** Pods in the Snapshot. */
  pods: string[]
  /** Probability that nobody needs it, 0..1; null without evidence. */
  probability?: number | null
  /** Replicas. */
  replicas: Replicas
  /** Advice per App and Sidecar container, by name. */
  rightsizing: SizeRecommendation[]
  /** What it is doing: the least idle replica decides. */
  state: State
}
/** One workload. */
export interface WorkloadAnalysisLike {
  /** What it does for the business. */
  business: BusinessSummary
  /** Confidence of the weakest replica, 0..1. */
  confidence: number
  /** What they cost together. */
  cost: CostSummaryLike
  /** `namespace/kind/name`. */
  id: string
  /** Kind. */
  kind: string
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
  /** Pods in the Snapshot. */
  pods: string[]
  /** Probability that nobody needs it, 0..1; null without evidence. */
  probability?: number | null
  /** Replicas. */
  replicas: Replicas
  /** Advice per App and Sidecar container, by name. */
  rightsizing: SizeRecommendationLike[]
  /** What it is doing: the least idle replica decides. */
  state: State
}
/** Whether a workload is idle. */
export interface WorkloadIdle {
  /** The least confidence. */
  confidence: number
  /** Who has the least probability; `merged` for the merged usage. */
  decidedBy: string
  /** The replicas of the smaller side, where they differ whether they are idle; sorted. */
  dissenting: string[]
  /** The least probability of its replicas and of their merged usage. */
  probability: number
  /** Replicas that were asked. */
  replicas: number
  /** What it is. */
  verdict: IdleVerdict
}
/**
 * A workload: its template and every fact known about it.
 *
 * An absent fact is unknown. For `controller`, `autoscaler`, `disruptionBudget`, `lease`, `mesh` and `gitOps`,
 * `null` says "known to have none", which is not the same.
 */
export interface WorkloadLike {
  /** Annotations. */
  annotations?: {
    [k: string]: string
  } | null
  /** APIs it serves for the control plane. */
  apiBackends?: ApiBackend[] | null
  /** Its autoscaler; `null`: none. */
  autoscaler?: Autoscaler | null
  /** Ports of its containers. */
  containerPorts?: number[] | null
  /** Containers of the template. */
  containers?: ContainerLike[]
  /** Its own controller; `null`: none. */
  controller?: OwnerRef | null
  /** Effective CPU request of one pod in cores. */
  cpuRequestCores?: number | null
  /** When it was made. */
  createdAt?: string | number | Date | null
  /** Its disruption budget; `null`: none. */
  disruptionBudget?: DisruptionBudget | null
  /** Generation. */
  generation?: number | bigint | null
  /** What keeps it as Git says; `null`: none. */
  gitOps?: GitOps | null
  /** How many workloads call it. */
  inboundDependents?: number | null
  /** Ingress hosts that lead to it. */
  ingressHosts?: string[] | null
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `Pod`, … Required. */
  kind?: string
  /** Labels. */
  labels?: {
    [k: string]: string
  } | null
  /** When it last rolled out. */
  lastRolloutAt?: string | number | Date | null
  /** Its leader lease; `null`: none. */
  lease?: Lease | null
  /** Effective memory request of one pod in bytes. */
  memoryRequestBytes?: number | null
  /** Mesh facts; `null`: none. */
  mesh?: Mesh | null
  /** Name. Required. */
  name?: string
  /** Namespace. Required. */
  namespace?: string
  /** Labels of the namespace. */
  namespaceLabels?: {
    [k: string]: string
  } | null
  /** Paused. */
  paused?: boolean | null
  /** Priority class. */
  priorityClass?: string | null
  /** Ready replicas. */
  readyReplicas?: number | null
  /** 99th percentile of seconds from start to ready. */
  readySecondsP99?: number | null
  /** Wanted replicas. */
  replicas?: number | null
  /** Resource version. */
  resourceVersion?: string | null
  /** Earlier rollbacks. */
  rollbacks?: RollbackLike[] | null
  /** Rolling out now. */
  rolloutInProgress?: boolean | null
  /** Services that select it. */
  services?: ServiceFact[] | null
  /** A static pod. */
  staticPod?: boolean | null
  /** Kubernetes uid. */
  uid?: string | null
  /** Services it calls. */
  upstream?: Upstream[] | null
  /** Volumes of the template. */
  volumes?: VolumeFact[] | null
}
/** A workload by name. */
export interface WorkloadRef {
  /** Kind. */
  kind: string
  /** Name. */
  name: string
  /** Namespace. */
  namespace: string
}
/** A workload of the same namespace. */
export interface WorkloadRefLocal {
  /** Kind. */
  kind?: string
  /** Name. */
  name?: string
}
