import { Pool } from 'undici'
import type { PostedBody } from './bodies.ts'
import type { Target } from './targets.ts'

/** What was wrong with the answer to a case; null: nothing. */
export type Verdict = string | null

/** Posts bodies to a gateway, and judges what it answers. */
export class Poster {
  readonly #pool: Pool
  readonly #path: string
  readonly #target: Target
  /** How often each status, and each code of an error, was answered. */
  readonly seen = new Map<string, number>()

  constructor(target: Target) {
    const { origin, pathname } = new URL(target.process.url)
    this.#target = target
    this.#path = pathname
    this.#pool = new Pool(origin, { connections: 16, bodyTimeout: STREAM_MS, headersTimeout: PATIENCE_MS })
  }

  async post({ headers, bytes }: PostedBody): Promise<Verdict> {
    const { token } = this.#target
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
    try {
      const answer = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: { ...authorization, ...headers },
        body: bytes,
      })
      const type = String(answer.headers['content-type'] ?? '')
      if (type.startsWith('text/event-stream')) return await this.#leave(answer.statusCode, answer.body)
      return this.#judge(answer.statusCode, type, inside(type, await answer.body.text()))
    } catch (error) {
      return `no answer: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }

  /** A stream may go on for ever. */
  async #leave(
    status: number,
    body: { destroy(): unknown; on(event: 'error', listener: () => void): unknown },
  ): Promise<Verdict> {
    this.#count(`stream ${status}`)
    body.on('error', () => undefined)
    body.destroy()
    return status < 500 ? null : `status ${status}`
  }

  #judge(status: number, type: string, text: string): Verdict {
    this.#count(String(status))
    if (status >= 500) return `status ${status}: ${text.slice(0, 200)}`
    const codes = readCodes(text)
    if (codes === null || !/json|multipart.mixed/.test(type)) return `no JSON (${type}): ${text.slice(0, 200)}`
    for (const code of codes) this.#count(code)
    return codes.includes('INTERNAL') ? `INTERNAL: ${text.slice(0, 300)}` : null
  }

  #count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1)
  }
}

const PATIENCE_MS = 20_000
const STREAM_MS = 20_000

/** Whoever accepts nothing but parts gets one part. */
function inside(type: string, text: string): string {
  return type.startsWith('multipart/mixed') ? text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1) : text
}

/** Of the errors in an answer; null where it is no JSON. */
function readCodes(text: string): readonly string[] | null {
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  return [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code = '']) => code)
}
