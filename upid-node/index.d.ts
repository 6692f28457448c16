import type { ErrorClass, ErrorCode } from './generated/errors'
import type * as named from './generated/operations'
import type { Operations } from './generated/operations'
import type {
  Finding,
  IngestOptions,
  KeyedEventLike,
  KubernetesOptions,
  MergeReport,
  ParsedPrometheusReport,
  ParsedSnapshot,
  PrometheusOptions,
  RequestColumn,
  RequestLog,
  RequestRow,
  RollupInput,
  Snapshot as SnapshotFields,
  TrafficConfig,
} from './generated/types'

export * from './generated/errors'
export * from './generated/operations'
export * from './generated/types'

/**
 * An input: the plain object, or its JSON text, or the UTF-8 bytes of that text.
 *
 * In an object, times may be `Date`, integers `bigint`, number columns typed arrays, and base64 fields bytes. NaN,
 * Infinity, invalid dates, Maps and functions are errors that name their path. Text and bytes go to the core as they
 * are, so that no digit of a long number is lost; half a surrogate pair in text is `UPID_ENCODING`.
 */
export type Json<T> = T | string | Uint8Array

type AnalyzeArguments = Operations['analyze']['input']
/** `analyze.pod` and its like, as generated. */
type AnalyzeParts = typeof named extends { analyze: infer Parts } ? Parts : unknown

/** Options of an asynchronous call. */
export interface CallOptions {
  /**
   * Cancels the call: it rejects at once with `UPID_CANCELLED`. A task that waits for a thread then never starts; one
   * that runs goes on unseen to its end.
   */
  signal?: AbortSignal
}

/**
 * Analyses a cluster off the main thread: costs, idleness, sizes, safety, recommendations.
 *
 * Works with what is there: without `usage` it still gives costs; what is missing is named in `quality`.
 *
 * @param snapshot What existed, and when "now" is: no clock is read.
 * @param usage What happened. The call sees it as it is now, whatever is added later.
 * @param config Settings; every field has a documented default.
 */
export const analyze: AnalyzeCall & AnalyzeParts

interface AnalyzeCall {
  (
    snapshot: Json<AnalyzeArguments['snapshot']>,
    usage?: Usage | null,
    config?: Json<NonNullable<AnalyzeArguments['config']>> | null,
    options?: CallOptions,
  ): Promise<Operations['analyze']['output']>
}

/** `analyze` on this thread: blocks until the result is there. */
export function analyzeSync(
  snapshot: Json<AnalyzeArguments['snapshot']>,
  usage?: Usage | null,
  config?: Json<NonNullable<AnalyzeArguments['config']>> | null,
): Operations['analyze']['output']

/**
 * Runs any operation by name; `operations()` lists them.
 *
 * @throws {UpidError} `UPID_UNKNOWN_OPERATION` with the nearest name; `UPID_FORMAT` with the path of a wrong type; and
 * every error of the operation.
 */
export function call<Name extends keyof Operations>(
  operation: Name,
  input: Json<Operations[Name]['input']>,
  usage?: Usage | null,
): Operations[Name]['output']

/** `call` off the main thread, on the input and the Usage as they are now. */
export function callAsync<Name extends keyof Operations>(
  operation: Name,
  input: Json<Operations[Name]['input']>,
  usage?: Usage | null,
  options?: CallOptions,
): Promise<Operations[Name]['output']>

/**
 * The canonical JSON text of a result: the same bytes as in every other language.
 *
 * `JSON.stringify(result)` gives them too, unless a map of the result has a key such as `"7"`, which JavaScript moves
 * to the front.
 */
export function canonical<Name extends keyof Operations>(operation: Name, output: Json<Operations[Name]['output']>): string

/** Every operation with a sentence about it and the JSON Schema of its input and output. */
export function operations(): {
  name: keyof Operations
  summary: string
  input: Record<string, unknown>
  output: Record<string, unknown>
}[]

/** The version of UPID; all language faces share it. */
export const version: string

