// Compiled by tsc --strict, never run: the declarations fit honest use and refuse wrong use.
import upid, { UpidError, Usage, call, callAsync, isUpidError, timerange, toNumber, type ErrorCode } from 'upid'

const range = timerange.parse({ text: '7d', now: new Date() })
const start: string = range.start
const same: number = call('timerange.parse', { text: '7d', now: 0 }).seconds
const later: Promise<{ seconds: number }> = callAsync('timerange.parse', '{}', null, { signal: new AbortController().signal })

// @ts-expect-error: no such operation
call('timerange.prase', {})
// @ts-expect-error: a field is missing
call('timerange.parse', { text: '7d' })
// @ts-expect-error: a result's time is text
const wrong: Date = range.start
// @ts-expect-error: a snapshot is not a Usage
call('timerange.parse', { text: '7d', now: 0 }, {})

try {
  upid.call('timerange.parse', new Uint8Array())
} catch (error) {
  if (isUpidError(error)) {
    const code: ErrorCode = error.code
    const path: string | undefined = error.where.path
    console.log(code, path, error instanceof UpidError)
  }
}

export const all = [start, same, later, wrong, toNumber('1.5'), new Usage()]
