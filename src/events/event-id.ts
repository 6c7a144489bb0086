import { createHash } from 'node:crypto'

/** An id of these parts, the same for everybody who makes it; parts may contain anything. */
export function idOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join(':')
}

/** The id of something that can happen again: the first time it is as it is, then it is numbered. */
export function repeated(id: string, earlier: number): string {
  return earlier === 0 ? id : `${id}:${earlier}`
}

/**
 * A short name of any content that JSON can hold; equal contents have equal names. V8's own serialisation would not do: it writes
 * equal texts differently, as they happen to lie in memory.
 */
export function fingerprint(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('base64url')
    .slice(0, 16)
}

/** The order of keys, and keys without a value, are no content. */
function sorted(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(sorted)
  if (typeof content !== 'object' || content === null || content instanceof Date) return content
  const entries = Object.entries(content).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, sorted(value)]))
}