/**
 * A decimal string as a number, for a chart or a rough comparison; null (unknown) stays null.
 *
 * Money is exact as a string. The nearest number keeps about 15 digits: never add or compare bills with it.
 */
export function toNumber(amount: string | null | undefined): number | null

/** What an error of this library carries. */
export interface UpidErrorFields {
  /** Stable code; means one condition everywhere. */
  code: ErrorCode
  /** The code's fixed number. */
  number: number
  /** The family of the code. */
  class: ErrorClass
  /** How to mend it; empty if nothing can be said. */
  hint: string
  /** Place in the input; rows and bytes count from 0, lines and columns from 1. */
  where: { path?: string; row?: number; byteOffset?: number; line?: number; column?: number }
  /** Machine-readable extras, by code. */
  details: Record<string, unknown>
}

/** What every failed call throws or rejects with. */
export class UpidError extends Error implements UpidErrorFields {
  constructor(fields: UpidErrorFields & { message: string })
  code: ErrorCode
  number: number
  class: ErrorClass
  hint: string
  where: UpidErrorFields['where']
  details: Record<string, unknown>
}

/** Whether a caught value is an error of this library: a `UpidError`, or a `TypeError` for a wrong kind of argument. */
export function isUpidError(error: unknown): error is Error & UpidErrorFields

/** What exists: nodes, workloads, pods, prices. */
export type Snapshot = SnapshotFields

/** What exists: nodes, workloads, pods, prices. */
export const Snapshot: {
  /**
   * Makes a Snapshot of the documents of a cluster, in any order: output of `kubectl get … -o json`, answers of the API,
   * texts of kube-state-metrics, answers of Prometheus with its series and those of OpenCost. Bytes are read where they
   * lie. `notices` say what was left out and why, `partial` whether a list goes on.
   *
   * @param options `now` says when the documents were fetched
   * @throws {UpidError} a document that cannot be read, with its place
   */
  fromKubernetes(
    documents: string | Uint8Array | readonly (string | Uint8Array)[],
    options: Json<KubernetesOptions & { now: NonNullable<KubernetesOptions['now']> }>,
  ): ParsedSnapshot
}

/** Who a summary belongs to. */
export interface UsageKey {
  /** Cluster; absent if there is only one. */
  cluster?: string
  namespace: string
  /** Pod, or `Kind/name` for what is known only per workload. */
  pod: string
  /** Container; absent at pod level (network, connections). */
  container?: string
}

/**
 * Times of rows: explicit or regular, in epoch milliseconds. Plain arrays are copied, typed arrays are not; a
 * `BigInt64Array` is what the core reads, a `Float64Array` is converted, both exactly.
 */
export type TimeAxis =
  | {
      timestamps: Float64Array | BigInt64Array | readonly (number | bigint | Date)[]
      startMs?: undefined
      stepMs?: undefined
    }
  | { timestamps?: undefined; startMs: number; stepMs: number }

/** Values of rows; NaN, null and undefined are missing, never 0. Plain arrays are copied, typed arrays are not. */
export type ValueColumn = Float64Array | Float32Array | readonly (number | bigint | null | undefined)[]

/** One metric of one container (or pod) over time. */
export type SeriesColumns = UsageKey &
  IngestOptions &
  TimeAxis & {
    /**
     * `cpu` (cores), `memory` (bytes of the working set), `network_rx`, `network_tx`, `network` (bytes per second),
     * `connections`, … or the long names such as `CpuCores`.
     */
    metric: string
    /** What the values mean: a level or rate (default), a growing total, a count since the sample before. */
    kind?: 'Gauge' | 'Counter' | 'Increment'
    values: ValueColumn
  }

/** Many series of one metric on one time axis: a row of values per key. */
export type MatrixColumns = IngestOptions &
  TimeAxis & {
    /** Whose the rows are. */
    keys: readonly UsageKey[]
    /** As in `SeriesColumns`. */
    metric: string
    /** As in `SeriesColumns`. */
    kind?: 'Gauge' | 'Counter' | 'Increment'
    /** Row after row: `keys.length` times the number of times. */
    values: ValueColumn
  }

