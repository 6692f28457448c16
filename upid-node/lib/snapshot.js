'use strict'

const { translated } = require('./error.js')
const { documentsOf, toJson } = require('./input.js')
const { native } = require('./native.js')

/** What exists. */
const Snapshot = Object.freeze({
  fromKubernetes(documents, options) {
    const bytes = documentsOf(documents, 'documents')
    const settings = toJson(options, 'options')
    return translated(() => JSON.parse(native.ingest('ingest.kubernetes', bytes, settings)))
  },
})

module.exports = { Snapshot }
