/** A package, the oldest version of it that is safe to run, and why. */
export interface Floor {
  readonly name: string
  readonly version: string
  readonly why: string
}

/** Checked against the lockfile, so that neither a change of ours nor of what we use brings an older one back. */
export const FLOORS: readonly Floor[] = [
  { name: 'undici', version: '8.12.4', why: 'CVE-2026-116630 and five before it, in interceptors and retries' },
  { name: 'ws', version: '8.21.1', why: 'CVE-2026-62389: memory by fragments; CVE-2024-37890: a crash by headers' },
  { name: 'graphql', version: '16.14.2', why: 'CVE-2026-75507, CVE-2026-75508: overlapping fields and comments' },
  { name: 'graphql-yoga', version: '5.21.3', why: 'prototype pollution in its multipart parser' },
  { name: 'graphql-ws', version: '6.0.8', why: 'operations whose ids are names of the prototype' },
  { name: 'jose', version: '6.0.0', why: 'the line that is looked after' },
]

/** A way to compare what stands in a lockfile: whole numbers, the largest first. Versions before a release count as older. */
export function isAtLeast(version: string, floor: string): boolean {
  const [numbers, isEarly] = partsOf(version)
  const [wanted] = partsOf(floor)
  const index = wanted.findIndex((number, place) => number !== numbers[place])
  if (index < 0) return !isEarly
  return (numbers[index] ?? 0) > (wanted[index] ?? 0)
}

function partsOf(version: string): readonly [readonly number[], boolean] {
  const [release = '', early] = version.split('-', 2)
  return [release.split('.').map(Number), early !== undefined]
}
