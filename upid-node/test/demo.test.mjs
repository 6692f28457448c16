// The quick start makes of the demo's files the Analysis that every face makes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const demo = pathOf('../../examples/data/demo/')

test('examples/node/quickstart.mjs', (t) => {
  // As after `npm install` beside it.
  const folder = mkdtempSync(join(tmpdir(), 'upid-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(pathOf('..'), join(folder, 'node_modules', 'upid'), 'dir')
  copyFileSync(pathOf('../../examples/node/quickstart.mjs'), join(folder, 'quickstart.mjs'))
  const run = (...options) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['quickstart.mjs', demo, ...options], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    })
    assert.equal(status, 0, stderr)
    return stdout
  }
  const digest = createHash('sha256').update(run('--json')).digest('hex')
  assert.equal(digest, readFileSync(join(demo, 'analysis.sha256'), 'utf8').trim())
  assert.match(run(), /online-boutique/)
})
