// This face offers what the core lists: operations, error codes, version; and its declarations say so.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as upid from 'upid'

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
const schema = JSON.parse(read('../upid-core/schema/upid.schema.json'))

test('the addon was built from the committed schema', () => {
  assert.deepEqual(
    upid.operations().map((op) => op.name),
    schema.operations.map((op) => op.name),
    'rebuild with `npm run build`',
  )
})

test('operations() gives self-contained schemas', () => {
  for (const { name, summary, input, output } of upid.operations()) {
    assert.ok(summary.length > 0, name)
    for (const side of [input, output]) {
      for (const [, ref] of JSON.stringify(side).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) assert.ok(side.$defs[ref], ref)
    }
  }
})

test('every operation has its function', () => {
  for (const { name } of schema.operations) {
    const found = name.split('.').reduce((at, step) => at?.[step], upid)
    assert.equal(typeof found, 'function', name)
  }
})

test('every error code is known here, with its number', () => {
  const { codes } = createRequire(import.meta.url)('../generated/errors.js')
  assert.deepEqual(
    Object.entries(codes).map(([code, { number, class: family }]) => ({ class: family, code, number })),
    schema.errors,
  )
})

test('the declarations name exactly the exports', () => {
  const names = (text) => [...text.matchAll(/^export (?:declare )?(?:const|function|class) (\w+)/gm)].map((m) => m[1])
  const declared = new Set([...names(read('index.d.ts')), ...names(read('generated/operations.d.ts'))])
  assert.deepEqual([...declared].sort(), Object.keys(upid).filter((n) => n !== 'default' && n !== 'module.exports').sort())
})

test('one version everywhere', () => {
  assert.equal(upid.version, JSON.parse(read('package.json')).version)
  assert.equal(upid.version, read('../Cargo.toml').match(/^version = "(.+)"/m)[1])
})
