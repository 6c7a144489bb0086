import type { Wire } from '../kit/wire.ts'
import type {
  Channel,
  Conversation,
  Horizon,
  Message,
  MessagePreview,
  Participant,
  Person,
  PersonRef,
  UnreadCount,
} from '../port/index.ts'
import type { ChatwootConversation } from './details.ts'
import { receiptRulesOf } from './receipt-rules.ts'
import { conversationRef } from './refs.ts'
import { toTeam } from './to-directory.ts'
import { timeSortKey, toMessage } from './to-message.ts'
import { toAssignee, toContact, toParticipant } from './to-person.ts'
import { PRIORITIES, STATUSES } from './wire.ts'

/** What a conversation does not say of itself. */
export interface ConversationScope {
  /** The configured key. */
  readonly account: string
  /** Of Chatwoot's own app for this account: `https://app.chatwoot.com/app/accounts/5`. */
  readonly appUrl: string
  /** The account's inboxes by id, if they have been looked up. */
  readonly channels: ReadonlyMap<string, Channel> | null
}

/** A conversation in the form that list, filter and show share, as an agent sees it. */
export function toConversation(conversation: Wire, scope: ConversationScope): Conversation {
  const { account } = scope
  const id = conversation.text('id')
  const meta = conversation.object('meta')
  const contact = readContact(conversation, account)
  const assignee = readAssignee(conversation, account)
  const team = meta.optionalObject('team')
  const rules = receiptRulesOf(meta.optionalText('channel'))
  const canReply = conversation.optionalBoolean('can_reply')
  return {
    ref: conversationRef(account, id),
    externalId: id,
    externalUrl: `${scope.appUrl}/conversations/${id}`,
    kind: 'support',
    channel: channelOf(conversation, scope.channels),
    title: contact?.displayName ?? null,
    avatarUrl: contact?.avatarUrl ?? null,
    status: conversation.oneOf('status', STATUSES),
    providerStatus: conversation.optionalText('status'),
    snoozedUntil: conversation.instant('snoozed_until'),
    labels: conversation.texts('labels'),
    assignee,
    team: team === null ? null : toTeam(team),
    priority: conversation.oneOf('priority', PRIORITIES),
    createdAt: conversation.requiredEpochSeconds('created_at'),
    updatedAt: conversation.requiredEpochSeconds('updated_at'),
    lastActivityAt: conversation.requiredEpochSeconds('last_activity_at'),
    waitingSince: conversation.epochSeconds('waiting_since'),
    lastMessage: toLastMessage(conversation, account, contact),
    featuredParticipants: toFeatured(contact, assignee),
    participantCount: null,
    receiptModel: rules.model,
    horizons: toHorizons(conversation, contact, assignee),
    horizonsComplete: rules.horizon !== 'messages',
    canReply,
    cannotReplyReason: canReply === false ? 'The time in which this channel lets us answer is over.' : null,
    replyWindowClosesAt: null,
    customAttributes: conversation.jsonObject('custom_attributes'),
    details: toConversationDetails(conversation),
  }
}

export function toPreview(message: Message): MessagePreview {
  return {
    message: message.ref,
    text: message.text,
    isTruncated: false,
    kind: message.kind,
    audience: message.audience,
    side: message.side,
    isDraft: false,
    isDeleted: message.deleted !== null,
    sender: message.sender,
    createdAt: message.createdAt,
    delivery: message.delivery,
    full: message,
  }
}

/** Customers' messages that no agent has seen. Chatwoot looks at the newest ten only. */
export function toUnreadCount(conversation: Wire): UnreadCount | null {
  const count = conversation.optionalInteger('unread_count')
  if (count === null) return null
  return { count, precision: count >= UNREAD_CAP ? 'at-least' : 'exact', scope: 'team' }
}

const UNREAD_CAP = 10

/** Who has read up to when: our side as a whole, the assignee, and the contact where the channel tells. */
export function toHorizons(conversation: Wire, contact: Person | null, assignee: Person | null): readonly Horizon[] {
  return [
    ...readUpTo('team', conversation.epochSeconds('agent_last_seen_at')),
    ...readUpTo(assignee?.kind === 'agent' ? assignee.ref : null, conversation.epochSeconds('assignee_last_seen_at')),
    ...readUpTo(contact?.ref ?? null, conversation.epochSeconds('contact_last_seen_at')),
  ]
}

export function readContact(conversation: Wire, account: string): Person | null {
  const sender = conversation.object('meta').optionalObject('sender')
  return sender === null ? null : toContact(account, sender)
}

/** Null when unassigned, which Chatwoot says by leaving the key out or by null. */
export function readAssignee(conversation: Wire, account: string): Person | null {
  const meta = conversation.object('meta')
  const assignee = meta.optionalObject('assignee')
  return assignee === null ? null : toAssignee(account, assignee, meta.optionalText('assignee_type'))
}

function readUpTo(holder: PersonRef | 'team' | null, time: Date | null): readonly Horizon[] {
  if (holder === null || time === null) return []
  const position = { sortKey: timeSortKey(time), upToTime: time, upToMessage: null }
  return [{ ...position, holder, kind: 'read', occurredAt: time, precision: 'up-to-time' }]
}

/** The name and Twilio's type need the inbox: until it was looked up the type is unknown, so that somebody does. */
function channelOf(conversation: Wire, channels: ConversationScope['channels']): Channel {
  const externalId = conversation.text('inbox_id')
  const providerType = conversation.object('meta').optionalText('channel')
  return channels?.get(externalId) ?? { externalId, type: 'unknown', providerType, name: null }
}

/** `messages[0]` may be an activity; this one is what somebody wrote, private notes included. */
function toLastMessage(conversation: Wire, account: string, contact: Person | null): MessagePreview | null {
  const message = conversation.optionalObject('last_non_activity_message')
  if (message === null) return null
  const scope = {
    conversation: conversationRef(account, conversation.text('id')),
    contact: contact?.ref ?? null,
    rules: receiptRulesOf(conversation.object('meta').optionalText('channel')),
  }
  return toPreview(toMessage(message, scope))
}

function toFeatured(contact: Person | null, assignee: Person | null): readonly Participant[] {
  return [contact, assignee].flatMap((person) => (person === null ? [] : [toParticipant(person)]))
}

export function toConversationDetails(conversation: Wire): ChatwootConversation {
  const meta = conversation.object('meta')
  return {
    shape: 'chatwoot-conversation',
    uuid: conversation.optionalText('uuid'),
    inboxId: conversation.integer('inbox_id'),
    channel: meta.optionalText('channel'),
    firstReplyCreatedAt: conversation.epochSeconds('first_reply_created_at'),
    agentLastSeenAt: conversation.epochSeconds('agent_last_seen_at'),
    assigneeLastSeenAt: conversation.epochSeconds('assignee_last_seen_at'),
    contactLastSeenAt: conversation.epochSeconds('contact_last_seen_at'),
    muted: conversation.optionalBoolean('muted'),
    hmacVerified: meta.optionalBoolean('hmac_verified'),
    slaPolicyId: conversation.optionalInteger('sla_policy_id'),
    appliedSla: conversation.jsonObject('applied_sla'),
    slaEvents: conversation.jsonObjects('sla_events'),
    additionalAttributes: conversation.jsonObject('additional_attributes'),
  }
}
