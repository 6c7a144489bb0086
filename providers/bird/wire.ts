import { Wire } from '../kit/wire.ts'
import type {
  ChannelType,
  ConversationKind,
  ConversationStatus,
  DeliveryState,
  MessageKind,
  ParticipantStatus,
  PersonKind,
} from '../port/index.ts'

/**
 * Bird's own examples fail Bird's own schema: `style`, `lastMessage.draft` and `tags` are absent, `recipients` and
 * `interactions` are null, names are "". So nothing is required here but ids, and when a conversation or message was made.
 */

/** One page of a list. A last page has only `results`; `total` is in no real answer. */
export interface TokenPage<T> {
  readonly items: readonly T[]
  readonly nextToken: string | null
}

export function readTokenPage(body: unknown, what: string): TokenPage<Wire> {
  const answer = Wire.object(body, what)
  return { items: answer.list('results'), nextToken: answer.filledText('nextPageToken') }
}

export const CONVERSATION_STATUSES: ReadonlyMap<string, ConversationStatus> = new Map([
  ['active', 'open'],
  ['closed', 'closed'],
  ['archived', 'archived'],
  ['spam', 'spam'],
  ['deleted', 'deleted'],
])

/** Asked first. The other words (`direct`, `email`, …) say how the platform writes, not who takes part. */
export const KINDS_BY_PLATFORM_STYLE: ReadonlyMap<string, ConversationKind> = new Map([['group-multiple', 'group']])

/** Asked second. `default`, `personalInbox` and `resource` say nothing of the kind. */
export const KINDS_BY_STYLE: ReadonlyMap<string, ConversationKind> = new Map([
  ['chatChannel', 'group'],
  ['groupInbox', 'group'],
  ['directMessage', 'direct'],
  ['support', 'support'],
])

export const PERSON_KINDS: ReadonlyMap<string, PersonKind> = new Map([
  ['contact', 'contact'],
  ['user', 'agent'],
  ['agent', 'agent'],
  ['bot', 'bot'],
  ['flow', 'automation'],
  ['connector', 'automation'],
  ['accessKey', 'automation'],
  ['collaborationAutomation', 'automation'],
  ['channel', 'channel'],
])

export const PARTICIPANT_STATUSES: ReadonlyMap<string, ParticipantStatus> = new Map([
  ['invited', 'invited'],
  ['pending', 'pending'],
  ['active', 'active'],
  ['inactive', 'inactive'],
])

/** Bird's keys for the two kinds that everybody knows; others (`whatsappusername`, `facebookid-…`) stay as they are. */
export const ADDRESS_KINDS: ReadonlyMap<string, string> = new Map([
  ['phonenumber', 'phone'],
  ['emailaddress', 'email'],
])

/** `comment` is in previews only, and is the team's own note. */
export const MESSAGE_KINDS: ReadonlyMap<string, MessageKind> = new Map([
  ['text', 'text'],
  ['html', 'text'],
  ['comment', 'text'],
  ['image', 'media'],
  ['file', 'media'],
  ['gif', 'media'],
  ['location', 'location'],
  ['carousel', 'interactive'],
  ['list', 'interactive'],
  ['section', 'interactive'],
  ['authentication', 'interactive'],
  ['action', 'interactive'],
  ['template', 'template'],
])

/**
 * Of messages in conversations and in channels, which have more words. `read` is no documented status (reads are
 * interactions), but some clients report having seen it.
 */
export const DELIVERY_STATES: ReadonlyMap<string, DeliveryState> = new Map([
  ['pending', 'accepted'],
  ['scheduled', 'accepted'],
  ['accepted', 'accepted'],
  ['processing', 'accepted'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['sending_failed', 'failed'],
  ['delivery_failed', 'failed'],
  ['rejected', 'failed'],
])

/** By `platformId`, whose part behind a hyphen names the carrier (`sms-messagebird`). */
export const CHANNEL_TYPES: ReadonlyMap<string, ChannelType> = new Map([
  ['whatsapp', 'whatsapp'],
  ['sms', 'sms'],
  ['email', 'email'],
  ['rcs', 'rcs'],
  ['messenger', 'messenger'],
  ['facebook', 'messenger'],
  ['instagram', 'instagram'],
  ['telegram', 'telegram'],
  ['line', 'line'],
  ['tiktok', 'tiktok'],
  ['voice', 'voice'],
  ['livechat', 'web-widget'],
])
