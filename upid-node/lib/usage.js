'use strict'

const { AXIS, KEY, axis, only, picked, values } = require('./columns.js')
const { translated, wrongType } = require('./error.js')
const { bytesOf, kindOf, toJson } = require('./input.js')
const { native } = require('./native.js')
const { tableOf } = require('./table.js')

const OPTIONS = ['duplicates', 'invalid']
const TRAFFIC = ['requests', 'requestSeries', 'requestLog']

let handleOf

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
    usage.#native = translated(() => native.NativeUsage.fromJson(toJson(json, 'json')))
    return usage
  }

  toBytes() {
    return translated(() => this.#native.toBytes())
  }

  toJSON() {
    return { usage: this.toBytes().toString('base64') }
  }

  addSeries(series) {
    only(series, [...KEY, ...OPTIONS, ...AXIS, 'metric', 'kind', 'values'], 'series')
    const { metric, kind } = series
    const about = toJson({ key: picked(series, KEY), metric, kind, options: picked(series, OPTIONS) })
    return read(() => this.#native.addSeries(about, axis(series), values(series.values, 'values')))
  }

  addTable(table, { kinds, ...options } = {}) {
    only(options, OPTIONS, 'options')
    const { about, ...columns } = tableOf(table, kinds ?? {}, options)
    const { timeAxis, names, codes, valueColumns } = columns
    return read(() => this.#native.addTable(toJson(about), timeAxis, names, codes, valueColumns))
  }

  addEvents(events) {
    translated(() => this.#native.addEvents(toJson({ events })))
  }

  addRequests(requests) {
    only(requests, [...KEY, ...TRAFFIC, 'config'], 'requests')
    const { config } = requests
    return read(() => this.#native.addRequests(toJson({ key: picked(requests, KEY), traffic: picked(requests, TRAFFIC), config })))
  }

  merge(other) {
    const handle = handleOf(other)
    if (handle === undefined) throw noUsage(other)
    return read(() => this.#native.merge(handle))
  }

  keys() {
    return read(() => this.#native.keys())
  }

  static {
    handleOf = (usage) => {
      if (usage === undefined || usage === null) return undefined
      if (typeof usage === 'object' && #native in usage) return usage.#native
      throw noUsage(usage)
    }
  }
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
