import { Hono } from 'hono'
import { deleteMessage, failMessage, retryMessage, setMessageStatus } from '../receipts.ts'
import { type Actor, type Conversation, isRecord, type Json, type Message, type MessageType } from '../records.ts'
import { restMessage } from '../rest-form.ts'
import { post } from '../rules.ts'
import type { AccountState, MessageDraft } from '../state.ts'
import { endpoint, pathNumber, type Visit, visitedConversation } from './endpoint.ts'
import { noSuchRecord, Refusal, unprocessable } from './refusal.ts'

const CONTENT_TYPES = [
  ...['text', 'input_text', 'input_textarea', 'input_email', 'input_select', 'cards', 'form', 'article'],
  ...['incoming_email', 'input_csat', 'integrations', 'sticker', 'voice_call'],
]
const WITH_ITEMS = ['cards', 'form', 'article']
const LONGEST = 150_000
const MOST_PER_MINUTE = 200

/** Writing messages, telling what became of them, deleting and sending again. */
export function messageActRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.post(
    '/',
    endpoint(account, async (visit) => createMessage(account, visit), { bots: true }),
  )
  routes.patch(
    '/:message',
    endpoint(account, (visit) => patchMessage(account, visit)),
  )
  routes.delete(
    '/:message',
    endpoint(account, (visit) => {
      const message = visitedMessage(visitedConversation(account, visit), visit)
      deleteMessage(account, message, account.now())
      return restMessage(account, message)
    }),
  )
  routes.post(
    '/:message/retry',
    endpoint(account, (visit) => retry(account, visit)),
  )
  return routes
}

/** Nothing is required and nothing is deduplicated. */
async function createMessage(account: AccountState, visit: Visit): Promise<Json> {
  const conversation = visitedConversation(account, visit)
  const { body } = visit
  if (body.message_type === 'incoming' && account.inboxOf(conversation).channelType !== 'Channel::Api') {
    throw unprocessable('Incoming messages are only allowed in Api inboxes')
  }
  const minuteAgo = Date.now() - 60_000
  const recent = conversation.messages.filter(({ createdAt }) => createdAt > minuteAgo)
  if (recent.length >= MOST_PER_MINUTE) throw unprocessable('Validation failed: Too many messages')
  const draft: MessageDraft = {
    ...readDraft(visit, conversation),
    writer: (visit.caller.user ?? visit.caller.bot).name,
    contentAttributes: linked(conversation, readAttributes(body.content_attributes)),
    ...(typeof body.source_id === 'string' ? { sourceId: body.source_id } : {}),
    attachments: await readFiles(account, body.attachments),
    echoId: body.echo_id,
  }
  const message = post(account, conversation, draft, account.now())
  return restMessage(account, message, body.echo_id)
}

function readDraft({ body, caller }: Visit, conversation: Conversation): MessageDraft {
  const content = typeof body.content === 'string' ? body.content : null
  const type = body.message_type === undefined ? 'outgoing' : String(body.message_type)
  const contentType = body.content_type === undefined ? 'text' : String(body.content_type)
  if (!isMessageType(type)) throw unprocessable(`'${type}' is not a valid message_type`)
  if (!CONTENT_TYPES.includes(contentType)) throw unprocessable(`'${contentType}' is not a valid content_type`)
  if (content !== null && content.length > LONGEST) {
    throw unprocessable('Validation failed: Content is too long (maximum is 150000 characters)')
  }
  const { items } = readAttributes(body.content_attributes)
  if (WITH_ITEMS.includes(contentType) && items === undefined) throw unprocessable("undefined method 'reject' for nil")
  const own: Actor = caller.user === null ? { kind: 'bot', id: caller.bot.id } : { kind: 'user', id: caller.user.id }
  const contact: Actor = { kind: 'contact', id: conversation.contactInbox.contactId }
  const isPrivate = body.private === true || body.private === 'true'
  return { type, content, contentType, private: isPrivate, sender: type === 'outgoing' ? own : contact }
}

function isMessageType(word: string): word is MessageType {
  return ['incoming', 'outgoing', 'activity', 'template'].includes(word)
}

function readAttributes(value: unknown): Json {
  const read: unknown = typeof value === 'string' ? JSON.parse(value) : value
  return isRecord(read) ? read : {}
}

/** What a message replies to is found in its own conversation, or is null. */
function linked({ messages }: Conversation, attributes: Json): Json {
  if (!('in_reply_to' in attributes)) return attributes
  const target = messages.find(({ id }) => id === Number(attributes.in_reply_to))
  return { ...attributes, in_reply_to: target?.id ?? null, in_reply_to_external_id: target?.sourceId ?? null }
}

async function readFiles(account: AccountState, sent: unknown): Promise<NonNullable<MessageDraft['attachments']>> {
  const files = Array.isArray(sent) ? sent.filter((one) => one instanceof File) : []
  return Promise.all(
    files.map(async (one: File) => {
      const content = Buffer.from(await one.arrayBuffer())
      const file = account.addFile({ name: one.name, contentType: one.type, content })
      const kind = one.type.split('/')[0]
      const fileType = kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file'
      return { fileType, file, size: null, extra: {} } as const
    }),
  )
}

/** Unknown states, and going back from read to delivered, are ignored with a 200. */
function patchMessage(account: AccountState, visit: Visit): Json {
  const conversation = visitedConversation(account, visit)
  const message = visitedMessage(conversation, visit)
  if (account.inboxOf(conversation).channelType !== 'Channel::Api') {
    throw new Refusal(403, { error: 'Message status update is only allowed for API inboxes' })
  }
  const { status, external_error: cause } = visit.body
  const isBackwards = message.status === 'read' && status === 'delivered'
  if (status === 'failed') failMessage(account, message, String(cause ?? ''), account.now())
  else if ((status === 'sent' || status === 'delivered' || status === 'read') && !isBackwards) {
    setMessageStatus(account, message, status, account.now())
  }
  return restMessage(account, message)
}

function retry(account: AccountState, visit: Visit): Json {
  const conversation = visitedConversation(account, visit)
  const id = visit.context.req.param('message')
  const message = conversation.messages.find((one) => String(one.id) === id)
  if (message === undefined) {
    throw unprocessable(`Couldn't find Message with 'id'="${id}" [WHERE "messages"."conversation_id" = $1]`)
  }
  retryMessage(account, message, account.now())
  return restMessage(account, message)
}

function visitedMessage(conversation: Conversation, visit: Visit): Message {
  const message = conversation.messages.find(({ id }) => id === pathNumber(visit, 'message'))
  if (message === undefined) throw noSuchRecord()
  return message
}
