import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'

/** What the control route `misbehave` takes: how the next `times` vendor requests go wrong. */
export const misbehaviourSchema = z.strictObject({
  how: z.enum(['status', 'hang', 'reset', 'garbage', 'slow']),
  status: z.number().int().min(100).max(599).default(503),
  /** Seconds, as `Retry-After` has it. */
  retryAfter: z.number().nonnegative().optional(),
  delayMs: z.number().nonnegative().default(1_000),
  times: z.number().int().nonnegative().default(1),
  /** How many requests still go well before that. */
  skip: z.number().int().nonnegative().default(0),
})

export type Misbehaviour = z.infer<typeof misbehaviourSchema>

/** Makes requests go wrong at the level of the connection, where no framework would. */
export class Mischief {
  #current: Misbehaviour | null = null
  #left = 0
  #toSkip = 0

  set(misbehaviour: Misbehaviour): void {
    this.#current = misbehaviour
    this.#left = misbehaviour.times
    this.#toSkip = misbehaviour.skip
  }

  /** Answers (or never answers) in place of the vendor, or passes the request on, late or at once. */
  apply(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const mischief = this.#take()
    if (mischief === null) next()
    else if (mischief.how === 'slow') setTimeout(next, mischief.delayMs).unref()
    else if (mischief.how === 'reset') request.socket.resetAndDestroy()
    else if (mischief.how === 'garbage')
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data": [<html>')
    else if (mischief.how === 'status') answerStatus(response, mischief)
    // 'hang': the connection stays open and nothing is ever sent.
  }

  #take(): Misbehaviour | null {
    if (this.#left === 0) return null
    if (this.#toSkip > 0) {
      this.#toSkip -= 1
      return null
    }
    this.#left -= 1
    return this.#current
  }
}

function answerStatus(response: ServerResponse, { status, retryAfter }: Misbehaviour): void {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{}')
}
