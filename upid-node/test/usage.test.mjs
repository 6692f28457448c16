// Usage: columns of every kind in, honest reports and errors out, bytes and merges.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Usage, callAsync, isUpidError } from 'upid'

const DAY = Date.UTC(2026, 2, 14)
const minutes = (n) => Float64Array.from({ length: n }, (_, i) => DAY + i * 60_000)
const key = { namespace: 'shop', pod: 'web-0', container: 'app' }
const bytes = (usage) => usage.toBytes().toString('base64')

/** A Usage with one series, whose columns a test may replace. */
function cpu(columns = {}) {
  const usage = new Usage()
  const report = usage.addSeries({ ...key, metric: 'cpu', timestamps: minutes(4), values: new Float64Array(4), ...columns })
  return { usage, report }
}

/** The error of a call that must fail. */
function errorOf(run) {
  try {
    run()
  } catch (error) {
    assert.ok(isUpidError(error), error.stack)
    return error
  }
  return assert.fail('no error')
}

test('every way to give the same columns gives the same bytes', () => {
  const values = [0.1, 0.2, 0.3, 0.4]
  const times = minutes(4)
  const forms = [
    { timestamps: times, values: Float64Array.from(values) },
    { timestamps: BigInt64Array.from(times, BigInt), values: Float64Array.from(values) },
    { timestamps: [...times], values },
    { timestamps: [...times].map((ms) => new Date(ms)), values },
    { timestamps: undefined, startMs: DAY, stepMs: 60_000, values: Float64Array.from(values) },
    { timestamps: Float64Array.of(0, ...times, 0).subarray(1, 5), values: Float64Array.of(0, ...values).subarray(1) },
  ]
  const [first, ...others] = forms.map((form) => bytes(cpu(form).usage))
  for (const other of others) assert.equal(other, first)
})

test('missing is not zero: NaN and null are counted apart', () => {
  const { report } = cpu({ values: Float64Array.of(0, NaN, -1, Infinity) })
  assert.deepEqual(
    [report.accepted, report.missing, report.negative, report.nonFinite, report.firstBad.map((b) => b.row)],
    [1, 1, 1, 1, [2, 3]],
  )
  assert.equal(cpu({ values: [0, null, undefined, NaN] }).report.missing, 3)
})

test('32-bit values and empty columns are fine', () => {
  assert.equal(cpu({ values: Float32Array.of(0.5, 0.25, 1, 2) }).report.accepted, 4)
  assert.equal(cpu({ timestamps: new Float64Array(0), values: new Float64Array(0) }).report.accepted, 0)
})

test('columns on shared memory are copied, not raced', () => {
  const values = new Float64Array(new SharedArrayBuffer(32)).fill(0.5)
  assert.equal(cpu({ values }).report.accepted, 4)
})

const refused = [
  ['lengths that differ', { values: new Float64Array(3) }, 'UPID_LENGTH_MISMATCH', 'values'],
  ['an unknown metric', { metric: 'cpuu' }, 'UPID_UNKNOWN_METRIC', 'metric'],
  ['an unknown kind', { kind: 'Guage' }, 'UPID_FORMAT', 'kind'],
  ['seconds instead of milliseconds', { timestamps: Float64Array.of(-1, 1, 2, 3) }, 'UPID_TIMESTAMP_RANGE'],
  ['a NaN time', { timestamps: Float64Array.of(NaN, 1, 2, 3) }, 'UPID_TIMESTAMP_RANGE'],
  ['a step of zero', { timestamps: undefined, startMs: DAY, stepMs: 0 }, 'UPID_INVALID_STEP', 'stepMs'],
  ['two axes', { startMs: DAY, stepMs: 60_000 }, 'UPID_INVALID_VALUE', 'timestamps'],
  ['no axis', { timestamps: undefined }, 'UPID_INVALID_VALUE', 'timestamps'],
  ['a misspelt field', { contaner: 'app' }, 'UPID_UNKNOWN_KEY', 'contaner'],
  ['a name that is too long', { pod: 'x'.repeat(300) }, 'UPID_INVALID_KEY'],
  ['a negative value that is to be rejected', { values: [0, -1, 0, 0], invalid: 'Reject' }, 'UPID_INVALID_VALUE'],
  ['a repeated time that is to be rejected', { timestamps: [1e12, 1e12, 2e12, 3e12], duplicates: 'Reject' }, 'UPID_DUPLICATE_TIMESTAMP'],
]
for (const [what, columns, code, path] of refused) {
  test(`refused: ${what}`, () => {
    const error = errorOf(() => cpu(columns))
    assert.equal(error.code, code, error.message)
    if (path) assert.equal(error.where.path, path)
  })
}

