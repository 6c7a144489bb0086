import { Hono } from 'hono'
import type { Answers } from './answers.ts'
import { pageOf, readPageQuery } from './paging.ts'
import type { JsonObject, Workspace } from './records.ts'
import { found } from './refusal.ts'
import { toTime } from './times.ts'
import type { ServiceEvents, Subscription } from './webhooks.ts'

/** Subscriptions to webhooks; the signing key is not told again after a subscription was made. */
export function subscriptionRoutes({ workspace, deliveries }: Answers): Hono {
  const routes = new Hono().basePath('/webhook-subscriptions')
  const toWire = (subscription: Subscription) => toSubscription(workspace, subscription)

  routes.get('/', (context) => context.json(pageOf(deliveries.subscriptions, readPageQuery(context), toWire)))
  routes.get('/:subscription', (context) => {
    const { subscription } = context.req.param()
    return context.json(toWire(found(deliveries.subscriptions.find(({ id }) => id === subscription))))
  })
  return routes
}

/** What can be subscribed to. */
export function availableWebhookRoutes(offers: readonly ServiceEvents[]): Hono {
  const routes = new Hono()
  routes.get('/available-webhooks', (context) => {
    const service = context.req.query('service')
    return context.json({ results: offers.filter((offer) => service === undefined || offer.service === service) })
  })
  return routes
}

/** The events of both services, those of the channels for each platform in use. */
export function offeredEvents({ channels }: Pick<Workspace, 'channels'>): readonly ServiceEvents[] {
  const conversationEvents = ['created', 'updated', 'deleted'].map((event) => ({
    name: `conversation.${event}`,
    filterKeys: ['channelId'],
  }))
  const channelEvents = channels.flatMap(({ platform }) => [
    { name: `${platform}.inbound`, filterKeys: ['channelId'] },
    { name: `${platform}.outbound`, filterKeys: ['channelId', 'messageStatus'] },
    { name: `${platform}.interaction`, filterKeys: ['channelId', 'interactionType'] },
  ])
  return [
    { service: 'channels', events: channelEvents },
    { service: 'conversations', events: conversationEvents },
  ]
}

function toSubscription({ id, organizationId }: Workspace, subscription: Subscription): JsonObject {
  const created = toTime(subscription.createdAt)
  return {
    id: subscription.id,
    organizationId,
    workspaceId: id,
    service: subscription.service,
    event: subscription.event,
    eventFilters: [],
    url: subscription.url,
    status: 'active',
    createdAt: created,
    updatedAt: created,
  }
}
