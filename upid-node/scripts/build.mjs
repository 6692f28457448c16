// Builds the addon with cargo and puts it beside index.js as upid.<platform>.node. `--release` for speed.
import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

const { platform } = createRequire(import.meta.url)('../lib/platform.js')
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const profile = process.argv.includes('--release') ? ['--release'] : []

const built = spawnSync('cargo', ['build', '-p', 'upid-node', '--message-format=json-render-diagnostics', ...profile], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
  maxBuffer: 1 << 30,
})
if (built.error) throw built.error
if (built.status !== 0) process.exit(built.status ?? 1)

// Cargo says where the library is, wherever the target folder stands and whatever the system calls its files.
const library = built.stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .filter((message) => message.reason === 'compiler-artifact' && message.target.name === 'upid_node')
  .flatMap((message) => message.filenames)
  .find((file) => /\.(so|dylib|dll)$/.test(file))
const addon = path.join(root, `upid.${platform()}.node`)
// A rename, as a running Node may have the old file open.
copyFileSync(library, `${addon}.new`)
renameSync(`${addon}.new`, addon)
console.log(`built ${path.basename(addon)}`)
