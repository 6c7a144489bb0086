import type { Wire } from '../kit/wire.ts'
import type {
  Channel,
  Conversation,
  ConversationFacts,
  ConversationForViewer,
  ConversationKind,
  DomainEvent,
  Participant,
  Person,
  PersonRef,
} from '../port/index.ts'
import type { BirdConversation, BirdInbox, BirdReferral, BirdResource } from './details.ts'
import type { Reading } from './reading.ts'
import { conversationRef, personRef } from './refs.ts'
import { toPreview } from './to-message.ts'
import { toParticipant } from './to-person.ts'
import { CONVERSATION_STATUSES, KINDS_BY_PLATFORM_STYLE, KINDS_BY_STYLE } from './wire.ts'

const WHATSAPP_WINDOW_MS = 24 * 60 * 60 * 1_000

/** Bird tells nothing of any viewer: whose `read` is meant, no page says. */
export function toConversationForViewer(wire: Wire, reading: Reading): ConversationForViewer {
  return { conversation: toConversation(wire, reading), viewer: { unread: null, readHorizon: null, labels: null } }
}

export function toConversation(wire: Wire, reading: Reading): Conversation {
  const id = wire.text('id')
  const ref = conversationRef(reading.account, id)
  const { people, initiating, contact } = toPeople(wire, reading.account)
  const lastMessage = wire.optionalObject('lastMessage')
  const createdAt = wire.requiredInstant('createdAt')
  return {
    ref,
    externalId: id,
    externalUrl: null,
    kind: toKind(wire, contact !== null),
    title: titleOf(wire, contact),
    avatarUrl: contact?.avatarUrl ?? null,
    snoozedUntil: null,
    labels: wire.texts('tags'),
    assignee: toAssignee(wire, people, reading.account),
    team: null,
    priority: null,
    createdAt,
    updatedAt: wire.instant('updatedAt') ?? createdAt,
    lastActivityAt: latest(createdAt, [
      lastMessage?.instant('createdAt') ?? null,
      wire.instant('lastMessageIncomingAt'),
      wire.instant('lastMessageOutgoingAt'),
    ]),
    waitingSince: null,
    lastMessage: lastMessage === null ? null : toPreview(lastMessage, wire, ref),
    featuredParticipants: people,
    participantCount: wire.optionalInteger('activeParticipantCount'),
    receiptModel: 'per-message',
    horizons: [],
    horizonsComplete: true,
    ...toChannelAndReply(wire, reading),
    customAttributes: wire.jsonObject('attributes'),
    details: toDetails(wire, initiating, reading),
  }
}

/** What a conversation says of the fields whose change is an event; nothing of those that are not there. */
export function toFacts(wire: Wire, account: string): ConversationFacts {
  const { people, contact } = toPeople(wire, account)
  const status = wire.oneOf('status', CONVERSATION_STATUSES)
  return {
    ...(status !== null && { status }),
    ...(wire.has('tags') && { labels: wire.texts('tags') }),
    ...(wire.has('assigneeId') && { assignee: refOf(toAssignee(wire, people, account)) }),
    ...(wire.has('name') && { title: titleOf(wire, contact) }),
    ...(wire.has('attributes') && { customAttributes: wire.jsonObject('attributes') }),
  }
}

/** What of that was seen: one part that everybody in the conversation may know, and one that is the team's own. */
export function toObserved(
  wire: Wire,
  seen: Pick<DomainEvent, 'conversation' | 'occurredAt'>,
  account: string,
): readonly DomainEvent[] {
  const { status, title, ...internal } = toFacts(wire, account)
  const facts = { ...(status !== undefined && { status }), ...(title !== undefined && { title }) }
  const observed = { ...seen, type: 'conversation-observed' } as const
  return [
    { ...observed, audience: 'public', facts },
    ...(Object.keys(internal).length === 0 ? [] : [{ ...observed, audience: 'internal', facts: internal } as const]),
  ]
}

/** The contacts whom a conversation names. */
export function contactsIn(wire: Wire, account: string): readonly PersonRef[] {
  const { people } = toPeople(wire, account)
  return people.map(({ person }) => person).flatMap(({ kind, ref }) => (kind === 'contact' ? [ref] : []))
}

interface People {
  readonly people: readonly Participant[]
  readonly initiating: Participant | null
  /** After whom a conversation without a name is called. */
  readonly contact: Person | null
}

function toPeople(wire: Wire, account: string): People {
  const initiator = wire.optionalObject('initiatingParticipant')
  const initiating = initiator === null ? null : toParticipant(initiator, account)
  const people = toParticipants(wire, account)
  return { people, initiating, contact: findContact(initiating === null ? people : [...people, initiating]) }
}

function titleOf(wire: Wire, contact: Person | null): string | null {
  return wire.filledText('name') ?? contact?.displayName ?? null
}

function refOf(someone: Person | PersonRef | null): PersonRef | null {
  return someone !== null && 'ref' in someone ? someone.ref : someone
}

