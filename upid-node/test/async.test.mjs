// Asynchronous calls run elsewhere, can be cancelled, and see their inputs as they were.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callAsync } from 'upid'

const week = { text: '7d', now: 0 + 1e12 }
/** A long input, so that reading it takes a while on whatever thread does it. */
const long = `{"text":"7d","now":1000000000000,"padding":[${'1,'.repeat(4e6)}1]}`

test('a call does not block the main thread', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await callAsync('timerange.parse', long)
  clearInterval(timer)
  assert.ok(turns >= 2, `the event loop turned ${turns} times`)
})

test('an aborted signal rejects before anything starts', async () => {
  const reason = new Error('enough')
  await assert.rejects(callAsync('timerange.parse', week, null, { signal: AbortSignal.abort(reason) }), (error) => {
    assert.equal(error.code, 'UPID_CANCELLED')
    assert.equal(error.cause, reason)
    return true
  })
})

test('an abort rejects a running call at once', async () => {
  const controller = new AbortController()
  const call = callAsync('timerange.parse', long, null, { signal: controller.signal })
  controller.abort()
  await assert.rejects(call, { code: 'UPID_CANCELLED', number: 2 })
})

test('an abort after the result changes nothing', async () => {
  const controller = new AbortController()
  const result = await callAsync('timerange.parse', week, null, { signal: controller.signal })
  controller.abort()
  assert.equal(result.seconds, 604800)
})

test('bytes that change after the call do not change its result', async () => {
  const bytes = Buffer.from(JSON.stringify(week))
  const call = callAsync('timerange.parse', bytes)
  bytes.fill(0)
  assert.equal((await call).seconds, 604800)
})

test('many calls at once all answer', async () => {
  const results = await Promise.all(Array.from({ length: 200 }, () => callAsync('timerange.parse', week)))
  assert.ok(results.every((r) => r.seconds === 604800))
})
