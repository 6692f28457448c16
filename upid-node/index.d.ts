import type { ErrorClass, ErrorCode } from './generated/errors'
import type { Operations } from './generated/operations'

export * from './generated/errors'
export * from './generated/operations'
export * from './generated/types'

/**
 * An input: the plain object, or its JSON text, or the UTF-8 bytes of that text.
 *
 * In an object, times may be `Date`, integers `bigint`, number columns typed arrays, and base64 fields bytes. NaN,
 * Infinity, invalid dates, Maps and functions are errors that name their path. Text and bytes go to the core as they
 * are, so that no digit of a long number is lost.
 */
export type Json<T> = T | string | Uint8Array

/** The input of `analyze` without the fields that have an argument of their own. */
type AnalyzeInput = Operations extends { analyze: { input: infer Input } } ? Input : { snapshot: unknown; config?: unknown }
type AnalyzeOutput = Operations extends { analyze: { output: infer Output } } ? Output : unknown

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
export const analyze: AnalyzeCall & Grouped<'analyze'>

interface AnalyzeCall {
  (
    snapshot: Json<AnalyzeInput['snapshot']>,
    usage?: Usage | null,
    config?: Json<NonNullable<AnalyzeInput['config']>> | null,
    options?: CallOptions,
  ): Promise<AnalyzeOutput>
}

/** `analyze` on this thread: blocks until the result is there. */
export function analyzeSync(
  snapshot: Json<AnalyzeInput['snapshot']>,
  usage?: Usage | null,
  config?: Json<NonNullable<AnalyzeInput['config']>> | null,
): AnalyzeOutput

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