const wrongKinds = [
  ['values', new Int32Array(4), /Int32Array/],
  ['values', new BigInt64Array(4), /BigInt64Array/],
  ['values', 'abcd', /string/],
  ['values', undefined, /undefined/],
  ['values', [1, '2', 3, 4], /values\[1\]/],
  ['timestamps', new Float32Array(4), /Float32Array/],
  ['timestamps', ['2026-03-14', 1, 2, 3], /timestamps\[0\]/],
]
for (const [column, array, message] of wrongKinds) {
  test(`a TypeError: ${column} as ${Array.isArray(array) ? 'mixed array' : Object.prototype.toString.call(array)}`, () => {
    const error = errorOf(() => cpu({ [column]: array, ...(column === 'timestamps' && { startMs: undefined }) }))
    assert.ok(error instanceof TypeError)
    assert.equal(error.code, 'UPID_FORMAT')
    assert.match(error.message, message)
  })
}

test('a failed call changes nothing', () => {
  const { usage } = cpu()
  const before = bytes(usage)
  errorOf(() => usage.addSeries({ ...key, metric: 'cpu', timestamps: minutes(2), values: new Float64Array(3) }))
  errorOf(() => usage.addEvents([{ key, atMs: DAY, kind: 'Restart' }, { key, atMs: -1, kind: 'Restart' }]))
  assert.equal(bytes(usage), before)
})

test('bytes round-trip; damaged bytes are an error', () => {
  const { usage } = cpu({ values: [0.1, 0.2, 0.3, 0.4] })
  const wire = usage.toBytes()
  assert.equal(bytes(Usage.fromBytes(wire)), bytes(usage))
  assert.equal(bytes(Usage.fromBytes(new Uint8Array(wire).buffer)), bytes(usage))
  assert.equal(JSON.stringify(usage), `{"usage":"${wire.toString('base64')}"}`)
  const report = { overlappingSlots: 0 }
  for (const json of [JSON.stringify(usage), Buffer.from(JSON.stringify(usage)), { ...usage.toJSON(), report }]) {
    assert.equal(bytes(Usage.fromJSON(json)), bytes(usage))
  }
  for (const [json, code] of [['{"usage":"%"}', 'CORRUPT_USAGE'], ['{"usage":7}', 'FORMAT'], ['{}', 'MISSING_FIELD']]) {
    assert.equal(errorOf(() => Usage.fromJSON(json)).code, `UPID_${code}`)
  }
  assert.ok(errorOf(() => Usage.fromJSON(7)) instanceof TypeError)
  const flipped = Buffer.from(wire)
  flipped[flipped.length >> 1] ^= 1
  for (const bad of [wire.subarray(0, wire.length - 3), flipped, Buffer.alloc(0), Buffer.from('hello')]) {
    assert.equal(errorOf(() => Usage.fromBytes(bad)).class, 'UsageStateError')
  }
  assert.ok(errorOf(() => Usage.fromBytes('text')) instanceof TypeError)
})