/** A column of names: one per row, or one string for all rows. */
export type NameColumn = string | readonly string[]

interface KeyColumns {
  cluster?: NameColumn
  namespace: NameColumn
  pod: NameColumn
  container?: NameColumn
}

/**
 * A table with one column per metric: `cpuCores`, `memoryBytes`, `networkRxBytesPerSecond`,
 * `networkTxBytesPerSecond`, … or the short names of `SeriesColumns.metric`.
 */
export type WideTable = KeyColumns &
  TimeAxis & { [metric: string]: ValueColumn | NameColumn | Float64Array | BigInt64Array | readonly Date[] | number | undefined }

/** A table with one row per sample. */
export type LongTable = KeyColumns & TimeAxis & { metric: NameColumn; values: ValueColumn }

/** Policies, and which columns are not gauges. */
export type TableOptions = IngestOptions & { kinds?: Record<string, SeriesColumns['kind']> }

/** Requests as rows (one per kind of request and hour) or columns, and what the log covers. */
export interface RequestColumns {
  requests?: readonly RequestRow[]
  requestSeries?: readonly RequestColumn[]
  requestLog?: RequestLog
  /** The rules by which requests fall into classes; of `Config.idle.traffic`. */
  config?: TrafficConfig
}

/** What became of the rows of a call. The counts from `accepted` to `duplicates` add up to the number of rows. */
export interface IngestReport {
  accepted: number
  missing: number
  negative: number
  nonFinite: number
  outOfRange: number
  duplicates: number
  outOfOrder: number
  resets: number
  gaps: number
  stepChanges: number
  /**
   * Five-minute slots that late rows of a stream share with earlier tables: a repeat there was counted twice. Absent
   * if there are none.
   */
  overlappingSlots?: number
  /**
   * Rows of received or sent bytes that waited for the other direction until too many did: their times are missing from
   * the sum of both. Absent if there are none.
   */
  unpaired?: number
  f32Memory: boolean
  ignoredColumns?: string[]
  /** The first ten rows that were not used. */
  firstBad?: { series?: number; row: number; reason: string }[]
}

/** A column of names: each distinct name once, and its place in every row. */
export interface NamesColumn {
  codes: Uint32Array
  names: string[]
}

/** A roll-up as columns of equal length. */
export interface RollupArrays {
  cluster: NamesColumn
  namespace: NamesColumn
  pod: NamesColumn
  container: NamesColumn
  /** Start of the slot in epoch milliseconds. */
  startMs: Float64Array
  count: Float64Array
  /** In the metric's unit, as `mean`, `min` and `max` are. */
  sum: Float64Array
  mean: Float64Array
  min: Float64Array
  max: Float64Array
  /** The exact integers that are stored; this and the next two only with `quanta: true`. */
  sumQuanta?: BigUint64Array
  minQuanta?: BigUint64Array
  maxQuanta?: BigUint64Array
}

/**
 * What happened: one summary per container, built in one pass over samples, of bounded size, that merges in any order
 * and travels as bytes.
 *
 * Every change is all or nothing: a call that throws has changed nothing.
 */
export class Usage {
  #native: unknown

  /** @param spec What to measure beside the default metrics; Usages merge only if their specs are equal. */
  constructor(spec?: Json<object>)

  /** Reads what `toBytes` wrote, of this or any earlier version. `UPID_CORRUPT_USAGE` names the damaged byte. */
  static fromBytes(bytes: Uint8Array | ArrayBuffer): Usage

  /**
   * Reads what `toJSON` wrote and what operations such as `usage.summarize` give; other members are ignored.
   * `UPID_CORRUPT_USAGE` for damaged base64.
   */
  static fromJSON(json: Json<{ usage: string }>): Usage

  /** Versioned bytes with a checksum; equal state gives equal bytes. */
  toBytes(): Buffer

