// Calls by name: inputs in every form, errors with code and place, sync and async alike.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UpidError, call, callAsync, canonical, isUpidError, timerange, toNumber } from 'upid'

const week = { text: '7d', now: '2026-03-15T00:00:00Z' }
const parsed = { start: '2026-03-08T00:00:00Z', end: '2026-03-15T00:00:00Z', seconds: 604800 }

/** The error that a call throws or rejects with. */
async function errorOf(run) {
  try {
    await run()
  } catch (error) {
    return error
  }
  return assert.fail('no error')
}

test('an input may be an object, text or bytes', () => {
  const text = JSON.stringify(week)
  assert.deepEqual(call('timerange.parse', week), parsed)
  assert.deepEqual(call('timerange.parse', text), parsed)
  assert.deepEqual(call('timerange.parse', Buffer.from(text)), parsed)
  assert.deepEqual(call('timerange.parse', new Uint8Array(Buffer.from(`x${text}`)).subarray(1)), parsed)
  assert.deepEqual(timerange.parse(week), parsed)
})

test('times may be dates, milliseconds or bigint', () => {
  const now = Date.UTC(2026, 2, 15)
  for (const form of [new Date(now), now, BigInt(now)]) {
    assert.deepEqual(call('timerange.parse', { text: '7d', now: form }), parsed)
  }
})

test('results are plain objects whose text is the core’s', async () => {
  const result = call('timerange.parse', week)
  assert.equal(Object.getPrototypeOf(result), Object.prototype)
  assert.equal(JSON.stringify(result), canonical('timerange.parse', result))
  assert.deepEqual(await callAsync('timerange.parse', week), result)
})

test('sync and async give the same error', async () => {
  const bad = { text: '7 d', now: 0 }
  const sync = await errorOf(() => call('timerange.parse', bad))
  const async = await errorOf(() => callAsync('timerange.parse', bad))
  for (const error of [sync, async]) {
    assert.ok(error instanceof UpidError && error instanceof Error && isUpidError(error))
    assert.equal(error.name, 'UpidError')
    assert.equal(error.code, 'UPID_INVALID_TIME_RANGE')
    assert.equal(error.number, 208)
    assert.equal(error.class, 'ParseError')
    assert.match(error.hint, /7d/)
  }
  assert.equal(async.message, sync.message)
  assert.deepEqual(async.where, sync.where)
})

test('an unknown operation names the nearest', async () => {
  const error = await errorOf(() => call('timerange.prase', {}))
  assert.equal(error.code, 'UPID_UNKNOWN_OPERATION')
  assert.deepEqual(error.details, { nearest: 'timerange.parse' })
  assert.equal(error.where.path, 'operation')
})

const refused = [
  ['wrong JSON type', { text: 7, now: 0 }, 'UPID_FORMAT', 'text'],
  ['missing field', { text: '7d' }, 'UPID_MISSING_FIELD', undefined],
  ['NaN', { text: '7d', now: NaN }, 'UPID_INVALID_VALUE', 'now'],
  ['Infinity deep inside', { text: '7d', now: 0, a: [{ b: [1, -Infinity] }] }, 'UPID_INVALID_VALUE', 'a[0].b[1]'],
  ['NaN in a typed array', { a: { v: new Float64Array([1, NaN]) } }, 'UPID_INVALID_VALUE', 'a.v[1]'],
  ['invalid date', { text: '7d', now: new Date('x') }, 'UPID_INVALID_VALUE', 'now'],
  ['Map', { labels: new Map([['a', 1]]) }, 'UPID_FORMAT', 'labels'],
  ['function', { now: () => 0 }, 'UPID_FORMAT', 'now'],
  ['bigint past 2^53 where a time stands', { text: '7d', now: 2n ** 60n }, 'UPID_TIME_PARSE', 'now'],
  ['cut text', '{"text": "7d"', 'UPID_TRUNCATED', undefined],
  ['text that is not JSON', '{"text": NaN}', 'UPID_FORMAT', undefined],
  ['empty text', '', 'UPID_EMPTY_INPUT', 'input'],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff]), 'UPID_ENCODING', undefined],
  ['null', null, 'UPID_FORMAT', 'input'],
  ['array', [], 'UPID_FORMAT', 'input'],
  ['number', 5, 'UPID_FORMAT', 'input'],
]
for (const [what, input, code, place] of refused) {
  test(`refused: ${what}`, async () => {
    for (const run of [() => call('timerange.parse', input), () => callAsync('timerange.parse', input)]) {
      const error = await errorOf(run)
      assert.equal(error.code, code, error.message)
      if (place) assert.ok(error.where.path.startsWith(place), `${error.where.path}`)
      assert.ok(error.message.length > 0 && error.hint !== undefined && error.number > 0)
    }
  })
}

