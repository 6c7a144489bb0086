import { fixedWidth } from '../kit/sort-key.ts'
import { Wire } from '../kit/wire.ts'
import type {
  Audience,
  ConversationRef,
  JsonObject,
  Location,
  Message,
  MessageKind,
  MessagePreview,
  MessageRef,
  Person,
  Side,
} from '../port/index.ts'
import type { BirdInteraction, BirdMessage } from './details.ts'
import type { Reading } from './reading.ts'
import { messageRef } from './refs.ts'
import { toAttachments } from './to-attachment.ts'
import { toDelivery, toPreviewDelivery, toReceipts } from './to-delivery.ts'
import { toSender } from './to-person.ts'
import { toBirdRecipients, toRecipients } from './to-recipient.ts'
import { MESSAGE_KINDS } from './wire.ts'

/** Written before the caller's key when a message is sent; other references belong to others. */
const OUR_REFERENCES = 'cg-'
const PREVIEW_LENGTH = 140
const TIME_DIGITS = 20
const NANOSECONDS_PER_MILLISECOND = 1_000_000n

/** Whether the whole message was asked for. In lists Bird may leave interactions out, so that none is no proof. */
export type Completeness = 'listed' | 'single'

export function toMessage(
  wire: Wire,
  conversation: ConversationRef,
  reading: Reading,
  completeness: Completeness,
): Message {
  const id = wire.text('id')
  const ref = messageRef(conversation, id)
  const sender = toSender(wire.optionalObject('sender'), reading.account)
  const type = toType(wire)
  const content = toContent(wire, type)
  const carried = { isOutgoing: sideOf(sender) === 'business', isComment: type === 'comment' }
  return {
    ref,
    externalId: id,
    sender,
    side: sideOf(sender),
    audience: audienceOf(type),
    kind: kindOf(type),
    sortKey: messageSortKey(wire),
    text: readText(content, 'text'),
    html: readText(content, 'html'),
    attachments: toAttachments(content, reading.host),
    location: type === 'location' ? toLocation(content) : null,
    recipients: toRecipients(wire, reading.account),
    replyTo: toReplyTo(wire, conversation),
    createdAt: wire.requiredInstant('createdAt'),
    updatedAt: wire.instant('updatedAt'),
    editedAt: null,
    isDraft: wire.optionalBoolean('draft') === true,
    deleted: wire.optionalText('status') === 'deleted' ? { at: null } : null,
    delivery: toDelivery(wire, carried),
    receipts: toReceipts(wire, { message: ref, account: reading.account, completeness, ...carried }),
    clientMessageId: toClientMessageId(wire.filledText('reference')),
    details: toDetails(wire, type),
  }
}

/**
 * The last message as its conversation tells it: without a body, and cut at 140 characters. Where it names no sender, the
 * conversation's time of the last message that came in tells the side.
 */
export function toPreview(wire: Wire, conversation: Wire, ref: ConversationRef): MessagePreview {
  const sender = toSender(wire.optionalObject('sender'), ref.account)
  const createdAt = wire.requiredInstant('createdAt')
  const cameIn = conversation.instant('lastMessageIncomingAt')?.getTime() === createdAt.getTime()
  const side = sender === null && cameIn ? 'customer' : sideOf(sender)
  const type = wire.filledText('type') ?? 'unknown'
  const text = wire.optionalObject('preview')?.filledText('text') ?? null
  return {
    message: messageRef(ref, wire.text('id')),
    text,
    isTruncated: text !== null && [...text].length >= PREVIEW_LENGTH,
    kind: kindOf(type),
    audience: audienceOf(type),
    side,
    isDraft: wire.optionalBoolean('draft') === true,
    isDeleted: wire.optionalText('status') === 'deleted',
    sender,
    createdAt,
    delivery: toPreviewDelivery(wire, { isOutgoing: side === 'business', isComment: type === 'comment' }),
    full: null,
  }
}

/** The same of a message that was read, as far as its conversation would tell it. */
export function previewOf(message: Message): MessagePreview {
  const { ref, text, kind, audience, side, isDraft, deleted, sender, createdAt, delivery } = message
  const letters = text === null ? [] : [...text]
  return {
    message: ref,
    text: text && letters.slice(0, PREVIEW_LENGTH).join(''),
    isTruncated: letters.length >= PREVIEW_LENGTH,
    kind,
    audience,
    side,
    isDraft,
    isDeleted: deleted !== null,
    sender,
    createdAt,
    delivery: delivery && { ...delivery, sentAt: null, deliveredAt: null, readAt: null, failedAt: null },
    full: null,
  }
}

