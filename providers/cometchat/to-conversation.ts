import { conversationSortKey } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type Channel,
  type Conversation,
  type ConversationForViewer,
  type ConversationRef,
  type Horizon,
  type Message,
  type Participant,
  type Person,
  ProviderError,
  type Receipt,
  type UnreadCount,
} from '../port/index.ts'
import type { CometChatConversation } from './details.ts'
import { directRef, groupRef, messageRef, personRef } from './refs.ts'
import { messageSortKey, toMessage, toPreview } from './to-message.ts'
import { readMembership, toGroupDetails, toParticipant, toPerson } from './to-person.ts'
import { farthest, type Scene, toHorizons, toReceipts } from './to-receipts.ts'
import { objectIfAny } from './wire.ts'

/** Above this CometChat no longer counts and no longer tells who has what. */
export const MAX_MEMBERS_WITH_RECEIPTS = 300

/** The only channel there is. */
export const IN_APP: Channel = { externalId: 'in-app', type: 'in-app', providerType: null, name: null }

/** What a conversation object leaves to whoever reads it. */
export interface Reader {
  readonly account: string
  /** The acting user, with as much of the profile as is known. */
  readonly self: Person
  /** Lists carry tags because they are asked to; a single conversation never does. */
  readonly tagsAsked: boolean
}

export function toConversation(conversation: Wire, reader: Reader): ConversationForViewer {
  const other = otherSideOf(conversation, reader)
  const scene: OwnScene = {
    conversation: other.ref,
    isGroup: other.kind === 'group',
    viewerUid: reader.self.externalId,
  }
  const last = readLast(conversation, scene)
  const readHorizon = toReadHorizon(conversation, scene, last)
  return {
    conversation: {
      ...identityOf(conversation, other),
      ...timesOf(conversation, last),
      ...NEVER_TOLD,
      ...replyOf(other),
      lastMessage: last === null ? undefined : toPreview(last.message),
      featuredParticipants: other.participants,
      participantCount: other.memberCount,
      receiptModel: other.tellsReceipts ? 'watermark' : 'none',
      horizons: other.tellsReceipts ? farthest([...(last?.horizons ?? []), ...(readHorizon ? [readHorizon] : [])]) : [],
      horizonsComplete: !other.tellsReceipts,
      details: toDetails(conversation, other),
    },
    viewer: {
      unread: toUnread(conversation, other),
      readHorizon,
      labels: conversation.has('tags') || reader.tagsAsked ? conversation.texts('tags') : undefined,
    },
  }
}

/** What the list is ordered by. Tag edits move it too. */
export function conversationSortKeyOf({ conversation }: ConversationForViewer): string {
  return conversationSortKey(conversation.updatedAt)
}

/** Whom or what a conversation is with, from its `conversationWith`. */
interface OtherSide {
  readonly kind: 'direct' | 'group'
  readonly ref: ConversationRef
  readonly wire: Wire
  readonly participants: readonly Participant[]
  readonly memberCount: number | null
  readonly tellsReceipts: boolean
}

function otherSideOf(conversation: Wire, reader: Reader): OtherSide {
  const wire = conversation.object('conversationWith')
  const type = conversation.text('conversationType')
  if (type === 'user') return toPeerSide(wire, reader)
  if (type === 'group') return toGroupSide(wire, reader)
  throw new ProviderError('MALFORMED', 'cometchat: a conversation is neither of type user nor of type group')
}

function toPeerSide(user: Wire, { account, self }: Reader): OtherSide {
  const peer = toPerson(account, user)
  return {
    kind: 'direct',
    ref: directRef(account, self.externalId, peer.externalId),
    wire: user,
    participants: [toParticipant(peer), toParticipant(self)],
    memberCount: 2,
    tellsReceipts: true,
  }
}

/** `scope`, `joinedAt` and `hasJoined` of the group object are the viewer's own. */
function toGroupSide(group: Wire, { account, self }: Reader): OtherSide {
  const memberCount = group.optionalInteger('membersCount')
  const hasLeft = group.optionalBoolean('hasJoined') === false
  return {
    kind: 'group',
    ref: groupRef(account, group.text('guid')),
    wire: group,
    participants: hasLeft ? [] : [{ ...toParticipant(self), ...readMembership(group) }],
    memberCount,
    tellsReceipts: (memberCount ?? 0) <= MAX_MEMBERS_WITH_RECEIPTS,
  }
}

