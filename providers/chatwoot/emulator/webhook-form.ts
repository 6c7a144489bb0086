import { SHOP } from '../../kit/emulator/index.ts'
import { lastPublicMessage } from './derived.ts'
import { avatarOf, pushAttachments, pushConversation, pushMessage } from './push-form.ts'
import type { Actor, Contact, Conversation, Happening, Json, Message } from './records.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'
import { toIso } from './time.ts'

const ACCOUNT_FORM = { id: ACCOUNT_ID, name: SHOP }

/**
 * The body of the webhook that tells of a happening, from the state of now, which may be later than the happening. Null where
 * only the socket tells.
 */
export function webhookPayload(account: AccountState, happening: Happening): Json | null {
  const { name } = happening
  if (name === 'conversation_read' || name === 'first_reply_created') return null
  if ('message' in happening) {
    const { message } = happening
    return message.type === 'activity' ? null : { ...webhookMessage(account, message), event: name }
  }
  if ('contact' in happening) {
    const form = { ...webhookContact(account, happening.contact), event: name }
    return happening.changes === null ? form : { ...form, changed_attributes: happening.changes }
  }
  const conversation = webhookConversation(account, happening.conversation)
  if ('typist' in happening) {
    const user = webhookActor(account, happening.typist)
    return { event: name, user, conversation, is_private: happening.isPrivate }
  }
  const form = { ...conversation, event: name }
  return name === 'conversation_created' ? form : { ...form, changed_attributes: happening.changes }
}

/** Neither status nor changes: two updates of one message can be the same body. */
function webhookMessage(account: AccountState, message: Message): Json {
  const conversation = account.conversationOf(message)
  const inbox = account.inboxOf(conversation)
  return {
    account: ACCOUNT_FORM,
    additional_attributes: {},
    content_attributes: message.contentAttributes,
    content_type: message.contentType,
    content: normalized(message.content),
    conversation: webhookConversation(account, conversation),
    created_at: toIso(message.createdAt),
    id: message.id,
    inbox: { id: inbox.id, name: inbox.name },
    message_type: message.type,
    private: message.private,
    sender: message.sender === null ? null : webhookActor(account, message.sender),
    source_id: message.sourceId,
    ...pushAttachments(account, message),
  }
}

function webhookConversation(account: AccountState, conversation: Conversation): Json {
  const last = lastPublicMessage(conversation)
  return {
    ...pushConversation(account, conversation, 'job'),
    messages: last === undefined ? [] : [normalizedMessage(account, last)],
    account: ACCOUNT_FORM,
  }
}

function normalizedMessage(account: AccountState, message: Message): Json {
  const content = normalized(message.content)
  return { ...pushMessage(account, message, 'job'), content, processed_message_content: content }
}

function webhookContact(account: AccountState, contact: Contact): Json {
  const avatar = avatarOf(account, contact)
  return {
    account: ACCOUNT_FORM,
    additional_attributes: contact.additional,
    avatar,
    custom_attributes: contact.custom,
    email: contact.email,
    id: contact.id,
    identifier: contact.identifier,
    name: contact.name,
    phone_number: contact.phone,
    thumbnail: avatar,
    blocked: contact.blocked,
  }
}

function webhookActor(account: AccountState, { kind, id }: Actor): Json | null {
  if (kind === 'contact') {
    const contact = account.findContact(id)
    return contact === undefined ? null : webhookContact(account, contact)
  }
  const user = kind === 'user' ? account.user(id) : undefined
  if (user !== undefined) return { id, name: user.name, email: user.email, type: 'user' }
  const bot = kind === 'bot' ? account.bot(id) : undefined
  return bot === undefined ? null : { id, name: bot.name, type: 'agent_bot' }
}

function normalized(content: string | null): string | null {
  return content === null ? null : content.replaceAll('\\\n', '\n').replace(/\n+$/, '')
}
