import { LineCounter, parseDocument, type YAMLError } from 'yaml'
import type { ConfigProblem } from './problems.ts'

/** A YAML text as plain values, or why it is not YAML. */
export type Document =
  | { readonly value: unknown; readonly problems: null }
  | { readonly value: null; readonly problems: readonly ConfigProblem[] }

export function readDocument(text: string): Document {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const wrong = [...document.errors, ...document.warnings]
  if (wrong.length > 0) return { value: null, problems: wrong.map((error) => toProblem(error, lines)) }
  try {
    return { value: document.toJS({ maxAliasCount: 0 }), problems: null }
  } catch {
    return {
      value: null,
      problems: [{ path: '', message: 'aliases (*name) are not supported: write the value itself' }],
    }
  }
}

/** In our words only: the parser's own messages quote the text around the error, which may be a secret. */
function toProblem(error: YAMLError, lines: LineCounter): ConfigProblem {
  const { line, col } = lines.linePos(error.pos[0])
  return { path: `line ${line}, column ${col}`, message: `not valid YAML: ${MEANINGS.get(error.code) ?? UNREADABLE}` }
}

const UNREADABLE = 'this cannot be read here; values with special characters need quotes'

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['BAD_INDENT', 'the indentation does not fit the lines above'],
  ['TAB_AS_INDENT', 'a tab is used for indentation; use spaces'],
  ['DUPLICATE_KEY', 'this key is already there'],
  ['MISSING_CHAR', 'a closing quote, bracket, brace, comma or colon is missing'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a colon followed by a space starts a new key; put the value in quotes'],
  ['BLOCK_IN_FLOW', 'indented lines cannot stand inside brackets or braces'],
  ['MULTILINE_IMPLICIT_KEY', 'a key must be on one line and end with a colon'],
  ['BAD_SCALAR_START', 'a value cannot start with this character; put it in quotes'],
  ['BAD_ALIAS', 'aliases (*name) are not supported; text that starts with * needs quotes'],
  ['MULTIPLE_DOCS', 'a second document (---) starts here; one is expected'],
  ['TAG_RESOLVE_FAILED', 'tags (!name) are not supported; text that starts with ! needs quotes'],
])
