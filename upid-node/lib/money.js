'use strict'

const { failure, wrongType } = require('./error.js')
const { kindOf } = require('./input.js')

/**
 * A decimal string as a number, for a chart or a rough comparison.
 *
 * Money is exact as a string; the nearest number keeps about 15 digits, so never add or compare bills with it.
 * null (unknown) stays null.
 */
function toNumber(amount) {
  if (amount === null || amount === undefined) return null
  if (typeof amount !== 'string') {
    throw wrongType(`an amount is a decimal string, not ${kindOf(amount)}`, {
      hint: 'pass it as it stands in the result, e.g. "12.5": a number would round money',
      where: { path: 'amount' },
    })
  }
  if (/^-?\d+(\.\d+)?$/.test(amount)) return Number(amount)
  throw failure('UPID_MONEY_PARSE', `${JSON.stringify(amount.slice(0, 80))} is not a decimal amount`, {
    hint: 'write it like 12.50',
    where: { path: 'amount' },
  })
}

module.exports = { toNumber }
