// Writes generated/ from the core's schema: types.d.ts, operations.js, operations.d.ts, errors.js, errors.d.ts.
// `--check` writes nothing and fails if a file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { errorFiles } from './generate/errors.mjs'
import { operationFiles } from './generate/operations.mjs'
import { typeFiles } from './generate/types.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const schema = JSON.parse(readFileSync(path.join(here, '../../upid-core/schema/upid.schema.json'), 'utf8'))
const checkOnly = process.argv.includes('--check')

const { files: types, likeOf } = await typeFiles(schema)
const files = { ...types, ...operationFiles(schema, likeOf), ...errorFiles(schema) }
let stale = false
for (const [name, text] of Object.entries(files)) {
  const file = path.join(here, '../generated', name)
  if (!checkOnly) {
    writeFileSync(file, text)
  } else if (read(file) !== text) {
    console.error(`generated/${name} is stale: run \`npm run generate\``)
    stale = true
  }
}
process.exitCode = stale ? 1 : 0

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
