/**
 * Several texts in one, so that they can always be taken apart again whatever characters are in them: each is preceded by its
 * length (`5:alice3:bob`). For native ids that have more than one part.
 */
export function joinParts(...parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}

/** The texts that `joinParts` put together, or null if it did not make this. */
export function splitParts(joined: string): readonly string[] | null {
  const parts: string[] = []
  for (let at = 0; at < joined.length; ) {
    const colon = joined.indexOf(':', at)
    const length = Number(joined.slice(at, colon))
    const end = colon + 1 + length
    if (colon <= at || !Number.isSafeInteger(length) || length < 0 || end > joined.length) return null
    parts.push(joined.slice(colon + 1, end))
    at = end
  }
  return joinParts(...parts) === joined ? parts : null
}
