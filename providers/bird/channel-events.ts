import type { Told } from '../kit/received.ts'
import { Wire } from '../kit/wire.ts'
import type { Delivery, DomainEvent, JsonObject, PersonRef } from '../port/index.ts'
import type { KnownMessages } from './known-messages.ts'
import type { MessageContext } from './message-context.ts'
import { conversationRef, messageRef, personRef } from './refs.ts'
import { toDelivery } from './to-delivery.ts'
import { toMessage } from './to-message.ts'
import { contactIdsOf } from './to-recipient.ts'

/** What it takes, beside the webhook itself, to understand it. */
export interface Source {
  readonly account: string
  /** Host (and port) of the API: media on it and below it need the access key. */
  readonly host: string
  readonly known: KnownMessages
}

/** Somebody wrote. Where the author or the body is missing, the message has to be read. */
export function fromInbound(payload: Wire, context: MessageContext, { account, host }: Source): readonly Told[] {
  const conversation = conversationRef(account, context.conversation)
  if (!payload.has('body') || contactOf(payload) === null) {
    return [{ type: 'reread', conversation, around: [messageRef(conversation, payload.text('id'))] }]
  }
  const reading = { account, host, channels: new Map(), forTeam: false }
  const message = toMessage(inConversation(payload), conversation, reading, 'listed')
  const { createdAt: occurredAt } = message
  return [{ type: 'message-saved', conversation, occurredAt, audience: 'public', message, isNew: true }]
}

/**
 * One step of a message of ours. The channel knows its connector as the sender and often no body: who wrote what is read once,
 * at the first steps.
 */
export function fromOutbound(payload: Wire, context: MessageContext, { account }: Source): readonly Told[] {
  const conversation = conversationRef(account, context.conversation)
  const message = messageRef(conversation, payload.text('id'))
  const occurredAt = payload.instant('lastStatusAt') ?? payload.instant('updatedAt')
  const event = { conversation, occurredAt, audience: 'public', message } as const
  const status = payload.filledText('status') ?? ''
  if (status === 'deleted') return [{ ...event, type: 'message-deleted', isNew: true }]
  const delivery = toDelivery(inConversation(payload), { isOutgoing: true, isComment: false })
  const person = toPerson(payload, context, account)
  return [
    ...(delivery === null || delivery.state === 'unknown'
      ? []
      : [{ ...event, type: 'delivery-reported', delivery, person, isNew: true } as const]),
    ...(FIRST_STATUSES.has(status) ? [{ type: 'reread', conversation, around: [message] } as const] : []),
  ]
}

/** Somebody saw a message of ours: that one, and nothing before it. */
export function fromRead(interaction: Wire, context: MessageContext, { account }: Source): DomainEvent {
  const conversation = conversationRef(account, context.conversation)
  const readAt = interaction.instant('createdAt')
  return {
    type: 'delivery-reported',
    conversation,
    occurredAt: readAt,
    audience: 'public',
    message: messageRef(conversation, interaction.text('messageId')),
    delivery: { ...JUST_READ, readAt },
    person: toPerson(interaction, context, account),
    isNew: true,
  }
}

const FIRST_STATUSES: ReadonlySet<string> = new Set(['pending', 'accepted'])

const JUST_READ: Delivery = {
  state: 'read',
  providerStatus: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  failure: null,
}

/** Whom the context names, else the only receiver, if there is but one. */
function toPerson(wire: Wire, { contact }: MessageContext, account: string): PersonRef | null {
  const [receiver, ...others] = contactIdsOf(wire)
  const id = contact ?? (others.length === 0 ? receiver : undefined)
  return id === undefined ? null : personRef(account, 'contact', id)
}

/**
 * A channel's message in the form in which conversations have it: the sender is no longer wrapped, what came in has the
 * channel as its source, and the last change is that of the status.
 */
function inConversation(payload: Wire): Wire {
  const contact = contactOf(payload)
  return Wire.object(
    {
      id: payload.text('id'),
      body: payload.jsonObject('body'),
      template: payload.jsonObject('template'),
      receiver: payload.jsonObject('receiver'),
      reference: payload.filledText('reference'),
      status: payload.filledText('status'),
      reason: payload.filledText('reason'),
      createdAt: payload.filledText('createdAt'),
      updatedAt: payload.filledText('lastStatusAt') ?? payload.filledText('updatedAt'),
      ...(contact !== null && { sender: toParticipant(contact), source: 'channels' }),
    },
    'bird webhook.payload',
  )
}

/** The contact who wrote; null for what went out. */
function contactOf(payload: Wire): Wire | null {
  const contact = payload.optionalObject('sender')?.optionalObject('contact') ?? null
  return contact?.filledText('id') ? contact : null
}

function toParticipant(contact: Wire): JsonObject {
  return {
    id: contact.text('id'),
    type: 'contact',
    displayName: contact.optionalObject('annotations')?.filledText('name') ?? null,
    contact: {
      identifierKey: contact.filledText('identifierKey'),
      identifierValue: contact.filledText('identifierValue'),
    },
  }
}
