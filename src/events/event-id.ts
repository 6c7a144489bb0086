import { createHash } from 'node:crypto'
import { serialize } from 'node:v8'

/** An id of these parts, the same for everybody who makes it; parts may contain anything. */
export function idOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join(':')
}

/** The id of something that can happen again: the first time it is as it is, then it is numbered. */
export function repeated(id: string, earlier: number): string {
  return earlier === 0 ? id : `${id}:${earlier}`
}

/** A short name of any content; equal contents have equal names. */
export function fingerprint(content: unknown): string {
  return createHash('sha256')
    .update(serialize(sorted(content)))
    .digest('base64url')
    .slice(0, 16)
}

/** The order of keys, and keys without a value, are no content. */
function sorted(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(sorted)
  if (typeof content !== 'object' || content === null || content instanceof Date) return content
  const entries = Object.entries(content).filter(([, value]) => value !== undefined)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, sorted(value)])
}
