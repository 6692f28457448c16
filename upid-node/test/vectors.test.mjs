// Replays the vectors that all four faces share: same input, same bytes, same errors, sync and async.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Usage, call, callAsync, canonical } from 'upid'

const folder = new URL('../../upid-core/tests/vectors/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  for (const vector of JSON.parse(readFileSync(new URL(file, folder), 'utf8'))) {
    const recorded = 'output' in vector || 'error' in vector
    test(`${file}: ${vector.name}`, { skip: recorded ? false : 'not recorded yet' }, () => replay(vector))
  }
}

/** `output` is the exact text; `error` the code and where it stands. */
async function replay({ operation, input, usage: base64, output, error }) {
  const usage = base64 === undefined ? undefined : Usage.fromBytes(Buffer.from(base64, 'base64'))
  for (const run of [() => call(operation, input, usage), () => callAsync(operation, input, usage)]) {
    if (error) {
      await assert.rejects(
        async () => run(),
        (e) => e.code === error.code && (e.where.path ?? null) === error.path,
      )
      continue
    }
    // An integer past 2^53 that the core wrote as a number: this face refuses it rather than change it.
    if (JSON.stringify(JSON.parse(output)) !== output) {
      await assert.rejects(async () => run(), { code: 'UPID_OVERFLOW' })
      continue
    }
    const result = await run()
    assert.equal(JSON.stringify(result), output)
    assert.equal(canonical(operation, result), output)
  }
}
