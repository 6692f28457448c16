// CommonJS and ESM get the same functions.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as esm from 'upid'
import whole from 'upid'

const require = createRequire(import.meta.url)

test('ESM finds every name of the CommonJS module', () => {
  const cjs = require('upid')
  assert.equal(whole, cjs)
  for (const name of Object.keys(cjs)) assert.equal(esm[name], cjs[name], name)
})

test('a worker thread can use the addon too', async () => {
  const { Worker } = await import('node:worker_threads')
  const code = `
    const { parentPort } = require('node:worker_threads')
    const upid = require(${JSON.stringify(require.resolve('upid'))})
    upid.callAsync('timerange.parse', { text: '1h', now: 1e12 }).then((r) => parentPort.postMessage(r.seconds))`
  const worker = new Worker(code, { eval: true })
  const seconds = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  assert.equal(seconds, 3600)
  await worker.terminate()
})
