// Replays the vectors that all four faces share.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Usage, call, callAsync, canonical } from 'upid'

const folder = new URL('../../upid-core/tests/vectors/', import.meta.url)
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

for (const file of files.sort()) {
  for (const vector of JSON.parse(readFileSync(new URL(file, folder), 'utf8'))) {
    test(`${file}: ${vector.name}`, async () => {
      const usage = vector.usage === undefined ? undefined : Usage.fromBytes(Buffer.from(vector.usage, 'base64'))
      const runs = [() => call(vector.operation, vector.input, usage), () => callAsync(vector.operation, vector.input, usage)]
      for (const run of runs) {
        if (vector.error) {
          await assert.rejects(async () => run(), { code: vector.error.code })
          continue
        }
        const text = JSON.stringify(await run())
        assert.equal(text, canonical(vector.operation, vector.output))
      }
    })
  }
}
