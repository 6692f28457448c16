'use strict'

const { failure, wrongType } = require('./error.js')
const { kindOf } = require('./input.js')

/** What an aborted call throws. */
function cancelled(signal) {
  const error = failure('UPID_CANCELLED', 'the call was cancelled', { hint: 'call again, if it is still wanted' })
  error.cause = signal.reason
  return error
}

function checkedSignal(signal) {
  if (signal === undefined || signal === null || typeof signal.addEventListener === 'function') return signal
  throw wrongType(`signal must be an AbortSignal, not ${kindOf(signal)}`, {
    hint: 'new AbortController().signal, or AbortSignal.timeout(ms)',
    where: { path: 'signal' },
  })
}

module.exports = { cancelled, checkedSignal }
