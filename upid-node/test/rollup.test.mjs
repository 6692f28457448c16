// Roll-ups come out as typed arrays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Usage, usage as operations } from 'upid'

const DAY = Date.UTC(2026, 2, 14)

/** Two pods, a sample a minute over three hours, with a hole of half an hour. */
function week() {
  const usage = new Usage()
  const rows = Array.from({ length: 180 }, (_, i) => i).filter((i) => i < 70 || i >= 100)
  const timestamps = Float64Array.from(rows, (i) => DAY + i * 60_000)
  for (const [n, pod] of ['web-1', 'web-0'].entries()) {
    const values = Float64Array.from(rows, (i) => ((i * 37) % 101) / 64 + n)
    usage.addSeries({ namespace: 'shop', pod, container: 'app', metric: 'cpu', timestamps, values })
  }
  return { usage, rows }
}

test('a value by hand', () => {
  const usage = new Usage()
  usage.addSeries({ namespace: 'shop', pod: 'a', metric: 'cpu', startMs: DAY, stepMs: 1_800_000, values: [0.25, 0.75, 0.5] })
  const table = usage.rollup({ metric: 'cpu', step: '1h', quanta: true })
  assert.deepEqual(table.pod, { codes: Uint32Array.of(0, 0), names: ['a'] })
  assert.deepEqual(table.startMs, Float64Array.of(DAY, DAY + 3_600_000))
  assert.deepEqual(table.count, Float64Array.of(2, 1))
  assert.deepEqual(table.mean, Float64Array.of(0.5, 0.5))
  assert.deepEqual([table.min[0], table.max[0], table.sum[0]], [0.25, 0.75, 1])
  assert.deepEqual(table.sumQuanta, BigUint64Array.of(1_000_000n, 500_000n))
  assert.deepEqual(table.maxQuanta, BigUint64Array.of(750_000n, 500_000n))
})

test('the same as a naive roll-up, and as the operation', () => {
  const { usage, rows } = week()
  const table = usage.rollup({ metric: 'cpu', step: '1h', quanta: true })
  const naive = []
  for (const n of [1, 0]) {
    for (let hour = 0; hour < 3; hour++) {
      const quanta = rows
        .filter((i) => Math.floor(i / 60) === hour)
        .map((i) => Math.round((((i * 37) % 101) / 64 + n) * 1e6))
      naive.push({ n, hour, count: quanta.length, sum: quanta.reduce((a, b) => a + b, 0), max: Math.max(...quanta) })
    }
  }
  assert.deepEqual(table.pod.names, ['web-0', 'web-1'])
  assert.deepEqual([...table.startMs], naive.map((row) => DAY + row.hour * 3_600_000))
  assert.deepEqual([...table.count], naive.map((row) => row.count))
  assert.deepEqual([...table.sumQuanta], naive.map((row) => BigInt(row.sum)))
  assert.deepEqual([...table.max], naive.map((row) => row.max / 1e6))
  const spelt = operations.rollup({ metric: 'cpu', step: '1h', quanta: true }, usage)
  assert.deepEqual([...table.mean], spelt.mean)
  assert.deepEqual([...table.pod.codes].map((code) => table.pod.names[code]), spelt.pod)
  assert.deepEqual([...table.sumQuanta].map(String), spelt.sumQuanta)
  const one = usage.rollup({ metric: 'cpu', step: '1d', selector: { pod: 'web-1' } })
  assert.deepEqual([one.pod.names, [...one.count], 'sumQuanta' in one], [['web-1'], [150], false])
  assert.throws(() => usage.rollup({ metric: 'cpu', step: '5m' }), { code: 'UPID_INVALID_STEP' })
})
