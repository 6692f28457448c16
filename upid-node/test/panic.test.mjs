// A panic in Rust becomes UPID_INTERNAL and the process goes on. Debug builds have functions that panic.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { timerange } from 'upid'

const require = createRequire(import.meta.url)
const { native } = require('../lib/native.js')
const { fromNative, translated } = require('../lib/error.js')
const skip = native.panicInCall ? false : 'a release build'
const internal = { code: 'UPID_INTERNAL', number: 1, message: /on purpose/, hint: /report/ }

test('a panic in a call', { skip }, () => {
  assert.throws(() => translated(() => native.panicInCall()), internal)
  assert.throws(() => translated(() => native.panicInExport()), internal)
})

test('a panic on another thread', { skip }, async () => {
  await assert.rejects(
    native.panicInTask().catch((error) => {
      throw fromNative(error)
    }),
    internal,
  )
  assert.equal(timerange.parse({ text: '1h', now: 1e12 }).seconds, 3600)
})
