import { Hono } from 'hono'
import type { AccountState } from '../state.ts'
import { accountRoutes, inboxRoutes, profileRoutes, teamRoutes } from './account-routes.ts'
import { clientRoutes } from './client-routes.ts'
import { contactOfSession, contactRoutes } from './contact-routes.ts'
import { conversationActRoutes } from './conversation-act-routes.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { creationRoutes } from './creation-routes.ts'
import { endpoint } from './endpoint.ts'
import { fileRoutes } from './file-routes.ts'
import { messageActRoutes } from './message-act-routes.ts'
import { answerRefusal, answerUnknownRoute } from './refusal.ts'
import { notificationRoutes, searchRoutes } from './search-routes.ts'
import { stampAnswers } from './stamps.ts'
import { threadRoutes } from './thread-routes.ts'
import { type Throttling, throttle } from './throttle.ts'

export interface RouteOptions {
  readonly throttling: Throttling
  /** Called behind each answer, so that webhooks tell of what it changed. */
  readonly afterwards: () => void
}

/** Everything that the emulated server answers. */
export function createRoutes(account: AccountState, { throttling, afterwards }: RouteOptions): Hono {
  const scope = '/api/v1/accounts/:account'
  const routes = new Hono()
  routes.use(stampAnswers)
  routes.use(throttle(throttling))
  routes.use(async (_, next) => {
    await next()
    afterwards()
  })
  routes.route('/api/v1/profile', profileRoutes(account))
  routes.route(`${scope}/conversations`, conversationRoutes(account))
  routes.route(`${scope}/conversations/:conversation`, threadRoutes(account))
  routes.route(`${scope}/conversations/:conversation`, conversationActRoutes(account))
  routes.route(`${scope}/conversations/:conversation/messages`, messageActRoutes(account))
  routes.route(`${scope}/contacts`, contactRoutes(account))
  routes.post(
    `${scope}/contact_inboxes/filter`,
    endpoint(account, (visit) => contactOfSession(account, visit)),
  )
  routes.route(scope, creationRoutes(account))
  routes.route(`${scope}/search`, searchRoutes(account))
  routes.route(`${scope}/notifications`, notificationRoutes(account))
  routes.route(`${scope}/teams`, teamRoutes(account))
  routes.route(scope, inboxRoutes(account))
  routes.route(scope, accountRoutes(account))
  routes.route('/public/api/v1/inboxes/:inbox/contacts/:source/conversations/:conversation', clientRoutes(account))
  routes.route('/rails/active_storage', fileRoutes(account))
  routes.notFound(answerUnknownRoute)
  routes.onError(answerRefusal)
  return routes
}
