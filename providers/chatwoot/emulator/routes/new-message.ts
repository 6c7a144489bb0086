import { type Actor, type Conversation, isRecord, type Json, type Message, type MessageType } from '../records.ts'
import { post } from '../rules.ts'
import type { AccountState, MessageDraft } from '../state.ts'
import type { Caller } from './endpoint.ts'
import { unprocessable } from './refusal.ts'

const CONTENT_TYPES = [
  ...['text', 'input_text', 'input_textarea', 'input_email', 'input_select', 'cards', 'form', 'article'],
  ...['incoming_email', 'input_csat', 'integrations', 'sticker', 'voice_call'],
]
const WITH_ITEMS = ['cards', 'form', 'article']
const LONGEST = 150_000
const MOST_PER_MINUTE = 200

/** Writes what a body asks for. Nothing is required and nothing is deduplicated. */
export async function writeMessage(
  account: AccountState,
  conversation: Conversation,
  body: Json,
  caller: Caller,
): Promise<Message> {
  if (body.message_type === 'incoming' && account.inboxOf(conversation).channelType !== 'Channel::Api') {
    throw unprocessable('Incoming messages are only allowed in Api inboxes')
  }
  const minuteAgo = Date.now() - 60_000
  const recent = conversation.messages.filter(({ createdAt }) => createdAt > minuteAgo)
  if (recent.length >= MOST_PER_MINUTE) throw unprocessable('Validation failed: Too many messages')
  const draft: MessageDraft = {
    ...readDraft(body, caller, conversation),
    writer: (caller.user ?? caller.bot).name,
    contentAttributes: linked(conversation, readAttributes(body.content_attributes)),
    ...(typeof body.source_id === 'string' ? { sourceId: body.source_id } : {}),
    attachments: await readFiles(account, body.attachments),
    echoId: body.echo_id,
  }
  return post(account, conversation, draft, account.now())
}

function readDraft(body: Json, caller: Caller, conversation: Conversation): MessageDraft {
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
