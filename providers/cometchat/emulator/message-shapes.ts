import {
  APP_SYSTEM,
  type Call,
  conversationIdOf,
  type Entity,
  isGroup,
  type Json,
  type Message,
  pairOf,
  receiverOf,
  type Sending,
  type User,
} from './entities.ts'
import { toGroup, toUser } from './people-shapes.ts'
import { ownReceipt, receiptAt, receiptsOf } from './receipts.ts'

/** A message as CometChat writes it for `viewer`; null: for the app itself. */
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
