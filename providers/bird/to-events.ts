import type { Told } from '../kit/received.ts'
import type { Wire } from '../kit/wire.ts'
import { fromInbound, fromOutbound, fromRead, type Source } from './channel-events.ts'
import { toChannelNudge, toReadNudge } from './locate.ts'
import { contextOf, type MessageContext } from './message-context.ts'
import { conversationRef, messageRef } from './refs.ts'
import { contactsIn, toFacts, toObserved } from './to-conversation.ts'
import { toPreview } from './to-message.ts'

/** What a webhook tells: `{service, event, payload}`. Events that nobody knows tell nothing. */
export function toTold(webhook: Wire, source: Source): readonly Told[] {
  const service = webhook.text('service')
  const event = webhook.text('event')
  // Each platform has channel events of its own: `whatsapp.inbound`, `email.inbound`.
  const name = service === 'channels' ? event.slice(event.indexOf('.')) : event
  const translate = EVENTS.get(`${service} ${name}`)
  return translate === undefined ? [] : translate(webhook.object('payload'), source)
}

/** Every documented event of the two services that have to do with conversations. */
const EVENTS: ReadonlyMap<string, (payload: Wire, source: Source) => readonly Told[]> = new Map([
  ['conversations conversation.created', toCreated],
  ['conversations conversation.updated', toUpdated],
  ['conversations conversation.deleted', toRemoved],
  ['channels .inbound', toInbound],
  ['channels .outbound', toOutbound],
  ['channels .interaction', toInteraction],
])

function toCreated(payload: Wire, source: Source): readonly Told[] {
  const { conversation, audience } = eventOf(payload, source)
  const [occurredAt, facts] = [payload.instant('createdAt'), toFacts(payload, source.account)]
  return [{ type: 'conversation-created', conversation, audience, occurredAt, facts }, ...lastOf(payload, source)]
}

function toUpdated(payload: Wire, source: Source): readonly Told[] {
  const { conversation, occurredAt } = eventOf(payload, source)
  return [...toObserved(payload, { conversation, occurredAt }, source.account), ...lastOf(payload, source)]
}

function toRemoved(payload: Wire, source: Source): readonly Told[] {
  return [{ ...eventOf(payload, source), type: 'conversation-removed' }]
}

function eventOf(payload: Wire, { account }: Source) {
  const conversation = conversationRef(account, payload.text('id'))
  return { conversation, occurredAt: payload.instant('updatedAt'), audience: 'public' } as const
}

/** The state of the last message, whatever it was that changed: of one that certainly went out, or was deleted. */
function lastOf(payload: Wire, source: Source): readonly Told[] {
  const event = eventOf(payload, source)
  const last = payload.optionalObject('lastMessage')
  if (last === null) return []
  const message = messageRef(event.conversation, last.text('id'))
  if (last.filledText('status') === 'deleted') {
    const audience = isTeamsOwn(last) ? 'internal' : 'public'
    return [{ ...event, audience, type: 'message-deleted', message, isNew: false }]
  }
  if (!last.has('createdAt')) return []
  const { delivery } = toPreview(last, payload, event.conversation)
  if (delivery === null || delivery.state === 'unknown' || !isSurelyOutgoing(last, payload)) return []
  const [contact, ...others] = contactsIn(payload, source.account)
  const person = contact === undefined || others.length > 0 ? null : contact
  return [{ ...event, type: 'delivery-reported', message, delivery, person, isNew: false }]
}

/** A comment, or what was never sent. */
function isTeamsOwn(last: Wire): boolean {
  return last.filledText('type') === 'comment' || last.optionalBoolean('draft') === true
}

/** What came in is born delivered. Where nobody is named as the sender, only another status or the time can tell. */
function isSurelyOutgoing(last: Wire, payload: Wire): boolean {
  if (last.optionalObject('sender')?.filledText('id')) return true
  const wentOut = payload.instant('lastMessageOutgoingAt')?.getTime() === last.instant('createdAt')?.getTime()
  return wentOut || last.filledText('status') !== 'delivered'
}

function toInbound(payload: Wire, source: Source): readonly Told[] {
  const context = placeOf(payload.text('id'), payload, source)
  return context === null ? [toChannelNudge('inbound', payload)] : fromInbound(payload, context, source)
}

function toOutbound(payload: Wire, source: Source): readonly Told[] {
  const context = placeOf(payload.text('id'), payload, source)
  return context === null ? [toChannelNudge('outbound', payload)] : fromOutbound(payload, context, source)
}

/**
 * Only reading is an event. What else people do (clicked, opened, reaction, conversion, invalid, reported-as-spam and requests
 * to subscribe, to unsubscribe or to delete) stays with the message, whose reader finds it there.
 */
function toInteraction(payload: Wire, source: Source): readonly Told[] {
  if (payload.filledText('type') !== 'read') return []
  const context = placeOf(payload.text('messageId'), payload, source)
  return context === null ? [toReadNudge(payload)] : [fromRead(payload, context, source)]
}

/** As it says itself, else as it was said before of the same message. */
function placeOf(message: string, payload: Wire, { known }: Source): MessageContext | null {
  const context = contextOf(payload)
  if (context !== null) known.note(message, context)
  return context ?? known.contextOf(message)
}
