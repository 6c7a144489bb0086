import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Whether what was given is one of the accepted secrets or signatures. Takes the same time whichever it is, wherever the first
 * difference stands and however long it is.
 */
export function isOneOf(given: string | Uint8Array, accepted: readonly (string | Uint8Array)[]): boolean {
  const blinded = blind(given)
  return accepted.map((candidate) => timingSafeEqual(blinded, blind(candidate))).includes(true)
}

/** HMAC-SHA256 over the parts, one behind the other. The key is text, also where it looks like base64 or hexadecimal. */
export function hmacSha256(key: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** Makes things of any length comparable in constant time, and guesses worthless outside of this process. */
const BLINDING_KEY = randomBytes(32)

function blind(value: string | Uint8Array): Buffer {
  return createHmac('sha256', BLINDING_KEY).update(value).digest()
}
