import { createHash } from 'node:crypto'

/** Equal for equal values, as JSON writes them; short whatever their size. */
export function fingerprintOf(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url')
}
