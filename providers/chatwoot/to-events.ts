import type { Wire } from '../kit/wire.ts'
import type { ConversationFacts, ConversationRef, DomainEvent, Holder, Horizon, PersonRef } from '../port/index.ts'
import { receiptRulesOf } from './receipt-rules.ts'
import { conversationRef, messageRef, personRef } from './refs.ts'
import { isInternal, type MessageScope, readAssignee, readContact, toHorizons, toMessage } from './to-model.ts'
import { PRIORITIES, readChannel, readMessageTime, SENDER_TYPES, STATUSES } from './wire.ts'

export type HorizonMoved = Extract<DomainEvent, { readonly type: 'horizon-moved' }>
export type MessageSaved = Extract<DomainEvent, { readonly type: 'message-saved' }>

/** All of it as it was when it began, and how far both sides have looked since. */
export function toConversationCreated(conversation: Wire, account: string): readonly DomainEvent[] {
  const created: DomainEvent = {
    type: 'conversation-created',
    conversation: conversationRef(account, conversation.text('id')),
    occurredAt: conversation.requiredEpochSeconds('created_at'),
    audience: 'public',
    facts: { ...toPublicFacts(conversation, account), ...toInternalFacts(conversation, account) },
  }
  return [created, ...toHorizonEvents(conversation, account)]
}

/** All of it as it is now. That anything of the team's work has changed is kept from the customer. */
export function toConversationObserved(conversation: Wire, account: string): readonly DomainEvent[] {
  const observed = {
    type: 'conversation-observed',
    conversation: conversationRef(account, conversation.text('id')),
    occurredAt: conversation.requiredEpochSeconds('updated_at'),
    receiptModel: receiptRulesOf(readChannel(conversation)).model,
  } as const
  return [
    { ...observed, audience: 'public', facts: toPublicFacts(conversation, account) },
    { ...observed, audience: 'internal', facts: toInternalFacts(conversation, account) },
    ...toHorizonEvents(conversation, account),
  ]
}

/**
 * Every body of a conversation says how far our side and the contact have looked by now; `looked`: who just did, where that is
 * known: a person of ours moves the team's position and their own, not that of the assignee. When the team looked is its own
 * matter.
 */
export function toHorizonEvents(
  conversation: Wire,
  account: string,
  looked: 'contact' | 'team' | PersonRef | null = null,
): readonly HorizonMoved[] {
  const ref = conversationRef(account, conversation.text('id'))
  const contact = readContact(conversation, account)
  return toHorizons(conversation, contact, readAssignee(conversation, account)).map((horizon) => {
    const isContacts = horizon.holder === contact?.ref
    const isNew = isContacts ? looked === 'contact' : isLookOf(looked, horizon)
    return { ...horizonMoved(ref, horizon, isNew), audience: isContacts ? 'public' : 'internal' }
  })
}

function isLookOf(looked: 'contact' | 'team' | PersonRef | null, { holder }: Horizon): boolean {
  if (looked === null || looked === 'contact') return false
  return (
    holder === 'team' || (typeof looked !== 'string' && typeof holder !== 'string' && holder.native === looked.native)
  )
}

export function toMessageSaved(message: Wire, scope: MessageScope, isNew: boolean): MessageSaved {
  const saved = toMessage(message, scope)
  return { ...baseOf(message, scope), type: 'message-saved', message: saved, isNew, occurredAt: saved.createdAt }
}

/** Soft: the message stays in its place, without its content, and says so from then on. */
export function isDeleted(message: Wire): boolean {
  return message.optionalObject('content_attributes')?.optionalBoolean('deleted') === true
}

export function toMessageDeleted(message: Wire, scope: MessageScope, isNew: boolean): DomainEvent {
  const ref = messageRef(scope.conversation, message.text('id'))
  return { ...baseOf(message, scope), type: 'message-deleted', message: ref, isNew }
}

