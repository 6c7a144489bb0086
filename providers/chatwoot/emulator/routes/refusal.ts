import type { Context } from 'hono'

/** An answer that is not a success, thrown from wherever it becomes clear. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 400 | 401 | 403 | 404 | 422 | 500
  readonly body: unknown
  /** Answers of the framework beneath the app are spelled differently and carry no cache header. */
  readonly isFromFramework: boolean

  constructor(status: Refusal['status'], body: unknown, isFromFramework = false) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
    this.isFromFramework = isFromFramework
  }
}

export function unauthorized(error: string): Refusal {
  return new Refusal(401, { error })
}

export function signInFirst(): Refusal {
  return new Refusal(401, { errors: ['You need to sign in or sign up before continuing.'] })
}

export function notAllowed(): Refusal {
  return unauthorized('You are not authorized to do this action')
}

export function noSuchRecord(): Refusal {
  return new Refusal(404, { error: 'Resource could not be found' })
}

export function unprocessable(error: string): Refusal {
  return new Refusal(422, { error })
}

/** A record that cannot be saved, with the attributes that are to blame. */
export function invalid(message: string, attribute: string): Refusal {
  return new Refusal(422, { message, attributes: [attribute] })
}

export function badRequest(): Refusal {
  return new Refusal(400, { status: 400, error: 'Bad Request' }, true)
}

/** The server stumbles over much plain bad input. */
export function serverError(): Refusal {
  return new Refusal(500, { status: 500, error: 'Internal Server Error' }, true)
}

/** What the client API answers for everything that it does not know. */
export function notFoundByFramework(): Refusal {
  return new Refusal(404, { status: 404, error: 'Not Found' }, true)
}

export function answerRefusal(error: Error, context: Context): Response {
  const { status, body, isFromFramework } = error instanceof Refusal ? error : serverError()
  const headers: Record<string, string> = isFromFramework
    ? { 'content-type': 'application/json; charset=UTF-8' }
    : { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' }
  return context.body(JSON.stringify(body), status, headers)
}

/** A page for browsers, JSON for those who ask for it. */
export function answerUnknownRoute(context: Context): Response {
  if (context.req.header('accept')?.includes('application/json')) {
    return context.body('{"status":404,"error":"Not Found"}', 404, {
      'content-type': 'application/json; charset=UTF-8',
    })
  }
  const page =
    '<!DOCTYPE html><html><head><title>The page you were looking for does not exist (404)</title></head></html>'
  return context.body(page, 404, { 'content-type': 'text/html; charset=UTF-8' })
}
