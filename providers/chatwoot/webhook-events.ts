import type { Told } from '../kit/received.ts'
import type { Wire } from '../kit/wire.ts'
import { messageRef } from './refs.ts'
import {
  isDeleted,
  toConversationCreated,
  toConversationObserved,
  toDeliveryEvents,
  toDeliveryScope,
  toHorizonEvents,
  toMessageDeleted,
  toMessageSaved,
  toTypingEvent,
} from './to-events.ts'

type Translate = (body: Wire, account: string) => readonly Told[]

/** Every event of Chatwoot's webhooks by name, also those that only agent bots get; null: ignored on purpose. */
export const WEBHOOK_EVENTS: ReadonlyMap<string, Translate | null> = new Map<string, Translate | null>([
  ['message_created', messageCreated],
  ['message_updated', messageUpdated],
  ['conversation_created', toConversationCreated],
  // `changed_attributes` is null for a changed status; the values of now are in every body.
  ['conversation_updated', toConversationObserved],
  ['conversation_status_changed', toConversationObserved],
  ['conversation_opened', toConversationObserved],
  ['conversation_resolved', toConversationObserved],
  ['conversation_typing_on', typing(true)],
  ['conversation_typing_off', typing(false)],
  // People and inboxes are read when they are asked for.
  ['contact_created', null],
  ['contact_updated', null],
  ['inbox_created', null],
  ['inbox_updated', null],
  // A visitor opened the widget; a conversation begins with its first message.
  ['webwidget_triggered', null],
])

/** What a verified body tells; nothing for an event that is ignored or that this does not know. */
export function toTold(body: Wire, account: string): readonly Told[] {
  return WEBHOOK_EVENTS.get(body.text('event'))?.(body, account) ?? []
}

function messageCreated(body: Wire, account: string): readonly Told[] {
  const conversation = body.object('conversation')
  const saved = toMessageSaved(
    body,
    { ...toDeliveryScope(body.object('conversation'), account), status: statusAtLeast(body) },
    true,
  )
  return [saved, ...toConversationObserved(conversation, account)]
}

/**
 * Before 4.16 it does not say what was updated: two different changes of one message have the same body. Only a deletion shows,
 * and may as well be an old one. From servers that do send the status there is nothing left to ask for. Positions come first:
 * what they say of messages is not said again.
 */
function messageUpdated(body: Wire, account: string): readonly Told[] {
  const scope = toDeliveryScope(body.object('conversation'), account)
  const horizons = toHorizonEvents(body.object('conversation'), account)
  if (isDeleted(body)) return [toMessageDeleted(body, scope, true), ...horizons]
  if (body.has('status')) return [...horizons, ...toDeliveryEvents(body, scope), toMessageSaved(body, scope, false)]
  const around = [messageRef(scope.conversation, body.text('id'))]
  return [...horizons, { type: 'reread', conversation: scope.conversation, around }]
}

function typing(isTyping: boolean): Translate {
  return (body, account) => [toTypingEvent(body, account, isTyping)]
}

/** Every message begins as sent; the conversation shows what has become of it, where it is still the last public one. */
function statusAtLeast(body: Wire): string {
  const id = body.text('id')
  const last = body
    .object('conversation')
    .list('messages')
    .find((message) => message.text('id') === id)
  return last?.optionalText('status') ?? 'sent'
}