test('merging parts equals one pass', () => {
  const values = Float64Array.from({ length: 600 }, (_, i) => (i % 7) / 10)
  const whole = cpu({ timestamps: minutes(600), values }).usage
  const parts = [0, 1, 2].map((p) => {
    const rows = [...values.keys()].filter((i) => i % 3 === p)
    return cpu({ timestamps: rows.map((i) => DAY + i * 60_000), values: rows.map((i) => values[i]) }).usage
  })
  const merged = new Usage()
  for (const part of parts.reverse()) merged.merge(part)
  assert.equal(bytes(merged), bytes(whole))
  assert.deepEqual(merged.keys(), [{ cluster: '', ...key }])
  assert.ok(errorOf(() => merged.merge({})) instanceof TypeError)
})

test('a Usage is not merged with itself', () => {
  const { usage } = cpu()
  const before = bytes(usage)
  assert.equal(errorOf(() => usage.merge(usage)).code, 'UPID_INVALID_VALUE')
  assert.equal(bytes(usage), before)
})

test('events', () => {
  const usage = new Usage()
  usage.addEvents([{ key, atMs: DAY, kind: 'OomKilled', limit: 2n ** 30n }])
  usage.addEvents([{ key, atMs: DAY, kind: 'OomKilled', limit: 2 ** 30 }])
  assert.equal(usage.keys().length, 1)
  assert.equal(errorOf(() => usage.addEvents([{ key, atMs: DAY, kind: 'Oom' }])).code, 'UPID_FORMAT')
  const error = errorOf(() => usage.addEvents([{ key, atMs: DAY, kind: 'Resize' }, { key, atMs: -1, kind: 'Resize' }]))
  assert.deepEqual([error.code, error.where.path], ['UPID_TIMESTAMP_RANGE', 'events[1].atMs'])
})

test('requests', () => {
  const requests = [{ start: new Date(DAY), path: '/orders', method: 'POST', userAgent: 'Mozilla/5.0', count: 3 }]
  const usage = new Usage()
  const notes = usage.addRequests({ namespace: 'shop', pod: 'Deployment/cart', requests })
  assert.deepEqual(notes.map((note) => note.code), ['Inferred'])
  const log = { coverage: 'Complete', observed: [{ start: new Date(DAY), end: new Date(DAY + 3_600_000) }] }
  const same = new Usage()
  assert.deepEqual(same.addRequests({ namespace: 'shop', pod: 'Deployment/cart', requests, requestLog: log }), [])
  assert.equal(bytes(same), bytes(usage))
  assert.equal(errorOf(() => usage.addRequests({ namespace: 'shop', pods: 'x', requests })).code, 'UPID_UNKNOWN_KEY')
  const negative = errorOf(() => usage.addRequests({ namespace: 'shop', pod: 'x', requests: [{ start: DAY, count: -1 }] }))
  assert.equal(negative.code, 'UPID_INVALID_VALUE')
})

test('a call sees the Usage as it was', async () => {
  const { usage } = cpu()
  const describe = (u) => callAsync('usage.describe', {}, u)
  const before = describe(usage)
  usage.addSeries({ ...key, metric: 'memory', timestamps: minutes(1), values: Float64Array.of(1e6) })
  assert.deepEqual((await before).metrics.map((m) => m.metric), ['CpuCores'])
  assert.equal((await describe(usage)).metrics.length, 2)
})

test('a Usage can grow while a task reads it', async () => {
  const { usage } = cpu()
  const running = callAsync('timerange.parse', { text: '1h', now: 1e12 }, usage)
  usage.addSeries({ ...key, metric: 'memory', timestamps: minutes(1), values: Float64Array.of(1e6) })
  assert.equal((await running).seconds, 3600)
})

const table = {
  timestamps: Float64Array.of(DAY, DAY, DAY + 60_000, DAY + 60_000),
  namespace: 'shop',
  pod: ['web-0', 'web-1', 'web-0', 'web-1'],
  container: 'app',
  cpuCores: Float64Array.of(0.1, 0.2, 0.3, 0.4),
  memoryBytes: Float64Array.of(1e8, 2e8, NaN, 4e8),
}