type Identity = 'ref' | 'externalId' | 'kind' | 'channel' | 'title' | 'avatarUrl'

function identityOf(conversation: Wire, { kind, ref, wire }: OtherSide): Pick<Conversation, Identity> {
  return {
    ref,
    externalId: conversation.text('conversationId'),
    kind,
    channel: IN_APP,
    title: wire.filledText('name'),
    avatarUrl: wire.url(kind === 'group' ? 'icon' : 'avatar'),
  }
}

function timesOf(
  conversation: Wire,
  last: LastMessage | null,
): Pick<Conversation, 'createdAt' | 'updatedAt' | 'lastActivityAt'> {
  const createdAt = conversation.requiredEpochSeconds('createdAt')
  const updatedAt = conversation.epochSeconds('updatedAt') ?? createdAt
  return { createdAt, updatedAt, lastActivityAt: last?.message.createdAt ?? updatedAt }
}

/** CometChat has nothing of the kind. */
const NEVER_TOLD = {
  externalUrl: null,
  status: null,
  providerStatus: null,
  snoozedUntil: null,
  labels: null,
  assignee: null,
  team: null,
  priority: null,
  waitingSince: null,
  replyWindowClosesAt: null,
  customAttributes: null,
} as const

function replyOf({ kind, wire }: OtherSide): Pick<Conversation, 'canReply' | 'cannotReplyReason'> {
  const reason =
    kind === 'group'
      ? wire.optionalBoolean('hasJoined') === false && 'You are not a member of this group.'
      : (wire.optionalBoolean('blockedByMe') && 'You have blocked this person.') ||
        (wire.optionalBoolean('hasBlockedMe') && 'This person has blocked you.')
  return reason ? { canReply: false, cannotReplyReason: reason } : { canReply: null, cannotReplyReason: null }
}

interface OwnScene extends Scene {
  readonly viewerUid: string
}

interface LastMessage {
  readonly message: Message
  readonly receipts: readonly Receipt[]
  readonly horizons: readonly Horizon[]
}

/** Null says nothing: CometChat leaves it out when it was deleted as well as when there never was one. */
function readLast(conversation: Wire, scene: Scene): LastMessage | null {
  const wire = objectIfAny(conversation, 'lastMessage')
  if (wire === null) return null
  const message = toMessage(wire, scene)
  const receipts = message.side === 'system' ? [] : toReceipts(wire, scene)
  return { message, receipts, horizons: toHorizons(message, receipts) }
}

/** `lastReadMessageId` names the message only, unless it is the last one, which stands beside it. */
function toReadHorizon(conversation: Wire, scene: OwnScene, last: LastMessage | null): Horizon | null {
  const id = conversation.filledText('lastReadMessageId')
  if (id === null || !/^[1-9]\d*$/.test(id)) return null
  const holder = personRef(scene.conversation.account, scene.viewerUid)
  const isLast = last?.message.externalId === id
  const receipt = last?.receipts.find((fact) => fact.kind === 'read' && isHeldBy(fact, scene.viewerUid))
  return {
    holder,
    kind: 'read',
    sortKey: messageSortKey(id),
    upToTime: isLast ? last.message.createdAt : null,
    upToMessage: messageRef(scene.conversation, id),
    occurredAt: isLast ? (receipt?.at ?? null) : null,
    precision: 'up-to-message',
  }
}

function isHeldBy({ holder }: Receipt, uid: string): boolean {
  return holder !== null && typeof holder === 'object' && holder.native === uid
}

/** Sent as text; left out where it is 0. */
function toUnread(conversation: Wire, { tellsReceipts }: OtherSide): UnreadCount {
  return {
    count: conversation.optionalInteger('unreadMessageCount') ?? 0,
    precision: tellsReceipts ? 'exact' : 'stale',
    scope: 'viewer',
  }
}

function toDetails(conversation: Wire, { kind, wire }: OtherSide): CometChatConversation {
  return {
    shape: 'cometchat-conversation',
    conversationType: conversation.text('conversationType'),
    peerUid: kind === 'direct' ? wire.text('uid') : null,
    group: kind === 'group' ? toGroupDetails(wire) : null,
    latestMessageId: conversation.filledText('latestMessageId'),
    lastReadMessageId: conversation.filledText('lastReadMessageId'),
    unreadMentionsCount: conversation.optionalInteger('unreadMentionsCount'),
    pinnedAt: conversation.epochSeconds('pinnedAt'),
  }
}
