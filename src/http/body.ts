import type { IncomingMessage } from 'node:http'

/** The whole body as text, or null as soon as it is known to be longer than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return null
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) return null
  }
  return Buffer.concat(chunks).toString('utf8')
}