test('a table gives the same as its series', () => {
  const whole = new Usage()
  const report = whole.addTable(table)
  assert.deepEqual([report.accepted, report.missing], [7, 1])
  const parts = new Usage()
  for (const [p, pod] of ['web-0', 'web-1'].entries()) {
    for (const [metric, column] of [['cpu', table.cpuCores], ['memory', table.memoryBytes]]) {
      parts.addSeries({ ...key, pod, metric, startMs: DAY, stepMs: 60_000, values: column.filter((_, i) => i % 2 === p) })
    }
  }
  assert.equal(bytes(parts), bytes(whole))
})

test('a long table gives the same as a wide one', () => {
  const wide = new Usage()
  wide.addTable(table)
  const long = new Usage()
  const twice = (column) => [...column, ...column]
  const { namespace, container } = table
  long.addTable({
    timestamps: twice(table.timestamps),
    namespace,
    container,
    pod: twice(table.pod),
    metric: [...Array(4).fill('cpu'), ...Array(4).fill('memory')],
    values: [...table.cpuCores, ...table.memoryBytes],
  })
  assert.equal(bytes(long), bytes(wide))
})

test('a counter column', () => {
  const usage = new Usage()
  usage.addTable({ ...table, pod: 'web-0', timestamps: [0, 1, 2, 3].map((i) => DAY + i * 60_000) }, { kinds: { cpuCores: 'Counter' } })
  assert.equal(usage.keys().length, 1)
})

for (const [what, columns, options, code] of [
  ['no namespace', { namespace: undefined }, {}, 'UPID_MISSING_COLUMN'],
  ['columns of different length', { cpuCores: new Float64Array(3) }, {}, 'UPID_LENGTH_MISMATCH'],
  ['names of a different length', { pod: ['a'] }, {}, 'UPID_LENGTH_MISMATCH'],
  ['an unknown column', { cpuCorse: new Float64Array(4) }, {}, 'UPID_UNKNOWN_METRIC'],
  ['a kind for no column', {}, { kinds: { cpu: 'Counter' } }, 'UPID_UNKNOWN_KEY'],
  ['an unknown option', {}, { duplicate: 'Reject' }, 'UPID_UNKNOWN_KEY'],
  ['names that are not strings', { pod: [1, 2, 3, 4] }, {}, 'UPID_FORMAT'],
  ['an integer column', { cpuCores: new Int32Array(4) }, {}, 'UPID_FORMAT'],
]) {
  test(`a table refused: ${what}`, () => {
    assert.equal(errorOf(() => new Usage().addTable({ ...table, ...columns }, options)).code, code)
  })
}

test('a matrix gives the same as its series', () => {
  const keys = ['web-0', 'web-1', 'web-2'].map((pod) => ({ ...key, pod }))
  const values = Float32Array.from({ length: 12 }, (_, i) => i / 8)
  const parts = new Usage()
  keys.forEach((key, row) => {
    parts.addSeries({ ...key, metric: 'cpu', startMs: DAY, stepMs: 60_000, values: values.subarray(row * 4, row * 4 + 4) })
  })
  for (const axis of [{ startMs: DAY, stepMs: 60_000 }, { timestamps: minutes(4) }]) {
    for (const column of [values, Float64Array.from(values), [...values]]) {
      const whole = new Usage()
      assert.equal(whole.addMatrix({ keys, metric: 'cpu', ...axis, values: column }).accepted, 12)
      assert.equal(bytes(whole), bytes(parts))
    }
    const short = errorOf(() => parts.addMatrix({ keys, metric: 'cpu', ...axis, values: values.subarray(1) }))
    assert.deepEqual([short.code, short.where.path], ['UPID_LENGTH_MISMATCH', 'values'])
  }
  const axis = { startMs: DAY, stepMs: 60_000 }
  const report = parts.addMatrix({ keys, metric: 'memory', ...axis, values: Float64Array.of(1, 2, -3) })
  assert.deepEqual([report.negative, report.firstBad[0].series], [1, 2])
  for (const [change, code] of [
    [{ keys: 'web-0' }, 'FORMAT'],
    [{ keys: undefined }, 'MISSING_FIELD'],
    [{ values: new Int32Array(12) }, 'FORMAT'],
    [{ value: values }, 'UNKNOWN_KEY'],
    [{ metric: 'cup' }, 'UNKNOWN_METRIC'],
  ]) {
    const error = errorOf(() => parts.addMatrix({ keys, metric: 'cpu', ...axis, values, ...change }))
    assert.equal(error.code, `UPID_${code}`)
    assert.notEqual(error.hint, '')
  }
})

