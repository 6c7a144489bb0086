import { createHash, randomBytes } from 'node:crypto'

/**
 * `cgk_`, 32 random bytes and a checksum, all in letters that survive being copied. The prefix lets scanners of leaked secrets
 * find keys, the checksum lets everybody tell a mistyped one without asking.
 */
export function createApiKey(): string {
  const secret = randomBytes(32).toString('base64url')
  return `${PREFIX}${secret}${checksumOf(secret)}`
}

/** Whether it could be one of ours, whole and without a typing error. */
export function isApiKey(text: string): boolean {
  const match = /^cgk_([A-Za-z0-9_-]{43})([0-9a-f]{6})$/.exec(text)
  return match?.[1] !== undefined && checksumOf(match[1]) === match[2]
}

/** All that is kept of a key. It is random enough that a plain digest cannot be undone. */
export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

const PREFIX = 'cgk_'

function checksumOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 6)
}
