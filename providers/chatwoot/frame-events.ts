import { Wire } from '../kit/wire.ts'
import type { DomainEvent } from '../port/index.ts'
import type { MessageScopes } from './message-scopes.ts'
import { receiptRulesOf } from './receipt-rules.ts'
import { conversationRef } from './refs.ts'
import {
  type DeliveryScope,
  isDeleted,
  isReadAhead,
  toConversationCreated,
  toConversationObserved,
  toDeliveryEvents,
  toHorizonEvents,
  toMessageDeleted,
  toMessageSaved,
  toTypingEvent,
} from './to-events.ts'
import type { MessageScope } from './to-model.ts'

/** Whose frames are read. */
export interface FrameReader {
  /** The configured key. */
  readonly account: string
  /** Chatwoot's number of the account. */
  readonly accountId: string
  readonly scopes: MessageScopes
}

type Translate = (data: Wire, reader: FrameReader) => readonly DomainEvent[] | Promise<readonly DomainEvent[]>

/** Every event of Chatwoot's socket by name; null: ignored on purpose. */
export const FRAME_EVENTS: ReadonlyMap<string, Translate | null> = new Map<string, Translate | null>([
  ['message.created', messageCreated],
  ['message.updated', messageUpdated],
  ['conversation.created', conversation(toConversationCreated)],
  ['conversation.updated', conversation(toConversationObserved)],
  ['conversation.status_changed', conversation(toConversationObserved)],
  ['conversation.contact_changed', conversation(toConversationObserved)],
  ['conversation.mentioned', conversation(toConversationObserved)],
  ['assignee.changed', conversation(toConversationObserved)],
  ['team.changed', conversation(toConversationObserved)],
  ['conversation.read', conversation((data, account) => toHorizonEvents(data, account, 'contact'))],
  ['conversation.typing_on', typing(true)],
  ['conversation.typing_off', typing(false)],
  // The message came as `message.created` too.
  ['first.reply.created', null],
  // Does not say which conversation.
  ['conversation.unread_count_changed', null],
  ['presence.update', null],
  // People and inboxes are read when they are asked for.
  ['contact.created', null],
  ['contact.updated', null],
  ['contact.merged', null],
  ['contact.deleted', null],
  ['account.cache_invalidated', null],
  // Of the token's owner alone.
  ['notification.created', null],
  ['notification.updated', null],
  ['notification.deleted', null],
])

/**
 * What a message of the room tells; nothing for events that are ignored or unknown, and for the other accounts of the token's
 * owner, who share the stream.
 */
export async function toFrameEvents(message: unknown, reader: FrameReader): Promise<readonly DomainEvent[]> {
  const frame = Wire.object(message, 'frame')
  const translate = FRAME_EVENTS.get(frame.text('event'))
  if (!translate) return []
  const data = frame.object('data')
  return data.text('account_id') === reader.accountId ? translate(data, reader) : []
}

async function messageCreated(data: Wire, reader: FrameReader): Promise<readonly DomainEvent[]> {
  return [toMessageSaved(data, await scopeOf(data, reader), true)]
}

/** A failure changes the status and says why in the attributes; a retry comes in two frames, the second without a status. */
async function messageUpdated(data: Wire, reader: FrameReader): Promise<readonly DomainEvent[]> {
  const changed = data.optionalObject('previous_changes')?.keys() ?? []
  // What was deleted long ago is read with the others.
  if (isDeleted(data)) return [toMessageDeleted(data, shortScope(data, reader), changed.includes('content_attributes'))]
  const isOnlyStatus = changed.every((key) => key === 'status' || key === 'updated_at')
  const scope = await deliveryScopeOf(data, reader)
  return [
    ...(changed.includes('status') ? toDeliveryEvents(data, scope) : []),
    ...(changed.includes('status') && isOnlyStatus ? [] : [toMessageSaved(data, scope, false)]),
  ]
}

/** All of them show the conversation whole, which spares reading it for what its messages do not say. */
function conversation(toEvents: (data: Wire, account: string) => readonly DomainEvent[]): Translate {
  return (data, { account, scopes }) => {
    scopes.learn(data)
    return toEvents(data, account)
  }
}

function typing(isTyping: boolean): Translate {
  return (data, { account }) => [toTypingEvent(data, account, isTyping)]
}

/** Only of these two does it matter whose message it is, and what the channel means by the word. */
async function scopeOf(data: Wire, reader: FrameReader): Promise<MessageScope> {
  const scope = shortScope(data, reader)
  const status = data.optionalText('status')
  return status === 'delivered' || status === 'read' ? reader.scopes.of(scope.conversation) : scope
}

async function deliveryScopeOf(data: Wire, reader: FrameReader): Promise<DeliveryScope> {
  const { conversation } = shortScope(data, reader)
  const scope = await reader.scopes.of(conversation)
  return isReadAhead(data, scope) ? reader.scopes.ofNow(conversation) : scope
}

function shortScope(data: Wire, { account }: FrameReader): MessageScope {
  const ref = conversationRef(account, data.text('conversation_id'))
  return { conversation: ref, contact: null, rules: receiptRulesOf(null) }
}
