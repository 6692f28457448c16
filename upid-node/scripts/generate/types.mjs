import { compile } from 'json-schema-to-typescript'
import { HEADER } from './header.mjs'

/** What an instant may be given as; results hold RFC 3339 text. */
const TIME = 'string | number | Date'
/** Numbers may come as a typed array too. */
const NUMBERS = 'ReadonlyArray<number | null> | Float64Array | Float32Array'

/**
 * TypeScript types of every definition.
 *
 * A caller may give more than a result holds (a Date for a time), so a type that serves as both, and in which that
 * makes a difference, gets a twin `XInput`.
 */
export async function typeFiles(schema) {
  const defs = schema.$defs
  const given = reach(schema.operations.map((op) => op.input), defs)
  const taken = reach(schema.operations.map((op) => op.output), defs)
  const wider = new Set([...given].filter((name) => [...reach([ref(name)], defs)].some((n) => widens(defs[n]))))
  const inputName = (name) => (wider.has(name) && taken.has(name) ? `${name}Input` : name)

  const all = {}
  for (const name of Object.keys(defs).sort()) {
    if (!given.has(name) || taken.has(name)) all[name] = titled(defs[name], name)
    if (given.has(name)) all[inputName(name)] ??= titled(defs[name], inputName(name))
    if (given.has(name) && (inputName(name) !== name || !taken.has(name))) {
      all[inputName(name)] = titled(widened(defs[name], inputName), inputName(name))
    }
  }
  const text = await compile({ $defs: all }, 'Document', {
    additionalProperties: false,
    bannerComment: '',
    format: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
    unreachableDefinitions: true,
  })
  // The compiler wants a root type and tells who refers to whom; neither is of use to a reader.
  const body = text
    .replace(/^export interface Document \{[^}]*\}\n/m, '')
    .replaceAll(/^( \*\n)? \* This \w+ was referenced by [^]*?(?=^ \*\/)/gm, '')
  return {
    files: { 'types.d.ts': HEADER + '\n' + body },
    inputs: (input) => (input.$ref ? inputName(bare(input.$ref)) : 'unknown'),
  }
}

function titled(definition, name) {
  return { ...definition, title: name }
}

function ref(name) {
  return { $ref: `#/$defs/${name}` }
}

function bare(reference) {
  return reference.replace('#/$defs/', '')
}

/** Names of the definitions that these schemas refer to, directly or through others. */
function reach(schemas, defs) {
  const found = new Set()
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return
    if (typeof value.$ref === 'string' && !found.has(bare(value.$ref))) {
      found.add(bare(value.$ref))
      visit(defs[bare(value.$ref)])
    }
    Object.values(value).forEach(visit)
  }
  visit(schemas)
  return found
}

/** Whether a schema holds, not behind a reference, something that may be given in more ways. */
function widens(value) {
  if (typeof value !== 'object' || value === null) return false
  return isTime(value) || isNumbers(value) || isInteger64(value) || Object.values(value).some(widens)
}

function isTime(schema) {
  return schema.format === 'date-time'
}

function isInteger64(schema) {
  return schema.format === 'int64' || schema.format === 'uint64'
}

function isNumbers(schema) {
  return schema.type === 'array' && ['number', 'integer'].some((type) => [schema.items?.type].flat().includes(type))
}

function isNullable(schema) {
  return Array.isArray(schema.type) && schema.type.includes('null')
}

/** The schema with everything in the forms that a caller may give it. */
function widened(value, inputName) {
  if (Array.isArray(value)) return value.map((item) => widened(item, inputName))
  if (typeof value !== 'object' || value === null) return value
  const note = value.description === undefined ? {} : { description: value.description }
  const orNull = isNullable(value) ? ' | null' : ''
  if (isTime(value)) return { ...note, tsType: TIME + orNull }
  if (isNumbers(value)) return { ...note, tsType: NUMBERS + orNull }
  if (isInteger64(value)) return { ...note, tsType: 'number | bigint' + orNull }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' ? `#/$defs/${inputName(bare(item))}` : widened(item, inputName),
    ]),
  )
}
