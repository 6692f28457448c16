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

const usage = new Usage()
const key = { namespace: 'shop', pod: 'web-0', container: 'app' }
usage.addSeries({ ...key, metric: 'cpu', startMs: 0, stepMs: 60_000, values: new Float64Array(3) })
usage.addSeries({ ...key, metric: 'cpu', kind: 'Counter', timestamps: new BigInt64Array(3), values: [1, null, 3] })
usage.addTable({ timestamps: [new Date()], namespace: 'shop', pod: ['a'], cpuCores: [0.5] }, { kinds: { cpuCores: 'Gauge' } })
usage.addTable({ timestamps: new Float64Array(1), namespace: 'shop', pod: ['a'], metric: ['cpu'], values: [0.5] })
usage.addEvents([{ key, atMs: 0, kind: 'OomKilled', limit: 2n ** 30n }])
const rows: number = usage.merge(Usage.fromJSON(Usage.fromBytes(usage.toBytes()).toJSON())).keysBoth
const container: string = usage.keys()[0]!.container

// @ts-expect-error: an Int32Array is no column of values
usage.addSeries({ ...key, metric: 'cpu', startMs: 0, stepMs: 60_000, values: new Int32Array(3) })
// @ts-expect-error: two time axes
usage.addSeries({ ...key, metric: 'cpu', startMs: 0, stepMs: 1, timestamps: [0], values: [0] })
// @ts-expect-error: no namespace
usage.addTable({ timestamps: [0], pod: ['a'], cpuCores: [0.5] })

export const all = [rows, container, start, same, later, wrong, toNumber('1.5'), new Usage()]
