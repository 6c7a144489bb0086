import { fixedWidth } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import type {
  Attachment,
  ConversationRef,
  Delivery,
  DeliveryState,
  JsonObject,
  Location,
  Message,
  MessageKind,
  PersonRef,
  Receipt,
} from '../port/index.ts'
import type { ChatwootMessage } from './details.ts'
import type { ReceiptRules } from './receipt-rules.ts'
import { messageRef } from './refs.ts'
import { readEmail, readRecipients } from './to-email.ts'
import { toSender } from './to-person.ts'
import { readText } from './to-text.ts'
import {
  CLIENT_MESSAGE_ID,
  CONTENT_ATTRIBUTES,
  CONTENT_TYPES,
  EMAIL_ATTRIBUTES,
  MESSAGE_TYPE,
  readMessageTime,
  readMessageType,
  SIDES,
} from './wire.ts'

/** What a message does not say of itself. */
export interface MessageScope {
  readonly conversation: ConversationRef
  /** The customer; null where the answer did not carry them. */
  readonly contact: PersonRef | null
  readonly rules: ReceiptRules
  /** The status, for the one form that leaves it out: a webhook's. */
  readonly status?: string
}

/** A message of a list, in the longer form that stands inside a conversation, or as a webhook tells of it. */
export function toMessage(message: Wire, scope: MessageScope): Message {
  const ref = messageRef(scope.conversation, message.text('id'))
  const attributes = message.optionalObject('content_attributes')
  const isDeleted = attributes?.optionalBoolean('deleted') === true
  const location = toLocation(message)
  const createdAt = readMessageTime(message)
  const delivery = toDelivery(message, scope)
  const answered = attributes?.filledText('in_reply_to') ?? null
  return {
    ref,
    externalId: message.text('id'),
    sender: toSender(scope.conversation.account, message),
    side: SIDES.get(readMessageType(message)) ?? 'system',
    audience: isPrivate(message) ? 'internal' : 'public',
    kind: kindOf(message, location !== null),
    sortKey: messageSortKey(createdAt, message.integer('id')),
    // A deleted message says so in its text, in the language of the account.
    text: isDeleted ? null : readText(message),
    html: isDeleted ? null : readEmail(message).html,
    attachments: message.list('attachments').flatMap(toAttachment),
    location,
    recipients: readRecipients(message),
    replyTo: answered === null ? null : messageRef(scope.conversation, answered),
    createdAt,
    updatedAt: message.instant('updated_at'),
    editedAt: null,
    isDraft: false,
    deleted: isDeleted ? { at: null } : null,
    delivery,
    receipts: toReceipts(delivery, ref, scope.contact),
    clientMessageId: attributes?.filledText(CLIENT_MESSAGE_ID) ?? null,
    details: toDetails(message),
  }
}

/** Lists are in the order of `created_at`; imports break the order of ids. */
export function messageSortKey(createdAt: Date, id: number): string {
  return `${secondsKey(createdAt)}.${fixedWidth(BigInt(id), ID_DIGITS)}`
}

/** Behind all messages of that second: a time as position covers what happened in it. */
export function timeSortKey(time: Date): string {
  return `${secondsKey(time)}.~`
}

const SECONDS_DIGITS = 11
const ID_DIGITS = 16

function secondsKey(time: Date): string {
  return fixedWidth(BigInt(Math.floor(time.getTime() / 1000)), SECONDS_DIGITS)
}

/** What only the team may see: private notes, and what happened to the conversation. */
export function isInternal(message: Wire): boolean {
  return isPrivate(message) || readMessageType(message) === MESSAGE_TYPE.activity
}

function isPrivate(message: Wire): boolean {
  return message.optionalBoolean('private') === true
}

function kindOf(message: Wire, hasLocation: boolean): MessageKind {
  const type = readMessageType(message)
  if (type === MESSAGE_TYPE.activity) return 'activity'
  const kind = message.oneOf('content_type', CONTENT_TYPES) ?? 'other'
  if (kind !== 'text') return kind
  if (message.filledText('content') === null && hasLocation) return 'location'
  if (message.filledText('content') === null && message.list('attachments').length > 0) return 'media'
  return type === MESSAGE_TYPE.template ? 'template' : 'text'
}

