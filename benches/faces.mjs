// The part of faces.py that Node runs: faces.mjs FOLDER CONTAINERS REPEATS; prints JSON.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { Usage } from '../upid-node/index.js'

const [folder, containers, repeats] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const [startMs, stepMs, samples, calls] = [1_660_694_400_000, 60_000, 10_080, 10_000]

const bytes = readFileSync(join(folder, 'cpu.f32'))
const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + containers * samples * 4))
const keys = Array.from({ length: containers }, (_, at) => ({
  namespace: 'fleet',
  pod: `pod-${String(at).padStart(6, '0')}`,
  container: 'app',
}))

function batch() {
  const usage = new Usage()
  usage.addMatrix({ keys, metric: 'cpu', startMs, stepMs, values })
  return usage
}

const one = new Float32Array([0.25])
function oneByOne() {
  const usage = new Usage()
  for (let call = 0; call < calls; call++) {
    usage.addSeries({
      namespace: 'fleet',
      pod: 'pod-000000',
      container: 'app',
      metric: 'cpu',
      startMs,
      stepMs,
      values: one,
    })
  }
}

function least(work) {
  let best = Infinity
  for (let run = 0; run < repeats; run++) {
    const begun = performance.now()
    work()
    best = Math.min(best, performance.now() - begun)
  }
  return best / 1000
}

if (Buffer.compare(batch().toBytes(), readFileSync(join(folder, 'faces.upus'))) !== 0) {
  throw new Error("Node: the Usage is not the core's")
}
console.log(JSON.stringify({ batchSeconds: least(batch), callSeconds: least(oneByOne) / calls }))
