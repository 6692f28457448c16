'use strict'

// CommonJS and ESM both import this one file: Node reads the names of the exports from this literal.

const { analyze, analyzeSync, call, callAsync, canonical, operations } = require('./lib/call.js')
const { UpidError, isUpidError } = require('./lib/error.js')
const { toNumber } = require('./lib/money.js')
const { native } = require('./lib/native.js')
const { Snapshot } = require('./lib/snapshot.js')
const { Usage } = require('./lib/usage.js')
const named = require('./generated/operations.js')

Object.assign(analyze, named.analyze)

const version = native.version()

module.exports = {
  ...require('./generated/operations.js'),
  Snapshot,
  UpidError,
  Usage,
  analyze,
  analyzeSync,
  call,
  callAsync,
  canonical,
  isUpidError,
  operations,
  toNumber,
  version,
}
