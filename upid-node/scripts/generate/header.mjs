export const HEADER = '// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.\n'

/** A doc comment, indented. */
export function doc(text, indent = '') {
  const lines = text.replaceAll('*/', '*\\/').split('\n')
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}
