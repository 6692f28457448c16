// The committed generated files are current and the declarations are true TypeScript.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a script of Node and gives its output if it fails. */
function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
}

test('generated files are current', () => run('scripts/generate.mjs', '--check'))

test('the declarations pass tsc --strict over an example', () => run('node_modules/typescript/bin/tsc', '-p', 'test/types'))
