// Integers that a JavaScript number cannot hold are an error, never a silently different number.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const require = createRequire(import.meta.url)
const { native } = require('../lib/native.js')
const { translated } = require('../lib/error.js')
const skip = native.checkOutput ? false : 'a release build'
const check = (json) => translated(() => native.checkOutput(json))

test('exact numbers pass unchanged', { skip }, () => {
  for (const json of [
    '{"a":9007199254740991,"b":[-9007199254740991,9007199254740992]}',
    '{"float":123456789012345680000,"small":0.12345678901234567,"tiny":1.2345678901234567e-7}',
    '{"text":"9007199254740993","quote":"\\"9007199254740993,","slash":"\\\\","9007199254740993":1}',
    '{"größe":"€","n":[]}',
  ]) {
    assert.equal(check(json), json)
    assert.equal(JSON.stringify(JSON.parse(json)).length, json.length)
  }
})

test('others are refused with their place', { skip }, () => {
  for (const [json, byteOffset] of [
    ['{"a":9007199254740993}', 5],
    ['{"ä":[1,-9007199254740993,2]}', 9],
    ['{"q":"\\\\","a":18446744073709551615}', 14],
  ]) {
    assert.throws(
      () => check(json),
      (e) => e.code === 'UPID_OVERFLOW' && e.where.byteOffset === byteOffset,
      json,
    )
  }
})
