'use strict'

const { existsSync } = require('node:fs')
const path = require('node:path')
const { platform } = require('./platform.js')

const name = platform()
const local = path.join(__dirname, '..', `upid.${name}.node`)

/** The addon: the one built in this folder, else that of the platform package. */
const native = existsSync(local) ? require(local) : require(`upid-${name}`)

module.exports = { native }
