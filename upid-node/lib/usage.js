'use strict'

const { AXIS, KEY, axis, named, only, optionsOf, picked, values } = require('./columns.js')
const { translated, wrongType } = require('./error.js')
const { bytesOf, documentsOf, kindOf, toJson } = require('./input.js')
const { native } = require('./native.js')
const { cancelled } = require('./signal.js')
const { tableOf } = require('./table.js')

const OPTIONS = ['duplicates', 'invalid']
const TABLE_OPTIONS = [...OPTIONS, 'kinds']
const STREAM_OPTIONS = [...TABLE_OPTIONS, 'onProgress', 'signal']
const NAMES = [...KEY, 'metric']
const SERIES = [...KEY, ...OPTIONS, ...AXIS, 'metric', 'kind', 'values']
const MATRIX = ['keys', ...OPTIONS, ...AXIS, 'metric', 'kind', 'values']
const TRAFFIC = ['requests', 'requestSeries', 'requestLog']

let handleOf
let own

/** What happened: one mergeable summary per container. */
class Usage {
  #native

  constructor(spec) {
    this.#native = translated(() => new native.NativeUsage(spec === undefined ? undefined : toJson(spec, 'spec')))
  }

  static fromBytes(bytes) {
    const usage = new Usage()
    usage.#native = translated(() => native.NativeUsage.fromBytes(bytesOf(bytes, 'bytes')))
    return usage
  }

  static fromJSON(json) {
    const usage = new Usage()
    usage.#native = translated(() => native.NativeUsage.fromJson(toJson(json, 'json')), 'json')
    return usage
  }

  toBytes() {
    const native = own(this)
    return translated(() => native.toBytes())
  }

  toJSON() {
    return { usage: Usage.prototype.toBytes.call(this).toString('base64') }
  }

  addSeries(series) {
    const native = own(this)
    named(only(series, SERIES, 'series'), NAMES)
    const { metric, kind } = series
    const about = toJson({ key: picked(series, KEY), metric, kind, options: picked(series, OPTIONS) })
    return read(() => native.addSeries(about, axis(series), values(series.values, 'values')))
  }

  addMatrix(matrix) {
    const native = own(this)
    const { keys, metric, kind } = named(only(matrix, MATRIX, 'matrix'), ['metric'])
    eachNamed(keys, 'keys', (key) => key)
    const about = toJson({ keys, metric, kind, options: picked(matrix, OPTIONS) })
    return read(() => native.addMatrix(about, axis(matrix), values(matrix.values, 'values')))
  }

  addTable(table, options) {
    const stream = new TableStream(own(this), optionsOf(options, TABLE_OPTIONS))
    stream.add(table)
    return stream.finish()
  }

  async addTables(tables, options) {
    const { onProgress, signal, ...rest } = optionsOf(options, STREAM_OPTIONS)
    const stream = new TableStream(own(this), rest)
    if (typeof tables?.[Symbol.asyncIterator] !== 'function' && typeof tables?.[Symbol.iterator] !== 'function') {
      throw wrongType(`tables must be an iterable or async iterable of tables, not ${kindOf(tables)}`, {
        hint: 'addTable takes a single table',
        where: { path: 'tables' },
      })
    }
    for await (const table of tables) {
      if (signal?.aborted) throw cancelled(signal)
      const rows = stream.add(table)
      onProgress?.(rows)
      // A sync iterable would not let the event loop run.
      await new Promise(setImmediate)
    }
    if (signal?.aborted) throw cancelled(signal)
    return stream.finish()
  }

  addPrometheus(answers, options = {}) {
    const native = own(this)
    const bytes = documentsOf(answers, 'answers')
    return read(() => native.addPrometheus(bytes, toJson(options, 'options')))
  }

  addEvents(events) {
    const native = own(this)
    eachNamed(events, 'events', (event) => event?.key, '.key')
    translated(() => native.addEvents(toJson({ events })))
  }

  addRequests(requests) {
    const native = own(this)
    const { config } = named(only(requests, [...KEY, ...TRAFFIC, 'config'], 'requests'), KEY)
    return read(() => native.addRequests(toJson({ key: picked(requests, KEY), traffic: picked(requests, TRAFFIC), config })))
  }

  merge(other) {
    const native = own(this)
    const handle = handleOf(other)
    if (handle === undefined) throw noUsage(other)
    return read(() => native.merge(handle))
  }

  rollup(input) {
    const native = own(this)
    const { names, codes, quanta, ...columns } = translated(() => native.rollup(toJson(input, 'input')))
    const keys = KEY.map((field, i) => [field, { codes: codes[i], names: names[i] }])
    const [sumQuanta, minQuanta, maxQuanta] = quanta ?? []
    return { ...Object.fromEntries(keys), ...columns, ...(quanta && { sumQuanta, minQuanta, maxQuanta }) }
  }

  keys() {
    const native = own(this)
    return read(() => native.keys())
  }

  static {
    const isUsage = (usage) => typeof usage === 'object' && usage !== null && #native in usage
    handleOf = (usage) => {
      if (usage === undefined || usage === null) return undefined
      if (isUsage(usage)) return usage.#native
      throw noUsage(usage)
    }
    own = (usage) => {
      if (isUsage(usage)) return usage.#native
      throw wrongType(`a method of Usage was called on ${kindOf(usage)}`, {
        hint: 'call it on its object: usage.toBytes()',
        where: { path: 'this' },
      })
    }
  }
}

/** Tables on their way into a Usage, which changes at the end. */
class TableStream {
  #usage
  #kinds
  #native

  constructor(usage, { kinds, ...options }) {
    this.#usage = usage
    this.#kinds = kinds ?? {}
    this.#native = translated(() => new native.NativeTableStream(usage, toJson(options)))
  }

  add(table) {
    const { about, timeAxis, names, codes, valueColumns } = tableOf(table, this.#kinds)
    return translated(() => this.#native.add(JSON.stringify(about), timeAxis, names, codes, valueColumns))
  }

  finish() {
    return read(() => this.#native.finish(this.#usage))
  }
}

/** Checks the names of the keys in a list. */
function eachNamed(list, path, keyOf, member = '') {
  if (Array.isArray(list)) list.forEach((item, i) => named(keyOf(item), KEY, `${path}[${i}]${member}`))
}

function noUsage(value) {
  return wrongType(`usage must be a Usage, not ${kindOf(value)}`, {
    hint: 'new Usage(), Usage.fromBytes(bytes) and Usage.fromJSON(json) make one',
    where: { path: 'usage' },
  })
}

function read(run) {
  return translated(() => JSON.parse(run()))
}

module.exports = { Usage, handleOf }
