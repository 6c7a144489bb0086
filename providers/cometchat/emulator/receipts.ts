import { type Conversation, counterpart, isGroup, type Message, peopleIn, type Side, type User } from './entities.ts'

export type ReceiptKind = 'delivered' | 'read'

/** Above 300 members nothing is counted and nobody's receipt is kept. */
export function isCrowded({ between }: Conversation): boolean {
  return isGroup(between) && between.crowdedSince !== null
}

/** A person has the conversation until they delete it, and again from the next message on; a group's only while in it. */
export function hasConversation(side: Side): boolean {
  const other = counterpart(side)
  return side.latest.id > side.clearedUpTo && (!isGroup(other) || other.members.has(side.user.uid))
}

/** Newest first. Own messages, replies in threads, deleted ones and mere notices of calls and edits never wait. */
export function unreadOf(side: Side): readonly Message[] {
  const unread: Message[] = []
  const seen = Math.max(side.read.upTo, side.clearedUpTo)
  for (const message of newestFirst(side.conversation)) {
    if (message.id <= seen) break
    if (message.id <= side.latest.id && waits(message, side.user)) unread.push(message)
  }
  return unread
}

/**
 * Moves a watermark up to that message (null: the newest). Answers the message that the receipt names, which is never the
 * reader's own; null: nothing moved.
 */
export function mark(kind: ReceiptKind, side: Side, upTo: number | null, at: number): Message | null {
  if (isCrowded(side.conversation)) return null
  const target = newestOfOthers(side, upTo ?? Number.POSITIVE_INFINITY)
  if (target === null || target.id <= side[kind].upTo) return null
  side[kind].move(target.id, at)
  if (kind === 'read') side.delivered.move(target.id, at)
  return target
}

/** When it reached its reader; in a group: when it had reached everybody. Absent on actions and calls. */
export function receiptAt(kind: ReceiptKind, message: Message): number | undefined {
  const { conversation } = message
  if (message.deed !== undefined || isCrowded(conversation)) return undefined
  let latest: number | undefined
  for (const person of peopleIn(conversation)) {
    if (person === message.sender) continue
    const at = conversation.sides.get(person.uid)?.[kind].reachedAt(message.id)
    if (at === undefined) return undefined
    latest = Math.max(latest ?? 0, at)
  }
  return latest
}

/** One row per recipient whom the message has reached. */
export function receiptsOf(message: Message): readonly { user: User; deliveredAt?: number; readAt?: number }[] {
  const { conversation, sender } = message
  if (message.deed !== undefined || isCrowded(conversation)) return []
  return peopleIn(conversation)
    .filter((person) => person !== sender)
    .map((user) => ({ user, ...ownReceipt(message, user) }))
    .filter((row) => row.deliveredAt !== undefined)
}

/** When that person's device got it and when they saw it; either key absent if it has not happened. */
export function ownReceipt(message: Message, user: User): { deliveredAt?: number; readAt?: number } {
  const side = message.conversation.sides.get(user.uid)
  const deliveredAt = side?.delivered.reachedAt(message.id)
  const readAt = side?.read.reachedAt(message.id)
  return { ...(deliveredAt !== undefined && { deliveredAt }), ...(readAt !== undefined && { readAt }) }
}

function waits(message: Message, user: User): boolean {
  const isNotice = message.category === 'call' || (message.category === 'action' && message.type === 'message')
  return message.sender !== user && !message.deleted && !message.parent && !isNotice
}

function newestOfOthers(side: Side, upTo: number): Message | null {
  for (const message of newestFirst(side.conversation)) {
    if (message.id <= upTo && message.sender !== side.user) return message
  }
  return null
}

function* newestFirst({ messages }: Conversation): Generator<Message> {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]
    if (message !== undefined) yield message
  }
}
