import type { IncomingMessage } from 'node:http'

export interface BodyLimits {
  readonly maxBytes: number
  /** From now until the last byte, in milliseconds. */
  readonly deadlineMs: number
  /** False: the body is read to its end and forgotten, because nothing will be made of it. */
  readonly keep: boolean
}

/** A body, byte for byte; or why the rest of it was not waited for: then the connection can serve no further request. */
export type RawBody = Uint8Array | 'too-large' | 'too-slow'

/** Reads a body within limits. Rejects where the sender hangs up. */
export function readBytes(request: IncomingMessage, limits: BodyLimits): Promise<RawBody> {
  const { maxBytes, deadlineMs, keep } = limits
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too-large')
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const settle = (body: RawBody) => {
      clearTimeout(timer)
      request.off('data', take).pause()
      resolve(body)
    }
    const take = (chunk: Uint8Array) => {
      length += chunk.length
      if (length > maxBytes) settle('too-large')
      else if (keep) chunks.push(chunk)
    }
    const timer = setTimeout(settle, deadlineMs, 'too-slow')
    request.on('data', take)
    request.once('end', () => settle(Buffer.concat(chunks)))
    request.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
  })
}