/** Whom the answer features, and behind them those whom it only names. */
function toParticipants(wire: Wire, account: string): readonly Participant[] {
  const everybody = [...wire.list('featuredParticipants'), ...wire.list('participants')]
  const byName = new Map<string, Participant>()
  for (const participant of everybody.map((one) => toParticipant(one, account))) {
    const { native } = participant.person.ref
    if (!byName.has(native)) byName.set(native, participant)
  }
  return [...byName.values()]
}

/** The first contact with a name, else the first. */
function findContact(participants: readonly Participant[]): Person | null {
  const contacts = participants.map(({ person }) => person).filter(({ kind }) => kind === 'contact')
  return contacts.find(({ displayName }) => displayName !== null) ?? contacts[0] ?? null
}

function toKind(wire: Wire, hasContact: boolean): ConversationKind {
  return (
    wire.oneOf('platformStyle', KINDS_BY_PLATFORM_STYLE) ??
    wire.oneOf('style', KINDS_BY_STYLE) ??
    (hasContact ? 'support' : 'unknown')
  )
}

function toAssignee(wire: Wire, participants: readonly Participant[], account: string): Person | PersonRef | null {
  const id = wire.filledText('assigneeId')
  if (id === null) return null
  const participant = participants.find(({ person }) => person.externalId === id)
  return participant?.person ?? personRef(account, 'user', id)
}

function latest(first: Date, others: readonly (Date | null)[]): Date {
  return others.reduce<Date>((last, time) => (time !== null && time > last ? time : last), first)
}

type ChannelAndReply = Pick<
  Conversation,
  'channel' | 'status' | 'providerStatus' | 'canReply' | 'cannotReplyReason' | 'replyWindowClosesAt'
>

function toChannelAndReply(wire: Wire, reading: Reading): ChannelAndReply {
  const channel = toKnownChannel(wire, reading)
  const providerStatus = wire.filledText('status')
  const isShut = providerStatus !== null && providerStatus !== 'active'
  const lastIncomingAt = wire.instant('lastMessageIncomingAt')
  const hasWindow = channel?.type === 'whatsapp' && lastIncomingAt !== null
  return {
    channel,
    status: wire.oneOf('status', CONVERSATION_STATUSES),
    providerStatus,
    canReply: isShut ? false : null,
    cannotReplyReason: isShut ? `Only active conversations can be answered, and this one is ${providerStatus}.` : null,
    replyWindowClosesAt: hasWindow ? new Date(lastIncomingAt.getTime() + WHATSAPP_WINDOW_MS) : null,
  }
}

function toKnownChannel(wire: Wire, reading: Reading): Channel | null {
  const externalId = wire.filledText('channelId')
  if (externalId === null) return null
  return reading.channels.get(externalId) ?? { externalId, type: 'unknown', providerType: null, name: null }
}

function toDetails(wire: Wire, initiatingParticipant: Participant | null, reading: Reading): BirdConversation {
  return {
    shape: 'bird-conversation',
    visibility: wire.filledText('visibility'),
    accessibility: wire.filledText('accessibility'),
    style: wire.filledText('style'),
    platformStyle: wire.filledText('platformStyle'),
    category: wire.filledText('category'),
    description: wire.filledText('description'),
    directory: wire.filledText('directory'),
    summary: wire.filledText('summary'),
    read: wire.optionalBoolean('read'),
    starred: wire.optionalBoolean('starred'),
    hasDraft: wire.optionalBoolean('hasDraft'),
    privateAttributes: reading.forTeam ? wire.filledText('privateAttributes') : null,
    resourceUri: wire.filledText('resourceUri'),
    pendingParticipantCount: wire.optionalInteger('pendingParticipantCount'),
    lastMessageIncomingAt: wire.instant('lastMessageIncomingAt'),
    lastMessageOutgoingAt: wire.instant('lastMessageOutgoingAt'),
    initiatingParticipant,
    inbox: toInbox(wire.optionalObject('inbox')),
    referral: toReferral(wire.optionalObject('referral')),
    resource: toResource(wire.optionalObject('resource')),
  }
}

function toInbox(wire: Wire | null): BirdInbox | null {
  if (wire === null || !hasAll(wire, ['type', 'id', 'identifier', 'ownerId', 'ownerType'])) return null
  return {
    type: wire.text('type'),
    id: wire.text('id'),
    identifier: wire.text('identifier'),
    ownerId: wire.text('ownerId'),
    ownerType: wire.text('ownerType'),
  }
}

function toReferral(wire: Wire | null): BirdReferral | null {
  if (wire === null || !wire.has('sourceId')) return null
  return {
    sourceId: wire.text('sourceId'),
    sourceType: wire.filledText('sourceType'),
    sourceUrl: wire.url('sourceUrl'),
    caption: wire.filledText('caption'),
    mediaType: wire.filledText('mediaType'),
    mediaUrl: wire.url('mediaUrl'),
    text: wire.filledText('text'),
    timestamp: wire.instant('timestamp'),
    title: wire.filledText('title'),
    username: wire.filledText('username'),
  }
}

function toResource(wire: Wire | null): BirdResource | null {
  if (wire === null || !hasAll(wire, ['type', 'id'])) return null
  return { type: wire.text('type'), id: wire.text('id') }
}

function hasAll(wire: Wire, keys: readonly string[]): boolean {
  return keys.every((key) => wire.has(key))
}
