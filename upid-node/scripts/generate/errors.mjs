import { HEADER } from './header.mjs'

/** The fixed table of error codes, for errors that are found on the JavaScript side. */
export function errorFiles({ errors }) {
  const rows = errors.map((e) => `  ${e.code}: { number: ${e.number}, class: '${e.class}' },\n`).join('')
  const families = [...new Set(errors.map((e) => e.class))]
  const union = (names) => names.map((name) => `\n  | '${name}'`).join('')
  return {
    'errors.js': `${HEADER}'use strict'\n\nexports.codes = {\n${rows}}\n`,
    'errors.d.ts':
      `${HEADER}\n/** The stable code of an error. */\nexport type ErrorCode =${union(errors.map((e) => e.code))}\n` +
      `\n/** The family of an error code. */\nexport type ErrorClass =${union(families)}\n`,
  }
}
