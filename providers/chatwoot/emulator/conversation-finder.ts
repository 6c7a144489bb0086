import { unreadCount } from './derived.ts'
import type { Conversation, Message, Priority } from './records.ts'
import type { AccountState } from './state.ts'
import type { Instant } from './time.ts'

/** What narrows a list, by the caller and the query. */
export interface Search {
  readonly query: URLSearchParams
  readonly userId: number | null
  /** Ids of the inboxes that the caller may see. */
  readonly inboxIds: ReadonlySet<number>
}

/** Every filter of the list but the assignee, which the counts ignore. */
export function findConversations(account: AccountState, search: Search): readonly Conversation[] {
  const { query, userId } = search
  const text = query.get('q')
  const status = query.get('status') ?? 'open'
  const labels = [...query.getAll('labels[]'), ...(query.get('labels')?.split(',') ?? [])]
  return account.conversations.filter(
    (one) =>
      search.inboxIds.has(one.inboxId) &&
      (text !== null || status === 'all' || one.status === status) &&
      (text === null || saying(one, text).length > 0) &&
      matchesNumber(query.get('inbox_id'), one.inboxId) &&
      matchesNumber(query.get('team_id'), one.teamId) &&
      (labels.length === 0 || labels.some((label) => one.labels.includes(label))) &&
      isOfType(one, query.get('conversation_type'), userId) &&
      (!query.has('source_id') || one.contactInbox.sourceId === query.get('source_id')),
  )
}

/** With a bot as assignee a conversation is unassigned. */
export function ofAssignee(conversation: Conversation, type: string | null, userId: number | null): boolean {
  if (type === 'me') return conversation.assigneeId !== null && conversation.assigneeId === userId
  if (type === 'unassigned') return conversation.assigneeId === null
  if (type === 'assigned') return conversation.assigneeId !== null
  return true
}

export interface Counts {
  readonly mine_count: number
  readonly assigned_count: number
  readonly unassigned_count: number
  readonly all_count: number
}

export function countConversations(found: readonly Conversation[], userId: number | null): Counts {
  return {
    mine_count: found.filter((one) => ofAssignee(one, 'me', userId)).length,
    assigned_count: found.filter((one) => ofAssignee(one, 'assigned', userId)).length,
    unassigned_count: found.filter((one) => ofAssignee(one, 'unassigned', userId)).length,
    all_count: found.length,
  }
}

/** What people said with these words in it. */
export function saying(conversation: Conversation, text: string): readonly Message[] {
  const wanted = text.toLowerCase()
  return conversation.messages.filter(
    ({ type, content }) =>
      (type === 'incoming' || type === 'outgoing') && content?.toLowerCase().includes(wanted) === true,
  )
}

/** Sorts as `sort_by` says; an unknown word means newest activity first. */
export function sortConversations(found: readonly Conversation[], sortBy: string | null): readonly Conversation[] {
  const order = ORDERS[sortBy ?? ''] ?? newestActivity
  return [...found].sort(order)
}

type Order = (one: Conversation, other: Conversation) => number

const newestActivity: Order = (one, other) => other.lastActivityAt - one.lastActivityAt || other.id - one.id
const oldestFirst: Order = (one, other) => one.createdAt - other.createdAt || one.id - other.id
const PRIORITIES: readonly (Priority | null)[] = [null, 'low', 'medium', 'high', 'urgent']

const ORDERS: Readonly<Record<string, Order>> = {
  last_activity_at_asc: (one, other) => -newestActivity(one, other),
  last_activity_at_desc: newestActivity,
  latest: newestActivity,
  created_at_asc: oldestFirst,
  created_at_desc: (one, other) => -oldestFirst(one, other),
  sort_on_created_at: oldestFirst,
  priority_asc: byPriority(1, newestActivity),
  priority_desc: byPriority(-1, newestActivity),
  sort_on_priority: byPriority(-1, newestActivity),
  priority_desc_created_at_asc: byPriority(-1, oldestFirst),
  waiting_since_asc: byWaiting(1),
  waiting_since_desc: byWaiting(-1),
  sort_on_waiting_since: byWaiting(1),
  unread: (one, other) => unreadCount(other) - unreadCount(one) || newestActivity(one, other),
}

/** Nothing comes last in either direction. */
function byPriority(direction: 1 | -1, then: Order): Order {
  const rank = ({ priority }: Conversation) => (priority === null ? Infinity : direction * PRIORITIES.indexOf(priority))
  return (one, other) => compare(rank(one), rank(other)) || then(one, other)
}

function byWaiting(direction: 1 | -1): Order {
  const rank = ({ waitingSince }: { readonly waitingSince: Instant | null }) =>
    waitingSince === null ? Infinity : direction * waitingSince
  return (one, other) => compare(rank(one), rank(other)) || oldestFirst(one, other)
}

function compare(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1
}

function matchesNumber(asked: string | null, value: number | null): boolean {
  return asked === null || asked === '' || Number(asked) === value
}

function isOfType(conversation: Conversation, type: string | null, userId: number | null): boolean {
  if (type === 'mention')
    return conversation.messages.some(({ content }) => content?.includes(`mention://user/${userId}/`))
  if (type === 'participating') return userId !== null && conversation.participantIds.has(userId)
  if (type === 'unattended') return conversation.firstReplyCreatedAt === null || conversation.waitingSince !== null
  return true
}
