'use strict'

const { types } = require('node:util')
const { failure, wrongType } = require('./error.js')

/** As deep as the core reads. */
const MAX_DEPTH = 128

/**
 * JSON text of an input: a plain object, JSON text or UTF-8 bytes.
 *
 * `JSON.stringify` alone would turn NaN, Infinity and invalid dates into null and a Map into `{}` without a word, so
 * the value is walked first. Dates become RFC 3339, a bigint a number or (past 2^53) a decimal string, a typed array
 * an array, bytes base64. `root` is where the input stands in what the core will read.
 */
function toJson(input, name = 'input', root = []) {
  if (typeof input === 'string') return wellFormed(input, name)
  if (input instanceof Uint8Array) return readable(input, name)
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw wrongType(`${name} must be an object, JSON text or a Uint8Array, not ${kindOf(input)}`, {
      hint: 'the input of an operation is one object; its fields are in the type declarations',
      where: { path: name },
    })
  }
  return check(input, [...root], root.length) ? JSON.stringify(input, plain) : JSON.stringify(input)
}

/** Walks a value; throws at what JSON cannot say, answers whether something needs `plain`. */
function check(value, path, depth) {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) return false
      throw failure('UPID_INVALID_VALUE', `${value} is not a number that JSON has`, {
        hint: 'write null for an unknown value, or leave the field out',
        where: { path: spelled(path, depth) },
      })
    case 'bigint':
      return true
    case 'function':
    case 'symbol':
      throw notJson(value, path, depth)
    case 'object':
      return value !== null && checkObject(value, path, depth)
    default:
      return false
  }
}

function checkObject(value, path, depth) {
  if (depth >= MAX_DEPTH) {
    throw failure('UPID_LIMIT_EXCEEDED', `the input is nested deeper than ${MAX_DEPTH} levels, or holds itself`, {
      hint: 'pass plain data without cycles',
      where: { path: spelled(path, 8) },
    })
  }
  if (Array.isArray(value)) {
    let special = false
    for (let i = 0; i < value.length; i++) {
      path[depth] = i
      special = check(value[i], path, depth + 1) || special
    }
    return special
  }
  if (types.isDate(value)) {
    if (!Number.isNaN(value.getTime())) return false
    throw failure('UPID_INVALID_VALUE', 'an invalid Date', {
      hint: 'check the text that the Date was made from',
      where: { path: spelled(path, depth) },
    })
  }
  if (ArrayBuffer.isView(value)) return checkArray(value, path, depth)
  if (types.isMap(value) || types.isSet(value) || types.isAnyArrayBuffer(value)) throw notJson(value, path, depth)
  if (typeof value.toJSON === 'function') return check(value.toJSON(), path, depth)
  let special = false
  for (const key of Object.keys(value)) {
    path[depth] = key
    special = check(value[key], path, depth + 1) || special
  }
  return special
}

function checkArray(array, path, depth) {
  if (types.isDataView(array)) throw notJson(array, path, depth)
  if (array instanceof Float64Array || array instanceof Float32Array) {
    for (let i = 0; i < array.length; i++) {
      path[depth] = i
      check(array[i], path, depth + 1)
    }
  }
  return true
}

/** The replacer for what `JSON.stringify` refuses or spells in its own way. `this` holds the value before `toJSON`. */
function plain(key, value) {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : String(value)
  }
  const original = this[key]
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64')
  return ArrayBuffer.isView(original) ? Array.from(original) : value
}

function notJson(value, path, depth) {
  return wrongType(`${kindOf(value)} is not JSON`, {
    hint: 'pass plain objects and arrays; Object.fromEntries(map) and [...set] convert',
    where: { path: spelled(path, depth) },
  })
}

/** `series[0].values[3]` of the first `depth` steps. */
function spelled(path, depth) {
  let text = ''
  for (const step of path.slice(0, depth)) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  }
  return text
}

/** The same text, which UTF-8 can hold: on its way to the core a lone surrogate would turn into U+FFFD without a word. */
function wellFormed(text, path, row) {
  // Node 20 has the fast way.
  const at = text.isWellFormed?.() ? -1 : text.search(/\p{Surrogate}/u)
  if (at < 0) return text
  throw failure('UPID_ENCODING', `${path} holds half a surrogate pair, which UTF-8 cannot hold`, {
    hint: 'the text was cut within a character, or decoded wrongly; text.isWellFormed() tells (Node 20)',
    where: { path, ...(row === undefined ? { byteOffset: Buffer.byteLength(text.slice(0, at)) } : { row }) },
  })
}

/** What a value is, for a message. */
function kindOf(value) {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** The same array, on memory that no other thread can change while it is read. */
function readable(array, name) {
  if (array.length === 0 && isDetached(array.buffer)) {
    throw wrongType(`the memory of ${name} is detached`, {
      hint: 'it was transferred, e.g. by postMessage or structuredClone; pass a copy that is still here',
      where: { path: name },
    })
  }
  return types.isSharedArrayBuffer(array.buffer) ? array.slice() : array
}

/** Whether a buffer was transferred; `ArrayBuffer.prototype.detached` is younger than Node 18. */
function isDetached(buffer) {
  if (buffer.byteLength > 0 || types.isSharedArrayBuffer(buffer)) return false
  try {
    return new Uint8Array(buffer).length > 0
  } catch {
    return true
  }
}

/** Bytes of a Uint8Array, a Buffer or an ArrayBuffer. */
function bytesOf(bytes, name) {
  if (bytes instanceof Uint8Array) return readable(bytes, name)
  if (types.isAnyArrayBuffer(bytes) && !isDetached(bytes)) return new Uint8Array(bytes).slice()
  throw wrongType(`${name} must be a Uint8Array, not ${kindOf(bytes)}`, {
    hint: 'fs.readFileSync(path) gives one; Buffer.from(text, "base64") decodes text',
    where: { path: name },
  })
}

/** The bytes of documents: one or several, each text or bytes. */
function documentsOf(documents, name) {
  const all = Array.isArray(documents) ? documents : [documents]
  return all.map((document, i) =>
    typeof document === 'string' ? Buffer.from(wellFormed(document, `${name}[${i}]`)) : bytesOf(document, `${name}[${i}]`),
  )
}

module.exports = { bytesOf, documentsOf, kindOf, readable, toJson, wellFormed }
