// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.

import type { Json, Usage } from '../index'
import type {
  ParsedTimeRange,
  TimeRangeInput,
} from './types'

/** Input and output of every operation, by name. */
export interface Operations {
  /** Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between. */
  'timerange.parse': { input: TimeRangeInput; output: ParsedTimeRange }
}

/** The operations `timerange.*`. */
export const timerange: {
  /** Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between. */
  parse(input: Json<TimeRangeInput>, usage?: Usage | null): ParsedTimeRange
}
