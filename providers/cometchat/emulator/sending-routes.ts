import { Hono } from 'hono'
import type { Acts } from './acts.ts'
import { readBody, readTags } from './body.ts'
import { tellOfMessage } from './deeds.ts'
import { type Desk, type Request, requireViewer, type Vars } from './desk.ts'
import { readData, readDraft } from './draft.ts'
import { APP_SYSTEM, type Json, type Message, type User } from './entities.ts'
import { toMessage } from './message-shapes.ts'
import { UserMeters } from './rate-meter.ts'
import { Refusal } from './refusal.ts'

/** Sending, editing and deleting messages, and reacting to them. A user may send so many a minute; the app itself any number. */
export function sendingRoutes(desk: Desk, acts: Acts, sendsPerMinute: number): Hono<Vars> {
  const routes = new Hono<Vars>()
  const meters = new UserMeters(sendsPerMinute)

  const send = (context: Request, body: Json) => {
    const viewer = context.get('viewer')
    if (viewer !== null) meters.take(viewer.uid)
    const message = acts.post(readDraft(body, { desk, viewer, now: acts.now() }))
    return context.json({ data: toMessage(message, viewer, { withTags: true }) })
  }

  routes.post('/messages', async (context) => send(context, await readBody(context)))

  routes.post('/messages/:id/thread', async (context) => {
    requireViewer(context)
    return send(context, { ...(await readBody(context)), parentId: context.req.param('id') })
  })

  routes.put('/messages/:id', async (context) => {
    const { message, by } = ownMessage(desk, context)
    const body = await readBody(context)
    const at = acts.now()
    message.data = { ...message.data, ...readData(body) }
    message.tags = readTags(body) ?? message.tags
    message.edited = { at, by: by.uid }
    message.updatedAt = at
    return context.json({ data: toMessage(acts.postChange(tellOfMessage('edited', message, by, at)), by) })
  })

  routes.delete('/messages/:id', async (context) => {
    const { message, by } = ownMessage(desk, context)
    const { permanent } = await readBody(context)
    const at = acts.now()
    message.deleted = { at, by: by.uid }
    message.updatedAt = at
    if (permanent === true) desk.state.erase(message)
    return context.json({ data: toMessage(acts.postChange(tellOfMessage('deleted', message, by, at)), by) })
  })

  routes.post('/messages/:id/reactions/:reaction', (context) => {
    const { message, viewer, reaction } = reactionIn(desk, context)
    if (!message.reactions.some((one) => one.user === viewer && one.reaction === reaction))
      message.reactions.push({ id: desk.state.nextReactionId(), reaction, user: viewer, at: acts.now() })
    return context.json({ data: toMessage(message, viewer, { withTags: true }) })
  })

  routes.delete('/messages/:id/reactions/:reaction', (context) => {
    const { message, viewer, reaction } = reactionIn(desk, context)
    const index = message.reactions.findIndex((one) => one.user === viewer && one.reaction === reaction)
    if (index >= 0) message.reactions.splice(index, 1)
    return context.json({ data: toMessage(message, viewer, { withTags: true }) })
  })

  return routes
}

/** Only who said it may change it, and the app itself. */
function ownMessage(desk: Desk, context: Request): { readonly message: Message; readonly by: User } {
  const viewer = context.get('viewer')
  const message = desk.message(context.req.param('id') ?? '', viewer)
  if (message.deed !== undefined || message.deleted !== undefined)
    throw new Refusal('ERR_MESSAGE_ACTION_NOT_ALLOWED', `The message ${message.id} cannot be changed.`)
  if (viewer !== null && viewer !== message.sender)
    throw new Refusal(
      'ERR_MESSAGE_NOT_A_SENDER',
      `The user ${viewer.uid} is not the sender of the message ${message.id}.`,
    )
  return { message, by: viewer ?? APP_SYSTEM }
}

function reactionIn(desk: Desk, context: Request) {
  const viewer = requireViewer(context)
  const message = desk.message(context.req.param('id') ?? '', viewer)
  return { message, viewer, reaction: context.req.param('reaction') ?? '' }
}