/**
 * Nanoseconds, then the id: the order in which Bird pages. Fractions come with trailing zeros cut off, so the text itself does
 * not sort.
 */
export function messageSortKey(wire: Wire): string {
  const text = wire.text('createdAt')
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  const belowMilliseconds = BigInt(fraction.slice(3, 9).padEnd(6, '0'))
  const nanoseconds =
    BigInt(wire.requiredInstant('createdAt').getTime()) * NANOSECONDS_PER_MILLISECOND + belowMilliseconds
  return fixedWidth(nanoseconds, TIME_DIGITS) + wire.text('id')
}

/** When the message of that sort key was made, in whole milliseconds. */
export function timeOfSortKey(sortKey: string): Date {
  return new Date(Number(BigInt(sortKey.slice(0, TIME_DIGITS)) / NANOSECONDS_PER_MILLISECOND))
}

/** It is given when a message is made; whether messages tell it again is not documented. */
function toReplyTo(wire: Wire, conversation: ConversationRef): MessageRef | null {
  const id = wire.filledText('replyToMessageId')
  return id === null ? null : messageRef(conversation, id)
}

/** Bird has no direction: what a contact wrote came in, all else went out. */
function sideOf(sender: Person | null): Side {
  return sender?.kind === 'contact' ? 'customer' : 'business'
}

/** Whose news it is that a message is there: what is still a draft is the team's own. */
export function audienceOfNews({ audience, isDraft }: Message): Audience {
  return isDraft ? 'internal' : audience
}

function audienceOf(type: string): Audience {
  return type === 'comment' ? 'internal' : 'public'
}

function kindOf(type: string): MessageKind {
  return MESSAGE_KINDS.get(type) ?? 'other'
}

/** The body's word, or `template` where the message was sent as one. */
function toType(wire: Wire): string {
  const type = wire.optionalObject('body')?.filledText('type')
  return type ?? (wire.has('template') ? 'template' : 'unknown')
}

/** What stands in the body under its own word: `{type: 'text', text: {…}}`. */
function toContent(wire: Wire, type: string): JsonObject {
  return wire.optionalObject('body')?.jsonObject(type) ?? {}
}

/** Texts of the interactive types are not documented: whatever is no text is left to the details. */
function readText(content: JsonObject, key: string): string | null {
  const value = content[key]
  return typeof value === 'string' && value !== '' ? value : null
}

/** The coordinates stand in an object of their own, beside one with the address; both forms are accepted. */
function toLocation(content: JsonObject): Location | null {
  const wire = Wire.object(content, 'body.location')
  const point = wire.optionalObject('coordinates') ?? wire
  const latitude = point.optionalNumber('latitude')
  const longitude = point.optionalNumber('longitude')
  if (latitude === null || longitude === null) return null
  const place = wire.jsonObject('location') ?? content
  return { latitude, longitude, title: readText(place, 'label') ?? readText(place, 'address'), url: wire.url('url') }
}

/** What stands in a message's `reference`, so that `Message.clientMessageId` is the same key again. */
export function toReference(clientMessageId: string): string {
  return OUR_REFERENCES + clientMessageId
}

function toClientMessageId(reference: string | null): string | null {
  return reference?.startsWith(OUR_REFERENCES) ? reference.slice(OUR_REFERENCES.length) : null
}

function toDetails(wire: Wire, type: string): BirdMessage {
  const template = wire.jsonObject('template')
  return {
    shape: 'bird-message',
    type,
    body: wire.jsonObject('body') ?? (template === null ? null : { template }),
    reference: wire.filledText('reference'),
    source: wire.filledText('source'),
    receiverTypes: wire.has('receiverTypes') ? wire.texts('receiverTypes') : null,
    recipients: toBirdRecipients(wire),
    interactions: wire.list('interactions').map(toInteraction),
  }
}

function toInteraction(wire: Wire): BirdInteraction {
  return {
    type: wire.filledText('type') ?? 'unknown',
    createdAt: wire.instant('createdAt'),
    messageReference: wire.filledText('messageReference'),
  }
}
