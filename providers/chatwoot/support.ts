import type { Limits, Support } from '../port/index.ts'

export const NATIVE: Support = { level: 'native' }
export const UNSUPPORTED: Support = { level: 'unsupported' }

export function support(level: Support['level'], note: string, limits?: Limits): Support {
  return limits === undefined ? { level, note } : { level, note, limits }
}

/** The server's own limit unless its operator has set another. */
export const MOST_FILE_BYTES = 40 * 1024 * 1024

export const SEND_LIMITS: Limits = { maxLength: 150_000, maxCount: 200, windowSeconds: 60 }
export const FILE_LIMITS: Limits = { maxBytes: MOST_FILE_BYTES }

export const SEND_TEXT = support('native', 'At most 200 messages a minute in one conversation.', SEND_LIMITS)
export const SEND_ATTACHMENT = support(
  'native',
  'Files behind URLs are fetched first: 40 MiB of them together.',
  FILE_LIMITS,
)
