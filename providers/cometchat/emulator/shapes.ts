import { ownReceipt, receiptAt, receiptsOf, unreadOf } from './receipts.ts'
import {
  APP_SYSTEM,
  type Call,
  conversationIdOf,
  counterpart,
  type Entity,
  type Group,
  isGroup,
  type Json,
  type Membership,
  type Message,
  pairOf,
  type Side,
  type User,
} from './state.ts'

/** Who wrote where. */
type Sending = Pick<Message, 'conversation' | 'sender'>

/**
 * Everything as CometChat writes it. A value that is not there has no key: `undefined` does not survive being written as JSON.
 * `viewer` is the acting user; null: the app itself asks.
 */
export function toUser(user: User, viewer: User | null, look: { readonly withTags?: boolean } = {}): Json {
  const { blocked, tags, ...known } = user
  return {
    ...known,
    tags: look.withTags ? tags : undefined,
    ...(viewer !== null && viewer !== user && relation(user, viewer)),
  }
}

export function toGroup(group: Group, viewer: User | null, look: { readonly withTags?: boolean } = {}): Json {
  const { members, crowdedSince, tags, ...known } = group
  return {
    ...known,
    tags: look.withTags ? tags : undefined,
    membersCount: members.size,
    conversationId: conversationIdOf(group),
    ...(viewer !== null && membershipOf(members.get(viewer.uid))),
  }
}

export function toMember({ user, scope, joinedAt }: Membership, viewer: User | null): Json {
  return { ...toUser(user, viewer), scope, joinedAt }
}

/** `withOddReceipts`: the nested empty list that the vendor's list of conversations puts on actions. */
export function toConversation(
  side: Side,
  look: { withTags?: boolean; withEntityTags?: boolean; withOddReceipts?: boolean } = {},
): Json {
  const { conversation, user, latest, tags, pinned } = side
  const other = counterpart(side)
  const unread = unreadOf(side)
  const oddReceipts = look.withOddReceipts && latest.category === 'action' ? { receipts: { data: [[]] } } : {}
  return {
    conversationId: conversation.id,
    conversationType: isGroup(other) ? 'group' : 'user',
    unreadMessageCount: String(unread.length),
    unreadMentionsCount: unread.filter((message) => message.mentions.includes(user)).length,
    createdAt: side.createdAt,
    updatedAt: side.updatedAt,
    lastReadMessageId: side.read.upTo > 0 ? String(side.read.upTo) : undefined,
    latestMessageId: String(latest.id),
    lastMessage: latest.deleted ? undefined : { ...toMessage(latest, user), ...oddReceipts },
    tags: look.withTags && tags.length > 0 ? tags : undefined,
    pinnedAt: pinned?.at,
    pinnedBy: pinned?.by,
    conversationWith: isGroup(other)
      ? toGroup(other, user, { withTags: look.withEntityTags ?? false })
      : toUser(other, user, { withTags: look.withEntityTags ?? false }),
  }
}

export function toMessage(
  message: Message,
  viewer: User | null,
  look: { withTags?: boolean; withReceipts?: boolean } = {},
): Json {
  const { parent, replies, quoted, edited, deleted } = message
  return {
    id: String(message.id),
    muid: message.muid,
    ...toAddress(message),
    category: message.category,
    type: message.type,
    data: toData(message, viewer),
    sentAt: message.sentAt,
    deliveredAt: receiptAt('delivered', message),
    readAt: receiptAt('read', message),
    updatedAt: message.updatedAt,
    editedAt: edited?.at,
    editedBy: edited?.by,
    deletedAt: deleted?.at,
    deletedBy: deleted?.by,
    parentId: parent && String(parent.id),
    quotedMessage: quoted && toMessage(quoted, viewer),
    ...(replies.length > 0 && toReplyCounts(replies, viewer)),
    tags: look.withTags && message.tags.length > 0 ? message.tags : undefined,
    myReceipt: myReceipt(message, viewer),
    receipts: look.withReceipts && message.deed === undefined ? { data: receiptRows(message) } : undefined,
  }
}

export function toReaction(reaction: Message['reactions'][number], message: Message): Json {
  return {
    id: String(reaction.id),
    messageId: String(message.id),
    reaction: reaction.reaction,
    uid: reaction.user.uid,
    reactedAt: reaction.at,
    reactedBy: toUser(reaction.user, null),
  }
}

