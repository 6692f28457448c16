// The whole analysis: arguments in every form, the same answer sync and async, errors with their path.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Usage, analyze, analyzeSync, call, canonical, isUpidError } from 'upid'

const snapshot = {
  apiVersion: 'upid/v1',
  kind: 'Snapshot',
  cluster: { name: 'demo' },
  now: new Date('2026-03-15T00:00:00Z'),
  window: { start: '2026-03-14T00:00:00Z', end: '2026-03-15T00:00:00Z' },
  nodes: [
    { name: 'n1', allocatable: { cpuCores: 4, memoryBytes: 16e9 }, capacity: { cpuCores: 4, memoryBytes: 16e9 }, hourlyCost: '0.192' },
  ],
  workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'cart', replicas: 1 }],
  pods: [
    {
      namespace: 'shop',
      name: 'cart-0',
      node: 'n1',
      owner: { kind: 'Deployment', name: 'cart' },
      phase: 'Running',
      startedAt: '2026-03-01T00:00:00Z',
      containers: [{ name: 'server', requests: { cpuCores: 2, memoryBytes: 4e9 } }],
    },
  ],
}

function usage() {
  const usage = new Usage()
  usage.addSeries({
    namespace: 'shop',
    pod: 'cart-0',
    container: 'server',
    metric: 'cpu',
    startMs: Date.UTC(2026, 2, 14),
    stepMs: 60_000,
    values: new Float64Array(1440).fill(0.05),
  })
  return usage
}

function errorOf(run) {
  try {
    run()
  } catch (error) {
    assert.ok(isUpidError(error), error.stack)
    return error
  }
  return assert.fail('no error')
}

test('every form of the arguments gives the same bytes', async () => {
  const text = JSON.stringify(snapshot)
  const config = { timeZone: 'Europe/Berlin' }
  const expected = JSON.stringify(analyzeSync(snapshot, usage(), config))
  assert.equal(JSON.stringify(await analyze(snapshot, usage(), config)), expected)
  assert.equal(JSON.stringify(analyzeSync(text, usage(), JSON.stringify(config))), expected)
  assert.equal(JSON.stringify(analyzeSync(Buffer.from(text), usage(), config)), expected)
  assert.equal(JSON.stringify(call('analyze', { snapshot, config }, usage())), expected)
  assert.equal(canonical('analyze', expected), expected)
})

test('a Snapshot alone is enough', () => {
  const analysis = analyzeSync(snapshot)
  assert.equal(analysis.kind, 'Analysis')
  assert.equal(analysis.pods.length, 1)
  assert.equal(typeof analysis.totals.monthlyCost, 'string')
})

test('an Analysis can be rendered', () => {
  assert.match(call('report.render', { analysis: analyzeSync(snapshot, usage()), format: 'Text' }).text, /cart/)
})

test('an aborted analysis is UPID_CANCELLED', async () => {
  await assert.rejects(analyze(snapshot, null, null, { signal: AbortSignal.abort() }), { code: 'UPID_CANCELLED' })
})

const requests = (changes) => ({
  ...snapshot,
  pods: [{ ...snapshot.pods[0], containers: [{ name: 'server', requests: { cpuCores: 2, memoryBytes: 4e9, ...changes } }] }],
})

for (const [what, args, code, path] of [
  ['a negative request', [requests({ cpuCores: -1 })], 'UPID_INVALID_SNAPSHOT'],
  ['a request that is NaN', [requests({ cpuCores: NaN })], 'UPID_INVALID_VALUE', 'snapshot.pods[0].containers[0].requests.cpuCores'],
  ['a request that is text', [requests({ cpuCores: '2' })], 'UPID_FORMAT', 'snapshot.pods[0].containers[0].requests.cpuCores'],
  ['an unknown zone', [snapshot, null, { timeZone: 'Europe/Atlantis' }], 'UPID_UNKNOWN_TIME_ZONE'],
  ['a misspelt setting', [snapshot, null, { timezone: 'UTC' }], 'UPID_INVALID_CONFIG', 'config'],
  ['an empty window', [{ ...snapshot, window: { start: snapshot.now, end: snapshot.now } }], 'UPID_'],
  ['no snapshot', [], 'UPID_FORMAT', 'snapshot'],
  ['a number for a snapshot', [5], 'UPID_FORMAT', 'snapshot'],
  ['cut text', ['{"cluster":'], 'UPID_'],
  ['a plain object for a Usage', [snapshot, {}], 'UPID_FORMAT', 'usage'],
]) {
  test(`refused: ${what}`, async () => {
    const error = errorOf(() => analyzeSync(...args))
    assert.ok(error.code.startsWith(code), `${error.code}: ${error.message}`)
    if (path) assert.ok(error.where.path?.startsWith(path), JSON.stringify(error.where))
    await assert.rejects(analyze(...args), { code: error.code, message: error.message })
  })
}

test('wrong options are refused before the analysis', async () => {
  for (const options of [5, null, { sginal: AbortSignal.abort() }]) {
    await assert.rejects(analyze(snapshot, null, null, options), (error) => isUpidError(error) && error.where.path !== undefined)
  }
})
