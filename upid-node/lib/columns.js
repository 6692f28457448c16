'use strict'

const { types } = require('node:util')
const { failure, wrongType } = require('./error.js')
const { kindOf, unshared } = require('./input.js')

/**
 * Times in epoch milliseconds as a Float64Array or BigInt64Array.
 *
 * A plain array of numbers, bigints or dates is copied, which costs some thousand times more than passing a typed array.
 */
function times(column, name) {
  if (column instanceof Float64Array || column instanceof BigInt64Array) return unshared(column)
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
  if (column instanceof Float64Array || column instanceof Float32Array) return unshared(column)
  if (!Array.isArray(column)) throw wrongKind(column, name, 'a Float64Array or Float32Array')
  return Float64Array.from(column, (value, row) => {
    if (value === null || value === undefined) return NaN
    if (typeof value === 'number') return value
    if (typeof value === 'bigint') return Number(value)
    throw wrongRow(value, name, row, 'a number, or null where it is missing')
  })
}

/** A column of names, one per row. */
function names(column, name) {
  if (!Array.isArray(column)) throw wrongKind(column, name, 'an array of strings')
  const row = column.findIndex((value) => typeof value !== 'string')
  if (row >= 0) throw wrongRow(column[row], name, row, 'a string')
  return column
}

/** Refuses a field that nobody would read: most often a misspelt one. */
function only(object, known, name) {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw wrongType(`${name} must be an object, not ${kindOf(object)}`, { where: { path: name } })
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
    hint: 'Float64Array.from(column) converts other columns of numbers',
    where: { path: name },
  })
}

function wrongRow(value, name, row, wanted) {
  return wrongType(`${name}[${row}] must be ${wanted}, not ${kindOf(value)}`, { where: { path: name, row } })
}

module.exports = { names, only, times, values }
