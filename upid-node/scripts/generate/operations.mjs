import { HEADER, doc } from './header.mjs'
import { typeName } from './types.mjs'

/** `analyze(snapshot, usage, config)` of lib/call.js stands for this one. */
const OWN_FORM = new Set(['analyze'])

/** One typed function per operation: `cost.attribute` becomes `cost.attribute(input, usage?)`. */
export function operationFiles({ operations }, likeOf) {
  const groups = new Map()
  for (const operation of operations) {
    if (OWN_FORM.has(operation.name)) continue
    const [group, method] = operation.name.split('.')
    if (!groups.has(group)) groups.set(group, [])
    groups.get(group).push({ ...operation, method })
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
  return { 'operations.js': runtime(sorted), 'operations.d.ts': declarations(sorted, operations, likeOf) }
}

function runtime(groups) {
  let text = `${HEADER}'use strict'\n\nconst { call } = require('../lib/call.js')\n`
  for (const [group, methods] of groups) {
    const [first] = methods
    if (first.method === undefined) {
      text += `\nexports.${group} = (input, usage) => call('${first.name}', input, usage)\n`
      continue
    }
    text += `\nexports.${group} = {\n`
    for (const { name, method } of methods) text += `  ${method}: (input, usage) => call('${name}', input, usage),\n`
    text += '}\n'
  }
  return text
}

function declarations(groups, operations, likeOf) {
  const sides = operations.map((op) => ({ ...op, in: likeOf(op.input), out: typeName(op.output) }))
  const byName = new Map(sides.map((op) => [op.name, op]))
  const names = [...new Set(sides.flatMap((op) => [op.in, op.out]))].filter((n) => /^[A-Z]/.test(n)).sort()
  let text = `${HEADER}\nimport type { Json, Usage } from '../index'\nimport type {\n`
  text += names.map((name) => `  ${name},\n`).join('') + "} from './types'\n"
  text += '\n/** Input and output of every operation, by name. */\nexport interface Operations {\n'
  for (const op of sides) {
    text += `${doc(op.summary, '  ')}  '${op.name}': { input: ${op.in}; output: ${op.out} }\n`
  }
  text += '}\n'
  for (const [group, methods] of groups) {
    const [first] = methods
    if (first.method === undefined) {
      text += `\n${doc(first.summary)}export function ${group}(${signature(byName.get(first.name))}\n`
      continue
    }
    text += `\n/** The operations \`${group}.*\`. */\nexport const ${group}: {\n`
    for (const { name, method, summary } of methods) {
      text += `${doc(summary, '  ')}  ${method}(${signature(byName.get(name))}\n`
    }
    text += '}\n'
  }
  return text
}

function signature(op) {
  return `input: Json<${op.in}>, usage?: Usage | null): ${op.out}`
}
