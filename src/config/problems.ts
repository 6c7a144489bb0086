/** One thing that is wrong in the configuration: where, and what would be right. Never carries a value: it may be a secret. */
export interface ConfigProblem {
  /** `accounts[1].token`; empty for the document as a whole. */
  readonly path: string
  readonly message: string
}

/** The configuration cannot be used. Has all the problems at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(source: string, problems: readonly ConfigProblem[]) {
    super([heading(source, problems.length), ...problems.map(toLine)].join('\n'))
    this.problems = problems
  }
}

/** `accounts`, 1, `token` as `accounts[1].token`. */
export function pathOf(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`
    return path === '' ? String(key) : `${path}.${String(key)}`
  }, '')
}

/** What kind of thing was found, in words of the file's author. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return 'a list'
  return KINDS.get(typeof value) ?? 'something else'
}

/** The candidate that was probably meant, if any is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const allowed = Math.max(2, Math.floor(word.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate ?? null
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['object', 'a group of settings'],
])

function heading(source: string, count: number): string {
  return `${source} cannot be used: ${count === 1 ? '1 problem' : `${count} problems`}`
}

function toLine({ path, message }: ConfigProblem): string {
  return path === '' ? `  ${message}` : `  ${path}: ${message}`
}

/** Levenshtein's: how many letters must be added, dropped or changed. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const changed = (previous[column] ?? 0) + (letter === other ? 0 : 1)
      current.push(Math.min(changed, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}
