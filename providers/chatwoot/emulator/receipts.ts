import { isAfter } from './derived.ts'
import type { ChannelType, Conversation, Json, Message, MessageStatus, User } from './records.ts'
import type { AccountState } from './state.ts'
import { type Instant, toIso } from './time.ts'

const HOUR_MS = 3_600_000

/** Whose receipts reach the server message by message, as far as the channel tells any. */
const PER_MESSAGE_RECEIPTS: Readonly<Record<ChannelType, readonly MessageStatus[]>> = {
  'Channel::Api': ['delivered'],
  'Channel::WebWidget': [],
  'Channel::Email': [],
  'Channel::Whatsapp': ['delivered', 'read'],
  'Channel::FacebookPage': ['delivered', 'read'],
  'Channel::Line': ['delivered'],
}

const KEEPS_CONTACT_LAST_SEEN: readonly ChannelType[] = ['Channel::Api', 'Channel::WebWidget']

/** The contact's device has everything sent so far. Channels that never report delivery leave no trace. */
export function deliverToContact(account: AccountState, conversation: Conversation, at: Instant): void {
  if (!PER_MESSAGE_RECEIPTS[account.inboxOf(conversation).channelType].includes('delivered')) return
  for (const message of conversation.messages) {
    if (message.type === 'outgoing' && !message.private && message.status === 'sent') {
      setMessageStatus(account, message, 'delivered', at)
    }
  }
}

/**
 * The contact has seen everything written until `seenAt`. In an app or on the website this moves `contact_last_seen_at`, and
 * then each message that is not incoming becomes read, notes and activities too. Elsewhere only messages change.
 */
export function seeAsContact(account: AccountState, conversation: Conversation, seenAt: Instant, at: Instant): void {
  const { channelType } = account.inboxOf(conversation)
  if (KEEPS_CONTACT_LAST_SEEN.includes(channelType)) {
    conversation.contactLastSeenAt = Math.max(conversation.contactLastSeenAt ?? 0, seenAt)
    conversation.updatedAt = account.savedAfter(at)
    account.tell({ name: 'conversation_read', conversation, changes: null })
    markRead(account, conversation.messages, seenAt, at)
  } else if (PER_MESSAGE_RECEIPTS[channelType].includes('read')) {
    markRead(account, conversation.messages.filter(isOnChannel), seenAt, at)
  }
}

/** An agent looks. No event tells of it and `updated_at` stays. Without anything new it is written once an hour at most. */
export function seeAsAgent(conversation: Conversation, user: User, seenAt: Instant): void {
  const isAssignee = conversation.assigneeId === user.id
  const last = isAssignee ? conversation.assigneeLastSeenAt : conversation.agentLastSeenAt
  const isAnythingNew = conversation.messages.some((message) => isAfter(message, last))
  if (!isAnythingNew && last !== null && seenAt - last < HOUR_MS) return
  conversation.agentLastSeenAt = Math.max(conversation.agentLastSeenAt ?? 0, seenAt)
  if (isAssignee) conversation.assigneeLastSeenAt = Math.max(conversation.assigneeLastSeenAt ?? 0, seenAt)
  for (const message of conversation.messages) {
    if (message.type === 'incoming' && !isAfter(message, seenAt)) message.readAt ??= seenAt
  }
}

/** Sets what became of a message. The same status again is no event; the conversation itself does not move. */
export function setMessageStatus(account: AccountState, message: Message, status: MessageStatus, at: Instant): void {
  if (message.status === status) return
  if (status === 'delivered' || status === 'read') message.deliveredAt ??= at
  if (status === 'read') message.readAt ??= at
  save(account, message, { status, contentAttributes: withoutError(message) }, at)
}

/** Once a message has failed it keeps the key. */
function withoutError({ contentAttributes }: Message): Json {
  return 'external_error' in contentAttributes ? { ...contentAttributes, external_error: null } : contentAttributes
}

type Saved = Pick<Message, 'content' | 'status' | 'contentType' | 'contentAttributes' | 'attachments'>

/** Tells what differs, also where only the time does. */
function save(account: AccountState, message: Message, patch: Partial<Saved>, at: Instant): void {
  const before = wireValues(message)
  Object.assign(message, patch, { updatedAt: at })
  const changes = Object.entries(wireValues(message)).flatMap(([name, after]) =>
    JSON.stringify(before[name]) === JSON.stringify(after) ? [] : [[name, [before[name], after]] as const],
  )
  account.tell({ name: 'message_updated', message, changes: Object.fromEntries(changes) })
}

function wireValues(message: Message): Json {
  return {
    content: message.content,
    updated_at: toIso(message.updatedAt),
    status: message.status,
    content_type: message.contentType,
    content_attributes: message.contentAttributes,
    processed_message_content: message.content,
  }
}

/** Makes the last incoming message unread again, for every agent: both positions go back to a second before it. */
export function markUnread(conversation: Conversation): void {
  const last = conversation.messages.findLast(({ type }) => type === 'incoming')
  conversation.agentLastSeenAt = last === undefined ? null : last.createdAt - 1_000
  conversation.assigneeLastSeenAt = conversation.agentLastSeenAt
}

/** Sends again what failed; its attributes are gone then, and two updates are told, the second of the attributes alone. */
export function retryMessage(account: AccountState, message: Message, at: Instant): void {
  save(account, message, { status: 'sent', contentAttributes: withoutError(message) }, at)
  save(account, message, { contentAttributes: {} }, at + 20)
}

/** A failure names its cause, which stays in the attributes. */
export function failMessage(account: AccountState, message: Message, cause: string, at: Instant): void {
  if (message.status === 'failed') return
  const contentAttributes = { ...message.contentAttributes, external_error: cause }
  save(account, message, { status: 'failed', contentAttributes }, at)
}

/** Soft: the message stays in its place. */
export function deleteMessage(account: AccountState, message: Message, at: Instant): void {
  if (message.contentAttributes.deleted === true) return
  const contentAttributes = { deleted: true }
  save(
    account,
    message,
    { content: 'This message was deleted', contentType: 'text', contentAttributes, attachments: [] },
    at,
  )
}

function isOnChannel(message: Message): boolean {
  return !message.private && (message.type === 'outgoing' || message.type === 'template')
}

function markRead(account: AccountState, messages: readonly Message[], seenAt: Instant, at: Instant): void {
  for (const message of messages) {
    const isOpen = message.status === 'sent' || message.status === 'delivered'
    if (message.type !== 'incoming' && isOpen && message.createdAt <= seenAt) {
      setMessageStatus(account, message, 'read', at)
    }
  }
}
