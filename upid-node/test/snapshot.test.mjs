import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Snapshot, analyzeSync, call } from '../index.js'

const now = '2026-03-15T00:00:00Z'
const pod = JSON.stringify({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'web-0', namespace: 'shop' },
  spec: { nodeName: 'n1', containers: [{ name: 'app', resources: { requests: { cpu: '250m' } } }] },
})
const state = 'kube_node_status_capacity{node="n1",resource="cpu",unit="core"} 2\nnode_total_hourly_cost{node="n1"} 0.192\n'

test('a Snapshot of documents as they came', () => {
  const parsed = Snapshot.fromKubernetes([Buffer.from(pod), state], { now: new Date(now), cluster: 'prod' })
  assert.deepEqual([parsed.value.cluster.name, parsed.value.nodes[0].price.hourlyCost], ['prod', '0.192'])
  assert.deepEqual([parsed.notices, parsed.stats.records, parsed.partial], [[], 3, false])
  const options = { now, cluster: 'prod' }
  assert.deepEqual(parsed, call('ingest.kubernetes', { documents: [{ text: pod }, { text: state }], options }))
  assert.ok(analyzeSync(parsed.value).totals.monthlyCost)
  assert.equal(Snapshot.fromKubernetes(pod, options).value.pods.length, 1)
})

test('documents that cannot be read', () => {
  const code = (documents, options) => {
    try {
      Snapshot.fromKubernetes(documents, options)
    } catch (error) {
      return [error.code, error.where.path]
    }
    return undefined
  }
  assert.deepEqual(code(pod.slice(0, -1), { now })[0], 'UPID_TRUNCATED')
  assert.deepEqual(code([pod, 7], { now }), ['UPID_FORMAT', 'documents[1]'])
  assert.deepEqual(code(pod, { now, tmeZone: 'UTC' }), ['UPID_INVALID_CONFIG', 'options.tmeZone'])
  assert.deepEqual(code(pod, {}), ['UPID_MISSING_FIELD', 'options.now'])
  assert.deepEqual(code([], { now })[0], 'UPID_EMPTY_INPUT')
})
