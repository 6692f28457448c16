// The code of README.md runs as it stands.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const blocks = [...readFileSync(new URL('../README.md', import.meta.url), 'utf8').matchAll(/^```js\n([^]*?)^```/gm)]

for (const [i, [, code]] of blocks.entries()) {
  test(`block ${i + 1} of README.md`, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: root,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.ok(stdout.length > 0)
  })
}
