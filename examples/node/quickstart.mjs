// Analyses the embedded demo (two real applications) and prints the report: node quickstart.mjs
import { readFile } from 'node:fs/promises'
import { Usage, analyze, report } from 'upid'

const demo = new URL('../data/demo/', import.meta.url)
const read = (name) => readFile(new URL(name, demo), 'utf8')

/** A CSV file without quotes as columns of text by name. */
function columnsOf(csv) {
  const [names, ...rows] = csv.trimEnd().split('\n').map((line) => line.split(','))
  return Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])]))
}

/** Numbers of a column; an empty field is missing, which is not zero. */
const numbers = (column) => Float64Array.from(column, (text) => (text === '' ? NaN : Number(text)))

const usage = new Usage()
const samples = columnsOf(await read('samples.csv'))
const counts = usage.addTable({
  timestamps: Float64Array.from(samples.timestamp, (seconds) => Number(seconds) * 1000),
  namespace: samples.namespace,
  pod: samples.pod,
  container: samples.container,
  cpuCores: numbers(samples.cpu_cores),
  memoryBytes: numbers(samples.memory_bytes),
})
// Network counts belong to the pod, not to one of its containers.
usage.addTable({
  timestamps: Float64Array.from(samples.timestamp, (seconds) => Number(seconds) * 1000),
  namespace: samples.namespace,
  pod: samples.pod,
  networkRxBytesPerSecond: numbers(samples.network_rx_bytes_per_second),
  networkTxBytesPerSecond: numbers(samples.network_tx_bytes_per_second),
})
console.log(`${counts.accepted} values read, ${counts.missing} missing, ${usage.toBytes().length} bytes kept\n`)

const analysis = await analyze(await read('snapshot.json'), usage)
console.log(report.render({ analysis, format: 'Text' }).text)
