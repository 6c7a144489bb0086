import { existsSync, readFileSync } from 'node:fs'

/** The document lies beside the repository; a clone alone does not have it. */
const PLACE = new URL('../../../shared/design/field-homes.md', import.meta.url)

export const HAS_DOCUMENT = existsSync(PLACE)

/** One property of the document. */
export interface DocumentedProperty {
  readonly section: string
  readonly property: string
  /** Its home, in the document's words. */
  readonly home: string
}

/** A word of a provider and what the document makes of it. */
export interface DocumentedWord {
  readonly where: string
  readonly word: string
  readonly becomes: string
}

/** All properties in order; `{by,on}.uid` is two of them. */
export function readProperties(): readonly DocumentedProperty[] {
  return rows().flatMap(({ section, cells: [property = '', home = '', more] }) =>
    more === undefined ? namesIn(property).map((name) => ({ section, property: name, home })) : [],
  )
}

export function readWords(): readonly DocumentedWord[] {
  return rows().flatMap(({ cells: [where = '', word = '', becomes] }) =>
    becomes === undefined ? [] : [{ where, word, becomes }],
  )
}

/** The homes that a cell names: `Type.field`, or a word of an enum. */
export function homesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([A-Z]\w+\.\w+)`/g)].map(([, home = '']) => home)
}

interface DocumentRow {
  readonly section: string
  readonly cells: readonly string[]
}

function rows(): readonly DocumentRow[] {
  const found: DocumentRow[] = []
  let section = ''
  for (const line of readFileSync(PLACE, 'utf8').split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3).trim()
    const cells = /^\| (.+) \|$/.exec(line)?.[1]?.split(' | ')
    if (cells && cells[0] !== 'property' && cells[0] !== 'where') found.push({ section, cells })
  }
  return found
}

/** `GET /users/{uid}` is no choice: only braces with a comma are. */
function namesIn(property: string): readonly string[] {
  const [, before = '', choices = '', after = ''] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(property) ?? []
  return choices === '' ? [property] : choices.split(',').map((choice) => before + choice + after)
}
