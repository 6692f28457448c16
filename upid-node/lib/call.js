'use strict'

const { failure, fromNative, isUpidError, translated, wrongType } = require('./error.js')
const { kindOf, toJson } = require('./input.js')
const { native } = require('./native.js')
const { cancelled, checkedSignal } = require('./signal.js')
const { handleOf } = require('./usage.js')

/** Runs an operation on this thread. */
function call(operation, input, usage) {
  return translated(() => JSON.parse(native.call(named(operation), toJson(input), handleOf(usage))))
}

/** Runs an operation off the main thread, on the input and the Usage as they are at the call. */
async function callAsync(operation, input, usage, options) {
  const signal = checkedSignal(options?.signal)
  const text = toJson(input)
  if (signal?.aborted) throw cancelled(signal)
  const cancel = new native.Cancel()
  try {
    const task = native.callAsync(named(operation), text, handleOf(usage), cancel)
    return JSON.parse(await (signal ? unlessAborted(task, signal, cancel) : task))
  } catch (error) {
    throw isUpidError(error) ? error : fromNative(error)
  }
}

/** The whole analysis, on this thread. */
function analyzeSync(snapshot, usage, config) {
  return call('analyze', analysisInput(snapshot, config), usage)
}

/** The whole analysis, off the main thread. */
async function analyze(snapshot, usage, config, options) {
  return callAsync('analyze', analysisInput(snapshot, config), usage, options)
}

/** The list of operations with the JSON Schema of their input and output. */
function operations() {
  return translated(() => JSON.parse(native.operations()))
}

/** The bytes of a result as the core writes them, the same in every language. */
function canonical(operation, output) {
  return translated(() => native.canonical(named(operation), toJson(output, 'output')))
}

/** Rejects as soon as the signal fires; a task that no thread has taken up then never starts. */
async function unlessAborted(task, signal, cancel) {
  let abort
  const aborted = new Promise((_, reject) => {
    abort = () => {
      cancel.ask()
      reject(cancelled(signal))
    }
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([task, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Both may be given as JSON text or bytes, whose numbers must reach the core as they are written. */
function analysisInput(snapshot, config) {
  const parts = [`"snapshot":${textOf(snapshot, 'snapshot')}`]
  if (config !== undefined && config !== null) parts.push(`"config":${textOf(config, 'config')}`)
  return `{${parts.join(',')}}`
}

function textOf(value, name) {
  const json = toJson(value, name, [name])
  if (typeof json === 'string') return json
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(json)
  } catch {
    throw failure('UPID_ENCODING', `the bytes of ${name} are not UTF-8`, { where: { path: name } })
  }
}

function named(operation) {
  if (typeof operation === 'string') return operation
  throw wrongType(`operation must be a string, not ${kindOf(operation)}`, {
    hint: 'operations() lists their names',
    where: { path: 'operation' },
  })
}

module.exports = { analyze, analyzeSync, call, callAsync, canonical, operations }
