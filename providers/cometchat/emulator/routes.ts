import { Hono, type MiddlewareHandler } from 'hono'
import type { Acts } from './acts.ts'
import { API_KEY, APP_ID, AUTH_KEY } from './app.ts'
import { conversationChangeRoutes } from './conversation-change-routes.ts'
import { conversationRoutes } from './conversation-routes.ts'
import type { Desk, Request, Vars } from './desk.ts'
import type { User } from './entities.ts'
import { markRoutes } from './mark-routes.ts'
import { membershipRoutes } from './membership-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { RateMeter } from './rate-meter.ts'
import { Refusal, tooMany } from './refusal.ts'
import { sendingRoutes } from './sending-routes.ts'

export interface RouteOptions {
  readonly paidPlan: boolean
  readonly requestsPerMinute: number
  /** Of one user. */
  readonly sendsPerMinute: number
}

/** The REST API under both of its spellings. */
export function createRoutes(desk: Desk, acts: Acts, options: RouteOptions): Hono {
  const { paidPlan, requestsPerMinute, sendsPerMinute } = options
  const api = new Hono<Vars>()
  api.use(metered(new RateMeter(requestsPerMinute)))
  api.use(async (context, next) => {
    checkKeys(context)
    context.set('viewer', readViewer(desk, context))
    await next()
  })
  api.route('/', conversationRoutes(desk, paidPlan))
  api.route('/', messageRoutes(desk))
  api.route('/', peopleRoutes(desk))
  api.route('/', markRoutes(desk, acts))
  api.route('/', conversationChangeRoutes(desk, acts))
  api.route('/', sendingRoutes(desk, acts, sendsPerMinute))
  api.route('/', membershipRoutes(desk, acts))

  const root = new Hono()
  root.route('/v3', api)
  root.route('/v3.0', api)
  root.notFound((context) => {
    const { body, status } = new Refusal('ERR_API_NOT_FOUND', `There is no ${context.req.method} ${context.req.path}.`)
    return context.json(body, status)
  })
  root.onError((error, context) => {
    const refusal =
      error instanceof Refusal ? error : new Refusal('ERR_MISSION_FAILED', 'The request could not be processed.')
    if (refusal.retryAfterSeconds !== undefined) context.header('Retry-After', String(refusal.retryAfterSeconds))
    return context.json(refusal.body, refusal.status)
  })
  return root
}

/** Two generations of documents name the headers differently: every answer carries both. */
function metered(meter: RateMeter): MiddlewareHandler<Vars> {
  return async (context, next) => {
    const { limit, remaining, resetsAt, retryAfterSeconds } = meter.take(Date.now())
    for (const prefix of ['X-RateLimit', 'X-Rate-Limit']) {
      context.header(`${prefix}-Remaining`, String(remaining))
      context.header(`${prefix}-Reset`, String(resetsAt))
    }
    context.header('X-RateLimit-Limit', String(limit))
    context.header('X-Rate-Limit', String(limit))
    if (retryAfterSeconds !== null) throw tooMany(retryAfterSeconds)
    await next()
  }
}

function checkKeys(context: Request): void {
  const key = context.req.header('apikey')
  const appId = context.req.header('appId')
  if (!key) throw new Refusal('AUTH_ERR_EMPTY_APIKEY', 'The apikey header is missing or empty.')
  if (appId !== undefined && appId !== APP_ID)
    throw new Refusal('AUTH_ERR_INVALID_APPID', 'There is no app of that id.')
  if (key === AUTH_KEY) throw new Refusal('AUTH_ERR_NO_ACCESS', 'The scope of this API key does not allow this.')
  if (key !== API_KEY) throw new Refusal('AUTH_ERR_APIKEY_NOT_FOUND', 'The API key does not exist.')
}

function readViewer(desk: Desk, context: Request): User | null {
  const uid = context.req.header('onBehalfOf')
  return uid ? desk.user(uid) : null
}
