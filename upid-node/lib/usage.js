'use strict'

const { wrongType } = require('./error.js')
const { kindOf } = require('./input.js')
const { native } = require('./native.js')

let handleOf

/** What happened. */
class Usage {
  #native = new native.NativeUsage()

  static {
    handleOf = (usage) => {
      if (usage === undefined || usage === null) return undefined
      if (typeof usage === 'object' && #native in usage) return usage.#native
      throw wrongType(`usage must be a Usage, not ${kindOf(usage)}`, { where: { path: 'usage' } })
    }
  }
}

module.exports = { Usage, handleOf }
