'use strict'

const { optionsOf } = require('./columns.js')
const { fromNative, isUpidError, translated, wrongType } = require('./error.js')
const { kindOf, toJson, wellFormed } = require('./input.js')
const { native } = require('./native.js')
const { cancelled } = require('./signal.js')
const { handleOf } = require('./usage.js')

/** Runs an operation on this thread. */
function call(operation, input, usage) {
  return translated(() => JSON.parse(native.call(named(operation), toJson(input), handleOf(usage))))
}

/** Runs an operation off the main thread, on the input and the Usage as they are at the call. */
async function callAsync(operation, input, usage, options) {
  const { signal } = optionsOf(options, ['signal'])
  const text = toJson(input)
  return offThread(signal, (cancel) => native.callAsync(named(operation), text, handleOf(usage), cancel))
}

/** The whole analysis, on this thread. */
function analyzeSync(snapshot, usage, config) {
  const texts = analysisTexts(snapshot, config)
  return translated(() => JSON.parse(native.analyze(...texts, handleOf(usage))))
}

/** The whole analysis, off the main thread. */
async function analyze(snapshot, usage, config, options) {
  const { signal } = optionsOf(options, ['signal'])
  const texts = analysisTexts(snapshot, config)
  return offThread(signal, (cancel) => native.analyzeAsync(...texts, handleOf(usage), cancel))
}

/** What a queued call gives, unless its signal fires before. */
async function offThread(signal, start) {
  if (signal?.aborted) throw cancelled(signal)
  const cancel = new native.Cancel()
  try {
    const task = start(cancel)
    return JSON.parse(await (signal ? unlessAborted(task, signal, cancel) : task))
  } catch (error) {
    throw isUpidError(error) ? error : fromNative(error)
  }
}

/** The list of operations with the JSON Schema of their input and output. */
function operations() {
  return translated(() => JSON.parse(native.operations()))
}

/** The bytes of a result as the core writes them, the same in every language. */
function canonical(operation, output) {
  return translated(() => native.canonical(named(operation), toJson(output, 'output')), 'output')
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
function analysisTexts(snapshot, config) {
  const given = config !== undefined && config !== null
  return [toJson(snapshot, 'snapshot', ['snapshot']), given ? toJson(config, 'config', ['config']) : undefined]
}

function named(operation) {
  if (typeof operation === 'string') return wellFormed(operation, 'operation')
  throw wrongType(`operation must be a string, not ${kindOf(operation)}`, {
    hint: 'operations() lists their names',
    where: { path: 'operation' },
  })
}

module.exports = { analyze, analyzeSync, call, callAsync, canonical, operations }