/** Incoming, activity and private messages carry a status too, which says nothing. */
function toDelivery(message: Wire, { rules, status }: MessageScope): Delivery | null {
  const type = readMessageType(message)
  const isOutgoing = type === MESSAGE_TYPE.outgoing || type === MESSAGE_TYPE.template
  if (!isOutgoing || isPrivate(message)) return null
  const providerStatus = message.optionalText('status') ?? status ?? null
  const state = deliveryStateOf(providerStatus, rules)
  const detail = message.optionalObject('content_attributes')?.filledText('external_error') ?? null
  const failure = state === 'failed' ? { code: null, detail, retryable: true } : null
  return { state, providerStatus, sentAt: null, deliveredAt: null, readAt: null, failedAt: null, failure }
}

function deliveryStateOf(word: string | null, rules: ReceiptRules): DeliveryState {
  if (word === 'delivered') return rules.delivered ? 'delivered' : 'sent'
  return word === 'sent' || word === 'read' || word === 'failed' ? word : 'unknown'
}

function toReceipts(delivery: Delivery | null, message: Message['ref'], holder: PersonRef | null): readonly Receipt[] {
  const state = delivery?.state
  return state === 'delivered' || state === 'read' ? [{ message, holder, kind: state, at: null }] : []
}

/** Cards, contacts and links without a file are left out: there is nothing to open. */
function toAttachment(attachment: Wire): readonly Attachment[] {
  const url = attachment.url('data_url')
  if (url === null || attachment.optionalText('file_type') === 'location') return []
  return [
    {
      key: attachment.text('id'),
      url,
      thumbnailUrl: attachment.url('thumb_url'),
      // The link on Chatwoot's host needs no token and does not end; it leads to a file that does, after 5 minutes.
      opensFor: 'anyone',
      urlExpiresAt: null,
      mimeType: attachment.filledText('content_type'),
      fileName: fileNameIn(url),
      sizeBytes: attachment.optionalInteger('file_size'),
      width: attachment.optionalInteger('width'),
      height: attachment.optionalInteger('height'),
    },
  ]
}

/** Chatwoot's links to its own storage end in the name of the file; it says it nowhere else. */
function fileNameIn(url: string): string | null {
  const { pathname } = new URL(url)
  if (!pathname.startsWith('/rails/active_storage/')) return null
  try {
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1)) || null
  } catch {
    return null
  }
}

function toLocation(message: Wire): Location | null {
  const place = message.list('attachments').find((attachment) => attachment.optionalText('file_type') === 'location')
  const latitude = place?.optionalNumber('coordinates_lat') ?? null
  const longitude = place?.optionalNumber('coordinates_long') ?? null
  if (place === undefined || latitude === null || longitude === null) return null
  return { latitude, longitude, title: place.filledText('fallback_title'), url: place.url('data_url') }
}

function toDetails(message: Wire): ChatwootMessage {
  return {
    shape: 'chatwoot-message',
    contentType: message.optionalText('content_type'),
    messageType: readMessageType(message),
    sourceId: message.optionalText('source_id'),
    contentAttributes: toContentAttributes(message.jsonObject('content_attributes')),
    additionalAttributes: message.jsonObject('additional_attributes'),
    externalSourceIds: message.jsonObject('external_source_ids'),
    processedContent: message.optionalText('processed_message_content'),
    sentiment: message.jsonObject('sentiment'),
  }
}

function toContentAttributes(attributes: JsonObject | null): JsonObject | null {
  if (attributes === null) return null
  const email = attributes.email
  const isEmail = typeof email === 'object' && email !== null
  return {
    ...pick(attributes, CONTENT_ATTRIBUTES),
    ...(isEmail ? { email: pick({ ...email }, EMAIL_ATTRIBUTES) } : {}),
  }
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]))
}
