// Analyses the demo's files (two real applications) and prints the report, or with --json the Analysis:
//     node quickstart.mjs [FOLDER] [--json]
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Usage, analyze, call } from 'upid'

const folder = process.argv[2] ?? fileURLToPath(new URL('../data/demo/', import.meta.url))
const read = (name) => readFile(join(folder, name), 'utf8')

/** A CSV file without quotes as columns of text by name. */
function columnsOf(csv) {
  const [names, ...rows] = csv.trimEnd().split('\n').map((line) => line.split(','))
  return Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])]))
}

/** Numbers of a column; an empty field is missing, which is not zero. */
const numbers = (column) => Float64Array.from(column, (text) => (text === '' ? NaN : Number(text)))

const usage = new Usage()
const samples = columnsOf(await read('samples.csv'))
const timestamps = Float64Array.from(samples.timestamp, (seconds) => Number(seconds) * 1000)
usage.addTable({
  timestamps,
  namespace: samples.namespace,
  pod: samples.pod,
  container: samples.container,
  cpuCores: numbers(samples.cpu_cores),
  memoryBytes: numbers(samples.memory_bytes),
})
// The network belongs to the pod, not to one of its containers.
usage.addTable({
  timestamps,
  namespace: samples.namespace,
  pod: samples.pod,
  networkRxBytesPerSecond: numbers(samples.network_rx_bytes_per_second),
  networkTxBytesPerSecond: numbers(samples.network_tx_bytes_per_second),
})
// Everything that is JSON goes through an operation; summaries merge in any order.
usage.merge(Usage.fromJSON(call('usage.summarize', await read('requests.json'))))

const analysis = await analyze(await read('snapshot.json'), usage, await read('config.json'))
const json = process.argv[3] === '--json'
process.stdout.write(json ? JSON.stringify(analysis) : call('report.render', { analysis, format: 'Text' }).text)
