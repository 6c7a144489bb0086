/** Readers for what Redis answers: texts as bytes, lists as arrays. Anything else is a mistake in a script of ours. */

export function readList(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new TypeError('Redis did not answer a list')
  return reply
}

export function readBytes(reply: unknown): Buffer {
  if (!Buffer.isBuffer(reply)) throw new TypeError('Redis did not answer bytes')
  return reply
}

export function readText(reply: unknown): string {
  return readBytes(reply).toString()
}

export function readTextOrNull(reply: unknown): string | null {
  return reply === null ? null : readText(reply)
}

export function readNumber(reply: unknown): number {
  if (typeof reply !== 'number') throw new TypeError('Redis did not answer a number')
  return reply
}