/** Up to when the contact is known to have looked, beside what a message does not say of itself. */
export interface DeliveryScope extends MessageScope {
  readonly contactSeenAt: Date | null
}

/** From any form of the conversation. */
export function toDeliveryScope(conversation: Wire, account: string): DeliveryScope {
  return {
    conversation: conversationRef(account, conversation.text('id')),
    contact: readContact(conversation, account)?.ref ?? null,
    rules: receiptRulesOf(readChannel(conversation)),
    contactSeenAt: conversation.epochSeconds('contact_last_seen_at'),
  }
}

/**
 * What became of a message. On channels where a position covers all before it, that position moves; of what the contact's own
 * position has said already there is nothing more to say.
 */
export function toDeliveryEvents(message: Wire, scope: DeliveryScope): readonly DomainEvent[] {
  const { ref, delivery, sortKey, createdAt } = toMessage(message, scope)
  if (delivery === null) return []
  const { state } = delivery
  if (state === 'read' && isSeen(createdAt, scope)) return []
  if (scope.rules.horizon === 'messages' && scope.contact !== null && (state === 'read' || state === 'delivered')) {
    const position = { sortKey, upToTime: createdAt, upToMessage: ref }
    const horizon: Horizon = {
      ...position,
      holder: scope.contact,
      kind: state,
      occurredAt: null,
      precision: 'up-to-message',
    }
    return [horizonMoved(scope.conversation, horizon, true)]
  }
  const reported = { type: 'delivery-reported', message: ref, delivery, person: scope.contact, isNew: true } as const
  return [{ ...baseOf(message, scope), ...reported }]
}

/** `data` of a typing frame, or the body of a typing webhook, where contacts have no type. */
export function toTypingEvent(body: Wire, account: string, typing: boolean): DomainEvent {
  const user = body.object('user')
  const holder: Holder = personRef(account, user.oneOf('type', SENDER_TYPES) ?? 'contact', user.text('id'))
  return {
    type: 'typing-changed',
    conversation: conversationRef(account, body.object('conversation').text('id')),
    occurredAt: null,
    audience: body.optionalBoolean('is_private') === true ? 'internal' : 'public',
    holder,
    typing,
  }
}

function baseOf(message: Wire, { conversation }: MessageScope): EventBase {
  const audience = isInternal(message) ? 'internal' : 'public'
  return { conversation, occurredAt: message.instant('updated_at'), audience }
}

type EventBase = Pick<DomainEvent, 'conversation' | 'occurredAt' | 'audience'>

function horizonMoved(conversation: ConversationRef, horizon: Horizon, isNew: boolean): HorizonMoved {
  const { occurredAt } = horizon
  return { type: 'horizon-moved', conversation, occurredAt, audience: 'public', horizon, movedBack: false, isNew }
}

function isSeen(createdAt: Date, { rules, contactSeenAt }: DeliveryScope): boolean {
  return rules.horizon === 'last-seen' && contactSeenAt !== null && createdAt <= contactSeenAt
}

/** Whether a message says that it was read where it is the contact's position that should. */
export function isReadAhead(message: Wire, scope: DeliveryScope): boolean {
  const isRead = message.optionalText('status') === 'read' && scope.rules.horizon === 'last-seen'
  return isRead && !isSeen(readMessageTime(message), scope)
}

function toPublicFacts(conversation: Wire, account: string): ConversationFacts {
  return {
    status: conversation.oneOf('status', STATUSES),
    title: readContact(conversation, account)?.displayName ?? null,
  }
}

function toInternalFacts(conversation: Wire, account: string): ConversationFacts {
  return {
    assignee: readAssignee(conversation, account)?.ref ?? null,
    snoozedUntil: conversation.instant('snoozed_until'),
    labels: conversation.texts('labels'),
    team: conversation.object('meta').optionalObject('team')?.text('id') ?? null,
    priority: conversation.oneOf('priority', PRIORITIES),
    customAttributes: conversation.jsonObject('custom_attributes'),
  }
}
