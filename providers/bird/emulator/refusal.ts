import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { JsonObject } from './records.ts'

/** An answer other than 2xx: Bird's `{code, message, details?}`. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly details: JsonObject | undefined

  constructor(status: ContentfulStatusCode, code: string, message: string, details?: JsonObject) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'ResourceNotFound', 'The requested resource does not exist')
}

/** The fields that made no sense, each with what is wrong with it. */
export function invalid(details: JsonObject): Refusal {
  return new Refusal(422, 'InvalidPayload', 'The request did not pass validation', details)
}

/** What a look-up found, or else a 404. */
export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw notFound()
  return thing
}

export function answerRefusal(error: Error, context: Context): Response {
  if (!(error instanceof Refusal)) throw error
  const { status, code, message, details } = error
  return context.json(details === undefined ? { code, message } : { code, message, details }, status)
}
