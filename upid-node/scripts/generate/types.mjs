import { compile } from 'json-schema-to-typescript'
import { HEADER } from './header.mjs'

/** What a caller may give where a result holds RFC 3339 text, a decimal string, a 64-bit integer, numbers. */
const TIME = 'string | number | Date'
const DECIMAL = 'string | number'
const INTEGER = 'number | bigint'
const NUMBERS = 'ReadonlyArray<number | null> | Float64Array | Float32Array'

/**
 * TypeScript types of every definition.
 *
 * A caller may give more than a result holds (a Date for a time), so a type that serves as both, and in which that
 * makes a difference, gets a twin `XLike` for what may be given.
 */
export async function typeFiles({ $defs: defs, operations }) {
  const given = reach(operations.map((op) => op.input), defs)
  const taken = reach(operations.map((op) => op.output), defs)
  const wide = new Set([...given].filter((name) => [name, ...reach(defs[name], defs)].some((n) => widens(defs[n]))))
  const like = (name) => (wide.has(name) && taken.has(name) ? `${name}Like` : name)

  const types = {}
  for (const name of Object.keys(defs)) {
    if (taken.has(name) || !given.has(name)) types[name] = narrow(defs[name])
    if (!given.has(name) || (taken.has(name) && like(name) === name)) continue
    if (like(name) !== name && like(name) in defs) throw new Error(`the name ${like(name)} is taken`)
    types[like(name)] = widened(defs[name], like)
  }
  return { files: { 'types.d.ts': HEADER + '\n' + (await declarations(types)) }, likeOf: (schema) => typeName(schema, like) }
}

/** The type that a result's schema stands for. */
export function typeName(schema, rename = (name) => name) {
  return schema.$ref ? rename(bare(schema.$ref)) : 'unknown'
}

async function declarations(types) {
  const $defs = {}
  for (const name of Object.keys(types).sort()) $defs[name] = { ...types[name], title: name }
  const text = await compile({ $defs }, 'Document', {
    additionalProperties: false,
    bannerComment: '',
    style: { semi: false, singleQuote: true, printWidth: 120 },
    unreachableDefinitions: true,
  })
  // The compiler wants a root type and tells who refers to whom; neither is of use to a reader.
  return text
    .replace(/^export interface Document \{[^}]*\}\n/m, '')
    .replaceAll(/^( \*\n)? \* This \w+ was referenced by [^]*?(?=^ \*\/)/gm, '')
    .replaceAll(/\/\*\*\n *\* ([^\n]*)\n *\*\//g, '/** $1 */')
}

function bare(reference) {
  return reference.replace('#/$defs/', '')
}

/** Names of the definitions that a schema refers to, directly or through others. */
function reach(schema, defs, found = new Set()) {
  if (typeof schema !== 'object' || schema === null) return found
  if (typeof schema.$ref === 'string' && !found.has(bare(schema.$ref))) {
    found.add(bare(schema.$ref))
    reach(defs[bare(schema.$ref)], defs, found)
  }
  for (const value of Object.values(schema)) reach(value, defs, found)
  return found
}

/** The type of what may be given in more forms than a result has, else undefined. */
function wider(schema) {
  if (schema.format === 'date-time') return TIME
  if (schema.format === 'decimal') return DECIMAL
  if (schema.format === 'int64' || schema.format === 'uint64') return INTEGER
  const items = [schema.items?.type].flat()
  return schema.type === 'array' && (items.includes('number') || items.includes('integer')) ? NUMBERS : undefined
}

/** Whether a schema holds, itself and not behind a reference, something that has more forms. */
function widens(schema) {
  if (typeof schema !== 'object' || schema === null) return false
  return wider(schema) !== undefined || Object.values(schema).some(widens)
}

function widened(schema, like) {
  return mapped(schema, (part) => {
    if (part.$ref) return like(bare(part.$ref))
    const type = wider(part)
    return type && (Array.isArray(part.type) && part.type.includes('null') ? `${type} | null` : type)
  })
}

function narrow(schema) {
  return mapped(schema, (part) => part.$ref && bare(part.$ref))
}

/** The schema with a TypeScript type wherever `typeOf` gives one; left alone, a reference beside a text would be copied. */
function mapped(schema, typeOf) {
  if (Array.isArray(schema)) return schema.map((part) => mapped(part, typeOf))
  if (typeof schema !== 'object' || schema === null) return schema
  const type = typeOf(schema)
  if (!type) return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, mapped(part, typeOf)]))
  return schema.description === undefined ? { tsType: type } : { tsType: type, description: schema.description }
}