test('an input that holds itself is an error, not an endless walk', async () => {
  const loop = { text: '7d', now: 0 }
  loop.self = loop
  assert.equal((await errorOf(() => call('timerange.parse', loop))).code, 'UPID_LIMIT_EXCEEDED')
})

test('wrong arguments are TypeErrors with a code', async () => {
  for (const run of [
    () => call(5, week),
    () => call('timerange.parse', week, {}),
    () => callAsync('timerange.parse', week, undefined, { signal: 5 }),
    () => call('timerange.parse', undefined),
  ]) {
    const error = await errorOf(run)
    assert.ok(error instanceof TypeError && isUpidError(error))
    assert.equal(error.code, 'UPID_FORMAT')
  }
})

test('text that UTF-8 cannot hold is refused with its place', async () => {
  for (const text of ['{"text":"\ud800","now":0}', '{"text":"\udc00\ud800","now":0}']) {
    for (const run of [() => call('timerange.parse', text), () => callAsync('timerange.parse', text)]) {
      const error = await errorOf(run)
      assert.deepEqual([error.code, error.where], ['UPID_ENCODING', { path: 'input', byteOffset: 9 }])
    }
  }
  const later = await errorOf(() => call('timerange.parse', '{"é":"\ud83d\ude00","text":"\ud83d"}'))
  assert.deepEqual(later.where, { path: 'input', byteOffset: 21 })
  assert.equal((await errorOf(() => call('\ud800', week))).where.path, 'operation')
  assert.equal((await errorOf(() => call('timerange.parse', { text: '\ud83d\ude00', now: 0 }))).code, 'UPID_INVALID_TIME_RANGE')
})

test('a byte order mark is refused in text and in bytes', async () => {
  const marked = `\ufeff${JSON.stringify(week)}`
  for (const input of [marked, Buffer.from(marked)]) {
    const error = await errorOf(() => call('timerange.parse', input))
    assert.equal(error.code, 'UPID_FORMAT')
    assert.match(error.hint, /byte order mark/)
  }
})

test('an argument that is wrong as a whole is named', async () => {
  for (const [run, code, path] of [
    [() => canonical('timerange.parse', ''), 'UPID_EMPTY_INPUT', 'output'],
    [() => canonical('timerange.parse', '"\ud800"'), 'UPID_ENCODING', 'output'],
    [() => toNumber('abc'), 'UPID_MONEY_PARSE', 'amount'],
    [() => toNumber(5), 'UPID_FORMAT', 'amount'],
  ]) {
    const error = await errorOf(run)
    assert.deepEqual([error.code, error.where.path], [code, path])
  }
})

test('wrong options are refused before the call', async () => {
  for (const [options, code, path] of [
    [5, 'UPID_FORMAT', 'options'],
    [null, 'UPID_FORMAT', 'options'],
    ['signal', 'UPID_FORMAT', 'options'],
    [{ signal: 5 }, 'UPID_FORMAT', 'signal'],
    [{ sginal: AbortSignal.abort() }, 'UPID_UNKNOWN_KEY', 'sginal'],
  ]) {
    const error = await errorOf(() => callAsync('timerange.parse', week, undefined, options))
    assert.deepEqual([error.code, error.where.path], [code, path])
  }
})
