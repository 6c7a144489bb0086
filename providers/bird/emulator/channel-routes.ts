import { type Context, Hono } from 'hono'
import type { Answers } from './answers.ts'
import { toChannelMessage, toInteraction } from './message-shape.ts'
import { pageOf, readPageQuery } from './paging.ts'
import { type Conversation, isOnChannel, type Message } from './records.ts'
import { found } from './refusal.ts'
import { toChannel } from './workspace-shape.ts'

interface Carried {
  readonly conversation: Conversation
  readonly message: Message
}

/** The Channels API: the channels, and their own view of the messages that went through them. */
export function channelRoutes({ workspace, view }: Answers): Hono {
  const routes = new Hono().basePath('/channels')
  const askedChannel = (context: Context) =>
    found(workspace.channels.find(({ id }) => id === context.req.param('channel')))
  const carriedBy = (context: Context): readonly Carried[] => {
    const channel = askedChannel(context)
    return workspace.conversations.filter((conversation) => conversation.channel === channel).flatMap(carriedIn)
  }
  const askedMessage = (context: Context): Carried =>
    found(carriedBy(context).find(({ message }) => message.id === context.req.param('message')))

  routes.get('/', (context) => context.json(pageOf(workspace.channels, readPageQuery(context), toChannel)))
  routes.get('/:channel', (context) => context.json(toChannel(askedChannel(context))))
  routes.get('/:channel/conversational', (context) => {
    askedChannel(context)
    return context.json({ status: 'active' })
  })
  routes.get('/:channel/messages', (context) => {
    const rows = carriedBy(context)
      .filter(matching(context))
      .map((carried) => ({ ...carried, id: carried.message.id, createdAt: carried.message.createdAt }))
    const toWire = ({ conversation, message }: Carried) => toChannelMessage(view(), conversation, message)
    return context.json(pageOf(rows, readPageQuery(context), toWire))
  })
  routes.get('/:channel/messages/:message', (context) => {
    const { conversation, message } = askedMessage(context)
    return context.json(toChannelMessage(view(), conversation, message))
  })
  routes.get('/:channel/messages/:message/interactions', (context) => {
    const { conversation, message } = askedMessage(context)
    const results = message.interactions.map((one) => toInteraction(view(), conversation, message, one))
    return context.json({ results })
  })
  return routes
}

function carriedIn(conversation: Conversation): readonly Carried[] {
  return conversation.messages.filter(isOnChannel).map((message) => ({ conversation, message }))
}

/** `phonenumber` and `status` are not documented, but taken. */
function matching(context: Context): (carried: Carried) => boolean {
  const { phonenumber, status } = context.req.query()
  return ({ conversation, message }) =>
    (status === undefined || message.status === status) &&
    (phonenumber === undefined || conversation.members.some(({ address }) => address?.value === phonenumber))
}