/** A day of two pods by the minute, cut into tables of some rows. */
function* tables(rows, { from = 0, to = 2880, values = (i) => ((i * 37) % 101) / 100 } = {}) {
  for (let at = from; at < to; at += rows) {
    const range = Array.from({ length: Math.min(rows, to - at) }, (_, i) => at + i)
    yield {
      timestamps: Float64Array.from(range, (i) => DAY + (i >> 1) * 60_000),
      namespace: 'shop',
      pod: range.map((i) => `web-${i & 1}`),
      container: 'app',
      cpu: Float64Array.from(range, values),
    }
  }
}

for (const kind of ['Gauge', 'Counter']) {
  test(`tables are one call, however they are cut: ${kind}`, async () => {
    const options = { kinds: { cpu: kind } }
    const whole = new Usage()
    const expected = whole.addTable([...tables(2880)][0], options)
    for (const rows of [1000, 333, 7]) {
      const usage = new Usage()
      const seen = []
      const report = await usage.addTables(tables(rows), { ...options, onProgress: (n) => seen.push(n) })
      assert.deepEqual(report, expected)
      assert.equal(bytes(usage), bytes(whole))
      assert.deepEqual([seen[0], seen.at(-1), seen.length], [rows, 2880, Math.ceil(2880 / rows)])
    }
    async function* later() {
      for (const table of tables(500)) yield await Promise.resolve(table)
    }
    const usage = new Usage()
    await usage.addTables(later(), options)
    assert.equal(bytes(usage), bytes(whole))
  })
}

test('a repeat at a seam is settled by the policy', async () => {
  const seam = (value) => ({ timestamps: Float64Array.of(DAY), namespace: 'n', pod: 'p', cpu: Float64Array.of(value) })
  const kept = async (duplicates) => {
    const usage = new Usage()
    const report = await usage.addTables([seam(5), seam(3)], { duplicates })
    assert.equal(report.duplicates, 1)
    return bytes(usage)
  }
  const one = (value) => {
    const usage = new Usage()
    usage.addTable(seam(value))
    return bytes(usage)
  }
  assert.equal(await kept('KeepMax'), one(5))
  assert.equal(await kept('KeepLast'), one(3))
  const usage = new Usage()
  await assert.rejects(usage.addTables([seam(5), seam(3)], { duplicates: 'Reject' }), (error) => {
    assert.deepEqual([error.code, error.where.row], ['UPID_DUPLICATE_TIMESTAMP', 1])
    return true
  })
  assert.equal(usage.keys().length, 0)
})

test('late tables are reported, and refused on demand', async () => {
  const usage = new Usage()
  const swapped = [...tables(2000, { to: 20 }), ...tables(2000, { to: 10 })]
  const report = await usage.addTables(swapped)
  assert.deepEqual([report.outOfOrder, report.overlappingSlots], [10, 2])
  await assert.rejects(new Usage().addTables(swapped, { duplicates: 'Reject' }), { code: 'UPID_TIME_REVERSED' })
})