export function receiverOf({ conversation: { between }, sender }: Sending): User | Group {
  if (isGroup(between)) return between
  return between[0] === sender ? between[1] : between[0]
}

function relation(user: User, viewer: User): Json {
  const blockedByMeAt = viewer.blocked.get(user.uid)
  const blockedAt = user.blocked.get(viewer.uid)
  return {
    conversationId: conversationIdOf(pairOf(user, viewer)),
    ...(blockedByMeAt !== undefined && { blockedByMe: true, blockedByMeAt }),
    ...(blockedAt !== undefined && { hasBlockedMe: true, blockedAt }),
  }
}

function membershipOf(membership: Membership | undefined): Json {
  if (membership === undefined) return { hasJoined: false }
  return { scope: membership.scope, joinedAt: membership.joinedAt, hasJoined: true }
}

/** A deleted message keeps its people and loses what it said. */
function toData(message: Message, viewer: User | null): Json {
  if (message.deed !== undefined) return toDeedData(message)
  const entities = toPeople(message)
  if (message.deleted) return { entities }
  const { mentions, reactions, data } = message
  return {
    ...data,
    entities,
    mentions:
      mentions.length === 0 ? undefined : Object.fromEntries(mentions.map((one) => [one.uid, toUser(one, null)])),
    reactions: reactions.length === 0 ? undefined : toReactionCounts(message, viewer),
  }
}

function toDeedData({ deed, data, sender }: Message): Json {
  if (deed === undefined) return data
  return {
    ...data,
    action: deed.action,
    extras: deed.extras,
    entities: {
      by: entity('user', toUser(deed.by, null)),
      on: toEntity(deed.on, sender),
      for: toEntity(deed.for, sender),
    },
  }
}

function toEntity(thing: Entity, sender: User): Json {
  if (thing.entityType === 'user') return entity('user', toUserSeenBy(sender, thing.entity))
  if (thing.entityType === 'group') return entity('group', toGroup(thing.entity, null))
  if (thing.entityType === 'message') return entity('message', toMessage(thing.entity, null, { withTags: true }))
  return entity('call', toCall(thing.entity))
}

function toCall({ conversation, sender, ...call }: Call): Json {
  return {
    ...call,
    ...toAddress({ conversation, sender }),
    joinedAt: call.startedAt ?? call.initiatedAt,
    data: { entities: toPeople({ conversation, sender }) },
  }
}

function toAddress(sending: Sending): Json {
  const receiver = receiverOf(sending)
  return {
    conversationId: sending.conversation.id,
    sender: sending.sender.uid,
    receiverType: isGroup(receiver) ? 'group' : 'user',
    receiver: isGroup(receiver) ? receiver.guid : receiver.uid,
  }
}

function toPeople(sending: Sending): Json {
  const receiver = receiverOf(sending)
  return {
    sender: entity('user', toUser(sending.sender, null)),
    receiver: isGroup(receiver)
      ? entity('group', toGroup(receiver, null))
      : entity('user', toUserSeenBy(sending.sender, receiver)),
  }
}

function toUserSeenBy(sender: User, user: User): Json {
  const conversationId = sender === user || sender === APP_SYSTEM ? undefined : conversationIdOf(pairOf(user, sender))
  return { ...toUser(user, null), conversationId }
}

function entity(entityType: string, described: Json): Json {
  return { entity: described, entityType }
}

function toReactionCounts({ reactions }: Message, viewer: User | null): readonly Json[] {
  return [...Map.groupBy(reactions, (one) => one.reaction)].map(([reaction, given]) => ({
    reaction,
    count: given.length,
    reactedByMe: viewer === null ? undefined : given.some((one) => one.user === viewer),
  }))
}

function toReplyCounts(replies: readonly Message[], viewer: User | null): Json {
  if (viewer === null) return { replyCount: replies.length }
  const unread = replies.filter((reply) => reply.sender !== viewer && ownReceipt(reply, viewer).readAt === undefined)
  return { replyCount: replies.length, unreadRepliesCount: unread.length }
}

/** Says nothing to the sender, and nothing before anything happened. */
function myReceipt(message: Message, viewer: User | null): Json | undefined {
  if (viewer === null || viewer === message.sender || message.deed !== undefined) return undefined
  const receipt = ownReceipt(message, viewer)
  return receipt.deliveredAt === undefined ? undefined : receipt
}

function receiptRows(message: Message): readonly Json[] {
  return receiptsOf(message).map(({ user, ...times }) => ({ recipient: toUser(user, null), ...times }))
}
