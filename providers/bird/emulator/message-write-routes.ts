import { Hono } from 'hono'
import { type Answers, askedConversation, askedMessage } from './answers.ts'
import { readBody, readContent, readRecipients, readSpeaker } from './drafting.ts'
import { toMessage } from './message-shape.ts'
import { Payload } from './payload.ts'
import type { Conversation, Message } from './records.ts'
import { invalid } from './refusal.ts'

/** Sending messages, changing drafts, deleting either. */
export function messageWriteRoutes(answers: Answers): Hono {
  const { deeds, view } = answers
  const routes = new Hono().basePath('/conversations/:conversation/messages')

  routes.post('/', async (context) => {
    const conversation = askedConversation(answers, context)
    const payload = await Payload.of(context)
    const content = readContent(payload)
    const replyTo = readReplyTo(payload, conversation)
    const recipients = readRecipients(payload, deeds)
    if (conversation.status !== 'active') throw invalid({ conversation: [`is ${conversation.status}, not active`] })
    const sender = readSpeaker(payload, conversation, deeds)
    const message = deeds.post(conversation, { sender, replyTo, recipients, ...content })
    return context.json(toMessage(view(), conversation, message), 201)
  })
  routes.patch('/:message', async (context) => {
    const conversation = askedConversation(answers, context)
    const message = askedMessage(conversation, context)
    const change = readChange(await Payload.of(context))
    if (!message.draft) throw invalid({ message: ['was sent, only drafts can change'] })
    deeds.revise(conversation, message, change)
    return context.json(toMessage(view(), conversation, message))
  })
  routes.delete('/:message', (context) => {
    const conversation = askedConversation(answers, context)
    deeds.erase(conversation, askedMessage(conversation, context))
    return context.body(null, 204)
  })
  return routes
}

function readReplyTo(payload: Payload, { messages }: Conversation): string | null {
  const id = payload.text('replyToMessageId')
  if (id !== null && !messages.some((message) => message.id === id))
    throw payload.wrong('replyToMessageId', 'is no message of this conversation')
  return id
}

const CHANGEABLE = ['draft', 'body', 'sender', 'status', 'recipients', 'addMissingParticipants', 'replyToMessageId']

/** At least one property, and none that is not known. */
function readChange(payload: Payload): Partial<Message> {
  const keys = payload.keys()
  const unknown = keys.find((key) => !CHANGEABLE.includes(key))
  if (unknown !== undefined) throw payload.wrong(unknown, 'is not known')
  if (keys.length === 0) throw invalid({ body: ['must have something to change'] })
  const body = readBody(payload)
  return { ...(body && { body }), ...(keys.includes('draft') && { draft: payload.flag('draft') }) }
}