test('a stream that fails or is aborted changes nothing', async () => {
  const { usage } = cpu()
  const before = bytes(usage)
  const late = { ...[...tables(10, { to: 10 })][0], pod: ['x'] }
  await assert.rejects(usage.addTables([...tables(10, { to: 10 }), late]), { code: 'UPID_LENGTH_MISMATCH' })
  const controller = new AbortController()
  const onProgress = () => controller.abort()
  const options = { onProgress, signal: controller.signal }
  await assert.rejects(usage.addTables(tables(10), options), { code: 'UPID_CANCELLED' })
  await assert.rejects(usage.addTables(7), TypeError)
  await assert.rejects(usage.addTables([7]), TypeError)
  assert.equal(bytes(usage), before)
})

test('memory that was transferred is a typed error, an empty column is not', () => {
  const gone = (array) => {
    structuredClone(array.buffer, { transfer: [array.buffer] })
    return array
  }
  for (const [columns, path] of [
    [{ values: gone(new Float64Array(4)) }, 'values'],
    [{ timestamps: gone(minutes(4)) }, 'timestamps'],
    [{ timestamps: gone(new BigInt64Array(4)) }, 'timestamps'],
  ]) {
    const error = errorOf(() => cpu(columns))
    assert.ok(error instanceof TypeError)
    assert.deepEqual([error.code, error.where.path], ['UPID_FORMAT', path])
    assert.match(error.message, /detached/)
  }
  assert.match(errorOf(() => Usage.fromBytes(gone(new Uint8Array(8)))).message, /detached/)
  assert.ok(errorOf(() => Usage.fromBytes(gone(new Uint8Array(8)).buffer)) instanceof TypeError)
  assert.equal(cpu({ timestamps: new Float64Array(0), values: new Float64Array(0) }).report.accepted, 0)
})

test('a method without its object is a TypeError with a code', () => {
  const { prototype } = Usage
  for (const name of ['toBytes', 'toJSON', 'addSeries', 'addMatrix', 'addTable', 'addPrometheus', 'addEvents', 'addRequests', 'merge', 'keys']) {
    for (const receiver of [{}, undefined, null, 7, Object.create(prototype)]) {
      const error = errorOf(() => prototype[name].call(receiver, {}))
      assert.ok(error instanceof TypeError, name)
      assert.deepEqual([error.code, error.where.path], ['UPID_FORMAT', 'this'])
    }
  }
})

test('answers of Prometheus give what their samples give', () => {
  const samples = Array.from({ length: 10 }, (_, i) => [1_700_000_000 + 60 * i, String(1000 * i)])
  const answer = (name) => {
    const metric = { __name__: name, namespace: 'shop', pod: 'web-0' }
    return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric, values: samples }] } })
  }
  const usage = new Usage()
  const parsed = usage.addPrometheus(answer('container_memory_rss'))
  assert.deepEqual([parsed.value.report.accepted, parsed.value.series, parsed.partial], [10, 1, false])
  const same = new Usage()
  const timestamps = Float64Array.from(samples, ([seconds]) => seconds * 1000)
  const values = Float64Array.from(samples, ([, value]) => Number(value))
  same.addSeries({ namespace: 'shop', pod: 'web-0', metric: 'rss', timestamps, values })
  assert.deepEqual(usage.toBytes(), same.toBytes())

  const both = ['receive', 'transmit'].map((way) => Buffer.from(answer(`container_network_${way}_bytes_total`)))
  const before = usage.toBytes()
  assert.equal(errorOf(() => usage.addPrometheus([both[0], both[1].subarray(0, 90)])).code, 'UPID_TRUNCATED')
  assert.equal(errorOf(() => usage.addPrometheus(answer('x'), { no: 1 })).code, 'UPID_INVALID_CONFIG')
  assert.deepEqual(usage.toBytes(), before)
  assert.equal(usage.addPrometheus(both).value.report.accepted, 20)
})

/** Names that JSON would make text of. */
const foreign = [new Date(0), new Uint8Array([1, 2]), 5, { toJSON: () => 'shop' }]

