// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.

/** Output of `timerange.parse`. */
export interface ParsedTimeRange {
  /** First instant after. */
  end: string
  /** Length. */
  seconds: number
  /** First instant. */
  start: string
}
/** Input of `timerange.parse`. */
export interface TimeRangeInput {
  /** The end of a relative range. */
  now: string | number | Date
  /** `7d`, `24h`, `30m`, `90s`, `2w`, or `<RFC 3339>/<RFC 3339>`. */
  text: string
}
