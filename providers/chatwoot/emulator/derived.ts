import type { Conversation, Message } from './records.ts'
import type { AccountState } from './state.ts'
import type { Instant } from './time.ts'

/** The query behind the counter takes the last ten, so it says 10 for more. */
const UNREAD_CAP = 10
const HOUR_MS = 3_600_000
const REPLY_WINDOW_HOURS: Readonly<Record<string, number>> = { 'Channel::Whatsapp': 24, 'Channel::FacebookPage': 24 }

/** Incoming messages since any agent last looked; the cap applies. */
export function unreadCount(conversation: Conversation): number {
  const unread = conversation.messages.filter(
    (message) => message.type === 'incoming' && isAfter(message, conversation.agentLastSeenAt),
  )
  return Math.min(unread.length, UNREAD_CAP)
}

export function isAfter(message: Message, seenAt: Instant | null): boolean {
  return seenAt === null || message.createdAt > seenAt
}

export function lastMessage(conversation: Conversation): Message | undefined {
  return conversation.messages.at(-1)
}

/** Private notes count. */
export function lastNonActivityMessage(conversation: Conversation): Message | undefined {
  return conversation.messages.findLast((message) => message.type !== 'activity')
}

/** What a webhook shows as the last message. */
export function lastPublicMessage(conversation: Conversation): Message | undefined {
  return conversation.messages.findLast((message) => message.type !== 'activity' && !message.private)
}

/** Some channels let the shop answer only for a while after the customer's last word. */
export function canReply(account: AccountState, conversation: Conversation): boolean {
  const hours = REPLY_WINDOW_HOURS[account.inboxOf(conversation).channelType]
  if (hours === undefined) return true
  const lastIncoming = conversation.messages.findLast((message) => message.type === 'incoming')
  return lastIncoming !== undefined && Date.now() - lastIncoming.createdAt < hours * HOUR_MS
}
