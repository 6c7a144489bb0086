import { Wire } from '../kit/wire.ts'
import type { ChannelType, ConversationStatus, MessageKind, PersonKind, Priority, Side } from '../port/index.ts'
import type { PersonType } from './refs.ts'

/** One page of either list of conversations. */
export interface ConversationsPage {
  readonly rows: readonly Wire[]
  /** Conversations on all pages together, whoever they are assigned to. */
  readonly allCount: number | null
}

/** `GET conversations` has one envelope more than the filter. */
export function readListPage(body: unknown): ConversationsPage {
  return readPage(Wire.object(body, 'conversations').object('data'))
}

export function readFilterPage(body: unknown): ConversationsPage {
  return readPage(Wire.object(body, 'conversations/filter'))
}

function readPage(envelope: Wire): ConversationsPage {
  const meta = envelope.optionalObject('meta')
  return { rows: envelope.list('payload'), allCount: meta?.optionalInteger('all_count') ?? null }
}

/**
 * One condition of `POST conversations/filter`. A condition that is not the last one without `query_operator` is a 500, and so
 * is a display id that is no number.
 */
export interface FilterCondition {
  readonly attribute_key: 'status' | 'assignee_id' | 'inbox_id' | 'contact_id' | 'display_id' | 'labels'
  /** `equal_to`: any of the values. */
  readonly filter_operator: 'equal_to' | 'is_not_present'
  readonly values: readonly (string | number)[]
  readonly query_operator: 'AND' | null
}

/** The order activity, in whole seconds; `timestamp` has the same value. */
export function readActivitySeconds(conversation: Wire): number {
  return conversation.integer('last_activity_at')
}

/** `snoozed` is sent although the documents do not name it. */
export const STATUSES: ReadonlyMap<string, ConversationStatus> = new Map([
  ['open', 'open'],
  ['pending', 'pending'],
  ['resolved', 'closed'],
  ['snoozed', 'snoozed'],
])

export const PRIORITIES: ReadonlyMap<string, Priority> = new Map([
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['urgent', 'urgent'],
])

/** Twilio is missing: only the inbox's `medium` tells its WhatsApp from its SMS. */
export const CHANNEL_TYPES: ReadonlyMap<string, ChannelType> = new Map([
  ['Channel::Api', 'api'],
  ['Channel::WebWidget', 'web-widget'],
  ['Channel::Email', 'email'],
  ['Channel::Sms', 'sms'],
  ['Channel::Whatsapp', 'whatsapp'],
  ['Channel::FacebookPage', 'messenger'],
  ['Channel::Instagram', 'instagram'],
  ['Channel::Telegram', 'telegram'],
  ['Channel::Line', 'line'],
  ['Channel::Tiktok', 'tiktok'],
  ['Channel::Voice', 'voice'],
])

export const TWILIO = 'Channel::TwilioSms'

export const TWILIO_MEDIUMS: ReadonlyMap<string, ChannelType> = new Map([
  ['sms', 'sms'],
  ['whatsapp', 'whatsapp'],
])

export const MESSAGE_TYPE = { incoming: 0, outgoing: 1, activity: 2, template: 3 } as const

const MESSAGE_TYPE_WORDS: ReadonlyMap<string, number> = new Map(Object.entries(MESSAGE_TYPE))

/** A number in answers and on the socket, a word in webhooks. */
export function readMessageType(message: Wire): number {
  return message.oneOf('message_type', MESSAGE_TYPE_WORDS) ?? message.integer('message_type')
}

/** Whole seconds in answers and on the socket. Webhooks say it in milliseconds, which are left out so that all say the same. */
export function readMessageTime(message: Wire): Date {
  const isSeconds = /^\d+$/.test(message.text('created_at'))
  if (isSeconds) return message.requiredEpochSeconds('created_at')
  const time = message.requiredInstant('created_at')
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}

export const SIDES: ReadonlyMap<number, Side> = new Map<number, Side>([
  [MESSAGE_TYPE.incoming, 'customer'],
  [MESSAGE_TYPE.outgoing, 'business'],
  [MESSAGE_TYPE.activity, 'system'],
  [MESSAGE_TYPE.template, 'business'],
])

/** In answers it stands in `meta`, in webhooks and on the socket beside it. */
export function readChannel(conversation: Wire): string | null {
  return conversation.optionalText('channel') ?? conversation.object('meta').optionalText('channel')
}

/** `text` and `incoming_email` depend on what else is in the message. */
export const CONTENT_TYPES: ReadonlyMap<string, MessageKind> = new Map([
  ['text', 'text'],
  ['incoming_email', 'text'],
  ['input_text', 'interactive'],
  ['input_textarea', 'interactive'],
  ['input_email', 'interactive'],
  ['input_select', 'interactive'],
  ['cards', 'interactive'],
  ['form', 'interactive'],
  ['article', 'interactive'],
  ['input_csat', 'interactive'],
  ['sticker', 'media'],
  ['voice_call', 'call'],
  ['integrations', 'other'],
])

/** `sender.type` of a message. Contacts lack it in webhooks. */
export const SENDER_TYPES: ReadonlyMap<string, PersonType> = new Map([
  ['contact', 'contact'],
  ['user', 'user'],
  ['agent_bot', 'bot'],
  ['captain_assistant', 'assistant'],
])

/** `sender_type` beside `sender_id`, in the form that stands inside a conversation; also `meta.assignee_type`. */
export const OWNER_TYPES: ReadonlyMap<string, PersonType> = new Map([
  ['Contact', 'contact'],
  ['User', 'user'],
  ['AgentBot', 'bot'],
  ['Captain::Assistant', 'assistant'],
])

export const PERSON_KINDS: Readonly<Record<PersonType, PersonKind>> = {
  contact: 'contact',
  user: 'agent',
  bot: 'bot',
  assistant: 'bot',
}

/** `busy` is chosen by somebody who is there. */
export const PRESENCE: ReadonlyMap<string, boolean> = new Map([
  ['online', true],
  ['busy', true],
  ['offline', false],
])

/** The keys of `content_attributes` that are shown. It is an open object: what is not listed may be anything. */
export const CONTENT_ATTRIBUTES: readonly string[] = [
  'in_reply_to',
  'in_reply_to_external_id',
  'items',
  'submitted_values',
  'submitted_email',
  'display_type',
  'deleted',
  'external_error',
  'external_created_at',
  'external_echo',
  'translations',
  'to_emails',
  'cc_emails',
  'bcc_emails',
  'is_unsupported',
  'is_voice_message',
  'image_type',
  'story_id',
  'story_sender',
  'data',
  'type',
]

/** The keys of `content_attributes.email` that are shown; its bodies are `Message.html` and `Message.text`. */
export const EMAIL_ATTRIBUTES: readonly string[] = [
  'subject',
  'date',
  'from',
  'to',
  'cc',
  'bcc',
  'message_id',
  'in_reply_to',
  'references',
  'content_type',
  'multipart',
  'number_of_attachments',
  'auto_reply',
]

/** Where this gateway puts the idempotency key of a send. Lost when the message is deleted or retried. */
export const CLIENT_MESSAGE_ID = 'client_message_id'