  /** The JSON form, which `JSON.stringify` writes: the bytes as base64. */
  toJSON(): { usage: string }

  /**
   * Adds one series.
   *
   * @throws {UpidError} `UPID_UNKNOWN_METRIC`, `UPID_LENGTH_MISMATCH`, `UPID_TIMESTAMP_RANGE` (seconds instead of
   * milliseconds?), `UPID_INVALID_STEP`, `UPID_INVALID_KEY`, `UPID_UNKNOWN_KEY` for a misspelt field
   * @throws {TypeError} a column of a wrong kind, with code `UPID_FORMAT`
   */
  addSeries(series: SeriesColumns): IngestReport

  /**
   * Adds many series of one metric on one time axis, on all cores: the fastest way in.
   *
   * @throws {UpidError} `UPID_LENGTH_MISMATCH` if the values do not fit keys and times, and those of `addSeries` under
   * `series[i]`; `firstBad[i].series` is the row
   */
  addMatrix(matrix: MatrixColumns): IngestReport

  /**
   * Adds a table of samples of many containers, in any order of rows: the fast way for many series.
   *
   * A table with both network columns fills their sum too. `kinds` says which columns are not gauges
   * (`{ cpuCores: 'Counter' }`).
   *
   * @throws {UpidError} `UPID_MISSING_COLUMN` without namespace or pod, and those of `addSeries`
   */
  addTable(table: WideTable | LongTable, options?: TableOptions): IngestReport

  /**
   * Adds tables as one stream, such as the batches of a file: the result does not depend on how the rows were batched.
   *
   * Repeats on both sides of a seam are settled by `duplicates`, counters go on over seams. Memory is bounded by the
   * summaries, one table and 1 KiB per series. The Usage changes at the end, or on error or abort not at all; the event
   * loop runs between tables.
   *
   * Sort the rows by time, at least within each key. Rows before the last ones of an earlier table are accepted and
   * counted as `outOfOrder`; the slots that they share with earlier tables are `overlappingSlots`, and an error
   * `UPID_TIME_REVERSED` with `duplicates: 'Reject'`. Late rows within the time of a counter are
   * `UPID_USAGE_INTERLEAVED_COUNTER`.
   */
  addTables(
    tables: Iterable<WideTable | LongTable> | AsyncIterable<WideTable | LongTable>,
    options?: TableOptions & {
      /** Is told the rows done after each table. */
      onProgress?: (rows: number) => void
      signal?: AbortSignal
    },
  ): Promise<IngestReport>

  /**
   * Adds answers of the Prometheus HTTP API (`/api/v1/query`, `/api/v1/query_range`) as they came: the fast way from
   * Prometheus, as no sample becomes a JavaScript value. Several answers count as one: received and sent bytes of a pod
   * give their sum, which idle detection reads, only if they come in one call.
   *
   * @throws {UpidError} an answer that cannot be read, with its place; the Usage is unchanged
   */
  addPrometheus(
    answers: string | Uint8Array | readonly (string | Uint8Array)[],
    options?: PrometheusOptions,
  ): ParsedPrometheusReport

  /** Adds restarts, kills, evictions and the like; equal events are one. */
  addEvents(events: readonly KeyedEventLike[]): void

  /**
   * Adds requests to a pod, or to a workload under `pod: 'Deployment/cart'`. Gives what a reader must know.
   *
   * `requestLog` says which hours the log covered: without it, it counts as complete between its first and last row.
   */
  addRequests(requests: UsageKey & RequestColumns): Finding[]

  /** Adds another Usage: in any order and grouping the result is the same. */
  merge(other: Usage): MergeReport

  /**
   * Hours or days of one metric as typed arrays, by key and then by time: `{ metric: 'cpu', step: '1h' }`.
   *
   * The input is that of the operation `usage.rollup` without a Usage. Slots without a sample are absent.
   */
  rollup(input: Json<RollupInput>): RollupArrays

  /** The keys it holds, in order. */
  keys(): Required<UsageKey>[]
}
