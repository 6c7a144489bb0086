import type { Import } from './imports.ts'
import type { Law } from './laws.ts'

/** What is wrong with an import, or null. A file in no law's room may not even exist. */
export function judge(laws: readonly Law[], vendors: readonly string[], file: string, found: Import): string | null {
  for (const law of laws) {
    const room = toExpression(law.room, vendors).exec(file)
    if (room === null) continue
    const own = room.groups?.vendor
    const allowed = found.isType ? [...law.may, ...(law.types ?? [])] : law.may
    if (allowed.some((pattern) => toExpression(pattern, own === undefined ? vendors : [own]).test(found.target)))
      return null
    const kind = found.isType ? 'the types of ' : ''
    return `${file} may not import ${kind}${found.target}: ${law.room} may import ${allowed.join(', ')}`
  }
  return `${file}: no law covers it`
}

export function isCovered(laws: readonly Law[], vendors: readonly string[], file: string): boolean {
  return laws.some((law) => toExpression(law.room, vendors).test(file))
}

function toExpression(pattern: string, vendors: readonly string[]): RegExp {
  const source = pattern
    .replaceAll('.', '\\.')
    .replaceAll(/\*\*|\*/g, (stars) => (stars === '**' ? '.+' : '[^/]+'))
    .replace('<v>', `(?<vendor>${vendors.join('|')})`)
  return new RegExp(`^${source}$`)
}
