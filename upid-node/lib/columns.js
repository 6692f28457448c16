'use strict'

const { types } = require('node:util')
const { failure, wrongType } = require('./error.js')
const { kindOf, readable, wellFormed } = require('./input.js')
const { checkedSignal } = require('./signal.js')

/** Fields of a key, and of a time axis. */
const KEY = ['cluster', 'namespace', 'pod', 'container']
const AXIS = ['timestamps', 'startMs', 'stepMs']

/**
 * Times in epoch milliseconds as a Float64Array or BigInt64Array.
 *
 * A plain array of numbers, bigints or dates is copied, which costs some thousand times more than passing a typed array.
 */
function times(column, name) {
  if (column instanceof Float64Array || column instanceof BigInt64Array) return readable(column, name)
  if (!Array.isArray(column)) throw wrongKind(column, name, 'a Float64Array or BigInt64Array of epoch milliseconds')
  return Float64Array.from(column, (time, row) => {
    if (typeof time === 'number') return time
    if (typeof time === 'bigint') return Number(time)
    if (types.isDate(time)) return time.getTime()
    throw wrongRow(time, name, row, 'a number of milliseconds, a bigint or a Date')
  })
}

/** Values as a Float64Array or Float32Array; null and undefined in a plain array are missing, as NaN is. */
function values(column, name) {
  if (column instanceof Float64Array || column instanceof Float32Array) return readable(column, name)
  if (!Array.isArray(column)) throw wrongKind(column, name, 'a Float64Array or Float32Array')
  return Float64Array.from(column, (value, row) => {
    if (value === null || value === undefined) return NaN
    if (typeof value === 'number') return value
    if (typeof value === 'bigint') return Number(value)
    throw wrongRow(value, name, row, 'a number, or null where it is missing')
  })
}

/** Explicit times, or a start and a step. */
function axis({ timestamps, startMs, stepMs }) {
  if (timestamps !== undefined && startMs === undefined && stepMs === undefined) return times(timestamps, 'timestamps')
  if (timestamps === undefined && typeof startMs === 'number' && typeof stepMs === 'number') return { startMs, stepMs }
  throw failure('UPID_INVALID_VALUE', 'give either timestamps, or startMs and stepMs as numbers', {
    hint: 'timestamps is a Float64Array or BigInt64Array of epoch milliseconds',
    where: { path: 'timestamps' },
  })
}

/** A column of names as its distinct names and a code per row; one string stands for the same name in every row. */
function dictionary(column, name) {
  if (column === undefined) return { names: undefined }
  if (typeof column === 'string') return { names: [wellFormed(column, name)] }
  if (!Array.isArray(column)) throw wrongKind(column, name, 'a string or an array of strings')
  const seen = new Map()
  const codes = Int32Array.from(column, (value, row) => {
    if (typeof value !== 'string') throw wrongRow(value, name, row, 'a string')
    const code = seen.get(value) ?? seen.size
    if (code === seen.size) seen.set(wellFormed(value, name, row), code)
    return code
  })
  return { names: [...seen.keys()], codes }
}

/**
 * An object whose fields of these names are strings, where they are given: in JSON a Date would become a name, and bytes
 * one in base64. Fields that are absent, and what is no object, are left to the core.
 */
function named(object, names, path = '') {
  for (const name of names) {
    const value = object?.[name]
    if (value === undefined || value === null) continue
    const place = path === '' ? name : `${path}.${name}`
    if (typeof value === 'string') wellFormed(value, place)
    else {
      throw wrongType(`${place} must be a string, not ${kindOf(value)}`, {
        hint: 'String(value) converts, where that gives the name',
        where: { path: place },
      })
    }
  }
  return object
}

/** The fields of these names that an object has. */
function picked(object, names) {
  const fields = {}
  for (const name of names) if (object[name] !== undefined) fields[name] = object[name]
  return fields
}

/** The options of a call, `{}` where none are given; a wrong one is refused before any work. */
function optionsOf(options, known) {
  if (options === undefined) return {}
  const { onProgress, signal } = only(options, known, 'options')
  if (onProgress !== undefined && onProgress !== null && typeof onProgress !== 'function') {
    throw wrongType(`onProgress must be a function, not ${kindOf(onProgress)}`, {
      hint: 'it is told the rows done after each table',
      where: { path: 'onProgress' },
    })
  }
  checkedSignal(signal)
  return options
}

/** Refuses a field that nobody would read: most often a misspelt one. */
function only(object, known, name) {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw wrongType(`${name} must be an object, not ${kindOf(object)}`, {
      hint: `give a plain object with any of ${known.join(', ')}`,
      where: { path: name },
    })
  }
  const unknown = Object.keys(object).find((key) => !known.includes(key))
  if (unknown === undefined) return object
  throw failure('UPID_UNKNOWN_KEY', `${name} has no field ${JSON.stringify(unknown)}`, {
    hint: `its fields are ${known.join(', ')}`,
    where: { path: unknown },
  })
}

function wrongKind(column, name, wanted) {
  return wrongType(`${name} must be ${wanted}, not ${kindOf(column)}`, {
    hint: ArrayBuffer.isView(column)
      ? 'Float64Array.from(column) converts other columns of numbers'
      : 'a plain array is copied; a typed array is read where it lies',
    where: { path: name },
  })
}

function wrongRow(value, name, row, wanted) {
  return wrongType(`${name}[${row}] must be ${wanted}, not ${kindOf(value)}`, {
    hint: `convert the column before the call, e.g. ${name}.map(Number)`,
    where: { path: name, row },
  })
}

module.exports = { AXIS, KEY, axis, dictionary, named, only, optionsOf, picked, values }
