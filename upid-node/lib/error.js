'use strict'

const { codes } = require('../generated/errors.js')

/**
 * What every failed call throws or rejects with.
 *
 * `code` is stable text (`UPID_…`), `number` its fixed number, `class` the family of the code (`ParseError`, …),
 * `where` the place in the input, `hint` how to mend it, `details` machine-readable extras.
 */
class UpidError extends Error {
  constructor(fields) {
    super(fields.message)
    assign(this, fields)
  }
}
UpidError.prototype.name = 'UpidError'

/** An argument of the wrong JavaScript type: a `TypeError` with the same fields as a `UpidError`. */
class UpidTypeError extends TypeError {
  constructor(fields) {
    super(fields.message)
    assign(this, fields)
  }
}

function assign(error, { code, number, class: family, hint, where, details }) {
  Object.assign(error, { code, number, class: family, hint, where, details })
}

/** Whether a caught value is one of ours: a `UpidError`, or a `TypeError` with our code. */
function isUpidError(error) {
  return error instanceof UpidError || error instanceof UpidTypeError
}

/** An error that is found on this side of the border, in the same form as the core's. */
function failure(code, message, { hint = '', where = {}, details = {} } = {}) {
  return new UpidError({ ...codes[code], code, message, hint, where, details })
}

/** A wrong JavaScript type: malformed input, `UPID_FORMAT`. */
function wrongType(message, { hint = '', where = {}, details = {} } = {}) {
  const code = 'UPID_FORMAT'
  return new UpidTypeError({ ...codes[code], code, message, hint, where, details })
}

/** The one place that reads the core's error JSON, which native errors carry as their message. */
function fromNative(error) {
  let fields
  try {
    fields = JSON.parse(error.message)
  } catch {
    fields = undefined
  }
  if (fields?.code in codes) return new UpidError(fields)
  const native = failure('UPID_INTERNAL', String(error?.message ?? error), {
    hint: 'this is a bug in UPID: please report it with the input',
  })
  native.cause = error
  return native
}

/** Runs a native call, giving its errors their form; one that names no place stands at the argument `path`. */
function translated(run, path) {
  try {
    return run()
  } catch (error) {
    const ours = isUpidError(error) ? error : fromNative(error)
    if (path !== undefined && Object.keys(ours.where).length === 0) ours.where = { path }
    throw ours
  }
}

module.exports = { UpidError, isUpidError, failure, wrongType, fromNative, translated }
