import { counterpart, isGroup, type Json, type Side } from './entities.ts'
import { toMessage } from './message-shapes.ts'
import { toGroup, toUser } from './people-shapes.ts'
import { unreadOf } from './receipts.ts'

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
