import { posix } from 'node:path'

export interface Import {
  /** A path from the top of the repository, or the name of a package as written. */
  readonly target: string
  /** Erased before anything runs. */
  readonly isType: boolean
}

/** A target that only running the code would tell; no law allows it. */
export const COMPUTED = '(computed)'

/**
 * Every import in a TypeScript file, wherever it stands. Doubtful text counts as an import (a path in a comment would): a law
 * is better broken loudly than passed by.
 */
export function readImports(file: string, source: string): readonly Import[] {
  const statements = [...source.matchAll(STATEMENT)].map(({ groups }) => ({
    target: groups?.target ?? '',
    isType: groups?.type !== undefined,
  }))
  const others = [SIDE_EFFECT, DYNAMIC].flatMap((expression) =>
    [...source.matchAll(expression)].map(({ groups }) => ({ target: groups?.target ?? COMPUTED, isType: false })),
  )
  return [...statements, ...others].map(({ target, isType }) => ({ target: resolve(file, target), isType }))
}

/** `import type { A } from 'x'`, `import a, { type B } from 'x'` (not erased), `export * from 'x'`, `export * as a from 'x'`. */
const STATEMENT =
  /\b(?:import|export)\s+(?<type>type\s+(?!from\s*['"]))?(?:(?:[\w$]+\s*,\s*)?(?:\{[^{}]*\}|\*(?:\s*as\s+[\w$]+)?)|[\w$]+)\s*from\s*(?<quote>['"])(?<target>[^'"]+)\k<quote>/g
const SIDE_EFFECT = /\bimport\s*(?<quote>['"])(?<target>[^'"]+)\k<quote>/g
/** Also `require`, and with anything but a plain text the target stays unknown. */
const DYNAMIC = /(?<![\w$.])(?:import|require)\s*\(\s*(?:(?<quote>['"`])(?<target>[^'"`$]+)\k<quote>\s*[,)])?/g

function resolve(file: string, target: string): string {
  return target.startsWith('.') ? posix.join(posix.dirname(file), target) : target
}
