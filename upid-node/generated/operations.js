// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.
'use strict'

const { call } = require('../lib/call.js')

exports.timerange = {
  parse: (input, usage) => call('timerange.parse', input, usage),
}