test('names are strings, not what could become one', () => {
  const usage = new Usage()
  const axis = { startMs: DAY, stepMs: 60_000 }
  for (const namespace of foreign) {
    const named = { ...key, namespace }
    for (const [run, path] of [
      [() => usage.addSeries({ ...named, metric: 'cpu', ...axis, values: [1] }), 'namespace'],
      [() => usage.addMatrix({ keys: [key, named], metric: 'cpu', ...axis, values: [1, 1] }), 'keys[1].namespace'],
      [() => usage.addTable({ namespace, pod: 'p', container: 'c', ...axis, cpu: [1] }), 'namespace'],
      [() => usage.addEvents([{ key: named, atMs: DAY, kind: 'Restart' }]), 'events[0].key.namespace'],
      [() => usage.addRequests({ ...named, requestLog: {} }), 'namespace'],
      [() => usage.addSeries({ ...key, metric: namespace, ...axis, values: [1] }), 'metric'],
    ]) {
      const error = errorOf(run)
      assert.ok(error instanceof TypeError, error.stack)
      assert.deepEqual([error.code, error.where.path], ['UPID_FORMAT', path])
    }
  }
  assert.deepEqual(usage.keys(), [])
})

test('names that UTF-8 cannot hold are refused, not merged', () => {
  const usage = new Usage()
  const axis = { startMs: DAY, stepMs: 60_000 }
  const half = 'a\ud800'
  for (const [run, where] of [
    [() => usage.addTable({ namespace: [half, 'a\ud801'], pod: 'p', container: 'c', ...axis, cpu: [1, 2] }), { path: 'namespace', row: 0 }],
    [() => usage.addTable({ namespace: ['a', half], pod: 'p', container: 'c', ...axis, cpu: [1, 2] }), { path: 'namespace', row: 1 }],
    [() => usage.addTable({ namespace: 'a', pod: half, container: 'c', ...axis, cpu: [1, 2] }), { path: 'pod', byteOffset: 1 }],
    [() => usage.addSeries({ ...key, pod: half, metric: 'cpu', ...axis, values: [1] }), { path: 'pod', byteOffset: 1 }],
    [() => usage.addMatrix({ keys: [{ ...key, pod: half }], metric: 'cpu', ...axis, values: [1] }), { path: 'keys[0].pod', byteOffset: 1 }],
    [() => usage.addPrometheus(`{"status":"${half}"}`), { path: 'answers[0]', byteOffset: 12 }],
    [() => Usage.fromJSON(`{"usage":"${half}"}`), { path: 'json', byteOffset: 11 }],
  ]) {
    const error = errorOf(run)
    assert.deepEqual([error.code, error.where], ['UPID_ENCODING', where])
  }
  assert.deepEqual(usage.keys(), [])
  usage.addTable({ namespace: ['😀', 'a'], pod: 'p', container: 'c', ...axis, cpu: [1, 2] })
  assert.equal(usage.keys().length, 2)
})

test('an empty Usage text names its argument', () => {
  const error = errorOf(() => Usage.fromJSON(''))
  assert.deepEqual([error.code, error.where], ['UPID_EMPTY_INPUT', { path: 'json' }])
})

test('wrong options are refused before any table is read', async () => {
  const usage = new Usage()
  const untouched = {
    [Symbol.iterator]() {
      return assert.fail('work began')
    },
  }
  for (const [options, path] of [[null, 'options'], [5, 'options'], [[], 'options'], [{ duplicate: 'Reject' }, 'duplicate']]) {
    assert.equal(errorOf(() => usage.addTable(table, options)).where.path, path)
    await assert.rejects(usage.addTables(untouched, options), (error) => isUpidError(error) && error.where.path === path)
  }
  for (const name of ['onProgress', 'signal']) {
    await assert.rejects(
      usage.addTables(untouched, { [name]: 5 }),
      (error) => error instanceof TypeError && isUpidError(error) && error.where.path === name,
    )
    assert.equal(errorOf(() => usage.addTable(table, { [name]: () => {} })).code, 'UPID_UNKNOWN_KEY')
  }
  assert.deepEqual(usage.keys(), [])
})
